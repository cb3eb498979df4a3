"""The boarding list of a trip planned by hand: who waits and may ride in it, named with seats, under the rules of every list."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.custody.entry import Kind
from pratique.services.dispatch import admission, boarding, company, people, riding
from pratique.services.dispatch.people import CASE
from pratique.store import models
from pratique.store.queries import travellers, trips
from pratique.store.queries.trips import Trip


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who waits: by code, flight and party, whether they are on the list already, what they need on the way, where they
    are to go (None: wherever they are taken), and whether they may only go along with an ill child."""

    traveller: UUID
    code: str
    flight: str
    party: str
    listed: bool
    needs: tuple[str, ...] = ()
    bound: models.Custodian | None = None
    goes_along: bool = False


def is_open(*, trip: UUID) -> bool:
    """Whether a trip has a list to write by hand: planned by hand, from the port, and not set off."""
    return bool(_open_trips().filter(id=trip).exists())


def _open_trips() -> Any:
    return models.Trip.objects.filter(
        plan__isnull=True, origin__isnull=True, departed_at__isnull=True, ended_at__isnull=True
    )


def list_candidates(*, trip: UUID, now: datetime) -> list[Candidate]:
    """Everybody who waits, is on no other open list, and whose class the vehicle may carry, parties together; with an ill child
    whoever may go along."""
    own = trips.find_trip(trip=trip)
    if own is None:
        return []
    listed = set(models.BoardingLine.objects.filter(trip=trip).values_list("traveller_id", flat=True))
    waiting = company.read(travellers=_list_waiting(own), now=now)
    able = {w.traveller for w in waiting if riding.may_carry(kind=own.vehicle.kind, cls=w.cls)}
    children = [w for w in waiting if w.traveller in able and w.cls == CASE and w.under_age]
    along = {a.traveller for child in children for a in company.list_able(child=child, among=waiting)} - able
    bound = {w.traveller for w in waiting if w.bound}
    rows = models.Traveller.objects.filter(id__in=able | along).select_related("flight", "listing", "bound")
    found = []
    for row in rows:
        listing = getattr(row, "listing", None)
        found.append(
            Candidate(
                row.id,
                row.code,
                row.flight.designator if row.flight else "",
                listing.party if listing else "",
                row.id in listed,
                tuple(row.needs),
                row.bound if row.id in bound else None,
                row.id in along,
            )
        )
    return sorted(found, key=lambda one: (one.flight, one.party or one.code, one.code))


def _list_waiting(trip: Trip) -> set[UUID]:
    """Who waits in halls and holding areas or with a trip that was taken back, for an ambulance at the apron too, and is on no other
    open list; crews and people in transit wait for nobody."""
    apron = riding.may_carry(kind=trip.vehicle.kind, cls=CASE)
    taken = models.BoardingLine.objects.filter(trip__ended_at__isnull=True).exclude(trip=trip.id)
    away = models.Listing.objects.filter(crew=True) | models.Listing.objects.filter(in_transit=True)
    transit = models.Custodian.objects.filter(attributes__takes=people.TRANSIT)
    held = models.Position.objects.filter(people.at_port())
    held = held if apron else held.exclude(holder_kind=Kind.CABIN.value)
    held = held.exclude(traveller_id__in=taken.values("traveller_id"))
    held = held.exclude(traveller_id__in=away.values("traveller_id"))
    held = held.exclude(holder_id__in=transit.values("id"))
    return set(held.values_list("traveller_id", flat=True))


def write(*, trip: UUID, names: Collection[UUID], now: datetime) -> None:
    """These people are the list of a trip planned by hand, with seats, beside those of it who are aboard already; later plans keep the
    trip as it is.

    Raises `Refused`: `trip_unknown`, `trip_under_way`, `listed_elsewhere`, and as `admission.refuse`.
    """
    with transaction.atomic():
        row: Any = models.Trip.objects.select_for_update(of=("self",)).filter(id=trip).first()
        own = trips.find_trip(trip=trip)
        if row is None or own is None:
            raise Refused("trip_unknown", "there is no such trip")
        if not is_open(trip=trip):
            raise Refused("trip_under_way", "it is part of a plan, has set off, or is over")
        gone = set(names) - _list_waiting(own)
        if gone:
            codes = tuple(sorted(travellers.name_codes(travellers=gone).values()))
            because = f"{', '.join(codes)} do not wait here, or are on another list"
            raise Refused("listed_elsewhere", because, codes=codes)
        everybody = frozenset(names) | set(trips.list_aboard(trip=trip))
        admission.refuse(trip=own, names=everybody, now=now)
        boarding.write_lists(lists={trip: everybody})
        row.pinned = row.pinned or bool(everybody)
        row.save(update_fields=["pinned"])
