"""Who passed the checkpoints, by hour, and what was found."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import TruncHour

from pratique.store import models


@dataclass(frozen=True, slots=True)
class Hour:
    """So many of one sort passed one checkpoint in the hour that begins at `at`."""

    checkpoint: UUID
    at: datetime
    sort: str
    heads: int


def list_checkpoints() -> list[models.Checkpoint]:
    """Those in use, by code."""
    return list(models.Checkpoint.objects.filter(closed_at__isnull=True).order_by("code"))


def count_hours(*, since: datetime, until: datetime) -> list[Hour]:
    """Heads by checkpoint, hour and sort, undone taps left out."""
    taps = models.Passing.objects.filter(
        undone_at__isnull=True, happened_at__gte=since, happened_at__lt=until
    )
    rows = (
        taps.annotate(hour=TruncHour("happened_at"))
        .values_list("checkpoint_id", "hour", "sort")
        .annotate(heads=Sum("heads"))
        .order_by("hour", "checkpoint_id", "sort")
    )
    return [Hour(*row) for row in rows]


def list_findings(*, since: datetime) -> list[models.Finding]:
    """What was found since then, the latest first; mistakes too, marked."""
    rows = models.Finding.objects.filter(found_at__gte=since).select_related("checkpoint")
    return list(rows.order_by("-number"))


def find_finding(*, finding: UUID) -> models.Finding | None:
    """One finding."""
    return models.Finding.objects.filter(id=finding).select_related("checkpoint").first()
