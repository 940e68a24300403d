"""Questions about covenants. A draft is seen only by those who may work on it."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q

from covenant.agree import rules
from covenant.agree.engine import Content
from covenant.agree.models import Clause, Commitment, Covenant, Version
from covenant.agree.moves import departures, successions
from covenant.agree.shaping import clause_view, parties, version_line, version_view, whole, whole_clauses
from covenant.agree.signing_reads import asks, pauses, signing
from covenant.agree.types import (
    ClauseView,
    CommitmentLine,
    CommitmentView,
    CovenantLine,
    CovenantView,
    InForce,
    VersionState,
    VersionView,
)
from covenant.place.types import Actor, NotFound

__all__ = [
    "asks",
    "clauses_in_drafts",
    "commitment",
    "commitments",
    "commitments_on",
    "content",
    "content_of",
    "covenant",
    "covenant_of",
    "covenants",
    "departures",
    "drafts",
    "in_force",
    "pauses",
    "signing",
    "successions",
    "version",
    "versions_shown",
]

NEVER_SHOWN_FOR_SIGNING = Q(hash="")


def covenant(slug: str, *, asked_by: Actor, today: date, also: Collection[int] = ()) -> CovenantView:
    """A covenant with the versions that the actor may see; a fixed number of queries.

    Parameters
    ----------
    also
        The numbers of versions to be read whole, with what each was drafted from, beside the one in force
        and those that are open.
    """
    row = Covenant.objects.select_related("place").filter(slug=slug).first()
    if row is None:
        raise NotFound("There is no covenant at this address.")
    rows = list(
        Version.objects.filter(covenant=row)
        .select_related("author", "base", "counters", "settles")
        .order_by("-number")
    )
    wanted = {each.id for each in rows if each.state in READ_WHOLE or each.number in also}
    wanted |= {each.base_id for each in rows if each.number in also and each.base_id}
    if not wanted & {each.id for each in rows if each.hash}:
        wanted |= {each.id for each in rows if each.hash and each.number == _newest_shown(rows)}
    read = {each.id: version_view(each) for each in whole(Version.objects.filter(id__in=wanted))}
    seen = tuple(
        read.get(each.id) or version_line(each)
        for each in rows
        if each.hash or _may_see(each, read.get(each.id), row.place_id, asked_by, today)
    )
    if not seen and not rules.can_see_draft(asked_by, row.place_id, (), today):
        raise NotFound("There is no covenant at this address.")
    return CovenantView(row.id, row.slug, row.title, row.place_id, row.place.name, row.place.slug, seen)


READ_WHOLE = ("draft", "proposed", "in force")


def _newest_shown(rows: Collection[Version]) -> int:
    return max((each.number for each in rows if each.hash), default=0)


def _may_see(row: Version, view: VersionView | None, place: UUID, actor: Actor, today: date) -> bool:
    """Whether a draft, or one that was withdrawn before it was shown, is open to an actor."""
    if row.author_id and not rules.can_draft(actor, place, row.author_id, today):
        return False
    return rules.can_see_draft(actor, place, [party.id for party in view.parties] if view else (), today)


def covenants(*, place: UUID | None = None) -> list[CovenantLine]:
    """Every covenant that has been shown for signing, by title."""
    rows = Covenant.objects.select_related("place").order_by("title")
    if place is not None:
        rows = rows.filter(place=place)
    shown = Version.objects.exclude(NEVER_SHOWN_FOR_SIGNING).order_by("-number")
    found = []
    for row in rows.prefetch_related(Prefetch("versions", shown.annotate(n_clauses=Count("clauses")))):
        versions = list(row.versions.all())
        states = {version.state: version for version in reversed(versions)}
        version: Any = states.get("in force") or states.get("proposed") or next(iter(versions), None)
        if version:
            found.append(CovenantLine(row.slug, row.title, row.place.name, version.state, version.n_clauses))
    return found


def commitment(id: UUID) -> CommitmentView:
    """A commitment in every wording that has been shown for signing."""
    row = Commitment.objects.select_related("covenant").filter(id=id).first()
    clauses = whole_clauses(Clause.objects.filter(commitment=id).exclude(version__hash=""))
    found = list(clauses.select_related("version").order_by("-version__number"))
    if row is None or not found:
        raise NotFound("There is no commitment at this address.")
    return CommitmentView(
        row.id,
        row.covenant_id,
        row.covenant.slug,
        row.covenant.title,
        row.covenant.place_id,
        row.number,
        tuple((c.version.number, VersionState(c.version.state), clause_view(c)) for c in found),
    )


def commitments(
    *, places: Collection[UUID] | None = None, ids: Collection[UUID] | None = None
) -> list[CommitmentLine]:
    """The commitments of some places' covenants, or those with certain ids, that were shown for signing."""
    rows = Clause.objects.exclude(version__hash="").select_related("commitment__covenant")
    if places is not None:
        rows = rows.filter(commitment__covenant__place__in=places)
    if ids is not None:
        rows = rows.filter(commitment__in=ids)
    newest: dict[UUID, CommitmentLine] = {}
    for row in rows.order_by("commitment__covenant__title", "commitment__number", "-version__number"):
        of = row.commitment.covenant
        line = CommitmentLine(row.commitment_id, row.commitment.number, row.text, of.slug, of.title)
        newest.setdefault(line.id, line)
    return list(newest.values())


def commitments_on(statement: UUID) -> list[tuple[CovenantLine, VersionState, ClauseView]]:
    """What became of a statement: every clause, in a version shown for signing, whose ground cites it."""
    clauses = whole_clauses(Clause.objects.filter(grounds__statement=statement).exclude(version__hash=""))
    rows = clauses.select_related("version__covenant__place").order_by("commitment", "-version__number")
    newest: dict[UUID, Clause] = {}
    for row in rows:
        newest.setdefault(row.commitment_id, row)
    found = []
    for row in newest.values():
        of = row.version.covenant
        line = CovenantLine(of.slug, of.title, of.place.name, row.version.state, 0)
        found.append((line, VersionState(row.version.state), clause_view(row)))
    return found


def versions_shown() -> list[tuple[UUID, VersionState]]:
    """The id and state of every version that was ever shown for signing, the newest first."""
    rows = Version.objects.exclude(NEVER_SHOWN_FOR_SIGNING).order_by("-proposed_at")
    return [(id, VersionState(state)) for id, state in rows.values_list("id", "state")]


def version(id: UUID) -> tuple[str, VersionView]:
    """The title of the covenant, and one of its versions."""
    row = whole(Version.objects.filter(id=id)).select_related("covenant").first()
    if row is None:
        raise NotFound("There is no version of a covenant at this address.")
    return row.covenant.title, version_view(row)


def covenant_of(version: UUID) -> UUID:
    """The covenant of a version that was shown for signing."""
    rows = Version.objects.exclude(NEVER_SHOWN_FOR_SIGNING).filter(id=version)
    found = rows.values_list("covenant_id", flat=True).first()
    if found is None:
        raise NotFound("There is no version of a covenant at this address.")
    return found


def in_force(covenant: UUID) -> InForce | None:
    """The version of a covenant that is in force and its parties; None while none is."""
    rows = Version.objects.filter(covenant=covenant, state=VersionState.IN_FORCE)
    row = rows.select_related("covenant").prefetch_related("parties").first()
    if row is None:
        return None
    of = row.covenant
    return InForce(of.id, of.slug, of.place_id, row.id, parties(row.parties.all()))


def content_of(id: UUID) -> Content:
    """All that one version says, as it would be signed."""
    title, view = version(id)
    return content(title, view)


def content(title: str, view: VersionView) -> Content:
    """All that a version says, as it would be signed."""
    return Content(title, view.purpose, view.parties, view.clauses, view.sections, view.term)


def clauses_in_drafts(*, asked_by: Actor) -> list[tuple[str, str]]:
    """What a statement can be cited in: each open draft that the actor convenes, and each of its commitments.

    The value is the covenant's address, a stroke, and the clause's id; nothing after the stroke is a new one.
    """
    rows = Version.objects.filter(state=VersionState.DRAFT, author=None).select_related("covenant")
    clauses = Clause.objects.select_related("commitment").order_by("commitment__number")
    found = []
    for row in rows.prefetch_related(Prefetch("clauses", clauses)).order_by("covenant__title"):
        if rules.can_convene(asked_by, row.covenant.place_id):
            found.append((f"{row.covenant.slug}/", f"{row.covenant.title}: a new commitment"))
            found += [
                (
                    f"{row.covenant.slug}/{clause.id}",
                    f"{row.covenant.title}: {clause.commitment.number}. {clause.text}",
                )
                for clause in row.clauses.all()
            ]
    return found


def drafts(*, place: UUID, asked_by: Actor, today: date) -> list[CovenantLine]:
    """The open drafts of a place that the actor may see."""
    rows = Version.objects.filter(state=VersionState.DRAFT, covenant__place=place).prefetch_related("parties")
    return [
        CovenantLine(row.covenant.slug, row.covenant.title, row.covenant.place.name, row.state, row.n_clauses)
        for row in rows.select_related("covenant__place").annotate(n_clauses=Count("clauses"))
        if rules.can_see_draft(asked_by, place, [party.id for party in row.parties.all()], today)
        and (row.author_id is None or rules.can_draft(asked_by, place, row.author_id, today))
    ]
