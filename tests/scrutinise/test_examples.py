"""The documents that are coded in `examples/`, and the page that sets the referee beside a reader."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from covenant.scrutinise.engine import referee
from covenant.scrutinise.engine.agreement import agreement
from covenant.scrutinise.formats.programmes import read_programme
from covenant.scrutinise.formats.thresholds import read_thresholds
from covenant.scrutinise.programme import NotStated, Relation

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))
PAGE = (ROOT / "docs" / "scrutiny-of-two-documents.md").read_text(encoding="utf-8")
REPORT, SECOND, COVENANT = (
    ROOT / "examples" / f"{name}.toml"
    for name in ("social-covenant-2020", "social-covenant-2020-second", "civil-society-covenant-2025")
)


def reading(path: Path):
    return referee.ask(read_programme(path), read_thresholds())


def counted(path: Path) -> dict[str, tuple[int, int]]:
    found = reading(path)
    return {each.id: (each.metric.count, each.metric.n) for each in (*found.questions, *found.gaps)}


def told(part: str) -> dict[str, tuple[int, int]]:
    """Each question and gap that the page names, with its figures."""
    rows = re.findall(r"`((?:gaps|duty)\.[\w-]+)`\s+(\d+)\s+of\s+(\d+)", part)
    return {id: (int(count), int(n)) for id, count, n in rows}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_read_without_a_fault_and_says_what_was_coded(path):
    programme = read_programme(path)
    assert programme.proposals and programme.source and programme.date


def test_every_figure_of_the_page_is_what_the_referee_gives():
    report, covenant = PAGE.split("## The Civil Society Covenant of 2025")
    for part, path in ((report, REPORT), (covenant, COVENANT)):
        figures = told(part)
        assert figures and figures.items() <= counted(path).items()
    # Whatever was found in the report stands on the page, whether the commentary speaks of it or not.
    assert told(report).keys() == counted(REPORT).keys()
    for path, part in ((REPORT, report), (COVENANT, covenant)):
        found, words = reading(path), " ".join(part.split())
        many = f"{len(found.questions)} question{'' if len(found.questions) == 1 else 's'}"
        assert f"{many} and {len(found.gaps)} gaps" in words
        assert f"{len(read_programme(path).proposals)} " in words


def test_both_codings_of_the_report_lead_to_the_same():
    one, other = reading(REPORT), reading(SECOND)
    assert {gap.id for gap in one.gaps} == {gap.id for gap in other.gaps}
    assert one.questions == other.questions == ()


def test_what_the_page_says_of_lineage_is_what_was_coded():
    rows = read_programme(REPORT).lineage
    of = {row.document for row in rows}
    strategy = [row.relation for row in rows if row.document == "strategy-2018"]
    told = [relation for relation in strategy if not isinstance(relation, NotStated)]
    assert "rise-2017" not in of and set(told) == {Relation.TAKEN_UP}
    assert f"of the strategy {len(told)} of {len(strategy)} items are coded" in PAGE


def test_the_agreement_that_the_page_tells_is_what_the_two_codings_give():
    found = agreement(read_programme(REPORT), read_programme(SECOND))
    fields = {(field.table, field.field): field.kappa for field in found.fields}
    words = " ".join(PAGE.split())
    for name in ("instrument", "duties", "affected", "parties"):
        kappa = fields["proposals", name]
        assert f"{kappa.value:.2f} for `{name}` ({_interval(kappa)})" in words, name
    sector = fields["actors", "sector"]
    assert f"it is {sector.value:.2f} ({_interval(sector)})" in words
    for table, name, of in (("duties", "age", " of duties"), ("proposals", "outcomes", "")):
        kappa = fields[table, name]
        assert kappa.value == 0
        assert re.search(rf"`{name}`{of} \({kappa.agreed} of {kappa.n}\b", words), name
    lineage = next(each for each in found.matched if each.table == "lineage")
    assert (lineage.n, len(lineage.only_first), lineage.only_second) == (2, 14, ())


def _interval(kappa) -> str:
    ends = "" if kappa.low is None else f"; {kappa.low:.2f} to {kappa.high:.2f}"
    return f"n = {kappa.n}{ends}"
