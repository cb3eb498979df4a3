"""A proven bound by prices alone, for rosters whose linear program is too slow: subgradients, no program.

At any prices of rows and measures, everybody's cheapest line and what the prices are worth without lines bound every roster's
cost from below. A row's price stays between what one too many and one too few cost; a measure's squared distance is taken
exactly. Steps follow Polyak with a target that is raised or lowered by how it goes.
"""

import numpy as np

from pratique.engines.roster.layout import Floats, Layout
from pratique.engines.roster.line_kernel import INFINITE
from pratique.engines.roster.master import Line, line_of
from pratique.engines.roster.pricer import Pricer

_PATIENCE = 8
_INERTIA = 0.7
_SHORTEST = 1e-4


class Prices:
    """The best prices so far, and the bound they prove (without the constant of wishes)."""

    def __init__(self, *, layout: Layout, pricer: Pricer) -> None:
        self.layout, self._pricer = layout, pricer
        self._people = list(range(len(layout.names)))
        self.rows: Floats = np.zeros(len(layout.rows))
        self.measures: Floats = np.zeros(layout.ideal.shape)
        self.bound = -np.inf
        self._best = (self.rows, self.measures)
        self._heading = (np.zeros_like(self.rows), np.zeros_like(self.measures))
        self._length, self._since = 1.0, 0

    def step(self, *, target: float) -> list[Line]:
        """Price everybody once and move on towards a bound of `target`; the lines found."""
        layout = self.layout
        worth = (self.rows @ layout.covers).reshape(layout.days, len(layout.kinds))
        cells = layout.cost - worth
        if len(layout.weight):
            cells = cells - np.tensordot(self.measures, layout.amount, axes=1)
        found = self._pricer.all(people=self._people, cells=cells, most=np.full(len(self._people), INFINITE))
        lines = [
            line_of(layout=layout, person=person, kinds=one.kinds)
            for person, one in zip(self._people, found, strict=True)
            if one.kinds is not None
        ]
        self._judge(self._fixed() + sum(one.bound for one in found))
        covered = np.zeros(len(layout.rows))
        for line in lines:
            np.add.at(covered, line.rows, 1.0)
        amounts = np.array([line.amount for line in lines]).reshape(self.measures.shape)
        aimed = layout.ideal - self.measures / (2 * layout.weight) if len(layout.weight) else layout.ideal
        self._move(layout.target - covered, aimed - layout.worked - amounts, target)
        return lines

    @property
    def is_done(self) -> bool:
        """Whether the steps have become too short to gain anything."""
        return self._length < _SHORTEST

    def _fixed(self) -> float:
        """What the prices are worth without any line: the least of rows' and measures' own costs at these prices."""
        layout = self.layout
        total = float(self.rows @ layout.target)
        if len(layout.weight):
            # Over x: least of w (x - ideal)^2 + m (x - worked), at x = ideal - m / 2w.
            total += float((self.measures * (layout.ideal - layout.worked)).sum())
            total -= float((self.measures**2 / (4 * layout.weight)).sum())
        return total

    def _judge(self, bound: float) -> None:
        if bound > self.bound:
            gained = bound - self.bound
            self.bound, self._best = bound, (self.rows, self.measures)
            self._since = 0 if gained > 1e-4 * abs(bound) else self._since
            return
        self._since += 1
        if self._since >= _PATIENCE:
            self._length, self._since = self._length * 0.6, 0
            self.rows, self.measures = self._best
            self._heading = (np.zeros_like(self.rows), np.zeros_like(self.measures))

    def _move(self, rows: Floats, measures: Floats, target: float) -> None:
        layout = self.layout
        heading = [
            _INERTIA * old + (1 - _INERTIA) * new
            for old, new in zip(self._heading, (rows, measures), strict=True)
        ]
        self._heading = (heading[0], heading[1])
        norm = sum(float((one**2).sum()) for one in heading)
        short = max(target - self.bound, 1e-3 * abs(target))
        if norm < 1e-12:
            return
        far = self._length * short / norm
        self.rows = np.clip(self.rows + far * heading[0], -layout.over, layout.under)
        self.measures = self.measures + far * heading[1]
