"""Who is and was in which room, from the entries about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from pratique.core.custody.entry import Kind
from pratique.store import models
from pratique.store.rows import find_askers, read_names

CURRENT = """
SELECT DISTINCT ON (traveller_id) traveller_id, room_id, happened_at, seq FROM store_lodging
WHERE traveller_id = ANY(%(t)s) AND happened_at <= %(now)s
ORDER BY traveller_id, happened_at DESC, seq DESC
"""
GONE = """
WITH named AS (
    SELECT traveller, array_agg(name) AS names FROM unnest(%(t)s::uuid[], %(n)s::uuid[]) AS n (traveller, name)
    GROUP BY traveller
)
SELECT l.traveller_id, l.facility_id, l.room_id, e.left_at
FROM store_traveller t
LEFT JOIN named n ON n.traveller = t.id
CROSS JOIN LATERAL (SELECT * FROM store_lodging WHERE traveller_id = t.id ORDER BY happened_at DESC, seq DESC LIMIT 1) l
CROSS JOIN LATERAL (
    SELECT min(s.happened_at) AS left_at FROM store_scan s
    WHERE s.traveller_id = ANY (coalesce(n.names, ARRAY[t.id])) AND s.happened_at > l.happened_at AND s.custodian_id <> l.facility_id
      AND NOT EXISTS (SELECT FROM store_dispute d WHERE d.scan_id = s.id)
      AND NOT EXISTS (SELECT FROM store_annulment a WHERE a.scan_id = s.id)
      AND NOT EXISTS (SELECT FROM store_ruling r WHERE r.scan_id = s.id AND NOT r.believed)) e
WHERE t.room <> '' AND l.room_id IS NOT NULL AND e.left_at IS NOT NULL
"""
"""Whoever was seen elsewhere under any of their names (of those who have several), and nobody doubts it, after they were given a
room."""
SPANS = """
SELECT n.traveller, l.facility_id, r.code, r.floor, r.area, l.happened_at,
       lead(l.happened_at) OVER (PARTITION BY n.traveller ORDER BY l.happened_at, l.seq)
FROM unnest(%(t)s::uuid[], %(n)s::uuid[]) AS n (traveller, name)
JOIN store_lodging l ON l.traveller_id = n.name LEFT JOIN store_room r ON r.id = l.room_id
"""
"""Of whoever has several names in the book, the next room ends the one before whichever name it was given under."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Somebody in a room of a facility that they have left, and when."""

    traveller: UUID
    facility: UUID
    room: UUID
    left_at: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """Somebody was in a room from when until when (None: still); `area` is the part of its floor, if anybody said."""

    traveller: UUID
    facility: UUID
    room: str
    floor: int
    area: str
    since_at: datetime
    until_at: datetime | None


def list_held(*, facility: UUID) -> list[UUID]:
    """Whom a facility has by the book."""
    held = models.Position.objects.filter(holder_id=facility, inside=True)
    return sorted(held.values_list("traveller_id", flat=True))


def find_rooms(*, travellers: Iterable[UUID], now: datetime) -> dict[UUID, models.Room]:
    """Traveller → the room they are in, whichever of their wristbands it was given to; who is in none is not in it."""
    asked = find_askers(travellers)
    last: dict[UUID, tuple[datetime, int, UUID | None]] = {}
    with connection.cursor() as cursor:
        cursor.execute(CURRENT, {"t": list(asked), "now": now})
        for name, room, at, seq in cursor.fetchall():
            for one in asked[name]:
                last[one] = max(last.get(one, (at, seq, room)), (at, seq, room), key=lambda told: told[:2])
    found = {one: room for one, (_, _, room) in last.items() if room is not None}
    rooms = {
        row.id: row
        for row in models.Room.objects.select_related("facility").filter(id__in=set(found.values()))
    }
    return {traveller: rooms[room] for traveller, room in found.items()}


def is_empty(*, room: UUID, now: datetime) -> bool:
    """Whether nobody is in a room."""
    ever = set(models.Lodging.objects.filter(room_id=room).values_list("traveller_id", flat=True))
    return not any(row.id == room for row in find_rooms(travellers=ever, now=now).values())


def list_linked() -> set[UUID]:
    """Every wristband that a link joins to another."""
    pairs = models.Link.objects.values_list("traveller_id", "same_as_id")
    return {name for pair in pairs for name in pair}


def list_gone() -> list[Gone]:
    """Whoever has a room in a facility that they have left since, even if they have come back."""
    pairs = [(one, name) for one, own in read_names(list_linked()).items() for name in own]
    named = {"t": [one for one, _ in pairs], "n": [name for _, name in pairs]}
    with connection.cursor() as cursor:
        cursor.execute(GONE, named)
        return [Gone(traveller, facility, room, at) for traveller, facility, room, at in cursor.fetchall()]


def list_spans(*, travellers: Iterable[UUID]) -> list[Span]:
    """In which rooms these travellers were under any of their names, from when until when, the earliest first."""
    pairs = [(one, name) for one, own in read_names(travellers).items() for name in own]
    with connection.cursor() as cursor:
        cursor.execute(SPANS, {"t": [one for one, _ in pairs], "n": [name for _, name in pairs]})
        rows: Sequence[tuple[UUID, UUID, str | None, int, str, datetime, datetime | None]] = cursor.fetchall()
    found = [Span(t, f, room, *rest) for t, f, room, *rest in rows if room]
    return sorted(found, key=lambda span: (span.since_at, str(span.traveller)))


def list_along(
    *, spans: Iterable[Span], since_at: datetime, until_at: datetime, floor: bool = False
) -> list[UUID]:
    """Who had a room in the same parts of the same floors as these (or, with `floor`, anywhere on them), and may have been
    there in a span of time."""

    def place(facility: UUID, level: int, area: str) -> tuple[UUID, int, str]:
        return facility, level, "" if floor else area

    wanted = {place(span.facility, span.floor, span.area) for span in spans if floor or span.area}
    if not wanted:
        return []
    rows = models.Room.objects.select_related("facility").filter(
        facility_id__in={facility for facility, _, _ in wanted}
    )
    rooms = [row.id for row in rows if place(row.facility.id, row.floor, row.area) in wanted]
    ever = models.Lodging.objects.filter(room_id__in=rooms, happened_at__lte=until_at)
    people = set(ever.values_list("traveller_id", flat=True))
    return sorted(
        {
            span.traveller
            for span in list_spans(travellers=people)
            if place(span.facility, span.floor, span.area) in wanted
            and span.since_at <= until_at
            and (span.until_at is None or span.until_at >= since_at)
        }
    )


def list_facilities() -> list[models.Custodian]:
    """Facilities that are open, by code."""
    return list(
        models.Custodian.objects.filter(kind=Kind.FACILITY.value, closed_at__isnull=True).order_by("code")
    )
