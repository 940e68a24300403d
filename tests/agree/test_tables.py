"""Tables of commitments in spreadsheets and documents: every fault at once, and nothing hostile gets in."""

import io
import time
import tracemalloc
import zipfile
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import openpyxl
import pytest
from docx import Document

from covenant.agree.formats import commitments, standard
from covenant.agree.formats.days import NoDay, day
from covenant.agree.formats.faults import NotValid
from covenant.agree.formats.tables import read_grids
from covenant.place.types import PartyView, PlaceView, Sector, Tier

SIDES = {
    "Testing District Council": Sector.STATE,
    "Friends of Testing": Sector.CIVIL_SOCIETY,
    "Testing Traders": Sector.BUSINESS,
    "Residents of Testing": Sector.RESIDENTS,
}
KNOWN = [
    PartyView(UUID(int=n), f"p{n}", name, side, "", "GB-CHC-77" if n == 2 else "", standard.NOWHERE)
    for n, (name, side) in enumerate(SIDES.items(), start=1)
]
PLACE = PlaceView(UUID(int=99), "testing", "Testing", Tier.DISTRICT, "E07000999")
HEAD = ["ID", "Who owes it", "To whom", "What", "Measure", "By when", "Outcome", "Depends on"]
ROWS: list[list[Any]] = [
    [
        "A",
        "Testing District Council",
        "Friends of Testing; residents",
        "Open the hall",
        "Sundays",
        "2026-06-30",
        "x",
        "",
    ],
    [
        "B",
        "friends of  testing",
        "Testing District Council",
        "Bring soup",
        "Litres",
        "30 June 2026",
        "y",
        "a",
    ],
]


def csv_of(rows: list[list[Any]]) -> bytes:
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows).encode()


def xlsx_of(rows: list[list[Any]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def docx_of(rows: list[list[Any]]) -> bytes:
    document, out = Document(), io.BytesIO()
    document.add_paragraph("Our action plan")
    document.add_table(rows=1, cols=2).rows[0].cells[0].text = "Version control"
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for line, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(line.cells, row, strict=True):
            cell.text = str(text)
    document.save(out)
    return out.getvalue()


MAKE = {"csv": csv_of, "xlsx": xlsx_of, "docx": docx_of}


def taken(form: str, rows: list[list[Any]], **other: Any) -> commitments.Taken:
    grids = read_grids(f"plan.{form}", MAKE[form](rows))
    return commitments.commitments(grids, KNOWN, tier=Tier.DISTRICT, **other)


def refused(form: str, rows: list[list[Any]], **other: Any) -> dict[str, str]:
    with pytest.raises(NotValid) as refusal:
        taken(form, rows, **other)
    found: dict[str, str] = {}
    for fault in refusal.value.faults:
        found[fault.at] = f"{found.get(fault.at, '')} {fault.said}".strip()
    return found


@pytest.mark.parametrize("form", MAKE)
def test_a_table_becomes_a_file_of_the_standard(form: str) -> None:
    found = taken(form, [HEAD, *ROWS])
    file = commitments.file_of(found, place=PLACE, title="T", purpose="P", id=uuid4())
    assert standard.validate(file) == []
    hall, soup = file["covenant"]["versions"][0]["clauses"]
    assert hall["creditors"] == [str(UUID(int=2)), str(UUID(int=4))] and hall["due"] == "2026-06-30"
    assert soup["debtors"] == [str(UUID(int=2))] and soup["due"] == "2026-06-30"
    assert soup["if"] == [hall["commitment"]] and hall["tier"] == "district"
    assert hall["resources"] == "not stated" and found.notes == []


def test_every_form_says_the_same() -> None:
    assert taken("csv", [HEAD, *ROWS]) == taken("xlsx", [HEAD, *ROWS]) == taken("docx", [HEAD, *ROWS])


@pytest.mark.parametrize("form", MAKE)
def test_every_fault_is_told_at_once_with_row_and_column(form: str) -> None:
    rows = [
        HEAD,
        ["A", "Testing Distrct Council", "residents", "Open it", "Days", "2026-02-30", "x", ""],
        ["a", "Friends of Testing", "Nobody at all", "Open it", "Days", "03/04/2026", "x", "Z"],
        ["C", "Residents of Testing", "Friends of Testing", "", "Days", "soon", "x", "C"],
        ["D", "Friends of Testing", "Friends of Testing", "Open it", "Days", "04/13/2026", "x", ""],
    ]
    found = refused(form, rows)
    assert {at: said[:40] for at, said in found.items()} == {
        "row 2, column B (who owes it)": "No party of this place is “Testing Distr",
        "row 2, column F (due)": "“2026-02-30” is no day of the calendar.",
        "row 3, column A (id)": "“a” is the id of row 2 already.",
        "row 3, column C (to whom)": "No party of this place is “Nobody at all",
        "row 3, column F (due)": "“03/04/2026” may be a day of April or of",
        "row 3, column H (depends on)": "No row has the id “z”.",
        "row 4": "Residents owe nothing under a covenant: ",
        "row 4, column D (what)": "Nothing stands here.",
        "row 4, column F (due)": "“soon” is no day: write it as 2026-06-30",
        "row 4, column H (depends on)": "It depends on itself.",
        "row 5": "Say to whom this is owed: at least one o",
        "row 5, column F (due)": "“04/13/2026” has the month before the da",
    }
    assert "Is “Testing District Council”" in found["row 2, column B (who owes it)"]


def test_headings_are_told_too() -> None:
    found = refused(
        "csv", [["Who owes it", "To whom", "What", "Mesure", "Due", "Due date"], ["", "", "", "", "", ""]]
    )
    said = " ".join(found.values())
    assert "“measure” meant?" in said and "The column “outcome” is missing." in said
    assert "The column “due” is there already." in said


def test_a_column_that_is_not_read_is_named() -> None:
    rows = [[*HEAD, "RAG status"], *([*row, "green"] for row in ROWS)]
    assert taken("xlsx", rows).notes == ["Column I (“RAG status”) is not read."]


def test_days_in_a_workbook_are_days() -> None:
    rows = [HEAD, [*ROWS[0][:5], datetime(2026, 6, 30), *ROWS[0][6:]]]
    assert taken("xlsx", rows).clauses[0]["due"] == "2026-06-30"


DAYS = [
    ("2026-06-30", False, date(2026, 6, 30)),
    ("30 June 2026", False, date(2026, 6, 30)),
    ("1st Sept 2026", False, date(2026, 9, 1)),
    ("30/06/2026", False, date(2026, 6, 30)),
    ("3.3.2026", False, date(2026, 3, 3)),
    ("03/04/26", True, date(2026, 4, 3)),
    ("03-04-2026", True, date(2026, 4, 3)),
    ("03/04/26", False, "two figures"),
    ("03/04/2026", False, "may be a day of April or of March"),
    ("04/13/2026", True, "the month before the day"),
    ("31/02/2026", True, "no day of the calendar"),
    ("0/0/2026", False, "no day"),
    ("1/0/2026", False, "no day"),
    ("30 Ju 2026", False, "is no day"),
    ("30 June", False, "is no day"),
    ("30/06/1926", False, "1926"),
    (46203, False, "is no day"),
    ("٣/٤/2026", False, "is no day"),
]


@pytest.mark.parametrize(("written", "day_first", "means"), DAYS)
def test_days_are_read_as_in_england_or_refused(written: Any, day_first: bool, means: Any) -> None:
    if isinstance(means, date):
        assert day(written, day_first=day_first) == means
    else:
        with pytest.raises(NoDay, match=means):
            day(written, day_first=day_first)


# ------------------------------------------------------------------------------------------- hostile files


def _with(data: bytes, part: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        new.writestr(part, content)
    return out.getvalue()


def _document(body: bytes) -> bytes:
    space = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return b"<w:document " + space + b"><w:body>" + body + b"</w:body></w:document>"


def _formula() -> bytes:
    return xlsx_of([HEAD, [*ROWS[0][:3], "=1+1", *ROWS[0][4:]]])


DOCX, XLSX = docx_of([HEAD, *ROWS]), xlsx_of([HEAD, *ROWS])
XXE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>' + _document(b"<w:p/>")
LAUGHS = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]>' + _document(b"<w:p/>")
CELL = b"<w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc>"
HOSTILE = {
    "a zip bomb": ("docx", _with(DOCX, "word/document.xml", b" " * 40_000_000), "unpacked"),
    "an entity of a file": ("docx", _with(DOCX, "word/document.xml", XXE), "document type"),
    "a billion laughs": ("docx", _with(DOCX, "word/document.xml", LAUGHS), "document type"),
    "macros": ("docx", _with(DOCX, "word/vbaProject.bin", b"x"), "macros"),
    "macros in a workbook": ("xlsx", _with(XLSX, "xl/vbaProject.bin", b"x"), "macros"),
    "links elsewhere": ("xlsx", _with(XLSX, "xl/externalLinks/externalLink1.xml", b"<a/>"), "links to other"),
    "a formula": ("xlsx", _formula(), "a formula"),
    "a huge cell": ("csv", csv_of([HEAD, [*ROWS[0][:3], "x" * 40_000, *ROWS[0][4:]]]), "40,000 letters"),
    "a long cell": ("csv", csv_of([HEAD, [*ROWS[0][:3], "x" * 2_001, *ROWS[0][4:]]]), "2,001 characters"),
    "a cell of bells": ("csv", csv_of([HEAD, [*ROWS[0][:3], "ring\x07", *ROWS[0][4:]]]), "no reader sees"),
    "an old document": ("docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99, "old Office file"),
    "a workbook as a document": ("docx", XLSX, "not a .docx document"),
    "no document": ("docx", b"hello", "no document"),
    "another ending": ("exe", b"hello", "another ending"),
    "no ending": ("", b"hello", "another ending"),
    "nothing": ("csv", b"", "no table"),
    "a table in a table": (
        "docx",
        _with(DOCX, "word/document.xml", _document(b"<w:tbl><w:tr><w:tc><w:tbl/></w:tc></w:tr></w:tbl>")),
        "table within",
    ),
    "a million rows": (
        "docx",
        _with(DOCX, "word/document.xml", _document(b"<w:tbl>" + b"<w:tr/>" * 300_000 + b"</w:tbl>")),
        "more than",
    ),
    "a million cells": (
        "docx",
        _with(DOCX, "word/document.xml", _document(b"<w:tbl><w:tr>" + CELL * 5_000 + b"</w:tr></w:tbl>")),
        "columns",
    ),
    "too many rows": ("csv", csv_of([HEAD, *(ROWS[0] for _ in range(3_000))]), "at most 2,000"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_plain_words_and_bounded_effort(name: str) -> None:
    form, data, says = HOSTILE[name]
    began = time.process_time()
    tracemalloc.start()
    try:
        with pytest.raises(NotValid, match=says):
            grids = read_grids(f"plan.{form}", data)
            commitments.commitments(grids, KNOWN, tier=Tier.DISTRICT)
        assert tracemalloc.get_traced_memory()[1] < 200_000_000
    finally:
        tracemalloc.stop()
    assert time.process_time() - began < 5


def test_merged_cells_and_what_was_taken_out_of_a_document() -> None:
    document = Document(io.BytesIO(DOCX))
    table = document.tables[1]
    table.rows[1].cells[3].merge(table.rows[1].cells[4])
    out = io.BytesIO()
    document.save(out)
    with pytest.raises(NotValid, match="merged cells"):
        commitments.commitments(read_grids("plan.docx", out.getvalue()), KNOWN, tier=Tier.DISTRICT)
    old = b"<w:r><w:t>Open the hall</w:t></w:r>"
    with zipfile.ZipFile(io.BytesIO(DOCX)) as package:
        xml = package.read("word/document.xml")
    assert old in xml
    gone = (
        b"<w:moveFrom><w:r><w:t>Never </w:t></w:r></w:moveFrom>"
        + old
        + b"<w:del><w:r><w:delText>!</w:delText></w:r></w:del>"
    )
    data = _with(DOCX, "word/document.xml", xml.replace(old, gone))
    found = commitments.commitments(read_grids("plan.docx", data), KNOWN, tier=Tier.DISTRICT)
    assert found.clauses[0]["text"] == "Open the hall"
