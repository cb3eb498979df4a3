"""Vehicles and trips. A trip is a custodian and has that custodian's id."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models

from pratique.store.ids import make_id
from pratique.store.models.entry import Entry


class Vehicle(models.Model):
    """A vehicle of some unit."""

    id = models.UUIDField(primary_key=True, default=make_id)
    plate = models.TextField(unique=True)
    kind = models.TextField()
    seats = models.IntegerField()
    unit = models.ForeignKey("store.Unit", models.PROTECT, null=True, related_name="vehicles")
    out_of_service_at = models.DateTimeField(null=True)


class Trip(models.Model):
    """A vehicle takes people to one destination; `during` keeps a vehicle from being in two trips at once.

    It says when the vehicle is taken as far as is known: as planned, and once the trip has ended as it was.
    """

    id = models.UUIDField(primary_key=True, default=make_id)
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, related_name="trips")
    destination = models.ForeignKey("store.Custodian", models.PROTECT, related_name="trips_to")
    on = models.DateField()
    long_distance = models.BooleanField(default=False)
    driver = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="trips_driven")
    escorts = models.ManyToManyField("store.Person", related_name="trips_escorted")
    during = DateTimeRangeField()
    km = models.FloatField(null=True)
    departed_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            ExclusionConstraint(
                name="trip_vehicle_not_twice",
                expressions=[("vehicle", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=models.Q(km__isnull=True) | models.Q(km__gte=0), name="trip_km_not_negative"
            ),
        )
        indexes = (models.Index(fields=("on",)),)


class TripEvent(Entry):
    """What a trip reported: departed, arrived, broken down, ended; or that it was put off; with the odometer where it was read."""

    trip_id = models.UUIDField(db_index=True)
    step = models.TextField()
    odometer_km = models.FloatField(null=True)
    because = models.TextField(blank=True)
