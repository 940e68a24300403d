"""Days that have passed, spoken of and not."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from covenant.scrutinise.programme import Kind, Programme, Proposal
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants.plant import Plant

TODAY = date(2031, 4, 1)


def later(days: int) -> date:
    return TODAY + timedelta(days=days)


def reviewed(due: date | None, last: date | None, *proposals: Proposal) -> Programme:
    return replace(planted.programme(*proposals), as_of=TODAY, review_due=due, last_review=last)


def due(days: int, spoken: int | None, kind: Kind = Kind.COMMITMENT) -> Proposal:
    reported = None if spoken is None else later(spoken)
    return Proposal("P", kind=kind, due=later(days), last_reported=reported, ended=None)


def ended(days: int, on: int) -> Proposal:
    """Done, or said not to be done, before its day came."""
    return Proposal("P", kind=Kind.COMMITMENT, due=later(days), last_reported=later(on), ended=later(on))


def overdue(rng: random.Random) -> Programme:
    days = rng.randint(1, 900)
    return reviewed(later(-days), rng.choice([None, later(-days - rng.randint(1, 400))]))


def in_time(rng: random.Random) -> Programme:
    """Its day is today, or to come; or it was reviewed on that day or later; or there is no such day."""
    days = rng.randint(1, 900)
    return rng.choice(
        [
            reviewed(TODAY, None),
            reviewed(later(days), None),
            reviewed(later(-days), later(-days)),
            reviewed(later(-days), later(-days + rng.randint(0, days))),
            reviewed(None, None),
        ]
    )


def spoken_of(rng: random.Random) -> list[Proposal]:
    """Commitments with nothing to ask: not yet due, reported on, ended, or no commitments."""
    days = rng.randint(1, 400)
    choices = [
        due(0, None),
        due(days, None),
        due(-days, -days),
        due(-days, 0),
        due(-days, None, Kind.PROPOSAL),
        ended(-days, -days - 9),
    ]
    return [rng.choice(choices) for _ in range(rng.randint(1, 5))]


def silent(rng: random.Random) -> Programme:
    days = rng.randint(1, 400)
    missed = due(-days, rng.choice([None, -days - rng.randint(1, 100)]))
    return reviewed(later(9), None, *spoken_of(rng), missed)


PLANTS = (
    Plant("review.overdue", overdue, in_time),
    Plant("review.silent", silent, lambda rng: reviewed(later(9), None, *spoken_of(rng))),
)


def favourable(rng: random.Random, programme: Programme) -> Programme:
    """Reviewed, and every commitment spoken of, on the day."""
    day = later(-rng.randint(1, 99))
    proposals = tuple(replace(each, due=day, last_reported=day, ended=None) for each in programme.proposals)
    return replace(programme, as_of=TODAY, review_due=day, last_review=day, proposals=proposals)


def plainly(programme: Programme) -> dict[str, dict[object, bool | None]]:
    def outcome(by: date | None, spoken: date | None, ended: date | None = None) -> bool | None:
        if by is None or not by < programme.as_of:
            return None
        return ended is None and (spoken is None or spoken < by)

    return {
        "review.overdue": {"": outcome(programme.review_due, programme.last_review)},
        "review.silent": {
            each.id: outcome(each.due, each.last_reported, each.ended)
            for each in programme.proposals
            if each.kind is Kind.COMMITMENT
        },
    }
