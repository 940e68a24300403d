"""Nobody's own answer follows from what is published: every assignment is tried, over random histories."""

import random
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.place.types import NotAllowed, NotPossible
from covenant.relate import actions
from covenant.relate.engine.pulse import STEPS, Shown, _Steps, band, limits, may_show, pinned
from covenant.relate.models import Answered, Round
from covenant.relate.types import Band
from tests.personas import NOW, World
from tests.relate import naive
from tests.relate.relations import activate, actor, begin, found, someone

PEOPLE = [UUID(int=n + 1) for n in range(8)]
LATER = NOW + timedelta(days=8)


def _ids(who: frozenset[int]) -> frozenset[UUID]:
    return frozenset(PEOPLE[each] for each in who)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=25))
def test_what_is_shown_says_no_more_than_to_what_answers_lean(ratings: list[int]) -> None:
    shown = band(ratings)
    assert shown is naive.leans(ratings)
    low, high = limits(len(ratings), shown)
    assert low <= sum(each - 3 for each in ratings) <= high


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.frozensets(st.integers(0, 5), min_size=1), st.sampled_from(list(Band))),
        min_size=1,
        max_size=4,
    )
)
def test_what_follows_is_found_by_the_search_and_by_trying_everything(
    rounds: list[naive.Round],
) -> None:
    quick = pinned([(_ids(who), shown) for who, shown in rounds], _Steps(STEPS))
    assert quick == bool(naive.recovered(rounds))


def _history(rng: random.Random, *, exact: bool = False) -> list[naive.Round]:
    """Rounds that were published while people joined, left, kept silent and changed their minds.

    `exact`: as they would be if the sums of five and more were published, and nothing held back.
    """
    minds = {person: rng.choice((1, 2, 3, 4, 5, 5, 5)) for person in range(7)}
    inside, shown = set(range(6)), list[naive.Round]()
    for _round in range(9):
        inside ^= {person for person in minds if rng.random() < 0.12}
        minds |= {person: rng.randint(1, 5) for person in minds if rng.random() < 0.03}
        who = frozenset(person for person in inside if rng.random() < 0.95)
        ratings = [minds[person] for person in who]
        earlier = [Shown(_ids(people), {"b": Band(each)}) for people, each in shown] if not exact else []
        if len(who) >= 5 if exact else may_show(earlier, _ids(who), ["b"]):
            shown.append((who, sum(ratings) if exact else band(ratings)))
    return shown


def test_no_answer_is_recovered_from_what_was_published_in_random_histories() -> None:
    published = differing = 0
    for number in range(60):
        shown = _history(random.Random(number))
        published += len(shown)
        differing += len({who for who, _band in shown}) > 1
        assert all(len(who) >= 5 for who, _band in shown)
        assert naive.attacked(shown) == {}, number
    assert published > 100, "too little was published for this to have tested much"
    assert differing > 15, "groups that overlap were hardly ever published"


def test_the_same_attack_recovers_answers_from_exact_sums_of_five_and_more() -> None:
    """So that the test above could fail."""
    histories = [_history(random.Random(number), exact=True) for number in range(20)]
    assert sum(bool(naive.attacked(shown)) for shown in histories) >= 10


def test_a_history_of_bands_that_gives_two_people_away_is_held_back() -> None:
    told: list[naive.Round] = [
        (frozenset({0, 1, 2, 3, 4}), Band.MIXED),
        (frozenset({1, 2, 3, 4, 6}), Band.GOOD),
        (frozenset({0, 1, 3, 4, 5, 6}), Band.GOOD),
        (frozenset({1, 3, 4, 5, 6}), Band.MIXED),
    ]
    assert naive.recovered(told) == {0: 4, 6: 5}
    shown = [Shown(_ids(who), {"b": Band(each)}) for who, each in told]
    assert not all(may_show(shown[:n], shown[n].people, ["b"]) for n in range(4))


def test_nobody_of_five_who_all_said_the_same_is_found_out() -> None:
    five = frozenset(range(5))
    for shown in Band:
        found_out = naive.possible(sorted(five), [(five, shown)])
        assert all(len(values) == 5 for values in found_out.values()), "anyone can have said anything"


def test_whether_a_round_is_shown_never_hangs_on_its_answers() -> None:
    """It is not asked for them; and fewer than five, or a group that could give one away, is held back."""
    five, six = _ids(frozenset(range(5))), _ids(frozenset(range(6)))
    assert not may_show([], _ids(frozenset(range(4))), ["b"])
    assert may_show([], five, ["b"])
    assert may_show([Shown(five, {"b": Band.MIXED})], five, ["b"])
    assert may_show([Shown(five, {"b": Band.MIXED})], six, ["b"])
    ladder = [
        Shown(_ids(frozenset({0, 1, 2, 3, 4})), {"b": Band.MIXED}),
        Shown(_ids(frozenset({0, 1, 2, 3, 4, 5})), {"b": Band.GOOD}),
        Shown(_ids(frozenset({1, 2, 3, 4, 5})), {"b": Band.GOOD}),
    ]
    verdicts = {may_show(ladder, _ids(frozenset(range(8)) - {each}), ["b"]) for each in range(8)}
    assert verdicts == {True, False}


def test_who_answers_a_lot_is_told_within_bounds() -> None:
    """A search that would take too long ends, and then nothing is shown."""
    rng = random.Random(3)
    many = [UUID(int=n + 1) for n in range(30)]
    earlier = [
        Shown(frozenset(rng.sample(many, 18)), {k: rng.choice(list(Band)) for k in "abcdef"})
        for _ in range(12)
    ]
    assert may_show(earlier, frozenset(rng.sample(many, 18)), list("abcdef")) in (True, False)


# ---------------------------------------------------------------------------------- as it is kept


def _round(world: World, id: UUID, answers: dict[str, int], at: object = NOW) -> bool:
    actions.open_round(
        by=world.actor("convenor"), agreement=id, closes=NOW.date() + timedelta(days=7), at=NOW
    )
    keys = [each.key for each in found(id).shown.words.behaviours]
    for who, value in answers.items():
        actions.rate(by=someone(who), agreement=id, ratings=dict.fromkeys(keys, value), at=NOW)
    return actions.close_round(agreement=id, at=LATER)


@pytest.mark.django_db
def test_only_a_closed_round_of_five_is_published_and_the_answers_go(world: World) -> None:
    id = begin(world)
    activate(world, id)
    names = ("Cora", "Finn", "Lea", "Lou", "Faye")
    assert not _round(world, id, dict.fromkeys(names[:4], 5))
    assert not Answered.objects.exists()
    assert _round(world, id, dict.fromkeys(names, 5))
    row = Round.objects.get(number=2)
    assert row.answers == 5
    assert set(row.bands.values()) == {"good"}
    assert list(Answered.objects.values_list("ratings", flat=True)) == [{}] * 5


@pytest.mark.django_db
def test_nobody_closes_a_round_before_its_day_is_over(world: World) -> None:
    id = begin(world)
    activate(world, id)
    actions.open_round(by=someone("Lea"), agreement=id, closes=NOW.date(), at=NOW)
    with pytest.raises(NotPossible, match="until the end"):
        actions.close_round(agreement=id, at=NOW)
    assert actions.close_rounds(at=NOW) == 0
    assert actions.close_rounds(at=NOW + timedelta(days=1)) == 1
    assert not Round.objects.get().published


@pytest.mark.django_db
def test_only_named_people_answer_and_about_everything(world: World) -> None:
    id = begin(world)
    activate(world, id)
    actions.open_round(by=someone("Lea"), agreement=id, closes=NOW.date(), at=NOW)
    keys = [each.key for each in found(id).shown.words.behaviours]
    for who in ("convenor", "council", "public"):
        with pytest.raises(NotAllowed, match="named people"):
            actions.rate(by=actor(world, who), agreement=id, ratings=dict.fromkeys(keys, 3), at=NOW)
    for wrong in ({}, dict.fromkeys(keys[1:], 3), dict.fromkeys(keys, 6), {**dict.fromkeys(keys, 3), "x": 1}):
        with pytest.raises(NotPossible, match="every behaviour"):
            actions.rate(by=someone("Lea"), agreement=id, ratings=wrong, at=NOW)


@pytest.mark.django_db
def test_who_answered_is_forgotten_once_no_round_is_held_against_it(world: World) -> None:
    id = begin(world)
    activate(world, id)
    for _ in range(10):
        assert _round(world, id, dict.fromkeys(("Cora", "Finn", "Lea", "Lou", "Faye"), 3))
    kept = set(Answered.objects.values_list("round__number", flat=True))
    assert kept == set(range(3, 11))
