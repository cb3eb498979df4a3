"""The checker finds each broken rule by itself."""

import pytest

from pratique.core.stay import check
from pratique.core.stay.facility import Site, Sort, State, Zone

from .house import LOW, RULES, WHEEL, family, guest, house, room

AREAS = {
    "dormitory": Zone.STAFF, "changing": Zone.STAFF, "lobby": Zone.OBSERVATION, "floor 1": Zone.OBSERVATION,
    "floor 2": Zone.OBSERVATION, "kitchen": Zone.SUPPLIES, "back stairs": Zone.SUPPLIES,
}  # fmt: skip
SITE = Site(AREAS, ("changing", "back stairs"), ("lobby", "floor 1", "floor 2"), ("floor 1", "floor 2"))


def codes(found):
    return {objection.code for objection in found}


def test_a_site_with_three_zones_and_two_passages_is_in_order():
    assert check.inspect(site=SITE) == ()


@pytest.mark.parametrize(
    ("site", "code", "subject"),
    [
        (Site(AREAS | {"kitchen": Zone.STAFF, "back stairs": Zone.STAFF}, SITE.staff_passage, SITE.guest_passage, SITE.rooms_in), "zone_missing", "supplies"),
        (Site(AREAS, (), SITE.guest_passage, SITE.rooms_in), "passage_missing", "staff"),
        (Site(AREAS, ("changing", "lobby"), SITE.guest_passage, SITE.rooms_in), "passages_cross", "lobby"),
        (Site(AREAS, SITE.staff_passage, ("lobby", "dormitory"), SITE.rooms_in), "passage_through_staff", "dormitory"),
        (Site(AREAS, SITE.staff_passage, SITE.guest_passage, ("dormitory",)), "room_outside_zone", "dormitory"),
        (Site(AREAS, SITE.staff_passage, ("lobby", "roof"), SITE.rooms_in), "area_unknown", "roof"),
    ],
)  # fmt: skip
def test_each_fault_of_a_site_is_named(site, code, subject):
    assert [(one.code, one.subject) for one in check.inspect(site=site)] == [(code, subject)]


@pytest.mark.parametrize(
    ("rooms", "code"),
    [
        ([room("101", state=State.BLOCKED, guests=[guest("A")])], "room_not_ready"),
        ([room("101", 2, guests=family("K", 3))], "room_too_small"),
        ([room("101", 2, guests=[guest("A"), guest("B")])], "room_of_strangers"),
        ([room("101", guests=[guest("A")]), room("102", guests=[guest("A")])], "guest_in_two_rooms"),
        ([room("101", guests=[guest("M", under_age=True)])], "guardian_missing"),
        ([room("101", guests=[guest("M", under_age=True, guardian="G")]), room("102", guests=[guest("G")])], "bond_broken"),
        ([room("101", guests=[guest("A", carer="B")])], "bond_broken"),
        ([room("101", guests=[guest("A", needs=WHEEL)])], "room_not_barrier_free"),
        ([room("401", guests=[guest("A", needs=LOW)])], "floor_too_high"),
        ([room("101", guests=[guest("A")]), room("102", guests=[guest("B", grade="contact")])], "classes_mixed"),
        ([room("101", guests=[guest("A")]), room("102", guests=[guest("B", flight="MU2")])], "flights_mixed"),
    ],
)  # fmt: skip
def test_each_broken_rule_of_rooms_is_named(rooms, code):
    assert code in codes(check.check(facility=house(*rooms), rules=RULES))


def test_a_grandparent_who_cares_for_a_child_of_another_household_is_no_stranger():
    pair = [guest("G", household="old"), guest("M", household="young", under_age=True, guardian="G")]
    assert check.check(facility=house(room("101", 2, Sort.FAMILY, guests=pair)), rules=RULES) == ()
