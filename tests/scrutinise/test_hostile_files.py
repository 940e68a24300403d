"""Files that mean harm: each is refused in a line or read, in bounded time and memory."""

import csv
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from covenant.scrutinise.formats.faults import FaultyFile
from covenant.scrutinise.formats.programmes import read_coded
from covenant.scrutinise.formats.sheets import SHEETS
from tests.scrutinise.workbooks import (
    HEAD,
    IDS,
    LEAST,
    MAIN,
    claiming,
    damaged,
    encrypted,
    packed,
    parts,
    row,
    shared,
    sheet,
    text,
    workbook,
)

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'{HEAD}<!DOCTYPE w [<!ENTITY l0 "ha">{LAUGHS}]>' + sheet(row(1, text("A1", "&l9;")))[len(HEAD) :]
READS_A_FILE = BOMB.replace('<!ENTITY l0 "ha">', '<!ENTITY l0 SYSTEM "file:///etc/passwd">')
MANY = "<row><c><v>1</v></c></row>"
ALL_ALIKE = sheet(IDS, *(row(n, '<c t="s"><v>0</v></c><c t="s"><v>0</v></c>') for n in range(2, 9_000)))
OTHERS = "".join(f'<sheet name="s{n}" sheetId="{n}"/>' for n in range(100_000))
SOME = "<xf numFmtId='14'/>" * 250_000
LINE = "id,text\r\n"
BLANKS = shared(" " * 100_000_000)

# What the file is called, what is in it, and a word of what is said of it: none where it is simply read.
HOSTILE = {
    "a million rows": (".xlsx", lambda: workbook(sheet(MANY * 1_000_000)), "16,000,000"),
    "rows without end, well packed": (".xlsx", lambda: workbook(sheet(MANY * 300_000)), "10,000 rows"),
    "empty rows without end": (".xlsx", lambda: workbook(sheet("<row/>" * 2_000_000)), "600,000 elements"),
    "a row without end": (
        ".xlsx",
        lambda: workbook(sheet("<row>" + "<c/>" * 3_000_000 + "</row>")),
        "not in order|elements",
    ),
    "the last cell of all": (
        ".xlsx",
        lambda: workbook(sheet(row(1, text("A1", "id")), row(1_048_576, text("XFD1048576", "x")))),
        "no header",
    ),
    "a header in the last column": (
        ".xlsx",
        lambda: workbook(sheet(row(1, text("XFD1", "id")))),
        "200 columns",
    ),
    "rows backwards": (".xlsx", lambda: workbook(sheet(row(5), row(4))), "rows in order"),
    "columns backwards": (
        ".xlsx",
        lambda: workbook(sheet(row(1, text("B1", "id"), text("A1", "x")))),
        "columns in order",
    ),
    "elements within elements": (".xlsx", lambda: workbook(sheet("<a>" * 3_000_000)), "deeply"),
    "attributes without end": (
        ".xlsx",
        lambda: workbook(sheet("<row " + "".join(f'a{n}="" ' for n in range(300_000)) + "/>")),
        "",
    ),
    "a name without end": (".xlsx", lambda: workbook(sheet(f"<{'a' * 9_000_000}/>")), ""),
    "comments without end": (".xlsx", lambda: workbook(sheet("<!---->" * 2_000_000)), ""),
    "a text of a million letters": (
        ".xlsx",
        lambda: workbook(sheet(IDS, row(2, text("A2", "P1"), text("B2", "x" * 1_000_000)))),
        "1,000,000 letters",
    ),
    "one long text in every cell": (
        ".xlsx",
        lambda: workbook(ALL_ALIKE, xl__sharedStrings_dot_xml=shared(f"<si><t>{'x;' * 16_000}</t></si>")),
        "letters in cells",
    ),
    "empty texts without end": (
        ".xlsx",
        lambda: workbook(xl__sharedStrings_dot_xml=shared("<si/>" * 2_500_000)),
        "elements",
    ),
    "styles without end": (
        ".xlsx",
        lambda: workbook(
            xl__styles_dot_xml=f'{HEAD}<styleSheet xmlns="{MAIN}"><cellXfs>{SOME}</cellXfs></styleSheet>'
        ),
        "",
    ),
    "sheets without end": (".xlsx", lambda: workbook(others=OTHERS), "and 9,901 faults more"),
    "entities that multiply": (".xlsx", lambda: workbook(BOMB), "document type"),
    "entities in another alphabet": (
        ".xlsx",
        lambda: packed(parts() | {SHEET: BOMB.replace("UTF-8", "UTF-16").encode("utf-16")}),
        "document type",
    ),
    "an alphabet that does not exist": (
        ".xlsx",
        lambda: workbook(sheet().replace("UTF-8", "UTF-80")),
        "damaged part (unknown encoding",
    ),
    "an entity that reads a file": (".xlsx", lambda: workbook(READS_A_FILE), "document type"),
    "an entity in the table of sheets": (
        ".xlsx",
        lambda: packed(parts() | {"xl/workbook.xml": BOMB}),
        "document type",
    ),
    "a bomb": (".xlsx", lambda: workbook(xl__sharedStrings_dot_xml=BLANKS), "16,000,000"),
    "a bomb that denies it": (
        ".xlsx",
        lambda: claiming(workbook(xl__sharedStrings_dot_xml=BLANKS), STRINGS, 100),
        "damaged|no valid XML",
    ),
    "a claim of four gigabytes": (
        ".xlsx",
        lambda: claiming(workbook(xl__sharedStrings_dot_xml=shared()), STRINGS, 2**32 - 2),
        "16,000,000",
    ),
    "a wrong checksum": (".xlsx", lambda: damaged(workbook(), SHEET), "damaged"),
    "an archive within": (".xlsx", lambda: workbook(xl__embeddings__a_dot_zip=packed(parts())), ""),
    "an unusual compression": (".xlsx", lambda: packed(parts(), zipfile.ZIP_BZIP2), "compression"),
    "parts without end": (".xlsx", lambda: packed(parts() | {f"xl/{n}": b"" for n in range(9_000)}), "500"),
    "a password on each part": (".xlsx", lambda: encrypted(workbook(), SHEET), "password"),
    "a password on the whole": (
        ".xlsx",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5_000,
        "password",
    ),
    "half a file": (".xlsx", lambda: workbook()[:300], "damaged"),
    "no workbook": (".xlsx", lambda: b"id,text\nP1,x\n", "no workbook"),
    "nothing": (".xlsx", lambda: b"", "no workbook"),
    "an OpenDocument file": (
        ".xlsx",
        lambda: packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
        "OpenDocument",
    ),
    "a part that is missing": (".xlsx", lambda: workbook(target="worksheets/9.xml"), "missing"),
    "a part outside the file": (".xlsx", lambda: workbook(target="../../../../etc/passwd"), "missing"),
    "macros": (".xlsx", lambda: workbook(xl__vbaProject_dot_bin=b"x"), "macros"),
    "links to other workbooks": (
        ".xlsx",
        lambda: workbook(xl__externalLinks__externalLink1_dot_xml="<a/>"),
        "links",
    ),
    "broken XML": (".xlsx", lambda: workbook(LEAST[:-20]), "no valid XML"),
    "a null byte": (".xlsx", lambda: workbook(LEAST.replace("well", "we\0ll")), "no valid XML"),
    "quotation marks without end": (".csv", lambda: (LINE + '"' * 1_900_000).encode(), "CSV"),
    "commas without end": (".csv", lambda: (LINE + "," * 1_900_000).encode(), "at least one proposal"),
    "cells without end": (".csv", lambda: (LINE + "a," * 900_000).encode(), "no header"),
    "a fault in every cell": (".csv", lambda: ("id,kind,age\r\n" + "1,x\r\n" * 300_000).encode(), "10,000"),
    "lists without end": (
        ".csv",
        lambda: ("id,owner\r\n" + "".join(f"P{n},{'a;' * 900}\r\n" for n in range(900))).encode(),
        "20,000",
    ),
    "keys without end": (
        ".toml",
        lambda: b"".join(b"a%d=1\n" % n for n in range(200_000)),
        "and 9,901 faults more",
    ),
}

RUNNER = """
import json, os, resource, sys, time
from pathlib import Path
from covenant.scrutinise.formats.faults import FaultyFile
from covenant.scrutinise.formats.programmes import read_coded
for line in sys.stdin:
    out, into = os.pipe()
    if os.fork():
        os.close(into)
        with os.fdopen(out) as said:
            print(said.read() or json.dumps({"died": True}), flush=True)
        os.wait()
        continue
    resource.setrlimit(resource.RLIMIT_AS, (800_000_000, 800_000_000))
    resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
    start, faults = time.process_time(), []
    try:
        read_coded(Path(line.rstrip("\\n")))
    except FaultyFile as faulty:
        faults = faulty.lines()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    answer = {"seconds": time.process_time() - start, "peak": peak, "faults": faults}
    os.write(into, json.dumps(answer).encode()[:60_000])
    os._exit(0)
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What becomes of each file, read in a process of its own that may have no more than it should need."""
    if not hasattr(os, "fork"):
        pytest.skip("this system cannot part a process in two, which the measuring needs")
    folder = tmp_path_factory.mktemp("hostile")
    paths = []
    for number, (ending, content, _) in enumerate(HOSTILE.values()):
        paths.append(folder / f"{number}{ending}")
        paths[-1].write_bytes(content())
    done = subprocess.run(
        [sys.executable, "-c", RUNNER],
        input="\n".join(map(str, paths)) + "\n",
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return dict(zip(HOSTILE, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_in_a_line_or_read_in_bounded_time_and_memory(answers, name):
    answer, (_, _, says) = answers[name], HOSTILE[name]
    assert "died" not in answer, "it took more than it may"
    assert answer["seconds"] < 2 and answer["peak"] < 300_000_000, answer
    said = " ".join(answer["faults"])
    assert bool(said) >= bool(says) and any(word in said for word in says.split("|")), said[:400]
    assert len(answer["faults"]) <= 101 and len(said) < 60_000 and said.isprintable()


@settings(deadline=None, max_examples=150, phases=[Phase.generate])
@given(st.data())
def test_no_damage_to_a_workbook_is_met_with_anything_but_a_list_of_faults(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("damaged") / "plan.xlsx"
    whole = parts()
    if data.draw(st.booleans()):  # in the text of a part
        part = data.draw(st.sampled_from(sorted(whole)))
        words, noise = str(whole[part]), data.draw(st.text('<>/="&;A1#!', max_size=6))
        at = data.draw(st.integers(0, len(words)))
        content = packed(whole | {part: words[:at] + noise + words[at + data.draw(st.integers(0, 9)) :]})
    else:  # in the bytes of the file
        good = packed(whole)
        at, noise = data.draw(st.integers(0, len(good))), data.draw(st.binary(max_size=8))
        content = good[:at] + noise + good[at + len(noise) :]
    path.write_bytes(content)
    try:
        read_coded(path)
    except FaultyFile as faulty:
        assert faulty.faults and all(str(fault).isprintable() for fault in faulty.faults)


WORDS = "none None unnamed guild P1 P1/1 id proposals duties bottom-up covenant-programme/2 =1 '=x 2031-02-30"
CELLS = st.sampled_from(["", "not stated", ";", "a; b", "9" * 30, "\x1b[2J", "\u202e", *WORDS.split()])


@settings(deadline=None, max_examples=150, phases=[Phase.generate])
@given(st.data())
def test_no_sheets_whatever_is_in_them_are_met_with_anything_but_a_list_of_faults(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("sheets")
    for name, keys in SHEETS.items():
        if data.draw(st.booleans()):
            header = data.draw(st.lists(st.sampled_from(keys), max_size=6))
            rows = data.draw(st.lists(st.lists(CELLS, max_size=7), max_size=4))
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([header, *rows])
    try:
        read_coded(folder)
    except FaultyFile as faulty:
        assert faulty.faults and all(str(fault).isprintable() for fault in faulty.faults)


def test_a_folder_is_looked_into_no_further_than_a_folder_of_sheets_can_go(tmp_path):
    """Other kinds of file are never opened: one that feeds without end, or one that waits for ever."""
    (tmp_path / "proposals.csv").symlink_to("/dev/zero")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "duties.csv")
    with pytest.raises(FaultyFile, match="no regular file"):
        read_coded(tmp_path)
    many = tmp_path / "many"
    many.mkdir()
    for number in range(1_001):
        (many / f"{number}.txt").touch()
    with pytest.raises(FaultyFile, match="more than 1,000 files"):
        read_coded(many)
    for path in (Path("a" * 5_000), Path("a\0b"), tmp_path / "absent.xlsx", tmp_path / "absent.csv"):
        with pytest.raises(FaultyFile):
            read_coded(path)
