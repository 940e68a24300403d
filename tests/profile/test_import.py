"""Taking files in: once, as a whole, and with the record told; also when two do so or one is killed."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from covenant.place.types import NewPlace, NotPossible, Tier
from covenant.profile import actions, reads
from covenant.profile.cli import app
from covenant.profile.formats.files import FileKind, read
from covenant.profile.models import Body, Line, Organisation, Source
from covenant.profile.types import BodyFacts, Parsed
from tests.personas import all_that_is_kept
from tests.profile.conftest import GOOD, NOW, outturn
from tests.records import recorded
from tests.server import Site

ROOT = Path(__file__).resolve().parents[2]
COVENANT = [sys.executable, "-c", "from covenant.cli import main; main()"]
Write = Callable[[str, str | bytes], Path]


def load(kind: FileKind, *files: Path, **words: Any) -> list[Any]:
    return actions.load(parsed=[read(kind, file) for file in files], at=NOW, **words)


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing(write: Write) -> None:
    file = write("ro.csv", outturn(*GOOD))
    [first] = load(FileKind.OUTTURN, file)
    kept = all_that_is_kept()
    [second] = load(FileKind.OUTTURN, file)
    assert (first.changed, second.changed) == (True, False)
    assert all_that_is_kept() == kept


@pytest.mark.django_db
def test_awards_taken_in_before_their_bodies_are_found_when_the_same_file_comes_again(write: Write) -> None:
    towns = "fund,index_code,place,organisation,project,status,rdel,cdel,total\n"
    awards = write("t.csv", towns + "Town Deal,TD-1,T,Testing Council,A,,0,1,1\n")
    [early] = load(FileKind.TOWNS, awards)
    assert early.notes[-1] == "Nothing was found: import geography first, then this file again."
    load(FileKind.OUTTURN, write("ro.csv", outturn(*GOOD)))
    [late] = load(FileKind.TOWNS, awards)
    assert (late.changed, late.notes) == (True, ())
    assert Line.objects.get(term="one-off").pence == 100
    kept = all_that_is_kept()
    assert not load(FileKind.TOWNS, awards)[0].changed
    assert all_that_is_kept() == kept


@pytest.mark.django_db
def test_a_corrected_file_takes_the_place_of_the_one_before_and_the_record_names_both(write: Write) -> None:
    load(FileKind.OUTTURN, write("ro.csv", outturn(*GOOD)))
    was = Source.objects.get().sha256
    [done] = load(FileKind.OUTTURN, write("ro2.csv", outturn(GOOD[0].replace("100", "111"), *GOOD[1:])))
    assert done.replaced
    assert Line.objects.get(purpose="cultural", year=2012).pence == 11_100_000
    assert Line.objects.filter(purpose="cultural").count() == 3
    told = recorded()[-1]
    assert told.kind == "profile.imported"
    assert told.body["replaces"] == {"sha256": was, "entries": 10}
    assert told.body["sha256"] == Source.objects.get().sha256 != was


@pytest.mark.django_db
def test_a_file_cut_short_does_not_wipe_out_a_whole_one_unless_somebody_is_sure(write: Write) -> None:
    load(FileKind.OUTTURN, write("ro.csv", outturn(*GOOD)))
    kept = all_that_is_kept()
    short = write("ro2.csv", outturn(GOOD[0]))
    with pytest.raises(NotPossible, match="3 entries, and what it would replace has 10"):
        load(FileKind.OUTTURN, short)
    assert all_that_is_kept() == kept
    load(FileKind.OUTTURN, short, sure=True)
    assert Line.objects.count() == 3


@pytest.mark.django_db
def test_of_several_files_all_are_taken_in_or_none(write: Write) -> None:
    kept = all_that_is_kept()
    good, bad = write("ro.csv", outturn(*GOOD)), write("bad.csv", outturn("x"))
    done = CliRunner().invoke(app, ["import", "outturn", str(good), str(bad)])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert (
        done.stderr
        == "covenant profile import: bad.csv: row 2: found 1 cells; expected 9, as in the first row\n"
    )
    assert all_that_is_kept() == kept


@pytest.mark.django_db
def test_nothing_is_kept_where_the_last_step_fails(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = all_that_is_kept()

    def fails() -> int:
        raise RuntimeError("the power went")

    monkeypatch.setattr(actions, "work_out_likeness", fails)
    with pytest.raises(RuntimeError):
        load(FileKind.OUTTURN, write("ro.csv", outturn(*GOOD)))
    assert all_that_is_kept() == kept


@pytest.mark.django_db
@pytest.mark.parametrize("other_code", [False, True])
def test_a_file_before_the_register_and_after_it_makes_the_same_body(write: Write, other_code: bool) -> None:
    register = Parsed(
        source=read(FileKind.OUTTURN, write("x.csv", outturn(*GOOD))).source.__class__(
            "geography/register", "R", "P", "L", "", "", "", "r.csv", "0" * 64, 1
        ),
        bodies=(
            BodyFacts(
                "E06999901", "Testing on Sea", ecode="E9991", also=("Testing Borough Council",), register=True
            ),
        ),
    )
    early = [row.replace("E06999901", "E12999901") for row in GOOD] if other_code else GOOD
    load(FileKind.OUTTURN, write("ro.csv", outturn(*early)))
    actions.load(parsed=[register], at=NOW)
    assert Body.objects.get().code == "E06999901"
    body = Body.objects.get()
    assert (body.name, body.ecode, body.kind) == ("Testing on Sea", "E9991", "unitary")
    assert body.also == ["Testing", "Testing Borough Council"]
    towns = "fund,index_code,place,organisation,project,status,rdel,cdel,total\n"
    rows = (
        "Town Deal,TD-1,T,Testing Metropolitan Borough Council,A,,0,1,1\n"
        "Town Deal,TD-2,T,Borough of Testing on Sea,B,,0,2,2\n"
        "Town Deal,TD-3,T,Nowhere Council,C,,0,4,4\n"
    )
    [done] = load(FileKind.TOWNS, write("t.csv", towns + rows))
    assert set(Line.objects.filter(term="one-off").values_list("pence", flat=True)) == {100, 200}
    assert done.notes == ("Sums of bodies that are not known here, left out: 1: Nowhere Council (1).",)


@pytest.mark.django_db
def test_a_grant_in_a_ward_is_that_of_its_district(write: Write) -> None:
    from covenant.place.actions import add_places

    load(FileKind.OUTTURN, write("ro.csv", outturn(*GOOD)))
    district = NewPlace("testing", "Testing", Tier.DISTRICT, "E06999901")
    ward = NewPlace("mill-ward", "Mill", Tier.NEIGHBOURHOOD, "E05999901", "E06999901")
    add_places(places=[district, ward], told={"sha256": "0"}, at=NOW)
    content = (
        '{"grants": [{"id": "1", "title": "t", "description": "d", "currency": "GBP", "amountAwarded": 7,'
        '"awardDate": "2020-01-01", "fundingOrganization": [{"name": "F"}], "recipientOrganization":'
        '[{"id": "GB-CHC-5", "name": "C"}],'
        '"beneficiaryLocation": [{"geoCode": "E05999901", "geoCodeType": "WD"}]}]}'
    )
    load(FileKind.GRANTS, write("g.json", content))
    assert Line.objects.get(term="one-off").body.code == "E06999901"
    assert (Organisation.objects.get().code, Organisation.objects.get().around) == ("E05999901", "E06999901")
    assert reads.profile("testing").organisations == reads.profile("mill-ward").organisations == 1


@pytest.mark.django_db
def test_one_body_under_two_codes_in_one_year_is_refused_in_one_line(write: Write) -> None:
    kept = all_that_is_kept()
    file = write("ro.csv", outturn(GOOD[0], GOOD[0].replace("E06999901", "E06999902")))
    done = CliRunner().invoke(app, ["import", "outturn", str(file)])
    assert done.exit_code == 2
    assert done.stderr == (
        "covenant profile import: Rows 2 and 3 are both of Testing in one year: nothing is kept.\n"
    )
    assert all_that_is_kept() == kept


@pytest.mark.django_db
def test_a_body_whose_code_changed_between_years_is_one_body(write: Write) -> None:
    rows = (GOOD[0], GOOD[1].replace("E06999901", "E06999902"), GOOD[2].replace("E06999901", "E06999902"))
    load(FileKind.OUTTURN, write("ro.csv", outturn(*rows)))
    assert Body.objects.get().code == "E06999901"
    assert Line.objects.filter(purpose="cultural").count() == 3


@pytest.mark.django_db
def test_what_the_command_says(write: Write) -> None:
    file = write("ro.csv", outturn(*GOOD))
    run = CliRunner().invoke
    assert run(app, ["import", "outturn", str(file)]).stdout == "ro.csv: taken in: 1 bodies, 10 lines\n"
    assert "unchanged" in run(app, ["import", "outturn", str(file)]).stdout
    shown = run(app, ["show", "E06999901"])
    assert shown.exit_code == 0
    assert "Cultural" in shown.stdout
    as_data = run(app, ["show", "E9991", "--json"])
    assert '"code": "E06999901"' in as_data.stdout
    unknown = run(app, ["show", "E06000099"])
    assert (unknown.exit_code, len(unknown.stderr.splitlines())) == (2, 1)
    assert "No place or body is known here by “E06000099”" in unknown.stderr
    hostile = run(app, ["show", "\udcff\x1b[2J"])  # what a shell hands on of bytes that are no UTF-8
    assert hostile.exit_code == 2 and "\x1b" not in hostile.stderr and "No place" in hostile.stderr
    early = run(app, ["show", "E06999901", "--prices", "1900"])
    assert (early.exit_code, early.stdout) == (2, "")
    assert "found 1900 for --prices; expected a year from 1990 to 2023" in early.stderr


@pytest.mark.django_db
def test_the_command_shows_need_with_its_year_and_says_where_nothing_is_known(write: Write) -> None:
    from covenant.place.actions import add_places

    run = CliRunner().invoke
    place = NewPlace("testing", "Testing", Tier.DISTRICT, "E06999901")
    add_places(places=[place], told={"sha256": "0"}, at=NOW)
    assert "Nothing is known here of its people" in run(app, ["show", "testing"]).stdout
    load(FileKind.NEED, write("imd2019.csv", "ltla19_code,Score,Proportion\nE06999901,37.58,0.2\n"))
    shown = run(app, ["show", "testing"]).stdout
    assert "Nothing is known" not in shown
    assert "37.58" in shown


@pytest.mark.django_db
def test_no_comparison_reaches_across_the_move_of_public_health(write: Write) -> None:
    load(FileKind.OUTTURN, write("ro.csv", outturn(*GOOD)))
    [total] = reads.profile_of_code("E06999901").totals
    assert [each.year for each in total.breaks] == [2013]
    assert total.moved is None  # and schools leave it
    cultural = next(
        each for each in reads.profile_of_code("E06999901").services if each.purpose == "cultural"
    )
    assert cultural.moved is not None
    assert (cultural.moved.first.year, cultural.moved.last.year) == (2012, 2014)
    housing = next(each for each in reads.profile_of_code("E06999901").services if each.purpose == "housing")
    assert [(point.year, point.cash) for point in housing.points] == [(2012, 5_000_000), (2013, -2_000_000)]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A machine of its own with an empty database."""
    made = Site(tmp_path / "home")
    made.run("migrate", "--verbosity", "0")
    return made


def start(site: Site, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COVENANT, "profile", *words],
        env={**site.env, "COLUMNS": "80", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def many(bodies: int) -> str:
    return outturn(*[f"E{i},,Body {i},O,2012-13,1,2,3,9000" for i in range(bodies)])


@pytest.mark.database
def test_two_who_import_at_once_keep_a_file_once(site: Site, write: Write) -> None:
    file = write("ro.csv", many(2_000))
    both = [start(site, "import", "outturn", str(file)) for _ in range(2)]
    said = [each.communicate(timeout=120) for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    assert sorted("unchanged" in out for out, _ in said) == [False, True]
    assert site.count("profile_line") == 8_000
    assert site.count("record_entry") == 1


@pytest.mark.database
def test_one_that_is_killed_leaves_nothing_or_everything(site: Site, write: Write) -> None:
    file = write("ro.csv", many(20_000))
    running = start(site, "import", "outturn", str(file))
    until = time.monotonic() + 60
    # Killed while it writes: much of it is on the disk, and it has not ended.
    while time.monotonic() < until and running.poll() is None and site.written("profile_line") < 1_000_000:
        time.sleep(0.01)
    running.kill()
    running.communicate(timeout=60)
    assert (site.count("profile_line"), site.count("record_entry")) in {(0, 0), (80_000, 1)}
    again = start(site, "import", "outturn", str(file))
    again.communicate(timeout=120)
    assert again.returncode == 0
    assert site.count("profile_line") == 80_000
