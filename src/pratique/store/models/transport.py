"""Vehicles and trips. A trip is a custodian and has that custodian's id."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models

from pratique.store.ids import make_id
from pratique.store.models.entry import Entry


class Vehicle(models.Model):
    """A vehicle of some unit. Its places for wheelchairs and child seats are those of its kind where they are null."""

    id = models.UUIDField(primary_key=True, default=make_id)
    plate = models.TextField(unique=True)
    kind = models.TextField()
    seats = models.IntegerField()
    wheelchairs = models.IntegerField(null=True)
    child_seats = models.IntegerField(null=True)
    unit = models.ForeignKey("store.Unit", models.PROTECT, null=True, related_name="vehicles")
    out_of_service_at = models.DateTimeField(null=True)


class Trip(models.Model):
    """A vehicle takes people to one destination; `during` keeps a vehicle from being in two trips at once.

    It says when the vehicle is taken as far as is known: as planned, and once the trip has ended as it was. One that was
    withdrawn before it set off takes no vehicle; one that is pinned stays as it is in every later plan. `reliefs` drive in
    turns with the driver. `origin` is who has the people that it fetches: a facility, a hospital, a trip that broke down (null: it boards at
    the port).
    """

    id = models.UUIDField(primary_key=True, default=make_id)
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, related_name="trips")
    destination = models.ForeignKey("store.Custodian", models.PROTECT, related_name="trips_to")
    origin = models.ForeignKey("store.Custodian", models.PROTECT, null=True, related_name="trips_out_of")
    on = models.DateField()
    long_distance = models.BooleanField(default=False)
    driver = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="trips_driven")
    escorts = models.ManyToManyField("store.Person", related_name="trips_escorted")
    reliefs = models.ManyToManyField("store.Person", related_name="trips_relieved")
    during = DateTimeRangeField()
    km = models.FloatField(null=True)
    departed_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    plan = models.ForeignKey("store.Plan", models.PROTECT, null=True, related_name="opened")
    convoy = models.ForeignKey("store.Convoy", models.PROTECT, null=True, related_name="trips")
    pinned = models.BooleanField(default=False)

    class Meta:
        constraints = (
            ExclusionConstraint(
                name="trip_vehicle_not_twice",
                expressions=[("vehicle", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=models.Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=models.Q(km__isnull=True) | models.Q(km__gte=0), name="trip_km_not_negative"
            ),
        )
        indexes = (models.Index(fields=("on",)),)


class Convoy(models.Model):
    """Trips that go the long way together under one commander; until the receiver has accepted, it is responsible.

    `halts` are the codes of the rest places where it stops, in their order. What it reports is evidence about it.
    `ended_at` is when everybody was accepted.
    """

    id = models.UUIDField(primary_key=True, default=make_id)
    code = models.TextField(unique=True)
    destination = models.ForeignKey("store.Custodian", models.PROTECT, related_name="convoys_to")
    commander = models.ForeignKey("store.Person", models.PROTECT, related_name="convoys_commanded")
    on = models.DateField()
    halts = models.JSONField(default=list)
    formed_at = models.DateTimeField()
    formed_by = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="convoys_formed")
    ended_at = models.DateTimeField(null=True)
    disbanded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(disbanded_at__isnull=True),
                name="convoy_ends_once",
            ),
        )
        indexes = (
            models.Index(
                fields=("formed_at",),
                condition=models.Q(ended_at__isnull=True, disbanded_at__isnull=True),
                name="convoy_open",
            ),
        )


class BoardingLine(models.Model):
    """One name on a trip's boarding list, in its order, with the seat; who really boarded is in the scans."""

    id = models.UUIDField(primary_key=True, default=make_id)
    trip = models.ForeignKey(Trip, models.CASCADE, related_name="lines")
    traveller = models.ForeignKey("store.Traveller", models.PROTECT, related_name="boarding_lines")
    row = models.IntegerField()
    seat = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("trip", "traveller"), name="boarding_line_once"),)


class Plan(models.Model):
    """A transport plan: the problem as it was posed, the trips proposed, and what became of the proposal.

    `document` is the problem's file form with the ids of our rows beside its numbers; `trips` the plan's, each with
    `pinned` and, if it is in force already, the trip it is; `unmoved` and `diff` are what the planner said. `base` is
    the plan that was in force. `bound` is proven: no plan costs less.
    """

    id = models.UUIDField(primary_key=True, default=make_id)
    state = models.TextField(default="proposed")
    base = models.ForeignKey("self", models.PROTECT, null=True, related_name="followers")
    document = models.JSONField()
    trips = models.JSONField()
    unmoved = models.JSONField(default=list)
    diff = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    cost = models.JSONField(default=dict)
    objective = models.FloatField()
    bound = models.FloatField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="plans_made")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="plans_settled")
    because = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=["proposed", "adopted", "refused", "replaced"]),
                name="plan_state_known",
            ),
            models.UniqueConstraint(
                fields=("state",), condition=models.Q(state="proposed"), name="plan_one_proposed"
            ),
        )
        indexes = (models.Index(fields=("state", "settled_at")),)


class TripEvent(Entry):
    """What a trip reported: departed, arrived, broken down, ended; or that it was put off; with the odometer where it was read."""

    trip_id = models.UUIDField(db_index=True)
    step = models.TextField()
    odometer_km = models.FloatField(null=True)
    because = models.TextField(blank=True)
