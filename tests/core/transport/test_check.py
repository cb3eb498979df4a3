"""The checker finds every planted fault, and the file form is read whole or refused with its place."""

import copy
import json
import math
from dataclasses import replace

import pytest

from pratique.core.transport import change, check, diff
from pratique.core.transport.plan import Plan, Trip
from pratique.core.transport.plan import read as read_plan
from pratique.core.transport.plan import write as write_plan
from pratique.core.transport.problem import TransportProblem, Way, read, write

from .days import invent


def small() -> TransportProblem:
    """Two parties of one flight to one place, one bus and its crew."""
    document = invent(1, flights=1, parties=0)
    document["parties"] = [
        {"id": 0, "flight": 0, "cls": "ordinary", "size": 3, "ready": 420, "rooms": 2, "dest": -1},
        {"id": 1, "flight": 0, "cls": "ordinary", "size": 5, "ready": 430, "rooms": 2, "dest": -1},
        {"id": 2, "flight": 0, "cls": "contact", "size": 1, "ready": 430, "rooms": 1, "dest": -1},
        {"id": 3, "flight": 0, "cls": "ordinary", "size": 6, "ready": 430, "rooms": 2, "dest": 7},
    ]
    document["locations"][1] |= {"drive": 30, "km": 20, "rooms": 4}
    problem, faults = read(document=document)
    assert problem is not None, faults
    return problem


BUS, DRIVER, SMALL_DRIVER = 3, 0, 4
ESCORTS = (7, 8)
GOOD = Trip(430, BUS, 1, (0, 1), (DRIVER,), ESCORTS)


def codes(problem: TransportProblem, *trips: Trip) -> set[str]:
    return {one.code for one in check.breaches(problem=problem, plan=Plan(trips))}


def test_a_good_trip_breaks_nothing():
    assert codes(small(), GOOD) == set()


@pytest.mark.parametrize(
    ("code", "trips"),
    [
        ("transport-early", [replace(GOOD, start_at=425)]),
        ("transport-tick", [replace(GOOD, start_at=432)]),
        ("transport-mixed", [replace(GOOD, parties=(0, 2))]),
        ("transport-accepts", [replace(GOOD, dest=4)]),
        ("transport-destination", [replace(GOOD, parties=(3,))]),
        ("transport-destination", [replace(GOOD, dest=0)]),
        ("transport-kind", [replace(GOOD, vehicle=0)]),
        ("transport-capacity", [replace(GOOD, vehicle=1, drivers=(SMALL_DRIVER,), escorts=ESCORTS[:1])]),
        ("transport-licence", [replace(GOOD, drivers=(SMALL_DRIVER,))]),
        ("transport-drivers", [replace(GOOD, drivers=(0, 1))]),
        ("transport-escorts", [replace(GOOD, escorts=ESCORTS[:1])]),
        ("transport-role", [replace(GOOD, escorts=(7, 1))]),
        ("transport-crew-twice", [replace(GOOD, escorts=(7, 7))]),
        ("transport-shift", [replace(GOOD, start_at=1020)]),
        ("transport-window", [replace(GOOD, start_at=1400)]),
        ("transport-empty", [replace(GOOD, parties=())]),
        ("transport-unknown", [replace(GOOD, vehicle=99)]),
        ("transport-unknown", [replace(GOOD, parties=(99,))]),
        ("transport-party-twice", [GOOD, replace(GOOD, start_at=700)]),
        ("transport-overlap", [replace(GOOD, parties=(0,)), replace(GOOD, start_at=500, parties=(1,))]),
    ],
)
def test_a_planted_fault_is_found(code, trips):
    assert code in codes(small(), *trips)


def test_too_many_rooms_too_long_at_the_wheel_and_a_broken_pin_are_found():
    problem = small()
    places = {**problem.locations, 1: replace(problem.locations[1], rooms=3)}
    assert codes(replace(problem, locations=places), GOOD) == {"transport-rooms"}
    tired = replace(problem, rules=replace(problem.rules, max_drive=59))
    assert codes(tired, GOOD) == {"transport-driving"}
    pin = change._pin(replace(GOOD, start_at=500))
    assert "transport-pin" in codes(replace(problem, pins=(pin,)), GOOD)
    assert "transport-past" in codes(replace(problem, not_before_at=435), GOOD)


def needing(**needs) -> TransportProblem:
    """The small problem, of whose first party somebody needs something."""
    problem = small()
    return replace(problem, parties={**problem.parties, 0: replace(problem.parties[0], **needs)})


def equipped(problem: TransportProblem, **means) -> TransportProblem:
    return replace(problem, kinds={name: replace(kind, **means) for name, kind in problem.kinds.items()})


@pytest.mark.parametrize("need", ["wheelchairs", "child_seats"])
def test_a_place_for_each_wheelchair_and_child_seat_is_demanded(need):
    wanting = needing(**{need: 2})
    code = f"transport-{need.replace('_', '-')}"
    assert codes(wanting, GOOD) == {code}
    assert codes(equipped(wanting, **{need: 1}), GOOD) == {code}
    assert codes(equipped(wanting, **{need: 2}), GOOD) == set()


def test_somebody_of_the_crew_speaks_the_language():
    wanting = needing(languages=("th",))
    assert codes(wanting, GOOD) == {"transport-language"}
    speaking = {**wanting.crew, ESCORTS[0]: replace(wanting.crew[ESCORTS[0]], languages=("my", "th"))}
    assert codes(replace(wanting, crew=speaking), GOOD) == set()


def test_a_guardian_takes_a_seat_and_does_not_count_against_the_limit_of_the_class():
    problem = small()
    case = replace(problem.parties[2], cls="case", size=2, companions=1, dest=6, rooms=0)
    ride = Trip(430, 0, 6, (2,), (SMALL_DRIVER,), ESCORTS[:1])
    family = replace(problem, parties={**problem.parties, 2: case})
    assert codes(family, ride) == set()
    alone = replace(family, parties={**family.parties, 2: replace(case, companions=0)})
    assert codes(alone, ride) == {"transport-capacity"}
    narrow = equipped(family, seats=1)
    assert "transport-seats" in codes(narrow, ride)


def from_elsewhere() -> tuple[TransportProblem, Trip]:
    """The small problem with its first party at place 2, 20 minutes beyond the airport and 10 from place 1."""
    problem = small()
    places = {**problem.locations, 2: replace(problem.locations[2], km=14, drive_minutes=20)}
    parties = {**problem.parties, 0: replace(problem.parties[0], origin=2)}
    problem = replace(problem, locations=places, parties=parties, ways={(1, 2): Way(8, 10)})
    return problem, replace(GOOD, start_at=400, parties=(0,))


def test_a_trip_fetches_people_where_they_stand_and_its_whole_way_counts():
    problem, trip = from_elsewhere()
    assert codes(problem, trip) == set()
    assert check.boards_at(problem=problem, trip=trip) == 420
    cost = check.cost(problem=problem, plan=Plan((trip,)))
    assert cost.km == 1.5 * (14 + 8 + 20)
    assert cost.wait == 0
    away = 15 + 20 + 10 + 30 + 15
    assert check.end_of(problem=problem, trip=trip) == (400 + away + 15, 400 + away + 30)
    assert check.wheel_of(problem=problem, trip=trip) == (60, 0)
    unknown = replace(problem, ways={})
    assert check.end_of(problem=unknown, trip=trip)[0] == 400 + away + 15 + 20 + 30 - 10


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("transport-early", {"start_at": 395}),
        ("transport-origin", {"parties": (0, 1), "start_at": 430}),
        ("transport-destination", {"dest": 2}),
    ],
)
def test_a_fault_of_a_trip_from_elsewhere_is_found(code, fault):
    problem, trip = from_elsewhere()
    assert code in codes(problem, replace(trip, **fault))


def test_drivers_pay_for_the_empty_way_too():
    problem, trip = from_elsewhere()
    assert codes(replace(problem, rules=replace(problem.rules, max_drive=59)), trip) == {"transport-driving"}
    assert "transport-drivers" in codes(replace(problem, rules=replace(problem.rules, long_drive=29)), trip)


def test_the_cost_is_what_a_person_works_out_by_hand():
    cost = check.cost(problem=small(), plan=Plan((GOOD,)))
    assert cost.unmoved == 10_000 * 7
    assert cost.wait == 3 * 10
    assert cost.km == 1.5 * 2 * 20
    crew_minutes = math.ceil((15 + 2 * 30 + 15 + 15) / 5) * 5
    assert cost.crew == 0.5 * crew_minutes * 3
    assert (cost.trips, cost.vehicles, cost.pairs, cost.wait_excess) == (60, 300, 200, 0)
    assert cost.total == 70_000 + 30 + 60 + 0.5 * crew_minutes * 3 + 560


def test_a_problem_and_a_plan_survive_being_written():
    for seed in range(5):
        problem, _ = read(document=invent(seed))
        assert problem is not None
        problem = replace(problem, pins=(change._pin(GOOD),) if seed == 0 else ())
        document = json.loads(json.dumps(write(problem=problem)))
        if seed != 0:
            assert read(document=document) == (problem, ())
    wanting = equipped(needing(wheelchairs=1, child_seats=1, companions=1, languages=("th",)), wheelchairs=2)
    crew = {**wanting.crew, 7: replace(wanting.crew[7], languages=("th", "lo"))}
    wanting = replace(wanting, crew=crew)
    assert read(document=json.loads(json.dumps(write(problem=wanting)))) == (wanting, ())
    plan, faults = read_plan(document=write_plan(plan=Plan((GOOD,))))
    assert (plan, faults) == (Plan((GOOD,)), ())


def put(document, path, value):
    *way, last = path
    for step in way:
        document = document[step]
    if value is DROP:
        del document[last]
    else:
        document[last] = value


DROP = object()


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (("parties", 0, "size"), -1, "parties[0].size"),
        (("parties", 0, "size"), 0, "parties[0].size"),
        (("parties", 0, "ready"), math.nan, "parties[0].ready"),
        (("parties", 0, "ready"), math.inf, "parties[0].ready"),
        (("parties", 0, "ready"), "soon", "parties[0].ready"),
        (("parties", 0, "ready"), 420.5, "parties[0].ready"),
        (("parties", 0, "ready"), DROP, "parties[0].ready"),
        (("parties", 0, "dest"), 99, "parties[0].dest"),
        (("parties", 0, "dest"), 0, "parties[0].dest"),
        (("parties", 0, "cls"), "vip", "parties[0].cls"),
        (("parties", 0, "flight"), 77, "parties[0].flight"),
        (("parties", 1, "id"), 0, "parties[1].id"),
        (("parties", 0), [], "parties[0]"),
        (("vehicles", 0, "window"), [500, 100], "vehicles[0].window"),
        (("vehicles", 0, "kind"), "boat", "vehicles[0].kind"),
        (("crew", 0, "role"), "X", "crew[0].role"),
        (("kinds", "bus", "drivers"), 0, "kinds.bus.drivers"),
        (("kinds", "bus", "km_cost"), -3, "kinds.bus.km_cost"),
        (("classes", "contact", "kinds"), ["boat"], "classes.contact.kinds"),
        (("locations", 1, "rooms"), DROP, "locations[1].rooms"),
        (("locations", 0), {"id": 9, "kind": "hospital", "km": 1, "drive": 1}, "locations"),
        (("rules", "tick"), 0, "rules.tick"),
        (("rules",), DROP, "rules"),
        (("weights", "wait"), None, "weights.wait"),
        (("weights", "wait"), 10**400, "weights.wait"),
        (("parties", 0, "wheelchairs"), 99, "parties[0].wheelchairs"),
        (("parties", 0, "child_seats"), -1, "parties[0].child_seats"),
        (("parties", 0, "companions"), 99, "parties[0].companions"),
        (("parties", 0, "languages"), "th", "parties[0].languages"),
        (("crew", 0, "languages"), [3], "crew[0].languages"),
        (("kinds", "bus", "wheelchairs"), "two", "kinds.bus.wheelchairs"),
        (("version",), 2, "version"),
        (("parties", 0, "origin"), 99, "parties[0].origin"),
        (("parties", 0), {"dest": 6, "origin": 6}, "parties[0].dest"),
        (("ways",), [{"from": 1, "to": 99, "km": 1, "drive": 1}], "ways[0]"),
        (("ways",), [{"from": 0, "to": 1, "km": 1, "drive": 1}], "ways[0]"),
        (("ways",), [{"from": 1, "to": 1, "km": 1, "drive": 1}], "ways[0]"),
        (("ways",), [{"from": 1, "to": 2, "km": 1, "drive": -1}], "ways[0].drive"),
        (("pins",), [{"vehicle": 99, "start": 0, "dest": 1}], "pins[0].vehicle"),
    ],
)
def test_bad_input_is_refused_with_its_place_and_a_remedy(path, value, where):
    document = copy.deepcopy(invent(3))
    put(document, path, value)
    problem, faults = read(document=document)
    assert problem is None
    assert where in {one.where for one in faults}
    assert all(one.remedy for one in faults)


def test_pins_that_contradict_each_other_are_named():
    problem = replace(small(), pins=(change._pin(GOOD), change._pin(replace(GOOD, start_at=435))))
    found = check.contradictions(problem=problem)
    assert {one.code for one in found} == {"transport-pins"}
    assert any("again at" in one.message for one in found)


def test_what_has_started_stays_and_what_was_told_stays_unless_it_must():
    problem = small()
    later = Trip(600, BUS, 1, (1,), (DRIVER,), ESCORTS)
    base = Plan((replace(GOOD, parties=(0,)), later))
    broken = change.Change("vehicle_out", BUS)
    again = change.apply(problem=problem, base=base, changes=[broken], now_at=500, keep_minutes=120)
    assert [pin.start_at for pin in again.problem.pins] == [430]
    assert set(again.because) == {1}
    assert "impossible" in again.because[1]
    quiet = change.apply(problem=problem, base=base, changes=[], now_at=500, keep_minutes=120)
    assert [pin.start_at for pin in quiet.problem.pins] == [430, 600]
    found = diff.compare(
        problem=again.problem, before=base, after=again.kept, because=again.because, repaired=0.0
    )
    assert [(one.party, one.what, one.must) for one in found.changes] == [(1, "dropped", True)]


def test_what_somebody_drove_before_counts_towards_the_driving_limit():
    problem = small()
    driver = GOOD.drivers[0]
    most = problem.rules.max_drive

    def having_driven(minutes):
        return replace(
            problem, crew={**problem.crew, driver: replace(problem.crew[driver], driven=most - minutes)}
        )

    assert codes(having_driven(60), GOOD) == set()
    assert codes(having_driven(59), GOOD) == {"transport-driving"}
    beyond = having_driven(-1)
    assert codes(beyond) == set()
    assert read(document=write(problem=beyond))[0] == beyond
