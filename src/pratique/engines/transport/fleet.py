"""Who is free when: pooled vehicles, crews and rooms, and the loads given to them."""

from dataclasses import dataclass

import numpy as np

from pratique.engines.transport.layout import ROLES, Ints, Layout, Pools


@dataclass(frozen=True, slots=True)
class Load:
    """Parties (indices of the layout) on one trip with its pools; `crew` lists drivers first, then escorts."""

    group: int
    kind: int
    place: int
    start: int
    parties: tuple[int, ...]
    vehicle: int
    crew: tuple[int, ...]


class Fleet:
    """Ticks taken by the loads so far, and minutes that each pool may still drive; starts with what pins leave."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.vehicle_used = layout.vehicles.used.copy()
        self.crew_used = layout.crew.used.copy()
        self.drive_left = layout.crew.cost * layout.crew.count
        self.rooms_left = layout.rooms_left.copy()
        self.pairs = layout.pair_free.copy()
        self._by_kind = [np.flatnonzero(layout.vehicles.cls == kind) for kind in range(len(layout.kinds))]
        by_role = {role: np.flatnonzero(layout.crew.cls == code) for role, code in ROLES.items()}
        self._drivers = (np.concatenate([by_role["S"], by_role["L"]]), by_role["L"])
        self._escorts = by_role["E"]
        # Who takes more and more finds nothing again where nothing was found, nor elsewhere at the same distance.
        self._in_vain: set[tuple[int, tuple[float, ...]]] = set()
        self._none_free: set[tuple[int, int]] = set()
        self._some_free: set[tuple[int, int]] = set()
        times = (layout.crew_ticks, layout.vehicle_ticks, layout.drivers)
        self._alike: list[list[tuple[float, ...]]] = [
            [
                (
                    kind,
                    int(long),
                    float(layout.drive_each[kind, place]),
                    *(int(of[kind, place]) for of in times),
                )
                for place, long in enumerate(layout.long)
            ]
            for kind in range(len(layout.kinds))
        ]

    def may_start(self, *, kind: int, start: int) -> bool:
        """Whether a vehicle of a kind, a driver and its escorts are free at a tick, for however short a trip; said before anything
        is looked for in particular."""
        if (kind, start) in self._none_free or (kind, start) in self._some_free:
            return (kind, start) in self._some_free
        one = self.layout
        may = (
            self._count_free(one.vehicles, self.vehicle_used, self._by_kind[kind], start) > 0
            and self._count_free(one.crew, self.crew_used, self._drivers[one.large[kind]], start) > 0
            and self._count_free(one.crew, self.crew_used, self._escorts, start) >= one.escorts[kind]
        )
        (self._some_free if may else self._none_free).add((kind, start))
        return bool(may)

    @staticmethod
    def _count_free(pools: Pools, used: np.ndarray, among: Ints, start: int) -> int:
        there = (pools.start[among] <= start) & (start < pools.end[among])
        return int(np.maximum(0, pools.count[among] - used[among, start])[there].sum())

    def find(self, *, kind: int, place: int, start: int) -> tuple[int, tuple[int, ...]] | None:
        """A vehicle pool and crew pools that are free for this trip, or None."""
        alike = (start, self._alike[kind][place])
        if alike in self._in_vain:
            return None
        found = self._find(kind, place, start)
        if found is None:
            self._in_vain.add(alike)
        return found

    def _find(self, kind: int, place: int, start: int) -> tuple[int, tuple[int, ...]] | None:
        one = self.layout
        vehicle = self._free(
            one.vehicles, self.vehicle_used, self._by_kind[kind], start, one.vehicle_ticks[kind, place]
        )
        if vehicle is None:
            return None
        crew: list[int] = []
        each = float(one.drive_each[kind, place])
        may_drive = self.list_able(each)
        drivers = self._drivers[one.large[kind]]
        able = drivers[may_drive[drivers]]
        needs = ((able, one.drivers[kind, place]), (self._escorts, one.escorts[kind]))
        end = start + one.crew_ticks[kind, place]
        for pools, number in needs:
            for _ in range(number):
                pool = self._free(one.crew, self.crew_used, pools, start, end - start, self._overrun(place))
                if pool is None:
                    break
                self.crew_used[pool, start:end] += 1
                crew.append(pool)
        for pool in crew:
            self.crew_used[pool, start:end] -= 1
        return (vehicle, tuple(crew)) if len(crew) == sum(number for _, number in needs) else None

    def take(self, load: Load, sign: int = 1) -> None:
        """Book (or with -1 give back) everything a load needs."""
        one = self.layout
        self._some_free.clear()
        if sign < 0:
            self._in_vain.clear()
            self._none_free.clear()
        self.vehicle_used[
            load.vehicle, load.start : load.start + one.vehicle_ticks[load.kind, load.place]
        ] += sign
        for pool in load.crew:
            self.crew_used[pool, load.start : load.start + one.crew_ticks[load.kind, load.place]] += sign
        for pool in load.crew[: int(one.drivers[load.kind, load.place])]:
            self.drive_left[pool] -= sign * float(one.drive_each[load.kind, load.place])
        self.rooms_left[load.place] -= sign * int(sum(one.rooms[party] for party in load.parties))
        if sign > 0:
            self.pairs[one.group_flight[load.group], load.place] = True

    def list_able(self, each: float) -> np.ndarray:
        """By pool of the crew, whether somebody, and all of them after what they were given, may drive so many minutes more."""
        able: np.ndarray = np.minimum(self.layout.crew.cost, self.drive_left) + 1e-9 >= each
        return able

    def _overrun(self, place: int) -> int:
        rules = self.layout.problem.rules
        return rules.long_overrun // rules.tick if self.layout.long[place] else 0

    def _free(
        self, pools: Pools, used: np.ndarray, among: Ints, start: int, length: int, overrun: int = 0
    ) -> int | None:
        end = start + length
        if not len(among):
            return None
        free = (pools.start[among] <= start) & (end <= pools.end[among] + overrun)
        free &= used[among, start:end].max(axis=1, initial=0) < pools.count[among]
        first = int(free.argmax())
        return int(among[first]) if free[first] else None
