"""What the page must show for real places, read from the published files through the import."""

import json
import re
import time
from decimal import Decimal
from statistics import median
from typing import Any

import pytest
from django.test import Client

from covenant.place import reads as places
from covenant.profile import reads
from covenant.profile.engine.series import steps
from covenant.profile.formats.definitions import datasets
from covenant.profile.formats.files import FileKind
from covenant.profile.models import Body, Line, Source
from covenant.profile.shown import Profile, Series
from covenant.profile.types import BodyKind, Kind, Loaded, Term
from tests.profile import naive
from tests.profile.conftest import FILES, published
from tests.records import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real")]
PAGE = "/places/hartlepool/profile/"
MOST_QUERIES = 14
DEFLATOR = {2010: "69.1217", 2011: "70.834", 2017: "77.6367", 2018: "79.1606"}


@pytest.fixture
def hartlepool() -> Profile:
    return reads.profile("hartlepool", base="2017")


def line(profile: Profile, purpose: str) -> Series:
    every = (*profile.services, *profile.totals, *profile.income)
    return next(each for each in every if each.purpose == purpose)


def page(url: str = PAGE) -> str:
    answer = Client().get(url)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize(
    ("purpose", "first", "last", "said"),
    [
        (
            "cultural",
            1_075_100_000,
            683_800_000,
            "£10.75m in 2010-11 to £6.84m in 2017-18 (−36%)",
        ),
        (
            "housing",
            600_100_000,
            293_970_000,
            "£6.00m in 2010-11 to £2.94m in 2017-18 (−51%)",
        ),
    ],
)
def test_net_spend_in_hartlepool_in_cash_with_real_terms_beside(
    hartlepool: Profile, purpose: str, first: int, last: int, said: str
) -> None:
    moved = line(hartlepool, purpose).moved
    assert moved is not None
    assert (moved.first.year, moved.first.cash) == (2010, first)
    assert (moved.last.year, moved.last.cash) == (2017, last)
    calendar = {year: Decimal(value) for year, value in DEFLATOR.items()}
    assert moved.first.real == naive.real(first, 2010, 2017, calendar)
    assert moved.last.real == last
    html = page(PAGE + "?prices=2017")
    assert f"Net spend fell from {said}" in html
    assert "In the prices of 2017-18: from" in html


def test_what_cultural_services_came_to_in_the_prices_of_2017_18(hartlepool: Profile) -> None:
    moved = line(hartlepool, "cultural").moved
    assert moved is not None
    assert moved.first.real == 1_205_996_747  # 10.751m x 78.017675 / 69.549775, by hand
    assert "from £12.06m to £6.84m (−43%)" in page(PAGE + "?prices=2017")


def test_one_off_awards_to_hartlepool_stand_on_an_axis_of_their_own(hartlepool: Profile) -> None:
    deals = [each for each in hartlepool.one_off if each.label == "Town Deal"]
    assert [(each.kind, each.n, each.total) for each in deals] == [(Kind.CAPITAL, 5, 2_496_932_800)]
    html = page()
    assert "<strong>£24.97m</strong> in 5 awards, in cash" in html
    pictures = re.findall(r"<svg.*?</svg>", html)
    with_deals = [each for each in pictures if "Middleton Grange" in each]
    assert len(with_deals) == 1
    assert "2010-11" not in with_deals[0]
    assert "Wharton" not in with_deals[0]  # a grant of which revenue or capital is not stated


def test_no_picture_or_list_mixes_kinds_or_terms() -> None:
    for slug in ("hartlepool", "birmingham", "cornwall", "barnsley"):
        found = reads.profile(slug)
        assert all(len({award.row for award in each.awards}) == len(each.awards) for each in found.one_off)
        keys = [(each.source.id, each.label, each.kind) for each in found.one_off]
        assert len(keys) == len(set(keys))
        annual = {each.source.facts.dataset for each in (*found.services, *found.income)}
        once = {each.source.facts.dataset for each in found.one_off}
        assert not annual & once


def test_every_sum_of_the_file_is_kept_and_no_other() -> None:
    columns = list(datasets()["outturn"].lines)
    by_hand = naive.sums(published(FileKind.OUTTURN), columns, "year")
    kept: dict[tuple[str, str], int] = {}
    lines = datasets()["outturn"].lines
    for year, purpose, pence in Line.objects.filter(source__dataset="outturn").values_list(
        "year", "purpose", "pence"
    ):
        key = (f"{year}-{(year + 1) % 100:02}", purpose)
        kept[key] = kept.get(key, 0) + (-pence if lines[purpose].negated else pence)
    assert {key: int(value * 100_000) for key, value in by_hand.items()} == kept


def test_all_444_bodies_of_each_year_are_there() -> None:
    for year in (2010, 2011, 2012, 2013, 2014, 2017):
        assert (
            Line.objects.filter(source__dataset="outturn", year=year).values("body").distinct().count() == 444
        )


@pytest.mark.parametrize(
    ("slug", "purpose", "year"),
    [
        ("hartlepool", "adult_social_care", 2011),
        ("hartlepool", "revenue_support_grant", 2013),
        ("hartlepool", "council_tax_requirement", 2013),
        ("hartlepool", "spending_power", 2016),
        ("kent", "highways_transport", 2011),
        ("adur", "highways_transport", 2011),
    ],
)
def test_nothing_is_compared_or_joined_across_a_break(slug: str, purpose: str, year: int) -> None:
    found = line(reads.profile(slug), purpose)
    assert found.moved is not None
    assert found.moved.first.year >= year
    assert all((one.year < year) == (two.year < year) for one, two, _ in steps(found.points, found.breaks))


@pytest.mark.parametrize("purpose", ["public_health", "revenue_expenditure", "net_revenue_expenditure"])
def test_what_holds_public_health_is_compared_over_neither_of_its_two_moves(
    hartlepool: Profile, purpose: str
) -> None:
    found = line(hartlepool, purpose)
    assert {each.year for each in found.breaks} | {2013} == {2013, 2015}
    assert found.moved is None
    joined = [(one.year, two.year) for one, two, _ in steps(found.points, found.breaks)]
    assert (2013, 2014) in joined
    assert not {(2012, 2013), (2014, 2017)} & set(joined)


@pytest.mark.parametrize("slug", ["birmingham", "manchester", "liverpool", "cornwall", "bristol-city-of"])
def test_a_grant_that_was_given_up_for_business_rates_is_not_called_a_fall(slug: str) -> None:
    found = reads.profile(slug)
    for purpose in ("revenue_support_grant", "retained_business_rates"):
        assert line(found, purpose).moved is None
        joined = [
            (one.year, two.year)
            for one, two, _ in steps(line(found, purpose).points, line(found, purpose).breaks)
        ]
        assert (2013, 2014) in joined
        assert (2014, 2017) not in joined


def test_bodies_that_got_no_grant_in_2017_18_and_much_in_2014_15_are_those_that_tried_out_keeping_rates(
    hartlepool: Profile,
) -> None:
    sums = Line.objects.filter(purpose="revenue_support_grant", body__kind__in=["metropolitan", "unitary"])
    before = dict(sums.filter(year=2014, pence__gt=0).values_list("body__code", "pence"))
    none = set(sums.filter(year=2017, pence=0).values_list("body__code", flat=True)) & before.keys()
    trying = [each for each in datasets()["outturn"].breaks if each.at.year == 2017 and len(each.bodies) > 1]
    assert len(trying) == 1
    assert none == trying[0].bodies - {"E61000001"}  # the Greater London Authority is of another class
    assert line(hartlepool, "revenue_support_grant").moved is not None


def test_fire_that_a_combined_authority_took_over_is_not_called_a_rise() -> None:
    assert line(reads.profile_of_code("E47000001"), "fire").moved is None


def test_childrens_social_care_is_not_compared_with_the_years_before_it_held_more(
    hartlepool: Profile,
) -> None:
    moved = line(hartlepool, "children_social_care").moved
    assert moved is not None
    assert moved.first.year == 2014


def test_a_unitary_authoritys_buses_did_not_move(hartlepool: Profile) -> None:
    assert line(hartlepool, "highways_transport").breaks == ()


def test_schools_that_left_are_never_called_a_fall(hartlepool: Profile) -> None:
    for purpose in ("education", "total_service_expenditure"):
        assert line(hartlepool, purpose).moved is None
        assert "academies" in line(hartlepool, purpose).never
    html = page()
    assert "£58.21m in 2017-18; not compared with other years." in html
    education = next(each for each in re.findall(r"<svg.*?</svg>", html) if 'aria-label="Education' in each)
    assert 'stroke-width="2.5"' not in education  # dots and squares, and no line that joins them


def test_no_service_is_called_a_duty_in_law_and_what_comes_per_head_names_its_year() -> None:
    html = page()
    assert "must see to" not in html
    assert "no list of what the law requires" in html
    assert '£488 <span class="cov-secondary">(2010-11)</span>' in html  # social care together: £45.768m
    assert '£73 <span class="cov-secondary">(2017-18)</span>' in html  # culture: £6.838m, 93,836 people


def test_what_schools_leave_is_not_compared_between_places_either(hartlepool: Profile) -> None:
    labels = {each.label for each in hartlepool.beside}
    assert "Cultural and related services" in labels
    assert "Education" not in labels


def test_the_word_is_never_cuts() -> None:
    assert not re.search(r"\bcuts?\b", page())


def test_what_is_not_stated_is_not_nought(hartlepool: Profile) -> None:
    found = line(hartlepool, "cultural")
    assert {point.year for point in found.points} == {2010, 2011, 2012, 2013, 2014, 2017}
    assert "<th class=\"govuk-table__header\" scope=\"row\">2015-16</th><td class=\"govuk-table__cell " \
        "govuk-table__cell--numeric\">not stated</td>" in page()  # fmt: skip


def test_a_missing_year_of_spending_power_is_not_stated() -> None:
    by_hand = published(FileKind.SPENDING_POWER).read_text(encoding="utf-8-sig").count("..")
    assert by_hand == 35
    assert Line.objects.filter(source__dataset="spending_power").count() == 352 * 10 - by_hand


def test_allerdale_is_found_from_cumberland_and_cumberland_from_allerdale() -> None:
    now = reads.profile("cumberland")
    before = {each.body.code: each for each in now.before}
    assert set(before) == {"E07000026", "E07000028", "E07000029", "E10000006"}
    assert before["E07000026"].has_ledger
    assert str(before["E07000026"].on) == "2023-04-01"
    assert now.services == ()  # what Allerdale spent is not what Cumberland spent
    html = page("/places/cumberland/profile/")
    assert "Their money is not added up with its own" in html
    assert "/places/cumberland/profile/?body=E07000026" in html
    then = page("/places/cumberland/profile/?prices=2017&body=E07000026")
    assert "Net spend fell from £2.71m in 2010-11 to £2.57m in 2017-18 (−5%)" in then
    assert 'href="/places/cumberland/profile/"' in then
    assert [each.body.code for each in reads.profile_of_code("E07000026").after] == ["E06000063"]


def test_a_district_that_went_twice_is_followed_to_what_stands_now() -> None:
    found = {each.body.code: each.generation for each in reads.profile("somerset").before}
    assert found["E07000246"] == 1
    assert found["E07000190"] == found["E07000191"] == 2
    assert [each.body.code for each in reads.profile_of_code("E07000190").after] == ["E07000246", "E06000066"]


def test_a_body_that_returns_name_by_their_own_code_alone_is_found_by_both() -> None:
    assert not Body.objects.filter(code="E5100").exists()
    london = reads.profile_of_code("E5100")
    assert london.body is not None
    assert london.body.code == "E61000001"
    assert any(each.source.facts.dataset == "outturn" for each in london.services)


def test_police_and_fire_bodies_have_an_account_and_no_place() -> None:
    found = reads.profile_of_code("E6009")
    assert found.body is not None
    assert (found.body.name, found.body.kind) == ("Cumbria Police Authority", BodyKind.OTHER)
    assert [each.purpose for each in found.services] == ["police", "central"]


def test_a_new_code_for_the_same_area_is_the_same_body() -> None:
    stevenage = reads.profile("stevenage")
    assert stevenage.before == ()
    assert len(line(stevenage, "cultural").points) == 6


def test_a_body_of_another_place_is_not_found_under_this_one() -> None:
    assert Client().get("/places/hartlepool/profile/?body=E07000026").status_code == 404
    assert Client().get("/places/hartlepool/profile/ledger.csv?body=E07000026").status_code == 404
    assert Client().get("/places/nowhere/profile/").status_code == 404


def test_who_must_see_to_what() -> None:
    counts = {}
    for slug in ("hartlepool", "kent", "adur"):
        found = reads.profile(slug)
        counts[slug] = sum(len(each.services) for each in found.services) + len(found.other_services)
    assert counts == {"hartlepool": 117, "kent": 51 + 16, "adur": 50 + 16}


def test_need_of_two_years_stands_side_by_side_and_is_not_subtracted() -> None:
    html = page()
    assert "35.04; rank 10 of 296; 36%" in html
    assert "37.58; rank 6 of 296; 42%" in html
    assert "2.54" not in html  # 37.58 less 35.04


def test_similar_places_are_of_one_class_with_their_number_stated(hartlepool: Profile) -> None:
    found = hartlepool.likeness
    assert found is not None
    assert (found.kind, found.n, len(found.nearest)) == (BodyKind.UNITARY, 63, 8)
    kinds = Body.objects.filter(code__in=[each.code for each in found.nearest]).values_list("kind", flat=True)
    assert set(kinds) == {"unitary"}
    assert found.nearest[0].distance <= found.quartiles[0] < found.quartiles[1] < found.quartiles[2]
    html = page()
    assert "n = 63 with all features" in html
    assert "93,836</td>" in html


def test_what_similar_places_spend_is_of_the_same_year_and_line(hartlepool: Profile) -> None:
    row = next(each for each in hartlepool.beside if each.label.startswith("Cultural"))
    people = {"Hartlepool": 93_836}
    assert row.here == round(683_800_000 / people["Hartlepool"])
    assert row.n == len(row.others) == 8
    assert row.low == min(value for _, value in row.others)
    assert row.low <= row.median <= row.high


def test_grants_to_individuals_are_sums_alone_and_few_are_not_shown() -> None:
    individuals = Line.objects.filter(purpose="individual")
    assert individuals.exists()
    assert set(individuals.values_list("payee", "item")) == {("an individual", "")}
    for code in individuals.values_list("body__code", flat=True).distinct():
        found = reads.profile_of_code(code)
        here = individuals.filter(body__code=code).count()
        assert here < 10
        assert all(each.label != "Grants to individuals" for each in found.one_off)


def test_every_file_is_told_in_the_record_with_its_hash_and_licence() -> None:
    kinds = [entry for entry in recorded() if entry.kind == "profile.imported"]
    assert len(kinds) == Source.objects.count() == sum(len(names) for names in FILES.values())
    for entry in kinds:
        assert len(entry.body["sha256"]) == 64
        assert entry.body["licence"]
    added = [entry for entry in recorded() if entry.kind == "places.added"]
    assert [entry.body["n"] for entry in added] == [365, 45]


def test_every_figure_of_the_data_names_its_source_and_row() -> None:
    rows = Client().get("/places/hartlepool/profile/ledger.csv").content.decode().splitlines()
    assert len(rows) - 1 == Line.objects.filter(body__code="E06000001").exclude(pence=0).count() + len(
        [row for row in rows if ",0,0," in row or ",0,,," in row]
    )
    assert all(re.search(r",[0-9a-f]{64},\d+$", row) for row in rows[1:])
    cultural = next(row for row in rows if "Cultural" in row and "2010-11" in row)
    assert cultural.endswith(",182")
    data = json.loads(Client().get("/places/hartlepool/profile/data.json").content)
    assert data["format"] == "covenant-profile/1"


SLUGS = (
    "hartlepool",
    "cumberland",
    "birmingham",
    "kent",
    "leeds",
    "westminster",
    "adur",
    "england",
    "aberdeenshire",
)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_page_takes_few_questions_and_little_time(slug: str, django_assert_max_num_queries: Any) -> None:
    browser, url = Client(), f"/places/{slug}/profile/"
    with django_assert_max_num_queries(MOST_QUERIES):
        assert browser.get(url).status_code == 200
    taken = []
    for _ in range(5):
        before = time.process_time()
        browser.get(url)
        taken.append(time.process_time() - before)
    assert median(taken) < 0.15, f"{1000 * median(taken):.0f} ms of the processor"


def test_every_place_has_a_page(django_assert_max_num_queries: Any) -> None:
    every = places.places()
    assert len(every) == 410
    for each in every[::9]:
        with django_assert_max_num_queries(MOST_QUERIES):
            assert Client().get(f"/places/{each.slug}/profile/").status_code == 200


def test_the_same_files_again_change_nothing(real: list[Loaded]) -> None:
    from covenant.profile import actions
    from covenant.profile.formats.files import read
    from tests.personas import all_that_is_kept
    from tests.profile.conftest import NOW

    kept = all_that_is_kept()
    file = published(FileKind.OUTTURN)
    [done] = actions.load(parsed=[read(FileKind.OUTTURN, file)], at=NOW)
    assert not done.changed
    assert all_that_is_kept() == kept


def test_all_bodies_load_in_less_than_ten_seconds() -> None:
    from covenant.profile import actions
    from covenant.profile.formats.files import read
    from tests.profile.conftest import NOW

    Source.objects.filter(dataset="outturn").delete()
    before = time.process_time()
    [done] = actions.load(parsed=[read(FileKind.OUTTURN, published(FileKind.OUTTURN))], at=NOW)
    assert time.process_time() - before < 10
    assert (
        done.counts["lines"]
        == Line.objects.filter(term=Term.ANNUAL.value, source__dataset="outturn").count()
        == 46_176
    )
