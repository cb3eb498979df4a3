"""Give pooled loads their own vehicles and people: interval colouring, drivers kept under their driving limit."""

from collections.abc import Sequence

from pratique.core.transport.plan import Plan, Trip
from pratique.engines.transport.fleet import Load
from pratique.engines.transport.layout import Layout, Pools


class _Roster:
    """Members of pools with the spans of ticks they are taken for and the minutes each may still drive."""

    def __init__(self, pools: Pools) -> None:
        self._taken: list[dict[int, list[tuple[int, int]]]] = [
            {one: [] for one in members} for members in pools.members
        ]
        self._left = [
            dict.fromkeys(members, left) for members, left in zip(pools.members, pools.cost, strict=True)
        ]

    def pick(self, pool: int, span: tuple[int, int], drive: float, wish: Sequence[int]) -> int | None:
        """A member free for the span of ticks who may drive on: the first wished for, else for drivers who has most
        left, else who worked last before.
        """
        start, end = span
        taken, left = self._taken[pool], self._left[pool]
        able = [
            one
            for one, spans in taken.items()
            if left[one] + 1e-9 >= drive and all(until <= start or end <= since for since, until in spans)
        ]
        if not able:
            return None

        def merit(one: int) -> tuple[int, float, int, int]:
            before = max((until for _, until in taken[one] if until <= start), default=0)
            liked = len(wish) - wish.index(one) if one in wish else 0
            return liked, left[one] if drive else 0.0, before, -one

        chosen = max(able, key=merit)
        taken[chosen].append(span)
        left[chosen] -= drive
        return chosen


def assign(
    *, layout: Layout, loads: Sequence[Load], prefer: Plan | None = None
) -> tuple[Plan, tuple[Load, ...]]:
    """The plan with pins and `loads` as trips, and those loads for which no driver had driving minutes left.

    A load that is a trip of `prefer` (start, place and some of its people) keeps that trip's vehicle and crew, but for
    those pools where some load would then go without.
    """
    old = {} if prefer is None else _by_party(layout, prefer)
    wishes = {load: trip for load in loads if (trip := _old_trip(layout, load, old)) is not None}
    while True:
        plan, left = _assign(layout, loads, wishes)
        kept = {load: trip for load, trip in wishes.items() if not any(_share(load, one) for one in left)}
        if len(kept) == len(wishes):
            return plan, left
        wishes = kept


def _share(one: Load, other: Load) -> bool:
    """Whether two loads take their vehicle or some of their people from the same pool."""
    return one.vehicle == other.vehicle or not set(one.crew).isdisjoint(other.crew)


def _by_party(layout: Layout, plan: Plan) -> dict[tuple[int, int, int], Trip]:
    """A plan's trips by party, start tick and place."""
    tick = layout.problem.rules.tick
    return {(party, trip.start_at // tick, trip.dest): trip for trip in plan.trips for party in trip.parties}


def _assign(layout: Layout, loads: Sequence[Load], wishes: dict[Load, Trip]) -> tuple[Plan, tuple[Load, ...]]:
    """By the clock, loads with an old trip before all others."""
    problem = layout.problem
    vehicles, crew = _Roster(layout.vehicles), _Roster(layout.crew)
    trips = [
        Trip(pin.start_at, pin.vehicle, pin.dest, pin.parties, pin.drivers, pin.escorts)
        for pin in problem.pins
    ]
    left: list[Load] = []

    def order(load: Load) -> tuple[bool, int, float]:
        return load not in wishes, load.start, -float(layout.drive_each[load.kind, load.place])

    for load in sorted(loads, key=order):
        drivers = int(layout.drivers[load.kind, load.place])
        span = load.start, load.start + int(layout.crew_ticks[load.kind, load.place])
        drive = float(layout.drive_each[load.kind, load.place])
        wish = wishes.get(load)
        people_then = () if wish is None else wish.drivers + wish.escorts
        picked = [
            crew.pick(pool, span, drive if slot < drivers else 0.0, people_then[slot:] + people_then[:slot])
            for slot, pool in enumerate(load.crew)
        ]
        span = load.start, load.start + int(layout.vehicle_ticks[load.kind, load.place])
        vehicle_then = () if wish is None else (wish.vehicle,)
        vehicle = vehicles.pick(load.vehicle, span, 0.0, vehicle_then) if None not in picked else None
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


def _old_trip(layout: Layout, load: Load, old: dict[tuple[int, int, int], Trip]) -> Trip | None:
    """The old trip that the load continues."""
    for party in load.parties:
        key = layout.party_ids[party], load.start, layout.places[load.place]
        if key in old:
            return old[key]
    return None


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
