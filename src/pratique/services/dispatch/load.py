"""A load that waits without a trip, given one by hand: which trips have room, which vehicles and crews are free, each tried.

The plan that stands is asked (or what is in force, if none stands); the core's checker says what is in the way. What is then
done goes through `edit`, which checks it again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Objection, Refused
from pratique.core.transport import check
from pratique.core.transport.fitting import Fitting
from pratique.core.transport.plan import Trip
from pratique.core.transport.problem import ANY_FACILITY, ROAD, Party, TransportProblem
from pratique.services.dispatch import edit, plans
from pratique.services.dispatch.draft import Names
from pratique.store import models


@dataclass(frozen=True, slots=True)
class Load:
    """People of one flight and class who wait at one place (none: they are only expected)."""

    flight: str
    cls: str
    where: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody has chosen so far of a new trip; None is left to be offered."""

    vehicle: UUID | None = None
    destination: UUID | None = None
    starts_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Offers:
    """What a load may be given. Numbers are those of `plan`; of the `parties` without a trip some are `chosen`.

    `loads` are trips they might ride on and `vehicles` what might take them at `start` to `dest`, each with what is in the way.
    `drivers` and `escorts` are those free for `vehicle` then, of whom `crew` would do.
    """

    plan: models.Plan
    parties: tuple[int, ...]
    chosen: tuple[int, ...]
    loads: Mapping[str, tuple[Objection, ...]]
    vehicles: Mapping[int, tuple[Objection, ...]]
    places: tuple[int, ...]
    vehicle: int | None
    dest: int | None
    start: int
    boards: int
    needed: tuple[int, int]
    drivers: tuple[int, ...]
    escorts: tuple[int, ...]
    crew: frozenset[int]


def list_offers(
    *, plan: UUID | None, load: Load, chosen: frozenset[UUID], wish: Wish, by: UUID, now: datetime
) -> Offers:
    """What may be given to those `chosen` of a load (nobody: as many as the largest vehicle takes, the first ready first).

    Raises `Refused`: as `edit.get_plan` does, and `load_has_trips` where everybody of it has one.
    """
    with transaction.atomic():
        standing = edit.get_plan(plan=plan, by=by, now=now)
    problem, names = plans.read_problem(plan=standing), Names(standing.document)
    rows = [plans.read_row(row) for row in standing.trips]
    parties = _list_waiting(problem, names, load, {party for row in rows for party in row.parties})
    if not parties:
        raise Refused("load_has_trips", "everybody of this load has a trip, in force or proposed")
    those = [one for one in parties if chosen and names.parties[one.id] <= chosen] or _fill(problem, parties)
    fitting = Fitting(problem)
    fitting.keep_all(rows)
    numbers = tuple(one.id for one in those)
    loads = {
        edit.name_load(number=n, row=standing.trips[n]): edit.try_trip(
            fitting, replace(row, parties=row.parties + numbers), [n]
        )
        for n, row in enumerate(rows)
    }
    places = _list_places(problem, those)
    dest = next((one for one in places if names.places.get(one) == wish.destination), None)
    dest = dest if dest is not None else next(iter(places), None)
    start = _find_start(problem, names, those, wish)
    base = Trip(start, 0, dest if dest is not None else 0, numbers, (), ())
    vehicles = {
        one: edit.try_trip(fitting, replace(base, vehicle=one), [])
        for one in problem.vehicles
        if dest is not None
    }
    vehicle = _choose(problem, names, vehicles, wish)
    crew = _Crew.find(problem, fitting, replace(base, vehicle=vehicle)) if vehicle is not None else _Crew()
    return Offers(
        plan=standing,
        parties=tuple(one.id for one in parties),
        chosen=numbers,
        loads=loads,
        vehicles=vehicles,
        places=places,
        vehicle=vehicle,
        dest=dest,
        start=start,
        boards=start + check.lead_of(problem=problem, origin=those[0].origin),
        needed=crew.needed,
        drivers=crew.drivers,
        escorts=crew.escorts,
        crew=crew.would_do,
    )


def _list_waiting(problem: TransportProblem, names: Names, load: Load, riding: Iterable[int]) -> list[Party]:
    """The parties of a load that have no trip, the first ready first."""
    found = [
        problem.parties[number]
        for number, row in names.rows.items()
        if (names.flights[row["flight"]], row["cls"], row["where"]) == (load.flight, load.cls, load.where)
        and number not in riding
    ]
    return sorted(found, key=lambda one: (one.ready_at, one.id))


def _fill(problem: TransportProblem, parties: list[Party]) -> list[Party]:
    """As many of these, of one destination, as the largest vehicle takes."""
    room = max(problem.classes[parties[0].cls].capacity.values(), default=0)
    found: list[Party] = []
    for one in parties:
        if one.dest == parties[0].dest and one.size <= room:
            found.append(one)
            room -= one.size
    return found or parties[:1]


def _list_places(problem: TransportProblem, those: list[Party]) -> tuple[int, ...]:
    """Where all of these may go together, the nearest to where they board first."""
    bound, origin = {one.dest for one in those}, those[0].origin
    if bound != {ANY_FACILITY}:
        return tuple(bound) if len(bound) == 1 else ()
    accepting = [
        one.id
        for one in problem.locations.values()
        if one.kind != ROAD and one.accepts == those[0].cls and one.id != origin
    ]
    return tuple(sorted(accepting, key=lambda one: (problem.find_way(origin, one).drive_minutes, one)))


def _find_start(problem: TransportProblem, names: Names, those: list[Party], wish: Wish) -> int:
    """The tick that was wished for, or the first at which all of them are ready when the vehicle comes."""
    if wish.starts_at is not None:
        return names.minute(wish.starts_at)
    lead = check.lead_of(problem=problem, origin=those[0].origin)
    ready = max(one.ready_at for one in those) - lead
    tick = problem.rules.tick
    return max(problem.not_before_at, -(-ready // tick) * tick)


def _choose(
    problem: TransportProblem, names: Names, vehicles: Mapping[int, tuple[Objection, ...]], wish: Wish
) -> int | None:
    """The vehicle that was wished for; else the smallest that nothing is in the way of."""
    wished = [one for one in vehicles if names.vehicles.get(one) == wish.vehicle]
    seats = {one: problem.kinds[problem.vehicles[one].kind].seats for one in vehicles}
    free = sorted(
        (one for one, because in vehicles.items() if not because), key=lambda one: (seats[one], one)
    )
    return next(iter([*wished, *free, *vehicles]), None)


@dataclass(frozen=True, slots=True)
class _Crew:
    """Who is free for a trip, how many of them it needs, and whom it might take."""

    needed: tuple[int, int] = (0, 0)
    drivers: tuple[int, ...] = ()
    escorts: tuple[int, ...] = ()
    would_do: frozenset[int] = frozenset()

    @classmethod
    def find(cls, problem: TransportProblem, fitting: Fitting, trip: Trip) -> "_Crew":
        """Everybody on duty tried on this trip."""
        crew = sorted(problem.crew)
        found = fitting.give_crew(trip)
        return cls(
            check.crew_of(problem=problem, trip=trip),
            tuple(who for who in crew if fitting.may_ride(trip=replace(trip, drivers=(who,)), who=who)),
            tuple(who for who in crew if fitting.may_ride(trip=replace(trip, escorts=(who,)), who=who)),
            frozenset((*found.drivers, *found.escorts)),
        )
