"""Where trips begin that do not begin at the port: at a facility, or where a vehicle broke down; and how far it is from there.

A vehicle that broke down stands where its last position says, on the straight line between the ends of its way, else as far
along as it should have come by then; whoever is aboard is still with that trip.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from pratique.core.custody.entry import Kind
from pratique.core.transport.progress import Spot, Stop, measure_share
from pratique.store import models
from pratique.store.queries import ports, tracking, ways
from pratique.store.queries.ways import Way

BROKEN_DOWN = "broken_down"


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a vehicle broke down: the way there from the port, the rest of the way to its destination, since when, and
    whether it had arrived."""

    trip: UUID
    destination: UUID
    way: Way
    rest: Way
    since_at: datetime
    arrived: bool


class Origins:
    """Ways from the port to where people stand, and on from there; read once."""

    @cached_property
    def _ways(self) -> dict[str, Way]:
        return ways.list_ways()

    @cached_property
    def _between(self) -> dict[tuple[str, str], Way]:
        return ways.list_between()

    @cached_property
    def _spots(self) -> dict[str, Spot]:
        return tracking.find_spots()

    def find_way(self, origin: Any) -> Way | None:
        """From the port to a custodian: a place, or a trip that broke down. None: nobody knows."""
        if origin.kind == Kind.TRIP:
            stand = self.find_stand(origin.id)
            return stand.way if stand else None
        return self._ways.get(origin.place)

    def find_leg(self, origin: Any, destination: Any) -> Way | None:
        """From there to a place; through the port where nobody said how far it is."""
        if origin.kind == Kind.TRIP:
            stand = self.find_stand(origin.id)
            if stand is not None and stand.destination == destination.id:
                return stand.rest
        else:
            first, last = sorted((origin.place, destination.place))
            known = self._between.get((first, last))
            if known is not None:
                return known
        here, there = self.find_way(origin), self._ways.get(destination.place)
        if here is None or there is None:
            return None
        return Way(here.minutes + there.minutes, here.km + there.km)

    def find_stand(self, trip: UUID) -> Stand | None:
        """Where this trip broke down; None: it did not, or nobody knows how far its destination is."""
        row: Any = models.Trip.objects.filter(id=trip).select_related("destination", "origin").first()
        told = models.TripEvent.objects.filter(trip_id=trip, step=BROKEN_DOWN).order_by("seq").last()
        if row is None or told is None:
            return None
        end = self._ways.get(row.destination.place)
        start = Way(0, 0.0) if row.origin is None else self.find_way(row.origin)
        leg = end if row.origin is None else self.find_leg(row.origin, row.destination)
        if end is None or start is None or leg is None:
            return None
        share = self._measure(row, leg, told.happened_at)
        return Stand(
            trip=trip,
            destination=row.destination_id,
            way=Way(
                round(start.minutes + share * (end.minutes - start.minutes)),
                start.km + share * (end.km - start.km),
            ),
            rest=Way(round((1 - share) * leg.minutes), (1 - share) * leg.km),
            since_at=told.happened_at,
            arrived=row.arrived_at is not None,
        )

    def _measure(self, trip: Any, leg: Way, at: datetime) -> float:
        """The part of its way that lay behind when it broke down: none before it had set off."""
        if trip.arrived_at is not None:
            return 1.0
        if trip.departed_at is None:
            return 0.0
        # From elsewhere than the port the way counts from when the last of its people was aboard.
        boarded = models.Position.objects.filter(holder_id=trip.id).order_by("since_at").last()
        since = max(trip.departed_at, boarded.since_at) if trip.origin_id and boarded else trip.departed_at
        port = ports.find_port()
        place = (port.code if port else "") if trip.origin_id is None else trip.origin.place
        ends = (
            Stop("", self._spots.get(place), 0),
            Stop("", self._spots.get(trip.destination.place), leg.minutes),
        )
        return measure_share(ends=ends, departed_at=since, fix=tracking.find_last(trip=trip.id), at=at)


def list_stranded() -> dict[UUID, list[models.Position]]:
    """Trips that broke down and still have people aboard, with these."""
    over = models.Trip.objects.filter(ended_at__isnull=False, withdrawn_at__isnull=True).values("id")
    held = models.Position.objects.filter(inside=True, holder_kind=Kind.TRIP.value, holder_id__in=over)
    found: dict[UUID, list[models.Position]] = {}
    for position in held.order_by("traveller_id"):
        found.setdefault(position.holder_id, []).append(position)
    broken = models.TripEvent.objects.filter(trip_id__in=list(found), step=BROKEN_DOWN)
    known = set(broken.values_list("trip_id", flat=True))
    return {trip: people for trip, people in found.items() if trip in known}


def list_offered(*, givers: Iterable[UUID]) -> set[UUID]:
    """Who of these trips' people was offered by hand to another that is open and does not have them on its list."""
    offers = (
        models.HandoverEvent.objects.filter(giver_id__in=list(givers))
        .order_by("handover_id", "-happened_at", "-seq")
        .distinct("handover_id")
    )
    standing = [event for event in offers if event.step in ("offered", "accepted")]
    receivers = {event.receiver_id for event in standing}
    opened = set(
        models.Trip.objects.filter(id__in=receivers, ended_at__isnull=True).values_list("id", flat=True)
    )
    listed = set(
        models.BoardingLine.objects.filter(trip__in=opened, trip__origin__isnull=False).values_list(
            "traveller_id", flat=True
        )
    )
    names = {UUID(name) for event in standing if event.receiver_id in opened for name in event.names or ()}
    return names - listed
