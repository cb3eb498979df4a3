"""Whether a bulletin can be true: its figures hold against one another, its tables against its figures, and its totals
against the bulletin of the day before.

What is objected to is told in codes, numbers and signs: the same in every language, put into words by whoever shows it.
Cells given in bounds are reckoned with as bounds, so that a public edition can be checked as well, by anybody.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal

from pratique.core.answers import Objection
from pratique.core.bulletin.edition import (
    Band,
    Bulletin,
    Cell,
    Correction,
    FlightLine,
    Value,
    subtract,
)
from pratique.core.bulletin.figure import Column, Nature
from pratique.core.bulletin.relation import INFINITE, RELATIONS, Relation, Term, add_bounds, can_hold
from pratique.core.bulletin.table import FIGURES


def check(*, bulletin: Bulletin, previous: Bulletin | None = None) -> list[Objection]:
    """Every objection to the bulletin; an empty list means that nothing in it contradicts anything else in it.

    With `previous` (as it was published) also that its totals carry on where that one stopped, or say why not.
    """
    return [
        *_find_gaps(bulletin),
        *_hold_relations(bulletin),
        *_hold_differences(bulletin),
        *_hold_flights(bulletin),
        *_hold_tables(bulletin),
        *_hold_days(bulletin),
        *(_hold_previous(bulletin, previous) if previous is not None else ()),
    ]


def _find_gaps(bulletin: Bulletin) -> list[Objection]:
    """A figure that nobody counted is not nought; a number below nought is not a count."""
    found = []
    for figure in FIGURES:
        line = bulletin.figures.get(figure.code)
        if line is None or line.today is None:
            found.append(Objection("bulletin_not_counted", figure.code))
            continue
        for column in Column:
            cell = line.cell(column)
            if isinstance(cell, Value) and cell < 0:
                found.append(Objection("bulletin_negative", figure.code, f"{column} {cell} < 0"))
    return found


def _hold_relations(bulletin: Bulletin) -> list[Objection]:
    cells = {
        (code, column): line.cell(column) for code, line in bulletin.figures.items() for column in Column
    }
    return [
        Objection("bulletin_sum_differs", relation.left[0][0], describe(relation, cells))
        for relation in RELATIONS
        if not can_hold(relation=relation, cells=cells)
    ]


def describe(relation: Relation[Term], cells: Mapping[Term, Cell]) -> str:
    """A relation with its figures filled in, in signs that need no translation."""

    def side(terms: Iterable[Term]) -> str:
        return " + ".join(f"{code}.{column} {_say(cells.get((code, column)))}" for code, column in terms)

    return f"{side(relation.left)} {'>' if relation.at_most else '≠'} {side(relation.right)}"


def _say(cell: Cell) -> str:
    return _say_bounds(*add_bounds([cell]))


def _say_bounds(low: Value, high: Value) -> str:
    return str(low) if low == high else f"{low}–{high}"


def _hold_differences(bulletin: Bulletin) -> list[Objection]:
    return [
        Objection("bulletin_difference_wrong", code, f"{line.today} − {line.yesterday} ≠ {line.difference}")
        for code, line in bulletin.figures.items()
        if isinstance(line.today, Value)
        and isinstance(line.yesterday, Value)
        and line.difference is not None
        and line.today - line.yesterday != line.difference
    ]


def _hold_flights(bulletin: Bulletin) -> list[Objection]:
    """Each flight balances, and belongs to the day."""
    found = []
    for flight in bulletin.flights:
        subject = flight.designator
        if (
            flight.landed_at is not None
            and flight.landed_at.astimezone(bulletin.cut_at.tzinfo).date() != bulletin.on
        ):
            found.append(
                Objection(
                    "bulletin_flight_of_another_day", subject, flight.landed_at.isoformat(timespec="minutes")
                )
            )
        if flight.where is not None:
            found += _hold_flight(flight, subject)
    return found


def _hold_flight(flight: FlightLine, subject: str) -> list[Objection]:
    where = flight.where
    if where is None:
        return []
    found = []
    if flight.landed != where.landed:
        because = f"landed {flight.landed} ≠ where {where.landed}"
        found.append(Objection("bulletin_flight_unbalanced", subject, because))
    if flight.listed is not None and flight.unlisted is not None:
        owed = flight.listed + flight.unlisted
        if owed != where.total:
            because = f"listed {flight.listed} + unlisted {flight.unlisted} ≠ where {where.total}"
            found.append(Objection("bulletin_flight_unbalanced", subject, because))
    under_way = where.cabin + where.hall + where.holding + where.trip
    can_be_open = range(under_way, under_way + where.expected + 1)
    if flight.landed_at is not None and flight.open is not None and flight.open not in can_be_open:
        because = f"open {flight.open} ∉ {under_way}…{under_way + where.expected}"
        found.append(Objection("bulletin_flight_unbalanced", subject, because))
    return found


def _hold_tables(bulletin: Bulletin) -> list[Objection]:
    """Every table adds up to the figure it is a table of."""
    found = []
    for code, column, cells in _list_tables(bulletin):
        line = bulletin.figures.get(code)
        cell = line.cell(column) if line else None
        table = add_bounds(cells)
        low, high = add_bounds([cell])
        if not (table[0] <= high and low <= table[1]):
            because = f"{column} {_say(cell)} ≠ Σ {_say_bounds(*table)}"
            found.append(Objection("bulletin_table_differs", code, because))
    return found


def _list_tables(bulletin: Bulletin) -> list[tuple[str, Column, list[Cell]]]:
    """The tables a bulletin has: which figure in which column, and the cells that make it up."""
    flights = [f for f in bulletin.flights if f.landed_at is not None]
    tables: list[tuple[str, Column, list[Cell]]] = [("flights_landed", Column.TODAY, [len(flights)])]
    tables.append(
        ("people_landed", Column.TODAY, [*(f.landed for f in flights), _find_apart(bulletin, flights)])
    )
    if all(f.where is not None for f in bulletin.flights):
        expected: list[Cell] = [f.where.expected for f in bulletin.flights if f.where is not None]
        tables.append(("people_expected", Column.TODAY, expected))
    for long_distance, distance in ((False, "local"), (True, "long")):
        trips = [t for t in bulletin.trips if t.long_distance is long_distance]
        tables.append((f"trips_{distance}", Column.TODAY, [t.trips for t in trips]))
        tables.append((f"moved_{distance}", Column.TODAY, [t.moved for t in trips]))
        tables.append((f"km_{distance}", Column.TODAY, [t.km for t in trips]))
    if bulletin.exits:
        tables.append(("people_exited", Column.TODAY, [e.today for e in bulletin.exits]))
        tables.append(("people_exited", Column.CUMULATIVE, [e.cumulative for e in bulletin.exits]))
    tables.append(("duties_open", Column.TODAY, [o.open for o in bulletin.owners]))
    tables.append(("duties_overdue", Column.TODAY, [o.overdue for o in bulletin.owners]))
    return tables


def _find_apart(bulletin: Bulletin, flights: Iterable[FlightLine]) -> Cell:
    """Whoever was on no list and came off no known flight: they stand in the figure and in no row."""
    line = bulletin.figures.get("people_unlisted")
    low, high = add_bounds([line.today if line else 0])
    known = [f.unlisted for f in flights]
    of_flights = sum(u for u in known if u is not None)
    at_most = max(high - of_flights, 0)
    at_least = max(low - of_flights, 0) if None not in known else 0
    if at_most == INFINITE:
        return None
    return at_most if at_least == at_most else Band(int(at_least), int(at_most))


def _hold_days(bulletin: Bulletin) -> list[Objection]:
    """The series runs without a gap up to the day, each total is the one before plus the day, the last is the figure."""
    found = []
    for earlier, later in zip(bulletin.days, bulletin.days[1:], strict=False):
        landed, exited = earlier.landed_so_far + later.landed, earlier.exited_so_far + later.exited
        if later.on - earlier.on != timedelta(days=1) or (landed, exited) != (
            later.landed_so_far,
            later.exited_so_far,
        ):
            found.append(
                Objection("bulletin_series_broken", later.on.isoformat(), f"≠ {earlier.on.isoformat()} + 1")
            )
    if bulletin.days:
        last = bulletin.days[-1]
        for code, total in (("people_landed", last.landed_so_far), ("people_exited", last.exited_so_far)):
            line = bulletin.figures.get(code)
            if (
                last.on == bulletin.on
                and line
                and isinstance(line.cumulative, Value)
                and line.cumulative != total
            ):
                because = f"cumulative {line.cumulative} ≠ Σ {total}"
                found.append(Objection("bulletin_series_broken", code, because))
    return found


def _hold_previous(bulletin: Bulletin, previous: Bulletin) -> list[Objection]:
    """The total up to yesterday is the one that was published yesterday, changed by the corrections listed."""
    if previous.port.code != bulletin.port.code:
        return [Objection("bulletin_other_port", previous.port.code, f"≠ {bulletin.port.code}")]
    if previous.on != bulletin.on - timedelta(days=1):
        return []
    found = []
    for figure in FIGURES:
        if figure.nature is not Nature.FLOW or figure.parts:
            continue
        then, now = previous.figures.get(figure.code), bulletin.figures.get(figure.code)
        if then is None or now is None:
            continue
        was, is_now = then.cumulative, now.before
        corrected = _correct(
            was, [c for c in bulletin.corrections if c.code == figure.code and c.on <= previous.on]
        )
        if isinstance(corrected, Value) and isinstance(is_now, Value) and corrected != is_now:
            because = f"before {is_now} ≠ {previous.on.isoformat()} cumulative {corrected}"
            found.append(Objection("bulletin_jump", figure.code, because))
    return found


def _correct(was: Cell, corrections: Iterable[Correction]) -> Cell:
    """A published total after the corrections: one of the total itself replaces it, those of days are added."""
    corrections = list(corrections)
    total = next((c.now for c in corrections if c.column is Column.CUMULATIVE), None)
    if total is not None:
        return total
    if not isinstance(was, int | Decimal):
        return was
    return was + sum(subtract(c.now, c.was) for c in corrections)
