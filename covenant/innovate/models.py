from django.conf import settings
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from covenant.innovate.types import FreedomState, Verdict


class Area(models.Model):
    """Named places in which rules may be waived for a time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    purpose = models.TextField()
    place = models.ForeignKey("place.Place", models.PROTECT, related_name="+")  # whose convenor runs it
    places = models.ManyToManyField("place.Place", related_name="+")  # where its freedoms hold
    convenor = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    grounds = models.ManyToManyField("agree.Commitment", related_name="+")
    starts = models.DateField()
    sunset = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sunset__gte=F("starts")), name="area_ends_after_start")
        ]


class Freedom(models.Model):
    """What its parties are asked to consent to. Once proposed, its words stand for ever under its hash."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="freedoms")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in FreedomState])
    hash = models.CharField(max_length=64, blank=True)
    renews = models.ForeignKey("self", models.PROTECT, null=True, related_name="renewals")
    title = models.CharField(max_length=200)
    waived = models.TextField()
    source = models.CharField(max_length=500)
    granter = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    users = models.ManyToManyField("place.Party", related_name="+")
    safeguards = models.TextField()
    never_waived = models.TextField()
    hypothesis = models.TextField()
    changes_for = models.CharField(max_length=500)
    measure = models.TextField()
    unit = models.CharField(max_length=60, blank=True)
    baseline = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    baseline_n = models.PositiveBigIntegerField(null=True)
    baseline_source = models.CharField(max_length=500, blank=True)
    baseline_dated = models.DateField(null=True)
    target = models.TextField(blank=True)
    failure = models.TextField(blank=True)
    starts = models.DateField()
    sunset = models.DateField()
    evaluator = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    evaluation_due = models.DateField()
    made_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    granted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("area", "number", name="freedom_number_once"),
            models.CheckConstraint(condition=Q(sunset__gte=F("starts")), name="freedom_ends_after_start"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | ~Q(hash=""), name="freedom_hash_once_proposed"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["granted", "ended early"], granted_at__isnull=False)
                | (~Q(state__in=["granted", "ended early"]) & Q(granted_at__isnull=True)),
                name="freedom_granted_at_a_moment",
            ),
        ]


class Act(models.Model):
    """Something that a person with a mandate did for a party. The salt seals their name in the record."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    party = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    mandate = models.ForeignKey("place.Mandate", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    salt = models.BinaryField(max_length=32)

    class Meta:
        abstract = True


class Consent(Act):
    """A party's consent to one exact hash."""

    freedom = models.ForeignKey(Freedom, models.PROTECT, related_name="consents")
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint("freedom", "party", name="freedom_consent_once_a_party")]


class Ending(Act):
    """A refusal, or an end before the sunset: the freedom's state says which."""

    freedom = models.OneToOneField(Freedom, models.PROTECT, related_name="ending")
    reason = models.TextField()


class Measurement(Act):
    """A figure that a party reported. Never changed: a later one may correct it."""

    freedom = models.ForeignKey(Freedom, models.PROTECT, related_name="measurements")
    dated = models.DateField()
    value = models.DecimalField(max_digits=14, decimal_places=4)
    n = models.PositiveBigIntegerField(null=True)
    source = models.CharField(max_length=500)
    url = models.URLField(max_length=500, blank=True)
    note = models.TextField(blank=True)


class Evaluation(Act):
    freedom = models.OneToOneField(Freedom, models.PROTECT, related_name="evaluation")
    verdict = models.CharField(max_length=40, choices=[(v.value, v.label) for v in Verdict])
    figures = models.TextField()
    learnt = models.TextField()
    url = models.URLField(max_length=500, blank=True)


class Reply(Act):
    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="replies")
    text = models.TextField()
