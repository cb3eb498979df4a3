"""The tower's picture: where the people of each flight are, what is owed, what is not as it should be.

Nothing on it is typed in. It holds counts, never names: a figure opens into its people on a page of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from pratique.core.custody.entry import FlightId, Kind


class Stage(StrEnum):
    """Where a listed person can be: not yet in the book, or with a custodian of some kind; in the order of the loop."""

    EXPECTED = "expected"
    CABIN = Kind.CABIN.value
    HALL = Kind.HALL.value
    HOLDING = Kind.HOLDING.value
    TRIP = Kind.TRIP.value
    FACILITY = Kind.FACILITY.value
    HOSPITAL = Kind.HOSPITAL.value
    EXIT = Kind.EXIT.value


OPEN_STAGES = frozenset({Stage.EXPECTED, Stage.CABIN, Stage.HALL, Stage.HOLDING, Stage.TRIP})
"""Whoever is at one of these is an open name of their flight: it cannot be closed over them."""


class Zero(StrEnum):
    """The five zeros: what must not have happened."""

    MISSED = "missed"
    CAUSED = "caused_case"
    COMPLAINT = "complaint"
    INFECTION = "infection"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a bar: the people of one stage, drawn from `start_percent` for `width_percent`."""

    stage: Stage
    heads: int
    start_percent: float
    width_percent: float


@dataclass(frozen=True, slots=True)
class Row:
    """One flight. `heads` counts its people by stage (a stage with nobody may be left out).

    `unseen` are those past their custodian's limit, `disputed` those with a scan that waits for a ruling,
    `contested` those among them who seem to have arrived, `unmanifested` those on no list. `changed_at` is when
    anything of this row last changed.
    """

    flight: FlightId
    designator: str
    departure: str
    scheduled_at: datetime
    estimated_at: datetime | None = None
    landed_at: datetime | None = None
    closed_at: datetime | None = None
    protection: str = ""
    heads: Mapping[Stage, int] = field(default_factory=dict)
    unseen: int = 0
    disputed: int = 0
    contested: int = 0
    unmanifested: int = 0
    changed_at: datetime | None = None

    @property
    def arrives_at(self) -> datetime:
        """When it landed, or is expected to, by the latest word."""
        return self.landed_at or self.estimated_at or self.scheduled_at

    @property
    def total(self) -> int:
        """Everybody of this flight, wherever they are."""
        return sum(self.heads.values())

    @property
    def open(self) -> int:
        """How many must still be brought to where they belong, or may not be where they seem to be."""
        return sum(heads for stage, heads in self.heads.items() if stage in OPEN_STAGES) + self.contested

    @property
    def settled(self) -> bool:
        """It landed and nobody of it is open."""
        return self.landed_at is not None and self.open == 0

    @property
    def segments(self) -> list[Segment]:
        """Its bar, split by place."""
        return split(heads=self.heads)


@dataclass(frozen=True, slots=True, order=True)
class Owed:
    """Duties of one post: how many are overdue, how many fall due next, and how many of others it was told of."""

    owner: str
    overdue: int = 0
    due_soon: int = 0
    told_of: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Exceptional:
    """Something somebody must settle: what (`code`), about whom or which scan, since when."""

    since_at: datetime
    code: str
    subject: str
    flight: FlightId | None = None


@dataclass(frozen=True, slots=True)
class Tower:
    """Everything the duty commander sees at one moment."""

    rows: Mapping[FlightId, Row] = field(default_factory=dict)
    zeros: Mapping[Zero, int] = field(default_factory=dict)
    owed: Mapping[str, Owed] = field(default_factory=dict)
    exceptions: frozenset[Exceptional] = frozenset()

    @property
    def open(self) -> int:
        """Open names of every flight that has landed: the largest figure on the wall."""
        return sum(row.open for row in self.rows.values() if row.landed_at is not None)

    def list_working(self) -> list[Row]:
        """Landed and not settled: the longest on the ground first, because they have waited longest."""
        working = [r for r in self.rows.values() if r.landed_at is not None and not r.settled]
        return sorted(working, key=lambda r: (r.arrives_at, r.designator))

    def list_settled(self) -> list[Row]:
        """Landed, nobody open: the latest first."""
        settled = [r for r in self.rows.values() if r.settled]
        return sorted(settled, key=lambda r: (r.arrives_at, r.designator), reverse=True)

    def list_arriving(self, *, now: datetime, within: timedelta) -> list[Row]:
        """Not landed and expected before `now` + `within`, those that are late included, the next first."""
        arriving = [r for r in self.rows.values() if r.landed_at is None and r.arrives_at <= now + within]
        return sorted(arriving, key=lambda r: (r.arrives_at, r.designator))

    def list_owed(self) -> list[Owed]:
        """Posts with duties overdue or due soon, or that were told of others', the most overdue first."""
        owing = [o for o in self.owed.values() if o.overdue or o.due_soon or o.told_of]
        return sorted(owing, key=lambda o: (-o.overdue, -o.told_of, -o.due_soon, o.owner))


def split(*, heads: Mapping[Stage, int], percent_min: float = 6.0) -> list[Segment]:
    """A bar of 100 per cent in the order of the loop, in which even one single person can be seen.

    Every stage with somebody gets at least `percent_min` (at most an equal share); what is left is shared by heads.
    """
    present = [(stage, heads[stage]) for stage in Stage if heads.get(stage, 0) > 0]
    if not present:
        return []
    least = min(percent_min, 100 / len(present))
    widths = _share(weights=[count for _, count in present], least=least)
    segments, start = [], 0.0
    for (stage, count), width in zip(present, widths, strict=True):
        segments.append(Segment(stage, count, start, width))
        start += width
    return segments


def _share(*, weights: Sequence[int], least: float) -> list[float]:
    """100 divided by weight, but nobody below `least`: whoever would be is set to it and the rest shared again."""
    raised: set[int] = set()
    while True:
        free = 100 - least * len(raised)
        weight = sum(w for i, w in enumerate(weights) if i not in raised)
        widths = [least if i in raised else free * w / weight for i, w in enumerate(weights)]
        below = {i for i, width in enumerate(widths) if i not in raised and width < least}
        if not below:
            return widths
        raised |= below
