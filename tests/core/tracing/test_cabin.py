"""Distance in a cabin is counted in rows and seats that exist."""

import pytest

from pratique.core.tracing.cabin import Apart, Cabin

from .world import NARROW, TWIN


@pytest.mark.parametrize(
    ("cabin", "one", "other", "apart"),
    [
        (NARROW, "12A", "14A", Apart(1, 0, 0)),  # there is no row 13
        (NARROW, "12A", "15A", Apart(2, 0, 0)),
        (NARROW, "9A", "12F", Apart(3, 5, 1)),
        (NARROW, "5C", "5D", Apart(0, 1, 1)),  # across the aisle
        (NARROW, "1D", "2C", Apart(1, 1, 0)),  # row 1 has no left side: the nearer of two ways to count
        (NARROW, "5A", "5A", Apart(0, 0, 0)),  # an infant on a lap
        (TWIN, "9A", "31A", Apart(1, 0, 0)),  # business ends, economy begins
        (TWIN, "31A", "31L", Apart(0, 7, 2)),
        (TWIN, "9C", "31D", Apart(1, 1, 1)),
        (TWIN, "9D", "31G", Apart(1, 1, 0)),  # next to each other in front, E and F between them behind
    ],
)
def test_two_seats_are_so_far_apart_either_way(cabin, one, other, apart):
    assert cabin.measure(one, other) == apart
    assert cabin.measure(other, one) == apart


@pytest.mark.parametrize("seat", ["13A", "1A", "99A", "12", "A12", "", "12AB", "12-"])
def test_a_seat_that_does_not_exist_is_nowhere(seat):
    assert NARROW.find(seat) is None
    assert NARROW.measure("12A", seat) is None


def test_a_seat_is_read_as_lists_write_it():
    assert NARROW.find("012a") == NARROW.find(" 12A ") == (12, "A")


def test_a_seat_is_in_the_section_of_its_row():
    assert (NARROW.section_of("12F"), NARROW.section_of("14A"), NARROW.section_of("13A")) == (
        "front",
        "rear",
        "",
    )
    assert Cabin({1: "A"}).section_of("1A") == ""
