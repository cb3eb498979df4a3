"""Give pooled loads their own vehicles and people: interval colouring, drivers kept under their driving limit."""

from collections.abc import Sequence

from pratique.core.transport.plan import Plan, Trip
from pratique.engines.transport.fleet import Load
from pratique.engines.transport.layout import Layout, Pools


class _Roster:
    """Members of pools with the tick they are free from and the minutes each may still drive."""

    def __init__(self, pools: Pools) -> None:
        self._free_at = [dict.fromkeys(members, 0) for members in pools.members]
        self._left = [
            dict.fromkeys(members, left) for members, left in zip(pools.members, pools.cost, strict=True)
        ]

    def pick(self, pool: int, start: int, end: int, drive: float = 0.0) -> int | None:
        """A member that is free from `start` and may drive on: for drivers who has most left, else who worked last."""
        free, left = self._free_at[pool], self._left[pool]
        able = [one for one, at in free.items() if at <= start and left[one] + 1e-9 >= drive]
        if not able:
            return None
        chosen = max(able, key=lambda one: (left[one] if drive else 0.0, free[one], -one))
        free[chosen] = end
        left[chosen] -= drive
        return chosen


def assign(*, layout: Layout, loads: Sequence[Load]) -> tuple[Plan, tuple[Load, ...]]:
    """The plan with pins and `loads` as trips, and those loads for which no driver had driving minutes left."""
    problem = layout.problem
    vehicles, crew = _Roster(layout.vehicles), _Roster(layout.crew)
    trips = [
        Trip(pin.start_at, pin.vehicle, pin.dest, pin.parties, pin.drivers, pin.escorts)
        for pin in problem.pins
    ]
    left: list[Load] = []
    for load in sorted(loads, key=lambda one: (one.start, -layout.drive_each[one.kind, one.place])):
        drivers = int(layout.drivers[load.kind, load.place])
        end = load.start + int(layout.crew_ticks[load.kind, load.place])
        drive = float(layout.drive_each[load.kind, load.place])
        picked = [
            crew.pick(pool, load.start, end, drive if slot < drivers else 0.0)
            for slot, pool in enumerate(load.crew)
        ]
        until = load.start + int(layout.vehicle_ticks[load.kind, load.place])
        vehicle = vehicles.pick(load.vehicle, load.start, until) if None not in picked else None
        people = [one for one in picked if one is not None]
        if vehicle is None or len(people) < len(picked):
            left.append(load)
            continue
        start_at = load.start * problem.rules.tick
        parties = tuple(layout.party_ids[party] for party in load.parties)
        place = layout.places[load.place]
        trips.append(
            Trip(start_at, vehicle, place, parties, tuple(people[:drivers]), tuple(people[drivers:]))
        )
    return Plan(tuple(sorted(trips))), tuple(left)


def loads_of(*, layout: Layout, plan: Plan) -> tuple[Load, ...]:
    """A plan's trips as loads on the pools of their own vehicles and people; pinned trips are none.

    Trips that name nobody the layout still has to move, or mix groups, are left out.
    """
    vehicle_pool = {one: pool for pool, members in enumerate(layout.vehicles.members) for one in members}
    crew_pool = {one: pool for pool, members in enumerate(layout.crew.members) for one in members}
    index = {identity: number for number, identity in enumerate(layout.party_ids)}
    pinned = {(pin.vehicle, pin.start_at) for pin in layout.problem.pins}
    loads = []
    for trip in plan.trips:
        parties = tuple(sorted(index[identity] for identity in trip.parties if identity in index))
        if (trip.vehicle, trip.start_at) in pinned or not parties:
            continue
        group = int(layout.group[parties[0]])
        if any(layout.group[party] != group for party in parties):
            continue
        kind = layout.kinds.index(layout.problem.vehicles[trip.vehicle].kind)
        crew = tuple(crew_pool[one] for one in trip.drivers + trip.escorts)
        place, start = layout.places.index(trip.dest), trip.start_at // layout.problem.rules.tick
        loads.append(Load(group, kind, place, start, parties, vehicle_pool[trip.vehicle], crew))
    return tuple(loads)
