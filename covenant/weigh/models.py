from django.conf import settings
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from covenant.weigh.types import (
    AppraisalState,
    ConsiderationKind,
    CostKind,
    Followed,
    GroundKind,
    JudgementState,
    Voice,
    Weight,
)


class Done(models.Model):
    """Something that a person did. The salt seals who in the record."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    salt = models.BinaryField(max_length=32)

    class Meta:
        abstract = True


class Act(Done):
    """Something that was done for a body, or by the convenor where no body is named."""

    party = models.ForeignKey("place.Party", models.PROTECT, null=True, related_name="+")
    mandate = models.ForeignKey("place.Mandate", models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True


class PartyAct(Done):
    """Something that only a body can do, through somebody who holds its mandate."""

    party = models.ForeignKey("place.Party", models.PROTECT, related_name="+")
    mandate = models.ForeignKey("place.Mandate", models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Idea(Act):
    """What could be done, in answer to what was heard or to a need that a source tells of."""

    place = models.ForeignKey("place.Place", models.PROTECT, related_name="+")
    voice = models.CharField(max_length=10, choices=[(v.value, v.value) for v in Voice])
    role = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=200)
    text = models.TextField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(voice="party", party__isnull=False) | (~Q(voice="party") & Q(party__isnull=True)),
                name="idea_of_a_party_has_one",
            )
        ]


class Ground(models.Model):
    """Why an idea stands: what a statement said when it was cited, or a need or evidence with its source."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="grounds")
    kind = models.CharField(max_length=20, choices=[(k.value, k.label) for k in GroundKind])
    statement = models.ForeignKey("listen.Statement", models.PROTECT, null=True, related_name="+")
    citation = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    source = models.CharField(max_length=500, blank=True)
    url = models.URLField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("idea", "statement", name="idea_cites_once"),
            models.CheckConstraint(
                condition=Q(statement__isnull=False) | (~Q(text="") & ~Q(source="")),
                name="idea_ground_statement_or_source",
            ),
        ]


class Appraisal(models.Model):
    """A decision to make: what is to be decided, by which bodies, by when, and what it hopes to change."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey("place.Place", models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=[(s.value, s.label) for s in AppraisalState])
    title = models.CharField(max_length=200)
    asks = models.TextField()
    decide_by = models.DateField()
    bodies = models.ManyToManyField("place.Party", related_name="+")
    outcome = models.TextField()
    baseline = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    baseline_unit = models.CharField(max_length=60, blank=True)
    baseline_dated = models.DateField(null=True)
    baseline_source = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    withdrawn_why = models.TextField(blank=True)


class Option(models.Model):
    """One way to decide. Doing nothing is the first of every decision's options."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="options")
    number = models.PositiveIntegerField()
    is_nothing = models.BooleanField(default=False)
    title = models.CharField(max_length=200)
    what = models.TextField()
    cost = models.CharField(max_length=12, choices=[(k.value, k.label) for k in CostKind])
    once_low = models.BigIntegerField(null=True)
    once_high = models.BigIntegerField(null=True)
    yearly_low = models.BigIntegerField(null=True)
    yearly_high = models.BigIntegerField(null=True)
    price_year = models.CharField(max_length=7, blank=True)
    cost_source = models.TextField(blank=True)
    payer = models.TextField(blank=True)
    benefits = models.TextField(blank=True)
    tradeoffs = models.TextField(blank=True)
    gains = models.TextField(blank=True)
    loses = models.TextField(blank=True)
    legal = models.TextField(blank=True)
    ideas = models.ManyToManyField(Idea, related_name="options")

    class Meta:
        constraints = [
            models.UniqueConstraint("appraisal", "number", name="option_number_once"),
            models.UniqueConstraint("appraisal", condition=Q(is_nothing=True), name="option_nothing_once"),
            models.CheckConstraint(
                condition=(
                    Q(once_low=None, once_high=None) | Q(once_low__gte=0, once_high__gte=F("once_low"))
                )
                & (
                    Q(yearly_low=None, yearly_high=None)
                    | Q(yearly_low__gte=0, yearly_high__gte=F("yearly_low"))
                ),
                name="option_cost_from_low_to_high",
            ),
        ]


class Discarding(Act):
    """Why an option was not taken further: it stays where it is, with this beside it."""

    option = models.OneToOneField(Option, models.PROTECT, related_name="discarding")
    reason = models.TextField()


class Consideration(models.Model):
    """What is weighed: something heard, a cost, a piece of evidence, a consideration of equality."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="considerations")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=[(k.value, k.label) for k in ConsiderationKind])
    statement = models.ForeignKey("listen.Statement", models.PROTECT, null=True, related_name="+")
    citation = models.JSONField(default=dict)
    option = models.ForeignKey(Option, models.PROTECT, null=True, related_name="+")  # of which it is the cost
    text = models.TextField(blank=True)
    source = models.CharField(max_length=500, blank=True)
    url = models.URLField(max_length=500, blank=True)
    followed = models.CharField(max_length=20, blank=True, choices=[(f.value, f.label) for f in Followed])
    because = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("appraisal", "number", name="consideration_number_once"),
            models.UniqueConstraint("appraisal", "statement", name="consideration_heard_once"),
            models.UniqueConstraint("option", name="consideration_cost_once"),
            models.CheckConstraint(
                condition=(Q(kind="heard") & Q(statement__isnull=False))
                | (Q(kind="cost") & Q(option__isnull=False))
                | (Q(kind__in=["evidence", "equality"]) & ~Q(text="")),
                name="consideration_says_what",
            ),
            models.CheckConstraint(
                condition=Q(followed="", because="") | (~Q(followed="") & ~Q(because="")),
                name="consideration_answer_has_a_reason",
            ),
        ]


class Weighing(Act):
    """What weight a body gives to a consideration, and why; a later one takes its place."""

    consideration = models.ForeignKey(Consideration, models.PROTECT, related_name="weighings")
    weight = models.CharField(max_length=10, choices=[(w.value, w.label) for w in Weight])
    reason = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "consideration", "party", condition=Q(party__isnull=False), name="weighing_once_a_party"
            ),
            models.UniqueConstraint(
                "consideration", condition=Q(party__isnull=True), name="weighing_once_the_convenor"
            ),
        ]


class Interest(Act):
    """What a body that weighs stands to gain or lose. Never changed: a later one stands beside it."""

    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="interests")
    text = models.TextField()


class Judgement(models.Model):
    """What is chosen and why, over everything that was weighed.

    Its content changes only where words that were taken back are erased from it: the hash stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="judgements")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=[(s.value, s.label) for s in JudgementState])
    option = models.ForeignKey(Option, models.PROTECT, related_name="judgements")
    reason = models.TextField()
    content = models.JSONField()
    hash = models.CharField(max_length=64)
    put_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("appraisal", "number", name="judgement_number_once"),
            models.UniqueConstraint(
                "appraisal",
                condition=Q(state__in=["put for signing", "made"]),
                name="judgement_one_stands",
            ),
        ]


class Signature(PartyAct):
    """A body's consent to one exact hash."""

    judgement = models.ForeignKey(Judgement, models.PROTECT, related_name="signatures")
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint("judgement", "party", name="judgement_signed_once_a_party")]


class Dissent(PartyAct):
    """A body that does not agree, and why: it stands beside a judgement, and changes nothing in it."""

    judgement = models.ForeignKey(Judgement, models.PROTECT, related_name="dissents")
    reason = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint("judgement", "party", name="judgement_dissent_once_a_party")]
