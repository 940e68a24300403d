"""Sends what bodies are asked and told, once it is kept. Part of `jobs`.

The token of a link is made here, at the moment of sending: nobody else ever holds it, and a hash is kept.
A mail that fails is tried again with another token, so that nothing that was asked is lost.
"""

import logging
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Q
from django.urls import reverse

from covenant.agree import letters
from covenant.agree import signing_rules as rules
from covenant.agree.signing_models import Link, Telling
from covenant.agree.standing import hash_of
from covenant.agree.types import VersionState
from covenant.place.types import day_of
from covenant.record.actions import writing

log = logging.getLogger("covenant.agree.posting")
AGAIN = timedelta(minutes=10)
A_BATCH = 50


def send_due(at: datetime) -> int:
    """Send every mail that waits; returns how many were sent."""
    return _send_links(at) + _send_tellings(at)


def _send_links(at: datetime) -> int:
    waiting = Link.objects.filter(
        _not_tried_lately(at),
        sent_at=None,
        used_at=None,
        replaced_at=None,
        expires__gte=day_of(at),
        version__state=VersionState.PROPOSED,
        user__is_active=True,
    )
    rows = waiting.select_related("ask", "party", "mandate", "user", "version__covenant").order_by("ask__at")
    done = 0
    for row in rows[:A_BATCH]:
        letter = letters.asked(
            title=row.version.covenant.title,
            party=row.party.name,
            office=row.mandate.office,
            minutes=row.ask.minutes,
            expires=row.expires,
            link=_address("agree:by_link", _new_token(row, at)),
        )
        if _sent(row.user.email, letter):
            with writing():
                row.sent_at = at
                row.save(update_fields=["sent_at"])
            done += 1
    return done


def _send_tellings(at: datetime) -> int:
    waiting = Telling.objects.filter(_not_tried_lately(at), sent_at=None, disowned_at=None)
    rows = (
        waiting.exclude(sent_to="").select_related("ask", "party", "version__covenant").order_by("signed_at")
    )
    done = 0
    for row in rows[:A_BATCH]:
        until = day_of(at) + timedelta(days=rules.DAYS_TO_DISOWN)
        letter = letters.told(
            title=row.version.covenant.title,
            party=row.party.name,
            minutes=row.ask.minutes,
            until=until,
            link=_address("agree:told", _new_token(row, at)),
        )
        if _sent(row.sent_to, letter):
            with writing():
                row.sent_at, row.until = at, until
                row.save(update_fields=["sent_at", "until"])
            done += 1
    return done


def _not_tried_lately(at: datetime) -> Q:
    return Q(tried_at=None) | Q(tried_at__lt=at - AGAIN)


def _new_token(row: Link | Telling, at: datetime) -> str:
    """A token that nobody had, kept as a hash before the mail leaves: what arrives can be used at once."""
    token = secrets.token_urlsafe(32)
    with writing():
        row.token_hash, row.tried_at = hash_of(token), at
        row.save(update_fields=["token_hash", "tried_at"])
    return token


def _address(route: str, token: str) -> str:
    return f"{settings.ADDRESS}{reverse(route, kwargs={'token': token})}"


def _sent(to: str, letter: tuple[str, str]) -> bool:
    """Whether a mail was handed over; where not, the log says that one was not, and nothing of it."""
    subject, text = letter
    try:
        send_mail(" ".join(subject.split()), text, settings.DEFAULT_FROM_EMAIL, [to])
    except (OSError, ValueError):
        log.warning("a mail could not be sent; it is tried again in ten minutes")
        return False
    return True
