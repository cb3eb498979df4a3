"""Swaps, changes by hand and adoptions are judged by what follows them, and by who is kept apart."""

from datetime import timedelta

import pytest

from pratique.core.answers import Refused
from pratique.services import force
from pratique.services.force import edit, people, pose, rosters, swaps
from pratique.store import models

from .squad import FIRST_ON, Squad, at


@pytest.fixture
def squad(db):
    return Squad()


def put(person, day, shift="day", post="escort"):
    """A shift in force, as if a roster had been adopted."""
    starts, ends = (8, 20) if shift == "day" else (20, 32)
    on = FIRST_ON + timedelta(days=day)
    force.deploy(duty=force.Duty(person.id, on, at(starts, day), at(ends, day), person.crew, shift, post))


def swap(giver, taker, day):
    """One takes the other's shift of a day; codes of what stands against it."""
    wish = swaps.Wish(taker.id, FIRST_ON + timedelta(days=day))
    asked = swaps.ask(wish=wish, by=giver.id, now=at(0))
    done = swaps.answer(swap=asked.id, agreed=True, by=taker.id, now=at(0))
    return {one.code for one in done.breaches}


def by_hand(squad, person, day, shift="day", post="escort"):
    return edit.apply(
        edit=edit.Edit(None, person.id, FIRST_ON + timedelta(days=day), shift, post),
        by=squad.clerk.id,
        now=at(0),
    )


def test_nobody_takes_a_night_before_their_own_day_shift(squad):
    giver, taker = squad.of_unit(0)[0], squad.of_unit(1)[3]
    put(giver, 1, "night")
    put(taker, 2, "day")
    assert swap(giver, taker, 1) == {"roster-rest"}
    assert models.Deployment.objects.filter(person=giver, on=FIRST_ON + timedelta(days=1)).exists()


@pytest.mark.parametrize(
    ("follows", "shift", "code"),
    [
        ([(day, "day") for day in range(2, 7)], "day", "roster-run"),
        ([(2, "night"), (3, "night")], "night", "roster-nights"),
        ([(day, "day") for day in (0, 2, 3, 5, 6)], "day", "roster-week-hours"),
    ],
)
def test_a_swap_that_makes_days_nights_or_hours_too_many_with_what_follows_is_refused(
    squad, follows, shift, code
):
    giver, taker = squad.of_unit(0)[0], squad.of_unit(1)[3]
    put(giver, 1, shift)
    for day, its in follows:
        put(taker, day, its)
    assert code in swap(giver, taker, 1)


def test_what_was_broken_before_the_swap_does_not_refuse_it(squad):
    giver, taker = squad.of_unit(0)[0], squad.of_unit(1)[3]
    for day in range(1, 8):
        put(giver, day)
    put(taker, 5, "night")
    put(taker, 6, "day")
    assert swap(giver, taker, 1) == set()
    assert models.Deployment.objects.filter(person=taker, on=FIRST_ON + timedelta(days=1)).exists()


def test_a_change_by_hand_on_the_last_day_of_a_roster_leaves_the_rest_before_the_next(squad):
    last = force.rules.get_rules().days - 1
    someone = squad.of_unit(0)[0]
    put(someone, last + 1, "day")
    refused = by_hand(squad, someone, last, "night")
    assert refused.roster is None
    assert {one.code for one in refused.breaches} == {"roster-rest"}
    assert by_hand(squad, someone, last, "day").roster is not None


def test_a_roster_is_not_adopted_that_leaves_no_rest_before_a_shift_given_after_it_was_made(squad):
    last = force.rules.get_rules().days - 1
    someone = squad.of_unit(0)[0]
    made = by_hand(squad, someone, last, "night").roster
    put(someone, last + 1, "day")
    with pytest.raises(Refused, match="of rest"):
        rosters.adopt(roster=made.id, by=squad.clerk.id, now=at(1))
    models.Deployment.objects.filter(on=FIRST_ON + timedelta(days=last + 1)).delete()
    rosters.adopt(roster=made.id, by=squad.clerk.id, now=at(1))
    assert models.Deployment.objects.get(person=someone, on=FIRST_ON + timedelta(days=last)).shift == "night"


def test_two_who_are_kept_apart_are_not_brought_together_by_a_swap_by_hand_or_by_adopting(squad):
    giver, taker, third = squad.of_unit(0)[0], squad.of_unit(1)[3], squad.of_unit(2)[0]
    put(giver, 1)
    put(third, 1)
    made = by_hand(squad, taker, 1).roster
    people.separate(one=taker.id, other=third.id, because="related", by=squad.clerk.id, now=at(0))
    with pytest.raises(Refused, match="kept apart"):
        rosters.adopt(roster=made.id, by=squad.clerk.id, now=at(0))
    rosters.refuse(roster=made.id, because="apart", by=squad.clerk.id, now=at(0))
    assert {one.code for one in by_hand(squad, taker, 1).breaches} == {"roster-apart"}
    assert swap(giver, taker, 1) == {"roster-apart"}
    assert swap(third, taker, 1) == set()


def test_who_is_called_counts_as_there_for_those_kept_apart_from_them(squad):
    giver, taker, third = squad.of_unit(0)[0], squad.of_unit(1)[3], squad.of_unit(2)[0]
    put(giver, 1)
    on = FIRST_ON + timedelta(days=1)
    draw = models.Draw.objects.create(
        on=on, places=[], short=[], passed_over={}, made_at=at(0), made_by_id=squad.clerk.id
    )
    models.CallOut.objects.create(
        draw=draw, on=on, unit=third.unit, place="day/escort", person=third, because={}
    )
    people.separate(one=third.id, other=taker.id, because="related", by=squad.clerk.id, now=at(0))
    assert swap(giver, taker, 1) == {"roster-apart"}


def test_a_plan_and_a_mended_roster_leave_rest_and_week_to_the_shifts_that_follow_them(squad):
    """Everybody has a day shift on the day after: nobody is put to the night before it, however short it is."""
    for person in squad.officers:
        put(person, 3)
    squad_free = squad.of_unit(0)[0]
    models.Deployment.objects.filter(person=squad_free, on=FIRST_ON + timedelta(days=3)).delete()
    lost = squad.of_unit(1)[0]
    put(lost, 2, "night", "escort")
    models.Deployment.objects.filter(person=lost, on=FIRST_ON + timedelta(days=3)).delete()
    on = FIRST_ON + timedelta(days=2)
    people.enter_absence(away=people.Away(lost.id, "leave", on, on), by=squad.clerk.id, now=at(0))
    proposal = rosters.replan_now(by=squad.clerk.id, now=at(1), seconds=1.0)
    nights = {one["person"] for one in proposal.duties if (one["on"], one["shift"]) == (f"{on}", "night")}
    assert nights == {str(squad_free.id)}
    order = rosters.Order(FIRST_ON, 3, 1.0)
    rosters.request(order=order, by=squad.clerk.id, now=at(1))
    assert rosters.work(clock=lambda: at(1), wall=lambda: at(1))
    planned = rosters.find_proposed()
    nights = {one["person"] for one in planned.duties if (one["on"], one["shift"]) == (f"{on}", "night")}
    assert nights <= {str(squad_free.id)}
    assert rosters.read_problem(roster=planned).people[str(squad.officers[5].id)].after == ((3, "day"),)


def test_two_who_are_kept_apart_are_not_planned_for_one_day(squad):
    first, second, third = squad.of_unit(0)[0], squad.of_unit(1)[3], squad.of_unit(2)[0]
    people.separate(one=first.id, other=second.id, because="related", by=squad.clerk.id, now=at(0))
    people.separate(one=first.id, other=third.id, because="related", by=squad.clerk.id, now=at(0))
    put(third, 1)
    known = pose.pose(first_on=FIRST_ON, days=7, now=at(0)).problem.people

    def days(who):
        drawn = known[str(who.id)].drawn
        return set(range(7)) if drawn is None else set(drawn)

    assert not days(first) & days(second) and not days(first) & days(third)
    assert 1 in days(third) and days(first) and days(second)
