"""Why a party stays unmoved, and the cheapest thing that would move it.

The reason is the first that holds, from "never possible" to "not now": no vehicle may carry it, no place takes it,
no time is left, then which resource is missing. The remedy is tried, not guessed: more of one resource is given in
thought, and the smallest addition with which a trip fits is named.
"""

from dataclasses import dataclass

from pratique.core.transport.plan import Plan, Reason
from pratique.engines.transport.assign import loads_of
from pratique.engines.transport.fleet import Fleet
from pratique.engines.transport.layout import Ints, Layout, Pools


@dataclass(frozen=True, slots=True)
class _Case:
    layout: Layout
    fleet: Fleet
    party: int


def explain(*, layout: Layout, plan: Plan) -> tuple[Reason, ...]:
    """A reason and remedy for every party on no trip of the plan."""
    moved = {identity for trip in plan.trips for identity in trip.parties}
    left = [index for index, identity in enumerate(layout.party_ids) if identity not in moved]
    if not left:
        return ()
    fleet = _fleet_after(layout, plan)
    # Parties that are alike in all that counts have one reason; it is looked for once.
    said: dict[tuple[int, ...], tuple[str, str, str]] = {}
    found = []
    for party in left:
        alike = tuple(int(of[party]) for of in (layout.group, layout.size, layout.rooms, layout.ready))
        if alike not in said:
            said[alike] = _why(_Case(layout, fleet, party))
        found.append(Reason(layout.party_ids[party], *said[alike]))
    return tuple(found)


def _fleet_after(layout: Layout, plan: Plan) -> Fleet:
    """What is free after the plan."""
    fleet = Fleet(layout)
    for load in loads_of(layout=layout, plan=plan):
        fleet.take(load)
    return fleet


def _why(case: _Case) -> tuple[str, str, str]:
    one, party = case.layout, case.party
    problem = one.problem
    group = int(one.group[party])
    cls = sorted(problem.classes)[one.group_class[group]]
    size = int(one.size[party])
    capacity = one.capacity[one.group_class[group]]
    if not (capacity > 0).any():
        return "no-vehicle-kind", f"no vehicle kind may carry {cls}", f"allow a vehicle kind for {cls}"
    kinds = [kind for kind in range(len(capacity)) if capacity[kind] >= size]
    if not kinds:
        return (
            "party-too-large",
            f"{size} persons must stay together, at most {int(capacity.max())} of {cls} may ride together",
            f"bring a vehicle that may carry {size}, or agree with the party to split it",
        )
    places = [int(place) for place in one.dests[one.dest_first[group] : one.dest_first[group + 1]]]
    if not places:
        return "no-place", f"no facility accepts {cls}", f"open a facility for {cls}"
    kinds = [kind for kind in kinds if (one.vehicles.cls == kind).any()]
    if not kinds:
        return "no-vehicle", f"there is no vehicle that may carry {size} of {cls}", "bring one vehicle"
    roomy = [place for place in places if case.fleet.rooms_left[place] >= one.rooms[party]]
    if not roomy:
        short = min(int(one.rooms[party] - case.fleet.rooms_left[place]) for place in places)
        return (
            "no-rooms",
            f"no place has {int(one.rooms[party])} rooms left",
            f"find {short} more rooms for {cls}",
        )
    return _why_not_now(case, kinds, roomy)


def _why_not_now(case: _Case, kinds: list[int], places: list[int]) -> tuple[str, str, str]:
    """Which single addition lets a trip start soonest: people, a vehicle, both; or nothing does."""
    one = case.layout
    tick = one.problem.rules.tick
    first = int(one.ready[case.party])
    best: tuple[int, int, str, str, str] | None = None
    for kind in kinds:
        for place in sorted(places, key=lambda where: one.crew_ticks[kind, where])[:4]:
            for start in range(first, one.ticks - int(one.vehicle_ticks[kind, place])):
                lacks = _lacking(case, kind, place, start)
                number = sum(more for _, more in lacks)
                found = (number, start, *_words(case, kind, start * tick, lacks))
                if best is None or found < best:
                    best = found
                if not lacks:
                    break
    if best is None:
        return "no-time", "no trip can end before the horizon", "plan a longer horizon"
    return best[2], best[3], best[4]


def _lacking(case: _Case, kind: int, place: int, start: int) -> tuple[tuple[str, int], ...]:
    """What is not there for this trip, and how much of it."""
    one, fleet = case.layout, case.fleet
    lacks = []
    if not _is_free(one.vehicles, fleet.vehicle_used, kind, start, int(one.vehicle_ticks[kind, place])):
        lacks.append(("vehicle", 1))
    length = int(one.crew_ticks[kind, place])
    roles = (0,) if one.large[kind] else (0, 1)
    drivers = int(one.drivers[kind, place]) - sum(_spare(case, role, start, length) for role in roles)
    if drivers > 0:
        lacks.append(("driver", drivers))
    escorts = int(one.escorts[kind]) - _spare(case, 2, start, length)
    if escorts > 0:
        lacks.append(("escort", escorts))
    return tuple(lacks)


def _is_free(pools: Pools, used: Ints, cls: int, start: int, length: int) -> bool:
    return any(
        pools.cls[pool] == cls
        and pools.start[pool] <= start
        and start + length <= pools.end[pool]
        and used[pool, start : start + length].max() < pools.count[pool]
        for pool in range(len(pools.cls))
    )


def _spare(case: _Case, role: int, start: int, length: int) -> int:
    crew, used = case.layout.crew, case.fleet.crew_used
    return sum(
        max(0, int(crew.count[pool] - used[pool, start : start + length].max()))
        for pool in range(len(crew.cls))
        if crew.cls[pool] == role and crew.start[pool] <= start and start + length <= crew.end[pool]
    )


def _words(case: _Case, kind: int, minute: int, lacks: tuple[tuple[str, int], ...]) -> tuple[str, str, str]:
    clock = f"{minute // 60:02d}:{minute % 60:02d}"
    name = case.layout.kinds[kind]
    if not lacks:
        return (
            "costlier",
            "moving it costs more than leaving it",
            f"a {name} could go at {clock}: pin that trip",
        )
    licence = case.layout.problem.kinds[name].licence
    titles = {"vehicle": name, "driver": f"licence-{licence} driver", "escort": "escort"}
    what = " and ".join(
        f"one more {titles[lack]}" if more == 1 else f"{more} more {titles[lack]}s" for lack, more in lacks
    )
    missing = ", ".join(lack for lack, _ in lacks)
    return (
        f"no-{lacks[0][0]}",
        f"until the horizon no {missing} is free when needed",
        f"{what} from {clock} would move it",
    )
