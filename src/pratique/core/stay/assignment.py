"""Rooms for arrivals: who goes where; for whoever finds none, the reason and the cheapest thing that would help.

Units (whoever must share a room) are matched to rooms. Within the floors a cohort has, as many guests as possible find
one: sets of units that can all be housed are independent sets of a matroid, so taking the largest units first and
re-arranging along augmenting paths (Kuhn) is exact. Which empty floor goes to which cohort is chosen greedily by the
guests it would house, which is not always the best choice.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from pratique.core.custody.entry import TravellerId
from pratique.core.stay.facility import Facility, Guest, Need, Room, RoomId, Sort, State
from pratique.core.stay.rule import Rules

Cohort: TypeAlias = tuple[str, str]
"""Grade and flight (empty where flights may share a floor): who may be on one floor."""


class Why(StrEnum):
    """Why no room was found: something about the people, or about each room of the facility."""

    GUARDIAN_MISSING = "guardian_missing"
    CLASSES_MIXED = "classes_mixed"
    TOO_SMALL = "too_small"
    NOT_BARRIER_FREE = "not_barrier_free"
    FLOOR_TOO_HIGH = "floor_too_high"
    OCCUPIED = "occupied"
    GIVEN = "given"
    FLOOR_OF_OTHERS = "floor_of_others"
    DISINFECTING = "disinfecting"
    BLOCKED = "blocked"


class Help(StrEnum):
    """What would help, the cheapest first: wait for a disinfection, open a blocked room, let a household (if it agrees)
    sleep in several rooms, another facility; or people first: name a guardian, class bonded people alike."""

    WAIT = "wait"
    UNBLOCK = "unblock"
    PART = "part"
    ELSEWHERE = "elsewhere"
    NAME_GUARDIAN = "name_guardian"
    CLASS_ALIKE = "class_alike"


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something that would house a unit without moving anybody: `rooms` are where, `at` when, `facility` which other."""

    help: Help
    rooms: tuple[RoomId, ...] = ()
    at: datetime | None = None
    facility: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """Guests who share a room. `parted`: their household has more, for whom no room here has beds enough."""

    guests: tuple[Guest, ...]
    parted: bool = False

    @property
    def needs(self) -> frozenset[Need]:
        """What anybody among them needs."""
        return frozenset().union(*(guest.needs for guest in self.guests))


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A unit without a room: the reasons, each with how many rooms it rules out, and the cheapest remedy (None: none)."""

    unit: Unit
    because: tuple[tuple[Why, int], ...]
    remedy: Remedy | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Everybody who was to be housed is in exactly one of the two lists; `facility` is as it would be then."""

    placed: tuple[tuple[Unit, RoomId], ...]
    unplaced: tuple[Unplaced, ...]
    facility: Facility


def assign(
    *, guests: Sequence[Guest], facility: Facility, rules: Rules, elsewhere: Sequence[Facility] = ()
) -> Assignment:
    """Find rooms for guests who are in none yet. Nobody who is in a room is moved; whoever is to be with somebody there goes to them
    where a bed is free.

    The same guests in any order give the same assignment. `elsewhere` are facilities to name as a last remedy.
    """
    largest = max((room.beds for room in facility.rooms), default=0)
    units = form_units(guests=guests, rules=rules, beds_max=largest)
    joined = _join_lodgers(units, facility, rules)
    facility = _enter(joined, facility)
    units = tuple(unit for unit in units if unit not in {one for one, _ in joined})
    unfit = {unit: why for unit in units if (why := _unfit(unit))}
    fit = [unit for unit in units if unit not in unfit]
    floors = _floors_of(facility, rules)
    taken = _place(fit, facility, rules, floors)
    inside = {room for _, room in taken}
    after = _enter(taken, facility)
    housed = {unit.guests for unit, _ in taken}
    search = _Remedies(after, rules, floors, elsewhere, frozenset(inside))
    unplaced = [Unplaced(unit, ((why, 0),), Remedy(_OF_PEOPLE[why])) for unit, why in unfit.items()]
    unplaced += [search.explain(unit) for unit in fit if unit.guests not in housed]
    return Assignment((*joined, *taken), tuple(unplaced), after)


def _enter(placed: Iterable[tuple[Unit, RoomId]], facility: Facility) -> Facility:
    """The facility with these units in their rooms, beside whoever is there."""
    coming: dict[RoomId, list[Guest]] = defaultdict(list)
    for unit, room in placed:
        coming[room] += unit.guests
    return replace(
        facility, rooms=tuple(replace(r, guests=(*r.guests, *coming[r.id])) for r in facility.rooms)
    )


def _join_lodgers(units: Iterable[Unit], facility: Facility, rules: Rules) -> list[tuple[Unit, RoomId]]:
    """Who is bonded to somebody in a room of this facility, each with that room where it has beds for them and suits them all."""
    rooms = {room.id: room for room in facility.rooms}
    lodged = {guest.id: room.id for room in facility.rooms for guest in room.guests}
    found = []
    for unit in units:
        ids = {guest.id for guest in unit.guests}
        theirs = {lodged.get(other) for guest in unit.guests for other in guest.bonds if other not in ids}
        room = rooms.get(next(iter(theirs)) or RoomId("")) if len(theirs) == 1 else None
        if room is None or room.state is not State.READY or _lacks_guardian(unit):
            continue
        whole = Unit((*room.guests, *unit.guests))
        if (
            len({_cohort(Unit((guest,)), rules) for guest in whole.guests}) == 1
            and _fits(whole, room, rules) is None
        ):
            found.append((unit, room.id))
            rooms[room.id] = replace(room, guests=whole.guests)
    return found


def _lacks_guardian(unit: Unit) -> bool:
    return any(guest.under_age and guest.guardian is None for guest in unit.guests)


_OF_PEOPLE = {Why.GUARDIAN_MISSING: Help.NAME_GUARDIAN, Why.CLASSES_MIXED: Help.CLASS_ALIKE}


def form_units(*, guests: Iterable[Guest], rules: Rules, beds_max: int) -> tuple[Unit, ...]:
    """Who shares a room: minors with their guardian, whoever is cared for with their carer; households where the rules
    keep them together and a room of `beds_max` beds could hold them."""
    known = {guest.id: guest for guest in sorted(guests, key=lambda guest: guest.id)}
    bonded = _join(
        known, {(guest.id, other) for guest in known.values() for other in guest.bonds if other in known}
    )
    if not rules.rooms.household_together:
        return tuple(Unit(group) for group in bonded)
    by_household: dict[tuple[str, str], list[tuple[Guest, ...]]] = defaultdict(list)
    for group in bonded:
        first = group[0]
        by_household[(first.household or f"alone {first.id}", first.grade)].append(group)
    units: list[Unit] = []
    for groups in by_household.values():
        whole = tuple(sorted((guest for group in groups for guest in group), key=lambda guest: guest.id))
        if len(whole) <= beds_max or len(groups) == 1:
            units.append(Unit(whole))
        else:
            units += [Unit(group, parted=True) for group in groups]
    return tuple(sorted(units, key=lambda unit: (-len(unit.guests), unit.guests[0].id)))


def _join(
    known: Mapping[TravellerId, Guest], edges: set[tuple[TravellerId, TravellerId]]
) -> list[tuple[Guest, ...]]:
    group = {one: {one} for one in known}
    for one, other in sorted(edges):
        if group[one] is not group[other]:
            group[one] |= group[other]
            for member in group[other]:
                group[member] = group[one]
    distinct = {id(members): members for members in group.values()}
    return [tuple(known[one] for one in sorted(members)) for members in distinct.values()]


def _unfit(unit: Unit) -> Why | None:
    here = {guest.id for guest in unit.guests}
    if _lacks_guardian(unit):
        return Why.GUARDIAN_MISSING
    for guest in unit.guests:
        if any(other not in here for other in guest.bonds):
            return Why.GUARDIAN_MISSING
    return Why.CLASSES_MIXED if len({guest.grade for guest in unit.guests}) > 1 else None


def _cohort(unit: Unit, rules: Rules) -> Cohort:
    first = unit.guests[0]
    return first.grade, first.flight if rules.rooms.flight_by_floor else ""


def _floors_of(facility: Facility, rules: Rules) -> dict[int, Cohort | None]:
    """Each floor's cohort by who is there; None: nobody. A floor that is mixed already takes nobody more."""
    found: dict[int, Cohort | None] = {}
    for floor in sorted({room.floor for room in facility.rooms}):
        there = {
            _cohort(Unit((guest,)), rules)
            for room in facility.rooms
            if room.floor == floor
            for guest in room.guests
        }
        found[floor] = None if not there else there.pop() if len(there) == 1 else ("", "mixed")
    return found


def _fits(unit: Unit, room: Room, rules: Rules) -> Why | None:
    """Why a room could never do for a unit; None: it could."""
    if room.beds < len(unit.guests):
        return Why.TOO_SMALL
    if Need.BARRIER_FREE in unit.needs and room.sort is not Sort.BARRIER_FREE:
        return Why.NOT_BARRIER_FREE
    if Need.LOW_FLOOR in unit.needs and room.floor > rules.rooms.low_floor_max:
        return Why.FLOOR_TOO_HIGH
    return None


def _place(
    units: Sequence[Unit], facility: Facility, rules: Rules, floors: dict[int, Cohort | None]
) -> list[tuple[Unit, RoomId]]:
    """Place units, and write into `floors` which cohort each empty floor went to."""
    free = [room for room in facility.rooms if room.is_free]
    waiting: dict[Cohort, list[Unit]] = defaultdict(list)
    for unit in units:
        waiting[_cohort(unit, rules)].append(unit)
    found: dict[Cohort, list[tuple[Unit, RoomId]]] = {}
    gains: dict[Cohort, dict[int, int]] = {}

    def settle(cohort: Cohort) -> None:
        mine = [room for room in free if floors[room.floor] == cohort]
        found[cohort] = _match(waiting[cohort], mine, rules)
        left = set(waiting[cohort]) - {unit for unit, _ in found[cohort]}
        gains[cohort] = {
            floor: sum(
                len(unit.guests)
                for unit, _ in _match(
                    [unit for unit in waiting[cohort] if unit in left],
                    [room for room in free if room.floor == floor],
                    rules,
                )
            )
            for floor, holder in floors.items()
            if holder is None and left
        }

    for cohort in sorted(waiting):
        settle(cohort)
    while offers := [
        (-gain, cohort, floor)
        for cohort, by_floor in gains.items()
        for floor, gain in by_floor.items()
        if gain and floors[floor] is None
    ]:
        _, cohort, floor = min(offers)
        floors[floor] = cohort
        settle(cohort)
    return [pair for cohort in sorted(found) for pair in found[cohort]]


def _match(units: Sequence[Unit], rooms: Sequence[Room], rules: Rules) -> list[tuple[Unit, RoomId]]:
    """As many guests as possible into rooms, one unit a room; small and ordinary rooms are used up first."""
    order = sorted(rooms, key=lambda room: (room.sort is Sort.BARRIER_FREE, room.beds, room.floor, room.id))
    shapes = {unit: (len(unit.guests), unit.needs) for unit in units}
    one_of = {shape: unit for unit, shape in shapes.items()}
    rooms_for = {
        shape: [room.id for room in order if _fits(unit, room, rules) is None]
        for shape, unit in one_of.items()
    }
    options = {unit: rooms_for[shape] for unit, shape in shapes.items()}
    holder: dict[RoomId, Unit] = {}

    def find(unit: Unit, tried: set[RoomId]) -> bool:
        for room in options[unit]:
            if room not in holder:
                holder[room] = unit
                return True
        for room in options[unit]:
            if room not in tried:
                tried.add(room)
                if find(holder[room], tried):
                    holder[room] = unit
                    return True
        return False

    # Once one of a shape finds no room none of that shape ever will.
    full = set()
    for unit in sorted(units, key=lambda unit: (-len(unit.guests), unit.guests[0].id)):
        if shapes[unit] not in full and not find(unit, set()):
            full.add(shapes[unit])
    return [(unit, room) for room, unit in sorted(holder.items())]


class _Remedies:
    """Reasons and remedies for units without a room; a remedy is promised to one unit only."""

    def __init__(
        self,
        facility: Facility,
        rules: Rules,
        floors: dict[int, Cohort | None],
        elsewhere: Sequence[Facility],
        given: frozenset[RoomId],
    ) -> None:
        self.facility, self.rules, self.floors, self.given = facility, rules, floors, given
        self.promised: set[RoomId] = set()
        self.elsewhere = list(elsewhere)

    def explain(self, unit: Unit) -> Unplaced:
        """Why a unit found no room, and what would help."""
        why = Counter(self._why(unit, room) for room in self.facility.rooms)
        return Unplaced(
            unit, tuple(sorted(why.items(), key=lambda item: (-item[1], item[0]))), self._remedy(unit)
        )

    def _why(self, unit: Unit, room: Room) -> Why:
        never = _fits(unit, room, self.rules)
        if never:
            return never
        if room.guests:
            return Why.GIVEN if room.id in self.given else Why.OCCUPIED
        if not self._may_enter(unit, room):
            return Why.FLOOR_OF_OTHERS
        return Why.BLOCKED if room.state is State.BLOCKED else Why.DISINFECTING

    def _may_enter(self, unit: Unit, room: Room) -> bool:
        return self.floors[room.floor] in (None, _cohort(unit, self.rules))

    def _remedy(self, unit: Unit) -> Remedy | None:
        cohort = _cohort(unit, self.rules)
        closed = [
            room
            for room in self.facility.rooms
            if not room.is_free
            and not room.guests
            and room.id not in self.promised
            and _fits(unit, room, self.rules) is None
            and self._may_enter(unit, room)
        ]
        waits = [room for room in closed if room.state is State.DISINFECTING and room.ready_at is not None]
        blocked = [room for room in closed if room.state is State.BLOCKED]
        room = min(waits, key=lambda room: (room.ready_at, room.id), default=None)
        room = room or min(blocked, key=lambda room: (room.beds, room.id), default=None)
        if room is not None:
            self.promised.add(room.id)
            self.floors[room.floor] = cohort
            waiting = room.state is State.DISINFECTING
            return Remedy(
                Help.WAIT if waiting else Help.UNBLOCK, (room.id,), room.ready_at if waiting else None
            )
        return self._part(unit) or self._go_elsewhere(unit)

    def _part(self, unit: Unit) -> Remedy | None:
        """A household in several rooms, each bond kept, all on floors it may enter."""
        apart = [
            Unit(part)
            for part in _join(
                {g.id: g for g in unit.guests}, {(g.id, o) for g in unit.guests for o in g.bonds}
            )
        ]
        free = [
            room
            for room in self.facility.rooms
            if room.is_free and room.id not in self.promised and self._may_enter(unit, room)
        ]
        for floor in sorted({room.floor for room in free}):
            found = _match(apart, [room for room in free if room.floor == floor], self.rules)
            if len(apart) > 1 and len(found) == len(apart):
                self.promised |= {room for _, room in found}
                self.floors[floor] = _cohort(unit, self.rules)
                return Remedy(Help.PART, tuple(room for _, room in found))
        return None

    def _go_elsewhere(self, unit: Unit) -> Remedy | None:
        for number, facility in enumerate(self.elsewhere):
            found = _place([unit], facility, self.rules, _floors_of(facility, self.rules))
            if found:
                ((_, room),) = found
                rooms = tuple(replace(r, guests=unit.guests) if r.id == room else r for r in facility.rooms)
                self.elsewhere[number] = replace(facility, rooms=rooms)
                return Remedy(Help.ELSEWHERE, (room,), facility=facility.id)
        return None
