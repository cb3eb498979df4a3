"""A way cut into stretches, and the hours of those who drive it: on arbitrary ways, held against a minute-by-minute count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.core.transport.stretch import Breach, Excess, Hours, cut, find_breaches

LAW = Hours(
    continuous=240,
    rest=20,
    day=480,
    night_continuous=120,
    night_from=1320,
    night_until=360,
    closed_from=120,
    closed_until=300,
)
minutes, every, rest, drivers = (
    st.integers(1, 1200),
    st.integers(1, 300),
    st.integers(0, 60),
    st.integers(1, 3),
)


@given(minutes, every, rest, drivers)
def test_legs_drive_the_whole_way_with_a_rest_between_and_drivers_in_turn(minutes, every, rest, drivers):
    stretches = cut(minutes=minutes, every=every, rest=rest, drivers=drivers)
    assert sum(stretch.minutes for stretch in stretches) == minutes
    assert all(0 < stretch.minutes <= every for stretch in stretches)
    assert [stretch.driver for stretch in stretches] == [n % drivers for n in range(len(stretches))]
    assert all(
        after.leaves - before.arrives == rest for before, after in zip(stretches, stretches[1:], strict=False)
    )
    planned = rest * ((minutes - 1) // every) if minutes > every else 0
    assert stretches[-1].arrives == minutes + planned, "the planner counts as many rests"


@given(st.integers(1, 600), st.integers(30, 300), rest, st.integers(0, 60))
def test_one_driver_is_in_breach_exactly_when_a_count_by_the_minute_says_so(minutes, every, rest, stay):
    stretches = cut(minutes=minutes, every=every, rest=rest)
    way = [(stretch.leaves, stretch.arrives) for stretch in stretches]
    after = stretches[-1].arrives + stay
    wheel = {m for a, b in way for m in range(a, b)} | {after + m for a, b in way for m in range(a, b)}
    longest = running = idle = 0
    for minute in range(after + stretches[-1].arrives):
        running, idle = (running + 1, 0) if minute in wheel else (running, idle + 1)
        running = 0 if idle >= LAW.rest else running
        longest = max(longest, running)
    said = {b.excess: b.minutes for b in find_breaches(there=stretches, stay=stay, hours=LAW)}
    assert said.get(Excess.CONTINUOUS, 0) == (longest if longest > LAW.continuous else 0)
    assert said.get(Excess.DAY, 0) == (len(wheel) if len(wheel) > LAW.day else 0)


@given(st.integers(1, 600), st.integers(30, 300), rest, st.integers(0, 60), st.integers(0, 1439))
def test_hours_at_night_are_what_a_count_by_the_minute_says(minutes, every, rest, stay, begins):
    stretches = cut(minutes=minutes, every=every, rest=rest)
    way = [(stretch.leaves, stretch.arrives) for stretch in stretches]
    after = stretches[-1].arrives + stay
    wheel = {m for a, b in way for m in range(a, b)} | {after + m for a, b in way for m in range(a, b)}
    longest = running = idle = closed = 0
    for minute in range(after + stretches[-1].arrives):
        clock = (begins + minute) % 1440
        night = clock >= LAW.night_from or clock < LAW.night_until
        running, idle = (running + night, 0) if minute in wheel else (running, idle + 1)
        running = 0 if idle >= LAW.rest else running
        longest = max(longest, running)
        closed += minute in wheel and LAW.closed_from <= clock < LAW.closed_until
    found = find_breaches(there=stretches, stay=stay, hours=LAW, begins=begins)
    said = {b.excess: b.minutes for b in found}
    assert said.get(Excess.NIGHT, 0) == (longest if longest > LAW.night_continuous else 0)
    assert said.get(Excess.CLOSED, 0) == closed


def test_a_short_stop_is_no_rest_and_a_relief_makes_the_way_lawful():
    alone = cut(minutes=250, every=120, rest=15)
    assert find_breaches(there=alone, stay=30, hours=LAW) == (
        Breach(0, Excess.CONTINUOUS, 250, 240),
        Breach(0, Excess.DAY, 500, 480),
    )
    assert find_breaches(there=cut(minutes=250, every=120, rest=15, drivers=2), stay=30, hours=LAW) == ()


@pytest.mark.parametrize(
    "wrong", [{"minutes": 0}, {"every": 0}, {"rest": -1}, {"drivers": 0}], ids=lambda one: next(iter(one))
)
def test_a_way_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="at least"):
        cut(**{"minutes": 100, "every": 120, "rest": 15, "drivers": 1} | wrong)


def test_no_way_has_no_breach():
    assert find_breaches(there=(), stay=0, hours=LAW) == ()


def test_a_short_way_may_be_driven_between_two_and_five_and_a_long_one_stands():
    there = cut(minutes=30, every=120, rest=20)
    assert find_breaches(there=there, stay=20, hours=LAW, begins=180, long=False) == ()
    (breach,) = find_breaches(there=there, stay=20, hours=LAW, begins=180)
    assert breach == Breach(0, Excess.CLOSED, 60, 0)


def test_at_night_a_short_way_without_a_rest_is_held_against_the_law_all_the_same():
    there = cut(minutes=70, every=120, rest=20)
    (breach,) = find_breaches(there=there, stay=10, hours=LAW, begins=1380, long=False)
    assert (breach.excess, breach.minutes) == (Excess.NIGHT, 140)
