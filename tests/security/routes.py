"""Every route of the product, as the resolver knows it, with addresses that lead somewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from tests.test_permissions import ACTS, COLUMNS, House

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
SIGNING_IN = ("/account/sign-in/", "/account/code/", "/account/sign-out/")
MADE_UP = {"slug": "nothing-here", "uuid": UUID(int=7), "int": 7, "path": "a/b", "str": "a"}


@dataclass(frozen=True)
class Route:
    """A named pattern, and of which kind each of its parts is."""

    name: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Request:
    """Something that a browser sends, and who is allowed to."""

    route: str
    method: str
    path: str
    words: dict[str, object]
    by: tuple[str, ...]


def routes(resolver: URLResolver | None = None, space: str = "", parts: tuple = ()) -> Iterator[Route]:
    """Every route there is: a new one is among them by itself."""
    for entry in (resolver or get_resolver()).url_patterns:
        own = parts + tuple(
            (name, type(kind).__name__.removesuffix("Converter").lower())
            for name, kind in getattr(entry.pattern, "converters", {}).items()
        )
        if isinstance(entry, URLPattern):
            yield Route(f"{space}{entry.name}", own)
        else:
            yield from routes(entry, f"{space}{entry.namespace}:" if entry.namespace else space, own)


_found: dict[int, tuple[House, list[Request], dict[str, list[str]]]] = {}


def requests(house: House) -> list[Request]:
    """What the table of permissions sends, with whom it says yes to; and signing in and out."""
    return _known(house)[1]


def addresses(house: House) -> dict[str, list[str]]:
    """For every route an address or more; a made-up one where nobody has said where it leads."""
    return _known(house)[2]


def _known(house: House) -> tuple[House, list[Request], dict[str, list[str]]]:
    """Worked out once for a house: every attack upon it is undone."""
    if id(house) not in _found:
        sent = _requests(house)
        _found[id(house)] = house, sent, _addresses(sent)
    return _found[id(house)]


def _requests(house: House) -> list[Request]:
    said = dict(_table())
    found = [
        Request(_name(path), method, path, words, said[name])
        for name, act in ACTS.items()
        for method, path, words in act.requests(house)
    ]
    for path in SIGNING_IN:
        found += [
            Request(_name(path), "GET", path, {}, COLUMNS_ALL),
            Request(_name(path), "POST", path, {"email": "a@b.example", "code": "ABCD-EFGH"}, COLUMNS_ALL),
        ]
    return found


COLUMNS_ALL = tuple(COLUMNS)


def _table() -> Iterator[tuple[str, tuple[str, ...]]]:
    from tests.test_permissions import CELLS

    for name in ACTS:
        yield name, tuple(who for cell, who, word in CELLS if cell == name and word == "yes")


def _name(path: str) -> str:
    return resolve(urlsplit(path).path).view_name


def _addresses(sent: list[Request]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {route.name: [] for route in routes()}
    for request in sent:
        if request.path not in found[request.route]:
            found[request.route].append(request.path)
    for route in routes():
        if not found[route.name]:
            made_up = {name: MADE_UP[kind] for name, kind in route.parts}
            found[route.name].append(reverse(route.name, kwargs=made_up))
    return found
