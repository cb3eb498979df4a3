"""Why a party stays unmoved, and the cheapest thing that would move it.

The reason is the first that holds, from "never possible" to "not now": no vehicle may carry it, no place takes it,
no time is left, then which resource is missing. The remedy is tried, not guessed: more of one resource is given in
thought, and the smallest addition with which a trip fits is named.
"""

from dataclasses import dataclass

import numpy as np

from pratique.core.transport.plan import Plan, Reason
from pratique.core.transport.problem import VehicleKind
from pratique.engines.transport.assign import loads_of
from pratique.engines.transport.fleet import Fleet
from pratique.engines.transport.layout import ROLES, Ints, Layout, Pools

_LACKS = ("vehicle", "driver", "escort")


@dataclass(frozen=True, slots=True)
class _Case:
    layout: Layout
    fleet: Fleet
    lacks: "_Lacks"
    party: int


def explain(*, layout: Layout, plan: Plan) -> tuple[Reason, ...]:
    """A reason and remedy for every party on no trip of the plan."""
    moved = {identity for trip in plan.trips for identity in trip.parties}
    left = [index for index, identity in enumerate(layout.party_ids) if identity not in moved]
    if not left:
        return ()
    fleet = _fleet_after(layout, plan)
    lacks = _Lacks(layout, fleet)
    # Parties that are alike in all that counts have one reason; it is looked for once.
    said: dict[tuple[int, ...], tuple[str, str, str]] = {}
    found = []
    for party in left:
        alike = tuple(int(of[party]) for of in (layout.group, layout.size, layout.rooms, layout.ready))
        if alike not in said:
            said[alike] = _why(_Case(layout, fleet, lacks, party))
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
    first = int(one.ready[case.party])
    best: tuple[int, int, str, str, str] | None = None
    for kind in kinds:
        for place in sorted(places, key=lambda where: one.crew_ticks[kind, where])[:4]:
            lacks = case.lacks.find(kind, place)[:, first:]
            if not lacks.shape[1]:
                continue
            numbers = lacks.sum(axis=0)
            at = int(numbers.argmin())
            number, start = int(numbers[at]), first + at
            if best is None or (number, start) <= best[:2]:
                missing = [(w, int(n)) for w, n in zip(_LACKS, lacks[:, at], strict=True) if n]
                words = _words(case, kind, start * one.problem.rules.tick, tuple(missing))
                best = min(best or (number, start, *words), (number, start, *words))
    if best is None:
        return "no-time", "no trip can end before the horizon", "plan a longer horizon"
    return best[2], best[3], best[4]


class _Lacks:
    """What a trip lacks at each tick at which it might start, by vehicle kind and place; worked out once each."""

    def __init__(self, layout: Layout, fleet: Fleet) -> None:
        self._layout, self._fleet = layout, fleet
        self._spare: dict[tuple[int, int, float], Ints] = {}
        self._found: dict[tuple[int, int], Ints] = {}

    def find(self, kind: int, place: int) -> Ints:
        """How many vehicles, drivers and escorts are not there: [3, start]."""
        if (kind, place) not in self._found:
            one = self._layout
            starts = max(0, one.ticks - int(one.vehicle_ticks[kind, place]))
            length = int(one.crew_ticks[kind, place])
            roles = (0,) if one.large[kind] else (0, 1)
            vehicles = self._free_at(
                one.vehicles, self._fleet.vehicle_used, kind, one.vehicle_ticks[kind, place]
            )
            each = float(one.drive_each[kind, place])
            drivers = sum(self._spare_at(role, length, each)[:starts] for role in roles)
            self._found[kind, place] = np.maximum(
                0,
                np.array(
                    [
                        1 - np.minimum(1, vehicles[:starts]),
                        int(one.drivers[kind, place]) - drivers,
                        int(one.escorts[kind]) - self._spare_at(2, length)[:starts],
                    ]
                ),
            )
        return self._found[kind, place]

    def _spare_at(self, role: int, length: int, each: float = 0.0) -> Ints:
        """How many of a role are free for so many ticks and may drive so many minutes more."""
        if (role, length, each) not in self._spare:
            pools, used = self._layout.crew, self._fleet.crew_used
            able = None if role == ROLES["E"] else self._fleet.list_able(each)
            self._spare[role, length, each] = self._free_at(pools, used, role, length, able)
        return self._spare[role, length, each]

    def _free_at(
        self, pools: Pools, used: Ints, cls: int, length: int, able: np.ndarray | None = None
    ) -> Ints:
        """How many of a class (of the pools that are able) are free for so many ticks, by the first of these."""
        those = np.flatnonzero(pools.cls == cls if able is None else (pools.cls == cls) & able)
        starts = np.arange(self._layout.ticks)
        free = pools.count[those, None] - _peak(used[those], int(length))[:, : len(starts)]
        at_work = (pools.start[those, None] <= starts) & (starts + length <= pools.end[those, None])
        found: Ints = np.where(at_work, np.maximum(0, free), 0).sum(axis=0)
        return found


def _peak(used: Ints, length: int) -> Ints:
    """The most of each row within `length` ticks, by the first of these; windows doubled until they are long enough."""
    width, peak = 1, used
    while 2 * width <= length:
        peak = np.maximum(peak[:, :-width], peak[:, width:])
        width *= 2
    rest = length - width
    return np.maximum(peak[:, :-rest], peak[:, rest:]) if rest > 0 else peak


def _words(case: _Case, kind: int, minute: int, lacks: tuple[tuple[str, int], ...]) -> tuple[str, str, str]:
    name = case.layout.kinds[kind]
    if not lacks:
        return (
            "costlier",
            "moving it costs more than leaving it",
            f"a {name} could go at {_clock(minute)}: pin that trip",
        )
    return say_lack(kind=case.layout.problem.kinds[name], minute=minute, lacks=lacks)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def say_lack(*, kind: VehicleKind, minute: int, lacks: tuple[tuple[str, int], ...]) -> tuple[str, str, str]:
    """Code, reason and remedy where so many vehicles, drivers or escorts more would let a trip of this kind start."""
    titles = {"vehicle": kind.name, "driver": f"licence-{kind.licence} driver", "escort": "escort"}
    what = " and ".join(
        f"one more {titles[lack]}" if more == 1 else f"{more} more {titles[lack]}s" for lack, more in lacks
    )
    missing = ", ".join(lack for lack, _ in lacks)
    return (
        f"no-{lacks[0][0]}",
        f"until the horizon no {missing} is free when needed",
        f"{what} from {_clock(minute)} would move it",
    )
