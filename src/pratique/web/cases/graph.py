"""A case as a drawing: the case, the places where it met others, its contacts there, and the second ring behind them.

General contacts are counted at their place, not drawn one by one: what one looks for is who was close, and through whom.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pratique.core.tracing.contacts import Contact
from pratique.core.tracing.edition import Grade
from pratique.core.tracing.presence import Who

ROW, TOP = 26, 14
CASE_X, PLACE_X, CONTACT_X, SECOND_X = 8, 150, 430, 640
LABEL_Y = 5
CONTACTS_MAX = 7
"""At one place; more are counted in one node: a drawing of hundreds shows nothing."""


@dataclass(frozen=True, slots=True)
class Node:
    """Something drawn: where, what it says, of which sort (case, place, close, general, more, second)."""

    x: int
    y: int
    text: str
    sort: str


@dataclass(frozen=True, slots=True)
class Line:
    """Two nodes that belong together, as the path of a curve."""

    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything, and how large it is."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]


def draw(
    *,
    case: str,
    first: Sequence[Contact],
    second: Iterable[Contact],
    place_of: Callable[[Contact], str],
    name: Callable[[Who], str],
) -> Drawing | None:
    """The drawing; None where nobody is a contact. `place_of` says where a contact was met, `name` how people are called."""
    if not first:
        return None
    close: dict[str, list[Contact]] = defaultdict(list)
    for contact in first:
        if contact.grade is Grade.CLOSE:
            close[place_of(contact)].append(contact)
    general = Counter(place_of(c) for c in first if c.grade is not Grade.CLOSE)
    behind: dict[Who, list[Contact]] = defaultdict(list)
    for contact in second:
        behind[contact.reasons[0].via].append(contact)
    sheet = _Sheet()
    middles = []
    for place in sorted({*close, *general}, key=lambda p: (-len(close.get(p, ())), p)):
        rows = []
        found = close.get(place, [])
        shown = found if len(found) <= CONTACTS_MAX + 1 else found[:CONTACTS_MAX]
        for contact in shown:
            rows.append(_draw_contact(sheet, name(contact.who), behind.get(contact.who, ()), name))
        if hidden := len(close.get(place, ())) - len(shown):
            rows.append(sheet.put(CONTACT_X, f"+{hidden}", "close"))
        if general[place]:
            rows.append(sheet.put(CONTACT_X, f"{general[place]} ·", "general"))
        middle = (rows[0] + rows[-1]) // 2
        sheet.put_at(PLACE_X, middle, place, "place")
        sheet.join(PLACE_X + 236, middle, [(CONTACT_X - 4, y) for y in rows])
        middles.append(middle)
    middle = (middles[0] + middles[-1]) // 2
    sheet.put_at(CASE_X, middle, case, "case")
    sheet.join(CASE_X + 84, middle, [(PLACE_X - 4, y) for y in middles])
    return sheet.close(SECOND_X + 150 if behind else CONTACT_X + 140)


def _draw_contact(sheet: "_Sheet", code: str, behind: Sequence[Contact], name: Callable[[Who], str]) -> int:
    """One close contact with whoever is behind them; the height of its node."""
    if not behind:
        return sheet.put(CONTACT_X, code, "close")
    texts = [name(one.who) for one in behind[:4]] + ([f"+{len(behind) - 4}"] if len(behind) > 4 else [])
    rows = [sheet.put(SECOND_X, text, "second") for text in texts]
    middle = (rows[0] + rows[-1]) // 2
    sheet.put_at(CONTACT_X, middle, code, "close")
    sheet.join(CONTACT_X + 120, middle, [(SECOND_X - 4, y) for y in rows])
    return middle


class _Sheet:
    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.lines: list[Line] = []
        self.y = TOP

    def put(self, x: int, text: str, sort: str) -> int:
        """A node on a new row; its height."""
        y = self.y
        self.put_at(x, y, text, sort)
        self.y += ROW
        return y

    def put_at(self, x: int, y: int, text: str, sort: str) -> None:
        self.nodes.append(Node(x, y, text, sort))

    def join(self, x: int, y: int, ends: Iterable[tuple[int, int]]) -> None:
        for to_x, to_y in ends:
            half = (x + to_x) // 2
            self.lines.append(Line(f"M{x} {y}C{half} {y} {half} {to_y} {to_x} {to_y}"))

    def close(self, width: int) -> Drawing:
        return Drawing(width, self.y + LABEL_Y, tuple(self.nodes), tuple(self.lines))
