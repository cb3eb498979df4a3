"""Vehicles and where they are."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pratique.store import models


@dataclass(frozen=True, slots=True)
class Found:
    """A vehicle, and the trip it is on if it is under way."""

    id: UUID
    plate: str
    kind: str
    seats: int
    trip: UUID | None
    departed_at: datetime | None


def find_by_plate(*, sought: str, limit: int = 10) -> list[Found]:
    """Vehicles whose plate contains what is sought, with the trip they are on."""
    wanted = sought.strip().upper()
    if len(wanted) < 2:
        return []
    found = models.Vehicle.objects.filter(plate__icontains=wanted).order_by("plate")[:limit]
    under_way = {
        trip.vehicle_id: trip
        for trip in models.Trip.objects.filter(vehicle__in=list(found), ended_at__isnull=True).order_by(
            "during"
        )
    }
    return [
        Found(
            id=vehicle.id,
            plate=vehicle.plate,
            kind=vehicle.kind,
            seats=vehicle.seats,
            trip=trip.id if (trip := under_way.get(vehicle.id)) else None,
            departed_at=trip.departed_at if trip else None,
        )
        for vehicle in found
    ]
