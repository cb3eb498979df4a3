"""Which figures must agree: sums, balances and limits, kept as data, and how to reckon with cells given in bounds.

The same table serves two ends: `check` asks whether a bulletin can be true, `public` asks what a reader could work out
of it.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from pratique.core.bulletin.edition import Band, Cell, Value
from pratique.core.bulletin.figure import Column, Nature
from pratique.core.bulletin.table import FIGURES, PLACES

Key = TypeVar("Key", bound=Hashable)
Term = tuple[str, Column]
"""A figure in a column."""

Bounds = tuple[Value, Value]
"""The least and the most a cell can be."""

INFINITE = Decimal("Infinity")
UNKNOWN: Bounds = (0, INFINITE)

RESULTS = ("negative", "positive", "pool_positive", "invalid", "lost")
"""What becomes of a sample that is answered."""

ROUNDS_MAX = 100
"""How often bounds are drawn in. Figures that contradict one another would draw in for ever."""


@dataclass(frozen=True, slots=True)
class Relation(Generic[Key]):
    """The left terms add up to the right ones; with `at_most`, they do not add up to more."""

    left: tuple[Key, ...]
    right: tuple[Key, ...]
    at_most: bool = False


def find_bounds(cell: Cell) -> Bounds:
    """What a cell can be."""
    if cell is None:
        return UNKNOWN
    if isinstance(cell, Band):
        return cell.at_least, cell.at_most
    return cell, cell


def add_bounds(cells: Iterable[Cell]) -> Bounds:
    """What a sum of cells can be."""
    bounds = [find_bounds(cell) for cell in cells]
    return sum(low for low, _ in bounds), sum(high for _, high in bounds)


def can_hold(*, relation: Relation[Key], cells: Mapping[Key, Cell]) -> bool:
    """Some values within the bounds of all cells satisfy the relation."""
    left_low, left_high = add_bounds(cells.get(key) for key in relation.left)
    right_low, right_high = add_bounds(cells.get(key) for key in relation.right)
    return left_low <= right_high and (relation.at_most or right_low <= left_high)


def narrow(*, relations: Iterable[Relation[Key]], cells: Mapping[Key, Cell]) -> dict[Key, Bounds]:
    """What a reader who knows the relations can say of each cell: its bounds, drawn in as far as they go."""
    bounds = {key: find_bounds(cell) for key, cell in cells.items()}
    known = [r for r in relations if all(key in bounds for key in (*r.left, *r.right))]
    for _ in range(ROUNDS_MAX):
        moved = False
        for relation in known:
            for key in (*relation.left, *relation.right):
                drawn = _draw_in(relation, key, bounds)
                if drawn != bounds[key] and drawn[0] <= drawn[1]:
                    bounds[key], moved = drawn, True
        if not moved:
            break
    return bounds


def _draw_in(relation: Relation[Key], key: Key, bounds: Mapping[Key, Bounds]) -> Bounds:
    own, other = (relation.left, relation.right) if key in relation.left else (relation.right, relation.left)
    beside = [bounds[k] for k in own if k != key]
    low: Value = sum(bounds[k][0] for k in other) - sum(high for _, high in beside)
    high: Value = sum(bounds[k][1] for k in other) - sum(low for low, _ in beside)
    if relation.at_most:
        low, high = (-INFINITE, high) if own is relation.left else (low, INFINITE)
    return max(bounds[key][0], low), min(bounds[key][1], high)


def _list_sums() -> list[Relation[Term]]:
    """A figure is the sum of its parts, and a total is what there was before plus today."""
    relations: list[Relation[Term]] = []
    for figure in FIGURES:
        flow = figure.nature is Nature.FLOW
        columns = tuple(Column) if flow else (Column.TODAY, Column.YESTERDAY)
        if figure.parts:
            relations += [
                Relation(((figure.code, c),), tuple((part, c) for part in figure.parts)) for c in columns
            ]
        if flow:
            parts = ((figure.code, Column.BEFORE), (figure.code, Column.TODAY))
            relations.append(Relation(((figure.code, Column.CUMULATIVE),), parts))
    return relations


def _list_balances(at_end: Column, so_far: Column) -> list[Relation[Term]]:
    """What there is at the end of a day is what has come so far less what has gone."""
    under_way = tuple(
        (f"people_{place}", at_end) for place in PLACES if place not in ("facility", "hospital")
    )
    results = tuple((f"tests_{result}", so_far) for result in RESULTS)
    is_open, expected = ("people_open", at_end), ("people_expected", at_end)
    return [
        Relation((("people_landed", so_far),), (("people_inside", at_end), ("people_exit", at_end))),
        Relation((("people_exit", at_end),), (("people_exited", so_far),)),
        Relation((("tests_taken", so_far),), (*results, ("tests_pending", at_end))),
        Relation(
            (("issues_opened", so_far), ("issues_reopened", so_far)),
            (("issues_closed", so_far), ("issues_open", at_end)),
        ),
        Relation(under_way, (is_open,), at_most=True),
        Relation((is_open,), (*under_way, expected), at_most=True),
        Relation((("duties_overdue", at_end),), (("duties_open", at_end),), at_most=True),
    ]


def _list_limits() -> list[Relation[Term]]:
    """A part is not more than the whole, on any day and in total."""
    limits = (("people_unlisted", "people_landed"), ("vehicles_deployed", "trips"))
    return [Relation(((part, c),), ((whole, c),), at_most=True) for part, whole in limits for c in Column]


RELATIONS: tuple[Relation[Term], ...] = (
    *_list_sums(),
    *_list_balances(Column.TODAY, Column.CUMULATIVE),
    *_list_balances(Column.YESTERDAY, Column.BEFORE),
    *_list_limits(),
)
"""Everything that must hold between the figures of one bulletin."""
