"""From a rule and what happened to the duties it makes owed, each with its hours."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import count

from pratique.core.duties.evidence import Evidence, fits, order
from pratique.core.duties.rule import Days, Obligation, Protocol, Span, Until, Which, Window
from pratique.core.duties.vocabulary import LIVES, Kind

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@dataclass(slots=True)
class Slot:
    """One duty being worked out: when it is owed, and what has been counted for it so far.

    On time from `opens_at` to `overdue_at`, late before `closed_at` (None: as long as the subject's duties run, which
    `stop_at` ends). `day`: the local day (its ordinal) whose hours these are, where it has one. `suspended`: it falls due while the subject is away; `dropped`: the subject is back, and it is not
    owed any more.
    """

    obligation: Obligation
    edition: str
    key: str
    trigger: str
    day: int | None
    opens_at: datetime
    due_at: datetime
    overdue_at: datetime
    stop_at: datetime | None
    closed_at: datetime | None = None
    suspended: bool = False
    dropped: bool = False
    counted: list[Evidence] = field(default_factory=list)

    def full(self) -> bool:
        """Whether nothing more is needed."""
        return len(self.counted) >= self.obligation.proof.count


class Calendar:
    """Local dates and hours of a port as instants. Keeps what it has worked out: one day's hours are asked for
    thousands of travellers."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self._hours: dict[tuple[int, int, int], tuple[datetime, datetime]] = {}

    def date_of(self, instant: datetime) -> date:
        """The local date at an instant."""
        return instant.astimezone(self.zone).date()

    def hours(self, day: int, window: Window) -> tuple[datetime, datetime]:
        """When a window opens and closes on a local day (its ordinal), in UTC.

        Where a clock change swallows the window it keeps its length: it is moved, never lost.
        """
        asked = (day, window.opens, window.closes)
        known = self._hours.get(asked)
        if known is None:
            opens, closes = self._instant(day, window.opens), self._instant(day, window.closes)
            if closes <= opens:
                closes = opens + (window.closes - window.opens) * MINUTE
            known = self._hours[asked] = (opens, closes)
        return known

    def _instant(self, day: int, minutes: int) -> datetime:
        later, minutes = divmod(minutes, 1440)
        on = date.fromordinal(day + later)
        local = datetime(on.year, on.month, on.day, minutes // 60, minutes % 60, tzinfo=self.zone)
        return local.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Course:
    """What happened to one subject so far, by kind of record and in order; when it began; and its pauses (a pause that
    has not ended yet has no end)."""

    by_record: Mapping[str, list[Evidence]]
    began_at: datetime
    pauses: tuple[tuple[datetime, datetime | None], ...]

    def all_of(self, records: Iterable[str]) -> list[Evidence]:
        """The records of these kinds in the order they happened."""
        lists = [self.by_record[record] for record in records if record in self.by_record]
        if len(lists) == 1:
            return lists[0]
        return sorted((piece for pieces in lists for piece in pieces), key=order)


@dataclass(frozen=True, slots=True)
class _Start:
    """What makes a duty owed: the triggering record, the moment the port can begin to do it, and when it stops."""

    trigger: Evidence
    from_at: datetime
    stop_at: datetime | None


def course_of(*, kind: Kind, held: list[Evidence]) -> Course:
    """The course of a subject of this kind, from its standing records (at least one) in order."""
    life = LIVES[kind]
    by_record: dict[str, list[Evidence]] = {}
    pauses: list[tuple[datetime, datetime | None]] = []
    for piece in held:
        by_record.setdefault(piece.record, []).append(piece)
        paused = bool(pauses) and pauses[-1][1] is None
        if piece.record in life.suspends and not paused:
            pauses.append((piece.happened_at, None))
        elif piece.record in life.resumes and paused:
            pauses[-1] = (pauses[-1][0], piece.happened_at)
    began = by_record.get(life.begins, held)[0]
    return Course(by_record, began.happened_at, tuple(pauses))


def slots_of(
    *, obligation: Obligation, protocol: Protocol, course: Course, calendar: Calendar, now: datetime
) -> list[Slot]:
    """The duties that a rule makes owed by what has happened.

    A schedule without end is followed up to the first day that lies wholly ahead of `now`: when that day's first duty
    opens, one day more is listed.
    """
    slots: list[Slot] = []
    for start in _starts(obligation, course):
        if isinstance(obligation.schedule, Span):
            slot = _span_slot(obligation, obligation.schedule, protocol, start)
            _move(slot, obligation.schedule, course)
            slots.append(slot)
        else:
            slots.extend(_day_slots(obligation, obligation.schedule, protocol, start, calendar, now))
    return slots


def close(*, slots: list[Slot], course: Course) -> None:
    """Given all duties of one rule: move or drop what falls due in a pause, and say until when each can be made up.

    Several duties that fell due in one pause would all be owed at once when it ends; the last of them stands for all.
    """
    slots.sort(key=lambda slot: (slot.opens_at, slot.overdue_at, slot.key))
    pauses = () if slots and slots[0].obligation.in_pauses else course.pauses
    for began_at, ended_at in pauses:
        caught = [
            s for s in slots if began_at <= s.overdue_at and (ended_at is None or s.overdue_at < ended_at)
        ]
        for slot in caught:
            resume_minutes = slot.obligation.resume_minutes
            if ended_at is None or resume_minutes is None or slot is not caught[-1]:
                slot.suspended = True
                slot.dropped = ended_at is not None
            elif not slot.suspended:
                slot.due_at = ended_at + resume_minutes * MINUTE
                slot.overdue_at = slot.due_at + slot.obligation.grace_minutes * MINUTE
    for slot, following in zip(slots, slots[1:], strict=False):
        if slot.obligation.late_until is Until.NEXT:
            slot.closed_at = max(following.opens_at, slot.overdue_at)
    last = slots[-1] if slots else None
    if last is not None and last.obligation.late_until is Until.NEXT and _ends(last.obligation):
        # There is no next: it is missed for good when the same hours come round again.
        last.closed_at = max(last.opens_at + DAY, last.overdue_at)


def _ends(obligation: Obligation) -> bool:
    days = obligation.schedule
    return isinstance(days, Days) and (days.last_day is not None or not days.repeat_days)


def _starts(obligation: Obligation, course: Course) -> Iterator[_Start]:
    trigger = obligation.trigger
    found = course.all_of(trigger.pattern.records)
    if trigger.pattern.wants:
        found = [piece for piece in found if fits(pattern=trigger.pattern, evidence=piece)]
    if trigger.which is Which.FIRST:
        found = found[:1]
    elif trigger.which is Which.LAST:
        found = found[-1:]
    else:
        found = found[trigger.nth - 1 :: trigger.nth]
    stops = course.all_of(obligation.stops) if found else []
    for piece in found:
        at = piece.happened_at
        stop_at = next((s.happened_at for s in stops if s.happened_at >= at and s.id != piece.id), None)
        yield _Start(piece, max(at, course.began_at), stop_at)


def _span_slot(obligation: Obligation, span: Span, protocol: Protocol, start: _Start) -> Slot:
    at = start.trigger.happened_at
    due_at = at + span.within_minutes * MINUTE
    return Slot(
        obligation=obligation,
        edition=protocol.code,
        key=start.trigger.id if obligation.trigger.which is Which.EACH else "once",
        trigger=start.trigger.id,
        day=None,
        opens_at=at + span.opens_minutes * MINUTE,
        due_at=due_at,
        overdue_at=due_at + obligation.grace_minutes * MINUTE,
        stop_at=start.stop_at,
    )


def _move(slot: Slot, span: Span, course: Course) -> None:
    """Move the hours by the days that the latest such record says. Whoever learns of earlier hours has as long as ever from
    then on: nobody is late by the same word that says so."""
    moves = course.by_record.get(slot.obligation.moved_by)
    if not moves:
        return
    days = timedelta(days=float(moves[-1].attributes.get("days", 0)))
    hours = (span.within_minutes - span.opens_minutes) * MINUTE
    slot.opens_at += days
    slot.due_at = max(slot.due_at + days, moves[-1].happened_at + hours)
    slot.overdue_at = slot.due_at + slot.obligation.grace_minutes * MINUTE


def _day_slots(
    obligation: Obligation, days: Days, protocol: Protocol, start: _Start, calendar: Calendar, now: datetime
) -> Iterator[Slot]:
    zero = calendar.date_of(start.trigger.happened_at).toordinal() - protocol.first_day
    first = calendar.date_of(start.from_at).toordinal()
    soonest = start.from_at + days.least_minutes * MINUTE
    endless = days.repeat_days > 0 and days.last_day is None
    grace = obligation.grace_minutes * MINUTE
    prefix = f"{start.trigger.id}." if obligation.trigger.which is Which.EACH else ""
    for number in _numbers(days):
        any_owed = begun = False
        for window in days.windows:
            opens_at, due_at = calendar.hours(zero + number, window)
            if endless and start.stop_at is not None and opens_at >= start.stop_at:
                return
            if due_at < soonest:
                if days.repeat_days or zero + number < first:
                    continue
                due_at = soonest
            begun = begun or opens_at <= now
            any_owed = True
            name = f".{window.name}" if len(days.windows) > 1 else ""
            yield Slot(
                obligation=obligation,
                edition=protocol.code,
                key=f"{prefix}d{number}{name}",
                trigger=start.trigger.id,
                day=zero + number,
                opens_at=max(opens_at, start.from_at),
                due_at=due_at,
                overdue_at=due_at + grace,
                stop_at=start.stop_at,
            )
        if endless and any_owed and not begun:
            return


def _numbers(days: Days) -> Iterator[int]:
    rounds = count(0, days.repeat_days) if days.repeat_days else iter((0,))
    for passed in rounds:
        for day in days.days:
            if days.last_day is not None and passed + day > days.last_day:
                return
            yield passed + day
