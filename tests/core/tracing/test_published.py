"""Published investigations: what they counted is what the rules find on a cabin of that shape.

Seats are invented where a report gives only counts; the counts and distances are the reports'.
"""

from importlib.resources import files

import pytest

from pratique import protocols
from pratique.core.tracing import contacts
from pratique.core.tracing.cabin import Cabin, Section
from pratique.core.tracing.case import classify
from pratique.core.tracing.edition import Grade, Near, Only
from pratique.core.tracing.presence import Setting
from pratique.formats import tracing_rules

from .world import NARROW, OTHERS, ROWS, SEATS, at, be, case, edition, place, rule, world


def trace(who, cabin, seats, *rules, more=()):
    flight = [be(name, "flight", 0, 600, seat) for name, seat in seats.items()]
    return contacts.trace(
        case=case(who),
        whereabouts=world([place("flight", Setting.CABIN, cabin=cabin)], [*flight, *more]),
        edition=edition(*rules),
        zone=at(0).tzinfo,
        now=at(1000),
    )


def shipped(name):
    found, problems = tracing_rules.read(data=files(protocols).joinpath("tracing", name).read_bytes())
    assert problems == ()
    return found


def test_london_to_hanoi_the_risk_ratio_of_two_seats():
    """VN54, 2 March 2020 (Khanh et al., EID 26:11): in business class 11 of 12 within two seats of 5K fell ill, 1 of 8
    beyond; risk ratio 7.3. Business class: seven rows of four."""
    business = Cabin(dict.fromkeys(range(1, 8), "A-DG-K"))
    near = ["3D", "3G", "3K", "4D", "4G", "4K", "5D", "5G", "6D", "6G", "6K", "7K"]
    beyond = ["1A", "1D", "1K", "2A", "2G", "2K", "5A", "6A"]
    people = {"index": "5K"} | {f"P{seat}": seat for seat in near + beyond}
    ill = {f"P{seat}" for seat in near[:-1]} | {"P2G"}
    found = trace("index", business, people, SEATS)
    close = {contact.who for contact in found.contacts}
    others = people.keys() - close - {"index"}
    assert (len(close), len(others)) == (12, 8)
    assert (len(close & ill), len(others & ill)) == (11, 1)
    assert pytest.approx(7.33, abs=0.01) == (11 / 12) / (1 / 8)


def test_hangzhou_eight_contacts_of_one_passenger():
    """22 January 2020 (Zhang et al. 2020): husband, daughter, five passengers of the same row or the two next, one
    attendant: eight contacts."""
    seats = {
        "index": "20A", "husband": "28F", "daughter": "20B",
        "P1": "20E", "P2": "18D", "P3": "19C", "P4": "21F", "P5": "22A",
        "P6": "17A", "P7": "23F", "P8": "2D",
    }  # fmt: skip
    crew = [
        be("rear attendant", "flight", 0, 600, staff=True, section="rear"),
        be("front attendant", "flight", 0, 600, staff=True, section="front"),
    ]
    family = [be(who, "party", 0, 600) for who in ("index", "husband", "daughter")]
    two_rows = rule("two rows", Setting.CABIN, near=Near.ROWS, distance=2, only=Only.TRAVELLERS)
    section = rule("section", Setting.CABIN, near=Near.SECTION, only=Only.STAFF)
    party = rule("party", Setting.PARTY)
    flight = [be(name, "flight", 0, 600, seat) for name, seat in seats.items()]
    found = contacts.trace(
        case=case("index"),
        whereabouts=world(
            [place("flight", Setting.CABIN, cabin=NARROW), place("party", Setting.PARTY)],
            [*flight, *crew, *family],
        ),
        edition=edition(two_rows, section, party),
        zone=at(0).tzinfo,
        now=at(1000),
    )
    assert {c.who for c in found.contacts} == {
        "husband", "daughter", "P1", "P2", "P3", "P4", "P5", "rear attendant",
    }  # fmt: skip


def test_dubai_to_auckland_three_rows_miss_what_four_find():
    """EK448, 29 September 2020 (Swadi et al., EID 27:3): everybody infected sat within four rows, so the rule of three
    rows misses some, and says so: they are general contacts."""
    seats = {"index": "26A", "P24": "24C", "P25": "25F", "P28": "28D", "P22": "22A", "elsewhere": "5A"}
    three = {c.who: c.grade for c in trace("index", NARROW, seats, ROWS, OTHERS).contacts}
    assert [who for who, grade in three.items() if grade is Grade.GENERAL] == ["P22", "elsewhere"]
    four = rule("four rows", Setting.CABIN, near=Near.ROWS, distance=4)
    assert {c.who for c in trace("index", NARROW, seats, four).contacts} == seats.keys() - {
        "index",
        "elsewhere",
    }


def test_how_many_seats_the_two_rules_reach_in_a_full_cabin():
    """±3 rows of six abreast: 7 × 6 − 1 = 41; two seats in any direction from an aisle seat: 5 × 5 − 1 = 24, from a
    window 5 × 3 − 1 = 14."""
    full = {
        f"{row}{letter}": f"{row}{letter}"
        for row in NARROW.rows
        for letter in "ABCDEF"
        if letter in NARROW.rows[row]
    }
    assert len(trace("20C", NARROW, full, ROWS).contacts) == 41
    assert len(trace("20C", NARROW, full, SEATS).contacts) == 24
    assert len(trace("20A", NARROW, full, SEATS).contacts) == 14


@pytest.mark.parametrize("name", ["cn-2020.toml", "cn-2021.toml", "ecdc-2020.toml"])
def test_by_every_shipped_edition_a_neighbour_is_close_and_the_other_end_general(name):
    said = shipped(name)
    flight = [be(who, "flight", 0, 600, seat) for who, seat in (("A", "20A"), ("B", "21B"), ("C", "2F"))]
    crew = [
        be("S1", "flight", 0, 600, staff=True, section="rear"),
        be("S2", "flight", 0, 600, staff=True, section="rear", protection=2),
    ]
    cabin = Cabin(NARROW.rows, (Section("front", 1, 12), Section("rear", 14, 30)))
    found = contacts.trace(
        case=case("A", onset=600),
        whereabouts=world([place("flight", Setting.CABIN, cabin=cabin, air="filtered")], [*flight, *crew]),
        edition=said,
        zone=at(0).tzinfo,
        now=at(1000),
    )
    assert {c.who: c.grade for c in found.contacts} == {
        "B": Grade.CLOSE, "S1": Grade.CLOSE, "C": Grade.GENERAL, "S2": Grade.GENERAL,
    }  # fmt: skip


def test_an_aircraft_without_filters_makes_everybody_aboard_close_in_china():
    flight = [be(who, "flight", 0, 600, seat) for who, seat in (("A", "20A"), ("C", "2F"))]
    found = contacts.trace(
        case=case("A", onset=600),
        whereabouts=world([place("flight", Setting.CABIN, cabin=NARROW, air="unfiltered")], flight),
        edition=shipped("cn-2020.toml"),
        zone=at(0).tzinfo,
        now=at(1000),
    )
    assert [(c.who, c.grade, [r.rule for r in c.reasons]) for c in found.contacts] == [
        ("C", Grade.CLOSE, ["aircraft-unfiltered"])
    ]


@pytest.mark.parametrize(
    ("name", "facts", "code"),
    [
        ("cn-2020.toml", {"positive", "symptoms"}, "confirmed"),
        ("cn-2020.toml", {"positive"}, "asymptomatic"),
        ("cn-2020.toml", {"history", "fever_or_respiratory", "blood"}, "suspected"),
        ("cn-2020.toml", {"fever_or_respiratory", "blood"}, None),
        ("ecdc-2020.toml", {"positive"}, "confirmed"),
        ("ecdc-2020.toml", {"history", "fever_or_respiratory"}, "probable"),
        ("ecdc-2020.toml", {"fever_or_respiratory"}, "possible"),
    ],
)
def test_the_shipped_definitions_say_what_sort_of_case_it_is(name, facts, code):
    found = classify(facts=facts, edition=shipped(name))
    assert (found and found.code) == code
