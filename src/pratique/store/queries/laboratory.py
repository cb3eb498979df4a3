"""The sampling table and the laboratories: who is due, where the tubes are, which results are late, which are nobody's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q

from pratique.store import models

TURNAROUND_DAYS = 7
RESULT_HOURS = 24
"""A result is late so long after its sample (operations-2020, duty `result`)."""
ROWS_MAX = 500


@dataclass(frozen=True, slots=True)
class DueSample:
    """Somebody owes a sample: who (a traveller by their code, one of the staff by their account), where they are (staff:
    their unit), for which test (the duty's code and key), until when."""

    who: UUID
    kind: str
    code: str
    room: str
    place_zh: str
    place_en: str
    duty: str
    key: str
    due_at: datetime
    overdue: bool


_DUE = """
SELECT o.subject_id, o.subject_kind, t.code, t.room, coalesce(h.name_zh, c.name_zh, ''),
       coalesce(h.name_en, c.name_en, ''), o.code, o.key, o.due_at, o.overdue_at <= %(now)s AS late
FROM store_owed o
JOIN store_traveller t ON t.id = o.subject_id::uuid
LEFT JOIN store_position p ON p.traveller_id = t.id
LEFT JOIN store_custodian c ON c.id = p.holder_id
LEFT JOIN LATERAL (SELECT w.unit_id, w.step FROM store_onwardstep w WHERE w.traveller_id = t.id
                   ORDER BY w.seq DESC LIMIT 1) w ON p.holder_kind = 'exit' AND w.step = 'accepted'
LEFT JOIN store_unit h ON h.id = w.unit_id
WHERE o.subject_kind = 'traveller' AND o.code = ANY(%(codes)s) AND o.opens_at <= %(until)s
  AND (coalesce(p.holder_kind, '') <> 'exit' OR o.owner = 'community')
UNION ALL
SELECT o.subject_id, o.subject_kind, s.username, '', coalesce(u.name_zh, ''), coalesce(u.name_en, ''), o.code, o.key,
       o.due_at, o.overdue_at <= %(now)s
FROM store_owed o
JOIN store_person s ON s.id = o.subject_id::uuid
LEFT JOIN store_unit u ON u.id = s.unit_id
WHERE o.subject_kind = 'staff' AND o.code = ANY(%(codes)s) AND o.opens_at <= %(until)s AND s.is_active
ORDER BY late DESC, 5, 4, 9, 3
LIMIT %(most)s
"""


def list_due(*, codes: Iterable[str], now: datetime, until: datetime) -> list[DueSample]:
    """Whoever owes a sample by one of these duties now or before `until`: late ones first, then by place and room.

    Of those who have left, only whom the community tests at home after their release; their place is the home
    prefecture that accepted them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"codes": list(codes), "now": now, "until": until, "most": ROWS_MAX})
        return [DueSample(UUID(row[0]), *row[1:]) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch and how far it is: tubes in it, tubes answered, tubes the laboratory says did not come."""

    batch: models.Batch
    tubes: int
    answered: int
    missing: int

    @property
    def step(self) -> str:
        """Where it stands: open, closed, handed, received, answered."""
        if self.batch.received_at and self.answered >= self.tubes - self.missing:
            return "answered"
        if self.batch.received_at:
            return "received"
        if self.batch.handed_at:
            return "handed"
        return "closed" if self.batch.closed_at else "open"


def list_batches(*, since: datetime) -> list[BatchRow]:
    """Batches that are not done, and those opened since then, the latest first."""
    found = models.Batch.objects.filter(cancelled_at__isnull=True).filter(
        Q(opened_at__gte=since) | Q(received_at__isnull=True)
    )
    rows = found.annotate(
        tube_count=Count("tubes"), missing=Count("tubes", filter=Q(tubes__received=False))
    ).order_by("-opened_at", "-code")[:ROWS_MAX]
    answered = _count_answered([row.pk for row in rows])
    return [BatchRow(row, row.tube_count, answered.get(row.pk, 0), row.missing) for row in rows]


def find_batch(*, batch: UUID) -> BatchRow | None:
    """One batch, also where it was cancelled."""
    row = (
        models.Batch.objects.filter(id=batch)
        .annotate(tube_count=Count("tubes"), missing=Count("tubes", filter=Q(tubes__received=False)))
        .first()
    )
    if row is None:
        return None
    return BatchRow(row, row.tube_count, _count_answered([batch]).get(batch, 0), row.missing)


def _count_answered(batches: list[UUID]) -> dict[UUID, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.batch_id, count(DISTINCT b.tube) FROM store_batchtube b JOIN store_sample s ON s.tube = b.tube "
            "WHERE b.batch_id = ANY(%s) AND s.result <> '' GROUP BY b.batch_id",
            [batches],
        )
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class TubeLine:
    """A tube of a batch with everybody whose swab it holds, travellers by code and staff by account, its result (empty:
    none yet), and the first of its samples."""

    tube: str
    kind: str
    codes: tuple[str, ...]
    pool_size: int
    taken_at: datetime
    received: bool | None
    result: str
    sample: UUID


def list_tubes(*, batch: UUID) -> list[TubeLine]:
    """The tubes of a batch, in the order in which they were scanned in."""
    held = list(models.BatchTube.objects.filter(batch_id=batch).order_by("scanned_at", "id"))
    samples: dict[str, list[models.Sample]] = {}
    for sample in models.Sample.objects.filter(tube__in=[row.tube for row in held]).order_by("taken_at"):
        samples.setdefault(sample.tube, []).append(sample)
    codes = name_sampled(samples=[s for found in samples.values() for s in found])
    return [
        TubeLine(
            tube=row.tube,
            kind="staff" if samples[row.tube][0].person_id else "traveller",
            codes=tuple(codes[s.id] for s in samples[row.tube]),
            pool_size=samples[row.tube][0].pool_size,
            taken_at=samples[row.tube][0].taken_at,
            received=row.received,
            result=samples[row.tube][0].result,
            sample=samples[row.tube][0].id,
        )
        for row in held
    ]


def name_sampled(*, samples: Iterable[models.Sample]) -> dict[UUID, str]:
    """Sample → whose it is: a traveller's code, or the account of one of the staff."""
    known = list(samples)
    travellers = models.Traveller.objects.filter(id__in={s.traveller_id for s in known})
    people = models.Person.objects.filter(id__in={s.person_id for s in known})
    codes = dict(travellers.values_list("id", "code")) | dict(people.values_list("id", "username"))
    return {s.id: codes.get(s.traveller_id or s.person_id, "") for s in known}


@dataclass(frozen=True, slots=True)
class Loose:
    """A tube that was filled and is in no batch."""

    tube: str
    laboratory: str
    taken_at: datetime


def list_loose(*, since: datetime) -> list[Loose]:
    """Tubes taken since then that are in no batch and have no result, the oldest first."""
    boxed = models.BatchTube.objects.values("tube")
    rows = models.Sample.objects.filter(result="", taken_at__gte=since).exclude(tube__in=boxed)
    found = rows.order_by("taken_at", "tube").values_list("tube", "laboratory", "taken_at")[:ROWS_MAX]
    return [Loose(*row) for row in dict.fromkeys(found)]


@dataclass(frozen=True, slots=True)
class Laboratory:
    """A laboratory: results it owes, how many of them are late, the oldest sample among these, and its usual time from
    sample to result of late (minutes, the middle one; None: it has answered nothing)."""

    name: str
    waiting: int
    late: int
    oldest_at: datetime | None
    turnaround_minutes: int | None


def list_laboratories(*, now: datetime) -> list[Laboratory]:
    """Every laboratory that owes a result or gave one of late, the latest first."""
    times: dict[str, list[float]] = {}
    answered = models.Sample.objects.filter(resulted_at__gte=now - timedelta(days=TURNAROUND_DAYS))
    for name, taken_at, resulted_at in answered.values_list("laboratory", "taken_at", "resulted_at"):
        times.setdefault(name, []).append((resulted_at - taken_at).total_seconds() / 60)
    waiting: dict[str, list[datetime]] = {}
    for name, taken_at in models.Sample.objects.filter(result="").values_list("laboratory", "taken_at"):
        waiting.setdefault(name, []).append(taken_at)
    limit = now - timedelta(hours=RESULT_HOURS)
    found = [
        Laboratory(
            name=name,
            waiting=len(waiting.get(name, [])),
            late=sum(at < limit for at in waiting.get(name, [])),
            oldest_at=min(waiting[name]) if name in waiting else None,
            turnaround_minutes=round(median(times[name])) if name in times else None,
        )
        for name in {*times, *waiting}
    ]
    return sorted(found, key=lambda lab: (-lab.late, -lab.waiting, lab.name))


def list_unknown() -> list[models.UnknownTube]:
    """Results of barcodes that no sample bears, those not settled; positive ones first."""
    rows = models.UnknownTube.objects.filter(settled_at__isnull=True).select_related("file")
    return sorted(rows, key=lambda row: (row.result != "positive", row.seen_at))


def list_files() -> list[models.ResultFile]:
    """Files taken in, the latest first."""
    return list(models.ResultFile.objects.order_by("-taken_at")[:50])


def list_names() -> list[str]:
    """Laboratories by the names that samples and batches bear."""
    names = set(models.Sample.objects.exclude(laboratory="").values_list("laboratory", flat=True).distinct())
    return sorted(names | set(models.Batch.objects.values_list("laboratory", flat=True).distinct()))
