"""Pages of the scrutineer’s desk, and the page on which a party replies."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from covenant.agree.types import CovenantView, VersionView
from covenant.place.types import NotAllowed, NotFound, NotPossible
from covenant.record import reads as record
from covenant.scrutinise import actions, office, rules
from covenant.scrutinise.desk import Question, Scrutiny, Sheet
from covenant.scrutinise.forms import DealForm, FindingForm, MendForm, OwnForm, ReasonForm, ReplyForm, done
from covenant.scrutinise.stages import Answer
from covenant.scrutinise.views import Of, a_finding, form_page, get_or_post, of_covenant, sheets


def _acting(request: HttpRequest, slug: str, *also: int) -> Of:
    """The covenant, for its scrutineer and nobody else."""
    of = of_covenant(request, slug, *also)
    actor, covenant, found, today = of
    parties = covenant.in_force.parties if covenant.in_force else ()
    office.check_acts(actor, found.offices, covenant.place, parties, today)
    return of


@require_safe
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """All that waits for the scrutineer, and all that they have done."""
    _actor, covenant, found, today = _acting(request, slug)
    context = {"covenant": covenant, "found": found, "sheets": sheets(covenant, found, today), "today": today}
    return render(request, "scrutinise/desk.html", context)


@get_or_post
def question(request: HttpRequest, slug: str, number: int, key: str) -> HttpResponse:
    """One question with what it rests on: take it up, answer it, set it aside, or go on to a finding."""
    actor, covenant, found, _today = _acting(request, slug)
    sheet, asked = _question(found, number, key)
    acts = () if asked.shown else rules.acts_from(asked.became)
    form = DealForm(request.POST or None, acts=acts, initial={"reading": sheet.sha256})

    def act() -> UUID:
        words = form.cleaned_data
        return actions.deal_with(by=actor, version=sheet.version, question=key, at=timezone.now(), **words)

    if request.method == "POST" and done(form, act):
        messages.success(request, _("It is in the record, and everyone can read it."))
        return redirect("scrutinise:question", slug=slug, number=number, key=key)
    context = {"covenant": covenant, "sheet": sheet, "question": asked, "form": form, "acts": acts}
    return render(request, "scrutinise/question.html", context, status=400 if form.errors else 200)


@get_or_post
def ask(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Ask a question of one’s own about a version."""
    actor, covenant, _found, _today = _acting(request, slug, number)
    version = _version(covenant, number)
    choices = [(f"C{clause.number}", f"C{clause.number}. {clause.text}") for clause in version.clauses]
    form = OwnForm(request.POST or None, commitments=choices)

    def act() -> UUID:
        text, evidence = form.cleaned_data["text"], form.evidence()
        return actions.ask_own(by=actor, version=version.id, text=text, evidence=evidence, at=timezone.now())

    if request.method == "POST" and done(form, act):
        messages.success(request, _("Your question is public, and marked as yours."))
        return redirect("scrutinise:desk", slug=slug)
    intro = _("It is marked as asked by the scrutineer and not by a rule. It is no finding.")
    title = _("Ask a question about version %(number)s") % {"number": number}
    return form_page(request, form, covenant, title=title, intro=intro, button=_("Ask in public"))


@get_or_post
def find(request: HttpRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Show the parties concerned what one means to find."""
    actor, covenant, found, _today = _acting(request, slug, number)
    _sheet, asked = _question(found, number, key)
    if asked.taken is None:
        raise NotPossible(_("Take the question up first."))
    taken, version = asked.taken, _version(covenant, number)
    form = _finding_form(request, version, asked)

    def act() -> UUID:
        words = form.cleaned_data
        return actions.show_finding(
            by=actor,
            question=taken,
            text=words["text"],
            parties=[UUID(party) for party in words["parties"]],
            commitments=[UUID(commitment) for commitment in words["commitments"]],
            why=words.get("why", ""),
            at=timezone.now(),
        )

    if request.method == "POST" and done(form, act):
        messages.success(request, _("The parties concerned can now read the draft and reply to it."))
        return redirect("scrutinise:question", slug=slug, number=number, key=key)
    context = {"covenant": covenant, "number": number, "question": asked, "form": form}
    context |= {"days": rules.REPLY_DAYS}
    return render(request, "scrutinise/find.html", context, status=400 if form.errors else 200)


def _finding_form(request: HttpRequest, version: VersionView, asked: Question) -> FindingForm:
    """The form, filled in with whom the evidence of the question speaks of."""
    named = {row.proposal for row in asked.evidence}
    touched = [clause for clause in version.clauses if f"C{clause.number}" in named]
    return FindingForm(
        request.POST or None,
        parties=[(str(party.id), party.name) for party in version.parties],
        commitments=[(str(c.commitment), f"C{c.number}. {c.text}") for c in version.clauses],
        supersedes=asked.finding is not None,
        initial={
            "parties": sorted({str(clause.debtor.id) for clause in touched}),
            "commitments": [str(clause.commitment) for clause in touched],
        },
    )


@get_or_post
def sign(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """The exact words and their hash; sign them by sending the hash back."""
    actor, covenant, found, today = _acting(request, slug)
    finding = a_finding(found, id)
    if request.method == "POST":
        hash = request.POST.get("hash", "")
        actions.sign_finding(by=actor, finding=id, hash=hash, at=timezone.now())
        said = _("You have signed this finding. Its words cannot change any more.")
        messages.success(request, said, extra_tags=record.leaf_about(id, "finding.signed"))
        return redirect("scrutinise:finding", slug=slug, id=id)
    context = {"covenant": covenant, "finding": finding, "may_sign": today > finding.reply_by}
    return render(request, "scrutinise/sign.html", context)


@get_or_post
def drop(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """Drop a draft, and tell the parties who saw it why."""
    actor, covenant, found, _today = _acting(request, slug)
    finding, form = a_finding(found, id), ReasonForm(request.POST or None)

    def act() -> None:
        reason = form.cleaned_data["reason"]
        actions.drop_finding(by=actor, finding=finding.id, reason=reason, at=timezone.now())

    if request.method == "POST" and done(form, act):
        messages.success(request, _("The draft is dropped. The question is as it was."))
        return redirect("scrutinise:desk", slug=slug)
    intro = _("The parties who saw the draft can read why. It is never published.")
    return form_page(request, form, covenant, title=_("Drop this draft"), intro=intro, button=_("Drop it"))


@get_or_post
def mend(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """Record that what was found is mended."""
    actor, covenant, found, _today = _acting(request, slug)
    finding, form = a_finding(found, id), MendForm(request.POST or None)

    def act() -> None:
        checked = form.cleaned_data["checked"]
        actions.mend_finding(by=actor, finding=finding.id, checked=checked, at=timezone.now())

    if request.method == "POST" and done(form, act):
        receipt = record.leaf_about(id, "finding.mended")
        messages.success(request, _("The finding stands as mended."), extra_tags=receipt)
        return redirect("scrutinise:finding", slug=slug, id=id)
    title, button = _("Record that it is mended"), _("Record it")
    return form_page(request, form, covenant, title=title, intro=finding.text, button=button)


@get_or_post
def reply(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """Reply to a finding for a party that it concerns: beside it, never inside."""
    actor, covenant, found, today = of_covenant(request, slug)
    finding = a_finding(found, id)
    parties = rules.speaks_for(actor, finding.parties, today)
    if not parties:
        raise NotAllowed(_("Only a person with a mandate of a party that this concerns can reply."))
    form = ReplyForm(request.POST or None, parties=parties)

    def act() -> UUID:
        words = dict(form.cleaned_data)
        party, answer = UUID(words.pop("party")), Answer(words.pop("answer"))
        return actions.reply(by=actor, finding=id, party=party, answer=answer, at=timezone.now(), **words)

    if request.method == "POST" and done(form, act):
        receipt = record.leaf_about(id, "finding.replied", party=form.cleaned_data["party"])
        messages.success(request, _("Your reply stands beside the finding."), extra_tags=receipt)
        return redirect("scrutinise:finding", slug=slug, id=id)
    context = {"covenant": covenant, "finding": finding, "form": form}
    return render(request, "scrutinise/reply.html", context, status=400 if form.errors else 200)


def _version(covenant: CovenantView, number: int) -> VersionView:
    version = next((each for each in covenant.versions if each.number == number and each.hash), None)
    if version is None:
        raise NotFound(_("There is no such version of this covenant."))
    return version


def _question(found: Scrutiny, number: int, key: str) -> tuple[Sheet, Question]:
    for sheet in found.sheets:
        for asked in sheet.questions:
            if (sheet.number, asked.id) == (number, key):
                return sheet, asked
    raise NotFound(_("There is no such question about this version."))
