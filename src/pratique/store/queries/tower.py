"""What the tower shows, counted from the tables: flights by place, zeros, what somebody must settle."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, F, Max, OuterRef, Q

from pratique.core.boards.picture import OPEN_STAGES, Exceptional, Owed, Row, Stage, Zero
from pratique.core.custody import proofs
from pratique.core.custody.entry import FlightId
from pratique.core.custody.proofs import LANDED, Source
from pratique.store import models
from pratique.store.queries import handovers, headcounts, leavings, misboardings
from pratique.store.queries.flights import ask_due
from pratique.store.rows import key, read_flight_counts

BEFORE_HOURS = 24
AHEAD_HOURS = 24

UNSEEN = """
WITH RECURSIVE holding (id) AS (
    (SELECT holder_id FROM store_position WHERE inside ORDER BY holder_id LIMIT 1)
    UNION ALL
    SELECT (SELECT p.holder_id FROM store_position p
            WHERE p.inside AND p.holder_id > h.id ORDER BY p.holder_id LIMIT 1)
    FROM holding h WHERE h.id IS NOT NULL
)
SELECT p.traveller_id, p.flight_id, p.seen_at + c.limit_minutes * interval '1 minute'
FROM holding h JOIN store_custodian c ON c.id = h.id
JOIN store_position p ON p.holder_id = c.id AND p.inside
                     AND p.seen_at < %(now)s - c.limit_minutes * interval '1 minute'
"""
"""Whoever their custodian has not seen in time, and since when.

Steps through the index `position_inside` from one custodian who holds anybody to the next, and reads of each only those
beyond its limit: neither everybody inside, nor every cabin and trip there has ever been.
"""


ABOARD_MINUTES = 60
"""So long after a trip has arrived somebody may still be in its book; then they are sought, though the way was long."""
ABOARD = f"""
SELECT p.traveller_id, p.flight_id, t.arrived_at + interval '{ABOARD_MINUTES} minutes'
FROM store_position p JOIN store_trip t ON t.id = p.holder_id
WHERE p.inside AND p.holder_kind = 'trip' AND t.arrived_at < %(now)s - interval '{ABOARD_MINUTES} minutes'
"""
"""Whoever is still in the book of a trip that arrived a while ago: not handed over, or their scan was lost."""


def list_rows(*, now: datetime) -> list[Row]:
    """Flights that are of today's work: landed and not closed, landed since yesterday, or expected by tomorrow."""
    since, until = now - timedelta(hours=BEFORE_HOURS), now + timedelta(hours=AHEAD_HOURS)
    flights = list(
        models.Flight.objects.alias(due=ask_due()).filter(
            Q(landed_at__isnull=False, closed_at__isnull=True)
            | Q(landed_at__gte=since)
            | Q(landed_at__isnull=True, closed_at__isnull=True, due__range=(since, until))
        )
    )
    heads, changed_at = _count_heads([f.id for f in flights])
    marks = _count_marks({f.id for f in flights}, now)
    return [
        Row(
            flight=FlightId(key(f.id)),
            designator=f.designator,
            departure=f.departure,
            scheduled_at=f.scheduled_at,
            estimated_at=f.estimated_at,
            landed_at=f.landed_at,
            closed_at=f.closed_at,
            protection=f.protection,
            heads=heads[f.id],
            changed_at=changed_at.get(f.id),
            **marks[f.id],
        )
        for f in flights
    ]


def _count_heads(flights: list[UUID]) -> tuple[dict[UUID, dict[Stage, int]], dict[UUID, datetime]]:
    heads: dict[UUID, dict[Stage, int]] = defaultdict(dict)
    changed_at: dict[UUID, datetime] = {}
    held = models.Position.objects.filter(flight_id__in=flights).values_list("flight_id", "holder_kind")
    for flight, kind, count, last_at in held.annotate(Count("traveller_id"), Max("since_at")):
        heads[flight][Stage(kind)] = count
        changed_at[flight] = max(last_at, changed_at.get(flight, last_at))
    inside = models.Position.objects.filter(flight_id__in=flights).values("traveller_id")
    listed = models.Listing.objects.filter(flight_id__in=flights, gone_version__isnull=True)
    waiting = listed.exclude(traveller_id__in=inside).values_list("flight_id").annotate(Count("traveller_id"))
    for flight, count in waiting:
        heads[flight][Stage.EXPECTED] = count
    return heads, changed_at


def _count_marks(flights: set[UUID], now: datetime) -> dict[UUID, dict[str, int]]:
    marks: dict[UUID, Counter[str]] = defaultdict(Counter)
    for _, flight, _ in _list_unseen(now):
        if flight in flights:
            marks[flight]["unseen"] += 1
    disputed = set(models.Dispute.objects.values_list("traveller_id", flat=True))
    where = models.Position.objects.filter(traveller_id__in=disputed, flight_id__in=flights)
    for flight, kind in where.values_list("flight_id", "holder_kind"):
        marks[flight]["disputed"] += 1
        marks[flight]["contested"] += Stage(kind) not in OPEN_STAGES
    odd = models.Objection.objects.filter(code="unmanifested").values("traveller_id")
    unlisted = models.Position.objects.filter(traveller_id__in=odd, flight_id__in=flights)
    for flight, count in unlisted.values_list("flight_id").annotate(Count("traveller_id")):
        marks[flight]["unmanifested"] += count
    return defaultdict(dict, {flight: dict(counted) for flight, counted in marks.items()})


def _run(statement: str, now: datetime) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"now": now})
        return list(cursor.fetchall())


def _list_unseen(now: datetime) -> list[tuple[UUID, UUID | None, datetime]]:
    """Each traveller unseen once, with their flight and since when."""
    since: dict[UUID, tuple[UUID | None, datetime]] = {}
    for traveller, flight, at in (*_run(UNSEEN, now), *_run(ABOARD, now)):
        if traveller not in since or at < since[traveller][1]:
            since[traveller] = flight, at
    return [(traveller, flight, at) for traveller, (flight, at) in since.items()]


def list_missed(*, now: datetime) -> list[UUID]:
    """Travellers missed: unseen beyond their custodian's limit, left in the book of a trip that has arrived, or not named
    by the last roll call.
    """
    unseen = {traveller for traveller, _, _ in _list_unseen(now)}
    return sorted(unseen | {d.traveller for d in headcounts.list_missing(now=now)})


def list_issues(*, sort: str, since_at: datetime) -> list[models.Issue]:
    """Issues of a sort found since then, the latest first."""
    return list(
        models.Issue.objects.filter(sort=sort, found_at__gte=since_at)
        .select_related("owner")
        .order_by("-found_at", "id")
    )


def count_zeros(*, day_at: datetime, now: datetime) -> dict[Zero, int]:
    """The five zeros of a day that began at `day_at`; the missed are those missed now."""
    issues = models.Issue.objects.filter(found_at__gte=day_at).values_list("sort").annotate(Count("id"))
    by_sort = dict(issues)
    counted = {zero: by_sort.get(zero.value, 0) for zero in Zero}
    counted[Zero.MISSED] = len(list_missed(now=now))
    return counted


def count_owed(*, now: datetime) -> dict[str, Owed]:
    """By post: its duties overdue, those that fall due within the hour, and overdue ones of others it was told of."""
    soon = now + timedelta(hours=1)
    open_now = models.Owed.objects.filter(due_at__lte=soon, opens_at__lte=soon).values_list("owner")
    counted = open_now.annotate(
        overdue=Count("id", filter=Q(overdue_at__lte=now)), due_soon=Count("id", filter=Q(overdue_at__gt=now))
    )
    owing = {owner: (overdue, due_soon) for owner, overdue, due_soon in counted}
    raised = models.Owed.objects.filter(overdue_at__lte=now, level__gt=0).exclude(told=F("owner"))
    told_of = dict(raised.values_list("told").annotate(Count("id")))
    return {
        post: Owed(post, *owing.get(post, (0, 0)), told_of=told_of.get(post, 0))
        for post in owing.keys() | told_of.keys()
    }


def list_exceptions(*, now: datetime) -> list[Exceptional]:
    """Everything that somebody must settle, the oldest first."""
    found = {
        *_list_people(now),
        *_list_let_out(),
        *_list_misboarded(),
        *_list_disputes(),
        *handovers.list_exceptions(now=now),
        *_list_counts(),
        *_list_clocks(now),
    }
    return sorted(found)


def _list_people(now: datetime) -> Iterable[Exceptional]:
    for traveller, flight, since_at in _list_unseen(now):
        yield Exceptional(since_at, "unseen", key(traveller), _flight(flight))
    for d in headcounts.list_differences(now=now):
        yield Exceptional(d.happened_at, d.code, key(d.traveller), _flight(d.flight))
    for headcount, at in headcounts.list_heads(now=now):
        yield Exceptional(at, "headcount_differs", key(headcount))
    odd = models.Objection.objects.filter(code="unmanifested").values("traveller_id")
    unlisted = models.Position.objects.filter(traveller_id__in=odd)
    for traveller, flight, since_at in unlisted.values_list("traveller_id", "flight_id", "since_at"):
        yield Exceptional(since_at, "unmanifested", key(traveller), _flight(flight))


def _list_let_out() -> Iterable[Exceptional]:
    """Whoever was scanned at an exit without grounds, until somebody has seen to it."""
    rows = leavings.list_open()
    flights = dict(
        models.Traveller.objects.filter(id__in=[row.traveller_id for row in rows]).values_list(
            "id", "flight_id"
        )
    )
    for row in rows:
        yield Exceptional(
            row.happened_at, "way_closed", key(row.traveller_id), _flight(flights.get(row.traveller_id))
        )


def _list_misboarded() -> Iterable[Exceptional]:
    """Cases aboard a vehicle that takes none, until somebody has said what was done."""
    rows = misboardings.list_open()
    known = models.Traveller.objects.filter(id__in=[row.subject_id for row in rows])
    flights = {key(one): flight for one, flight in known.values_list("id", "flight_id")}
    for row in rows:
        yield Exceptional(
            row.happened_at, misboardings.MISBOARDED, row.subject_id, _flight(flights.get(row.subject_id))
        )


def _list_disputes() -> Iterable[Exceptional]:
    disputes = list(models.Dispute.objects.values_list("traveller_id", "scan_id", "code"))
    scans = [scan for _, scan, _ in disputes]
    at = dict(models.Scan.objects.filter(id__in=scans).values_list("id", "happened_at"))
    flights = dict(
        models.Traveller.objects.filter(id__in=[t for t, *_ in disputes]).values_list("id", "flight_id")
    )
    for traveller, scan, code in disputes:
        if scan in at:
            yield Exceptional(at[scan], code, key(traveller), _flight(flights.get(traveller)))


def _list_counts() -> Iterable[Exceptional]:
    """Flights not yet closed of which the door, the carrier or the list's own control say another number than the book has, judged as
    the proof does; before they have landed the book has nobody, and these counts are held against each other."""
    counted = models.Flight.objects.filter(closed_at__isnull=True, counts__source__in=LANDED).distinct()
    landed_at = dict(counted.values_list("id", "landed_at"))
    came, listed = _count_booked([one for one, at in landed_at.items() if at is not None])
    latest = proofs.list_latest(read_flight_counts(flights=landed_at))
    for flight, landed in landed_at.items():
        counts = latest[FlightId(key(flight))]
        told = [counts[source] for source in LANDED if source in counts]
        if landed is None:
            code = "counts_differ" if len({one.heads for one in told}) > 1 else ""
        else:
            booked = {Source.CONTROL: listed.get(flight, 0)}
            code = proofs.judge_figures((one, booked.get(one.source, came.get(flight, 0))) for one in told)
        if code:
            yield Exceptional(max(one.happened_at for one in told), code, key(flight), _flight(flight))


def _count_booked(flights: list[UUID]) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """Of each flight how many came by the book, and how many its list named, whether they came or not."""
    inside = models.Position.objects.filter(flight_id__in=flights)
    absent = models.Custodian.objects.filter(never_came=True).values("id")
    on_list = models.Admission.objects.filter(traveller_id=OuterRef("traveller_id"), manifested=True)
    came = inside.exclude(holder_id__in=absent).values_list("flight_id").annotate(Count("traveller_id"))
    named = inside.filter(Exists(on_list)).values_list("flight_id").annotate(Count("traveller_id"))
    return dict(came), dict(named)


def _list_clocks(now: datetime) -> Iterable[Exceptional]:
    heard = models.Device.objects.filter(revoked_at__isnull=True, heard_at__gte=now - timedelta(hours=12))
    adrift = heard.filter(Q(offset_seconds__gt=120) | Q(offset_seconds__lt=-120))
    for device, heard_at in adrift.values_list("id", "heard_at"):
        yield Exceptional(heard_at, "clock_adrift", key(device))


def _flight(flight: UUID | None) -> FlightId | None:
    return FlightId(key(flight)) if flight else None
