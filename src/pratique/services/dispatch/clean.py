"""A vehicle is disinfected after its trip, as evidence with time, agent and odometer; and before it sets off again that has been done, by
the gate "depart" of the editions in force.

Where it must go all the same, whoever the gate names signs an exception with a reason: a waiver of that condition, which opens the gate
for a while and discharges nothing; the disinfection stays owed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.duties import gate
from pratique.core.duties.vocabulary import Kind
from pratique.services import duty, odometer, register
from pratique.store import models
from pratique.store.queries.trips import list_soiled
from pratique.store.withdrawn import without_withdrawn

DEPART, DISINFECTED = "depart", "disinfection"
LASTS = timedelta(hours=2)
"""Long enough to board and set off."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A vehicle that may not set off: since when it is soiled, the conditions that do not hold, and how many sign an exception."""

    plate: str
    soiled_at: datetime
    conditions: tuple[str, ...]
    persons: int


AGENTS = ("chlorine 500 mg/l", "chlorine 1000 mg/l", "hydrogen peroxide 3 %", "alcohol 75 %")
"""What vehicles and halls are disinfected with."""


def report(
    *,
    vehicle: UUID,
    agent: str,
    km: float | None,
    by: UUID | None,
    now: datetime,
    at: datetime | None = None,
    evidence_id: UUID | None = None,
) -> models.Evidence:
    """A vehicle was disinfected: with what (empty: not said), its odometer where somebody read it, when (None: just now).

    Raises `Refused`: `vehicle_unknown`, `word_unknown`, `clean_impossible` (before it came back, or later than now),
    `odometer_backwards`.
    """
    at = at or now
    since = list_soiled(vehicle=vehicle).get(vehicle)
    if at > now or (since is not None and at < since):
        raise Refused("clean_impossible", "it is disinfected after it came back, and not later than now")
    if not models.Vehicle.objects.filter(id=vehicle).exists():
        raise Refused("vehicle_unknown", "there is no such vehicle")
    if agent and agent not in AGENTS:
        raise Refused("word_unknown", f"the agents are {', '.join(AGENTS)}")
    with transaction.atomic():
        last = models.Trip.objects.filter(vehicle=vehicle, ended_at__lte=now, departed_at__isnull=False)
        trip = last.order_by("-ended_at").values_list("id", flat=True).first()
        if km is not None and trip is not None:
            odometer.refuse_backwards(trip=trip, km=km, at=at)
        told = ({"agent": agent} if agent else {}) | ({} if km is None else {"odometer_km": km})
        done = duty.Done(Kind.VEHICLE, str(vehicle), DISINFECTED, at, told)
        return duty.record(evidence=done, by=by, now=now, evidence_id=evidence_id)


def find_after(*, trip: Any) -> models.Evidence | None:
    """The first time that the vehicle of a trip that ended was disinfected after it and before it ended another; None: not yet."""
    if trip.ended_at is None or trip.departed_at is None:
        return None
    told = models.Evidence.objects.filter(
        subject_kind=Kind.VEHICLE, subject_id=str(trip.vehicle.pk), happened_at__gte=trip.ended_at
    )
    told = without_withdrawn(told.filter(code__in=("trip_ended", DISINFECTED)).exclude(about=str(trip.id)))
    next_one = told.order_by("happened_at", "seq").first()
    return next_one if next_one is not None and next_one.code == DISINFECTED else None


def take_back(*, vehicle: UUID, evidence: UUID, because: str, by: UUID, now: datetime) -> None:
    """It was not disinfected, or another vehicle was: that is owed again. Taken back twice is once.

    Raises `Refused`: `evidence_unknown`, `reason_missing`.
    """
    own = models.Evidence.objects.filter(
        id=evidence, subject_kind=Kind.VEHICLE, subject_id=str(vehicle), code=DISINFECTED
    )
    if not own.exists():
        raise Refused("evidence_unknown", "nobody has reported that of this vehicle")
    if without_withdrawn(own).exists():
        duty.withdraw(evidence=evidence, because=because, by=by, now=now)


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
