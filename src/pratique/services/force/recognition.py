"""Visible responsibility: model posts, named for what they do that others can copy. Posts are recognised, people not ranked."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from pratique.core.answers import Refused
from pratique.services.force import rules
from pratique.store import models


@dataclass(frozen=True, slots=True)
class Model:
    """A post that others can learn from, over a span of days, and why in words."""

    post: str
    from_on: date
    until_on: date
    because: str


def award(*, model: Model, by: UUID, now: datetime, award_id: UUID | None = None) -> models.Award:
    """Name a model post; who held it in these days is written beside it, in order of name. Raises `Refused`."""
    if model.post not in rules.get_rules().posts:
        raise Refused("post_unknown", "there is no such post")
    if model.until_on < model.from_on:
        raise Refused("absence_backwards", "it ends before it begins")
    if not model.because.strip():
        raise Refused("reason_missing", "say what this post does that others can copy")
    held = models.Deployment.objects.filter(
        post=model.post, on__range=(model.from_on, model.until_on), in_at__isnull=False
    )
    holders = sorted({str(who) for who in held.values_list("person_id", flat=True)})
    if not holders:
        raise Refused("award_nobody", "nobody held this post in these days")
    values = {
        "post": model.post,
        "from_on": model.from_on,
        "until_on": model.until_on,
        "because": model.because,
        "holders": holders,
        "awarded_at": now,
        "awarded_by_id": by,
    }
    if award_id is None:
        return models.Award.objects.create(**values)
    return models.Award.objects.get_or_create(id=award_id, defaults=values)[0]


def list_awards(*, limit: int = 20) -> list[models.Award]:
    """Model posts, the latest first."""
    return list(models.Award.objects.select_related("awarded_by").order_by("-awarded_at")[:limit])
