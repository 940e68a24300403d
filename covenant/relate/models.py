from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from covenant.relate.types import ChangeKind, EntryKind, PersonRole, VersionState


class Agreement(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(unique=True)
    place = models.ForeignKey("place.Place", models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()


class Member(models.Model):
    """A body, or a named person: their name is the user's alone. The salt seals whose it is in the record."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="members")
    party = models.ForeignKey("place.Party", models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20, blank=True, choices=[(r.value, r.label) for r in PersonRole])
    salt = models.BinaryField(max_length=32, default=b"")
    seal = models.CharField(max_length=64, blank=True)
    shows_name = models.BooleanField(default=False)  # said by the person, with their consent

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True, role="", party__isnull=False)
                | (Q(user__isnull=False) & ~Q(role="") & ~Q(seal="")),
                name="relate_member_body_or_person",
            )
        ]


class Version(models.Model):
    """Its words are one document: they are consented to as a whole, and stand for ever once proposed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in VersionState])
    hash = models.CharField(max_length=64, blank=True)
    words = models.JSONField()
    members = models.ManyToManyField(Member, related_name="+")
    why = models.TextField(blank=True)
    cycle = models.ForeignKey("Cycle", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    active_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    refused_because = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("agreement", "number", name="relate_version_number_once"),
            models.UniqueConstraint(
                "agreement", condition=Q(state="active"), name="relate_version_one_active"
            ),
            models.UniqueConstraint(
                "agreement", condition=Q(state__in=["draft", "proposed"]), name="relate_version_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | ~Q(hash=""),
                name="relate_version_hash_once_proposed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["active", "superseded"], active_at__isnull=False)
                | (~Q(state__in=["active", "superseded"]) & Q(active_at__isnull=True)),
                name="relate_version_active_at_a_moment",
            ),
        ]


class Change(models.Model):
    """A departure, or a person who would come. It says of nobody more than that."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in ChangeKind])
    member = models.ForeignKey(Member, models.PROTECT, related_name="changes")
    replaces = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    last_day = models.DateField(null=True)
    carer = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    announced_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    refused_because = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("member", "kind", name="relate_change_once_a_member"),
            models.CheckConstraint(
                condition=Q(kind="arrival") | Q(last_day__isnull=False), name="relate_departure_has_a_day"
            ),
        ]


class Act(models.Model):
    """Something that a member did, and the person by whom: for a body, with a mandate."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    mandate = models.ForeignKey("place.Mandate", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True


class Consent(Act):
    """To the exact hash of a version, or of a change under it."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="consents")
    change = models.ForeignKey(Change, models.PROTECT, null=True, related_name="consents")
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "version", "member", condition=Q(change=None), name="relate_consent_once_a_member"
            ),
            models.UniqueConstraint("version", "change", "member", name="relate_acceptance_once_a_member"),
        ]


class Decision(Act):
    """What a member put to the forum."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="+")  # whose rule decides it
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="decisions")
    number = models.PositiveIntegerField()
    matter = models.CharField(max_length=200)
    text = models.TextField()
    closes = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint("agreement", "number", name="relate_decision_number_once")]


class Ballot(Act):
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="ballots")
    yes = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint("decision", "member", name="relate_ballot_once_a_member")]


class Cycle(Act):
    """A question that those in an agreement want to learn about."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="cycles")
    number = models.PositiveIntegerField()
    question = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint("agreement", "number", name="relate_cycle_number_once")]


class Entry(Act):
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12, choices=[(k.value, k.label) for k in EntryKind])
    text = models.TextField()


class Round(models.Model):
    """One round of answers about behaviours. What is published of it is all that stays of the answers."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="rounds")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    closes = models.DateField()
    closed_at = models.DateTimeField(null=True)
    published = models.BooleanField(default=False)
    answers = models.PositiveIntegerField(null=True)  # how many answered, where it was published
    bands = models.JSONField(default=dict)  # by the key of a behaviour

    class Meta:
        constraints = [
            models.UniqueConstraint("agreement", "number", name="relate_round_number_once"),
            models.UniqueConstraint(
                "agreement", condition=Q(closed_at__isnull=True), name="relate_round_one_open"
            ),
        ]


class Answered(models.Model):
    """That a person answered in a round; `ratings` is emptied when the round is closed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="answered")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ratings = models.JSONField(default=dict)  # 1 to 5 by the key of a behaviour

    class Meta:
        constraints = [models.UniqueConstraint("round", "user", name="relate_answered_once_a_person")]
