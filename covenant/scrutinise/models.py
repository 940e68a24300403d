from django.db import models
from uuid_utils.compat import uuid7


class Reading(models.Model):
    """What one engine of the referee asked of one version of a covenant, read on a day.

    Nothing of it is ever changed but the last day on which the engine asked just the same again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey("agree.Version", models.PROTECT, related_name="+")
    hash = models.CharField(max_length=64)  # of the words that were read
    engine = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    as_of = models.DateField()
    stood_until = models.DateField()
    reading = models.TextField()  # JSON as text: its bytes stay those whose hash is in the record

    class Meta:
        constraints = [models.UniqueConstraint("version", "engine", "as_of", name="reading_once_a_day")]
