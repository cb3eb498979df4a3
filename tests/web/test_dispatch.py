"""The dispatch desk: a plan is asked for, read, changed by hand, adopted or refused; each trip has its list."""

import re
from datetime import timedelta

import pytest

from pratique.core.transport import check
from pratique.engines.transport import solve
from pratique.services import clock
from pratique.services.dispatch import draft as names
from pratique.services.dispatch import plans, searches
from pratique.store import models
from pratique.store.ids import make_id
from services.fleet import hold, open_port

from .airport import open_airport


@pytest.fixture
def airport(db, monkeypatch):
    """Six people in the holding area, two coaches, an ambulance, crews on duty; plans are made in a moment."""
    monkeypatch.setattr(plans, "SECONDS", 0.1)
    found = open_airport(travellers=6, port=open_port(travellers=6))
    hold(found.port, *range(6))
    return found


def propose(client):
    return client.post("/dispatch/propose/", follow=True).content.decode()


def test_the_desk_says_who_waits_where(airport):
    page = airport.client("dispatcher").get("/dispatch/").content.decode()
    assert "MU2086" in page and "6 people here or soon expected" in page and "no plan in force" in page


def test_a_plan_is_proposed_and_adopted_and_every_trip_has_its_list(airport):
    client = airport.client("dispatcher")
    page = propose(client)
    assert "Nothing is changed until it is adopted" in page and "gantt-proposed" in page
    assert "it had no trip" in page
    assert ("No plan costs less than" in page) == (plans.find_proposed().bound > 0)
    assert not models.Trip.objects.exists()
    plan = plans.find_proposed()
    page = client.post(f"/dispatch/{plan.id}/adopt/", follow=True).content.decode()
    assert "The plan is in force" in page and "gantt-in_force" in page
    trip = models.Trip.objects.first()
    codes = set(trip.lines.values_list("traveller__code", flat=True))
    shown = client.get(f"/trips/{trip.id}/").content.decode()
    paper = client.get(f"/trips/{trip.id}/list/").content.decode()
    assert codes and all(code in shown and code in paper for code in codes)


def test_names_are_on_the_paper_only_for_whom_may_see_them(airport):
    client = airport.client("dispatcher")
    propose(client)
    client.post(f"/dispatch/{plans.find_proposed().id}/adopt/")
    trip = models.Trip.objects.filter(lines__traveller=airport.port.travellers[0]).get()
    assert "XIAOMING" in client.get(f"/trips/{trip.id}/list/").content.decode()
    assert "XIAOMING" not in airport.client("escort").get(f"/trips/{trip.id}/list/").content.decode()


def test_the_second_of_two_dispatchers_is_told(airport):
    client = airport.client("dispatcher")
    propose(client)
    plan = plans.find_proposed()
    told = {"back": "/dispatch/"}
    client.post(f"/dispatch/{plan.id}/adopt/", told)
    page = airport.client("commander").post(f"/dispatch/{plan.id}/adopt/", told, follow=True)
    assert "The plan was overtaken" in page.content.decode()


def test_the_desk_says_what_is_in_the_way_of_a_proposal_since_it_was_made(airport):
    client = airport.client("dispatcher")
    propose(client)
    plan = plans.find_proposed()
    one = plans.list_drafts(plan=plan)[0]
    vehicle = models.Vehicle.objects.get(id=one.vehicle)
    vehicle.out_of_service_at = clock.now()
    vehicle.save()
    page = client.post(f"/dispatch/{plan.id}/adopt/", follow=True).content.decode()
    assert "Not adopted" in page and f"{vehicle.plate} is out of service" in page
    assert plans.find_adopted() is None


def test_a_refusal_needs_a_reason(airport):
    client = airport.client("dispatcher")
    propose(client)
    plan = plans.find_proposed()
    client.post(f"/dispatch/{plan.id}/refuse/", {"back": "/dispatch/"})
    assert plans.find_proposed().id == plan.id
    page = client.post(f"/dispatch/{plan.id}/refuse/", {"because": "fog"}, follow=True).content.decode()
    assert "What was in force stays so" in page and plans.find_proposed() is None


@pytest.mark.parametrize(
    ("language", "said"), [("en", "may not carry ordinary"), ("zh-hans", "不得运送一般旅客")]
)
def test_a_change_that_breaks_a_rule_is_said_in_words_and_not_done(airport, language, said):
    client = airport.client("dispatcher", language)
    propose(client)
    plan = plans.find_proposed()
    ambulance = str(models.Vehicle.objects.get(kind="ambulance").id)
    number = next(row["id"] for row in plan.document["vehicles"] if row["ref"] == ambulance)
    answer = client.post(f"/dispatch/{plan.id}/edit/", {"trip": 0, "vehicle": number})
    assert answer.status_code == 422 and said in answer.content.decode()
    assert plans.find_proposed().trips == plan.trips


def test_people_are_moved_by_hand(airport):
    client = airport.client("dispatcher")
    propose(client)
    plan = plans.find_proposed()
    party = plan.trips[0]["parties"][0]
    page = client.post(f"/dispatch/{plan.id}/edit/", {"trip": -1, "party": party}, follow=True)
    assert "no rule is broken" in page.content.decode() and "taken off by hand" in page.content.decode()
    assert client.post(f"/dispatch/{plan.id}/edit/", {"trip": "the first"}).status_code == 409
    again = propose(client)
    assert "taken off by hand" in again and "Kept back by hand" in again
    plan = plans.find_proposed()
    (who,) = names.Names(plan.document).parties[party]
    told = {"plan": plan.id, "party": who, "do": "let_go"}
    freed = client.post("/dispatch/load/", told, follow=True).content.decode()
    assert "Plans may give them a trip again" in freed and "Kept back by hand" not in freed


def test_whoever_cannot_be_moved_is_named_with_what_would_help(airport):
    models.Vehicle.objects.filter(kind="coach").update(kind="tram")
    page = propose(airport.client("dispatcher"))
    assert "there is no vehicle" in page or "no vehicle kind may carry" in page
    assert "the rules know no vehicle of this kind" in page
    page = airport.client("dispatcher", "zh-hans").get("/dispatch/").content.decode()
    assert "规则中没有这种车型" in page and "no vehicle" not in page


def test_rooms_that_are_missing_are_counted_for_all_who_stay_behind(airport, monkeypatch):
    monkeypatch.setattr(solve, "_REMEDIES_LEAST", 5.0)  # as long as it takes: what is claimed is the count
    models.Custodian.objects.filter(kind="facility").update(capacity=1)
    page = propose(airport.client("dispatcher"))
    assert (
        "no place has rooms enough left" in page
        and "find more rooms for ordinary travellers at hotel: 4" in page
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "is out of service or still on the road"), ("zh-hans", "已停用或仍在途中")],
)
def test_a_trip_that_cannot_be_done_any_more_stands_on_top_with_what_is_in_the_way(airport, language, said):
    client = airport.client("dispatcher", language)
    propose(client)
    client.post(f"/dispatch/{plans.find_proposed().id}/adopt/")
    assert 'id="broken"' not in client.get("/dispatch/").content.decode()
    trip = models.Trip.objects.select_related("vehicle").first()
    client.post(f"/vehicles/{trip.vehicle_id}/service/", {"service": "out"})
    page = client.get("/dispatch/").content.decode()
    assert 'id="broken"' in page and f"{trip.vehicle.plate} {said}" in page
    assert f"/trips/{trip.id}/" in page
    page = propose(client)
    assert ("must" if language == "en" else "必须") in page
    client.post(f"/dispatch/{plans.find_proposed().id}/adopt/")
    assert 'id="broken"' not in client.get("/dispatch/").content.decode()


def test_what_a_plan_costs_is_shown_by_part(airport):
    page = propose(airport.client("dispatcher"))
    plan = plans.find_proposed()
    assert sum(plan.cost[part] for part in check.Cost.__slots__) == pytest.approx(plan.objective)
    left = plan.cost["in_force"]
    assert sum(left.values()) == left["unmoved"] > plan.objective
    assert "What the cost is made of" in page and "vehicles used" in page


@pytest.fixture
def two_late(airport):
    """Four of six have a trip in force; two come to the holding area after it."""
    late = models.Listing.objects.filter(traveller_id__in=airport.port.travellers[4:])
    late.update(crew=True)
    client = airport.client("dispatcher")
    propose(client)
    client.post(f"/dispatch/{plans.find_proposed().id}/adopt/")
    late.update(crew=False)
    return airport


def read_offers(client):
    """The page on which the load without a trip is given one, and what its form says as it stands."""
    desk = client.get("/dispatch/").content.decode()
    (query,) = re.findall(r'href="/dispatch/load/\?([^"]+)"', desk)
    page = client.get("/dispatch/load/?" + query.replace("&amp;", "&")).content.decode()
    told = {
        name: re.findall(rf'name="{name}" value="([^"]*)" checked', page)
        for name in ("party", "driver", "escort")
    }
    for name in ("plan", "flight", "cls", "where", "starts_at"):
        told[name] = re.search(rf'name="{name}" value="([^"]*)"', page)[1]
    for name in ("vehicle", "destination"):
        told[name] = re.search(rf'name="{name}">.*?value="([^"]+)" selected', page)[1]
    return page, told


@pytest.mark.parametrize(("language", "said"), [("en", "They have a trip"), ("zh-hans", "已安排车次")])
def test_a_load_without_a_trip_is_put_onto_one_with_room_and_taken_back(two_late, language, said):
    client = two_late.client("dispatcher", language)
    page, told = read_offers(client)
    assert len(told["party"]) == 2
    (trip,) = re.findall(r'id="load-onto".*?<option value="([^"]+)"', page)
    client.get("/dispatch/load/", {**told, "do": "put", "onto": trip})
    assert plans.find_proposed() is None  # looking changes nothing
    page = client.post("/dispatch/load/", {**told, "do": "put", "onto": trip}, follow=True).content.decode()
    assert said in page
    plan = plans.find_proposed()
    assert plan.bound == 0 and "costs less than" not in page and "任何方案不低于" not in page
    riding = next(one for one in plans.list_drafts(plan=plan) if str(one.trip) == trip)
    assert set(two_late.port.travellers[4:]) <= riding.travellers and riding.pinned
    client.post(f"/dispatch/{plan.id}/undo/")
    assert plans.find_proposed() is None


def test_a_load_that_the_proposed_plan_covers_says_so_and_asks_for_no_trip(two_late):
    client = two_late.client("dispatcher")
    assert "Give a trip" in client.get("/dispatch/").content.decode()
    page = propose(client)
    assert "the proposed plan has it" in page and "Give a trip" not in page


def test_a_load_without_a_trip_gets_a_new_one_or_the_rule_that_is_in_the_way(two_late):
    client = two_late.client("dispatcher")
    page, told = read_offers(client)
    ambulance = models.Vehicle.objects.get(kind="ambulance").id
    answer = client.post("/dispatch/load/", {**told, "do": "new", "vehicle": ambulance})
    assert answer.status_code == 422 and "may not carry ordinary" in answer.content.decode()
    assert plans.find_proposed() is None
    answer = client.post("/dispatch/load/", {**told, "do": "new"}, follow=True)
    assert "They have a trip" in answer.content.decode()
    (made,) = [one for one in plans.list_drafts(plan=plans.find_proposed()) if one.trip is None]
    assert (str(made.vehicle), made.travellers) == (told["vehicle"], set(two_late.port.travellers[4:]))
    assert client.post("/dispatch/load/", {**told, "do": "new", "starts_at": "noon"}).status_code == 409


def test_a_vehicle_goes_out_of_service_and_back(airport):
    client, coach = airport.client("dispatcher"), models.Vehicle.objects.filter(kind="coach").first()
    client.post(f"/vehicles/{coach.id}/service/", {"service": "out"})
    assert models.Vehicle.objects.get(id=coach.id).out_of_service_at is not None
    client.post(f"/vehicles/{coach.id}/service/", {"service": "back"})
    assert models.Vehicle.objects.get(id=coach.id).out_of_service_at is None


def test_a_trip_that_cannot_go_on_offers_its_people_to_another_by_name(airport):
    client = airport.client("dispatcher")
    port = airport.port
    port.send(*(port.told(who=n, where="holding", minute=30) for n in range(6)))
    propose(client)
    client.post(f"/dispatch/{plans.find_proposed().id}/adopt/")
    trip = models.Trip.objects.filter(lines__traveller=port.travellers[0]).get()
    port.custodians["mine"] = trip.id
    port.send(port.told(who=0, where="mine", minute=59))
    other = models.Vehicle.objects.create(plate="YA-9", kind="coach", seats=20)
    told = {"vehicle": other.id, "destination": trip.destination_id, "starts_at": "2020-04-15T13:00"}
    client.post("/trips/plan/", told)
    receiver = models.Trip.objects.get(vehicle=other)
    answer = client.post(
        f"/trips/{trip.id}/hand-over/", {"receiver": receiver.id, "people": [port.travellers[0]]}, follow=True
    )
    assert "the other vehicle scans them aboard" in answer.content.decode()
    event = models.HandoverEvent.objects.get()
    assert (event.receiver_id, event.heads, event.names) == (receiver.id, 1, [str(port.travellers[0])])
    assert client.post(f"/trips/{receiver.id}/hand-over/", {"receiver": trip.id}).status_code == 409


def test_the_auditor_looks_and_does_not_touch(airport):
    page = airport.client("auditor").get("/dispatch/").content.decode()
    assert not re.search(r"Make a plan", page)
    assert airport.client("auditor").post("/dispatch/propose/").status_code == 403
    assert airport.client("reception").get("/dispatch/").status_code == 403


def test_where_somebody_goes_is_decided_on_their_page(airport):
    client, who = airport.client("screener"), airport.port.travellers[0]
    hotel = airport.port.custodians["hotel2"]
    page = client.post(f"/travellers/{who}/bind/", {"custodian": hotel}, follow=True).content.decode()
    assert "The next plan goes by it" in page and models.Traveller.objects.get(id=who).bound_id == hotel
    assert client.post(f"/travellers/{who}/bind/", {"custodian": "the sea"}).status_code == 409
    assert airport.client("escort").post(f"/travellers/{who}/bind/").status_code == 403


def test_a_load_is_moved_by_hand_on_the_desk_and_what_is_in_the_way_is_told_before(airport):
    client = airport.client("dispatcher")
    propose(client)
    plan = plans.find_proposed()
    page = client.get("/dispatch/").content.decode()
    assert (
        'data-load="0"' in page
        and 'data-load="0"' not in airport.client("auditor").get("/dispatch/").content.decode()
    )
    told = client.get(f"/dispatch/targets/?plan={plan.id}&load=0").json()
    ambulance, coach = (models.Vehicle.objects.filter(kind=kind).first() for kind in ("ambulance", "coach"))
    ways = {one["id"]: one["because"] for one in told["vehicles"]}
    assert any("may not carry ordinary" in said for said in ways[str(ambulance.id)])
    answer = client.post("/dispatch/move/", {"plan": plan.id, "load": "0", "vehicle": ambulance.id})
    assert answer.status_code == 422 and "may not carry ordinary" in answer.content.decode()
    own = plans.list_drafts(plan=plan)[0].vehicle
    other = next(v.id for v in models.Vehicle.objects.filter(kind="coach") if v.id != own)
    if not ways[str(other)]:
        client.post("/dispatch/move/", {"plan": plan.id, "load": "0", "vehicle": other})
        assert other in {d.vehicle for d in plans.list_drafts(plan=plans.find_proposed()) if d.pinned}
    bad = client.post("/dispatch/move/", {"plan": plan.id, "load": "0", "later": "soon"})
    assert bad.status_code == 409
    assert coach is not None


def test_a_trip_is_pinned_and_released_on_its_page(airport):
    client = airport.client("dispatcher")
    propose(client)
    client.post(f"/dispatch/{plans.find_proposed().id}/adopt/")
    trip = models.Trip.objects.first()
    page = client.post(f"/trips/{trip.id}/pin/", {"pinned": "yes"}, follow=True).content.decode()
    assert "Every later plan keeps this trip" in page and models.Trip.objects.get(id=trip.id).pinned
    assert "Pin it" not in airport.client("escort").get(f"/trips/{trip.id}/").content.decode()
    client.post(f"/trips/{trip.id}/pin/", {"pinned": "no"})
    assert not models.Trip.objects.get(id=trip.id).pinned


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            ["no hospital has a bed for them", "hospital open again with beds free would do for these 1: 1"],
        ),
        ("zh-hans", ["定点医院没有空床", "hospital恢复接收并有 1 张空床，即可收治这 1 人"]),
    ],
)
def test_a_hospital_is_closed_on_the_desk_and_a_case_without_a_bed_is_named_with_what_would_help(
    airport, language, said
):
    models.Traveller.objects.filter(id=airport.port.travellers[0]).update(channel="symptomatic")
    client, hospital = airport.client("dispatcher", language), airport.port.custodians["hospital"]
    assert said[0] not in client.get("/dispatch/").content.decode()
    assert (
        client.post(f"/dispatch/hospitals/{hospital}/", {"step": "close", "because": ""}).status_code == 409
    )
    client.post(f"/dispatch/hospitals/{hospital}/", {"step": "close", "because": "the ward is full"})
    page = client.get("/dispatch/").content.decode()
    assert all(one in page for one in said) and "the ward is full" in page
    client.post(f"/dispatch/hospitals/{hospital}/", {"step": "open"})
    assert said[0] not in client.get("/dispatch/").content.decode()
    hotel = airport.port.custodians["hotel"]
    assert client.post(f"/dispatch/hospitals/{hotel}/", {"step": "open"}).status_code == 404
    assert airport.client("screener").post(f"/dispatch/hospitals/{hospital}/").status_code == 403


def get_search(client, shown):
    return client.get(f"/dispatch/search/?shown={shown}", headers={"HX-Request": "true"})


def test_a_plan_is_looked_for_on_while_the_desk_says_how_far_it_is(airport):
    client = airport.client("dispatcher")
    page = client.post("/dispatch/propose/", {"seconds": "60"}, follow=True).content.decode()
    plan = plans.find_proposed()
    assert "0 of 60 s" in page and "about to begin" in page and "Make a plan" not in page
    searches.take(wall=clock.wall())
    searches.hear(plan=plan.id, gone=12.0, bound=plan.objective / 2, wall=clock.wall())
    shown = get_search(client, plan.id)
    said = shown.content.decode()
    assert "12 of 60 s" in said and "gap" in said and "Show the better plan" not in said
    assert "Show the better plan" in get_search(client, make_id()).content.decode()
    quiet = airport.client("auditor").get("/dispatch/").content.decode()
    assert "12 of 60 s" in quiet and "Stop and keep" not in quiet


def test_a_second_plan_is_not_begun_while_one_is_looked_for(airport):
    client = airport.client("dispatcher")
    propose(client)
    plan = plans.find_proposed()
    page = airport.client("commander").post("/dispatch/propose/", {"back": "/dispatch/"}, follow=True)
    assert "A better plan is being looked for" in page.content.decode()
    assert plans.find_proposed().id == plan.id


def test_a_search_is_stopped_and_its_plan_stays_or_is_thrown_away(airport):
    client = airport.client("dispatcher")
    propose(client)
    plan = plans.find_proposed()
    page = client.post(f"/dispatch/{plan.id}/stop/", follow=True).content.decode()
    assert "The best plan found stays proposed" in page and "Stopped by hand" in page and "Plan again" in page
    ended = get_search(client, plan.id)
    assert "Stopped by hand" in ended.content.decode() and ended["HX-Retarget"] == "#search"
    elsewhere = get_search(client, make_id())
    assert elsewhere.status_code == 204 and elsewhere["HX-Refresh"] == "true"
    propose(client)
    plan = plans.find_proposed()
    page = client.post(f"/dispatch/{plan.id}/discard/", follow=True).content.decode()
    assert "Thrown away" in page and plans.find_proposed() is None
    assert get_search(client, plan.id)["HX-Refresh"] == "true"


@pytest.mark.parametrize(("language", "said"), [("en", "process is gone"), ("zh-hans", "搜索进程已中断")])
def test_a_search_whose_process_is_gone_is_said_to_have_ended_early(airport, language, said):
    client = airport.client("dispatcher", language)
    propose(client)
    plan = searches.take(wall=clock.wall())
    assert said not in client.get("/dispatch/").content.decode()
    searches.hear(plan=plan.id, gone=3, bound=0, wall=clock.wall() - timedelta(minutes=1))
    assert said in client.get("/dispatch/").content.decode()
    client.post(f"/dispatch/{plan.id}/adopt/")
    assert plans.find_adopted() is not None
