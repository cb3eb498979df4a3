"""Rooms are given by rules; whoever finds none is told why, and what would help most cheaply."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.core.stay import assignment
from pratique.core.stay.assignment import Help, Why
from pratique.core.stay.check import check
from pratique.core.stay.facility import Sort, State

from .house import LOW, RULES, WHEEL, family, guest, house, room

NOON = datetime(2020, 4, 1, 12, tzinfo=UTC)


def assign(guests, *rooms, **more):
    return assignment.assign(guests=guests, facility=house(*rooms), rules=RULES, **more)


def where(found):
    return {guest.id: room for unit, room in found.placed for guest in unit.guests}


def test_single_travellers_get_single_rooms_and_a_family_its_own():
    found = assign([*family("K", 3), guest("A")], room("101"), room("102", 3, Sort.FAMILY))
    assert where(found) == {"A": "101", "K0": "102", "K1": "102", "K2": "102"}
    assert found.unplaced == ()
    assert check(facility=found.facility, rules=RULES) == ()


def test_a_minor_is_with_the_guardian_even_where_families_are_not_kept_together():
    apart = replace(RULES, rooms=replace(RULES.rooms, household_together=False))
    found = assignment.assign(
        guests=family("K", 3), facility=house(room("101"), room("102", 2, Sort.FAMILY)), rules=apart
    )
    assert where(found) == {"K1": "101", "K0": "102", "K2": "102"}


def test_whoever_needs_care_is_with_the_carer():
    found = assign([guest("A", carer="B"), guest("B")], room("101"), room("102", 2, Sort.FAMILY))
    assert where(found) == {"A": "102", "B": "102"}


def test_a_wheelchair_gets_the_barrier_free_room_and_others_leave_it_while_they_can():
    found = assign([guest("A"), guest("W", needs=WHEEL)], room("101", sort=Sort.BARRIER_FREE), room("102"))
    assert where(found) == {"A": "102", "W": "101"}
    assert where(assign([guest("A")], room("101", sort=Sort.BARRIER_FREE))) == {"A": "101"}


def test_the_vulnerable_are_on_a_low_floor():
    found = assign([guest("V", needs=LOW)], room("401"), room("301"))
    assert where(found) == {"V": "301"}
    (left,) = assign([guest("V", needs=LOW)], room("401")).unplaced
    assert left.because == ((Why.FLOOR_TOO_HIGH, 1),)


def test_somebody_who_could_go_anywhere_makes_way_for_who_cannot():
    lived_in = [room("301", guests=[guest("Y")]), room("401", guests=[guest("Z")])]
    found = assign([guest("A"), guest("V", needs=LOW)], *lived_in, room("302"), room("402"))
    assert where(found) == {"A": "402", "V": "302"}


@pytest.mark.parametrize("other", [{"grade": "contact"}, {"flight": "MU2"}])
def test_classes_and_flights_have_floors_of_their_own(other):
    found = assign([guest("A"), guest("B", **other)], room("101"), room("102"), room("201"))
    assert {where(found)[name][0] for name in "AB"} == {"1", "2"}
    there = room("101", guests=[guest("Z", **other)])
    (left,) = assign([guest("A")], there, room("102")).unplaced
    assert left.because == ((Why.FLOOR_OF_OTHERS, 1), (Why.OCCUPIED, 1))


def test_a_floor_on_which_classes_are_mixed_already_takes_nobody_more():
    mixed = [room("101", guests=[guest("Y")]), room("102", guests=[guest("Z", grade="contact")])]
    assert assign([guest("A")], *mixed, room("103")).placed == ()


def test_flights_share_a_floor_where_the_rules_let_them_and_classes_never_do():
    shared = replace(RULES, rooms=replace(RULES.rooms, flight_by_floor=False))
    facility = house(room("101"), room("102"))
    both = [guest("A"), guest("B", flight="MU2")]
    assert len(assignment.assign(guests=both, facility=facility, rules=shared).placed) == 2
    both = [guest("A"), guest("B", grade="contact")]
    assert len(assignment.assign(guests=both, facility=facility, rules=shared).placed) == 1


def test_a_household_larger_than_any_room_is_parted_and_its_minors_are_not_alone():
    found = assign(family("K", 4), room("101", 2, Sort.FAMILY), room("102"), room("103"))
    assert Counter(where(found).values()) == {"101": 2, "102": 1, "103": 1}
    assert where(found)["K0"] == where(found)["K3"] == "101"
    assert all(unit.parted for unit, _ in found.placed)


def test_a_minor_whose_guardian_is_not_there_gets_no_room_but_a_remedy():
    (left,) = assign([guest("M", under_age=True)], room("101")).unplaced
    assert (left.because, left.remedy.help) == (((Why.GUARDIAN_MISSING, 0),), Help.NAME_GUARDIAN)
    (left,) = assign([guest("M", under_age=True, guardian="G")], room("101")).unplaced
    assert left.remedy.help is Help.NAME_GUARDIAN


def test_a_minor_who_comes_later_goes_to_the_guardian_where_a_bed_is_free_and_all_are_of_one_class():
    child = guest("M", under_age=True, guardian="G")
    alone = room("101", 2, Sort.FAMILY, guests=[guest("G")])
    found = assign([child, guest("A")], alone, room("102"))
    assert where(found) == {"M": "101", "A": "102"} and not found.unplaced
    assert {one.id for one in found.facility.rooms[0].guests} == {"G", "M"}
    for there, coming in (
        (replace(alone, beds=1), child),
        (alone, replace(child, grade="contact")),
        (replace(alone, state=State.BLOCKED), child),
        (alone, replace(child, guardian=None)),
    ):
        (left,) = assign([coming], there, room("102")).unplaced
        assert left.remedy.help is Help.NAME_GUARDIAN


def test_a_child_and_a_guardian_of_two_classes_are_first_to_be_classed_alike():
    pair = [
        guest("G", grade="contact", household="K"),
        guest("M", household="K", under_age=True, guardian="G"),
    ]
    (left,) = assign(pair, room("101", 2, Sort.FAMILY)).unplaced
    assert (left.because, left.remedy.help) == (((Why.CLASSES_MIXED, 0),), Help.CLASS_ALIKE)


def test_the_cheapest_remedy_is_the_disinfection_that_ends_first():
    later = room("101", state=State.DISINFECTING, ready_at=NOON.replace(hour=15))
    sooner = room("102", state=State.DISINFECTING, ready_at=NOON)
    (left,) = assign([guest("A")], later, sooner, room("103", state=State.BLOCKED)).unplaced
    assert left.because == ((Why.DISINFECTING, 2), (Why.BLOCKED, 1))
    assert left.remedy == assignment.Remedy(Help.WAIT, ("102",), NOON)


def test_then_a_blocked_room_then_parting_a_household_then_another_facility():
    (left,) = assign([guest("A")], room("101", state=State.BLOCKED)).unplaced
    assert left.remedy == assignment.Remedy(Help.UNBLOCK, ("101",))
    two = [guest("A", household="K"), guest("B", household="K")]
    taken = room("201", 2, Sort.FAMILY, guests=[guest("Z", grade="contact")])
    (left,) = assign(two, room("101"), room("102"), taken).unplaced
    assert left.remedy == assignment.Remedy(Help.PART, ("101", "102"))
    (left,) = assign([guest("A")], taken, elsewhere=[house(room("501"), name="F2")]).unplaced
    assert left.remedy == assignment.Remedy(Help.ELSEWHERE, ("501",), facility="F2")
    (left,) = assign([guest("A")], taken).unplaced
    assert left.remedy is None


def test_one_remedy_is_promised_once():
    left = assign([guest("A"), guest("B")], room("101", state=State.BLOCKED)).unplaced
    assert [one.remedy and one.remedy.rooms for one in left] == [("101",), None]


def test_nobody_who_has_a_room_is_moved():
    there = room("101", guests=[guest("Z")])
    found = assign([guest("A")], there, room("102"))
    assert found.facility.find_room("Z").id == "101"


@st.composite
def arrivals(draw):
    """Families and single travellers of two flights and two classes; some need care."""
    found = []
    for number in range(draw(st.integers(0, 6))):
        more = {
            "flight": draw(st.sampled_from(("MU1", "MU2"))),
            "grade": draw(st.sampled_from(("ordinary", "contact"))),
            "needs": draw(st.sampled_from((frozenset(), frozenset(), WHEEL, LOW))),
        }
        size = draw(st.integers(1, 4))
        minors = draw(st.integers(0, size - 1))
        found += [
            replace(g, household=g.household if size > 1 else "")
            for g in family(f"P{number}-", size, minors, **more)
        ]
    return found


@st.composite
def facilities(draw, floors_max=4):
    rooms = []
    for floor in range(1, draw(st.integers(1, floors_max)) + 1):
        for number in range(1, draw(st.integers(1, 3)) + 1):
            sort = draw(st.sampled_from(Sort))
            beds = {
                Sort.SINGLE: 1,
                Sort.FAMILY: draw(st.integers(2, 4)),
                Sort.BARRIER_FREE: draw(st.integers(1, 2)),
            }
            state = draw(st.sampled_from((State.READY, State.READY, *State)))
            ready_at = NOON if state is State.DISINFECTING else None
            name = f"{floor}{number:02}"
            there = draw(st.sampled_from((None, None, None, "ordinary", "contact")))
            guests = [guest(f"Z{name}", grade=there)] if there and state is State.READY else []
            rooms.append(room(name, beds[sort], sort, state, ready_at, guests))
    return house(*rooms)


@given(arrivals(), facilities())
def test_everybody_is_in_exactly_one_list_and_no_rule_is_broken(guests, facility):
    found = assignment.assign(guests=guests, facility=facility, rules=RULES)
    named = [g.id for unit, _ in found.placed for g in unit.guests]
    named += [g.id for one in found.unplaced for g in one.unit.guests]
    assert sorted(named) == sorted(g.id for g in guests)
    assert all(one.because for one in found.unplaced)
    before = set(check(facility=facility, rules=RULES))
    assert set(check(facility=found.facility, rules=RULES)) <= before


@given(arrivals(), facilities(), st.randoms(use_true_random=False))
def test_the_order_of_the_guests_changes_nothing(guests, facility, random):
    shuffled = random.sample(guests, len(guests))
    assert assignment.assign(guests=guests, facility=facility, rules=RULES) == assignment.assign(
        guests=shuffled, facility=facility, rules=RULES
    )


@given(arrivals(), facilities())
def test_every_remedy_of_this_facility_houses_its_people_without_breaking_a_rule(guests, facility):
    found = assignment.assign(guests=guests, facility=facility, rules=RULES)
    rooms = {r.id: r for r in found.facility.rooms}
    before = set(check(facility=facility, rules=RULES))
    for one in found.unplaced:
        if one.remedy and one.remedy.help in (Help.WAIT, Help.UNBLOCK):
            (name,) = one.remedy.rooms
            rooms[name] = replace(rooms[name], state=State.READY, guests=one.unit.guests)
    after = replace(facility, rooms=tuple(rooms.values()))
    assert set(check(facility=after, rules=RULES)) <= before


@given(arrivals(), facilities(floors_max=1))
def test_on_one_floor_no_other_assignment_houses_more_guests(guests, facility):
    """Every order of units, each into the first room that takes it, tried by hand."""
    alike = [replace(g, flight="MU1", grade="ordinary") for g in guests]
    empty = replace(facility, rooms=tuple(replace(r, guests=()) for r in facility.rooms))
    found = assignment.assign(guests=alike, facility=empty, rules=RULES)
    units = [unit for unit, _ in found.placed] + [one.unit for one in found.unplaced]
    free = [r for r in empty.rooms if r.is_free]
    best = 0
    for chosen in permutations([*units, *[None] * len(free)], len(free)) if len(units) <= 4 else ():
        placed = [(unit, r) for unit, r in zip(chosen, free, strict=True) if unit]
        if all(assignment._fits(unit, r, RULES) is None for unit, r in placed):
            best = max(best, sum(len(unit.guests) for unit, _ in placed))
    assert sum(len(unit.guests) for unit, _ in found.placed) >= best
