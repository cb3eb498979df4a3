"""Re-verify a plan from scratch, and price it: the only judge of a plan, sharing no code with any engine."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pratique.core.answers import Objection, Problem
from pratique.core.transport import stretch
from pratique.core.transport.plan import Plan, Trip
from pratique.core.transport.problem import (
    AIRPORT,
    ANY_FACILITY,
    Party,
    Rules,
    TransportProblem,
    VehicleKind,
    Way,
)


@dataclass(frozen=True, slots=True)
class Cost:
    """The objective by part (lower is better)."""

    unmoved: float
    wait: float
    wait_excess: float
    trips: float
    km: float
    crew: float
    vehicles: float
    pairs: float

    @property
    def total(self) -> float:
        """The objective itself: the sum of all parts."""
        return float(sum(getattr(self, part) for part in self.__slots__))


@dataclass(frozen=True, slots=True)
class _Times:
    """What follows from a trip's kind of vehicle and way, whenever it starts; minutes."""

    lead_minutes: int
    long: bool
    crew_minutes: int
    vehicle_minutes: int
    drive_minutes_each: float
    drivers: int
    km: float


def breaches(*, problem: TransportProblem, plan: Plan) -> tuple[Objection, ...]:
    """Every hard rule the plan breaks; empty means it may be shown and adopted."""
    known: list[Trip] = []
    found: list[Objection] = []
    for number, trip in enumerate(plan.trips):
        unknown = tuple(_unknown(problem, number, trip))
        found.extend(unknown)
        if not unknown:
            known.append(trip)
            found.extend(_trip_breaches(problem, number, trip))
    found.extend(_twice(known))
    found.extend(_rooms(problem, known))
    found.extend(_overlaps(problem, known))
    found.extend(_driving(problem, known))
    found.extend(_pins(problem, plan))
    return tuple(found)


def cost(*, problem: TransportProblem, plan: Plan) -> Cost:
    """The objective by part; meaningful for a plan without breaches."""
    weights = problem.weights
    wait = excess = km = crew = 0.0
    moved: set[int] = set()
    pairs: set[tuple[int, int]] = set()
    for trip in plan.trips:
        times = _times(problem, trip)
        people = times.drivers + problem.kinds[problem.vehicles[trip.vehicle].kind].escorts
        crew += weights.crew_min * times.crew_minutes * people
        km += problem.kinds[problem.vehicles[trip.vehicle].kind].cost_per_km * times.km
        for identity in trip.parties:
            party = problem.parties[identity]
            minutes = trip.start_at + times.lead_minutes - party.ready_at
            wait += weights.wait * party.size * minutes
            excess += weights.wait_excess * party.size * max(0, minutes - weights.excess_after)
            moved.add(identity)
            if problem.locations[trip.dest].kind == "facility":
                pairs.add((party.flight, trip.dest))
    left = sum(party.size for party in problem.parties.values() if party.id not in moved)
    vehicles = len({trip.vehicle for trip in plan.trips})
    return Cost(
        unmoved=weights.unmoved * left,
        wait=wait,
        wait_excess=excess,
        trips=weights.trip * len(plan.trips),
        km=km,
        crew=crew,
        vehicles=weights.vehicle * vehicles,
        pairs=weights.pair * len(pairs),
    )


def contradictions(*, problem: TransportProblem) -> tuple[Problem, ...]:
    """Pins that cannot all be kept, because they break a rule among themselves."""
    trips = (
        Trip(pin.start_at, pin.vehicle, pin.dest, pin.parties, pin.drivers, pin.escorts)
        for pin in problem.pins
    )
    return tuple(
        Problem(
            "transport-pins", f"pins, {one.subject}", one.because, "release or mend one of these pins", True
        )
        for one in breaches(problem=problem, plan=Plan(tuple(trips)))
    )


def end_of(*, problem: TransportProblem, trip: Trip) -> tuple[int, int]:
    """When the crew and when the vehicle of a trip are free again (minutes)."""
    times = _times(problem, trip)
    return trip.start_at + times.crew_minutes, trip.start_at + times.vehicle_minutes


def boards_at(*, problem: TransportProblem, trip: Trip) -> int:
    """When its people begin to board: it starts at the airport, and must first come to where they stand."""
    return trip.start_at + _times(problem, trip).lead_minutes


def is_long(*, problem: TransportProblem, trip: Trip) -> bool:
    """Whether its way is long by the rules, so that drivers relieve each other."""
    return _times(problem, trip).long


def lead_of(*, problem: TransportProblem, origin: int) -> int:
    """How many minutes after its start, at the airport, a trip boards people at a place."""
    drive = problem.find_way(AIRPORT, origin).drive_minutes
    return drive + _rest(problem.rules, drive)


def wheel_of(*, problem: TransportProblem, trip: Trip) -> tuple[float, int]:
    """How many minutes each driver is at the wheel, and how many a crew may work beyond its shift, as the way is long."""
    times = _times(problem, trip)
    return times.drive_minutes_each, problem.rules.long_overrun if times.long else 0


def crew_of(*, problem: TransportProblem, trip: Trip) -> tuple[int, int]:
    """How many drivers and escorts a trip needs."""
    kind = problem.kinds[problem.vehicles[trip.vehicle].kind]
    return _times(problem, trip).drivers, kind.escorts


def may_drive(*, role: str, licence: str) -> bool:
    """Whether somebody of this role may drive a vehicle that asks for this licence: L drives anything, S what asks for S."""
    return role == "L" or (role == "S" and licence == "S")


def minutes_of(*, rules: Rules, kind: VehicleKind, legs: Iterable[Way]) -> tuple[int, int]:
    """How many minutes a trip takes its crew and its vehicle: boarding, its way leg by leg with rests, alighting; then the crew takes
    off its gear, and the vehicle is disinfected."""
    way = sum(leg.drive_minutes + _rest(rules, leg.drive_minutes) for leg in legs)
    away = kind.board_minutes + way + kind.unload_minutes

    def on_tick(minutes: int) -> int:
        return -(-minutes // rules.tick) * rules.tick

    return on_tick(away + rules.crew_doff), on_tick(away + kind.disinfect_minutes)


def _times(problem: TransportProblem, trip: Trip) -> _Times:
    way = problem.vehicles[trip.vehicle].kind, problem.find_origin(trip.parties), trip.dest
    found = problem.worked_out.get(way)
    if found is None:
        found = problem.worked_out[way] = _work_out(problem, *way)
    return found


def _work_out(problem: TransportProblem, name: str, origin: int, dest: int) -> _Times:
    rules, kind = problem.rules, problem.kinds[name]
    legs = problem.list_legs(origin, dest)
    drive = sum(leg.drive_minutes for leg in legs)
    long = drive > 2 * rules.long_drive
    drivers = rules.long_drivers if long else kind.drivers
    return _Times(
        legs[0].drive_minutes + _rest(rules, legs[0].drive_minutes),
        long,
        *minutes_of(rules=rules, kind=kind, legs=legs),
        drive / drivers,
        drivers,
        sum(leg.km for leg in legs),
    )


def _rest(rules: Rules, drive: int) -> int:
    return stretch.count_rest(minutes=drive, every=rules.rest_every, rest=rules.rest_min)


def _unknown(problem: TransportProblem, number: int, trip: Trip) -> Iterator[Objection]:
    tables = (
        ("vehicle", (trip.vehicle,), problem.vehicles),
        ("place", (trip.dest,), problem.locations),
        ("party", trip.parties, problem.parties),
        ("crew member", trip.drivers + trip.escorts, problem.crew),
    )
    for word, ids, table in tables:
        for identity in ids:
            if identity not in table:
                yield Objection("transport-unknown", f"trip {number}", f"there is no {word} {identity}")


def _trip_breaches(problem: TransportProblem, number: int, trip: Trip) -> Iterator[Objection]:
    def breach(code: str, because: str) -> Objection:
        return Objection(f"transport-{code}", f"trip {number}", because)

    vehicle = problem.vehicles[trip.vehicle]
    parties = [problem.parties[identity] for identity in trip.parties]
    if not parties:
        yield breach("empty", "it carries nobody")
        return
    if len({(party.flight, party.cls) for party in parties}) > 1:
        yield breach("mixed", "it mixes flights or classes")
    if len({party.origin for party in parties}) > 1:
        yield breach("origin", "it boards at more than one place")
    for cls in sorted({party.cls for party in parties}):
        capacity = problem.classes[cls].capacity.get(vehicle.kind)
        if capacity is None:
            yield breach("kind", f"a {vehicle.kind} may not carry {cls}")
        elif sum(party.size - party.companions for party in parties) > capacity:
            yield breach("capacity", f"{sum(party.size for party in parties)} persons, {capacity} allowed")
    yield from (breach(code, because) for code, because in _need_breaches(problem, trip, parties))
    place = problem.locations[trip.dest]
    times = _times(problem, trip)
    for party in parties:
        if party.ready_at > trip.start_at + times.lead_minutes:
            yield breach(
                "early",
                f"party {party.id} is ready at {party.ready_at}, it boards at {trip.start_at + times.lead_minutes}",
            )
        if party.dest != ANY_FACILITY and party.dest != trip.dest:
            yield breach("destination", f"party {party.id} goes to {party.dest}, not {trip.dest}")
        if party.dest == ANY_FACILITY and (place.kind != "facility" or place.accepts != party.cls):
            yield breach("accepts", f"place {trip.dest} does not accept {party.cls}")
    if trip.dest in (AIRPORT, parties[0].origin):
        yield breach("destination", "it goes nowhere")
    if trip.start_at % problem.rules.tick:
        yield breach("tick", f"{trip.start_at} is not on a tick of {problem.rules.tick}")
    if trip.start_at < problem.not_before_at and not _is_pinned(problem, trip):
        yield breach("past", f"it starts at {trip.start_at}, the clock says {problem.not_before_at}")
    if trip.start_at < vehicle.from_at or trip.start_at + times.vehicle_minutes > min(
        vehicle.until_at, problem.rules.horizon
    ):
        yield breach("window", f"vehicle {vehicle.id} is not at work all the time")
    yield from (breach(code, because) for code, because in _crew_breaches(problem, trip, times))


def _need_breaches(problem: TransportProblem, trip: Trip, parties: list[Party]) -> Iterator[tuple[str, str]]:
    """Seats for all, places for wheelchairs and child seats, and a language that somebody of the crew speaks."""
    kind = problem.kinds[problem.vehicles[trip.vehicle].kind]
    persons = sum(party.size for party in parties)
    if persons > kind.seats:
        yield "seats", f"{persons} persons, {kind.seats} seats"
    wheelchairs = sum(party.wheelchairs for party in parties)
    if wheelchairs > kind.wheelchairs:
        yield "wheelchairs", f"{wheelchairs} wheelchairs, {kind.wheelchairs} places for them"
    child_seats = sum(party.child_seats for party in parties)
    if child_seats > kind.child_seats:
        yield "child-seats", f"{child_seats} child seats, {kind.child_seats} places for them"
    spoken = {word for who in trip.drivers + trip.escorts for word in problem.crew[who].languages}
    for language in sorted({word for party in parties for word in party.languages} - spoken):
        yield "language", f"nobody of its crew speaks {language}"


def _crew_breaches(problem: TransportProblem, trip: Trip, times: _Times) -> Iterator[tuple[str, str]]:
    kind = problem.kinds[problem.vehicles[trip.vehicle].kind]
    if len(trip.drivers) != times.drivers:
        yield "drivers", f"{len(trip.drivers)} drivers, {times.drivers} needed"
    if len(trip.escorts) != kind.escorts:
        yield "escorts", f"{len(trip.escorts)} escorts, {kind.escorts} needed"
    if len(set(trip.drivers + trip.escorts)) < len(trip.drivers + trip.escorts):
        yield "crew-twice", "somebody is on its crew twice"
    for identity in trip.drivers:
        role = problem.crew[identity].role
        if not may_drive(role=role, licence=kind.licence):
            yield "licence", f"crew member {identity} (role {role}) may not drive a {kind.name}"
    for identity in trip.escorts:
        if problem.crew[identity].role != "E":
            yield "role", f"crew member {identity} is no escort"
    overrun = problem.rules.long_overrun if times.long else 0
    for identity in trip.drivers + trip.escorts:
        member = problem.crew[identity]
        if trip.start_at < member.from_at or trip.start_at + times.crew_minutes > member.until_at + overrun:
            yield "shift", f"crew member {identity} is not on duty all the time"


def _twice(trips: list[Trip]) -> Iterator[Objection]:
    seen: set[int] = set()
    for trip in trips:
        for identity in trip.parties:
            if identity in seen:
                yield Objection("transport-party-twice", f"party {identity}", "it is carried more than once")
            seen.add(identity)


def _rooms(problem: TransportProblem, trips: list[Trip]) -> Iterator[Objection]:
    used: dict[int, int] = defaultdict(int)
    for trip in trips:
        used[trip.dest] += sum(problem.parties[identity].rooms for identity in trip.parties)
    for place, rooms in sorted(used.items()):
        limit = problem.locations[place].rooms
        if limit is not None and rooms > limit:
            yield Objection("transport-rooms", f"place {place}", f"{rooms} rooms needed, {limit} there")


def _overlaps(problem: TransportProblem, trips: list[Trip]) -> Iterator[Objection]:
    busy: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
    for trip in trips:
        crew_until, vehicle_until = end_of(problem=problem, trip=trip)
        busy["vehicle", trip.vehicle].append((trip.start_at, vehicle_until))
        for identity in set(trip.drivers + trip.escorts):
            busy["crew member", identity].append((trip.start_at, crew_until))
    for (word, identity), spans in sorted(busy.items()):
        spans.sort()
        for (_, until), (start, _) in zip(spans, spans[1:], strict=False):
            if start < until:
                yield Objection(
                    "transport-overlap", f"{word} {identity}", f"again at {start}, busy until {until}"
                )


def _driving(problem: TransportProblem, trips: list[Trip]) -> Iterator[Objection]:
    driven: dict[int, float] = defaultdict(float)
    for trip in trips:
        for identity in trip.drivers:
            driven[identity] += _times(problem, trip).drive_minutes_each
    for identity, minutes in sorted(driven.items()):
        before = problem.crew[identity].driven
        if minutes and before + minutes > problem.rules.max_drive + 1e-9:
            because = (
                f"drives {minutes:g} minutes after {before} driven before"
                if before
                else f"drives {minutes:g} minutes"
            )
            yield Objection("transport-driving", f"crew member {identity}", because)


def _pins(problem: TransportProblem, plan: Plan) -> Iterator[Objection]:
    kept = {(trip.vehicle, trip.start_at, trip.dest, tuple(sorted(trip.parties))) for trip in plan.trips}
    for number, pin in enumerate(problem.pins):
        if (pin.vehicle, pin.start_at, pin.dest, tuple(sorted(pin.parties))) not in kept:
            yield Objection(
                "transport-pin", f"pin {number}", f"vehicle {pin.vehicle} at {pin.start_at} is not kept"
            )


def _is_pinned(problem: TransportProblem, trip: Trip) -> bool:
    return any(
        (pin.vehicle, pin.start_at, pin.dest, frozenset(pin.parties))
        == (trip.vehicle, trip.start_at, trip.dest, frozenset(trip.parties))
        for pin in problem.pins
    )
