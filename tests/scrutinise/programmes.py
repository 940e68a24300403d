"""Planted programmes about a made-up country of wells and pumps, and the plain, slow twin of the rules.

The twin reads only programmes that state everything; what is not stated is filled in every way, one by one.
"""

from __future__ import annotations

import dataclasses
import itertools
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from covenant.place.types import Sector, Tier
from covenant.scrutinise.formats.thresholds import read_thresholds
from covenant.scrutinise.programme import (
    NOT_STATED,
    Actor,
    Direction,
    Duty,
    End,
    Finance,
    Funding,
    LevelReason,
    Participation,
    Programme,
    Proposal,
    Size,
    Work,
    Young,
)
from covenant.scrutinise.types import Question, Reading, Threshold, Unasked

MINISTRY = Actor("Ministry of Buckets", Sector.STATE, Tier.NATION)
SHIRE = Actor("Dripshire County Council", Sector.STATE, Tier.COUNTY)
COUNCIL = Actor("Nether Puddle District Council", Sector.STATE, Tier.DISTRICT)
FEDERATION = Actor("National Federation of Bailers", Sector.CIVIL_SOCIETY, Tier.NATION)
BAILERS = Actor("Nether Puddle Bailers", Sector.CIVIL_SOCIETY, Tier.NEIGHBOURHOOD)
COOPERS = Actor("Puddle Coopers Limited", Sector.BUSINESS, Tier.DISTRICT)
STREET = Actor("Residents of Spout Lane", Sector.RESIDENTS, Tier.NEIGHBOURHOOD)
PUPILS = Actor("Pupils of Spout Lane", Sector.RESIDENTS, Tier.NEIGHBOURHOOD, young=Young.YES)
EVERYBODY = [MINISTRY, SHIRE, COUNCIL, FEDERATION, BAILERS, COOPERS, STREET]
NEARBY, FAR = [BAILERS, STREET], [MINISTRY, SHIRE, FEDERATION]
BOTTOM_UP = End("each lane fills its own buckets", Direction.BOTTOM_UP, "p. 1")
POWERS = {  # each with the name of its question
    "started_by": "starts",
    "problem_defined_by": "problem",
    "decided_by": "decides",
    "money_controlled_by": "money",
    "may_opt_out": "opts-out",
    "may_end": "ends",
}
CONSULTED = ("consultation_held", "consultation_promised", "consultation_owner")
SAID = ("consultation_means", "consultation_time")
LEVELS = ("participation_promised", "participation_evidenced")
HOUSE = read_thresholds()
# The questions that `plainly` below answers; those of other rules have their twins in `plants`.
TWINNED = frozenset(
    [f"direction.{name}" for name in (*POWERS.values(), "consultation", "participation", "evidenced")]
    + [f"consultation.{name}" for name in ("means", "time", "owner")]
    + ["duty.unfunded", "duty.part-funded"]
    + [f"parity.{p}.{s.value.replace(' ', '-')}" for p in ("starts", "decides", "money") for s in Sector]
)
KEEN = {rule: Threshold(1, Fraction(1, 2), "the least that asks at all") for rule in HOUSE}


def asked(reading: Reading, under: str = "") -> set[str]:
    """The ids of the questions asked, of one rule or of all."""
    return {question.id for question in reading.questions if question.id.startswith(under)}


def programme(*proposals: Proposal, ends: tuple[End, ...] = (BOTTOM_UP,)) -> Programme:
    numbered = tuple(replace(proposal, id=f"P{n}") for n, proposal in enumerate(proposals, start=1))
    return Programme("Buckets for all", ends=ends, proposals=numbered)


def from_above(rng: random.Random, **changes: object) -> Proposal:
    """A proposal whose every power is held far above the one street that it affects, stated to be unheard."""
    powers = {power: tuple(rng.sample(FAR, rng.randint(1, 3))) for power in POWERS}
    fields = {"affected": (STREET,), "consultation_held": (), "consultation_promised": (), "duties": ()}
    taking_part = dict(zip(LEVELS, (Participation.INFORM, Participation.NONE), strict=True))
    return replace(Proposal("P"), **{**powers, **fields, **taking_part, **changes})


def from_below(rng: random.Random, **changes: object) -> Proposal:
    """A proposal in which somebody near has a part in everything, with what it takes to do it."""
    powers = {power: (rng.choice(NEARBY), *rng.sample(FAR, rng.randint(0, 2))) for power in POWERS}
    shared = {power: (*holders, BAILERS, COUNCIL) for power, holders in powers.items()}
    duty = Duty("fill a bucket", (rng.choice([BAILERS, COUNCIL]),), funding=Funding.FUNDED)
    fields = {"affected": (STREET,), "consultation_held": (STREET,), "duties": (duty,)}
    taking_part = dict.fromkeys(LEVELS, rng.choice([Participation.INVOLVE, Participation.EMPOWER]))
    return replace(Proposal("P"), **{**shared, **fields, **taking_part, **changes})


def any_programme(rng: random.Random, *, told: float, proposals: int = 3) -> Programme:
    """A programme drawn at random, with each fact stated with probability `told`."""

    def perhaps(draw: Callable[[], object]) -> object:
        return draw() if rng.random() < told else NOT_STATED

    def somebody() -> Actor:
        actor = rng.choice(EVERYBODY)
        return Actor(actor.name, perhaps(lambda: actor.sector), perhaps(lambda: actor.tier))

    def people() -> tuple[Actor, ...]:
        return tuple(somebody() for _ in range(rng.choice([0, 1, 1, 2])))

    def duty() -> Duty:
        return Duty("bail", perhaps(people), funding=perhaps(lambda: rng.choice(list(Funding))))

    def proposal() -> Proposal:
        return replace(
            Proposal("P"),
            **{field: perhaps(people) for field in ("affected", *POWERS, *CONSULTED)},
            **{field: perhaps(lambda: rng.choice(["", "two evenings"])) for field in SAID},
            **{field: perhaps(lambda: rng.choice(list(Participation))) for field in LEVELS},
            duties=perhaps(lambda: tuple(duty() for _ in range(rng.choice([0, 1, 1, 2])))),
            level_reasons=(LevelReason.EMERGENCY,) if rng.random() < 0.1 else (),
        )

    ends = (BOTTOM_UP,) if rng.random() < 0.7 else (replace(BOTTOM_UP, for_proposals=("P1", "P2")),)
    return programme(*(proposal() for _ in range(proposals)), ends=ends)


# What is named by ids, which have to be there: left to the tests of the rules that read them.
_IDS = ("joined_with", "pooled_with", "reciprocal_of", "answers")


def crowded(rng: random.Random, proposals: int, *, words: int, duties: int = 5) -> Programme:
    """A programme that states nearly everything, whose proposals share so many words among them.

    With one word, each shares everything with every other: the most that a rule about pairs can meet.
    """

    def drawn(kind: str, number: int) -> object:
        draws: dict[str, Callable[[], object]] = {
            "Actors": lambda: tuple(rng.sample(EVERYBODY, 2)),
            "Names": lambda: (f"word {number % words}",),
            "Said": lambda: rng.choice(["", "said"]),
            "Participation | NotStated": lambda: rng.choice(list(Participation)),
            "Finance | NotStated": lambda: rng.choice(list(Finance)),
        }
        return draws.get(kind, lambda: NOT_STATED)()

    def proposal(number: int) -> Proposal:
        kinds = {field.name: str(field.type) for field in dataclasses.fields(Proposal)}
        told = {name: drawn(kind, number) for name, kind in kinds.items() if name not in _IDS}
        stated = {name: fact for name, fact in told.items() if fact is not NOT_STATED}
        owner = (Actor(f"Office {number}", Sector.STATE, Tier.NATION),)
        carried = [Duty(f"bail {n}", (rng.choice(EVERYBODY),)) for n in range(duties)]
        funded = tuple(replace(duty, funding=rng.choice(list(Funding))) for duty in carried)
        return replace(Proposal("P"), **{**stated, "owner": owner, "duties": funded})

    return programme(*(proposal(number) for number in range(proposals)))


PEOPLE = tuple(field.name for field in dataclasses.fields(Proposal) if field.type == "Actors")
WORDS = {"outcomes": ("dry lanes", "full wells"), "people": ("bathers",), "places": ("Dripshire", "Puddle")}


def more(rng: random.Random, whole: Programme, *, told: float) -> Programme:
    """The programme with what it does not state drawn at random, each fact stated with probability `told`."""

    def perhaps(fact: object) -> object:
        return fact if rng.random() < told else NOT_STATED

    def detailed(people: object) -> object:
        if people is NOT_STATED:
            return NOT_STATED
        assert isinstance(people, tuple)
        young = (Young.YES, Young.NO, Young.NO, Young.NO)
        return tuple(
            replace(actor, size=perhaps(rng.choice(list(Size))), young=perhaps(rng.choice(young)))
            for actor in people
        )

    def people(field: str, held: object) -> object:
        if held is NOT_STATED and field not in ("affected", *POWERS):
            held = perhaps(tuple(rng.sample(EVERYBODY, rng.choice([0, 1, 1, 2]))))
        return detailed(held)

    def duty(duty: Duty) -> Duty:
        return replace(duty, on=detailed(duty.on), work=perhaps(rng.choice(list(Work))))

    def proposal(before: Proposal) -> Proposal:
        ids = [other.id for other in whole.proposals if other is not before]
        drawn = {field: people(field, getattr(before, field)) for field in PEOPLE}
        for field, words in WORDS.items():
            drawn[field] = perhaps(tuple(rng.sample(words, rng.randint(0, len(words)))))
        drawn["joined_with"] = perhaps(tuple(rng.sample(ids, rng.choice([0, 0, 1]) if ids else 0)))
        if isinstance(before.duties, tuple):
            drawn["duties"] = tuple(duty(each) for each in before.duties)
        return replace(before, **drawn)

    return replace(whole, proposals=tuple(proposal(each) for each in whole.proposals))


def fillings(whole: Programme) -> Iterator[Programme]:
    """The programme with what is not stated stated in every way that can matter, each mention on its own."""
    for proposals in itertools.product(*(list(_proposals(proposal)) for proposal in whole.proposals)):
        yield replace(whole, proposals=proposals)


def filled(whole: Programme, fields: dict[str, list[object]]) -> list[Programme]:
    """A programme with each of these fields of proposals stated in each of these ways, where it is not."""
    ways = [
        [
            replace(proposal, **dict(zip(fields, values, strict=True)))
            for values in itertools.product(
                *(
                    choices if getattr(proposal, field) is NOT_STATED else [getattr(proposal, field)]
                    for field, choices in fields.items()
                )
            )
        ]
        for proposal in whole.proposals
    ]
    return [replace(whole, proposals=proposals) for proposals in itertools.product(*ways)]


def how_many_fillings(whole: Programme) -> int:
    total = 1
    for proposal in whole.proposals:
        total *= sum(1 for _ in itertools.islice(_proposals(proposal), 5_000))
    return total


_ENDS_OF_THE_SCALE = (Tier.NATION, Tier.NEIGHBOURHOOD)


def _proposals(proposal: Proposal) -> Iterator[Proposal]:
    fields = ("affected", *POWERS, *CONSULTED, *SAID, *LEVELS)
    ways = [list(_field(field, getattr(proposal, field))) for field in fields]
    if proposal.duties is NOT_STATED:  # one at most: what any number would do is for a test of its own
        new = [Duty("x", (Actor("x", s, Tier.NATION),), funding=f) for s in Sector for f in Funding]
        duties: list[tuple[Duty, ...]] = [(), *((duty,) for duty in new)]
    else:
        duties = list(itertools.product(*(list(_duty(duty)) for duty in proposal.duties)))
    for *values, carried in itertools.product(*ways, duties):
        yield replace(proposal, **dict(zip(fields, values, strict=True)), duties=carried)


def _field(field: str, value: object) -> Iterator[object]:
    """Who is consulted matters to no rule here, only whether anybody is."""
    told: dict[str, tuple[object, ...]] = dict.fromkeys(CONSULTED, ((), (Actor(),)))
    told |= {**dict.fromkeys(SAID, ("", "said")), **dict.fromkeys(LEVELS, tuple(Participation))}
    if field not in told:
        yield from _people(value, f"anybody {field}")
    else:
        yield from told[field] if value is NOT_STATED else [value]


def _duty(duty: Duty) -> Iterator[Duty]:
    fundings = list(Funding) if duty.funding is NOT_STATED else [duty.funding]
    for on, funding in itertools.product(_people(duty.on, "anybody on"), fundings):
        yield replace(duty, on=on, funding=funding)


def _people(actors: object, name: str) -> Iterator[tuple[Actor, ...]]:
    if actors is NOT_STATED:
        yield ()
        yield from ((Actor(name, s, t),) for s in Sector for t in _ENDS_OF_THE_SCALE)
        return
    assert isinstance(actors, tuple)
    yield from itertools.product(*(list(_actor(actor)) for actor in actors))


def _actor(actor: Actor) -> Iterator[Actor]:
    sectors = list(Sector) if actor.sector is NOT_STATED else [actor.sector]
    tiers = [Tier.NATION, Tier.DISTRICT, Tier.NEIGHBOURHOOD] if actor.tier is NOT_STATED else [actor.tier]
    for sector, tier in itertools.product(sectors, tiers):
        yield replace(actor, sector=sector, tier=tier)


_HEIGHT = {"neighbourhood": 0, "parish": 1, "district": 2, "county": 3, "region": 4, "nation": 5}


def plainly(whole: Programme) -> dict[str, dict[object, bool | None]]:
    """For each question and case of a wholly stated programme: it counts, it does not, or it is no case."""
    found: dict[str, dict[object, bool | None]] = {}
    for proposal in whole.proposals:
        for question, outcome in _plainly_direction(whole, proposal).items():
            found.setdefault(question, {})[proposal.id] = outcome
        for question, outcome in (*_plainly_consultation(proposal), *_plainly_parity(proposal).items()):
            found.setdefault(question, {})[proposal.id] = outcome
        for place, duty in enumerate(proposal.duties):
            funding = duty.funding.value
            unfunded = None if funding == "not needed" else funding == "none"
            in_part = None if funding in ("not needed", "none") else funding == "partly"
            found.setdefault("duty.unfunded", {})[proposal.id, place] = unfunded
            found.setdefault("duty.part-funded", {})[proposal.id, place] = in_part
    return found


def _plainly_direction(whole: Programme, proposal: Proposal) -> dict[str, bool | None]:
    served = any(not end.for_proposals or proposal.id in end.for_proposals for end in whole.ends)
    outcomes: dict[str, bool | None] = {}
    for field, name in POWERS.items():
        holders = getattr(proposal, field)
        if served and proposal.affected and not holders and name in ("opts-out", "ends"):
            outcomes[f"direction.{name}"] = True
            continue
        if not served or not holders or not proposal.affected:
            outcomes[f"direction.{name}"] = None
            continue
        highest = max(_HEIGHT[actor.tier.value] for actor in proposal.affected)
        near = [
            holder
            for holder in holders
            if holder.sector.value == "residents"
            or holder.name in [actor.name for actor in proposal.affected]
            or _HEIGHT[holder.tier.value] <= highest
        ]
        outcomes[f"direction.{name}"] = not near
    heard = bool(proposal.consultation_held or proposal.consultation_promised)
    outcomes["direction.consultation"] = not heard if outcomes["direction.decides"] else None
    steps = ["none", "inform", "consult", "involve", "collaborate", "empower"]
    promised, evidenced = (steps.index(getattr(proposal, field).value) for field in LEVELS)
    outcomes["direction.participation"] = promised < 3 if served else None
    outcomes["direction.evidenced"] = evidenced < promised if served and promised else None
    if proposal.level_reasons:
        return {question: None if outcome else outcome for question, outcome in outcomes.items()}
    return outcomes


def _plainly_consultation(proposal: Proposal) -> Iterator[tuple[str, bool | None]]:
    for need in ("means", "time", "owner"):
        there = bool(getattr(proposal, f"consultation_{need}"))
        yield f"consultation.{need}", (not there) if proposal.consultation_promised else None


def _plainly_parity(proposal: Proposal) -> dict[str, bool | None]:
    names = {"started_by": "starts", "decided_by": "decides", "money_controlled_by": "money"}
    carrying = {actor.sector for duty in proposal.duties for actor in duty.on}
    outcomes: dict[str, bool | None] = {}
    for sector in Sector:
        for field, name in names.items():
            holders = getattr(proposal, field)
            case = sector in carrying and bool(holders)
            held = sector in {actor.sector for actor in holders}
            outcomes[f"parity.{name}.{sector.value.replace(' ', '-')}"] = (not held) if case else None
    return outcomes


def counted(cases: dict[object, bool | None]) -> tuple[int, int]:
    """How many cases count, of how many."""
    told = [outcome for outcome in cases.values() if outcome is not None]
    return told.count(True), len(told)


def meets(count: int, n: int, threshold: Threshold) -> bool:
    return count >= threshold.least_count and Fraction(count) >= threshold.least_share * n


def hold(
    answers: Iterable[Question | Unasked],
    plain: Sequence[dict[str, dict[object, bool | None]]],
    threshold: Threshold,
) -> None:
    """The metric, the bounds and what would be asked are those of every way of stating what is not stated."""
    for answer in answers:
        counts = [counted(way[answer.id]) for way in plain]
        shares = [count / n if n else 0.0 for count, n in counts]
        met = [meets(count, n, threshold) for count, n in counts]
        assert (answer.limits.low, answer.limits.high) == (min(shares), max(shares)), answer.id
        assert answer.limits.asked_if_favourable == all(met), answer.id
        assert answer.limits.asked_if_unfavourable == any(met), answer.id
        cases = {case for way in plain for case in way[answer.id]}
        settled = [{way[answer.id].get(case) for way in plain} for case in cases]
        told = [next(iter(can)) for can in settled if len(can) == 1]
        assert (answer.metric.count, answer.metric.n) == (told.count(True), len(told) - told.count(None))
