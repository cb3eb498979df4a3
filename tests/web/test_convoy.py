"""The convoy pages: formed at the desk, heard from the road, received by the prefecture that counts for itself."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from pratique.services import care, clock, register, transport
from pratique.services.dispatch import boarding
from pratique.store import models
from services.port import at, man
from services.prefecture import open_prefecture, plan_coach

RESTS = 20
"""Minutes of rest at a rest place, by the shipped rules."""


@pytest.fixture
def road(airport):
    """Two coaches to Pu'er planned at minute 40, two people each; the partner of the airport works for Pu'er."""
    puer = open_prefecture(airport.port, rests=(("rest:a", 110), ("rest:b", 215)))
    models.Person.objects.filter(username="partner").update(unit=puer.unit)
    trips = [plan_coach(airport.port, number).id for number in (1, 2)]
    return Road(airport, puer, trips)


class Road:
    def __init__(self, airport, puer, trips):
        self.airport, self.puer, self.trips = airport, puer, trips

    def form(self, client, **more):
        told = {
            "destination": self.puer.id,
            "trips": self.trips,
            "commander": self.airport.people["escort"].pk,
            "halts": ["rest:a", "rest:b"],
            **more,
        }
        return client.post("/convoys/form/", told, follow=True)

    def set_off(self):
        self.form(self.airport.client("dispatcher"))
        for who in range(4):
            self.airport.port.send(self.airport.port.told(who=who, where="hall", minute=10))
            self.airport.port.send(
                self.airport.port.told(who=who, where=f"coach{who // 2 + 1}", minute=42 + who)
            )
        self.report("departed", 50)
        return f"/convoys/{models.Convoy.objects.get().id}/"

    def report(self, step, minute):
        for trip in self.trips:
            man(trip)
            boarding.report(report=transport.Report(trip, step), by=None, now=at(minute))

    def arrive(self):
        page = self.set_off()
        self.report("arrived", 400)
        clock.set_clock(at=at(410), speed=0)
        self.airport.client("escort").post(f"{page}offer/")
        return page


def say(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_desk_forms_a_convoy_with_the_rest_places_suggested(road):
    client = road.airport.client("dispatcher")
    page = say(client.get("/convoys/"))
    assert "Form a convoy to Pu&#x27;er prefecture" in page
    assert len(re.findall(r'name="halts"[^>]*checked', page)) == 2
    page = say(road.form(client))
    assert "Formed. Later plans keep its trips as they are." in page
    assert "Area rest:a" in page
    assert "forming" in page
    assert "No long trip waits" in say(client.get("/convoys/"))
    assert "convoy" in say(client.get("/trips/"))
    # Two have its page open: the second to change it is told how it stands by then.
    own = f"/convoys/{models.Convoy.objects.get().id}/"
    seen = re.search(r'name="seen" value="([^"]+)"', client.get(own).content.decode())[1]
    commander = road.airport.people["escort"].pk
    for halts in ("rest:a", "rest:b"):
        told = {"commander": commander, "halts": [halts], "seen": seen, "back": own}
        said = say(client.post(f"{own}amend/", told, follow=True))
    assert "It was changed while you had this page open" in said
    assert "rest places Area rest:a. Look" in said
    assert "Area rest:a, Area rest:b → Area rest:a" in said


def test_a_form_without_trips_comes_back_with_what_is_missing(road):
    answer = road.form(road.airport.client("dispatcher"), trips=[])
    assert answer.status_code == 422
    assert "This cannot be taken as it stands" in say(answer)
    assert not models.Convoy.objects.exists()


def test_a_check_in_needs_a_count_of_every_vehicle_and_says_what_differs(road):
    page, client = road.set_off(), road.airport.client("escort")
    first, second = (f"heads-{trip}" for trip in road.trips)
    assert client.post(f"{page}check-in/", {"stop": "rest:a", first: 2}).status_code == 422
    assert not models.Headcount.objects.exists()
    said = say(
        client.post(f"{page}check-in/", {"stop": "rest:a", first: 2, second: 1, "note": "rain"}, follow=True)
    )
    assert "L-2: counted 1, in the book 2" in said
    assert "heard there" in said
    assert "3 heads" in said


def test_a_check_in_that_was_wrong_is_taken_back_with_a_reason(road):
    page, client = road.set_off(), road.airport.client("escort")
    client.post(f"{page}check-in/", {"stop": "-", **{f"heads-{trip}": 2 for trip in road.trips}})
    report = models.Evidence.objects.get(subject_kind="convoy", code="checked_in")
    refused = client.post(f"{page}reports/{report.id}/take-back/", {"note": "", "back": page}, follow=True)
    assert "Give the reason" in say(refused)
    client.post(f"{page}reports/{report.id}/take-back/", {"note": "typed for another convoy"})
    assert "4 heads" not in say(client.get(page))


def test_the_desk_writes_down_that_the_commander_answered_by_telephone(road):
    page, client = road.set_off(), road.airport.client("dispatcher")
    assert "Reached by telephone, not counted" in say(client.get(page))
    said = say(client.post(f"{page}reached/", {"who": "the commander", "place": "km 60"}, follow=True))
    assert "Reached by telephone" in said
    assert "the commander · km 60" in said


def test_an_incident_shows_what_to_do_at_once_in_either_language_until_it_is_settled(road):
    page = road.set_off()
    told = {
        "sort": "ill",
        "note": "fever in row 9",
        "code": road.airport.code(0),
        "celsius": "38.2",
        "delay_minutes": "20",
        "stop": "-",
        "trip": "-",
    }
    said = say(road.airport.client("escort").post(f"{page}incident/", told, follow=True))
    assert "Masks for them and their row" in said
    assert "with 20 min delay" in said
    assert "给病人和同排戴口罩" in say(road.airport.client("escort", "zh-hans").get(page))
    assert models.Evidence.objects.filter(
        code="temperature", subject_id=str(road.airport.port.travellers[0])
    ).exists()
    incident = models.Evidence.objects.get(code="incident").id
    assert "Nearest hospitals" in said and "Call an ambulance to meet you" in said
    told = {"hospital": road.airport.port.custodians["hospital"], "meets": "gate 2", "agreed_by": "Dr Li"}
    road.airport.client("escort").post(f"{page}incidents/{incident}/ambulance/", told)
    assert models.HandoverEvent.objects.get(step="offered").names == [str(road.airport.port.travellers[0])]
    said = say(road.airport.client("escort").get(page))
    assert "Ambulance called" in said and "Call an ambulance to meet you" not in said
    client = road.airport.client("dispatcher")
    said = say(
        client.post(
            f"{page}incidents/{incident}/settle/", {"note": "ambulance of Yuxi took her"}, follow=True
        )
    )
    assert "Masks for them" not in said
    assert "ambulance of Yuxi took her" in said


def test_when_it_is_there_is_told_by_position_where_a_vehicle_reports_one_on_the_list_its_page_and_the_receivers(
    road,
):
    page = road.set_off()
    desk, receiver = road.airport.client("dispatcher"), road.airport.client("partner")
    pages = [(desk, "/convoys/"), (desk, page), (receiver, f"{page}receive/")]
    assert all("planned</span>" in say(client.get(where)) for client, where in pages)
    for code, latitude in (("KMG", 25.0), (road.puer.place, 23.0)):
        models.Place.objects.create(code=code, latitude=latitude, longitude=102.0)
    halfway = {"at": at(238), "latitude": 24.0, "longitude": 102.0}
    models.Fix.objects.create(trip_id=road.trips[0], received_at=at(238), source="phone", **halfway)
    clock.set_clock(at=at(240), speed=0)
    there_at = at(238) + timedelta(minutes=(315 + 2 * RESTS) / 2)
    for client, where in pages:
        said = say(client.get(where))
        assert f'datetime="{there_at.isoformat()}"' in said, where
        assert "by the position of 1 of 2 vehicles" in said, where


def test_a_code_that_is_nobodys_or_wanting_is_said_at_its_field_and_nothing_is_reported(road):
    page = road.set_off()
    for code, said in (("ZZZZ", "Nobody has this code"), (" ", "Give the wristband code of whoever is ill")):
        told = {"sort": "ill", "note": "shivers in row 9", "code": code, "stop": "-", "trip": "-"}
        answer = road.airport.client("escort").post(f"{page}incident/", told)
        assert answer.status_code == 422
        assert said in say(answer)
        assert "shivers in row 9" in say(answer)
    assert not models.Evidence.objects.filter(code="incident").exists()


def test_the_receiver_is_not_told_how_many_the_convoy_counted_and_counts_for_itself(road):
    page, client = road.arrive(), road.airport.client("partner")
    assert "offered 2" not in say(client.get(f"{page}receive/"))
    own = road.airport.port.travellers
    said = say(client.post(f"{page}receive/{road.trips[0]}/", {"heads": 2, "present": own[:2]}, follow=True))
    assert "Accepted: count and names agree." in said
    said = say(client.post(f"{page}receive/{road.trips[1]}/", {"heads": 2, "present": own[2:3]}, follow=True))
    assert "Something differs: offered 2, counted 2, ticked 1" in said
    said = say(client.post(f"{page}receive/{road.trips[1]}/", {"heads": 2, "present": own[2:]}, follow=True))
    assert "Everybody is accepted" in said
    assert models.Convoy.objects.get().ended_at is not None
    assert set(models.Position.objects.values_list("holder_id", flat=True)) == {road.puer.id}


def test_a_receiver_sees_names_of_those_who_come_to_it_only_and_that_is_written_down(road):
    page = road.arrive()
    ordered = care.Notice(road.airport.port.travellers[0], "zh", understood=True, measure="central isolation")
    care.tell_rights(notice=ordered, by=None, now=clock.now())
    shown = say(road.airport.client("partner").get(f"{page}receive/"))
    assert "ZHANG XIAOMING" in shown
    assert shown.count('<span class="chip">central isolation</span>') == 1  # what they take over with them
    assert models.Access.objects.filter(
        what__startswith="convoy", person_id=road.airport.people["partner"].pk
    ).exists()
    elsewhere = models.Unit.objects.create(code="5303", name_zh="曲靖市", name_en="Qujing")
    models.Person.objects.filter(username="partner").update(unit=elsewhere)
    other = road.airport.client("partner")
    assert other.get(page).status_code == 404
    assert other.get(f"{page}receive/").status_code == 404
    assert other.post(f"{page}receive/{road.trips[0]}/", {"heads": 2}).status_code == 404
    assert "No convoy is under way" in say(other.get("/convoys/"))


def test_a_desk_accepts_for_the_receiver_only_by_saying_who_told_it(road):
    page, client = road.arrive(), road.airport.client("dispatcher")
    told = {"heads": 2, "present": road.airport.port.travellers[:2]}
    answer = client.post(f"{page}receive/{road.trips[0]}/", told)
    assert answer.status_code == 422
    assert "Say who of the receiver told you." in say(answer)
    client.post(f"{page}receive/{road.trips[0]}/", told | {"told_by": "Li, 0879-2120000"})
    event = models.HandoverEvent.objects.get(step="accepted")
    assert event.because == "Li, 0879-2120000"


def test_a_decline_says_why_and_the_convoy_sees_it(road):
    page = road.arrive()
    road.airport.client("partner").post(
        f"{page}receive/{road.trips[0]}/decline/", {"because": "no bus here yet"}
    )
    said = say(road.airport.client("escort").get(page))
    assert "declined" in said
    assert "no bus here yet" in said


def test_a_person_who_was_not_offered_cannot_be_ticked(road):
    page = road.arrive()
    told = {"heads": 1, "present": [road.airport.port.travellers[3]]}
    assert road.airport.client("partner").post(f"{page}receive/{road.trips[0]}/", told).status_code == 422
    assert not models.HandoverEvent.objects.filter(step="accepted").exists()


def test_the_sheet_to_print_names_stops_crews_and_what_to_do_and_no_traveller(road):
    page = road.set_off()
    said = say(road.airport.client("escort").get(f"{page}sheet/"))
    for part in ("Area rest:a", "L-1", "at the latest every 60 minutes", "Somebody is ill", "Officer escort"):
        assert part in said
    assert "ZHANG" not in said
    assert road.airport.code(0) not in said


def test_a_route_sheet_of_a_trip_in_a_convoy_names_the_convoys_rest_places(road):
    road.set_off()
    said = say(road.airport.client("escort").get(f"/trips/{road.trips[0]}/route/"))
    assert "Area rest:a" in said


def test_overdue_duties_of_a_convoy_lead_to_it(road):
    page = road.set_off()
    clock.set_clock(at=at(115), speed=0)
    register.tick(now=at(115))
    said = say(road.airport.client("commander").get(reverse("duties")))
    assert f'href="{page}"' in said


def test_every_field_of_the_page_has_an_id_of_its_own(road):
    page = road.set_off()
    ids = re.findall(r' id="([^"]+)"', road.airport.client("commander").get(page).content.decode())
    assert sorted(ids) == sorted(set(ids))


def test_the_commander_finds_the_convoy_on_the_page_of_the_crew(road):
    page = road.set_off()
    assert f'href="{page}"' in say(road.airport.client("escort").get("/ride/"))
    assert "Convoys you command" not in say(road.airport.client("staff").get("/ride/"))
