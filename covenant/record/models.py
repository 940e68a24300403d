from django.db import models


class Entry(models.Model):
    """A leaf of the public record. It points at nothing: it must outlive whatever it speaks of.

    Written with the act, while its place is not known yet: the sequencer gives it one. `at` is the moment of
    the act, which the entry itself may tell less exactly; `data` is the entry as it is hashed and published.
    """

    id = models.BigAutoField(primary_key=True)  # the order of arrival, with gaps: no place in the record
    index = models.BigIntegerField(null=True, unique=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=100)
    data = models.TextField()
    leaf = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["index"]
        verbose_name_plural = "entries"
        indexes = [
            models.Index("subject", "index", name="entry_about"),
            models.Index("leaf", name="entry_leaf"),
        ]


class Opening(models.Model):
    """What an entry holds sealed, with the salt: erase it, and the entry and every proof of it still hold."""

    entry = models.BigIntegerField()  # the row of the entry
    name = models.CharField(max_length=60)  # of the field in its body
    value = models.TextField()  # JSON
    salt = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint("entry", "name", name="opening_once_a_field")]


class Checkpoint(models.Model):
    """A root that was signed, over so many entries."""

    size = models.BigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["size"]
