"""The daily draw through the services: who is called, who is not and why, who answers, who comes instead."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from msgspec.structs import replace

from pratique import protocols
from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.services import force, health, register
from pratique.services.force import attendance, calls, draws, people, pose, rules, watch
from pratique.store import models
from pratique.store.queries import ports

from .squad import FIRST_ON, Squad, at


@pytest.fixture
def squad(db):
    return Squad()


def test_thirty_six_officers_and_fifteen_vehicles_are_called_out_by_quota(squad):
    drawn = draws.make(on=FIRST_ON, by=squad.clerk.id, now=at(0))
    assert drawn.short == []
    officers = models.CallOut.objects.filter(person__isnull=False)
    assert (officers.count(), models.CallOut.objects.filter(vehicle__isnull=False).count()) == (36, 15)
    by_unit = Counter(officers.values_list("unit_id", flat=True))
    assert all(by_unit[unit.id] <= unit.officers_daily for unit in squad.units)
    assert len(drawn.passed_over) == 120 + 32 - 36 - 15
    assert set(drawn.passed_over.values()) >= {"rest", "turn"}


def test_the_rules_of_the_force_are_those_of_the_place_and_the_day(squad, monkeypatch):
    shipped = protocols.list_force()[0]
    day = replace(shipped.shifts["day"], start_minutes=420)
    own = replace(
        shipped, code="own", jurisdiction=models.Port.objects.get().jurisdiction, from_on=FIRST_ON,
        shifts=shipped.shifts | {"day": day},
    )  # fmt: skip
    elsewhere = replace(own, code="elsewhere", jurisdiction="TH")
    rules._recall_place.cache_clear()
    monkeypatch.setattr(protocols, "list_force", lambda: (elsewhere, shipped, own))
    before = FIRST_ON - timedelta(days=1)
    assert (rules.get_rules(on=before).code, rules.get_rules(on=FIRST_ON).code) == (shipped.code, "own")
    began = [
        rules.find_hours(on=on, shift="day")[0].astimezone(ports.find_zone()).hour
        for on in (before, FIRST_ON)
    ]
    assert began == [8, 7]
    modules = protocols.list_training()[0]
    later = replace(modules, code="later", from_on=FIRST_ON)
    monkeypatch.setattr(protocols, "list_training", lambda: (modules, later))
    assert rules.get_training(on=before).code == modules.code
    assert rules.get_training(on=FIRST_ON).code == "later"
    models.Port.objects.update(jurisdiction="FR")
    rules._recall_place.cache_clear()
    assert rules.get_rules(on=FIRST_ON).code == "elsewhere", (
        "posts are held whatever is in force: the first that is shipped"
    )
    rules._recall_place.cache_clear()


def test_nobody_on_leave_unfit_or_resting_is_called_and_the_reason_is_kept(squad):
    leave, ill, untrained = squad.of_unit(0)[1], squad.of_unit(0)[2], squad.of_unit(0)[3]
    for who, sort in ((leave, "leave"), (ill, "health")):
        away = people.Away(who.id, sort, FIRST_ON, FIRST_ON + timedelta(days=3))
        people.enter_absence(away=away, by=squad.liaisons[0].id, now=at(0))
    models.TrainingMark.objects.filter(person=untrained).update(until_on=FIRST_ON - timedelta(days=1))
    drawn = draws.make(on=FIRST_ON, by=squad.clerk.id, now=at(0))
    called = set(models.CallOut.objects.values_list("person_id", flat=True))
    assert not called & {leave.id, ill.id, untrained.id}
    assert drawn.passed_over[str(leave.id)] == "leave"
    assert drawn.passed_over[str(ill.id)] == "health"
    assert drawn.passed_over[str(untrained.id)] == "unfit"


def test_the_draw_is_fair_over_weeks_to_everybody_who_is_there(squad):
    for day in range(21):
        draws.make(on=FIRST_ON + timedelta(days=day), by=None, now=at(0, day))
    counts = Counter(models.CallOut.objects.filter(person__isnull=False).values_list("person_id", flat=True))
    by_unit_side = {}
    for one in squad.officers:
        by_unit_side.setdefault((one.unit_id, one.side), []).append(counts[one.id])
    assert max(max(some) - min(some) for some in by_unit_side.values()) <= 3


def test_two_who_are_kept_apart_are_never_called_together(squad):
    drawn = draws.make(on=FIRST_ON, by=None, now=at(0))
    called = list(models.CallOut.objects.filter(draw=drawn, person__isnull=False).order_by("person_id"))
    pair = called[0].person_id, called[1].person_id
    models.CallOut.objects.all().delete()
    models.Draw.objects.all().delete()
    people.separate(one=pair[0], other=pair[1], because="related", by=squad.clerk.id, now=at(0))
    draws.make(on=FIRST_ON, by=None, now=at(0))
    assert models.CallOut.objects.filter(person_id__in=pair).count() == 1


def test_a_day_is_drawn_once_and_never_in_the_past(squad):
    draws.make(on=FIRST_ON, by=None, now=at(0))
    with pytest.raises(Refused, match="draw_made"):
        draws.make(on=FIRST_ON, by=None, now=at(1))
    with pytest.raises(Refused, match="draw_past"):
        draws.make(on=FIRST_ON - timedelta(days=1), by=None, now=at(1))


def test_a_place_that_nobody_can_fill_is_named_with_what_would_help(squad):
    models.Vehicle.objects.filter(kind="ambulance").update(out_of_service_at=at(-1))
    people.set_quota(unit=squad.units[0].id, on=FIRST_ON, counts=(0, 2), by=squad.clerk.id)
    drawn = draws.make(on=FIRST_ON, by=None, now=at(0))
    short = {one["place"]: one for one in drawn.short}
    assert short["ambulance"]["missing"] == 2 and short["ambulance"]["able"] == 0
    officers = [one for place, one in short.items() if "/" in place]
    assert sum(one["missing"] for one in officers) == 5
    assert all(str(squad.units[0].id) in one["units"] for one in officers)


def test_what_a_draw_left_empty_is_called_for_once_a_quota_is_raised_and_never_beyond_it(squad):
    first = squad.units[0]
    people.set_quota(unit=first.id, on=FIRST_ON, counts=(0, 2), by=squad.clerk.id)
    row = draws.make(on=FIRST_ON, by=None, now=at(0))
    assert sum(one["missing"] for one in row.short) == 5
    assert calls.fill(on=FIRST_ON, by=squad.clerk.id, now=at(1)) == []
    people.set_quota(unit=first.id, on=FIRST_ON, counts=(2, 2), by=squad.clerk.id)
    found = calls.fill(on=FIRST_ON, by=squad.clerk.id, now=at(2))
    assert [one.unit_id for one in found] == [first.id] * 2
    row.refresh_from_db()
    assert sum(one["missing"] for one in row.short) == 3
    assert not {str(one.person_id) for one in found} & set(row.passed_over)
    apart = {(FIRST_ON, one.person_id) for one in models.CallOut.objects.filter(person__isnull=False)}
    assert len(apart) == 33, "nobody is called twice for one day"
    for unit in squad.units:
        people.set_quota(unit=unit.id, on=FIRST_ON, counts=(15, 2), by=squad.clerk.id)
    calls.fill(on=FIRST_ON, by=squad.clerk.id, now=at(3))
    row.refresh_from_db()
    assert row.short == [] and models.CallOut.objects.filter(person__isnull=False).count() == 36
    assert calls.fill(on=FIRST_ON, by=squad.clerk.id, now=at(4)) == []


def test_who_is_kept_apart_from_somebody_called_does_not_fill_what_stayed_empty(squad):
    people.set_quota(unit=squad.units[0].id, on=FIRST_ON, counts=(0, 2), by=squad.clerk.id)
    draws.make(on=FIRST_ON, by=None, now=at(0))
    called = models.CallOut.objects.filter(person__isnull=False).first().person_id
    for who in squad.of_unit(0):
        people.separate(one=who.id, other=called, because="related", by=squad.clerk.id, now=at(0))
    people.set_quota(unit=squad.units[0].id, on=FIRST_ON, counts=(5, 2), by=squad.clerk.id)
    assert calls.fill(on=FIRST_ON, by=squad.clerk.id, now=at(1)) == []
    models.Separation.objects.all().delete()
    found = calls.fill(on=FIRST_ON, by=squad.clerk.id, now=at(2))
    assert {one.unit_id for one in found} == {squad.units[0].id}


def test_a_vehicle_back_in_service_fills_the_place_that_stayed_empty(squad):
    models.Vehicle.objects.filter(kind="ambulance").update(out_of_service_at=at(-1))
    draws.make(on=FIRST_ON, by=None, now=at(0))
    models.Vehicle.objects.filter(kind="ambulance").update(out_of_service_at=None)
    for unit in squad.units:
        people.set_quota(unit=unit.id, on=FIRST_ON, counts=(unit.officers_daily, 4), by=squad.clerk.id)
    found = calls.fill(on=FIRST_ON, by=squad.clerk.id, now=at(1))
    assert {one.place for one in found} >= {"ambulance"} and models.Draw.objects.get().short == []


def test_who_declines_is_replaced_from_the_reserve_and_the_reserve_by_whose_turn_is_next(squad):
    draws.make(on=FIRST_ON, by=None, now=at(0))
    standing_by = models.CallOut.objects.filter(place="day/reserve").values("person_id")
    models.Person.objects.filter(id__in=standing_by).update(side="international")  # as the escort's post asks
    call = models.CallOut.objects.filter(place="day/escort").first()
    calls.answer(call=call.id, said="declined", because="fever", by=call.person_id, now=at(1))
    (instead,) = calls.fill(on=FIRST_ON, by=squad.clerk.id, now=at(2))
    assert (instead.place, instead.instead_of_id) == ("day/escort", call.id)
    assert models.CallOut.objects.filter(place="day/reserve", state="called").count() == 1
    reserve = models.CallOut.objects.get(place="day/reserve")
    calls.miss(call=reserve.id, by=squad.clerk.id, now=at(9))
    (fresh,) = calls.fill(on=FIRST_ON, by=squad.clerk.id, now=at(9))
    assert fresh.place == "day/reserve"
    assert calls.fill(on=FIRST_ON, by=squad.clerk.id, now=at(9)) == []


def test_a_liaison_speaks_for_their_own_unit_only(squad):
    draws.make(on=FIRST_ON, by=None, now=at(0))
    call = models.CallOut.objects.filter(unit=squad.units[0], person__isnull=False).first()
    with pytest.raises(Refused, match="unit_not_yours"):
        calls.answer(call=call.id, said="confirmed", by=squad.liaisons[1].id, now=at(1))
    calls.answer(call=call.id, said="confirmed", by=squad.liaisons[0].id, now=at(1))
    assert calls.confirm_unit(unit=squad.units[0].id, on=FIRST_ON, by=squad.liaisons[0].id, now=at(1)) == 6
    with pytest.raises(Refused, match="unit_not_yours"):
        away = people.Away(squad.of_unit(2)[0].id, "leave", FIRST_ON)
        people.enter_absence(away=away, by=squad.liaisons[0].id, now=at(1))


def test_deployments_are_counted_from_who_came(squad):
    who = squad.of_unit(0)[0]
    force.deploy(duty=force.Duty(who.id, FIRST_ON, at(8), at(20), "A", "day", "escort"))
    assert attendance.tap_badge(badge=who.username, by=squad.liaisons[0].id, now=at(7.8)).in_at == at(7.8)
    assert force.count_shifts(person=who.id, before=at(19)) == 2
    assert attendance.tap(person=who.id, by=who.id, now=at(20.1)).out_at == at(20.1)
    assert force.count_shifts(person=who.id, before=at(21)) == 3
    with pytest.raises(Refused, match="deployment_unknown"):
        attendance.tap(person=who.id, by=who.id, now=at(21))
    with pytest.raises(Refused, match="badge_unknown"):
        attendance.tap_badge(badge="nobody", by=squad.clerk.id, now=at(21))


@pytest.mark.parametrize("taps_out", [True, False], ids=["who taps out", "who only ever taps in"])
def test_the_guard_of_new_zealand_is_not_called_not_rostered_and_not_let_to_a_post_until_he_is_tested(
    squad, taps_out
):
    """Seven shifts without a sample: every day's draw is made the day before, and passes over him all the same."""
    guard = squad.of_unit(0)[0]
    for day in range(-8, -1):
        force.deploy(duty=force.Duty(guard.id, FIRST_ON + timedelta(days=day), at(8, day), at(20, day)))
        force.attend(person=guard.id, on=FIRST_ON + timedelta(days=day), going="in", now=at(8, day))
        if taps_out:
            force.attend(person=guard.id, on=FIRST_ON + timedelta(days=day), going="out", now=at(20, day))
        health.report(told=health.Report(guard.id, well=True), by=guard.id, now=at(7.5, day))
        assert attendance.close_forgotten(now=at(26, day)) == 0, "until then they may still tap out"
        assert attendance.close_forgotten(now=at(26.1, day)) == (0 if taps_out else 1)
        register.tick(now=at(26.1, day))  # the register hears of each, also hours after the shift
    register.tick(now=at(0))
    tomorrow = FIRST_ON + timedelta(days=1)
    assert draws.make(on=tomorrow, by=None, now=at(0)).passed_over[str(guard.id)] == "overdue"
    posed = pose.pose(first_on=tomorrow, days=1, now=at(0)).problem
    assert any(one.is_on(on=tomorrow) for one in posed.people[str(guard.id)].absences)
    # The roster in force says that he commands today. Nobody counts on him, and he cannot tap in.
    force.deploy(duty=force.Duty(guard.id, FIRST_ON, at(8), at(20), "A", "day", "command"))
    (alone,) = [one for one in watch.list_alarms(now=at(7)) if one.post == "command" and one.shift == "day"]
    assert [one.state for one in alone.holders] == ["barred"] and alone.sure == 0
    with pytest.raises(Refused, match="post_barred"):
        attendance.tap(person=guard.id, by=guard.id, now=at(7.8))
    health.take_sample(swab=health.Swab(guard.id, "T-1"), by=squad.clerk.id, now=at(7.9))
    assert attendance.tap(person=guard.id, by=guard.id, now=at(8)).in_at == at(8)
    register.tick(now=at(8))
    assert "command" not in {one.post for one in watch.list_alarms(now=at(8)) if one.shift == "day"}


def test_who_is_exposed_at_their_post_does_not_hold_it_any_more_and_a_shift_of_nobody_alarms(squad):
    who = squad.of_unit(0)[0]
    assert watch.list_alarms(now=at(7)) == []  # a port that deploys nobody keeps no posts here
    force.deploy(duty=force.Duty(who.id, FIRST_ON, at(8), at(20), "A", "day", "command"))
    attendance.tap(person=who.id, by=who.id, now=at(8))
    assert "command" not in {one.post for one in watch.list_alarms(now=at(9))}
    health.expose(person=who.id, because="breach", by=squad.clerk.id, now=at(10))
    assert "command" in {one.post for one in watch.list_alarms(now=at(10))}
    nobody = {one.post for one in watch.list_alarms(now=at(18.5)) if one.shift == "night"}
    assert nobody == set(rules.get_rules().posts) - {"reserve"}, "no post is empty in silence"


def man(squad, on, shift="day"):
    """Somebody for every post of a shift that may never be empty, put there and not come yet."""
    posts = [name for name, post in rules.get_rules(on=on).posts.items() for _ in range(post.least or 0)]
    there = [*squad.of_unit(0), *squad.of_unit(1)][: len(posts)]
    hours = rules.find_hours(on=on, shift=shift)
    for who, post in zip(there, posts, strict=True):
        force.deploy(duty=force.Duty(who.id, on, *hours, "A", shift, post))
    return there


def test_who_comes_early_holds_the_post_and_a_shift_that_is_over_owes_nobody_any_more(squad):
    for who in man(squad, FIRST_ON):
        attendance.tap(person=who.id, by=who.id, now=at(7.5))
    assert owed_posts(at(8.5)) == set()
    later = FIRST_ON + timedelta(days=1)
    man(squad, later)
    register.tick(now=at(9, 1))
    owed = models.Owed.objects.filter(code="posts_held", subject_id=f"{later}/day")
    assert owed.get().overdue_at <= at(9, 1)
    register.tick(now=at(20, 1))
    assert not owed.exists()
    account = register.account_of(kind=Kind.SHIFT, subject=f"{later}/day", now=at(20, 1))
    assert {one.code: one.state.value for one in account.duties}["posts_held"] == "missed"


def test_what_is_known_of_shifts_and_of_who_worked_is_asked_at_once_however_many_there_are(squad):
    def asked(days):
        shifts = [(Kind.SHIFT, f"{FIRST_ON + timedelta(days=one)}/day") for one in range(days)]
        rules.get_rules()  # what a process remembers of the port, and for a second of its clock
        with CaptureQueriesContext(connection) as made:
            register.gather([*shifts, *((Kind.STAFF, str(who.id)) for who in squad.of_unit(0)[:days])])
        return len(made)

    for day in range(5):
        for who in man(squad, FIRST_ON + timedelta(days=day)):
            force.attend(person=who.id, on=FIRST_ON + timedelta(days=day), going="in", now=at(8, day))
    assert asked(5) == asked(1)


def test_a_night_guard_found_exposed_after_midnight_holds_their_post_no_more(squad):
    def held_at():
        return watch.find_courses(shifts=[(FIRST_ON, "night")])[FIRST_ON, "night"].held_at

    there = man(squad, FIRST_ON, "night")
    for who in there:
        attendance.tap(person=who.id, by=who.id, now=at(19.9))
    assert held_at() == at(19.9) and watch.list_alarms(now=at(26)) == []
    post = models.Deployment.objects.get(person=there[0], on=FIRST_ON).post
    health.expose(person=there[0].id, because="breach", by=squad.clerk.id, now=at(26))
    assert [(one.shift, one.post) for one in watch.list_alarms(now=at(26.1))] == [("night", post)]
    assert held_at() is None


def test_work_from_before_shifts_were_kept_here_counts_as_experience_and_no_shift_owes_for_it(squad):
    who = squad.of_unit(0)[0]
    before = FIRST_ON - timedelta(days=1)
    known = force.count_shifts(person=who.id, before=at(7))
    models.Deployment.objects.create(
        person=who, unit_id=who.unit_id, on=before, starts_at=at(8, -1), ends_at=at(20, -1),
        in_at=at(8, -1), out_at=at(20, -1),
    )  # fmt: skip
    register.tick(now=at(7))
    assert not models.Account.objects.filter(
        subject_kind="shift", subject_id__startswith=str(before)
    ).exists()
    assert watch.list_alarms(now=at(7)) == []
    assert force.count_shifts(person=who.id, before=at(7)) == known + 1


def owed_posts(now):
    register.tick(now=now)
    return {
        (row.subject_id, row.overdue_at <= now)
        for row in models.Owed.objects.filter(
            code="posts_held", opens_at__lte=now, subject_id__startswith=str(FIRST_ON)
        )
    }


def test_a_post_is_held_by_who_came_and_not_by_a_word_nor_by_who_was_taken_off_it(squad):
    people_there = man(squad, FIRST_ON)
    day = f"{FIRST_ON}/day"
    assert owed_posts(at(8.1)) == {(day, False)}  # by the roster they are coming: that holds nothing yet
    assert owed_posts(at(8.3)) == {(day, True)}
    for who in people_there:
        attendance.tap(person=who.id, by=who.id, now=at(8.4))
    assert owed_posts(at(8.5)) == set()
    health.expose(person=people_there[0].id, because="breach", by=squad.clerk.id, now=at(10))
    assert owed_posts(at(10)) == {(day, True)}
    other = squad.of_unit(1)[0]
    force.deploy(duty=force.Duty(other.id, FIRST_ON, at(8), at(20), "A", "day", "command"))
    attendance.tap(person=other.id, by=other.id, now=at(10.5))
    assert owed_posts(at(10.6)) == set()


def test_a_shift_that_nobody_is_put_to_is_owed_too(squad):
    who = squad.of_unit(0)[0]
    force.deploy(duty=force.Duty(who.id, FIRST_ON, at(8), at(20), "A", "day", "command"))
    night = f"{FIRST_ON}/night"
    assert (night, False) in owed_posts(at(20.1))
    assert (night, True) in owed_posts(at(20.5))
