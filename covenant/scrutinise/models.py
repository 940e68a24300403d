from django.conf import settings
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from covenant.scrutinise.stages import Answer, Became, Motion, Stage


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


class Since(models.Model):
    """From when on a version is asked a question without a break, however often it is read again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey("agree.Version", models.PROTECT, related_name="+")
    key = models.CharField(max_length=200)  # the question's id in the reading
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("version", "key", name="since_once_a_question")]


class Proposal(models.Model):
    """What is put to all signing parties of a covenant: to appoint a scrutineer, or to remove one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    covenant = models.ForeignKey("agree.Covenant", models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=[(s.value, s.value) for s in Motion])
    hash = models.CharField(max_length=64)
    needed = models.ManyToManyField("place.Party", related_name="+")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    put_for = models.ForeignKey("place.Party", models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    refused_for = models.ForeignKey("place.Party", models.PROTECT, null=True, related_name="+")
    refusal = models.TextField(blank=True)


class Appointment(models.Model):
    """Of whom, and on what terms. In force once its proposal is carried; it ends by its date or a removal."""

    proposal = models.OneToOneField(Proposal, models.PROTECT, primary_key=True, related_name="appointment")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    statement = models.TextField()
    interests = models.TextField()
    contact = models.CharField(max_length=300, blank=True)
    starts = models.DateField()
    ends = models.DateField()
    salt = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="term_ends_after_start")
        ]


class Removal(models.Model):
    proposal = models.OneToOneField(Proposal, models.PROTECT, primary_key=True, related_name="removal")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="removals")
    reason = models.TextField()


class Consent(models.Model):
    """A party's consent to one exact proposal, given by a person with a mandate."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="consents")
    party = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    mandate = models.ForeignKey("place.Mandate", models.PROTECT, related_name="+")
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    salt = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint("proposal", "party", name="scrutineer_consent_once_a_party")]


class Question(models.Model):
    """A question that a scrutineer has dealt with: the machine's as it was asked then, or their own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey("agree.Version", models.PROTECT, related_name="+")
    key = models.CharField(max_length=200)  # its id in the reading
    rule = models.CharField(max_length=100)
    is_gap = models.BooleanField(default=False)
    text = models.TextField()
    evidence = models.JSONField(default=list)
    engine = models.CharField(max_length=40, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)  # of the reading; empty for one of their own
    asked_at = models.DateTimeField()
    became = models.CharField(max_length=20, choices=[(b.value, b.value) for b in Became])

    class Meta:
        constraints = [models.UniqueConstraint("version", "key", name="question_once_a_version")]


class Step(models.Model):
    """What a scrutineer did with a question. Never changed: the next step says more."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    question = models.ForeignKey(Question, models.PROTECT, related_name="steps")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    became = models.CharField(max_length=20, choices=[(b.value, b.value) for b in Became])
    reason = models.TextField(blank=True)
    at = models.DateTimeField()


class Finding(models.Model):
    """What a scrutineer finds. Its words are fixed from when the parties see them; only its stage changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    question = models.ForeignKey(Question, models.PROTECT, related_name="findings")
    stage = models.CharField(max_length=30, choices=[(s.value, s.value) for s in Stage])
    text = models.TextField()
    evidence = models.JSONField(default=list)
    engine = models.CharField(max_length=40, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    parties = models.ManyToManyField("place.Party", related_name="+")
    commitments = models.ManyToManyField("agree.Commitment", related_name="+")
    hash = models.CharField(max_length=64)
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="+")  # who drafted, then signed
    shown_at = models.DateTimeField()
    reply_by = models.DateField()  # as it was promised to the parties
    signed_at = models.DateTimeField(null=True)
    salt = models.BinaryField(max_length=32, default=bytes)
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, related_name="successors")
    why = models.TextField(blank=True)
    closing = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    held = models.BooleanField(default=False)  # a draft whose ground is gone: it cannot be signed

    class Meta:
        constraints = [
            models.UniqueConstraint("question", condition=Q(stage=Stage.SHOWN), name="finding_one_draft"),
            models.UniqueConstraint(
                "question", condition=Q(stage__in=[Stage.SIGNED, Stage.MENDED]), name="finding_one_stands"
            ),
            models.CheckConstraint(
                condition=Q(stage__in=[Stage.SHOWN, Stage.DROPPED]) | Q(signed_at__isnull=False),
                name="finding_signed_once_public",
            ),
        ]


class Reply(models.Model):
    """What a party says beside a finding. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="replies")
    party = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    mandate = models.ForeignKey("place.Mandate", models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=[(a.value, a.label) for a in Answer])
    text = models.TextField()
    by = models.DateField(null=True)
    url = models.URLField(max_length=500, blank=True)
    dated = models.DateField(null=True)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    salt = models.BinaryField(max_length=32)
