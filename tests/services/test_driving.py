"""Who drives now, by the clock: turns at the wheel, the law's limit by day and night, and a relief that is owed before it."""

from datetime import UTC, timedelta

import pytest

from pratique.core.answers import Refused
from pratique.core.duties.register import State
from pratique.core.duties.vocabulary import Kind
from pratique.services import register, transport
from pratique.services.convoy import forming
from pratique.services.dispatch import boarding, driving
from pratique.store import models
from pratique.store.queries import ports

from .port import at, man
from .prefecture import open_prefecture, plan_coach


@pytest.fixture
def coach(port):
    """A coach to Pu'er with a driver and a relief, set off at minute 60 (13:00)."""
    open_prefecture(port, rests=())
    make = models.Person.objects.create
    port.first, port.second, port.third = (
        make(username=f"d{n}", licence="L", password="!") for n in range(3)
    )
    port.trip = plan_coach(port, 1, driver=port.first.pk, reliefs=(port.second.pk,)).id
    leader = models.Person.objects.create(username="leader", role="escort", password="!")
    forming.form(order=forming.Order((port.trip,), leader.pk), zone=UTC, by=None, now=at(30))
    return port


def report(coach, step, minute):
    man(coach.trip)
    boarding.report(report=transport.Report(coach.trip, step), by=None, now=at(minute))


def take(coach, who, minute, rested=0, since=None):
    told = driving.Takes(who.pk, rested, None if since is None else at(since))
    driving.take_wheel(trip=coach.trip, told=told, by=None, now=at(minute))


def owed(coach, minute):
    account = register.account_of(kind=Kind.TRIP, subject=str(coach.trip), now=at(minute))
    return [
        d.state is State.OVERDUE
        for d in account.duties
        if d.code == "relief" and d.state in (State.DUE, State.OVERDUE)
    ]


def test_the_driver_of_the_order_begins_and_a_relief_takes_the_wheel_at_a_time_that_is_kept(coach):
    assert driving.find_wheel(trip=coach.trip) is None
    report(coach, "departed", 60)
    wheel = driving.find_wheel(trip=coach.trip)
    assert (wheel.driver, wheel.since_at, wheel.until_at) == (coach.first, at(60), at(300))
    take(coach, coach.second, 180)
    assert driving.find_wheel(trip=coach.trip).driver == coach.second
    assert driving.list_turns(trip=coach.trip) == [(coach.first, at(60)), (coach.second, at(180))]
    report(coach, "arrived", 400)
    assert driving.find_wheel(trip=coach.trip) is None


def test_half_an_hour_before_the_laws_limit_a_relief_is_owed_and_overdue_at_it(coach):
    report(coach, "departed", 60)
    assert driving.watch(now=at(269)) == 0
    assert driving.watch(now=at(271)) == 1
    assert driving.watch(now=at(280)) == 0
    assert owed(coach, 299) == [False]
    assert owed(coach, 301) == [True]
    take(coach, coach.second, 302)
    assert owed(coach, 303) == []
    assert driving.watch(now=at(302 + 211)) == 1


def test_a_short_turn_of_somebody_else_is_no_rest_and_a_long_one_is(coach):
    report(coach, "departed", 60)
    take(coach, coach.second, 290)
    take(coach, coach.first, 295)
    assert driving.find_wheel(trip=coach.trip).until_at == at(305), "ten minutes of four hours are left"
    take(coach, coach.second, 305)
    with pytest.raises(Refused, match="driver_not_rested"):
        take(coach, coach.first, 310)
    take(coach, coach.first, 325)
    assert driving.find_wheel(trip=coach.trip).until_at == at(325 + 240)


def test_a_turn_reported_late_has_its_own_time_and_nobody_is_warned_of_who_had_left_the_wheel(coach):
    report(coach, "departed", 60)
    driving.watch(now=at(280))
    assert owed(coach, 281) == [False]
    for wrong in (50, 400):
        with pytest.raises(Refused, match="trip_step_order"):
            take(coach, coach.second, 290, since=wrong)
    take(coach, coach.second, 290, since=265)
    assert driving.list_turns(trip=coach.trip)[-1] == (coach.second, at(265))
    assert owed(coach, 310) == []


def test_at_night_it_is_owed_earlier(coach):
    late = 9 * 60  # 21:00
    report(coach, "departed", late)
    wheel = driving.find_wheel(trip=coach.trip)
    assert wheel.until_at - wheel.since_at == timedelta(minutes=60 + 120)


def test_arriving_ends_what_was_owed(coach):
    report(coach, "departed", 60)
    driving.watch(now=at(275))
    report(coach, "arrived", 290)
    assert owed(coach, 400) == []


@pytest.mark.parametrize(
    ("who", "minute", "rested", "code"),
    [
        ("third", 120, 0, "driver_not_of_crew"),
        ("first", 120, 10, "driver_not_rested"),
        ("second", 50, 0, "trip_not_on_road"),
    ],
)
def test_only_the_crew_drives_and_the_same_driver_only_rested(coach, who, minute, rested, code):
    if minute > 60:
        report(coach, "departed", 60)
    with pytest.raises(Refused, match=code):
        take(coach, getattr(coach, who), minute, rested)
    if code == "driver_not_rested":
        take(coach, coach.first, 140, rested=20)
        assert driving.find_wheel(trip=coach.trip).since_at == at(140)


def test_whoever_fell_ill_on_the_road_is_not_put_at_the_wheel(coach):
    report(coach, "departed", 60)
    on = ports.find_day(at=at(90))
    models.Absence.objects.create(
        person=coach.second, sort="health", from_on=on, until_on=on, entered_at=at(90)
    )
    with pytest.raises(Refused, match="driver_away"):
        take(coach, coach.second, 120)
    assert driving.find_wheel(trip=coach.trip).driver == coach.first
