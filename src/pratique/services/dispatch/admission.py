"""Whether a list written by hand may be: every rule that a plan's trip is held to, each refused by name, with who it is and what to
do instead."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from pratique.core.answers import Refused
from pratique.core.custody.entry import Kind
from pratique.services.dispatch import company, means, people, riding, settings
from pratique.services.dispatch.company import Lack
from pratique.services.dispatch.means import Place
from pratique.services.dispatch.people import CASE, Group, Waiting
from pratique.store import models
from pratique.store.queries import intake, travellers
from pratique.store.queries.trips import Trip

INSTEAD = 2
"""So many other places are named."""


def refuse(*, trip: Trip, names: frozenset[UUID], now: datetime) -> None:
    """Hold the list of a trip made by hand against the rules of every list.

    Raises `Refused` with what is wrong first: `list_class`, `list_mixed`, `list_flight`, `list_bound`, `list_accepts`, `list_shut`,
    `list_rooms`, `list_guardian`, `list_household`, `list_full`, `list_wheelchairs`, `list_child_seats`, `list_language`.
    """
    if not names:
        return
    told = _List(trip, company.gather(travellers=names, now=now), now)
    asked: tuple[Callable[[_List], Refused | None], ...] = (
        _ask_class,
        _ask_mixed,
        _ask_flight,
        _ask_bound,
        _ask_accepts,
        _ask_shut,
        _ask_rooms,
        _ask_guardian,
        _ask_household,
        _ask_full,
        _ask_needs,
    )
    for ask in asked:
        refused = ask(told)
        if refused is not None:
            raise refused


def refuse_moving(*, trip: Trip, group: Group, fellows: Collection[UUID], now: datetime) -> None:
    """Hold the list of a trip that a facility sends for its guest against the rules that a plan's trip for them is held to; `fellows`
    are those who could go along and do not. Its crew is named later, and held to what they speak then.

    Raises `Refused`: `list_class`, `list_shut`, `list_rooms`, `list_guardian`, `list_full`, `list_wheelchairs`, `list_child_seats`.
    """
    told = _List(trip, (group,), now, tuple(company.read(travellers=fellows, now=now)))
    for ask in (_ask_class, _ask_shut, _ask_rooms, _ask_guardian, _ask_full, _ask_places):
        refused = ask(told)
        if refused is not None:
            raise refused


@dataclass(frozen=True)
class _List:
    """Whom a trip is to take, in groups, as of when; of guests who else could go along (None: whoever waits at the port)."""

    trip: Trip
    groups: tuple[Group, ...]
    now: datetime
    fellows: tuple[Waiting, ...] | None = None

    @cached_property
    def companions(self) -> frozenset[UUID]:
        """Whoever only goes along with a child."""
        return company.list_companions(self.groups)

    @cached_property
    def riders(self) -> list[Waiting]:
        """Everybody but these."""
        members = (one for group in self.groups for one in group.members)
        return [one for one in members if one.traveller not in self.companions]

    @cached_property
    def mates(self) -> list[Waiting]:
        """Whoever waits, is on no list, and is of a household of these or recorded as a guardian of one of them."""
        if self.fellows is not None:
            return list(self.fellows)
        names = {one.traveller for group in self.groups for one in group.members}
        keys = {(one.flight, one.party) for group in self.groups for one in group.members if one.party}
        guardians = people.list_guardians(children=names)
        listed = models.Listing.objects.filter(
            party__in={party for _, party in keys}, crew=False, in_transit=False
        )
        there = {*listed.values_list("traveller_id", flat=True), *guardians.values()} - names
        taken = models.BoardingLine.objects.filter(trip__ended_at__isnull=True, traveller_id__in=there)
        held = models.Position.objects.filter(people.at_port(), traveller_id__in=there)
        waiting = held.exclude(traveller_id__in=taken.values("traveller_id"))
        found = company.read(travellers=set(waiting.values_list("traveller_id", flat=True)), now=self.now)
        return [
            one for one in found if (one.flight, one.party) in keys or one.traveller in guardians.values()
        ]

    @cached_property
    def places(self) -> list[Place]:
        """Where people can be taken, with what is left beside all other trips."""
        return means.list_left(now=self.now, rules=settings.get_rules(), but=self.trip.id)

    @property
    def place(self) -> Place | None:
        """Where it goes, if anything is counted there."""
        return next((one for one in self.places if one.id == self.trip.destination.id), None)

    @cached_property
    def rooms(self) -> int:
        """How many rooms they need, at a hospital beds."""
        if self.trip.destination.kind == Kind.HOSPITAL:
            return sum(len(group.members) for group in self.groups)
        return sum(group.rooms for group in self.groups)

    def list_instead(self) -> list[models.Custodian]:
        """The nearest other places that take them all."""
        cls = self.groups[0].cls
        kind = "hospital" if cls == CASE else "facility"
        fit = [
            one
            for one in self.places
            if one.kind == kind
            and one.id != self.trip.destination.id
            and (cls == CASE or one.accepts == cls)
            and (one.free is None or one.free >= self.rooms)
        ]
        nearest = sorted(fit, key=lambda one: (one.minutes, str(one.id)))[:INSTEAD]
        rows = models.Custodian.objects.in_bulk([one.id for one in nearest])
        return [rows[one.id] for one in nearest]


def _name(those: Iterable[Waiting | UUID]) -> tuple[str, ...]:
    wanted = [one if isinstance(one, UUID) else one.traveller for one in those]
    codes = travellers.name_codes(travellers=wanted)
    return tuple(sorted(codes.get(one, "") for one in wanted))


def _ask_class(told: _List) -> Refused | None:
    kind = told.trip.vehicle.kind
    wrong = [one for one in told.riders if not riding.may_carry(kind=kind, cls=one.cls)]
    if not wrong:
        return None
    cls = wrong[0].cls
    codes = _name(one for one in wrong if one.cls == cls)
    kinds = settings.get_rules().classes[cls].kinds
    because = f"{', '.join(codes)}: {told.trip.vehicle.plate} may not carry {cls}, {', '.join(kinds)} may"
    return Refused(
        "list_class", because, codes=codes, cls=cls, plate=told.trip.vehicle.plate, vehicle_kinds=kinds
    )


def _ask_mixed(told: _List) -> Refused | None:
    counted = Counter(one.cls for one in told.riders)
    if len(counted) < 2:
        return None
    most = max(sorted(counted), key=lambda cls: counted[cls])
    cls = next(one for one in sorted(counted) if one != most)
    codes = _name(one for one in told.riders if one.cls == cls)
    return Refused("list_mixed", f"{', '.join(codes)}: {cls} among {most}", codes=codes, cls=cls, others=most)


def _ask_flight(told: _List) -> Refused | None:
    counted = Counter(one.flight for one in told.riders)
    if len(counted) < 2:
        return None
    most = max(counted, key=lambda flight: (counted[flight], str(flight)))
    codes = _name(one for one in told.riders if one.flight != most)
    row = models.Flight.objects.filter(id=most).first()
    flight = row.designator if row else ""
    return Refused("list_flight", f"{', '.join(codes)} did not come on {flight}", codes=codes, flight=flight)


def _ask_bound(told: _List) -> Refused | None:
    there = told.trip.destination
    wrong = [one for one in told.riders if one.bound is not None and one.bound != there.id]
    if not wrong:
        return None
    codes = _name(one for one in wrong if one.bound == wrong[0].bound)
    bound = models.Custodian.objects.get(id=wrong[0].bound)
    because = f"{', '.join(codes)} are to go to {bound.name_en}, not to {there.name_en}"
    return Refused("list_bound", because, codes=codes, bound=bound, place=there)


def _ask_accepts(told: _List) -> Refused | None:
    """Whoever is not bound there goes only where their class is taken; to another prefecture somebody decides by naming them."""
    there = told.trip.destination
    loose = [one for one in told.riders if one.bound is None]
    wrong = [one for one in loose if not company.takes(place=there, cls=one.cls)]
    if not wrong:
        return None
    cls, instead = wrong[0].cls, told.list_instead()
    return Refused(
        "list_accepts", f"{there.name_en} takes no {cls}", place=there, cls=cls, instead=tuple(instead)
    )


def _ask_shut(told: _List) -> Refused | None:
    there = told.trip.destination
    closure = intake.list_closed(now=told.now).get(there.id)
    if closure is None:
        return None
    because = f"{there.name_en} takes nobody for now: {closure.because}"
    return Refused(
        "list_shut", because, place=there, because_of=closure.because, instead=tuple(told.list_instead())
    )


def _ask_rooms(told: _List) -> Refused | None:
    there, place = told.trip.destination, told.place
    if place is None or place.free is None or place.free >= told.rooms:
        return None
    because = f"{there.name_en} has {place.free} left, {told.rooms} are needed"
    found = {"place": there, "free": place.free, "wanted": told.rooms, "instead": tuple(told.list_instead())}
    return Refused("list_rooms", because, **found)


def _ask_guardian(told: _List) -> Refused | None:
    """An ill child goes with its guardian, if one is there."""
    if not settings.get_rules().needs.guardian_with_child:
        return None
    for group in told.groups:
        child = group.members[0]
        if group.cls != CASE or not child.under_age or group.companions:
            continue
        if able := company.list_able(child=child, among=told.mates):
            child_code, codes = _name([child]), _name(able)
            because = f"{child_code[0]} is an ill child: {', '.join(codes)} may go along"
            return Refused("list_guardian", because, child=child_code, codes=codes)
    return None


def _ask_household(told: _List) -> Refused | None:
    """Whoever travels together rides together, as far as they are of one class and go to one place."""
    keys = {
        (one.flight, one.party, one.cls, one.bound) for one in told.riders if one.party and one.cls != CASE
    }
    left = [one for one in told.mates if (one.flight, one.party, one.cls, one.bound) in keys]
    if not left:
        return None
    codes, party = _name(left), left[0].party
    because = f"{', '.join(codes)} travel with people of the list"
    return Refused("list_household", because, codes=codes, party=party)


def _ask_full(told: _List) -> Refused | None:
    heads = sum(len(group.members) for group in told.groups)
    classes = company.list_classes(told.groups)
    seats = company.count_seats(trip=told.trip, classes=classes, companions=len(told.companions))
    if heads <= seats:
        return None
    plate = told.trip.vehicle.plate
    found = {"heads": heads, "seats": seats, "plate": plate, "over": heads - seats}
    return Refused("list_full", f"{heads} people, {seats} may ride in {plate}", **found)


def _ask_needs(told: _List) -> Refused | None:
    return _refuse_lack(told, company.list_lacks(trip=told.trip, groups=told.groups))


def _ask_places(told: _List) -> Refused | None:
    """What the vehicle must have; not yet what its crew speaks."""
    lacks = company.list_lacks(trip=told.trip, groups=told.groups)
    return _refuse_lack(told, [one for one in lacks if one.what != company.LANGUAGE])


def _refuse_lack(told: _List, lacks: Sequence[Lack]) -> Refused | None:
    if not lacks:
        return None
    lack, plate = lacks[0], told.trip.vehicle.plate
    codes = _name(lack.who)
    if lack.what == company.LANGUAGE:
        because = f"nobody of its crew speaks {', '.join(lack.languages)}: {', '.join(codes)}"
        return Refused("list_language", because, codes=codes, languages=lack.languages)
    found = {"codes": codes, "wanted": lack.wanted, "there": lack.there, "plate": plate}
    because = f"{lack.what}: {lack.wanted} wanted, {lack.there} in {plate}"
    return Refused(f"list_{lack.what}", because, **found)
