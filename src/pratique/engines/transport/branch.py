"""Branches of a bound that can rise no further: the day is cut into cases, each with a bound of its own.

Cases differ in how many vehicles of a pool are hired, and in whether a queue uses a place. Every plan falls into one of
them, so the lowest of their bounds holds for all plans. The case with the lowest bound is cut next.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from pratique.engines.transport import table_kernel as kernel
from pratique.engines.transport.bound import Bound
from pratique.engines.transport.columns import Dual, Flags
from pratique.engines.transport.layout import Floats

_ROUNDS = 6
_WHOLE = 1e-4


@dataclass(frozen=True, slots=True, order=True)
class _Case:
    """What is proven for a case, how few and how many vehicles of each pool it hires, which sets of places are open."""

    proven: float
    number: int
    low: Floats = field(compare=False)
    high: Floats = field(compare=False)
    open: Flags = field(compare=False)
    center: Dual = field(compare=False)


class Tree:
    """The cases of a day; `best` is proven for all plans, `done` says that nothing can be cut further."""

    def __init__(self, *, bound: Bound, halted: Callable[[], bool]) -> None:
        self._bound, self._halted = bound, halted
        self._number = 0
        master = bound.master
        none = np.zeros(len(master.hired))
        every = np.ones(len(bound.pricer.queues.sets), np.bool_)
        self._cases = [_Case(bound.best, 0, none, master.number[master.hired], every, bound.center)]
        self.best, self.done = bound.best, False

    def step(self, *, target: float) -> float:
        """Cut the weakest case in two; `target` is the cost of the best plan known. What is proven now."""
        case = heapq.heappop(self._cases)
        taken, hired = self._enter(case)
        cut = self._cut_hire(case, hired) or self._cut_place(case, taken)
        if cut is None:
            heapq.heappush(self._cases, case)
            self.done = True
            return self.best
        for low, high, open_ in cut:
            self._number += 1
            proven, center = self._prove(
                _Case(case.proven, self._number, low, high, open_, case.center), target
            )
            if proven < target:
                heapq.heappush(self._cases, _Case(proven, self._number, low, high, open_, center))
        self.best = max(self.best, min(self._cases[0].proven, target) if self._cases else target)
        self.done = not self._cases or self._cases[0].proven >= target
        return self.best

    def _enter(self, case: _Case) -> tuple[Floats, Floats]:
        self._bound.enter(low=case.low, high=case.high, open_=case.open, center=case.center)
        _, taken, _ = self._bound.master.solve()
        return taken, self._bound.master.hires

    def _prove(self, case: _Case, target: float) -> tuple[float, Dual]:
        """The bound of one case after some rounds; never below that of the case it is cut from."""
        self._enter(case)
        proven = self._bound.settle(rounds=_ROUNDS, target=target, halted=self._halted)
        return max(case.proven, proven), self._bound.center

    def _cut_hire(self, case: _Case, hired: Floats) -> tuple[tuple[Floats, Floats, Flags], ...] | None:
        apart = np.abs(hired - np.round(hired))
        pool = int(apart.argmax()) if len(apart) else 0
        if not len(apart) or apart[pool] < _WHOLE:
            return None
        fewer, more = case.high.copy(), case.low.copy()
        fewer[pool], more[pool] = np.floor(hired[pool]), np.ceil(hired[pool])
        return (case.low, fewer, case.open), (more, case.high, case.open)

    def _cut_place(self, case: _Case, taken: Floats) -> tuple[tuple[Floats, Floats, Flags], ...] | None:
        """The place that is used most by halves, weighed by the persons concerned."""
        pricer = self._bound.pricer
        uses: dict[tuple[int, int], float] = {}
        for number in np.flatnonzero(taken > _WHOLE):
            column = self._bound.master.columns[number]
            if column.set_of >= 0:
                for end in set(pricer.queues.sets[column.set_of].tolist()):
                    uses[column.queue, end] = uses.get((column.queue, end), 0.0) + float(taken[number])
        best, chosen = 0.0, None
        for (queue, end), share in uses.items():
            rest = 1.0 if end == kernel.ANYWHERE else 1.0 - uses.get((queue, kernel.ANYWHERE), 0.0)
            merit = min(share, rest - share)
            if merit > _WHOLE and merit * len(pricer.members[queue]) > best:
                best, chosen = merit * len(pricer.members[queue]), (queue, end)
        if chosen is None:
            return None
        first, after = pricer.queues.queue[chosen[0], kernel.SET_FROM : kernel.SET_TO + 1]
        sets = pricer.queues.sets[first:after]
        using, anywhere = (sets == chosen[1]).any(axis=1), sets[:, 0] == kernel.ANYWHERE
        without, within = case.open.copy(), case.open.copy()
        without[first:after] &= ~using
        within[first:after] &= using | (anywhere if chosen[1] != kernel.ANYWHERE else False)
        return (case.low, case.high, without), (case.low, case.high, within)
