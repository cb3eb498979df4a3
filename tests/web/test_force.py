"""Pages of the force: a day drawn and answered, a shift swapped, a test taken, a calendar read, a shift handed over by two."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from pratique.services import clock, force, health
from pratique.services.force import calendar, draws, edit, people, rosters, rules, watch
from pratique.store import models
from pratique.web.force import gantt, labels
from services.squad import FIRST_ON, Squad, at

from .airport import BACKEND

PAGES = ("force", "draw", "training", "model-posts", "shift-handovers")


@pytest.fixture
def squad(db):
    found = Squad(officers_each=9)
    clock.set_clock(at=at(7), speed=0)
    return found


def sign_in(person: models.Person, language: str = "en") -> Client:
    client = Client()
    client.cookies["django_language"] = language
    client.force_login(person, backend=BACKEND)
    return client


def show(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200, (name, answer.status_code)
    return unescape(answer.content.decode())


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_desk_page_stands_before_anything_is_drawn(squad, language):
    client = sign_in(squad.clerk, language)
    for name in PAGES:
        text = show(client, name)
        assert ("抽调" in text) or language == "en" or name not in ("force", "draw")


def test_the_clerk_draws_and_everybody_sees_why(squad):
    client = sign_in(squad.clerk)
    client.post(reverse("draw-make"), {"on": FIRST_ON})
    text = unescape(client.get(reverse("draw"), {"on": FIRST_ON}).content.decode())
    assert "others' turn came first" in text and "their crew rests" in text
    assert models.CallOut.objects.count() > 30


def test_a_liaison_confirms_and_somebody_missing_is_replaced(squad):
    draws.make(on=FIRST_ON, by=None, now=at(0))
    call = models.CallOut.objects.filter(place="day/escort").first()
    unit, other = call.unit, models.Unit.objects.exclude(id=call.unit_id).first()
    client = sign_in(models.Person.objects.get(role="liaison", unit=unit))
    assert client.get(reverse("unit", args=[other.id])).status_code == 409
    client.post(reverse("unit-confirm", args=[unit.id]), {"on": FIRST_ON, "back": "/"})
    assert not models.CallOut.objects.filter(unit=unit, on=FIRST_ON, state="called").exists()
    client.post(reverse("call-miss", args=[call.id]), {"back": "/"})
    assert models.CallOut.objects.get(instead_of=call).place == "day/escort"
    assert "is missing" in show(client, "unit", unit.id)


def test_an_officer_answers_asks_for_a_swap_and_taps_in(squad):
    me, other = squad.of_unit(0)[0], squad.of_unit(1)[3]
    force.deploy(duty=force.Duty(me.id, FIRST_ON, at(8), at(20), "A", "day", "escort"))
    mine = sign_in(me)
    assert "What I answer for" in show(mine, "duty")
    asked = {"taker": other.id, "on": FIRST_ON, "id": "0190b6f0-0000-7000-8000-000000000001"}
    mine.post(reverse("swap-ask"), asked)
    mine.post(reverse("swap-ask"), asked)
    swap = models.Swap.objects.get()
    theirs = sign_in(other)
    assert "asks you to take" in show(theirs, "duty")
    theirs.post(reverse("swap-answer", args=[swap.id]), {"said": "agreed"})
    assert models.Deployment.objects.get(on=FIRST_ON, person=other).post == "escort"
    theirs.post(reverse("duty-tap"))
    assert models.Deployment.objects.get(on=FIRST_ON, person=other).in_at == at(7)


def test_whoever_may_not_take_up_a_post_reads_what_is_wanting_instead_of_the_button(squad):
    me = squad.of_unit(0)[0]
    force.deploy(duty=force.Duty(me.id, FIRST_ON, at(8), at(20), "A", "day", "escort"))
    client = sign_in(me)
    assert "I am here" in show(client, "duty")
    health.expose(person=me.id, because="breach", by=squad.clerk.id, now=at(6))
    page = show(client, "duty")
    assert "You cannot take up a post yet" in page
    assert "I am here" not in page


def test_a_calendar_is_read_by_its_secret_alone_and_no_more_once_revoked(squad):
    me = squad.of_unit(0)[0]
    force.deploy(duty=force.Duty(me.id, FIRST_ON, at(8), at(20), "A", "day", "escort"))
    client = sign_in(me)
    page = unescape(client.post(reverse("calendar-issue")).content.decode())
    path = re.search(r"https?://[^/]+(/calendar/[^<]+\.ics)", page)[1]
    answer = Client().get(path)
    lines = answer.content.decode().split("\r\n")
    assert answer["Content-Type"].startswith("text/calendar")
    assert {"BEGIN:VCALENDAR", "DTSTART:20200406T000000Z", "DTEND:20200406T120000Z"} <= set(lines)
    assert all(len(line.encode()) <= 75 for line in lines)
    client.post(reverse("calendar-revoke"))
    assert Client().get(path).status_code == 404


def test_a_shift_moved_by_a_new_roster_is_the_same_event_in_a_calendar(squad):
    me = squad.of_unit(0)[0]
    force.deploy(duty=force.Duty(me.id, FIRST_ON, at(8), at(20), "A", "day", "escort"))
    token = calendar.issue(person=me.id, now=at(0))

    def read():
        lines = Client().get(reverse("duty-calendar", args=[token])).content.decode().split("\r\n")
        return [[one for one in lines if one.startswith(key)] for key in ("UID:", "DTSTART:")]

    before = read()
    edited = edit.apply(
        edit=edit.Edit(None, me.id, FIRST_ON, "night", "escort"), by=squad.clerk.id, now=at(0)
    )
    assert edited.roster is not None, edited.breaches
    rosters.adopt(roster=edited.roster.id, by=squad.clerk.id, now=at(0))
    after = read()
    assert len(after[0]) == 1 and after[0] == before[0]
    assert after[1] != before[1]


def test_a_test_is_passed_only_with_enough_right_answers(squad):
    me = squad.of_unit(0)[0]
    models.TrainingMark.objects.filter(person=me, module="rights").delete()
    client = sign_in(me)
    path = reverse("training-test", args=["rights"])
    assert "Not passed" in client.post(path, {"answer-0": 0, "answer-1": 0}).content.decode()
    assert "Passed: 2 of 2" in client.post(path, {"answer-0": 0, "answer-1": 1}).content.decode()
    assert models.TrainingMark.objects.filter(person=me, module="rights", passed=True).count() == 1


def test_a_session_is_written_down_once_with_who_did_not_pass(squad):
    client = sign_in(squad.clerk)
    some = squad.of_unit(0)[:3]
    told = {
        "module": "first-aid",
        "person": [one.id for one in some],
        "failed": [some[2].id],
        "id": "0190b6f0-0000-7000-8000-000000000002",
    }
    client.post(reverse("training-hold"), told)
    client.post(reverse("training-hold"), told)
    marks = models.TrainingMark.objects.filter(module="first-aid")
    assert sorted(marks.values_list("passed", flat=True)) == [False, True, True]


def test_a_shift_is_handed_over_by_two_and_a_task_becomes_an_issue(squad):
    leads = [
        models.Person.objects.create(username=f"lead{n}", role="commander", unit=squad.units[n])
        for n in (0, 1)
    ]
    clock.set_clock(at=at(19.5), speed=0)
    first, second = map(sign_in, leads)
    where = (FIRST_ON.isoformat(), "day")
    sign = reverse("shift-handover-sign", args=where)
    assert "Filled by itself" in show(first, "shift-handover", *where)
    first.post(
        reverse("shift-handover-decide", args=where), {"text": "Count masks", "owner": squad.units[2].id}
    )
    assert models.Issue.objects.get().owner == squad.units[2]
    first.post(sign, {"side": "outgoing", "said": "two open"})
    assert first.post(sign, {"side": "incoming"}).status_code == 409
    second.post(sign, {"side": "incoming"})
    row = models.ShiftHandover.objects.get()
    assert (row.outgoing, row.incoming) == (leads[0], leads[1])
    assert models.Evidence.objects.get(subject_kind="shift").attributes == {"both_signed": True}
    assert "As it stood" in show(second, "shift-handover", *where)


def test_the_desk_shows_a_proposal_adopts_it_and_says_which_post_is_empty(squad):
    draws.make(on=FIRST_ON, by=None, now=at(0))
    client = sign_in(squad.clerk)
    client.post(reverse("force-plan"), {"first": FIRST_ON, "days": 1})
    assert "Looking for a first lawful roster" in show(client, "force")
    models.Roster.objects.update(seconds=1)
    rosters.work(clock=lambda: at(7), wall=lambda: at(7))
    plan = rosters.find_proposed()
    assert "Adopt the roster" in show(client, "force")
    client.post(reverse("force-adopt", args=[plan.id]))
    text = show(client, "force")
    assert (
        "A post is empty, or about to be" in text
    )  # called, and nobody has confirmed an hour before the shift
    assert "Command 0/1" in show(client, "tower") and "Command 0/1" in show(client, "wall")
    models.CallOut.objects.update(state="confirmed")
    # Nobody could be put to this one: a hand does it.
    assert "Command 0/1" not in show(client, "wall") and "Domestic checks 0/1" in show(client, "wall")
    put = models.Deployment.objects.filter(on=FIRST_ON).values("person_id")
    stand(models.Person.objects.filter(role="staff").exclude(id__in=put).first(), "domestic")
    assert "A post is empty" not in show(client, "force")
    assert "Posts empty" not in show(client, "wall")
    assert "Day sheet" in show(client, "day-sheet", FIRST_ON.isoformat())
    assert show(client, "post-sheet", FIRST_ON.isoformat(), "day").count("Held by") == 7


def stand(who, post, shift="day", day=0):
    hours = (at(8, day), at(20, day)) if shift == "day" else (at(20, day), at(32, day))
    force.deploy(duty=force.Duty(who.id, FIRST_ON + timedelta(days=day), *hours, "A", shift, post))
    return who


def test_a_post_on_paper_names_who_holds_it_who_relieves_them_and_what_is_missing(squad):
    first, second, third = squad.of_unit(0)[:3]
    stand(first, "escort")
    stand(second, "escort", shift="night")
    stand(third, "command", shift="night")
    client = sign_in(squad.clerk)
    day = show(client, "post-sheet", FIRST_ON.isoformat(), "day")
    assert day.count("Relieved by") == 7 and "1 missing" in day
    alone = client.get(reverse("post-sheet", args=[FIRST_ON, "day"]), {"post": "escort"}).text
    assert first.name_en in alone and second.name_en in alone and third.name_en not in alone
    night = client.get(reverse("post-sheet", args=[FIRST_ON, "night"]), {"post": "escort"}).text
    assert "nobody yet" in night  # nobody is put to the day after
    assert client.get(reverse("post-sheet", args=[FIRST_ON, "day"]), {"post": "cook"}).status_code == 409


def test_a_day_on_paper_begins_with_who_leads_and_names_what_is_not_held(squad):
    stand(squad.of_unit(0)[0], "screening")
    stand(squad.of_unit(0)[1], "command")
    text = show(sign_in(squad.clerk), "day-sheet", FIRST_ON.isoformat())
    assert text.index("Command") < text.index("Information") < text.index("Screening support")
    assert "1 missing" in text and "2 missing" in text  # information; escorts


def test_the_picture_of_posts_shows_who_is_there_and_in_which_hours_fewer_than_a_flight_asks_for(squad):
    leaders = [stand(squad.of_unit(0)[0], "command"), stand(squad.of_unit(0)[1], "command", "night")]
    for who in squad.of_unit(1)[:3]:
        stand(who, "screening")
    models.Flight.objects.create(
        designator="MU1", departure="BKK", arrival="KMG", on=FIRST_ON, seats=1000, scheduled_at=at(12)
    )
    now = at(9)
    stands = watch.list_stands(now=now, until=now + timedelta(hours=24))
    chart = gantt.draw(stands=stands, now=now)
    rows = {row.post: row for row in chart.rows}
    assert [bar.text for bar in rows["command"].bars] == [labels.name_person(who) for who in leaders]
    assert rows["command"].short == ()
    (by_day, by_night) = rows["screening"].short  # in the night nobody stands there; three are wanted
    assert (by_day.starts_at, by_day.ends_at, by_day.missing) == (at(11), at(14), 3)
    assert (by_night.starts_at, by_night.missing) == (at(20), 3)
    assert "3 fewer than wanted" in show(sign_in(squad.clerk), "force")
    drawn = render_to_string("force/gantt.html", {"chart": chart})
    assert ">08:00</text>" in drawn and "<time" not in drawn  # a picture shows no other element's words
    late = gantt.draw(stands=stands, now=at(19))
    (short, *_) = {row.post: row for row in late.rows}["command"].bars
    assert (short.text, short.names) == ("1", (labels.name_person(leaders[0]),))


def test_the_week_that_hangs_on_a_wall_does_not_say_who_is_ill(squad):
    who = squad.of_unit(0)[0]
    stand(who, "escort")
    away = people.Away(person=who.pk, sort="health", from_on=FIRST_ON + timedelta(days=1), because="fever")
    people.enter_absence(away=away, by=squad.clerk.pk, now=at(0))
    text = show(sign_in(squad.clerk), "week-sheet", FIRST_ON.isoformat())
    assert "Away" in text
    assert "health" not in text.split("</thead>")[1].split("</table>")[0] and "fever" not in text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_week_on_paper_counts_shifts_nights_and_hours_of_who_came_or_will(squad, language):
    who = squad.of_unit(0)[0]
    for day, shift in ((0, "day"), (1, "night"), (3, "day"), (7, "day")):
        stand(who, "escort", shift, day)
    models.Deployment.objects.filter(on=FIRST_ON + timedelta(days=3)).update(absent_at=at(9, 3))
    text = show(sign_in(squad.clerk, language), "week-sheet", FIRST_ON.isoformat())
    sums = re.findall(r'<td class="number">(\d+)</td>', text)
    assert sums == ["2", "1", "24"]


def test_a_model_post_needs_a_reason_and_somebody_who_held_it(squad):
    commander = models.Person.objects.create(username="boss", role="commander")
    client = sign_in(commander)
    told = {"post": "reserve", "from": FIRST_ON - timedelta(days=70), "until": FIRST_ON, "because": ""}
    assert client.post(reverse("model-award"), told).status_code == 409
    client.post(reverse("model-award"), told | {"because": "Counts aloud with every traveller"})
    assert "Counts aloud" in show(client, "model-posts")
    assert client.post(reverse("model-award"), told | {"because": "x", "post": "command"}).status_code == 409


def test_whoever_holds_the_command_of_a_shift_opens_and_signs_its_sheet_and_nobody_else_of_the_staff(squad):
    lead, other = squad.of_unit(0)[0], squad.of_unit(1)[0]
    for person, post in ((lead, "command"), (other, "escort")):
        starts_at, ends_at = rules.find_hours(on=FIRST_ON, shift="day")
        models.Deployment.objects.create(
            person=person, unit_id=person.unit_id, on=FIRST_ON, shift="day", post=post,
            starts_at=starts_at, ends_at=ends_at,
        )  # fmt: skip
    clock.set_clock(at=at(19.5), speed=0)
    where = (FIRST_ON.isoformat(), "day")
    assert reverse("shift-handover", args=where) in show(sign_in(lead), "duty")
    assert "Sign for the outgoing side" in show(sign_in(lead), "shift-handover", *where)
    sheet = reverse("shift-handover", args=where)
    assert sign_in(other).get(sheet).status_code == 409
    sign = reverse("shift-handover-sign", args=where)
    assert sign_in(other).post(sign, {"side": "outgoing"}).status_code == 409
    sign_in(lead).post(sign, {"side": "outgoing", "said": ""})
    assert models.ShiftHandover.objects.get().outgoing_id == lead.pk


def test_who_is_not_taught_what_their_post_asks_for_reads_which_module_it_is_and_takes_its_test(squad):
    guard = squad.of_unit(0)[0]
    models.TrainingMark.objects.filter(person=guard, module="protocol").delete()
    force.deploy(duty=force.Duty(guard.pk, FIRST_ON, at(8), at(20), "A", "day", "information"))
    client = sign_in(guard)
    for page in ("duty", "health-own"):
        text = show(client, page)
        assert "Information asks for The protocol edition in force" in text
        assert reverse("training-test", args=["protocol"]) in text
    assert "信息" in show(sign_in(guard, "zh-hans"), "health-own")
    assert reverse("duty-tap") not in show(client, "duty")


def test_a_quota_raised_after_the_draw_can_be_called_by_from_the_same_page(squad):
    people.set_quota(unit=squad.units[0].pk, on=FIRST_ON, counts=(0, 2), by=squad.clerk.pk)
    draws.make(on=FIRST_ON, by=None, now=at(0))
    missing = sum(one["missing"] for one in models.Draw.objects.get().short)
    client = sign_in(squad.clerk)
    page = f"{reverse('draw')}?on={FIRST_ON}"
    assert missing and f"Fill {missing} vacanc" in unescape(client.get(page).content.decode())
    told = {"unit": squad.units[0].pk, "on": FIRST_ON, "officers": 5, "vehicles": 2}
    assert "Fill the vacancies" in client.post(reverse("quota-set"), told, follow=True).content.decode()
    before = models.CallOut.objects.count()
    client.post(reverse("draw-fill"), {"on": FIRST_ON})
    assert models.CallOut.objects.count() > before
