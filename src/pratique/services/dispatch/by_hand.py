"""Trips made by hand, called off before they set off: whoever was to ride waits again, and is seen by the next plan."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.services import custody, transport
from pratique.services.dispatch import plans
from pratique.store import locks, models
from pratique.store.queries import posts


def is_callable_off(*, trip: UUID) -> bool:
    """Whether a trip may be called off from its page: made by hand at the port, not set off, and in no convoy."""
    return bool(_own().filter(id=trip, convoy__isnull=True, departed_at__isnull=True, ended_at__isnull=True))


def _own() -> Any:
    return models.Trip.objects.filter(plan__isnull=True, origin__isnull=True)


def call_off(*, trip: UUID, because: str, by: UUID, now: datetime) -> None:
    """Take back a trip made by hand, with the reason: its vehicle and crew are free, whoever was offered to it or is on its list waits
    again, and a proposal that counted on it is dropped. Called off twice is once.

    Raises `Refused`: `trip_not_by_hand` (a plan made it, or a facility sent it for a guest), `trip_in_convoy`, `reason_missing`,
    `trip_under_way`, `trip_not_empty`.
    """
    with transaction.atomic():
        locks.hold_in_transaction(locks.DISPATCH)
        row = _own().select_for_update(of=("self",)).filter(id=trip).first()
        if row is None:
            raise Refused("trip_not_by_hand", "a plan made it, or it was asked for elsewhere")
        if row.withdrawn_at is not None:
            return
        if row.convoy_id is not None:
            raise Refused("trip_in_convoy", "it goes in a convoy: take it out of that first")
        transport.withdraw(trips=[trip], because=because, by=by, now=now)
        for standing in posts.list_offered(post=trip, now=now):
            custody.withdraw(handover_id=standing.handover, because="the trip was called off", by=by, now=now)
        proposal = plans.find_proposed()
        if proposal is not None and any(one.get("trip") == str(trip) for one in proposal.trips):
            plans.replace_proposed(now=now)
