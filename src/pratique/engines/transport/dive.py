"""A plan out of the linear program: fix the schedules it is surest of, price the rest anew, and so on.

Columns are schedules of whole parties, so what is fixed can be carried out: the rest only has to go round it.
"""

from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np

from pratique.engines.transport import greedy
from pratique.engines.transport import table_kernel as kernel
from pratique.engines.transport.columns import Column, Dual, Flags, Pricer
from pratique.engines.transport.fleet import Load
from pratique.engines.transport.layout import Floats, Layout
from pratique.engines.transport.master import Master

_HOLD_MINUTES = 20
_NEAR = 100.0
_ROUNDS = 4


class Dive:
    """Makes plans for a layout; schedules once found serve every later dive."""

    def __init__(self, *, layout: Layout, halted: Callable[[], bool]) -> None:
        self.layout = layout
        self.pricer = Pricer(layout=layout, whole=True)
        self.master = Master(pricer=self.pricer)
        self._halted = halted
        self._learnt = 0
        self._hopeless = np.array([_hopeless(layout, members) for members in self.pricer.members])

    def learn(self, dual: Dual) -> None:
        """Take in what is cheapest at these prices; from time to time every pair of places is looked at."""
        self.pricer.open_all()
        near = kernel.BIG if self._learnt % 8 == 0 else _NEAR
        self._learnt += 1
        self._add(self.pricer.price(dual=dual, among=near)[1])

    def columns_of(self, loads: Iterable[Load]) -> list[Column]:
        """A plan's loads as one column for every queue."""
        by_queue: list[list[Load]] = [[] for _ in self.pricer.members]
        for load in loads:
            by_queue[load.group].append(load)
        return [self.pricer.column_of(q, mine) for q, mine in enumerate(by_queue)]

    def plan(self, *, center: Dual, share: float = 0.15, rounds: int = 12) -> list[Column]:
        """A schedule for every queue, fixed by the program, `share` of them at a time.

        `center` are good prices to begin with. A queue that finds no schedule is left out.
        """
        self.pricer.open_all()
        state = _State(self.master, ())
        state.bound_columns()
        self._choose_places(self._converge(center, state, rounds)[1], state)
        while state.free.any() and not self._halted():
            taken, _ = self._converge(center, state, _ROUNDS if state.free.sum() > 4 else 3 * _ROUNDS)
            if not state.fix_surest(taken, max(1, int(share * state.free.sum())), self._hopeless):
                break
            state.bound_columns()
        return state.chosen

    def improve(
        self, *, center: Dual, columns: Sequence[Column], free: Collection[int], seconds: float
    ) -> list[Column]:
        """A plan no dearer than `columns` (one for every queue): those of the free queues chosen anew, all together."""
        self.pricer.open_all()
        keep = [column for column in columns if column.queue not in free]
        mine = [self.master.number_of(column) for column in columns if column.queue in free]
        state = _State(self.master, keep)
        state.bound_columns()
        self._converge(center, state, 2 * _ROUNDS)
        fixed = sum((column.use for column in keep), np.zeros(self.master.spare.shape))
        found = self.master.choose(fixed, state.rooms, state.free, seconds) or mine
        return [*keep, *(self.master.columns[number] for number in found)]

    def _add(self, columns: Iterable[Column]) -> int:
        return sum(self.master.add(column) for column in columns)

    def _converge(self, center: Dual, state: "_State", rounds: int) -> tuple[Floats, Dual]:
        """Price the free queues a few times; how much of each column the program takes in the end, and prices."""
        hold = 0.6
        full = state.left < 0.5
        _, taken, dual = self.master.solve()
        for _ in range(rounds):
            if self._halted():
                break
            between = dual.towards(center, hold)
            _, found = self.pricer.price(dual=between, asked=state.free, among=_NEAR, full=full)
            new = self._add(found)
            if new == 0 and hold == 0.0:
                break
            hold = max(0.0, hold - (0.02 if new > 2 else 0.2))
            _, taken, dual = self.master.solve()
        return taken, dual

    def _choose_places(self, dual: Dual, state: "_State") -> None:
        """Decide where each queue goes, so that the rooms suffice for all, before anything is fixed."""
        chosen = self.master.whole(dual, state.rooms, state.free, 3.0)
        where = {self.master.columns[number].queue: self.master.columns[number].places for number in chosen}
        for queue, places in where.items():
            self.pricer.narrow(queue, places)
        state.narrow(where)
        state.bound_columns()


class _State:
    """What is fixed so far, and what that leaves."""

    def __init__(self, master: Master, keep: Sequence[Column]) -> None:
        self.master = master
        self.free: Flags = np.ones(len(master.pricer.queues.queue), np.bool_)
        self.left, self.rooms = master.spare.copy(), master.rooms.copy()
        self.chosen: list[Column] = []
        self._numbers: list[int] = []
        self._where: dict[int, set[int]] = {}
        for column in keep:
            self._fix(master.number_of(column))

    def narrow(self, where: dict[int, set[int]]) -> None:
        self._where = where

    def _fix(self, number: int) -> None:
        column = self.master.columns[number]
        self.chosen.append(column)
        self._numbers.append(number)
        self.free[column.queue] = False
        self.left -= column.use
        self.rooms -= column.rooms

    def bound_columns(self) -> None:
        """Tell the program what is fixed and where queues may go."""
        columns = self.master.columns
        most = np.array(
            [
                float(self.free[one.queue] and one.places <= self._where.get(one.queue, one.places))
                for one in columns
            ]
        )
        least = np.zeros(len(columns))
        most[self._numbers] = least[self._numbers] = 1.0
        self.master.allow(most, least)

    def fix_surest(self, taken: Floats, most: int, hopeless: Floats) -> int:
        """Fix what is taken whole, and up to `most` of what is taken in part, if it fits; how many."""
        done = 0
        for number in np.argsort(-taken):
            if taken[number] < 1e-9 or (taken[number] < 0.999 and done >= most):
                break
            column = self.master.columns[number]
            if not self.free[column.queue] or column.cost > hopeless[column.queue]:
                continue
            if (column.use <= self.left + 1e-6).all() and (column.rooms <= self.rooms + 1e-6).all():
                self._fix(int(number))
                done += 1
        return done


def complete(*, layout: Layout, columns: Iterable[Column]) -> tuple[Load, ...]:
    """The loads of a dive's schedules; whoever these leave out is dispatched by hand into what is left."""
    loads = tuple(load for column in columns for load in column.loads)
    return greedy.dispatch(layout=layout, hold_minutes=_HOLD_MINUTES, keep=loads)


def _hopeless(layout: Layout, members: Sequence[int]) -> float:
    """A queue's cost above which more people stay than must, so that a schedule is not worth fixing."""
    widest = layout.capacity[layout.group_class[layout.group[members[0]]]].max(initial=0)
    stuck = sum(int(layout.size[one]) for one in members if layout.size[one] > widest)
    return layout.problem.weights.unmoved * (stuck + 1)
