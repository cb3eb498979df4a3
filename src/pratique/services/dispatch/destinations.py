"""Where each group goes: cases to the nearest hospital with a bed, whoever is bound somewhere there, all others wherever there is
room; and who can go nowhere, with the least that would help. Whoever was told a place by a trip in force keeps it while it can take
them, whatever has become free nearer by.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from pratique.core.transport.problem import ANY_FACILITY, ROAD
from pratique.services.dispatch.means import Place
from pratique.services.dispatch.people import CASE, Group, LeftOut, Remedy
from pratique.store.queries.origins import Stand

NO_BED, BOUND_CLOSED = "no_bed", "bound_closed"


@dataclass(frozen=True, slots=True)
class Sent:
    """A group with the number of its destination."""

    group: Group
    dest: int


def hold_for(*, places: Iterable[Place], coming: Mapping[UUID, int]) -> tuple[Place, ...]:
    """The places without the rooms or beds of those who come there by no trip of the problem (heads by place)."""
    return tuple(
        place if place.free is None else replace(place, free=max(0, place.free - coming.get(place.id, 0)))
        for place in places
    )


def free_from_full(
    *, groups: Iterable[Group], places: Iterable[Place], stands: Iterable[Stand], told: Mapping[UUID, UUID]
) -> list[Group]:
    """The groups; whoever stands on the road, driven to a facility or hospital without room for them, goes wherever there is (and still
    does, once a trip in force takes them elsewhere), and so does a case bound for a hospital that is closed to arrivals. A guest whom
    another place has is left as it was agreed. `told` is where trips in force take whom."""
    on_road = {one.trip for one in stands}
    known = {place.id: place for place in places}
    free = {place.id: place.free for place in known.values() if place.kind in ("facility", "hospital")}
    found = []
    for one in groups:
        group, there = one, known.get(one.bound) if one.bound else None
        if there is not None and there.shut and group.cls == CASE and group.origin in {None, *on_road}:
            group = replace(group, bound=None)
        if group.origin in on_road and group.bound and _find_told(group, told) not in (None, group.bound):
            group = replace(group, bound=None)
        bound = group.bound if group.origin in on_road else None
        left = free.get(bound) if bound else None
        if bound is not None and left is not None:
            in_beds = known[bound].kind == "hospital"
            wanted = len(group.members) if in_beds else group.rooms
            if left < wanted and (in_beds or group.cls != CASE):
                group = replace(group, bound=None)
            else:
                free[bound] = left - wanted
        found.append(group)
    return found


def _find_told(group: Group, told: Mapping[UUID, UUID]) -> UUID | None:
    """Where a trip in force takes this group: a case with whoever goes along, or a household."""
    return told.get(group.members[0].traveller)


def give(
    *,
    groups: Iterable[Group],
    places: Iterable[Place],
    numbers: Mapping[UUID, int],
    told: Mapping[UUID, UUID],
) -> tuple[list[Sent], list[LeftOut]]:
    """Each group's destination; whoever has none, or stands where no way is known to, is left out by name. `told` is where trips in
    force take whom."""
    those, places = list(groups), list(places)
    hospitals = sorted((p for p in places if p.kind == "hospital"), key=lambda p: (p.minutes, numbers[p.id]))
    # Whoever is bound for a hospital has a bed there before any is given to others.
    beds = {p.id: math.inf if p.free is None else float(p.free) for p in hospitals}
    full = _find_full(those, beds, {p.id for p in places if p.kind == ROAD})
    for group in those:
        if group.bound in beds:
            beds[group.bound] -= len(group.members)
    cases = [group for group in those if _wants_bed(group, numbers)]
    kept = _keep_beds(cases, hospitals, beds, told)
    for group in cases:
        if group.travellers in kept:
            beds[kept[group.travellers]] -= len(group.members)
    cases = [group for group in cases if group.travellers not in kept]
    given = kept | _give_beds(cases, hospitals, beds)
    short = {group.travellers for group in cases if group.travellers not in given}
    remedy = _find_remedy(cases, short, hospitals, beds) if short else None
    shut = {p.id for p in hospitals if p.shut}
    sent, left_out = [], []
    for group in those:
        dest, because = _find_dest(group, numbers, shut, full, given)
        if dest is None:
            helps = full.get(group.travellers, remedy) if because == NO_BED else None
            left_out += [LeftOut("traveller", one.traveller, because, helps) for one in group.members]
        else:
            sent.append(Sent(group, dest))
    return sent, left_out


def _find_full(
    groups: Iterable[Group], beds: Mapping[UUID, float], on_road: Collection[UUID]
) -> dict[frozenset[UUID], Remedy]:
    """Who is bound for a hospital that has no beds for all of the group, with those that it lacks. Whoever stands on the road has
    one first, then guests whom that hospital agreed to take, then the first ready."""
    those = sorted(groups, key=lambda group: (group.origin not in on_road, group.origin is None))
    found: dict[frozenset[UUID], Remedy] = {}
    for place, free in beds.items():
        left, short = free, []
        for group in (one for one in those if one.bound == place):
            if len(group.members) <= left:
                left -= len(group.members)
            else:
                short.append(group)
        heads = sum(len(group.members) for group in short)
        if short:
            found |= {group.travellers: Remedy("beds", heads - int(left), place, heads) for group in short}
    return found


def _wants_bed(group: Group, numbers: Mapping[UUID, int]) -> bool:
    return group.cls == CASE and group.bound is None and (group.origin is None or group.origin in numbers)


def _find_dest(
    group: Group,
    numbers: Mapping[UUID, int],
    shut: Collection[UUID],
    full: Collection[frozenset[UUID]],
    given: Mapping[frozenset[UUID], UUID],
) -> tuple[int | None, str]:
    if group.origin is not None and group.origin not in numbers:
        return None, "origin_unreachable"
    if group.bound in shut:
        return None, BOUND_CLOSED
    if group.travellers in full:
        return None, NO_BED
    if group.bound is not None:
        return numbers.get(group.bound), "bound_unreachable"
    if group.cls == CASE:
        there = given.get(group.travellers)
        return (None if there is None else numbers[there]), NO_BED
    return ANY_FACILITY, ""


def _keep_beds(
    cases: Iterable[Group], hospitals: Iterable[Place], beds: Mapping[UUID, float], told: Mapping[UUID, UUID]
) -> dict[frozenset[UUID], UUID]:
    """Who keeps the hospital that they were told: while it takes people and has beds for all of them, the first ready first."""
    left, found = {p.id: beds[p.id] for p in hospitals if not p.shut}, {}
    for group in cases:
        there = _find_told(group, told)
        if there in left and left[there] >= len(group.members):
            left[there] -= len(group.members)
            found[group.travellers] = there
    return found


def _give_beds(
    cases: Iterable[Group], hospitals: Iterable[Place], beds: Mapping[UUID, float]
) -> dict[frozenset[UUID], UUID]:
    """Who goes to which hospital: the first ready first, each to the nearest that has beds for all of the group."""
    left, found = dict(beds), {}
    for group in cases:
        there = next((p for p in hospitals if left[p.id] >= len(group.members)), None)
        if there is not None:
            left[there.id] -= len(group.members)
            found[group.travellers] = there.id
    return found


def _find_remedy(
    cases: list[Group], short: set[frozenset[UUID]], hospitals: list[Place], beds: Mapping[UUID, float]
) -> Remedy:
    """The fewest beds more at the nearest hospital with which every case has one, tried; where all of them are closed, the nearest one
    opened with so many."""
    wanted = sum(map(len, short))
    there = next((p for p in hospitals if not p.shut), None) or next(iter(hospitals), None)
    if there is None:
        return Remedy("hospital", wanted, heads=wanted)
    heads = sum(len(group.members) for group in cases)
    least = heads - sum(max(0, left) for left in beds.values()) - min(0, beds[there.id])
    more = max(1, int(least))
    while len(_give_beds(cases, hospitals, {**beds, there.id: beds[there.id] + more})) < len(cases):
        more += 1
    return Remedy("reopen" if there.shut else "beds", more, there.id, wanted)
