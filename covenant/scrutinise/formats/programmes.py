"""Reads programme files of any form, naming every fault at once, and writes them.

They are documented in docs/standard/programme.md.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from covenant.scrutinise.formats.coded import Coded, coded
from covenant.scrutinise.formats.faults import MOST_BYTES, FaultyFile, Reader
from covenant.scrutinise.formats.sheets import SHEETS, grids_of, read_workbook, tables_from
from covenant.scrutinise.formats.shown import shown
from covenant.scrutinise.formats.workbook_writing import workbook_of
from covenant.scrutinise.formats.writing import tables_of, toml_of
from covenant.scrutinise.programme import Programme
from covenant.sheets.delimited import csv_of, read_csv
from covenant.sheets.types import Grid

MOST_FILES = 1_000
FORMS = "a programme in .toml, .csv or .xlsx, or a folder of CSV files"


def read_programme(path: Path) -> Programme:
    """Read a programme file of any form (see `read_coded`). Raises FaultyFile with every fault in it."""
    return read_coded(path).programme


def read_coded(path: Path) -> Coded:
    """Read a programme and the word on its coding from TOML, from sheets in CSV, or from a workbook.

    Parameters
    ----------
    path : a file .toml, .csv (its proposals alone) or .xlsx, or a folder of CSV files, one for each sheet.

    Raises
    ------
    FaultyFile
        With every fault of the file: where it is, what was found and what was expected.
    """
    reader = Reader(path)
    form = path.suffix.lower()
    if form == ".toml":
        return coded(reader, reader.parse())
    if form == ".csv":
        sheets = {"proposals": _csv(reader, "proposals", path)}
    elif form == ".xlsx":
        sheets = read_workbook(reader, reader.content("an .xlsx workbook"))
    elif _is_folder(path):
        sheets = _folder(reader)
    else:
        reader.content(FORMS)  # a file that cannot be read at all is refused for that
        reader.stop("", "", f"a name that ends in {shown(form)}", FORMS)
    return coded(reader, tables_from(reader, sheets, path.resolve().name.removesuffix(path.suffix)))


def _csv(reader: Reader, name: str, path: Path) -> Grid:
    """The rows of a sheet that stands in a CSV file."""
    return read_csv(reader, name, path.name, reader.content("a CSV file", path=path))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # it may not be looked at, or no path can be so
        return False


def _folder(reader: Reader) -> dict[str, Grid]:
    """The sheets that stand in a folder as CSV files."""
    try:
        files = sorted(islice(reader.path.iterdir(), MOST_FILES + 1))
    except OSError as error:
        reader.stop("", "", f"a folder that cannot be read ({error.strerror or error})", FORMS)
    if len(files) > MOST_FILES:
        reader.stop("", "", f"more than {MOST_FILES:,} files", "a folder with a programme's CSV files alone")
    sheets: dict[str, Grid] = {}
    size = 0
    for file in files:
        name = file.stem.lower()
        if file.suffix.lower() != ".csv":
            continue
        if name not in SHEETS or name in sheets:
            reader.fault(file.name, "", "a CSV file that is no sheet", reader.one_of(name[:99], SHEETS))
            continue
        sheets[name] = _csv(reader, name, file)
        size += file.stat().st_size  # it could be read just now
        if size > MOST_BYTES:
            reader.stop("", "", f"more than {MOST_BYTES:,} bytes in CSV files", f"at most {MOST_BYTES:,}")
    if not sheets and not reader.faults:
        reader.stop("", "", "a folder without a sheet", "proposals.csv, and others beside it")
    return sheets


def write_coded(whole: Coded, path: Path) -> None:
    """Write a programme as TOML, as a workbook or as a folder of CSV files, by the ending of the path.

    What was written is read again and compared before it is given its name.

    Raises
    ------
    FileExistsError
        Something is there already: nothing is overwritten.
    ValueError
        No file can hold this programme, or not in a form of this ending.
    """
    tables = tables_of(whole)
    form = path.suffix.lower()
    if form not in (".toml", ".xlsx", ""):
        raise ValueError(f"{path}: found a name that ends in {form!r}; expected .toml, .xlsx or a folder")
    if path.exists():
        raise FileExistsError(f"{path}: is there already, and nothing is overwritten; give another name")
    if not path.absolute().parent.is_dir():
        raise ValueError(f"{path}: found no folder to write into; expected {path.parent} to be there")
    with TemporaryDirectory(prefix=".covenant-", dir=path.absolute().parent) as folder:
        made = Path(folder) / f"made{form}"
        if form == ".toml":
            made.write_text(toml_of(tables), encoding="utf-8", newline="\n")
        elif form == ".xlsx":
            made.write_bytes(workbook_of(grids_of(tables)))
        else:
            made.mkdir()
            for name, rows in grids_of(tables).items():
                if len(rows) > 1 or name in ("programme", "actors", "proposals"):
                    (made / f"{name}.csv").write_bytes(csv_of(rows))
        try:
            again = read_coded(made)
        except FaultyFile as faulty:
            raise ValueError(f"{path}: no file can hold this programme: {faulty.faults[0]}") from None
        alike = (again.programme, again.coding) == (whole.programme, whole.coding)
        if not alike or not set(whole.actors) <= set(again.actors):
            raise ValueError(f"{path}: what was written does not read back as the same programme")
        made.rename(path)
