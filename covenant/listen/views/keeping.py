"""A voter's own receipts: for the browser that holds the cookie, never cached, and told to no other site."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from covenant.listen import reads
from covenant.listen.views.who import actor, remembered
from covenant.place.types import NotFound
from covenant.record.pictures import qr
from covenant.record.reads import as_file


@require_safe
def last(request: HttpRequest, slug: str) -> HttpResponse:
    """To the receipt of the last answer."""
    conversation, participant = _who(request, slug)
    statement = reads.last_answered(participant)
    if statement is None:
        raise NotFound(_("This browser has no answers in this conversation."))
    return _private(redirect("listen:own_receipt", slug=conversation.slug, statement=statement))


@require_safe
def receipt(request: HttpRequest, slug: str, statement: UUID) -> HttpResponse:
    """What to keep of one answer: where it stands in the record, and what opens it."""
    conversation, participant = _who(request, slug)
    own = reads.own_receipt(participant, statement)
    address = request.build_absolute_uri(reverse("record:receipt", args=[own.view.entry.leaf]))
    context = {
        "conversation": conversation,
        "own": own,
        "view": own.view,
        "address": address,
        "qr": qr(address, label=_("QR code: the address of this vote in the public record")),
    }
    return _private(render(request, "listen/receipt.html", context))


@require_safe
def receipt_json(request: HttpRequest, slug: str, statement: UUID) -> HttpResponse:
    """The receipt of one answer as a file, with what opens it."""
    _conversation, participant = _who(request, slug)
    own = reads.own_receipt(participant, statement)
    return _file(as_file([own.view]), f"{slug}-{own.number}-receipt.json")


@require_safe
def receipts_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The receipts of all answers in one file."""
    _conversation, participant = _who(request, slug)
    views = [own.view for own in reads.all_own_receipts(participant)]
    if not views:
        raise NotFound(_("This browser has no answers in this conversation."))
    return _file(as_file(views, many=True), f"{slug}-receipts.json")


def _who(request: HttpRequest, slug: str) -> tuple[reads.ConversationView, UUID]:
    conversation, participant = reads.conversation(slug, asked_by=actor(request)), remembered(request, slug)
    if participant is None:
        raise NotFound(_("This browser has no answers in this conversation."))
    return conversation, participant


def _file(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Referrer-Policy"] = "no-referrer"
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    """Kept by no cache. No other site is told the address: every page's policy sees to that.

    A page with forms, such as the one that signs out, must tell it to this site: a browser that tells nobody
    sends `Origin: null`, and the form is refused.
    """
    response["Cache-Control"] = "no-store, private"
    return response
