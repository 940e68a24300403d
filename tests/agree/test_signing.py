"""Consent: who gives it, to what exactly, and what it takes to put a version in force."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from covenant.agree import actions, reads
from covenant.agree.engine import content_hash
from covenant.agree.models import Clause, Covenant, Ground, Refusal, Signature, Version
from covenant.agree.types import GroundKind, VersionState
from covenant.place import actions as places
from covenant.place import reads as held
from covenant.place.models import Party
from covenant.place.types import Actor, NotAllowed, NotFound, NotPossible, Sector, Tier
from tests.personas import NOW, World, add_clause, all_that_is_kept, draft, sign_all
from tests.records import recorded


def _state(version: UUID) -> str:
    return Version.objects.get(id=version).state


def _kinds() -> list[str]:
    return [entry.kind for entry in recorded()]


def _propose(world: World, version: UUID) -> str:
    return actions.propose(by=world.actor("convenor"), version=version, at=NOW)


def _sign(
    world: World, version: UUID, who: str, hash: str, *, party: str = "", at: datetime = NOW
) -> VersionState:
    party_id = world.parties[party or who]
    return actions.sign(by=world.actor(who), version=version, party=party_id, hash=hash, at=at)


def _change(world: World, version: UUID) -> UUID:
    covenant = Version.objects.get(id=version).covenant_id
    return actions.draft_change(by=world.actor("convenor"), covenant=covenant, why="More", at=NOW)


def _words(world: World, **other: object) -> dict:
    return {
        "debtor": world.parties["council"],
        "creditors": [world.parties["residents"]],
        "text": "Open the hall",
        "measure": "Days",
        "due": date(2026, 6, 30),
        "tier": Tier.DISTRICT,
        "outcome": "Fewer alone",
        **other,
    }


# Both sides


def test_a_council_cannot_put_a_covenant_in_force_that_the_other_side_has_not_signed(world: World) -> None:
    version = draft(world)
    hash = _propose(world, version)
    for _ in range(3):
        assert _sign(world, version, "council", hash) is VersionState.PROPOSED
    assert "version.in_force" not in _kinds()
    assert _sign(world, version, "charity", hash) is VersionState.IN_FORCE
    assert _kinds().count("version.in_force") == 1


def test_neither_can_the_other_side_without_the_council(world: World) -> None:
    version = draft(world)
    hash = _propose(world, version)
    assert _sign(world, version, "charity", hash) is VersionState.PROPOSED


@pytest.mark.parametrize("sides", [["council"], ["charity"], ["charity", "business"]])
def test_a_proposal_between_one_side_only_is_refused(world: World, sides: list[str]) -> None:
    convenor = world.actor("convenor")
    version = actions.start_covenant(
        by=convenor,
        place=world.place,
        title="T",
        slug="one-sided",
        purpose="P",
        parties=[world.parties[side] for side in sides],
        at=NOW,
    )
    words = _words(world, debtor=world.parties[sides[0]])
    clause = actions.word_clause(by=convenor, version=version, **words)
    actions.cite_source(
        by=convenor, version=version, clause=clause, kind=GroundKind.NEED, text="n", source="s"
    )
    kept = all_that_is_kept()
    with pytest.raises(NotPossible, match="public body on one side"):
        _propose(world, version)
    assert all_that_is_kept() == kept


def test_two_public_bodies_are_one_side(world: World) -> None:
    convenor = world.actor("convenor")
    parish = places.add_party(
        by=convenor, place=world.place, name="Parish", slug="parish", sector=Sector.STATE, at=NOW
    )
    version = actions.start_covenant(
        by=convenor,
        place=world.place,
        title="T",
        slug="two-councils",
        purpose="P",
        parties=[world.parties["council"], parish],
        at=NOW,
    )
    clause = actions.word_clause(by=convenor, version=version, **_words(world))
    actions.cite_source(
        by=convenor, version=version, clause=clause, kind=GroundKind.NEED, text="n", source="s"
    )
    with pytest.raises(NotPossible, match="public body on one side"):
        _propose(world, version)


def test_a_draft_without_a_commitment_or_without_a_ground_cannot_be_shown_for_signing(world: World) -> None:
    version = draft(world)
    Ground.objects.all().delete()
    with pytest.raises(NotPossible, match="says nothing of its ground"):
        _propose(world, version)
    Clause.objects.all().delete()
    with pytest.raises(NotPossible, match="at least one commitment"):
        _propose(world, version)


def test_a_commitment_of_a_body_that_is_no_party_cannot_be_shown_for_signing(world: World) -> None:
    version = draft(world)
    add_clause(world, version, debtor="business", creditor="charity")
    with pytest.raises(NotPossible, match="Testing Traders, which is not a party"):
        _propose(world, version)


# Residents


def test_residents_are_no_party(world: World) -> None:
    with pytest.raises(NotPossible, match="nobody signs for them"):
        actions.start_covenant(
            by=world.actor("convenor"),
            place=world.place,
            title="T",
            slug="t",
            purpose="P",
            parties=[world.parties["council"], world.parties["residents"]],
            at=NOW,
        )


def test_residents_owe_nothing(world: World) -> None:
    version = draft(world)
    words = _words(world, debtor=world.parties["residents"], creditors=[world.parties["council"]])
    with pytest.raises(NotPossible, match="Residents owe nothing"):
        actions.word_clause(by=world.actor("convenor"), version=version, **words)


def test_nobody_holds_a_mandate_for_residents(world: World) -> None:
    with pytest.raises(NotPossible, match="Nobody signs for residents"):
        places.give_mandate(
            by=world.actor("convenor"),
            party=world.parties["residents"],
            email="me@testing.example",
            name="Me",
            office="Voice",
            given_by="Myself",
            starts=NOW.date(),
            ends=NOW.date(),
            at=NOW,
        )


def test_nobody_signs_for_residents(world: World) -> None:
    version = draft(world)
    hash = _propose(world, version)
    for who in ("council", "charity", "convenor", "administrator", "public"):
        with pytest.raises(NotAllowed):
            _sign(world, version, who, hash, party="residents")
    assert world.parties["residents"] not in {party.id for party in reads.version(version)[1].needed}


def test_nobody_owes_only_themselves(world: World) -> None:
    version = draft(world)
    words = _words(world, creditors=[world.parties["council"]])
    with pytest.raises(NotPossible, match="at least one other party"):
        actions.word_clause(by=world.actor("convenor"), version=version, **words)


# The exact words


def test_a_wrong_hash_is_refused_and_nothing_is_signed(world: World) -> None:
    version = draft(world)
    hash = _propose(world, version)
    kept = all_that_is_kept()
    for shown in ("", "0" * 64, hash.upper(), hash[:-1], hash + "0", "\x00"):
        with pytest.raises(NotPossible, match="Nothing was signed"):
            _sign(world, version, "council", shown)
    assert all_that_is_kept() == kept


def test_the_hash_of_an_earlier_version_is_refused(world: World) -> None:
    version = draft(world)
    stale = _propose(world, version)
    actions.withdraw(by=world.actor("convenor"), version=version, at=NOW)
    second = _change(world, version)
    add_clause(world, second)
    hash = _propose(world, second)
    assert hash != stale
    with pytest.raises(NotPossible, match="Nothing was signed"):
        _sign(world, second, "council", stale)
    with pytest.raises(NotPossible, match="is withdrawn"):
        _sign(world, version, "council", stale)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (Clause, {"text": "Open it never"}),
        (Clause, {"due": date(2099, 1, 1)}),
        (Clause, {"measure": "None"}),
        (Clause, {"resources": "none"}),
        (Ground, {"source": "Nowhere"}),
        (Version, {"purpose": "Another"}),
        (Covenant, {"title": "Another"}),
        (Party, {"name": "Another"}),
    ],
)
def test_words_that_were_changed_in_the_database_itself_are_signed_by_nobody(
    world: World, table: type, words: dict
) -> None:
    version = draft(world)
    hash = _propose(world, version)
    _sign(world, version, "council", hash)
    table.objects.update(**words)  # type: ignore[attr-defined]
    with pytest.raises(NotPossible, match="Nothing was signed"):
        _sign(world, version, "charity", hash)
    assert _state(version) == "proposed"


def test_a_hash_that_was_changed_with_the_words_is_not_what_was_shown(world: World) -> None:
    version = draft(world)
    hash = _propose(world, version)
    Version.objects.update(hash="f" * 64)
    for shown in (hash, "f" * 64):
        with pytest.raises(NotPossible, match="Nothing was signed"):
            _sign(world, version, "council", shown)


@pytest.mark.parametrize("state", ["proposed", "in force", "superseded", "refused", "withdrawn"])
def test_no_action_changes_the_words_of_a_version_that_was_shown(world: World, state: str) -> None:
    version, convenor = draft(world), world.actor("convenor")
    clause = reads.content_of(version).clauses[0].id
    if state in ("in force", "superseded"):
        hash = sign_all(world, version)
    else:
        hash = _propose(world, version)
    if state == "superseded":
        second = _change(world, version)
        add_clause(world, second)
        sign_all(world, second)
    if state == "refused":
        actions.refuse(
            by=world.actor("charity"), version=version, party=world.parties["charity"], reason="No", at=NOW
        )
    if state == "withdrawn":
        actions.withdraw(by=convenor, version=version, at=NOW)
    assert _state(version) == state
    kept = all_that_is_kept()
    tries = [
        lambda: actions.word_clause(by=convenor, version=version, **_words(world)),
        lambda: actions.word_clause(by=convenor, version=version, clause=clause, **_words(world)),
        lambda: actions.drop_clause(by=convenor, version=version, clause=clause),
        lambda: actions.cite_source(
            by=convenor, version=version, clause=clause, kind=GroundKind.NEED, text="t", source="s"
        ),
        lambda: _propose(world, version),
    ]
    for attempt in tries:
        with pytest.raises(NotPossible, match=f"is {state}"):
            attempt()
    if state != "proposed":
        for attempt in (
            lambda: actions.withdraw(by=convenor, version=version, at=NOW),
            lambda: _sign(world, version, "business", hash),
        ):
            with pytest.raises(NotPossible):
                attempt()
    assert all_that_is_kept() == kept


def test_a_clause_of_another_version_cannot_be_reached_through_a_draft(world: World) -> None:
    first = draft(world)
    sign_all(world, first)
    clause = reads.content_of(first).clauses[0].id
    second = _change(world, first)
    with pytest.raises(NotFound):
        actions.drop_clause(by=world.actor("convenor"), version=second, clause=clause)
    with pytest.raises(NotFound):
        actions.word_clause(by=world.actor("convenor"), version=second, clause=clause, **_words(world))


# Mandates


def _mandate(world: World, starts: date, ends: date, party: str = "council") -> Actor:
    places.give_mandate(
        by=world.actor("convenor"),
        party=world.parties[party],
        email="deputy@testing.example",
        name="Deputy",
        office="Deputy",
        given_by="Minutes",
        starts=starts,
        ends=ends,
        at=NOW,
    )
    person = held.person("deputy@testing.example")
    return held.actor(person)


@pytest.mark.parametrize(
    ("starts", "ends", "signs"),
    [(0, 0, True), (-30, -1, False), (1, 30, False), (-1, 1, True), (-30, 0, True), (0, 30, True)],
)
def test_a_mandate_holds_from_its_first_to_its_last_day(
    world: World, starts: int, ends: int, signs: bool
) -> None:
    day = NOW.date()
    deputy = _mandate(world, day + timedelta(starts), day + timedelta(ends))
    version = draft(world)
    hash = _propose(world, version)
    party = world.parties["council"]
    if signs:
        actions.sign(by=deputy, version=version, party=party, hash=hash, at=NOW)
    else:
        with pytest.raises(NotAllowed, match="no mandate"):
            actions.sign(by=deputy, version=version, party=party, hash=hash, at=NOW)


def test_the_last_day_of_a_mandate_ends_at_midnight_in_london(world: World) -> None:
    deputy = _mandate(world, date(2026, 6, 1), date(2026, 6, 30))
    version = draft(world)
    hash = actions.propose(by=world.actor("convenor"), version=version, answer_by=date(2026, 7, 31), at=NOW)
    party = world.parties["council"]
    too_late = datetime(2026, 6, 30, 23, 0, tzinfo=UTC)  # midnight of 1 July in London
    with pytest.raises(NotAllowed):
        actions.sign(by=deputy, version=version, party=party, hash=hash, at=too_late)
    in_time = too_late - timedelta(seconds=1)
    actions.sign(by=deputy, version=version, party=party, hash=hash, at=in_time)


def test_a_mandate_of_one_party_signs_for_no_other(world: World) -> None:
    version = draft(world)
    hash = _propose(world, version)
    with pytest.raises(NotAllowed):
        _sign(world, version, "charity", hash, party="council")


def test_a_party_that_the_change_does_not_touch_has_nothing_to_sign(world: World) -> None:
    version = draft(world)
    hash = _propose(world, version)
    with pytest.raises(NotPossible, match="does not change anything"):
        _sign(world, version, "business", hash)


def test_nobody_signs_for_both_sides(world: World) -> None:
    _mandate(world, *_year(), party="council")
    deputy = _mandate(world, *_year(), party="charity")
    version = draft(world)
    hash = _propose(world, version)
    actions.sign(by=deputy, version=version, party=world.parties["council"], hash=hash, at=NOW)
    with pytest.raises(NotPossible, match="nobody agrees with themself"):
        actions.sign(by=deputy, version=version, party=world.parties["charity"], hash=hash, at=NOW)
    assert _state(version) == "proposed"
    assert Signature.objects.count() == 1
    _sign(world, version, "charity", hash)
    assert _state(version) == "in force"


def test_someone_with_mandates_of_two_bodies_on_one_side_signs_for_each(world: World) -> None:
    version = actions.start_covenant(
        by=world.actor("convenor"),
        place=world.place,
        title="Our covenant",
        slug="our-covenant",
        purpose="To do it.",
        parties=[world.parties[key] for key in ("council", "charity", "business")],
        at=NOW,
    )
    add_clause(world, version)
    hash = _propose(world, version)
    _mandate(world, *_year(), party="business")
    both = _mandate(world, *_year(), party="charity")
    for party in ("charity", "business"):
        actions.sign(by=both, version=version, party=world.parties[party], hash=hash, at=NOW)
    assert Signature.objects.count() == 2


def _year() -> tuple[date, date]:
    return date(2026, 1, 1), date(2026, 12, 31)


def test_signing_twice_makes_one_signature_and_one_entry(world: World) -> None:
    version = draft(world)
    hash = _propose(world, version)
    _sign(world, version, "council", hash)
    kept = all_that_is_kept()
    _sign(world, version, "council", hash)
    assert all_that_is_kept() == kept


def test_signing_again_after_it_came_into_force_changes_nothing(world: World) -> None:
    version = draft(world)
    hash = sign_all(world, version)
    kept = all_that_is_kept()
    assert _sign(world, version, "charity", hash) is VersionState.IN_FORCE
    assert all_that_is_kept() == kept


def test_a_second_person_of_the_same_party_signs_no_second_time(world: World) -> None:
    deputy = _mandate(world, *_year())
    version = draft(world)
    hash = _propose(world, version)
    _sign(world, version, "council", hash)
    with pytest.raises(NotPossible, match="Somebody else has signed"):
        actions.sign(by=deputy, version=version, party=world.parties["council"], hash=hash, at=NOW)
    assert Signature.objects.count() == 1


def test_the_record_tells_who_signed_only_to_those_who_have_the_salt(world: World) -> None:
    version = draft(world)
    sign_all(world, version)
    signed = [entry for entry in recorded() if entry.kind == "version.signed"]
    text = str(signed)
    assert len(signed) == 2
    assert str(world.people["council"]) not in text
    assert "Council" not in text.replace("Testing District Council", "")


def test_an_unknown_version_or_covenant_is_not_found(world: World) -> None:
    convenor = world.actor("convenor")
    for attempt in (
        lambda: actions.propose(by=convenor, version=uuid4(), at=NOW),
        lambda: actions.withdraw(by=convenor, version=uuid4(), at=NOW),
        lambda: actions.draft_change(by=convenor, covenant=uuid4(), why="w", at=NOW),
        lambda: actions.word_clause(by=convenor, version=uuid4(), **_words(world)),
        lambda: actions.word_clause(by=convenor, version=draft(world), **_words(world, debtor=uuid4())),
        lambda: _sign(world, uuid4(), "council", "x"),
        lambda: reads.covenant("nothing", asked_by=convenor, today=NOW.date()),
        lambda: reads.commitment(uuid4()),
        lambda: reads.version(uuid4()),
    ):
        with pytest.raises(NotFound):
            attempt()


# Refusing and withdrawing


def _refuse(world: World, version: UUID, who: str, reason: str = "Too dear") -> None:
    actions.refuse(by=world.actor(who), version=version, party=world.parties[who], reason=reason, at=NOW)


@pytest.mark.parametrize("reason", ["", "   ", "\n\t"])
def test_a_refusal_needs_a_reason(world: World, reason: str) -> None:
    version = draft(world)
    _propose(world, version)
    with pytest.raises(NotPossible, match="Say why"):
        _refuse(world, version, "charity", reason)
    assert _state(version) == "proposed"


def test_a_refusal_ends_the_version_and_what_is_in_force_stands(world: World) -> None:
    first = draft(world)
    sign_all(world, first)
    second = _change(world, first)
    add_clause(world, second)
    hash = _propose(world, second)
    _sign(world, second, "council", hash)
    _refuse(world, second, "charity")
    assert (_state(first), _state(second)) == ("in force", "refused")
    assert Refusal.objects.get().reason == "Too dear"
    with pytest.raises(NotPossible):
        _sign(world, second, "charity", hash)
    with pytest.raises(NotPossible):
        _refuse(world, second, "charity")
    assert _kinds().count("version.refused") == 1


def test_who_has_signed_cannot_refuse_any_more(world: World) -> None:
    version = draft(world)
    hash = _propose(world, version)
    _sign(world, version, "charity", hash)
    with pytest.raises(NotPossible, match="has signed this version already"):
        _refuse(world, version, "charity")


def test_a_withdrawn_version_makes_room_for_another(world: World) -> None:
    first = draft(world)
    _propose(world, first)
    with pytest.raises(NotPossible, match="open version already"):
        _change(world, first)
    actions.withdraw(by=world.actor("convenor"), version=first, at=NOW)
    second = _change(world, first)
    assert Version.objects.get(id=second).number == 2


# Changes


def test_a_new_draft_says_exactly_what_the_version_in_force_says(world: World) -> None:
    first = draft(world)
    clause = reads.content_of(first).clauses[0]
    for number in range(25):
        actions.cite_source(
            by=world.actor("convenor"),
            version=first,
            clause=clause.id,
            kind=GroundKind.NEED,
            text=f"need {number}",
            source="s",
        )
    hash = sign_all(world, first)
    second = _change(world, first)
    assert content_hash(reads.content_of(second)) == hash


def test_a_new_version_takes_the_place_of_the_one_in_force(world: World) -> None:
    first = draft(world)
    sign_all(world, first)
    second = _change(world, first)
    add_clause(world, second, debtor="council", creditor="charity")
    sign_all(world, second)
    assert (_state(first), _state(second)) == ("superseded", "in force")
    assert Version.objects.get(id=first).ended_at == Version.objects.get(id=second).in_force_at


def test_a_commitment_can_be_dropped_with_consent_and_keeps_its_history(world: World) -> None:
    first = draft(world)
    add_clause(world, first, debtor="charity", creditor="council")
    sign_all(world, first)
    dropped = reads.content_of(first).clauses[1]
    second = _change(world, first)
    copy = next(c for c in reads.content_of(second).clauses if c.commitment == dropped.commitment)
    actions.drop_clause(by=world.actor("convenor"), version=second, clause=copy.id)
    sign_all(world, second)
    found = reads.commitment(dropped.commitment)
    assert found.now is None
    assert [(number, state.value) for number, state, _ in found.wordings] == [(1, "superseded")]


def test_numbers_of_dropped_commitments_are_not_given_again(world: World) -> None:
    version = draft(world)
    second = add_clause(world, version)
    actions.drop_clause(by=world.actor("convenor"), version=version, clause=second)
    add_clause(world, version)
    assert [clause.number for clause in reads.content_of(version).clauses] == [1, 3]


def test_only_those_whom_a_change_touches_need_to_sign_it(world: World) -> None:
    convenor = world.actor("convenor")
    three = [world.parties[name] for name in ("council", "charity", "business")]
    first = actions.start_covenant(
        by=convenor, place=world.place, title="T", slug="three", purpose="P", parties=three, at=NOW
    )
    add_clause(world, first)
    add_clause(world, first, debtor="council", creditor="charity")
    sign_all(world, first, by=("council", "charity", "business"))
    second = _change(world, first)
    clause = reads.content_of(second).clauses[1]
    words = _words(world, creditors=[world.parties["charity"]], text="Another")
    actions.word_clause(by=convenor, version=second, clause=clause.id, **words)
    hash = _propose(world, second)
    needed = {party.id for party in reads.version(second)[1].needed}
    assert needed == {world.parties["council"], world.parties["charity"]}
    with pytest.raises(NotPossible, match="does not change anything"):
        _sign(world, second, "business", hash)
    _sign(world, second, "council", hash)
    assert _sign(world, second, "charity", hash) is VersionState.IN_FORCE


def test_a_public_body_cannot_change_alone_what_it_owes_residents(world: World) -> None:
    first = draft(world)
    sign_all(world, first)
    second = _change(world, first)
    clause = reads.content_of(second).clauses[0]
    actions.word_clause(
        by=world.actor("convenor"), version=second, clause=clause.id, **_words(world, due=date(2030, 1, 1))
    )
    hash = _propose(world, second)
    assert _sign(world, second, "council", hash) is VersionState.PROPOSED
    assert reads.commitment(clause.commitment).now.due == date(2026, 6, 30)  # type: ignore[union-attr]
    assert _sign(world, second, "charity", hash) is VersionState.IN_FORCE


# What the database itself refuses


@pytest.mark.parametrize("state", ["draft", "proposed", "in force"])
def test_the_database_keeps_one_open_version_and_one_in_force(world: World, state: str) -> None:
    first = draft(world)
    row = Version.objects.get(id=first)
    if state == "in force":
        sign_all(world, first)
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.create(
            covenant=row.covenant, number=2, state=state, purpose="P", hash="f" * 64, made_at=NOW
        )


def test_the_database_refuses_a_version_without_a_hash_that_was_shown(world: World) -> None:
    first = draft(world)
    for state in ("proposed", "in force", "superseded", "refused"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Version.objects.filter(id=first).update(state=state)


def test_the_database_keeps_one_signature_a_party(world: World) -> None:
    version = draft(world)
    sign_all(world, version)
    signature = Signature.objects.first()
    assert signature is not None
    signature.pk = uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        signature.save(force_insert=True)


def test_a_draft_cannot_be_addressed_like_another_page(world: World) -> None:
    for slug in ("new", "cite", "Our", "our covenant", "a_b", "-a", "a--b", "é", "", "x" * 51):
        with pytest.raises(NotPossible):
            actions.start_covenant(
                by=world.actor("convenor"),
                place=world.place,
                title="T",
                slug=slug,
                purpose="P",
                parties=[world.parties["council"]],
                at=NOW,
            )
    assert not Covenant.objects.exists()


# Who sees a draft


def test_the_public_sees_a_covenant_only_once_it_was_shown_for_signing(world: World) -> None:
    public, today = world.actor("public"), NOW.date()
    version = draft(world)
    clause = reads.content_of(version).clauses[0]
    with pytest.raises(NotFound):
        reads.covenant("our-covenant", asked_by=public, today=today)
    with pytest.raises(NotFound):
        reads.commitment(clause.commitment)
    assert reads.covenants() == []
    assert reads.drafts(place=world.place, asked_by=public, today=today) == []
    _propose(world, version)
    assert len(reads.covenant("our-covenant", asked_by=public, today=today).versions) == 1
    assert len(reads.covenants(place=world.place)) == 1
    second = _withdrawn_and_drafted_again(world, version)
    seen = reads.covenant("our-covenant", asked_by=public, today=today)
    assert [v.number for v in seen.versions] == [1]
    assert second not in {v.id for v in seen.versions}


def _withdrawn_and_drafted_again(world: World, version: UUID) -> UUID:
    actions.withdraw(by=world.actor("convenor"), version=version, at=NOW)
    return _change(world, version)


def test_a_draft_that_was_withdrawn_before_anyone_saw_it_stays_unseen(world: World) -> None:
    version = draft(world)
    actions.withdraw(by=world.actor("convenor"), version=version, at=NOW)
    with pytest.raises(NotFound):
        reads.covenant("our-covenant", asked_by=world.actor("public"), today=NOW.date())
    assert reads.covenant("our-covenant", asked_by=world.actor("convenor"), today=NOW.date()).versions
