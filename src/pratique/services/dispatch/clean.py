"""Before a vehicle sets off again: it has been disinfected since its last trip, by the gate "depart" of the editions in force.

Where it must go all the same, whoever the gate names signs an exception with a reason: a waiver of that condition, which opens the gate
for a while and discharges nothing; the disinfection stays owed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.duties import gate
from pratique.core.duties.vocabulary import Kind
from pratique.services import duty, register
from pratique.store import models
from pratique.store.queries.trips import list_soiled

DEPART = "depart"
LASTS = timedelta(hours=2)
"""Long enough to board and set off."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A vehicle that may not set off: since when it is soiled, the conditions that do not hold, and how many sign an exception."""

    plate: str
    soiled_at: datetime
    conditions: tuple[str, ...]
    persons: int


def find_closed(*, vehicle: UUID, now: datetime) -> Closed | None:
    """What keeps a vehicle from setting off at `now`; None if nothing does, or no edition in force has the gate."""
    soiled_at = list_soiled(vehicle=vehicle).get(vehicle)
    account = register.account_of(kind=Kind.VEHICLE, subject=str(vehicle), now=now) if soiled_at else None
    if soiled_at is None or account is None:
        return None
    gates = [g for p in account.protocols for g in p.gates if (g.code, g.kind) == (DEPART, Kind.VEHICLE)]
    decision = gate.decide(code=DEPART, account=account, now=now) if gates else None
    if decision is None or decision.open:
        return None
    wanting = tuple(one.condition.code for one in decision.findings if not one.held and one.exception is None)
    plate = models.Vehicle.objects.values_list("plate", flat=True).get(id=vehicle)
    return Closed(
        plate, soiled_at, wanting, max((g.exception.persons for g in gates if g.exception), default=0)
    )


def refuse_soiled(*, trip: UUID, now: datetime) -> None:
    """Before a trip sets off, also where it is reported late: what is in the way is done or excepted first. Raises `Refused("vehicle_soiled")`."""
    vehicle = (
        models.Trip.objects.filter(id=trip, departed_at__isnull=True)
        .values_list("vehicle_id", flat=True)
        .first()
    )
    closed = find_closed(vehicle=vehicle, now=now) if vehicle else None
    if closed is not None:
        raise Refused(
            "vehicle_soiled", f"{closed.plate} was not disinfected since its last trip", plate=closed.plate
        )


def except_from_gate(
    *, vehicle: UUID, because: str, signatures: Iterable[tuple[UUID, str]], by: UUID, now: datetime
) -> None:
    """Let a vehicle set off as it is, for a reason, signed by who may. Nothing is written if it may already.

    Raises `Refused`: `exception_refused` if the gate does not allow it so, and as `duty.waive`.
    """
    signed = tuple(signatures)
    with transaction.atomic():
        closed = find_closed(vehicle=vehicle, now=now)
        for condition in closed.conditions if closed else ():
            leave = duty.Leave(Kind.VEHICLE, str(vehicle), DEPART, because, signed, now + LASTS, condition)
            duty.waive(leave=leave, by=by, now=now)
        if closed and find_closed(vehicle=vehicle, now=now):
            raise Refused("exception_refused", "the rule asks for other signatures")
