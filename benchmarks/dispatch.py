"""Dispatch in the product at 2,500 travellers: what planning costs around the engine, and how soon a new plan is there.

A port with people in holding areas, halls and on flights still expected; 60 vehicles, 243 on duty. Each step is told beside
the engine alone on the very problem it posed (its hand dispatch, repaired or from nothing): the ratio is what the product adds.
`--seconds` is the time a proposal may search; a step's overhead is its wall time less that.
"""

import argparse
import cProfile
import gc
import pstats
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from benchmarks import ground

NOW = datetime(2020, 4, 15, 6, 0, tzinfo=UTC)
SIZES = (1,) * 808 + (2,) * 247 + (3,) * 107 + (4,) * 117 + (5,) * 42 + (6,) * 33
"""Parties as in the peak instance of `transport`."""
VEHICLES = (("coach", 45, 18), ("minibus", 20, 18), ("van", 8, 16), ("ambulance", 2, 8))
CREW = (("L", 63), ("S", 40), ("E", 140))
FACILITIES = (("contact", 4), ("ordinary", 16))


@dataclass(frozen=True, slots=True)
class Step:
    """What was measured: seconds of wall, statements, and the engine alone on the same problem."""

    name: str
    seconds: float
    statements: int
    engine: float


def main(argv: Sequence[str]) -> int:
    """Fill a port, propose, adopt, let things happen, propose again after each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks dispatch")
    parser.add_argument("--travellers", type=int, default=2500)
    parser.add_argument(
        "--seconds", type=float, default=0.0, help="search this long (0: the first feasible plan)"
    )
    parser.add_argument("--needs", type=float, default=0.03, help="share who need more than a seat")
    parser.add_argument(
        "--look-on", type=float, metavar="SECONDS", help="only propose and better it behind the desk"
    )
    parser.add_argument("--profile", metavar="STEP", help="print where the time of one step goes")
    options = parser.parse_args(argv)
    with ground.database():
        _fill(travellers=options.travellers)
        _need(share=options.needs)
        if options.look_on is not None:
            _look_on(options.look_on)
            return 0
        print(
            f"{'step':<34} {'wall s':>7} {'statements':>10} {'engine s':>8} {'overhead s':>10} {'ratio':>6}"
        )
        for one in _measure(options.seconds, options.profile):
            over = f"{one.seconds - options.seconds:>10.2f}" if one.engine else f"{'-':>10}"
            ratio = f"{one.seconds / one.engine:>6.2f}" if one.engine else f"{'-':>6}"
            print(
                f"{one.name:<34} {one.seconds:>7.2f} {one.statements:>10} {one.engine:>8.2f} {over} {ratio}",
                flush=True,
            )
    return 0


def _measure(seconds: float, profiled: str | None) -> Any:
    from pratique.services.dispatch import broken, edit, plans
    from pratique.services.dispatch.forecast import look_ahead
    from pratique.services.dispatch.pose import pose

    by, at = _make_dispatcher(), NOW

    def timed(name: str, run: Callable[[], Any], *, engine: bool = False) -> Step:
        took, statements = _time(run, profile=profiled == name)
        return Step(name, took, statements, _time_engine(seconds) if engine else 0.0)

    def propose() -> Any:
        return plans.propose(by=by, now=at, seconds=seconds)

    def find_broken() -> None:
        broken.find(posed=pose(now=at))

    def adopt() -> None:
        plans.adopt(plan=_get_proposed().id, by=by, now=at)

    propose()  # imports and compiled code
    gc.freeze()  # as the server does
    yield timed("pose", lambda: pose(now=NOW))
    yield timed("propose", propose, engine=True)
    yield timed("adopt", adopt)
    for name, happen in _EVENTS:
        at += timedelta(minutes=5)
        happen(at)
        yield timed(f"{name}: what cannot be done now", find_broken)
        yield timed(f"{name}: plan again", propose, engine=True)
        yield timed(f"{name}: adopt", adopt)
    standing = propose()
    load = edit.name_load(number=0, row=standing.trips[0])
    yield timed("where a load may go", lambda: edit.list_targets(plan=standing.id, load=load, by=by, now=at))
    wanted = edit.Edit(standing.id, len(standing.trips) - 1)
    yield timed("pin by hand", lambda: edit.apply(edit=wanted, by=by, now=at))
    yield timed("the next 24 hours", lambda: look_ahead(now=at))


def _look_on(seconds: float) -> None:
    """What a desk sees: the first proposal, and each that takes its place, with the seconds since somebody asked."""
    from pratique.services import clock
    from pratique.services.dispatch import better, plans, searches

    by = _make_dispatcher()
    plans.propose(by=by, now=NOW)  # imports and compiled code
    began = time.perf_counter()
    shown = None

    def look() -> datetime:
        nonlocal shown
        plan = searches.find_standing()
        if plan is not None and plan.id != shown:
            shown = plan.id
            gap = plan.objective / plan.bound - 1 if plan.bound else float("inf")
            print(
                f"{time.perf_counter() - began:>7.2f} s  cost {plan.objective:>12,.0f}  gap {gap:>8.1%}",
                flush=True,
            )
        return clock.wall()

    plans.propose(by=by, now=NOW, search=searches.Order(seconds, look()))
    look()
    better.work(clock=lambda: NOW, wall=look)
    look()
    print(
        f"{time.perf_counter() - began:>7.2f} s  {searches.read(plan=searches.find_standing(), wall=clock.wall())}"
    )


def _get_proposed() -> Any:
    from pratique.services.dispatch import plans

    proposed = plans.find_proposed()
    assert proposed is not None
    return proposed


def _time_engine(seconds: float) -> float:
    """The engine alone on the problem of the proposal that stands: from its first plan on, for as long."""
    from pratique.core.transport.problem import read
    from pratique.engines.transport.solve import solve

    problem, _ = read(document=_get_proposed().document)
    assert problem is not None
    began = time.perf_counter()
    solve(problem=problem, seconds=seconds)
    return time.perf_counter() - began


def _time(run: Callable[[], Any], *, profile: bool) -> tuple[float, int]:
    from django.db import connection

    count = 0

    def counted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        count += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(counted):
        profiler = cProfile.Profile()
        began = time.perf_counter()
        if profile:
            profiler.runcall(run)
        else:
            run()
        took = time.perf_counter() - began
    if profile:
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)
    return took, count


def _delay_flight(at: datetime) -> None:
    from pratique.services import flight
    from pratique.store import models

    late = models.Flight.objects.filter(landed_at__isnull=True).order_by("scheduled_at")[0]
    due_at = late.scheduled_at + timedelta(minutes=90)
    flight.expect(flight=late.id, estimated_at=due_at, by=None, now=at)


def _next_trip() -> Any:
    """A trip in force that has not begun."""
    from pratique.store import models

    waiting = models.Trip.objects.filter(departed_at__isnull=True, withdrawn_at__isnull=True)
    return waiting.order_by("-during")[waiting.count() // 2]


def _break_vehicle(at: datetime) -> None:
    from pratique.store import models

    models.Vehicle.objects.filter(id=_next_trip().vehicle_id).update(out_of_service_at=at)


def _fall_sick(at: datetime) -> None:
    from pratique.store import models

    models.Deployment.objects.filter(person_id=_next_trip().driver_id).update(out_at=at)


def _turn_positive(at: datetime) -> None:
    from pratique.store import models

    who = _next_trip().lines.first().traveller_id
    models.Sample.objects.create(tube="T1", traveller_id=who, taken_at=at, result="positive", resulted_at=at)


def _fill_facility(at: datetime) -> None:
    from pratique.store import models

    models.Custodian.objects.filter(id=_next_trip().destination_id).update(capacity=0)


_EVENTS = (
    ("late flight", _delay_flight),
    ("broken vehicle", _break_vehicle),
    ("sick driver", _fall_sick),
    ("positive test", _turn_positive),
    ("full facility", _fill_facility),
)


def _make_dispatcher() -> Any:
    from pratique.store import models

    return models.Person.objects.create(username="dispatcher", role="dispatcher", password="!").id


def _fill(*, travellers: int) -> None:
    """Three in five wait in holding areas, a fifth is in the halls, a fifth on flights due within three hours."""
    from pratique.store import models

    rng = Random(1)
    models.Port.objects.create(code="KMG", icao="ZPPP", name_zh="昆明长水", name_en="Kunming Changshui")
    halls = [_place(f"HALL{n}", "hall", "KMG") for n in range(2)]
    holding = [
        _place(f"HOLD{n}", "holding", "KMG", attributes={"takes": takes})
        for n, takes in enumerate(("ordinary", "ordinary", "contact"))
    ]
    _fill_places(rng)
    _fill_force()
    share = travellers // 15
    for number in range(15):
        landed = NOW - timedelta(minutes=200 - 15 * number) if number < 12 else None
        due = landed or NOW + timedelta(minutes=60 * (number - 11))
        flight = models.Flight.objects.create(
            designator=f"MU{2000 + number}", departure="BKK", arrival="KMG", on=NOW.date(),
            scheduled_at=due, landed_at=landed,
        )  # fmt: skip
        heads = share + (travellers - 15 * share if number == 14 else 0)
        where = (holding if number < 9 else halls) if landed else []
        _fill_flight(flight, heads, where, rng)


def _need(*, share: float) -> None:
    """So many need a wheelchair's place, a child seat or an interpreter; every third escort speaks one language."""
    from pratique.store import models

    rng = Random(2)
    for number, person in enumerate(models.Person.objects.filter(licence="").order_by("username")):
        person.speaks = ["th"] if number % 3 == 0 else []
        person.save(update_fields=["speaks"])
    some = [one for one in models.Traveller.objects.order_by("id") if rng.random() < share]
    for one in some:
        one.needs = [rng.choice(["wheelchair", "infant", "language:th"])]
    models.Traveller.objects.bulk_update(some, ["needs"])


def _place(code: str, kind: str, place: str, **more: Any) -> Any:
    from pratique.store import models
    from pratique.store.ids import make_id

    return models.Custodian.objects.create(
        id=make_id(), code=code, kind=kind, name_zh=code, name_en=code, place=place, **more
    )


def _fill_places(rng: Random) -> None:
    from pratique.store import models

    def way(place: str, minutes: int) -> None:
        one, other = sorted((place, "KMG"))
        models.Travel.objects.create(
            one=one, other=other, minutes_min=minutes, minutes=minutes, km=0.8 * minutes
        )

    for takes, count in FACILITIES:
        for number in range(count):
            code = f"{takes[0].upper()}F{number:02d}"
            _place(code, "facility", code, capacity=rng.randrange(110, 200), attributes={"takes": takes})
            way(code, rng.randrange(10, 61, 5))
    for number in range(4):
        _place(f"H{number}", "hospital", f"H{number}", capacity=30)
        way(f"H{number}", 10 + 10 * number)
    for number in range(8):
        _place(f"P{number}", "exit", f"P{number}")
        way(f"P{number}", 130 + 20 * number)


def _fill_force() -> None:
    from pratique.store import models

    unit = models.Unit.objects.create(code="U1", name_zh="一分局", name_en="District 1")
    models.Vehicle.objects.bulk_create(
        models.Vehicle(plate=f"云A·{kind[:2].upper()}{number:03d}", kind=kind, seats=seats, unit=unit)
        for kind, seats, count in VEHICLES
        for number in range(count)
    )
    for role, count in CREW:
        people = models.Person.objects.bulk_create(
            models.Person(
                username=f"{role}{number:03d}", password="!", unit=unit, licence="" if role == "E" else role
            )
            for number in range(count)
        )
        models.Deployment.objects.bulk_create(
            models.Deployment(
                person=one, unit=unit, on=NOW.date(), post="escort" if role == "E" else "driver",
                starts_at=NOW + timedelta(hours=4 * (number % 3) - 4), ends_at=NOW + timedelta(hours=4 * (number % 3) + 8),
            )
            for number, one in enumerate(people)
        )  # fmt: skip


def _fill_flight(flight: Any, heads: int, where: list[Any], rng: Random) -> None:
    from pratique.store import models
    from pratique.store.ids import make_code, make_id

    people, listings, positions, scans = [], [], [], []
    while len(people) < heads:
        place = rng.choice(where) if where else None
        prefecture = rng.random() < 0.06
        bound = models.Custodian.objects.get(code=f"P{rng.randrange(8)}") if prefecture else None
        sick = rng.random() < 0.03
        party = f"R{len(people)}"
        for _ in range(min(rng.choice(SIZES), heads - len(people))):
            who, since = make_id(), NOW - timedelta(minutes=rng.randrange(1, 55))
            people.append(
                models.Traveller(
                    id=who, code=make_code(who), flight=flight if where else None, bound=bound,
                    channel="symptomatic" if sick else "", under_age=rng.random() < 0.1,
                )
            )  # fmt: skip
            listings.append(
                models.Listing(traveller_id=who, flight=flight, since_version=1, row=len(people), party=party)
            )
            if place is not None:
                positions.append(
                    models.Position(
                        traveller_id=who, flight_id=flight.id, holder_id=place.id, holder_kind=place.kind, inside=True,
                        since_at=since, seen_at=since, counter=1, movements=2, place="KMG", placed_at=since,
                    )
                )  # fmt: skip
                scans.append(_scan(who, place.id, since, len(scans)))
    models.Traveller.objects.bulk_create(people)
    models.Listing.objects.bulk_create(listings)
    models.Position.objects.bulk_create(positions)
    models.Scan.objects.bulk_create(scans)


def _scan(who: Any, where: Any, at: datetime, counter: int) -> Any:
    from pratique.store import models
    from pratique.store.ids import make_id

    return models.Scan(
        id=make_id(), traveller_id=who, custodian_id=where, device_id=make_id(), counter=counter,
        device_at=at, happened_at=at, recorded_at=at,
    )  # fmt: skip
