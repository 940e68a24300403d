"""Programmes in sheets: CSV files, folders of them and workbooks, and the way between the forms and back."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from covenant.scrutinise.formats.coded import Coded, Coding
from covenant.scrutinise.formats.faults import FaultyFile
from covenant.scrutinise.formats.programmes import read_coded, read_programme, write_coded
from covenant.scrutinise.programme import (
    NOT_STATED,
    Actor,
    Duty,
    Funding,
    Programme,
    Proposal,
)
from tests.scrutinise.drawn import coded

STANDARD = Path(__file__).parents[2] / "docs" / "standard"
TEMPLATE = STANDARD / "programme-template.toml"
FORMS = ("plan.toml", "plan.xlsx", "plan")


def csv_file(path, *rows, delimiter=",", encoding="utf-8"):
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(rows)
    path.write_bytes(file.getvalue().encode(encoding))
    return path


def folder(tmp_path, **sheets):
    """A folder with these sheets, and the least of a programme beside them."""
    path = tmp_path / "plan"
    path.mkdir()
    least = {
        "programme": [["format", "title"], ["covenant-programme/2", "Buckets"]],
        "proposals": [["id"], ["P1"]],
    }
    for name, rows in {**least, **sheets}.items():
        csv_file(path / f"{name}.csv", *rows)
    return path


def faults_of(path):
    with pytest.raises(FaultyFile) as caught:
        read_coded(path)
    for fault in caught.value.faults:
        assert str(fault).isprintable() and str(fault).startswith(str(path)), "one line that names the file"
    return caught.value.faults


# From form to form


# What fails is large either way, and shrinking takes minutes.
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(whole=coded())
def test_what_is_written_in_any_form_reads_back_as_the_same_programme(tmp_path_factory, whole):
    folder = tmp_path_factory.mktemp("forms")
    for name in FORMS:
        write_coded(whole, folder / name)
        again = read_coded(folder / name)
        assert (again.programme, again.coding) == (whole.programme, whole.coding), name


def test_the_template_goes_through_every_form_and_stays_as_it_is(tmp_path):
    first = read_coded(TEMPLATE)
    before = first
    for name in ("1.xlsx", "2", "3.toml", "4", "5.xlsx", "6.toml"):
        write_coded(before, tmp_path / name)
        before = read_coded(tmp_path / name)
        assert before == first, name
    assert (tmp_path / "3.toml").read_bytes() == (tmp_path / "6.toml").read_bytes()
    assert (tmp_path / "1.xlsx").read_bytes() == (tmp_path / "5.xlsx").read_bytes()


def test_an_actor_whom_no_proposal_names_is_kept(tmp_path):
    whole = Coded(Programme("W", proposals=(Proposal("P1"),)), Coding(), (("guild", Actor("Guild")),))
    for name in FORMS:
        write_coded(whole, tmp_path / name)
        assert read_coded(tmp_path / name).actors == whole.actors


def test_two_actors_of_one_name_stay_two(tmp_path):
    people = (Actor("Guild"), Actor("Guild", where="p. 2"), Actor("none"), Actor())
    whole = Coded(
        Programme("W", proposals=(Proposal("P1", owner=people[:2]), Proposal("P2", affected=people[3:])))
    )
    for name in FORMS:
        write_coded(whole, tmp_path / name)
        assert read_programme(tmp_path / name) == whole.programme


@pytest.mark.parametrize("name", FORMS)
def test_nothing_is_overwritten_and_nothing_half_written(tmp_path, name):
    path = tmp_path / name
    whole = read_coded(TEMPLATE)
    write_coded(whole, path)
    with pytest.raises(FileExistsError):
        write_coded(whole, path)
    bad = Coded(replace(whole.programme, title="a\x1bb"))
    with pytest.raises(ValueError, match="no file can hold"):
        write_coded(bad, tmp_path / f"other{path.suffix}")
    assert [each.name for each in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-1", "@SUM(A1)", "'=1", "''@x", "'quoted'"])
def test_no_cell_that_is_written_can_be_taken_for_a_formula(tmp_path, text):
    proposal = Proposal("P1", text=text, outcomes=(text,), owner=(Actor(text),))
    whole = Coded(Programme("W", proposals=(proposal,)))
    write_coded(whole, tmp_path / "plan")
    for file in (tmp_path / "plan").iterdir():
        for row in csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))):
            assert not [cell for cell in row if cell[:1] in tuple("=+-@")]
    assert read_programme(tmp_path / "plan") == whole.programme


# CSV


def test_a_single_csv_file_holds_the_proposals_and_names_its_actors(tmp_path):
    path = csv_file(
        tmp_path / "wells.csv",
        ["id", "text", "decided_by", "affected", "deadline", "outcomes"],
        ["P1", "Dig a well", "Guild; Council", "none", "", "dry feet; full buckets"],
    )
    programme = read_programme(path)
    (proposal,) = programme.proposals
    assert programme.title == "wells"
    assert proposal.decided_by == (Actor("Guild"), Actor("Council"))
    assert proposal.affected == () and proposal.deadline is NOT_STATED
    assert proposal.outcomes == ("dry feet", "full buckets")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_csv_is_read_as_spreadsheets_of_any_country_write_it(tmp_path, delimiter, encoding):
    rows = [
        ["id", "text", "owner"],
        ["P1", 'a "café", dry; or not', "Guild; Council"],
        ["", "", ""],
        ["P2", "b\nc", ""],
    ]
    programme = read_programme(csv_file(tmp_path / "w.csv", *rows, delimiter=delimiter, encoding=encoding))
    assert programme.proposals == (
        Proposal("P1", 'a "café", dry; or not', owner=(Actor("Guild"), Actor("Council"))),
        Proposal("P2", "b c"),
    )


def test_headers_and_none_are_taken_as_people_write_them(tmp_path):
    path = csv_file(tmp_path / "w.csv", [" ID ", "Decided by", "Deadline"], ["P1", "None", "Not stated"])
    assert read_programme(path).proposals == (Proposal("P1", decided_by=()),)


def test_a_folder_holds_every_table_and_where_each_field_was_found(tmp_path):
    path = folder(
        tmp_path,
        programme=[
            ["format", "title", "as_of", "lineage"],
            ["covenant-programme/2", "Buckets", "2031-04-01", "none"],
        ],
        actors=[["id", "name", "size", "young"], ["guild", "Guild", "small", "no"]],
        proposals=[["id", "owner", "duties"], ["P1", "guild", ""], ["P2", "", "none"]],
        duties=[["proposal", "on", "funding"], ["P1", "guild", "none"], ["P1", "", "funded"]],
        ends=[["wording", "direction"], ["each lane for itself", "bottom-up"]],
        heard=[["id", "text", "n"], ["h1", "too wet", "412"]],
        where=[
            ["table", "id", "field", "where"],
            ["proposals", "P1", "owner", "p. 3"],
            ["duties", "P1/2", "funding", "p. 4"],
            ["duties", "P1/2", "on", "p. 5"],
            ["ends", "1", "wording", "p. 1"],
            ["heard", "h1", "n", "table 2"],
        ],
        coding=[["coder", "date"], ["A. B.", "2031-05"]],
    )
    whole = read_coded(path)
    first, second = whole.programme.proposals
    assert first.where == (("owner", "p. 3"),) and second.duties == ()
    assert first.duties[0] == Duty(on=first.owner, funding=Funding.NONE)
    assert first.duties[1].where == "on: p. 5; funding: p. 4"
    assert whole.programme.lineage == () and whole.programme.ends[0].where == "wording: p. 1"
    assert whole.programme.heard[0].n == 412 and whole.programme.heard[0].where == "n: table 2"
    assert whole.coding.coder == "A. B." and str(whole.programme.as_of) == "2031-04-01"


def test_every_fault_is_named_at_once_with_its_sheet_row_and_column(tmp_path):
    path = folder(
        tmp_path,
        programme=[["format", "title", "colour"], ["covenant-programme/1", "", "red"], ["x", "y", ""]],
        actors=[["id", "sector"], ["guild", "charity"], ["", "state"], ["guild", ""], ["none", ""]],
        proposals=[
            ["id", "decided_by", "decided_by", "kind", "due", "decidedby"],
            ["P1", "gild", "", "idea", "1 May", "", "beyond"],
            [],
            ["P1", "guild", "", "", "2031-13-01", ""],
            ["", "", "", "", "2031-01-01", ""],
        ],
        duties=[["proposal", "funding"], ["P9", "lots"], ["P1", "lots"]],
        heard=[["id", "text", "n"], ["h;1", "x", "many"]],
        where=[["table", "id", "field", "where"], ["shop", "P1", "due", "p"], ["proposals", "P7", "due", "p"],
               ["proposals", "P1", "shape", "p"], ["proposals", "P1", "due", ""]],
    )  # fmt: skip
    said = {(fault.place, fault.key) for fault in faults_of(path)}
    assert said == {
        ("programme, row 1", "column C"),
        ("programme, row 2", "column B (title)"),
        ("programme, row 2", "column A (format)"),
        ("programme, row 3", ""),
        ("actors, row 2", "column B (sector)"),
        ("actors, row 3", "column A (id)"),
        ("actors, row 4", "column A (id)"),
        ("actors, row 5", "column A (id)"),
        ("proposals, row 1", "column C"),
        ("proposals, row 1", "column F"),
        ("proposals, row 2", ""),
        ("proposals, row 2", "column B (decided_by)"),
        ("proposals, row 2", "column D (kind)"),
        ("proposals, row 2", "column E (due)"),
        ("proposals, row 4", "column A (id)"),
        ("proposals, row 4", "column E (due)"),
        ("proposals, row 5", "column A (id)"),
        ("duties, row 2", "column A (proposal)"),
        ("duties, row 3", "column B (funding)"),
        ("heard, row 2", "column A (id)"),
        ("heard, row 2", "column C (n)"),
        ("where, row 2", "column A (table)"),
        ("where, row 3", "column B (id)"),
        ("where, row 4", "column C (field)"),
        ("where, row 5", "column D (where)"),
    }


def test_what_is_said_twice_is_a_fault(tmp_path):
    path = folder(
        tmp_path,
        programme=[["format", "title", "ends"], ["covenant-programme/2", "B", "none"]],
        ends=[["wording"], ["each lane"]],
        proposals=[["id", "duties", "where"], ["P1", "none", "p. 1"]],
        duties=[["proposal", "text"], ["P1", "bail"]],
        where=[["table", "id", "field", "where"], ["proposals", "P1", "text", "p. 2"]],
    )
    assert [(fault.place, fault.key) for fault in faults_of(path)] == [
        ("programme, row 2", "column C (ends)"),
        ("proposals, row 2", "column B (duties)"),
        ("where, row 2", "column D (where)"),
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "at least one proposal"),
        (b"id,text\n", "at least one proposal"),
        ("id,text\nP1,café\n".encode("cp1252"), 'save it as "CSV UTF-8"'),
        ("id,text\nP1,x\n".encode("utf-16"), 'save it as "CSV UTF-8"'),
        (b"id,text\nP1,a\x00b\n", "null byte"),
        (b'id,text\nP1,"open\n', "no valid CSV"),
        (b'id,text\nP1,"a"b\n', "no valid CSV"),
        (b"id,te\rxt\nP1,a\n", "the header 'te'"),
        (b"id,text\nP1," + b"a" * 1_000_000 + b"\n", "no valid CSV: field larger"),
        (b"id,text\nP1," + b"a" * 40_000 + b"\n", "40,000 letters"),
        (b"id,text\nP1," + b"a" * 6_000 + b"\n", "5,000"),
        (b"id" + b"," * 1_000_000 + b"x\n", "at most 200 columns"),
        (b"id\n" + b"P\n" * 900_000, "10,000"),
        (b"id\n" + b"".join(b"P%d\n" % n for n in range(2_500)), "at most 2,000"),
        (b"id,text\nP1,\x1b[31m\n", "control"),
        (b"a" * 2_000_001, "2,000,000"),
        (b"\n" * 1_900_000, "at least one proposal"),
        (b"nothing here\nat all\n", "the header 'nothing here'"),
    ],
    ids=lambda value: repr(value[:14]) if isinstance(value, bytes) else "",
)
def test_a_csv_file_that_is_no_programme_is_refused_in_a_line(tmp_path, content, says):
    path = tmp_path / "plan.csv"
    path.write_bytes(content)
    assert any(says in str(fault) for fault in faults_of(path))


def test_a_misspelt_header_word_or_sheet_is_answered_with_what_may_be_meant(tmp_path):
    path = folder(tmp_path, proposals=[["id", "kindd", "kind"], ["P1", "x", "comitment"]], propsals=[["id"]])
    said = " ".join(str(fault) for fault in faults_of(path))
    for meant in ("kind", "commitment", "proposals"):
        assert f"did you mean {meant!r}" in said


def test_other_files_of_a_folder_are_left_alone_and_a_folder_without_sheets_is_refused(tmp_path):
    path = folder(tmp_path)
    (path / "notes.txt").write_text("bring a bucket")
    assert read_programme(path).title == "Buckets"
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "proposals.csv" in str(faults_of(empty)[0])


@pytest.mark.parametrize("name", ["plan.xls", "plan.ods", "plan.docx", "plan", "plan.toml.txt"])
def test_a_file_of_another_form_is_refused_with_the_forms_that_are_read(tmp_path, name):
    (tmp_path / name).write_bytes(b"x")
    (fault,) = faults_of(tmp_path / name)
    assert ".xlsx" in fault.expected
