"""Who came to which shift of a day, by team, and what they wore."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import Count, Q

from pratique.store import models

LOOKED_BACK = timedelta(days=14)
"""What was worn matters as long as somebody who was exposed then may still fall ill."""


@dataclass(frozen=True, slots=True)
class Team:
    """Whoever came to one post of one shift, of one crew (empty: of none); the shifts with their people."""

    shift: str
    crew: str
    post: str
    shifts: tuple[models.Deployment, ...]

    @property
    def unsaid(self) -> int:
        """Of how many nobody has said what they wore."""
        return sum(one.protection is None for one in self.shifts)


def list_teams(*, on: date) -> list[Team]:
    """The teams of a day, by shift, crew and post."""
    rows = models.Deployment.objects.filter(on=on, in_at__isnull=False).select_related("person")
    ordered = rows.order_by("starts_at", "shift", "crew", "post", "person__username")
    found: dict[tuple[str, str, str], list[models.Deployment]] = defaultdict(list)
    for key, group in groupby(ordered, key=lambda one: (one.shift, one.crew, one.post)):
        found[key] += group
    return [Team(*key, tuple(shifts)) for key, shifts in found.items()]


def list_unsaid(*, today: date, now: datetime) -> list[tuple[date, int]]:
    """Days of the last two weeks with shifts that are over and of which nobody has said what was worn, and how many, the latest
    day first."""
    over = Q(out_at__isnull=False) | Q(ends_at__lt=now)
    unsaid = models.Deployment.objects.filter(
        over, on__gt=today - LOOKED_BACK, in_at__isnull=False, protection=None
    ).exclude(shift="")
    return list(unsaid.order_by("-on").values_list("on").annotate(Count("id")))
