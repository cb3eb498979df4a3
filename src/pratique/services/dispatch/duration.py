"""How long a trip made by hand takes its vehicle, and when any trip boards its people: as the same trip of a plan."""

from datetime import datetime, timedelta
from uuid import UUID

from pratique.core.transport import check, stretch
from pratique.core.transport.problem import Rules, VehicleKind, Way
from pratique.formats.transport_rules import Kind, TransportRules
from pratique.services.dispatch import settings
from pratique.store import models
from pratique.store.queries import trips
from pratique.store.queries.origins import Origins

UNKNOWN_MINUTES = 120
"""What a trip is taken to need where the table of ways does not know its end."""


def find_minutes(*, vehicle: UUID, destination: UUID, origin: models.Custodian | None = None) -> int:
    """Minutes from when a vehicle is taken until it can go again: boarding, by way of where people are fetched (None: the port) to
    there and back, alighting, disinfection, by the rules of transport. A kind that they do not know takes as long as the slowest."""
    legs = trips.find_legs(destination=destination, origin=origin)
    if legs is None:
        return UNKNOWN_MINUTES
    rules = settings.get_rules()
    kind = models.Vehicle.objects.filter(id=vehicle).values_list("kind", flat=True).first() or ""
    kinds = [rules.kinds[kind]] if kind in rules.kinds else list(rules.kinds.values())
    ways = [Way(leg.km, leg.minutes) for leg in legs]
    limits = _write_rules(rules)
    return max(check.minutes_of(rules=limits, kind=_write_kind(one), legs=ways)[1] for one in kinds)


def find_lead(*, origin: models.Custodian) -> int:
    """Minutes from when a vehicle leaves the port until it is where people are fetched, its driver's rests among them; 0 where nobody
    knows the way."""
    way = Origins().find_way(origin)
    return count_lead(minutes=way.minutes) if way else 0


def count_lead(*, minutes: int) -> int:
    """How long an empty way of so many minutes of driving takes: its driver rests as on a loaded one."""
    rules = settings.get_rules().rules
    return minutes + stretch.count_rest(minutes=minutes, every=rules.rest_every, rest=rules.rest_min)


def find_boarding(*, trip: trips.Trip, since: datetime | None = None) -> datetime:
    """When a trip's people board, if it leaves the port at its planned start, or at the instant given."""
    return (since or trip.starts_at) + timedelta(minutes=count_lead(minutes=trip.lead_minutes))


def _write_rules(found: TransportRules) -> Rules:
    """The planner's numbers as the core has them."""
    return Rules(**{name: getattr(found.rules, name) for name in Rules.__slots__})


def _write_kind(kind: Kind) -> VehicleKind:
    """A kind of vehicle as the core has it; how long it takes does not depend on its seats."""
    return VehicleKind(
        name="",
        seats=0,
        board_minutes=kind.board,
        unload_minutes=kind.unload,
        disinfect_minutes=kind.disinfect,
        drivers=kind.drivers,
        escorts=kind.escorts,
        licence=kind.licence,
        cost_per_km=kind.km_cost,
    )
