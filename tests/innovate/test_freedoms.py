"""A freedom from draft to evaluation: what it takes, whom it takes, and what its days come to."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from covenant.innovate import actions, reads
from covenant.innovate.engine import freedom_hash
from covenant.innovate.models import Area, Consent, Freedom
from covenant.innovate.rules import TRANSITIONS, latest_sunset
from covenant.innovate.types import Baseline, FreedomState, NoticeKind, Verdict, Wording
from covenant.place import actions as places
from covenant.place.types import NotAllowed, NotFound, NotPossible, Tier
from tests.innovate.areas import (
    BEGINS,
    DUE,
    STARTS,
    SUNSET,
    area_words,
    begin,
    consent,
    drafted,
    evaluate,
    granted,
    measure,
    propose,
    seen,
    words,
)
from tests.personas import NOW, World, all_that_is_kept, draft, sign_all
from tests.records import record_size, recorded, without_gaps

DAY = timedelta(days=1)
LATER = datetime(2026, 7, 10, 12, 0, tzinfo=UTC)  # after the sunset, before the evaluation is due


def _kinds(start: int = 0) -> list[str]:
    return [entry.kind for entry in recorded(start=start)]


# Areas


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"places": ()}, "at least one place"),
        ({"sunset": BEGINS - DAY}, "on or after"),
        ({"sunset": date(2031, 1, 1)}, "31 December 2030 or earlier"),
        ({"title": "  "}, "title"),
        ({"purpose": "\n"}, "what it is for"),
    ],
)
def test_an_area_is_somewhere_and_lasts_a_few_years_at_most(
    world: World, other: dict[str, Any], says: str
) -> None:
    with pytest.raises(NotPossible, match=says):
        begin(world, **other)
    assert not Area.objects.exists()


def test_an_area_may_last_five_years_to_the_day(world: World) -> None:
    begin(world, sunset=date(2030, 12, 31))
    assert latest_sunset(BEGINS) == date(2030, 12, 31)


def test_an_area_lies_in_the_place_of_its_convenor_and_in_those_within_it(world: World) -> None:
    parish = places.add_place(name="Parish", slug="parish", tier=Tier.PARISH, within=world.place, at=NOW)
    with pytest.raises(NotPossible, match="lies in the place that convenes it"):
        begin(world, places=(world.place, world.other_place))
    area = begin(world, places=(parish,))
    granted(world, area)
    lines = reads.areas(place=parish, asked_by=world.actor("public"), today=NOW.date())
    assert [line.place_names for line in lines] == [("Parish",)]
    assert reads.areas(place=world.other_place, asked_by=world.actor("public"), today=NOW.date()) == []


@pytest.mark.parametrize("who", ["public", "stranger", "scrutineer", "administrator", "council", "charity"])
def test_only_the_convenor_begins_words_drafts_and_proposes(world: World, who: str) -> None:
    area = begin(world)
    freedom = drafted(world, area)
    kept, by = all_that_is_kept(), world.actor(who)
    for attempt in (
        lambda: actions.begin_area(by=by, place=world.place, slug="x", words=area_words(world), at=NOW),
        lambda: actions.word_area(by=by, area=area, words=area_words(world, title="T"), at=NOW),
        lambda: actions.draft_freedom(by=by, area=area, words=words(world), at=NOW),
        lambda: actions.word_freedom(by=by, freedom=freedom, words=words(world, title="T"), at=NOW),
        lambda: actions.propose(by=by, freedom=freedom, at=NOW),
        lambda: actions.withdraw(by=by, freedom=freedom, at=NOW),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert all_that_is_kept() == kept


def test_residents_convene_nothing_and_an_unknown_body_or_commitment_is_not_found(world: World) -> None:
    for other, fault in (
        ({"convenor": world.parties["residents"]}, NotPossible),
        ({"convenor": uuid4()}, NotFound),
        ({"grounds": (uuid4(),)}, NotFound),
    ):
        with pytest.raises(fault):
            begin(world, **other)
    assert not Area.objects.exists()


def test_an_area_serves_commitments_that_were_shown_for_signing(world: World) -> None:
    from covenant.agree.models import Commitment

    version = draft(world)
    commitment = Commitment.objects.get()
    with pytest.raises(NotFound):
        begin(world, grounds=(commitment.id,))
    sign_all(world, version)
    area = begin(world, grounds=(commitment.id,))
    granted(world, area)
    found = reads.area("try-it", asked_by=world.actor("public"), today=NOW.date())
    assert [(ground.id, ground.covenant_slug) for ground in found.grounds] == [
        (commitment.id, "our-covenant")
    ]


def test_an_areas_words_stand_once_a_freedom_was_proposed(world: World) -> None:
    area = begin(world)
    freedom = drafted(world, area)
    convenor = world.actor("convenor")
    actions.word_area(by=convenor, area=area, words=area_words(world, title="Other"), at=NOW)
    with pytest.raises(NotPossible, match="within its area"):
        actions.word_area(by=convenor, area=area, words=area_words(world, sunset=SUNSET - DAY), at=NOW)
    propose(world, freedom)
    actions.withdraw(by=convenor, freedom=freedom, at=NOW)
    with pytest.raises(NotPossible, match="cannot change"):
        actions.word_area(by=convenor, area=area, words=area_words(world), at=NOW)
    assert Area.objects.get().title == "Other"


@pytest.mark.parametrize("slug", ["new", "New", "a b", "é", "", "x" * 51])
def test_an_area_cannot_be_addressed_like_another_page(world: World, slug: str) -> None:
    with pytest.raises(NotPossible):
        begin(world, slug)


def test_an_address_is_given_once(world: World) -> None:
    begin(world)
    with pytest.raises(NotPossible, match="already"):
        begin(world)


# What a freedom says


def _other(world: World, name: str) -> dict[str, Any]:
    parties = world.parties
    return {
        "no user": {"users": ()},
        "residents use": {"users": (parties["residents"],)},
        "residents grant": {"granter": parties["residents"]},
        "frees itself": {"users": (parties["council"],)},
        "frees itself too": {"users": (parties["charity"], parties["council"])},
        "user evaluates": {"evaluator": parties["charity"]},
        "starts before the area": {"starts": BEGINS - DAY},
        "ends after the area": {"sunset": date(2028, 1, 1), "evaluation_due": date(2028, 1, 1)},
        "ends before it starts": {"starts": SUNSET + DAY},
        "evaluated too late": {"evaluation_due": SUNSET + 91 * DAY},
        "evaluated too early": {"evaluation_due": SUNSET - 91 * DAY},
        "evaluated before it starts": {"starts": SUNSET - 3 * DAY, "evaluation_due": SUNSET - 4 * DAY},
        "neither target nor failure": {"target": " ", "failure": ""},
        "no measure": {"measure": " "},
        "no hypothesis": {"hypothesis": ""},
        "no source of the rule": {"source": " "},
        "no safeguards": {"safeguards": ""},
        "baseline without a source": {"baseline": Baseline(Decimal(1), None, " ", BEGINS)},
        "baseline without a date": {"baseline": Baseline(Decimal(1), None, "s", None)},
        "baseline without a figure": {"baseline": Baseline(None, 4, "", None)},
        "baseline beyond number": {"baseline": Baseline(Decimal("Infinity"), None, "s", BEGINS)},
        "baseline no number": {"baseline": Baseline(Decimal("NaN"), None, "s", BEGINS)},
        "baseline too fine": {"baseline": Baseline(Decimal("0.00001"), None, "s", BEGINS)},
        "baseline of none": {"baseline": Baseline(Decimal(1), 0, "s", BEGINS)},
    }[name]


@pytest.mark.parametrize(
    "name",
    [
        "no user", "residents use", "residents grant", "frees itself", "frees itself too", "user evaluates",
        "starts before the area", "ends after the area", "ends before it starts", "evaluated too late",
        "evaluated too early", "evaluated before it starts", "neither target nor failure", "no measure",
        "no hypothesis", "no source of the rule", "no safeguards", "baseline without a source",
        "baseline without a date", "baseline without a figure", "baseline beyond number",
        "baseline no number", "baseline too fine", "baseline of none",
    ],
)  # fmt: skip
def test_a_freedom_that_could_not_be_granted_used_or_judged_is_not_drafted(world: World, name: str) -> None:
    area = begin(world)
    freedom = drafted(world, area)
    kept, bad = all_that_is_kept(), words(world, **_other(world, name))
    with pytest.raises(NotPossible):
        actions.draft_freedom(by=world.actor("convenor"), area=area, words=bad, at=NOW)
    with pytest.raises(NotPossible):
        actions.word_freedom(by=world.actor("convenor"), freedom=freedom, words=bad, at=NOW)
    assert all_that_is_kept() == kept


def test_what_is_not_measured_yet_is_said_to_be_so(world: World) -> None:
    granted(world, begin(world), baseline=Baseline())
    assert seen(world).words.baseline == Baseline()


def test_every_word_of_a_freedom_and_of_its_area_is_in_its_hash(world: World) -> None:
    freedom_id = drafted(world, begin(world))
    area = reads.area_of(Freedom.objects.get(id=freedom_id).area_id, today=NOW.date())
    freedom = area.freedoms[0]
    hashes = {freedom_hash(area, freedom)}
    for field in fields(Wording):
        if field.name in ("granter", "users", "evaluator"):  # told by the views of these parties
            continue
        old: Any = getattr(freedom.words, field.name)
        new = (
            old + DAY
            if isinstance(old, date)
            else Baseline()
            if isinstance(old, Baseline)
            else f"{old} other"
        )
        hashes.add(freedom_hash(area, replace(freedom, words=replace(freedom.words, **{field.name: new}))))
    residents = seen(world).evaluator
    for name, new in (
        ("granter", residents),
        ("users", (residents,)),
        ("evaluator", freedom.granter),
        ("never_waived", "Nothing"),
        ("renews", 7),
        ("number", 9),
    ):
        hashes.add(freedom_hash(area, replace(freedom, **{name: new})))
    for name, new in (
        ("title", "x"), ("purpose", "x"), ("starts", STARTS), ("sunset", SUNSET), ("places", ()),
        ("convenor", residents),
    ):  # fmt: skip
        hashes.add(freedom_hash(replace(area, **{name: new}), freedom))
    assert len(hashes) == 1 + (len(fields(Wording)) - 3) + 6 + 6


def test_the_hash_is_the_same_however_a_figure_is_written(world: World) -> None:
    area = begin(world)
    hashes = set()
    for value in ("61", "61.0", "61.0000", "6.1E+1"):
        freedom = drafted(world, area, baseline=Baseline(Decimal(value), 23, "Register", BEGINS))
        view = reads.area_of(area, today=NOW.date()).freedoms[-1]
        hashes.add(freedom_hash(reads.area_of(area, today=NOW.date()), replace(view, number=1)))
        actions.withdraw(by=world.actor("convenor"), freedom=freedom, at=NOW)
    assert len(hashes) == 1


# Consent


def test_it_takes_the_body_that_holds_the_rule_and_all_who_would_use_it(world: World) -> None:
    freedom = drafted(world, begin(world))
    hash = propose(world, freedom)
    assert consent(world, freedom, "charity", hash) is FreedomState.PROPOSED
    assert seen(world).standing.value == "proposed"
    assert consent(world, freedom, "council", hash) is FreedomState.GRANTED
    assert seen(world).standing.value == "in force"
    assert _kinds()[-4:] == ["freedom.proposed", "freedom.consented", "freedom.consented", "freedom.granted"]
    assert without_gaps(recorded())


@pytest.mark.parametrize(
    "who", ["public", "convenor", "scrutineer", "charity", "business", "lapsed", "stranger"]
)
def test_nobody_but_the_body_that_holds_the_rule_waives_it(world: World, who: str) -> None:
    freedom = drafted(world, begin(world))
    hash = propose(world, freedom)
    kept = all_that_is_kept()
    with pytest.raises(NotAllowed, match="no mandate"):
        consent(world, freedom, who, hash, party="council")
    assert all_that_is_kept() == kept


def test_the_evaluator_has_nothing_to_consent_to(world: World) -> None:
    freedom = drafted(world, begin(world))
    with pytest.raises(NotPossible, match="takes no consent"):
        consent(world, freedom, "business", propose(world, freedom))


def test_nobody_consents_to_what_they_were_not_shown(world: World) -> None:
    freedom = drafted(world, begin(world))
    hash = propose(world, freedom)
    for wrong in ("", "0" * 64, hash.upper(), hash[:-1]):
        with pytest.raises(NotPossible, match="not the words"):
            consent(world, freedom, "council", wrong)
    Freedom.objects.filter(id=freedom).update(waived="Everything")  # somebody with the database in hand
    with pytest.raises(NotPossible, match="not the words"):
        consent(world, freedom, "council", hash)
    assert not Consent.objects.exists()


def test_consenting_twice_is_consenting_once(world: World) -> None:
    freedom = drafted(world, begin(world))
    hash = propose(world, freedom)
    consent(world, freedom, "council", hash)
    kept = all_that_is_kept()
    consent(world, freedom, "council", hash)
    assert all_that_is_kept() == kept


def test_words_that_were_proposed_never_change(world: World) -> None:
    freedom = drafted(world, begin(world))
    propose(world, freedom)
    for attempt in (
        lambda: actions.word_freedom(by=world.actor("convenor"), freedom=freedom, words=words(world), at=NOW),
        lambda: propose(world, freedom),
    ):
        with pytest.raises(NotPossible):
            attempt()


def test_a_refusal_with_its_reason_ends_a_proposal(world: World) -> None:
    freedom = drafted(world, begin(world))
    hash = propose(world, freedom)
    consent(world, freedom, "council", hash)
    refuse = {"freedom": freedom, "at": NOW}
    with pytest.raises(NotPossible, match="Say why"):
        actions.refuse(by=world.actor("charity"), party=world.parties["charity"], reason=" ", **refuse)
    with pytest.raises(NotPossible, match="consented already"):
        actions.refuse(by=world.actor("council"), party=world.parties["council"], reason="No", **refuse)
    actions.refuse(by=world.actor("charity"), party=world.parties["charity"], reason="Too risky", **refuse)
    found = seen(world)
    assert (found.standing.value, found.ending and found.ending.reason) == ("refused", "Too risky")
    with pytest.raises(NotPossible):
        consent(world, freedom, "charity", hash)


def test_no_entry_of_the_record_names_a_person_or_tells_what_a_draft_says(world: World) -> None:
    start = record_size()
    freedom = drafted(world, begin(world))
    assert _kinds(start) == ["area.begun", "freedom.drafted"]
    assert "quote" not in str(recorded(start=start))
    hash = propose(world, freedom)
    consent(world, freedom, "council", hash)
    text = str(recorded(start=start))
    assert str(world.people["council"]) not in text


# Days


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def test_the_sunset_is_the_last_day_on_which_it_holds_and_nobody_has_to_act(world: World) -> None:
    granted(world, begin(world))
    kept = all_that_is_kept()
    for today, says in (
        (STARTS - DAY, "granted, not yet in force"),
        (STARTS, "in force"),
        (SUNSET, "in force"),
        (SUNSET + DAY, "no longer in force"),
        (SUNSET + 4000 * DAY, "no longer in force"),
    ):
        assert seen(world, today=today).standing.value == says
    assert all_that_is_kept() == kept


def test_a_freedom_can_be_granted_until_its_last_midnight_in_london_and_not_after(world: World) -> None:
    freedom = drafted(world, begin(world))
    hash = propose(world, freedom)
    consent(world, freedom, "council", hash)
    midnight = _at(SUNSET, 23)  # of 1 July, in summer time
    with pytest.raises(NotPossible, match="has passed"):
        consent(world, freedom, "charity", hash, at=midnight)
    assert seen(world, today=SUNSET + DAY).standing.value == "not granted in time"
    assert consent(world, freedom, "charity", hash, at=midnight - timedelta(seconds=1)) == "granted"


def test_what_has_no_day_left_is_not_proposed(world: World) -> None:
    freedom = drafted(world, begin(world))
    with pytest.raises(NotPossible, match="has passed"):
        propose(world, freedom, LATER)


@pytest.mark.parametrize("who", ["council", "charity"])
def test_either_side_ends_it_early_and_only_before_its_sunset(world: World, who: str) -> None:
    freedom = granted(world, begin(world))
    end = {"by": world.actor(who), "freedom": freedom, "party": world.parties[who]}
    with pytest.raises(NotPossible, match="Say why"):
        actions.end_early(**end, reason="", at=NOW)
    with pytest.raises(NotPossible, match="has passed"):
        actions.end_early(**end, reason="Harm", at=LATER)
    actions.end_early(**end, reason="Harm", at=NOW)
    assert seen(world).standing.value == "ended early"
    with pytest.raises(NotPossible):
        actions.end_early(**end, reason="Harm", at=NOW)


@pytest.mark.parametrize("who", ["public", "convenor", "scrutineer", "business", "lapsed"])
def test_nobody_else_ends_it(world: World, who: str) -> None:
    freedom = granted(world, begin(world))
    for party in ("council", "charity"):
        with pytest.raises(NotAllowed):
            actions.end_early(
                by=world.actor(who), freedom=freedom, party=world.parties[party], reason="r", at=NOW
            )


# It shouts


@pytest.mark.parametrize(
    ("days", "kind", "said"),
    [
        (-91, None, 0),
        (-90, NoticeKind.WITHIN_90, 90),
        (-31, NoticeKind.WITHIN_90, 31),
        (-30, NoticeKind.WITHIN_30, 30),
        (0, NoticeKind.WITHIN_30, 0),
        (1, NoticeKind.PAST_SUNSET, 1),
        (400, NoticeKind.PAST_SUNSET, 400),
    ],
)
def test_a_freedom_is_told_of_near_its_sunset_and_shouts_past_it(
    world: World, days: int, kind: NoticeKind | None, said: int
) -> None:
    granted(world, begin(world))
    today = SUNSET + days * DAY
    for place in (None, world.place):
        found = reads.notices(place=place, today=today)
        assert [(notice.kind, notice.days) for notice in found] == ([(kind, said)] if kind else [])
    assert reads.notices(place=world.other_place, today=today) == []
    assert seen(world, today=today).notice == (found[0] if found else None)


def test_an_evaluation_that_is_due_before_the_sunset_is_overdue_before_it(world: World) -> None:
    granted(world, begin(world), evaluation_due=SUNSET - 10 * DAY)
    due = reads.notices(today=SUNSET - 10 * DAY)
    assert [notice.kind for notice in due] == [NoticeKind.WITHIN_30], "on the day itself it is not overdue"
    found = reads.notices(today=SUNSET - 7 * DAY)
    assert [(notice.kind, notice.days, notice.evaluator) for notice in found] == [
        (NoticeKind.OVERDUE, 3, "Testing Traders")
    ]


def test_a_freedom_that_ended_early_owes_its_evaluation_too(world: World) -> None:
    due = SUNSET - 2 * DAY
    freedom = granted(world, begin(world), evaluation_due=due)
    actions.end_early(
        by=world.actor("council"), freedom=freedom, party=world.parties["council"], reason="r", at=NOW
    )
    assert reads.notices(today=due) == []
    assert [(n.kind, n.days, n.ended) for n in reads.notices(today=SUNSET)] == [(NoticeKind.OVERDUE, 2, True)]
    assert [(n.kind, n.ended) for n in reads.notices(today=SUNSET + DAY)] == [(NoticeKind.PAST_SUNSET, True)]
    evaluate(world, freedom, at=NOW, verdict=Verdict.CANNOT_TELL)
    assert reads.notices(today=SUNSET + DAY) == []


def test_what_was_never_granted_never_shouts(world: World) -> None:
    area = begin(world)
    drafted(world, area)
    propose(world, drafted(world, area, source="Order 15", waived="Forms"))
    assert reads.notices(today=SUNSET + DAY) == []


def test_the_loudest_comes_first(world: World) -> None:
    area = begin(world)
    for number, sunset in enumerate(
        [date(2026, 5, 20), date(2026, 4, 20), date(2026, 6, 1), date(2026, 7, 20)]
    ):
        granted(world, area, source=f"s{number}", waived=f"w{number}", sunset=sunset, evaluation_due=sunset)
    found = reads.notices(today=date(2026, 5, 25))
    assert [notice.number for notice in found] == [2, 1, 3, 4]


# Figures, evaluation, replies, renewal


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"dated": date(2026, 3, 3)}, "date to come"),
        ({"source": " "}, "where the figure comes from"),
        ({"url": "javascript:alert(1)"}, "https://"),
        ({"value": Decimal("NaN")}, "digits"),
        ({"value": Decimal("1e10")}, "digits"),
        ({"value": Decimal("0.12345")}, "digits"),
        ({"n": 0}, "of how many"),
        ({"n": -3}, "of how many"),
    ],
)
def test_a_figure_that_a_reader_could_not_check_is_refused(
    world: World, other: dict[str, Any], says: str
) -> None:
    freedom = granted(world, begin(world))
    kept = all_that_is_kept()
    with pytest.raises(NotPossible, match=says):
        measure(world, freedom, **other)
    assert all_that_is_kept() == kept


def test_every_body_with_a_part_in_it_reports_and_nobody_else(world: World) -> None:
    freedom = granted(world, begin(world))
    for who in ("council", "charity", "business"):
        measure(world, freedom, who)
    for who in ("convenor", "scrutineer", "lapsed", "public"):
        with pytest.raises(NotAllowed):
            actions.measure(
                by=world.actor(who), freedom=freedom, party=world.parties["charity"],
                dated=NOW.date(), value=Decimal(1), n=None, source="s", at=NOW,
            )  # fmt: skip
    assert [m.party.name for m in seen(world).measurements] == [
        "Testing District Council", "Friends of Testing", "Testing Traders",
    ]  # fmt: skip
    assert [m.shown for m in seen(world).measurements] == ["40"] * 3


def test_a_body_without_a_part_in_it_reports_and_replies_nothing(world: World) -> None:
    freedom = granted(
        world, begin(world), users=(world.parties["business"],), evaluator=world.parties["council"]
    )
    evaluate(world, freedom, "council", at=LATER, verdict=Verdict.CANNOT_TELL)
    charity = {"by": world.actor("charity"), "freedom": freedom, "party": world.parties["charity"]}
    with pytest.raises(NotAllowed, match="party of this freedom"):
        actions.measure(**charity, dated=NOW.date(), value=Decimal(1), n=None, source="s", at=NOW)
    with pytest.raises(NotAllowed, match="party of this freedom"):
        actions.reply(**charity, text="t", at=LATER)


def test_what_was_never_granted_is_neither_measured_nor_evaluated(world: World) -> None:
    freedom = drafted(world, begin(world))
    for attempt in (lambda: measure(world, freedom), lambda: evaluate(world, freedom, at=NOW)):
        with pytest.raises(NotPossible, match="never granted"):
            attempt()


@pytest.mark.parametrize("who", ["charity", "council", "convenor", "scrutineer", "public", "lapsed"])
def test_only_the_body_that_was_named_evaluates(world: World, who: str) -> None:
    freedom = granted(world, begin(world))
    measure(world, freedom)
    with pytest.raises(NotAllowed):
        evaluate(world, freedom, who, at=LATER)


def test_an_evaluation_comes_near_the_sunset_once_and_with_figures(world: World) -> None:
    freedom = granted(world, begin(world))
    opens = SUNSET - 90 * DAY
    with pytest.raises(NotPossible, match="too early"):
        evaluate(world, freedom, at=_at(opens, 12) - DAY, verdict=Verdict.CANNOT_TELL)
    with pytest.raises(NotPossible, match="No figure"):
        evaluate(world, freedom, at=_at(opens, 12))
    measure(world, freedom, dated=NOW.date() - DAY)
    with pytest.raises(NotPossible, match="No figure"):
        evaluate(world, freedom, at=_at(opens, 12), verdict=Verdict.DID_NOT)
    measure(world, freedom, dated=NOW.date())
    for blank in ("figures", "learnt"):
        with pytest.raises(NotPossible, match="which figures"):
            evaluate(world, freedom, at=_at(opens, 12), **{blank: " "})
    with pytest.raises(NotPossible, match="beginning with https"):
        evaluate(world, freedom, at=_at(opens, 12), url="javascript:alert(1)")
    evaluate(world, freedom, at=_at(opens, 12))
    with pytest.raises(NotPossible, match="published already"):
        evaluate(world, freedom, at=LATER)
    made = seen(world).evaluation
    assert made
    assert (made.verdict, made.person, made.party.name) == (Verdict.HELD, "Business", "Testing Traders")


def test_replies_stand_beside_an_evaluation_and_change_nothing_in_it(world: World) -> None:
    freedom = granted(world, begin(world))
    reply = {"freedom": freedom, "at": LATER, "text": "We see it otherwise."}
    with pytest.raises(NotPossible, match="no evaluation"):
        actions.reply(by=world.actor("charity"), party=world.parties["charity"], **reply)
    evaluate(world, freedom, at=LATER, verdict=Verdict.CANNOT_TELL)
    before = seen(world).evaluation
    assert before
    for who in ("charity", "council", "charity"):
        actions.reply(by=world.actor(who), party=world.parties[who], **reply)
    with pytest.raises(NotAllowed):
        actions.reply(by=world.actor("convenor"), party=world.parties["charity"], **reply)
    after = seen(world).evaluation
    assert after
    assert replace(after, replies=()) == replace(before, replies=())
    assert [said.party.name for said in after.replies] == [
        "Friends of Testing", "Testing District Council", "Friends of Testing",
    ]  # fmt: skip


NEXT = {"starts": date(2026, 8, 1), "sunset": date(2026, 10, 31), "evaluation_due": date(2026, 11, 30)}


def test_nothing_is_renewed_before_its_evaluation_is_published(world: World) -> None:
    area = begin(world)
    first = granted(world, area)
    with pytest.raises(NotPossible, match="No freedom is renewed"):
        drafted(world, area, renews=first, at=LATER, **NEXT)
    evaluate(world, first, at=LATER, verdict=Verdict.CANNOT_TELL)
    second = drafted(world, area, renews=first, at=LATER, **NEXT)
    hash = propose(world, second, LATER)
    for who in ("council", "charity"):
        consent(world, second, who, hash, at=LATER)
    assert seen(world, today=date(2026, 8, 1)).renews == 1
    assert seen(world, today=date(2026, 8, 1)).standing.value == "in force"


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"waived": "Other words for it"},
        {"source": "Other words for it"},
        {"source": " standing  ORDER, 14. ", "waived": "Other", "title": "Other"},
        {"source": "\uff33tanding order \uff11\uff14", "waived": "Other", "title": "Other"},
    ],
)
@pytest.mark.parametrize("elsewhere", [False, True])
def test_nothing_is_renewed_by_another_name(world: World, other: dict[str, Any], elsewhere: bool) -> None:
    area = begin(world)
    first = granted(world, area)
    other_area = begin(world, "other-area") if elsewhere else area
    again = drafted(world, other_area, at=LATER, **NEXT, **other)
    with pytest.raises(NotPossible, match="would renew freedom 1 of “Try it”"):
        propose(world, again, LATER)
    evaluate(world, first, at=LATER, verdict=Verdict.CANNOT_TELL)
    propose(world, again, LATER)


@pytest.mark.parametrize("wider_first", [True, False])
def test_nothing_is_renewed_in_a_place_around_it_or_within_it(world: World, wider_first: bool) -> None:
    ward, sibling = (
        places.add_place(name=name, slug=name.lower(), tier=Tier.NEIGHBOURHOOD, within=world.place, at=NOW)
        for name in ("Ward", "Sibling")
    )
    first, then = ((world.place,), (ward,)) if wider_first else ((ward,), (world.place,))
    granted(world, begin(world, places=first))
    again = drafted(world, begin(world, "other-area", places=then), at=LATER, **NEXT)
    with pytest.raises(NotPossible, match="would renew freedom 1 of “Try it”"):
        propose(world, again, LATER)
    if not wider_first:  # beside it is neither around it nor within it
        propose(world, drafted(world, begin(world, "beside", places=(sibling,)), at=LATER, **NEXT), LATER)


def test_two_proposals_of_the_same_rule_are_not_both_granted_before_the_first_is_evaluated(
    world: World,
) -> None:
    area = begin(world)
    first, second = drafted(world, area), drafted(world, area, **NEXT)
    hashes = {freedom: propose(world, freedom) for freedom in (first, second)}
    for who in ("council", "charity"):
        consent(world, first, who, hashes[first])
    with pytest.raises(NotPossible, match="would renew"):
        consent(world, second, "council", hashes[second])


def test_another_rule_or_another_body_is_no_renewal(world: World) -> None:
    area = begin(world)
    granted(world, area)
    propose(world, drafted(world, area, source="Order 15", waived="Something else"))
    propose(
        world, drafted(world, area, users=(world.parties["business"],), evaluator=world.parties["council"])
    )


# What the rules and the database themselves refuse


def test_every_state_has_its_transitions_and_none_leads_back() -> None:
    assert set(TRANSITIONS) == set(FreedomState)
    assert TRANSITIONS[FreedomState.GRANTED] == {"end": FreedomState.ENDED}
    reached: list[FreedomState] = [FreedomState.DRAFT]
    for state in reached:
        reached += [after for after in TRANSITIONS[state].values() if after not in reached]
        assert FreedomState.DRAFT not in TRANSITIONS[state].values()
    assert set(reached) == set(FreedomState)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "granted"},
        {"state": "proposed"},
        {"granted_at": NOW},
        {"sunset": STARTS - DAY},
    ],
)
def test_the_database_refuses_what_no_act_makes(world: World, change: dict[str, Any]) -> None:
    drafted(world, begin(world))
    with pytest.raises(IntegrityError), transaction.atomic():
        Freedom.objects.update(**change)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda w: propose(w, uuid4()),
        lambda w: consent(w, uuid4(), "council", ""),
        lambda w: measure(w, uuid4()),
        lambda w: drafted(w, uuid4()),
        lambda w: drafted(w, begin(w), renews=uuid4()),
        lambda w: drafted(w, begin(w), granter=uuid4()),
        lambda w: reads.area("nothing", asked_by=w.actor("convenor"), today=DUE),
    ],
)
def test_what_is_not_there_is_not_found(world: World, attempt: Callable[[World], object]) -> None:
    with pytest.raises(NotFound):
        attempt(world)


# Who sees a draft


def test_an_area_is_public_once_a_freedom_was_proposed_and_its_other_drafts_are_not(world: World) -> None:
    area = begin(world)
    first = drafted(world, area)
    public = {"asked_by": world.actor("public"), "today": NOW.date()}
    with pytest.raises(NotFound):
        reads.area("try-it", **public)
    assert reads.areas(**public) == []
    for who in ("convenor", "council", "charity", "business"):
        assert reads.area("try-it", asked_by=world.actor(who), today=NOW.date()).freedoms
        assert reads.areas(asked_by=world.actor(who), today=NOW.date())
    propose(world, first)
    drafted(world, area, source="Order 15", waived="Secret")
    assert [freedom.number for freedom in reads.area("try-it", **public).freedoms] == [1]
    assert [line.freedoms for line in reads.areas(**public)] == [1]


def test_a_draft_that_was_withdrawn_stays_unseen(world: World) -> None:
    freedom = drafted(world, begin(world))
    actions.withdraw(by=world.actor("convenor"), freedom=freedom, at=NOW)
    with pytest.raises(NotFound):
        reads.area("try-it", asked_by=world.actor("public"), today=NOW.date())


def test_a_freedom_holds_from_no_day_before_its_last_consent(world: World) -> None:
    granted(world, begin(world), starts=date(2026, 2, 1))
    view = seen(world)
    assert view.words.starts == date(2026, 2, 1)
    assert view.holds_from == NOW.date()


def test_nobody_consents_for_the_body_that_waives_and_for_one_that_uses_it(world: World) -> None:
    freedom = drafted(world, begin(world))
    hash = propose(world, freedom)
    places.give_mandate(
        by=world.actor("convenor"),
        party=world.parties["charity"],
        email="council@testing.example",
        name="Both",
        office="Chair",
        given_by="Minutes",
        starts=date(2026, 1, 1),
        ends=date(2026, 12, 31),
        at=NOW,
    )
    consent(world, freedom, "council", hash)
    with pytest.raises(NotPossible, match="nobody agrees with themself"):
        consent(world, freedom, "council", hash, party="charity")
    assert seen(world).state is FreedomState.PROPOSED
