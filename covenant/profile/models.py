from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from covenant.profile.types import Basis, BodyKind, Change, Direction, Kind, Term


class Source(models.Model):
    """A document that figures were taken from; a corrected file of the same dataset takes its place."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dataset = models.CharField(max_length=100, unique=True)
    title = models.CharField(max_length=300)
    publisher = models.CharField(max_length=300)
    licence = models.CharField(max_length=200)
    vintage = models.CharField(max_length=100, blank=True)
    about = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    file = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    imported = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


class Body(models.Model):
    """A body of the state, now or before. Its place, where there is one, has the same code."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=12, unique=True)
    ecode = models.CharField(max_length=12, blank=True)
    name = models.CharField(max_length=200)
    also = models.JSONField(default=list)  # other names
    kind = models.CharField(max_length=20, choices=[(k.value, k.label) for k in BodyKind])
    provides = models.CharField(max_length=10, blank=True)
    within = models.JSONField(default=list)  # codes of the county and of the combined authority
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)

    class Meta:
        verbose_name_plural = "bodies"

    def __str__(self) -> str:
        return self.name


class Succession(models.Model):
    """What became of a code."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, models.CASCADE)
    old = models.CharField(max_length=12)
    old_name = models.CharField(max_length=200)
    new = models.CharField(max_length=12)
    new_name = models.CharField(max_length=200)
    change = models.CharField(max_length=10, choices=[(c.value, c.value) for c in Change])
    on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("source", "old", "new", name="succession_once")]


class Service(models.Model):
    """A service that bodies of a tier provide, by the list of GOV.UK."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, models.CASCADE)
    number = models.PositiveIntegerField()
    text = models.CharField(max_length=300)
    tier = models.CharField(max_length=10)

    class Meta:
        constraints = [models.UniqueConstraint("source", "number", name="service_once_a_source")]


class Line(models.Model):
    """One sum of money: whose, for what, in which year, from which row of which document."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, models.CASCADE)
    body = models.ForeignKey(Body, models.PROTECT)
    purpose = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField(null=True)  # in which the financial year starts
    pence = models.BigIntegerField()
    row = models.PositiveIntegerField()
    direction = models.CharField(max_length=10, choices=[(d.value, d.value) for d in Direction])
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in Kind])
    term = models.CharField(max_length=10, choices=[(t.value, t.value) for t in Term])
    basis = models.CharField(max_length=10, choices=[(b.value, b.value) for b in Basis])
    item = models.CharField(max_length=310, blank=True)
    payer = models.CharField(max_length=200, blank=True)
    payee = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "source",
                "body",
                "purpose",
                "year",
                condition=Q(term=Term.ANNUAL.value),
                name="line_once_a_year",
            )
        ]
        indexes = [models.Index("body", "term", name="line_of_body")]


class Figure(models.Model):
    """One figure about an area, of a vintage. What is not stated has no value, which is not nought."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, models.CASCADE)
    code = models.CharField(max_length=12)
    measure = models.CharField(max_length=30)
    part = models.CharField(max_length=30, blank=True)
    vintage = models.CharField(max_length=10)
    value = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    share = models.DecimalField(max_digits=7, decimal_places=6, null=True)
    rank = models.PositiveIntegerField(null=True)
    n = models.PositiveIntegerField(null=True)
    words = models.CharField(max_length=200, blank=True)
    row = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint("code", "measure", "part", "vintage", "source", name="figure_once")
        ]


class Organisation(models.Model):
    """An organisation of civil society or business, as one document lists it. No individual is ever one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, models.CASCADE)
    org_id = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    code = models.CharField(max_length=12, db_index=True)  # of its ward or district
    around = models.CharField(max_length=12, blank=True, db_index=True)  # of the district of its ward
    income = models.BigIntegerField(null=True)  # pence a year
    income_year = models.CharField(max_length=10, blank=True)
    row = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint("source", "org_id", name="organisation_once_a_source")]


class Likeness(models.Model):
    """The places most like one, as worked out when figures were last imported."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=12, unique=True)
    engine = models.CharField(max_length=20)
    found = models.JSONField()

    class Meta:
        verbose_name_plural = "likenesses"
