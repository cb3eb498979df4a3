"""The checker of rosters: every rule it knows, broken once, is named; what breaks none passes."""

from dataclasses import replace
from datetime import date

import pytest

from core.roster.rosters import FIRST, invent
from pratique.core.roster import check, fairness, json_form
from pratique.core.roster.plan import Roster
from pratique.core.roster.problem import (
    Absence,
    Demand,
    Duty,
    Limits,
    Person,
    Post,
    Qualification,
    RosterProblem,
    Shift,
)

SHIFTS = {
    "D": Shift("D", 480, 720),
    "N": Shift("N", 1200, 720, night=True),
    "E": Shift("E", 360, 480, not_next=frozenset({"L"})),
    "L": Shift("L", 840, 480),
}
POSTS = {
    "hall": Post("hall", ("ppe",), "international", 1.0),
    "gate": Post("gate", (), "domestic"),
    "exemptions": Post("exemptions", (), "international", shifts_before=2),
    "desk": Post("desk"),
}
PPE = Qualification("ppe", date(2020, 4, 1), date(2020, 4, 9))


def problem(**of_person) -> RosterProblem:
    """Ten days from Monday 6 April 2020, and one person."""
    person = Person("an", qualifications=(PPE,), **of_person)
    demands = (Demand("hall", 0, 2, 100, 1),)
    return RosterProblem("ten days", FIRST, 10, SHIFTS, POSTS, demands, {"an": person})


def codes(one: RosterProblem, *duties: tuple[int, str, str]) -> set[str]:
    roster = Roster(tuple(sorted(Duty(day, shift, post, "an") for day, shift, post in duties)))
    return {
        objection.code.removeprefix("roster-") for objection in check.breaches(problem=one, roster=roster)
    }


def test_a_lawful_line_breaks_no_rule():
    assert codes(problem(), (0, "D", "hall"), (1, "N", "hall"), (3, "D", "hall")) == set()


@pytest.mark.parametrize(
    ("code", "person", "duties"),
    [
        ("rest", {}, [(0, "N", "desk"), (1, "D", "desk")]),
        ("follow", {}, [(0, "E", "desk"), (1, "L", "desk")]),
        ("twice", {}, [(0, "D", "desk"), (0, "D", "gate")]),
        ("qualification", {}, [(4, "D", "hall")]),
        ("side", {"side": "domestic"}, [(0, "D", "hall")]),
        ("sides", {}, [(0, "D", "hall"), (4, "D", "gate")]),
        ("absent", {"absences": (Absence("isolation", date(2020, 4, 8)),)}, [(5, "D", "desk")]),
        ("absent", {"absences": (Absence("leave", date(2020, 4, 8), date(2020, 4, 8)),)}, [(2, "D", "desk")]),
        ("not-drawn", {"drawn": frozenset({1})}, [(2, "D", "desk")]),
        ("experience", {"shifts_before": 1}, [(2, "D", "exemptions")]),
        ("experience", {}, [(0, "D", "desk"), (1, "D", "exemptions")]),
        ("run", {"limits": Limits(run_max=2)}, [(0, "D", "desk"), (1, "D", "desk"), (2, "D", "desk")]),
        ("run", {"limits": Limits(run_max=1), "before": ((-1, "D"),)}, [(0, "D", "desk")]),
        ("rest", {"after": ((10, "D"),)}, [(9, "N", "desk")]),
        ("follow", {"after": ((10, "L"),)}, [(9, "E", "desk")]),
        ("run", {"limits": Limits(run_max=2), "after": ((10, "D"), (11, "D"))}, [(9, "D", "desk")]),
        ("nights", {"limits": Limits(nights_run_max=1), "after": ((10, "N"),)}, [(9, "N", "desk")]),
        ("week-hours", {"limits": Limits(week_minutes_max=1000), "after": ((12, "D"),)}, [(8, "D", "desk")]),
        ("run-short", {"limits": Limits(run_min=2)}, [(3, "D", "desk")]),
        ("off-short", {"limits": Limits(off_run_min=2)}, [(3, "D", "desk"), (5, "D", "desk")]),
        ("nights", {"limits": Limits(nights_run_max=1)}, [(3, "N", "desk"), (4, "N", "desk")]),
        ("hours", {"limits": Limits(minutes_max=1000)}, [(3, "D", "desk"), (5, "D", "desk")]),
        ("hours-short", {"limits": Limits(minutes_min=1000)}, [(3, "D", "desk")]),
        ("week-hours", {"limits": Limits(week_minutes_max=1000)}, [(3, "D", "desk"), (5, "D", "desk")]),
        ("weekends", {"limits": Limits(weekends_max=0)}, [(6, "D", "desk")]),
        ("shift-limit", {"limits": Limits(shifts_max={"N": 0})}, [(6, "N", "desk")]),
    ],
)
def test_every_rule_that_is_broken_is_named(code, person, duties):
    assert codes(problem(**person), *duties) == {code}


@pytest.mark.parametrize("duty", [(0, "X", "desk"), (0, "D", "x"), (10, "D", "desk"), (-1, "D", "desk")])
def test_what_is_not_there_is_named_before_anything_else(duty):
    assert codes(problem(), duty) == {"unknown"}


def test_two_finished_shifts_open_the_post_that_decides_exemptions():
    """A man on his second shift let two travellers go (Sydney, December 2020)."""
    assert codes(problem(), (0, "D", "desk"), (1, "D", "desk"), (3, "D", "exemptions")) == set()
    assert codes(problem(shifts_before=2), (0, "D", "exemptions")) == set()


def test_training_counts_on_its_last_day_and_not_on_the_next():
    assert codes(problem(), (3, "D", "hall")) == set()
    assert codes(problem(), (4, "D", "hall")) == {"qualification"}


def test_a_run_that_touches_an_end_of_the_roster_may_be_short():
    limits = Limits(run_min=2, off_run_min=2)
    assert codes(problem(limits=limits), (0, "D", "desk"), (9, "D", "desk")) == set()


def test_what_the_duties_after_a_roster_break_among_themselves_is_not_of_the_roster():
    limits = Limits(run_max=2, nights_run_max=1, week_minutes_max=1000, off_run_min=2, weekends_max=0)
    after = ((10, "N"), (11, "D"), (12, "N"), (13, "N"))
    assert codes(problem(limits=limits, after=after), (3, "D", "desk")) == set()


def test_only_what_a_change_breaks_is_new_and_a_run_that_gets_shorter_is_not():
    one = problem(limits=Limits(run_max=2))

    def new(before, after):
        some, then = ([Duty(day, shift, "desk", "an") for day, shift in line] for line in (before, after))
        found = check.new_breaches(problem=one, person="an", before=some, after=then)
        return {each.code for each in found}

    long = [(0, "D"), (1, "D"), (2, "D"), (3, "D")]
    assert new(long, long[1:]) == set()
    assert new(long, [*long, (6, "D")]) == set()
    assert new(long, [*long, (4, "D")]) == {"roster-run"}
    assert new(long, [*long, (6, "N"), (7, "D")]) == {"roster-rest"}


def test_the_week_ends_on_sunday():
    limits = Limits(week_minutes_max=720)
    assert codes(problem(limits=limits), (6, "D", "desk"), (7, "D", "desk")) == set()


def test_what_has_been_and_what_is_pinned_stays():
    pin = Duty(1, "D", "desk", "an")
    settled = replace(problem(), settled_days=2, pins=(pin,))
    assert codes(settled, (1, "D", "desk"), (3, "D", "desk")) == set()
    assert codes(settled, (0, "D", "desk"), (1, "D", "desk")) == {"settled"}
    assert codes(settled, (3, "D", "desk")) == {"pin"}


def test_a_missing_person_costs_the_hours_missed_and_a_spare_one_the_hours_over():
    one = problem()
    one = replace(
        one, demands=(Demand("hall", 0, 1, 10, 1, 600, 1260), Demand("desk", 0, 1, 7, 3, shift="D"))
    )
    nobody = check.cost(problem=one, roster=Roster(()))
    assert nobody.unfilled == 10 * 11 + 7
    there = check.cost(problem=one, roster=Roster((Duty(0, "D", "hall", "an"),)))
    assert (there.unfilled, there.overfilled) == (10 * 1 + 7, 0)


def test_the_ideal_is_a_share_by_the_days_somebody_could_work():
    """Nobody is to make up for leave."""
    away = Absence("leave", date(2020, 4, 6), date(2020, 4, 10))
    people = {who: Person(who, absences=(away,) if who == "bo" else ()) for who in ("an", "bo")}
    demands = tuple(Demand("desk", day, 1, 100, 1, shift="D") for day in range(10))
    one = RosterProblem("ten days", FIRST, 10, SHIFTS, POSTS, demands, people)
    ideal = fairness.ideals(problem=one)
    assert ideal["an", "hours"] == pytest.approx(80)
    assert ideal["bo", "hours"] == pytest.approx(40)
    assert ideal["an", "nights"] == 0


def test_what_is_written_is_read_back_the_same():
    for seed in range(12):
        found, faults = json_form.read(document=invent(seed, rough=seed % 2 == 0))
        assert not faults
        assert json_form.read(document=json_form.write(problem=found)) == (found, ())
