"""The pages of internal safety: a checklist is walked through, what is left out is said, supplies and beds are kept."""

from datetime import timedelta

import pytest
from django.urls import reverse

from pratique.core.duties.vocabulary import Kind
from pratique.core.safety.inspection import Answer
from pratique.services import clock, register, safety
from pratique.store import models
from pratique.store.ids import make_id

from .airport import Airport, at


def answers(checklist: str, **changed: str) -> dict[str, str]:
    items = safety.get_rules().find_checklist(checklist).items
    return {f"answer-{item.code}": str(Answer.OK) for item in items} | changed


def test_a_reception_walks_through_a_facility_and_the_defect_is_an_issue(airport: Airport):
    client, hotel = airport.client("reception"), airport.port.custodians["hotel"]
    form = answers("facility", **{"answer-food": "defect", "note-food": "cold on floor 3"})
    page = client.post("/safety/inspect/facility/", form | {"subject": hotel, "id": make_id()}, follow=True)
    assert "cold on floor 3" in page.text and "Each defect is an issue now" in page.text
    assert f"/issues/{models.Issue.objects.get().id}/" in page.text
    assert "defects" in airport.client("commander").get("/safety/").text


@pytest.mark.parametrize("role", ["auditor", "clerk", "liaison", "administrator", "commander"])
def test_how_somebody_dressed_is_linked_only_for_whom_it_opens(airport: Airport, role: str):
    form = answers("donning") | {"subject": airport.people["reception"].pk, "id": make_id()}
    airport.client("screener").post("/safety/inspect/donning/", form)
    path = f"/safety/inspections/{models.Inspection.objects.get().id}/"
    client = airport.client(role)
    opens = client.get(path).status_code == 200
    assert opens == (role == "commander") == (path in client.get("/safety/").text)


def test_a_defect_that_stops_the_work_alarms_on_the_tower_and_the_wall_once_its_time_is_over(
    airport: Airport,
):
    client, hotel = airport.client("reception"), airport.port.custodians["hotel"]
    unit = models.Unit.objects.create(code="county", name_zh="区防疫办", name_en="County office")
    form = answers("facility", **{"answer-zones": "defect", "note-zones": "door open"})
    form |= {"subject": hotel, "id": make_id(), "owner": unit.pk}
    begins = clock.now()
    client.post("/safety/inspect/facility/", form)
    for path in (reverse("tower"), reverse("wall")):
        clock.set_clock(at=begins + timedelta(minutes=119), speed=0)
        assert "Issues past their time" not in airport.client("commander").get(path, follow=True).text
        clock.set_clock(at=begins + timedelta(minutes=121), speed=0)
        text = airport.client("commander").get(path, follow=True).text
        assert "Issues past their time" in text and "County office" in text


def test_a_donning_check_says_beside_a_name_which_level_the_post_of_the_shift_needs(airport: Airport):
    who, level = airport.people["reception"], next(iter(safety.get_rules().levels))
    post = next(post for post, code in safety.get_rules().posts.items() if code == level.code)
    where = "/safety/inspect/donning/"
    assert level.title.en not in airport.client("screener").get(where).text
    unit = models.Unit.objects.create(code="work", name_zh="单位", name_en="Unit")
    models.Person.objects.filter(pk=who.pk).update(unit=unit)
    begins = clock.now() + timedelta(hours=1)
    shift = {"starts_at": begins, "ends_at": begins + timedelta(hours=8), "on": begins.date(), "post": post}
    models.Deployment.objects.create(person_id=who.pk, unit=unit, shift="day", **shift)
    first = airport.client("screener").get(where).text.split("<option")[2]
    assert str(who.pk) in first and level.title.en in first


def test_what_was_typed_is_kept_where_a_line_is_missing(airport: Airport):
    form = answers("facility", **{"answer-food": "defect", "note-food": ""})
    del form["answer-air"]
    page = airport.client("reception").post(
        "/safety/inspect/facility/", form | {"subject": airport.port.custodians["hotel"], "id": make_id()}
    )
    assert page.status_code == 422 and 'href="#air"' in page.text and 'href="#note-food"' in page.text
    assert page.text.count("checked") == len(form) - 1
    assert not models.Inspection.objects.exists()


def test_a_hall_is_disinfected_and_an_unknown_agent_is_refused(airport: Airport):
    hall = airport.port.custodians["hall"]
    client = airport.client("screener")
    client.post(f"/safety/places/{hall}/disinfect/", {"agent": "holy water", "id": make_id()})
    assert not models.Evidence.objects.filter(code="disinfection").exists()
    name = make_id()
    for _ in range(2):
        client.post(f"/safety/places/{hall}/disinfect/", {"agent": "chlorine 500 mg/l", "id": name})
    assert models.Evidence.objects.filter(code="disinfection").count() == 1


def test_supplies_are_counted_by_hand(airport: Airport):
    client = airport.client("screener")
    for sort, quantity in (("count", "500"), ("out", "120"), ("out", "-3"), ("out", "many")):
        told = {
            "supply": "gloves",
            "sort": sort,
            "quantity": quantity,
            "id": make_id(),
            "back": "/safety/stock/",
        }
        client.post("/safety/stock/move/", told)
    assert models.StockMove.objects.count() == 2
    assert "380" in client.get("/safety/stock/").text


def test_rooms_and_beds_of_the_staff(airport: Airport):
    client, person = airport.client("liaison"), airport.people["escort"]
    client.post("/safety/quarters/lodge/", {"act": "room", "code": "301", "beds": "2"})
    room = models.Quarters.objects.get()
    client.post("/safety/quarters/lodge/", {"act": "lodge", "person": person.pk, "room": room.id})
    page = client.get("/safety/quarters/").text
    assert "1 / 2" in page and "1 bed free" in page
    client.post("/safety/quarters/lodge/", {"act": "leave", "person": person.pk})
    assert "0 / 2" in client.get("/safety/quarters/").text
    assert airport.client("escort").get("/safety/quarters/").status_code == 403


def test_pages_stand_in_both_languages_and_say_what_is_worn(airport: Airport):
    for language, said in (("en", "Level 2"), ("zh-hans", "二级防护")):
        assert said in airport.client("staff", language).get("/safety/").text


def test_the_kitchens_sheet_stands_in_both_languages(airport: Airport):
    person = airport.people["escort"]
    airport.client("escort").post("/duty/diets/", {"diet": ["halal"]})
    room = models.Quarters.objects.create(code="301", beds=2)
    airport.client("liaison").post(
        "/safety/quarters/lodge/", {"act": "lodge", "person": person.pk, "room": room.id}
    )
    for language, said in (("en", "Supper"), ("zh-hans", "晚餐")):
        page = airport.client("liaison", language).get("/safety/meals/").text
        assert said in page and ("halal" if language == "en" else "清真") in page
    assert airport.client("escort").get("/safety/meals/").status_code == 403


def test_the_lodging_is_disinfected_with_one_tap(airport: Airport):
    room = models.Quarters.objects.create(code="301", beds=2)
    person = airport.people["escort"]
    client = airport.client("liaison")
    client.post("/safety/quarters/lodge/", {"act": "lodge", "person": person.pk, "room": room.id})
    assert "Staff lodging" in client.get("/safety/").text
    client.post("/safety/lodging/disinfect/", {"agent": "water"})
    client.post("/safety/lodging/disinfect/", {"agent": "alcohol 75 %"})
    row = models.Evidence.objects.get(subject_kind="lodging")
    assert (row.code, row.attributes["agent"]) == ("disinfection", "alcohol 75 %")


def test_what_the_lodging_owes_opens_from_the_board_into_where_it_is_done(airport: Airport):
    room = models.Quarters.objects.create(code="301", beds=2)
    models.Berth.objects.create(quarters=room, person=airport.people["escort"], from_at=at(-600))
    register.work_out(stands=[(Kind.LODGING, register.CENTRAL)], now=at(60 * 9))
    clock.set_clock(at=at(60 * 9), speed=0)
    page = airport.client("commander").get("/boards/tower/duties/").text
    assert "Disinfection of the staff" in page and 'href="/safety/"' in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_a_team_wore_is_said_for_all_of_it_and_changed_for_one(airport: Airport, language: str):
    unit = models.Unit.objects.get()
    shifts = [
        models.Deployment.objects.create(
            id=make_id(), person=airport.people[role], unit=unit, on=at(60).date(), crew="A",
            shift="day", post="screening", starts_at=at(-60), ends_at=at(600), in_at=at(-60),
        )
        for role in ("screener", "escort")
    ]  # fmt: skip
    client = airport.client("commander", language)
    before = client.get("/safety/worn/").text
    assert ("What 2 people wore is not said yet" in before) == (language == "en")
    assert ("Level 2" if language == "en" else "二级防护") in before
    client.post("/safety/worn/", {"shift": [str(one.id) for one in shifts], "level": "2"})
    client.post("/safety/worn/", {"shift": [str(shifts[0].id)], "level": "0"})
    assert [models.Deployment.objects.get(id=one.id).protection for one in shifts] == [0, 2]
    after = client.get("/safety/worn/").text
    assert "is-late" not in after and after.count("selected") >= 3
    client.post("/safety/worn/", {"shift": [str(shifts[0].id)], "level": "9"})
    client.post("/safety/worn/", {"shift": ["nobody"], "level": "1"})
    assert models.Evidence.objects.filter(code="protection").count() == 3
    assert client.get("/safety/worn/?on=2019-01-01").status_code == 200


def test_days_of_which_nobody_said_what_was_worn_are_named_until_somebody_does(airport: Airport):
    unit, day = models.Unit.objects.get(), at(60).date() - timedelta(days=2)
    hours = {"starts_at": at(-2940), "ends_at": at(-2220), "in_at": at(-2940)}
    shift = models.Deployment.objects.create(
        person=airport.people["screener"], unit=unit, on=day, shift="day", post="screening", **hours
    )
    models.Deployment.objects.create(  # nobody came to it
        person=airport.people["escort"],
        unit=unit,
        on=day,
        shift="day",
        post="screening",
        **hours | {"in_at": None},
    )
    client, link = airport.client("commander"), f"?on={day.isoformat()}"
    for page in ("/safety/", "/safety/worn/"):
        assert link in client.get(page).text and "· 1<" in client.get(page).text
    assert "防护等级未记录" in airport.client("commander", "zh-hans").get("/safety/").text
    client.post(f"/safety/worn/{link}", {"shift": [str(shift.id)], "level": "2"})
    assert link not in client.get("/safety/").text
