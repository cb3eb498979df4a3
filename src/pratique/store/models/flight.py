"""Flights, the lists that came for them, and who counted how many."""

from datetime import datetime

from django.db import models

from pratique.store.ids import make_id
from pratique.store.models.entry import Entry


class Flight(models.Model):
    """One arrival. The cabin is its custodian and has the flight's own id."""

    id = models.UUIDField(primary_key=True, default=make_id)
    designator = models.TextField()
    callsign = models.TextField(blank=True)
    departure = models.TextField()
    arrival = models.TextField()
    equipment = models.TextField(blank=True)
    seats = models.IntegerField(null=True)
    on = models.DateField()
    scheduled_at = models.DateTimeField()
    estimated_at = models.DateTimeField(null=True)
    landed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    protection = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("designator", "departure", "on"), name="flight_once"),)
        indexes = (models.Index(fields=("on", "scheduled_at")),)

    @property
    def due_at(self) -> datetime:
        """When it comes if it has not landed, by the latest word."""
        due: datetime = self.estimated_at or self.scheduled_at
        return due


class Manifest(models.Model):
    """A version of a flight's list as it was handed in; the file itself is kept encrypted with the identities."""

    id = models.UUIDField(primary_key=True, default=make_id)
    flight = models.ForeignKey(Flight, models.PROTECT, related_name="manifests")
    version = models.IntegerField()
    part = models.IntegerField(default=0)
    crew = models.BooleanField(default=False)
    name = models.TextField()
    format = models.TextField()
    function = models.TextField(blank=True)
    action = models.TextField(blank=True)
    digest = models.BinaryField(max_length=32)
    received_at = models.DateTimeField()
    by = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="+")
    control_heads = models.IntegerField(null=True)
    listed = models.IntegerField()
    new = models.IntegerField(default=0)
    gone = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    unsure = models.IntegerField(default=0)
    problems = models.JSONField(default=list)
    key = models.TextField(blank=True)
    sealed_file = models.BinaryField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("flight", "version"), name="manifest_version_once"),
            models.UniqueConstraint(fields=("flight", "digest", "part"), name="manifest_handed_in_once"),
        )


class Listing(models.Model):
    """That a traveller is on a flight's list, since which version, and until which if a later one dropped them."""

    traveller = models.OneToOneField(
        "store.Traveller", models.PROTECT, primary_key=True, related_name="listing"
    )
    flight = models.ForeignKey(Flight, models.PROTECT, related_name="listings")
    since_version = models.IntegerField()
    gone_version = models.IntegerField(null=True)
    row = models.IntegerField()
    seat = models.TextField(blank=True)
    party = models.TextField(blank=True)
    in_transit = models.BooleanField(default=False)
    crew = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index(fields=("flight", "row")),)


class FlightDifference(Entry):
    """On closing a flight: a count that differed from the book, why, and for a count of who landed who signed beside."""

    flight_id = models.UUIDField(db_index=True)
    source = models.TextField()
    heads = models.IntegerField()
    booked = models.IntegerField()
    because = models.TextField()
    second_id = models.UUIDField(null=True)


class FlightCount(Entry):
    """How many of a flight somebody counted: at the door, at a desk, the carrier, the list's own control count."""

    flight = models.ForeignKey(Flight, models.PROTECT, related_name="counts")
    source = models.TextField()
    heads = models.IntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(heads__gte=0), name="flight_count_not_negative"),
        )
