"""People of one vehicle taken on by another on the road: which trips may take them, what speaks against the others, the offer.

The same rules as a plan's: one class and one flight to a trip, one destination, as many as the seats allow, and what they need on
the way. A dispatcher may set aside with a reason what the transport rules name (`relay.may_override`), and never seats; needs only
where no trip has them, for nobody is left on the road. What was set aside is evidence about the trip they leave.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.custody.entry import Kind
from pratique.core.custody.handover import Step
from pratique.services import custody, duty
from pratique.services.dispatch import company, people, riding, settings
from pratique.services.dispatch.people import Group
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import posts, trips
from pratique.store.queries.trips import Trip

TOO_LATE, CLASS, MIXED, FULL = "relay_too_late", "relay_class", "relay_mixed", "relay_full"
FLIGHT, ELSEWHERE, ACCEPTS = "relay_flight", "relay_elsewhere", "relay_accepts"
NEEDS = {what: f"relay_{what}" for what in company.NEEDS}
SET_ASIDE = "relay_set_aside"
BECAUSE = {
    TOO_LATE: "the trip has arrived, or is over",
    CLASS: "its vehicle may not carry them: cases go by ambulance, and nobody else does",
    MIXED: "people of another class ride in it",
    FULL: "it has not seats enough for them",
    FLIGHT: "people of another flight ride in it",
    ACCEPTS: "the place it goes to does not take them",
    ELSEWHERE: "it goes somewhere else",
    NEEDS[company.WHEELCHAIRS]: "it has not places enough for their wheelchairs",
    NEEDS[company.CHILD_SEATS]: "it has not child seats enough for them",
    NEEDS[company.LANGUAGE]: "nobody of its crew speaks what they speak",
}
"""What may speak against a trip, in the order in which it is asked."""


@dataclass(frozen=True, slots=True)
class Taker:
    """A trip that might take people on: seats left by the rules, and what speaks against it (codes; none: it fits). `better` are
    the plates of trips that fit, where this one does not."""

    trip: Trip
    seats: int
    against: tuple[str, ...]
    better: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.against

    @property
    def needs_reason(self) -> bool:
        """Whether somebody may set aside with a reason all that speaks against it."""
        return bool(self.against) and not self.firm

    @property
    def firm(self) -> tuple[str, ...]:
        """What speaks against it and cannot be set aside: what they need not while another trip has it."""
        return tuple(
            code
            for code in self.against
            if not may_override(code) or (self.better and code in NEEDS.values())
        )

    @property
    def takes_some(self) -> bool:
        """Whether it would take some of them: only seats are wanting."""
        return self.against == (FULL,) and self.seats > 0


def may_override(code: str) -> bool:
    """Whether the rules let a dispatcher set this aside."""
    return code.removeprefix("relay_") in settings.get_rules().relay.may_override


def list_takers(*, giver: UUID, names: Collection[UUID], now: datetime) -> list[Taker]:
    """Every open trip for these people of a trip, those that fit first, then by what speaks against them."""
    own = trips.find_trip(trip=giver)
    if own is None or not names:
        return []
    others = [t for t in trips.list_trips(now=now) if t.ended_at is None and t.id != giver]
    found = _hold(own, frozenset(names), others, now)
    return sorted(found, key=lambda one: (len(one.against), _rank(one), one.trip.starts_at, one.trip.code))


def _rank(one: Taker) -> int:
    return 0 if one.fits else 1 if one.takes_some or one.needs_reason else 2


def _hold(own: Trip, names: frozenset[UUID], others: list[Trip], now: datetime) -> list[Taker]:
    """These trips held against the rules."""
    riders, rules = _read_riders(others, now), settings.get_rules()
    known = {one.traveller: one for one in company.read(travellers=names.union(*riders.values()), now=now)}
    told = people.gather(waiting=[known[one] for one in names if one in known], rules=rules)
    found = [
        _judge(
            one, own, told, people.gather(waiting=[known[who] for who in riders[one.id] - names], rules=rules)
        )
        for one in others
    ]
    better = tuple(one.trip.vehicle.plate for one in found if one.fits)
    return [one if one.fits else replace(one, better=better) for one in found]


def _judge(one: Trip, own: Trip, told: Sequence[Group], riding_there: Sequence[Group]) -> Taker:
    along = company.list_companions(told)
    everybody = [who for group in told for who in group.members]
    wanted = {who.cls for who in everybody if who.traveller not in along}
    heads = sum(len(group.members) for group in riding_there)
    seats = company.count_seats(trip=one, classes=wanted, companions=len(along)) - heads
    goes_on = one.destination.id == own.destination.id or {w.bound for w in everybody} == {one.destination.id}
    to_hospital = one.destination.kind == Kind.HOSPITAL and wanted == {people.CASE}
    against = {
        TOO_LATE: one.arrived_at is not None or one.ended_at is not None,
        CLASS: not all(riding.may_carry(kind=one.vehicle.kind, cls=cls) for cls in wanted),
        MIXED: bool(riding_there) and _list_classes(riding_there) != wanted,
        FULL: len(everybody) > seats,
        FLIGHT: bool(riding_there) and not _list_flights(told) <= _list_flights(riding_there),
        ACCEPTS: not goes_on and not all(company.takes(place=one.destination, cls=cls) for cls in wanted),
        ELSEWHERE: not (goes_on or to_hospital),
    }
    lacks = company.list_lacks(trip=one, groups=told, riding=riding_there)
    wrong = (*(code for code, found in against.items() if found), *(NEEDS[lack.what] for lack in lacks))
    return Taker(one, max(0, seats), wrong)


def _list_classes(groups: Iterable[Group]) -> set[str]:
    return {who.cls for group in groups for who in group.members}


def _list_flights(groups: Iterable[Group]) -> set[UUID | None]:
    return {who.flight for group in groups for who in group.members}


def list_with_guardian(*, trip: UUID, ill: UUID, now: datetime) -> tuple[UUID, ...]:
    """Whoever is ill, and with a child its guardian, or one adult of its party, aboard the same trip, whatever class that one rides in."""
    (told,) = company.read(travellers=[ill], now=now)
    if not told.under_age or not settings.get_rules().needs.guardian_with_child:
        return (ill,)
    aboard = models.Position.objects.filter(holder_id=trip, inside=True).exclude(traveller_id=ill)
    there = company.read(travellers=set(aboard.values_list("traveller_id", flat=True)), now=now)
    able = company.list_able(child=told, among=there)
    codes = dict(
        models.Traveller.objects.filter(id__in=[one.traveller for one in able]).values_list("id", "code")
    )
    return (ill, *sorted(codes, key=lambda one: codes[one])[:1])


def _read_riders(others: list[Trip], now: datetime) -> dict[UUID, frozenset[UUID]]:
    """By trip: whoever is aboard, whoever of its list still waits to board, and whoever was offered to it and is not there yet."""
    ids = [one.id for one in others]
    found: dict[UUID, set[UUID]] = defaultdict(set)
    held = models.Position.objects.filter(holder_id__in=ids, inside=True)
    for trip, who in held.values_list("holder_id", "traveller_id"):
        found[trip].add(who)
    waiting = models.Position.objects.filter(people.at_port()).values("traveller_id")
    unboarded = [one.id for one in others if one.departed_at is None]
    lines = models.BoardingLine.objects.filter(trip_id__in=unboarded, traveller_id__in=waiting)
    for trip, who in lines.values_list("trip_id", "traveller_id"):
        found[trip].add(who)
    offered = models.HandoverEvent.objects.filter(receiver_id__in=ids, step=Step.OFFERED.value)
    for receiver in set(offered.values_list("receiver_id", flat=True)):
        for standing in posts.list_offered(post=receiver, now=now):
            if not standing.outgoing:
                found[receiver].update(standing.names)
    return {one.id: frozenset(found[one.id]) for one in others}


@dataclass(frozen=True, slots=True)
class Relay:
    """Who is to be handed from which trip to which; why, if something speaks against it that may be set aside."""

    giver: UUID
    receiver: UUID
    names: frozenset[UUID]
    because: str = ""


def offer(*, relay: Relay, may_set_aside: bool, by: UUID | None, now: datetime) -> UUID:
    """Offer people by name to another trip; they stay with the giver until it has scanned them. The offer's id.

    What was offered of them before is withdrawn; what was set aside is written down. Raises `Refused`: `trip_unknown`,
    `nobody_aboard`, `relay_strangers`, what speaks against that trip, and `reason_missing` where a reason would do.
    """
    name = make_id()
    with transaction.atomic():
        taker = _check(relay, may_set_aside, now)
        for standing in posts.list_offered(post=relay.giver, now=now):
            if standing.outgoing and relay.names & set(standing.names):
                custody.withdraw(handover_id=standing.handover, because="offered anew", by=by, now=now)
        told = custody.Offer(
            giver=relay.giver,
            receiver=relay.receiver,
            heads=len(relay.names),
            names=tuple(sorted(relay.names)),
            because=relay.because.strip(),
        )
        custody.offer(handover_id=name, offer=told, by=by, now=now)
        if taker.against:
            facts = {
                "rules": [code.removeprefix("relay_") for code in taker.against],
                "receiver": taker.trip.code,
                "heads": len(relay.names),
                "because": relay.because.strip(),
            }
            done = duty.Done("trip", str(relay.giver), SET_ASIDE, now, facts, about=str(name))
            duty.record(evidence=done, by=by, now=now)
    return name


def _check(relay: Relay, may_set_aside: bool, now: datetime) -> Taker:
    own, other = trips.find_trip(trip=relay.giver), trips.find_trip(trip=relay.receiver)
    if own is None or other is None or own.id == other.id:
        raise Refused("trip_unknown", "there is no such trip")
    if not relay.names:
        raise Refused("nobody_aboard", "nobody is named who could be handed over")
    if not relay.names <= set(trips.list_aboard(trip=own.id)):
        raise Refused("relay_strangers", "by the book somebody of them is not aboard")
    others = [t for t in trips.list_trips(now=now) if t.ended_at is None and t.id not in (own.id, other.id)]
    found = _hold(own, relay.names, [other, *others], now)[0]
    firm = found.firm if may_set_aside else found.against
    if firm:
        because = f"{other.vehicle.plate}: {BECAUSE[firm[0]]}"
        if found.better:
            because += f"; {', '.join(found.better)} may take them"
        raise Refused(firm[0], because)
    if found.against and not relay.because.strip():
        raise Refused("reason_missing", "say why it is done all the same")
    return found


def ask(*, giver: UUID, receiver: UUID, names: Collection[UUID] | None, now: datetime) -> None:
    """Before a post offers people to a trip: may it? From a trip by all the rules above, from elsewhere only that no case goes to a
    vehicle that takes none (the list of the trip decides the rest). Raises `Refused`."""
    if not models.Trip.objects.filter(id=receiver).exists():
        return
    if models.Trip.objects.filter(id=giver).exists():
        own = frozenset(trips.list_aboard(trip=giver) if names is None else names)
        _check(Relay(giver, receiver, own), False, now)
    elif riding.list_barred(trip=receiver, travellers=names or ()):
        raise Refused(CLASS, BECAUSE[CLASS])
