"""The boarding list of a trip planned by hand: who waits and may ride in it, named with seats, under the rules of every list."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.services.dispatch import boarding, people, relay
from pratique.store import models
from pratique.store.queries import trips


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who waits: by code, flight and party, where, and whether they are on the list already."""

    traveller: UUID
    code: str
    flight: str
    party: str
    holder: UUID
    listed: bool


def is_open(*, trip: UUID) -> bool:
    """Whether a trip has a list to write by hand: planned by hand, from the port, and not set off."""
    return bool(_open_trips().filter(id=trip).exists())


def _open_trips() -> Any:
    return models.Trip.objects.filter(
        plan__isnull=True, origin__isnull=True, departed_at__isnull=True, ended_at__isnull=True
    )


def list_candidates(*, trip: UUID) -> list[Candidate]:
    """Everybody in halls and holding areas who is on no other open list and whose class the vehicle may carry, parties together."""
    own = trips.find_trip(trip=trip)
    if own is None:
        return []
    listed = set(models.BoardingLine.objects.filter(trip=trip).values_list("traveller_id", flat=True))
    positions = {p.traveller_id: p.holder_id for p in _list_waiting(trip)}
    able = relay.list_carriable(trip=own, travellers=positions)
    rows = models.Traveller.objects.filter(id__in=able).select_related("flight", "listing")
    found = []
    for row in rows:
        listing = getattr(row, "listing", None)
        if listing is not None and (listing.crew or listing.in_transit):
            continue
        flight = row.flight.designator if row.flight else ""
        party = listing.party if listing else ""
        found.append(Candidate(row.id, row.code, flight, party, positions[row.id], row.id in listed))
    return sorted(found, key=lambda one: (one.flight, one.party or one.code, one.code))


def _list_waiting(trip: UUID) -> Any:
    taken = models.BoardingLine.objects.filter(trip__ended_at__isnull=True).exclude(trip=trip)
    kinds = [kind for kind in people.WAITING_KINDS if kind != "cabin"]
    held = models.Position.objects.filter(inside=True, holder_kind__in=kinds)
    return held.exclude(traveller_id__in=taken.values("traveller_id"))


def write(*, trip: UUID, names: Collection[UUID]) -> None:
    """These people are the list of a trip planned by hand, with seats; later plans keep the trip as it is.

    Raises `Refused`: `trip_unknown`, `trip_under_way`, `listed_elsewhere`, and as a relay does for classes, flights and seats.
    """
    with transaction.atomic():
        row: Any = models.Trip.objects.select_for_update(of=("self",)).filter(id=trip).first()
        own = trips.find_trip(trip=trip)
        if row is None or own is None:
            raise Refused("trip_unknown", "there is no such trip")
        if not is_open(trip=trip):
            raise Refused("trip_under_way", "it is part of a plan, has set off, or is over")
        waiting = {position.traveller_id for position in _list_waiting(trip)}
        if not set(names) <= waiting:
            raise Refused("listed_elsewhere", "somebody of them does not wait here, or is on another list")
        relay.refuse_list(trip=own, names=frozenset(names))
        boarding.write_lists(lists={trip: names})
        row.pinned = row.pinned or bool(names)
        row.save(update_fields=["pinned"])
