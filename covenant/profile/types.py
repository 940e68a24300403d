"""What a place is like and what money passes through it: figures with their year, source and row."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from covenant.place.types import NewPlace


class Kind(StrEnum):
    """Whether money is for running things or for building them. The two never share an axis."""

    REVENUE = "revenue"
    CAPITAL = "capital"
    UNSTATED = "not stated"


class Term(StrEnum):
    """Whether money comes each year or once. The two never share an axis."""

    ANNUAL = "annual"
    ONE_OFF = "one-off"


class Direction(StrEnum):
    SPEND = "spend"
    INCOME = "income"


class Basis(StrEnum):
    NET = "net"
    GROSS = "gross"
    UNSTATED = "not stated"


class BodyKind(StrEnum):
    """The class of an authority: like is compared with like."""

    DISTRICT = "district"
    UNITARY = "unitary"
    METROPOLITAN = "metropolitan"
    LONDON = "london"
    COUNTY = "county"
    COMBINED = "combined"
    WELSH = "welsh"
    SCOTTISH = "scottish"
    NORTHERN_IRISH = "northern irish"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _BODIES[self]


_BODIES = {
    BodyKind.DISTRICT: "District council in a county",
    BodyKind.UNITARY: "Unitary authority",
    BodyKind.METROPOLITAN: "Metropolitan borough",
    BodyKind.LONDON: "London borough",
    BodyKind.COUNTY: "County council",
    BodyKind.COMBINED: "Combined or strategic authority",
    BodyKind.WELSH: "Welsh principal area",
    BodyKind.SCOTTISH: "Scottish council area",
    BodyKind.NORTHERN_IRISH: "Northern Irish district",
    BodyKind.OTHER: "Police, fire, waste or another body",
}


class Change(StrEnum):
    """What became of a code: its area got another code, or went into another area."""

    RECODED = "recoded"
    MERGED = "merged"


@dataclass(frozen=True)
class SourceFacts:
    """The document that figures were taken from."""

    dataset: str  # a file with the same dataset replaces the one before
    title: str
    publisher: str
    licence: str
    vintage: str
    about: str
    link: str
    file: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class BodyFacts:
    """What a file says of a body of the state; what is empty it does not say."""

    code: str  # GSS, or where there is none the e-code of the local government finance returns
    name: str
    kind: BodyKind | None = None
    ecode: str = ""
    provides: str = ""  # "county", "district" or "unitary"
    also: tuple[str, ...] = ()  # other names
    within: tuple[str, ...] = ()  # codes of the county and the combined authority that it lies in
    starts: date | None = None
    ends: date | None = None
    register: bool = False  # the register of bodies itself speaks, so its name stands


@dataclass(frozen=True)
class Succession:
    """From a day on, what one code stood for stands under another."""

    old: str
    old_name: str
    new: str
    new_name: str
    change: Change
    on: date | None = None


@dataclass(frozen=True)
class Service:
    """A service that bodies of a tier provide, by the list of GOV.UK."""

    number: int
    text: str
    tier: str  # "county", "district" or "all": a unitary authority provides all three


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One sum of money in a file: whose, for what, when."""

    code: str
    purpose: str
    year: int | None  # in which the financial year starts; None where no year is stated
    pence: int
    row: int
    direction: Direction
    kind: Kind
    term: Term
    basis: Basis
    item: str = ""  # the project or programme
    payer: str = ""
    payee: str = ""  # a body's name; of an individual only that it is one
    named: str = ""  # the body by name, where the file has no code


@dataclass(frozen=True, slots=True)
class FigureFacts:
    """One figure about an area, of a vintage."""

    code: str
    measure: str
    part: str
    vintage: str
    row: int
    value: str = ""  # a decimal; empty where it is not stated
    share: str = ""  # of the area's neighbourhoods in the most deprived tenth
    rank: int | None = None
    n: int | None = None  # of how many the rank is, or of how many the figure speaks
    words: str = ""


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """An organisation: who is here. No individual is ever one."""

    org_id: str
    name: str
    kind: str
    code: str  # GSS of its ward or district
    row: int
    income: int | None = None  # pence a year
    income_year: str = ""


@dataclass(frozen=True)
class Parsed:
    """All that one file says, checked, before anything of it is kept."""

    source: SourceFacts
    places: tuple[NewPlace, ...] = ()
    bodies: tuple[BodyFacts, ...] = ()
    successions: tuple[Succession, ...] = ()
    services: tuple[Service, ...] = ()
    lines: tuple[LineFacts, ...] = ()
    figures: tuple[FigureFacts, ...] = ()
    organisations: tuple[OrganisationFacts, ...] = ()
    notes: tuple[str, ...] = ()  # what was left out and why, in plain sentences


@dataclass(frozen=True)
class Loaded:
    """What became of a file: whether anything changed, and how much of it is kept."""

    file: str
    dataset: str
    changed: bool
    replaced: bool
    counts: dict[str, int]
    notes: tuple[str, ...]
