"""Pages on which a scrutineer makes a key, brings one, and seals anew for the next."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from covenant.agree import reads as agree
from covenant.concern import actions, reads
from covenant.concern.desk_pages import acting_on
from covenant.concern.forms import KeyForm, PassphraseForm, RecipientForm, done
from covenant.concern.sealing import WrongPassphrase
from covenant.concern.views import get_or_post
from covenant.place import reads as places
from covenant.place.types import NotAllowed


@sensitive_post_parameters()
@never_cache
@get_or_post
def key(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a key here, locked by a passphrase."""
    actor, covenant = acting_on(request, slug)
    form = KeyForm(request.POST or None)

    def act() -> None:
        actions.make_key(by=actor, covenant=covenant.id, at=timezone.now(), **form.cleaned_data)

    if request.method == "POST" and done(form, act):
        messages.success(request, _("The key is made. Keep the passphrase: nobody can reset it."))
        return redirect("concern:desk", slug=slug)
    context = {"covenant": covenant, "form": form, "box": reads.box(covenant.id, today=timezone.localdate())}
    return render(request, "concern/key.html", context, status=400 if form.errors else 200)


@sensitive_post_parameters()
@never_cache
@get_or_post
def outside(request: HttpRequest, slug: str) -> HttpResponse:
    """Bring the public half of a key that was made elsewhere."""
    actor, covenant = acting_on(request, slug)
    form = RecipientForm(request.POST or None)

    def act() -> None:
        recipient = form.cleaned_data["recipient"]
        actions.bring_key(by=actor, covenant=covenant.id, recipient=recipient, at=timezone.now())

    if request.method == "POST" and done(form, act):
        messages.success(request, _("Concerns are sealed to your key from now on."))
        return redirect("concern:desk", slug=slug)
    context = {"covenant": covenant, "form": form, "outside": True}
    return render(request, "concern/key.html", context, status=400 if form.errors else 200)


@sensitive_post_parameters()
@never_cache
@get_or_post
def seal_anew(request: HttpRequest, slug: str) -> HttpResponse:
    """Seal what is open to the key in use, for whoever holds an earlier one, in office or not."""
    actor, today = places.actor(request.user.pk), timezone.localdate()
    covenant = agree.covenant(slug, asked_by=actor, today=today)
    box = reads.box(covenant.id, today=today)
    keys = [
        each
        for each in reads.earlier_keys(covenant.id, person=actor.user)
        if box is None or each[0] != box.key
    ]
    if not keys and not reads.acts(actor, covenant.id, today=today):
        raise NotAllowed(_("Only a scrutineer whose earlier key is kept here can seal anew."))
    form = PassphraseForm(request.POST or None)

    def act() -> None:
        """Every key that the passphrase opens; where it opens none, it is wrong."""
        opened = 0
        for id, _number, _day in keys:
            try:
                words = form.cleaned_data["passphrase"]
                actions.seal_anew(by=actor, key=id, passphrase=words, at=timezone.now())
                opened += 1
            except WrongPassphrase:
                if id == keys[-1][0] and not opened:
                    raise

    if request.method == "POST" and keys and done(form, act):
        messages.success(
            request, _("The scrutineer in office can read what is open. Your earlier key cannot.")
        )
        return redirect("concern:concerns", slug=slug)
    context = {"covenant": covenant, "form": form, "keys": keys, "box": box}
    return render(request, "concern/anew.html", context, status=400 if form.errors else 200)
