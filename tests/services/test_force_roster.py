"""Rosters from live state through the services: planned, checked, adopted, changed by hand, mended after a no-show."""

from collections import Counter
from datetime import timedelta

import pytest

from pratique.core.answers import Refused
from pratique.core.roster import check
from pratique.services import force
from pratique.services.force import calls, draws, edit, people, pose, rosters, swaps
from pratique.store import models

from .squad import FIRST_ON, Squad, at


@pytest.fixture
def squad(db):
    return Squad()


def plan(squad, *, days, seconds, now=None, first_on=FIRST_ON):
    """Ask for a roster, let the planner work, and return the proposal."""
    now = now or at(0)
    order = rosters.Order(first_on, days, seconds)
    rosters.request(order=order, by=squad.clerk.id, now=now)
    assert rosters.work(clock=lambda: now, wall=lambda: now)
    proposed = rosters.find_proposed()
    assert proposed is not None, rosters.find_failed()
    return proposed


@pytest.fixture
def week(squad):
    """Four days drawn, confirmed, planned and in force."""
    for day in range(4):
        draws.make(on=FIRST_ON + timedelta(days=day), by=None, now=at(0))
    models.CallOut.objects.update(state="confirmed")
    roster = plan(squad, days=4, seconds=1)
    rosters.adopt(roster=roster.id, by=squad.clerk.id, now=at(0.5))
    return squad


def find_free(side):
    """Somebody of a side who has no shift in the week."""
    days = (FIRST_ON, FIRST_ON + timedelta(days=3))
    staff = models.Person.objects.filter(role="staff", side=side)
    return staff.exclude(deployments__on__range=days).first()


@pytest.mark.slow
def test_a_month_of_thirty_six_and_fifteen_a_day_is_drawn_and_rostered_with_every_rule_checked(squad):
    leave = squad.of_unit(3)[:3]
    for who in leave:
        away = people.Away(who.id, "leave", FIRST_ON + timedelta(days=5), FIRST_ON + timedelta(days=11))
        people.enter_absence(away=away, by=squad.clerk.id, now=at(0))
    for day in range(30):
        drawn = draws.make(on=FIRST_ON + timedelta(days=day), by=None, now=at(0))
        assert drawn.short == []
    by_day = Counter(models.CallOut.objects.filter(person__isnull=False).values_list("on", flat=True))
    vehicles = Counter(models.CallOut.objects.filter(vehicle__isnull=False).values_list("on", flat=True))
    assert set(by_day.values()) == {36} and len(by_day) == 30
    assert set(vehicles.values()) == {15}
    roster = plan(squad, days=30, seconds=25)
    problem = rosters.read_problem(roster=roster)
    planned = rosters.read_duties(roster=roster)
    assert check.breaches(problem=problem, roster=planned) == ()
    assert roster.bound <= roster.objective
    assert len(roster.duties) + sum(one["missing"] for one in roster.unfilled) >= 1000
    called = set(models.CallOut.objects.filter(person__isnull=False).values_list("person_id", "on"))
    assert {(one["person"], one["on"]) for one in roster.duties} <= {
        (str(who), on.isoformat()) for who, on in called
    }
    assert {one["measure"] for one in roster.fairness} == {"nights", "weekends", "hours", "exposure"}
    rosters.adopt(roster=roster.id, by=squad.clerk.id, now=at(1))
    assert models.Deployment.objects.filter(on__gte=FIRST_ON).count() == len(roster.duties)


def test_what_stays_short_is_named_with_reason_and_remedy(squad):
    models.TrainingMark.objects.filter(module="protocol").update(passed=False)
    roster = plan(squad, days=1, seconds=1)
    short = {one["post"] for one in roster.unfilled}
    assert {"command", "information", "exemption"} <= short
    assert all(one["because"] and one["remedy"] for one in roster.unfilled)


def test_flights_ask_for_more_people_at_a_higher_level_of_protection(squad):
    for n, level in enumerate(("standard", "highest")):
        on = FIRST_ON + timedelta(days=n)
        models.Flight.objects.create(
            designator="MU1", departure="BKK", arrival="KMG", on=on, seats=1000, protection=level,
            scheduled_at=at(12, n),
        )  # fmt: skip
    posed = pose.pose(first_on=FIRST_ON, days=2, now=at(0))
    most = {
        day: max(d.count for d in posed.problem.demands if d.post == "screening" and d.day == day)
        for day in (0, 1)
    }
    assert most == {0: 6, 1: 12}


def test_the_guard_on_their_first_two_shifts_decides_no_exemptions(db):
    squad = Squad(shifts=1)
    roster = plan(squad, days=1, seconds=1)
    assert not [one for one in roster.duties if one["post"] == "exemption"]
    assert [one for one in roster.unfilled if one["post"] == "exemption"]


def test_a_no_show_is_filled_again_with_the_fewest_changes_in_seconds(week):
    shift = models.Deployment.objects.filter(on=FIRST_ON, post="command", shift="day").get()
    call = models.CallOut.objects.get(on=FIRST_ON, person=shift.person)
    calls.miss(call=call.id, by=week.clerk.id, now=at(7))
    proposal = rosters.replan_now(by=week.clerk.id, now=at(7))
    assert proposal.seconds < 5
    assert proposal.cost["changes"] <= 2
    (lost,) = [one for one in proposal.diff if one["must"]]
    assert (lost["person"], lost["what"]) == (str(shift.person_id), "dropped")
    filled = [one for one in proposal.diff if one["after"] == ["day", "command"]]
    assert len(filled) == 1
    rosters.adopt(roster=proposal.id, by=week.clerk.id, now=at(7.1))
    holder = models.Deployment.objects.get(on=FIRST_ON, post="command", shift="day", absent_at=None)
    assert str(holder.person_id) == filled[0]["person"]
    with pytest.raises(Refused, match="roster_nothing_lost"):
        rosters.replan_now(by=week.clerk.id, now=at(7.2))


def test_a_change_by_hand_is_checked_at_once_and_kept_by_later_plans(week):
    on = FIRST_ON + timedelta(days=1)
    command = models.Deployment.objects.get(on=on, post="command", shift="day")
    night = models.Deployment.objects.filter(on=FIRST_ON, shift="night").first()
    bad = edit.Edit(None, night.person_id, on, "day", "command")
    refused = edit.apply(edit=bad, by=week.clerk.id, now=at(2))
    assert refused.roster is None
    assert "roster-rest" in {one.code for one in refused.breaches}
    good = edit.Edit(None, command.person_id, on, "day", "reserve")
    edited = edit.apply(edit=good, by=week.clerk.id, now=at(2))
    assert edited.roster is not None, edited.breaches
    rosters.adopt(roster=edited.roster.id, by=week.clerk.id, now=at(2))
    again = plan(week, days=4, seconds=1, now=at(3))
    (row,) = [
        one for one in again.duties if (one["person"], one["on"]) == (str(command.person_id), on.isoformat())
    ]
    assert (row["post"], row["pinned"]) == ("reserve", True)


def test_two_swap_when_both_agree_and_no_rule_is_broken(week):
    on = FIRST_ON + timedelta(days=1)
    mine = models.Deployment.objects.filter(on=on, shift="day", post="escort").first()
    free = find_free(mine.person.side)
    asked = swaps.ask(wish=swaps.Wish(free.id, on), by=mine.person_id, now=at(1))
    with pytest.raises(Refused, match="swap_not_yours"):
        swaps.answer(swap=asked.id, agreed=True, by=mine.person_id, now=at(1))
    done = swaps.answer(swap=asked.id, agreed=True, by=free.id, now=at(1))
    assert done.breaches == ()
    assert models.Deployment.objects.get(on=on, person=free).post == "escort"
    assert not models.Deployment.objects.filter(on=on, person=mine.person).exists()
    assert models.CallOut.objects.get(on=on, person=free).state == "confirmed"


def test_two_of_one_day_swap_their_posts_and_both_stay_called_for_it(week):
    on = FIRST_ON + timedelta(days=1)
    rows = models.Deployment.objects.filter(on=on, shift="day").exclude(post="command").order_by("post")
    done = None
    for mine in rows:
        for yours in rows:
            if mine.post == yours.post or mine.person.side != yours.person.side or done:
                continue
            wish = swaps.Wish(yours.person_id, on, on)
            asked = swaps.ask(wish=wish, by=mine.person_id, now=at(1))
            answered = swaps.answer(swap=asked.id, agreed=True, by=yours.person_id, now=at(1))
            done = None if answered.breaches else (mine, yours)
    assert done, "some two of that day may swap"
    for shift, taker in (done, done[::-1]):
        assert models.Deployment.objects.get(on=on, person=taker.person_id).post == shift.post
        call = models.CallOut.objects.get(on=on, person=taker.person_id)
        assert (call.state, call.because) == ("confirmed", {"swap": str(shift.person_id)})
        assert not call.substitutes.exists(), "each has a place: whoever does not come leaves it vacant"


def test_a_swap_that_would_break_a_rule_changes_nothing_and_says_why(week):
    on = FIRST_ON + timedelta(days=1)
    mine = models.Deployment.objects.filter(on=on, shift="day", post="escort").first()
    tired = models.Deployment.objects.filter(
        on=FIRST_ON, shift="night", person__side=mine.person.side
    ).first()
    models.Deployment.objects.filter(on=on, person=tired.person).delete()
    asked = swaps.ask(wish=swaps.Wish(tired.person_id, on), by=mine.person_id, now=at(1))
    answered = swaps.answer(swap=asked.id, agreed=True, by=tired.person_id, now=at(1))
    assert "roster-rest" in {one.code for one in answered.breaches}
    assert models.Deployment.objects.filter(id=mine.id).exists()


def test_a_roster_overtaken_by_leave_is_not_adopted(squad):
    roster = plan(squad, days=2, seconds=1)
    who = roster.duties[0]["person"]
    person = models.Person.objects.get(id=who)
    away = people.Away(person.id, "leave", FIRST_ON, FIRST_ON + timedelta(days=2))
    people.enter_absence(away=away, by=squad.clerk.id, now=at(0))
    with pytest.raises(Refused, match="roster_overtaken"):
        rosters.adopt(roster=roster.id, by=squad.clerk.id, now=at(1))
    assert not models.Deployment.objects.filter(on=FIRST_ON).exists()


def test_a_proposal_undoes_no_swap_agreed_since_neither_by_adopting_nor_by_a_change_of_it(week):
    on = FIRST_ON + timedelta(days=1)
    proposed = plan(week, days=4, seconds=1, now=at(1))
    mine = models.Deployment.objects.filter(on=on, shift="day", post="escort").first()
    free = find_free(mine.person.side)
    asked = swaps.ask(wish=swaps.Wish(free.id, on), by=mine.person_id, now=at(2))
    assert swaps.answer(swap=asked.id, agreed=True, by=free.id, now=at(2)).breaches == ()
    with pytest.raises(Refused, match="swapped a shift"):
        rosters.adopt(roster=proposed.id, by=week.clerk.id, now=at(3))
    with pytest.raises(Refused, match="swapped a shift"):
        edit.apply(edit=edit.Edit(proposed.id, mine.person_id, on), by=week.clerk.id, now=at(3))
    again = plan(week, days=4, seconds=1, now=at(4))
    rosters.adopt(roster=again.id, by=week.clerk.id, now=at(4))
    assert models.Deployment.objects.get(on=on, person=free).post == "escort"


def test_a_drivers_shift_that_is_not_of_the_roster_stays(week):
    agency = models.Unit.objects.create(code="A", name_zh="运输", name_en="Transport", sort="agency")
    driver = models.Person.objects.create(username="driver", unit=agency, licence="L")
    force.deploy(duty=force.Duty(driver.id, FIRST_ON, at(8), at(20), "", "day", "driver"))
    again = plan(week, days=4, seconds=1, now=at(3))
    rosters.adopt(roster=again.id, by=week.clerk.id, now=at(3))
    assert models.Deployment.objects.filter(person=driver, on=FIRST_ON).exists()


def test_who_is_taken_off_by_hand_is_left_off_by_later_plans_until_a_hand_sets_them_again(week):
    on = FIRST_ON + timedelta(days=1)
    taken = models.Deployment.objects.filter(on=on, post="escort", shift="day").first()
    who = str(taken.person_id)

    def by_hand(shift, post, minute):
        edited = edit.apply(
            edit=edit.Edit(None, taken.person_id, on, shift, post), by=week.clerk.id, now=at(minute)
        )
        assert edited.roster is not None, edited.breaches
        rosters.adopt(roster=edited.roster.id, by=week.clerk.id, now=at(minute))

    def list_days(row):
        return {one["on"] for one in row.duties if one["person"] == who}

    by_hand("", "", 2)
    assert not models.Deployment.objects.filter(person=taken.person, on=on).exists()
    again = plan(week, days=4, seconds=1, now=at(3))
    assert on.isoformat() not in list_days(again)
    rosters.adopt(roster=again.id, by=week.clerk.id, now=at(3))
    by_hand("day", "escort", 4)
    assert models.Deployment.objects.get(person=taken.person, on=on).pinned
    assert not models.Absence.objects.filter(sort="off", cancelled_at=None).exists()
