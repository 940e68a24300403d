"""Questions about how parties answer: links, papers, capacities, pauses, asks. Part of `reads`."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import ExtractYear

from covenant.agree import signing_rules as rules
from covenant.agree.models import Signature, Version
from covenant.agree.shaping import parties as party_views
from covenant.agree.signing_models import Ask, Contact, Link, Paper, Pause, SignedAs, Telling
from covenant.agree.signing_types import (
    AskSum,
    Capacity,
    CapacitySaid,
    ContactView,
    Disowned,
    HowSigned,
    LinkSent,
    LinkView,
    PaperView,
    PauseView,
    Reply,
    SigningView,
    TellingView,
    Way,
)
from covenant.agree.standing import checkers_of, first_signatures, link_of, state_of, telling_of
from covenant.agree.types import VersionState
from covenant.place.reads import party_view
from covenant.place.rules import can_convene, check_can_convene
from covenant.place.types import Actor, NotFound, PartyView


def link(token: str, *, today: date) -> LinkView:
    """What a one-time link asks, and whether it can still be used.

    Raises
    ------
    NotFound
        Where there is no such link.
    """
    row = link_of(token)
    return LinkView(
        state=state_of(row, today),
        version=row.version_id,
        number=row.version.number,
        slug=row.version.covenant.slug,
        title=row.version.covenant.title,
        party=party_view(row.party),
        person=row.user.name,
        office=row.mandate.office,
        given_by=row.mandate.given_by,
        mandate_ends=row.mandate.ends,
        hash=row.hash,
        expires=row.expires,
        used_at=row.used_at,
        reply=row.reply,
        minutes=row.ask.minutes,
        minutes_this_year=_minutes(row.party_id, today),
    )


def telling(token: str, *, today: date) -> TellingView:
    """What a body was told by this link: who signed what for it.

    Raises
    ------
    NotFound
        Where there is no such link.
    """
    row = telling_of(token)
    return TellingView(
        version=row.version_id,
        number=row.version.number,
        slug=row.version.covenant.slug,
        title=row.version.covenant.title,
        party=party_view(row.party),
        person=row.user.name,
        office=row.mandate.office,
        given_by=row.mandate.given_by,
        signed_at=row.signed_at,
        until=row.until,
        disowned_at=row.disowned_at,
        reason=row.reason,
        minutes=row.ask.minutes,
        minutes_this_year=_minutes(row.party_id, today),
        is_open=rules.can_disown(until=row.until, disowned=row.disowned_at is not None, today=today),
    )


def _minutes(party: UUID, today: date) -> int:
    found = asks(parties=[party], since=date(today.year, 1, 1))
    return sum(each.minutes for each in found)


def asks(*, parties: Collection[UUID], since: date) -> tuple[AskSum, ...]:
    """What bodies were asked from a day on: how often, and how many minutes, by year; one query.

    A body that was asked nothing is not in it. Years are those of Europe/London.
    """
    rows = (
        Ask.objects.filter(party__in=parties, day__gte=since)
        .annotate(year=ExtractYear("day"))
        .values("party", "year")
        .annotate(n=Count("id"), sum=Sum("minutes"))
        .order_by("party", "year")
    )
    return tuple(AskSum(row["party"], row["year"], row["n"], row["sum"]) for row in rows)


def pauses(version: UUID, *, today: date) -> tuple[PauseView, ...]:
    """The parties that answer a version after their trustees have met, by the day; one query."""
    rows = Pause.objects.filter(version=version).select_related("party").order_by("meets", "party__name")
    return tuple(
        PauseView(party_view(row.party), row.meets, row.moved_from, today <= row.meets) for row in rows
    )


def signing(version: UUID, *, asked_by: Actor, today: date) -> SigningView:
    """All that the page of a version shows beside its signatures; at most eight queries.

    Whom links were sent to, and when, is there for convenors of the place alone.
    """
    row = Version.objects.select_related("covenant").filter(id=version).first()
    if row is None:
        raise NotFound("There is no version of a covenant at this address.")
    rows_of_papers = _papers(Paper.objects.filter(version=version)).order_by("recorded_at")
    papers = {each.id: paper_view(each) for each in rows_of_papers}
    of = [id for id in (row.id, row.settles_id) if id]  # what was agreed of a version rests on its signatures
    gone = Telling.objects.filter(version__in=of).exclude(disowned_at=None)
    convenes = can_convene(asked_by, row.covenant.place_id)
    return SigningView(
        signatures=_signatures(version, papers, today),
        papers=tuple(
            each for each in papers.values() if each.waits or each.not_accepted or each.reply is Reply.REFUSE
        ),
        pauses=pauses(version, today=today),
        disowned=tuple(
            Disowned(party_view(t.party), t.mandate.office, t.signed_at, t.disowned_at, t.reason)
            for t in gone.select_related("party", "mandate").order_by("disowned_at")
            if t.disowned_at
        ),
        sent=_sent(row, today) if convenes else (),
    )


def _signatures(version: UUID, papers: dict[UUID, PaperView], today: date) -> tuple[HowSigned, ...]:
    rows = first_signatures().filter(version=version)
    return tuple(
        _how(row, getattr(row, "signed_as", None), getattr(row, "telling", None), papers, today)
        for row in rows.select_related("party", "user", "mandate", "signed_as", "telling").order_by("at")
    )


def _how(
    row: Signature, signed: SignedAs | None, told: Telling | None, papers: dict[UUID, PaperView], today: date
) -> HowSigned:
    mandate = row.mandate
    return HowSigned(
        party=party_view(row.party),
        person=row.user.name,
        office=mandate.office,
        given_by=mandate.given_by,
        mandate_ends=mandate.ends,
        mandate_over=mandate.ends < today,
        said=_said(signed) if signed and signed.capacity else None,
        way=Way(signed.way) if signed else Way.SIGNED_IN,
        paper=papers.get(signed.paper_id) if signed and signed.paper_id else None,
        is_first=row.is_first,  # type: ignore[attr-defined]
        told_at=told.sent_at if told else None,
        may_disown_until=told.until if told else None,
        disowned_at=told.disowned_at if told else None,
        disowned_why=told.reason if told else "",
    )


def _said(row: SignedAs | Paper) -> CapacitySaid:
    return CapacitySaid(Capacity(row.capacity), row.asked, row.answered, row.how)


def _sent(version: Version, today: date) -> tuple[LinkSent, ...]:
    """What was asked by link, the newest first; the state follows from rows that are read together."""
    answered = set(version.signatures.values_list("party_id", flat=True))
    answered |= set(version.refusals.values_list("party_id", flat=True))
    rows = Link.objects.filter(version=version).select_related("ask", "party", "mandate", "user")
    return tuple(
        LinkSent(
            party=party_view(row.party),
            person=row.user.name,
            office=row.mandate.office,
            asked=row.ask.at,
            sent_at=row.sent_at,
            expires=row.expires,
            state=rules.link_state(
                used=row.used_at is not None,
                replaced=row.replaced_at is not None,
                expires=row.expires,
                today=today,
                hash=row.hash,
                version_hash=version.hash,
                version_state=VersionState(version.state),
                answer_by=version.answer_by,
                answered=row.party_id in answered,
                mandated=row.user.is_active and row.mandate.starts <= today <= row.mandate.ends,
            ),
        )
        for row in rows.order_by("-ask__at")
    )


def paper(id: UUID, *, covenant: UUID) -> tuple[PaperView, int, tuple[PartyView, ...]]:
    """An answer on paper, the number of its version, and the parties that may countersign it."""
    row = _papers(Paper.objects.filter(id=id, version__covenant=covenant)).first()
    if row is None:
        raise NotFound("There is no such paper of this covenant.")
    return paper_view(row), row.version.number, tuple(checkers_of(paper=row))


def _papers(rows: QuerySet[Paper]) -> QuerySet[Paper]:
    return rows.select_related("version", "party", "user", "mandate", "checked_by")


def paper_view(row: Paper) -> PaperView:
    """A paper as others may hold it, from a row read with what it points at."""
    reply = Reply(row.reply)
    return PaperView(
        id=row.id,
        party=party_view(row.party),
        person=row.user.name,
        office=row.mandate.office,
        given_by=row.mandate.given_by,
        mandate_ends=row.mandate.ends,
        hash=row.hash,
        reply=reply,
        reason=row.reason,
        said=_said(row) if reply is Reply.SIGN else None,
        signed_on=row.signed_on,
        kept_at=row.kept_at,
        recorded_at=row.recorded_at,
        checked_by=party_view(row.checked_by) if row.checked_by else None,
        checked_at=row.checked_at,
        not_accepted=row.not_accepted,
    )


def contacts(covenant: UUID, place: UUID, *, asked_by: Actor) -> tuple[ContactView, ...]:
    """Where the parties of a covenant are told who signed for them, for convenors of its place alone."""
    check_can_convene(asked_by, place)
    rows = Contact.objects.filter(covenant=covenant).select_related("party").order_by("party__name")
    return tuple(ContactView(party_view(row.party), row.address, row.found, row.at) for row in rows)


def parties_shown(covenant: UUID) -> tuple[PartyView, ...]:
    """Every body that any version of a covenant names as a party, or whose consent it takes."""
    rows = Version.objects.filter(covenant=covenant).prefetch_related("parties", "needed")
    found = {p.id: p for row in rows for p in (*row.parties.all(), *row.needed.all())}
    return party_views(found.values())
