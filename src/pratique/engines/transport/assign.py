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
