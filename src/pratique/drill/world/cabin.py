"""Cabins: which seats a type of aircraft has, in the order in which people walk to the door."""

from dataclasses import dataclass
from functools import cache

from pratique.drill.world.source import read_toml


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
    """Every seat of a type, front to back and left to right."""
    return tuple(
        Seat(row, letter, block)
        for first, last, letters in read_toml("cabins")["layout"][equipment]["rows"]
        for row in range(first, last + 1)
        for block, group in enumerate(letters.split("-"))
        for letter in group
    )


def find_layout(equipment: str) -> bool:
    """Whether the layout of this equipment code is known."""
    return equipment in read_toml("cabins")["layout"]
