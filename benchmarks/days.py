"""Generated days for the transport benchmark: a day of the drill, with the port's own vehicles, crews, places and rules.

Who is ready when, in which party and class, follows from that invented day (real arrivals, hall by hall); whereto and how,
the planner decides. Travellers to other prefectures are left out of the day's fleet as in the drill: these lend their own coaches.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from pratique import protocols
from pratique.core.transport.problem import TransportProblem, read
from pratique.drill.world.day import Day, make_day
from pratique.drill.world.people import USUAL

FIRST = date(2020, 4, 15)
MINUTE = 60
SHIFT_HOURS = 12
CLASSES = ("ordinary", "contact", "case")


def generate(*, number: int, scale: float = 1.0) -> TransportProblem:
    """The `number`-th day (from 0; its own date and seed), so many times as busy as the port's usual. Raises ValueError if faulty."""
    on = FIRST + timedelta(days=number)
    day = make_day(on=on, seed=1 + number, scale=scale, troubles=USUAL)
    problem, faults = read(document=_write(day, f"day-{on:%m%d}"))
    if problem is None:
        raise ValueError(f"{faults[0].where}: {faults[0].message}")
    return problem


def _write(day: Day, name: str) -> dict[str, Any]:
    rules = protocols.list_transport()[0]
    port = day.port
    posts = [
        p
        for p in port.posts.values()
        if p.kind in ("facility", "hospital") or p.code == port.prefectures[0].code
    ]
    locations: list[dict[str, Any]] = [{"id": 0, "kind": "airport", "km": 0, "drive": 0}]
    numbers: dict[str, int] = {}
    for post in posts:
        numbers[post.key] = len(locations)
        row = {"id": len(locations), "km": post.km, "drive": _round_up(post.drive_minutes, 5)}
        kind = "prefecture" if post.code else post.kind
        row |= {"kind": kind} | (
            {"accepts": post.takes, "rooms": _count_free(day, post.key)} if kind == "facility" else {}
        )
        locations.append(row)
    return {
        "version": 1,
        "name": name,
        "locations": locations,
        "flights": [
            {"id": n, "arrival": flight.landed_second // MINUTE, "pax": len(day.by_flight[flight.key])}
            for n, flight in enumerate(day.flights)
        ],
        "parties": list(_list_parties(day, numbers)),
        "kinds": {
            name: {
                "seats": max((v.seats for v in port.vehicles if v.kind == name), default=1),
                "board": kind.board, "unload": kind.unload, "disinfect": kind.disinfect, "drivers": kind.drivers,
                "escorts": kind.escorts, "licence": kind.licence, "km_cost": kind.km_cost,
            }
            for name, kind in rules.kinds.items()
        },
        "classes": {name: _write_class(day, name) for name in CLASSES},
        "vehicles": [
            {"id": n, "kind": vehicle.kind, "window": [0, 2160]} for n, vehicle in enumerate(port.vehicles)
        ],
        "crew": list(_list_crew(day)),
        "rules": {
            key: getattr(rules.rules, key)
            for key in ("tick", "long_drive", "rest_every", "rest_min", "crew_doff", "long_overrun", "max_drive", "long_drivers")
        } | {"horizon": 2160},
        "weights": {key: getattr(rules.weights, key) for key in rules.weights.__struct_fields__},
    }  # fmt: skip


def _write_class(day: Day, name: str) -> dict[str, Any]:
    rules = protocols.list_transport()[0]
    one, caps = rules.classes[name], {}
    for kind in one.kinds:
        seats = max((v.seats for v in day.port.vehicles if v.kind == kind), default=0)
        most = max(1, int(seats * rules.seat_share))
        caps[kind] = min(most, one.persons_max) if one.persons_max else most
    return {"kinds": list(one.kinds), "cap": caps}


def _count_free(day: Day, facility: str) -> int:
    """Rooms that no household of the weeks before still has when the day begins, one each."""
    held = {
        (r.person.flight, r.person.party or r.person.key)
        for r in day.residents
        if r.post == facility and not r.released
    }
    return max(1, day.port.posts[facility].room_count - len(held))


def _list_parties(day: Day, numbers: dict[str, int]) -> Iterator[dict[str, Any]]:
    """Everybody who waits in a holding area and is bound for a place the port's own vehicles go to, by party and class."""
    flights = {flight.key: n for n, flight in enumerate(day.flights)}
    groups: dict[tuple[int, str, str, int], list[int]] = defaultdict(list)
    for ride in day.truth.rides:
        for key in ride.people:
            person = day.people.get(key)
            if (
                person is None
                or person.flight not in flights
                or ride.destination not in numbers
                or ride.relieves
            ):
                continue
            steps = [s.second for s in day.truth.steps[key] if s.custodian.startswith(("holding:", "hall:"))]
            if not steps:
                continue
            place = numbers[ride.destination] if not ride.destination.startswith("facility:") else -1
            groups[flights[person.flight], person.risk_class, person.party or key, place].append(max(steps))
    for n, ((flight, cls, _, place), seconds) in enumerate(sorted(groups.items())):
        yield {
            "id": n, "flight": flight, "cls": cls, "size": len(seconds), "dest": place,
            "ready": _round_up(max(0, max(seconds) // MINUTE + 1), 5), "rooms": -(-len(seconds) // 2) if place < 0 else 0,
        }  # fmt: skip


def _list_crew(day: Day) -> Iterator[dict[str, Any]]:
    """The contract drivers in turns of twelve hours, and the officers of each shift's crew who are no commanders."""
    number = 0
    for turn, driver in enumerate(day.port.drivers):
        begins = 480 if turn % 2 else 1200 - 1440
        for again in (0, 1440):
            shift = [max(0, begins + again), min(2160, begins + again + SHIFT_HOURS * 60)]
            if shift[1] > shift[0]:
                yield {"id": number, "role": "L", "shift": shift}
                number += 1
        del driver
    for ahead, begins in ((-1, 1200 - 1440), (0, 480), (0, 1200), (1, 480 + 1440)):
        on = date.fromordinal(day.on.toordinal() + ahead)
        crew = day.port.crew_on(on, "day" if begins % 1440 == 480 else "night")
        for officer in day.port.officers:
            if officer.crew == crew and officer.post != "command":
                shift = [max(0, begins), min(2160, begins + SHIFT_HOURS * 60)]
                if shift[1] > shift[0]:
                    yield {"id": number, "role": "E", "shift": shift}
                    number += 1


def _round_up(value: int, step: int) -> int:
    return -(-value // step) * step
