"""The tables of a bulletin, laid down once for all its documents: titles, columns, rows with their raw cells.

A document decides how a cell looks; what stands in it, in which order and under which words, is decided here.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from pratique.core.bulletin.edition import Audience, Band, Bulletin, Cell, FlightLine, Line
from pratique.core.bulletin.figure import SECTION_NAMES, UNIT_NAMES, Column, Figure, Nature, Section
from pratique.core.bulletin.table import FIGURES, list_section
from pratique.formats.bulletin_words import (
    label,
    name_figure,
    name_objection,
    name_subject,
    pick,
    say,
    say_difference,
    say_short_day,
    say_time,
)
from pratique.formats.chart_palette import LATE, LOST, PLACES
from pratique.formats.words import Language

BLANK = ""
"""A cell that has no meaning: the total of a stock."""

NARROW_COLUMNS = 8
"""A table of more columns than this is wide: set smaller, or across."""

PEOPLE_HARMED = frozenset({"zero_missed", "zero_caused_case", "zero_infection"})
"""The zeros that are about people lost or harmed: red if they are none. The others are amber."""

Content = str | Cell | date | datetime


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its words, whether it holds numbers, and how wide it is beside the others."""

    title: str
    numeric: bool = False
    share: float = 1.0
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table in one language. `empty` is what is said instead when there are no rows."""

    key: str
    title: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Content, ...], ...]
    empty: str = ""


def show(*, content: Content, heading: Heading, bulletin: Bulletin, language: Language) -> str:
    """A cell as text."""
    if isinstance(content, str):
        return content
    if isinstance(content, datetime):
        return say_time(content, bulletin)
    if isinstance(content, date):
        return say_short_day(content, language)
    return say_difference(content) if heading.signed else say(content)


def list_figures(bulletin: Bulletin, section: Section, language: Language) -> Table:
    """The figures of one section."""
    rows = tuple(
        (pick(f.name, language), *_list_cells(f, bulletin), pick(UNIT_NAMES[f.unit], language))
        for f in list_section(section)
    )
    headings = (
        Heading(label("figure", language), share=2.6),
        Heading(label("today", language), numeric=True),
        Heading(label("yesterday", language), numeric=True),
        Heading(label("difference", language), numeric=True, signed=True),
        Heading(label("cumulative", language), numeric=True, share=1.2),
        Heading(label("unit", language), share=1.2),
    )
    return Table(section.value, pick(SECTION_NAMES[section], language), headings, rows)


def _list_cells(figure: Figure, bulletin: Bulletin) -> tuple[Content, ...]:
    line = bulletin.figures.get(figure.code, Line())
    cumulative: Content = line.cumulative if figure.nature is Nature.FLOW else BLANK
    return line.today, line.yesterday, line.difference, cumulative


def list_flights(bulletin: Bulletin, language: Language) -> Table:
    """The flights of the day; in a public edition no more of each than how many it brought."""
    named: tuple[Heading, ...] = (
        Heading(label("flight", language), share=1.5),
        Heading(label("origin", language), share=2.2),
        *(_narrow(label(key, language), numeric=False) for key in ("scheduled", "landed", "protection")),
    )
    headings: tuple[Heading, ...]
    if bulletin.audience is Audience.PUBLIC:
        headings = (*named, Heading(label("entered", language), numeric=True))
        rows = tuple((*_name_flight(f, language), f.landed) for f in bulletin.flights)
    else:
        counted = ("listed", "heads", "entered")
        places = (name_figure(f"people_{place}", language) for place in PLACES)
        headings = (
            *named,
            *(_narrow(label(key, language)) for key in counted),
            *(_narrow(place) for place in places),
            _narrow(name_figure("people_open", language)),
        )
        rows = tuple((*_name_flight(f, language), *_count_flight(f)) for f in bulletin.flights)
    title, empty = label("flights", language), label("no_flights", language)
    return Table("flights", title, headings, rows, empty)


def _narrow(title: str, *, numeric: bool = True) -> Heading:
    """A column no wider than its longest word, which must not be cut; Chinese may break anywhere."""
    longest = max(4 if ord(word[0]) > 0x2E80 else len(word) for word in title.split())
    return Heading(title, numeric=numeric, share=(max(longest, 4) + 1.5) / 7)


def _name_flight(flight: FlightLine, language: Language) -> tuple[Content, ...]:
    origin = pick(flight.origin_name, language) or flight.origin
    return flight.designator, origin, flight.scheduled_at, flight.landed_at, flight.protection or "—"


def _count_flight(flight: FlightLine) -> tuple[Content, ...]:
    where = flight.where
    places = tuple(getattr(where, place) if where is not None else None for place in PLACES)
    return flight.listed, flight.heads, flight.landed, *places, flight.open


def list_trips(bulletin: Bulletin, language: Language) -> Table:
    """Transfers of the day by destination."""
    headings = (
        Heading(label("destination", language), share=3),
        Heading(label("distance", language), share=1.4),
        Heading(label("trip_count", language), numeric=True),
        Heading(label("moved", language), numeric=True),
        Heading(label("km", language), numeric=True),
    )
    rows = tuple(
        (
            pick(trip.destination, language),
            label("long" if trip.long_distance else "local", language),
            trip.trips,
            trip.moved,
            trip.km,
        )
        for trip in bulletin.trips
    )
    return Table("trips", label("trips", language), headings, rows, label("no_trips", language))


def list_exits(bulletin: Bulletin, language: Language) -> Table:
    """The ways out of the loop."""
    headings = (
        Heading(label("exit", language), share=3),
        Heading(label("today", language), numeric=True),
        Heading(label("cumulative", language), numeric=True),
    )
    rows = tuple((pick(e.name, language), e.today, e.cumulative) for e in bulletin.exits)
    return Table("exits", label("exits", language), headings, rows)


def list_owners(bulletin: Bulletin, language: Language) -> Table:
    """Open and overdue duties by owner, the most overdue first."""
    headings = (
        Heading(label("owner", language), share=3),
        Heading(label("open", language), numeric=True),
        Heading(label("overdue", language), numeric=True),
        Heading(label("oldest", language), numeric=True, share=1.4),
    )
    rows: tuple[tuple[Content, ...], ...] = tuple(
        (pick(o.name, language), o.open, o.overdue, o.oldest_due_at if o.oldest_due_at else BLANK)
        for o in bulletin.owners
    )
    return Table("owners", label("owners", language), headings, rows, label("no_owners", language))


def list_corrections(bulletin: Bulletin, language: Language) -> Table:
    """Published figures that have changed since."""
    headings = (
        Heading(label("day", language)),
        Heading(label("figure", language), share=2),
        Heading(label("column", language)),
        Heading(label("was", language), numeric=True),
        Heading(label("now", language), numeric=True),
    )
    kinds = {Column.TODAY: "of_day", Column.CUMULATIVE: "of_total"}
    rows = tuple(
        (
            c.on,
            name_figure(c.code, language),
            label(kinds.get(c.column, "of_total"), language),
            c.was,
            c.now,
        )
        for c in bulletin.corrections
    )
    return Table(
        "corrections", label("corrections", language), headings, rows, label("no_corrections", language)
    )


def list_objections(bulletin: Bulletin, language: Language) -> Table:
    """What does not agree within the bulletin."""
    headings = (
        Heading(label("objection", language), share=1.4),
        Heading(label("subject", language)),
        Heading(label("because", language), share=3),
    )
    rows = tuple(
        (name_objection(o, language), name_subject(o, language), o.because) for o in bulletin.objections
    )
    return Table("objections", label("objections", language), headings, rows, label("consistent", language))


def list_days(bulletin: Bulletin, language: Language) -> Table:
    """The series, day by day."""
    headings = (
        Heading(label("day", language)),
        Heading(label("entered_today", language), numeric=True),
        Heading(label("left_today", language), numeric=True),
        Heading(label("entered_total", language), numeric=True),
        Heading(label("left_total", language), numeric=True),
    )
    rows = tuple((d.on, d.landed, d.exited, d.landed_so_far, d.exited_so_far) for d in bulletin.days)
    return Table("series", label("series", language), headings, rows)


def list_definitions(language: Language, section: Section | None = None) -> Table:
    """Every figure, or those of one section, with what it counts and where it is taken from."""
    headings = (
        Heading(label("figure", language), share=1.5),
        Heading(label("unit", language), share=0.9),
        Heading(label("definition", language), share=4),
        Heading(label("source", language), share=2),
        Heading(label("code", language), share=1.4),
    )
    rows = tuple(
        (
            pick(f.name, language),
            pick(UNIT_NAMES[f.unit], language),
            pick(f.definition, language),
            pick(f.source, language),
            f.code,
        )
        for f in FIGURES
        if section in (None, f.section)
    )
    return Table("definitions", label("definitions", language), headings, rows)


def has_bands(bulletin: Bulletin) -> bool:
    """Whether anything in the bulletin is given in bounds."""
    cells = [
        cell for line in bulletin.figures.values() for cell in (line.today, line.yesterday, line.cumulative)
    ]
    cells += [f.landed for f in bulletin.flights] + [t.moved for t in bulletin.trips]
    return any(isinstance(cell, Band) for cell in cells)


def is_nought(cell: Cell) -> bool:
    """A zero that is one: counted, and nothing found."""
    return isinstance(cell, int | Decimal) and cell == 0


def find_alarm(code: str) -> str:
    """The colour of a zero that is none."""
    return LOST if code in PEOPLE_HARMED else LATE
