"""Who shared air: travellers and staff who were with a custodian while somebody else was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from pratique.core.custody.entry import Kind
from pratique.store import models

LOOK_BACK = {
    Kind.HALL: timedelta(hours=12),
    Kind.HOLDING: timedelta(hours=12),
    Kind.FACILITY: timedelta(days=30),
    Kind.HOSPITAL: timedelta(days=30),
}
"""Whoever was with a custodian when a span began was seen there by it within so long before, or is there still. A cabin or a
trip is one event: all of it counts. Who went unseen for longer and then left is on the list of the missed."""
EVER = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Hold:
    """Somebody was with a custodian for a span; of a facility only those of `room` are asked for (None: everybody)."""

    custodian: UUID
    kind: Kind
    since_at: datetime
    until_at: datetime
    room: str | None = None


_HELD = """
WITH held AS (
    SELECT * FROM unnest(%(custodians)s::uuid[], %(since)s::timestamptz[], %(until)s::timestamptz[], %(back)s::timestamptz[],
                         %(rooms)s::text[])
        WITH ORDINALITY AS h (custodian_id, since_at, until_at, back_at, room, number)
)"""
BESIDE = (
    _HELD
    + """, seen AS (
    SELECT h.number, s.traveller_id, max(s.happened_at) AS last_at
    FROM held h JOIN store_scan s
        ON s.custodian_id = h.custodian_id AND s.happened_at >= h.back_at AND s.happened_at <= h.until_at
    WHERE h.room IS NULL
    GROUP BY h.number, s.traveller_id
    UNION ALL
    SELECT h.number, t.id, s.last_at
    FROM held h JOIN store_traveller t ON t.room = h.room AND t.room <> ''
    CROSS JOIN LATERAL (
        SELECT max(happened_at) FILTER (WHERE custodian_id = h.custodian_id) AS last_at FROM store_scan
        WHERE traveller_id = t.id AND happened_at >= h.back_at AND happened_at <= h.until_at
    ) s
    WHERE s.last_at IS NOT NULL
), gone AS (
    SELECT b.traveller_id
    FROM (SELECT s.traveller_id, max(s.last_at) AS last_at, min(h.since_at) AS since_at
          FROM seen s JOIN held h USING (number)
          GROUP BY s.traveller_id HAVING bool_and(s.last_at < h.since_at)) b
    WHERE EXISTS (SELECT FROM store_scan e
                  WHERE e.traveller_id = b.traveller_id AND e.happened_at > b.last_at AND e.recorded_at <= b.since_at
                    AND NOT EXISTS (SELECT FROM store_dispute d WHERE d.scan_id = e.id)
                    AND NOT EXISTS (SELECT FROM store_annulment a WHERE a.scan_id = e.id)
                    AND NOT EXISTS (SELECT FROM store_ruling r WHERE r.scan_id = e.id))
)
SELECT traveller_id FROM seen
EXCEPT
SELECT traveller_id FROM gone
UNION
SELECT a.traveller_id FROM held h JOIN store_admission a ON a.flight_id = h.custodian_id WHERE h.room IS NULL
UNION
SELECT p.traveller_id FROM held h JOIN store_position p
    ON p.holder_id = h.custodian_id AND p.inside AND p.since_at <= h.until_at WHERE h.room IS NULL
UNION
SELECT t.id FROM held h JOIN store_traveller t ON t.room = h.room AND t.room <> ''
JOIN store_position p ON p.traveller_id = t.id AND p.holder_id = h.custodian_id AND p.inside AND p.since_at <= h.until_at
UNION
SELECT l.traveller_id FROM held h JOIN store_room m ON m.facility_id = h.custodian_id AND m.code = h.room
JOIN store_lodging l ON l.room_id = m.id AND l.happened_at <= h.until_at
WHERE NOT EXISTS (SELECT FROM store_lodging e
                  WHERE e.traveller_id = l.traveller_id AND e.happened_at > l.happened_at AND e.happened_at < h.since_at)
"""
)
"""Everybody who may have been with these custodians in these spans: never too few, and few too many. Somebody last seen there
before the spans counts as gone only by a scan after the last of these sights that nobody disputes and that had been recorded before the first
of these spans began (a phone's clock that was set back may have a scan happen later than it says, never later than it was recorded):
one look a head. Room-mates are asked for by their own scans: the aggregate's FILTER keeps the planner from walking those of the whole facility
instead."""
STAFF = (
    _HELD
    + """
SELECT s.by_id, s.custodian_id, min(s.happened_at), max(s.happened_at)
FROM held h JOIN store_scan s
    ON s.custodian_id = h.custodian_id AND s.happened_at >= h.since_at AND s.happened_at <= h.until_at
WHERE s.by_id IS NOT NULL GROUP BY s.by_id, s.custodian_id, h.number
"""
)
"""Who scanned there in these spans, from the first to the last scan: they were there for certain."""


VISITS = """
SELECT e.by_id, e.happened_at, l.facility_id, r.code, r.floor, r.area
FROM store_evidence e
CROSS JOIN LATERAL (SELECT room_id, facility_id FROM store_lodging
                    WHERE traveller_id = e.subject_id::uuid AND happened_at <= e.happened_at
                    ORDER BY happened_at DESC, seq DESC LIMIT 1) l
JOIN store_room r ON r.id = l.room_id
WHERE e.subject_kind = 'traveller' AND e.code IN ('sample', 'temperature') AND e.by_id IS NOT NULL
  AND e.happened_at BETWEEN %(since)s AND %(until)s
  AND (e.subject_id = ANY(%(travellers)s) OR e.by_id = ANY(%(staff)s))
  AND NOT EXISTS (SELECT FROM store_withdrawal w WHERE w.evidence_id = e.id)
"""
"""Staff at a guest's door or bed: nobody takes a swab or a temperature of somebody else from afar."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One of the staff took a swab or a temperature of somebody in a room: who, when, in which room of which facility."""

    by: UUID
    at: datetime
    facility: UUID
    room: str
    floor: int
    area: str


def make_values(holds: Iterable[Hold]) -> dict[str, list[Any]]:
    """The parameters of both statements."""
    rows = list(holds)
    return {
        "custodians": [h.custodian for h in rows],
        "since": [h.since_at for h in rows],
        "until": [h.until_at for h in rows],
        "back": [h.since_at - LOOK_BACK.get(h.kind, EVER) for h in rows],
        "rooms": [h.room for h in rows],
    }


def list_beside(*, holds: Iterable[Hold]) -> list[UUID]:
    """Travellers who may have been with these custodians in these spans; the fold says who was."""
    with connection.cursor() as cursor:
        cursor.execute(BESIDE, make_values(holds))
        return [traveller for (traveller,) in cursor.fetchall()]


def list_scanning(*, holds: Iterable[Hold]) -> Sequence[tuple[UUID, UUID, datetime, datetime]]:
    """Staff who scanned with these custodians in these spans: who, where, first and last."""
    with connection.cursor() as cursor:
        cursor.execute(STAFF, make_values(holds))
        return cursor.fetchall()


def list_visits(
    *, travellers: Iterable[UUID] = (), staff: Iterable[UUID] = (), since_at: datetime, until_at: datetime
) -> list[Visit]:
    """Visits to these travellers in their rooms, and by these of the staff to anybody, within a span."""
    values = {
        "travellers": [str(one) for one in travellers],
        "staff": list(staff),
        "since": since_at,
        "until": until_at,
    }
    with connection.cursor() as cursor:
        cursor.execute(VISITS, values)
        return [Visit(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Name:
    """How a page calls somebody: a traveller by code, staff by name."""

    id: UUID
    code: str = ""
    name_zh: str = ""
    name_en: str = ""


def name_people(*, people: Iterable[UUID]) -> dict[UUID, Name]:
    """Travellers and staff by id; nobody's identity is read for it."""
    wanted = list(people)
    found = {
        one: Name(one, code)
        for one, code in models.Traveller.objects.filter(id__any=wanted).values_list("id", "code")
    }
    staff = models.Person.objects.filter(id__any=wanted).values_list("id", "username", "name_zh", "name_en")
    return found | {one: Name(one, "", zh or name, en or name) for one, name, zh, en in staff}
