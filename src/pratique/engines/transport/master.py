"""The linear program over columns: one schedule (in parts) for every queue, within vehicles, people and rooms.

Its rows for pools and ticks are added only when a solution would break them: few ever bind.
"""

import time
from collections.abc import Sequence

import highspy
import numpy as np
import numpy.typing as npt

from pratique.engines.program import Program
from pratique.engines.transport.columns import Column, Dual, Flags, Pricer
from pratique.engines.transport.layout import Floats


class Master:
    """Columns so far and the program over them; `solve` gives how much of each is taken, and prices."""

    def __init__(self, *, pricer: Pricer) -> None:
        layout = pricer.layout
        self.pricer = pricer
        used = np.concatenate((layout.vehicles.used, layout.crew.used))
        counts = np.concatenate((layout.vehicles.count, layout.crew.count))
        self.spare: Floats = np.maximum(0.0, counts[:, None] - used)
        self.rooms = np.maximum(0.0, layout.rooms_left.astype(np.float64))
        self.hire = layout.vehicles.cost
        self.hired = np.flatnonzero(self.hire > 0)
        self.number = layout.vehicles.count.astype(np.float64)
        self.low, self.high = np.zeros(len(self.hired)), self.number[self.hired]
        self.hires = self.low
        self.columns: list[Column] = []
        self._seen: dict[tuple[int, float, bytes], int] = {}
        self._use = np.zeros((256, self.spare.size), np.float32)
        self._rows: dict[int, int] = {}
        self._lp = Program()
        queues, places = len(pricer.queues.queue), len(layout.places)
        self._first_room = queues
        none = np.array([], np.int32), np.array([], np.float64)
        for _ in range(queues):
            self._lp.addRow(1.0, 1.0, 0, *none)
        for place in range(places):
            self._lp.addRow(-highspy.kHighsInf, float(self.rooms[place]), 0, *none)
        for pool in self.hired:
            self._lp.addCol(float(self.hire[pool]), 0.0, float(self.number[pool]), 0, *none)
        unmoved = layout.problem.weights.unmoved
        for q in range(queues):
            persons = float(layout.size[pricer.members[q]].sum())
            nothing = np.zeros(self.spare.shape, np.float32)
            self.add(Column(q, unmoved * persons, nothing, np.zeros(places)))

    def add(self, column: Column) -> bool:
        """Take a column in; False if it is known."""
        key = _key(column)
        if key in self._seen:
            return False
        number = len(self.columns)
        self._seen[key] = number
        if number == len(self._use):
            self._use = np.concatenate((self._use, np.zeros_like(self._use)))
        self._use[number] = column.use.ravel()
        self.columns.append(column)
        index, value = [column.queue], [1.0]
        for place in np.flatnonzero(column.rooms):
            index.append(self._first_room + int(place))
            value.append(float(column.rooms[place]))
        for at, row in self._rows.items():
            if self._use[number, at]:
                index.append(row)
                value.append(float(self._use[number, at]))
        self._lp.addCol(
            column.cost, 0.0, 1.0, len(index), np.array(index, np.int32), np.array(value, np.float64)
        )
        return True

    def number_of(self, column: Column) -> int:
        """The number of a column, taken in if need be."""
        self.add(column)
        return self._seen[_key(column)]

    def solve(self) -> tuple[float, Floats, Dual]:
        """Cost, share of each column, prices of pools and rooms; rows that were missing come in on the way."""
        while True:
            self._lp.run()
            solution = self._lp.getSolution()
            # Read before rows are added: a program that has been changed has no value.
            self.value = float(self._lp.getInfo().objective_function_value)
            values = np.array(solution.col_value)
            hired, taken = values[: len(self.hired)], values[len(self.hired) :]
            self.hires = hired
            if not self._add_rows(hired, taken):
                break
        duals = -np.array(solution.row_dual)
        dual = Dual(np.zeros(self.spare.shape), np.zeros(len(self.rooms)))
        dual.room[:] = np.maximum(0.0, duals[self._first_room : self._first_room + len(self.rooms)])
        for at, row in self._rows.items():
            dual.pool.ravel()[at] = max(0.0, duals[row])
        return self.value, taken, dual

    def allow(self, most: Floats, least: Floats) -> None:
        """Let each column be taken between `least` and `most` from now on."""
        number = len(self.columns)
        index = np.arange(len(self.hired), len(self.hired) + number, dtype=np.int32)
        self._lp.changeColsBounds(number, index, least, most)

    def limit_hires(self, low: Floats, high: Floats) -> None:
        """Hire, of each pool that costs something, so many from now on."""
        self.low, self.high = low, high
        self._lp.changeColsBounds(len(low), np.arange(len(low), dtype=np.int32), low, high)

    def whole(self, dual: Dual, rooms: Floats, free: Flags, seconds: float) -> list[int]:
        """One column for every free queue, the cheapest at these prices of pools that the rooms left allow."""
        some = self._list_free(free)
        prices = self._use[some] @ dual.pool.ravel().astype(np.float32)
        lp = self._begin_choice(some, rooms, free, prices.astype(np.float64), hired=())
        lp.setOptionValue("time_limit", seconds)
        lp.setOptionValue("mip_rel_gap", 1e-3)
        lp.run()
        values = np.array(lp.getSolution().col_value)
        return [int(number) for number in some[values > 0.5]]

    def choose(self, fixed: Floats, rooms: Floats, free: Flags, seconds: float) -> list[int] | None:
        """The cheapest columns of the free queues, one for each, all together, beside what is `fixed` in use by pool and
        tick and within the rooms left; None if none were found in time.
        """
        ends_at = time.monotonic() + seconds
        some, first = self._list_free(free), len(self.hired)
        lp = self._begin_choice(some, rooms, free, np.zeros(len(some)), hired=self.hired)
        lp.setOptionValue("mip_rel_gap", 1e-4)
        at, known = np.array(sorted(self._rows), np.int64), np.zeros(self.spare.size, np.bool_)
        while len(at):
            for one in at:
                self._add_limit(lp, some, int(one), float(fixed.ravel()[one]))
            known[at] = True
            left = ends_at - time.monotonic()
            if left <= 0.0:
                return None
            lp.setOptionValue("time_limit", lp.getRunTime() + left)
            lp.run()
            if lp.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
                return None
            values = np.array(lp.getSolution().col_value)
            taken = some[values[first:] > 0.5]
            limit = self.spare.copy()
            limit[self.hired] = np.round(values[:first])[:, None]
            over = fixed.ravel() + self._use[taken].sum(axis=0) - limit.ravel()
            at = np.flatnonzero((over > 1e-6) & ~known)
        return [int(one) for one in taken]

    def cost_of(self, numbers: Sequence[int], fixed: Floats) -> float:
        """What these columns cost, with the vehicles that must be hired for them beside what is `fixed` in use."""
        use = fixed + self._use[numbers].sum(axis=0).reshape(fixed.shape)
        hired = (self.hire[self.hired] * use[self.hired].max(axis=1)).sum()
        return float(sum(self.columns[number].cost for number in numbers) + hired)

    def _list_free(self, free: Flags) -> npt.NDArray[np.int64]:
        """The numbers of the columns of free queues."""
        return np.array([n for n, column in enumerate(self.columns) if free[column.queue]], np.int64)

    def _begin_choice(
        self,
        some: npt.NDArray[np.int64],
        rooms: Floats,
        free: Flags,
        prices: Floats,
        hired: npt.NDArray[np.int64] | tuple[()],
    ) -> Program:
        """A program that takes one whole column of each free queue at its cost and price, after the vehicles `hired`."""
        lp = Program()
        none = np.array([], np.int32), np.array([], np.float64)
        for one in free:
            lp.addRow(float(one), float(one), 0, *none)
        for left in rooms:
            lp.addRow(-highspy.kHighsInf, float(left), 0, *none)
        for pool in hired:
            lp.addCol(float(self.hire[pool]), 0.0, float(self.number[pool]), 0, *none)
        for number, price in zip(some, prices, strict=True):
            column = self.columns[number]
            used = np.flatnonzero(column.rooms)
            index = np.array([column.queue, *(self._first_room + used)], np.int32)
            value = np.array([1.0, *column.rooms[used]], np.float64)
            lp.addCol(column.cost + float(price), 0.0, 1.0, len(index), index, value)
        whole = np.arange(len(hired), len(hired) + len(some), dtype=np.int32)
        lp.changeColsIntegrality(len(some), whole, np.ones(len(some), dtype=np.uint8))
        return lp

    def _add_limit(self, lp: Program, some: npt.NDArray[np.int64], at: int, fixed: float) -> None:
        """Let the columns `some` of a choice use, at a pool's tick, what is there (or hired) beyond what is fixed."""
        pool = at // self.spare.shape[1]
        column = self._use[some, at]
        here = np.flatnonzero(column)
        index, value = list(len(self.hired) + here), [float(one) for one in column[here]]
        place = np.flatnonzero(self.hired == pool)
        if len(place):
            index.append(int(place[0]))
            value.append(-1.0)
        limit = (0.0 if len(place) else float(self.spare.ravel()[at])) - fixed
        lp.addRow(
            -highspy.kHighsInf, limit, len(index), np.array(index, np.int32), np.array(value, np.float64)
        )

    def _add_rows(self, hired: Floats, taken: Floats) -> bool:
        """Add the worst broken tick of every pool and stretch; False if none is broken."""
        some = np.flatnonzero(taken > 1e-9)
        used = (taken[some] @ self._use[some]).reshape(self.spare.shape)
        limit = self.spare.copy()
        limit[self.hired] = hired[:, None]
        over = used - limit
        broken = False
        for pool in range(len(over)):
            row = over[pool]
            for at in np.flatnonzero(row > 1e-6):
                near = row[max(0, at - 6) : at + 7]
                if row[at] >= near.max() - 1e-9 and pool * row.size + at not in self._rows:
                    self._add_row(pool, int(at))
                    broken = True
        return broken

    def _add_row(self, pool: int, tick: int) -> None:
        at = pool * self.spare.shape[1] + tick
        column = self._use[: len(self.columns), at]
        some = np.flatnonzero(column)
        index = list(len(self.hired) + some)
        value = [float(one) for one in column[some]]
        limit = float(self.spare[pool, tick])
        place = np.flatnonzero(self.hired == pool)
        if len(place):
            index.append(int(place[0]))
            value.append(-1.0)
            limit = 0.0
        self._rows[at] = self._lp.getNumRow()
        self._lp.addRow(
            -highspy.kHighsInf, limit, len(index), np.array(index, np.int32), np.array(value, np.float64)
        )

    def take(self, dual: Dual) -> Floats:
        """How many vehicles of each pool that costs something would best be hired at these prices."""
        earned = dual.pool[self.hired].sum(axis=1)
        return np.where(earned > self.hire[self.hired], self.high, self.low)

    def earn(self, dual: Dual) -> float:
        """What the resources would earn at these prices: subtract it from the queues' prices for a bound."""
        spare = self.spare.copy()
        taken = self.take(dual)
        spare[self.hired] = taken[:, None]
        whole = (dual.pool * spare).sum() + (dual.room * self.rooms).sum()
        return float(whole - (taken * self.hire[self.hired]).sum())


def _key(column: Column) -> tuple[int, float, bytes]:
    return column.queue, round(column.cost, 4), column.use.tobytes() + column.rooms.tobytes()
