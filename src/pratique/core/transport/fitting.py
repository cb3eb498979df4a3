"""Trips kept one after the other, each if it breaks no rule beside those kept before it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

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
    def problem(self) -> TransportProblem:
        """What the trips are held against: no pins."""
        return self._problem

    @property
    def kept(self) -> tuple[Trip, ...]:
        """In the order in which they were kept."""
        return tuple(self._kept)

    def check(self, trip: Trip, *, without: Collection[int] = ()) -> tuple[Objection, ...]:
        """What is in the way of one more trip; `without` are numbers of kept trips that it would stand for."""
        beside = sorted({n for share in _list_shares(trip) for n in self._sharing[share] if n not in without})
        together = (*(self._kept[number] for number in beside), trip)
        return check.breaches(problem=self._problem, plan=Plan(together))

    def keep(self, trip: Trip) -> tuple[Objection, ...]:
        """Keep a trip, or say what is in its way and leave it."""
        found = self.check(trip)
        if not found:
            self._note(trip)
        return found

    def keep_each(self, trips: Sequence[Trip]) -> list[Trip]:
        """Keep of these trips, one after the other, each that breaks no rule beside those before it; which they are.

        Where all of them fit together each would fit by itself, so they are checked together, and halved where they do not.
        """
        if not trips:
            return []
        if len(trips) > 1:
            shares = {share for trip in trips for share in _list_shares(trip)}
            beside = sorted({n for share in shares for n in self._sharing[share]})
            together = (*(self._kept[number] for number in beside), *trips)
            if check.breaches(problem=self._problem, plan=Plan(together)):
                half = len(trips) // 2
                return self.keep_each(trips[:half]) + self.keep_each(trips[half:])
        elif self.check(trips[0]):
            return []
        self.keep_all(trips)
        return list(trips)

    def give_crew(self, trip: Trip, *, without: Collection[int] = ()) -> Trip:
        """The trip with as many drivers and escorts as it needs: those it has who can stay, then others who are free.

        Where nobody is free a place stays empty or as it was, for `check` to say so.
        """
        had = {*trip.drivers, *trip.escorts}
        those = sorted(self._problem.crew, key=lambda who: (who not in had, who))
        wanted = check.crew_of(problem=self._problem, trip=trip)
        found = replace(trip, drivers=(), escorts=())
        for post, number in zip(("drivers", "escorts"), wanted, strict=True):
            for who in those:
                riding: tuple[int, ...] = getattr(found, post)
                if len(riding) < number and who not in (*found.drivers, *found.escorts):
                    more: dict[str, Any] = {post: (*riding, who)}
                    trial = replace(found, **more)
                    found = trial if self.may_ride(trip=trial, who=who, without=without) else found
        return found

    def may_ride(self, *, trip: Trip, who: int, without: Collection[int] = ()) -> bool:
        """Whether nothing is said against one of a crew, whatever else is wrong with the trip."""
        mine = [self._kept[n] for n in self._sharing["crew", who] if n not in without]
        found = check.breaches(problem=self._problem, plan=Plan((*mine, trip)))
        return not any(f"crew member {who} " in f"{one.subject} {one.because} " for one in found)

    def keep_all(self, trips: Iterable[Trip]) -> None:
        """Keep trips that are facts, whatever is in their way."""
        for trip in trips:
            self._note(trip)

    def _note(self, trip: Trip) -> None:
        for share in _list_shares(trip):
            self._sharing[share].append(len(self._kept))
        self._kept.append(trip)


def _list_shares(trip: Trip) -> Iterator[tuple[str, int]]:
    yield "vehicle", trip.vehicle
    yield "place", trip.dest
    yield from (("crew", who) for who in (*trip.drivers, *trip.escorts))
    yield from (("party", party) for party in trip.parties)
