"""Cabins: which seats a type of aircraft has, in the order in which people walk to the door."""

from dataclasses import dataclass
from functools import cache

from pratique.core.tracing.cabin import AISLE
from pratique.formats import cabins


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat: its row, its letter, and its block (the seats between two aisles)."""

    row: int
    letter: str
    block: int

    @property
    def name(self) -> str:
        """As printed on a boarding pass: ``12A``."""
        return f"{self.row}{self.letter}"


@cache
def list_seats(equipment: str) -> tuple[Seat, ...]:
    """Every seat of a type, front to back and left to right; raises KeyError for a type without a layout."""
    layout = cabins.find_cabin(equipment)
    if layout is None:
        raise KeyError(equipment)
    return tuple(
        Seat(row, letter, block)
        for row, letters in layout.rows.items()
        for block, group in enumerate(letters.split(AISLE))
        for letter in group
    )


def find_layout(equipment: str) -> bool:
    """Whether the layout of this equipment code is known."""
    return cabins.find_cabin(equipment) is not None
