"""Bulletins as they were published."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from pratique.core.bulletin import json_form
from pratique.core.bulletin.edition import Bulletin
from pratique.store import models


@dataclass(frozen=True, slots=True)
class Published:
    """One published bulletin in a list: its day, which revision, when, by whom."""

    on: date
    revision: int
    published_at: datetime
    by: models.Person | None


def list_published(*, limit: int = 60) -> list[Published]:
    """The latest bulletins, the newest first."""
    rows = list(models.Bulletin.objects.order_by("-on", "-revision").defer("figures")[:limit])
    people = models.Person.objects.in_bulk({row.by_id for row in rows if row.by_id})
    return [Published(row.on, row.revision, row.published_at, people.get(row.by_id)) for row in rows]


def find_bulletin(*, on: date, revision: int | None = None) -> Bulletin | None:
    """The bulletin of a day as published; its last revision unless another is asked for."""
    rows = models.Bulletin.objects.filter(on=on).order_by("-revision")
    row = (rows.filter(revision=revision) if revision is not None else rows).first()
    return json_form.read(text=json.dumps(row.figures)).bulletin if row else None
