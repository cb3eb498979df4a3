"""Guests taken elsewhere: to hospital and back, to another facility; asked for, fetched by a vehicle, arrived or called off.

That it was asked is evidence under an id which the trip that fetches them bears too; the register owes it until they are there.
Arriving is the same handover and scan as at a post, so that duties rest and resume.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from pratique.core.answers import Refused
from pratique.core.custody.entry import Kind
from pratique.core.custody.handover import Handover, Step
from pratique.services import custody, device, duty, transport
from pratique.services.dispatch import admission, boarding, company, duration
from pratique.store import models, rows
from pratique.store.ids import make_id
from pratique.store.queries import ports, trips
from pratique.store.queries.removals import ASKED, BY_PLAN, DROPPED, LOOKED_BACK
from pratique.store.withdrawn import without_withdrawn

AMBULANCE, OTHER_VEHICLE = "ambulance", "other_vehicle"
TRANSPORTS = (AMBULANCE, OTHER_VEHICLE)
REASONS = ("ill", "injured", "birth", "positive", "recovered", "contact", "needs", "other")
"""Why somebody is taken elsewhere, in words that say no more than whoever drives must know."""
ALONG = "along"
"""Why whoever goes along is taken elsewhere."""
FOLLOWS = {Kind.FACILITY: (Kind.HOSPITAL, Kind.FACILITY), Kind.HOSPITAL: (Kind.FACILITY, Kind.HOSPITAL)}
"""Who has somebody → to whom they may be taken."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody is to be taken elsewhere: who, to whom, why, who there agreed; by which vehicle of ours (None: another comes for
    them, or with `by_plan` the next plan of dispatch sends one), boarding from when; who of the room goes along (a guardian
    with a child)."""

    traveller: UUID
    receiver: UUID
    because: str
    agreed_by: str
    leaves_at: datetime
    vehicle: UUID | None = None
    along: tuple[UUID, ...] = ()
    by_plan: bool = False


@dataclass(frozen=True, slots=True)
class Removal:
    """One that was asked for and is still open; `trip` is the vehicle that fetches them (None: another comes, or with `by_plan` the
    next plan sends one)."""

    id: UUID
    traveller: UUID
    receiver: models.Custodian
    because: str
    agreed_by: str
    transport: str
    asked_at: datetime
    trip: trips.Trip | None
    by_plan: bool = False


@dataclass(frozen=True, slots=True)
class Going:
    """Somebody arrived elsewhere: who, with whom, when, by which transport, why, who there agreed."""

    traveller: UUID
    receiver: UUID
    at: datetime
    transport: str
    because: str
    agreed_by: str


def list_receivers(*, holder: models.Custodian | None) -> list[models.Custodian]:
    """To whom somebody whom this custodian has may be taken: another facility or hospital; off a trip, where it goes."""
    if holder is None:
        return []
    if holder.kind == Kind.TRIP:
        there = models.Trip.objects.filter(id=holder.id, destination__kind__in=FOLLOWS)
        return [one.destination for one in there.select_related("destination")]
    follows = FOLLOWS.get(Kind(holder.kind), ())
    kinds = {kind.value: order for order, kind in enumerate(follows)}
    found = models.Custodian.objects.filter(kind__in=kinds, closed_at__isnull=True).exclude(id=holder.id)
    return sorted(found, key=lambda one: (kinds[one.kind], one.code))


def ask(*, asked: Asked, by: UUID, now: datetime, removal: UUID | None = None) -> models.Evidence:
    """Ask for somebody to be taken elsewhere, and send a vehicle of ours for them if one is named. The same id again is the same.

    Raises `Refused`: `reason_missing`, `word_unknown`, `removal_refused`, `removal_open`, and as `transport.plan_trip` and
    `admission.refuse_moving`.
    """
    if not asked.agreed_by.strip():
        raise Refused("reason_missing", "say who there agreed")
    if asked.because not in REASONS:
        raise Refused("word_unknown", f"the reason is one of {', '.join(REASONS)}")
    name = removal or make_id()
    asked = replace(asked, traveller=rows.read_as(asked.traveller))
    with transaction.atomic():
        position = models.Position.objects.select_for_update().filter(traveller_id=asked.traveller).first()
        sent_again = models.Evidence.objects.filter(id=name, code=ASKED).first()
        if sent_again is not None:
            return sent_again
        holder = _find_holder(position)
        receiver = next((one for one in list_receivers(holder=holder) if one.id == asked.receiver), None)
        if holder is None or receiver is None or holder.kind == Kind.TRIP:
            raise Refused("removal_refused", "from a facility or a hospital to another")
        if find_open(traveller=asked.traveller) is not None:
            raise Refused("removal_open", "it was asked for already: call that off first")
        if not set(asked.along) <= set(list_room_mates(traveller=asked.traveller)):
            raise Refused("removal_refused", "only people of the same room go along")
        vehicle = models.Vehicle.objects.filter(id=asked.vehicle).first() if asked.vehicle else None
        if asked.vehicle is not None:
            _send(name, asked, holder, receiver, now)
        kind = OTHER_VEHICLE if vehicle and vehicle.kind != AMBULANCE else AMBULANCE
        told = _tell(holder, receiver, asked, kind)
        if asked.by_plan and asked.vehicle is None:
            told |= {"fetched_by": BY_PLAN, "leaves_at": max(asked.leaves_at, now).isoformat()}
        done = duty.Done("traveller", str(asked.traveller), ASKED, now, told)
        first = duty.record(evidence=done, by=by, now=now, evidence_id=name)
        for one in asked.along:
            if find_open(traveller=one) is None:
                with_them = duty.Done(
                    "traveller", str(one), ASKED, now, told | {"because": ALONG}, about=str(name)
                )
                duty.record(evidence=with_them, by=by, now=now, evidence_id=make_id())
    return first


def _tell(
    holder: models.Custodian, receiver: models.Custodian, ordered: "Asked | Going", transport_kind: str
) -> dict[str, str]:
    return {
        "giver": holder.code,
        "receiver": receiver.code,
        "because": ordered.because,
        "agreed_by": ordered.agreed_by.strip(),
        "transport": transport_kind,
    }


def list_room_mates(*, traveller: UUID) -> list[UUID]:
    """Who shares the room with somebody now."""
    names = rows.list_names(traveller)
    own = models.Traveller.objects.filter(id__in=names).exclude(room="").first()
    held = models.Position.objects.filter(traveller_id=names[0], inside=True).first()
    if own is None or held is None:
        return []
    here = models.Position.objects.filter(holder_id=held.holder_id, inside=True).values("traveller_id")
    mates = models.Traveller.objects.filter(id__in=here, room=own.room).exclude(id__in=names)
    return list(mates.order_by("code").values_list("id", flat=True))


def _find_holder(position: models.Position | None) -> models.Custodian | None:
    if position is None or not position.inside:
        return None
    return models.Custodian.objects.filter(id=position.holder_id).first()


def _send(
    name: UUID, asked: Asked, holder: models.Custodian, receiver: models.Custodian, now: datetime
) -> None:
    """The trip that fetches them: from where they are, with them on its list, held to the rules of every list."""
    assert asked.vehicle is not None
    lead = timedelta(minutes=duration.find_lead(origin=holder))
    starts_at = max(asked.leaves_at - lead, now).astimezone(ports.find_zone())
    order = transport.Order(
        vehicle=asked.vehicle,
        destination=asked.receiver,
        starts_at=starts_at,
        minutes=duration.find_minutes(vehicle=asked.vehicle, destination=asked.receiver, origin=holder),
        origin=holder.id,
    )
    code = transport.make_code(trip=name, starts_at=starts_at)
    transport.plan_trip(order=order, code=code, trip_id=name)
    riders = [asked.traveller, *asked.along]
    group = company.gather_moving(travellers=riders, because=asked.because, place=receiver, now=now)
    fellows = set(list_room_mates(traveller=asked.traveller)) - set(asked.along)
    trip = trips.find_trip(trip=name)
    assert trip is not None
    admission.refuse_moving(trip=trip, group=group, fellows=fellows, now=now)
    boarding.write_lists(lists={name: riders})


def drop(*, removal: UUID, because: str, by: UUID, now: datetime) -> None:
    """Call it off, for whoever goes along too: the vehicle that was to fetch them is free again. Called off twice is once.

    Raises `Refused`: `removal_unknown`, `reason_missing`, and `trip_under_way` once the vehicle has set off.
    """
    if not because.strip():
        raise Refused("reason_missing", "say why")
    with transaction.atomic():
        row = models.Evidence.objects.select_for_update().filter(id=removal, code=ASKED).first()
        if row is None:
            raise Refused("removal_unknown", "nobody asked for this")
        if models.Evidence.objects.filter(code=DROPPED, about=str(removal)).exists():
            return
        _recall(removal, because, by, now)
        along = models.Evidence.objects.filter(code=ASKED, about=str(removal))
        called_off = [row, *without_withdrawn(along)]
        if row.attributes.get("fetched_by") == BY_PLAN:
            _take_off([UUID(one.subject_id) for one in called_off], row, because, by, now)
        for one in called_off:
            told = {"because": because.strip()}
            done = duty.Done("traveller", one.subject_id, DROPPED, now, told, about=str(one.id))
            duty.record(evidence=done, by=by, now=now)


def _recall(removal: UUID, because: str, by: UUID, now: datetime) -> None:
    if models.Trip.objects.filter(id=removal, ended_at__isnull=True).exists():
        transport.withdraw(trips=[removal], because=because, by=by, now=now)


def _take_off(travellers: list[UUID], asked: models.Evidence, because: str, by: UUID, now: datetime) -> None:
    """Take them off the list of the trip that a plan sends for them; it is withdrawn if it fetches nobody any more."""
    lines = models.BoardingLine.objects.filter(
        traveller_id__in=travellers,
        trip__ended_at__isnull=True,
        trip__origin__code=asked.attributes["giver"],
    )
    fetching = set(lines.values_list("trip_id", flat=True))
    if models.Trip.objects.filter(id__in=fetching, departed_at__isnull=False).exists():
        raise Refused("trip_under_way", "the vehicle has set off for them")
    lines.delete()
    left = set(models.BoardingLine.objects.filter(trip__in=fetching).values_list("trip_id", flat=True))
    if fetching - left:
        transport.withdraw(trips=fetching - left, because=because, by=by, now=now)


def find_open(*, traveller: UUID) -> Removal | None:
    """What was asked for this person, under whichever of their wristbands, and is still open."""
    return next(iter(_list([traveller], None)), None)


def list_open(*, custodian: UUID, now: datetime) -> list[Removal]:
    """Who of this facility or hospital is to be taken elsewhere, and who is to be brought to it; the first asked first."""
    code = models.Custodian.objects.values_list("code", flat=True).get(id=custodian)
    mine = Q(attributes__giver=code) | Q(attributes__receiver=code)
    recent = models.Evidence.objects.filter(mine, code=ASKED, happened_at__gte=now - LOOKED_BACK)
    return _list({UUID(name) for name in recent.values_list("subject_id", flat=True)}, code)


def _list(travellers: Iterable[UUID], code: str | None) -> list[Removal]:
    """Those that stand, are not called off, and whose people are still with the giver or on the trip that fetches them."""
    own = rows.read_names(travellers)
    people = {str(name): those[0] for those in own.values() for name in those}
    told = models.Evidence.objects.filter(subject_kind="traveller", subject_id__in=people, code=ASKED)
    asked = list(without_withdrawn(told).order_by("happened_at", "seq"))
    dropped = models.Evidence.objects.filter(code=DROPPED, about__in=[str(row.id) for row in asked])
    over = set(dropped.values_list("about", flat=True))
    held = {row.traveller_id: row for row in models.Position.objects.filter(traveller_id__in=people.values())}
    places = models.Custodian.objects.in_bulk(
        [row.attributes["giver"] for row in asked] + [row.attributes["receiver"] for row in asked],
        field_name="code",
    )
    there = _read_arrivals(people, [places[row.attributes["receiver"]].id for row in asked])
    found = []
    for row in asked:
        told, person = row.attributes, people[row.subject_id]
        position = held.get(person)
        arrived = there.get((person, places[told["receiver"]].id))
        if arrived is not None and arrived >= row.happened_at:
            continue  # they were there since, wherever they ride now
        if str(row.id) in over or position is None or code not in (None, told["giver"], told["receiver"]):
            continue
        by_plan = told.get("fetched_by") == BY_PLAN
        giver = places[told["giver"]]
        waits = position.holder_id == giver.id and position.since_at <= row.happened_at
        if waits or (position.holder_kind == Kind.TRIP and position.since_at > row.happened_at):
            found.append(
                Removal(
                    row.id,
                    person,
                    places[told["receiver"]],
                    told["because"],
                    told["agreed_by"],
                    told["transport"],
                    row.happened_at,
                    trips.find_fetching(traveller=UUID(row.subject_id), origin=giver.id)
                    if by_plan
                    else trips.find_trip(trip=UUID(row.about) if row.about else row.id),
                    by_plan,
                )
            )
    return found


def _read_arrivals(
    people: Mapping[str, UUID], receivers: Iterable[UUID]
) -> dict[tuple[UUID, UUID], datetime]:
    """When these people were last scanned by each of the receivers, by scans that nobody took back."""
    annulled = models.Annulment.objects.filter(scan_id=OuterRef("id"))
    ruled_out = models.Ruling.objects.filter(scan_id=OuterRef("id"), believed=False)
    scans = models.Scan.objects.filter(
        ~Exists(annulled), ~Exists(ruled_out), traveller_id__in=people, custodian_id__in=list(receivers)
    )
    steps = scans.order_by("happened_at").values_list("traveller_id", "custodian_id", "happened_at")
    return {(people[str(who)], where): at for who, where, at in steps}


def arrive(*, removal: UUID, at: datetime, by: UUID, now: datetime) -> Handover:
    """Whoever was to be taken elsewhere is there. Raises `Refused`: `removal_unknown`, and as `move`."""
    row = models.Evidence.objects.filter(id=removal, code=ASKED).first()
    found = find_open(traveller=UUID(row.subject_id)) if row is not None else None
    if row is None or found is None or found.id != removal:
        raise Refused("removal_unknown", "it is not open: look where they are")
    going = Going(found.traveller, found.receiver.id, at, found.transport, found.because, found.agreed_by)
    with transaction.atomic():
        moved = move(going=going, by=by, now=now)
        if found.trip is not None and found.trip.id == removal and found.trip.departed_at is None:
            _recall(removal, "they arrived without it", by, now)
        if found.by_plan and found.trip is not None and found.trip.departed_at is None:
            _take_off([found.traveller], row, "they arrived without it", by, now)
    return moved


def write_down(*, going: Going, by: UUID, now: datetime, handover: UUID | None = None) -> Handover:
    """It has happened and nobody had asked for it here: they are handed over as by `move`, and it stands as ordered from when they were
    there, so that they read who took them where and why, and may object. Off a trip it is no order of its own.

    Raises `Refused` as `move`; `word_unknown` unless the reason is one of `REASONS`."""
    if going.because not in REASONS:
        raise Refused("word_unknown", f"the reason is one of {', '.join(REASONS)}")
    name = handover or make_id()
    going = replace(going, traveller=rows.read_as(going.traveller))
    with transaction.atomic():
        position = models.Position.objects.select_for_update().filter(traveller_id=going.traveller).first()
        if (sent_again := custody.find_handover(handover_id=name, now=now)) is not None:
            return sent_again
        holder = _find_holder(position)
        moved = move(going=going, by=by, now=now, handover=name)
        if holder is not None and holder.kind in FOLLOWS:
            receiver = models.Custodian.objects.get(id=going.receiver)
            told = _tell(holder, receiver, going, going.transport)
            done = duty.Done("traveller", str(going.traveller), ASKED, going.at, told)
            duty.record(evidence=done, by=by, now=now, evidence_id=name)
    return moved


def move(*, going: Going, by: UUID, now: datetime, handover: UUID | None = None) -> Handover:
    """Hand somebody over to another facility or hospital: offered by name, accepted by whoever agreed, with them from then on.

    The same handover sent again is the same one. Raises `Refused`: `reason_missing`, `word_unknown`, `moment_impossible`,
    `removal_refused`.
    """
    if not going.because.strip() or not going.agreed_by.strip():
        raise Refused("reason_missing", "say why, and who there agreed")
    if going.transport not in TRANSPORTS:
        raise Refused("word_unknown", f"the transport is one of {', '.join(TRANSPORTS)}")
    name = handover or make_id()
    going = replace(going, traveller=rows.read_as(going.traveller))
    with transaction.atomic():
        position = models.Position.objects.select_for_update().filter(traveller_id=going.traveller).first()
        sent_again = custody.find_handover(handover_id=name, now=now)
        if sent_again is not None:
            return sent_again
        holder = _find_holder(position)
        if position is None or holder is None or going.receiver not in _ids(holder):
            raise Refused("removal_refused", "from a facility or a hospital to another")
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
