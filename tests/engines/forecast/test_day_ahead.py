"""The forecast of the next day: nothing asks for nothing, bands are in order, what is certain is certain, and eight of ten days lie
within."""

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from pratique import protocols
from pratique.core.transport.assumptions import Assumptions
from pratique.drill.world.day import list_arrivals
from pratique.engines.forecast.day_ahead import (
    HOURS,
    Band,
    Expected,
    Ride,
    Situation,
    Usual,
    Waiting,
    draw,
    forecast,
)

BUS = Usual(heads=10, there_minutes=45, crew_minutes=95, vehicle_minutes=110, escorts=1)
AMBULANCE = Usual(heads=1, there_minutes=30, crew_minutes=65, vehicle_minutes=80, escorts=1)
NOTHING = Situation((), Waiting(), (), (), 600.0, 40.0, 0.8, BUS, BUS, AMBULANCE)
ASSUMED = protocols.list_transport()[0].uncertainty
CERTAIN = Assumptions((0.0, 1.0), (0.0, 0.0), 1.0, 0.0, 0.0, 0.0, 0.0, math.inf, 0.0, 1.0, 1.0, 30, 0.5)
ALL = ("people", "rooms", "vehicles", "escorts")


def bands(found) -> list[Band]:
    return [getattr(found, name) for name in ALL]


def test_without_flights_people_or_trips_nothing_is_needed():
    for band in bands(forecast(situation=NOTHING, assumptions=ASSUMED, seed=1)):
        assert band == Band((0,) * HOURS, (0,) * HOURS, (0,) * HOURS)


flights = some.builds(
    Expected,
    due_minute=some.floats(-60, 1500),
    heads=some.integers(0, 300),
    estimated=some.booleans(),
    landed=some.booleans(),
)
situations = some.builds(
    lambda flights, hall, ordinary, stays: replace(
        NOTHING,
        expected=tuple(flights),
        waiting=Waiting(
            hall=hall, hall_planned=hall // 3, ordinary=ordinary, contact=ordinary // 5, cases=hall % 3
        ),
        stays=tuple((minute, 0.8) for minute in stays),
    ),
    some.lists(flights, max_size=6),
    some.integers(0, 200),
    some.integers(0, 200),
    some.lists(some.floats(-10, 1500), max_size=20),
)


@settings(max_examples=40)
@given(situations, some.integers(0, 2**31))
def test_low_is_at_most_middle_and_middle_at_most_high_and_a_seed_says_the_same_twice(situation, seed):
    found = forecast(situation=situation, assumptions=ASSUMED, seed=seed, days=60)
    assert found == forecast(situation=situation, assumptions=ASSUMED, seed=seed, days=60)
    for band in bands(found):
        assert all(
            0 <= low <= middle <= high
            for low, middle, high in zip(band.low, band.middle, band.high, strict=True)
        )
    assert sum(found.people.high) <= HOURS * sum(flight.heads for flight in situation.expected)


def test_what_is_certain_is_worked_out_by_hand():
    situation = replace(NOTHING, expected=(Expected(60.0, 100),), waiting=Waiting(ordinary=20))
    found = forecast(situation=situation, assumptions=CERTAIN, seed=1, days=20)
    for band in bands(found):
        assert band.low == band.middle == band.high
    # A hundred come to the hall at 1:40 and are through after ten minutes at 600 an hour: ten buses of ten in two waves.
    assert found.people.middle == (0, 100, *(0,) * (HOURS - 2))
    # The twenty who wait now leave in two buses, back within 110 minutes; the ten buses are out from 1:40 to 3:35.
    assert found.vehicles.middle[:5] == (2, 12, 10, 10, 0)
    assert found.escorts.middle[:5] == (2, 10, 10, 10, 0)
    # A room for eight of ten: 16 within the first hour, 80 more within the third.
    assert found.rooms.middle[:4] == (16, 16, 96, 96)


def test_stays_that_end_free_rooms_and_a_planned_ride_is_taken_as_it_is_planned():
    ride = Ride(start=30, arrival=70, crew_until=100, vehicle_until=130, rooms=5, escorts=2)
    situation = replace(NOTHING, rides=(ride,), stays=((200.0, 3.0), (2000.0, 9.0)))
    found = forecast(situation=situation, assumptions=CERTAIN, seed=1, days=5)
    assert found.rooms.middle[:5] == (0, 5, 5, 2, 2)
    assert found.vehicles.middle[:4] == (1, 1, 1, 0) and found.escorts.middle[:4] == (2, 2, 0, 0)


def test_a_flight_that_is_overdue_comes_yet_and_one_that_landed_is_not_late_any_more():
    overdue = replace(NOTHING, expected=(Expected(-30.0, 100),))
    people, *_ = draw(situation=overdue, assumptions=replace(ASSUMED, cancelled_share=0.0), seed=3, days=300)
    assert (people.sum(axis=1) > 0).all() and people[:, 0].sum() > 0 and people[:, 2:].sum() > 0
    landed = replace(NOTHING, expected=(Expected(-30.0, 100, landed=True),))
    band = forecast(situation=landed, assumptions=ASSUMED, seed=3).people
    assert band.low[0] == band.high[0] == 100


def covered(band: Band, truth) -> list[bool]:
    """Whether the truth lies within the band, of the hours in which the band is no mere nought."""
    rows = zip(band.low, band.high, truth, strict=True)
    return [low <= told <= high for low, high, told in rows if high > 0]


def test_four_of_five_of_the_models_own_days_lie_within_the_bands():
    plan = (Expected(45.0 * n + 30, 120 + 7 * n, estimated=n < 4) for n in range(14))
    situation = replace(NOTHING, expected=tuple(plan), waiting=Waiting(hall=80, ordinary=60, contact=12))
    found = forecast(situation=situation, assumptions=ASSUMED, seed=1, days=800)
    drawn = draw(situation=situation, assumptions=ASSUMED, seed=2, days=200)
    for name, values in zip(ALL, drawn, strict=True):
        within = [one for day in np.ceil(values - 1e-6) for one in covered(getattr(found, name), day)]
        # Whole numbers: a band that must hold at least four of five may hold some more.
        assert 0.76 <= np.mean(within) <= 0.96, name


def list_covered(assumed: Assumptions) -> list[bool]:
    """Hours of invented days, whose lateness is that of a real one: whether who came to the hall lies within the band."""
    within: list[bool] = []
    for seed in range(40):
        truth, expected = np.zeros(HOURS), []
        for flight, aboard in list_arrivals(on=date(2020, 4, 15), seed=seed):
            bound = [p for p in aboard if p.role == "passenger" and p.bound != "transit"]
            expected.append(Expected(flight.scheduled_second / 60, len(bound)))
            hour = int((flight.landed_second / 60 + 40) // 60)
            if 0 <= hour < HOURS:
                truth[hour] += sum(p.bound != "nowhere" for p in bound)
        situation = replace(NOTHING, expected=tuple(expected))
        within += covered(forecast(situation=situation, assumptions=assumed, seed=seed).people, truth)
    return within


def test_four_of_five_hours_of_invented_days_lie_within_the_band_that_their_schedule_gives():
    within = list_covered(ASSUMED)
    assert len(within) > 400 and 0.75 <= np.mean(within) <= 0.92


@pytest.mark.parametrize("days", [1, 7])
def test_as_many_days_as_are_asked_for_are_drawn(days):
    assert draw(situation=NOTHING, assumptions=ASSUMED, seed=1, days=days)[0].shape == (days, HOURS)


@pytest.mark.slow
def test_had_flights_been_taken_to_be_punctual_far_fewer_hours_would_lie_within():
    assert np.mean(list_covered(replace(ASSUMED, late_minutes=(0.0,) * len(ASSUMED.late_minutes)))) < 0.6
