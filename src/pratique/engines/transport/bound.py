"""How much better any plan could be: a proven lower bound by prices on resources (Lagrangian relaxation).

Every vehicle pool, crew pool and facility gets a price (per tick, per room). At fixed prices the queues no longer
compete, and each alone is solved exactly; the sum, less what the resources would earn, is a lower bound whatever the
prices are. The prices come from averaged subgradients first, then from the linear program over the schedules found
on the way (column generation, kept near the best prices). Proof: docs/concepts/transport-bound.md.
"""

import math
import time
from collections.abc import Callable, Iterable

import numpy as np

from pratique.engines.transport import table_kernel as kernel
from pratique.engines.transport.columns import Column, Dual, Flags, Pricer
from pratique.engines.transport.fleet import Load
from pratique.engines.transport.layout import Floats, Layout
from pratique.engines.transport.master import Master

_SLIDES = 15
_KEPT = 10
_SAFETY = 1e-8
_SHARE_OF_PROOFS, _LAST_PROOF = 4.0, 2.0
_STUCK, _LITTLE = 1e-3, 1e-3
_COARSE_FAILS, _COARSE_FAILS_MOST = 3, 40
_STALLS, _STALLED_AFTER = 2e-5, 25
_READY, _MOST_APART = 1.04, 1.05


class Bound:
    """`best` is proven at any time; `step` improves it, and proves what it has shortly before `end_at` (a monotonic time).
    Costs of pins are not contained.
    """

    def __init__(self, *, layout: Layout, end_at: float = math.inf) -> None:
        self.end_at = end_at
        self.pricer = Pricer(layout=layout, whole=False, merged=True)
        self.master = Master(pricer=self.pricer)
        self._near = 0.003 * self.pricer.fixed.weights[kernel.UNMOVED]
        self.center = Dual(np.zeros(self.master.spare.shape), np.zeros(len(layout.places)))
        self.best, self.done = 0.0, False
        self._height = -np.inf
        self._mean: Dual | None = None
        self._factor, self._fails, self._slides, self._hold = 0.2, 0, 0, 0.7
        self._recent: list[list[Column]] = []
        self.lp = np.inf
        self._proof, self._since, self._proven = 0.0, 0.0, True
        self.trail: list[Dual] = []
        self._coarse = self.whole_day = True

    @property
    def ready(self) -> bool:
        """Whether the prices are good enough to plan by."""
        return not self._coarse or self.lp < _READY * self._height

    def step(self, *, target: float) -> float:
        """One move of the prices; `target` is the cost of the best plan known. The bound so far."""
        if self.sliding:
            self._slide(target)
        elif not self.done:
            self._generate()
        return self.best

    @property
    def sliding(self) -> bool:
        """Whether the prices still go by their slope alone, before there is a program."""
        return self._slides < _SLIDES

    def take(self, loads: Iterable[Load]) -> None:
        """Let the program know a plan, so that its prices are sound from the first."""
        queue_of = {party: q for q, members in enumerate(self.pricer.members) for party in members}
        mine: list[list[Load]] = [[] for _ in self.pricer.members]
        for load in loads:
            mine[queue_of[load.parties[0]]].append(load)
        for q, some in enumerate(mine):
            self.master.add(self.pricer.column_of(q, some))

    def _slide(self, target: float) -> None:
        """One step along the averaged subgradient, with sets of places looked at coarsely (a bound all the same)."""
        self._slides += 1
        dual = self.center if self._mean is None else self._next(target)
        value, found = self.pricer.price(dual=dual, among=self._near, coarse=True)
        self._recent = [*self._recent[1 - _KEPT :], found]
        earned = self.master.earn(dual)
        self.best = max(self.best, value - earned - _SAFETY * (abs(value) + abs(earned)))
        value -= earned
        slope = self._slope(dual, found)
        self._mean = slope if self._mean is None else self._mean.towards(slope, 0.1)
        if value > self._height:
            self._fails = 0 if value - self._height > 1e-4 * abs(value) else self._fails
            self.center, self._height = dual, value
            self._factor = min(2.0, self._factor * 1.3)
        else:
            self._fails += 1
            self._factor = max(0.003, self._factor * 0.85)
        if self._slides == _SLIDES:
            for columns in self._recent:
                for column in columns:
                    self.master.add(column)
            self._fails = 0

    def _next(self, target: float) -> Dual:
        # A price at zero cannot fall, so that direction does not count.
        assert self._mean is not None
        free = [
            np.where((at > 0) | (way > 0), way, 0.0)
            for at, way in ((self.center.pool, self._mean.pool), (self.center.room, self._mean.room))
        ]
        steepness = float(sum((way**2).sum() for way in free))
        if steepness < 1e-12:
            return self.center
        length = self._factor * max(target - self._height, 1e-3 * target) / steepness
        return Dual(
            np.maximum(0.0, self.center.pool + length * self._mean.pool),
            np.maximum(0.0, self.center.room + length * self._mean.room),
        )

    def _slope(self, dual: Dual, found: list[Column]) -> Dual:
        use, rooms = np.zeros(dual.pool.shape), np.zeros(len(dual.room))
        for column in found:
            use += column.use
            rooms += column.rooms
        master = self.master
        spare = master.spare.copy()
        spare[master.hired] = master.take(dual)[:, None]
        return Dual(use - spare, rooms - master.rooms)

    def _prove(self, dual: Dual) -> int:
        """The bound at these prices, every set of places looked at; how many schedules were new."""
        began = time.monotonic()
        value, found = self.pricer.price(dual=dual)
        new = sum(self.master.add(column) for column in found)
        earned = self.master.earn(dual)
        height = value - earned
        if height > self._height or dual is self.center:
            self.center, self._height = dual, height
        self.best = max(self.best, height - _SAFETY * (abs(value) + abs(earned)))
        self._proof, self._since, self._proven = time.monotonic() - began, time.monotonic(), True
        return new

    def _generate(self) -> None:
        """Solve the program over the schedules so far, and look for better ones between its prices and the best.

        Pairs of places far from the best are left out there; so what rises is proven now and then, for a fifth of the time.
        """
        self.lp, _, dual = self.master.solve()
        settled = self.lp - self._height < 1e-5 * self.lp
        stalled = self._fails >= _STALLED_AFTER and self.lp - self._height < _STUCK * self.lp
        if (settled or stalled) and self._proven:
            self.done = True
            return
        between = dual.towards(self.center, self._hold)
        if self.whole_day and self.ready:
            self.trail.append(between)
        if self._coarse:
            self._generate_coarsely(between)
            return
        value, found = self.pricer.price(dual=between, among=self._near)
        new = sum(self.master.add(column) for column in found)
        height = value - self.master.earn(between)
        self._fails = 0 if height > (1.0 + _STALLS) * self._height else self._fails + 1
        if height > self._height:
            self.center, self._height, self._proven = between, height, False
        elif new == 0 or self._hold == 0.0:
            self._hold = 0.7
            before = self._height
            self.done = self._prove(dual) == 0 and self._height <= before
            if self.done and self.lp - self._height > _STUCK * self.lp:
                # Tightened, the schedules are dearer than they were priced: with what was priced the program sees it.
                self.done = sum(self.master.add(column) for column in self.pricer.as_priced(dual)) == 0
        else:
            self._hold = max(0.0, self._hold - 0.1) if new < 3 else self._hold
        now = time.monotonic()
        late = now + _LAST_PROOF * self._proof > self.end_at
        if not self._proven and (
            settled or stalled or late or now - self._since > _SHARE_OF_PROOFS * self._proof
        ):
            self._prove(self.center)

    def _generate_coarsely(self, dual: Dual) -> None:
        """The same with sets of places looked at coarsely, which is quick and proven, until little more comes of it."""
        value, found = self.pricer.price(dual=dual, among=self._near, coarse=True)
        new = sum(self.master.add(column) for column in found)
        earned = self.master.earn(dual)
        height = value - earned
        self.best = max(self.best, height - _SAFETY * (abs(value) + abs(earned)))
        rose = height - self._height
        if rose > 0.0:
            self.center, self._height = dual, height
        self._fails = 0 if rose > _LITTLE * abs(height) else self._fails + 1
        near = new == 0 or self.lp < _MOST_APART * self._height
        if self._fails >= (_COARSE_FAILS if near else _COARSE_FAILS_MOST):
            self._coarse, self._fails = False, 0
            self._prove(self.center)

    def enter(self, *, low: Floats, high: Floats, open_: Flags, center: Dual) -> None:
        """Look at those plans only that hire so few and so many vehicles and use open sets of places, from these prices on."""
        self.master.limit_hires(low, high)
        self.pricer.open_only(open_)
        allowed = [column.set_of < 0 or open_[column.set_of] for column in self.master.columns]
        self.master.allow(np.array(allowed, np.float64), np.zeros(len(allowed)))
        self.center, self._height, self._hold = center, -np.inf, 0.5
        self.best, self.done, self.lp, self._fails = 0.0, False, np.inf, 0
        self._coarse = self.whole_day = False

    def settle(self, *, rounds: int, target: float, halted: Callable[[], bool]) -> float:
        """Some rounds of column generation, ended early when `target` is proven or nothing more comes."""
        self._prove(self.center)
        for _ in range(rounds):
            if self.done or halted() or self.best >= target:
                break
            self._generate()
        if not self._proven:
            self._prove(self.center)
        return self.best

    def guide(self) -> tuple[Floats, Floats]:
        """What the best prices say: per (kind, place, start) what a trip takes from others, and per (group, place)
        how much worse than its best place a place is.
        """
        layout = self.pricer.layout
        pricer = Pricer(layout=layout, whole=False, merged=True)
        pricer.price(dual=self.center, among=self._near)
        full = pricer.prices.full
        cost = pricer.fixed.job_cost[:, :, :1]
        liking = np.zeros((len(layout.group_class), len(layout.places)))
        queues = pricer.queues
        for q, row in enumerate(queues.queue):
            first, last = row[kernel.PLACE_FROM], row[kernel.PLACE_TO]
            gaps = pricer.gap[row[kernel.SET_FROM] : row[kernel.SET_FROM] + last - first]
            for group in {int(layout.group[one]) for one in pricer.members[q]}:
                liking[group, queues.places[first:last]] = gaps
        return np.where(full < kernel.BIG, full - cost, 0.0), liking
