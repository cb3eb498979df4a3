"""What whoever boards elsewhere than at the airport costs at least, whatever becomes of everybody else.

Each group (a place, a flight, a class, a destination) stays, or costs the cheapest trip that could carry anybody of it and what
each of it feels who waits no longer than the way to them takes. Weak where a group needs several trips, or where
everything is busy: then it says one trip, at once.
"""

from collections import defaultdict

from pratique.core.transport import check
from pratique.core.transport.plan import Plan, Trip
from pratique.core.transport.problem import AIRPORT, ANY_FACILITY, Party, TransportProblem


def count_least(*, problem: TransportProblem) -> float:
    """A cost that no plan can avoid for these people; what vehicles and pairs of flight and facility cost is not in it."""
    total, pinned = 0.0, set[int]()
    for pin in problem.pins:
        if problem.find_origin(pin.parties) != AIRPORT:
            trip = Trip(pin.start_at, pin.vehicle, pin.dest, pin.parties, pin.drivers, pin.escorts)
            total += _count_trip(problem, trip, waits=True)
            pinned.update(pin.parties)
    groups: dict[tuple[int, int, str, int], list[Party]] = defaultdict(list)
    for party in problem.parties.values():
        if party.origin != AIRPORT and party.id not in pinned:
            groups[party.origin, party.flight, party.cls, party.dest].append(party)
    return total + sum(_count_group(problem, group) for group in groups.values())


def _count_trip(problem: TransportProblem, trip: Trip, *, waits: bool) -> float:
    cost = check.cost(problem=problem, plan=Plan((trip,)))
    return cost.trips + cost.km + cost.crew + (cost.wait + cost.wait_excess if waits else 0.0)


def _count_group(problem: TransportProblem, group: list[Party]) -> float:
    weights, first = problem.weights, group[0]
    stays = sum(weights.unmoved * one.size for one in group)
    vehicles = {one.kind: one.id for one in problem.vehicles.values()}
    trips = [
        _count_trip(problem, Trip(0, vehicles[kind], dest, (first.id,), (), ()), waits=False)
        for kind in problem.classes[first.cls].capacity
        if kind in vehicles
        for dest, place in problem.locations.items()
        if dest not in (AIRPORT, first.origin)
        and (dest == first.dest if first.dest != ANY_FACILITY else place.accepts == first.cls)
    ]
    if not trips:
        return stays
    soonest = problem.not_before_at + check.lead_of(problem=problem, origin=first.origin)
    moved = 0.0
    for one in group:
        waits = max(0, soonest - one.ready_at)
        feels = weights.wait * waits + weights.wait_excess * max(0, waits - weights.excess_after)
        moved += one.size * min(weights.unmoved, feels)
    return min(stays, min(trips) + moved)
