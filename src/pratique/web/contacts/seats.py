"""The seats of a cabin as a drawing: the case, the contacts by their grade, empty seats."""

from collections.abc import Mapping
from dataclasses import dataclass

from pratique.core.tracing.cabin import AISLE, Cabin
from pratique.core.tracing.contacts import Contact, Tracing
from pratique.core.tracing.presence import PlaceId, Whereabouts, Who

STEP, SIZE = 22, 18


@dataclass(frozen=True, slots=True)
class Cell:
    """One seat: where it is drawn, whose it was and what became of them (case, close, general, other, empty)."""

    x: int
    y: int
    seat: str
    state: str
    mark: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Rows run from left (front) to right, letters from the bottom up; labels of rows stand below."""

    width: int
    height: int
    cells: tuple[Cell, ...]
    rows: tuple[tuple[int, int], ...]


MARKS = {"case": "●", "close": "!", "general": "·", "other": "", "empty": ""}


def draw(*, cabin: Cabin, place: PlaceId, tracing: Tracing, whereabouts: Whereabouts) -> Drawing:
    """The cabin with whoever had a seat there; of several in one seat the strictest shows."""
    grades = {contact.who: contact for contact in tracing.contacts}
    states = _list_states(place, tracing, whereabouts, grades)
    # A narrower row keeps its letters where the widest row has them.
    widest = max(cabin.rows.values(), key=len)
    cells, labels = [], []
    for column, (row, letters) in enumerate(cabin.rows.items()):
        x = column * STEP
        labels.append((x + SIZE // 2, row))
        for letter in letters.replace(AISLE, ""):
            line = next(
                (n for n, other in enumerate(widest) if other != AISLE and other >= letter), len(widest) - 1
            )
            state = states.get((row, letter), "empty")
            y = (len(widest) - 1 - line) * STEP + 1
            cells.append(Cell(x + 1, y, f"{row}{letter}", state, MARKS[state]))
    return Drawing(len(cabin.rows) * STEP, len(widest) * STEP + 14, tuple(cells), tuple(labels))


def _list_states(
    place: PlaceId, tracing: Tracing, whereabouts: Whereabouts, grades: Mapping[Who, Contact]
) -> dict[tuple[int, str], str]:
    cabin = whereabouts.places[place].cabin
    order = ["other", "general", "close", "case"]
    states: dict[tuple[int, str], str] = {}
    for who in whereabouts.list_people():
        for presence in whereabouts.list_of(who):
            seat = cabin.find(presence.seat) if cabin and presence.place == place else None
            if seat is not None:
                state = "case" if who == tracing.case.who else "other"
                reasons = grades[who].reasons if who in grades else ()
                here = [reason.grade for reason in reasons if reason.place == place]
                state = str(max(here, key=lambda g: g.strictness)) if here and state == "other" else state
                states[seat] = max(state, states.get(seat, "other"), key=order.index)
    return states
