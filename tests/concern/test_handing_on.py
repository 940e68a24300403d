"""Keys, successors, joined concerns, small bodies, clocks, what is deleted, and what is mistyped."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from covenant.concern import actions, codes, models, reads, rules, sealing
from covenant.concern.types import Criterion, Outcome, Rung
from covenant.place import actions as places
from covenant.place import reads as placed
from covenant.place.types import NotAllowed, NotFound, NotPossible
from covenant.scrutinise import actions as scrutinise
from covenant.web import erasing, retention
from tests import personas
from tests.concern.boxes import HAPPENED, PASSPHRASE, Boxed, days
from tests.personas import NOW, TERM, signed_in, stop_the_clock
from tests.records import recorded

NEXT = "nine patient otters near water"
NEW_DAY = TERM[1] + timedelta(days=1)
LATER = NOW + (NEW_DAY - NOW.date())


def succeed(boxed: Boxed) -> None:
    """Another person is appointed for the term that follows."""
    proposal = scrutinise.propose_scrutineer(
        by=boxed.world.actor("convenor"),
        covenant=boxed.covenant,
        email="next@testing.example",
        name="Successor",
        statement="None of the parties is mine.",
        interests="None.",
        starts=NEW_DAY,
        ends=date(2028, 2, 28),
        at=NOW,
    )
    hash = personas.proposal_hash(proposal)
    for party in ("council", "charity"):
        actor, id = boxed.world.actor(party), boxed.world.parties[party]
        scrutinise.consent(by=actor, proposal=proposal, party=id, hash=hash, at=NOW)
    boxed.world.people["next"] = placed.person("next@testing.example")  # type: ignore[assignment]
    actions.make_key(
        by=boxed.world.actor("next"), covenant=boxed.covenant, passphrase=NEXT, again=NEXT, at=LATER
    )


@pytest.mark.django_db
def test_a_successor_reads_what_was_sealed_anew_and_nothing_before(boxed: Boxed) -> None:
    code = boxed.admitted()
    boxed.offer(code)
    succeed(boxed)
    id, of = boxed.id_of(code), {"passphrase": NEXT, "who": "next", "at": LATER}
    with pytest.raises(sealing.WrongPassphrase):
        boxed.opened(id, **of)
    assert (boxed.case(code, LATER).unreadable, boxed.case(code, LATER).sealable) == (True, True)
    with pytest.raises(sealing.WrongPassphrase):
        actions.seal_anew(by=boxed.scrutineer, key=boxed.key, passphrase=NEXT, at=LATER)
    with pytest.raises(NotAllowed):
        actions.seal_anew(by=boxed.world.actor("next"), key=boxed.key, passphrase=PASSPHRASE, at=LATER)
    actions.seal_anew(by=boxed.scrutineer, key=boxed.key, passphrase=PASSPHRASE, at=LATER)
    assert boxed.opened(id, **of)[0].text == HAPPENED
    with pytest.raises(sealing.WrongPassphrase):
        boxed.opened(id, PASSPHRASE, who="next", at=LATER)
    with pytest.raises(NotAllowed):
        boxed.opened(id, at=LATER)
    view = boxed.case(code, LATER)
    assert (view.unreadable, view.letters[0].text, view.offer is not None) == (False, HAPPENED, True)


@pytest.mark.django_db
def test_the_page_of_a_successor_says_what_they_cannot_read(
    boxed: Boxed, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = boxed.id_of(boxed.admitted())
    succeed(boxed)
    stop_the_clock(monkeypatch, LATER)
    of = "/covenants/our-covenant/concerns/desk"
    page = signed_in(boxed.world, "next").get(f"{of}/{id}/").text
    assert "Until then you cannot read it" in page
    outgoing = signed_in(boxed.world, "scrutineer")
    assert outgoing.get(f"{of}/").status_code == 403, "their term is over"
    wrong = outgoing.post(f"{of}/key/anew/", {"passphrase": "x" * 20})
    assert (wrong.status_code, "does not open the key" in wrong.text) == (400, True)
    assert outgoing.post(f"{of}/key/anew/", {"passphrase": PASSPHRASE}).status_code == 302
    assert HAPPENED in signed_in(boxed.world, "next").post(f"{of}/{id}/", {"passphrase": NEXT}).text
    assert signed_in(boxed.world, "council").get(f"{of}/key/anew/").status_code == 403


@pytest.mark.django_db
def test_where_the_earlier_key_is_gone_whoever_raised_it_hands_it_over(
    boxed: Boxed, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = boxed.admitted()
    boxed.offer(code)
    erasing.erase_person(email="scrutineer@testing.example", reason="At their wish", at=NOW)
    assert not bytes(models.Key.objects.get(id=boxed.key).locked)
    succeed(boxed)
    stop_the_clock(monkeypatch, LATER)
    page = Client().post("/concerns/case/", {"code": codes.make(code), "act": "hand over"})
    assert "can read it now" in page.text
    assert boxed.opened(boxed.id_of(code), NEXT, who="next", at=LATER)[0].text == HAPPENED


@pytest.mark.django_db
def test_joined_concerns_are_offered_together_and_climb_each_by_its_own_consent(boxed: Boxed) -> None:
    first, second = boxed.admitted(), boxed.raise_one()
    actions.join(by=boxed.scrutineer, concern=boxed.id_of(second), to=boxed.id_of(first), at=NOW)
    assert boxed.counts().waiting == 1
    boxed.offer(first)
    offers = {code: boxed.case(code).offer for code in (first, second)}
    assert len({offer.statement for offer in offers.values() if offer}) == 1
    actions.consent(code=second, step=offers[second].id, at=NOW)  # type: ignore[union-attr]
    with pytest.raises(NotPossible):
        actions.climb(by=boxed.scrutineer, concern=boxed.id_of(first), at=NOW)
    with pytest.raises(NotFound):
        actions.consent(code=first, step=offers[second].id, at=NOW)  # type: ignore[union-attr]
    actions.climb(by=boxed.scrutineer, concern=boxed.id_of(second), at=NOW)
    assert (boxed.case(first).rung, boxed.case(second).rung) == (None, Rung.PEOPLE)
    counts = boxed.counts()
    assert counts.waiting + sum(n for _rung, n in counts.open) == 1


@pytest.mark.django_db
def test_joined_concerns_come_to_one_finding(boxed: Boxed) -> None:
    first, second = boxed.admitted(), boxed.raise_one()
    actions.join(by=boxed.scrutineer, concern=boxed.id_of(second), to=boxed.id_of(first), at=NOW)
    for _ in Rung:
        boxed.offer(first)
        for code in (first, second):
            actions.consent(code=code, step=boxed.case(code).offer.id, at=NOW)  # type: ignore[union-attr]
            actions.climb(by=boxed.scrutineer, concern=boxed.id_of(code), at=NOW)
    assert len(set(models.Concern.objects.values_list("finding", flat=True))) == 1
    actor = boxed.world.actor("council")
    from covenant.agree import reads as agreed

    covenant = agreed.covenant(boxed.slug, asked_by=actor, today=NOW.date())
    seen = reads.asked(covenant, asked_by=actor, today=NOW.date())
    assert len(seen) == len(Rung) - 1, "what was joined is read once"


@pytest.mark.django_db
def test_a_small_body_deals_with_two_at_once_and_the_third_waits_in_public(boxed: Boxed) -> None:
    models.Concern._meta.get_field("parties").related_model.objects.filter(
        id=boxed.world.parties["charity"]
    ).update(kind="Community group")
    waiting = [boxed.admitted(parties=("charity",)) for _ in range(3)]
    for code in waiting[:2]:
        boxed.climb(code)
    with pytest.raises(NotPossible, match="waits its turn"):
        boxed.climb(waiting[2])
    assert (boxed.counts().waiting, boxed.counts().queued) == (1, 1)
    boxed.climb(waiting[0])  # those that are before it go on
    actions.close(
        by=boxed.scrutineer,
        concern=boxed.id_of(waiting[1]),
        outcome=Outcome.PUT_RIGHT,
        text="Done.",
        at=NOW,
    )
    assert boxed.climb(waiting[2]) is Rung.PEOPLE
    many = [boxed.admitted(parties=("council",)) for _ in range(4)]
    assert [boxed.climb(code) for code in many] == [Rung.PEOPLE] * 4, "a council has staff"


@pytest.mark.django_db
def test_what_is_beyond_its_clock_is_counted_as_stuck_from_the_day_after(boxed: Boxed) -> None:
    code = boxed.admitted()
    assert [boxed.counts(days(n)).stuck for n in (rules.WAIT_DAYS, rules.WAIT_DAYS + 1)] == [0, 1]
    for rung in Rung:
        boxed.climb(code)
        clock = rules.CLOCKS[rung]
        assert [boxed.counts(days(n)).stuck for n in (clock, clock + 1)] == [0, 1], rung
    boxed.raise_one()
    assert boxed.counts(days(300)).stuck == 1, "what was not read is told by the day of the last look alone"


@pytest.mark.django_db
def test_a_finding_whose_draft_was_dropped_is_worded_and_consented_to_anew(boxed: Boxed) -> None:
    code = boxed.admitted()
    boxed.to(code, Rung.FINDING)
    row = models.Concern.objects.get()
    with pytest.raises(NotPossible):
        boxed.offer(code)
    scrutinise.drop_finding(by=boxed.scrutineer, finding=row.finding_id, reason="Reworded.", at=NOW)  # type: ignore[arg-type]
    assert boxed.climb(code) is Rung.FINDING
    assert models.Concern.objects.get().finding_id != row.finding_id


@pytest.mark.django_db
def test_what_was_written_is_deleted_ninety_days_after_it_was_closed(boxed: Boxed) -> None:
    code = boxed.admitted()
    boxed.climb(code)
    batch = models.Step.objects.get().batch
    council = boxed.world.parties["council"]
    actions.say(by=boxed.world.actor("council"), batch=batch, party=council, text="We look.", at=NOW)
    left = boxed.admitted()
    actions.close(
        by=boxed.scrutineer, concern=boxed.id_of(code), outcome=Outcome.PUT_RIGHT, text="Done.", at=NOW
    )
    rule = next(rule for rule in retention.RULES if rule.name == "concerns")
    assert rule.days == rules.KEPT_DAYS
    assert rule.remove(days(90) - timedelta(days=rule.days), days(90)) == 0
    before = boxed.counts(days(91))
    assert rule.remove(days(91) - timedelta(days=rule.days), days(91)) == 1
    assert rule.remove(days(91) - timedelta(days=rule.days), days(91)) == 0
    assert boxed.counts(days(91)) == before
    assert models.Said.objects.count() == models.Step.objects.count() == 0
    assert set(models.Letter.objects.values_list("concern", flat=True)) == {boxed.id_of(left)}
    with pytest.raises(NotFound):
        boxed.case(code)
    assert boxed.case(left).letters[0].text == HAPPENED


@pytest.mark.django_db
def test_a_key_stands_in_the_record_with_its_public_half_alone(boxed: Boxed) -> None:
    entry = next(entry for entry in recorded() if entry.kind == "concern.key_made")
    key = models.Key.objects.get()
    assert entry.body["recipient"] == key.recipient
    secret = sealing.unlock(key.locked, PASSPHRASE)
    assert secret not in str(personas.all_that_is_kept())
    assert PASSPHRASE not in str(personas.all_that_is_kept())


@pytest.mark.django_db
def test_a_scrutineer_who_speaks_for_a_party_gets_no_concern(boxed: Boxed) -> None:
    places.give_mandate(
        by=boxed.world.actor("convenor"),
        party=boxed.world.parties["council"],
        email="scrutineer@testing.example",
        name="Scrutineer",
        office="Clerk",
        given_by="Minutes",
        starts=NOW.date(),
        ends=NOW.date(),
        at=NOW,
    )
    with pytest.raises(NotPossible, match="Nobody can take"):
        boxed.raise_one()
    assert models.Concern.objects.count() == 0


@pytest.mark.django_db
def test_a_concern_is_admitted_only_against_parties_of_the_covenant(boxed: Boxed) -> None:
    id = boxed.id_of(boxed.raise_one())
    for parties in ([], [boxed.world.parties["business"]], [boxed.world.parties["residents"]]):
        with pytest.raises(NotPossible):
            actions.admit(by=boxed.scrutineer, concern=id, parties=parties, at=NOW)
    with pytest.raises(NotPossible):
        actions.refuse(by=boxed.scrutineer, concern=id, criterion=None, text="No.", at=NOW)
    actions.refuse(by=boxed.scrutineer, concern=id, criterion=Criterion.ABOUT_IT, text="No.", at=NOW)
    assert dict(boxed.counts().refused)[Criterion.ABOUT_IT] == 1


# ------------------------------------------------------------------------------- codes and seals


@given(st.binary(min_size=16, max_size=16))
def test_a_code_is_read_as_it_was_made_however_it_is_typed(drawn: bytes) -> None:
    code = codes.make(drawn)
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' – ')}\n"):
        assert codes.read(typed) == drawn


@given(st.binary(min_size=16, max_size=16), st.integers(0, 27), st.sampled_from(codes.SYMBOLS))
def test_a_letter_that_is_mistyped_is_hardly_ever_another_code(drawn: bytes, place: int, other: str) -> None:
    symbols = codes.make(drawn).replace("-", "")
    typed = symbols[:place] + other + symbols[place + 1 :]
    if typed == symbols:
        return
    with suppress(NotPossible):
        assert codes.read(typed) != drawn


@given(st.text(max_size=250))
def test_whatever_is_typed_as_a_code_is_answered_in_words(typed: str) -> None:
    try:
        assert codes.make(codes.read(typed))
    except NotPossible as refusal:
        assert str(refusal)


SECRET = sealing.new_secret()
SEALED = sealing.seal({"text": HAPPENED}, [sealing.public(SECRET)])
LOCKED = sealing.lock(SECRET, PASSPHRASE, bytes(16), log_cost=4)


@given(st.one_of(st.binary(max_size=400), st.tuples(st.integers(0, len(SEALED) - 1), st.integers(1, 255))))
def test_whatever_stands_in_place_of_sealed_words_is_refused_in_words(
    planted: bytes | tuple[int, int],
) -> None:
    raw = planted if isinstance(planted, bytes) else _changed(SEALED, *planted)
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(raw, SECRET)


@given(st.one_of(st.binary(max_size=300), st.tuples(st.integers(1, len(LOCKED) - 1), st.integers(1, 255))))
def test_whatever_stands_in_place_of_a_locked_key_is_refused_in_words(
    planted: bytes | tuple[int, int],
) -> None:
    raw = planted if isinstance(planted, bytes) else _changed(LOCKED, *planted)
    raw = bytes([min(raw[0], 4)]) + raw[1:] if raw[:1] and raw[0] <= sealing.HIGHEST_LOG_COST else raw
    with pytest.raises((sealing.Unreadable, sealing.WrongPassphrase)):
        sealing.unlock(raw, PASSPHRASE)


def _changed(raw: bytes, place: int, by: int) -> bytes:
    return raw[:place] + bytes([raw[place] ^ by]) + raw[place + 1 :]


@given(st.text(max_size=100))
def test_whatever_is_brought_as_a_key_is_a_key_or_refused_in_words(typed: str) -> None:
    with pytest.raises(NotPossible):
        sealing.check_recipient(typed)


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_passphrase_opens_what_it_locked_and_no_other_does(first: str, other: str) -> None:
    locked = sealing.lock(SECRET, first, bytes(16), log_cost=1)
    assert sealing.unlock(locked, first) == SECRET
    if other.encode("utf-8", "replace") != first.encode("utf-8", "replace"):
        with pytest.raises(sealing.WrongPassphrase):
            sealing.unlock(locked, other)


def test_a_lock_costs_what_is_stated() -> None:
    """64 MB would be too little and more than 256 MB too much for a small machine."""
    locked = sealing.lock(SECRET, PASSPHRASE, bytes(16), log_cost=17)
    assert locked[0] == 17
    assert sealing.unlock(locked, PASSPHRASE) == SECRET


def test_the_key_of_a_code_is_one_that_age_knows() -> None:
    """Bech32 with its checksum: age refuses any other."""
    made = [sealing.public(sealing.secret_of_code(bytes([n]) * 16)) for n in range(50)]
    assert len(set(made)) == 50
    assert all(sealing.check_recipient(each) == each for each in made)
