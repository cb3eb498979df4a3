"""What an engine that may be stopped at any time says of itself: how far it is, and how far it may still be from the best."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known after `seconds`: the objective of the best answer so far and the proven bound."""

    seconds: float
    objective: float
    bound: float


@dataclass(frozen=True, slots=True)
class Moment(Generic[_Answer]):
    """A search as it stands while it goes on; `draw` makes its best answer so far, which may take a moment."""

    progress: Progress
    draw: Callable[[], _Answer]


def compute_gap(*, objective: float, bound: float) -> float:
    """How much cheaper any answer could at most be, as a share of the bound; infinite where nothing is proven."""
    if bound <= 0:
        return 0.0 if objective <= 1e-6 else math.inf
    return max(0.0, objective / bound - 1)
