"""How long a trip made by hand takes its vehicle: as long as the same trip of a plan."""

from uuid import UUID

from pratique.core.transport import check
from pratique.core.transport.problem import Rules, VehicleKind, Way
from pratique.formats.transport_rules import Kind, TransportRules
from pratique.services.dispatch import settings
from pratique.store import models
from pratique.store.queries import trips

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
