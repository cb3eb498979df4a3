"""Who is to be fetched where they stand and not at the port: off a vehicle that broke down, or out of a facility or hospital; and whom
the book has with a trip that is over."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pratique.core.custody.entry import Kind
from pratique.store import models
from pratique.store.queries import origins, removals
from pratique.store.queries.origins import Origins, Stand

CASES = "case"
OVER, TAKEN_BACK = "trip_over", "trip_taken_back"
FOR_AMBULANCE = ("ill", "injured", "birth", "positive")
"""Reasons for taking a guest elsewhere that want an ambulance, wherever it goes."""


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody to be fetched: where they are, where to, whom that place takes (a class; empty: nothing special), from when on.

    `request` is what asked for it (None: their vehicle broke down), `along` that they only go with whom it is about;
    `because` why no plan fetches them (a code; empty: one does).
    """

    traveller: UUID
    position: models.Position
    receiver: UUID
    takes: str
    ready_at: datetime
    request: UUID | None = None
    along: bool = False
    because: str = ""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Everybody to be fetched, and where vehicles broke down."""

    people: tuple[Away, ...]
    stands: tuple[Stand, ...]


def find(*, now: datetime) -> Elsewhere:
    """Whoever is to be fetched elsewhere than at the port, as of now."""
    stranded = origins.list_stranded()
    stands: list[Stand] = []
    people = [*_list_stranded(stranded, stands), *_list_behind(stranded), *_list_moving(now)]
    return Elsewhere(tuple(people), tuple(stands))


def _list_stranded(stranded: dict[UUID, list[models.Position]], stands: list[Stand]) -> Iterator[Away]:
    """Whoever is still with a trip that broke down; where it stands is added to `stands`."""
    if not stranded:
        return
    known, offered = Origins(), origins.list_offered(givers=stranded)
    trips: dict[UUID, Any] = models.Trip.objects.select_related("destination").in_bulk(stranded)
    for trip, positions in stranded.items():
        stand = known.find_stand(trip)
        if stand is not None:
            stands.append(stand)
        there = trips[trip].destination
        for position in positions:
            because = "stand_unknown" if stand is None else "at_destination" if stand.arrived else ""
            if position.traveller_id in offered:
                because = "offered_by_hand"
            since = stand.since_at if stand else position.since_at
            yield Away(
                position.traveller_id, position, there.id, find_takes(place=there), since, because=because
            )


def _list_behind(stranded: Collection[UUID]) -> Iterator[Away]:
    """Whoever was scanned onto a trip when it was over, or onto one that was taken back away from the port: by the book they are with
    it and nobody knows where, so no plan fetches them, and they are named. Those at the port wait there (`people.at_port`)."""
    gone = models.Trip.objects.filter(ended_at__isnull=False).exclude(id__in=stranded)
    gone = gone.exclude(withdrawn_at__isnull=False, departed_at__isnull=True, origin__isnull=True)
    held = models.Position.objects.filter(inside=True, holder_kind=Kind.TRIP.value)
    positions = list(held.filter(holder_id__in=gone.values("id")).order_by("traveller_id"))
    trips: dict[UUID, Any] = gone.select_related("destination").in_bulk({one.holder_id for one in positions})
    for position in positions:
        trip = trips[position.holder_id]
        there = trip.destination
        because = OVER if trip.withdrawn_at is None else TAKEN_BACK
        takes = find_takes(place=there)
        yield Away(position.traveller_id, position, there.id, takes, position.since_at, because=because)


def _list_moving(now: datetime) -> Iterator[Away]:
    """Guests for whom a vehicle of the next plan was asked; one request, and whoever goes along with whom it is about."""
    found = removals.list_planned(now=now)
    names = {one.id for one in found}
    for one in found:
        about = UUID(one.about) if one.about else None
        takes = find_taken_as(because=one.because, place=one.receiver)
        with_them = about is not None and about in names
        yield Away(
            one.traveller,
            one.position,
            one.receiver.id,
            takes,
            max(one.leaves_at, one.position.since_at),
            request=about if with_them else one.id,
            along=with_them,
        )


def find_taken_as(*, because: str, place: models.Custodian) -> str:
    """As whom a guest rides who is taken to a place for a reason: as a case, or as that place takes people."""
    return CASES if because in FOR_AMBULANCE else find_takes(place=place)


def find_takes(*, place: models.Custodian) -> str:
    """Whom a place takes: a hospital takes cases."""
    return CASES if place.kind == Kind.HOSPITAL else str(place.attributes.get("takes", ""))
