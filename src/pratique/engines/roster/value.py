"""What a set of lines costs, in the engine's own arithmetic."""

from collections.abc import Sequence

import numpy as np

from pratique.engines.roster.layout import Floats, Layout
from pratique.engines.roster.master import Line


def cover(*, layout: Layout, lines: Sequence[Line]) -> Floats:
    """How many cover each row."""
    found = np.zeros(len(layout.rows))
    for line in lines:
        np.add.at(found, line.rows, 1.0)
    return found


def target(*, layout: Layout) -> Floats:
    """How many each row asks for."""
    return layout.target.copy()


def by_row(*, layout: Layout, missing: Floats) -> Floats:
    """What each row costs if so many are missing (below 0: too many)."""
    return layout.under * np.maximum(missing, 0) + layout.over * np.maximum(-missing, 0)


def cost(*, layout: Layout, lines: Sequence[Line]) -> float:
    """The objective without the constant of wishes."""
    missing = target(layout=layout) - cover(layout=layout, lines=lines)
    total = float(by_row(layout=layout, missing=missing).sum())
    return total + sum(line.cost + unfair(layout=layout, line=line) for line in lines)


def unfair(*, layout: Layout, line: Line) -> float:
    """What a line costs for its distance from what is fair."""
    away = layout.worked[line.person] + line.amount - layout.ideal[line.person]
    return float((layout.weight * away**2).sum())


def marginal(*, layout: Layout, covered: Floats) -> Floats:
    """What one more on each row is worth when so many are there already, as prices of cells: [day, kind]."""
    gain = np.where(covered < layout.target, layout.under, -layout.over)
    return (gain @ layout.covers).reshape(layout.days, len(layout.kinds))
