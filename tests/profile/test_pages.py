"""The pages of a small place, as anyone meets them; and with words in them that mean harm."""

import csv
import io
import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from covenant.place.actions import add_place
from covenant.place.types import Tier
from covenant.profile import actions
from covenant.profile.formats.export import COLUMNS
from covenant.profile.formats.files import FileKind, read
from covenant.profile.types import BodyFacts, BodyKind, Change, FigureFacts, Parsed, SourceFacts, Succession
from tests.personas import all_that_is_kept
from tests.profile.conftest import GOOD, NOW, outturn

pytestmark = pytest.mark.django_db
Write = Callable[[str, str | bytes], Path]
PAGE = "/places/testing/profile/"
NASTY = "<script>alert(1)</script>"


def source(dataset: str) -> SourceFacts:
    return SourceFacts(dataset, "Made up", "P", "L", "2026", NASTY, "", "x.csv", dataset[:1] * 64, 1)


def individuals(n: int) -> str:
    usual = {
        "title": "t",
        "description": "d",
        "currency": "GBP",
        "amountAwarded": 50,
        "awardDate": "2020-01-01",
        "fundingOrganization": [{"name": "A Trust"}],
        "recipientIndividual": {"id": "p", "name": "Ada"},
        "beneficiaryLocation": [{"geoCode": "E06999901", "geoCodeType": "UA"}],
    }
    return json.dumps({"grants": [usual | {"id": str(i)} for i in range(n)]})


@pytest.fixture
def testing(write: Write) -> None:
    add_place(name="Testing", slug="testing", tier=Tier.DISTRICT, gss="E06999901", at=NOW)
    add_place(name="Bare", slug="bare", tier=Tier.PARISH, at=NOW)
    towns = "fund,index_code,place,organisation,project,status,rdel,cdel,total\n"
    award = f"Town Deal,TD-1,Testing,Testing,=HYPERLINK({NASTY}),,3,4,7\n"
    names = "org_id,name,kind,income,income_year,place\nGB-CHC-1,=1+1,Charity,5,2024,E06999901\n"
    old = BodyFacts("E07999902", "Old <b>Testing</b>", BodyKind.DISTRICT)
    merged = Succession("E07999902", "Old", "E06999901", "Testing", Change.MERGED, NOW.date())
    people = FigureFacts("E06999901", "population", "", "2020", 2, value="1000")
    actions.load(
        parsed=[
            read(FileKind.OUTTURN, write("ro.csv", outturn(*GOOD))),
            read(FileKind.TOWNS, write("t.csv", towns + award)),
            read(FileKind.ORGANISATIONS, write("o.csv", names)),
            read(FileKind.GRANTS, write("g.json", individuals(10)), name="many"),
            Parsed(source("geography/x"), bodies=(old,), successions=(merged,), figures=(people,)),
        ],
        at=NOW,
    )


def page(url: str = PAGE) -> str:
    answer = Client().get(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"]
    return " ".join(answer.content.decode().split())


def test_what_files_say_is_shown_and_never_run(testing: None) -> None:
    html = page()
    assert NASTY not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "Old &lt;b&gt;Testing&lt;/b&gt;" in html
    assert "style=" not in html


def test_capital_and_revenue_of_one_award_stand_apart(testing: None) -> None:
    html = page()
    assert "Town Deal (revenue)" in html
    assert "Town Deal (capital)" in html
    assert "<strong>£3</strong> in 1 award, in cash" in html
    assert "<strong>£4</strong> in 1 award, in cash" in html
    assert "<strong>£7</strong>" not in html


def test_a_figure_per_head_says_of_which_people(testing: None) -> None:
    html = page()
    assert "of the 1,000 people of the middle of 2020, whatever the year of the money" in html
    assert "£80 <span" in html  # 80,000 pounds of cultural services for 1,000 people


def test_sums_to_ten_individuals_are_shown_and_to_nine_are_not(testing: None, write: Write) -> None:
    assert "<strong>£500</strong> in 10 awards, in cash" in page()
    actions.load(parsed=[read(FileKind.GRANTS, write("g.json", individuals(9)), name="many")], at=NOW)
    assert "individuals (" not in page()
    assert "A Trust" not in page()


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("2012", "2012-13"), ("", "2023-24"), ("1066", "2023-24"), ("x' OR 1", "2023-24"), ("٢٠١٢", "2023-24")],
)
def test_the_prices_of_any_known_year_and_else_of_the_newest(testing: None, asked: str, shown: str) -> None:
    answer = Client().get(PAGE, {"prices": asked})
    assert answer.status_code == 200
    assert f"Real terms, in the prices of {shown}" in answer.content.decode()


def test_data_hold_nothing_that_a_spreadsheet_would_run(testing: None) -> None:
    answer = Client().get(f"{PAGE}ledger.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="testing-ledger.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert tuple(rows[0]) == COLUMNS
    assert not any(value.startswith(("=", "+", "@")) for row in rows for value in row.values())
    assert {row["kind"] for row in rows} == {"revenue", "capital"}
    assert sum(row["line"] == "Cultural and related services" for row in rows) == 3
    sums = {(row["line"], row["year"]): row["cash_pence"] for row in rows}
    assert sums["Housing services", "2013-14"] == "-2000000"


def test_organisations_by_name_are_a_click_away(testing: None) -> None:
    found = Client().get(f"{PAGE}organisations.json").json()
    row = {"org_id": "GB-CHC-1", "name": "=1+1", "kind": "Charity", "size": "micro", "place": "E06999901"}
    assert found == {"place": "E06999901", "n": 1, "organisations": [row]}
    assert "1 organisation is listed at this place in the files that were imported" in page()


def test_a_place_of_which_nothing_is_known_says_so(testing: None, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(14):
        html = page("/places/bare/profile/")
    assert "No file that was imported speaks of this place." in html
    assert "That does not mean that there are none." in html
    assert "/profile/" not in page("/places/bare/")


def test_the_place_itself_tells_in_short_and_leads_there(
    testing: None, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(10):
        html = page("/places/testing/")
    assert "1,000 people in the middle of 2020" in html
    assert f'href="{PAGE}"' in html


def test_a_predecessor_has_a_page_under_what_stands_now(testing: None) -> None:
    assert "Old &lt;b&gt;" in page(f"{PAGE}?body=E07999902")
    for code in ("E06999901", "E06000001", "x"):
        assert Client().get(f"{PAGE}?body={code}").status_code == 404


def test_looking_changes_nothing_and_nobody_can_write(testing: None) -> None:
    kept = all_that_is_kept()
    for name in ("", "data.json", "ledger.csv", "organisations.json"):
        assert Client().get(f"{PAGE}{name}").status_code == 200
        assert Client().post(f"{PAGE}{name}").status_code == 405
    assert all_that_is_kept() == kept


def test_headings_do_not_skip_and_tables_have_captions_and_scopes(testing: None) -> None:
    html = page()
    levels = [int(level) for level in re.findall(r"<h([1-6])", html.split("<main")[1].split("</main>")[0])]
    assert levels[0] == 1
    assert all(two - one <= 1 for one, two in pairwise(levels))
    tables = re.findall(r"<table.*?</table>", html)
    assert tables
    assert all("<caption" in table and "scope=" in table for table in tables)
    assert all(
        'role="img"' in picture and "aria-label=" in picture for picture in re.findall(r"<svg[^>]*>", html)
    )
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)
