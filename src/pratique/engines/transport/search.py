"""Ours: annealing over whole trips. A move replaces one to sixteen trips by others built on the spot.

Loads are built together with the schedule: a move may share the queue of a group anew, change kinds, places and
starts, and only counts if vehicles, crews and rooms are there. The temperature follows the clock, so the search is
as good as the time allows and can be stopped at any moment with the best plan so far.
"""

from collections.abc import Sequence

import numpy as np

from pratique.engines.transport import kernel, queue_kernel
from pratique.engines.transport.fleet import Load
from pratique.engines.transport.layout import Floats, Ints, Layout

_DELAY_TICKS = 6


def static_of(*, layout: Layout) -> kernel.Static:
    """The kernel's view of a layout: vehicle pools by kind come first, then crew pools by role."""
    weights, rules = layout.problem.weights, layout.problem.rules
    vehicles, crew = layout.vehicles, layout.crew
    shape = layout.crew_ticks.shape
    overrun = layout.long * (rules.long_overrun // rules.tick)
    per_kind = [np.broadcast_to(one[:, None], shape) for one in (layout.escorts, layout.large)]
    jobs = (
        layout.crew_ticks,
        layout.vehicle_ticks,
        layout.drivers,
        *per_kind,
        np.broadcast_to(overrun, shape),
    )
    first, last = layout.group_first[:-1], layout.group_first[1:]
    dest_first, dest_last = layout.dest_first[:-1], layout.dest_first[1:]
    groups = (first, last, layout.group_class, layout.group_flight, dest_first, dest_last)
    by_kind = np.searchsorted(vehicles.cls, np.arange(len(layout.kinds)))
    by_role = len(vehicles.cls) + np.searchsorted(crew.cls, np.arange(4))
    price = (weights.unmoved, weights.wait, weights.wait_excess, weights.excess_after, weights.pair)
    return kernel.Static(
        party=_columns(layout.size, layout.ready, layout.ready_minute, layout.rooms, layout.group),
        group=_columns(*groups),
        dests=layout.dests,
        job=_columns(*jobs),
        job_cost=np.ascontiguousarray(np.stack((layout.trip_cost, layout.drive_each), axis=-1)),
        capacity=layout.capacity,
        pair_free=layout.pair_free.astype(np.int64),
        pool=_columns(
            *(np.concatenate((getattr(vehicles, of), getattr(crew, of))) for of in ("start", "end", "count"))
        ),
        pool_cost=np.concatenate((vehicles.cost, crew.cost * crew.count)),
        first=np.concatenate((by_kind, by_role)).astype(np.int64),
        weights=np.array((*price, rules.tick, layout.ticks), np.float64),
    )


def _columns(*columns: Ints) -> Ints:
    return np.ascontiguousarray(np.stack(columns, axis=-1), np.int64)


class Search:
    """One annealing run over a layout; `cost` is the objective without what pins cost."""

    def __init__(self, *, layout: Layout, loads: Sequence[Load], seed: int) -> None:
        self.layout = layout
        self.share = 0.01
        self._fixed = static_of(layout=layout)
        self._state = _empty_state(layout)
        self._plan = _empty_proposal(layout)
        self._seeds = np.random.default_rng(seed)
        for load in sorted(loads, key=lambda one: one.start):
            if not self._insert(load, kernel.AS_GIVEN):
                self._insert(load, _DELAY_TICKS)
        self.best_cost = self.cost
        self._best = self._snapshot()

    @property
    def cost(self) -> float:
        return float(self._state.cost[0])

    def run(self, *, temperature: float, turns: int) -> None:
        """Some turns at a temperature; remembers the best plan seen at the end of a run."""
        seed = int(self._seeds.integers(2**31))
        queue_kernel.anneal(self._fixed, self._state, self._plan, seed, temperature, turns, self.share)
        if self.cost < self.best_cost - 1e-6:
            self.best_cost = self.cost
            self._best = self._snapshot()

    def follow(self, *, guide: Floats, liking: Floats) -> None:
        """Let whole groups be planned at the bound's prices from now on."""
        self._plan.guide[...] = guide
        self._plan.liking[...] = liking

    def restart_from_best(self) -> None:
        """Go on from the best plan so far."""
        for current, best in zip(self._state, self._best, strict=True):
            current[...] = best

    def best_loads(self) -> tuple[Load, ...]:
        """The best plan's loads."""
        state, crew_from = self._best, len(self.layout.vehicles.cls)
        loads = []
        for trip in state.order[kernel.ACTIVE, : state.numbers[0]]:
            group, kind, place, start, vehicle, n = (int(one) for one in state.trip[trip, :6])
            people = int(self.layout.drivers[kind, place] + self.layout.escorts[kind])
            riders = tuple(int(one) for one in state.riders[trip, :n])
            crew = tuple(int(one) - crew_from for one in state.crew[trip, :people])
            loads.append(Load(group, kind, place, start, riders, vehicle, crew))
        return tuple(sorted(loads, key=lambda one: (one.start, one.parties)))

    def _snapshot(self) -> kernel.State:
        return kernel.State(*(array.copy() for array in self._state))

    def _insert(self, load: Load, delay: int) -> bool:
        """Take a load in, with its own pools or any that are free up to `delay` ticks later; whether there was room."""
        plan, people = self._plan, np.array(load.crew, np.int64) + len(self.layout.vehicles.cls)
        plan.numbers[:] = (0, 1)
        plan.new[0] = (
            load.group,
            load.kind,
            load.place,
            load.start,
            load.vehicle,
            len(load.parties),
            delay,
            0,
        )
        plan.riders[0, : len(load.parties)] = load.parties
        plan.crew[0, : len(people)] = people
        return bool(queue_kernel.anneal(self._fixed, self._state, plan, 0, 1.0, 0, 0.0))


def _sizes(layout: Layout) -> tuple[int, int]:
    widest = max(1, int(layout.capacity.max(initial=1)))
    return widest, max(1, int((layout.drivers + layout.escorts[:, None]).max(initial=1)))


def _whole(*shape: int) -> Ints:
    return np.zeros(shape, np.int64)


def _empty_state(layout: Layout) -> kernel.State:
    parties, groups, places = len(layout.size), len(layout.group_class), len(layout.places)
    trips = parties + kernel.MOST_NEW
    widest, crew = _sizes(layout)
    fullest = int(np.diff(layout.group_first).max(initial=0)) + kernel.MOST_NEW
    pools = len(layout.vehicles.cls) + len(layout.crew.cls)
    return kernel.State(
        cost=np.array([layout.problem.weights.unmoved * float(layout.size.sum())]),
        numbers=np.array([0, trips, parties], np.int64),
        trip=_whole(trips, 8),
        riders=_whole(trips, widest),
        crew=_whole(trips, crew),
        price=np.zeros(trips),
        order=np.stack((np.zeros(trips, np.int64), np.arange(trips, dtype=np.int64)[::-1])),
        of_group=_whole(groups, fullest),
        group_n=_whole(groups),
        trip_of=np.full(parties, kernel.UNPLACED, np.int64),
        used=np.concatenate((layout.vehicles.used, layout.crew.used)).astype(np.int32),
        peak=_whole(pools),
        peak_before=_whole(pools),
        drive=np.zeros(pools),
        rooms_left=layout.rooms_left.copy(),
        pairs=_whole(len(layout.pair_free), places),
    )


def _empty_proposal(layout: Layout) -> kernel.Proposal:
    widest, crew = _sizes(layout)
    kinds, places = layout.crew_ticks.shape
    fullest = int(np.diff(layout.group_first).max(initial=0)) + 1
    rows = kernel.MOST_ROWS + 1
    return kernel.Proposal(
        numbers=_whole(2),
        old=_whole(kernel.MOST_NEW),
        new=_whole(kernel.MOST_NEW, 8),
        riders=_whole(kernel.MOST_NEW, widest),
        crew=_whole(kernel.MOST_NEW + 1, crew),
        queue=_whole(kernel.MOST_NEW * widest + fullest),
        guide=np.zeros((kinds, places, layout.ticks)),
        liking=np.zeros((len(layout.group_class), places)),
        value=np.zeros((rows, fullest)),
        chosen=_whole(rows, fullest),
        load=np.zeros((rows, widest + 1)),
        load_by=_whole(rows, widest + 1, 2),
        wait=np.zeros(fullest),
    )
