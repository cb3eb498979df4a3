"""Handovers that somebody must settle: refused, not answered, or accepted although counts or names differ.

It is the rule of `core.custody.handover.list_differences`, asked of the tables so that a board can ask it all the time. A
name that differs stays on the list until somebody has seen that person since, or the handover is offered and accepted anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from pratique.core.boards.picture import Exceptional
from pratique.core.custody.entry import FlightId
from pratique.store import models
from pratique.store.rows import key

BACK = timedelta(days=30)
"""A refusal and an offer nobody answered stand on the list so long."""
NAMES_BACK = timedelta(days=3)
"""The names of an acceptance are compared so long: whoever is inside is overdue long before."""

_ACCEPTED = """
WITH last AS (
    SELECT DISTINCT ON (handover_id) handover_id, step, receiver_id, heads, happened_at
    FROM store_handoverevent WHERE happened_at > %(since)s AND happened_at <= %(now)s
    ORDER BY handover_id, happened_at DESC, seq DESC
), accepted AS (
    SELECT l.*, o.names, o.heads AS offered
    FROM last l CROSS JOIN LATERAL (
        SELECT names, heads FROM store_handoverevent o WHERE o.handover_id = l.handover_id AND o.step = 'offered'
        ORDER BY happened_at DESC, seq DESC LIMIT 1) o
    WHERE l.step = 'accepted'
), listed AS (
    SELECT a.handover_id, n.name::uuid AS traveller_id
    FROM accepted a CROSS JOIN LATERAL jsonb_array_elements_text(a.names) AS n(name) WHERE a.names IS NOT NULL
), scanned AS (
    SELECT DISTINCT a.handover_id, s.traveller_id
    FROM accepted a JOIN store_scan s ON s.handover_id = a.handover_id AND s.custodian_id = a.receiver_id
    WHERE NOT EXISTS (SELECT 1 FROM store_annulment u WHERE u.scan_id = s.id)
)
"""
_DIFFERENCES = """
SELECT a.handover_id, l.traveller_id, p.flight_id, a.happened_at, 'handover_missing'
FROM listed l JOIN accepted a USING (handover_id) LEFT JOIN store_position p USING (traveller_id)
WHERE NOT EXISTS (SELECT 1 FROM scanned s WHERE s.handover_id = l.handover_id AND s.traveller_id = l.traveller_id)
  AND (p.seen_at IS NULL OR (p.seen_at <= a.happened_at AND p.holder_id <> a.receiver_id))
UNION ALL
SELECT a.handover_id, s.traveller_id, p.flight_id, a.happened_at, 'handover_unexpected'
FROM scanned s JOIN accepted a USING (handover_id) LEFT JOIN store_position p USING (traveller_id)
WHERE a.names IS NOT NULL AND (p.seen_at IS NULL OR p.seen_at <= a.happened_at)
  AND NOT EXISTS (SELECT 1 FROM listed l WHERE l.handover_id = s.handover_id AND l.traveller_id = s.traveller_id)
UNION ALL
SELECT a.handover_id, NULL, NULL, a.happened_at, 'handover_counts_differ'
FROM accepted a WHERE a.offered <> a.heads
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """What of an accepted handover does not agree: a person (None where it is the counts), since when, and how."""

    handover: UUID
    traveller: UUID | None
    flight: UUID | None
    happened_at: datetime
    code: str


def list_differences(*, now: datetime) -> list[Difference]:
    """Whoever was on the giver's list and not received, or received and not on it, and counts that differ."""
    with connection.cursor() as cursor:
        cursor.execute(_ACCEPTED + _DIFFERENCES, {"now": now, "since": now - NAMES_BACK})
        found = [Difference(*row) for row in cursor.fetchall()]
    return sorted(found, key=lambda d: (d.happened_at, d.code, str(d.traveller)))


def list_exceptions(*, now: datetime) -> list[Exceptional]:
    """Every handover that somebody must settle, and every person of one whom the two sides do not agree on."""
    last = (
        models.HandoverEvent.objects.filter(happened_at__gt=now - BACK)
        .order_by("handover_id", "-happened_at", "-seq")
        .distinct("handover_id")
    )
    found = []
    for event in last:
        if event.step == "declined":
            found.append(Exceptional(event.happened_at, "handover_declined", key(event.handover_id)))
        elif event.step == "offered" and event.deadline_at and event.deadline_at < now:
            found.append(Exceptional(event.deadline_at, "handover_lapsed", key(event.handover_id)))
    for d in list_differences(now=now):
        flight = FlightId(key(d.flight)) if d.flight else None
        found.append(Exceptional(d.happened_at, d.code, key(d.traveller or d.handover), flight))
    return found


def name_parties(*, handovers: Iterable[UUID]) -> dict[UUID, tuple[UUID, UUID]]:
    """Giver and receiver of handovers, as last offered."""
    offers = models.HandoverEvent.objects.filter(handover_id__in=list(handovers), step="offered")
    return {
        handover: (giver, receiver)
        for handover, giver, receiver in offers.order_by("happened_at", "seq").values_list(
            "handover_id", "giver_id", "receiver_id"
        )
    }
