from django.db import models
from uuid_utils.compat import uuid7


class Reading(models.Model):
    """What one engine of the referee asked of one version of a covenant. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey("agree.Version", models.PROTECT, related_name="+")
    hash = models.CharField(max_length=64)  # of the words that were read
    engine = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    reading = models.TextField()  # JSON as text: its bytes stay those whose hash is in the record

    class Meta:
        constraints = [models.UniqueConstraint("version", "engine", name="reading_once_a_version_and_engine")]
