"""Receipts, and the page on which anyone can check one."""

import re
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from covenant.record import checking, kinds, reads
from covenant.record import keys as held
from covenant.record.engine import receipts
from covenant.record.pictures import qr
from covenant.record.receipts import ReceiptView
from covenant.record.trust import Trust, Wrong, trust_of
from covenant.record.types import Opened

LARGEST = 900_000  # bytes of what is checked on a page, some hundred receipts: less than a request may have
_HASH = re.compile(r"[0-9a-f]{64}")


@require_safe
def receipt(request: HttpRequest, leaf: str) -> HttpResponse:
    """What an entry is, where it stands, and what to keep of it."""
    view = _view(leaf)
    if view is None:
        return _unknown(request, leaf)
    address = request.build_absolute_uri(reverse("record:receipt", args=[leaf]))
    context = {
        "view": view,
        "name": kinds.name(view.entry.kind),
        "openings": _openings(view),
        "address": address,
        "qr": qr(address, label=_("QR code: the address of this receipt")),
    }
    response = render(request, "record/receipt.html", context)
    # A page greets whoever is signed in: no cache but the browser's own keeps it.
    return _cached(response, view, private=True, max_age=60)


@require_safe
def receipt_json(request: HttpRequest, leaf: str) -> HttpResponse:
    """The receipt as a file."""
    view = _view(leaf)
    if view is None:
        return _unknown(request, leaf)
    return _file(view, receipts.write(view.receipt), "json", "application/json")


@require_safe
def proof(request: HttpRequest, leaf: str) -> HttpResponse:
    """The proof as a file, as soon as there is one."""
    view = _view(leaf)
    if view is None or not view.receipt.proof:
        return _unknown(request, leaf, known=view is not None)
    return _file(view, view.receipt.proof, "tlog-proof", "text/plain; charset=utf-8")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check(request: HttpRequest) -> HttpResponse:
    """Check receipts or a covenant's signatures that somebody pastes or hands in. Nothing of them is kept."""
    context: dict[str, object] = {"largest": LARGEST // 1000, "text": "", "fault": "", "verdicts": ()}
    if request.method == "POST":
        text, fault = _handed_in(request)
        verdicts = [] if fault else _verdicts(text)
        context |= {"text": text if len(text) < 20_000 else "", "fault": fault, "verdicts": verdicts}
    status = HTTPStatus.BAD_REQUEST if context["fault"] else HTTPStatus.OK
    return render(request, "record/check.html", context, status=status)


def _verdicts(text: str) -> list[tuple[str, checking.Verdict]]:
    """What each receipt in a text shows, with the plain name of its entry, by the keys that are published."""
    try:
        witnesses = settings.RECORD_FILES / "witnesses"
        trust = trust_of(
            (settings.RECORD_FILES / held.KEYS).read_text(encoding="utf-8"),
            witnesses=witnesses.read_text(encoding="utf-8") if witnesses.exists() else "",
        )
    except (OSError, Wrong):
        trust = Trust(())
    if checking.SIGNATURES in text[:200]:
        return [(_("The signatures of a covenant"), checking.check_signatures(text, trust))]
    return [
        (kinds.name(str(verdict.entry["kind"])) if verdict.entry else "", verdict)
        for verdict in checking.check_receipts(text, trust)
    ]


def _handed_in(request: HttpRequest) -> tuple[str, str]:
    """What is to be checked, and why it cannot be."""
    file = request.FILES.get("file")
    if file is not None and (file.size or 0) > LARGEST:
        return "", _("This file is too large to be a receipt.")
    try:
        text = file.read().decode() if file else request.POST.get("receipt", "")
    except UnicodeDecodeError:
        return "", _("This file is no text, so it is no receipt.")
    if len(text) > LARGEST:
        return "", _("This is too long to be a receipt.")
    if not text.strip():
        return "", _("Paste a receipt or choose its file.")
    return text if file else checking.from_form(text), ""


def _openings(view: ReceiptView) -> list[tuple[str, Opened | None]]:
    """What the entry holds sealed, field by field; None where it was erased."""
    if not view.entry.sealed:
        return []
    kept = reads.openings([view.entry])[view.entry.leaf]
    return [(name, kept.get(name)) for name in view.entry.sealed]


def _view(leaf: str) -> ReceiptView | None:
    return reads.receipt(leaf) if _HASH.fullmatch(leaf) else None


def _unknown(request: HttpRequest, leaf: str, *, known: bool = False) -> HttpResponse:
    context = {"is_hash": bool(_HASH.fullmatch(leaf)), "known": known, "leaf": leaf}
    response = render(request, "record/no_receipt.html", context, status=HTTPStatus.NOT_FOUND)
    response["Cache-Control"] = "no-store"
    return response


def _file(view: ReceiptView, text: str, ending: str, kind: str) -> HttpResponse:
    response = HttpResponse(text, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{view.entry.leaf[:16]}.{ending}"'
    response["Access-Control-Allow-Origin"] = "*"
    return _cached(response, view, public=True, max_age=600)


def _cached(response: HttpResponse, view: ReceiptView, **how: bool | int) -> HttpResponse:
    """Let a receipt be cached once it holds all that it can; more witnesses may sign it still."""
    if view.is_final:
        patch_cache_control(response, **how)
    else:
        response["Cache-Control"] = "no-store"
    return response
