"""What the page of a stay shows of taking somebody elsewhere."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from pratique.services import clock
from pratique.services.stay import removal
from pratique.store import models
from pratique.store.queries import travellers, trips
from pratique.web.gate import may
from pratique.web.stay.forms import Going, Sent


def make_context(request: HttpRequest, traveller: UUID, holder: models.Custodian | None) -> dict[str, Any]:
    """What the page of a stay shows of it: what is open, or the forms to ask and to write down."""
    receivers = removal.list_receivers(holder=holder)
    if not receivers or not may(request, "removal-ask"):
        return {}
    found = removal.find_open(traveller=traveller)
    return {
        "removal": found,
        "removals": True,
        "sent_form": Sent(receivers=receivers, vehicles=list_vehicles(), mates=name_mates(traveller)),
        "going_form": Going(receivers=receivers),
    }


def name_mates(traveller: UUID) -> dict[UUID, str]:
    """Who shares the room, with their wristband codes."""
    return travellers.name_codes(travellers=removal.list_room_mates(traveller=traveller))


def list_vehicles() -> list[trips.Vehicle]:
    """Vehicles that are free and clean, ambulances first."""
    free = [one for one in trips.list_vehicles(now=clock.now()) if one.trip is None and not one.soiled]
    return sorted(free, key=lambda one: (one.kind != removal.AMBULANCE, one.plate))
