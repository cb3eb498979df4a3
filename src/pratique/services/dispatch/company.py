"""Who may share a vehicle: people in the groups that a plan would make of them, and what a vehicle and its crew have for their needs.

A plan asks this of its trips through the core's checker; lists written by hand and vehicles that take people on the road ask it
here, of the same facts.
"""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pratique.core.custody.entry import Kind
from pratique.formats.transport_rules import TransportRules
from pratique.services.dispatch import elsewhere, needs, people, riding, settings
from pratique.services.dispatch.people import CASE, CLASS_OF_AREA, CONTACT, ORDINARY, Group, Waiting
from pratique.store import models
from pratique.store.queries.trips import Trip

WHEELCHAIRS, CHILD_SEATS, LANGUAGE = "wheelchairs", "child_seats", "language"
NEEDS = (WHEELCHAIRS, CHILD_SEATS, LANGUAGE)


def read(*, travellers: Collection[UUID], now: datetime) -> list[Waiting]:
    """What decides with whom these people may ride, wherever they are."""
    classes = riding.classify(travellers=travellers)
    rows: Iterable[Any] = (
        models.Traveller.objects.filter(id__in=classes).select_related("listing", "bound").only(*people.READ)
    )
    found = []
    for row in rows:
        listing = getattr(row, "listing", None)
        found.append(
            Waiting(
                traveller=row.id,
                flight=row.flight_id or (listing.flight_id if listing else None),
                party=listing.party if listing else "",
                cls=classes[row.id],
                bound=people.find_bound(traveller=row, cls=classes[row.id]),
                holder=None,
                ready_at=now,
                forecast=False,
                under_age=row.under_age,
                needs=tuple(row.needs),
                here_at=now,
            )
        )
    return found


def gather(*, travellers: Collection[UUID], now: datetime) -> tuple[Group, ...]:
    """These people in the groups that a plan would make of them: an ill child with its guardian, if that is one of them."""
    return people.gather(waiting=read(travellers=travellers, now=now), rules=settings.get_rules())


def gather_moving(
    *, travellers: Sequence[UUID], because: str, place: models.Custodian, now: datetime
) -> Group:
    """A guest who is taken to a place for a reason, the first of these, and whoever goes along, as the group that a plan would make of
    them."""
    taken_as = elsewhere.find_taken_as(because=because, place=place)
    cls = taken_as if taken_as in (CASE, CONTACT) else ORDINARY
    found = {one.traveller: one for one in read(travellers=travellers, now=now)}
    members = tuple(replace(found[who], cls=cls, bound=place.id) for who in travellers)
    return Group(members[0].flight, cls, place.id, members, len(members) - 1 if cls == CASE else 0)


def list_companions(groups: Iterable[Group]) -> frozenset[UUID]:
    """Whoever of these only goes along: guardians of ill children."""
    return frozenset(
        one.traveller for group in groups for one in group.members[len(group.members) - group.companions :]
    )


def list_classes(groups: Iterable[Group]) -> set[str]:
    """The classes in which these groups ride; whoever only goes along rides in the child's."""
    return {group.cls for group in groups}


def list_able(*, child: Waiting, among: Iterable[Waiting]) -> list[Waiting]:
    """Who of these may go along with an ill child: its recorded guardian, else any adult of its household who is no case."""
    adults = [one for one in among if not one.under_age and one.cls != CASE]
    named = people.list_guardians(children=[child.traveller]).get(child.traveller)
    recorded = [one for one in adults if one.traveller == named]
    household = [one for one in adults if child.party and _household(one) == _household(child)]
    return recorded or household


def _household(one: Waiting) -> tuple[UUID | None, str]:
    return one.flight, one.party


def count_seats(*, trip: Trip, classes: Collection[str], companions: int) -> int:
    """How many of these classes the rules let a vehicle carry; whoever goes along takes one of its other seats."""
    rules = settings.get_rules()
    share: int = max(1, math.floor(trip.vehicle.seats * rules.seat_share + 1e-9))
    limits = [rules.classes[cls].persons_max for cls in classes]
    most = min([share, *(limit for limit in limits if limit)])
    seats: int = trip.vehicle.seats
    return min(seats, most + companions)


def takes(*, place: models.Custodian, cls: str) -> bool:
    """Whether people of a class are taken at a place: a hospital takes cases, a facility or an area its own class; elsewhere (another
    prefecture) nobody has said."""
    said = str(place.attributes.get("takes", ""))
    if place.kind == Kind.HOSPITAL:
        return cls == CASE
    if place.kind == Kind.FACILITY:
        return cls == (said if said in settings.get_rules().classes else ORDINARY)
    if place.kind == Kind.HOLDING:
        return cls == CLASS_OF_AREA.get(said, ORDINARY)
    return True


@dataclass(frozen=True, slots=True)
class Lack:
    """What a vehicle or its crew has not: of what (`NEEDS`), who needs it, how many are wanted and how many there are; the
    languages that nobody of the crew speaks."""

    what: str
    who: tuple[UUID, ...]
    wanted: int = 0
    there: int = 0
    languages: tuple[str, ...] = ()


def list_lacks(*, trip: Trip, groups: Sequence[Group], riding: Sequence[Group] = ()) -> list[Lack]:
    """What a trip lacks for these groups beside those who ride in it already; for these nothing is asked, they ride."""
    rules = settings.get_rules()
    lap = rules.needs.infants_on_lap
    wheelchairs, child_seats = find_places(vehicle=trip.vehicle, rules=rules)
    every = (*groups, *riding)
    found = []
    if wheeled := _who_needs(groups, needs.WHEELCHAIR):
        wanted = sum(one.wheelchairs for one in every)
        found.append(Lack(WHEELCHAIRS, wheeled, wanted, wheelchairs))
    if any(one.count_child_seats(on_lap=lap) for one in groups):
        wanted = sum(one.count_child_seats(on_lap=lap) for one in every)
        found.append(Lack(CHILD_SEATS, _who_needs(groups, needs.INFANT), wanted, child_seats))
    lacks = [one for one in found if one.wanted > one.there]
    crew = (trip.driver, *trip.reliefs, *trip.escorts)
    spoken = {word for one in crew if one is not None for word in one.speaks}
    if missing := sorted({word for one in groups for word in one.languages} - spoken):
        who = _who_needs(groups, *(f"{needs.LANGUAGE}{word}" for word in missing))
        lacks.append(Lack(LANGUAGE, who, languages=tuple(missing)))
    return lacks


def _who_needs(groups: Iterable[Group], *words: str) -> tuple[UUID, ...]:
    members = (one for group in groups for one in group.members)
    return tuple(one.traveller for one in members if not set(words).isdisjoint(one.needs))


def find_places(*, vehicle: models.Vehicle, rules: TransportRules) -> tuple[int, int]:
    """A vehicle's places for wheelchairs and its child seats: its own, where it does not state them those of its kind."""
    kind = rules.kinds.get(vehicle.kind)
    usual = (kind.wheelchairs, kind.child_seats) if kind else (0, 0)
    own = (vehicle.wheelchairs, vehicle.child_seats)
    return (
        usual[0] if own[0] is None else own[0],
        usual[1] if own[1] is None else own[1],
    )
