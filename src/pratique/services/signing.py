"""In which rank somebody signs."""

from uuid import UUID

from pratique.core.answers import Refused
from pratique.services.permission import Role
from pratique.store import models

RANKS_OF = {
    Role.COMMANDER.value: "duty_commander",
    Role.EPIDEMIOLOGIST.value: "health_lead",
    Role.SCREENER.value: "supervisor",
}
"""Role → the rank in which it signs waivers, orders and exemptions; any other signs in none."""


def rank_of(*, person: UUID) -> str:
    """The rank in which somebody signs. Raises `Refused`: `rank_missing`."""
    role = models.Person.objects.filter(id=person, is_active=True).values_list("role", flat=True).first()
    rank = RANKS_OF.get(role or "")
    if rank is None:
        raise Refused("rank_missing", "only a duty commander, a health lead or a supervisor signs")
    return rank
