"""The screening desk: who of the landed flights waits, where people were sent, who is ill and what comes next for them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from pratique.store import models

ROWS_MAX = 400


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody owed a screening: who, of which flight, until when, and whether they have declared."""

    traveller: UUID
    code: str
    flight: UUID | None
    designator: str
    due_at: datetime
    overdue: bool
    declared: bool
    cabin: bool


_WAITING = """
SELECT o.subject_id, t.code, t.flight_id, coalesce(f.designator, ''), o.due_at, o.overdue_at <= %(now)s,
       EXISTS (SELECT 1 FROM store_declaration d WHERE d.traveller_id = t.id), p.holder_kind = 'cabin'
FROM store_owed o
JOIN store_traveller t ON t.id = o.subject_id::uuid
LEFT JOIN store_flight f ON f.id = t.flight_id
LEFT JOIN store_position p ON p.traveller_id = t.id
WHERE o.subject_kind = 'traveller' AND o.code = 'screening' AND o.opens_at <= %(now)s
  AND NOT EXISTS (
    SELECT 1 FROM store_evidence e WHERE e.subject_kind = 'traveller' AND e.subject_id = o.subject_id
      AND e.code = 'screened' AND NOT EXISTS (SELECT 1 FROM store_withdrawal w WHERE w.evidence_id = e.id))
ORDER BY o.due_at, f.designator, t.code
LIMIT %(most)s
"""


def list_waiting(*, now: datetime) -> list[Waiting]:
    """Whoever is owed a screening now, whoever is due first first."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"now": now, "most": ROWS_MAX})
        return [Waiting(UUID(row[0]), *row[1:7], bool(row[7])) for row in cursor.fetchall()]


_CHANNELS = """
SELECT coalesce(last.channel, nullif(t.channel, ''), ''), count(*)
FROM store_traveller t JOIN store_flight f ON f.id = t.flight_id AND f.landed_at >= %s
LEFT JOIN LATERAL (
  SELECT e.attributes->>'channel' AS channel FROM store_evidence e
  WHERE e.subject_kind = 'traveller' AND e.subject_id = t.id::text AND e.code = 'screened'
    AND NOT EXISTS (SELECT 1 FROM store_withdrawal w WHERE w.evidence_id = e.id)
  ORDER BY e.happened_at DESC, e.seq DESC LIMIT 1) last ON true
GROUP BY 1
"""


def count_channels(*, since: datetime) -> dict[str, int]:
    """How many of the flights landed since then were sent to each channel by a screening that stands; "" are those
    without one."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANNELS, [since])
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class IllStep:
    """A step owed for somebody ill: a traveller by code, or a finding by number."""

    kind: str
    subject: UUID
    name: str
    duty: str
    owner: str
    due_at: datetime
    overdue: bool


def list_ill(*, now: datetime) -> list[IllStep]:
    """The next steps for everybody ill, the most urgent first."""
    rows = models.Owed.objects.filter(code__startswith="ill_", opens_at__lte=now).order_by("due_at")[
        :ROWS_MAX
    ]
    owed = [row for row in rows if row.subject_kind in ("traveller", "finding")]
    people = [row.subject_id for row in owed if row.subject_kind == "traveller"]
    findings = [row.subject_id for row in owed if row.subject_kind == "finding"]
    names = {
        str(i): code for i, code in models.Traveller.objects.filter(id__in=people).values_list("id", "code")
    }
    numbers = models.Finding.objects.filter(id__in=findings).values_list("id", "number")
    names |= {str(i): f"#{number}" for i, number in numbers}
    return [
        IllStep(
            row.subject_kind,
            UUID(row.subject_id),
            names.get(row.subject_id, ""),
            row.code,
            row.owner,
            row.due_at,
            row.overdue_at <= now,
        )
        for row in owed
    ]
