"""A plan out of the linear program: fix the schedules it is surest of, price the rest anew, and so on.

Columns are schedules of whole parties, so what is fixed can be carried out: the rest only has to go round it.
"""

import time
from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np

from pratique.engines.transport import greedy
from pratique.engines.transport import table_kernel as kernel
from pratique.engines.transport.columns import Column, Dual, Flags, Pricer
from pratique.engines.transport.fixing import Fixing
from pratique.engines.transport.fleet import Load
from pratique.engines.transport.layout import Floats, Layout
from pratique.engines.transport.master import Master
from pratique.engines.transport.packing import Packer

_HOLD_MINUTES = 20
_NEAR = 60.0
_ROUNDS = 4
_MENDED, _MENDED_LEAST, _MEND_SECONDS = 24, 6, 4.0


class Dive:
    """Makes plans for a layout; schedules once found serve every later dive.

    Of two queues that are as sure the greater one is fixed first. Whom a dive leaves out `mend` finds a way.
    """

    def __init__(self, *, layout: Layout, halted: Callable[[], bool]) -> None:
        self.layout = layout
        self.pricer = Pricer(layout=layout, whole=True, merged=False)
        self._pricers: list[Pricer] = [self.pricer]
        self._weight = np.sqrt([float(layout.size[those].sum()) for those in self.pricer.members])
        self.master = Master(pricer=self.pricer)
        self._halted = halted
        self._learnt = 0
        self._hopeless = np.array([_hopeless(layout, members) for members in self.pricer.members])

    def pack(self) -> None:
        """From here on find schedules of persons packed with whole parties too: cheaper ones, and dearer to find."""
        if not self.packed:
            self._pricers.append(Packer(layout=self.layout))
            self._learnt = 0

    @property
    def packed(self) -> bool:
        """Whether it does."""
        return len(self._pricers) > 1

    def learn(self, dual: Dual) -> None:
        """Take in what is cheapest at these prices; from time to time every pair of places is looked at."""
        self._open_all()
        near = kernel.BIG if self._learnt % 8 == 0 else _NEAR
        self._learnt += 1
        self._price(dual, None, near, None)

    def columns_of(self, loads: Iterable[Load]) -> list[Column]:
        """A plan's loads as one column for every queue."""
        by_queue: list[list[Load]] = [[] for _ in self.pricer.members]
        for load in loads:
            by_queue[load.group].append(load)
        return [self.pricer.column_of(q, mine) for q, mine in enumerate(by_queue)]

    def plan(self, *, center: Dual, share: float = 0.15) -> list[Column]:
        """A schedule for every queue, fixed by the program, `share` of them at a time.

        `center` are good prices to begin with. A queue that finds no schedule is left out.
        """
        self._open_all()
        state = Fixing(self.master, ())
        state.bound_columns()
        self._choose_places(self._converge(center, state, 3 * _ROUNDS)[1], state)
        while state.free.any() and not self._halted():
            taken, _ = self._converge(center, state, _ROUNDS if state.free.sum() > 4 else 3 * _ROUNDS)
            most = max(1, int(share * state.free.sum()))
            if not state.fix_surest(taken, most, self._hopeless, self._weight):
                break
            state.bound_columns()
        return state.chosen

    def mend(
        self, *, center: Dual, columns: Sequence[Column], random: np.random.Generator, seconds: float
    ) -> list[Column]:
        """A schedule for every queue, also for those a dive leaves out: chosen together with those of queues that are where
        and when they would be, ever more of them, for about so long. Whoever still finds none has one without loads.
        """
        end_at = time.monotonic() + seconds
        known = {column.queue: column for column in columns}
        every = [known.get(q) or self.pricer.column_of(q, []) for q in range(len(self.pricer.members))]
        out = self._left_out(every)
        number = float(_MENDED)
        while out.any() and (began := time.monotonic()) < end_at and not self._halted():
            free = {int(q) for q in np.flatnonzero(out)}
            each = max(_MENDED_LEAST, int(number) // len(free))
            for wanted in self.pricer.price(dual=center, asked=out, among=_NEAR)[1]:
                free |= near(every, wanted, each, random)
            every = self.improve(
                center=center, columns=every, free=free, seconds=min(_MEND_SECONDS, end_at - began)
            )
            before, out = out.sum(), self._left_out(every)
            quick = time.monotonic() - began < _MEND_SECONDS / 2
            number *= 1.0 if out.sum() < before else 1.4 if quick else 0.9
        return every

    def _left_out(self, columns: Sequence[Column]) -> Flags:
        """The queues of which somebody stays who need not."""
        return np.array([column.cost > self._hopeless[column.queue] for column in columns])

    def improve(
        self, *, center: Dual, columns: Sequence[Column], free: Collection[int], seconds: float
    ) -> list[Column]:
        """A plan no dearer than `columns` (one for every queue): those of the free queues chosen anew, all together."""
        self._open_all()
        keep = [column for column in columns if column.queue not in free]
        mine = [self.master.number_of(column) for column in columns if column.queue in free]
        state = Fixing(self.master, keep)
        state.bound_columns()
        self._converge(center, state, 2 * _ROUNDS)
        fixed = sum((column.use for column in keep), np.zeros(self.master.spare.shape))
        found = self.master.choose(fixed, state.rooms, state.free, seconds) or mine
        # Broken off by the clock, the program may have come no further than a plan in which nobody moves.
        found = min(found, mine, key=lambda numbers: self.master.cost_of(numbers, fixed))
        return [*keep, *(self.master.columns[number] for number in found)]

    def _open_all(self) -> None:
        for one in self._pricers:
            one.open_all()

    def _price(self, dual: Dual, asked: Flags | None, among: float, full: Flags | None) -> int:
        """Let the program know what is cheapest at these prices, in order of being ready and packed; how many schedules
        were new.
        """
        found = [one.price(dual=dual, asked=asked, among=among, full=full)[1] for one in self._pricers]
        return sum(self.master.add(column) for columns in found for column in columns)

    def _converge(self, center: Dual, state: Fixing, rounds: int) -> tuple[Floats, Dual]:
        """Price the free queues a few times; how much of each column the program takes in the end, and prices."""
        hold = 0.6
        full = state.left < 0.5
        _, taken, dual = self.master.solve()
        for _ in range(rounds):
            if self._halted():
                break
            between = dual.towards(center, hold)
            new = self._price(between, state.free, _NEAR, full)
            if new == 0 and hold == 0.0:
                break
            hold = max(0.0, hold - (0.02 if new > 2 else 0.2))
            _, taken, dual = self.master.solve()
        return taken, dual

    def _choose_places(self, dual: Dual, state: Fixing) -> None:
        """Decide where each queue goes, so that the rooms suffice for all, before anything is fixed."""
        chosen = [self.master.columns[n] for n in self.master.whole(dual, state.rooms, state.free, 3.0)]
        for column in chosen:
            for one in self._pricers:
                one.narrow(column.queue, column.places)
        state.reserve([column for column in chosen if column.loads])
        state.bound_columns()


def near(columns: Sequence[Column], seed: Column, number: int, random: np.random.Generator) -> set[int]:
    """So many queues that are on the road at about the time of one of a schedule's loads, or go where it goes."""
    if not seed.loads:
        return set()
    middle = seed.loads[int(random.integers(len(seed.loads)))].start

    def distance(column: Column) -> float:
        apart = min(abs(load.start - middle) for load in column.loads)
        return apart * random.uniform(0.5, 1.5) - (12.0 if column.places & seed.places else 0.0)

    return {column.queue for column in sorted((c for c in columns if c.loads), key=distance)[:number]}


def complete(*, layout: Layout, columns: Iterable[Column]) -> tuple[Load, ...]:
    """The loads of a dive's schedules; whoever these leave out is dispatched by hand into what is left."""
    loads = tuple(load for column in columns for load in column.loads)
    return greedy.dispatch(layout=layout, hold_minutes=_HOLD_MINUTES, keep=loads)


def _hopeless(layout: Layout, members: Sequence[int]) -> float:
    """A queue's cost above which more people stay than must, so that a schedule is not worth fixing."""
    widest = layout.capacity[layout.group_class[layout.group[members[0]]]].max(initial=0)
    stuck = sum(int(layout.size[one]) for one in members if layout.size[one] > widest)
    return layout.problem.weights.unmoved * (stuck + 1)
