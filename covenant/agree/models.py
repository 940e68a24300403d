from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from covenant.agree.types import GroundKind, Resources, SectionKind, VersionState
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
    state = models.CharField(max_length=20, choices=[(s.value, s.label) for s in VersionState])
    purpose = models.TextField()
    why = models.TextField(blank=True)  # why this version replaces the one before; not part of what is signed
    hash = models.CharField(max_length=64, blank=True)
    parties = models.ManyToManyField("place.Party", related_name="+")
    needed = models.ManyToManyField("place.Party", related_name="+")
    made_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    in_force_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    author = models.ForeignKey(
        "place.Party", models.PROTECT, null=True, related_name="+"
    )  # null: the convenor
    base = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    counters = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    settles = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    came_by = models.CharField(max_length=20, blank=True)
    answer_by = models.DateField(null=True)
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)
    review = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("covenant", "number", name="version_number_once"),
            models.UniqueConstraint("covenant", condition=Q(state="in force"), name="version_one_in_force"),
            models.UniqueConstraint(
                "covenant",
                condition=Q(state__in=["draft", "proposed"], author__isnull=True),
                name="version_one_open",
            ),
            models.UniqueConstraint(
                "covenant",
                "author",
                condition=Q(state__in=["draft", "proposed"], author__isnull=False),
                name="version_one_open_a_party",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | ~Q(hash=""), name="version_hash_once_proposed"
            ),
        ]


class Section(models.Model):
    """What a version says beside its commitments, under one of the headings of a local covenant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(Version, models.CASCADE, related_name="sections")
    kind = models.CharField(max_length=20, choices=[(k.value, k.label) for k in SectionKind])
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint("version", "kind", name="section_once_a_version")]


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
    together = models.ManyToManyField("place.Party", related_name="+")
    evidence = models.TextField(blank=True)
    review = models.DateField(null=True)
    explain = models.TextField(blank=True)
    baseline = models.TextField(blank=True)
    reciprocals = models.ManyToManyField(Commitment, related_name="+")

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


class PartRefusal(models.Model):
    """A part of a version to which a party that signed the rest did not consent."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="part_refusals")
    party = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    key = models.CharField(max_length=200)
    reason = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint("version", "party", "key", name="part_refused_once")]


class Departure(models.Model):
    """A party's notice that it leaves a covenant: nobody can hold it, and the others are told from when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    covenant = models.ForeignKey(Covenant, models.PROTECT, related_name="departures")
    party = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.TextField()
    given_at = models.DateTimeField()
    leaves = models.DateField()  # the first day on which it is bound no more
    done_at = models.DateTimeField(null=True)
    salt = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "covenant", "party", condition=Q(done_at=None), name="departure_one_open_a_party"
            )
        ]


class Reaffirmed(models.Model):
    """A debtor's word that a commitment stands, though the one it was promised in return for ends."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    departure = models.ForeignKey(Departure, models.PROTECT, related_name="reaffirmed")
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("departure", "commitment", name="reaffirmed_once")]


class Succession(models.Model):
    """One body that takes another's place in a covenant, by law or by its own act, once it has accepted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    covenant = models.ForeignKey(Covenant, models.PROTECT, related_name="successions")
    old = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    new = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    basis = models.TextField()  # the order, the resolution, the merger
    source = models.CharField(max_length=500)
    takes_effect = models.DateField()
    named_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    salt = models.BinaryField(max_length=32, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "covenant", "old", condition=Q(done_at=None), name="succession_one_open_a_party"
            ),
            models.CheckConstraint(condition=~Q(old=models.F("new")), name="succession_to_another"),
        ]


class Pledge(models.Model):
    """What one body said that it would do, as its source writes it: nobody agreed to it, nobody signed it.

    It has no day on which it is due: nothing here is ever late.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey("place.Place", models.PROTECT, related_name="pledges")
    party = models.ForeignKey("place.Party", models.PROTECT, null=True, related_name="+")
    by = models.CharField(max_length=200)  # as the source writes it
    text = models.TextField()
    about = models.CharField(max_length=200, blank=True)
    said = models.DateField(null=True)
    source = models.CharField(max_length=2000, blank=True)
    source_name = models.CharField(max_length=500, blank=True)
    publisher = models.CharField(max_length=200, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, unique=True)  # of what it says: the same is never there twice
    loaded_at = models.DateTimeField()


# Django looks for a slice's tables in this module; those of asking and signing stand in a file of their own.
from covenant.agree import signing_models as signing_models  # noqa: E402
