"""Workbooks made by hand, part by part, as no spreadsheet program would write them."""

from __future__ import annotations

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def text(cell: str, words: str) -> str:
    return f'<c r="{cell}" t="inlineStr"><is><t>{words}</t></is></c>'


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def sheet(*rows: str, after: str = "") -> str:
    return f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData>{after}</worksheet>'


IDS = row(1, text("A1", "id"), text("B1", "text"), text("C1", "due"))
LEAST = sheet(IDS, row(2, text("A2", "P1"), text("B2", "Dig a well")))


def shared(*items: str) -> str:
    return f'{HEAD}<sst xmlns="{MAIN}">{"".join(items)}</sst>'


def parts(
    proposals: str = LEAST,
    *,
    name: str = "proposals",
    state: str = "visible",
    target: str = "worksheets/sheet1.xml",
    others: str = "",
    **more: str | bytes,
) -> dict[str, str | bytes]:
    """The parts of a workbook of one sheet; a part in `more` has __ for / and _dot_ for a stop."""
    book = (
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        f'<sheet name="{name}" sheetId="1" state="{state}" r:id="rId1"/>{others}</sheets></workbook>'
    )
    links = (
        f'{HEAD}<Relationships xmlns="{PACKAGE}">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="{target}"/></Relationships>'
    )
    named = {key.replace("__", "/").replace("_dot_", "."): value for key, value in more.items()}
    return {
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": links,
        "xl/worksheets/sheet1.xml": proposals,
        **named,
    }


def packed(contents: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as package:
        for part, content in contents.items():
            package.writestr(part, content)
    return file.getvalue()


def workbook(*arguments: str, **keywords: str | bytes) -> bytes:
    return packed(parts(*arguments, **keywords))


def claiming(content: bytes, part: str, size: int) -> bytes:
    """The same file, whose table of contents gives a part another size than it has."""
    at = content.rindex(part.encode()) - 46
    assert content[at : at + 4] == b"PK\x01\x02"
    return content[: at + 24] + size.to_bytes(4, "little") + content[at + 28 :]


def damaged(content: bytes, part: str) -> bytes:
    """The same file, whose table of contents gives a part a wrong checksum."""
    at = content.rindex(part.encode()) - 46
    assert content[at : at + 4] == b"PK\x01\x02"
    return content[: at + 16] + b"\x00\x01\x02\x03" + content[at + 20 :]


def encrypted(content: bytes, part: str) -> bytes:
    at = content.rindex(part.encode()) - 46
    return content[: at + 8] + bytes([content[at + 8] | 1]) + content[at + 9 :]
