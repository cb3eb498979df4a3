"""One event onto a picture.

Whoever keeps a picture and hears of every event has the same picture as whoever reads it afresh. An event about a
flight that the picture does not show changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from pratique.core.boards.picture import Exceptional, Owed, Row, Stage, Tower, Zero
from pratique.core.custody.entry import FlightId


@dataclass(frozen=True, slots=True)
class Added:
    """A flight is new on the board, or everything about it is told again."""

    row: Row


@dataclass(frozen=True, slots=True)
class Timed:
    """A flight's times: estimated, landed, closed."""

    flight: FlightId
    at: datetime
    estimated_at: datetime | None = None
    landed_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """`heads` people of a flight went from one stage to another; None stands for outside the book (a list that
    names them, a list that drops them)."""

    flight: FlightId
    giver: Stage | None
    receiver: Stage | None
    at: datetime
    heads: int = 1


@dataclass(frozen=True, slots=True)
class Marked:
    """More or fewer of a flight's people are unseen, disputed, contested or unmanifested."""

    flight: FlightId
    at: datetime
    unseen: int = 0
    disputed: int = 0
    contested: int = 0
    unmanifested: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """One of the five zeros rose, or fell because an entry was corrected."""

    zero: Zero
    more: int = 1


@dataclass(frozen=True, slots=True)
class Fell:
    """Duties of an owner became overdue or due soon (or, negative, no longer are)."""

    owner: str
    overdue: int = 0
    due_soon: int = 0


@dataclass(frozen=True, slots=True)
class Raised:
    """Something that somebody must settle."""

    exception: Exceptional


@dataclass(frozen=True, slots=True)
class Settled:
    """It is settled."""

    exception: Exceptional


Key = TypeVar("Key")
Event = Added | Timed | Moved | Marked | Counted | Fell | Raised | Settled


def apply(tower: Tower, event: Event) -> Tower:
    """The picture after this event."""
    match event:
        case Added(row):
            return replace(tower, rows={**tower.rows, row.flight: row})
        case Counted(zero, more):
            return replace(tower, zeros=_add(tower.zeros, zero, more))
        case Fell(owner, overdue, due_soon):
            owed = tower.owed.get(owner, Owed(owner))
            owed = replace(owed, overdue=owed.overdue + overdue, due_soon=owed.due_soon + due_soon)
            return replace(tower, owed={**tower.owed, owner: owed})
        case Raised(exception):
            return replace(tower, exceptions=tower.exceptions | {exception})
        case Settled(exception):
            return replace(tower, exceptions=tower.exceptions - {exception})
        case Timed() | Moved() | Marked():
            shown = tower.rows.get(event.flight)
            if shown is None:
                return tower
            return replace(tower, rows={**tower.rows, event.flight: _apply_row(shown, event)})


def _apply_row(row: Row, event: Timed | Moved | Marked) -> Row:
    changed_at = max(row.changed_at, event.at) if row.changed_at else event.at
    match event:
        case Timed():
            return replace(
                row,
                changed_at=changed_at,
                estimated_at=event.estimated_at or row.estimated_at,
                landed_at=event.landed_at or row.landed_at,
                closed_at=event.closed_at or row.closed_at,
            )
        case Marked():
            return replace(
                row,
                changed_at=changed_at,
                unseen=row.unseen + event.unseen,
                disputed=row.disputed + event.disputed,
                contested=row.contested + event.contested,
                unmanifested=row.unmanifested + event.unmanifested,
            )
        case Moved():
            heads = row.heads
            if event.giver is not None:
                heads = _add(heads, event.giver, -event.heads)
            if event.receiver is not None:
                heads = _add(heads, event.receiver, event.heads)
            return replace(row, changed_at=changed_at, heads=heads)


def _add(counts: Mapping[Key, int], key: Key, more: int) -> dict[Key, int]:
    """The counts with one of them changed; a count of nought is left out, so that equal pictures are equal."""
    changed = {**counts, key: counts.get(key, 0) + more}
    return {k: v for k, v in changed.items() if v}
