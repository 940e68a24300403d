"""What is kept of whoever takes part, for them alone: to look at, to take along, to erase."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from covenant.listen import actions, reads
from covenant.listen.forms import EraseForm
from covenant.listen.views.who import forget, participant_in


@require_safe
@never_cache
def mine(request: HttpRequest, slug: str) -> HttpResponse:
    """What is kept of this browser's participant, as a file."""
    _conversation, part = participant_in(request, slug)
    if part is None:
        return redirect("listen:take_part", slug=slug)
    response = JsonResponse(reads.all_of_mine(part.participant), json_dumps_params={"indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{slug}-mine.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def erase(request: HttpRequest, slug: str) -> HttpResponse:
    """Erase everything that this browser's participant said here."""
    conversation, part = participant_in(request, slug)
    if part is None:
        return redirect("listen:take_part", slug=slug)
    form = EraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answers, statements = actions.erase_participant(participant=part.participant, at=timezone.now())
        messages.success(
            request,
            _("Done: %(answers)d answers and %(statements)d statements of yours are erased.")
            % {"answers": answers, "statements": statements},
        )
        response = redirect("listen:conversation", slug=slug)
        forget(response, conversation)
        return response
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    context = {"conversation": conversation, "part": part, "form": form}
    return render(request, "listen/erase.html", context, status=status)
