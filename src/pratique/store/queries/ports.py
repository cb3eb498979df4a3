"""The port and the posts of its ledger."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count

from pratique.store import models


@dataclass(frozen=True, slots=True)
class Post:
    """A custodian as a place to work at: what it is called, who answers for it, how many it holds; `never_came`: the exit of those on a
    list who were not on board."""

    id: UUID
    kind: str
    code: str
    name_zh: str
    name_en: str
    held: int = 0
    capacity: int | None = None
    limit_minutes: int | None = None
    closed_at: datetime | None = None
    never_came: bool = False


def find_port() -> models.Port | None:
    """The one port of this installation, None before it is set up."""
    return models.Port.objects.first()


def find_zone() -> ZoneInfo:
    """The port's time zone; UTC before it is set up."""
    return ZoneInfo(models.Port.objects.values_list("time_zone", flat=True).first() or "UTC")


def find_day(*, at: datetime) -> date:
    """The local day of an instant."""
    return at.astimezone(find_zone()).date()


def find_speed() -> float:
    """How many times as fast as life the port's clock runs: 1, unless a drill has set it."""
    port = find_port()
    return port.clock_speed if port and port.clock_at else 1.0


def list_posts(*, kinds: Iterable[str]) -> list[Post]:
    """Custodians of these kinds that are not closed, with how many they hold, by kind and name."""
    rows = models.Custodian.objects.filter(kind__in=list(kinds), closed_at__isnull=True)
    held = dict(
        models.Position.objects.filter(inside=True)
        .values_list("holder_id")
        .annotate(heads=Count("traveller_id"))
    )
    return sorted((_post(row, held.get(row.id, 0)) for row in rows), key=lambda p: (p.kind, p.code))


def find_post(*, post: UUID) -> Post | None:
    """A custodian by its id, whether it is closed or not."""
    row = models.Custodian.objects.filter(id=post).first()
    if row is None:
        return None
    return _post(row, models.Position.objects.filter(holder_id=post, inside=True).count())


def name_posts(*, posts: Iterable[UUID]) -> dict[UUID, Post]:
    """Custodians by id, without counting whom they hold."""
    return {row.id: _post(row, 0) for row in models.Custodian.objects.filter(id__in=list(posts))}


def name_devices(*, devices: Iterable[UUID]) -> dict[UUID, str]:
    """What phones are called, by id."""
    return dict(models.Device.objects.filter(id__in=list(devices)).values_list("id", "name"))


def _post(row: models.Custodian, held: int) -> Post:
    return Post(
        id=row.id,
        kind=row.kind,
        code=row.code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        held=held,
        capacity=row.capacity,
        limit_minutes=row.limit_minutes,
        closed_at=row.closed_at,
        never_came=row.never_came,
    )
