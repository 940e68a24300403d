"""What can be read of working relationship agreements. Nothing here writes."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from covenant.place import reads as places
from covenant.place.rules import can_convene
from covenant.place.types import NotFound
from covenant.relate import reads, rules, together
from covenant.relate.engine.wording import differences, money
from covenant.relate.formats import agreement_data
from covenant.relate.types import CLIENTS, Agreement, Change, Member, Promise, Version
from covenant.relate.views.pages import agreement_at


@require_safe
def index(request: HttpRequest, place: str) -> HttpResponse:
    """The working relationship agreements of a place."""
    where, actor = places.place(place), places.actor(request.user.pk)
    context = {
        "place": where,
        "agreements": reads.agreements(place=where.id, asked_by=actor, today=timezone.localdate()),
        "convenes": can_convene(actor, where.id),
    }
    return render(request, "relate/index.html", context)


@dataclass(frozen=True)
class PromiseRow:
    promise: Promise
    by: str
    to: str
    in_return_for: str
    binds: bool


@dataclass(frozen=True)
class MemberRow:
    member: Member
    consented: bool
    bound: bool


@dataclass(frozen=True)
class ChangeRow:
    change: Change
    member: Member
    replaces: Member | None
    carer: Member | None
    missing: tuple[Member, ...]
    may_accept: bool


@require_safe
def agreement(request: HttpRequest, slug: str) -> HttpResponse:
    """An agreement as it stands: its words, who consented, who left and who comes."""
    actor, found = agreement_at(request, slug)
    today = timezone.localdate()
    mine = {member.id for member in rules.acts_as(actor, found.members, today)}
    sees_draft = rules.sees_draft(actor, found, today)
    waiting = found.open if found.open and found.open.hash else None
    context = {
        **shown(found, found.shown),
        "counts": together.how_many(found),
        "changes": [_change_row(found, each, mine) for each in found.changes],
        "unaccepted": any(c.missing and c.last_day and c.last_day < today for c in found.changes),
        "waiting": waiting,
        "may_consent": bool(waiting and mine & {m.id for m in waiting.missing}),
        "may_refuse": bool(waiting and mine & {m.id for m in waiting.members}),
        "sees_draft": sees_draft,
        "convenes": can_convene(actor, found.place.id),
        "is_bound": bool(mine & found.bound),
        "may_work": sees_draft and found.open is not None and not found.open.hash,
        "edits": sees_draft and found.open is found.shown and not found.shown.hash,
    }
    return render(request, "relate/agreement.html", context)


@require_safe
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One version in full, and in what it differs from the one before it that was active."""
    actor, found = agreement_at(request, slug)
    version = version_of(found, number)
    is_draft = version is found.open and not version.hash
    edits = is_draft and rules.sees_draft(actor, found, timezone.localdate())
    context = {"edits": edits, "convenes": can_convene(actor, found.place.id)}
    return render(request, "relate/version.html", {**shown(found, version), **context})


def version_of(found: Agreement, number: int) -> Version:
    version = next((each for each in found.versions if each.number == number), None)
    if version is None:
        raise NotFound(_("There is no such version of this agreement."))
    return version


def shown(found: Agreement, version: Version) -> dict[str, object]:
    """All that templates show of a version."""
    names = {str(member.id): member.shown for member in found.members}
    given = {consent.member for consent in version.consents}
    words = version.words
    is_active = version is found.active
    binding = {promise.key for promise in rules.binding(found)} if is_active else set()
    before = next((v for v in found.versions if v.number < version.number and v.active_at), None)
    old = (before.words, before.members) if before else None
    bodies = [{m.id for m in v.members if not m.is_person} for v in (before, version) if v]
    return {
        "agreement": found,
        "version": version,
        "words": words,
        "value": money(words.contract.value),
        "members": [
            MemberRow(m, m.id in given, not is_active or m.id in found.bound) for m in version.members
        ],
        "forum": [names[id] for id in words.forum.members if id in names],
        "promises": [
            PromiseRow(
                promise,
                names.get(promise.by, ""),
                _("the client group") if promise.to == CLIENTS else names.get(promise.to, ""),
                other.what if (other := words.promise(promise.reciprocal_of)) else "",
                promise.key in binding or not is_active,
            )
            for promise in words.promises
        ],
        "before": before,
        "differences": differences(old, (words, version.members), names) if old else [],
        "warnings": rules.material_changes(before.words, words, bodies[0] != bodies[-1]) if before else [],
    }


def _change_row(found: Agreement, change: Change, mine: set[UUID]) -> ChangeRow:
    member, today = found.member(change.member), timezone.localdate()
    assert member is not None  # noqa: S101  (a key of the database says so)  # nosec B101
    return ChangeRow(
        change,
        member,
        found.member(change.replaces),
        rules.carer_on(found, change.member, today) if change.last_day else None,
        tuple(m for m in found.members if m.id in change.missing),
        bool(mine & change.missing),
    )


@require_safe
def data(request: HttpRequest, slug: str) -> JsonResponse:
    """Everything that the public page shows, as data; people by their role and body alone."""
    _actor, found = agreement_at(request, slug)
    told = agreement_data(reads.public(found))
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})
