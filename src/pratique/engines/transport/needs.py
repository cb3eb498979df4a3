"""Whoever needs more than a seat, or boards elsewhere than at the airport, gets a trip first, dispatched by hand; the search
then plans round these as if pinned.

Wheelchair places, child seats, a guardian's seat, a language of the crew and another beginning concern few people and few
vehicles; vehicles, people and ways that differ in them are no longer interchangeable, which the search lives on. Whoever of the
same flight, class and destination waits at the same place then rides along. A bound is proven for the problem without these
needs, and without whoever stands elsewhere (`away` says what these cost at least): it holds for this one too.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pratique.core.transport import check
from pratique.core.transport.fitting import Fitting
from pratique.core.transport.plan import Plan, Trip
from pratique.core.transport.problem import (
    AIRPORT,
    ANY_FACILITY,
    ROAD,
    CrewMember,
    Party,
    Pin,
    TransportProblem,
    TravellerClass,
    VehicleKind,
)
from pratique.engines.transport.reasons import say_lack, say_rooms

HOLD_MINUTES = 20
PLACES_TRIED = 4
UNSERVED = "~unserved"
"""The class, carried by nothing, of those for whom no trip was found: they cost what they cost, unmoved."""

Said = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Settled:
    """The problem that is left to search, where it may start from, and why some are served by nothing (code, because,
    remedy). `relaxed` is the problem without the needs, None if nobody has any."""

    problem: TransportProblem
    start: Plan | None
    reasons: Mapping[int, Said]
    relaxed: TransportProblem | None


def settle(*, problem: TransportProblem, start: Plan | None) -> Settled:
    """Trips for everybody with needs, as pins; a problem without any comes back as it is."""
    pinned = {identity for pin in problem.pins for identity in pin.parties}
    special = [one for one in problem.parties.values() if _is_special(one) and one.id not in pinned]
    if not special and not any(_is_special(problem.parties[identity]) for identity in pinned):
        return Settled(problem, start, {}, None)
    kept = _list_kept(problem, start)
    needy = {one.id for one in special}
    standing = [trip for trip in kept if needy.intersection(trip.parties)]
    loose = [trip for trip in kept if trip not in standing]
    riding = {identity for trip in standing for identity in trip.parties}
    left = [one for one in special if one.id not in riding]
    # Whoever stands on the road waits for no trip that nobody was told of yet. Whom nothing serves beside these is served before.
    on_road = [one for one in left if problem.locations[one.origin].kind == ROAD]
    trips, reasons = standing, dict[int, Said]()
    for beside, those in (([], on_road), (loose, left), ([], left)):
        served = {identity for trip in trips for identity in trip.parties}
        trips, reasons = _serve(problem, trips, beside, [one for one in those if one.id not in served])
    fitting = Fitting(problem)
    fitting.keep_all([*map(_trip, problem.pins), *trips])
    still = fitting.keep_each(loose)
    parties = {i: replace(one, cls=UNSERVED) if i in reasons else one for i, one in problem.parties.items()}
    rest = replace(
        problem,
        parties=parties,
        classes={**problem.classes, UNSERVED: TravellerClass(UNSERVED, {})} if reasons else problem.classes,
        pins=(*problem.pins, *map(_pin, trips)),
    )
    return Settled(rest, Plan(tuple(sorted(still))) if start is not None else None, reasons, relax(problem))


def relax(problem: TransportProblem) -> TransportProblem:
    """The problem without needs; whoever goes along, or stands elsewhere than at the airport, is not there.

    No plan of the real one costs less than its best.
    """
    here = {one.id for one in problem.parties.values() if one.origin == AIRPORT}
    parties = {
        one.id: replace(
            one, size=one.size - one.companions, wheelchairs=0, child_seats=0, companions=0, languages=()
        )
        for one in problem.parties.values()
        if one.id in here
    }
    return replace(
        problem, parties=parties, pins=tuple(pin for pin in problem.pins if here.issuperset(pin.parties))
    )


def _is_special(party: Party) -> bool:
    needs = party.wheelchairs or party.child_seats or party.companions or party.languages
    return bool(needs) or party.origin != AIRPORT


def _pin(trip: Trip) -> Pin:
    return Pin(trip.vehicle, trip.start_at, trip.dest, trip.parties, trip.drivers, trip.escorts)


def _trip(pin: Pin) -> Trip:
    return Trip(pin.start_at, pin.vehicle, pin.dest, pin.parties, pin.drivers, pin.escorts)


def _list_kept(problem: TransportProblem, start: Plan | None) -> list[Trip]:
    """The trips to start from that are no pins."""
    pins = {(pin.vehicle, pin.start_at) for pin in problem.pins}
    return [trip for trip in (start.trips if start else ()) if (trip.vehicle, trip.start_at) not in pins]


def _serve(
    problem: TransportProblem, standing: list[Trip], loose: list[Trip], left: Sequence[Party]
) -> tuple[list[Trip], dict[int, Said]]:
    """The standing trips and new ones, round what is loose; and why somebody is on none."""
    board = _Board(problem, [*map(_trip, problem.pins), *standing, *loose])
    queues: dict[tuple[int, str, int, int], list[Party]] = defaultdict(list)
    for party in sorted(left, key=lambda one: (one.ready_at, one.id)):
        queues[party.flight, party.cls, party.dest, party.origin].append(party)
    trips, reasons = list(standing), {}
    for queue in sorted(queues.values(), key=lambda those: (those[0].ready_at, those[0].id)):
        while queue:
            together = [one for one in queue if one.ready_at <= queue[0].ready_at + HOLD_MINUTES]
            trip = board.place(together) or (board.place(together[:1]) if together[1:] else None)
            if trip is None:
                reasons[queue[0].id] = board.explain(queue[0])
                queue = queue[1:]
                continue
            trip = board.fill(trip)
            board.book(trip)
            trips.append(trip)
            queue = [one for one in queue if one.id not in trip.parties]
    return trips, reasons


class _Board:
    """Who and what is taken when, by trips that stand; and the next trip found by hand."""

    def __init__(self, problem: TransportProblem, trips: Iterable[Trip]) -> None:
        self._problem = problem
        self._alone = replace(problem, pins=())
        self._taken: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
        self._driven: dict[int, float] = {one.id: float(one.driven) for one in problem.crew.values()}
        self._rooms: dict[int, int] = defaultdict(int)
        self._riding: set[int] = set()
        self._of_kind: dict[str, list[int]] = defaultdict(list)
        for vehicle in problem.vehicles.values():
            self._of_kind[vehicle.kind].append(vehicle.id)
        for trip in trips:
            self.book(trip)

    def book(self, trip: Trip) -> None:
        """Take what a trip takes."""
        crew_until, vehicle_until = check.end_of(problem=self._problem, trip=trip)
        self._taken["vehicle", trip.vehicle].append((trip.start_at, vehicle_until))
        for who in trip.drivers + trip.escorts:
            self._taken["crew", who].append((trip.start_at, crew_until))
        for who in trip.drivers:
            self._driven[who] += check.wheel_of(problem=self._problem, trip=trip)[0]
        self._rooms[trip.dest] += sum(self._problem.parties[one].rooms for one in trip.parties)
        self._riding.update(trip.parties)

    def place(self, together: Sequence[Party]) -> Trip | None:
        """The earliest trip for these, or for as many of them as fit; the smallest vehicle that does."""
        problem, tick = self._problem, self._problem.rules.tick
        lead = check.lead_of(problem=problem, origin=together[0].origin)
        first = max(problem.not_before_at, *(one.ready_at - lead for one in together))
        bundles = self._list_bundles(together)
        for start in range(-(-first // tick) * tick, problem.rules.horizon, tick):
            for kind, riders in bundles:
                for place in self._list_places(riders)[:PLACES_TRIED]:
                    found = self._find(kind, place, start, riders)
                    if found is not None:
                        return found
        return None

    def _list_bundles(self, together: Sequence[Party]) -> list[tuple[VehicleKind, list[Party]]]:
        """Kinds with whom of these they can carry, the first always; who carry more first, then the smaller."""
        found = []
        for kind in self._problem.kinds.values():
            riders: list[Party] = []
            for party in together:
                if self._fits(kind, [*riders, party]):
                    riders.append(party)
            if riders and riders[0] is together[0] and self._of_kind[kind.name]:
                found.append((kind, riders))
        return sorted(found, key=lambda one: (-len(one[1]), one[0].seats, one[0].name))

    def _fits(self, kind: VehicleKind, riders: Sequence[Party]) -> bool:
        capacity = self._problem.classes[riders[0].cls].capacity.get(kind.name, 0)
        return (
            sum(one.size - one.companions for one in riders) <= capacity
            and sum(one.size for one in riders) <= kind.seats
            and sum(one.wheelchairs for one in riders) <= kind.wheelchairs
            and sum(one.child_seats for one in riders) <= kind.child_seats
        )

    def _list_places(self, riders: Sequence[Party]) -> list[int]:
        """Where these may go and find rooms, the nearest first."""
        rooms = sum(one.rooms for one in riders)
        return [one for one in self._list_taking(riders[0]) if self._count_left(one) >= rooms]

    def _list_taking(self, party: Party) -> list[int]:
        """Where a party may go, rooms or not, the nearest first."""
        dest, origin, find_way = party.dest, party.origin, self._problem.find_way
        places = [
            place.id
            for place in self._problem.locations.values()
            if (place.id == dest if dest != ANY_FACILITY else place.accepts == party.cls)
            and place.id != origin
        ]
        return sorted(places, key=lambda one: (find_way(origin, one).drive_minutes, one))

    def _count_left(self, place: int) -> float:
        """Rooms left there; where nobody counts them, enough."""
        rooms = self._problem.locations[place].rooms
        return math.inf if rooms is None else rooms - self._rooms[place]

    def _find(self, kind: VehicleKind, place: int, start: int, riders: Sequence[Party]) -> Trip | None:
        """The trip at this time with a vehicle and a crew, if there are."""
        problem = self._problem
        empty = Trip(start, self._of_kind[kind.name][0], place, tuple(one.id for one in riders), (), ())
        crew_until, vehicle_until = check.end_of(problem=problem, trip=empty)
        vehicle = self._find_vehicle(kind, start, vehicle_until)
        if vehicle is None:
            return None
        trip = replace(empty, vehicle=vehicle)
        crew = self._find_crew(trip, kind, crew_until, {word for one in riders for word in one.languages})
        if crew is None:
            return None
        found = replace(trip, drivers=crew[0], escorts=crew[1])
        # Whatever else the rules ask of a trip by itself (hours of the night) is the checker's to say.
        return None if check.breaches(problem=self._alone, plan=Plan((found,))) else found

    def _find_vehicle(self, kind: VehicleKind, start: int, until: int) -> int | None:
        problem = self._problem
        those = (
            one
            for one in self._of_kind[kind.name]
            if problem.vehicles[one].from_at <= start
            and until <= min(problem.vehicles[one].until_at, problem.rules.horizon)
            and self._is_free("vehicle", one, start, until)
        )
        return next(those, None)

    def _list_able(
        self, trip: Trip, roles: tuple[str, ...], each: float, until: int, overrun: int
    ) -> list[CrewMember]:
        """Who of these roles is on duty and free for a trip and may drive so many minutes more."""
        return [
            one
            for one in self._problem.crew.values()
            if one.role in roles
            and one.from_at <= trip.start_at
            and until - overrun <= one.until_at
            and self._driven[one.id] + each <= self._problem.rules.max_drive + (1e-9 if each else 1e9)
            and self._is_free("crew", one.id, trip.start_at, until)
        ]

    def _find_crew(
        self, trip: Trip, kind: VehicleKind, until: int, languages: set[str]
    ) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
        """Drivers and escorts who are free, those first who speak what nobody chosen yet does."""
        problem = self._problem
        drivers, escorts = check.crew_of(problem=problem, trip=trip)
        at_wheel, overrun = check.wheel_of(problem=problem, trip=trip)
        missing, chosen = set(languages), []
        for roles, number, each in ((("E",), escorts, 0.0), (self._licences(kind), drivers, at_wheel)):
            able = self._list_able(trip, roles, each, until, overrun)
            some: list[int] = []
            for _ in range(number):
                best = max(
                    (one for one in able if one.id not in some),
                    key=lambda one: (len(missing.intersection(one.languages)), one.role == "S", -one.id),
                    default=None,
                )
                if best is None:
                    return None
                some.append(best.id)
                missing -= set(best.languages)
            chosen.append(tuple(some))
        return None if missing else (chosen[1], chosen[0])

    @staticmethod
    def _licences(kind: VehicleKind) -> tuple[str, ...]:
        return ("L",) if kind.licence == "L" else ("S", "L")

    def _is_free(self, sort: str, which: int, start: int, until: int) -> bool:
        return all(end <= start or until <= begin for begin, end in self._taken[sort, which])

    def fill(self, trip: Trip) -> Trip:
        """Whoever of the same flight and class stands there too, is ready by then, may go there and needs nothing rides along,
        if there is room."""
        problem = self._problem
        kind = problem.kinds[problem.vehicles[trip.vehicle].kind]
        place, riders = problem.locations[trip.dest], [problem.parties[one] for one in trip.parties]
        boards_at = check.boards_at(problem=problem, trip=trip)
        for party in sorted(problem.parties.values(), key=lambda one: (one.ready_at, one.id)):
            like = (party.flight, party.cls, party.origin) == (
                riders[0].flight,
                riders[0].cls,
                riders[0].origin,
            )
            there = party.dest == trip.dest or (party.dest == ANY_FACILITY and place.accepts == party.cls)
            rooms = self._rooms[trip.dest] + sum(one.rooms for one in (*riders, party))
            if (
                like
                and there
                and party.ready_at <= boards_at
                and party.id not in self._riding
                and not _is_special(party)
                and self._fits(kind, [*riders, party])
                and (place.rooms is None or rooms <= place.rooms)
            ):
                riders.append(party)
        return replace(trip, parties=tuple(one.id for one in riders))

    def explain(self, party: Party) -> Said:
        """What keeps a party with needs from a trip: the first that holds, from "never" to "not now"."""
        problem, cls = self._problem, party.cls
        owned = [
            kind
            for kind in problem.kinds.values()
            if self._of_kind[kind.name] and problem.classes[cls].capacity.get(kind.name)
        ]
        if (wanted := party.wheelchairs) > max((kind.wheelchairs for kind in owned), default=0):
            return (
                "no-wheelchairs",
                f"no vehicle for {cls} has {wanted} wheelchair places",
                f"bring a vehicle with {wanted} wheelchair places",
            )
        if (wanted := party.child_seats) > max((kind.child_seats for kind in owned), default=0):
            return (
                "no-child-seats",
                f"no vehicle for {cls} has {wanted} child seats",
                f"bring a vehicle with {wanted} child seats",
            )
        spoken = {word for one in problem.crew.values() for word in one.languages}
        for word in party.languages:
            if word not in spoken:
                return "no-language", f"nobody on duty speaks {word}", f"bring an escort who speaks {word}"
        if not self._list_bundles([party]):
            return (
                "no-vehicle",
                f"no vehicle for {cls} carries {party.size} with what they need",
                f"bring a vehicle for {party.size} with what they need",
            )
        taking = self._list_taking(party)
        if not taking:
            return "no-place", f"no facility accepts {cls}", f"open a facility for {cls}"
        if not self._list_places([party]):
            short = int(party.rooms - self._count_left(taking[0]))
            remedy = say_rooms(rooms=short, place=taking[0], cls=cls)
            return "no-rooms", f"no place has {party.rooms} rooms left", remedy
        return self._explain_lack(party) or (
            "no-need-met",
            "no vehicle and crew with what they need is free when needed",
            "one more such vehicle with its crew would do",
        )

    def _explain_lack(self, party: Party) -> Said | None:
        """The fewest vehicles and people more with which a trip could go as soon as the party is ready; None where that is not
        what is missing."""
        problem, tick = self._problem, self._problem.rules.tick
        lead = check.lead_of(problem=problem, origin=party.origin)
        start = -(-max(problem.not_before_at, party.ready_at - lead, 0) // tick) * tick
        best: tuple[int, str, Said] | None = None
        for kind, _ in self._list_bundles([party]):
            for place in self._list_places([party])[:PLACES_TRIED]:
                trip = Trip(start, self._of_kind[kind.name][0], place, (party.id,), (), ())
                lacks = self._list_lacks(trip, kind)
                found = sum(lacks.values())
                if found and (best is None or (found, kind.name) < best[:2]):
                    missing = tuple((word, number) for word, number in lacks.items() if number)
                    best = (found, kind.name, say_lack(kind=kind, minute=start, lacks=missing))
        return best[2] if best and not party.languages else None

    def _list_lacks(self, trip: Trip, kind: VehicleKind) -> dict[str, int]:
        """How many vehicles, drivers and escorts a trip at this time does not find free."""
        problem = self._problem
        crew_until, vehicle_until = check.end_of(problem=problem, trip=trip)
        drivers, escorts = check.crew_of(problem=problem, trip=trip)
        at_wheel, overrun = check.wheel_of(problem=problem, trip=trip)
        may_drive = self._list_able(trip, self._licences(kind), at_wheel, crew_until, overrun)
        may_escort = self._list_able(trip, ("E",), 0.0, crew_until, overrun)
        return {
            "vehicle": int(self._find_vehicle(kind, trip.start_at, vehicle_until) is None),
            "driver": max(0, drivers - len(may_drive)),
            "escort": max(0, escorts - len(may_escort)),
        }
