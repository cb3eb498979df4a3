"""Cabins and vehicles by their seats: how many rows and seats two people sat apart.

Distance is counted in rows and seats that exist: where row 13 is missing, 12 and 14 are next to each other.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

AISLE = "-"
_SEAT = re.compile(r"0*([0-9]{1,3})([A-Z])")


@dataclass(frozen=True, slots=True)
class Apart:
    """Between two seats: rows by those that exist; seats by those in the way and one more (0: the same letter, one
    behind the other); aisles crossed."""

    rows: int
    seats: int
    aisles: int


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a cabin that has a crew of its own: first and last row."""

    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Cabin:
    """A layout: by row number its letters from left to right with `-` for an aisle (``ABC-DEF``), and its sections.

    The rows stand in the order front to back. Letters rise from left to right.
    """

    rows: Mapping[int, str]
    sections: Sequence[Section] = ()
    _order: Mapping[int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_order", {row: place for place, row in enumerate(self.rows)})

    def find(self, seat: str) -> tuple[int, str] | None:
        """Row and letter of a seat of this cabin (``12A``, ``012a``); None if it has no such seat."""
        parts = _SEAT.fullmatch(seat.strip().upper())
        if parts is None:
            return None
        row, letter = int(parts[1]), parts[2]
        return (row, letter) if letter in self.rows.get(row, "") else None

    def section_of(self, seat: str) -> str:
        """The name of the section a seat is in; empty if there is none or no such seat."""
        found = self.find(seat)
        return next((s.name for s in self.sections if found and s.first <= found[0] <= s.last), "")

    def measure(self, one: str, other: str) -> Apart | None:
        """How far two seats are apart; None if one of them is not of this cabin.

        Rows of different widths (two seats abreast in front, three behind) are compared by letters, in whichever of
        the two rows puts fewer in between: of two ways to count the nearer.
        """
        a, b = self.find(one), self.find(other)
        if a is None or b is None:
            return None
        rows = abs(self._order[a[0]] - self._order[b[0]])
        low, high = sorted((a[1], b[1]))
        if low == high:
            return Apart(rows, 0, 0)
        between = [_count_between(self.rows[row], low, high) for row in (a[0], b[0])]
        return Apart(rows, *min(between))


def guess(seats: Iterable[str]) -> Cabin:
    """A cabin of which nobody has the layout, as the seats of its list show it.

    Rows and letters where nobody sat are missing, so that people count as nearer than they were, never as further away.
    """
    found = [parts for seat in seats if (parts := _SEAT.fullmatch(seat.strip().upper()))]
    letters = "".join(sorted({parts[2] for parts in found}))
    return Cabin(dict.fromkeys(sorted({int(parts[1]) for parts in found}), letters))


def _count_between(letters: str, low: str, high: str) -> tuple[int, int]:
    """Seats from one letter to another in this row (the last one included), and aisles between them."""
    seats = 1 + sum(low < letter < high for letter in letters)
    blocks = [block for block in letters.split(AISLE) if block]
    aisles = sum(low < right[0] and left[-1] < high for left, right in pairwise(blocks))
    return seats, aisles
