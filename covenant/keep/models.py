from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7

from covenant.keep.types import Progress


class Report(models.Model):
    """What the party that owes a commitment said of it on a day. Never changed: the next one says more."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    commitment = models.ForeignKey("agree.Commitment", models.PROTECT, related_name="+")
    party = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    progress = models.CharField(max_length=20, choices=[(p.value, p.label) for p in Progress])
    text = models.TextField()
    at = models.DateTimeField()
    salt = models.BinaryField(max_length=32)


class Evidence(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="evidence")
    what = models.CharField(max_length=300)
    url = models.URLField(max_length=500)
    dated = models.DateField()
