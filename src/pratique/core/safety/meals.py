"""What a kitchen is told of a day: each meal by where it is eaten and by diet; numbers and rooms, never names.

Whoever is on shift when a meal is served eats at the port; whoever is lodged alone for health has it brought to the door; who
is lodged and off shift eats in the lodging; nobody else is cooked for.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pratique.core.safety.edition import Meal


class Where(StrEnum):
    """Where a meal is eaten."""

    LODGING = "lodging"
    DOOR = "door"
    PORT = "port"


@dataclass(frozen=True, slots=True)
class Eater:
    """Somebody who eats: their room in the lodging (empty: not lodged), whether they are to stay apart, what they cannot eat,
    and their shifts as minutes of the day (a night shift of the day before begins below 0)."""

    room: str = ""
    apart: bool = False
    diets: tuple[str, ...] = ()
    shifts: tuple[tuple[int, int], ...] = ()

    def find_place(self, meal: Meal) -> Where | None:
        """Where they have a meal, None if it is not cooked for them."""
        if self.apart:
            return Where.DOOR if self.room and not meal.on_shift else None
        if any(begins <= meal.at_minutes < ends for begins, ends in self.shifts):
            return Where.PORT
        return Where.LODGING if self.room and not meal.on_shift else None


@dataclass(frozen=True, slots=True)
class Serving:
    """A meal at one place: how many in all, how many of each set of diets, and to which rooms it is brought."""

    meal: Meal
    where: Where
    total: int
    special: tuple[tuple[tuple[str, ...], int], ...]
    rooms: tuple[tuple[str, tuple[str, ...]], ...]


def serve(*, meals: Iterable[Meal], eaters: Iterable[Eater]) -> tuple[Serving, ...]:
    """Every meal of a day, in the order in which they are served; a place where nobody eats is left out."""
    known = tuple(eaters)
    found = []
    for meal in sorted(meals, key=lambda one: one.at_minutes):
        for where in Where:
            mine = [one for one in known if one.find_place(meal) is where]
            special = Counter(tuple(sorted(one.diets)) for one in mine if one.diets)
            doors = sorted((one.room, tuple(sorted(one.diets))) for one in mine if where is Where.DOOR)
            if mine:
                found.append(Serving(meal, where, len(mine), tuple(sorted(special.items())), tuple(doors)))
    return tuple(found)
