"""The invented world is a possible one, and the same for the same date and seed."""

import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise

import pytest
from mrz.checker.td3 import TD3CodeChecker

from pratique.core.custody.entry import ORDINARY_STEPS, Kind
from pratique.drill.world.cabin import list_seats
from pratique.drill.world.day import DAY_SECONDS, Day, make_day
from pratique.drill.world.identity import check_digit, identify, plain
from pratique.drill.world.lists import list_rolls
from pratique.drill.world.people import Troubles
from pratique.drill.world.port import load_port
from pratique.drill.world.source import read_rows, read_toml
from pratique.drill.world.truth import ASTRAY

ON = date(2020, 4, 15)
DIGEST = (
    "from datetime import date; from hashlib import sha256; from pratique.drill.world.day import make_day;"
    "day = make_day(on=date(2020, 4, 15), seed=7, scale=0.2);"
    "truth = [sorted(day.truth.steps.items()), day.truth.sightings, day.truth.rides, day.truth.absences];"
    "print(sha256(repr((day.flights, day.people, day.residents, truth)).encode()).hexdigest())"
)


@pytest.fixture(scope="module", params=[7, 8])
def day(request: pytest.FixtureRequest) -> Day:
    return make_day(on=ON, seed=request.param)


def test_the_same_seed_makes_the_same_day_in_any_process() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            env={**os.environ, "PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": "src"},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for hash_seed in (1, 2)
    }
    assert len(digests) == 1


def test_another_seed_makes_another_day() -> None:
    one, other = (make_day(on=ON, seed=seed, scale=0.2) for seed in (1, 2))
    assert one.people.keys() != other.people.keys()


def test_a_full_day_has_some_two_thousand_travellers_on_a_dozen_flights(day: Day) -> None:
    assert 10 <= len(day.flights) <= 18
    assert 1_200 <= sum(person.role == "passenger" for p in day.by_flight.values() for person in p) <= 2_800


def test_the_port_has_what_a_port_needs() -> None:
    port = load_port()
    assert len(port.of_kind("facility")) == 20
    assert len(port.of_kind("hospital")) == 4
    assert len(port.prefectures) == 16
    assert (len(port.vehicles), len(port.officers), len(port.agencies)) == (15, 36, 8)
    assert Counter(officer.crew for officer in port.officers) == {"A": 12, "B": 12, "C": 12}
    assert sum(unit.officers for unit in port.units) == 36
    assert all(post.zh and post.en for post in port.posts.values())


def test_three_crews_share_the_days_and_the_nights() -> None:
    port = load_port()
    for day_of_month in range(1, 30):
        on = date(2020, 4, day_of_month)
        working = {port.crew_on(on, "day"), port.crew_on(on, "night")}
        assert len(working) == 2
        assert port.crew_on(on, "day") == port.crew_on(date(2020, 4, day_of_month + 1), "night")


def test_every_flight_has_an_airline_airports_and_a_cabin(day: Day) -> None:
    callsigns = {row["callsign"] for row in read_rows("callsigns")}
    for flight in day.flights:
        assert flight.callsign in callsigns
        assert flight.origin.country != "CN"
        assert flight.departed_second < flight.landed_second
        assert list_seats(flight.equipment)


def test_nobody_shares_a_seat_and_every_seat_is_in_the_cabin(day: Day) -> None:
    for flight in day.flights:
        seats = [p.seat for p in day.by_flight[flight.key] if p.seat]
        assert len(seats) == len(set(seats))
        assert set(seats) <= {seat.name for seat in list_seats(flight.equipment)}


def test_there_are_infants_wheelchairs_minors_elderly_transit_and_crew() -> None:
    people = [p for seed in range(6) for p in make_day(on=ON, seed=seed).people.values()]
    needs = Counter(person.need for person in people)
    assert {"infant", "wheelchair", "unaccompanied"} <= needs.keys()
    assert {"facility", "prefecture", "home", "hospital", "transit", "border", "aircraft", "nowhere"} == {
        person.bound for person in people
    }
    assert any(person.age >= 75 for person in people)
    assert any(person.role == "crew" for person in people)
    assert {"ordinary", "contact", "case"} == {person.risk_class for person in people}


def test_everybody_who_flew_moves_forward_in_time(day: Day) -> None:
    for person, steps in day.truth.steps.items():
        assert all(one.second <= other.second for one, other in pairwise(steps)), person
        assert steps[0].custodian.startswith("cabin:")


def test_every_true_step_is_one_that_the_ledger_finds_ordinary(day: Day) -> None:
    for person, steps in day.truth.steps.items():
        kinds = [Kind(s.custodian.partition(":")[0]) for s in steps if s.custodian != ASTRAY]
        for giver, receiver in pairwise(kinds):
            resident = person not in {p.key for people in day.by_flight.values() for p in people}
            assert giver == receiver or (giver, receiver) in ORDINARY_STEPS or resident, (
                person,
                giver,
                receiver,
            )


def test_no_vehicle_driver_or_escort_is_on_two_trips_at_once(day: Day) -> None:
    taken: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for ride in day.truth.rides:
        for name in (ride.vehicle, *ride.drivers, *ride.escorts):
            if not ride.vehicle.startswith("vehicle:53"):  # lent vehicles are the prefecture's own affair
                taken[name].append((ride.start_second, ride.arrived_second))
    for name, spans in taken.items():
        assert all(one[1] <= other[0] for one, other in pairwise(sorted(spans))), name


@pytest.mark.parametrize("scale", [0.06, 0.3, 2])
@pytest.mark.parametrize("seed", range(1, 6))
def test_no_vehicle_is_sent_out_before_it_is_back_and_clean(seed: int, scale: float) -> None:
    day = make_day(on=date(2020, 3, 1 + seed), seed=seed, scale=scale)
    taken: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for ride in day.truth.rides:
        taken[ride.vehicle].append((ride.start_second, ride.disinfected_second))
    for vehicle, spans in taken.items():
        assert all(one[1] <= other[0] for one, other in pairwise(sorted(spans))), vehicle


def test_no_vehicle_carries_more_than_it_may(day: Day) -> None:
    places = {vehicle.key: vehicle.places for vehicle in day.port.vehicles}
    for ride in day.truth.rides:
        assert 0 < len(ride.people) <= places.get(ride.vehicle, 36) or ride.relieves


def test_a_vehicle_that_breaks_down_is_relieved(day: Day) -> None:
    broken = {ride.key for ride in day.truth.rides if ride.broke_down_second is not None}
    assert broken == {ride.relieves for ride in day.truth.rides if ride.relieves}


def test_whoever_walks_off_is_nowhere_until_they_are_back() -> None:
    restless = Troubles(walk_offs_per_thousand=20)
    day = make_day(on=ON, seed=8, scale=0.5, troubles=restless)
    assert {absence.back_second is None for absence in day.truth.absences} == {True, False}
    for absence in day.truth.absences:
        assert absence.seen_second <= absence.left_second
        assert day.truth.where(absence.person, absence.left_second) == ASTRAY
        if absence.back_second is not None:
            assert day.truth.where(absence.person, absence.back_second) != ASTRAY


def test_roll_calls_name_who_is_truly_there(day: Day) -> None:
    for call in day.truth.roll_calls[::7]:
        there = {
            person for person in day.truth.steps if day.truth.where(person, call.second) == call.custodian
        }
        assert call.names == there


def test_documents_are_made_up_unique_and_their_check_digits_hold(day: Day) -> None:
    numbers = []
    for flight in day.flights[:4]:
        people = day.by_flight[flight.key]
        found = identify(people=people, flight=flight, on=day.on, rng=day.stream(flight.key))
        for person in people:
            identity = found[person.key]
            assert TD3CodeChecker("\n".join(identity.machine_readable)), identity
            assert identity.document_number[0] == "X" or identity.document_number.startswith("00")
            assert 0 <= (day.on - identity.born_on).days - person.age * 365.25 <= 366
            numbers.append((identity.issuer, identity.document_number))
    assert len(numbers) == len(set(numbers))


def test_a_check_digit_is_that_of_the_standard() -> None:
    assert check_digit("L898902C3") == "6"
    assert check_digit("740812") == "2"
    assert check_digit("120415") == "9"


def test_names_fit_a_message_between_machines() -> None:
    assert plain("Lefèvre") == "LEFEVRE"
    assert plain("O'Brien-Ngọc") == "OBRIEN-NGOC"
    for pool in read_toml("names").values():
        for part in ("surnames", "male", "female"):
            assert all(plain(word) for word in pool.get(part, "").split() if word.isascii())


def test_some_have_one_name_only_and_some_a_chinese_one() -> None:
    day = make_day(on=ON, seed=7)
    found = [
        identity
        for flight in day.flights
        for identity in identify(
            people=day.by_flight[flight.key], flight=flight, on=ON, rng=day.stream(flight.key)
        ).values()
    ]
    assert any(not identity.given_names for identity in found)
    assert all(identity.chinese_name for identity in found if identity.nationality == "CHN")


def test_a_list_without_a_fault_names_exactly_who_flew() -> None:
    day = make_day(on=ON, seed=7)
    for flight in day.flights:
        rolls = {roll.version: roll for roll in list_rolls(day=day, flight=flight, fault_chance=0)}
        flew = {p.key for p in day.by_flight[flight.key] if p.bound != "nowhere"}
        assert set(rolls["closing"].keys) | set(rolls["crew"].keys) == flew
        assert rolls["closing"].stated == len(rolls["closing"].keys)


def test_every_fault_of_a_list_is_really_in_it() -> None:
    day = make_day(on=ON, seed=7)
    seen: Counter[str] = Counter()
    for flight in day.flights:
        people = {p.key: p for p in day.by_flight[flight.key]}
        closing = next(
            r for r in list_rolls(day=day, flight=flight, fault_chance=1) if r.version == "closing"
        )
        seen.update(closing.faults)
        flew = {p.key for p in people.values() if p.bound != "nowhere" and p.role == "passenger"}
        assert len(closing.keys) > len(set(closing.keys))
        assert closing.stated != len(closing.keys)
        assert closing.misprinted in closing.keys
        assert len(flew - set(closing.keys)) == 1
        assert closing.second > flight.landed_second
        if "no_show_listed" in closing.faults:
            assert any(people[key].bound == "nowhere" for key in closing.keys)
    assert set(seen) == {
        "person_missing", "no_show_listed", "digit_wrong", "duplicate", "control_count_wrong", "late",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("on", "days", "stay"),
    [
        (date(2020, 4, 15), {0: 1, 13: 1}, 14),
        (date(2021, 6, 15), {0: 1, 1: 1, 4: 1, 7: 1, 14: 2}, 14),
        (date(2022, 7, 20), {0: 1, 1: 1, 2: 1, 3: 1, 5: 1, 7: 1}, 7),
    ],
)
def test_those_of_earlier_days_were_tested_and_kept_as_the_edition_of_their_day_asks(
    on: date, days: dict[int, int], stay: int
) -> None:
    day = make_day(on=on, seed=7, scale=0.3)
    swabs: dict[str, Counter[int]] = defaultdict(Counter)
    residents = {r.person.key: r for r in day.residents if r.post.startswith("facility:")}
    for test in day.truth.tests:
        if test.person in residents and residents[test.person].positive_second is None:
            swabs[test.person][
                test.taken_second // DAY_SECONDS + residents[test.person].arrived_days_ago
            ] += 1
    assert max(r.arrived_days_ago for r in residents.values()) == stay
    for person, taken in swabs.items():
        came = residents[person].arrived_days_ago
        assert taken == {day: count for day, count in days.items() if day <= came}
    for key, resident in residents.items():
        if resident.released:
            left = day.truth.steps[key][-1].second
            answers = [t.resulted_second for t in day.truth.tests if t.person == key]
            assert max(answers) < left
