"""What must be true of every answer, whatever was asked, how and by whom."""

import csv
import io
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

ROOT = Path(__file__).resolve().parent.parent.parent
MARK = "qz7"  # begins whatever an attack plants: a name that nothing of the product begins with
SECONDS = 3.0  # of this process alone: what others do on the machine does not count
LARGEST = 3_000_000
LEAKS = re.compile(
    rf"Traceback \(most recent|site-packages|{re.escape(str(ROOT))}|\bFile \"|DoesNotExist|IntegrityError"
    r"|OperationalError|ProgrammingError|SECRET_KEY|django\.(core|db|http|utils)\.|sqlite3\.|psycopg\."
)
MUST = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
STRICTER = {"Referrer-Policy": "no-referrer"}  # of a file alone: a page's forms must say where they come from
SECRET = {
    "Referrer-Policy": "strict-origin"
}  # of a page whose address is a secret: the address is told nobody
SECRET_PAGES = (" /covenants/by-link/", " /covenants/told/")
COOKIE = {"HttpOnly", "SameSite=Lax"}
POLICY = {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"}
LOOSE = ("unsafe-inline", "unsafe-eval", "*", "http:", "https:")


@dataclass(frozen=True)
class Answer:
    """An answer, read to its end."""

    asked: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float
    error: str  # the exception behind a 500

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def kind(self) -> str:
        return self.headers.get("Content-Type", "").split(";")[0]


def ask(browser: Client, method: str, path: str, body: bytes = b"", kind: str = "", **headers: str) -> Answer:
    """Send this and read the answer; how often somebody asks is counted anew for every attack."""
    cache.clear()
    browser.raise_request_exception = False
    began = time.process_time()
    response: HttpResponse = browser.generic(method, path, body, kind, headers=headers)
    whole = b"".join(response) if response.streaming else response.content
    took = time.process_time() - began
    error = response.exc_info[1] if getattr(response, "exc_info", None) else ""
    said = f"{method} {path} {kind} {body[:300]!r}"
    cookies = {f"Set-Cookie {name}": morsel.OutputString() for name, morsel in response.cookies.items()}
    return Answer(said, response.status_code, {**response.headers, **cookies}, whole, took, repr(error))


def faults(answer: Answer) -> list[str]:
    """What is wrong with an answer; nothing, it is hoped."""
    found = []
    waits = (
        answer.asked.split()[1].startswith("/health/") and answer.status == 503
    )  # it says that something is behind
    if answer.status >= 500 and not waits:
        found.append(f"{answer.status} {answer.error}")
    if leak := LEAKS.search(answer.text):
        found.append(f"it tells of the machine: {leak[0]!r}")
    if answer.seconds > SECONDS:
        found.append(f"it took {answer.seconds:.1f} s")
    if len(answer.body) > LARGEST:
        found.append(f"it is {len(answer.body)} bytes long")
    found += _headers(answer) + _redirect(answer) + _planted(answer)
    return [f"{answer.asked}: {fault}" for fault in found]


def _headers(answer: Answer) -> list[str]:
    is_file = answer.headers.get("Content-Disposition", "").startswith("attachment")
    may = STRICTER if is_file else SECRET if any(each in answer.asked for each in SECRET_PAGES) else {}
    found = [
        f"{name} is {said!r}"
        for name in MUST
        if (said := answer.headers.get(name)) not in (MUST[name], may.get(name, MUST[name]))
    ]
    policy = answer.headers.get("Content-Security-Policy", "")
    found += [f"the policy lacks {part}" for part in POLICY if part not in policy.split("; ")]
    found += [f"the policy allows {word}" for word in policy.replace(";", " ").split() if word in LOOSE]
    stated = answer.headers.get("Content-Type", "")
    if answer.body and not stated:
        found.append("it says of no type")
    if answer.kind.startswith("text/") and "charset=utf-8" not in stated.lower():
        found.append(f"it says of no letters: {stated}")
    for name, value in answer.headers.items():
        if name.startswith("Set-Cookie "):
            said = set(value.split("; "))
            lacks = COOKIE - (said | {"HttpOnly"} if "Max-Age=0" in said else said)  # one that is taken away
            found += [f"{name} lacks {part}" for part in lacks]
        if MARK in name.lower():
            found.append(f"a header that was planted: {name}")
    return found


def _redirect(answer: Answer) -> list[str]:
    """Wherever an answer leads, it is on this site."""
    to = answer.headers.get("Location", "/")
    ours = re.match(r"(?![/\\]{2})[/?#]|http://testserver/", to) is not None and "\\" not in to.split("?")[0]
    return [] if ours else [f"it leads away: {to}"]


class _Planted(HTMLParser):
    """Looks for what was planted and has become more than text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if MARK in tag:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            words = (value or "").strip().lower()
            if MARK in name:
                self.found.append(f"<{tag} {name}>")
            if name in ("href", "src", "action", "formaction", "data", "xlink:href") and re.match(
                r"(javascript|vbscript|data|file):", re.sub(r"[\s\x00-\x1f]", "", words)
            ):
                self.found.append(f"<{tag} {name}={words[:40]}>")
            if re.match(r"on\w+$", name) or (name == "style" and MARK in words):
                self.found.append(f"<{tag} {name}={words[:40]}>")

    def handle_comment(self, data: str) -> None:
        if MARK in data:
            self.found.append("a comment")

    def handle_decl(self, decl: str) -> None:
        if MARK in decl:
            self.found.append("a declaration")


def _planted(answer: Answer) -> list[str]:
    if answer.kind in ("text/html", "image/svg+xml"):
        reader = _Planted()
        reader.feed(answer.text)
        reader.close()
        found = [f"what was planted is no text any more: {what}" for what in reader.found]
        return found + ([f"a template worked it out: {MARK}49"] if f"{MARK}49" in answer.text else [])
    if answer.kind == "text/csv":
        cells = [cell for row in csv.reader(io.StringIO(answer.text)) for cell in row]
        return [f"a formula: {c}" for c in cells if MARK in c and c.lstrip(" \t\r\n")[:1] in tuple("=+-@")]
    return []
