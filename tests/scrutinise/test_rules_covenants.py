"""What the rules about covenants alone ask, held against their plain twins over every way of stating it."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.place.types import Sector
from covenant.scrutinise.engine import heard, reciprocity, review, sides
from covenant.scrutinise.programme import NOT_STATED, Actor, Duty, Funding, Kind, Programme, Proposal
from covenant.scrutinise.types import Question, Threshold
from tests.scrutinise import programmes as planted
from tests.scrutinise.plants import heard as heards
from tests.scrutinise.plants import reciprocity as returns
from tests.scrutinise.plants import review as reviews
from tests.scrutinise.plants import sides as sided

seeds = st.integers(0, 10**9)
BODIES = [planted.COUNCIL, planted.BAILERS, planted.STREET]
DAYS = [date(2031, 3, day) for day in (1, 2, 3, 5)]


class Draw:
    """A programme drawn at random, each fact of it stated with a certain chance."""

    def __init__(self, seed: int, told: float) -> None:
        self.rng, self.told = random.Random(seed), told

    def perhaps(self, *choices):
        return self.rng.choice(choices) if self.rng.random() < self.told else NOT_STATED

    def actor(self) -> Actor:
        body = self.rng.choice(BODIES)
        return Actor(self.perhaps(body.name), self.perhaps(body.sector))

    def people(self):
        return self.perhaps((), (self.actor(),), (self.actor(), self.actor()))

    def owing(self) -> Programme:
        made = []
        for _ in range(2):
            duties = self.perhaps((), (Duty(on=self.people()),), (Duty(on=self.people()),))
            kind = self.rng.choice([Kind.COMMITMENT, Kind.COMMITMENT, Kind.PROPOSAL])
            linked = self.perhaps((), (), ("P1",))
            made.append(Proposal("P", kind=kind, affected=self.people(), duties=duties, reciprocal_of=linked))
        return planted.programme(*made)

    def answering(self) -> Programme:
        made = []
        for _ in range(2):
            kind = self.rng.choice([Kind.COMMITMENT, Kind.COMMITMENT, Kind.PROPOSAL])
            answers, rests = self.perhaps((), ("S1",), ("S1", "S2")), self.perhaps("", "a count")
            made.append(Proposal("P", kind=kind, answers=answers, rests_on=rests))
        return replace(planted.programme(*made), heard=heards.SAID[: self.rng.randint(0, 2)])

    def dated(self) -> Programme:
        def day():
            return self.perhaps(None, *DAYS)

        made = [Proposal("P", kind=Kind.COMMITMENT, due=day(), last_reported=day(), ended=day())]
        return replace(
            planted.programme(*made), as_of=self.perhaps(*DAYS), review_due=day(), last_review=day()
        )


def actors(stated, names) -> Iterator[tuple[Actor, ...]]:
    every = [Actor(name, sector) for name in names for sector in Sector if sector.signs]
    every.append(Actor("somebody", Sector.RESIDENTS))
    if stated is NOT_STATED:
        return iter([(), *((one,) for one in every)])
    ways = []
    for actor in stated:
        ways.append(
            [
                Actor(name, sector)
                for name in (names if actor.name is NOT_STATED else [actor.name])
                for sector in (list(Sector) if actor.sector is NOT_STATED else [actor.sector])
            ]
        )
    return itertools.product(*ways)


def filled_owing(whole: Programme) -> list[Programme]:
    """Every name that may be meant: those of the programme, and one that it does not name."""
    ways = []
    for number, proposal in enumerate(whole.proposals):
        names = [*(body.name for body in BODIES), f"new {number}"]
        duties = [()] if proposal.duties is NOT_STATED else []
        on = NOT_STATED if proposal.duties is NOT_STATED else proposal.duties[0].on if proposal.duties else ()
        duties += [(Duty(on=each),) for each in actors(on, names)] if proposal.duties != () else [()]
        links = [(), ("P1",)] if proposal.reciprocal_of is NOT_STATED else [proposal.reciprocal_of]
        ways.append(
            [
                replace(proposal, affected=to, duties=duty, reciprocal_of=link)
                for to in actors(proposal.affected, names)
                for duty in duties
                for link in links
            ]
        )
    total = 1
    for way in ways:
        total *= len(way)
    if total > 3_000:
        return []
    return [replace(whole, proposals=proposals) for proposals in itertools.product(*ways)]


@settings(deadline=None, max_examples=150)
@given(seeds, st.integers(1, 2), st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(4, 5)]))
def test_who_promises_what_to_whom_is_counted_as_by_the_plain_twins(seed, least, share):
    programme, threshold = Draw(seed, 0.85).owing(), Threshold(least, share, "drawn")
    ways = filled_owing(programme)
    if not ways:
        return
    planted.hold(sides.ask(programme, {"sides": threshold}), [sided.plainly(way) for way in ways], threshold)
    if any(each.reciprocal_of is NOT_STATED for each in programme.proposals):
        return  # a link may name any commitment, itself too in this drawing: the next test's
    answers = reciprocity.ask(programme, {"reciprocity": threshold})
    planted.hold(answers, [returns.plainly(way) for way in ways], threshold)


def test_a_promise_whose_link_is_not_stated_is_not_held_against_anybody():
    made = returns.promise(planted.COUNCIL, planted.BAILERS)
    for silent in (replace(made, reciprocal_of=NOT_STATED), made):
        other = replace(returns.promise(planted.SHIRE, planted.STREET), reciprocal_of=NOT_STATED)
        (answer,) = reciprocity.ask(planted.programme(silent, other), planted.KEEN)
        assert not isinstance(answer, Question)
        assert answer.metric.undetermined == 1
        assert answer.limits.asked_if_unfavourable


@settings(deadline=None, max_examples=150)
@given(seeds, st.integers(1, 2), st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1)]))
def test_what_was_heard_is_counted_as_by_the_plain_twin(seed, least, share):
    programme, threshold = Draw(seed, 0.7).answering(), Threshold(least, share, "drawn")
    choices = {"answers": [(), ("S1",), ("S2",), ("S1", "S2")], "rests_on": ["", "a count"]}
    plain = [heards.plainly(way) for way in planted.filled(programme, choices)]
    answers = heard.ask(programme, {"heard": threshold})
    if any(each.answers is NOT_STATED for each in programme.proposals):
        answers = answers[1:]  # one answer may settle several things at once: bounds below
        first = heard.ask(programme, {"heard": threshold})[0]
        shares = [
            count / n if n else 0.0
            for count, n in (planted.counted(way["heard.unanswered"]) for way in plain)
        ]
        assert (first.limits.low, first.limits.high) == (min(shares), max(shares))
    planted.hold(answers, plain, threshold)


@settings(deadline=None, max_examples=200)
@given(seeds, st.integers(1, 2))
def test_days_are_counted_as_by_the_plain_twin(seed, least):
    programme, threshold = Draw(seed, 0.7).dated(), Threshold(least, Fraction(0), "drawn")
    days = [None, *(date(2031, 2, 24 + n) for n in range(5)), *(date(2031, 3, n) for n in range(1, 10))]
    ways = [
        replace(way, as_of=as_of, review_due=due, last_review=last)
        for way in planted.filled(programme, {"due": days, "last_reported": days, "ended": [None, DAYS[0]]})
        for as_of in (days[1:] if programme.as_of is NOT_STATED else [programme.as_of])
        for due, last in [(None, None)]
    ]
    answers = review.ask(programme, {"review": threshold})
    planted.hold(answers[1:], [reviews.plainly(way) for way in ways], threshold)
    wholes = [
        replace(programme, proposals=(), as_of=as_of, review_due=due, last_review=last)
        for as_of in (days[1:] if programme.as_of is NOT_STATED else [programme.as_of])
        for due in (days if programme.review_due is NOT_STATED else [programme.review_due])
        for last in (days if programme.last_review is NOT_STATED else [programme.last_review])
    ]
    planted.hold(answers[:1], [reviews.plainly(way) for way in wholes], threshold)


@pytest.mark.parametrize("silence", [NOT_STATED, ()])
def test_a_covenant_of_which_nothing_was_recorded_as_heard_is_asked_nothing_of_it(silence):
    programme = replace(planted.programme(heards.answering("S1")), heard=silence)
    unanswered = heard.ask(programme, planted.HOUSE)[0]
    assert not isinstance(unanswered, Question)
    assert unanswered.metric.n == 0


def test_a_commitment_that_rests_on_a_need_or_on_evidence_answers_something():
    programme = planted.programme(heards.answering(rests_on="the count of pumps of 2030"))
    answer = heard.ask(programme, planted.HOUSE)[1]
    assert not isinstance(answer, Question)
    assert (answer.metric.count, answer.metric.n) == (0, 1)


def test_the_day_itself_has_not_passed():
    on_the_day = reviews.reviewed(reviews.TODAY, None, reviews.due(0, None))
    the_day_after = reviews.reviewed(reviews.later(-1), None, reviews.due(-1, None))
    assert [isinstance(each, Question) for each in review.ask(on_the_day, planted.HOUSE)] == [False, False]
    assert [isinstance(each, Question) for each in review.ask(the_day_after, planted.HOUSE)] == [True, True]


def test_evidence_names_the_thing_heard_and_by_how_many():
    (thing,) = heards.SAID[:1]
    programme = replace(planted.programme(heards.answering(rests_on="a count")), heard=(thing,))
    question = heard.ask(programme, planted.HOUSE)[0]
    assert isinstance(question, Question)
    assert question.evidence[0].says == "“mend pump 1” (101 answered it)"
    assert question.evidence[0].where == "p. 2"


def test_residents_are_no_side_and_owe_nothing_in_return():
    gifts = planted.programme(*[returns.promise(planted.COUNCIL, planted.STREET)] * 5)
    (answer,) = reciprocity.ask(gifts, planted.HOUSE)
    assert answer.metric.n == 0
    assert [each.id for each in sides.ask(gifts, planted.HOUSE)] == [
        "sides.state",
        "sides.civil-society",
        "sides.business",
    ]


def test_a_promise_that_another_is_linked_to_is_returned_as_much_as_that_one():
    gift = returns.promise(planted.COUNCIL, planted.BAILERS)
    linked = returns.promise(planted.SHIRE, planted.COOPERS, reciprocal_of=("P1",))
    (answer,) = reciprocity.ask(planted.programme(gift, linked), planted.HOUSE)
    assert (answer.metric.count, answer.metric.n) == (0, 2)


def owed(by: Actor, to: Actor, **changes) -> Proposal:
    """A commitment long due that answers what was heard, on which nobody has said a word."""
    facts = {
        "answers": ("S1",),
        "rests_on": "",
        "due": reviews.later(-5),
        "last_reported": None,
        "ended": None,
    }
    return returns.promise(by, to, **{**facts, **changes})


def covenant(*promises: Proposal) -> Programme:
    return replace(reviews.reviewed(reviews.later(-9), None, *promises), heard=heards.SAID[:1])


ONE, OTHER = owed(planted.COUNCIL, planted.BAILERS), owed(planted.SHIRE, planted.COOPERS)
RULES = {"sides": sides, "reciprocity": reciprocity, "heard": heard, "review": review}
SIDES = {"sides.state", "sides.civil-society", "sides.business"}
BACK = (Duty(on=(planted.BAILERS,), funding=Funding.FUNDED),)


def figures(programme: Programme) -> dict[str, object]:
    answers = [answer for name, rule in RULES.items() for answer in rule.ask(programme, planted.KEEN)]
    return {answer.id: (answer.metric.count, answer.metric.n, type(answer).__name__) for answer in answers}


@pytest.mark.parametrize(
    ("change", "turned"),
    [
        (
            {"kind": Kind.PROPOSAL},
            {*SIDES, "reciprocity.unreturned", "review.silent", "heard.answers-nothing"},
        ),
        ({"duties": BACK}, {"sides.state", "sides.civil-society", "reciprocity.unreturned"}),
        ({"affected": (planted.STREET,)}, {"reciprocity.unreturned"}),
        ({"reciprocal_of": ("P2",)}, {"reciprocity.unreturned"}),
        ({"answers": ()}, {"heard.answers-nothing"}),
        ({"answers": NOT_STATED}, {"heard.answers-nothing"}),
        ({"rests_on": "a survey of pumps"}, set()),
        ({"due": reviews.TODAY}, {"review.silent"}),
        ({"last_reported": reviews.TODAY}, {"review.silent"}),
        ({"ended": reviews.later(-99)}, {"review.silent"}),
        *(({field: value}, set()) for field, value in (("text", "pour"), ("measure", ""), ("parties", ()))),
    ],
)
def test_changing_a_field_changes_only_the_questions_that_depend_on_it(change, turned):
    before = figures(covenant(ONE, OTHER))
    after = figures(covenant(replace(ONE, **change), OTHER))
    assert {id for id in before if before[id] != after[id]} == turned


@pytest.mark.parametrize(
    ("change", "turned"),
    [
        ({"heard": heards.SAID[:2]}, {"heard.unanswered"}),
        ({"as_of": reviews.later(-9)}, {"review.overdue", "review.silent"}),
        ({"last_review": reviews.TODAY}, {"review.overdue"}),
        ({"review_due": reviews.TODAY}, {"review.overdue"}),
        ({"title": "Pails for all"}, set()),
    ],
)
def test_changing_a_fact_of_the_whole_changes_only_the_questions_that_depend_on_it(change, turned):
    before = figures(covenant(ONE, OTHER))
    after = figures(replace(covenant(ONE, OTHER), **change))
    assert {id for id in before if before[id] != after[id]} == turned
