"""People who work here, the units that send them, the phones they carry."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from pratique.store.ids import make_id


class Unit(models.Model):
    """A department, district or agency that sends people and vehicles, or receives travellers."""

    id = models.UUIDField(primary_key=True, default=make_id)
    code = models.TextField(unique=True)
    name_zh = models.TextField()
    name_en = models.TextField()
    sort = models.TextField(default="department")
    officers_daily = models.IntegerField(default=0)
    vehicles_daily = models.IntegerField(default=0)


class Person(AbstractBaseUser):
    """Somebody who works here and may sign in; `role` is looked up in the permission table.

    `licence` says what they may drive in the loop: L anything, S small vehicles, empty nothing; `speaks` which languages
    besides the crews' own (ISO 639-1); `diets` what a kitchen must know. `team` names the few who keep together within a `crew`; `side` is the side of the
    port they work on (empty: either, but one of them at a time).
    """

    id = models.UUIDField(primary_key=True, default=make_id)
    username = models.TextField(unique=True)
    name_zh = models.TextField(blank=True)
    name_en = models.TextField(blank=True)
    role = models.TextField(default="staff")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="people")
    crew = models.TextField(blank=True)
    team = models.TextField(blank=True)
    side = models.TextField(blank=True)
    licence = models.TextField(blank=True)
    speaks = models.JSONField(default=list)
    diets = models.JSONField(default=list)
    language = models.TextField(default="zh-hans")
    is_active = models.BooleanField(default=True)
    failures = models.IntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    objects = BaseUserManager()
    USERNAME_FIELD = "username"

    @property
    def is_staff(self) -> bool:
        """Django's word for who may enter its admin: nobody does."""
        return False


class Device(models.Model):
    """A phone or scanner, known by the hash of its token; revoked ones are heard no more."""

    id = models.UUIDField(primary_key=True, default=make_id)
    name = models.TextField()
    token_hash = models.BinaryField(unique=True, max_length=32)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="devices")
    offset_seconds = models.FloatField(default=0)
    counter = models.BigIntegerField(default=0)
    heard_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class Deployment(models.Model):
    """One officer, one day: attendance in and out; officer-deployments are counted from these rows.

    A row without a `shift` is work from before shifts were kept here: it counts as experience, and no shift owes anything for it.
    A row of a day to come is a duty of the roster in force; `pinned` says that it was set by hand and later rosters keep
    it. `absent_at` is when it was found that nobody came. `protection` is the level worn throughout, 0 to 3; null: nobody
    has said, which counts as none when contacts are traced.
    """

    id = models.UUIDField(primary_key=True, default=make_id)
    person = models.ForeignKey(Person, models.PROTECT, related_name="deployments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="deployments")
    on = models.DateField()
    crew = models.TextField(blank=True)
    shift = models.TextField(blank=True)
    post = models.TextField(blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    in_at = models.DateTimeField(null=True)
    out_at = models.DateTimeField(null=True)
    pinned = models.BooleanField(default=False)
    absent_at = models.DateTimeField(null=True)
    protection = models.SmallIntegerField(null=True)
    roster = models.ForeignKey("store.Roster", models.PROTECT, null=True, related_name="deployments")

    class Meta:
        indexes = (
            models.Index(fields=("on", "shift"), name="deployment_of_shift"),
            models.Index(fields=("starts_at", "ends_at"), name="deployment_of_hours"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(absent_at__isnull=True) | models.Q(in_at__isnull=True),
                name="deployment_came_or_not",
            ),
            models.CheckConstraint(
                condition=models.Q(protection__isnull=True) | models.Q(protection__range=(0, 3)),
                name="deployment_protection_level",
            ),
            models.UniqueConstraint(fields=("person", "on"), name="deployment_one_shift_a_day"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="deployment_lasts"
            ),
        )
