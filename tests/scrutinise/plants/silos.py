"""Planted programmes whose proposals share something and work apart, and the plain twin of the rule."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from covenant.scrutinise.programme import NOT_STATED, Actor, Programme, Proposal
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants.plant import Plant, stated

FIELDS = ("outcomes", "people", "places")
SAME = ("dry cellars", "Dry  Cellars", "DRY CELLARS", " dry cellars ")
OWNERS = [planted.COUNCIL, planted.SHIRE, planted.MINISTRY, planted.COOPERS, planted.BAILERS]
PUMPS = Actor("Board of Pumps")


def apart(rng: random.Random, field: str, number: int) -> list[Proposal]:
    """Proposals that all share a word, each with an owner of its own, joined with none."""
    made = []
    for owner in rng.sample(OWNERS, number):
        words = (rng.choice(["lidos", "moats"]), rng.choice(SAME))
        made.append(Proposal("P", owner=(owner,), joined_with=(), **{field: words}))
    return made


def positive(field: str, rng: random.Random) -> Programme:
    made = apart(rng, field, rng.randint(3, 5))
    for number in range(rng.randint(0, 3)):
        made.append(Proposal("P", owner=(PUMPS,), joined_with=(), **{field: (f"well {number}",)}))
    rng.shuffle(made)
    return planted.programme(*made)


def near_miss(field: str, rng: random.Random) -> Programme:
    made = [replace(proposal, **{field: (rng.choice(SAME),)}) for proposal in apart(rng, field, 3)]
    (other,) = made[1].owner
    changes = [
        {"owner": (*made[0].owner, other)},
        {"owner": (replace(other, name=other.name.upper()),)},
        {"owner": ()},
        {"owner": NOT_STATED},
        {"owner": (*made[0].owner, Actor())},
        {"joined_with": (rng.choice(["P2", "P3"]),)},
        {"joined_with": NOT_STATED},
        {field: ("damp cellars",)},
        {field: ()},
        {field: NOT_STATED},
    ]
    return planted.programme(replace(made[0], **rng.choice(changes)), *made[1:])


PLANTS = [Plant(f"silos.{field}", partial(positive, field), partial(near_miss, field)) for field in FIELDS]


def favourable(rng: random.Random, whole: Programme) -> Programme:
    """All share everything; one body owns all of them, or else they are joined."""
    ids = tuple(proposal.id for proposal in whole.proposals)
    made = []
    for before in whole.proposals:
        proposal = stated(before, owner=(planted.COUNCIL,), **dict.fromkeys(FIELDS, ("dry cellars",)))
        joined = tuple(id for id in ids if id != before.id) if rng.random() < 0.5 else ()
        owner = proposal.owner if planted.COUNCIL in proposal.owner else (*proposal.owner, planted.COUNCIL)
        made.append(replace(proposal, owner=owner, joined_with=joined))
    return replace(whole, proposals=tuple(made))


def plainly(whole: Programme) -> dict[str, dict[object, bool | None]]:
    found: dict[str, dict[object, bool | None]] = {}
    for field in FIELDS:
        for one, other in itertools.combinations(whole.proposals, 2):
            found.setdefault(f"silos.{field}", {})[one.id, other.id] = _plainly(one, other, field)
    return found


def _plainly(one: Proposal, other: Proposal, field: str) -> bool | None:
    mine, yours = ({w.lower().strip() for w in getattr(p, field)} for p in (one, other))
    if not mine & yours or not one.owner or not other.owner:
        return None
    if {actor.name.lower() for actor in one.owner} & {actor.name.lower() for actor in other.owner}:
        return False
    return other.id not in one.joined_with and one.id not in other.joined_with


def possible(one: Proposal, other: Proposal, field: str) -> set[bool | None]:
    """Every outcome of a pair, by every way of stating what the two of them do not state."""
    words = {word for p in (one, other) if isinstance(getattr(p, field), tuple) for word in getattr(p, field)}
    names = {a.name for p in (one, other) if isinstance(p.owner, tuple) for a in p.owner} - {NOT_STATED}
    ways = (list(filled(p, field, words, names, [q.id])) for p, q in ((one, other), (other, one)))
    return {_plainly(mine, yours, field) for mine, yours in itertools.product(*ways)}


def filled(
    proposal: Proposal, field: str, words: set[str], names: set[str], ids: list[str]
) -> Iterator[Proposal]:
    """The proposal with what is not stated filled in from what there is, or with what nobody else has."""
    held = getattr(proposal, field)
    new = f"only in {proposal.id}"
    filled_words = subsets([*sorted(words), "held by many", new]) if held is NOT_STATED else [held]
    filled_ids = subsets(ids) if proposal.joined_with is NOT_STATED else [proposal.joined_with]
    for word, owner, joined in itertools.product(filled_words, _owners(proposal, names, new), filled_ids):
        yield replace(proposal, owner=owner, joined_with=joined, **{field: word})


def _owners(proposal: Proposal, names: set[str], new: str) -> list[tuple[Actor, ...]]:
    anybody = [Actor(name) for name in [*sorted(names), "Board of All", new]]
    if proposal.owner is NOT_STATED:
        return subsets(anybody)
    each = [anybody if actor.name is NOT_STATED else [actor] for actor in proposal.owner]
    return list(itertools.product(*each))


def subsets(items: list) -> list[tuple]:
    return [way for size in range(len(items) + 1) for way in itertools.combinations(items, size)]


def drawn(rng: random.Random, field: str, told: float, size: int) -> Programme:
    """Proposals that often share words and owners; each fact is stated with probability `told`."""

    def proposal(number: int) -> Proposal:
        others = [f"P{n + 1}" for n in range(size) if n != number]
        names = rng.sample(["Moat Board", "Well Board"], rng.choice([0, 1, 1, 2]))
        nobody = [Actor()] if rng.random() < 0.15 else []
        facts = {
            field: tuple(rng.sample(["dry lanes", "wells"], rng.randint(0, 2))),
            "owner": (*map(Actor, names), *nobody),
            "joined_with": tuple(rng.sample(others, rng.choice([0, 0, 1]))),
        }
        return Proposal("P", **{name: fact for name, fact in facts.items() if rng.random() < told})

    return planted.programme(*(proposal(number) for number in range(size)))
