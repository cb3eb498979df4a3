"""Who came to which shift of a day, by team, and what they wore."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from pratique.store import models


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
