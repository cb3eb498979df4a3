"""The bulletin as a value: what is printed, what `figures.json` holds, what the next day is compared with."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from pratique.core.answers import Objection
from pratique.core.bulletin.figure import Column
from pratique.core.duties.vocabulary import Words

Value = int | Decimal
"""A counted number. Kilometres are decimals of 0.1, so that sums are exact; all else is whole."""


@dataclass(frozen=True, slots=True)
class Band:
    """A value that is given in bounds only, both included."""

    at_least: int
    at_most: int


Cell = Value | Band | None
"""What stands in a table: a value, bounds, or None for what nobody counted."""


def subtract(minuend: Cell, subtrahend: Cell) -> Value:
    """The difference of two counted cells; 0 where one of them is not a value."""
    if isinstance(minuend, Value) and isinstance(subtrahend, Value):
        return minuend - subtrahend
    return 0


class Audience(StrEnum):
    """Whom an edition is for."""

    INTERNAL = "internal"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Port:
    """The port and who publishes."""

    code: str
    name: Words
    issuer: Words


@dataclass(frozen=True, slots=True)
class Line:
    """One figure. `before` is the total up to yesterday; `records` are ids of what was counted, where they are few."""

    today: Cell = None
    yesterday: Cell = None
    difference: Cell = None
    before: Cell = None
    cumulative: Cell = None
    records: tuple[str, ...] = ()

    def cell(self, column: Column) -> Cell:
        """The cell of a column."""
        cells = {
            Column.TODAY: self.today,
            Column.YESTERDAY: self.yesterday,
            Column.BEFORE: self.before,
            Column.CUMULATIVE: self.cumulative,
        }
        return cells[column]


@dataclass(frozen=True, slots=True)
class Where:
    """How many people of one flight are at each place; `expected` are on its list and not in the book."""

    expected: int = 0
    cabin: int = 0
    hall: int = 0
    holding: int = 0
    trip: int = 0
    facility: int = 0
    hospital: int = 0
    exit: int = 0

    @property
    def total(self) -> int:
        """Everybody of the flight."""
        return sum(getattr(self, f.name) for f in fields(self))

    @property
    def landed(self) -> int:
        """Everybody of the flight who is in the book."""
        return self.total - self.expected


@dataclass(frozen=True, slots=True)
class FlightLine:
    """One flight of the day. `listed` is whoever the list in force names or an earlier one put into the book,
    `heads` the count at the aircraft door.

    `landed` are its travellers in the book, `unlisted` those of them on no list, `open` those not yet where they
    belong. A public edition gives no more of a flight than `landed`.
    """

    id: str
    designator: str
    origin: str
    scheduled_at: datetime
    landed_at: datetime | None = None
    protection: str = ""
    origin_name: Words = Words("", "")
    landed: Cell = 0
    listed: int | None = None
    heads: int | None = None
    unlisted: int | None = None
    open: int | None = None
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class TripLine:
    """The trips of the day to one destination."""

    destination: Words
    long_distance: bool
    trips: int
    moved: Cell
    km: Value


@dataclass(frozen=True, slots=True)
class ExitLine:
    """One way out of the loop: who took it on the day, and since the first day."""

    code: str
    name: Words
    today: Cell
    cumulative: Cell


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """The duties of one owner. `oldest_due_at` is the earliest deadline that has passed."""

    owner: str
    name: Words
    open: int
    overdue: int
    oldest_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of the series: what it added, and the totals at its end."""

    on: date
    landed: int
    exited: int
    landed_so_far: int
    exited_so_far: int


@dataclass(frozen=True, slots=True)
class ProtocolLine:
    """A protocol in force on the day."""

    code: str
    edition: str
    title: Words
    jurisdiction: str
    in_force_on: date


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal under which the figures were counted: segment number, entries sealed so far, Merkle root and chain."""

    segment: int
    entries: int
    root: str
    chain: str
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class Correction:
    """A published figure that has changed: what it said for `on`, and what is counted for that day now."""

    on: date
    code: str
    column: Column
    was: Cell
    now: Cell


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A day's bulletin.

    `cut_at` is the instant at which everything was counted, in the port's own time zone; `first_on` the day from
    which cumulative figures run; `figures` are keyed by code, in the order of `table.FIGURES`; `proofs` say how
    often each proof of the ledger objects; `objections` are what does not agree within the bulletin itself.
    """

    port: Port
    on: date
    first_on: date
    cut_at: datetime
    revision: int = 1
    audience: Audience = Audience.INTERNAL
    figures: Mapping[str, Line] = field(default_factory=dict)
    flights: tuple[FlightLine, ...] = ()
    trips: tuple[TripLine, ...] = ()
    exits: tuple[ExitLine, ...] = ()
    owners: tuple[OwnerLine, ...] = ()
    days: tuple[DayLine, ...] = ()
    proofs: Mapping[str, int] = field(default_factory=dict)
    protocols: tuple[ProtocolLine, ...] = ()
    seal: Seal | None = None
    corrections: tuple[Correction, ...] = ()
    objections: tuple[Objection, ...] = ()
