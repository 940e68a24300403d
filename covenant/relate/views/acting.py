"""Pages of consent, of leaving and of coming. GET shows, POST acts."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from covenant.place.types import NotAllowed, NotFound, NotPossible
from covenant.relate import actions, rules
from covenant.relate.acting_forms import ConsentForm, LeaveForm, ReasonForm, ReplaceForm
from covenant.relate.types import Agreement, Change, ChangeKind, Member, VersionState
from covenant.relate.views.pages import agreement_at, bound_as, form_page, get_or_post
from covenant.relate.views.reading import shown


@get_or_post
def consent(request: HttpRequest, slug: str) -> HttpResponse:
    """Read a version in full, and consent to exactly its words."""
    actor, found = agreement_at(request, slug)
    version = found.open
    if version is None or version.state is not VersionState.PROPOSED:
        raise NotPossible(_("No version of this agreement waits for consent."))
    mine = rules.acts_as(actor, version.missing, timezone.localdate())
    if not mine:
        raise NotAllowed(_("Only those who are in this version, and have not consented yet, can do this."))
    form = ConsentForm(request.POST or None, mine=mine, initial={"hash": version.hash})
    if not any(member.is_person for member in mine):
        del form.fields["shows_name"]

    def do() -> str:
        actions.consent(by=actor, agreement=found.id, at=timezone.now(), **form.said())
        return _("You have consented to exactly these words.")

    return form_page(
        request, form, do, then=("relate:agreement", slug), template="relate/consent.html",
        **shown(found, version),
    )  # fmt: skip


@get_or_post
def refuse(request: HttpRequest, slug: str) -> HttpResponse:
    """Refuse the version that waits for consent."""
    actor, found = agreement_at(request, slug)
    version = found.open
    if version is None or version.state is not VersionState.PROPOSED:
        raise NotPossible(_("No version of this agreement waits for consent."))
    mine = rules.acts_as(actor, version.members, timezone.localdate())
    if not mine:
        raise NotAllowed(_("Only those who are in this version can refuse it."))
    form = ReasonForm(request.POST or None, mine=mine)

    def do() -> str:
        actions.refuse(by=actor, agreement=found.id, at=timezone.now(), **form.said())
        return _("The version is refused. What was in force stays so.")

    return _page(request, found, form, do, _("Refuse this version"))


def _page(request: HttpRequest, found: Agreement, form: object, do: object, title: str) -> HttpResponse:
    then = ("relate:agreement", found.slug)
    return form_page(request, form, do, then=then, title=title, agreement=found)  # type: ignore[arg-type]


def _waits(request: HttpRequest, slug: str, change: UUID) -> tuple[object, Agreement, Change, list[Member]]:
    """Somebody who leaves or comes, and as whom the reader may answer to it."""
    actor, found = agreement_at(request, slug)
    what = next((each for each in found.changes if each.id == change), None)
    if what is None:
        raise NotFound(_("Nobody leaves or comes in this way."))
    waiting = [member for member in found.members if member.id in what.missing]
    mine = rules.acts_as(actor, waiting, timezone.localdate())
    if not mine:
        raise NotAllowed(_("This does not wait for you."))
    return actor, found, what, mine


@get_or_post
def accept(request: HttpRequest, slug: str, change: UUID) -> HttpResponse:
    """Accept the agreement as it stands without somebody who leaves, or with somebody who comes."""
    actor, found, what, mine = _waits(request, slug, change)
    form = ConsentForm(request.POST or None, mine=mine, initial={"hash": what.hash})
    if not any(member.id == what.member for member in mine):
        del form.fields["shows_name"]

    def do() -> str:
        said = form.said()
        actions.accept(by=actor, agreement=found.id, change=change, at=timezone.now(), **said)  # type: ignore[arg-type]
        return _("You have accepted how the agreement stands.")

    active = found.active
    assert active is not None  # noqa: S101  # nothing waits for acceptance under no version  # nosec B101
    return form_page(
        request, form, do, then=("relate:agreement", slug), template="relate/consent.html",
        change=what, who=found.member(what.member), **shown(found, active),
    )  # fmt: skip


@get_or_post
def refuse_arrival(request: HttpRequest, slug: str, change: UUID) -> HttpResponse:
    """Refuse somebody who would come."""
    actor, found, what, mine = _waits(request, slug, change)
    if what.kind is not ChangeKind.ARRIVAL:
        raise NotPossible(_("Nobody can refuse that somebody leaves."))
    form = ReasonForm(request.POST or None, mine=mine)

    def do() -> str:
        said = form.said()
        actions.refuse_arrival(by=actor, agreement=found.id, change=change, at=timezone.now(), **said)  # type: ignore[arg-type]
        return _("It is refused: nobody comes in.")

    return _page(request, found, form, do, _("Refuse that somebody comes in"))


@get_or_post
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Give notice for a body, or leave as a named person."""
    actor, found = agreement_at(request, slug)
    leaving = {each.member for each in found.changes if each.last_day}
    mine = [member for member in bound_as(actor, found) if member.id not in leaving]
    if not mine:
        raise NotPossible(_("Your leaving was announced already."))
    bodies = [m for m in found.members if m.id in found.bound and not m.is_person]
    form = LeaveForm(request.POST or None, mine=mine, bodies=bodies)

    def do() -> str:
        actions.leave(by=actor, agreement=found.id, at=timezone.now(), **form.said())
        return _("It is announced. Everyone else is asked to accept how the agreement stands then.")

    return _page(request, found, form, do, _("Leave the agreement"))


@get_or_post
def replace(request: HttpRequest, slug: str) -> HttpResponse:
    """Name somebody who would come, under the words that are in force."""
    actor, found = agreement_at(request, slug)
    members = [member for member in found.members if member.id in found.bound]
    if not rules.can_see_draft(actor, found.place.id, members, timezone.localdate()):
        raise NotAllowed(_("Only a convenor of this place, or a member of this agreement, can do this."))
    gone = {each.member for each in found.changes if each.last_day}
    leavers = [member for member in found.members if member.id in gone and member.is_person]
    bodies = [member for member in members if not member.is_person]
    form = ReplaceForm(request.POST or None, bodies=bodies, leavers=leavers)

    def do() -> str:
        actions.name_replacement(by=actor, agreement=found.id, at=timezone.now(), **form.said())
        return _("They are named. They and everyone who is bound are asked to accept.")

    return _page(request, found, form, do, _("Name somebody who would come"))
