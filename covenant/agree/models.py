from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from covenant.agree.types import GroundKind, Resources, VersionState
from covenant.place.types import Tier


class Covenant(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    place = models.ForeignKey("place.Place", models.PROTECT, related_name="covenants")
    made_at = models.DateTimeField()


class Version(models.Model):
    """What the parties are asked to consent to. Once proposed, its words stand for ever under its hash."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    covenant = models.ForeignKey(Covenant, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=[(s.value, s.label) for s in VersionState])
    purpose = models.TextField()
    why = models.TextField(blank=True)  # why this version replaces the one before; not part of what is signed
    hash = models.CharField(max_length=64, blank=True)
    parties = models.ManyToManyField("place.Party", related_name="+")
    needed = models.ManyToManyField("place.Party", related_name="+")
    made_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    in_force_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("covenant", "number", name="version_number_once"),
            models.UniqueConstraint("covenant", condition=Q(state="in force"), name="version_one_in_force"),
            models.UniqueConstraint(
                "covenant", condition=Q(state__in=["draft", "proposed"]), name="version_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | ~Q(hash=""), name="version_hash_once_proposed"
            ),
        ]


class Commitment(models.Model):
    """A promise through all its wordings: what reports, questions and traces hold on to."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    covenant = models.ForeignKey(Covenant, models.PROTECT, related_name="commitments")
    number = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint("covenant", "number", name="commitment_number_once")]


class Clause(models.Model):
    """A commitment as one version words it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(Version, models.CASCADE, related_name="clauses")
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="clauses")
    debtor = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    creditors = models.ManyToManyField("place.Party", related_name="+")
    text = models.TextField()
    measure = models.TextField()
    due = models.DateField()
    tier = models.CharField(max_length=20, choices=[(t.value, t.label) for t in Tier])
    outcome = models.TextField()
    resources = models.CharField(
        max_length=12, choices=[(r.value, r.label) for r in Resources], default=Resources.NOT_STATED
    )

    class Meta:
        constraints = [models.UniqueConstraint("version", "commitment", name="clause_once_a_version")]


class Ground(models.Model):
    """Why a clause stands: what a statement said when it was cited, or a need or evidence with its source."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clause = models.ForeignKey(Clause, models.CASCADE, related_name="grounds")
    kind = models.CharField(max_length=20, choices=[(k.value, k.label) for k in GroundKind])
    statement = models.ForeignKey("listen.Statement", models.PROTECT, null=True, related_name="+")
    citation = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    source = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(statement__isnull=False) | (~Q(text="") & ~Q(source="")),
                name="ground_statement_or_source",
            )
        ]


class Signature(models.Model):
    """A party's answer to one exact hash, given by a person with a mandate."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="signatures")
    party = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    mandate = models.ForeignKey("place.Mandate", models.PROTECT, related_name="+")
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    salt = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint("version", "party", name="signature_once_a_party")]


class Refusal(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="refusals")
    party = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("version", "party", name="refusal_once_a_party")]
