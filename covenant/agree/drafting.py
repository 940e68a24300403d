"""Writes on drafts: by the convenor, or by a party that wants something else. Reached through `actions`."""

import itertools
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, Q

from covenant.agree import reads, rules
from covenant.agree.copying import write_clauses, write_sections
from covenant.agree.models import Clause, Commitment, Covenant, Ground, Version
from covenant.agree.types import GroundKind, Resources, Section, SectionKind, Term, VersionState
from covenant.listen import reads as listen
from covenant.place import reads as places
from covenant.place.rules import check_can_convene, check_slug
from covenant.place.types import Actor, NotFound, NotPossible, Tier, day_of
from covenant.record.actions import append, writing

OPEN = [VersionState.DRAFT, VersionState.PROPOSED]


def start_covenant(
    *,
    by: Actor,
    place: UUID,
    title: str,
    slug: str,
    purpose: str,
    parties: Sequence[UUID],
    sections: Mapping[SectionKind, str] | None = None,
    at: datetime,
) -> UUID:
    """Begin a covenant with an empty draft between these parties; returns the draft's id."""
    check_can_convene(by, place)
    check_slug(slug)
    rules.check_address(slug)
    _check_parties(parties)
    with writing():
        if Covenant.objects.filter(slug=slug).exists():
            raise NotPossible(f"There is a covenant with the address “{slug}” already.")
        covenant = Covenant.objects.create(title=title, slug=slug, place_id=place, made_at=at)
        draft = Version.objects.create(
            covenant=covenant, number=1, state=VersionState.DRAFT, purpose=purpose, made_at=at
        )
        draft.parties.set(parties)  # type: ignore[arg-type]  # the stubs know only whole-number keys
        write_sections(version=draft, sections=itertools.starmap(Section, (sections or {}).items()))
        append(kind="covenant.begun", subject=covenant.id, body={"title": title, "place": str(place)}, at=at)
    return draft.id


def draft_change(
    *,
    by: Actor,
    covenant: UUID,
    why: str,
    party: UUID | None = None,
    counters: UUID | None = None,
    at: datetime,
) -> UUID:
    """Begin a new draft that says what the version in force says; returns its id.

    Parameters
    ----------
    party
        The party for which the actor drafts; None for the convenor. Each has one open version at most, and
        none is in the way of another's.
    counters
        The version, shown for signing, to which this is a counter-proposal: the draft begins with its words.
    """
    with writing():
        row = Covenant.objects.filter(id=covenant).first()
        if row is None:
            raise NotFound("There is no covenant at this address.")
        now = row.versions.filter(state=VersionState.IN_FORCE).first()
        rules.check_can_draft(by, row.place_id, party, day_of(at))
        answered = _countered(row, counters)
        hidden = Q(hash="", author__isnull=False) & ~Q(author=party)  # another party's draft is its own
        said = answered or now or row.versions.exclude(hidden).order_by("-number").first()
        if said is None:
            raise NotPossible("This covenant has no version to start from.")
        if party is not None:
            _check_is_party(party, now, said)
        if row.versions.filter(state__in=OPEN, author=party).exists():
            raise NotPossible("There is an open version already: finish or withdraw it first.")
        number = (row.versions.aggregate(Max("number"))["number__max"] or 0) + 1
        draft = Version.objects.create(
            covenant=row,
            number=number,
            state=VersionState.DRAFT,
            purpose=said.purpose,
            why=why,
            author_id=party,
            base=now,
            counters=answered,
            starts=said.starts,
            ends=said.ends,
            review=said.review,
            made_at=at,
        )
        draft.parties.set(said.parties.all())
        words = reads.content_of(said.id)
        write_sections(version=draft, sections=words.sections)
        write_clauses(version=draft, clauses=words.clauses)
    return draft.id


def _countered(row: Covenant, counters: UUID | None) -> Version | None:
    if counters is None:
        return None
    found = row.versions.filter(id=counters).first()
    if found is None:
        raise NotFound("There is no version of a covenant at this address.")
    if found.state != VersionState.PROPOSED:
        raise NotPossible("Only a version that is shown for signing can be countered.")
    return found


def _check_is_party(party: UUID, now: Version | None, said: Version) -> None:
    """Raise unless a party belongs to the covenant, or to the version that it answers."""
    named = {id for row in (now, said) if row for id in row.parties.values_list("id", flat=True)}
    if party not in named:
        raise NotPossible("Only a party to this covenant can propose a change to it.")


def word_frame(
    *,
    by: Actor,
    version: UUID,
    purpose: str,
    sections: Mapping[SectionKind, str],
    term: Term = Term(),  # noqa: B008  (it is frozen)
    today: date | None = None,
) -> None:
    """Write what a draft is for, its sections, and from when to when it runs."""
    if not purpose.strip():
        raise NotPossible("Say what the covenant is for.")
    rules.check_term(term)
    with writing():
        draft = _draft(by, version, today)
        draft.purpose = purpose.strip()
        draft.starts, draft.ends, draft.review = term.starts, term.ends, term.review
        draft.save()
        write_sections(version=draft, sections=itertools.starmap(Section, sections.items()))


def set_parties(*, by: Actor, version: UUID, parties: Collection[UUID], today: date | None = None) -> None:
    """Say between whom a draft would be: who is new joins by it, and who is left out leaves by it."""
    _check_parties(parties)
    with writing():
        draft = _draft(by, version, today)
        draft.parties.set(parties)  # type: ignore[arg-type]


def word_clause(
    *,
    by: Actor,
    version: UUID,
    clause: UUID | None = None,
    debtor: UUID,
    creditors: Sequence[UUID],
    text: str,
    measure: str,
    due: date,
    tier: Tier,
    outcome: str,
    resources: Resources = Resources.NOT_STATED,
    together: Sequence[UUID] = (),
    evidence: str = "",
    review: date | None = None,
    explain: str = "",
    baseline: str = "",
    reciprocals: Collection[UUID] = (),
    today: date | None = None,
) -> UUID:
    """Write a new commitment into a draft, or word one of its commitments anew; returns the clause's id.

    Parameters
    ----------
    together
        The parties that owe it beside the debtor, each for the whole.
    evidence, explain, baseline
        What counts as evidence; what is explained where it is not kept; where the outcome stands today.
    reciprocals
        The commitments of the same draft on whose keeping this one depends.
    today
        The day, where a party drafts: its mandate must hold.
    """
    ids = [debtor, *creditors, *together]
    named = {party.id: party for party in places.parties(ids=ids)}
    if not set(ids) <= set(named):
        raise NotFound("One of these parties is not known.")
    rules.check_clause(named[debtor], [named[each] for each in creditors], [named[each] for each in together])
    with writing():
        draft = _draft(by, version, today)
        if clause is None:
            last = draft.covenant.commitments.aggregate(Max("number"))["number__max"] or 0
            commitment = Commitment.objects.create(covenant=draft.covenant, number=last + 1)
            row = Clause(version=draft, commitment=commitment)
        else:
            row = _clause(draft, clause)
        there = set(draft.clauses.values_list("commitment_id", flat=True)) - {row.commitment_id}
        if not set(reciprocals) <= there:
            raise NotPossible("A commitment can depend only on another one of the same draft.")
        row.debtor_id, row.text, row.measure = debtor, text, measure
        row.due, row.tier, row.outcome, row.resources = due, tier, outcome, resources
        row.evidence, row.review, row.explain, row.baseline = evidence, review, explain, baseline
        row.save()
        row.creditors.set(creditors)  # type: ignore[arg-type]
        row.together.set(together)  # type: ignore[arg-type]
        row.reciprocals.set(reciprocals)  # type: ignore[arg-type]
    return row.id


def drop_clause(*, by: Actor, version: UUID, clause: UUID, today: date | None = None) -> None:
    """Take a commitment out of a draft. To take it out of what is in force needs consent like any change."""
    with writing():
        draft = _draft(by, version, today)
        row = _clause(draft, clause)
        links = Clause.reciprocals.through.objects
        links.filter(clause__version=draft, commitment_id=row.commitment_id).delete()
        row.delete()


def cite_statement(
    *,
    by: Actor,
    version: UUID,
    clause: UUID,
    kind: GroundKind,
    statement: UUID,
    today: date | None = None,
) -> None:
    """Ground a commitment on what was heard, as it stands now: the citation is frozen."""
    if not kind.is_heard:
        raise NotPossible("A need or evidence is cited with its text and source.")
    citation = listen.citation(statement)
    with writing():
        row = _clause(_draft(by, version, today), clause)
        if row.grounds.filter(statement=statement).exists():
            return
        Ground.objects.create(clause=row, kind=kind, statement_id=statement, citation=citation.as_json())


def cite_source(
    *,
    by: Actor,
    version: UUID,
    clause: UUID,
    kind: GroundKind,
    text: str,
    source: str,
    today: date | None = None,
) -> None:
    """Ground a commitment on a need or on evidence, with the source where a reader finds it."""
    if kind.is_heard:
        raise NotPossible("Common ground and dissent are cited from a conversation.")
    if not (text.strip() and source.strip()):
        raise NotPossible("Say what the need or evidence is, and where a reader finds it.")
    with writing():
        row = _clause(_draft(by, version, today), clause)
        Ground.objects.create(clause=row, kind=kind, text=text.strip(), source=source.strip())


def _check_parties(parties: Collection[UUID]) -> None:
    found = places.parties(ids=parties)
    if len(found) != len(set(parties)):
        raise NotFound("One of these parties is not known.")
    if not all(party.sector.signs for party in found):
        raise NotPossible("Residents are no party: promises are made to them, and nobody signs for them.")


def _draft(by: Actor, id: UUID, today: date | None) -> Version:
    row = Version.objects.select_related("covenant").filter(id=id).first()
    if row is None:
        raise NotFound("There is no version of a covenant at this address.")
    rules.check_can_draft(by, row.covenant.place_id, row.author_id, today)
    rules.check_is_draft(VersionState(row.state))
    return row


def _clause(draft: Version, id: UUID) -> Clause:
    row = draft.clauses.filter(id=id).first()
    if row is None:
        raise NotFound("There is no such commitment in this draft.")
    return row
