"""Rosters of invented weeks: never a breach, never below what is proven, and mended with as few changes as can be.

No claim depends on how fast the machine is.
"""

import itertools
import math
import random
import threading
from dataclasses import replace
from datetime import datetime, timedelta

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from core.roster.rosters import FIRST, invent, on
from pratique.core.answers import Refused
from pratique.core.roster import change, check, json_form
from pratique.core.roster.plan import Roster
from pratique.core.roster.problem import Demand, Duty, Limits, Person, Post, RosterProblem, Shift
from pratique.engines.roster.layout import lay_out
from pratique.engines.roster.pricer import Pricer
from pratique.engines.roster.prices import Prices
from pratique.engines.roster.replan import replan
from pratique.engines.roster.solve import solve


def week(seed: int, **how) -> RosterProblem:
    problem, faults = json_form.read(document=invent(seed, **how))
    assert problem is not None, faults
    return problem


def tiny(seed: int) -> RosterProblem:
    """Three people and three days, so that everything can be tried."""
    problem = week(seed, days=3, people=3)
    for posts in ({"screening", "driver"}, {"driver"}):
        problem = replace(problem, demands=tuple(one for one in problem.demands if one.post in posts))
        if math.prod(len(lines_of(problem, who)) for who in problem.people) < 10_000:
            break
    return problem


def lines_of(problem: RosterProblem, who: str) -> list[list[Duty]]:
    """Every lawful line of one person."""
    posts = sorted({one.post for one in problem.demands})
    choices = [None, *((shift, post) for shift in problem.shifts for post in posts)]
    lines = []
    for days in itertools.product(choices, repeat=problem.days):
        duties = [Duty(day, *one, who) for day, one in enumerate(days) if one is not None]
        if not check.line_breaches(problem=problem, person=who, duties=duties):
            lines.append(duties)
    return lines


def optimum(problem: RosterProblem) -> float:
    """The least cost, by trying every roster."""
    every = [lines_of(problem, who) for who in problem.people]
    return min(
        check.cost(
            problem=problem, roster=Roster(tuple(sorted(duty for line in some for duty in line)))
        ).total
        for some in itertools.product(*every)
    )


@pytest.mark.parametrize("seed", range(8))
def test_no_roster_is_cheaper_than_the_bound_and_ours_is_the_cheapest_when_it_says_so(seed):
    problem = tiny(seed)
    best = optimum(problem)
    result = solve(problem=problem, seconds=3.0)
    assert result.bound <= best + 1e-6
    assert result.cost.total >= best - 1e-6
    if result.gap < 1e-9:
        assert result.cost.total == pytest.approx(best)
    prices = Prices(
        layout=lay_out(problem=problem), pricer=Pricer(layout=lay_out(problem=problem), threads=1)
    )
    for _ in range(60):
        prices.step(target=best)
        assert prices.bound + lay_out(problem=problem).constant <= best + 1e-6


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), people=st.integers(1, 9), rough=st.booleans(), fair=st.booleans())
def test_a_roster_never_breaks_a_rule_and_names_every_post_that_stays_short(seed, people, rough, fair):
    problem = week(seed, people=people, rough=rough, fair=fair)
    result = solve(problem=problem, seconds=0.1)
    roster = result.roster
    assert check.breaches(problem=problem, roster=roster) == ()
    assert result.bound <= result.cost.total + 1e-6
    short = {
        (demand.day, demand.post)
        for demand in problem.demands
        if any(missing > 0 for missing, _ in check.shortages(problem=problem, roster=roster, demand=demand))
    }
    assert {(one.day, one.post) for one in roster.unfilled} == short
    assert all(one.missing > 0 and one.because and one.remedy for one in roster.unfilled)


@settings(max_examples=60)
@given(seed=st.integers(0, 10_000), pick=st.integers(0, 10_000))
def test_the_checker_refuses_a_roster_in_which_a_duty_was_made_unlawful(seed, pick):
    problem = week(seed)
    roster = solve(problem=problem, seconds=0.1).roster
    if not roster.duties:
        return
    duty = roster.duties[pick % len(roster.duties)]
    who, day = problem.people[duty.person], problem.on(duty.day)
    breach = ["twice", "absent", "not-drawn", "shift-limit", "qualification", "rest"][pick % 6]
    spoilt, spoilt_roster = who, roster
    spoilt_problem = problem
    if breach == "twice":
        other = next(one for one in problem.posts if one != duty.post)
        spoilt_roster = Roster(tuple(sorted([*roster.duties, replace(duty, post=other)])))
    elif breach == "absent":
        spoilt = replace(who, absences=(json_form.Absence("isolation", day, day),))
    elif breach == "not-drawn":
        spoilt = replace(who, drawn=frozenset({duty.day + 1}))
    elif breach == "shift-limit":
        spoilt = replace(who, limits=replace(who.limits, shifts_max={duty.shift: 0}))
    elif breach == "qualification":
        post = replace(problem.posts[duty.post], needs=("never",))
        spoilt_problem = replace(problem, posts={**problem.posts, duty.post: post})
    else:
        spoilt_problem = replace(problem, rest_minutes=1439)
        if not any((one.person, one.day) == (duty.person, duty.day + 1) for one in roster.duties):
            return
    spoilt_problem = replace(spoilt_problem, people={**spoilt_problem.people, who.id: spoilt})
    found = {one.code for one in check.breaches(problem=spoilt_problem, roster=spoilt_roster)}
    assert f"roster-{breach}" in found


@pytest.mark.parametrize("seed", range(60))
def test_the_cheapest_line_before_duties_that_follow_is_the_cheapest_the_checker_allows(seed):
    """Rest, days and nights in a row and the hours of a week go on after the last day, and the kernel knows it."""
    draw = random.Random(seed)
    shifts = {
        "D": Shift("D", 480, 720),
        "N": Shift("N", 1200, 720, night=True),
        "E": Shift("E", 360, 360, not_next=frozenset({"N"})),
    }
    days = draw.choice([1, 2, 4, 5])

    def some(span):
        return tuple((day, draw.choice("DNE")) for day in span if draw.random() < 0.7)

    limits = Limits(
        run_max=draw.choice([None, 2, 3, 5]),
        run_min=draw.choice([1, 2]),
        off_run_min=draw.choice([1, 2]),
        nights_run_max=draw.choice([None, 1, 2, 3]),
        week_minutes_max=draw.choice([None, 2160, 2880, 3600]),
        weekends_max=draw.choice([None, 1]),
    )
    one = Person("one", limits=limits, before=some(range(-7, 0)), after=some(range(days, days + 7)))
    demands = tuple(Demand("post", day, 1, 100.0, 1.0) for day in range(days))
    first_on = FIRST + timedelta(days=draw.randrange(7))
    problem = RosterProblem("one", first_on, days, shifts, {"post": Post("post")}, demands, {"one": one})
    layout = lay_out(problem=problem)
    every = [
        [next((1 + "DNE".index(duty.shift) for duty in line if duty.day == day), 0) for day in range(days)]
        for line in lines_of(problem, "one")
    ]
    pricer = Pricer(layout=layout, threads=1)
    for _ in range(8):
        prices = np.array([[0.0, *(draw.uniform(-3, 1) for _ in "DNE")] for _ in range(days)])
        found = pricer.one(person=0, prices=layout.cost[0] + prices)
        costs = [sum(prices[day, kind] for day, kind in enumerate(line)) for line in every]
        assert found.price == pytest.approx(min(costs)) if costs else found.kinds is None


def test_a_mended_roster_leaves_the_rest_before_the_duties_that_follow_it():
    """Who is free on the last night but has a day shift after it is not put to it; somebody else moves."""
    shifts = {"D": Shift("D", 480, 720), "N": Shift("N", 1200, 720, night=True)}
    people = {who: Person(who, after=((3, "D"),) if who == "b" else ()) for who in "abc"}
    demands = (Demand("post", 2, 1, 100.0, 1.0, shift="N"),)
    problem = RosterProblem("three", FIRST, 3, shifts, {"post": Post("post")}, demands, people)
    base = Roster((Duty(2, "N", "post", "a"),))
    day = FIRST + timedelta(days=2)
    gone = (change.Change("absent", "a", "leave", day, day),)
    replanning = change.apply(problem=problem, base=base, changes=gone, now=datetime(2020, 4, 6, 9))
    assert replan(replanning=replanning, base=base, seconds=1.0).roster.duties == (Duty(2, "N", "post", "c"),)


def test_hours_that_cannot_be_reached_are_refused_with_the_name():
    problem = week(1)
    problem = replace(
        problem,
        people={**problem.people, "p1": replace(problem.people["p1"], limits=Limits(minutes_min=100_000))},
    )
    with pytest.raises(Refused) as refusal:
        solve(problem=problem, seconds=1.0)
    assert refusal.value.code == "roster_impossible"
    assert "p1" in refusal.value.because


def test_who_says_stop_has_a_lawful_roster_at_once_and_progress_is_told():
    stop = threading.Event()
    stop.set()
    heard = []
    problem = week(5)
    result = solve(problem=problem, seconds=60.0, stop=stop, tell=heard.append)
    assert check.breaches(problem=problem, roster=result.roster) == ()
    assert heard[0].objective >= result.cost.total - 1e-6


def at_post(people: int, *, needs=(), wanted_before=0, **of_first) -> RosterProblem:
    """One post in one shift on one day."""
    staff = {
        f"p{number}": Person(f"p{number}", unit="u", **(of_first if number == 0 else {}))
        for number in range(people)
    }
    post = Post("post", tuple(needs), shifts_before=wanted_before)
    demands = (Demand("post", 0, 2, 100, 1, 14 * 60, 20 * 60),)
    shift = Shift("L", 14 * 60, 360)
    return RosterProblem("one day", FIRST, 1, {"L": shift}, {"post": post}, demands, staff)


def test_an_unfilled_post_says_how_many_with_what_from_when():
    (short,) = solve(problem=at_post(3, needs=["licence-L"]), seconds=1.0).roster.unfilled
    assert short.missing == 2
    assert "3 without a valid licence-L" in short.because
    assert short.remedy.startswith("2 more with licence-L from 14:00 on 2020-04-06")


def test_the_cheapest_remedy_is_whoever_is_free_and_not_drawn():
    (short,) = solve(problem=at_post(2, drawn=frozenset()), seconds=1.0).roster.unfilled
    assert (short.missing, short.code) == (1, "roster-not-drawn")
    assert "draw p0" in short.remedy


def test_somebody_on_the_first_two_shifts_is_not_put_where_exemptions_are_decided():
    assert solve(problem=at_post(2, wanted_before=2), seconds=1.0).roster.duties == ()
    (duty,) = solve(problem=at_post(2, wanted_before=2, shifts_before=2), seconds=1.0).roster.duties
    assert duty.person == "p0"


NOW = datetime(2020, 4, 8, 7, 30)


def mend(problem, base, changes, seconds=20.0):
    found, faults = change.read(document=changes, problem=problem)
    assert not faults
    replanning = change.apply(problem=problem, base=base, changes=found, now=NOW)
    return replanning, replan(replanning=replanning, base=base, seconds=seconds)


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), pick=st.integers(0, 10_000))
def test_a_mended_roster_keeps_what_has_been_and_breaks_no_rule(seed, pick):
    problem = week(seed)
    base = solve(problem=problem, seconds=0.1).roster
    duties = [one for one in base.duties if one.day >= 2]
    if not duties:
        return
    duty = duties[pick % len(duties)]
    row = {"change": "no_show", "person": duty.person, "on": on(duty.day)}
    try:
        replanning, answer = mend(problem, base, [row], seconds=0.5)
    except Refused:
        return
    assert check.breaches(problem=replanning.problem, roster=answer.roster) == ()
    assert {one for one in base.duties if one.day < 2} <= set(answer.roster.duties)
    assert not any((one.person, one.day) == (duty.person, duty.day) for one in answer.roster.duties)
    must = [one for one in answer.diff.changes if one.must]
    assert [(one.person, one.day) for one in must] == [(duty.person, duty.day)]


def test_a_no_show_is_filled_by_one_other_if_one_is_free():
    problem = at_post(3)
    base = Roster((Duty(0, "L", "post", "p0"), Duty(0, "L", "post", "p1")))
    found, _ = change.read(
        document=[{"change": "no_show", "person": "p0", "on": "2020-04-06"}], problem=problem
    )
    replanning = change.apply(problem=problem, base=base, changes=found, now=datetime(2020, 4, 6, 13))
    answer = replan(replanning=replanning, base=base, seconds=20.0)
    assert answer.roster.duties == (Duty(0, "L", "post", "p1"), Duty(0, "L", "post", "p2"))
    assert (answer.changes, answer.is_proven) == (1, True)


def fewest(problem: RosterProblem, kept: set[Duty], covered: int) -> int:
    """By trying everything, the fewest changed days of people with which as many duties cover the day's driver."""
    every = [lines_of(problem, who) for who in problem.people]
    best = 99
    for some in itertools.product(*every):
        duties = {duty for line in some for duty in line}
        if sum(one.post == "driver" and one.shift == "D" for one in duties) >= covered:
            days = {(one.person, one.day) for one in duties ^ kept}
            best = min(best, len(days))
    return best


@pytest.mark.parametrize("seed", range(6))
def test_no_mended_roster_has_fewer_changes(seed):
    problem = week(seed, days=3, people=3, fair=False)
    drivers = tuple(one for one in problem.demands if one.post == "driver")
    licensed = {
        who: replace(one, qualifications=(json_form.Qualification("licence-L"),), requests=(), before=())
        for who, one in problem.people.items()
    }
    problem = replace(problem, demands=drivers, people=licensed)
    base = solve(problem=problem, seconds=3.0).roster
    taken = next((one for one in base.duties if one.day == 2), None)
    if taken is None:
        return
    replanning, answer = mend(problem, base, [{"change": "no_show", "person": taken.person, "on": on(2)}])
    assert answer.is_proven
    covered = sum(one.post == "driver" and one.shift == "D" for one in answer.roster.duties)
    assert answer.changes == fewest(replanning.problem, set(replanning.kept.duties), covered)
