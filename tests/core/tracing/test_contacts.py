"""Rings, windows, protection, and what a result that is still open would change."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from pratique.core.answers import Refused
from pratique.core.tracing import contacts
from pratique.core.tracing.case import classify, find_infectious
from pratique.core.tracing.edition import Grade, Only
from pratique.core.tracing.presence import Setting

from .world import CREW, NARROW, OTHERS, ROWS, at, be, case, edition, place, rule, world

UTC = at(0).tzinfo
FLIGHT = place("flight", Setting.CABIN, cabin=NARROW)
BUS = rule("bus", Setting.VEHICLE, protection_from=2, protected=Grade.GENERAL)
HALL = rule("hall", Setting.HALL, Grade.GENERAL, only=Only.TRAVELLERS)


def trace(one, places, presences, *rules, now=10_000, **more):
    whereabouts = world(places, presences)
    return contacts.trace(
        case=one, whereabouts=whereabouts, edition=edition(*rules, **more), zone=UTC, now=at(now)
    )


def grades(found):
    return {contact.who: contact.grade for contact in found.contacts}


def test_three_rows_are_counted_where_there_is_no_row_13():
    seats = {"A": "12C", "near": "16C", "far": "17C", "front": "9F", "further": "8F"}
    flight = [be(who, "flight", 0, 600, seat) for who, seat in seats.items()]
    found = trace(case("A"), [FLIGHT], flight, ROWS, OTHERS)
    assert grades(found) == {
        "near": Grade.CLOSE,
        "front": Grade.CLOSE,
        "far": Grade.GENERAL,
        "further": Grade.GENERAL,
    }
    reason = next(c for c in found.contacts if c.who == "near").reasons[0]
    assert (reason.rule, reason.rows, reason.minutes, reason.seat) == ("rows", 3, 600, "16C")


def test_a_swap_of_seats_exposes_the_neighbours_of_both_seats_each_for_their_time():
    flight = [
        be("A", "flight", 0, 100, "2A"),
        be("A", "flight", 100, 600, "25A"),
        be("first", "flight", 0, 600, "3A"),
        be("then", "flight", 0, 600, "26A"),
        be("moved", "flight", 0, 100, "25A"),
        be("moved", "flight", 100, 600, "2A"),
    ]
    found = trace(case("A"), [FLIGHT], flight, ROWS, OTHERS)
    minutes = {c.who: c.reasons[0].minutes for c in found.contacts if c.grade is Grade.CLOSE}
    assert minutes == {"first": 100, "then": 500}
    assert grades(found)["moved"] is Grade.GENERAL


def test_an_infant_on_a_lap_is_as_near_as_the_lap():
    flight = [
        be("A", "flight", 0, 9, "5A"),
        be("parent", "flight", 0, 9, "5B"),
        be("infant", "flight", 0, 9, "5B"),
    ]
    found = trace(case("A"), [FLIGHT], flight, ROWS)
    assert {c.who: c.reasons[0].rows for c in found.contacts} == {"parent": 0, "infant": 0}


def test_whoever_sat_where_nobody_knows_is_near_and_it_is_said():
    flight = [be("A", "flight", 0, 9, "5A"), be("B", "flight", 0, 9), be("C", "flight", 0, 9, "13A")]
    found = trace(case("A"), [FLIGHT], flight, ROWS)
    assert [(c.who, c.reasons[0].seat_unknown, c.reasons[0].rows) for c in found.contacts] == [
        ("B", True, None),
        ("C", True, None),
    ]
    assert trace(case("A"), [FLIGHT], flight, ROWS, near=False).contacts == ()


def test_the_crew_of_the_section_is_close_and_whoever_served_we_know_not_where_too():
    flight = [
        be("A", "flight", 0, 9, "5A"),
        be("front", "flight", 0, 9, staff=True, section="front"),
        be("rear", "flight", 0, 9, staff=True, section="rear"),
        be("somewhere", "flight", 0, 9, staff=True),
    ]
    found = trace(case("A"), [FLIGHT], flight, ROWS, CREW, OTHERS)
    assert grades(found) == {"front": Grade.CLOSE, "somewhere": Grade.CLOSE, "rear": Grade.GENERAL}
    assert all(c.staff for c in found.contacts)


def test_staff_with_whole_protection_are_only_watched_and_a_breach_of_minutes_makes_a_close_contact():
    bus = place("bus", Setting.VEHICLE)
    shifts = [
        be("A", "bus", 0, 60),
        be("driver", "bus", 0, 60, staff=True, protection=2),
        be("escort", "bus", 0, 60, staff=True, protection=2),
        be("escort", "bus", 20, 25, staff=True, protection=0),
    ]
    found = trace(case("A"), [bus], shifts, BUS)
    assert grades(found) == {"driver": Grade.GENERAL, "escort": Grade.CLOSE}
    breach = found.contacts[0].reasons
    assert [(r.grade, r.minutes, r.until_at) for r in breach] == [(Grade.CLOSE, 5, at(25))]


def test_a_case_among_the_staff_exposes_travellers_and_their_own_team():
    places = [place("bus", Setting.VEHICLE), place("team 1", Setting.TEAM)]
    presences = [
        be("driver", "bus", 0, 60, staff=True, protection=2),
        be("B", "bus", 0, 60),
        be("driver", "team 1", 0, 480, staff=True),
        be("mate", "team 1", 60, 480, staff=True),
        be("next shift", "team 1", 480, 960, staff=True),
    ]
    found = trace(case("driver"), places, presences, BUS, rule("team", Setting.TEAM, only=Only.STAFF))
    assert grades(found) == {"B": Grade.CLOSE, "mate": Grade.CLOSE}


def test_only_the_infectious_time_counts_and_it_ends_with_isolation():
    hall = place("hall", Setting.HALL)
    presences = [
        be("A", "hall", 0, 100),
        be("before", "hall", 0, 10),
        be("in", "hall", 30, 60),
        be("after", "hall", 80, 90),
    ]
    found = trace(case("A", onset=48 * 60 + 20, isolated=70), [hall], presences, HALL)
    assert [(c.who, c.first_at, c.last_at) for c in found.contacts] == [("in", at(30), at(60))]
    assert (found.infectious.since_at, found.infectious.until_at) == (at(20), at(70))


def test_the_window_counts_from_the_earlier_of_onset_and_sample():
    both = case("A", onset=6000, sampled=5000)
    found = find_infectious(case=both, edition=edition(), zone=UTC, now=at(9000))
    assert (found.since_at, found.until_at, found.anchor) == (at(5000 - 48 * 60), at(9000), "sample")
    only = find_infectious(case=case("A", onset=6000), edition=edition(), zone=UTC, now=at(9000))
    assert only.anchor == "onset"


def test_whole_days_begin_at_midnight_of_the_port():
    east = timezone(timedelta(hours=8))
    found = find_infectious(
        case=case("A", onset=48 * 60 + 600), edition=edition(whole_days=True), zone=east, now=at(9000)
    )
    assert found.since_at.astimezone(east).isoformat() == "2020-03-14T00:00:00+08:00"


def test_a_case_of_which_nobody_knows_when_it_began_is_refused():
    with pytest.raises(Refused, match="tracing_case_undated"):
        trace(case("A", onset=None), [], [])


def test_too_short_is_no_contact_and_times_apart_add_up():
    bus = place("bus", Setting.VEHICLE)
    presences = [be("A", "bus", 0, 10), be("A", "bus", 30, 40), be("B", "bus", 0, 100), be("C", "bus", 0, 9)]
    found = trace(case("A"), [bus], presences, rule("bus", Setting.VEHICLE, minutes_min=20))
    assert [(c.who, c.reasons[0].minutes, c.last_at) for c in found.contacts] == [("B", 20, at(40))]


def test_doors_onto_one_corridor_count_within_half_an_hour():
    corridor = place("hotel/3", Setting.CORRIDOR)
    doors = [
        be("A", "hotel/3", 100, 100),
        be("B", "hotel/3", 130, 130),
        be("C", "hotel/3", 131, 131),
        be("D", "hotel/3", 70, 70),
    ]
    line = rule("corridor", Setting.CORRIDOR, Grade.GENERAL, within_minutes=30)
    assert grades(trace(case("A"), [corridor], doors, line)) == {"B": Grade.GENERAL, "D": Grade.GENERAL}


def test_the_last_exposure_is_that_of_the_strictest_grade():
    places = [FLIGHT, place("hall", Setting.HALL)]
    presences = [
        be("A", "flight", 0, 600, "5A"),
        be("A", "hall", 600, 700),
        be("B", "flight", 0, 600, "6A"),
        be("B", "hall", 600, 700),
    ]
    (contact,) = trace(case("A"), places, presences, ROWS, HALL).contacts
    assert (contact.grade, contact.last_at) == (Grade.CLOSE, at(600))
    assert [r.rule for r in contact.reasons] == ["rows", "hall"]


def test_the_second_ring_begins_with_the_first_exposure_and_ends_with_isolation():
    places = [place(f"bus{n}", Setting.VEHICLE) for n in range(4)]
    presences = [
        be("B", "bus0", 0, 50),
        be("early", "bus0", 0, 50),
        be("A", "bus1", 50, 90),
        be("B", "bus1", 50, 90),
        be("B", "bus2", 100, 150),
        be("C", "bus2", 100, 150),
        be("B", "bus3", 200, 250),
        be("late", "bus3", 200, 250),
    ]
    whereabouts, rules = world(places, presences), edition(BUS)
    first = contacts.trace(case=case("A"), whereabouts=whereabouts, edition=rules, zone=UTC, now=at(300))
    second = contacts.trace_second_ring(
        first=first, whereabouts=whereabouts, edition=rules, isolated={"B": at(160)}, now=at(300)
    )
    assert [(c.who, c.ring, [r.via for r in c.reasons]) for c in second] == [("C", 2, ["B"])]


def test_what_if_names_who_would_be_new_and_who_would_be_raised():
    places = [FLIGHT, place("bus", Setting.VEHICLE)]
    presences = [
        be("A", "flight", 0, 600, "5A"),
        be("B", "flight", 0, 600, "6A"),
        be("D", "flight", 0, 600, "25A"),
        be("B", "bus", 700, 800),
        be("C", "bus", 700, 800),
        be("D", "bus", 700, 800),
    ]
    known = trace(case("A"), places, presences, ROWS, OTHERS, BUS)
    supposed = trace(case("B"), places, presences, ROWS, OTHERS, BUS)
    difference = contacts.compare(known=[known], supposed=supposed)
    assert (difference.new, difference.raised) == (("C", "A"), ("D",))


def test_a_definition_fits_when_all_its_facts_hold():
    said = edition()
    suspected = replace(
        said.definitions[0],
        code="suspected",
        alternatives=(("history", "fever_or_respiratory", "!negative"),),
    )
    said = replace(said, definitions=(*said.definitions, suspected))
    assert classify(facts={"positive", "symptoms"}, edition=said).code == "confirmed"
    assert classify(facts={"history", "fever_or_respiratory"}, edition=said).code == "suspected"
    assert classify(facts={"history", "fever_or_respiratory", "negative"}, edition=said) is None
    assert classify(facts=(), edition=said) is None


def test_crew_who_are_infectious_were_near_everybody_of_their_section():
    flight = [
        be("S", "flight", 0, 9, staff=True, section="front"),
        be("A", "flight", 0, 9, "2A"),
        be("B", "flight", 0, 9, "12F"),
        be("C", "flight", 0, 9, "14A"),
    ]
    found = trace(case("S"), [FLIGHT], flight, ROWS, OTHERS)
    assert grades(found) == {"A": Grade.CLOSE, "B": Grade.CLOSE, "C": Grade.GENERAL}
