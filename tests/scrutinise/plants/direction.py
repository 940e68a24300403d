"""Plants for the questions about direction: means from above for an end declared bottom-up."""

from __future__ import annotations

import random
from dataclasses import replace

from covenant.place.types import Sector, Tier
from covenant.scrutinise.programme import (
    NOT_STATED,
    Actor,
    Direction,
    End,
    LevelReason,
    Participation,
    Programme,
    Proposal,
)
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants.plant import Plant

LEVELS = list(Participation)
LITTLE, MUCH = LEVELS[:3], LEVELS[3:]
LANE = Actor("Residents of Gutter Lane", Sector.RESIDENTS, Tier.NEIGHBOURHOOD)


class Scene:
    """A programme in which exactly as many proposals count as it takes: three, and half of those told."""

    def __init__(self, rng: random.Random, question: str) -> None:
        self.rng, self.question = rng, question.removeprefix("direction.")
        self.field = {name: field for field, name in planted.POWERS.items()}.get(self.question)
        counting = rng.randint(3, 6)
        self.above = [self.counts() for _ in range(counting)]
        self.below = [self.speaks_against() for _ in range(rng.choice([0, counting]))]
        self.silent = [self.cannot_be_told() for _ in range(rng.randint(0, 4))]
        self.end = rng.choice([planted.BOTTOM_UP, End("the lanes begin", Direction.BOTTOM_UP)])
        self.reasoned: list[Proposal] = []

    def counts(self) -> Proposal:
        """One that counts for this question, whatever it is for the others."""
        made = planted.from_above(self.rng)
        if self.question in ("opts-out", "ends") and self.rng.random() < 0.4:
            return replace(made, **{self.field: ()})
        if self.question == "participation":
            return replace(made, participation_promised=self.rng.choice(LITTLE))
        if self.question == "evidenced":
            lower, higher = sorted(self.rng.sample(range(len(LEVELS)), 2))
            return replace(made, participation_promised=LEVELS[higher], participation_evidenced=LEVELS[lower])
        return made

    def speaks_against(self) -> Proposal:
        """One of this question's cases that does not count."""
        if self.question == "consultation":
            heard = self.rng.choice(["consultation_held", "consultation_promised"])
            return replace(self.counts(), **{heard: (self.rng.choice([LANE, Actor()]),)})
        return planted.from_below(self.rng)

    def cannot_be_told(self) -> Proposal:
        fields = {
            "consultation": ["consultation_held", "consultation_promised"],
            "participation": ["participation_promised"],
            "evidenced": self.rng.choice([["participation_evidenced"], planted.LEVELS]),
        }.get(self.question, [self.field])
        return replace(self.counts(), **dict.fromkeys(fields, NOT_STATED))

    def programme(self) -> Programme:
        proposals = [*self.above, *self.below, *self.silent, *self.reasoned]
        self.rng.shuffle(proposals)
        return planted.programme(*proposals, ends=(self.end,))

    def turn_one(self) -> None:
        """One of those that count is given the single fact that takes it out, which is enough."""
        one, *others = self.above if self.below else self.above[:3]
        turns = [lambda: self.reasoned.append(replace(one, level_reasons=(self.rng.choice([*LevelReason]),)))]
        if self.field is not None:
            near = (*(getattr(one, self.field)), LANE)
            turns.append(lambda: self.below.append(replace(one, **{self.field: near})))
            turns.append(lambda: self.silent.append(replace(one, **{self.field: NOT_STATED})))
        elif self.question == "consultation":
            turns.append(lambda: self.below.append(replace(one, consultation_promised=(LANE,))))
            turns.append(lambda: self.silent.append(replace(one, consultation_held=NOT_STATED)))
        elif self.question == "participation":
            much = self.rng.choice(MUCH)
            turns.append(lambda: self.below.append(replace(one, participation_promised=much)))
        else:
            kept = one.participation_promised
            turns.append(lambda: self.below.append(replace(one, participation_evidenced=kept)))
        self.above = others
        self.rng.choice(turns)()

    def undeclare(self) -> None:
        """The end is declared in another direction, or for none of those that count."""
        other = self.rng.choice([Direction.TOP_DOWN, Direction.NEITHER, NOT_STATED])
        self.end = replace(self.end, direction=other)


def _positive(question: str):
    return lambda rng: Scene(rng, question).programme()


def _near_miss(question: str):
    def draw(rng: random.Random) -> Programme:
        scene = Scene(rng, question)
        rng.choice([scene.turn_one, scene.turn_one, scene.undeclare])()
        return scene.programme()

    return draw


NAMES = (*planted.POWERS.values(), "consultation", "participation", "evidenced")
PLANTS = [
    Plant(question, _positive(question), _near_miss(question))
    for question in (f"direction.{name}" for name in NAMES)
]


def favourable(rng: random.Random, programme: Programme) -> Programme:
    """States what is not stated, near those affected in every part, with what is promised borne out."""
    facts = {
        **dict.fromkeys((*planted.POWERS, "affected", "consultation_held", "consultation_promised"), (LANE,)),
        **dict.fromkeys(planted.LEVELS, rng.choice(MUCH)),
    }

    def stated(proposal: Proposal) -> Proposal:
        told = {field: fact for field, fact in facts.items() if getattr(proposal, field) is NOT_STATED}
        return replace(proposal, **told)

    return replace(programme, proposals=tuple(stated(proposal) for proposal in programme.proposals))


def plainly(programme: Programme) -> dict[str, dict[object, bool | None]]:
    return {id: cases for id, cases in planted.plainly(programme).items() if id.startswith("direction.")}
