"""A death: certified by a physician, confirmed by a second person, the deceased handed over, family and consulate told.

From its confirmation on everything owed to them ends, at the time of death; what is owed from then on stands in the running
rules. A record that was wrong is taken back for a reason by two, and everything is owed again.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from pratique.core.answers import Refused
from pratique.core.custody.handover import Step
from pratique.core.screening.exit import Sort
from pratique.services import custody, device, duty, signing, way
from pratique.services.stay import removal
from pratique.store import models, rows
from pratique.store.ids import make_id
from pratique.store.queries import deaths
from pratique.store.queries.deaths import CERTIFIED, DIED, DOUBTED

KIN_TOLD, CONSULATE_TOLD = "kin_told", "consulate_told"
TOLD = {KIN_TOLD: ("reached", "not_reached_yet", "none_known"), CONSULATE_TOLD: ("reached", "not_concerned")}
"""Whom one tells → what may come of it; `not_reached_yet` ends no duty."""
HANDOVER_MINUTES = 720
BECAUSE = "their death is on record"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the physician's certificate says, without a cause: of whom, when and where, who signed it, its number."""

    traveller: UUID
    at: datetime
    place: str
    doctor: str
    document: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands: certified, confirmed (None: not), doubted by one who waits for a second, and the open handover."""

    certified: models.Evidence | None
    died: models.Evidence | None
    doubted: models.Evidence | None
    kin: models.Evidence | None
    consulate: models.Evidence | None
    handover: UUID | None


def look(*, traveller: UUID) -> Standing:
    """How it stands with one traveller."""
    found = {
        code: deaths.find_records(travellers=[traveller], code=code).get(traveller)
        for code in (CERTIFIED, DIED, DOUBTED, KIN_TOLD, CONSULATE_TOLD)
    }
    return Standing(
        found[CERTIFIED],
        found[DIED],
        found[DOUBTED],
        found[KIN_TOLD],
        found[CONSULATE_TOLD],
        _find_handover(traveller),
    )


def list_exits() -> list[models.Custodian]:
    """Where a deceased is taken over: a mortuary, a hospital's pathology."""
    return [one for one in way.list_exits() if way.sort_of(one) is Sort.DIED]


def _find_handover(traveller: UUID) -> UUID | None:
    """The handover on offer to one of these exits that names them."""
    exits = [one.id for one in list_exits()]
    named = Q()
    for name in rows.list_names(traveller):
        named |= Q(names__contains=[str(name)])
    offered = models.HandoverEvent.objects.filter(named, receiver_id__in=exits, step=Step.OFFERED).order_by(
        "-seq"
    )
    for name in dict.fromkeys(offered.values_list("handover_id", flat=True)):
        steps = models.HandoverEvent.objects.filter(handover_id=name).values_list("step", flat=True)
        if set(steps) == {Step.OFFERED.value}:
            return UUID(str(name))
    return None


def certify(
    *, told: Certificate, by: UUID, now: datetime, evidence_id: UUID | None = None
) -> models.Evidence:
    """Write down what a physician certified; it ends nothing before a second person has confirmed it.

    Raises `Refused`: `rank_missing` but for a health lead, `death_unwritten`, `moment_impossible`, `death_known`,
    `death_elsewhere` of whoever nobody of the loop has.
    """
    if signing.rank_of(person=by) != "health_lead":
        raise Refused("rank_missing", "a health lead writes a physician's certificate down")
    if not (told.place.strip() and told.doctor.strip() and told.document.strip()):
        raise Refused(
            "death_unwritten", "say where, which physician certified it, and the number of the certificate"
        )
    person = rows.read_as(told.traveller)
    with transaction.atomic():
        position = models.Position.objects.select_for_update().filter(traveller_id=person).first()
        sent_again = models.Evidence.objects.filter(id=evidence_id).first() if evidence_id else None
        if sent_again is not None:
            return sent_again
        if position is None or not position.inside:
            raise Refused("death_elsewhere", "nobody of the loop has this person")
        if told.at > now or _came_later(person, told.at):
            raise Refused("moment_impossible", "after they arrived, and not in the future")
        if look(traveller=person).certified is not None:
            raise Refused("death_known", "it is certified already")
        said = {
            "place": told.place.strip(),
            "doctor": told.doctor.strip(),
            "document": told.document.strip(),
        }
        done = duty.Done("traveller", str(person), CERTIFIED, told.at, said)
        return duty.record(evidence=done, by=by, now=now, evidence_id=evidence_id)


def _came_later(traveller: UUID, at: datetime) -> bool:
    """Whether they were not here yet: admitted under none of their names by then."""
    own = models.Admission.objects.filter(traveller_id__in=rows.list_names(traveller))
    return own.exists() and not own.filter(happened_at__lte=at).exists()


def confirm(*, traveller: UUID, by: UUID, now: datetime) -> models.Evidence:
    """A second person confirms: duties end at the time of death, journeys are called off, their page is closed.

    Raises `Refused`: `rank_missing` but for a health lead or a duty commander, `death_uncertified`, `second_person_needed`.
    """
    _require_rank(by)
    with transaction.atomic():
        traveller = _lock(traveller)
        found = look(traveller=traveller)
        if found.died is not None:
            return found.died
        if found.certified is None:
            raise Refused("death_uncertified", "a physician certifies it first")
        if found.certified.by_id == by:
            raise Refused("second_person_needed", "you wrote the certificate down: another person confirms")
        done = duty.Done(
            "traveller",
            str(traveller),
            DIED,
            found.certified.happened_at,
            found.certified.attributes,
            about=str(found.certified.id),
        )
        row = duty.record(evidence=done, by=by, now=now)
        _call_off(traveller, by, now)
    return row


def _require_rank(by: UUID) -> None:
    if signing.rank_of(person=by) not in ("health_lead", "duty_commander"):
        raise Refused("rank_missing", "a health lead or a duty commander signs")


def _call_off(traveller: UUID, by: UUID, now: datetime) -> None:
    """No vehicle fetches them, no list names them, and the slip in somebody's hand opens nothing."""
    asked, names = removal.find_open(traveller=traveller), rows.list_names(traveller)
    if asked is not None and (asked.trip is None or asked.trip.departed_at is None):
        removal.drop(removal=asked.id, because=BECAUSE, by=by, now=now)
    models.BoardingLine.objects.filter(
        traveller_id__in=names, trip__departed_at__isnull=True, trip__ended_at__isnull=True
    ).delete()
    models.Slip.objects.filter(traveller_id__in=names, revoked_at__isnull=True).update(
        revoked_at=now, revoked_by_id=by
    )


def _lock(traveller: UUID) -> UUID:
    """One at a time writes about this person; the name under which that is done."""
    person = rows.read_as(traveller)
    models.Traveller.objects.select_for_update().get(id=person)
    return person


def tell(*, traveller: UUID, whom: str, outcome: str, by: UUID, now: datetime) -> models.Evidence:
    """Next of kin or the consulate were told, or why nobody is to be. Raises `Refused`: `word_unknown`, `death_unconfirmed`."""
    if outcome not in TOLD.get(whom, ()):
        raise Refused("word_unknown", "say whom, and what came of it")
    died = look(traveller=traveller).died
    if died is None:
        raise Refused("death_unconfirmed", "their death is not on record")
    done = duty.Done(
        "traveller", str(rows.read_as(traveller)), whom, now, {"outcome": outcome}, about=str(died.id)
    )
    return duty.record(evidence=done, by=by, now=now)


def offer(*, traveller: UUID, receiver: UUID, by: UUID, now: datetime) -> UUID:
    """Ask a mortuary or hospital to take the deceased over; the same as long as it waits for an answer.

    Raises `Refused`: `death_unconfirmed`, `custodian_unknown`, `death_elsewhere`.
    """
    with transaction.atomic():
        traveller = _lock(traveller)
        found = look(traveller=traveller)
        if found.handover is not None:
            return found.handover
        if found.died is None:
            raise Refused("death_unconfirmed", "their death is not on record")
        if receiver not in {one.id for one in list_exits()}:
            raise Refused("custodian_unknown", "a deceased is taken over by an exit that is for it")
        position = models.Position.objects.filter(traveller_id=traveller, inside=True).first()
        if position is None:
            raise Refused("death_elsewhere", "nobody of the loop has this person")
        name = make_id()
        terms = custody.Offer(position.holder_id, receiver, 1, (traveller,), HANDOVER_MINUTES)
        custody.offer(handover_id=name, offer=terms, by=by, now=now)
    return name


def take_over(*, traveller: UUID, accepted_by: str, by: UUID, now: datetime) -> None:
    """The receiver took the deceased over, says another person than who asked; they leave the loop by that exit.

    Raises `Refused`: `handover_unknown`, `reason_missing` without who of the receiver accepted, `second_person_needed`.
    """
    if not accepted_by.strip():
        raise Refused("reason_missing", "say who took the deceased over")
    with transaction.atomic():
        traveller = _lock(traveller)
        name = look(traveller=traveller).handover
        standing = custody.find_handover(handover_id=name, now=now) if name else None
        if name is None or standing is None:
            raise Refused("handover_unknown", "nobody was asked to take the deceased over")
        if standing.offered_by == str(by):
            raise Refused("second_person_needed", "you asked for it: another person says that it was done")
        custody.answer(
            handover_id=name, step=Step.ACCEPTED, heads=1, because=accepted_by.strip(), by=by, now=now
        )
        page, counter = device.take_counters(person=by, number=1)
        scan = custody.Told(make_id(), traveller, UUID(standing.receiver), counter, now, handover=name)
        custody.receive(scans=[scan], device=page, by=by, now=now)


def doubt(*, traveller: UUID, because: str, by: UUID, now: datetime) -> None:
    """Say that the record is wrong. A certificate that nobody confirmed is taken back at once; a death waits for a second person.

    Raises `Refused`: `rank_missing`, `reason_missing`, `death_uncertified`.
    """
    _require_rank(by)
    if not because.strip():
        raise Refused("reason_missing", "say what shows that it is wrong")
    with transaction.atomic():
        traveller = _lock(traveller)
        found = look(traveller=traveller)
        if found.certified is None:
            raise Refused("death_uncertified", "nothing is on record")
        if found.died is None:
            duty.withdraw(evidence=found.certified.id, because=because, by=by, now=now)
        elif found.doubted is None:
            told = {"because": because.strip()}
            done = duty.Done("traveller", str(traveller), DOUBTED, now, told, about=str(found.died.id))
            duty.record(evidence=done, by=by, now=now)


def take_back(*, traveller: UUID, by: UUID, now: datetime) -> None:
    """The second of two takes the record back: what was owed is owed again, and they have not left the loop.

    Raises `Refused`: `rank_missing`, `death_undoubted`, `second_person_needed`.
    """
    _require_rank(by)
    with transaction.atomic():
        traveller = _lock(traveller)
        found = look(traveller=traveller)
        if found.doubted is None or found.died is None or found.certified is None:
            raise Refused("death_undoubted", "somebody says first what shows that it is wrong")
        if found.doubted.by_id == by:
            raise Refused("second_person_needed", "you said that it is wrong: another person takes it back")
        because = str(found.doubted.attributes["because"])
        told = [found.doubted, found.died, found.certified, found.kin, found.consulate]
        for row in told:
            if row is not None:
                duty.withdraw(evidence=row.id, because=because, by=by, now=now)
        _bring_back(traveller, found.handover, because, by, now)


def _bring_back(traveller: UUID, handover: UUID | None, because: str, by: UUID, now: datetime) -> None:
    """Nobody was taken over: scans at these exits are taken back, and nobody waits for an answer any more."""
    exits = [one.id for one in list_exits()]
    scans = models.Scan.objects.filter(
        traveller_id__in=rows.list_names(traveller), custodian_id__in=exits
    ).exclude(id__in=models.Annulment.objects.values("scan_id"))
    for scan in list(scans.values_list("id", flat=True)):
        custody.annul(scan=scan, by=by, because=because, now=now)
    if handover is not None:
        custody.withdraw(handover_id=handover, because=because, by=by, now=now)
