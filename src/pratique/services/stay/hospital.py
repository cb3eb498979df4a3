"""To hospital and back, written down on the page of a stay: the same handover and scan as at a post, so that duties rest and resume."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.custody.entry import Kind
from pratique.core.custody.handover import Handover, Step
from pratique.services import custody, device
from pratique.store import models
from pratique.store.ids import make_id

TRANSPORTS = ("ambulance", "other_vehicle")
FOLLOWS = {Kind.FACILITY: Kind.HOSPITAL, Kind.HOSPITAL: Kind.FACILITY}
"""Who has somebody → to whom they go by this page."""


@dataclass(frozen=True, slots=True)
class Going:
    """Somebody goes to hospital or comes back: who, to whom, when they arrived, by which transport, why, who there agreed."""

    traveller: UUID
    receiver: UUID
    at: datetime
    transport: str
    because: str
    agreed_by: str


def list_receivers(*, holder: models.Custodian | None) -> list[models.Custodian]:
    """To whom somebody whom this custodian has may go: from a facility to hospitals, from a hospital to facilities."""
    follows = FOLLOWS.get(Kind(holder.kind)) if holder else None
    if follows is None:
        return []
    return list(models.Custodian.objects.filter(kind=follows.value, closed_at__isnull=True).order_by("code"))


def move(*, going: Going, by: UUID, now: datetime, handover: UUID | None = None) -> Handover:
    """Hand somebody over between a facility and a hospital: offered by name, accepted by whoever agreed, with them from then on.

    The same handover sent again is the same one. Raises `Refused`: `reason_missing`, `word_unknown`, `moment_impossible`,
    `hospital_step_refused`.
    """
    if not going.because.strip() or not going.agreed_by.strip():
        raise Refused("reason_missing", "say why, and who there agreed")
    if going.transport not in TRANSPORTS:
        raise Refused("word_unknown", f"the transport is one of {', '.join(TRANSPORTS)}")
    name = handover or make_id()
    with transaction.atomic():
        position = models.Position.objects.select_for_update().filter(traveller_id=going.traveller).first()
        sent_again = custody.find_handover(handover_id=name, now=now)
        if sent_again is not None:
            return sent_again
        holder = models.Custodian.objects.filter(id=position.holder_id).first() if position else None
        if position is None or holder is None or going.receiver not in _ids(holder):
            raise Refused("hospital_step_refused", "from a facility to a hospital, or from a hospital back")
        if not position.seen_at < going.at <= now:
            raise Refused("moment_impossible", "after they were last seen, and not in the future")
        offer = custody.Offer(holder.id, going.receiver, 1, (going.traveller,))
        custody.offer(handover_id=name, offer=offer, by=by, now=now)
        told = "; ".join((going.transport, going.because.strip(), going.agreed_by.strip()))
        custody.answer(handover_id=name, step=Step.ACCEPTED, heads=1, because=told, by=by, now=now)
        page, counter = device.take_counters(person=by, number=1)
        scan = custody.Told(make_id(), going.traveller, going.receiver, counter, going.at, handover=name)
        custody.receive(scans=[scan], device=page, by=by, now=now)
        done = custody.find_handover(handover_id=name, now=now + timedelta(seconds=1))
        assert done is not None
    return done


def _ids(holder: models.Custodian) -> set[UUID]:
    return {one.id for one in list_receivers(holder=holder)}
