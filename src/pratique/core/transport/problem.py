"""The transport problem: flights, parties, places, vehicles, crews, rules and weights, as frozen values.

Times are whole minutes after 00:00 of day 0. `read` takes the file form (docs/reference/transport-problem.md) and
answers with the problem, or with every fault found and no problem: nothing half-read is ever planned.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pratique.core.answers import Problem

AIRPORT = 0
ANY_FACILITY = -1
ROAD = "road"
"""The kind of a place where a vehicle broke down: people there wait without a roof."""
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class Location:
    """A place people are taken to, or stand at; `km` and `drive_minutes` are one way from the airport (id 0)."""

    id: int
    kind: str
    km: float
    drive_minutes: int
    accepts: str | None = None
    rooms: int | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """Driving between two places, one way."""

    km: float
    drive_minutes: int


@dataclass(frozen=True, slots=True)
class Party:
    """People who must stay together; `dest` is a place, or ANY_FACILITY that accepts the class and has rooms.

    Of its `size`, `wheelchairs` ride in one, `companions` only go along (a guardian: they take a seat and do not count
    against the class's limit); `child_seats` are wanted besides laps. Each of `languages` somebody of the crew must speak.
    `origin` is the place where they stand and board.
    """

    id: int
    flight: int
    cls: str
    size: int
    ready_at: int
    rooms: int
    dest: int
    wheelchairs: int = 0
    child_seats: int = 0
    companions: int = 0
    languages: tuple[str, ...] = ()
    origin: int = AIRPORT


@dataclass(frozen=True, slots=True)
class VehicleKind:
    """What all vehicles of one kind share: minutes to board, unload and disinfect, the crew they need, and their places
    for wheelchairs and child seats."""

    name: str
    seats: int
    board_minutes: int
    unload_minutes: int
    disinfect_minutes: int
    drivers: int
    escorts: int
    licence: str
    cost_per_km: float
    wheelchairs: int = 0
    child_seats: int = 0


@dataclass(frozen=True, slots=True)
class TravellerClass:
    """Which vehicle kinds may carry a class and how many persons at most in each (distancing)."""

    name: str
    capacity: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Vehicle:
    """One vehicle and the window (first and last minute) in which it may work."""

    id: int
    kind: str
    from_at: int
    until_at: int


@dataclass(frozen=True, slots=True)
class CrewMember:
    """One person on duty: role L drives anything, S drives licence S, E escorts; the shift in minutes; languages spoken.

    `driven` are minutes at the wheel that count towards `max_drive` already, on trips that are not the problem's.
    """

    id: int
    role: str
    from_at: int
    until_at: int
    languages: tuple[str, ...] = ()
    driven: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """The hard rules' numbers, all in minutes except `long_drivers` (a head count)."""

    tick: int
    horizon: int
    long_drive: int
    rest_every: int
    rest_min: int
    crew_doff: int
    long_overrun: int
    max_drive: int
    long_drivers: int


@dataclass(frozen=True, slots=True)
class Weights:
    """The objective's weights; `excess_after` is in minutes, the others are cost per unit."""

    unmoved: float
    wait: float
    wait_excess: float
    excess_after: int
    trip: float
    crew_min: float
    vehicle: float
    pair: float


@dataclass(frozen=True, slots=True)
class Pin:
    """A trip that any plan must contain as it stands: it has started, was announced, or a dispatcher fixed it."""

    vehicle: int
    start_at: int
    dest: int
    parties: tuple[int, ...]
    drivers: tuple[int, ...]
    escorts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TransportProblem:
    """Everything a transport plan is made from; `not_before_at` is the clock: other trips than pins start after it.

    `ways` are between two places neither of which is the airport, by their ids, the lesser first.
    """

    name: str
    flights: Mapping[int, int]
    locations: Mapping[int, Location]
    parties: Mapping[int, Party]
    kinds: Mapping[str, VehicleKind]
    classes: Mapping[str, TravellerClass]
    vehicles: Mapping[int, Vehicle]
    crew: Mapping[int, CrewMember]
    rules: Rules
    weights: Weights
    pins: tuple[Pin, ...] = ()
    not_before_at: int = 0
    ways: Mapping[tuple[int, int], Way] = field(default_factory=dict)
    worked_out: dict[tuple[str, int, int], Any] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    """What `check` has worked out of a kind of vehicle on a way: it is asked a hundred thousand times and never changes."""

    def find_way(self, start: int, end: int) -> Way:
        """From one place to another; through the airport where nobody said how far it is."""
        if start == end:
            return Way(0.0, 0)
        known = self.ways.get((min(start, end), max(start, end)))
        if known is not None:
            return known
        both = [self.locations[one] for one in (start, end) if one != AIRPORT]
        return Way(sum(one.km for one in both), sum(one.drive_minutes for one in both))

    def find_origin(self, parties: Sequence[int]) -> int:
        """Where a trip with these parties boards; the checker sees to it that it is one place."""
        return self.parties[parties[0]].origin if parties else AIRPORT

    def list_legs(self, origin: int, dest: int) -> tuple[Way, Way, Way]:
        """A vehicle's way: empty from the airport to where people board, with them to where they go, empty back."""
        return (
            self.find_way(AIRPORT, origin),
            self.find_way(origin, dest),
            self.find_way(dest, AIRPORT),
        )


def _is_number(value: Any) -> bool:
    """Whether it is a finite number; a whole one may be larger than any float."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole or (isinstance(value, float) and math.isfinite(value))


class _Reader:
    """Takes fields out of a document and collects every fault with its place."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def fault(self, code: str, where: str, message: str, remedy: str) -> None:
        self.problems.append(Problem(f"transport-{code}", where, message, remedy, fatal=True))

    def number(self, row: Mapping[str, Any], key: str, where: str, *, least: float = 0) -> float:
        value = row.get(key)
        if value is None:
            self.fault("missing", f"{where}.{key}", "there is no value", "give a number")
        elif not _is_number(value):
            self.fault("type", f"{where}.{key}", f"{value!r} is not a number", "give a finite number")
        elif value < least:
            self.fault("negative", f"{where}.{key}", f"{value} is below {least:g}", f"give {least:g} or more")
        elif value > 1e9:
            self.fault("range", f"{where}.{key}", "it is too large", "give at most 1,000,000,000")
        else:
            return float(value)
        return least

    def whole(self, row: Mapping[str, Any], key: str, where: str, *, least: int = 0) -> int:
        before = len(self.problems)
        value = self.number(row, key, where, least=least)
        if len(self.problems) == before and value != int(value):
            self.fault("type", f"{where}.{key}", f"{value} is not whole", "give a whole number")
        return int(value)

    def word(self, row: Mapping[str, Any], key: str, where: str, allowed: Iterable[str] | None = None) -> str:
        value = row.get(key)
        if not isinstance(value, str) or not value:
            self.fault("type", f"{where}.{key}", f"{value!r} is not a word", "give a text")
            return ""
        if allowed is not None and value not in allowed:
            self.fault(
                "unknown", f"{where}.{key}", f"there is no {value!r}", f"one of {', '.join(sorted(allowed))}"
            )
        return value

    def span(self, row: Mapping[str, Any], key: str, where: str) -> tuple[int, int]:
        value = row.get(key)
        if not isinstance(value, list) or len(value) != 2:
            self.fault("type", f"{where}.{key}", f"{value!r} is no span", "give [first minute, last minute]")
            return (0, 0)
        ends = dict(zip(("first", "last"), value, strict=True))
        first, last = (self.whole(ends, end, f"{where}.{key}") for end in ("first", "last"))
        if last < first:
            self.fault(
                "span", f"{where}.{key}", f"it ends at {last}, before it begins at {first}", "swap the two"
            )
        return first, last

    def few(self, row: Mapping[str, Any], key: str, where: str, most: int | None = None) -> int:
        """A whole number that may be left out (0), at most `most`."""
        value = self.whole(row, key, where) if key in row else 0
        if most is not None and value > most:
            self.fault("range", f"{where}.{key}", f"{value} is more than {most}", f"give at most {most}")
        return value

    def words(self, row: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
        """Some words, that may be left out."""
        value = row.get(key, [])
        if isinstance(value, list) and all(isinstance(one, str) and one for one in value):
            return tuple(value)
        self.fault("type", f"{where}.{key}", f"{value!r} is no list of words", 'give a list such as ["th"]')
        return ()

    def rows(self, document: Mapping[str, Any], key: str) -> list[tuple[str, Mapping[str, Any]]]:
        value = document.get(key)
        if not isinstance(value, list):
            self.fault("missing", key, f"there is no list of {key}", f'add "{key}": [...]')
            return []
        found: list[tuple[str, Mapping[str, Any]]] = []
        for index, row in enumerate(value):
            if isinstance(row, dict):
                found.append((f"{key}[{index}]", row))
            else:
                self.fault("type", f"{key}[{index}]", f"{row!r} is not an object", "give an object")
        return found

    def table(self, document: Mapping[str, Any], key: str) -> dict[str, Any]:
        value = document.get(key)
        if isinstance(value, dict):
            return value
        self.fault("missing", key, f"there is no object {key}", f'add "{key}": {{...}}')
        return {}

    def ids(self, row: Mapping[str, Any], key: str, where: str, known: Iterable[int]) -> tuple[int, ...]:
        value = row.get(key, [])
        if not isinstance(value, list):
            self.fault("type", f"{where}.{key}", f"{value!r} is not a list", "give a list of ids")
            return ()
        good = []
        for one in value:
            if isinstance(one, bool) or not isinstance(one, int) or one not in known:
                self.fault("unknown", f"{where}.{key}", f"there is no {one!r}", "name one that exists")
            else:
                good.append(one)
        return tuple(good)

    def keyed(
        self, document: Mapping[str, Any], key: str, make: Callable[[str, Mapping[str, Any], int], _Made]
    ) -> dict[int, _Made]:
        found: dict[int, _Made] = {}
        for where, row in self.rows(document, key):
            identity = self.whole(row, "id", where)
            if identity in found:
                self.fault("duplicate", f"{where}.id", f"id {identity} occurs twice", "give each its own id")
                continue
            found[identity] = make(where, row, identity)
        return found


def read(*, document: Any) -> tuple[TransportProblem | None, tuple[Problem, ...]]:
    """The problem a document states, or None with every fault that stops it being planned.

    Faults that only concern some parties (too large for any vehicle, no place that accepts them) are no faults
    here: the plan leaves those unmoved and says why.
    """
    reader = _Reader()
    if not isinstance(document, dict):
        reader.fault(
            "type", "document", "it is not an object", "give a JSON object with the keys of the reference"
        )
        return None, tuple(reader.problems)
    if document.get("version", 1) != 1:
        reader.fault("version", "version", f"version {document['version']!r} is unknown", "write version 1")
    kinds = _read_kinds(reader, document)
    classes = _read_classes(reader, document, kinds)
    locations = reader.keyed(document, "locations", lambda w, r, i: _read_location(reader, w, r, i, classes))
    flights = reader.keyed(document, "flights", lambda w, r, i: reader.whole(r, "arrival", w))
    parties = reader.keyed(
        document, "parties", lambda w, r, i: _read_party(reader, w, r, i, (flights, classes, locations))
    )
    vehicles = reader.keyed(document, "vehicles", lambda w, r, i: _read_vehicle(reader, w, r, i, kinds))
    crew = reader.keyed(document, "crew", lambda w, r, i: _read_crew(reader, w, r, i))
    rules = _read_rules(reader, document)
    weights = _read_weights(reader, document)
    if AIRPORT not in locations or locations[AIRPORT].kind != "airport":
        reader.fault("missing", "locations", "location 0 is not the airport", 'give id 0 with kind "airport"')
    known: dict[str, Mapping[int, Any]] = {"parties": parties, "drivers": crew, "escorts": crew}
    pins = tuple(
        _read_pin(reader, w, r, known, (vehicles, locations)) for w, r in _pin_rows(reader, document)
    )
    not_before_at = reader.whole(document, "not_before", "document") if "not_before" in document else 0
    ways = _read_ways(reader, document, locations)
    if reader.problems:
        return None, tuple(reader.problems)
    name = str(document.get("name", ""))
    return (
        TransportProblem(
            name,
            flights,
            locations,
            parties,
            kinds,
            classes,
            vehicles,
            crew,
            rules,
            weights,
            pins,
            not_before_at,
            ways,
        ),
        (),
    )


def write(*, problem: TransportProblem) -> dict[str, Any]:
    """The problem's file form; `read` gives the same problem back."""
    rules, weights = problem.rules, problem.weights
    places = []
    for one in problem.locations.values():
        row: dict[str, Any] = {"id": one.id, "kind": one.kind, "km": one.km, "drive": one.drive_minutes}
        if one.kind == "facility":
            row |= {"accepts": one.accepts, "rooms": one.rooms}
        places.append(row)
    return {
        "version": 1,
        "name": problem.name,
        "flights": [{"id": flight, "arrival": arrival} for flight, arrival in problem.flights.items()],
        "locations": places,
        "parties": [
            {"id": one.id, "flight": one.flight, "cls": one.cls, "size": one.size, "ready": one.ready_at}
            | {"rooms": one.rooms, "dest": one.dest}
            | _said(one, "wheelchairs", "child_seats", "companions", "languages", "origin")
            for one in problem.parties.values()
        ],
        "kinds": {
            one.name: {"seats": one.seats, "board": one.board_minutes, "unload": one.unload_minutes}
            | {"disinfect": one.disinfect_minutes, "drivers": one.drivers, "escorts": one.escorts}
            | {"licence": one.licence, "km_cost": one.cost_per_km}
            | _said(one, "wheelchairs", "child_seats")
            for one in problem.kinds.values()
        },
        "classes": {
            one.name: {"kinds": list(one.capacity), "cap": dict(one.capacity)}
            for one in problem.classes.values()
        },
        "vehicles": [
            {"id": one.id, "kind": one.kind, "window": [one.from_at, one.until_at]}
            for one in problem.vehicles.values()
        ],
        "crew": [
            {"id": one.id, "role": one.role, "shift": [one.from_at, one.until_at]}
            | _said(one, "languages", "driven")
            for one in problem.crew.values()
        ],
        "rules": {key: getattr(rules, key) for key in Rules.__slots__},
        "weights": {key: getattr(weights, key) for key in Weights.__slots__},
        "pins": [
            {"vehicle": one.vehicle, "start": one.start_at, "dest": one.dest, "parties": list(one.parties)}
            | {"drivers": list(one.drivers), "escorts": list(one.escorts)}
            for one in problem.pins
        ],
        "not_before": problem.not_before_at,
        "ways": [
            {"from": one, "to": other, "km": way.km, "drive": way.drive_minutes}
            for (one, other), way in problem.ways.items()
        ],
    }


def _said(one: Any, *keys: str) -> dict[str, Any]:
    """What may be left out, where it says something."""
    found = {key: getattr(one, key) for key in keys}
    return {key: list(v) if isinstance(v, tuple) else v for key, v in found.items() if v}


def _read_kinds(reader: _Reader, document: Mapping[str, Any]) -> dict[str, VehicleKind]:
    kinds = {}
    for name, row in reader.table(document, "kinds").items():
        where = f"kinds.{name}"
        if not isinstance(row, dict):
            reader.fault("type", where, f"{row!r} is not an object", "give an object")
            continue
        kinds[name] = VehicleKind(
            name=name,
            seats=reader.whole(row, "seats", where),
            board_minutes=reader.whole(row, "board", where),
            unload_minutes=reader.whole(row, "unload", where),
            disinfect_minutes=reader.whole(row, "disinfect", where),
            drivers=reader.whole(row, "drivers", where, least=1),
            escorts=reader.whole(row, "escorts", where),
            licence=reader.word(row, "licence", where, ("S", "L")),
            cost_per_km=reader.number(row, "km_cost", where),
            wheelchairs=reader.few(row, "wheelchairs", where),
            child_seats=reader.few(row, "child_seats", where),
        )
    return kinds


def _read_classes(
    reader: _Reader, document: Mapping[str, Any], kinds: Mapping[str, VehicleKind]
) -> dict[str, TravellerClass]:
    classes = {}
    for name, row in reader.table(document, "classes").items():
        where = f"classes.{name}"
        if not isinstance(row, dict) or not isinstance(row.get("kinds"), list):
            reader.fault("type", where, "it names no vehicle kinds", 'give {"kinds": [...], "cap": {...}}')
            continue
        caps = row.get("cap", {})
        if not isinstance(caps, dict):
            reader.fault("type", f"{where}.cap", f"{caps!r} is not an object", "give persons by vehicle kind")
            caps = {}
        capacity = {}
        for kind in row["kinds"]:
            if not isinstance(kind, str) or kind not in kinds:
                reader.fault(
                    "unknown", f"{where}.kinds", f"there is no kind {kind!r}", 'name a kind of "kinds"'
                )
                continue
            limit = reader.whole(caps, kind, f"{where}.cap") if kind in caps else kinds[kind].seats
            capacity[kind] = min(limit, kinds[kind].seats)
        classes[name] = TravellerClass(name, capacity)
    return classes


def _read_location(
    reader: _Reader, where: str, row: Mapping[str, Any], identity: int, classes: Mapping[str, TravellerClass]
) -> Location:
    kind = reader.word(row, "kind", where)
    km, drive = reader.number(row, "km", where), reader.whole(row, "drive", where)
    if kind != "facility":
        return Location(identity, kind, km, drive)
    accepts = reader.word(row, "accepts", where, classes)
    return Location(identity, kind, km, drive, accepts, reader.whole(row, "rooms", where))


def _read_party(
    reader: _Reader, where: str, row: Mapping[str, Any], identity: int, known: Sequence[Mapping[Any, Any]]
) -> Party:
    flights, classes, locations = known
    flight, cls = reader.whole(row, "flight", where), reader.word(row, "cls", where, classes)
    if flight not in flights:
        reader.fault(
            "unknown", f"{where}.flight", f"there is no flight {flight}", 'name a flight of "flights"'
        )
    dest = reader.whole(row, "dest", where, least=ANY_FACILITY)
    if dest != ANY_FACILITY and (dest not in locations or dest == AIRPORT):
        reader.fault("unknown", f"{where}.dest", f"place {dest} is no destination", "name a location, or -1")
    size, ready = reader.whole(row, "size", where, least=1), reader.whole(row, "ready", where)
    rooms = reader.whole(row, "rooms", where)
    needs = (
        reader.few(row, "wheelchairs", where, size),
        reader.few(row, "child_seats", where, size),
        reader.few(row, "companions", where, size - 1),
        reader.words(row, "languages", where),
    )
    origin = reader.few(row, "origin", where)
    if origin not in locations:
        reader.fault("unknown", f"{where}.origin", f"there is no place {origin}", 'name one of "locations"')
    elif origin == dest:
        reader.fault("unknown", f"{where}.dest", f"they are at {dest} already", "name another place")
    return Party(identity, flight, cls, size, ready, rooms, dest, *needs, origin)


def _read_vehicle(
    reader: _Reader, where: str, row: Mapping[str, Any], identity: int, kinds: Mapping[str, VehicleKind]
) -> Vehicle:
    return Vehicle(identity, reader.word(row, "kind", where, kinds), *reader.span(row, "window", where))


def _read_crew(reader: _Reader, where: str, row: Mapping[str, Any], identity: int) -> CrewMember:
    role, span = reader.word(row, "role", where, ("L", "S", "E")), reader.span(row, "shift", where)
    driven = reader.few(row, "driven", where)
    return CrewMember(identity, role, *span, reader.words(row, "languages", where), driven)


def _read_rules(reader: _Reader, document: Mapping[str, Any]) -> Rules:
    row = reader.table(document, "rules")
    positive = {"tick", "horizon", "rest_every", "long_drivers"}
    values = {key: reader.whole(row, key, "rules", least=int(key in positive)) for key in Rules.__slots__}
    if values["horizon"] > 20_000 * max(values["tick"], 1):
        reader.fault(
            "range", "rules.horizon", "the horizon has over 20,000 ticks", "plan fewer days or a longer tick"
        )
    return Rules(**values)


def _read_weights(reader: _Reader, document: Mapping[str, Any]) -> Weights:
    row = reader.table(document, "weights")
    after = reader.whole(row, "excess_after", "weights")
    costs = {key: reader.number(row, key, "weights") for key in Weights.__slots__ if key != "excess_after"}
    return Weights(excess_after=after, **costs)


def _read_ways(
    reader: _Reader, document: Mapping[str, Any], locations: Mapping[int, Location]
) -> dict[tuple[int, int], Way]:
    found: dict[tuple[int, int], Way] = {}
    for where, row in reader.rows(document, "ways") if "ways" in document else []:
        ends = sorted(reader.whole(row, end, where) for end in ("from", "to"))
        for one in ends:
            if one not in locations or one == AIRPORT:
                reader.fault(
                    "unknown", where, f"{one} is no place of a way", "name a location, not the airport"
                )
        if ends[0] == ends[1] or (ends[0], ends[1]) in found:
            reader.fault("duplicate", where, "it leads nowhere, or was said before", "say each way once")
        way = Way(reader.number(row, "km", where), reader.whole(row, "drive", where))
        found[ends[0], ends[1]] = way
    return found


def _pin_rows(reader: _Reader, document: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return reader.rows(document, "pins") if "pins" in document else []


def _read_pin(
    reader: _Reader,
    where: str,
    row: Mapping[str, Any],
    known: Mapping[str, Mapping[int, Any]],
    places: tuple[Mapping[int, Vehicle], Mapping[int, Location]],
) -> Pin:
    vehicle, dest = reader.whole(row, "vehicle", where), reader.whole(row, "dest", where)
    if vehicle not in places[0]:
        reader.fault(
            "unknown", f"{where}.vehicle", f"there is no vehicle {vehicle}", 'name one of "vehicles"'
        )
    if dest not in places[1]:
        reader.fault("unknown", f"{where}.dest", f"there is no place {dest}", 'name one of "locations"')
    people = [reader.ids(row, key, where, known[key]) for key in ("parties", "drivers", "escorts")]
    return Pin(vehicle, reader.whole(row, "start", where), dest, *people)
