"""What a place is like and what money passes through it: figures with their year, source and row."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from covenant.place.types import NewPlace, PlaceView


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
    """What became of a code: the area got another code, or it went into something larger or otherwise bounded."""

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
    """A service that bodies of a tier must see to."""

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


@dataclass(frozen=True)
class SourceView:
    id: UUID
    facts: SourceFacts
    number: int = 0  # on a page, from 1


@dataclass(frozen=True)
class Break:
    """From this year on a line means something else: nothing is compared across it."""

    year: int
    why: str


@dataclass(frozen=True)
class Point:
    """A sum in a year, in pence: in cash, and in the prices of another year where there is a deflator for it."""

    year: int
    cash: int
    real: int | None
    row: int
    source: UUID | None = None


@dataclass(frozen=True)
class Moved:
    """From one year to another within which a line means the same: never across a break."""

    first: Point
    last: Point

    @property
    def fell(self) -> bool:
        return self.last.cash < self.first.cash


@dataclass(frozen=True)
class Series:
    """One line of a body's account over years."""

    purpose: str
    label: str
    about: str
    direction: Direction
    points: tuple[Point, ...]
    breaks: tuple[Break, ...]
    moved: Moved | None
    never: str  # why this line is never compared between years; empty where it may be
    per_head: int | None  # pence in the last year, by the population of the year that the page states
    source: SourceView
    services: tuple[Service, ...] = ()


@dataclass(frozen=True)
class Award:
    """Money that comes once."""

    item: str
    payer: str
    payee: str
    year: int | None
    cash: int
    real: int | None
    row: int


@dataclass(frozen=True)
class OneOff:
    """Awards of one source and one kind: a picture of their own, with their sum."""

    source: SourceView
    kind: Kind
    about: str
    awards: tuple[Award, ...]
    n: int
    total: int


@dataclass(frozen=True)
class FigureView:
    measure: str
    part: str
    vintage: str
    value: float | None
    share: float | None
    rank: int | None
    n: int | None
    words: str
    row: int
    source: SourceView


@dataclass(frozen=True)
class Near:
    """A place that is like another one: how far apart, and what was compared."""

    code: str
    name: str
    slug: str
    distance: float  # mean difference in standard deviations (root mean square over the features)
    closer_than: float  # the share of all pairs of this class that lie further apart


@dataclass(frozen=True)
class Likeness:
    """The places most like one, among how many of its class, by which features."""

    kind: BodyKind
    n: int  # places of the class with all features, this one included
    features: tuple[tuple[str, float, float], ...]  # name, this place's value, mean of the class
    nearest: tuple[Near, ...]
    quartiles: tuple[float, float, float]  # of the distances of all pairs of the class


@dataclass(frozen=True)
class Beside:
    """A line per head here and in similar places, in the same year from the same source."""

    label: str
    year: int
    here: int
    low: int
    median: int
    high: int
    n: int
    others: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class BodyView:
    code: str
    name: str
    kind: BodyKind
    provides: str
    slug: str = ""
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True)
class Related:
    """What the area was before, or what became of it."""

    body: BodyView
    change: Change
    on: date | None
    generation: int
    has_ledger: bool


@dataclass(frozen=True)
class Crowd:
    """Organisations of one kind, by size."""

    kind: str
    n: int
    by_size: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Summary:
    """A place's profile in a few figures, for its own page."""

    body: str
    population: int | None
    population_year: str
    organisations: int
    lines: int
    awards: int


@dataclass(frozen=True)
class Profile:
    """All that is known of a place, or of a body that is no more."""

    place: PlaceView
    body: BodyView | None
    base: int  # the financial year whose prices "real" is in
    bases: tuple[int, ...]
    years: tuple[int, ...]
    state: tuple[tuple[BodyView, tuple[Service, ...]], ...]
    crowds: tuple[Crowd, ...]
    organisations: int
    figures: tuple[FigureView, ...]
    services: tuple[Series, ...]
    totals: tuple[Series, ...]
    income: tuple[Series, ...]
    one_off: tuple[OneOff, ...]
    likeness: Likeness | None
    beside: tuple[Beside, ...]
    before: tuple[Related, ...]
    after: tuple[Related, ...]
    sources: tuple[SourceView, ...]
    other_services: tuple[Service, ...] = field(default=())  # no line of the account is matched to them

    def figure(self, measure: str, part: str = "") -> FigureView | None:
        """The newest figure of a measure."""
        found = [each for each in self.figures if (each.measure, each.part) == (measure, part)]
        return max(found, key=lambda each: each.vintage, default=None)
