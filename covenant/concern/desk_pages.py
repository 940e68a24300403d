"""Pages on which the scrutineer reads concerns and does what can be done with them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from covenant.agree import reads as agree
from covenant.agree.types import CovenantView
from covenant.concern import actions, reads
from covenant.concern.forms import PassphraseForm, done
from covenant.concern.types import DeskLine, Standing
from covenant.concern.views import get_or_post
from covenant.place import reads as places
from covenant.place.types import Actor, NotFound
from covenant.scrutinise.actions import acting

Page = tuple[Actor, CovenantView]


def acting_on(request: HttpRequest, slug: str) -> Page:
    """Who acts, and the covenant, for its scrutineer and nobody else."""
    actor, today = places.actor(request.user.pk), timezone.localdate()
    covenant = agree.covenant(slug, asked_by=actor, today=today)
    acting(by=actor, covenant=covenant.id, today=today)
    return actor, covenant


def line_of(covenant: CovenantView, id: UUID, actor: Actor) -> DeskLine:
    """An open concern of a covenant."""
    lines = reads.desk(covenant.id, asked_by=actor, today=timezone.localdate())
    found = next((line for line in lines if line.id == id), None)
    if found is None:
        raise NotFound(_("There is no open concern here with this address."))
    return found


@never_cache
@require_safe
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """All that is open, and nothing of what it says."""
    actor, covenant = acting_on(request, slug)
    today = timezone.localdate()
    context = {
        "covenant": covenant,
        "box": reads.box(covenant.id, today=today),
        "lines": reads.desk(covenant.id, asked_by=actor, today=today),
        "today": today,
    }
    return render(request, "concern/desk.html", context)


@require_POST
def looked(request: HttpRequest, slug: str) -> HttpResponse:
    """Say in public that one looked into the box today."""
    actor, covenant = acting_on(request, slug)
    actions.look_into_box(by=actor, covenant=covenant.id, at=timezone.now())
    messages.success(request, _("The page about concerns says that you looked today."))
    return redirect("concern:desk", slug=slug)


@sensitive_post_parameters()
@never_cache
@get_or_post
def concern(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """One concern; with the passphrase, what it says, on this page alone."""
    actor, covenant = acting_on(request, slug)
    line = line_of(covenant, id, actor)
    form = PassphraseForm(request.POST or None)
    words: list[Any] = []

    def act() -> None:
        words.extend(
            reads.opened(
                id,
                covenant=covenant.id,
                passphrase=form.cleaned_data["passphrase"],
                asked_by=actor,
                today=timezone.localdate(),
            )
        )
        actions.look_into_box(by=actor, covenant=covenant.id, at=timezone.now())

    read = request.method == "POST" and done(form, act)
    letters, opened = reads.letters(id, covenant=covenant.id), {each.id for each in words}
    context = {
        "covenant": covenant,
        "line": line,
        "form": form,
        "box": reads.box(covenant.id, today=timezone.localdate()),
        "read": read,
        "words": words,
        "letters": letters,
        "left": [each for each in letters if each[0] not in opened],
        "received": line.standing is Standing.RECEIVED,
        "admitted": line.standing is Standing.ADMITTED,
    }
    return render(request, "concern/concern.html", context, status=400 if form.errors else 200)


@never_cache
@require_safe
def letter(request: HttpRequest, slug: str, id: UUID, letter: UUID) -> HttpResponse:
    """A letter as it is kept: a file of age, to be opened elsewhere."""
    actor, covenant = acting_on(request, slug)
    sealed = reads.sealed_letter(letter, covenant=covenant.id, asked_by=actor, today=timezone.localdate())
    response = HttpResponse(sealed, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{letter}.age"'
    return response
