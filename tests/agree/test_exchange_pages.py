"""Covenants out and in on pages: a preview makes nothing, and a draft is only a draft."""

import json
import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from covenant.agree.formats import standard
from covenant.agree.models import Covenant, Signature, Version
from tests.agree import files
from tests.agree.test_tables import DOCX, HEAD, ROWS, XLSX, csv_of
from tests.personas import World, all_that_is_kept, draft, sign_all, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/covenants/import/testing/"


def upload(client: Client, name: str, data: bytes, **words: Any) -> Any:
    return client.post(PAGE, {"file": SimpleUploadedFile(name, data), **words})


def fields(page: str) -> dict[str, str]:
    """What the form of a page would send."""
    found = dict(re.findall(r'<input type="(?:hidden|text)" name="(\w+)" value="([^"]*)"', page))
    area = re.search(r'<textarea name="purpose"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert area
    return {**{k: unescape(v) for k, v in found.items()}, "purpose": unescape(area[1]).strip("\n")}


def test_the_file_of_a_covenant_is_public_and_names_nobody(world: World) -> None:
    sign_all(world, draft(world))
    answer = Client().get("/covenants/our-covenant/covenant.json")
    assert answer.status_code == 200 and answer["Content-Type"].startswith("application/json")
    file = standard.read(answer.content)
    assert file["covenant"]["versions"][0]["state"] == "in force"
    assert b'"person"' not in answer.content
    assert (
        signed_in(world, "council").get("/covenants/our-covenant/covenant.json?names=yes").status_code == 403
    )
    named = signed_in(world, "convenor").get("/covenants/our-covenant/covenant.json?names=yes")
    assert b'"person": "Council"' in named.content


def test_a_draft_is_in_no_public_file(world: World) -> None:
    draft(world)
    for who in ("public", "convenor", "council"):
        assert signed_in(world, who).get("/covenants/our-covenant/covenant.json").status_code == 404


def test_a_preview_makes_nothing_and_a_post_makes_a_draft(world: World) -> None:
    data = standard.write(files.agreed(world))
    client, before = signed_in(world, "convenor"), all_that_is_kept()
    answer = upload(client, "covenant.json", data)
    page = answer.content.decode()
    assert answer.status_code == 200, page
    assert "Said by the file, not checked here" in page and "Open the hall on Sundays" in page
    assert all_that_is_kept() == before
    words = {**fields(page), "slug": "taken-over"}
    assert words["title"] == "Our covenant" and words["purpose"] == "To do it."
    signatures = Signature.objects.count()
    done = client.post(PAGE, words)
    assert done.status_code == 302 and "/covenants/taken-over/draft" in done["Location"]
    made = Version.objects.get(covenant__slug="taken-over")
    assert made.state == "draft" and made.hash == "" and Signature.objects.count() == signatures
    shown = client.get("/covenants/taken-over/draft/").content.decode()
    assert "not checked here" in shown


@pytest.mark.parametrize("name", ["plan.csv", "plan.xlsx", "plan.docx"])
def test_a_table_becomes_a_draft(world: World, name: str) -> None:
    data = {"csv": csv_of([HEAD, *ROWS]), "xlsx": XLSX, "docx": DOCX}[
        name[-3:].replace("lsx", "xlsx").replace("ocx", "docx")
    ]
    client = signed_in(world, "convenor")
    page = upload(client, name, data).content.decode()
    words = {**fields(page), "title": "Our plan", "slug": "our-plan", "purpose": "Fewer people alone."}
    assert client.post(PAGE, words).status_code == 302
    version = Version.objects.get(covenant__slug="our-plan")
    hall, soup = version.clauses.order_by("commitment__number")
    assert (hall.text, soup.text) == ("Open the hall", "Bring soup")
    assert list(soup.reciprocals.all()) == [hall.commitment]
    assert {party.name for party in version.parties.all()} == {
        "Testing District Council",
        "Friends of Testing",
    }


def test_every_fault_of_a_table_is_shown_and_nothing_is_made(world: World) -> None:
    rows = [
        HEAD,
        ["A", "Testing Distrct Council", "residents", "Open it", "Days", "2026-02-30", "x", ""],
        ["A", "Friends of Testing", "residents", "Open it", "Days", "03/04/26", "x", ""],
    ]
    client, before = signed_in(world, "convenor"), all_that_is_kept()
    answer = upload(client, "plan.csv", csv_of(rows))
    page = unescape(answer.content.decode())
    assert answer.status_code == 400 and all_that_is_kept() == before
    assert "4 things are wrong with this file, and nothing was imported." in page
    for said in ("row 2, column B", "row 2, column F", "row 3, column A", "row 3, column F"):
        assert said in page
    mended = [HEAD, ROWS[0], [*rows[2][:5], "03/04/26", "x", ""]]
    mended[2][0] = "B"
    assert upload(client, "plan.csv", csv_of(mended)).status_code == 400
    assert upload(client, "plan.csv", csv_of(mended), day_first="on").status_code == 200


def test_what_the_page_carried_is_read_anew(world: World) -> None:
    client = signed_in(world, "convenor")
    good = standard.compact(files.agreed(world))
    bad = good.replace("Open the hall on Sundays", "Close the hall")
    count = Covenant.objects.count()
    words = {"title": "T", "slug": "forged", "purpose": "P"}
    for document in (bad, "", "{}", "[" * 9999, "\x00", "null"):
        answer = client.post(PAGE, {**words, "document": document})
        assert answer.status_code == 400 and Covenant.objects.count() == count
    taken = client.post(PAGE, {**words, "slug": "our-covenant", "document": good})
    assert taken.status_code == 400 and "already" in taken.content.decode()
    assert fields(taken.content.decode())["document"] == good


def test_a_file_that_is_too_large_is_refused_plainly(world: World) -> None:
    answer = upload(signed_in(world, "convenor"), "plan.csv", b"x" * 950_000)
    assert answer.status_code == 400 and "at most 900 kB" in answer.content.decode()
    assert signed_in(world, "convenor").post(PAGE, {}).status_code == 400


def test_only_a_convenor_imports(world: World) -> None:
    for who in ("stranger", "council", "administrator"):
        assert signed_in(world, who).get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code == 302


def test_hostile_words_are_shown_as_words(world: World) -> None:
    file = files.agreed(world)
    version = file["covenant"]["versions"][0]
    version["state"], version["why"] = "draft", "x"
    for name in ("hash", "signatures"):
        version.pop(name)
    version["clauses"][0]["text"] = "<script>alert(1)</script>"
    page = upload(signed_in(world, "convenor"), "c.json", json.dumps(file).encode()).content.decode()
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page
