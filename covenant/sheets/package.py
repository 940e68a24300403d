"""An .xlsx or .docx file as what it is, a ZIP of XML parts, each of them read in bounded time and memory."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from covenant.sheets.types import Keeper, plain

# What a workbook with all that a programme may hold stays well under.
MOST_INSIDE, MOST_PARTS, MOST_ELEMENTS, DEEPEST = 16_000_000, 500, 600_000, 60
MOST_TEXT = 4_000_000
WORKBOOK = "an .xlsx workbook"
Starts = Callable[[str, dict[str, str]], None]
_DAMAGE = (
    *(BadZipFile, zlib.error, struct.error, EOFError),
    *(OSError, NotImplementedError, RuntimeError, ValueError, ArithmeticError),
    LookupError,  # a part says that it is in an encoding that nobody has heard of
)


class Refused(Exception):
    """What stops the parser: found, expected."""


class Package:
    """The parts of a file, each read once, all of them together within bounds.

    Parameters
    ----------
    reader : keeps what is wrong with the file.
    main : the part without which it is no file of its kind.
    what : what it should be, in words.
    """

    def __init__(
        self, reader: Keeper, content: bytes, *, main: str = "xl/workbook.xml", what: str = WORKBOOK
    ) -> None:
        self.reader, self.inside, self.elements, self.letters = reader, 0, 0, 0
        self.main, self.what = main, what
        if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
            found = "an old Office file, or one with a password"
            reader.stop("", "", found, f"{what} without a password: save it as one")
        try:
            self.zip = ZipFile(BytesIO(content))
        except _DAMAGE:
            reader.stop("", "", f"no {what.split()[-1]}, or a damaged one", what)
        self.parts = {info.filename: info for info in self.zip.infolist()}
        self._check()

    def _check(self) -> None:
        infos, stop = self.zip.infolist(), self.reader.stop
        if len(infos) > MOST_PARTS or len(self.parts) < len(infos):
            stop("", "", f"{len(infos):,} parts, or parts of one name", f"at most {MOST_PARTS}, each once")
        if sum(info.file_size for info in infos) > MOST_INSIDE:
            stop("", "", f"more than {MOST_INSIDE:,} bytes when unpacked", f"at most {MOST_INSIDE:,}")
        if any(info.flag_bits & 1 for info in infos):
            stop("", "", "a file with a password", "one without")
        names = [name.lower() for name in self.parts]
        if any(name.endswith("vbaproject.bin") for name in names):
            stop("", "", "a file with macros", f"{self.what} without")
        if any(name.startswith("xl/externallinks/") for name in names):
            stop("", "", "links to other workbooks", "a workbook without: break the links and save it again")
        if self.main not in self.parts:
            other = "an OpenDocument file" if "mimetype" in self.parts else f"not {self.what}"
            stop("", "", other, f"{self.what}: save it as one")

    def takes(self, text: str) -> None:
        """Count the text of a cell: many cells may share one."""
        self.letters += len(text)
        if self.letters > MOST_TEXT:
            raise Refused(f"more than {MOST_TEXT:,} letters in cells", f"at most {MOST_TEXT:,}")

    def read(self, part: str, start: Starts, end: Starts | None = None, data: Any = None) -> None:
        """Parse a part, which is absent where it may be, and tell of its elements as they come."""
        if part not in self.parts:
            return
        try:
            self._parse(self.parts[part], start, end, data)
        except Refused as refused:
            self.reader.stop(part, "", *refused.args)
        except expat.ExpatError as error:
            self.reader.stop(part, "", f"no valid XML: {error}", self.what)
        except _DAMAGE as error:
            self.reader.stop(part, "", f"a damaged part ({plain(str(error)[:80])})", self.what)

    def _parse(self, info: ZipInfo, start: Starts, end: Starts | None, data: Any) -> None:
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise Refused("an unusual compression", "the usual one: save it again")
        depth = 0

        def starts(tag: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            self.elements += 1
            if self.elements > MOST_ELEMENTS or depth > DEEPEST:
                raise Refused(f"more than {MOST_ELEMENTS:,} elements, or too deeply nested", "fewer")
            start(tag, attributes)

        def ends(tag: str) -> None:
            nonlocal depth
            depth -= 1
            if end is not None:
                end(tag, {})

        def declares(*_: object) -> None:
            raise Refused("a document type, which may hide anything", "a file without")

        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = starts, ends
        parser.StartDoctypeDeclHandler = declares
        if data is not None:
            parser.CharacterDataHandler = data
        with self.zip.open(info) as file:
            while chunk := file.read(1 << 20):
                self.inside += len(chunk)
                if self.inside > MOST_INSIDE:  # whatever its parts said of their sizes
                    raise Refused(f"more than {MOST_INSIDE:,} bytes unpacked", f"at most {MOST_INSIDE:,}")
                parser.Parse(chunk, False)
        parser.Parse(b"", True)
