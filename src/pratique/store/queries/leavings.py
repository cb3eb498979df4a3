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
    """Whether the exit `at` keeps them, by all their names: the last scan there that nobody took back found no grounds."""
    there = _list_standing().filter(traveller_id__in=list(travellers), custodian_id=at)
    last = there.order_by("happened_at", "seq").last()
    return last is not None and not last.open


def _list_standing() -> "QuerySet[models.WayJudged]":
    """The latest judgement of every scan that nobody took back."""
    rows = models.WayJudged.objects
    later = rows.filter(scan_id=OuterRef("scan_id"), seq__gt=OuterRef("seq"))
    annulled = models.Annulment.objects.filter(scan_id=OuterRef("scan_id"))
    ruled_out = models.Ruling.objects.filter(scan_id=OuterRef("scan_id"), believed=False)
    return rows.filter(~Exists(later), ~Exists(annulled), ~Exists(ruled_out))


def list_open() -> list[models.WayJudged]:
    """Those of them that nobody has settled: what stands on the tower."""
    settled = set(
        without_withdrawn(
            models.Evidence.objects.filter(subject_kind="traveller", code="way_settled")
        ).values_list("about", flat=True)
    )
    return [row for row in list_closed() if f"unreleased/{row.scan_id}" not in settled]
