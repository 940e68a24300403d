from django.db import models


class Entry(models.Model):
    """A line of the public record. It points at nothing: it must outlive whatever it speaks of."""

    index = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=100, db_index=True)
    body = models.JSONField()
    previous = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["index"]
        verbose_name_plural = "entries"
