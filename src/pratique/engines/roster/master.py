"""Lines weighed against each other: a linear program over known lines of some people, and the same with whole lines only.

Rows: what the people are to cover (short and over by variables at their price), one line a person, and each person's measures
round their ideal. The price of a squared distance is laid through whole steps of the measure from inside, so that the
program never asks more than the true cost and asks exactly that near the ideal.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import highspy
import numpy as np

from pratique.engines.program import Program
from pratique.engines.roster.layout import Floats, Layout, Whole

_STEPS = (0, 1, 2, 3, 4, 6, 9, 14)
_DUAL, _PRIMAL = 1, 4


@dataclass(frozen=True, slots=True)
class Line:
    """One person's days: kinds, what they cost by themselves, the rows they cover, amounts of each measure."""

    person: int
    kinds: Whole
    cost: float
    rows: Whole
    amount: Floats


def line_of(*, layout: Layout, person: int, kinds: Whole) -> Line:
    """A line from its kinds."""
    days = np.arange(layout.days)
    cells = days * len(layout.kinds) + kinds
    rows = np.concatenate([layout.rows_of[cell] for cell in cells]) if layout.rows else np.zeros(0, np.int64)
    amount = layout.amount[:, days, kinds].sum(axis=1)
    return Line(person, kinds, float(layout.cost[person, days, kinds].sum()), rows, amount)


@dataclass(frozen=True, slots=True)
class Duals:
    """Prices of rows, of each person's measures (person, measure), of each person's one line; and `fixed`, what the
    prices are worth without any line."""

    rows: Floats
    measures: Floats
    lines: Floats
    fixed: float


class Master:
    """The program over some `people`; `target` is what is left for them to cover, `cost[place, day, kind]` what their duties
    cost (infinite: not to be touched)."""

    def __init__(
        self, *, layout: Layout, people: Sequence[int], target: Floats, cost: Floats | None = None
    ) -> None:
        self.layout, self.people = layout, list(people)
        self.cost = layout.cost[self.people] if cost is None else cost
        self.target = target
        self.columns: list[Line] = []
        self._place = {person: place for place, person in enumerate(self.people)}
        self._seen: dict[bytes, int] = {}
        self._lp = Program()
        none = np.array([], np.int32), np.array([], np.float64)
        self._first_line = len(layout.rows)
        self._first_measure = self._first_line + len(self.people)
        for wanted in target:
            self._lp.addRow(float(wanted), float(wanted), 0, *none)
        for _ in self.people:
            self._lp.addRow(1.0, 1.0, 0, *none)
        self.constant = 0.0
        for place, person in enumerate(self.people):
            for measure in range(len(layout.weight)):
                self._add_measure(place, person, measure)
        for number, (under, over) in enumerate(zip(layout.under, layout.over, strict=True)):
            index = np.array([number], np.int32)
            self._lp.addCol(float(under), 0.0, highspy.kHighsInf, 1, index, np.array([1.0]))
            self._lp.addCol(float(over), 0.0, highspy.kHighsInf, 1, index, np.array([-1.0]))
        self._first_column = self._lp.getNumCol()
        self._has_fixed = False

    def _add_measure(self, place: int, person: int, measure: int) -> None:
        layout = self.layout
        unit, weight = _unit(layout.amount[measure]), float(layout.weight[measure])
        ideal, before = float(layout.ideal[person, measure]), float(layout.worked[person, measure])
        centre = before + unit * max(0, round((ideal - before) / unit))
        self.constant += weight * (centre - ideal) ** 2
        self._lp.addRow(centre - before, centre - before, 0, np.array([], np.int32), np.array([], np.float64))
        index = np.array([self._first_measure + place * len(layout.weight) + measure], np.int32)

        def price(steps: int, sign: int) -> float:
            far, near = (centre + sign * unit * one - ideal for one in (steps + 1, steps))
            return weight * (far**2 - near**2) / unit

        for sign in (1, -1):
            for first, until in zip(_STEPS, (*_STEPS[1:], None), strict=True):
                most = highspy.kHighsInf if until is None else (until - first) * unit
                self._lp.addCol(price(first, sign), 0.0, most, 1, index, np.array([-float(sign)]))

    def add(self, line: Line) -> bool:
        """Take a line in; False if it is known."""
        key = line.person.to_bytes(4, "little") + line.kinds.astype(np.int16).tobytes()
        if key in self._seen:
            return False
        self._seen[key] = len(self.columns)
        self.columns.append(line)
        place = self._place[line.person]
        measures = len(self.layout.weight)
        index = np.concatenate(
            (
                line.rows,
                [self._first_line + place],
                self._first_measure + place * measures + np.arange(measures),
            )
        ).astype(np.int32)
        value = np.concatenate((np.ones(len(line.rows) + 1), line.amount))
        self._lp.addCol(line.cost, 0.0, highspy.kHighsInf, len(index), index, value)
        return True

    def solve(self) -> tuple[float, Floats, Duals]:
        """The program's least cost, how much of each line it takes, and its prices."""
        # New columns leave the last answer possible, not optimal: the primal method goes on from there. After people were
        # fixed it is the other way round.
        self._lp.setOptionValue("simplex_strategy", _DUAL if self._has_fixed else _PRIMAL)
        self._has_fixed = False
        self._lp.run()
        solution = self._lp.getSolution()
        duals = np.array(solution.row_dual)
        rows = duals[: self._first_line]
        lines = duals[self._first_line : self._first_measure]
        measures = duals[self._first_measure :].reshape(len(self.people), len(self.layout.weight))
        value = self._lp.getInfo().objective_function_value + self.constant
        share = np.array(solution.col_value)[self._first_column :]
        return value, share, Duals(rows, measures, lines, value - float(lines.sum()))

    def fix(self, person: int, line: Line) -> None:
        """From now on the person has this line and no other."""
        self._has_fixed = True
        for number, one in enumerate(self.columns):
            if one.person == person:
                same = one is line
                self._lp.changeColBounds(self._first_column + number, float(same), float(same))

    def choose(self, *, seconds: float, cheaper_than: float) -> list[Line] | None:
        """Whole lines for everybody at the least cost, if one below `cheaper_than` is found in that time."""
        program = Program()
        program.setOptionValue("time_limit", max(0.05, seconds))
        program.setOptionValue("mip_rel_gap", 1e-6)
        program.passModel(self._lp.getLp())
        if not self.columns:
            return []
        numbers = np.arange(self._first_column, self._first_column + len(self.columns), dtype=np.int32)
        whole = np.full(len(numbers), highspy.HighsVarType.kInteger)
        program.changeColsIntegrality(len(numbers), numbers, whole)
        program.run()
        if program.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        share = np.array(program.getSolution().col_value)[self._first_column :]
        taken = [self.columns[number] for number in np.flatnonzero(share > 0.5)]
        return taken if len(taken) == len(self.people) else None

    def prices(self, *, duals: Duals, people: Sequence[int]) -> Floats:
        """By person, day and kind, what a duty costs less what it is worth: [person, day, kind]."""
        layout, places = self.layout, [self._place[one] for one in people]
        worth = (duals.rows @ layout.covers).reshape(layout.days, len(layout.kinds))
        cells = self.cost[places] - worth
        if len(layout.weight):
            cells -= np.tensordot(duals.measures[places], layout.amount, axes=1)
        return cells


def _unit(amount: Floats) -> float:
    """The largest step of which every amount is a multiple (to a thousandth)."""
    whole = np.unique(np.rint(amount * 1000).astype(np.int64))
    return max(reduce(math.gcd, [int(one) for one in whole if one], 0), 1) / 1000
