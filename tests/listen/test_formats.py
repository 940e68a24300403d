"""Polis exports with all their quirks, and faults named so that a person can mend them."""

import csv
import io
from collections import Counter

import numpy as np
import pytest

from covenant.listen.formats import FormatError, read_export
from covenant.listen.outputs import harmless
from tests.listen.conftest import NAMES
from tests.listen.exports import COMMENTS, MATRIX, VOTES, export

ROWS = {  # voters, statements in the matrix, raw votes, final votes, people in each published group
    "london.youth.policing": (26, 36, 640, 638, {0: 3, 1: 18, 2: 3, None: 2}),
    "brexit-consensus": (204, 50, 5312, 5303, {0: 106, 1: 91, None: 7}),
    "scoop-hivemind.biodiversity": (536, 314, 29802, 29719, {0: 72, 1: 371, None: 93}),
    "vtaiwan.uberx": (1921, 197, 49997, 49443, {0: 330, 1: 889, None: 702}),
    "american-assembly.bowling-green": (2031, 896, None, 225524, {0: 753, 1: 828, None: 450}),
}


@pytest.mark.parametrize("name", NAMES)
def test_the_latest_votes_equal_the_matrix_cell_for_cell(polis, name):
    found = read_export(polis / name)
    with (polis / name / "participants-votes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = [column for column in rows[0] if column.isdigit()]
    index = {statement.id: j for j, statement in enumerate(found.statements)}
    place = {person: i for i, person in enumerate(found.participants)}
    matrix = np.full((len(place), len(index)), np.nan)
    for row in rows:
        for column in columns:
            if row[column]:
                matrix[place[row["participant"]], index[column]] = int(row[column])
    assert np.array_equal(found.votes.dense(), matrix, equal_nan=True)
    voters, statements, raw, final, groups = ROWS[name]
    assert (len(place), len(columns), found.votes.n_votes) == (voters, statements, final)
    assert (len(found.events.values) if found.events else None) == raw
    assert Counter(found.groups) == groups


@pytest.mark.parametrize("name", NAMES)
def test_the_published_counts_equal_the_raw_votes_superseded_ones_too(polis, name):
    found = read_export(polis / name)
    if found.events is None:
        pytest.skip("this conversation has the matrix alone: its superseded votes are not known")
    for j, statement in enumerate(found.statements):
        mine = found.events.values[found.events.statements == j]
        assert found.published_counts[statement.id] == ((mine == 1).sum(), (mine == -1).sum())
    assert (np.diff(found.events.milliseconds) >= 0).all()


def test_chinese_text_and_texts_of_several_lines_come_through(polis):
    found = read_export(polis / "vtaiwan.uberx")
    assert found.topic == "UberX 自用車載客 — vTaiwan.tw"
    assert any(statement.text.startswith("我覺得") for statement in found.statements)
    assert any("\n" in statement.text for statement in found.statements)


def test_a_text_that_another_program_cut_inside_a_character_is_kept(tmp_path):
    comments = COMMENTS + "1500000000000,5,0,0,0,1,uber就是叫派計\ufffd\n"
    assert read_export(export(tmp_path, comments=comments)).statements[-1].text == "uber就是叫派計\ufffd"


def test_a_repeated_vote_counts_once_and_the_last_in_time_counts(tmp_path):
    found = read_export(export(tmp_path))
    assert found.votes.dense().tolist()[0][:2] == [1.0, -1.0]
    assert len(found.events.values) == 6 and found.votes.n_votes == 5


def test_among_equal_times_the_later_row_counts(tmp_path):
    votes = VOTES + "1500000000999,x,1,1,0\n1500000000999,x,1,1,1\n"
    found = read_export(export(tmp_path, votes=votes, matrix=None))
    assert found.votes.dense()[1, 1] == 1


def test_seconds_and_milliseconds_are_told_apart(tmp_path):
    votes = "timestamp,comment-id,voter-id,vote\n1700000000,0,0,1\n1700000000500,1,0,1\n"
    found = read_export(export(tmp_path, votes=votes, matrix=None))
    assert found.events.milliseconds.tolist() == [1_700_000_000_000, 1_700_000_000_500]


def test_columns_are_found_by_name_in_any_order_with_others_between(tmp_path):
    votes = "vote,xid,voter-id,something,comment-id,timestamp\n1,abc,4,x,0,1500000000000\n"
    comments = "comment-body,importance,comment-id,moderated,is-meta\nOne,3,0,1,true\n"
    found = read_export(export(tmp_path, votes=votes, comments=comments, matrix=None))
    assert found.participants == ("4",) and found.votes.values.tolist() == [1]
    assert found.statements[0].meta and found.statements[0].author is None


def test_a_byte_order_mark_windows_lines_and_blank_lines_do_no_harm(tmp_path):
    folder = export(tmp_path)
    for name in ("votes.csv", "comments.csv"):
        text = (folder / name).read_text("utf-8").replace("\n", "\r\n") + "\r\n"
        (folder / name).write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_export(folder).votes.n_votes == 5
    (folder / "votes.csv").write_text(VOTES, "utf-16")
    assert read_export(folder).votes.n_votes == 5


def test_someone_without_votes_in_the_matrix_is_a_participant_still(tmp_path):
    found = read_export(export(tmp_path, matrix=MATRIX + "9,,0,,,\n"))
    assert found.participants[-1] == "9" and found.votes.cast[-1] == 0


def test_the_order_of_rows_in_any_file_changes_nothing(tmp_path):
    def turned(text):
        head, *rows = text.splitlines()
        return "\n".join([head, *rows[::-1]]) + "\n"

    one = read_export(export(tmp_path / "one"))
    two = read_export(export(tmp_path / "two", turned(VOTES), matrix=turned(MATRIX)))
    assert one.participants == two.participants
    assert np.array_equal(one.votes.dense(), two.votes.dense(), equal_nan=True)


FAULTS = {
    "a missing column": ({"votes": VOTES.replace("voter-id", "person")}, "votes.csv, row 1, column voter-id"),
    "a vote of 7": ({"votes": VOTES + "1500000000009,x,0,1,7\n"}, "votes.csv, row 8, column vote"),
    "a repeated header": ({"votes": VOTES + VOTES}, "votes.csv, row 8, column timestamp"),
    "a column twice": ({"votes": VOTES.replace("datetime", "vote")}, "votes.csv, row 1, column vote"),
    "an empty file": ({"votes": ""}, "votes.csv, row 1"),
    "only blanks": ({"votes": "\n  \n"}, "votes.csv, row 1"),
    "a binary file": ({"votes": b"PK\x03\x04\x00\x00\xff\xfe"}, "votes.csv, row 1"),
    "a picture": ({"comments": b"\x89PNG\r\n\x1a\n\xff\xd8"}, "comments.csv, row 1"),
    "a word for an id": ({"votes": VOTES + "1500000000009,x,0,Ann,1\n"}, "votes.csv, row 8, column voter-id"),
    "a negative id": ({"votes": VOTES + "1500000000009,x,-3,1,1\n"}, "votes.csv, row 8, column comment-id"),
    "a fraction": ({"votes": VOTES + "1500000000009,x,0,1,0.5\n"}, "votes.csv, row 8, column vote"),
    "no vote": ({"votes": VOTES + "1500000000009,x,0,1,\n"}, "votes.csv, row 8, column vote"),
    "a number only to Python": (
        {"votes": VOTES + "1500000000009,x,0,1_0,1\n"},
        "votes.csv, row 8, column voter-id",
    ),
    "no time": ({"votes": VOTES + "soon,x,0,1,1\n"}, "votes.csv, row 8, column timestamp"),
    "a statement unknown to comments": (
        {"votes": VOTES + "1500000000009,x,77,1,1\n"},
        "votes.csv, row 8, column comment-id",
    ),
    "a matrix column unknown to comments": (
        {"matrix": MATRIX.replace(",2\n", ",55\n", 1)},
        "participants-votes.csv, row 1, column 55",
    ),
    "too few cells": ({"votes": VOTES + "1500000000009,x,0\n"}, "votes.csv, row 8, column voter-id"),
    "an open quotation": ({"comments": COMMENTS + '1,2,9,1,"never closed\n'}, "comments.csv, row"),
    "a statement twice": (
        {"comments": COMMENTS + "1500000000000,0,0,0,0,1,Again\n"},
        "comments.csv, row 6, column",
    ),
    "a moderation of 4": (
        {"comments": COMMENTS + "1500000000000,5,0,0,0,4,x\n"},
        "comments.csv, row 6, column mod",
    ),
    "a matrix column of endless figures": (
        {"matrix": MATRIX.replace("votes,0", "votes," + "9" * 5_000)},
        "participants-votes.csv, row 1, column 999",
    ),
    "a matrix vote of 7": ({"matrix": MATRIX + "8,,1,7,,\n"}, "participants-votes.csv, row 5, column 0"),
    "a matrix that disagrees": (
        {"matrix": MATRIX.replace("0,1,3,1,-1,", "0,1,3,1,1,")},
        "participants-votes.csv, row 2, column 1",
    ),
    "a voter whom the matrix lacks": (
        {"votes": VOTES + "1500000000009,x,0,6,1\n"},
        "participants-votes.csv, column participant",
    ),
    "a participant twice": (
        {"matrix": MATRIX + "0,,0,,,\n"},
        "participants-votes.csv, row 5, column participant",
    ),
    "no comments": ({"comments": None}, "comments.csv"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_by_file_row_and_column(tmp_path, name):
    changed, place = FAULTS[name]
    with pytest.raises(FormatError) as caught:
        read_export(export(tmp_path, **changed))
    message = str(caught.value)
    assert message.startswith(place) and "\n" not in message


def test_a_fault_after_a_text_of_several_lines_names_the_line_in_the_file(tmp_path):
    comments = COMMENTS + "1500000000000,5,0,0,0,1,x\n1500000000000,word,0,0,0,1,x\n"
    with pytest.raises(FormatError, match=r"comments\.csv, row 7, column comment-id"):
        read_export(export(tmp_path, comments=comments))


def test_signs_that_a_terminal_would_obey_are_not_repeated(tmp_path):
    with pytest.raises(FormatError) as caught:
        read_export(export(tmp_path, votes=VOTES + "1500000000009,x,0,\x1b[31mred,1\n"))
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize("text", ["=1+1", "+44", "-x", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n=1"])
def test_a_text_that_begins_like_a_formula_is_made_harmless(text):
    out = io.StringIO()
    csv.writer(out).writerow([harmless(text)])
    assert next(csv.reader(io.StringIO(out.getvalue(), newline="")))[0].startswith("'")
    assert harmless("We agree: 1 + 1 = 2") == "We agree: 1 + 1 = 2"
