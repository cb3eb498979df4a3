"""A convoy stops as rarely as it may, and answers for everybody until each of them is accepted."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.core.transport.convoy import Halt, Member, State, choose_halts, cut_legs, judge

WAYS = st.tuples(st.integers(1, 300), st.sets(st.integers(1, 299), max_size=7), st.integers(20, 120))
WAITING = Member(departed=False, arrived=False, over=False, aboard=0, carried=False, agreed=False)
DRIVING = Member(departed=True, arrived=False, over=False, aboard=9, carried=True, agreed=False)
THERE = Member(departed=True, arrived=True, over=False, aboard=9, carried=True, agreed=False)
EMPTIED = Member(departed=True, arrived=True, over=False, aboard=0, carried=True, agreed=True)
BROKEN = Member(departed=True, arrived=False, over=True, aboard=0, carried=True, agreed=False, brought=False)


def list_legs(minutes, chosen):
    marks = [0, *chosen, minutes]
    return [after - before for before, after in zip(marks, marks[1:], strict=False)]


@given(WAYS)
def test_no_choice_of_rest_places_that_keeps_every_leg_short_needs_fewer(way):
    minutes, places, every = way
    halts = [Halt(f"r{place}", place) for place in places]
    chosen = [halt.minutes for halt in choose_halts(minutes=minutes, halts=halts, every=every)]
    inside = sorted(place for place in places if place < minutes)
    fewest = next(
        (
            size
            for size in range(len(inside) + 1)
            if any(max(list_legs(minutes, some)) <= every for some in combinations(inside, size))
        ),
        None,
    )
    assert chosen == sorted(set(chosen) & set(inside))
    if fewest is not None:
        assert max(list_legs(minutes, chosen)) <= every
        assert len(chosen) == fewest


@given(WAYS)
def test_where_no_place_is_within_reach_the_next_one_is_taken_so_that_the_leg_is_as_short_as_the_road_allows(
    way,
):
    minutes, places, every = way
    chosen = choose_halts(minutes=minutes, halts=[Halt(str(p), p) for p in places], every=every)
    marks = [0, *(h.minutes for h in chosen), minutes]
    for before, after in zip(marks, marks[1:], strict=False):
        if after - before > every:
            assert not any(before < place < after for place in places)


def test_drivers_take_turns_leg_by_leg_and_rest_at_each_place():
    legs = cut_legs(minutes=300, halts=[Halt("a", 110), Halt("b", 220)], rest=20, drivers=2)
    assert [(leg.leaves, leg.arrives, leg.driver) for leg in legs] == [
        (0, 110, 0),
        (130, 240, 1),
        (260, 340, 0),
    ]


@pytest.mark.parametrize("halts", [[Halt("b", 200), Halt("a", 100)], [Halt("a", 300)], [Halt("a", 0)]])
def test_halts_that_are_not_on_the_way_in_its_order_are_refused(halts):
    with pytest.raises(ValueError, match="halts lie on the way"):
        cut_legs(minutes=300, halts=halts, rest=20)


@pytest.mark.parametrize(
    ("members", "state"),
    [
        ([WAITING, WAITING], State.FORMING),
        ([DRIVING, WAITING], State.MOVING),
        ([DRIVING, THERE], State.MOVING),
        ([THERE, EMPTIED], State.ARRIVED),
        ([EMPTIED, EMPTIED], State.ACCEPTED),
        ([EMPTIED, BROKEN], State.ACCEPTED),
    ],
)
def test_a_convoy_is_what_its_trips_make_it(members, state):
    assert judge(members) is state
    assert judge(members, disbanded=True) is State.DISBANDED


def test_it_is_not_accepted_while_a_broken_down_vehicle_still_holds_somebody():
    assert judge([EMPTIED, replace(BROKEN, aboard=1)]) is State.MOVING


def test_nobody_aboard_is_no_acceptance_unless_the_receivers_count_and_names_agreed():
    assert judge([EMPTIED, replace(EMPTIED, agreed=False)]) is State.ARRIVED
    assert judge([EMPTIED, replace(EMPTIED, agreed=False, carried=False)]) is State.ACCEPTED


def test_whom_a_broken_down_vehicle_brought_is_accepted_by_count_and_names_too():
    assert judge([EMPTIED, replace(BROKEN, brought=True)]) is State.ARRIVED
    assert judge([EMPTIED, replace(BROKEN, brought=True, agreed=True)]) is State.ACCEPTED
