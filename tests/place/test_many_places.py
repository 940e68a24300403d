"""A machine with the places of a whole nation: no page pays for those that it does not show."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from covenant.place import actions, reads
from covenant.place.models import Place
from covenant.place.types import NewPlace, NotFound, NotPossible, Role, Tier
from tests.personas import NOW, all_that_is_kept
from tests.records import recorded

pytestmark = pytest.mark.django_db
DISTRICTS, WARDS = 80, 100


def nation() -> Iterator[NewPlace]:
    yield NewPlace("nation", "Nation", Tier.NATION, "E92999999")
    for i in range(DISTRICTS):
        yield NewPlace(f"district-{i}", f"District {i}", Tier.DISTRICT, f"E07{i:06}", "E92999999")
        for j in range(WARDS):
            gss = f"E05{WARDS * i + j:06}"
            yield NewPlace(f"ward-{i}-{j}", f"Ward {j} of {i}", Tier.NEIGHBOURHOOD, gss, f"E07{i:06}")


@pytest.fixture
def many() -> int:
    return actions.add_places(places=list(nation()), told={"sha256": "0" * 64}, at=NOW)


def test_all_are_added_with_one_entry_of_the_record(many: int) -> None:
    assert many == Place.objects.count() == 1 + DISTRICTS * (1 + WARDS)
    [entry] = recorded()
    assert (entry.kind, entry.body["n"]) == ("places.added", many)
    assert [each.name for each in reads.place("ward-3-7").within] == ["District 3", "Nation"]


def test_again_nothing_is_added_and_nothing_told(many: int) -> None:
    kept = all_that_is_kept()
    assert actions.add_places(places=list(nation())[:50], told={}, at=NOW) == 0
    assert all_that_is_kept() == kept


def test_a_place_that_is_here_keeps_its_name_and_what_it_lies_in() -> None:
    """Roles reach downwards: who adds a list must not give anybody power over a place."""
    actions.add_place(name="Ours", slug="ours", tier=Tier.DISTRICT, gss="E07000003", at=NOW)
    actions.add_places(places=list(nation())[: 5 * (WARDS + 1)], told={}, at=NOW)
    assert reads.place("ours").within == ()
    assert reads.place("ward-3-1").within[0].slug == "ours"


def test_an_address_that_is_taken_gets_the_code_behind_it() -> None:
    actions.add_place(name="Other", slug="nation", tier=Tier.PARISH, at=NOW)
    actions.add_places(places=[next(nation())], told={}, at=NOW)
    assert reads.place("nation-e92999999").name == "Nation"


@pytest.mark.parametrize(
    "new",
    [
        NewPlace("Two Words", "N", Tier.PARISH, "E04000001"),
        NewPlace("n", "N", Tier.PARISH, "nonsense"),
        NewPlace("n", "N", Tier.PARISH, "E04000001", "E07000009"),
    ],
)
def test_one_bad_place_keeps_all_out(new: NewPlace) -> None:
    kept = all_that_is_kept()
    with pytest.raises(NotPossible):
        actions.add_places(places=[next(nation()), new], told={}, at=NOW)
    assert all_that_is_kept() == kept


def test_questions_do_not_grow_with_places(many: int, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert len(reads.place("ward-79-99").within) == 2
    with django_assert_num_queries(1), pytest.raises(NotFound):
        reads.place("nowhere")
    with django_assert_num_queries(1):
        assert len(reads.places()) == many
    with django_assert_num_queries(2):
        found = reads.search("ward 7 of 7")
    assert (found.places[0].name, found.n) == ("Ward 7 of 7", 11)  # and of 70 to 79
    assert reads.search("e05000001").places[0].slug == "ward-0-1"


def test_the_powers_of_a_person_are_found_within_their_places_alone(
    many: int, django_assert_num_queries: Any
) -> None:
    district = Place.objects.get(slug="district-5").id
    someone = actions.grant(by=None, email="a@testing.example", role=Role.CONVENOR, place=district, at=NOW)
    with django_assert_num_queries(2):
        actor = reads.actor(someone)
    assert len(actor.grants) == 1 + WARDS
    within = set(Place.objects.filter(parent=district).values_list("id", flat=True)) | {district}
    assert {place for _, place in actor.grants} == within


def test_a_ring_of_places_has_an_end(many: int) -> None:
    """No action makes one; a database that was mended by hand may hold one."""
    top, below = Place.objects.get(slug="nation"), Place.objects.get(slug="district-1")
    Place.objects.filter(id=top.id).update(parent=below)
    someone = actions.grant(by=None, email="a@testing.example", role=Role.CONVENOR, place=below.id, at=NOW)
    assert len(reads.actor(someone).grants) == many
    assert len(reads.place("ward-1-1").within) == reads.HIGHEST
    Place.objects.filter(id=top.id).update(parent=None)
    connection.check_constraints()


def test_the_home_page_lists_where_something_happens(many: int, django_assert_max_num_queries: Any) -> None:
    place = Place.objects.get(slug="district-5").id
    actions.grant(by=None, email="a@testing.example", role=Role.CONVENOR, place=place, at=NOW)
    with django_assert_max_num_queries(5):
        html = Client().get("/").content.decode()
    assert "/places/district-5/" in html
    assert "/places/district-6/" not in html
    assert 'action="/places/"' in html
    assert len(html) < 20_000


@pytest.mark.parametrize("words", ["", "District 7", "<b>", "%", "_", "x" * 5_000, "’ OR 1=1"])
def test_a_place_is_found_by_words_without_javascript(
    many: int, words: str, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(4):
        answer = Client().get("/places/", {"q": words})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<b>" not in html
    assert ("District 7<" in html) == (words == "District 7")
    assert ("District 0<" in html) == (words == "")
    assert html.count("/places/ward-") <= 50
