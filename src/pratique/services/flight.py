"""Flights: scheduled, landed, counted, closed."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.custody.entry import Kind
from pratique.core.custody.proofs import Source
from pratique.services import custody
from pratique.store import models
from pratique.store.ids import make_id

CABIN_UNSEEN_MINUTES = 90
OPEN_KINDS = (Kind.CABIN.value, Kind.HALL.value, Kind.HOLDING.value, Kind.TRIP.value)
"""Where a traveller still counts as open for the flight: not yet with a facility or hospital, and not out."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A flight that is expected: designator and where from identify it with its date."""

    designator: str
    departure: str
    on: date
    scheduled_at: datetime
    arrival: str = ""
    callsign: str = ""
    equipment: str = ""
    seats: int | None = None
    estimated_at: datetime | None = None


def schedule(*, arrival: Arrival, now: datetime) -> models.Flight:
    """Put a flight on the board, or move its times; its cabin becomes an account of the ledger."""
    with transaction.atomic():
        flight, fresh = models.Flight.objects.update_or_create(
            designator=arrival.designator,
            departure=arrival.departure,
            on=arrival.on,
            defaults={
                "arrival": arrival.arrival,
                "callsign": arrival.callsign,
                "equipment": arrival.equipment,
                "seats": arrival.seats,
                "scheduled_at": arrival.scheduled_at,
                "estimated_at": arrival.estimated_at,
            },
        )
        if fresh:
            port = models.Port.objects.first()
            models.Custodian.objects.create(
                id=flight.id,
                code=f"{arrival.designator}/{arrival.on:%Y%m%d}/{arrival.departure}",
                kind=Kind.CABIN.value,
                name_zh=f"{arrival.designator} 客舱",
                name_en=f"{arrival.designator} cabin",
                place=port.code if port else arrival.arrival,
                limit_minutes=CABIN_UNSEEN_MINUTES,
                capacity=arrival.seats,
            )
    return flight


def land(*, flight: UUID, landed_at: datetime, now: datetime) -> int:
    """The flight has landed: everybody on its list enters the book, held by the cabin. Returns how many."""
    with transaction.atomic():
        row = models.Flight.objects.select_for_update().filter(id=flight).first()
        if row is None:
            raise Refused("flight_unknown", "there is no such flight")
        if row.closed_at is not None:
            raise Refused("flight_closed", f"{row.designator} is closed")
        if landed_at > now:
            raise Refused("landing_in_future", "a flight cannot have landed in the future")
        row.landed_at = landed_at
        row.save(update_fields=["landed_at"])
        listed = models.Listing.objects.filter(flight=row, gone_version__isnull=True)
        return custody.admit(
            travellers=listed.values_list("traveller_id", flat=True),
            custodian=row.id,
            flight=row.id,
            happened_at=landed_at,
            now=now,
        )


def count(*, flight: UUID, source: Source, heads: int, by: UUID | None, now: datetime) -> models.FlightCount:
    """Somebody counted how many came with a flight, independently of the ledger."""
    if heads < 0:
        raise Refused("heads_negative", "a count cannot be below zero")
    if not models.Flight.objects.filter(id=flight).exists():
        raise Refused("flight_unknown", "there is no such flight")
    return models.FlightCount.objects.create(
        id=make_id(),
        flight_id=flight,
        source=source.value,
        heads=heads,
        happened_at=now,
        recorded_at=now,
        by_id=by,
    )


def list_open(*, flight: UUID) -> list[UUID]:
    """Who is still open: listed and not in the book, or held by cabin, hall, holding area or trip, or in dispute."""
    listed = set(
        models.Listing.objects.filter(flight_id=flight, gone_version__isnull=True).values_list(
            "traveller_id", flat=True
        )
    )
    inside = dict(models.Position.objects.filter(flight_id=flight).values_list("traveller_id", "holder_kind"))
    disputed = set(
        models.Dispute.objects.filter(traveller_id__in=listed | set(inside)).values_list(
            "traveller_id", flat=True
        )
    )
    return sorted(t for t in listed | set(inside) if t in disputed or inside.get(t) in (None, *OPEN_KINDS))


def close(*, flight: UUID, by: UUID, now: datetime) -> models.Flight:
    """Close a flight. Refused while anybody of it is open, or the counts of who landed do not agree; says who."""
    with transaction.atomic():
        row = models.Flight.objects.select_for_update().filter(id=flight).first()
        if row is None:
            raise Refused("flight_unknown", "there is no such flight")
        if row.landed_at is None:
            raise Refused("flight_not_landed", f"{row.designator} has not landed")
        still_open = list_open(flight=flight)
        if still_open:
            codes = models.Traveller.objects.filter(id__in=still_open).order_by("code")
            named = ", ".join(codes.values_list("code", flat=True))
            raise Refused("flight_open", f"{len(still_open)} open: {named}")
        row.closed_at = now
        row.save(update_fields=["closed_at"])
        models.Custodian.objects.filter(id=flight).update(closed_at=now)
        models.Access.objects.create(person_id=by, what="flight closed", because=row.designator)
    return row
