"""What a browser finds on a page: where it leads, and the forms that can be sent."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

SITE = "http://testserver"
FREE = {"text", "textarea", "search", "url", "tel", "password"}


@dataclass(frozen=True)
class Field:
    """A field: its name, of what kind it is, what stands in it, and what can be chosen."""

    name: str
    kind: str
    value: str = ""
    choices: tuple[str, ...] = ()

    def filled(self, words: str) -> str:
        """What someone who fills in everything would send: these words wherever words are asked for."""
        if self.choices:
            return next((choice for choice in self.choices if choice), "")
        plain = {"email": "someone@testing.example", "number": "3", "date": "2026-09-30", "checkbox": "on"}
        return self.value or plain.get(self.kind, "") or (words if self.kind in FREE else "")


@dataclass
class Form:
    """A form, by where and how it is sent."""

    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    def filled(self, words: str = "Words") -> list[tuple[str, str]]:
        return [(each.name, each.filled(words)) for each in self.fields if each.name]


class Page(HTMLParser):
    """A page as a crawler reads it."""

    def __init__(self, html: str, at: str) -> None:
        super().__init__()
        self.at, self.links, self.forms = urljoin(SITE, at), set[str](), list[Form]()
        self._form: Form | None = None
        self._select = ""
        self._options: list[str] = []
        self._radios: dict[str, list[str]] = {}
        self.feed(html)
        self.close()

    def _path(self, to: str) -> str:
        found = urlsplit(urldefrag(urljoin(self.at, to))[0])
        ours = f"{found.scheme}://{found.netloc}" == SITE
        return (found.path or "/") + (f"?{found.query}" if found.query else "") if ours else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and (path := self._path(given.get("href", ""))):
            self.links.add(path)
        elif tag == "form":
            self._form = Form(self._path(given.get("action", "")), given.get("method", "get").upper())
            self.forms.append(self._form)
            self._radios = {}
        elif self._form is not None:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "select":
            self._select, self._options = name, []
        elif tag == "option":
            self._options.append(value)
        elif tag == "textarea":
            self._add(Field(name, "textarea"))
        elif tag == "input" and given.get("type") in ("radio", "checkbox"):
            self._radios.setdefault(name, []).append(value)
        elif tag in ("input", "button") and name:
            self._add(Field(name, given.get("type", "text") if tag == "input" else "button", value))

    def _add(self, found: Field) -> None:
        assert self._form is not None
        self._form.fields.append(found)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._form is not None:
            self._add(Field(self._select, "select", choices=tuple(self._options)))
        elif tag == "form" and self._form is not None:
            for name, values in self._radios.items():
                self._add(Field(name, "radio", choices=tuple(values)))
            self._form = None
