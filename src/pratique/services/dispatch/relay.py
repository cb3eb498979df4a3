"""People of one vehicle taken on by another on the road: which trips may take them, what speaks against the others, the offer.

The same rules as a plan's: one class and one flight to a trip, one destination, as many as the seats allow. A dispatcher may set
aside with a reason what the transport rules name (`relay.may_override`), and never seats.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.custody.entry import Kind
from pratique.core.custody.handover import Step
from pratique.services import custody
from pratique.services.dispatch import people, riding, settings
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import posts, trips
from pratique.store.queries.trips import Trip

TOO_LATE, CLASS, MIXED, FULL = "relay_too_late", "relay_class", "relay_mixed", "relay_full"
FLIGHT, ELSEWHERE = "relay_flight", "relay_elsewhere"
BECAUSE = {
    TOO_LATE: "the trip has arrived, or is over",
    CLASS: "its vehicle may not carry them: cases go by ambulance, and nobody else does",
    MIXED: "people of another class ride in it",
    FULL: "it has not seats enough for them",
    FLIGHT: "people of another flight ride in it",
    ELSEWHERE: "it goes somewhere else",
}
"""What may speak against a trip, in the order in which it is asked."""


@dataclass(frozen=True, slots=True)
class Taker:
    """A trip that might take people on: seats left by the rules, and what speaks against it (codes; none: it fits)."""

    trip: Trip
    seats: int
    against: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.against

    @property
    def needs_reason(self) -> bool:
        """Whether somebody may set aside with a reason all that speaks against it."""
        return bool(self.against) and all(may_override(code) for code in self.against)

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
    riders = _read_riders(others, now)
    everybody = names.union(*riders.values()) if riders else names
    classes = riding.classify(travellers=everybody)
    known = models.Traveller.objects.in_bulk(everybody)
    parties = dict(
        models.Listing.objects.filter(traveller_id__in=names)
        .exclude(party="")
        .values_list("traveller_id", "party")
    )
    companions = _find_companions(names, classes, known, parties)
    return [
        _judge(one, own, _People(names, companions, classes, known), riders[one.id] - names) for one in others
    ]


@dataclass(frozen=True, slots=True)
class _People:
    """Who is to be taken on; `companions` only go along with a case of their party."""

    names: frozenset[UUID]
    companions: frozenset[UUID]
    classes: Mapping[UUID, str]
    known: Mapping[UUID, Any]

    def list_classes(self, who: Iterable[UUID]) -> set[str]:
        return {self.classes[one] for one in who}

    def list_flights(self, who: Iterable[UUID]) -> set[UUID | None]:
        return {self.known[one].flight_id for one in who if one in self.known}


def _judge(one: Trip, own: Trip, told: _People, riders: frozenset[UUID]) -> Taker:
    wanted = told.list_classes(told.names - told.companions)
    seats = _count_seats(one, wanted, len(told.companions)) - len(riders)
    there = {told.known[who].bound_id for who in told.names if who in told.known}
    goes_on = one.destination.id == own.destination.id or there == {one.destination.id}
    to_hospital = one.destination.kind == Kind.HOSPITAL and wanted == {people.CASE}
    against = {
        TOO_LATE: one.arrived_at is not None or one.ended_at is not None,
        CLASS: not all(riding.may_carry(kind=one.vehicle.kind, cls=cls) for cls in wanted),
        MIXED: bool(riders) and told.list_classes(riders) != wanted,
        FULL: len(told.names) > seats,
        FLIGHT: bool(riders) and not told.list_flights(told.names) <= told.list_flights(riders),
        ELSEWHERE: not (goes_on or to_hospital),
    }
    return Taker(one, max(0, seats), tuple(code for code, wrong in against.items() if wrong))


def list_with_guardian(*, trip: UUID, ill: UUID) -> tuple[UUID, ...]:
    """Whoever is ill, and with a child one adult of its party aboard the same trip, whatever class that adult rides in."""
    child = models.Traveller.objects.select_related("listing").filter(id=ill, under_age=True).first()
    party = child.listing.party if child is not None and hasattr(child, "listing") else ""
    if child is None or not party or not settings.get_rules().needs.guardian_with_child:
        return (ill,)
    aboard = models.Position.objects.filter(holder_id=trip, inside=True).values("traveller_id")
    adults = models.Traveller.objects.filter(
        id__in=aboard, under_age=False, listing__party=party, flight=child.flight
    )
    return (ill, *adults.order_by("code").values_list("id", flat=True)[:1])


def _count_seats(trip: Trip, classes: Collection[str], companions: int) -> int:
    """How many of these classes the rules let a vehicle carry; whoever goes along takes one of its other seats."""
    rules = settings.get_rules()
    share: int = max(1, math.floor(trip.vehicle.seats * rules.seat_share + 1e-9))
    limits = [rules.classes[cls].persons_max for cls in classes]
    most = min([share, *(limit for limit in limits if limit)])
    seats: int = trip.vehicle.seats
    return min(seats, most + companions)


def list_carriable(*, trip: Trip, travellers: Iterable[UUID]) -> list[UUID]:
    """Whom of these a trip's vehicle may carry, by their class."""
    classes = riding.classify(travellers=set(travellers))
    return [one for one, cls in classes.items() if riding.may_carry(kind=trip.vehicle.kind, cls=cls)]


def refuse_list(*, trip: Trip, names: frozenset[UUID]) -> None:
    """Hold a list against the rules of every trip: a class that the vehicle may carry, one class, one flight, the seats.

    Raises `Refused` with what is wrong first."""
    classes = riding.classify(travellers=names)
    wanted = set(classes.values())
    flights = set(models.Traveller.objects.filter(id__in=names).values_list("flight_id", flat=True))
    wrong = {
        CLASS: not all(riding.may_carry(kind=trip.vehicle.kind, cls=cls) for cls in wanted),
        MIXED: len(wanted) > 1,
        FLIGHT: len(flights) > 1,
        FULL: bool(names) and len(names) > _count_seats(trip, wanted, 0),
    }
    for code, found in wrong.items():
        if found:
            raise Refused(code, BECAUSE[code])


def _find_companions(
    names: frozenset[UUID],
    classes: Mapping[UUID, str],
    known: Mapping[UUID, Any],
    parties: Mapping[UUID, str],
) -> frozenset[UUID]:
    """Of those who are no case: one adult for each child who is one, of the same party and flight."""
    if not settings.get_rules().needs.guardian_with_child:
        return frozenset()
    found: set[UUID] = set()
    for child in sorted(names):
        if classes[child] != people.CASE or not known[child].under_age or child not in parties:
            continue
        mine = (known[child].flight_id, parties[child])
        adult = next(
            (
                one
                for one in sorted(names - found)
                if classes[one] != people.CASE
                and not known[one].under_age
                and (known[one].flight_id, parties.get(one)) == mine
            ),
            None,
        )
        found |= {adult} if adult else set()
    return frozenset(found)


def _read_riders(others: list[Trip], now: datetime) -> dict[UUID, frozenset[UUID]]:
    """By trip: whoever is aboard, whoever of its list still waits to board, and whoever was offered to it and is not there yet."""
    ids = [one.id for one in others]
    found: dict[UUID, set[UUID]] = defaultdict(set)
    held = models.Position.objects.filter(holder_id__in=ids, inside=True)
    for trip, who in held.values_list("holder_id", "traveller_id"):
        found[trip].add(who)
    waiting = models.Position.objects.filter(holder_kind__in=people.WAITING_KINDS).values("traveller_id")
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

    What was offered of them before is withdrawn. Raises `Refused`: `trip_unknown`, `nobody_aboard`, `relay_strangers`, what
    speaks against that trip, and `reason_missing` where a reason would do.
    """
    name = make_id()
    with transaction.atomic():
        _check(relay, may_set_aside, now)
        for standing in posts.list_offered(post=relay.giver, now=now):
            if standing.outgoing and relay.names & set(standing.names):
                custody.answer(
                    handover_id=standing.handover,
                    step=Step.WITHDRAWN,
                    heads=None,
                    because="offered anew",
                    by=by,
                    now=now,
                )
        told = custody.Offer(
            giver=relay.giver,
            receiver=relay.receiver,
            heads=len(relay.names),
            names=tuple(sorted(relay.names)),
            because=relay.because.strip(),
        )
        custody.offer(handover_id=name, offer=told, by=by, now=now)
    return name


def _check(relay: Relay, may_set_aside: bool, now: datetime) -> None:
    own, other = trips.find_trip(trip=relay.giver), trips.find_trip(trip=relay.receiver)
    if own is None or other is None or own.id == other.id:
        raise Refused("trip_unknown", "there is no such trip")
    if not relay.names:
        raise Refused("nobody_aboard", "nobody is named who could be handed over")
    if not relay.names <= set(trips.list_aboard(trip=own.id)):
        raise Refused("relay_strangers", "by the book somebody of them is not aboard")
    (found,) = _hold(own, relay.names, [other], now)
    firm = [code for code in found.against if not (may_set_aside and may_override(code))]
    if firm:
        raise Refused(firm[0], f"{other.vehicle.plate}: {BECAUSE[firm[0]]}")
    if found.against and not relay.because.strip():
        raise Refused("reason_missing", "say why it is done all the same")


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
