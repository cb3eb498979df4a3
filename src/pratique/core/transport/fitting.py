"""Trips kept one after the other, each if it breaks no rule beside those kept before it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pratique.core.answers import Objection
from pratique.core.transport import check
from pratique.core.transport.plan import Plan, Trip
from pratique.core.transport.problem import TransportProblem


class Fitting:
    """What is kept so far of a problem's trips, its pins aside.

    Two trips are in each other's way only through a vehicle, somebody of a crew, a place or a party that they share: a trip
    is checked beside those of the kept ones and no others, so that many trips take no longer each than a few.
    """

    def __init__(self, problem: TransportProblem) -> None:
        self._problem = replace(problem, pins=())
        self._kept: list[Trip] = []
        self._sharing: dict[tuple[str, int], list[int]] = defaultdict(list)

    @property
    def kept(self) -> tuple[Trip, ...]:
        """In the order in which they were kept."""
        return tuple(self._kept)

    def keep(self, trip: Trip) -> tuple[Objection, ...]:
        """Keep a trip, or say what is in its way and leave it."""
        shares = list(_list_shares(trip))
        beside = sorted({number for share in shares for number in self._sharing[share]})
        together = (*(self._kept[number] for number in beside), trip)
        found = check.breaches(problem=self._problem, plan=Plan(together))
        if not found:
            self._note(trip, shares)
        return found

    def keep_all(self, trips: Iterable[Trip]) -> None:
        """Keep trips that are facts, whatever is in their way."""
        for trip in trips:
            self._note(trip, _list_shares(trip))

    def _note(self, trip: Trip, shares: Iterable[tuple[str, int]]) -> None:
        for share in shares:
            self._sharing[share].append(len(self._kept))
        self._kept.append(trip)


def _list_shares(trip: Trip) -> Iterator[tuple[str, int]]:
    yield "vehicle", trip.vehicle
    yield "place", trip.dest
    yield from (("crew", who) for who in (*trip.drivers, *trip.escorts))
    yield from (("party", party) for party in trip.parties)
