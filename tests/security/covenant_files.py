"""Covenants, tables of commitments and pledges that others wrote, for whoever breaks them."""

from collections.abc import Callable
from pathlib import Path

from covenant.agree.formats import commitments, standard
from covenant.agree.formats.days import NoDay, day
from covenant.agree.formats.faults import NotValid
from covenant.agree.formats.pledges import read_pledges
from covenant.agree.formats.tables import read_grids
from covenant.place.types import Tier
from tests.agree.test_pledges import FILE
from tests.agree.test_tables import HEAD, KNOWN, MAKE, ROWS
from tests.security.reading import Parser, as_text, given

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "standard" / "examples"
FORMATS = "covenant.agree.formats"
READ_BY = {
    "csv": ("covenant.sheets.delimited",),
    "xlsx": ("covenant.sheets.package", "covenant.sheets.workbook"),
    "docx": ("covenant.sheets.package", f"{FORMATS}.docx"),
}


def _table(path: Path) -> object:
    grids = read_grids(path.name, path.read_bytes())
    return commitments.commitments(grids, KNOWN, tier=Tier.DISTRICT)


def _tables(form: str) -> Callable[[Path], list[bytes]]:
    return lambda _folder: [MAKE[form]([HEAD, *ROWS]), MAKE[form]([HEAD, ["A", "Nobody", *ROWS[1][2:]]])]


COVENANT_FILES = [
    Parser(
        "a covenant of the standard",
        lambda path: standard.read(path.read_bytes()),
        "covenant.json",
        lambda _folder: [file.read_bytes() for file in sorted(EXAMPLES.glob("*.json"))],
        (NotValid,),
        (f"{FORMATS}.checking", f"{FORMATS}.standard", f"{FORMATS}.naming"),
    ),
    *(
        Parser(
            f"a table of commitments in .{form}",
            _table,
            f"plan.{form}",
            _tables(form),
            (NotValid,),
            (f"{FORMATS}.tables", f"{FORMATS}.commitments", *modules),
        )
        for form, modules in READ_BY.items()
    ),
    Parser(
        "a day in a table",
        as_text(day),
        "day",
        given("2026-06-30", "30 June 2026", "30/06/2026"),
        (NoDay,),
        (f"{FORMATS}.days",),
    ),
    Parser(
        "unilateral pledges",
        lambda path: read_pledges(path.name, path.read_bytes()),
        "promises.csv",
        given(FILE),
        (NotValid,),
        (f"{FORMATS}.pledges",),
    ),
]
