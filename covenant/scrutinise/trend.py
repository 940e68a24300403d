"""How the questions asked of a covenant change from one version to the next."""

from collections.abc import Sequence
from dataclasses import dataclass

from covenant.scrutinise.desk import Question, Sheet
from covenant.scrutinise.stages import Became, Stage


@dataclass(frozen=True)
class Column:
    """A version: how many questions are asked of it, and how that compares with the version before.

    What was not found (gaps) is counted apart: it is no question.

    `new`, `persist` and `gone` are None where that cannot be told: there is no version before, or another
    version of the engine read it.
    """

    number: int
    asked: int
    own: int  # of these, by the scrutineer
    new: int | None
    persist: int | None
    gone: int | None  # asked of the version before and not of this one
    by_rule: tuple[tuple[str, int], ...]
    became: tuple[tuple[Became, int], ...]
    findings_open: int
    findings_mended: int
    not_found: int


@dataclass(frozen=True)
class Line:
    """A question through the versions: in each, what became of it, or None where it is not asked."""

    id: str
    rule: str
    text: str
    cells: tuple[Became | None, ...]
    mended: tuple[bool, ...]  # whether a finding on it stands as mended


@dataclass(frozen=True)
class Trend:
    columns: tuple[Column, ...]  # oldest first
    lines: tuple[Line, ...]


def trend(sheets: Sequence[Sheet]) -> Trend:
    """What was asked of each version, what is new, what persists, and what is no longer asked.

    Parameters
    ----------
    sheets
        Of the versions that are to be compared, the oldest first. Those that were not read are left out.

    Returns
    -------
    Trend
        A column for each version and a line for each question, by rule, and for each gap that the scrutineer
        dealt with. A question of the scrutineer's own is asked of one version alone: it is never counted as
        gone.
    """
    read = [sheet for sheet in sheets if sheet.sha256]
    columns, before = [], None
    for sheet in read:
        columns.append(_column(sheet, before))
        before = sheet
    lines: dict[tuple[str, str], dict[int, Question]] = {}
    for place, sheet in enumerate(read):
        for question in sheet.questions:
            name = f"{question.id}, version {sheet.number}" if question.is_own else question.id
            lines.setdefault((question.rule, name), {})[place] = question
    lines = {key: asked for key, asked in lines.items() if not all(q.waits_as_a_gap for q in asked.values())}
    return Trend(
        tuple(columns),
        tuple(_line(rule, id, asked, len(read)) for (rule, id), asked in sorted(lines.items(), key=_by_rule)),
    )


def _by_rule(line: tuple[tuple[str, str], object]) -> tuple[str, str]:
    return line[0]


def _column(sheet: Sheet, before: Sheet | None) -> Column:
    asked = [question for question in sheet.questions if not question.is_gap]
    ids = {question.id for question in asked if not question.is_own}
    comparable = before is not None and before.engine == sheet.engine
    old = {each.id for each in before.questions if not each.is_own and not each.is_gap} if before else set()
    rules = sorted({question.rule for question in asked})
    stages = [question.finding.stage for question in sheet.questions if question.finding]
    return Column(
        number=sheet.number,
        asked=len(asked),
        own=len(asked) - len(ids),
        new=len(ids - old) if comparable else None,
        persist=len(ids & old) if comparable else None,
        gone=len(old - ids) if comparable else None,
        by_rule=tuple((rule, sum(question.rule == rule for question in asked)) for rule in rules),
        became=tuple((state, sum(question.became is state for question in asked)) for state in Became),
        findings_open=stages.count(Stage.SIGNED),
        findings_mended=stages.count(Stage.MENDED),
        not_found=len(sheet.questions) - len(asked),
    )


def _line(rule: str, id: str, asked: dict[int, Question], places: int) -> Line:
    newest = asked[max(asked)]
    found = [asked.get(place) for place in range(places)]
    return Line(
        id=id,
        rule=rule,
        text=newest.text,
        cells=tuple(each.became if each else None for each in found),
        mended=tuple(bool(each and each.finding and each.finding.stage is Stage.MENDED) for each in found),
    )
