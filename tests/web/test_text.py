"""Text is in one order, found in one way and refused in one way, on SQLite as on PostgreSQL."""

import random

import pytest
from django.db.models import Max, Min
from django.test import Client

from covenant.place import actions, reads
from covenant.place.models import Place
from covenant.place.types import Tier
from tests.personas import NOW, World, all_that_is_kept, make_world, signed_in

# As people sort them these would stand otherwise: without regard to case, accents and signs.
NAMES = ["Zoo", "apple", "Émile", "_x", "zebra", "a b", "ab", "A-b", "ab ", "É", "e", "日本", "🌳", "ÿ"]


@pytest.mark.django_db
def test_text_is_in_the_order_of_its_code_points() -> None:
    for number in random.Random(1).sample(range(len(NAMES)), len(NAMES)):
        actions.add_place(name=f"{NAMES[number]}.", slug=f"place-{number}", tier=Tier.PARISH, at=NOW)
    inward = sorted(f"{name}." for name in NAMES)
    assert [each.name for each in reads.places()] == inward
    assert list(Place.objects.order_by("-name").values_list("name", flat=True)) == inward[::-1]
    assert Place.objects.aggregate(first=Min("name"), last=Max("name")) == {
        "first": inward[0],
        "last": inward[-1],
    }
    assert list(Place.objects.filter(name__gt="Zoo.").order_by("name").values_list("name", flat=True)) == [
        name for name in inward if name > "Zoo."
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("éc", ["école", "Grande école"]),  # what begins so comes first
        ("ÉC", ["École"]),  # large and small letters are alike in ASCII alone
        ("COLE", ["Grande école", "École", "école"]),
        ("GRANDE é", ["Grande école"]),
        ("grande ÉCOLE", []),
        ("%", []),
        ("_", []),
    ],
)
def test_words_are_found_in_the_same_places(words: str, found: list[str]) -> None:
    for number, name in enumerate(["école", "Grande école", "École"]):
        actions.add_place(name=name, slug=f"place-{number}", tier=Tier.PARISH, at=NOW)
    assert [each.name for each in reads.search(words).places] == found


@pytest.fixture
def world(db: None) -> World:
    return make_world()


ADDRESSES = [
    "/places/?q=%00",
    "/places/?%00=1",
    "/places/testing/?body=E0\x00",
    "/places/te%00sting/",
    "/covenants/%00/",
    "/covenants/our-covenant/scrutiny/desk/1/question%00/",
    "/listen/?order=%00&page=%00",
    "/listen/buses/?page=1&page=%00",
    "/record/%00",
    "/record/?before=%00",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_nul_in_an_address_is_refused(world: World, address: str) -> None:
    browser, kept = signed_in(world, "convenor"), all_that_is_kept()
    answer = browser.get(address)
    assert answer.status_code == 400
    assert "cannot be read" in answer.content.decode()
    assert all_that_is_kept() == kept


@pytest.mark.parametrize("address", ["/", "/account/sign-in/", "/places/"])
def test_nul_in_a_cookie_is_refused(world: World, address: str) -> None:
    # As an HTTP header may write it: http.cookies reads \000 as one sign.
    answer = Client(headers={"cookie": r'sessionid="aaaaaaaaaaaa\000"'}).get(address)
    assert answer.status_code == 400


@pytest.mark.parametrize("value", ["\x00", "a\x00b"])
def test_nul_in_a_form_is_refused_in_its_own_words(world: World, value: str) -> None:
    browser, kept = signed_in(world, "convenor"), all_that_is_kept()
    for path in ("/account/sign-in/", "/listen/new/testing/", "/places/testing/parties/add/"):
        fields = ("email", "title", "slug", "introduction", "statements", "name", "kind", "sector")
        assert (browser if "account" not in path else Client()).post(
            path, dict.fromkeys(fields, value)
        ).status_code in (200, 400), path
    assert all_that_is_kept() == kept
