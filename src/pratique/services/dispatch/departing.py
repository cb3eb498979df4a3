"""Trips that should have set off and have not: nobody sees them late or silent, for that is asked of the road only."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pratique.services.dispatch import settings


def list_overdue(*, trips: Iterable[Any], now: datetime) -> dict[UUID, datetime]:
    """Of these trips those not set off later than the rules call late, each with when it should have: its start and as long as its kind
    boards. One that fetches people elsewhere boards nobody at the port, and leaves at its start."""
    rules = settings.get_rules(now=now)
    late = timedelta(minutes=rules.positions.late_minutes)
    found = {}
    for trip in trips:
        if trip.departed_at is not None or trip.ended_at is not None:
            continue
        kind = rules.kinds.get(trip.vehicle.kind)
        starts_at = trip.during.lower if hasattr(trip, "during") else trip.starts_at
        due_at = starts_at + timedelta(minutes=kind.board if kind and trip.origin is None else 0)
        if due_at + late < now:
            found[trip.id] = due_at
    return found
