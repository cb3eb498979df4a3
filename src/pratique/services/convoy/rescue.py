"""Somebody falls ill on the road: the nearest hospitals by the table of ways, and an ambulance called to meet the vehicle.

The call is on record with hospital, meeting place and who there agreed; only the ill person, and an adult of the party with a child, is
offered to the hospital by name. The register owes the meeting until they are off the convoy's vehicles.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.custody.entry import Kind
from pratique.services import custody, duty
from pratique.services.convoy.forming import KIND, lock
from pratique.services.dispatch import relay
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import convoys, ways

CALLED, MET = "ambulance_called", "ambulance_met"
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Near:
    """A hospital, and so many minutes of driving from where the convoy is: on by way of its destination, or back by the port."""

    hospital: models.Custodian
    minutes: int
    back: bool


def list_near(*, convoy: convoys.Convoy, stop: str, now: datetime) -> list[Near]:
    """The nearest hospitals from a rest place of the way, else from as far as it has driven since it set off; the nearest first."""
    known, between = ways.list_ways(), ways.list_between()
    whole = known.get(convoy.destination.place)
    if whole is None:
        return []
    gone = _count_gone(convoy, stop, whole.minutes, now)
    found = []
    for one in models.Custodian.objects.filter(kind=Kind.HOSPITAL.value, closed_at__isnull=True).exclude(
        place=""
    ):
        first, last = sorted((one.place, convoy.destination.place))
        onward = between.get((first, last))
        tries = [Near(one, gone + known[one.place].minutes, True)] if one.place in known else []
        if onward is not None:
            tries.append(Near(one, whole.minutes - gone + onward.minutes, False))
        found += sorted(tries, key=lambda near: near.minutes)[:1]
    return sorted(found, key=lambda near: (near.minutes, near.hospital.code))[:SHOWN]


def _count_gone(convoy: convoys.Convoy, stop: str, whole: int, now: datetime) -> int:
    places = {one.code: one.minutes for one in convoys.list_rest_places(place=convoy.destination.place)}
    if stop in places:
        return places[stop]
    departed = [trip.departed_at for trip in convoy.trips if trip.departed_at]
    return min(whole, int((now - min(departed)).total_seconds() // 60)) if departed else 0


@dataclass(frozen=True, slots=True)
class Call:
    """Which hospital sends an ambulance where, and who there agreed (name and telephone)."""

    hospital: UUID
    meets: str
    agreed_by: str


def call(*, convoy: UUID, incident: UUID, told: Call, by: UUID | None, now: datetime) -> models.Evidence:
    """Call an ambulance for whoever an incident says is ill, and offer them alone to its hospital.

    Raises `Refused`: `convoy_unknown`, `convoy_over`, `incident_unknown`, `reason_missing`, `custodian_unknown`,
    `traveller_unknown` if by the book they are in none of its vehicles, `ambulance_called` if one is on its way.
    """
    if not told.meets.strip() or not told.agreed_by.strip():
        raise Refused("reason_missing", "say where it meets the vehicle, and who there agreed")
    with transaction.atomic():
        lock(convoy=convoy)
        found = convoys.find_convoy(convoy=convoy)
        reports = convoys.list_reports(convoy=convoy)
        row = next((r for r in reports if r.id == incident and r.attributes.get("sort") == "ill"), None)
        if found is None or row is None:
            raise Refused("incident_unknown", "nobody was reported ill by that")
        if any(r.code == CALLED and r.about == str(incident) for r in reports):
            raise Refused("ambulance_called", "an ambulance was called for them already")
        hospital = models.Custodian.objects.filter(id=told.hospital, kind=Kind.HOSPITAL.value).first()
        if hospital is None:
            raise Refused("custodian_unknown", "there is no such hospital")
        ill = models.Traveller.objects.filter(code=row.attributes.get("traveller", "")).first()
        held = models.Position.objects.filter(
            traveller_id=ill.id if ill else None, holder_id__in=[trip.id for trip in found.trips]
        ).first()
        if ill is None or held is None:
            raise Refused("traveller_unknown", "by the book they are in none of its vehicles")
        names = relay.list_with_guardian(trip=held.holder_id, ill=ill.id, now=now)
        offer = custody.Offer(held.holder_id, hospital.id, len(names), names)
        custody.offer(handover_id=make_id(), offer=offer, by=by, now=now)
        facts = {
            "hospital": hospital.code,
            "traveller": ill.code,
            "meets": told.meets.strip(),
            "agreed_by": told.agreed_by.strip(),
            "note": f"{hospital.name_zh} {hospital.name_en} · {told.meets.strip()} · {told.agreed_by.strip()}",
        }
        done = duty.Done(KIND, str(convoy), CALLED, now, facts, about=str(incident))
        return duty.record(evidence=done, by=by, now=now)


def heed(*, now: datetime) -> int:
    """Write down which ambulances have met their convoy: whom they came for is in none of its vehicles any more."""
    met = 0
    for convoy in convoys.list_open_ids():
        reports = convoys.list_reports(convoy=convoy)
        done = {r.about for r in reports if r.code == MET}
        waiting = [r for r in reports if r.code == CALLED and str(r.id) not in done]
        trips = models.Trip.objects.filter(convoy=convoy).values("id") if waiting else None
        for one in waiting:
            ill = models.Traveller.objects.filter(code=one.attributes["traveller"]).values("id")
            if not models.Position.objects.filter(traveller_id__in=ill, holder_id__in=trips).exists():
                told = duty.Done(KIND, str(convoy), MET, now, {}, about=str(one.id))
                duty.record(evidence=told, by=None, now=now)
                met += 1
    return met
