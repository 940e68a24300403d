"""Roles and mandates: where and when they hold, and what the forms of a place do with bad input."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from covenant.place import actions, reads
from covenant.place.models import Grant, Mandate, Party, Place, User
from covenant.place.types import PUBLIC, NotAllowed, NotFound, NotPossible, Role, Sector, Tier
from covenant.record import reads as record
from covenant.record.types import seal
from tests.personas import NOW, World, all_that_is_kept, signed_in
from tests.records import recorded

TODAY = NOW.date()


def _place(slug: str, tier: Tier, within: UUID | None) -> UUID:
    return actions.add_place(name=slug.title(), slug=slug, tier=tier, within=within, at=NOW)


def _role(place: UUID, role: Role = Role.CONVENOR) -> UUID:
    return actions.grant(by=None, email="somebody@testing.example", role=role, place=place, at=NOW)


def test_a_role_holds_in_a_place_and_within_it_but_not_beside_or_above_it(db: None) -> None:
    nation = _place("nation", Tier.NATION, None)
    county = _place("county", Tier.COUNTY, nation)
    district = _place("district", Tier.DISTRICT, county)
    street = _place("street", Tier.NEIGHBOURHOOD, district)
    beside = _place("beside", Tier.DISTRICT, county)
    actor = reads.actor(_role(district))
    holds = {id for id in (nation, county, district, street, beside) if actor.has_role(Role.CONVENOR, id)}
    assert holds == {district, street}
    assert not any(actor.has_role(role, district) for role in Role if role is not Role.CONVENOR)
    above = reads.actor(_role(county, Role.ANALYST))
    assert {id for id in (nation, county, district, street, beside) if above.has_role(Role.ANALYST, id)} == {
        county,
        district,
        street,
        beside,
    }


def test_nobody_grants_the_power_of_a_scrutineer(world: World) -> None:
    for by in (None, world.actor("administrator")):
        with pytest.raises(NotPossible, match="appointed for a covenant by all its signing parties together"):
            actions.grant(by=by, email="a@testing.example", role=Role.SCRUTINEER, place=world.place, at=NOW)
    assert not User.objects.filter(email="a@testing.example").exists()


def test_a_place_that_is_added_later_is_within_too(db: None) -> None:
    district = _place("district", Tier.DISTRICT, None)
    person = _role(district)
    street = _place("street", Tier.NEIGHBOURHOOD, district)
    assert reads.actor(person).has_role(Role.CONVENOR, street)


def test_the_powers_of_a_person_take_three_questions(
    world: World, django_assert_max_num_queries: Any
) -> None:
    for who in ("convenor", "council"):
        with django_assert_max_num_queries(3):
            world.actor(who)


def test_someone_whose_account_is_closed_has_no_power(world: World) -> None:
    browser = signed_in(world, "convenor")
    council = signed_in(world, "council")
    User.objects.update(is_active=False)
    for who in world.people:
        actor = world.actor(who)
        assert not actor.grants
        assert not actor.mandates
    assert browser.get("/places/testing/parties/add/").status_code == 302
    assert council.get("/").wsgi_request.user.is_anonymous


def test_someone_unknown_has_no_power(db: None) -> None:
    assert reads.actor(None) is PUBLIC
    assert reads.actor(uuid4()).grants == frozenset()


def test_a_role_is_given_once_and_told_once(world: World) -> None:
    kept = all_that_is_kept()
    for email in ("convenor@testing.example", " Convenor@Testing.Example "):
        actions.grant(by=None, email=email, role=Role.CONVENOR, place=world.place, at=NOW)
    assert all_that_is_kept() == kept


def test_a_role_given_in_another_place_gives_nothing_here(world: World) -> None:
    stranger = world.actor("stranger")
    with pytest.raises(NotAllowed):
        actions.add_party(by=stranger, place=world.place, name="N", slug="n", sector=Sector.BUSINESS, at=NOW)
    with pytest.raises(NotAllowed):
        actions.grant(
            by=world.actor("administrator"),
            email="x@testing.example",
            role=Role.CONVENOR,
            place=world.other_place,
            at=NOW,
        )


def _mandate(world: World, **words: Any) -> UUID:
    given = {
        "email": "new@testing.example",
        "name": "New",
        "office": "Chair",
        "given_by": "Minutes",
        "starts": TODAY,
        "ends": TODAY,
    }
    return actions.give_mandate(
        by=world.actor("convenor"), at=NOW, **({"party": world.parties["charity"]} | given | words)
    )


def test_a_mandate_holds_on_its_first_and_last_day_and_on_no_other(world: World) -> None:
    _mandate(world, starts=TODAY, ends=TODAY + timedelta(2))
    actor = reads.actor(reads.person("new@testing.example"))
    days = [
        day for day in range(-2, 5) if actor.mandate_for(world.parties["charity"], TODAY + timedelta(day))
    ]
    assert days == [0, 1, 2]
    assert actor.mandate_for(world.parties["council"], TODAY) is None


def test_a_mandate_that_ends_before_it_starts_is_none(world: World) -> None:
    with pytest.raises(NotPossible, match="ends on or after"):
        _mandate(world, ends=TODAY - timedelta(1))
    assert not Mandate.objects.filter(user__email="new@testing.example").exists()


def test_the_record_seals_the_name_that_stands_beside_the_signature(world: World) -> None:
    """Also where somebody gives another name for a person who is known already."""
    id = _mandate(world, email="council@testing.example", name="Another Name")
    mandate = Mandate.objects.select_related("user").get(id=id)
    entry = record.about(id)[0]
    assert entry.body["person"] == seal(mandate.user.name, bytes(mandate.salt))
    assert "Another Name" not in str(entry)


def test_unknown_parties_and_bad_addresses_are_refused(world: World) -> None:
    with pytest.raises(NotFound):
        _mandate(world, party=uuid4())
    for email in ("", "nobody", "a b@c.d", "@x.y", "a@b", "a@b@c.d"):
        with pytest.raises(NotPossible, match="no email address"):
            _mandate(world, email=email)
    assert not User.objects.filter(email__in=["nobody", "a@b"]).exists()


@pytest.mark.parametrize(
    "slug", ["", "Two Words", "UPPER", "a_b", "-a", "a-", "a--b", "é", "a/b", "x" * 51, "a\n"]
)
def test_an_address_that_no_page_could_have_is_refused(world: World, slug: str) -> None:
    kept = all_that_is_kept()
    with pytest.raises(NotPossible, match="lower-case letters"):
        actions.add_place(name="N", slug=slug, tier=Tier.PARISH, at=NOW)
    with pytest.raises(NotPossible, match="lower-case letters"):
        actions.add_party(
            by=world.actor("convenor"), place=world.place, name="N", slug=slug, sector=Sector.STATE, at=NOW
        )
    assert all_that_is_kept() == kept


GOOD_PARTY = {"name": "Choir of Testing", "slug": "choir", "sector": "civil society", "kind": "choir"}


@pytest.mark.parametrize(
    "words",
    [
        {"name": ""},
        {"name": "x" * 201},
        {"name": "a\x00b"},
        {"slug": ""},
        {"slug": "Two Words"},
        {"slug": "Choir"},
        {"slug": "testing-council"},
        {"sector": "nobody"},
        {"sector": ""},
        {"kind": "x" * 61},
        {"org_id": "x" * 61},
    ],
)
def test_a_bad_party_is_refused_and_nothing_that_was_typed_is_lost(
    world: World, words: dict[str, str]
) -> None:
    browser = signed_in(world, "convenor")
    kept = all_that_is_kept()
    form = GOOD_PARTY | {"org_id": "GB-CHC-1234567"} | words
    answer = browser.post("/places/testing/parties/add/", form)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "There is a problem" in page
    for name, value in form.items():
        assert name == "sector" or "\x00" in value or f'value="{value}"' in page or not value
    assert all_that_is_kept() == kept


GOOD_MANDATE = {
    "name": "A Person",
    "email": "person@testing.example",
    "office": "Clerk",
    "given_by": "Minutes of May",
    "starts": "2026-03-01",
    "ends": "2026-12-31",
}


@pytest.mark.parametrize(
    "words",
    [
        {"name": ""},
        {"email": "nobody"},
        {"email": "a@b"},
        {"office": "x" * 201},
        {"given_by": "x" * 301},
        {"starts": "2026-02-30"},
        {"ends": "2026-02-28"},
        {"ends": "never"},
        {"name": "\x00"},
    ],
)
def test_a_bad_mandate_is_refused_and_nothing_that_was_typed_is_lost(
    world: World, words: dict[str, str]
) -> None:
    browser = signed_in(world, "convenor")
    kept = all_that_is_kept()
    form = GOOD_MANDATE | words
    answer = browser.post("/places/testing/parties/testing-charity/mandate/", form)
    page = answer.content.decode()
    assert answer.status_code == 400
    for name, value in form.items():
        assert "\x00" in value or f'value="{value}"' in page or not value, f"{name} is lost"
    assert all_that_is_kept() == kept


def test_nobody_can_be_given_a_mandate_for_residents_by_the_page_either(world: World) -> None:
    browser = signed_in(world, "convenor")
    answer = browser.post("/places/testing/parties/testing-residents/mandate/", GOOD_MANDATE)
    assert answer.status_code == 400
    assert "Nobody signs for residents" in answer.content.decode()


def test_a_party_of_another_place_is_not_found_under_this_one(world: World) -> None:
    browser = signed_in(world, "stranger")
    assert browser.get("/places/elsewhere/parties/testing-council/mandate/").status_code == 404


def test_mandates_are_public_and_email_addresses_are_not(world: World) -> None:
    _mandate(world, starts=date(2020, 1, 1), ends=date(2020, 2, 1))
    for who in ("public", "council", "convenor"):
        page = signed_in(world, who).get("/places/testing/parties/").content.decode()
        assert "New, Chair" in page
        assert "ended" in page
        assert "new@testing.example" not in page


def test_the_record_holds_no_email_address_and_no_name_of_a_person(world: World) -> None:
    _mandate(world, name="Zebedee Quill", email="zebedee@testing.example")
    text = str(recorded())
    assert "@" not in text
    assert "Zebedee" not in text


def test_a_parent_place_that_is_not_there_is_refused(db: None) -> None:
    for slug in ("one", "two"):
        _place(slug, Tier.PARISH, None)
    with pytest.raises(NotPossible, match="already"):
        _place("one", Tier.PARISH, None)
    actions.add_place(name="G", slug="g", tier=Tier.DISTRICT, gss="E07000001", at=NOW)
    with pytest.raises(NotPossible, match="E07000001 already"):
        actions.add_place(name="H", slug="h", tier=Tier.DISTRICT, gss="E07000001", at=NOW)
    with pytest.raises(NotPossible, match="no GSS code"):
        actions.add_place(name="H", slug="h", tier=Tier.DISTRICT, gss="07E", at=NOW)
    assert Place.objects.count() == 3
    assert not Party.objects.exists()
    assert not Grant.objects.exists()


def test_a_role_from_above_is_laid_down_where_it_was_given(db: None) -> None:
    county = _place("county", Tier.COUNTY, None)
    district = _place("district", Tier.DISTRICT, county)
    user = _role(county)
    actions.lay_down_role(by=reads.actor(user), role=Role.CONVENOR, place=district, at=NOW)
    assert not reads.actor(user).grants
    with pytest.raises(NotAllowed):
        actions.lay_down_role(by=reads.actor(user), role=Role.CONVENOR, place=district, at=NOW)


def test_a_mandate_that_was_laid_down_signs_nothing_from_then_on(world: World) -> None:
    council = world.actor("council")
    actions.lay_down_mandate(by=council, mandate=council.mandates[0].id, at=NOW)
    assert world.actor("council").mandate_for(world.parties["council"], TODAY) is None
    with pytest.raises(NotFound):
        actions.lay_down_mandate(by=council, mandate=uuid4(), at=NOW)


def test_a_page_lays_down_only_what_its_reader_holds(world: World) -> None:
    council = signed_in(world, "council")
    shown = council.get("/places/testing/parties/").content.decode()
    assert "Lay down your mandate of Testing District Council" in shown
    for words in ({"mandate": "x"}, {"role": "king"}, {}, {"mandate": str(uuid4())}):
        assert council.post("/places/testing/lay-down/", words).status_code == 404
    mandate = world.actor("council").mandates[0].id
    assert council.post("/places/testing/lay-down/", {"mandate": mandate}).status_code == 302
    assert "Lay down" not in council.get("/places/testing/parties/").content.decode()
