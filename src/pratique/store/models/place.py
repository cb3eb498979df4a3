"""The port, the accounts of its ledger, and the ways between them."""

from django.db import models

from pratique.core.custody.entry import Kind


class Port(models.Model):
    """The one port of this installation: `code` is its IATA code.

    `clock_at` is null where the wall clock rules. In a drill it is the instant the drill's clock showed at
    `clock_set_at`, running `clock_speed` times as fast as the wall clock since.
    """

    code = models.TextField(primary_key=True)
    icao = models.TextField()
    name_zh = models.TextField()
    name_en = models.TextField()
    time_zone = models.TextField(default="Asia/Shanghai")
    jurisdiction = models.TextField(default="CN")
    protocol = models.TextField(default="")
    clock_at = models.DateTimeField(null=True)
    clock_set_at = models.DateTimeField(null=True)
    clock_speed = models.FloatField(default=1)


class Custodian(models.Model):
    """An account: a cabin, hall, holding area, trip, facility, hospital or exit, with whoever answers for it."""

    id = models.UUIDField(primary_key=True)
    code = models.TextField(unique=True)
    kind = models.TextField()
    name_zh = models.TextField()
    name_en = models.TextField()
    place = models.TextField(blank=True)
    limit_minutes = models.IntegerField(null=True)
    never_came = models.BooleanField(default=False)
    capacity = models.IntegerField(null=True)
    unit = models.ForeignKey("store.Unit", models.PROTECT, null=True, related_name="custodians")
    responsible = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="custodians")
    attributes = models.JSONField(default=dict)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in Kind]), name="custodian_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(limit_minutes__isnull=True) | models.Q(limit_minutes__gt=0),
                name="custodian_limit_positive",
            ),
        )


class Travel(models.Model):
    """How long it takes at least from one place to another, either way; `one` sorts before `other`."""

    one = models.TextField()
    other = models.TextField()
    minutes_min = models.IntegerField()
    minutes = models.IntegerField()
    km = models.FloatField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("one", "other"), name="travel_once"),
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="travel_sorted"),
        )


class Place(models.Model):
    """Where a place is that custodians and ways name (WGS 84, degrees); the port's own code is one."""

    code = models.TextField(primary_key=True)
    latitude = models.FloatField()
    longitude = models.FloatField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="place_on_earth",
            ),
        )


class RestPlace(models.Model):
    """A designated rest place on the road: minutes of driving and kilometres from the port, and the places whose way leads
    past it."""

    code = models.TextField(primary_key=True)
    name_zh = models.TextField()
    name_en = models.TextField()
    minutes = models.IntegerField()
    km = models.FloatField(default=0)
    towards = models.JSONField(default=list)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(minutes__gt=0), name="rest_place_on_the_way"),
        )


class RoadTime(models.Model):
    """How long a way takes by a routing server, and when it said so; `one` sorts before `other`."""

    one = models.TextField()
    other = models.TextField()
    minutes = models.FloatField()
    km = models.FloatField(null=True)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("one", "other"), name="road_time_once"),)


class RoadServer(models.Model):
    """How the road server was last found: when it answered, when it did not and why. One row by its kind."""

    kind = models.TextField(primary_key=True)
    answered_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    because = models.TextField(blank=True)
