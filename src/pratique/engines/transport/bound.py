"""How much better any plan could be: a proven lower bound by prices on resources (Lagrangian relaxation).

Every vehicle pool, crew pool and facility gets a price (per tick, per room). At fixed prices the queues no longer
compete, and each alone is solved exactly; the sum, less what the resources would earn, is a lower bound whatever the
prices are. The prices are then moved towards the largest bound. Proof: docs/concepts/transport-bound.md.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from pratique.engines.transport import bound_kernel as kernel
from pratique.engines.transport.layout import Floats, Layout
from pratique.engines.transport.search import static_of


@dataclass(slots=True)
class _Dual:
    """Prices: per pool and tick, and per room of each place."""

    pool: Floats
    room: Floats


class Bound:
    """`best` is proven at any time; `step` improves it. Costs of pins are not contained."""

    def __init__(self, *, layout: Layout) -> None:
        self._fixed = static_of(layout=layout)
        self._queues = _queues(layout)
        used = np.concatenate((layout.vehicles.used, layout.crew.used))
        counts = np.concatenate((layout.vehicles.count, layout.crew.count))
        self._spare = np.maximum(0.0, counts[:, None] - used)
        self._rooms = np.maximum(0.0, layout.rooms_left.astype(np.float64))
        self._hire = layout.vehicles.cost
        self._number = layout.vehicles.count.astype(np.float64)
        kinds, places, ticks = len(layout.kinds), len(layout.places), layout.ticks
        self._prices = kernel.Prices(
            np.zeros((kinds, places, ticks)), np.zeros((kinds, places, ticks, 3), np.int64), np.zeros(places)
        )
        persons = int(np.diff(self._queues.queue[:, :2]).max(initial=0))
        widest = int(layout.capacity.max(initial=0)) + 1
        self._scratch = kernel.Scratch(
            np.zeros((ticks + 30, persons + 1)),
            np.zeros((ticks + 30, widest)),
            np.zeros(persons + 1),
            np.zeros(persons + 1),
        )
        self._gap = np.zeros(len(self._queues.places))
        self._entries = _entries(layout, self._queues)
        self._guide = np.zeros((kinds, places, ticks))
        self._liking = np.zeros((len(layout.group_class), places))
        self._center = _Dual(np.zeros_like(self._spare), np.zeros(places))
        self._mean: _Dual | None = None
        self._factor, self._fails, self._share = 1.0, 0, 0.1
        self.best = 0.0
        self._height = -np.inf

    def step(self, *, target: float) -> float:
        """One move of the prices; `target` is the cost of the best plan known. The bound so far."""
        dual = self._next(target)
        value, slope = self._evaluate(dual, exact=self._mean is None)
        if self._mean is not None and value > self._height:
            value, slope = self._evaluate(dual, exact=True)
        self._mean = slope if self._mean is None else _blend(self._mean, slope, self._share)
        if value > self._height:
            gain = value - self._height
            self._center, self._height = dual, value
            self._remember()
            self.best = max(self.best, value)
            if gain > 2e-5 * abs(value):
                self._fails = 0
            self._factor = min(2.0, self._factor * 1.05)
            return self.best
        self._fails += 1
        if self._fails % 10 == 0:
            self._factor = self._factor * 0.75
        if self._factor < 2e-3:
            self._factor, self._fails = 0.1, 0
            self._mean = None
        return self.best

    def guide(self) -> tuple[Floats, Floats]:
        """What the best prices say: per (kind, place, start) what a trip takes from others, and per (group, place)
        how much worse than its best place a place is.
        """
        return self._guide, self._liking

    def _remember(self) -> None:
        full = self._prices.full
        self._guide = np.where(full < kernel.BIG, full - self._fixed.job_cost[:, :, :1], 0.0)
        liking = np.zeros_like(self._liking)
        for group, (first, last) in enumerate(self._entries):
            liking[group, self._queues.places[first:last]] = self._gap[first:last]
        self._liking = liking

    def _next(self, target: float) -> _Dual:
        if self._mean is None:
            return self._center
        # A price at zero cannot fall, so that direction does not count.
        free = [
            np.where((at > 0) | (way > 0), way, 0.0)
            for at, way in ((self._center.pool, self._mean.pool), (self._center.room, self._mean.room))
        ]
        steepness = float(sum((way**2).sum() for way in free))
        if steepness < 1e-12:
            return self._center
        length = self._factor * max(target * 1.0 - self._height, 1e-3 * target) / steepness
        return _Dual(
            np.maximum(0.0, self._center.pool + length * self._mean.pool),
            np.maximum(0.0, self._center.room + length * self._mean.room),
        )

    def _evaluate(self, dual: _Dual, *, exact: bool) -> tuple[float, _Dual]:
        """The bound at these prices (a bound only if `exact`) and the direction in which it grows."""
        total = np.zeros((dual.pool.shape[0], dual.pool.shape[1] + 1))
        np.cumsum(dual.pool, axis=1, out=total[:, 1:])
        use, rooms = np.zeros_like(dual.pool), np.zeros_like(dual.room)
        self._prices.room[:] = dual.room
        among = kernel.BIG if exact else 0.01 * self._fixed.weights[0]
        value = kernel.evaluate(
            self._fixed, self._queues, self._prices, self._scratch, total, use, rooms, self._gap, among
        )
        spare = self._spare.copy()
        hired = np.flatnonzero(self._hire > 0)
        earned = dual.pool[hired].sum(axis=1)
        spare[hired] = np.where(earned > self._hire[hired], self._number[hired], 0.0)[:, None]
        value -= float((dual.pool * spare).sum() + (dual.room * self._rooms).sum())
        value += float(
            (np.where(earned > self._hire[hired], self._number[hired], 0.0) * self._hire[hired]).sum()
        )
        return value, _Dual(use - spare, rooms - self._rooms)


def _blend(mean: _Dual, new: _Dual, share: float) -> _Dual:
    return _Dual(share * new.pool + (1 - share) * mean.pool, share * new.room + (1 - share) * mean.room)


def _queues(layout: Layout) -> kernel.Queues:
    """Queues by flight and class; whoever is bound to a place that a free queue may go to joins that queue."""
    problem = layout.problem
    merged: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    free = {}
    for group, (flight, cls) in enumerate(zip(layout.group_flight, layout.group_class, strict=True)):
        places = _places(layout, group)
        if len(places) > 1:
            free[int(flight), int(cls)] = (group, places)
    for group, (flight, cls) in enumerate(zip(layout.group_flight, layout.group_class, strict=True)):
        home, places = free.get((int(flight), int(cls)), (group, []))
        inside = set(_places(layout, group)) <= set(places)
        merged[int(flight), int(cls), home if inside else group].append(group)
    sharing: dict[tuple[int, int], int] = defaultdict(int)
    for (flight, _, home), _groups in merged.items():
        for place in _places(layout, home):
            sharing[flight, place] += 1
    rows, persons, places, pair, ratio = [], [], [], [], []
    for (flight, cls, home), groups in sorted(merged.items()):
        parties = [one for g in groups for one in range(layout.group_first[g], layout.group_first[g + 1])]
        people = sorted(
            (int(layout.ready[one]), int(layout.ready_minute[one]))
            for one in parties
            for _ in range(layout.size[one])
        )
        mine = _places(layout, home)
        rows.append(
            (
                len(persons),
                len(persons) + len(people),
                cls,
                len(places),
                len(places) + len(mine),
                int(sum(layout.rooms[one] for one in parties)),
                flight,
            )
        )
        persons += people
        places += mine
        pair += [
            0.0 if layout.pair_free[flight, p] else problem.weights.pair / sharing[flight, p] for p in mine
        ]
        per_person = [layout.rooms[one] / layout.size[one] for one in parties]
        ratio.append((min(per_person), max(per_person)))
    return kernel.Queues(
        np.array(rows, np.int64).reshape(-1, 7),
        np.array(persons, np.int64).reshape(-1, 2),
        np.array(places, np.int64),
        np.array(pair, np.float64),
        layout.rooms_left.astype(np.float64),
        np.array(ratio, np.float64).reshape(-1, 2),
    )


def _entries(layout: Layout, queues: kernel.Queues) -> list[tuple[int, int]]:
    """Per group the span of `queues.places` in which it finds its own places (empty if it has none)."""
    spans = []
    for group in range(len(layout.group_class)):
        mine = _places(layout, group)
        spans.append((0, 0))
        for row in queues.queue:
            same = row[kernel.QUEUE_FLIGHT] == layout.group_flight[group]
            if same and queues.places[row[kernel.PLACE_FROM] : row[kernel.PLACE_TO]].tolist() == mine:
                spans[-1] = (int(row[kernel.PLACE_FROM]), int(row[kernel.PLACE_TO]))
    return spans


def _places(layout: Layout, group: int) -> list[int]:
    return [int(one) for one in layout.dests[layout.dest_first[group] : layout.dest_first[group + 1]]]
