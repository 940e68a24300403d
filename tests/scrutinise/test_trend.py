"""What changes from one version to the next, told from sheets alone, and its picture."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import Any
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from covenant.scrutinise.desk import OWN, FindingView, Question, Sheet
from covenant.scrutinise.pictures import MOST_LINES, MOST_VERSIONS, key, mark, matrix
from covenant.scrutinise.stages import Became, Stage
from covenant.scrutinise.trend import trend
from tests.personas import NOW


def asked(id: str, became: Became = Became.WAITING, **other: Any) -> Question:
    return Question(id, id.split(".")[0], f"{id}?", (), became, NOW, **other)


def sheet(number: int, *questions: Question, engine: str = "referee/1", sha256: str = "a") -> Sheet:
    return Sheet(uuid4(), number, engine, sha256, questions)


def finding(stage: Stage) -> FindingView:
    return FindingView(
        uuid4(), uuid4(), uuid4(), stage, "t", (), "", "", "", (), (), "S", NOW, NOW.date(), NOW, None, None,
        "", "", None, (),
    )  # fmt: skip


def test_what_is_new_what_persists_and_what_is_gone() -> None:
    found = trend([sheet(1, asked("a.1"), asked("a.2")), sheet(2, asked("a.2"), asked("b.1"))])
    first, second = found.columns
    assert (first.asked, first.new, first.persist, first.gone) == (2, None, None, None)
    assert (second.asked, second.new, second.persist, second.gone) == (2, 1, 1, 1)
    assert second.by_rule == (("a", 1), ("b", 1))
    assert [(line.id, [cell is not None for cell in line.cells]) for line in found.lines] == [
        ("a.1", [True, False]),
        ("a.2", [True, True]),
        ("b.1", [False, True]),
    ]


def test_readings_of_two_engines_are_not_compared() -> None:
    found = trend([sheet(1, asked("a.1")), sheet(2, engine="referee/2")])
    assert (found.columns[1].new, found.columns[1].gone) == (None, None)


def test_a_version_that_was_not_read_is_left_out() -> None:
    found = trend([sheet(1, asked("a.1")), sheet(2, sha256=""), sheet(3, asked("a.1"))])
    assert [column.number for column in found.columns] == [1, 3]
    assert found.columns[1].persist == 1


def test_a_question_of_ones_own_is_of_one_version_and_never_gone() -> None:
    found = trend([sheet(1, asked(f"{OWN}.1")), sheet(2, asked(f"{OWN}.1"))])
    assert [line.id for line in found.lines] == ["own.1, version 1", "own.1, version 2"]
    assert (found.columns[1].asked, found.columns[1].own) == (1, 1)
    assert (found.columns[1].new, found.columns[1].persist, found.columns[1].gone) == (0, 0, 0)


def test_findings_are_counted_by_whether_they_are_mended() -> None:
    found = trend(
        [
            sheet(
                1,
                asked("a.1", Became.FINDING, findings=(finding(Stage.SIGNED), finding(Stage.SUPERSEDED))),
                asked("a.2", Became.FINDING, findings=(finding(Stage.MENDED),)),
                asked("a.3", Became.TAKEN_UP, findings=(finding(Stage.SHOWN),)),
            )
        ]
    )
    (column,) = found.columns
    assert (column.findings_open, column.findings_mended) == (1, 1)
    assert [line.mended for line in found.lines] == [(False,), (True,), (False,)]
    assert dict(column.became)[Became.FINDING] == 2


ids = st.sets(st.sampled_from([f"{rule}.{n}" for rule in "abc" for n in range(4)]))


@given(st.lists(ids, max_size=5))
def test_counts_add_up_whatever_is_asked(versions: list[set[str]]) -> None:
    found = trend([sheet(n, *(asked(id) for id in sorted(each))) for n, each in enumerate(versions, 1)])
    for place, column in enumerate(found.columns):
        assert column.asked == len(versions[place]) == sum(n for _rule, n in column.by_rule)
        assert column.asked == sum(line.cells[place] is not None for line in found.lines)
        if place:
            assert column.new is not None and column.persist is not None and column.gone is not None
            assert column.new + column.persist == column.asked
            assert column.gone + column.persist == found.columns[place - 1].asked
    assert {line.id for line in found.lines} == set().union(*versions)


def test_each_mark_is_told_apart_by_its_shape() -> None:
    names = [key(became, False) for became in Became] + [key(Became.FINDING, True), key(None, False)]
    assert len({mark(name) for name in names}) == len(names) == 7


def test_the_picture_is_xml_small_and_without_script_whatever_a_question_is_called() -> None:
    nasty = asked("a.1")
    questions = [replace(nasty, id=f"a.<script>\"&'{n}") for n in range(300)]
    found = trend([sheet(n, *questions) for n in range(1, 30)])
    picture = matrix(found, 'Said with "quotes" & <b>', {"waiting": "<i>"})
    root = ET.fromstring(picture)  # noqa: S314  # our own
    assert root.attrib["role"] == "img"
    assert "<script" not in picture and "style=" not in picture
    assert len(picture) < 200_000
    marks = [each for each in root.iter() if each.tag.endswith("circle")]
    assert len(marks) == MOST_LINES * MOST_VERSIONS
    assert matrix(trend([]), "", {}) == matrix(trend([sheet(1)]), "", {}) == ""


def test_what_was_not_found_is_counted_apart_and_has_a_line_only_once_it_was_dealt_with():
    waits, dealt = (replace(asked(id), is_gap=True) for id in ("gaps.owner", "gaps.route"))
    dealt = replace(dealt, became=Became.ANSWERED)
    found = trend([sheet(1, asked("a.1"), waits), sheet(2, asked("a.1"), waits, dealt)])
    assert [(column.asked, column.not_found, column.new) for column in found.columns] == [
        (1, 1, None),
        (1, 2, 0),
    ]
    assert found.columns[1].by_rule == (("a", 1),)
    assert [line.id for line in found.lines] == ["a.1", "gaps.route"]
