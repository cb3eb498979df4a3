"""Trips by hand: planned, reported, ended when empty; the vehicle disinfected before the next."""

import re

import pytest

from pratique.services import care, custody, transport
from pratique.services.dispatch import boarding
from pratique.store import models
from pratique.store.ids import make_id
from services.port import at, man

from .airport import PASSWORD


@pytest.fixture
def vehicle(airport):
    return models.Vehicle.objects.create(id=make_id(), plate="YA-001", kind="coach", seats=40)


def plan(client, airport, vehicle, **more):
    told = {
        "vehicle": vehicle.id,
        "destination": airport.port.custodians["hotel"],
        "starts_at": "2020-04-15T13:00",
        **more,
    }
    return client.post("/trips/plan/", told, follow=True)


def test_a_planned_trip_is_a_post_that_people_can_be_handed_to(airport, vehicle):
    page = plan(airport.client("dispatcher"), airport, vehicle).content.decode()
    trip = models.Trip.objects.get()
    assert "People can be handed to it now" in page
    assert models.Custodian.objects.get(id=trip.id).kind == "trip"
    assert str(trip.id) in airport.client("escort").get("/scan/").content.decode()


def test_it_takes_as_long_as_a_trip_of_a_plan_unless_one_says_otherwise(airport, vehicle):
    models.Travel.objects.filter(one="F1", other="KMG").update(minutes=30)
    plan(airport.client(), airport, vehicle)
    plan(airport.client(), airport, vehicle, starts_at="2020-04-15T17:00", minutes=10)
    spans = [t.during.upper - t.during.lower for t in models.Trip.objects.order_by("during")]
    assert [span.total_seconds() / 60 for span in spans] == [2 * 30 + 20 + 20 + 30, 10], (
        "the ways, and a coach boards, unloads and is disinfected"
    )


def test_a_vehicle_is_not_sent_twice_at_once_and_the_page_says_so(airport, vehicle):
    plan(airport.client(), airport, vehicle)
    answer = plan(airport.client(), airport, vehicle)
    assert (answer.status_code, models.Trip.objects.count()) == (422, 1)
    assert "on another trip at that time" in answer.content.decode()


def test_a_vehicle_whose_next_trip_is_hours_away_is_free_until_then(airport, vehicle):
    client = airport.client()
    plan(client, airport, vehicle, starts_at="2020-04-15T19:00")
    page = client.get("/trips/").content.decode()
    assert ">1 free<" in page and "YA-001, 40 seats, next trip at" in page
    plan(client, airport, vehicle, starts_at="2020-04-15T12:55", minutes=30)
    page = client.get("/trips/").content.decode()
    assert ">0 free<" in page and "YA-001, 40 seats, under way" in page


def test_a_trip_does_not_end_while_somebody_is_aboard(airport, vehicle):
    client = airport.client("escort")
    plan(airport.client(), airport, vehicle)
    trip = models.Trip.objects.get()
    airport.port.custodians["mine"] = trip.id
    airport.port.send(airport.port.told(who=0, where="hall", minute=10))
    airport.port.send(airport.port.told(who=0, where="mine", minute=20))
    back = {"back": f"/trips/{trip.id}/"}
    refused = client.post(f"/trips/{trip.id}/report/", {"step": "departed", **back}, follow=True)
    assert "0 of 1 drivers and 0 of 1 escorts are named" in refused.content.decode()
    man(trip.id)
    for step in ("departed", "arrived"):
        client.post(f"/trips/{trip.id}/report/", {"step": step, **back})
    page = client.post(f"/trips/{trip.id}/report/", {"step": "ended", **back}, follow=True).content.decode()
    assert "People are still aboard" in page
    assert airport.code(0) in page
    airport.port.send(airport.port.told(who=0, where="hotel", minute=50))
    client.post(f"/trips/{trip.id}/report/", {"step": "ended", "odometer_km": "12.5"})
    trip.refresh_from_db()
    assert trip.ended_at is not None
    assert list(models.TripEvent.objects.order_by("seq").values_list("step", "odometer_km")) == [
        ("departed", None),
        ("arrived", None),
        ("ended", 12.5),
    ]


def test_after_a_trip_the_vehicle_waits_for_disinfection(airport, vehicle):
    client = airport.client("dispatcher")
    plan(client, airport, vehicle)
    trip = models.Trip.objects.get()
    airport.port.custodians["mine"] = trip.id
    for minute, where in ((10, "hall"), (20, "mine"), (40, "hotel")):
        airport.port.send(airport.port.told(who=0, where=where, minute=minute))
    assert "nobody has reported that it departed" in client.get(f"/trips/{trip.id}/").content.decode()
    refused = client.post(f"/trips/{trip.id}/report/", {"step": "ended", "back": "/trips/"}, follow=True)
    assert "report that first, with its time" in refused.content.decode()
    man(trip.id)
    for step, at_ in (("departed", "2020-04-15T12:10"), ("ended", "")):
        client.post(f"/trips/{trip.id}/report/", {"step": step, "at": at_})
    departed = models.TripEvent.objects.get(step="departed")
    assert (departed.happened_at, departed.recorded_at) == (at(10), at(60))
    assert "to be disinfected first" in client.get("/trips/").content.decode()
    plan(client, airport, vehicle, starts_at="2020-04-15T14:00")
    second = models.Trip.objects.get(ended_at=None)
    man(second.id)
    page, back = f"/trips/{second.id}/", {"back": f"/trips/{second.id}/", "trip": second.id}
    assert "it does not set off so" in client.get(page).content.decode()
    assert "It must go all the same" not in client.get(page).content.decode()
    refused = client.post(f"{page}report/", {"step": "departed", **back}, follow=True).content.decode()
    assert "Nobody has reported YA-001 disinfected since its last trip" in refused
    told = {"because": "a relief", "second_password": PASSWORD, **back}
    for second_name, said in (
        ("screener", "does not allow that exception"),
        ("epidemiologist", "with both names"),
    ):
        answer = airport.client().post(
            f"/vehicles/{vehicle.id}/except/", {**told, "second_name": second_name}, follow=True
        )
        assert said in answer.content.decode()
    assert "it does not set off so" not in client.get(page).content.decode()
    # Time, agent and kilometres stand on the page of the trip that soiled it; what was wrong is taken back, and owed again.
    first = f"/trips/{models.Trip.objects.exclude(id=second.id).get().id}/"
    told = {"agent": "chlorine 1000 mg/l", "odometer_km": "1204", "trip": second.id}
    for wrong in (
        {"odometer_km": "far"},
        {"agent": "water"},
        {"at": "2020-04-15T12:05"},
        {"at": "2030-01-01T00:00"},
    ):
        client.post(f"/vehicles/{vehicle.id}/disinfect/", told | wrong)
    assert "Nobody has reported its vehicle disinfected" in client.get(first).content.decode()
    client.post(f"/vehicles/{vehicle.id}/disinfect/", told)
    for _again in range(2):
        seen = client.get(first).content.decode()
        assert "Vehicle disinfected" in seen and "chlorine 1000 mg/l" in seen and "1204 km" in seen
        piece = models.Evidence.objects.filter(code="disinfection").latest("seq")
        if not _again:
            client.post(f"/vehicles/{vehicle.id}/disinfect/{piece.id}/", {"because": "the other coach"})
            assert "Nobody has reported its vehicle disinfected" in client.get(first).content.decode()
            client.post(f"/vehicles/{vehicle.id}/disinfect/", told)
    transport.withdraw(trips=[second.id], because="none", by=None, now=at(60))
    page = client.get("/trips/").content.decode()
    assert "to be disinfected" not in page
    assert re.search(r"YA-001, 40 seats<", page)


def test_pages_stand_while_a_trip_is_on_a_way_that_nobody_knows(airport, vehicle):
    escort = models.Person.objects.get(username="escort").id
    order = transport.Order(vehicle.id, airport.port.custodians["hall2"], at(20), 60, escorts=(escort,))
    trip = transport.plan_trip(order=order, code="T1")
    transport.report(report=transport.Report(trip.id, "departed"), by=None, now=at(30))
    for page in (f"/trips/{trip.id}/", "/trips/", "/dispatch/", "/dispatch/map/"):
        assert airport.client("dispatcher").get(page).status_code == 200, page
    assert "YA-001" in airport.client("escort").get("/ride/").content.decode()


def test_an_arrival_is_asked_once_more_and_whoever_reports_it_takes_it_back_with_a_reason(airport, vehicle):
    plan(airport.client(), airport, vehicle)
    trip = models.Trip.objects.get()
    man(trip.id)
    escort = airport.client("escort")
    page = f"/trips/{trip.id}/"
    for step, asked in (("departed", "Has it set off for"), ("arrived", "Is it at")):
        assert asked in escort.get(page).content.decode()
        escort.post(f"{page}report/", {"step": step})
    arrived = models.TripEvent.objects.get(step="arrived")
    back = f"{page}report/{arrived.id}/back/"
    assert airport.client("reception").post(back, {"because": "no"}).status_code == 403
    assert back in escort.get(page).content.decode()
    said = escort.post(back, {"because": "still at the gate"}, follow=True).content.decode()
    assert "<s>arrived</s>" in said
    assert "still at the gate" in said
    trip.refresh_from_db()
    assert (trip.arrived_at, trip.departed_at is not None) == (None, True)


def test_a_breakdown_needs_a_word_about_it(airport, vehicle):
    client = airport.client("dispatcher")
    plan(client, airport, vehicle)
    trip = models.Trip.objects.get()
    client.post(f"/trips/{trip.id}/report/", {"step": "broken_down", "because": " "})
    assert not models.TripEvent.objects.exists()
    assert 'id="broken-at"' in client.get(f"/trips/{trip.id}/").content.decode()
    told = {"step": "broken_down", "because": "tyre", "at": "2020-04-15T12:50"}
    client.post(f"/trips/{trip.id}/report/", told)
    event = models.TripEvent.objects.get()
    assert (event.because, event.happened_at) == ("tyre", at(50))


def test_an_escort_sees_who_is_aboard_by_code_and_no_name(airport, vehicle):
    plan(airport.client(), airport, vehicle)
    trip = models.Trip.objects.get()
    airport.port.custodians["mine"] = trip.id
    airport.port.send(airport.port.told(who=0, where="mine", minute=20))
    assert "ZHANG XIAOMING" not in airport.client("escort").get(f"/trips/{trip.id}/").content.decode()
    assert "ZHANG XIAOMING" in airport.client("dispatcher").get(f"/trips/{trip.id}/").content.decode()
    assert models.Access.objects.filter(what="trip", traveller_id=airport.port.travellers[0]).count() == 1


def test_the_route_sheet_has_stops_times_codes_and_seats_and_no_name(airport, vehicle):
    plan(airport.client(), airport, vehicle)
    models.Travel.objects.filter(one="F1", other="KMG").update(minutes=30)
    trip = models.Trip.objects.get()
    models.BoardingLine.objects.create(trip=trip, traveller_id=airport.port.travellers[0], row=1, seat="17")
    client = airport.client("dispatcher")
    assert f"/trips/{trip.id}/route/" in client.get(f"/trips/{trip.id}/").content.decode()
    before = models.Access.objects.count()
    page = client.get(f"/trips/{trip.id}/route/").content.decode()
    for said in ("YA-001", airport.code(0), ">17<", "13:00", "13:30", "Odometer, km"):
        assert said in page
    assert models.Access.objects.count() == before, "nobody's identity was opened"
    assert "路单" in airport.client("dispatcher", "zh-hans").get(f"/trips/{trip.id}/route/").content.decode()


def test_the_route_sheet_of_a_long_way_has_its_rests_in_turn_and_names_hours_that_are_not_lawful(
    airport, vehicle
):
    plan(airport.client(), airport, vehicle)
    models.Travel.objects.filter(one="F1", other="KMG").update(minutes=300)
    trip = models.Trip.objects.get()
    first, second = (
        models.Person.objects.create(id=make_id(), username=n, name_en=n, name_zh=n)
        for n in ("Driver A", "Driver B")
    )
    models.Trip.objects.filter(id=trip.id).update(driver=first)
    client = airport.client("dispatcher")
    alone = client.get(f"/trips/{trip.id}/route/").content.decode()
    assert "Driver A: 600 min at the wheel there and back; the law allows 480" in alone
    assert "without a rest of" not in alone
    for hour in ("15:00", "17:20", "18:40"):
        assert hour in alone, "rests after two hours each, twenty minutes long, then there"
    trip.reliefs.add(second)
    relieved = client.get(f"/trips/{trip.id}/route/").content.decode()
    assert "the law allows" not in relieved
    assert relieved.index("then drives Driver B") < relieved.index("then drives Driver A")
    chinese = airport.client("dispatcher", "zh-hans").get(f"/trips/{trip.id}/route/").content.decode()
    assert "接着驾驶" in chinese and "call the desk" not in chinese


def test_a_long_way_through_the_small_hours_says_that_coaches_must_stand_then(airport, vehicle):
    plan(airport.client(), airport, vehicle, starts_at="2020-04-15T23:00")
    models.Travel.objects.filter(one="F1", other="KMG").update(minutes=300)
    sheet = airport.client("dispatcher").get(f"/trips/{models.Trip.objects.get().id}/route/").content.decode()
    assert "between 2 and 5 o&#x27;clock" in sheet or "between 2 and 5 o'clock" in sheet


def test_a_short_way_in_the_small_hours_need_not_stand(airport, vehicle):
    plan(airport.client(), airport, vehicle, starts_at="2020-04-16T03:00")
    sheet = airport.client("dispatcher").get(f"/trips/{models.Trip.objects.get().id}/route/").content.decode()
    assert "03:00" in sheet and "must stand" not in sheet


def test_a_stop_on_the_way_is_reported_with_place_and_odometer_and_only_on_the_road(airport, vehicle):
    plan(airport.client(), airport, vehicle)
    trip, client = models.Trip.objects.get(), airport.client("escort")
    told = {
        "step": "stopped",
        "because": "Yuanjiang, rest",
        "odometer_km": "240.5",
        "back": f"/trips/{trip.id}/",
    }
    assert "not on the road" in client.post(f"/trips/{trip.id}/report/", told, follow=True).content.decode()
    man(trip.id)
    client.post(f"/trips/{trip.id}/report/", {"step": "departed"})
    page = client.post(f"/trips/{trip.id}/report/", told, follow=True).content.decode()
    assert "stopped on the way" in page
    assert "Yuanjiang, rest 240.5 km" in " ".join(page.split())
    trip.refresh_from_db()
    assert (trip.arrived_at, trip.ended_at) == (None, None)
    page = client.post(
        f"/trips/{trip.id}/report/", told | {"odometer_km": "24.5"}, follow=True
    ).content.decode()
    assert "below the last reading" in page
    assert models.TripEvent.objects.filter(step="stopped").count() == 1


@pytest.fixture
def road(airport):
    """Two people aboard a coach that has set off to the hotel; `add` plans another trip."""
    airport.trips = {}

    def add(name, kind="coach", end="hotel", minute=50):
        row = models.Vehicle.objects.create(plate=f"V-{name}", kind=kind, seats=20)
        order = transport.Order(row.id, airport.port.custodians[end], at(minute), 120)
        airport.port.custodians[name] = transport.plan_trip(order=order, code=f"trip:{name}").id
        return airport.port.custodians[name]

    airport.add = add
    airport.trip = add("mine", minute=30)
    for who in range(2):
        airport.port.send(airport.port.told(who=who, where="hall", minute=10))
        airport.port.send(airport.port.told(who=who, where="mine", minute=40))
    man(airport.trip)
    boarding.report(report=transport.Report(airport.trip, "departed"), by=None, now=at(45))
    return airport


def test_only_trips_that_fit_are_offered_and_others_only_to_a_dispatcher_with_a_reason(road):
    fits, elsewhere = road.add("fits"), road.add("elsewhere", end="hotel2")
    road.add("sick", kind="ambulance", end="hospital")
    page = road.client("escort").get(f"/trips/{road.trip}/").content.decode()
    assert f'<option value="{fits}">V-fits → hotel · 10 seats left' in page
    assert f'value="{elsewhere}"' not in page
    assert "V-sick" in page and "may not carry them" in page
    page = road.client("dispatcher").get(f"/trips/{road.trip}/").content.decode()
    assert "only with a reason" in page and f'value="{elsewhere}"' in page
    told = {"receiver": elsewhere, "people": road.port.travellers[:2], "back": f"/trips/{road.trip}/"}
    refused = road.client("escort").post(f"/trips/{road.trip}/hand-over/", told, follow=True)
    assert "a dispatcher may decide so with a reason" in refused.content.decode()
    client = road.client("dispatcher")
    client.post(f"/trips/{road.trip}/hand-over/", told | {"because": "the road to the hotel is closed"})
    event = models.HandoverEvent.objects.get(step="offered")
    assert (event.receiver_id, event.because) == (elsewhere, "the road to the hotel is closed")


def test_a_case_aboard_stands_on_the_page_until_somebody_says_what_was_done(road):
    sick = care.Temperature(road.port.travellers[2], 38.3, symptomatic=True, method="forehead")
    care.take_temperature(temperature=sick, by=None, now=at(20))
    road.port.send(road.port.told(who=2, where="mine", minute=50))
    client, where = road.client("escort"), f"/trips/{road.trip}/"
    page = client.get(where).content.decode()
    assert "A case aboard a vehicle that takes none" in page
    assert "病例上了不得载病例的车" in road.client("escort", "zh-hans").get(where).content.decode()
    row = models.Evidence.objects.get(code="misboarded")
    road.port.send(road.port.told(who=2, where="holding", minute=55))
    client.post(f"{where}misboarded/{row.id}/", {"because": "off at the apron, ambulance 2 took her"})
    assert "A case aboard" not in client.get(where).content.decode()


def test_a_phone_at_a_coach_keeps_whom_it_may_not_take_and_is_refused_an_offer_of_them(road):
    sick = care.Temperature(road.port.travellers[2], 38.3, symptomatic=True, method="forehead")
    care.take_temperature(temperature=sick, by=None, now=at(20))
    state = road.client("escort").get(f"/scan/{road.trip}/state/").json()
    assert state["barred"] == [str(road.port.travellers[2])]


def test_a_trip_planned_by_hand_gets_its_list_of_those_who_wait_with_seats_to_print(airport, vehicle):
    plan(airport.client(), airport, vehicle)
    trip, client = models.Trip.objects.get(), airport.client("dispatcher")
    for who in (0, 1):
        airport.port.send(airport.port.told(who=who, where="hall", minute=10))
    page = client.get(f"/trips/{trip.id}/").content.decode()
    assert f'value="{airport.port.travellers[0]}"' in page
    assert f'value="{airport.port.travellers[2]}"' not in page, "still in the cabin"
    client.post(f"/trips/{trip.id}/names/", {"people": airport.port.travellers[:2]})
    sheet = client.get(f"/trips/{trip.id}/list/").content.decode()
    assert airport.code(0) in sheet and airport.code(1) in sheet and "ZHANG XIAOMING" in sheet
    airport.port.custodians["mine"] = trip.id
    airport.port.send(airport.port.told(who=2, where="mine", minute=20))
    sheet = client.get(f"/trips/{trip.id}/list/").content.decode()
    assert airport.code(2) in sheet and "aboard, not on the list" in sheet
    slip = models.Scan.objects.get(custodian_id=trip.id)
    custody.annul(scan=slip.id, by=airport.people["escort"].pk, because="the wrong coach", now=at(21))
    assert set(trip.lines.values_list("seat", flat=True)) == {"1", "3"}
    trip.refresh_from_db()
    assert trip.pinned
    models.Traveller.objects.filter(id=airport.port.travellers[1]).update(channel="contact")
    told = {"people": airport.port.travellers[:2], "back": f"/trips/{trip.id}/"}
    refused = client.post(f"/trips/{trip.id}/names/", told, follow=True).content.decode()
    assert "One class to a trip" in refused
    assert (
        "It does not go after all" not in airport.client("escort").get(f"/trips/{trip.id}/").content.decode()
    )
    assert "It does not go after all" in client.get(f"/trips/{trip.id}/").content.decode()
    told["people"] = airport.port.travellers[2:3]
    refused = client.post(f"/trips/{trip.id}/names/", told, follow=True).content.decode()
    assert f"{airport.code(2)}: not waiting here any more" in refused
    assert trip.lines.count() == 2
    because = {"because": "not needed", "back": f"/trips/{trip.id}/"}
    page = client.post(f"/trips/{trip.id}/call-off/", because, follow=True).content.decode()
    assert "its people wait again" in page and "<strong>withdrawn</strong>" in page


def test_the_crew_reads_where_each_of_its_people_stands_and_what_they_need(airport, vehicle):
    plan(airport.client(), airport, vehicle)
    trip, client = models.Trip.objects.get(), airport.client("escort")
    trip.escorts.add(airport.people["escort"])
    for row, who in enumerate(airport.port.travellers[:3]):
        models.BoardingLine.objects.create(trip=trip, traveller_id=who, row=row, seat=str(row))
    models.Traveller.objects.filter(id=airport.port.travellers[1]).update(needs=["wheelchair", "language:th"])
    airport.port.send(airport.port.told(who=0, where="hall", minute=10))
    hall, cabin = (
        models.Custodian.objects.get(id=one).name_en
        for one in (airport.port.custodians["hall"], airport.port.flight)
    )
    for path in (f"/trips/{trip.id}/", f"/trips/{trip.id}/list/", f"/trips/{trip.id}/route/", "/ride/"):
        page = client.get(path).content.decode()
        places = re.findall(r"</svg></span>([^<]+)</span> <strong>(\d)</strong>", page)
        assert places == [(cabin, "2"), (hall, "1")], path
    assert f'href="/trips/{trip.id}/"' in page, "from the ride to its trip"
    trip.escorts.set([airport.people["clerk"]])
    page = airport.client("clerk").get("/duty/").content.decode()
    assert f'href="/trips/{trip.id}/"' in page, "whatever their role is, from their duty"
    for path in (f"/trips/{trip.id}/", f"/trips/{trip.id}/list/"):
        page = client.get(path).content.decode()
        rows = [next(row for row in page.split("<tr") if airport.code(who) in row) for who in range(3)]
        assert [hall in row for row in rows] == [True, False, False]
        assert [cabin in row for row in rows] == [False, True, True]
        assert [("wheelchair" in row, "interpreter: Thai" in row) for row in rows] == [
            (False, False), (True, True), (False, False),
        ]  # fmt: skip
    airport.port.custodians["mine"] = trip.id
    airport.port.send(*(airport.port.told(who=n, where="mine", minute=20) for n in range(3)))
    assert "To board, at" not in client.get(f"/trips/{trip.id}/").content.decode()


def test_a_count_that_differed_is_explained_on_the_page_and_says_by_whom(road):
    road.port.send(road.port.told(who=0, where="hotel", minute=55))
    road.port.send(road.port.told(who=1, where="hospital", minute=56))
    for step, minute in (("arrived", 57), ("ended", 58)):
        boarding.report(report=transport.Report(road.trip, step), by=None, now=at(minute))
    client, where = road.client("escort"), f"/trips/{road.trip}/"
    page = client.get(where).content.decode()
    assert "Not as many got off as got on" in page
    assert "now with hospital" in " ".join(page.split())
    client.post(f"{where}count/", {"because": "taken ill on the way"})
    page = client.get(where).content.decode()
    assert "settled by Officer escort: “taken ill on the way”" in page


@pytest.fixture
def crew(airport):
    """A first and a second driver with a licence and a third for small vehicles, all on call; two escorts on duty, one without a shift."""
    make, unit = models.Person.objects.create, models.Unit.objects.get(code="PSB")
    for name, licence in (("first", "L"), ("second", "L"), ("small", "S")):
        person = make(username=name, name_en=f"Driver {name}", licence=licence, unit=unit, password="!")
        airport.people[name] = person
    for name in ("one", "two", "free"):
        airport.people[name] = who = make(
            username=name, name_en=f"Escort {name}", role="escort", unit=unit, password="!"
        )
        if name != "free":
            span = {"on": at(0).date(), "starts_at": at(0), "ends_at": at(700)}
            models.Deployment.objects.create(person=who, unit=unit, post="escort", **span)
    return airport


def test_who_drives_is_reported_from_the_road_and_others_join_the_crew_there(crew, vehicle):
    first, second = crew.people["first"], crew.people["second"]
    models.Travel.objects.filter(one="F1", other="KMG").update(minutes=150)
    plan(crew.client(), crew, vehicle, driver=first.pk, escort=crew.people["one"].pk)
    trip = models.Trip.objects.get()
    transport.report(report=transport.Report(trip.id, "departed"), by=None, now=at(60))
    desk, where = crew.client("dispatcher"), f"/trips/{trip.id}/"
    page = " ".join(desk.get(where).content.decode().split())
    assert "Drives now</dt><dd>Driver first" in page
    assert "since 13:00, until 17:00 at the latest" in re.sub("<[^>]+>", "", page)
    told = {"beside": "yes", "driver": [second.pk], "escort": [""], "back": where}
    page = desk.post(f"{where}crew/", told, follow=True).content.decode()
    assert "they ride along" in page
    page = " ".join(crew.client("escort").get(where).content.decode().split())
    assert "Relief drivers</dt><dd>Driver second" in page
    crew.client("escort").post(f"{where}wheel/", {"driver": second.pk})
    assert "Drives now</dt><dd>Driver second" in " ".join(desk.get(where).content.decode().split())
    page = desk.post(f"{where}crew/", {**told, "beside": "", "driver": [second.pk]}, follow=True)
    assert "whoever rides in it stays on record" in page.content.decode()


def test_a_crew_is_chosen_from_whoever_may_take_it_and_the_others_stand_beside_with_the_reason(crew, vehicle):
    plan(crew.client(), crew, vehicle)
    trip, desk = models.Trip.objects.get(), crew.client("dispatcher")
    where = f"/trips/{trip.id}/"
    assert "?crew=choose" in desk.get(where).content.decode()
    page = " ".join(desk.get(f"{where}?crew=choose").content.decode().split())
    chosen = page[page.index('id="crew"') :]
    offered = set(re.findall(r"<option value=\"[^\"]+\">([^<]+)<", chosen))
    assert offered == {"Driver first", "Driver second", "Escort one", "Escort two"}
    assert re.search(r"<li>Driver small <span[^>]*>no licence for this vehicle<", chosen)
    assert re.search(r"<li>[^<]*Escort free[^<]*<span[^>]*>not on duty for the whole trip<", chosen)
    told = {"driver": [crew.people["small"].pk], "escort": [crew.people["one"].pk], "back": where}
    page = desk.post(f"{where}crew/", told, follow=True).content.decode()
    assert "Driver small: Has no licence for this vehicle" in page and not trip.escorts.exists()
    chinese = crew.client("dispatcher", "zh-hans").post(f"{where}crew/", told, follow=True)
    assert "Driver small：准驾不符" in chinese.content.decode()
    told["driver"] = [crew.people["first"].pk]
    assert "later plans keep it" in desk.post(f"{where}crew/", told, follow=True).content.decode()
    trip.refresh_from_db()
    assert (trip.driver, trip.pinned) == (crew.people["first"], True)
    page = " ".join(desk.get(where).content.decode().split())
    assert "Changed by hand by Officer dispatcher" in page
    desk.post(f"{where}crew/undo/", {"back": where})
    trip.refresh_from_db()
    assert (trip.driver, trip.pinned) == (None, False)


def test_whoever_may_not_take_a_trip_is_not_sent_on_it_when_it_is_opened(crew, vehicle):
    answer = plan(crew.client(), crew, vehicle, driver=crew.people["small"].pk)
    assert answer.status_code == 422 and not models.Trip.objects.exists()
    assert "Driver small: Has no licence for this vehicle" in answer.content.decode()


def test_nobody_is_planned_to_relieve_themselves(crew, vehicle):
    first = crew.people["first"].pk
    answer = plan(crew.client(), crew, vehicle, driver=first, reliefs=[first])
    assert answer.status_code == 422
    assert not models.Trip.objects.exists()


def test_a_long_trip_says_that_it_needs_a_convoy_and_is_not_set_off_until_it_has_one(airport, vehicle):
    models.Travel.objects.filter(one="F1", other="KMG").update(minutes=300)
    plan(airport.client(), airport, vehicle)
    trip, client = models.Trip.objects.get(), airport.client("dispatcher")
    where = f"/trips/{trip.id}/"
    page = client.get(where).content.decode()
    assert "it sets off in a convoy only" in page and "Form its convoy" in page
    assert "needs a convoy" in client.get("/trips/").content.decode()
    assert "1 long trip is in no convoy" in client.get("/dispatch/").content.decode()
    assert "Form its convoy" not in airport.client("escort").get(where).content.decode()
    told = {"step": "departed", "back": where}
    assert "in a convoy only" in client.post(f"{where}report/", told, follow=True).content.decode()
    assert "须编入车队" in airport.client("dispatcher", "zh-hans").get(where).content.decode()
    client.post(
        "/convoys/form/",
        {"destination": trip.destination_id, "trips": [trip.id], "commander": airport.people["escort"].pk},
    )
    page = client.get(where).content.decode()
    assert "in a convoy only" not in page and "Named: 0 of 2 drivers, 0 of 1 escorts." in page
    man(trip.id)
    client.post(f"{where}report/", told)
    trip.refresh_from_db()
    assert trip.departed_at is not None


def test_a_reading_below_the_last_one_says_both_and_a_dispatcher_takes_the_wrong_one_back(airport, vehicle):
    plan(airport.client(), airport, vehicle)
    trip, escort = models.Trip.objects.get(), airport.client("escort")
    where = f"/trips/{trip.id}/"
    man(trip.id)
    escort.post(f"{where}report/", {"step": "departed", "odometer_km": "123450.5"})
    told = {"step": "arrived", "odometer_km": "12390", "back": where}
    page = escort.post(f"{where}report/", told, follow=True).content.decode()
    assert "12,390 km is below the last reading, 123,450.5 km on trip:" in page
    assert "This reading is wrong" not in page
    event, desk = models.TripEvent.objects.get(), airport.client("dispatcher")
    assert "This reading is wrong" in desk.get(where).content.decode()
    because = {"because": "one digit twice", "back": where}
    assert escort.post(f"{where}odometer/{event.id}/", because).status_code == 403
    page = desk.post(f"{where}odometer/{event.id}/", because, follow=True).content.decode()
    assert "reading taken back: one digit twice" in page
    escort.post(f"{where}report/", told)
    assert models.TripEvent.objects.filter(step="arrived", odometer_km=12390).exists()


def test_what_cannot_be_on_a_list_is_said_with_who_and_what_instead_in_both_languages(airport, vehicle):
    plan(airport.client(), airport, vehicle)
    trip = models.Trip.objects.get()
    airport.port.send(*(airport.port.told(who=who, where="hall", minute=10) for who in (0, 1)))
    models.Traveller.objects.filter(id=airport.port.travellers[1]).update(needs=["language:my"])
    told = {"people": airport.port.travellers[:2], "back": f"/trips/{trip.id}/"}
    for language, said in (("en", "Nobody of its crew speaks Burmese"), ("zh-hans", "班组中无人会缅甸语")):
        client = airport.client("dispatcher", language)
        page = client.post(f"/trips/{trip.id}/names/", told, follow=True).content.decode()
        assert said in page and airport.code(1) in page
        ticks = re.findall(r'<input type="checkbox" name="people"[^>]*>', page)
        assert sum(" checked" in tick for tick in ticks) == 2, "what was ticked is ticked still"
        assert " checked" not in client.get(f"/trips/{trip.id}/").content.decode()
    models.Custodian.objects.filter(code="hotel").update(attributes={"takes": "contact"}, capacity=10)
    models.Custodian.objects.filter(code="hotel2").update(capacity=10)
    models.Traveller.objects.update(needs=[])
    page = airport.client("dispatcher").post(f"/trips/{trip.id}/names/", told, follow=True).content.decode()
    assert "hotel takes no ordinary travellers. Places that take them and have room: hotel2" in page
