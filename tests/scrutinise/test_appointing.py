"""A scrutineer is appointed and removed by all signing parties together, for a fixed term."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from covenant.agree import actions as agree
from covenant.agree.models import Version
from covenant.place import actions as places
from covenant.place.models import User
from covenant.place.types import NotAllowed, NotFound, NotPossible, Role
from covenant.record import reads as record
from covenant.record.types import seal
from covenant.scrutinise import actions, office
from covenant.scrutinise.models import Appointment, Consent, Proposal
from covenant.scrutinise.stages import Motion, Office
from tests import personas
from tests.personas import NOW, World, all_that_is_kept
from tests.records import recorded
from tests.scrutinise.desks import Desk, make_desk

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def world() -> World:
    return personas.make_world()


@pytest.fixture
def covenant(world: World) -> UUID:
    version = personas.draft(world)
    personas.sign_all(world, version)
    return Version.objects.get(id=version).covenant_id


@pytest.fixture
def desk(world: World) -> Desk:
    return make_desk(world)


def propose(world: World, covenant: UUID, **other: Any) -> UUID:
    words: dict[str, Any] = {
        "by": world.actor("convenor"),
        "email": "scrutineer@testing.example",
        "name": "Scrutineer",
        "statement": "I belong to nobody.",
        "interests": "None.",
        "starts": TODAY,
        "ends": date(2027, 3, 1),
        "at": NOW,
    }
    return actions.propose_scrutineer(covenant=covenant, **{**words, **other})


def consent(world: World, proposal: UUID, who: str, **other: Any) -> Motion:
    words = {"by": world.actor(who), "party": world.parties.get(who), "at": NOW}
    words |= {"hash": personas.proposal_hash(proposal), **other}
    return actions.consent(proposal=proposal, **words)


def kinds(subject: object) -> list[str]:
    return [entry.kind for entry in record.about(subject)]


def test_the_last_consent_appoints_and_no_consent_before_it(world: World, covenant: UUID) -> None:
    proposal = propose(world, covenant)
    for _ in range(3):
        assert consent(world, proposal, "council") is Motion.OPEN
    assert "scrutineer.appointed" not in kinds(proposal)
    assert consent(world, proposal, "charity") is Motion.CARRIED
    assert kinds(proposal) == [
        "scrutineer.proposed",
        "scrutineer.consented",
        "scrutineer.consented",
        "scrutineer.appointed",
    ]


def test_the_record_holds_no_name_no_address_and_no_word_of_a_person(world: World, covenant: UUID) -> None:
    proposal = personas.appoint(world, covenant)
    actions.propose_removal(by=world.actor("council"), appointment=proposal, reason="Asleep", at=NOW)
    told = str([(entry.kind, entry.body) for entry in recorded() if "tinee" in entry.kind])
    told += str([entry.body for entry in recorded() if entry.kind.startswith("removal")])
    for private in ("Scrutineer", "scrutineer@", "worked for none", "Mondays", "Asleep"):
        assert private not in told
    held = Appointment.objects.get(proposal=proposal)
    first = record.about(proposal)[0].body
    assert first["person"] == seal(str(held.person_id), bytes(held.salt))
    assert first["hash"] == personas.proposal_hash(proposal)


@pytest.mark.parametrize("hash", ["", "0" * 64, "hash of the covenant"])
def test_a_consent_to_other_words_than_were_shown_is_none(world: World, covenant: UUID, hash: str) -> None:
    proposal = propose(world, covenant)
    with pytest.raises(NotPossible, match="read them again"):
        consent(world, proposal, "council", hash=hash)
    assert not Consent.objects.exists()


def test_words_that_were_changed_in_the_database_cannot_be_consented_to(world: World, covenant: UUID) -> None:
    proposal = propose(world, covenant)
    for field, value in (("ends", date(2028, 1, 1)), ("interests", "Many."), ("name", "Another")):
        with transaction.atomic():
            Appointment.objects.filter(proposal=proposal).update(**{field: value})
            with pytest.raises(NotPossible, match="read them again"):
                consent(world, proposal, "council")
            transaction.set_rollback(True)


def test_the_person_cannot_be_exchanged_under_the_same_words(world: World, covenant: UUID) -> None:
    proposal = propose(world, covenant)
    Appointment.objects.update(person=world.people["analyst"])
    with pytest.raises(NotPossible, match="read them again"):
        consent(world, proposal, "council")


@pytest.mark.parametrize(
    ("starts", "ends", "why"),
    [
        (TODAY - timedelta(days=1), TODAY, "today or later"),
        (TODAY + timedelta(days=400), TODAY + timedelta(days=500), "within a year"),
        (TODAY, TODAY - timedelta(days=1), "on or after"),
        (TODAY, date(2029, 3, 2), "at most 3 years"),
        (TODAY, date.max, "at most 3 years"),
    ],
)
def test_a_term_is_fixed_and_not_too_long(
    world: World, covenant: UUID, starts: date, ends: date, why: str
) -> None:
    before = all_that_is_kept()
    with pytest.raises(NotPossible, match=why):
        propose(world, covenant, starts=starts, ends=ends)
    assert all_that_is_kept() == before


def test_the_longest_term_is_three_years_to_the_day() -> None:
    office.check_term(date(2026, 3, 2), date(2029, 3, 1), TODAY)
    office.check_term(date(2028, 2, 29), date(2031, 2, 27), date(2028, 2, 1))
    with pytest.raises(NotPossible):
        office.check_term(date(2028, 2, 29), date(2031, 2, 28), date(2028, 2, 1))


@pytest.mark.parametrize("field", ["name", "statement", "interests"])
def test_what_is_published_is_said(world: World, covenant: UUID, field: str) -> None:
    with pytest.raises(NotPossible):
        propose(world, covenant, **{field: " \n"})
    with pytest.raises(NotPossible):
        propose(world, covenant, email="nobody")


# Independence


@pytest.mark.parametrize("who", ["council", "charity", "convenor"])
def test_who_speaks_for_a_party_or_convenes_cannot_be_proposed(
    world: World, covenant: UUID, who: str
) -> None:
    users = User.objects.count()
    with pytest.raises(NotPossible, match=r"speaks for no party|convenor of a covenant cannot"):
        propose(world, covenant, email=f"{who}@testing.example")
    assert (Proposal.objects.count(), User.objects.count()) == (0, users)


def test_who_spoke_for_a_party_before_the_term_can_be_proposed(world: World, covenant: UUID) -> None:
    assert propose(world, covenant, email="lapsed@testing.example")


def test_who_will_speak_for_a_party_during_the_term_cannot(world: World, covenant: UUID) -> None:
    give_mandate(world, "scrutineer@testing.example", starts=date(2027, 3, 1), ends=date(2027, 3, 1))
    with pytest.raises(NotPossible, match="Testing District Council"):
        propose(world, covenant)


def test_a_mandate_that_came_after_the_proposal_stops_the_last_consent(world: World, covenant: UUID) -> None:
    proposal = propose(world, covenant)
    consent(world, proposal, "council")
    give_mandate(world, "scrutineer@testing.example")
    with pytest.raises(NotPossible, match="speaks for no party"):
        consent(world, proposal, "charity")
    assert Proposal.objects.get().state == Motion.OPEN


def test_whom_an_administrator_made_convenor_cannot_be_appointed(world: World, covenant: UUID) -> None:
    proposal = propose(world, covenant)
    make_convenor(world)
    with pytest.raises(NotPossible, match="convenor of a covenant cannot be its scrutineer"):
        consent(world, proposal, "council")


def give_mandate(world: World, email: str, *, starts: date = TODAY, ends: date = date(2026, 12, 31)) -> None:
    places.give_mandate(
        by=world.actor("convenor"),
        party=world.parties["council"],
        email=email,
        name="S",
        office="Clerk",
        given_by="Minutes",
        starts=starts,
        ends=ends,
        at=NOW,
    )


def make_convenor(world: World) -> None:
    places.grant(
        by=world.actor("administrator"),
        email="scrutineer@testing.example",
        role=Role.CONVENOR,
        place=world.place,
        at=NOW,
    )


def test_a_scrutineer_who_took_a_mandate_later_cannot_act_while_it_lasts(desk: Desk) -> None:
    give_mandate(desk.world, "scrutineer@testing.example", ends=TODAY + timedelta(days=9))
    before = all_that_is_kept()
    with pytest.raises(NotAllowed, match="Testing District Council"):
        desk.deal("take up")
    assert all_that_is_kept() == before
    assert not desk.seen("scrutineer").acts
    assert desk.deal("take up", at=NOW + timedelta(days=10))


def test_a_scrutineer_who_became_convenor_cannot_act(desk: Desk) -> None:
    make_convenor(desk.world)
    with pytest.raises(NotAllowed, match="convenor"):
        desk.deal("take up")


def test_nobody_silences_a_scrutineer_with_a_mandate_or_a_role_that_they_never_wanted(desk: Desk) -> None:
    """A convenor records mandates and an administrator gives roles: either would be a removal by one hand."""
    give_mandate(desk.world, "scrutineer@testing.example")
    make_convenor(desk.world)
    mandate = desk.scrutineer.mandates[0].id
    for who in ("convenor", "council", "administrator", "public"):
        with pytest.raises(NotAllowed):
            places.lay_down_mandate(by=desk.world.actor(who), mandate=mandate, at=NOW)
    places.lay_down_mandate(by=desk.scrutineer, mandate=mandate, at=NOW)
    with pytest.raises(NotAllowed, match="convenor"):
        desk.deal("take up")
    places.lay_down_role(by=desk.scrutineer, role=Role.CONVENOR, place=desk.world.place, at=NOW)
    assert desk.deal("take up"), "at once, on the same day"
    with pytest.raises(NotPossible, match="ended already"):
        places.lay_down_mandate(by=desk.scrutineer, mandate=mandate, at=NOW)
    assert kinds(mandate) == ["mandate.given", "mandate.laid_down"]
    assert kinds(desk.world.place)[-1] == "role.laid_down"


# One at a time, and only while the parties are the same


def test_a_covenant_has_one_scrutineer_on_a_day(desk: Desk) -> None:
    world, other = desk.world, {"email": "next@testing.example", "name": "Next"}
    with pytest.raises(NotPossible, match="one at a time"):
        propose(world, desk.covenant, starts=date(2027, 3, 1), ends=date(2027, 6, 1), **other)
    assert propose(world, desk.covenant, starts=date(2027, 3, 2), ends=date(2027, 6, 1), **other)


def test_of_two_proposals_for_the_same_days_only_one_is_carried(world: World, covenant: UUID) -> None:
    first, second = propose(world, covenant), propose(world, covenant, email="b@testing.example")
    for who in ("council", "charity"):
        consent(world, first, who)
    with pytest.raises(NotPossible, match="one at a time"):
        consent(world, second, "council")


def test_there_is_nothing_to_scrutinise_before_a_version_is_in_force(world: World) -> None:
    version = personas.draft(world)
    with pytest.raises(NotPossible, match="No version"):
        propose(world, Version.objects.get(id=version).covenant_id)


def change_parties(world: World, covenant: UUID) -> None:
    """The traders join: a new version, signed by those whom the change affects."""
    convenor = world.actor("convenor")
    draft = agree.draft_change(by=convenor, covenant=covenant, why="More", at=NOW)
    Version.objects.get(id=draft).parties.add(world.parties["business"])
    personas.add_clause(world, draft, debtor="business", creditor="council")
    personas.sign_all(world, draft, by=("council", "business"))


def test_parties_that_joined_since_make_a_proposal_void_and_leave_an_appointment_as_it_is(
    world: World, desk: Desk
) -> None:
    later = {"starts": date(2027, 3, 2), "ends": date(2027, 6, 1), "email": "next@testing.example"}
    proposal = propose(world, desk.covenant, **later)
    consent(world, proposal, "council")
    change_parties(world, desk.covenant)
    with pytest.raises(NotPossible, match="parties have changed"):
        consent(world, proposal, "charity")
    assert desk.deal("take up"), "the term stands to its end"
    anew = propose(world, desk.covenant, **later)
    for who, after in (("council", Motion.OPEN), ("charity", Motion.OPEN), ("business", Motion.CARRIED)):
        assert consent(world, anew, who) is after


def test_no_other_body_consents(world: World, covenant: UUID) -> None:
    proposal = propose(world, covenant)
    for who, party in (("business", "business"), ("business", "council"), ("lapsed", "charity")):
        with pytest.raises((NotAllowed, NotPossible)):
            consent(world, proposal, who, party=world.parties[party], by=world.actor(who))
    with pytest.raises(NotAllowed):
        consent(world, proposal, "charity", at=datetime(2027, 1, 1, 0, 0, 1, tzinfo=UTC))
    assert not Consent.objects.exists()


def test_the_database_keeps_one_consent_a_party(world: World, covenant: UUID) -> None:
    proposal = propose(world, covenant)
    consent(world, proposal, "council")
    row = Consent.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.bulk_create([row])


def test_a_refusal_ends_a_proposal_and_a_consent_cannot_be_taken_back(world: World, covenant: UUID) -> None:
    proposal, council = propose(world, covenant), world.parties["council"]
    consent(world, proposal, "council")
    words = {"proposal": proposal, "at": NOW}
    with pytest.raises(NotPossible, match="consented already"):
        actions.refuse_proposal(by=world.actor("council"), party=council, reason="No", **words)
    actions.refuse_proposal(
        by=world.actor("charity"), party=world.parties["charity"], reason="Too near to one side", **words
    )
    for act in (lambda: consent(world, proposal, "charity"), lambda: withdraw(world, proposal)):
        with pytest.raises(NotPossible, match="refused"):
            act()


def withdraw(world: World, proposal: UUID, who: str = "convenor") -> None:
    actions.withdraw_proposal(by=world.actor(who), proposal=proposal, at=NOW)


def test_what_a_party_proposed_the_convenor_cannot_withdraw(world: World, covenant: UUID) -> None:
    proposal = propose(world, covenant, by=world.actor("charity"))
    for who in ("convenor", "council", "administrator", "public"):
        with pytest.raises(NotAllowed):
            withdraw(world, proposal, who)
    withdraw(world, proposal, "charity")
    with pytest.raises(NotPossible, match="withdrawn"):
        consent(world, proposal, "council")


# Terms and removal


@pytest.mark.parametrize(
    ("at", "stands"),
    [
        (datetime(2026, 3, 2, 12, tzinfo=UTC), Office.IN_OFFICE),
        (datetime(2027, 3, 1, 23, 59, 59, tzinfo=UTC), Office.IN_OFFICE),
        (datetime(2027, 3, 2, 0, 0, 0, tzinfo=UTC), Office.ENDED),
    ],
)
def test_a_term_ends_with_its_last_day_in_london(desk: Desk, at: datetime, stands: Office) -> None:
    assert desk.seen("public", at).offices[0][1] is stands
    if stands is Office.IN_OFFICE:
        assert desk.deal("take up", at=at)
    else:
        with pytest.raises(NotAllowed, match="ended on 1 March 2027"):
            desk.deal("take up", at=at)


def test_in_summer_a_term_ends_an_hour_before_midnight_in_greenwich(world: World, covenant: UUID) -> None:
    proposal = propose(world, covenant, ends=date(2026, 7, 31))
    for who in ("council", "charity"):
        consent(world, proposal, who)
    scrutineer, version = world.actor("scrutineer"), Version.objects.get(covenant=covenant).id
    last = datetime(2026, 7, 31, 22, 59, 59, tzinfo=UTC)
    assert actions.ask_own(by=scrutineer, version=version, text="Why?", at=last)
    with pytest.raises(NotAllowed, match="ended on 31 July 2026"):
        actions.ask_own(by=scrutineer, version=version, text="Why?", at=last + timedelta(seconds=1))


def test_a_term_that_has_not_begun_gives_nothing(world: World, covenant: UUID) -> None:
    starts = TODAY + timedelta(days=1)
    proposal = propose(world, covenant, starts=starts)
    for who in ("council", "charity"):
        consent(world, proposal, who)
    version = Version.objects.get(covenant=covenant).id
    with pytest.raises(NotAllowed, match="begins on 3 March 2026"):
        actions.ask_own(by=world.actor("scrutineer"), version=version, text="Why?", at=NOW)


def test_removal_takes_every_party_and_a_reason_and_works_at_once(desk: Desk) -> None:
    world = desk.world
    for who in ("convenor", "administrator", "scrutineer", "business", "public"):
        with pytest.raises(NotAllowed):
            actions.propose_removal(by=world.actor(who), appointment=desk.appointment, reason="x", at=NOW)
    with pytest.raises(NotPossible, match="reason is published"):
        actions.propose_removal(by=world.actor("council"), appointment=desk.appointment, reason=" ", at=NOW)
    removal = actions.propose_removal(
        by=world.actor("council"), appointment=desk.appointment, reason="Asleep", at=NOW
    )
    assert consent(world, removal, "council") is Motion.OPEN
    assert desk.deal("take up"), "in office until the last consent"
    assert consent(world, removal, "charity") is Motion.CARRIED
    with pytest.raises(NotAllowed, match="have removed you"):
        desk.deal("answer", reason="Done")
    assert desk.seen().offices[0][1] is Office.REMOVED
    assert kinds(removal)[-1] == "scrutineer.removed"
    with pytest.raises(NotPossible, match="removed this scrutineer already"):
        actions.propose_removal(by=world.actor("charity"), appointment=desk.appointment, reason="x", at=NOW)
    assert propose(world, desk.covenant), "then they can appoint anew, even the same person"


def test_one_party_alone_keeps_a_scrutineer_in_office(desk: Desk) -> None:
    world = desk.world
    removal = actions.propose_removal(
        by=world.actor("council"), appointment=desk.appointment, reason="Asleep", at=NOW
    )
    consent(world, removal, "council")
    actions.refuse_proposal(
        by=world.actor("charity"), proposal=removal, party=world.parties["charity"], reason="No", at=NOW
    )
    assert desk.deal("take up")


def test_a_reason_for_a_removal_that_was_changed_cannot_be_consented_to(desk: Desk) -> None:
    removal = actions.propose_removal(
        by=desk.world.actor("council"), appointment=desk.appointment, reason="Asleep", at=NOW
    )
    Proposal.objects.get(id=removal).removal.__class__.objects.update(reason="Awake")
    with pytest.raises(NotPossible, match="read them again"):
        consent(desk.world, removal, "charity")


def test_a_scrutineer_of_one_covenant_is_nobody_in_another(desk: Desk) -> None:
    other = personas.draft(desk.world, slug="other")
    personas.sign_all(desk.world, other)
    with pytest.raises(NotAllowed, match="appointed together"):
        actions.ask_own(by=desk.scrutineer, version=other, text="Why?", at=NOW)


def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    nothing = desk.version
    with pytest.raises(NotFound):
        actions.consent(by=desk.scrutineer, proposal=nothing, party=nothing, hash="", at=NOW)
    with pytest.raises(NotFound):
        actions.propose_removal(by=desk.world.actor("council"), appointment=nothing, reason="x", at=NOW)
