"""Steps of the way home: which prefecture was asked to look after somebody from their release on, and what it said."""

from collections.abc import Iterable
from uuid import UUID

from pratique.store import models, rows

OFFERED, ACCEPTED, DECLINED, TAKEN_BACK = "offered", "accepted", "declined", "taken_back"


def find_latest(*, travellers: Iterable[UUID]) -> dict[UUID, models.OnwardStep]:
    """The latest step of each of these travellers, under whichever of their names it was taken; who has none is not in it."""
    asked = rows.find_askers(travellers)
    latest: dict[UUID, models.OnwardStep] = {}
    for step in models.OnwardStep.objects.filter(traveller_id__in=list(asked)).order_by("seq"):
        latest |= dict.fromkeys(asked[step.traveller_id], step)
    return latest
