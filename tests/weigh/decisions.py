"""A decision of the tests: whether to open the hall on Sundays, weighed by a council and a charity."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from covenant.place.types import Actor
from covenant.weigh import actions, reads
from covenant.weigh.shown import AppraisalView
from covenant.weigh.types import (
    Answer,
    AppraisalWords,
    ConsiderationKind,
    Cost,
    CostKind,
    Followed,
    GroundKind,
    OptionWords,
    Source,
    Voice,
    Weight,
)
from tests.personas import NOW, Talk, World

NOTHING = ("Do nothing", "Leave things as they are.")
NEED = Source("People are alone on Sundays", "Survey of 2025", "https://testing.example/survey")


def write(world: World, talk: Talk, *, number: int = 0, kind: GroundKind = GroundKind.COMMON_GROUND) -> UUID:
    """An idea of the convenor in answer to the statement with which everyone agrees."""
    return actions.write_idea(
        by=world.actor("convenor"),
        place=world.place,
        voice=Voice.HEARD,
        title="Sundays",
        text="Open it on Sundays.",
        kind=kind,
        statements=[talk.statements[number]],
        at=NOW,
    )


def need(world: World, who: str = "charity", **other: Any) -> UUID:
    """An idea of a body on a need that a source tells of."""
    return actions.write_idea(
        **{
            "by": world.actor(who),
            "place": world.place,
            "voice": Voice.PARTY,
            "party": world.parties[who],
            "title": "A warm place",
            "text": "Heat a room.",
            "kind": GroundKind.NEED,
            "source": NEED,
            "at": NOW,
            **other,
        }
    )


def words(world: World, **other: Any) -> AppraisalWords:
    return AppraisalWords(
        **{
            "title": "The hall on Sundays",
            "asks": "Shall the hall be open on Sundays?",
            "decide_by": date(2026, 6, 30),
            "bodies": (world.parties["council"], world.parties["charity"]),
            "outcome": "Fewer people alone on Sundays",
            **other,
        }
    )


def begin(world: World, by: Actor | None = None, **other: Any) -> UUID:
    return actions.begin_appraisal(
        by=by or world.actor("convenor"),
        place=world.place,
        words=words(world, **other),
        nothing=NOTHING,
        at=NOW,
    )


COST = Cost(CostKind.FIGURES, 100_00, 250_00, 1200_00, 1200_00, "2026/27", "Quote of March")
FREE = Cost(CostKind.NOTHING, source="Nothing changes")


def option_words(**other: Any) -> OptionWords:
    return OptionWords(
        **{
            "title": "Open it",
            "what": "Two volunteers open the hall.",
            "cost": COST,
            "payer": "The council",
            "benefits": "Company",
            "tradeoffs": "Volunteers' Sundays",
            "gains": "People who live alone",
            "loses": "Nobody known",
            "legal": "The licence ends at six.",
            **other,
        }
    )


def option(world: World, appraisal: UUID, who: str = "convenor", **other: Any) -> UUID:
    return actions.word_option(by=world.actor(who), appraisal=appraisal, words=option_words(**other), at=NOW)


def state_costs(world: World, appraisal: UUID) -> None:
    """What doing nothing costs."""
    first = reads.appraisal(appraisal).options[0]
    actions.word_option(
        by=world.actor("convenor"),
        appraisal=appraisal,
        option=first.id,
        words=OptionWords(title=first.words.title, what=first.words.what, cost=FREE),
        at=NOW,
    )


def equality(world: World, appraisal: UUID) -> None:
    said = Source("Older people gain most; the ramp is steep.", "Equality note of March")
    actions.add_consideration(
        by=world.actor("council"), appraisal=appraisal, kind=ConsiderationKind.EQUALITY, said=said, at=NOW
    )


def weigh(world: World, appraisal: UUID, who: str) -> None:
    found = reads.appraisal(appraisal)
    actions.weigh(
        by=world.actor(who),
        appraisal=appraisal,
        party=None if who == "convenor" else world.parties[who],
        weights={each.id: (Weight.STRONG, f"{who} says so") for each in found.considerations},
        at=NOW,
    )


def answer(world: World, appraisal: UUID, followed: Followed = Followed.YES) -> None:
    found = reads.appraisal(appraisal)
    answers = {each.id: Answer(followed, "It can be done") for each in found.considerations if each.is_heard}
    actions.answer(by=world.actor("convenor"), appraisal=appraisal, answers=answers, at=NOW)


def ready(world: World, talk: Talk | None = None) -> tuple[UUID, UUID]:
    """A decision in which nothing is missing: its id and that of its second option."""
    ideas = (write(world, talk),) if talk else ()
    appraisal = begin(world)
    chosen = option(world, appraisal, ideas=ideas)
    state_costs(world, appraisal)
    equality(world, appraisal)
    for who in ("council", "charity"):
        weigh(world, appraisal, who)
    if talk:
        answer(world, appraisal)
    return appraisal, chosen


def put(world: World, appraisal: UUID, chosen: UUID, at: datetime = NOW) -> str:
    return actions.put(
        by=world.actor("convenor"), appraisal=appraisal, option=chosen, reason="It costs little", at=at
    )


def sign(world: World, appraisal: UUID, who: str, hash: str) -> None:
    actions.sign(by=world.actor(who), appraisal=appraisal, party=world.parties[who], hash=hash, at=NOW)


def judge(world: World, talk: Talk | None = None) -> AppraisalView:
    """A decision that both bodies signed."""
    appraisal, chosen = ready(world, talk)
    hash = put(world, appraisal, chosen)
    for who in ("council", "charity"):
        sign(world, appraisal, who, hash)
    return reads.appraisal(appraisal)
