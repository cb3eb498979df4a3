"""Why a party stays unmoved, and the cheapest thing that would move it.

The reason is the first that holds, from "never possible" to "not now": no vehicle may carry it, no place takes it,
no time is left, then which resource is missing. The remedy is tried, not guessed: more of one resource is given in
thought, and the smallest addition with which a trip fits is named. Parties of a class that lack the same have one remedy,
which is true of all of them together: `remedies` proves it by a plan.
"""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pratique.core.transport.plan import Plan, Reason
from pratique.core.transport.problem import TransportProblem, VehicleKind
from pratique.engines.transport import remedies
from pratique.engines.transport.assign import loads_of
from pratique.engines.transport.fleet import Fleet
from pratique.engines.transport.layout import ROLES, Ints, Layout, Pools
from pratique.engines.transport.remedies import Means

PROVE_SECONDS = 0.3
"""So long the remedies of groups are looked for, all together, where nobody says how long."""
_LACKS = ("vehicle", "driver", "escort")


@dataclass(frozen=True, slots=True)
class _Case:
    layout: Layout
    fleet: Fleet
    lacks: "_Lacks"
    party: int


@dataclass(frozen=True, slots=True)
class _Cause:
    """Why one party stays; `means` is what would let a trip take it, None where no means of a day would."""

    code: str
    because: str
    remedy: str
    means: Means | None = None


def explain(*, layout: Layout, plan: Plan, seconds: float = PROVE_SECONDS) -> tuple[Reason, ...]:
    """A reason and remedy for every party on no trip of the plan; `seconds` are for the remedies of groups."""
    moved = {identity for trip in plan.trips for identity in trip.parties}
    left = [index for index, identity in enumerate(layout.party_ids) if identity not in moved]
    if not left:
        return ()
    fleet = _fleet_after(layout, plan)
    lacks = _Lacks(layout, fleet)
    # Parties that are alike in all that counts have one reason; it is looked for once.
    said: dict[tuple[int, ...], _Cause] = {}
    found: dict[int, _Cause] = {}
    for party in left:
        alike = tuple(int(of[party]) for of in (layout.group, layout.size, layout.rooms, layout.ready))
        if alike not in said:
            said[alike] = _why(_Case(layout, fleet, lacks, party))
        found[layout.party_ids[party]] = said[alike]
    words = _say_groups(layout.problem, plan, found, time.monotonic() + seconds)
    return tuple(
        Reason(one, cause.code, cause.because, words.get(one, cause.remedy)) for one, cause in found.items()
    )


def _say_groups(
    problem: TransportProblem, plan: Plan, causes: dict[int, _Cause], until: float
) -> dict[int, str]:
    """The remedy of every group of parties that lack the same, the largest first; in words, by party. Groups whose turn does not come
    in time keep what moves each of them by itself."""
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for party, cause in causes.items():
        if cause.means is not None:
            groups[problem.parties[party].cls, cause.code, *_sort(problem, cause.means)].append(party)
    words: dict[int, str] = {}
    for parties in sorted(groups.values(), key=lambda those: (-len(those), those)):
        if time.monotonic() > until:
            break
        unit = _join([means for one in parties if (means := causes[one].means) is not None])
        found = remedies.find(problem=problem, plan=plan, parties=parties, unit=unit, until=until)
        heads = [
            sum(problem.parties[one].size for one in those)
            for those in (found.served if found else (), parties)
        ]
        means = found.means if found else unit
        words |= dict.fromkeys(
            parties, say_means(problem=problem, means=means, heads=heads, alone=len(parties) == 1)
        )
    return words


def _sort(problem: TransportProblem, means: Means) -> tuple[str, ...]:
    """What is wanted, however much of it: means of one sort are said in the same words."""
    kind = problem.kinds[means.kind] if means.kind else None
    named = "" if kind is None else kind.name if means.vehicles else kind.licence if means.drivers else ""
    return (named or str(means.place), *(name for name in remedies.COUNTED if getattr(means, name)))


def _join(means: list[Means]) -> Means:
    """What is enough for the one that needs most, from the time of the first."""
    most = {name: max(getattr(one, name) for one in means) for name in remedies.COUNTED}
    return replace(means[0], from_at=min(one.from_at for one in means), **most)


def say_means(*, problem: TransportProblem, means: Means, heads: Sequence[int], alone: bool) -> str:
    """A remedy in words; `heads` are how many persons it moves, and how many there are; `alone` if they are one party."""
    moved, there = heads
    if means.rooms:
        rooms, place, cls = means.rooms, means.place, means.cls
        if alone and moved:
            return say_rooms(rooms=rooms, place=place, cls=cls)
        if moved == there:
            return f"find {rooms} more rooms at {place} for {cls}: would move these {there}"
        return f"find {rooms} more rooms at {place} for {cls}: would move {moved} of these {there}"
    lacks = tuple((w, n) for w in _LACKS if (n := getattr(means, f"{w}s")))
    what, at = _list_lacks(problem.kinds[means.kind], lacks), _clock(means.from_at)
    if alone and moved:
        return f"{what} from {at} would move it"
    if moved == there:
        return f"{what} from {at} would move these {there}"
    return f"{what} from {at} would move {moved} of these {there}"


def say_rooms(*, rooms: int, place: int, cls: str) -> str:
    """So many rooms more at a place, the nearest of those that take them."""
    return f"find {rooms} more rooms at {place} for {cls}"


def _fleet_after(layout: Layout, plan: Plan) -> Fleet:
    """What is free after the plan."""
    fleet = Fleet(layout)
    for load in loads_of(layout=layout, plan=plan):
        fleet.take(load)
    return fleet


def _why(case: _Case) -> _Cause:
    one, party = case.layout, case.party
    problem = one.problem
    group = int(one.group[party])
    cls = sorted(problem.classes)[one.group_class[group]]
    size = int(one.size[party])
    capacity = one.capacity[one.group_class[group]]
    if not (capacity > 0).any():
        return _Cause(
            "no-vehicle-kind", f"no vehicle kind may carry {cls}", f"allow a vehicle kind for {cls}"
        )
    kinds = [kind for kind in range(len(capacity)) if capacity[kind] >= size]
    if not kinds:
        return _Cause(
            "party-too-large",
            f"{size} persons must stay together, at most {int(capacity.max())} of {cls} may ride together",
            f"bring a vehicle that may carry {size}, or agree with the party to split it",
        )
    places = [int(place) for place in one.dests[one.dest_first[group] : one.dest_first[group + 1]]]
    if not places:
        return _Cause("no-place", f"no facility accepts {cls}", f"open a facility for {cls}")
    kinds = [kind for kind in kinds if (one.vehicles.cls == kind).any()]
    if not kinds:
        return _Cause(
            "no-vehicle", f"there is no vehicle that may carry {size} of {cls}", "bring one vehicle"
        )
    roomy = [place for place in places if case.fleet.rooms_left[place] >= one.rooms[party]]
    if not roomy:
        near = min(places, key=lambda where: (problem.locations[one.places[where]].drive_minutes, where))
        short, there = int(one.rooms[party] - case.fleet.rooms_left[near]), one.places[near]
        return _Cause(
            "no-rooms",
            f"no place has {int(one.rooms[party])} rooms left",
            say_rooms(rooms=short, place=there, cls=cls),
            Means(cls=cls, rooms=short, place=there),
        )
    return _why_not_now(case, kinds, roomy)


def _why_not_now(case: _Case, kinds: list[int], places: list[int]) -> _Cause:
    """Which single addition lets a trip start soonest: people, a vehicle, both; or nothing does."""
    one = case.layout
    first = int(one.ready[case.party])
    best: tuple[int, int, str, _Cause] | None = None
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
                cause = _lack(case, kind, start * one.problem.rules.tick, tuple(missing))
                mine = (number, start, cause.remedy, cause)
                best = mine if best is None else min(best, mine, key=lambda found: found[:3])
    if best is None:
        return _Cause("no-time", "no trip can end before the horizon", "plan a longer horizon")
    return best[3]


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


def _lack(case: _Case, kind: int, minute: int, lacks: tuple[tuple[str, int], ...]) -> _Cause:
    name = case.layout.kinds[kind]
    if not lacks:
        return _Cause(
            "costlier",
            "moving it costs more than leaving it",
            f"a {name} could go at {_clock(minute)}: pin that trip",
        )
    words = say_lack(kind=case.layout.problem.kinds[name], minute=minute, lacks=lacks)
    return _Cause(*words, Means(name, minute, **{f"{lack}s": more for lack, more in lacks}))


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def say_lack(*, kind: VehicleKind, minute: int, lacks: tuple[tuple[str, int], ...]) -> tuple[str, str, str]:
    """Code, reason and remedy where so many vehicles, drivers or escorts more would let a trip of this kind start."""
    what = _list_lacks(kind, lacks)
    missing = ", ".join(lack for lack, _ in lacks)
    return (
        f"no-{lacks[0][0]}",
        f"until the horizon no {missing} is free when needed",
        f"{what} from {_clock(minute)} would move it",
    )


def _list_lacks(kind: VehicleKind, lacks: tuple[tuple[str, int], ...]) -> str:
    titles = {"vehicle": kind.name, "driver": f"licence-{kind.licence} driver", "escort": "escort"}
    return " and ".join(
        f"one more {titles[lack]}" if more == 1 else f"{more} more {titles[lack]}s" for lack, more in lacks
    )
