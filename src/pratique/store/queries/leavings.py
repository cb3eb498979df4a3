"""Whom a scan at an exit let out without grounds, and who has not been seen to yet."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from pratique.store import models
from pratique.store.withdrawn import without_withdrawn


def list_closed(*, travellers: Iterable[UUID | str] | None = None) -> list[models.WayJudged]:
    """Judgements that found no grounds, are the latest of their scan, and whose scan nobody took back; the oldest first."""
    found = _list_standing().filter(open=False)
    if travellers is not None:
        found = found.filter(traveller_id__in=list(travellers))
    return list(found.order_by("happened_at", "seq"))


def is_kept(*, travellers: Iterable[UUID], at: UUID) -> bool:
    """Whether the exit `at` keeps them, by all their names: the last scan there that nobody took back found no grounds, and
    nobody has settled it."""
    there = _list_standing().filter(traveller_id__in=list(travellers), custodian_id=at)
    last = there.order_by("happened_at", "seq").last()
    return last is not None and not last.open and name_of(last.scan_id) not in _read_settled([last.scan_id])


def name_of(scan: UUID) -> str:
    """How the register and whoever settles it name what a scan without grounds makes owed."""
    return f"unreleased/{scan}"


def _list_standing() -> "QuerySet[models.WayJudged]":
    """The latest judgement of every scan that nobody took back."""
    rows = models.WayJudged.objects
    later = rows.filter(scan_id=OuterRef("scan_id"), seq__gt=OuterRef("seq"))
    annulled = models.Annulment.objects.filter(scan_id=OuterRef("scan_id"))
    ruled_out = models.Ruling.objects.filter(scan_id=OuterRef("scan_id"), believed=False)
    return rows.filter(~Exists(later), ~Exists(annulled), ~Exists(ruled_out))


def list_open() -> list[models.WayJudged]:
    """Those of them that nobody has settled: what stands on the tower."""
    closed = list_closed()
    settled = _read_settled(row.scan_id for row in closed)
    return [row for row in closed if name_of(row.scan_id) not in settled]


def _read_settled(scans: Iterable[UUID]) -> set[str]:
    """The names of those of these scans that somebody has settled, unless it was taken back."""
    told = models.Evidence.objects.filter(
        subject_kind="traveller", code="way_settled", about__in=[name_of(scan) for scan in scans]
    )
    return set(without_withdrawn(told).values_list("about", flat=True))
