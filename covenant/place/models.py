from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from covenant.place.types import ERASED_HOST, Role, Sector, Tier


class Place(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    tier = models.CharField(max_length=20, choices=[(t.value, t.label) for t in Tier])
    gss = models.CharField("GSS code", max_length=9, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        constraints = [
            models.UniqueConstraint("gss", condition=~Q(gss=""), name="place_gss_once"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="place_not_in_itself"),
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, name: str = "") -> "User":
        user = self.model(email=email.strip().lower(), name=name)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person who was given a role. They sign in by a code sent to their address; there are no passwords."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = UserManager()

    def __str__(self) -> str:
        if not self.is_active and self.email.endswith(f"@{ERASED_HOST}"):
            return str(_("Somebody whose name was erased"))
        return self.name or self.email


class Grant(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=[(r.value, r.value) for r in Role])
    place = models.ForeignKey(Place, models.PROTECT, related_name="grants")
    salt = models.BinaryField(max_length=32, null=True)  # with which the record seals whose it is

    class Meta:
        constraints = [models.UniqueConstraint("user", "role", "place", name="grant_once")]


class Party(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    sector = models.CharField(max_length=20, choices=[(s.value, s.label) for s in Sector])
    kind = models.CharField(max_length=60, blank=True)
    org_id = models.CharField("org-id identifier", max_length=60, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="parties")

    class Meta:
        verbose_name_plural = "parties"

    def __str__(self) -> str:
        return self.name


class Mandate(models.Model):
    """The right of a person to sign and report for a party. It is given by the party, never taken."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="mandates")
    user = models.ForeignKey(User, models.PROTECT, related_name="mandates")
    office = models.CharField(max_length=200)
    given_by = models.CharField(max_length=300)
    starts = models.DateField()
    ends = models.DateField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    salt = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="mandate_ends_after_start")
        ]
