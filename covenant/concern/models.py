"""What is kept of concerns: days and never moments, ids by lot, nobody who raised anything in confidence."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from covenant.concern.types import Criterion, Offer, Outcome, Rung, Standing


class Key(models.Model):
    """A key of a scrutineer, for one appointment. The newest is the one in use."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    covenant = models.ForeignKey("agree.Covenant", models.PROTECT, related_name="+")
    appointment = models.ForeignKey("scrutinise.Appointment", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()  # of the keys of this covenant
    recipient = models.CharField(max_length=80)
    locked = models.BinaryField(default=bytes)  # by a passphrase; empty where the secret half never was here
    is_outside = models.BooleanField(default=False)
    made_on = models.DateField()
    looked_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("covenant", "number", name="concern_key_number")]


class Concern(models.Model):
    """One concern. What it says is sealed in letters; here stands only what the scrutineer did with it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    covenant = models.ForeignKey("agree.Covenant", models.PROTECT, related_name="+")
    standing = models.CharField(max_length=10, choices=[(s.value, s.value) for s in Standing])
    code = models.CharField(max_length=64, null=True, unique=True)  # a hash of it
    recipient = models.CharField(max_length=80, blank=True)  # that the code opens
    raised_on = models.DateField(null=True)
    admitted_on = models.DateField(null=True)
    rung = models.CharField(max_length=10, blank=True, choices=[(r.value, r.label) for r in Rung])
    since = models.DateField(null=True)  # on this rung
    parties = models.ManyToManyField("place.Party", related_name="+")  # whose it is to put it right
    commitment = models.ForeignKey("agree.Commitment", models.PROTECT, null=True, related_name="+")
    joined = models.ForeignKey("self", models.PROTECT, null=True, related_name="others")
    finding = models.ForeignKey("scrutinise.Finding", models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=20, blank=True, choices=[(o.value, o.label) for o in Outcome])
    criterion = models.CharField(max_length=40, blank=True, choices=[(c.value, c.label) for c in Criterion])
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rung="", since=None) | (Q(since__isnull=False) & ~Q(rung="")),
                name="concern_rung_since",
            ),
            models.CheckConstraint(
                condition=Q(standing=Standing.CLOSED, closed_on__isnull=False) & ~Q(outcome="")
                | (~Q(standing=Standing.CLOSED) & Q(closed_on=None, outcome="")),
                name="concern_closed_with_outcome",
            ),
        ]


class Openly(models.Model):
    """What a party raised in the open: its words, and who spoke for it."""

    concern = models.OneToOneField(Concern, models.PROTECT, primary_key=True, related_name="openly")
    party = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    mandate = models.ForeignKey("place.Mandate", models.PROTECT, related_name="+")
    text = models.TextField()
    right = models.TextField()
    salt = models.BinaryField(max_length=32)


class Letter(models.Model):
    """What whoever raised it, or the scrutineer, wrote to the other: sealed to both, and to nobody else."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    concern = models.ForeignKey(Concern, models.CASCADE, related_name="letters")
    number = models.PositiveIntegerField()
    from_raiser = models.BooleanField()
    key = models.ForeignKey(Key, models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint("concern", "number", name="concern_letter_number")]


class Step(models.Model):
    """The next rung, as it was offered to whoever raised it: exactly these words, before exactly these."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    concern = models.ForeignKey(Concern, models.CASCADE, related_name="steps")
    batch = models.UUIDField()  # the same for concerns that were joined
    number = models.PositiveIntegerField()
    rung = models.CharField(max_length=10, choices=[(r.value, r.label) for r in Rung])
    state = models.CharField(max_length=10, choices=[(o.value, o.value) for o in Offer])
    key = models.ForeignKey(Key, models.PROTECT, related_name="+")
    sealed = models.BinaryField(default=bytes)  # the statement, to both
    statement = models.TextField(blank=True)  # once whoever raised it has consented to it
    shown_to = models.ManyToManyField("place.Party", related_name="+")
    offered_on = models.DateField()
    taken_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("concern", "number", name="concern_step_number"),
            models.UniqueConstraint(
                "concern",
                condition=Q(state__in=[Offer.OFFERED, Offer.CONSENTED]),
                name="concern_one_offer",
            ),
            models.CheckConstraint(
                condition=Q(statement="") | Q(state__in=[Offer.CONSENTED, Offer.TAKEN]),
                name="concern_words_after_consent",
            ),
        ]


class Said(models.Model):
    """What a party that was asked at a rung says."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    batch = models.UUIDField(db_index=True)
    number = models.PositiveIntegerField()
    party = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    mandate = models.ForeignKey("place.Mandate", models.PROTECT, related_name="+")
    text = models.TextField()
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint("batch", "number", name="concern_said_number")]


class Month(models.Model):
    """How many concerns came in confidence in one month, as everyone is told; null for fewer than three."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    covenant = models.ForeignKey("agree.Covenant", models.PROTECT, related_name="+")
    month = models.DateField()  # its first day
    received = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("covenant", "month", name="concern_month_once")]
