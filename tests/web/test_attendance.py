"""Pages on which a tap, a call, a pair or a mark that was wrong is put right."""

from datetime import timedelta

import pytest
from django.urls import reverse

from pratique.core.duties.vocabulary import Kind
from pratique.services import clock, force, register, transport
from pratique.services.force import attendance, draws, people, training
from pratique.store import models
from pratique.store.ids import make_id
from services.port import man
from services.squad import FIRST_ON, Squad, at

from .test_force import show, sign_in


@pytest.fixture
def squad(db):
    found = Squad(officers_each=9)
    clock.set_clock(at=at(8), speed=0)
    return found


def put(who):
    return force.deploy(duty=force.Duty(who.id, FIRST_ON, at(8), at(20), "A", "day", "escort"))


@pytest.mark.parametrize(("language", "word"), [("en", "Take the tap back"), ("zh-hans", "撤回签到")])
def test_the_liaison_takes_a_wrong_tap_back_and_an_officer_their_own(squad, language, word):
    me = squad.of_unit(0)[0]
    shift = put(me)
    mine, speaker = sign_in(me, language), sign_in(squad.liaisons[0], language)
    undo = reverse("tap-undo", args=[shift.id])
    mine.post(reverse("duty-tap"))
    assert undo in show(mine, "duty")
    mine.post(undo, {"because": "not yet there", "back": "/duty/"})
    assert undo not in show(mine, "duty")
    speaker.post(reverse("attend"), {"badge": me.username, "back": "/"})
    twice = speaker.post(reverse("attend"), {"badge": me.username, "back": "/unit/"}, follow=True)
    assert ("a badge read twice" if language == "en" else "重复刷卡") in twice.content.decode()
    page = show(speaker, "unit", squad.units[0].id)
    assert word in page and undo in page
    speaker.post(undo, {"because": "another's badge", "back": "/"})
    assert models.Deployment.objects.get(id=shift.id).in_at is None
    assert sign_in(squad.liaisons[1]).post(undo, {"because": "x"}).status_code == 409
    # A row that names no shift has no sheet to link to, and the pages stand.
    models.Deployment.objects.filter(id=shift.id).update(shift="")
    assert f"/force/days/{FIRST_ON}/" not in show(mine, "duty")
    assert "post sheet" not in show(sign_in(squad.clerk), "day-sheet", FIRST_ON.isoformat())


def test_an_officer_drawn_as_escort_taps_in_and_reports_a_trip_under_their_own_name_and_taps_out_and_may_no_more(
    squad,
):
    me, vehicle = squad.of_unit(0)[0], models.Vehicle.objects.create(plate="YA-001", kind="coach", seats=20)
    put(me)
    hotel = models.Custodian.objects.create(id=make_id(), code="hotel", kind="facility", name_en="Hotel")
    order = transport.Order(vehicle.id, hotel.id, at(8), 60)
    trip = transport.plan_trip(order=order, code="trip:t").id
    man(trip)
    mine, page = sign_in(me), f"/trips/{trip}/"
    refused = mine.get(page)
    assert refused.status_code == 403 and 'href="/duty/"' in refused.content.decode()
    assert "/trips/" not in show(mine, "duty")
    mine.post(reverse("duty-tap"))
    said = show(mine, "duty")
    assert "Staff, at their post" in said and all(f'href="{href}"' in said for href in ("/scan/", "/trips/"))
    mine.post(f"{page}report/", {"step": "departed", "back": page})
    assert models.TripEvent.objects.get(step="departed").by_id == me.pk
    clock.set_clock(at=at(9), speed=0)
    mine.post(reverse("duty-tap"))
    clock.set_clock(at=at(9.6), speed=0)
    assert mine.get(page).status_code == 403


@pytest.mark.parametrize(("language", "word"), [("en", "never tapped out"), ("zh-hans", "未签离岗")])
def test_a_shift_that_the_software_closed_stands_on_the_unit_s_page_and_on_the_desk(squad, language, word):
    force.attend(person=put(squad.of_unit(0)[0]).person_id, on=FIRST_ON, going="in", now=at(8))
    clock.set_clock(at=at(27), speed=0)
    clerk = sign_in(squad.clerk, language)
    assert word not in show(clerk, "force")
    attendance.close_forgotten(now=at(27))
    assert word in show(clerk, "force")
    assert word in show(sign_in(squad.liaisons[0], language), "unit", squad.units[0].id)
    assert word not in show(sign_in(squad.liaisons[1], language), "unit", squad.units[1].id)


def test_a_shift_that_no_tap_tells_of_is_a_problem_until_who_speaks_for_the_unit_says_whether_it_was_worked(
    squad,
):
    shift = put(squad.of_unit(0)[0])
    unit, word, where = (
        squad.units[0].id,
        "Nobody said whether they came",
        reverse("shift-settle", args=[shift.id]),
    )
    speaker, clerk = sign_in(squad.liaisons[0]), sign_in(squad.clerk)
    assert speaker.post(where, {"came": "yes"}).status_code == 409, "it is not over"
    clock.set_clock(at=at(60), speed=0)
    assert word in show(clerk, "force") and where in show(speaker, "unit", unit)
    assert word not in show(sign_in(squad.liaisons[1]), "unit", squad.units[1].id)
    assert sign_in(squad.liaisons[1]).post(where, {"came": "yes"}).status_code == 409
    for came, times in (("no", (None, None)), ("yes", (at(8), at(20)))):
        speaker.post(where, {"came": came, "back": "/"})
        row = models.Deployment.objects.get(id=shift.id)
        assert (row.in_at, row.out_at, row.absent_at is None) == (*times, came == "yes")
        assert word not in show(clerk, "force") and where in show(speaker, "unit", unit)
    told = models.Evidence.objects.filter(code="shift_settled").order_by("seq")
    assert [(one.attributes["came"], one.by_id) for one in told] == [
        (n, squad.liaisons[0].id) for n in (False, True)
    ]
    _, records, _ = register.gather([(Kind.STAFF, str(shift.person_id))])
    assert sum(one.record == "shift_worked" for one in records) == 3, "with the two of long ago"
    clock.set_clock(at=at(60, 3.1), speed=0)
    assert speaker.post(where, {"came": "no"}).status_code == 409, "after three days it stands"


def test_a_declined_call_is_restored_where_it_is_shown_and_nobody_is_absent_before_the_day(squad):
    tomorrow = FIRST_ON + timedelta(days=1)
    draws.make(on=tomorrow, by=None, now=at(8))
    call = models.CallOut.objects.filter(place="day/escort").first()
    speaker, me = sign_in(models.Person.objects.get(role="liaison", unit=call.unit)), sign_in(call.person)
    where, restore = reverse("unit", args=[call.unit_id]), reverse("call-restore", args=[call.id])
    page = speaker.get(where, {"on": tomorrow}).text
    assert "Cannot come" in page and "Did not come" not in page
    me.post(reverse("call-answer", args=[call.id]), {"said": "declined", "because": "ill", "back": "/"})
    assert restore in speaker.get(where, {"on": tomorrow}).text
    assert "I can come after all" in show(me, "duty")
    me.post(restore, {"back": "/"})
    assert "I will be there" in show(me, "duty") and "I can come after all" not in show(me, "duty")


def test_a_pair_and_a_mark_are_taken_back_where_they_were_made(squad):
    one, other = squad.of_unit(0)[:2]
    pair = people.separate(one=one.id, other=other.id, because="quarrel", by=squad.clerk.id, now=at(1))
    end = reverse("separation-end", args=[pair.id])
    speaker = sign_in(squad.liaisons[0])
    assert end in show(speaker, "unit", squad.units[0].id)
    speaker.post(end, {"because": "made up", "back": "/"})
    assert end not in show(speaker, "unit", squad.units[0].id)
    theirs = squad.of_unit(1)[0]
    lesson = training.Lesson("first-aid", at(7), {one.id: True, theirs.id: True})
    training.hold(lesson=lesson, by=squad.clerk.id, now=at(7))
    marks = {row.person_id: row for row in models.TrainingMark.objects.filter(module="first-aid")}
    undo = {who: reverse("training-undo", args=[marks[who].id]) for who in marks}
    page = show(speaker, "training")
    assert undo[one.id] in page and undo[theirs.id] not in page, "a liaison sees their own unit's"
    assert speaker.post(undo[theirs.id], {"because": "x"}).status_code == 409
    speaker.post(undo[one.id], {"because": "wrong list", "back": "/"})
    assert undo[one.id] not in show(speaker, "training")
