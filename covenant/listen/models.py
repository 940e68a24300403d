from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from covenant.listen.heard import Moderation, Outcome, State, random_id


class Conversation(models.Model):
    """A question put to a place, and what people say to each other about it.

    `counted` is how many entries of the record the newest results count. Results are due where votes were
    counted beyond that, or where `changed` stands there: the row of the entry that last changed what the
    results would say otherwise, such as a moderator's.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(unique=True)
    place = models.ForeignKey("place.Place", models.PROTECT, related_name="conversations")
    title = models.CharField(max_length=200)
    introduction = models.TextField(blank=True)
    source = models.TextField(blank=True)  # where a loaded conversation was held, and its licence
    language = models.CharField(max_length=12, default="en")
    state = models.CharField(max_length=8, choices=[(s.value, s.label) for s in State])
    opens = models.DateField(null=True)
    closes = models.DateField(null=True)  # inclusive, Europe/London
    made_at = models.DateTimeField()
    loaded_at = models.DateTimeField(null=True)
    changed = models.BigIntegerField(default=-1)
    counted = models.BigIntegerField(default=0)
    counted_at = models.DateTimeField(null=True)
    erased = models.PositiveIntegerField(default=0)  # answers that are no longer here, as the record tells
    codes_issued = models.PositiveIntegerField(default=0)
    codes_used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(opens=None) | Q(closes=None) | Q(closes__gte=F("opens")),
                name="conversation_closes_after_opening",
            )
        ]


class Participant(models.Model):
    """Someone who takes part in one conversation. The id is random and belongs to that conversation alone."""

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="participants")
    level = models.PositiveSmallIntegerField(default=0)
    joined_at = models.DateTimeField(null=True)  # a loaded export does not say
    source_id = models.CharField(max_length=60, blank=True)  # in the export that they were loaded from

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__lte=4), name="participant_level_0_to_4"),
            models.UniqueConstraint(
                "conversation", "source_id", condition=~Q(source_id=""), name="participant_source_once"
            ),
        ]


class Statement(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="statements")
    number = models.PositiveIntegerField()
    text = models.TextField()
    is_seed = models.BooleanField(default=False)
    is_meta = models.BooleanField(default=False)
    moderation = models.CharField(max_length=8, choices=[(m.value, m.label) for m in Moderation])
    reason = models.TextField(blank=True)
    made_at = models.DateTimeField(null=True)
    author = models.ForeignKey(Participant, models.PROTECT, null=True, related_name="statements")
    salt = models.BinaryField(max_length=32, null=True)  # none for statements that came with a loaded export
    entry = models.BigIntegerField()  # the row of the record that tells of it

    class Meta:
        constraints = [
            models.UniqueConstraint("conversation", "number", name="statement_number_once"),
            models.CheckConstraint(
                condition=~Q(moderation=Moderation.HIDDEN) | ~Q(reason=""),
                name="statement_hidden_for_a_reason",
            ),
        ]


class Snapshot(models.Model):
    """Results as published: never changed. JSON is kept as text, so that its bytes stay those of its hash."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="snapshots")
    made_at = models.DateTimeField()
    entries = models.BigIntegerField()  # how many entries of the record it counts
    votes = models.PositiveIntegerField(default=0)
    erased = models.PositiveIntegerField(default=0)  # answers of the conversation that were gone before
    engine = models.CharField(max_length=20)
    figures = models.TextField()  # public: small cells suppressed
    full = models.TextField()  # for an analyst
    priorities = models.TextField()  # by statement id, for the draw of the next statement

    class Meta:
        constraints = [models.UniqueConstraint("conversation", "entries", name="snapshot_entries_once")]


class CountedSet(models.Model):
    """The tags of the votes that a snapshot counted, as published: bytes whose hash is in the record."""

    snapshot = models.OneToOneField(Snapshot, models.CASCADE, primary_key=True, related_name="counted_set")
    sha256 = models.CharField(max_length=64)
    text = models.TextField()


class ReplayGrant(models.Model):
    """Someone may have the results of a conversation worked out again, until a day."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="replay_grants")
    person = models.ForeignKey("place.User", models.PROTECT, related_name="+")
    until = models.DateField()  # inclusive, Europe/London
    reason = models.TextField()
    salt = models.BinaryField(max_length=32)  # seals who, in the record
    given_at = models.DateTimeField()


class Replay(models.Model):
    """Published results are worked out again, once: asked for under a grant, done by a job."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    grant = models.ForeignKey(ReplayGrant, models.PROTECT, related_name="replays")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="replays")
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    outcome = models.TextField(blank=True)  # JSON, as in the entry of the record

    class Meta:
        constraints = [
            models.UniqueConstraint("grant", "snapshot", condition=Q(done_at=None), name="replay_asked_once"),
        ]


class Code(models.Model):
    """A code that was posted to a household. Nothing here tells who used it, or what the code is."""

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="codes")
    mac = models.BinaryField(max_length=32, unique=True)  # of the code, keyed by the secret key
    area = models.CharField(max_length=60)
    batch = models.BigIntegerField()  # the row of the record that tells of its issue
    used_on = models.DateField(null=True)
    salt = models.BinaryField(max_length=32, null=True)  # seals the code, in the record of its use


class Exposure(models.Model):
    """A statement was put before someone: when, and with what chance it was drawn among how many."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="exposures")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="exposures")
    shown_at = models.DateTimeField()
    probability = models.FloatField()
    candidates = models.PositiveIntegerField()
    snapshot = models.ForeignKey(
        Snapshot, models.PROTECT, null=True, related_name="+"
    )  # whose priorities were used
    outcome = models.CharField(
        max_length=9, choices=[(o.value, o.value) for o in Outcome], default=Outcome.OPEN
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "participant", condition=Q(outcome=Outcome.OPEN), name="exposure_one_open"
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.OPEN, ended_at=None)
                | (~Q(outcome=Outcome.OPEN) & Q(ended_at__isnull=False)),
                name="exposure_ended_unless_open",
            ),
            models.CheckConstraint(
                condition=Q(probability__gt=0, probability__lte=1, candidates__gte=1), name="exposure_chance"
            ),
        ]


class Vote(models.Model):
    """What someone said of a statement. A later vote on it takes the place of this one, which is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # The unique constraint's index serves what is asked by participant; a second one would cost every vote.
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="votes", db_index=False)
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="votes")
    value = models.SmallIntegerField()
    cast_at = models.DateTimeField(null=True)  # an export of final votes alone does not say
    level = models.PositiveSmallIntegerField(default=0)
    salt = models.BinaryField(
        max_length=32, null=True
    )  # none for a loaded vote: the load has one entry for all
    current = models.BooleanField(default=True)
    exposure = models.ForeignKey(
        Exposure, models.PROTECT, null=True, related_name="+"
    )  # unknown for loaded votes
    entry = models.BigIntegerField()  # the row of the record that counts it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "participant", "statement", condition=Q(current=True), name="vote_one_current"
            ),
            models.CheckConstraint(
                condition=Q(value__gte=-1, value__lte=1), name="vote_agree_pass_or_disagree"
            ),
        ]
