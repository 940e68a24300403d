"""Pages for whoever holds a one-time link: no account, one page. GET shows, POST acts.

Programs that look through mail follow links: whatever they ask by GET or HEAD, nothing is done. The address
of such a page is a secret, so no page that is led to hears of it, nothing keeps it, and no log has it.
"""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from covenant.agree import actions, reads, signing_reads
from covenant.agree.drafting_pages import get_or_post
from covenant.agree.signing_forms import AnswerForm, DisownForm
from covenant.agree.signing_types import LinkState, LinkView, Reply
from covenant.agree.version_parts import named_parts, parts_asked, sent
from covenant.place.types import PUBLIC, NotAllowed, NotFound, NotPossible
from covenant.record import reads as record


def _secret(response: HttpResponse) -> HttpResponse:
    # Not "no-referrer": a browser would send the page's own form with no origin, and it would be refused.
    response["Referrer-Policy"] = "strict-origin"
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    return response


def _over(request: HttpRequest, status: HTTPStatus, reason: str, **context: Any) -> HttpResponse:
    """A link that does nothing any more, and why."""
    return _secret(render(request, "agree/link_over.html", {"reason": reason, **context}, status=status))


@get_or_post
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a version for a body, by the link that was sent to the person who speaks for it."""
    try:
        link = signing_reads.link(token, today=timezone.localdate())
    except NotFound as missing:
        return _over(request, HTTPStatus.NOT_FOUND, str(missing))
    if link.state is not LinkState.OPEN:
        # Whoever has just answered is led here: that is no fault, and the page says what was answered.
        status = HTTPStatus.OK if request.method != "POST" and link.reply else HTTPStatus.GONE
        return _over(request, status, link.state.says, link=link, receipt=_receipt(link))
    covenant = reads.covenant(link.slug, asked_by=PUBLIC, today=timezone.localdate(), also=(link.number,))
    version = next(each for each in covenant.versions if each.number == link.number)
    asked, before = parts_asked(covenant, version, link.party.id)
    parts = named_parts(asked, whole=before is not None)
    form = AnswerForm(sent(request), parts=parts, initial={"hash": link.hash})
    if request.method == "POST" and form.is_valid() and _answered(token, form):
        return _secret(redirect("agree:by_link", token=token))
    context = {
        "link": link,
        "form": form,
        "covenant": covenant,
        "version": version,
        "asked": asked,
        "before": before,
        "owed": [clause for clause in version.clauses if link.party.id in {p.id for p in clause.named}],
        "pause": _pause(link),
    }
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return _secret(render(request, "agree/by_link.html", context, status=status))


def _receipt(link: LinkView) -> str:
    """Where the record shows what was answered by this link; empty where nothing was."""
    kind = {Reply.SIGN.value: "version.signed", Reply.REFUSE.value: "version.refused"}.get(link.reply)
    return record.leaf_about(link.version, kind, party=str(link.party.id)) if kind else ""


def _answered(token: str, form: AnswerForm) -> bool:
    """Whether the answer could stand; where not, the form says why, and nothing that was typed is lost."""
    words = form.cleaned_data
    reply = Reply(words["reply"])
    try:
        actions.answer_link(
            token=token,
            reply=reply,
            hash=words["hash"],
            said=form.said,
            refusing=form.refusing if reply is Reply.SIGN else None,
            reason=words["reason"],
            meets=words["meets"],
            at=timezone.now(),
        )
    except (NotPossible, NotAllowed) as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _pause(link: LinkView) -> object:
    found = reads.pauses(link.version, today=timezone.localdate())
    return next((each for each in found if each.party.id == link.party.id), None)


@get_or_post
def told(request: HttpRequest, token: str) -> HttpResponse:
    """Who signed what for a body, as it is told; and the form with which it disowns that."""
    try:
        telling = signing_reads.telling(token, today=timezone.localdate())
    except NotFound as missing:
        return _over(request, HTTPStatus.NOT_FOUND, str(missing))
    form = DisownForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.disown(token=token, reason=form.cleaned_data["reason"], at=timezone.now())
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            return _secret(redirect("agree:told", token=token))
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    context = {"telling": telling, "form": form}
    return _secret(render(request, "agree/told.html", context, status=status))
