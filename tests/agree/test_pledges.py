"""Unilateral pledges: unsigned, their performance unknown, and never called late or not kept."""

import csv
import io
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from covenant.agree import cli, pledged, pledging
from covenant.agree.formats import standard
from covenant.agree.formats.faults import NotValid
from covenant.agree.formats.pledges import PledgesFound, read_pledges
from covenant.agree.models import Pledge
from covenant.agree.types import GroundKind
from covenant.place import actions as place_actions
from covenant.place import reads as places
from covenant.place.types import NewPlace, NotAllowed, Tier
from tests.personas import NOW, World, draft, signed_in

ROOT = Path(__file__).resolve().parents[2]
DATA = (
    Path(os.environ.get("COVENANT_DATA", ROOT.parent / "shared" / "data")) / "place" / "council_commitments"
)
PROMISES = DATA / "local_authority_net_zero_commitments__promises.csv"
JUDGED = re.compile(
    r"\b(late|overdue|not kept|broken|missed|failed|breach\w*|on track|behind|due)\b", re.IGNORECASE
)

HEAD = "council,scope,wording,source_url,source_name,notes,gss_code\n"
FILE = (
    HEAD
    + 'Testing District Council,Whole area,"We aim for net zero\nby 2019.",https://t.example/a,Plan,,E07000999\n'
    + "Testing District Council,No promise,,,,none,E07000999\n"
    + "Elsewhere Council,Unclear,We will,,,,E07000998\n"
    + "Elsewhere Council,Whole area,,,,Only a strategy,E07000999\n"
).encode()


@pytest.fixture
def coded(world: World) -> World:
    """The place of the world, with its code."""
    from covenant.place.models import Place

    Place.objects.filter(id=world.place).update(gss="E07000999")
    return world


def load(found: PledgesFound, **other: Any) -> pledging.Loaded:
    words = {"publisher": "A publisher", "licence": "CC BY 4.0", "sha256": "ab", "at": NOW, **other}
    return pledging.load_pledges(pledges=found.pledges, **words)


def test_rows_that_say_no_promise_was_found_are_refused_by_name() -> None:
    found = read_pledges("promises.csv", FILE)
    assert len(found.pledges) == 2
    assert [(each.at, each.by) for each in found.refused] == [
        ("row 3", "Testing District Council"),
        ("row 5", "Elsewhere Council"),
    ]
    assert found.refused[0].why == "The source says that no promise was found."
    assert found.refused[1].why.endswith("Its note: Only a strategy")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no table"),
        (b"council,wording\nA,B\n", "gss_code"),
        (HEAD.encode() + b",Whole area,We will,,,,E07000999\n", "who pledged"),
        (HEAD.encode() + b"A,Whole area,We will,,,,E7\n", "no GSS code"),
        (HEAD.encode() + b"A," + b"x" * 300 + b",We will,,,,E07000999\n", "300 characters"),
        (HEAD.encode() + b'A,"x', "no valid CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_fault(data: bytes, says: str) -> None:
    with pytest.raises(NotValid, match=says):
        read_pledges("promises.csv", data)


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing(coded: World) -> None:
    found = read_pledges("promises.csv", FILE)
    first = load(found)
    assert (first.loaded, first.known) == (1, 0)
    assert [each.gss for each in first.nowhere] == ["E07000998"]
    again = load(found)
    assert (again.loaded, again.known, Pledge.objects.count()) == (0, 1, 1)
    (made,) = pledged.pledges(coded.place)
    assert made.party is not None and made.party.id == coded.parties["council"]


@pytest.mark.django_db
def test_a_pledge_is_shown_with_its_source_and_judged_by_nothing(coded: World) -> None:
    load(read_pledges("promises.csv", FILE))
    (made,) = pledged.pledges(coded.place)
    for path in ("/places/testing/pledges/", f"/places/testing/pledges/{made.id}/"):
        page = Client().get(path).content.decode()
        assert "Unilateral, unsigned, performance unknown" in page and "https://t.example/a" in page
        assert "collected by A publisher" in page and "CC BY 4.0" in page
        body = re.sub(r"(?s)<(script|style|head).*?</\1>|<[^>]+>", " ", page)
        assert JUDGED.findall(body) == []
    assert Client().get(f"/places/elsewhere/pledges/{made.id}/").status_code == 404
    assert "None is known here" in Client().get("/places/elsewhere/pledges/").content.decode()


def test_a_pledge_has_no_day_on_which_it_is_due() -> None:
    names = {field.name for field in Pledge._meta.get_fields()}
    assert names & {"due", "state", "status", "kept", "progress", "target"} == set()


@pytest.mark.django_db
def test_pledges_leave_as_a_file_and_enter_again(coded: World) -> None:
    load(read_pledges("promises.csv", FILE))
    data = Client().get("/places/testing/pledges.json").content
    file = standard.read(data)
    assert standard.write(file) == data and file["place"]["gss"] == "E07000999"
    found = read_pledges("pledges.json", data)
    assert load(found).loaded == 0
    Pledge.objects.all().delete()
    assert load(found).loaded == 1
    with pytest.raises(NotValid, match="no pledges"):
        read_pledges("a.json", standard.write({**file, "pledges": []}))


@pytest.mark.django_db
def test_a_pledge_becomes_the_ground_of_a_commitment_between_equals(coded: World) -> None:
    load(read_pledges("promises.csv", FILE))
    (made,) = pledged.pledges(coded.place)
    page = f"/places/testing/pledges/{made.id}/"
    convenor = signed_in(coded, "convenor")
    assert "no open draft" in convenor.get(page).content.decode()
    assert convenor.post(page, {"kind": "evidence", "clause": "x"}).status_code == 409
    version = draft(coded)
    clause = _clause(version)
    assert "Make this a commitment between equals" in convenor.get(page).content.decode()
    new = convenor.post(page, {"kind": "evidence", "clause": "our-covenant/"})
    assert new["Location"] == "/covenants/our-covenant/draft/commitment/"
    done = convenor.post(page, {"kind": "evidence", "clause": f"our-covenant/{clause}"})
    assert done.status_code == 302
    grounds = _grounds(version)
    assert (grounds[-1].kind, grounds[-1].source) == (GroundKind.EVIDENCE, "Plan, https://t.example/a")
    assert "pledged by itself: We aim for net zero" in grounds[-1].text
    assert (
        convenor.post(page, {"kind": "common ground", "clause": f"our-covenant/{clause}"}).status_code == 400
    )
    assert signed_in(coded, "council").post(page, {}).status_code == 403
    with pytest.raises(NotAllowed):
        pledging.cite_pledge(
            by=coded.actor("stranger"), version=version, clause=clause, kind=GroundKind.NEED, pledge=made.id
        )


def _clause(version: Any) -> Any:
    from covenant.agree import reads

    return reads.version(version)[1].clauses[0].id


def _grounds(version: Any) -> Any:
    from covenant.agree import reads

    return reads.content_of(version).clauses[0].grounds


# ---------------------------------------------------------------------------------------- the real rows


@pytest.fixture
def promises() -> bytes:
    if not PROMISES.exists():
        pytest.skip("the councils' net zero commitments are not here (set COVENANT_DATA to their folder)")
    return PROMISES.read_bytes()


@pytest.mark.django_db
def test_the_real_rows_load_as_unilateral_pledges(
    promises: bytes, django_assert_max_num_queries: Any
) -> None:
    rows = list(csv.DictReader(io.StringIO(promises.decode("utf-8-sig"), "")))
    none = [row for row in rows if row["scope"] == "No promise"]
    assert len(rows) == 497 and len(none) == 48
    found = read_pledges(PROMISES.name, promises)
    assert [each.by for each in found.refused] == [row["council"] for row in none]
    assert all("no promise was found" in each.why for each in found.refused)
    codes = {row["gss_code"]: row["council"] for row in rows}
    new = [
        NewPlace(slug=code.lower(), name=name, tier=Tier.DISTRICT, gss=code) for code, name in codes.items()
    ]
    place_actions.add_places(places=new, told={}, at=NOW)
    with django_assert_max_num_queries(25):
        done = load(found, sha256="c" * 64)
    assert (done.loaded, done.known, done.nowhere) == (449, 0, ())
    said = {(pledge.by, pledge.text) for pledge in Pledge.objects.all()}
    # One row has a control character, which no reader sees and PostgreSQL may not keep: it is taken out.
    promised = [row for row in rows if row not in none]
    assert said == {(row["council"].strip(), row["wording"].replace("\x02", "").strip()) for row in promised}
    page = Client().get("/places/s12000033/pledges/").content.decode()
    assert page.count("Unilateral, unsigned, performance unknown") == 2
    assert standard.read(Client().get("/places/s12000033/pledges.json").content)["pledges"]


# ------------------------------------------------------------------------------------- the command line


def run(*words: str) -> Any:
    return CliRunner().invoke(cli.app, [*words])


@pytest.mark.django_db
def test_pledges_at_the_command_line(coded: World, tmp_path: Path) -> None:
    path = tmp_path / "promises.csv"
    path.write_bytes(FILE)
    done = run("pledges", str(path), "--publisher", "P")
    assert done.exit_code == 0
    assert "1 pledge loaded as unilateral, unsigned, performance unknown" in done.output
    assert "row 3: Testing District Council: The source says that no promise was found." in done.output
    assert "row 4: Elsewhere Council: no place here has the code “E07000998”." in done.output
    told = json.loads(run("pledges", str(path), "--json").stdout)
    assert told["loaded"] == 0 and told["known"] == 1 and len(told["refused"]) == 2
    path.write_bytes(b"a,b\n")
    assert run("pledges", str(path)).exit_code == 2
    assert run("pledges", str(tmp_path / "nothing.csv")).exit_code == 2
    assert len(places.places()) == 2


@pytest.mark.django_db
def test_covenants_at_the_command_line(coded: World, tmp_path: Path) -> None:
    from tests.personas import sign_all

    sign_all(coded, draft(coded))
    path, table = tmp_path / "out.json", tmp_path / "plan.csv"
    assert run("export", "our-covenant", "-o", str(path)).exit_code == 0
    assert run("export", "our-covenant").output.startswith('{\n  "format": "open-covenant/0.1"')
    assert run("export", "nothing").exit_code == 2
    assert '"person": "Council"' in run("export", "our-covenant", "--names").output
    done = run("validate", str(path))
    assert done.exit_code == 0 and "1 version" in done.output
    assert json.loads(run("validate", str(path), "--json").stdout) == {"valid": True, "faults": []}
    checked = run("import", str(path), "--place", "testing", "--slug", "two", "--check")
    assert (
        checked.exit_code == 0
        and "would be a draft" in checked.output
        and "not checked here" in checked.output
    )
    assert run("export", "two").exit_code == 2
    made = json.loads(run("import", str(path), "--place", "testing", "--slug", "two", "--json").stdout)
    assert made["made"] and made["commitments"] == 1 and len(made["signatures_said_by_the_file"]) == 2
    assert '"state": "draft"' in run("export", "two", "--drafts").output
    assert run("import", str(path), "--place", "testing", "--slug", "two").exit_code == 2
    assert run("import", str(path), "--place", "nowhere").exit_code == 2
    table.write_text(
        "who owes it,to whom,what,measure,due,outcome\nTesting Distrct Council,residents,x,y,2026-13-01,z\n"
    )
    refused = run("import", str(table), "--place", "testing", "--purpose", "P", "--json")
    assert refused.exit_code == 2
    assert [each["at"] for each in json.loads(refused.stdout)["faults"]] == [
        "row 2, column A (who owes it)",
        "row 2, column E (due)",
    ]
    table.write_text(table.read_text().replace("Distrct", "District").replace("13-01", "12-01"))
    assert run("import", str(table), "--place", "testing").exit_code == 2  # it says nothing of its purpose
    assert (
        run("import", str(table), "--place", "testing", "--purpose", "P", "--title", "Plan B").exit_code == 0
    )
    file = json.loads(path.read_text())
    file["covenant"]["versions"][0]["purpose"], file["extra"] = "Another", 1
    path.write_text(json.dumps(file))
    wrong = run("validate", str(path), "--json")
    assert wrong.exit_code == 2
    assert {each["at"] for each in json.loads(wrong.stdout)["faults"]} == {
        "/extra",
        "/covenant/versions/0/hash",
    }
    assert run("validate", str(tmp_path / "none.json")).exit_code == 2
