"""The receiving prefecture takes people over with its own count; until it has, the convoy is responsible."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.custody.handover import Handover, State, Step
from pratique.services import custody, device
from pratique.services.convoy import course
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import convoys


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the receiver says of one vehicle: their own count, who was there by name, and, if somebody else writes it down for
    them, who said so."""

    heads: int
    present: frozenset[UUID]
    told_by: str = ""


def accept(*, convoy: UUID, trip: UUID, told: Receipt, by: UUID, now: datetime) -> Handover:
    """Take over the people of one vehicle. Whoever was ticked is held by the receiver from now on.

    It closes when offer, count and names agree; else the answer says what differs, the convoy stays responsible for whoever
    was not ticked, and the receiver may count again. Raises `Refused`: `convoy_unknown`, `convoy_over`, `trip_unknown`,
    `acceptance_by_giver`, `convoy_not_offered`, `heads_missing`, `handover_step_refused`.
    """
    with transaction.atomic():
        offered = _find_offer(convoy, trip, by, now)
        # The count first: with the names it closes, and what is closed takes no count any more.
        custody.answer(
            handover_id=UUID(offered.id),
            step=Step.ACCEPTED,
            heads=told.heads,
            because=told.told_by.strip(),
            by=by,
            now=now,
        )
        _scan(offered, told.present, by, now)
        answered = custody.find_handover(handover_id=UUID(offered.id), now=now)
        assert answered is not None
        course.heed(convoy=convoy, now=now)
    return answered


def _scan(offered: Handover, present: Collection[UUID], by: UUID, now: datetime) -> None:
    """Whoever was ticked is with the receiver."""
    ticked = _list_new(UUID(offered.id), UUID(offered.receiver), present)
    if not ticked:
        return
    page, start = device.take_counters(person=by, number=len(ticked))
    scans = [
        custody.Told(make_id(), who, UUID(offered.receiver), start + n, now, handover=UUID(offered.id))
        for n, who in enumerate(ticked)
    ]
    for first in range(0, len(scans), custody.BATCH_MAX):
        custody.receive(scans=scans[first : first + custody.BATCH_MAX], device=page, by=by, now=now)


def decline(*, convoy: UUID, trip: UUID, because: str, by: UUID, now: datetime) -> None:
    """Do not take them over, and say why: the convoy stays responsible. Raises `Refused` as `accept` does."""
    with transaction.atomic():
        offered = _find_offer(convoy, trip, by, now)
        custody.answer(
            handover_id=UUID(offered.id), step=Step.DECLINED, heads=None, because=because, by=by, now=now
        )


def _find_offer(convoy: UUID, trip: UUID, by: UUID, now: datetime) -> Handover:
    found = convoys.find_convoy(convoy=convoy)
    if found is None:
        raise Refused("convoy_unknown", "there is no such convoy")
    if found.over:
        raise Refused("convoy_over", "the convoy is over")
    own = next((one for one in found.trips if one.id == trip), None)
    if own is None:
        raise Refused("trip_unknown", "there is no such trip in it")
    crew = {
        found.commander.pk,
        *(p.pk for one in found.trips for p in (one.driver, *one.reliefs, *one.escorts) if p is not None),
    }
    if by in crew:
        raise Refused("acceptance_by_giver", "whoever brings people cannot accept them: the receiver counts")
    handover = course.judge_all(found=[found], now=now)[convoy].handovers.get(trip)
    if handover is None or handover.state in (State.DECLINED, State.WITHDRAWN):
        raise Refused("convoy_not_offered", f"{own.vehicle.plate} has offered nobody yet")
    return handover


def _list_new(handover: UUID, receiver: UUID, present: Collection[UUID]) -> list[UUID]:
    """Whoever was ticked and has not been scanned for this handover yet."""
    annulled = models.Annulment.objects.values("scan_id")
    scans = models.Scan.objects.filter(handover_id=handover, custodian_id=receiver).exclude(id__in=annulled)
    return sorted(set(present) - set(scans.values_list("traveller_id", flat=True)))
