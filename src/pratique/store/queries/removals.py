"""Who is to be taken elsewhere and waits for the vehicle that the next plan of dispatch sends."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from pratique.store import models, rows
from pratique.store.withdrawn import without_withdrawn

ASKED, DROPPED = "removal_asked", "removal_dropped"
BY_PLAN = "plan"
"""What is written in a request (`fetched_by`) where no vehicle is named: the next plan of dispatch sends one."""
LOOKED_BACK = timedelta(days=3)
"""Whoever was not fetched for so long is on the list of what is overdue and not on a desk's any more."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One request: who, where they are since when, where to, why, from when on, and for whoever goes along: with whose request."""

    id: UUID
    traveller: UUID
    position: models.Position
    receiver: models.Custodian
    because: str
    leaves_at: datetime
    about: str


def list_planned(*, now: datetime) -> list[Planned]:
    """Requests for the next plan that stand, and whose people are still where they were; the first asked first."""
    told = models.Evidence.objects.filter(
        code=ASKED, happened_at__gte=now - LOOKED_BACK, attributes__fetched_by=BY_PLAN
    )
    asked = list(without_withdrawn(told).order_by("happened_at", "seq"))
    dropped = models.Evidence.objects.filter(code=DROPPED, about__in=[str(row.id) for row in asked])
    over = set(dropped.values_list("about", flat=True))
    names = rows.read_names(UUID(row.subject_id) for row in asked)
    people = {one: own[0] for one, own in names.items()}
    held = {
        position.traveller_id: position
        for position in models.Position.objects.filter(inside=True, traveller_id__in=people.values())
    }
    codes = {row.attributes[end] for row in asked for end in ("giver", "receiver")}
    places = models.Custodian.objects.in_bulk(list(codes), field_name="code")
    found = []
    for row in asked:
        told, position = row.attributes, held.get(people[UUID(row.subject_id)])
        if str(row.id) in over or position is None or position.since_at > row.happened_at:
            continue
        if position.holder_id == places[told["giver"]].id:
            leaves_at = datetime.fromisoformat(told["leaves_at"])
            receiver = places[told["receiver"]]
            found.append(
                Planned(
                    row.id, position.traveller_id, position, receiver, told["because"], leaves_at, row.about
                )
            )
    return found
