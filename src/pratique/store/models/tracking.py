"""Where vehicles are while a trip runs: trackers, fixes, and what is left of fixes when their time is over: a count.

None of it is an entry of the ledger: a ledger keeps, and where somebody was is not kept.
"""

from django.db import models

from pratique.store.ids import make_id


class Tracker(models.Model):
    """A device bound to a vehicle, known by the hash of a secret identifier; revoked ones are heard no more."""

    id = models.UUIDField(primary_key=True, default=make_id)
    vehicle = models.ForeignKey("store.Vehicle", models.PROTECT, related_name="trackers")
    name = models.TextField()
    identifier_hash = models.BinaryField(unique=True, max_length=32)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="trackers_issued")
    heard_at = models.DateTimeField(null=True)
    battery = models.FloatField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="trackers_revoked")


class Fix(models.Model):
    """Where a trip's vehicle was at an instant (WGS 84), by a tracker or by the phone of its crew; erased by its clock."""

    trip = models.ForeignKey("store.Trip", models.CASCADE, related_name="fixes")
    at = models.DateTimeField()
    latitude = models.FloatField()
    longitude = models.FloatField()
    accuracy_metres = models.FloatField(null=True)
    speed_kmh = models.FloatField(null=True)
    heading = models.FloatField(null=True)
    source = models.TextField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("trip", "at"), name="fix_once"),
            models.CheckConstraint(
                condition=models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="fix_on_earth",
            ),
        )
        indexes = (models.Index(fields=("at",)),)


class FixTally(models.Model):
    """How many reports of a day were not kept, by reason; `vehicle` null: nobody known sent them."""

    on = models.DateField()
    vehicle = models.ForeignKey("store.Vehicle", models.CASCADE, null=True, related_name="fix_tallies")
    code = models.TextField()
    count = models.IntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("on", "vehicle", "code"), name="fix_tally_once", nulls_distinct=False
            ),
        )


class FixErasure(models.Model):
    """That a trip's fixes were erased, when and how many: all that is left of them."""

    trip = models.ForeignKey("store.Trip", models.CASCADE, related_name="fix_erasures")
    erased_at = models.DateTimeField()
    count = models.IntegerField()
