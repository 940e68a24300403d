"""Writes of pulses: rounds are opened, answered and closed; answers go when they are. See `actions`."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Max

from covenant.place.types import Actor, NotAllowed, NotFound, NotPossible, day_of
from covenant.record.actions import append, writing
from covenant.relate import models, reads, rules
from covenant.relate.engine.pulse import ROUNDS, SCALE, Shown, band, may_show
from covenant.relate.formats import words_from
from covenant.relate.types import Band

LONGEST = timedelta(days=60)


def open_round(*, by: Actor, agreement: UUID, closes: date, at: datetime) -> int:
    """Ask every named person about each behaviour, until the end of a day; returns the number of the round.

    Nobody can close it before: whoever chose the moment would choose whose answers are in it.
    """
    with writing():
        found = reads.agreement_of(agreement, today=day_of(at))
        bound = [each for each in found.members if each.id in found.bound]
        if not rules.can_see_draft(by, found.place.id, bound, day_of(at)):
            raise NotAllowed("Only a convenor of this place, or a member of this agreement, can do this.")
        rules.check_in_force(found)
        if not day_of(at) <= closes <= day_of(at) + LONGEST:
            raise NotPossible(f"A round lasts from today to {LONGEST.days} days at most.")
        if models.Round.objects.filter(agreement=agreement, closed_at=None).exists():
            raise NotPossible("A round is open already.")
        last = models.Round.objects.filter(agreement=agreement).aggregate(Max("number"))["number__max"]
        row = models.Round.objects.create(
            agreement_id=agreement,
            version_id=found.shown.id,
            number=(last or 0) + 1,
            opened_at=at,
            closes=closes,
        )
        body = {"number": row.number, "closes": closes.isoformat()}
        append(kind="relation.pulse_opened", subject=agreement, body=body, at=at)
    return row.number


def rate(*, by: Actor, agreement: UUID, ratings: Mapping[str, int], at: datetime) -> None:
    """Say of every behaviour of the open round how one sees it, from 1 to 5; again, to say it otherwise.

    The record is not told: when somebody answered could tell who did.
    """
    with writing():
        found = reads.agreement_of(agreement, today=day_of(at))
        persons = [each for each in found.members if each.is_person and each.id in found.bound]
        if not rules.acts_as(by, persons, day_of(at)):
            raise NotAllowed("Only the named people of this agreement answer, each for themself.")
        row = models.Round.objects.filter(agreement=agreement, closed_at=None).first()
        if row is None or day_of(at) > row.closes:
            raise NotPossible("No round is open.")
        asked = [each.key for each in words_from(row.version.words).behaviours]
        if set(ratings) != set(asked) or not set(ratings.values()) <= set(SCALE):
            raise NotPossible("Answer about every behaviour, from 1 to 5.")
        models.Answered.objects.update_or_create(
            round=row,
            user_id=by.user,  # type: ignore[misc]  # whoever acts as a person is one
            defaults={"ratings": dict(ratings)},
        )


def close_round(*, agreement: UUID, at: datetime) -> bool:
    """Close the open round once its last day is over; returns whether its results could be published.

    What is published is the whole round or nothing of it: to what the answers lean, behaviour by behaviour.
    Each answer is deleted. Who answered is kept for as long as later rounds are held against it.
    """
    with writing():
        row = models.Round.objects.filter(agreement=agreement, closed_at=None).first()
        if row is None:
            raise NotFound("No round is open.")
        if day_of(at) <= row.closes:
            raise NotPossible("This round is open until the end of its last day.")
        answers = {each.user_id: each.ratings for each in row.answered.all()}
        asked = [each.key for each in words_from(row.version.words).behaviours]
        row.published = may_show(_earlier(agreement), frozenset(answers), asked)
        if row.published:
            row.answers = len(answers)
            row.bands = {key: band([each[key] for each in answers.values()]).value for key in asked}
            row.answered.update(ratings={})
        else:
            row.answered.all().delete()
        row.closed_at = at
        row.save()
        _forget_old(agreement)
        body = {"number": row.number, "published": row.published, "answers": row.answers or 0}
        append(kind="relation.pulse_closed", subject=agreement, body={**body, "leans": row.bands}, at=at)
    return row.published


def _earlier(agreement: UUID) -> list[Shown]:
    rows = models.Round.objects.filter(agreement=agreement, published=True).order_by("-number")[:ROUNDS]
    return [
        Shown(
            frozenset(row.answered.values_list("user", flat=True)),
            {key: Band(each) for key, each in row.bands.items()},
        )
        for row in reversed(rows)
    ]


def _forget_old(agreement: UUID) -> None:
    """Who answered in a round that is held against nothing any more."""
    rows = models.Round.objects.filter(agreement=agreement, published=True).order_by("-number")
    old = list(rows.values_list("id", flat=True)[ROUNDS:])
    models.Answered.objects.filter(round__in=old).delete()


def close_rounds(*, at: datetime) -> int:
    """Close every round whose last day is over; returns how many."""
    rows = models.Round.objects.filter(closed_at=None, closes__lt=day_of(at))
    due = list(rows.values_list("agreement", flat=True))
    for agreement in due:
        close_round(agreement=agreement, at=at)
    return len(due)
