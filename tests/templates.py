"""`python -m tests.templates`: every template compiles, can be translated, and keeps the security policy.

It looks for text that is outside gettext, scripts and styles within the page, pictures without words, forms
without their token, and text that is let through unescaped. It prints each fault with its file and line.
"""

import os
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, Token, TokenType

ROOT = Path(__file__).resolve().parent.parent
MAY_BE_UNESCAPED = {  # pictures that our own code draws, in which it has escaped every word
    ("covenant.html", "picture|safe"),
    ("listen/receipt.html", "qr|safe"),
    ("profile/_lines.html", "card.picture|safe"),
    ("profile/profile.html", "card.picture|safe"),
    ("profile/profile.html", "strips|safe"),
    ("record/receipt.html", "qr|safe"),
    ("scrutinise/_trend.html", "picture|safe"),
}
NEED_NO_TRANSLATION = re.compile(r"\b(Covenant|UTC)\b")
WORD = re.compile(r"[^\W\d_]{2}")
SAID_ALOUD = {"alt", "aria-label", "placeholder", "title"}
UNESCAPED = re.compile(r"\|\s*safe(seq)?\b|^autoescape\s+off")
TOKEN = "\ue000"  # stands where a template has {% csrf_token %}
PUT_IN = {"csrf_token": TOKEN, "translate": "0", "url": "0", "static": "0"}

Fault = tuple[int, str]


def faults(source: str, name: str) -> list[Fault]:
    """What is wrong with one template: lines and what is on them."""
    tokens = Lexer(source).tokenize()
    found = list(_unescaped(tokens, name))
    page = _Page()
    page.feed(_skeleton(tokens))
    page.close()
    return sorted(found + page.found)


def _unescaped(tokens: list[Token], name: str) -> Iterator[Fault]:
    for token in tokens:
        told = token.token_type in (TokenType.VAR, TokenType.BLOCK)
        if told and UNESCAPED.search(token.contents) and (name, token.contents) not in MAY_BE_UNESCAPED:
            yield token.lineno or 0, f"text is let through unescaped: {token.contents}"


def _skeleton(tokens: list[Token]) -> str:
    """The template's own HTML, on the same lines, without what is translated or put in."""
    parts = []
    inside = ""  # the tag whose content is not the template's own: blocktranslate or comment
    for token in tokens:
        tag = token.contents.split(" ")[0]
        if token.token_type == TokenType.TEXT:
            text = token.contents
            if inside == "blocktranslate":
                text = _without_words(text)
            elif inside == "comment":
                text = "\n" * text.count("\n")
            parts.append(text)
        elif token.token_type == TokenType.VAR:
            parts.append("0")
        elif token.token_type == TokenType.BLOCK:
            if tag in ("blocktranslate", "comment"):
                inside = tag
            elif tag == f"end{inside}":
                inside = ""
            parts.append(PUT_IN.get(tag, ""))
    return "".join(parts)


def _without_words(text: str) -> str:
    return re.sub(r"(<[^>]*>)|\w", lambda found: found[1] or " ", text)


class _Page(HTMLParser):
    """Reads a skeleton and gathers what is wrong with it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[Fault] = []
        self.verbatim = 0  # depth of elements whose text is not for people
        self.post: int | None = None  # the line of a form that still has no token

    def note(self, what: str) -> None:
        self.found.append((self.getpos()[0], what))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and "src" not in given:
            self.note("a script within the page: put it into a file")
        if tag == "style" or "style" in given:
            self.note("a style within the page: put it into the style sheet")
        for name, value in given.items():
            if re.fullmatch(r"on[a-z]+", name) or name.startswith("hx-on"):
                self.note(f"a script within the page: {name}=")
            if name in SAID_ALOUD and WORD.search(NEED_NO_TRANSLATION.sub("", value)):
                self.note(f"text outside gettext: {name}={value!r}")
        if tag == "img" and "alt" not in given:
            self.note("a picture without alt")
        if tag == "form" and given.get("method", "").lower() == "post":
            self.post = self.getpos()[0]
        self.verbatim += tag in ("code", "script", "style")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.post is not None:
            self.found.append((self.post, "a form that posts without {% csrf_token %}"))
            self.post = None
        self.verbatim -= tag in ("code", "script", "style")

    def handle_data(self, data: str) -> None:
        if TOKEN in data:
            self.post = None
        if self.verbatim:
            return
        first = self.getpos()[0]
        for number, text in enumerate(data.split("\n")):
            if WORD.search(NEED_NO_TRANSLATION.sub("", text)):
                self.found.append((first + number, f"text outside gettext: {text.strip()}"))


def templates() -> Iterator[tuple[Path, str]]:
    """Every template of the project: its file, and the name under which it is loaded."""
    for folder in sorted(ROOT.glob("covenant/**/templates")):
        for file in sorted(folder.rglob("*")):
            if file.suffix in (".html", ".txt", ".svg"):
                yield file, file.relative_to(folder).as_posix()


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "covenant.web.settings")
    import django
    from django.template import TemplateSyntaxError
    from django.template.loader import get_template

    django.setup()
    count = 0
    for file, name in templates():
        found = faults(file.read_text(encoding="utf-8"), name)
        try:
            get_template(name)
        except TemplateSyntaxError as fault:
            found.append(
                (getattr(getattr(fault, "token", None), "lineno", None) or 1, f"does not compile: {fault}")
            )
        for line, what in found:
            sys.stdout.write(f"{file.relative_to(ROOT)}:{line}: {what}\n")
        count += len(found)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
