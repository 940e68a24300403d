"""The sheets of a programme as an .xlsx workbook to fill in, with a drop-down list for each choice."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr  # nosec B406  # they write XML and read none
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from covenant.scrutinise.formats.faults import MOST_TABLES, NONE
from covenant.scrutinise.formats.keys import CHOICES, LISTS, PLACED
from covenant.scrutinise.programme import NOT_STATED
from covenant.sheets.types import letters
from covenant.sheets.workbook import SPELT_OUT

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONSHIPS = "application/vnd.openxmlformats-package.relationships+xml"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_WIDE = ("text", "wording", "title", "source", "notes", "where")
_NONE_ONLY = (("proposals", "duties"), *(("programme", name) for name in ("ends", "heard", "lineage")))


def workbook_of(grids: Mapping[str, list[list[str]]]) -> bytes:
    """Sheets, each with its header first, as a workbook; the same sheets always give the same bytes.

    Every cell is a text: no spreadsheet takes one that begins with "=" for a formula.
    """
    sheets = {f"worksheets/sheet{n}.xml": name for n, name in enumerate(grids, start=1)}
    parts = {
        "[Content_Types].xml": _types(*sheets),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": _book(list(grids)),
        "xl/_rels/workbook.xml.rels": _relations(
            {f"rId{n}": ("worksheet", target) for n, target in enumerate(sheets, start=1)}
            | {f"rId{len(sheets) + 1}": ("styles", "styles.xml")}
        ),
        "xl/styles.xml": _styles(),
        **{f"xl/{target}": _sheet(name, grids[name]) for target, name in sheets.items()},
    }
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        for part, text in parts.items():
            info = ZipInfo(part, (1980, 1, 1, 0, 0, 0))
            info.compress_type = ZIP_DEFLATED
            package.writestr(info, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}')
    return file.getvalue()


def _tag(name: str, /, *inside: str, **attributes: object) -> str:
    """An element; `r_id` stands for the attribute r:id."""
    said = "".join(f" {key.replace('_', ':')}={quoteattr(str(value))}" for key, value in attributes.items())
    return f"<{name}{said}>{''.join(inside)}</{name}>" if inside else f"<{name}{said}/>"


def _types(*sheets: str) -> str:
    kinds = {"workbook.xml": "sheet.main", "styles.xml": "styles", **dict.fromkeys(sheets, "worksheet")}
    return _tag(
        "Types",
        _tag("Default", Extension="rels", ContentType=_RELATIONSHIPS),
        _tag("Default", Extension="xml", ContentType="application/xml"),
        *(
            _tag("Override", PartName=f"/xl/{part}", ContentType=f"{_TYPE}.{kind}+xml")
            for part, kind in kinds.items()
        ),
        xmlns=f"{_PACKAGE}/content-types",
    )


def _relations(targets: Mapping[str, tuple[str, str]]) -> str:
    links = (
        _tag("Relationship", Id=id, Type=f"{_OFFICE}/{kind}", Target=target)
        for id, (kind, target) in targets.items()
    )
    return _tag("Relationships", *links, xmlns=f"{_PACKAGE}/relationships")


def _book(names: list[str]) -> str:
    sheets = (_tag("sheet", name=name, sheetId=n, r_id=f"rId{n}") for n, name in enumerate(names, start=1))
    return _tag("workbook", _tag("sheets", *sheets), xmlns=_MAIN, xmlns_r=_OFFICE)


def _styles() -> str:
    """The usual style, and two that are text, for cells and headers: nothing typed is taken for more."""
    plain, bold = (_tag("font", *b, _tag("sz", val=11), _tag("name", val="Calibri")) for b in ((), ("<b/>",)))
    fills = (_tag("fill", _tag("patternFill", patternType=kind)) for kind in ("none", "gray125"))
    lines = _tag("border", "<left/>", "<right/>", "<top/>", "<bottom/>", "<diagonal/>")
    usual: dict[str, object] = {"numFmtId": 0, "fontId": 0, "fillId": 0, "borderId": 0}
    text = {**usual, "numFmtId": 49, "xfId": 0, "applyNumberFormat": 1, "quotePrefix": 1}
    broken = _tag("alignment", vertical="top", wrapText=1)
    cells = (
        _tag("xf", **usual, xfId=0),
        _tag("xf", broken, **text, applyAlignment=1),
        _tag("xf", **{**text, "fontId": 1}, applyFont=1),
    )
    return _tag(
        "styleSheet",
        _tag("fonts", plain, bold, count=2),
        _tag("fills", *fills, count=2),
        _tag("borders", lines, count=1),
        _tag("cellStyleXfs", _tag("xf", **usual), count=1),
        _tag("cellXfs", *cells, count=3),
        _tag("cellStyles", _tag("cellStyle", name="Normal", xfId=0, builtinId=0), count=1),
        xmlns=_MAIN,
    )


def _sheet(name: str, rows: list[list[str]]) -> str:
    widths = (
        _tag("col", min=n, max=n, width=40 if key in _WIDE else 20, style=1, customWidth=1)
        for n, key in enumerate(rows[0], start=1)
    )
    frozen = _tag("pane", ySplit=1, topLeftCell="A2", activePane="bottomLeft", state="frozen")
    lists = [_list(column, words) for column, key in enumerate(rows[0]) if (words := _choices(name, key))]
    return _tag(
        "worksheet",
        _tag("sheetViews", _tag("sheetView", frozen, workbookViewId=0)),
        _tag("cols", *widths),
        _tag("sheetData", *(_row(number, cells) for number, cells in enumerate(rows, start=1))),
        *([_tag("dataValidations", *lists, count=len(lists))] if lists else []),
        xmlns=_MAIN,
    )


def _row(number: int, cells: list[str]) -> str:
    filled = (
        _tag(
            "c",
            _tag("is", _tag("t", _text(cell), xml_space="preserve")),
            r=f"{letters(column)}{number}",
            s=2 if number == 1 else 1,
            t="inlineStr",
        )
        for column, cell in enumerate(cells)
        if cell
    )
    return _tag("row", *filled, r=number)


def _text(cell: str) -> str:
    """A text as XML; what a spreadsheet would take for a letter spelt out is spelt out itself."""
    return escape(SPELT_OUT.sub(lambda found: f"_x005F{found[0]}", cell))


def _choices(name: str, key: str) -> list[str]:
    """What may stand in a column, where that is one of a few words."""
    if key in CHOICES and key not in LISTS:
        words = [str(member.value) for member in CHOICES[key]]
        return words if key == "kind" else [*words, NOT_STATED.value]
    if (name, key) == ("where", "table"):
        return list(PLACED)
    return [NONE, NOT_STATED.value] if (name, key) in _NONE_ONLY else []


def _list(column: int, words: list[str]) -> str:
    said = {"errorTitle": "Not one of the list", "error": "Leave the cell empty where the source is silent."}
    cells = f"{letters(column)}2:{letters(column)}{MOST_TABLES + 1}"
    formula = _tag("formula1", escape('"' + ",".join(words) + '"'))
    return _tag("dataValidation", formula, type="list", allowBlank=1, showErrorMessage=1, **said, sqref=cells)
