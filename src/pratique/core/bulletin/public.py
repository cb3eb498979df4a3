"""The edition that may leave the house: no records, no single flight's whereabouts, small numbers as bands.

A number of people below five can point at a person. Hiding the cell alone hides nothing if it can be worked out from
the total and its neighbours; so as many more cells are blurred as it takes that no reader who knows how the figures
hang together can name a blurred one. The totals of sensitive figures are bands throughout: printed exactly day after
day, the difference of two would be the small number.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from pratique.core.answers import Objection
from pratique.core.bulletin.edition import (
    Audience,
    Band,
    Bulletin,
    Cell,
    Correction,
    FlightLine,
    Line,
    TripLine,
    Value,
)
from pratique.core.bulletin.figure import Column
from pratique.core.bulletin.relation import RELATIONS, Relation, find_bounds, narrow
from pratique.core.bulletin.table import BY_CODE

Key = TypeVar("Key", bound=Hashable)

SMALL = 5
"""Numbers of people from 1 up to, not including, this are not published."""


def make_public(*, bulletin: Bulletin) -> Bulletin:
    """The public edition of an internal bulletin; a public one is returned as it is."""
    if bulletin.audience is Audience.PUBLIC:
        return bulletin
    figures = _blur_figures(bulletin)
    return replace(
        bulletin,
        audience=Audience.PUBLIC,
        figures=figures,
        flights=_blur_flights(bulletin),
        trips=_blur_trips(bulletin),
        exits=(),
        corrections=tuple(_blur_correction(c) for c in bulletin.corrections),
        objections=tuple(Objection(o.code, o.subject) for o in bulletin.objections),
    )


def find_band(value: int) -> Band:
    """The band of five a number is in; nought is no band."""
    start = value // SMALL * SMALL
    return Band(max(start, 1), start + SMALL - 1)


def protect(
    *,
    cells: Mapping[Key, Cell],
    hidden: Iterable[Key],
    relations: Iterable[Relation[Key]],
    fixed: frozenset[Key] = frozenset(),
) -> dict[Key, Cell]:
    """Blur the hidden cells, and as many others as keep each of them from being worked out.

    The next to be blurred is the smallest number that stands in a relation with a cell that could still be named;
    `fixed` cells are known from elsewhere and cannot be.
    """
    relations = list(relations)
    blurred = dict(cells)
    for key in hidden:
        blurred[key] = _blur(blurred[key])
    while True:
        bounds = narrow(relations=relations, cells=blurred)
        named = {k for k, cell in blurred.items() if isinstance(cell, Band) and bounds[k][0] == bounds[k][1]}
        beside = [
            key
            for relation in relations
            if named & {*relation.left, *relation.right}
            for key in (*relation.right, *relation.left)
            if key not in fixed and _can_blur(blurred.get(key))
        ]
        if not beside:
            return blurred
        nearest = min(beside, key=lambda k: find_bounds(blurred[k]))
        blurred[nearest] = _blur(blurred[nearest])


def _can_blur(cell: Cell) -> bool:
    return isinstance(cell, int) and cell > 0


def _blur(cell: Cell) -> Cell:
    return find_band(cell) if isinstance(cell, int) and cell > 0 else cell


def _is_small(cell: Cell) -> bool:
    return isinstance(cell, int) and 0 < cell < SMALL


def _blur_figures(bulletin: Bulletin) -> dict[str, Line]:
    """`before` is not given at all: it is printed nowhere, and would be one more equation."""
    columns = (Column.TODAY, Column.YESTERDAY, Column.CUMULATIVE)
    cells = {
        (code, column): line.cell(column) for code, line in bulletin.figures.items() for column in columns
    }
    hidden = [
        (code, column)
        for (code, column), cell in cells.items()
        if BY_CODE[code].sensitive and (column is Column.CUMULATIVE or _is_small(cell))
    ]
    blurred = protect(cells=cells, hidden=hidden, relations=RELATIONS)
    return {
        code: Line(
            today=blurred[code, Column.TODAY],
            yesterday=blurred[code, Column.YESTERDAY],
            difference=line.difference if _is_exact(code, blurred) else None,
            cumulative=blurred[code, Column.CUMULATIVE],
        )
        for code, line in bulletin.figures.items()
    }


def _is_exact(code: str, cells: Mapping[tuple[str, Column], Cell]) -> bool:
    return not any(isinstance(cells[code, c], Band) for c in (Column.TODAY, Column.YESTERDAY))


def _blur_flights(bulletin: Bulletin) -> tuple[FlightLine, ...]:
    """Of each flight only how many it brought; a column of places by flight would point at families."""
    blurred = _blur_column([flight.landed for flight in bulletin.flights])
    return tuple(
        FlightLine(
            id="",
            designator=flight.designator,
            origin=flight.origin,
            scheduled_at=flight.scheduled_at,
            landed_at=flight.landed_at,
            protection=flight.protection,
            origin_name=flight.origin_name,
            landed=landed,
        )
        for flight, landed in zip(bulletin.flights, blurred, strict=True)
    )


def _blur_trips(bulletin: Bulletin) -> tuple[TripLine, ...]:
    """Few people to a small prefecture are known there by name."""
    blurred: list[TripLine] = []
    for long_distance in (False, True):
        trips = [trip for trip in bulletin.trips if trip.long_distance is long_distance]
        moved = _blur_column([trip.moved for trip in trips])
        blurred += [replace(trip, moved=cell) for trip, cell in zip(trips, moved, strict=True)]
    return tuple(blurred)


def _blur_column(column: list[Cell]) -> list[Cell]:
    """The small cells of a column whose exact sum everybody knows, and what else that takes."""
    total: Value = 0
    for cell in column:
        total += cell if isinstance(cell, Value) else 0
    rows = tuple(range(len(column)))
    blurred = protect(
        cells={-1: total, **dict(enumerate(column))},
        hidden=[row for row in rows if _is_small(column[row])],
        relations=[Relation((-1,), rows)],
        fixed=frozenset({-1}),
    )
    return [blurred[row] for row in rows]


def _blur_correction(correction: Correction) -> Correction:
    if not BY_CODE[correction.code].sensitive:
        return correction
    return replace(correction, was=_blur(correction.was), now=_blur(correction.now))
