"""Who takes part: a signed cookie, for one conversation alone, that holds a random id and nothing else."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from covenant.listen import reads
from covenant.listen.reads import ConversationView
from covenant.place import reads as places
from covenant.place.types import Actor, NotFound

A_YEAR = 60 * 60 * 24 * 365


def actor(request: HttpRequest) -> Actor:
    return places.actor(request.user.pk)


def remembered(request: HttpRequest, slug: str) -> UUID | None:
    """The participant whom this browser remembers; None where the cookie is missing or was tampered with."""
    value = request.get_signed_cookie(settings.PARTICIPANT_COOKIE_NAME, default=None, salt=_salt(slug))
    try:
        return UUID(value) if value else None
    except ValueError:
        return None


def remember(response: HttpResponse, conversation: ConversationView, participant: UUID) -> None:
    """Let this browser come back as the same participant; no other conversation is sent the cookie."""
    response.set_signed_cookie(
        settings.PARTICIPANT_COOKIE_NAME,
        str(participant),
        salt=_salt(conversation.slug),
        path=reverse("listen:conversation", args=[conversation.slug]),
        max_age=A_YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def forget(response: HttpResponse, conversation: ConversationView) -> None:
    """Let this browser no longer come back as that participant."""
    path = reverse("listen:conversation", args=[conversation.slug])
    response.delete_cookie(settings.PARTICIPANT_COOKIE_NAME, path=path, samesite="Lax")


def participant_in(request: HttpRequest, slug: str) -> tuple[ConversationView, reads.Part | None]:
    """The conversation, and how far the participant has come whom this browser remembers."""
    conversation = reads.conversation(slug, asked_by=actor(request))
    participant = remembered(request, slug)
    if participant is None:
        return conversation, None
    try:
        part = reads.part(participant)
    except NotFound:
        return conversation, None
    return conversation, part if part.conversation == conversation.id else None


def _salt(slug: str) -> str:
    return f"covenant.listen.participant.{slug}"
