"""What is kept of how parties answer: asks, links, papers, contacts, pauses. Tables of the slice `agree`."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from covenant.agree.signing_types import AskKind, Capacity, Reply, Way


class Ask(models.Model):
    """Something that a body was asked to do, and the minutes that it takes: no person stands in it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    party = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    version = models.ForeignKey("agree.Version", models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=30, choices=[(k.value, k.label) for k in AskKind])
    minutes = models.PositiveIntegerField()
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("party", "day", name="ask_party_day")]


class Link(models.Model):
    """A one-time link, bound to one person and one hash. Of its token no more is kept than a hash.

    The token is made where the mail is sent, so that it is nowhere else, not even while the mail waits.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ask = models.OneToOneField(Ask, models.PROTECT, related_name="link")
    version = models.ForeignKey("agree.Version", models.PROTECT, related_name="+")
    party = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    mandate = models.ForeignKey("place.Mandate", models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    hash = models.CharField(max_length=64)
    token_hash = models.CharField(max_length=64, unique=True, null=True)
    expires = models.DateField()  # inclusive
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    reply = models.CharField(max_length=10, blank=True)


class Paper(models.Model):
    """An answer that was given on paper. It counts once somebody of another side has countersigned it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey("agree.Version", models.PROTECT, related_name="+")
    party = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    mandate = models.ForeignKey("place.Mandate", models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    hash = models.CharField(max_length=64)
    reply = models.CharField(max_length=10, choices=[(r.value, r.label) for r in Reply])
    reason = models.TextField(blank=True)
    capacity = models.CharField(
        max_length=10, choices=[(c.value, c.label) for c in Capacity], default=Capacity.ITSELF
    )
    asked = models.PositiveIntegerField(null=True)
    answered = models.PositiveIntegerField(null=True)
    how = models.TextField(blank=True)
    signed_on = models.DateField()
    kept_at = models.CharField(max_length=300)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    checked_by = models.ForeignKey("place.Party", models.PROTECT, null=True, related_name="+")
    checked_mandate = models.ForeignKey("place.Mandate", models.PROTECT, null=True, related_name="+")
    checked_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    not_accepted = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "version", "party", condition=Q(checked_at=None), name="paper_one_waits_a_party"
            )
        ]


class SignedAs(models.Model):
    """In which capacity, and by which way, a signature was given."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    signature = models.OneToOneField("agree.Signature", models.CASCADE, related_name="signed_as")
    capacity = models.CharField(max_length=10, choices=[(c.value, c.label) for c in Capacity], blank=True)
    asked = models.PositiveIntegerField(null=True)
    answered = models.PositiveIntegerField(null=True)
    how = models.TextField(blank=True)
    way = models.CharField(max_length=10, choices=[(w.value, w.label) for w in Way])
    paper = models.OneToOneField(Paper, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(asked=None, answered=None) | Q(capacity="members", answered__lte=F("asked")),
                name="signed_as_numbers_of_members",
            )
        ]


class Contact(models.Model):
    """Where a body of a covenant is told who signed for it, and where that address was found."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    covenant = models.ForeignKey("agree.Covenant", models.PROTECT, related_name="+")
    party = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    address = models.EmailField()
    found = models.CharField(max_length=500)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("covenant", "party", name="contact_one_a_party")]


class Telling(models.Model):
    """A body is told that somebody signed for it for the first time, and may disown that within ten days.

    The signature is null where it was taken back: what it was stands here.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ask = models.OneToOneField(Ask, models.PROTECT, related_name="+")
    signature = models.OneToOneField("agree.Signature", models.SET_NULL, null=True, related_name="telling")
    version = models.ForeignKey("agree.Version", models.PROTECT, related_name="+")
    party = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    mandate = models.ForeignKey("place.Mandate", models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    sent_to = models.EmailField(blank=True)  # forgotten once the days are over
    token_hash = models.CharField(max_length=64, unique=True, null=True)
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    until = models.DateField(null=True)  # inclusive; from when it was sent
    disowned_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)


class Pause(models.Model):
    """A party answers after its trustees have met."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey("agree.Version", models.PROTECT, related_name="+")
    party = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    meets = models.DateField()
    moved_from = models.DateField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("version", "party", name="pause_once_a_party")]
