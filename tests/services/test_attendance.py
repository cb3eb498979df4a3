"""Taps through the services: read twice, taken back, never made; what was said wrongly of a call, a pair, a mark is put right."""

from datetime import timedelta

import pytest

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.services import force, health, register
from pratique.services.force import attendance, calls, draws, people, risk, training
from pratique.store import models

from .squad import FIRST_ON, ZONE, Squad, at

MINUTE = 1 / 60


@pytest.fixture
def squad(db):
    return Squad(shifts=0)


def put(squad, day=0, who=None):
    """An officer with a day shift, who reported well that morning."""
    who = who or squad.of_unit(0)[0]
    health.report(told=health.Report(who.id, well=True), by=who.id, now=at(7, day))
    return force.deploy(
        duty=force.Duty(who.id, FIRST_ON + timedelta(days=day), at(8, day), at(20, day), "A", "day", "escort")
    )


def tap(shift, now):
    return attendance.tap(person=shift.person_id, by=shift.person_id, now=now)


def count_worked(shift, now):
    register.tick(now=now)
    _, records, _ = register.gather([(Kind.STAFF, str(shift.person_id))])
    return sum(one.record == "shift_worked" for one in records)


def test_a_badge_read_twice_changes_nothing_whether_they_come_or_go(squad):
    shift = put(squad)
    tap(shift, at(8))
    with pytest.raises(Refused, match="tap_twice"):
        tap(shift, at(8 + MINUTE))
    assert tap(shift, at(20)).out_at == at(20)
    put(squad, 1)
    models.Deployment.objects.filter(on=FIRST_ON + timedelta(days=1)).update(starts_at=at(21))
    with pytest.raises(Refused, match="tap_twice"):
        tap(shift, at(20 + MINUTE))
    assert tap(shift, at(20.1)).on == FIRST_ON + timedelta(days=1), "later it is the next shift's coming"


def test_a_leaving_taken_back_has_them_here_again_and_a_coming_taken_back_has_them_not_come(squad):
    shift = put(squad)
    liaison = squad.liaisons[0].id
    tap(shift, at(8))
    tap(shift, at(9))
    assert count_worked(shift, at(9.1)) == 1
    with pytest.raises(Refused, match="reason_missing"):
        attendance.take_back(shift=shift.id, because=" ", by=liaison, now=at(9.2))
    back = attendance.take_back(shift=shift.id, because="a colleague's badge", by=liaison, now=at(9.2))
    assert (back.in_at, back.out_at) == (at(8), None)
    assert count_worked(shift, at(13)) == 0, "worked out anew, hours after the tap itself"
    back = attendance.take_back(shift=shift.id, because="never came", by=liaison, now=at(13.1))
    assert (back.in_at, back.out_at) == (None, None)
    with pytest.raises(Refused, match="tap_none"):
        attendance.take_back(shift=shift.id, because="again", by=liaison, now=at(13.2))
    told = models.Evidence.objects.filter(code="tap_undone", about=str(shift.id)).order_by("happened_at")
    assert [(one.attributes["going"], one.attributes["because"], one.by_id) for one in told] == [
        ("out", "a colleague's badge", liaison),
        ("in", "never came", liaison),
    ]


def test_nobody_makes_a_shift_they_worked_disappear_and_nobody_but_who_speaks_for_them_does_it_for_them(
    squad,
):
    shift = put(squad)
    colleague = squad.of_unit(0)[1]
    tap(shift, at(8))
    for who in (colleague.id, squad.liaisons[1].id):
        with pytest.raises(Refused, match="unit_not_yours"):
            attendance.take_back(shift=shift.id, because="a favour", by=who, now=at(8.1))
    assert attendance.find_undoable(person=shift.person_id, by=shift.person_id, now=at(8.4)) == shift
    assert attendance.find_undoable(person=shift.person_id, by=shift.person_id, now=at(8.6)) is None
    with pytest.raises(Refused, match="tap_settled"):
        attendance.take_back(shift=shift.id, because="no test", by=shift.person_id, now=at(8.6))
    with pytest.raises(Refused, match="tap_settled"):
        attendance.take_back(shift=shift.id, because="late", by=squad.liaisons[0].id, now=at(20.1, 3))
    assert models.Deployment.objects.get(id=shift.id).in_at == at(8)


def test_a_shift_nobody_tapped_out_of_is_closed_and_shown_and_can_still_turn_out_never_to_have_been_worked(
    squad,
):
    shift = put(squad)
    tap(shift, at(8))
    assert attendance.close_forgotten(now=at(27)) == 1
    assert attendance.close_forgotten(now=at(27)) == 0
    assert models.Deployment.objects.get(id=shift.id).out_at == at(20)
    assert attendance.list_closed(now=at(27), unit=squad.units[0].id) == [shift]
    assert attendance.list_closed(now=at(27), unit=squad.units[1].id) == []
    assert count_worked(shift, at(27)) == 1
    row = models.Evidence.objects.get(code="shift_closed")
    with pytest.raises(Refused, match="put_right_elsewhere"):
        health.take_back(evidence=row.id, because="?", by=squad.clerk.id, now=at(27.5))
    back = attendance.take_back(shift=shift.id, because="another's badge", by=squad.clerk.id, now=at(28))
    assert (back.in_at, back.out_at) == (None, None)
    assert attendance.list_closed(now=at(28)) == []
    assert count_worked(shift, at(28)) == 0


def test_the_cadence_of_tests_follows_the_posts_worked_and_ends_with_the_work_or_leave_but_not_by_leave_entered_afterwards(
    squad,
):
    who = squad.of_unit(0)[0].id

    def told():
        return [
            (day.astimezone(ZONE).day - FIRST_ON.day, grade)
            for _, day, grade in risk.list_changes(people=[str(who)])
        ]

    def work(day, post):
        shift = put(squad, day)
        models.Deployment.objects.filter(id=shift.id).update(post=post, in_at=at(8, day), out_at=at(20, day))

    assert told() == []
    work(0, "reserve")
    assert told() == [(0, "other"), (8, "none")], "seven days without a shift"
    work(2, "escort")
    assert told() == [(0, "other"), (2, "high"), (10, "none")]
    for first, entered in ((3, 5), (1, 9)):
        away = people.Away(who, "leave", FIRST_ON + timedelta(days=first), FIRST_ON + timedelta(days=12))
        leave = people.enter_absence(away=away, by=squad.clerk.id, now=at(9, entered))
        assert told()[-1] == (5, "none"), "from the day it was entered"
    people.cancel_absence(absence=leave.id, by=squad.clerk.id, now=at(9, 9))
    work(10, "nobody knows")
    assert told()[2:4] == [(5, "none"), (10, "high")], "back at work it begins anew"
    assert risk.find_risk(person=who, at=at(12, 4)) == "high"
    assert risk.find_risk(person=who, at=at(12, 6)) == "none"


def test_two_shifts_are_not_finished_by_four_taps(squad):
    first, second = put(squad), put(squad, 1)
    who = first.person_id
    tap(first, at(8))
    tap(first, at(8.1))
    assert force.count_shifts(person=who, before=at(9)) == 0
    assert force.count_shifts(person=who, before=at(20)) == 1, "its time is over"
    tap(second, at(8, 1))
    tap(second, at(19.1, 1))
    assert force.count_shifts(person=who, before=at(19.2, 1)) == 2, "gone in the last hour: relieved"
    assert force.count_finished(people=[who, squad.clerk.id], before=at(19, 1)) == {who: 1}


def test_who_came_is_not_noted_as_absent_until_the_tap_is_taken_back_and_then_waits_for_an_answer(squad):
    draws.make(on=FIRST_ON, by=None, now=at(0))
    call = models.CallOut.objects.filter(place="day/escort").first()
    shift = put(squad, who=call.person)
    speaker = models.Person.objects.get(role="liaison", unit=call.unit)
    tap(shift, at(8))
    with pytest.raises(Refused, match="absence_of_who_came"):
        calls.miss(call=call.id, by=speaker.id, now=at(8.2))
    attendance.take_back(shift=shift.id, because="another's badge", by=speaker.id, now=at(8.3))
    call.refresh_from_db()
    assert call.state == "called", "nothing but that tap had confirmed it"
    assert calls.miss(call=call.id, by=speaker.id, now=at(8.4)).state == "no_show"


def test_a_call_declined_or_noted_as_absent_stands_again_until_the_shift_is_over(squad):
    draws.make(on=FIRST_ON, by=None, now=at(0, -1))
    call = models.CallOut.objects.filter(place="day/escort").first()
    speaker, me = models.Person.objects.get(role="liaison", unit=call.unit), call.person_id
    shift = put(squad, who=call.person)
    with pytest.raises(Refused, match="absence_early"):
        calls.miss(call=call.id, by=speaker.id, now=at(20, -1))
    with pytest.raises(Refused, match="call_stands"):
        calls.restore(call=call.id, by=speaker.id, now=at(20, -1))
    calls.answer(call=call.id, said="declined", because="fever", by=me, now=at(1))
    assert calls.restore(call=call.id, by=me, now=at(2)).state == "called"
    calls.miss(call=call.id, by=speaker.id, now=at(9))
    with pytest.raises(Refused, match="unit_not_yours"):
        calls.restore(call=call.id, by=me, now=at(9.1))
    calls.restore(call=call.id, by=speaker.id, now=at(9.1))
    assert models.Deployment.objects.get(id=shift.id).absent_at is None
    calls.miss(call=call.id, by=speaker.id, now=at(10))
    with pytest.raises(Refused, match="call_over"):
        calls.restore(call=call.id, by=speaker.id, now=at(20))
    colleague = models.Person.objects.filter(role="staff", unit=call.unit).exclude(id=me).first()
    other = (
        models.CallOut.objects.filter(unit=call.unit, person__isnull=False).exclude(person=colleague).last()
    )
    with pytest.raises(Refused, match="unit_not_yours"):
        calls.answer(call=other.id, said="declined", because="a joke", by=colleague.id, now=at(10))


def test_two_are_kept_apart_no_longer_once_somebody_says_why(squad):
    one, other = squad.of_unit(0)[0], squad.of_unit(1)[0]
    row = people.separate(one=one.id, other=other.id, because="quarrel", by=squad.clerk.id, now=at(0))
    for by, because, code in (
        (squad.liaisons[2].id, "made up", "unit_not_yours"),
        (squad.liaisons[0].id, "", "reason_missing"),
    ):
        with pytest.raises(Refused, match=code):
            people.end_separation(separation=row.id, because=because, by=by, now=at(1))
    people.end_separation(separation=row.id, because="made up", by=squad.liaisons[1].id, now=at(1))
    assert people.list_separations() == []
    told = models.Evidence.objects.filter(code="apart_ended", about=str(row.id))
    assert {(one.subject_id, one.attributes["because"]) for one in told} == {
        (str(one.id), "made up"),
        (str(other.id), "made up"),
    }
    with pytest.raises(Refused, match="separation_unknown"):
        people.end_separation(separation=row.id, because="again", by=squad.clerk.id, now=at(2))
    people.separate(one=one.id, other=other.id, because="again", by=squad.clerk.id, now=at(3))


def test_who_was_ticked_wrongly_at_a_session_has_not_the_training_and_what_a_test_gave_stays(squad):
    there, ticked = squad.of_unit(0)[:2]
    lesson = training.Lesson("first-aid", at(9), {there.id: True, ticked.id: True})
    training.hold(lesson=lesson, by=squad.clerk.id, now=at(10))
    mark = models.TrainingMark.objects.get(person=ticked, module="first-aid")
    with pytest.raises(Refused, match="reason_missing"):
        training.take_back(mark=mark.id, because="", by=squad.liaisons[0].id, now=at(11))
    training.take_back(mark=mark.id, because="of another unit's list", by=squad.liaisons[0].id, now=at(11))
    found = training.list_standings(people_ids=[there.id, ticked.id], on=FIRST_ON)
    state = {who: next(one.state for one in some if one.module == "first-aid") for who, some in found.items()}
    assert state == {there.id: "valid", ticked.id: "never"}
    evidence = models.Evidence.objects.get(code="training", subject_id=str(ticked.id), happened_at=at(9))
    assert models.Withdrawal.objects.get(evidence_id=evidence.id).because == "of another unit's list"
    tested = models.TrainingMark.objects.filter(person=there, session=None).first()
    with pytest.raises(Refused, match="mark_unknown"):
        training.take_back(mark=tested.id, because="?", by=squad.clerk.id, now=at(11))
