"""The least means with which all who stay behind for one cause would ride: proven by a plan that has them.

Every trip of the plan stays; vehicles, drivers, escorts or rooms are added in thought, and the group is dispatched by hand with
them. The core's checker judges that plan. Of what is named nothing can be left out: with one less of anything the same hand
dispatch serves fewer (or, where time ran out, that was not tried). Groups are tried one by one, each by itself.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pratique.core.transport import check
from pratique.core.transport.plan import Plan, Trip
from pratique.core.transport.problem import CrewMember, Pin, TransportProblem, Vehicle
from pratique.engines.transport import greedy
from pratique.engines.transport.assign import assign
from pratique.engines.transport.layout import lay_out

COUNTED = ("vehicles", "drivers", "escorts", "rooms")


@dataclass(frozen=True, slots=True)
class Means:
    """What is added: vehicles of a kind, drivers who may drive it and escorts, all from a minute until the horizon; and rooms for
    a class, at a place that takes it."""

    kind: str = ""
    from_at: int = 0
    vehicles: int = 0
    drivers: int = 0
    escorts: int = 0
    cls: str = ""
    rooms: int = 0
    place: int = 0

    def scaled(self, number: int) -> "Means":
        """So many times as much of everything."""
        return replace(self, **{name: number * getattr(self, name) for name in COUNTED})


@dataclass(frozen=True, slots=True)
class Remedy:
    """Means, and the parties that ride with them."""

    means: Means
    served: frozenset[int]


def add(*, problem: TransportProblem, means: Means) -> TransportProblem:
    """The problem with these means."""
    until = problem.rules.horizon
    vehicles, crew, places = dict(problem.vehicles), dict(problem.crew), dict(problem.locations)
    for _ in range(means.vehicles):
        one = max(vehicles, default=0) + 1
        vehicles[one] = Vehicle(one, means.kind, means.from_at, until)
    posts = (("E", means.escorts),)
    if means.drivers:
        posts += ((problem.kinds[means.kind].licence, means.drivers),)
    for role, number in posts:
        for _ in range(number):
            one = max(crew, default=0) + 1
            crew[one] = CrewMember(one, role, means.from_at, until)
    if means.rooms:
        there = places[means.place]
        places[there.id] = replace(there, rooms=(there.rooms or 0) + means.rooms)
    return replace(problem, vehicles=vehicles, crew=crew, locations=places)


def find(
    *, problem: TransportProblem, plan: Plan, parties: Iterable[int], unit: Means, until: float
) -> Remedy | None:
    """The least means, all of the sorts of `unit`, that move as many of these parties as such means can; None if they move nobody.

    `until` is a time of the monotonic clock: what is not found then is what was proven so far.
    """
    trial = _Trial(problem, plan, frozenset(parties), until)
    best = trial.run(unit)
    number, most = 1, len(trial.parties)
    while len(best.served) < most and number < most and not trial.is_over():
        number = min(most, 2 * number)
        found = trial.run(unit.scaled(number))
        best = found if trial.weigh(found) > trial.weigh(best) else best
    if not best.served:
        return None
    best = _lessen(trial, best, [unit.scaled(n) for n in range(1, number + 1)])
    for name in COUNTED:
        had = getattr(best.means, name)
        best = _lessen(trial, best, [replace(best.means, **{name: n}) for n in range(had + 1)])
    return best


def _lessen(trial: "_Trial", best: Remedy, rising: list[Means]) -> Remedy:
    """The first of rising means that moves as many as the best so far: halved until what is next below moves fewer."""
    low, high = -1, rising.index(best.means) if best.means in rising else len(rising) - 1
    wanted = trial.weigh(best)
    while high - low > 1 and not trial.is_over():
        middle = (low + high) // 2
        found = trial.run(rising[middle])
        if trial.weigh(found) >= wanted:
            best, high = found, middle
        else:
            low = middle
    return best


class _Trial:
    """One group dispatched by hand beside a plan that stays."""

    def __init__(self, problem: TransportProblem, plan: Plan, parties: frozenset[int], until: float) -> None:
        riding = {party for trip in plan.trips for party in trip.parties}
        known = {one: problem.parties[one] for one in sorted(riding | parties)}
        self._problem = replace(problem, parties=known, pins=tuple(map(_pin, plan.trips)))
        self._until = until
        self.parties = parties

    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() > self._until

    def weigh(self, remedy: Remedy) -> int:
        """How many persons it moves."""
        return sum(self._problem.parties[one].size for one in remedy.served)

    def run(self, means: Means) -> Remedy:
        """Whom these means move: the best of some holding times, if the checker has nothing against it."""
        problem = add(problem=self._problem, means=means)
        layout = lay_out(problem=problem)
        best = Remedy(means, frozenset())
        for hold in greedy.HOLDS_MINUTES:
            loads = greedy.dispatch(layout=layout, hold_minutes=hold)
            plan, _ = assign(layout=layout, loads=loads)
            riding = {party for trip in plan.trips for party in trip.parties}
            found = Remedy(means, self.parties & riding)
            if self.weigh(found) > self.weigh(best) and not check.breaches(problem=problem, plan=plan):
                best = found
            if len(best.served) == len(self.parties) or self.is_over():
                break
        return best


def _pin(trip: Trip) -> Pin:
    return Pin(trip.vehicle, trip.start_at, trip.dest, trip.parties, trip.drivers, trip.escorts)
