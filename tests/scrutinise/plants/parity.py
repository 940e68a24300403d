"""Planted programmes that burden a group and shut it out, and the plain twin of the rule about parity."""

import random
from dataclasses import replace
from functools import partial

from covenant.place.types import Sector, Tier
from covenant.scrutinise.programme import NOT_STATED, Actor, Duty, Programme, Proposal, Size, Work
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants.plant import Plant, stated

POWERS = {
    "starts": "started_by",
    "decides": "decided_by",
    "money": "money_controlled_by",
    "enforces": "enforced_by",
}
GROUPS = ("state", "civil-society", "business", "residents", "small-bodies", "local-bodies")
VOLUNTEERS = ("civil-society", "business", "small-bodies", "local-bodies")
_LARGE = (planted.FEDERATION, planted.COOPERS, planted.MINISTRY, planted.SHIRE, planted.COUNCIL)
SIZED = (
    *(replace(actor, size=Size.LARGE) for actor in _LARGE),
    replace(planted.BAILERS, size=Size.SMALL),
    replace(planted.STREET, size=Size.SMALL),
    Actor("Corner Coopers", Sector.BUSINESS, Tier.NEIGHBOURHOOD, size=Size.SMALL),
    Actor("Guild of Ewers", Sector.CIVIL_SOCIETY, Tier.REGION, size=Size.SMALL),
    Actor("Parish of Spout", Sector.STATE, Tier.PARISH, size=Size.SMALL),
)
BY_NAME = {actor.name: actor for actor in SIZED}


def is_of(actor: Actor, group: str) -> bool:
    """Whether an actor of whom all is stated is of a group."""
    if group == "small-bodies":
        return actor.sector.value in ("civil society", "business") and actor.size.value == "small"
    if group == "local-bodies":
        return actor.sector.value != "residents" and actor.tier.value in (
            "neighbourhood",
            "parish",
            "district",
        )
    return actor.sector.value == group.replace("-", " ")


def members(group: str) -> list[Actor]:
    return [actor for actor in SIZED if is_of(actor, group)]


def others(group: str) -> list[Actor]:
    return [actor for actor in SIZED if not is_of(actor, group)]


def shut_out(rng: random.Random, group: str, field: str) -> Proposal:
    on = (rng.choice(members(group)), *rng.sample(others(group), rng.randint(0, 1)))
    return Proposal(
        "P", duties=(Duty("bail", on),), **{field: tuple(rng.sample(others(group), rng.randint(1, 3)))}
    )


def let_in(rng: random.Random, group: str, field: str) -> Proposal:
    proposal = shut_out(rng, group, field)
    return replace(proposal, **{field: (*getattr(proposal, field), rng.choice(members(group)))})


def positive(group: str, field: str, rng: random.Random) -> Programme:
    made = [shut_out(rng, group, field) for _ in range(rng.randint(3, 8))]
    made += [let_in(rng, group, field) for _ in range(rng.randint(0, len(made) // 4))]
    rng.shuffle(made)
    return planted.programme(*made)


def near_miss(group: str, field: str, rng: random.Random) -> Programme:
    first, *rest = (shut_out(rng, group, field) for _ in range(3))
    holders, member = getattr(first, field), rng.choice(members(group))
    changes = [
        {field: (*holders, member)},
        {field: ()},
        {field: NOT_STATED},
        {field: (*holders, Actor("partners"))},
        *_off(rng, group),
    ]
    return planted.programme(replace(first, **rng.choice(changes)), *rest)


def _off(rng: random.Random, group: str) -> list[dict[str, object]]:
    duties = [(), NOT_STATED, (Duty("bail"),), (Duty("bail", ()),), (Duty("bail", (Actor("all"),)),)]
    duties.append((Duty("bail", (rng.choice(others(group)),)),))
    return [{"duties": each} for each in duties]


def unpaid(rng: random.Random, group: str) -> Proposal:
    duties = [Duty("bail", (rng.choice(members(group)),), work=Work.UNPAID) for _ in range(rng.randint(1, 2))]
    duties += [
        Duty("pour", (rng.choice(others(group)),), work=rng.choice(list(Work)))
        for _ in range(rng.randint(0, 1))
    ]
    return Proposal("P", duties=tuple(duties))


def volunteers_positive(group: str, rng: random.Random) -> Programme:
    return planted.programme(*(unpaid(rng, group) for _ in range(rng.randint(3, 8))))


def volunteers_near_miss(group: str, rng: random.Random) -> Programme:
    first, *rest = (unpaid(rng, group) for _ in range(3))
    duty, *more = first.duties
    changes = [
        {"duties": (replace(duty, work=Work.PAID), *more)},
        {"duties": (replace(duty, work=NOT_STATED), *more)},
        {"duties": (*first.duties, replace(duty, work=Work.PAID))},
        *_off(rng, group),
    ]
    return planted.programme(replace(first, **rng.choice(changes)), *rest)


PLANTS = [
    Plant(f"parity.{power}.{group}", partial(positive, group, field), partial(near_miss, group, field))
    for group in GROUPS
    for power, field in POWERS.items()
] + [
    Plant(
        f"parity.volunteers.{group}",
        partial(volunteers_positive, group),
        partial(volunteers_near_miss, group),
    )
    for group in VOLUNTEERS
]


def favourable(rng: random.Random, whole: Programme) -> Programme:
    """All sizes are stated, all work is paid, and everybody has a part in enforcing."""
    made = []
    for before in whole.proposals:
        proposal = stated(before, enforced_by=SIZED)
        duties = [replace(each, on=_sized(each.on), work=Work.PAID) for each in proposal.duties or ()]
        powers = {field: _sized(getattr(proposal, field)) for field in POWERS.values()}
        made.append(replace(proposal, duties=tuple(duties), **powers))
    return replace(whole, proposals=tuple(made))


def _sized(actors: tuple[Actor, ...]) -> tuple[Actor, ...]:
    return tuple(
        replace(actor, size=BY_NAME[actor.name].size) if actor.name in BY_NAME else actor for actor in actors
    )


def plainly(whole: Programme) -> dict[str, dict[object, bool | None]]:
    found: dict[str, dict[object, bool | None]] = {}
    for proposal in whole.proposals:
        for group in GROUPS:
            work = [duty.work for duty in proposal.duties for actor in duty.on if is_of(actor, group)]
            for power, field in POWERS.items():
                holders = getattr(proposal, field)
                shut = not any(is_of(actor, group) for actor in holders)
                case = shut if work and holders else None
                found.setdefault(f"parity.{power}.{group}", {})[proposal.id] = case
            if group in VOLUNTEERS:
                all_unpaid = "paid" not in [each.value for each in work if each is not NOT_STATED]
                found.setdefault(f"parity.volunteers.{group}", {})[proposal.id] = all_unpaid if work else None
    return found
