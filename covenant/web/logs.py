"""What the server writes down of what it does: enough to mend it; nothing of who asked or what they typed.

Of a fault: where in the code, and of what kind. Its words are left out, for they may quote a form. What is
written of a request is in `access`.
"""

import logging
import re
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter

OURS = "covenant"
QUOTES_A_REQUEST = ("django.request", "django.security", "django.server")
PRIVATE = [
    (re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+"), "[address]"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE), "[id]"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b"), "[address]"),
    (
        re.compile(r"(?<![\w:])(?=\S*::|(?:\w+:){7})(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])", re.I),
        "[address]",
    ),
    (re.compile(r"\b(?=[A-Z0-9]*\d)[A-Z0-9]{4}-[A-Z0-9]{2,4}\b"), "[code]"),
    (re.compile(r"\b[\w-]{24,}\b"), "[secret]"),
]


def scrubbed(text: str) -> str:
    """A line without what looks like an address, an id, a code or a key, and without a break in it.

    Examples
    --------
    >>> scrubbed("no mail to ada@example.org from 192.0.2.7")
    'no mail to [address] from [address]'
    """
    for pattern, name in PRIVATE:
        text = pattern.sub(name, text)
    return "".join(letter if letter.isprintable() else " " for letter in text)


class Plain(logging.Formatter):
    """One line for what happened, and of a fault the places in the code: no words of it, no values."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = _told(record)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        return "\n".join(places(ei[1]))

    def formatStack(self, stack_info: str) -> str:
        return ""


def _told(record: logging.LogRecord) -> str:
    if record.name.startswith(QUOTES_A_REQUEST):
        return f"status {getattr(record, 'status_code', '-')}"
    if record.name.split(".")[0] == OURS and not record.exc_info:
        return "".join(letter if letter.isprintable() else " " for letter in record.message)
    return scrubbed(record.message)


def places(fault: BaseException | None, depth: int = 5) -> Iterator[str]:
    """The kind of a fault and where it arose, the latest last; then what it arose from, up to so many."""
    while fault is not None and depth:
        yield f"{type(fault).__module__}.{type(fault).__qualname__}"
        trace: TracebackType | None = fault.__traceback__
        for frame in traceback.extract_tb(trace, limit=-20):
            yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
        fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
        depth -= 1
        if fault is not None and depth:
            yield "while handling, or because of:"


class NothingPrivate(ExceptionReporter):
    """A report of a fault, should anybody switch on Django's, without values, settings, cookies and forms."""

    def get_traceback_data(self) -> dict[str, Any]:
        return {}

    def get_traceback_html(self) -> SafeString:
        return format_html("<pre>{}</pre>", self.get_traceback_text())

    def get_traceback_text(self) -> SafeString:
        return format_html("{}", "\n".join(places(self.exc_value)))
