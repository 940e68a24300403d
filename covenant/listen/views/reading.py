"""What anyone can read of a conversation: what was said, the map, the data. Nothing here writes."""

import csv
from collections.abc import Iterable
from functools import partial
from hashlib import sha256

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from covenant.listen import reads
from covenant.listen.pictures import map_table, opinion_map
from covenant.listen.rows import ORDERS, Row, groups, in_order, listed, rows
from covenant.listen.views.who import actor, remembered

A_PAGE = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every conversation."""
    return render(
        request, "listen/index.html", {"conversations": reads.conversations(asked_by=actor(request))}
    )


@require_safe
def conversation(request: HttpRequest, slug: str) -> HttpResponse:
    """What a conversation is about, what people share in it and what divides them.

    What was said is worked out again, and rendered, when it has changed: the rest is made for each reader.
    """
    found = reads.conversation(slug, asked_by=actor(request))
    shown = reads.shown(found.id)
    lead, _, rest = found.introduction.strip().replace("\r\n", "\n").partition("\n\n")
    context = {
        "conversation": found,
        "lead": lead,
        "rest": rest.strip(),
        "remembered": remembered(request, slug),
        "version": sha256(repr((found.newest, found.language, shown)).encode()).hexdigest(),
        "said": partial(_said, found, shown),
    }
    return render(request, "listen/conversation.html", context)


def _said(found: reads.ConversationView, shown: list[tuple[str, int, str]]) -> dict[str, object]:
    """What people share and what divides them; before there are results, some of what is said."""
    results = reads.results(found.id) if found.newest else None
    known = rows(results.figures if results else None, shown)
    if results is None:
        return {"sample": in_order(known.values(), "agreed")[:5]}
    lists = {name: listed(results.figures, name, known) for name in ("agree", "disagree", "divisive")}
    return {"results": results, **lists}


@require_safe
def opinion(request: HttpRequest, slug: str) -> HttpResponse:
    """The opinion map as a picture and as a table, and what sets each group apart."""
    found, results, known = _found(request, slug)
    context: dict[str, object] = {"conversation": found, "results": results}
    if results is not None:
        header, lines = map_table(results.figures)
        context |= {
            "picture": SafeString(opinion_map(results.figures)),  # nosec B703  # it escapes every word in it
            "header": header,
            "lines": lines,
            "groups": groups(results.figures, known),
        }
    return render(request, "listen/map.html", context)


@require_safe
def statements(request: HttpRequest, slug: str) -> HttpResponse:
    """Every statement that is shown, a page at a time."""
    found, results, known = _found(request, slug)
    order = request.GET.get("order", ORDERS[0])
    order = order if order in ORDERS else ORDERS[0]
    page = Paginator(in_order(known.values(), order), A_PAGE).get_page(request.GET.get("page"))
    context = {"conversation": found, "results": results, "page": page, "order": order}
    return render(request, "listen/statements.html", context)


@require_safe
def results_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest results, byte for byte as the record's hash of them was made."""
    found = reads.conversation(slug, asked_by=actor(request))
    return HttpResponse(reads.published(found.id), content_type="application/json; charset=utf-8")


@require_safe
def statements_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Every statement that is shown with its counts, for a spreadsheet."""
    found, _results, known = _found(request, slug)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.slug}-statements.csv"'
    response.write("\ufeff")  # so that spreadsheets read it as UTF-8
    table = csv.writer(response)
    table.writerow(["number", "id", "statement", "agrees", "disagrees", "passes", "seen"])
    for row in known.values():
        table.writerow(map(harmless, _cells(row)))
    return response


def _cells(row: Row) -> Iterable[object]:
    return (row.number, row.id, row.text, row.agrees, row.disagrees, row.passes, row.seen)


def harmless(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _found(
    request: HttpRequest, slug: str
) -> tuple[reads.ConversationView, reads.Results | None, dict[str, Row]]:
    """A conversation, its newest results, and the statements that are shown now."""
    found = reads.conversation(slug, asked_by=actor(request))
    results = reads.results(found.id)
    return found, results, rows(results.figures if results else None, reads.shown(found.id))
