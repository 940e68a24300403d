"""What pages and other readers hold of a profile: lines over years, what comes once, places alike."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from covenant.place.types import PlaceView
from covenant.profile.types import BodyKind, Change, Direction, Kind, Service, SourceFacts


@dataclass(frozen=True)
class SourceView:
    id: UUID
    facts: SourceFacts
    number: int  # among all that were imported, from 1


@dataclass(frozen=True)
class Break:
    """From this year on a line means something else: nothing is compared across it."""

    year: int
    why: str


@dataclass(frozen=True)
class Point:
    """A sum in a year, in pence: in cash, and in the prices of another year where that can be told."""

    year: int
    cash: int
    real: int | None
    row: int


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
    label: str
    kind: Kind
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
    state: tuple[BodyView, ...]  # that it lies in
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
    other_services: tuple[Service, ...]  # that it provides, and no line of the account is matched to

    def figure(self, measure: str, part: str = "") -> FigureView | None:
        """The newest figure of a measure."""
        found = [each for each in self.figures if (each.measure, each.part) == (measure, part)]
        return max(found, key=lambda each: each.vintage, default=None)
