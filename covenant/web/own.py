"""Everything that is kept of a person who signed in, for them alone: from every slice, by itself."""

import json
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.db import models
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

User = get_user_model()
# What opens something, and where a body is told of whoever signed for it: that is not the signatory's.
NOT_TOLD = frozenset({"password", "token_hash", "sent_to"})


@require_safe
@never_cache
@login_required
def data(request: HttpRequest) -> HttpResponse:
    """All of it as a file."""
    person: UUID = request.user.pk  # type: ignore[assignment]  # whoever is signed in has a row
    response = JsonResponse(kept_of(person), json_dumps_params={"indent": 1, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="mine.json"'
    return response


def kept_of(person: UUID) -> dict[str, list[dict[str, Any]]]:
    """The rows that a person is, and those that point at them, by kind; of JSON's types.

    A slice that keeps something new of people is in it without more: every table that points at people is
    asked, one query each. A row that points at somebody else as well is told whole, such as a mandate that
    the person recorded for another: of others it holds ids, never an address. What was said under no name
    is not in it: a browser that takes part asks for that by itself.
    """
    found = {"person": [_told(row) for row in User.objects.filter(id=person)]}
    for model in apps.get_models():
        names = [
            field.name
            for field in model._meta.get_fields()
            if isinstance(field, models.ForeignKey) and field.related_model is User
        ]
        for name in names:
            rows = [_told(row) for row in model._default_manager.filter(**{name: person})]
            if rows:
                found[f"{model._meta.verbose_name} ({name})"] = rows
    return found


def _told(row: models.Model) -> dict[str, Any]:
    told = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        secret = field.name in NOT_TOLD
        if value in (None, "", b"") or secret:
            continue
        told[field.name] = bytes(value).hex() if isinstance(value, bytes | memoryview) else value
    return dict(json.loads(json.dumps(told, default=str)))
