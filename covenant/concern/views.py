"""Pages of those who raise a concern, of those who are asked, and of everyone."""

import secrets
from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from covenant.agree import reads as agree
from covenant.agree.types import CovenantView, VersionView
from covenant.concern import actions, codes, reads, rules
from covenant.concern.forms import AnswerForm, CodeForm, OpenlyForm, RaiseForm, SayForm, done
from covenant.concern.types import Criterion, Rung
from covenant.place import reads as places
from covenant.place.rules import can_convene
from covenant.place.types import PUBLIC, Actor, NotAllowed, NotFound, NotPossible

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def commitments(version: VersionView | None) -> list[tuple[str, str]]:
    """The commitments of a version as choices, by their numbers."""
    clauses = version.clauses if version else ()
    return [(f"C{clause.number}", f"{clause.number}. {clause.text}") for clause in clauses]


@require_safe
def concerns(request: HttpRequest, slug: str) -> HttpResponse:
    """The procedure in plain words, and what everyone may know."""
    actor, today = places.actor(request.user.pk), timezone.localdate()
    covenant = agree.covenant(slug, asked_by=actor, today=today)
    parties = covenant.in_force.parties if covenant.in_force else ()
    is_scrutineer = reads.acts(actor, covenant.id, today=today)
    context = {
        "covenant": covenant,
        "box": reads.box(covenant.id, today=today),
        "counts": reads.public_counts(covenant.id, today=today),
        "findings": reads.published(covenant.id),
        "in_the_open": reads.in_the_open(covenant.id),
        "criteria": list(Criterion),
        "ladder": [(rung, rules.CLOCKS[rung]) for rung in Rung],
        "look_days": rules.LOOK_DAYS,
        "wait_days": rules.WAIT_DAYS,
        "kept_days": rules.KEPT_DAYS,
        "most": rules.MOST_AT_ONCE,
        "small": sorted(kind for kind in rules.SMALL_KINDS if "'" not in kind),
        "acts": is_scrutineer,
        "speaks": bool(rules.speaks_for(actor, parties, today)),
        "convenes": can_convene(actor, covenant.place),
    }
    return render(request, "concern/concerns.html", context)


@sensitive_post_parameters()
@never_cache
@get_or_post
def raise_concern(request: HttpRequest, slug: str) -> HttpResponse:
    """Raise a concern in confidence. Who asks is never looked at, whether or not they are signed in."""
    today = timezone.localdate()
    covenant = agree.covenant(slug, asked_by=PUBLIC, today=today)
    form = RaiseForm(
        request.POST or None,
        commitments=commitments(covenant.in_force),
        initial={"token": secrets.token_hex(16)},
    )
    return _raising(request, covenant, form, actions.raise_concern)


@sensitive_post_parameters()
@never_cache
@get_or_post
def raise_openly(request: HttpRequest, slug: str) -> HttpResponse:
    """Raise a concern in the open, for a party."""
    actor, today = places.actor(request.user.pk), timezone.localdate()
    covenant = agree.covenant(slug, asked_by=actor, today=today)
    parties = rules.speaks_for(actor, covenant.in_force.parties if covenant.in_force else (), today)
    if not parties:
        raise NotAllowed(_("Only a person with a mandate of a party can raise a concern in the open for it."))
    form = OpenlyForm(
        request.POST or None,
        commitments=commitments(covenant.in_force),
        parties=parties,
        initial={"token": secrets.token_hex(16)},
    )
    return _raising(request, covenant, form, partial(actions.raise_openly, by=actor), openly=True)


def _raising(
    request: HttpRequest,
    covenant: CovenantView,
    form: RaiseForm,
    raising: Callable[..., str],
    *,
    openly: bool = False,
) -> HttpResponse:
    """The form, and once it is sent the case code."""
    context = {
        "covenant": covenant,
        "box": reads.box(covenant.id, today=timezone.localdate()),
        "form": form,
        "criteria": list(Criterion),
        "openly": openly,
    }
    code: list[str] = []

    def act() -> None:
        words = dict(form.cleaned_data)
        words["token"] = words["token"] or secrets.token_bytes(16)
        code.append(raising(covenant=covenant.id, at=timezone.now(), **words))

    if request.method == "POST" and done(form, act):
        return render(request, "concern/raised.html", {**context, "code": code[0]})
    return render(request, "concern/raise.html", context, status=400 if form.errors else 200)


@sensitive_post_parameters()
@never_cache
@get_or_post
def case(request: HttpRequest) -> HttpResponse:
    """What whoever holds a case code sees and does. The code is sent with each form, in no address."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            code = codes.read(form.cleaned_data["code"])
            reads.case(code, today=timezone.localdate())
        except (NotPossible, NotFound) as refusal:
            form.add_error("code", str(refusal))
        else:
            return _case(request, code)
    return render(request, "concern/code.html", {"form": form}, status=400 if form.errors else 200)


def _case(request: HttpRequest, code: bytes) -> HttpResponse:
    act, now = request.POST.get("act", ""), timezone.now()
    answer = AnswerForm(request.POST if act == "answer" else None)
    refusal, said = "", ""
    try:
        if act == "answer" and done(
            answer, lambda: actions.answer(code=code, text=answer.cleaned_data["text"], at=now)
        ):
            said, answer = _("The scrutineer can read it."), AnswerForm()
        elif act in ("consent", "decline"):
            step = _uuid(request.POST.get("step", ""))
            (actions.consent if act == "consent" else actions.decline)(code=code, step=step, at=now)
            said = (
                _("You have consented. The scrutineer can now take it there.")
                if act == "consent"
                else _("It goes no further unless the scrutineer offers it anew and you consent.")
            )
        elif act == "withdraw":
            if request.POST.get("sure") == "on":
                actions.withdraw(code=code, at=now)
                said = _("It is withdrawn.")
            else:
                refusal = _("To withdraw it, tick that you are sure.")
        elif act == "hand over":
            actions.hand_over(code=code, at=now)
            said = _("The new scrutineer can read it now.")
    except (NotPossible, NotFound) as why:
        refusal = str(why)
    context = {
        "case": reads.case(code, today=timezone.localdate()),
        "code": codes.make(code),
        "form": answer,
        "refusal": refusal,
        "said": said,
    }
    return render(request, "concern/case.html", context, status=400 if refusal or answer.errors else 200)


def _uuid(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise NotFound(_("This was not offered to you.")) from None


def _asking(request: HttpRequest, slug: str) -> tuple[Actor, CovenantView]:
    actor = places.actor(request.user.pk)
    covenant = agree.covenant(slug, asked_by=actor, today=timezone.localdate())
    return actor, covenant


@never_cache
@require_safe
def asked(request: HttpRequest, slug: str) -> HttpResponse:
    """What is before a party, for those who may speak for it."""
    actor, covenant = _asking(request, slug)
    today = timezone.localdate()
    found = reads.asked(covenant, asked_by=actor, today=today)
    rows = [(each, bool(rules.speaks_for(actor, each.parties, today))) for each in found]
    return render(request, "concern/asked.html", {"covenant": covenant, "rows": rows, "today": today})


@never_cache
@get_or_post
def say(request: HttpRequest, slug: str, batch: UUID) -> HttpResponse:
    """Say for a party that was asked what it does."""
    actor, covenant = _asking(request, slug)
    today = timezone.localdate()
    found = reads.asked(covenant, asked_by=actor, today=today)
    each = next((one for one in found if one.batch == batch), None)
    if each is None:
        raise NotFound(_("There is no open concern with these words, or it was not put to you."))
    parties = rules.speaks_for(actor, each.parties, today)
    if not parties:
        raise NotAllowed(_("Only a person with a mandate of a party that was asked can answer for it."))
    form = SayForm(request.POST or None, parties=parties)

    def act() -> None:
        party, text = form.cleaned_data["party"], form.cleaned_data["text"]
        actions.say(by=actor, batch=batch, party=party, text=text, at=timezone.now())

    if request.method == "POST" and done(form, act):
        messages.success(request, _("Whoever raised it, the scrutineer and all who were asked can read it."))
        return redirect("concern:asked", slug=slug)
    context = {"covenant": covenant, "each": each, "form": form}
    return render(request, "concern/say.html", context, status=400 if form.errors else 200)
