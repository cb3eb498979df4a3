"""Whoever stands elsewhere than at the port is a load of the next plan: it is fetched there, boards, and arrives."""

import pytest

from pratique.core.answers import Refused
from pratique.services import care, custody, transport
from pratique.services.dispatch import boarding, broken, duration, means, plans, pose
from pratique.services.stay import removal
from pratique.services.tracking import outlook
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import trips

from .fleet import hold, make_dispatcher, open_port, take_out
from .port import at, man


@pytest.fixture
def port(db):
    """Coaches, and three of six travellers who take part; the others are on a crew list."""
    port = open_port(coaches=3)
    models.Listing.objects.filter(traveller_id__in=port.travellers[3:]).update(crew=True)
    return port


def propose(minute):
    return plans.propose(by=None, now=at(minute), seconds=0.2)


def adopt(plan, minute):
    return plans.adopt(plan=plan.id, by=make_dispatcher().id, now=at(minute))


def report(trip, step, minute, because=""):
    if step == "departed":
        man(trip)
    told = transport.Report(trip, step, because=because)
    boarding.report(report=told, by=None, now=at(minute))


def break_down(port, *, who=(0, 1), minute=80, destination="hotel", departs=True):
    """A coach with these aboard sets off at minute 60 and breaks down on its way of 40 minutes; its trip."""
    hold(port, *who)
    coach = models.Vehicle.objects.get(plate="云A·D0000")
    order = transport.Order(coach.id, port.custodians[destination], at(50), 90)
    trip = transport.plan_trip(order=order, code="T1").id
    port.custodians["broken"] = trip
    port.send(*(port.told(who=n, where="broken", minute=55) for n in who))
    if departs:
        report(trip, "departed", 60)
    report(trip, "broken_down", minute, "the engine")
    return trip


def parties_at(posed, trip):
    """The parties that the problem has where a trip stands, and that place."""
    (place,) = [row for row in posed.document["locations"] if row.get("ref") == str(trip)]
    return [row for row in posed.document["parties"] if row.get("origin") == place["id"]], place


def names(port, *who):
    return {str(port.travellers[n]) for n in who}


def left_out(posed):
    return {one.subject: one.because for one in posed.left_out if one.sort == "traveller"}


def test_whoever_is_aboard_a_vehicle_that_broke_down_waits_where_it_stands_and_goes_where_it_went(port):
    trip = break_down(port)
    posed = pose.pose(now=at(90))
    parties, place = parties_at(posed, trip)
    assert {who for row in parties for who in row["travellers"]} == names(port, 0, 1)
    assert (place["kind"], place["drive"]) == ("road", 20)  # half of forty minutes
    refs = {row["id"]: row.get("ref") for row in posed.document["locations"]}
    assert {refs[row["dest"]] for row in parties} == {str(port.custodians["hotel"])}
    rest = [way for way in posed.document["ways"] if place["id"] in (way["from"], way["to"])]
    assert [way["drive"] for way in rest] == [20]
    assert {posed.problem.parties[row["id"]].ready_at for row in parties} == {
        int((at(80) - posed.day0_at).total_seconds() // 60)
    }


def test_its_last_position_says_more_than_the_clock(port):
    for code, latitude, longitude in (("KMG", 25.0, 102.0), ("F1", 25.0, 103.0)):
        models.Place.objects.create(code=code, latitude=latitude, longitude=longitude)
    trip = break_down(port)
    models.Fix.objects.create(
        trip_id=trip, at=at(78), latitude=25.01, longitude=102.25, source="phone", received_at=at(78)
    )
    _, place = parties_at(pose.pose(now=at(90)), trip)
    assert place["drive"] == 10


@pytest.mark.parametrize(("minute", "drive"), [(62, 2), (200, 40)])
def test_a_vehicle_stands_between_the_ends_of_its_way(port, minute, drive):
    trip = break_down(port, minute=minute)
    assert parties_at(pose.pose(now=at(minute + 1)), trip)[1]["drive"] == drive


def test_where_the_house_they_went_to_has_no_room_any_more_they_go_where_there_is(port):
    trip = break_down(port)
    models.Custodian.objects.filter(id=port.custodians["hotel"]).update(capacity=1)
    parties, _ = parties_at(pose.pose(now=at(90)), trip)
    assert sorted(row["dest"] for row in parties)[0] == -1 and len({row["dest"] for row in parties}) == 2
    adopt(propose(90), 91)
    ends = models.Trip.objects.filter(origin=trip).values_list("destination__code", flat=True)
    assert set(ends) == {"hotel", "hotel2"}


def test_the_next_plan_fetches_them_they_board_there_and_arrive(port):
    broken = break_down(port)
    hold(port, 2, minute=70)
    plan = propose(90)
    (draft,) = [one for one in plans.list_drafts(plan=plan) if one.origin == broken]
    assert (
        draft.travellers == set(port.travellers[:2])
        and draft.vehicle != models.Vehicle.objects.get(plate="云A·D0000").id
    )
    adopt(plan, 91)
    trip = models.Trip.objects.get(origin=broken)
    assert trip.destination_id == port.custodians["hotel"]
    assert {line.traveller_id for line in trip.lines.all()} == set(port.travellers[:2])
    shown = trips.find_trip(trip=trip.id)
    assert duration.find_boarding(trip=shown) - shown.starts_at == at(20) - at(0)
    port.custodians["rescue"] = trip.id
    report(trip.id, "departed", 100)
    # It drives there empty: nobody of its list is planned again, and its vehicle is taken.
    assert left_out(pose.pose(now=at(110)))[port.travellers[0]] == "boarding"
    outcomes = port.send(*(port.told(who=n, where="rescue", minute=120) for n in (0, 1)))
    assert {(one.state, one.remarks) for one in outcomes} == {("moved", ())}
    assert port.where(0) == port.where(1) == "rescue"
    assert not models.Position.objects.filter(holder_id=broken).exists()
    report(trip.id, "arrived", 145)
    port.send(*(port.told(who=n, where="hotel", minute=150) for n in (0, 1)))
    report(trip.id, "ended", 160)
    sheet = boarding.read_sheet(trip=trip.id)
    assert (sheet.listed, sheet.boarded, sheet.alighted, sheet.differing) == (2, 2, 2, ())
    assert not parties_at_all(pose.pose(now=at(170)))


def parties_at_all(posed):
    return [row for row in posed.document["parties"] if row.get("origin")]


def test_whoever_boarded_meanwhile_stops_the_plan_that_would_fetch_them(port):
    break_down(port)
    plan = propose(90)
    port.send(port.told(who=0, where="bus", minute=90.5))
    with pytest.raises(Refused, match="moved on"):
        adopt(plan, 91)


def test_a_later_plan_keeps_the_trip_and_one_without_its_vehicle_sends_another(port):
    broken = break_down(port)
    adopt(propose(90), 91)
    trip = models.Trip.objects.get(origin=broken)
    later = propose(92)
    assert trip.id in {one.trip for one in plans.list_drafts(plan=later)}
    adopt(later, 93)
    take_out(trip.vehicle.plate, 94)
    adopt(propose(95), 96)
    trip.refresh_from_db()
    assert trip.withdrawn_at == at(96)
    other = models.Trip.objects.get(origin=broken, withdrawn_at__isnull=True)
    assert other.vehicle_id != trip.vehicle_id
    assert {line.traveller_id for line in other.lines.all()} == set(port.travellers[:2])


def test_where_no_vehicle_can_come_they_are_named_with_the_reason(port):
    break_down(port)
    models.Vehicle.objects.filter(kind="coach").update(out_of_service_at=at(70))
    plan = propose(90)
    assert not plan.trips
    rows = {row["id"]: row for row in plan.document["parties"]}
    assert {who for row in plan.unmoved for who in rows[row["party"]]["travellers"]} >= names(port, 0, 1)
    assert all(row["because"] and row["remedy"] for row in plan.unmoved)


def test_who_cannot_be_fetched_by_a_plan_is_left_out_by_name(port):
    trip = break_down(port)
    other = transport.plan_trip(
        order=transport.Order(
            models.Vehicle.objects.get(plate="云A·D0001").id, port.custodians["hotel"], at(90), 90
        ),
        code="T2",
    )
    offer = custody.Offer(giver=trip, receiver=other.id, heads=1, names=(port.travellers[0],))
    custody.offer(handover_id=make_id(), offer=offer, by=make_dispatcher().id, now=at(85))
    assert left_out(pose.pose(now=at(90)))[port.travellers[0]] == "offered_by_hand"
    models.Travel.objects.filter(one="F1").delete()
    assert left_out(pose.pose(now=at(90)))[port.travellers[1]] == "stand_unknown"


def test_at_its_destination_it_only_has_to_hand_them_over(port):
    trip = break_down(port, departs=False)
    models.Trip.objects.filter(id=trip).update(departed_at=at(55), arrived_at=at(75))
    posed = pose.pose(now=at(90))
    assert left_out(posed)[port.travellers[0]] == "at_destination"
    assert posed.heads == posed.in_parties + len(left_out(posed))


def test_a_case_found_on_the_road_goes_to_hospital_from_there(port):
    trip = break_down(port)
    care.take_sample(swab=care.Swab(port.travellers[0], "T1"), by=None, now=at(30))
    care.record_result(tube="T1", result="positive", by=None, now=at(85))
    posed = pose.pose(now=at(90))
    kinds = {row["id"]: row["kind"] for row in posed.document["locations"]}
    parties, _ = parties_at(posed, trip)
    found = {row["travellers"][0]: (row["cls"], kinds[row["dest"]]) for row in parties}
    assert found == {
        str(port.travellers[0]): ("case", "hospital"),
        str(port.travellers[1]): ("ordinary", "facility"),
    }


@pytest.fixture
def guests(port):
    """Three guests of the hotel, two of them in one room; people who ask."""
    hold(port, 0, 1, 2)
    port.send(*(port.told(who=n, where="bus", minute=30) for n in (0, 1, 2)))
    port.send(*(port.told(who=n, where="hotel", minute=75) for n in (0, 1, 2)))
    models.Traveller.objects.filter(id__in=port.travellers[:2]).update(room="301")
    return port


def ask(port, who=2, *, receiver="hotel2", because="contact", minute=100, along=(), leaves=120):
    asked = removal.Asked(
        port.travellers[who], port.custodians[receiver], because, "Reception", at(leaves),
        along=tuple(port.travellers[n] for n in along), by_plan=True,
    )  # fmt: skip
    return removal.ask(asked=asked, by=make_dispatcher().id, now=at(minute)).id


def test_a_guest_who_is_to_move_is_fetched_by_the_next_plan_and_is_there(guests):
    port, request = guests, ask(guests)
    (row,) = parties_at_all(pose.pose(now=at(101)))
    assert row["travellers"] == [str(port.travellers[2])]
    assert removal.find_open(traveller=port.travellers[2]).trip is None
    plan = propose(101)
    adopt(plan, 102)
    trip = models.Trip.objects.get(origin=port.custodians["hotel"])
    assert trip.destination_id == port.custodians["hotel2"]
    shown = trips.find_trip(trip=trip.id)
    boards = duration.find_boarding(trip=shown)
    assert boards >= at(120) and boards - shown.starts_at == at(40) - at(0)
    assert trip.during.upper - trip.during.lower >= at(40 + 30 + 55) - at(0)  # there, across, back
    asked = removal.find_open(traveller=port.travellers[2])
    assert (asked.id, asked.trip.id) == (request, trip.id)
    port.custodians["mover"] = trip.id
    report(trip.id, "departed", 105)
    assert left_out(pose.pose(now=at(110)))[port.travellers[2]] == "boarding"
    port.send(port.told(who=2, where="mover", minute=130))
    assert removal.find_open(traveller=port.travellers[2]).id == request
    port.send(port.told(who=2, where="hotel2", minute=170))
    assert removal.find_open(traveller=port.travellers[2]) is None
    report(trip.id, "ended", 175)
    assert boarding.read_sheet(trip=trip.id).differing == ()


def test_an_ill_child_goes_to_hospital_by_ambulance_and_its_mother_along(guests):
    ask(guests, 0, receiver="hospital", because="ill", along=(1,))
    (row,) = parties_at_all(pose.pose(now=at(101)))
    assert set(row["travellers"]) == names(guests, 0, 1)
    assert (row["cls"], row["size"], row["companions"]) == ("case", 2, 1)
    adopt(propose(101), 102)
    trip = models.Trip.objects.get(origin=guests.custodians["hotel"])
    assert trip.vehicle.kind == "ambulance" and trip.lines.count() == 2


@pytest.mark.parametrize("several", [False, True])
def test_called_off_the_vehicle_that_the_plan_sent_comes_for_the_others_only(guests, several):
    request = ask(guests)
    if several:
        ask(guests, 0)
    adopt(propose(101), 102)
    (trip,) = models.Trip.objects.filter(origin=guests.custodians["hotel"])
    removal.drop(removal=request, because="a room here after all", by=make_dispatcher().id, now=at(103))
    trip.refresh_from_db()
    assert (trip.withdrawn_at is None) == several
    assert {line.traveller_id for line in trip.lines.all()} == ({guests.travellers[0]} if several else set())
    assert removal.find_open(traveller=guests.travellers[2]) is None
    assert (
        names(guests, 2)
        & {who for row in pose.pose(now=at(104)).document["parties"] for who in row["travellers"]}
        == set()
    )


def test_once_the_vehicle_has_set_off_it_is_not_called_off(guests):
    request = ask(guests)
    adopt(propose(101), 102)
    report(models.Trip.objects.get(origin=guests.custodians["hotel"]).id, "departed", 104)
    with pytest.raises(Refused, match="trip_under_way"):
        removal.drop(removal=request, because="stays", by=make_dispatcher().id, now=at(105))
    assert removal.find_open(traveller=guests.travellers[2]) is not None


@pytest.mark.parametrize(("drive", "lead"), [(40, 40), (130, 150)])
def test_what_a_facility_sends_itself_stays_its_own_and_is_there_in_time_rests_included(guests, drive, lead):
    coach = models.Vehicle.objects.get(plate="云A·D0001")
    models.Travel.objects.filter(one="F1", other="KMG").update(minutes=drive)
    asked = removal.Asked(
        guests.travellers[2], guests.custodians["hotel2"], "contact", "Reception", at(300), vehicle=coach.id
    )
    removal.ask(asked=asked, by=make_dispatcher().id, now=at(100))
    trip = models.Trip.objects.get(origin__isnull=False)
    assert trip.during.lower == at(300 - lead)
    assert means.split(opened=means.list_open())[1] == []
    assert not parties_at_all(pose.pose(now=at(101)))
    found = trips.find_trip(trip=trip.id)
    assert duration.find_boarding(trip=found) == at(300)
    trip.departed_at = trip.during.lower
    (seen,) = outlook.foresee(trips=[trip], now=trip.departed_at).values()
    assert seen.arrival.expected_at == at(300 + 30)  # half an hour from the one hotel to the other


def test_the_crew_of_a_vehicle_that_broke_down_stays_with_its_people_until_they_are_fetched(port):
    broken = break_down(port)
    driver, escort = (models.Person.objects.get(username=name) for name in ("driver0", "escort0"))
    models.Trip.objects.filter(id=broken).update(driver=driver)
    models.Trip.objects.get(id=broken).escorts.add(escort)
    both = {str(driver.id), str(escort.id)}
    assert not both & {row["ref"] for row in pose.pose(now=at(90)).document["crew"]}
    port.send(*(port.told(who=n, where="bus", minute=100) for n in (0, 1)))
    assert both <= {row["ref"] for row in pose.pose(now=at(101)).document["crew"]}


def test_a_plan_that_fetches_people_on_the_road_is_proposed_by_itself_once(port, monkeypatch):
    monkeypatch.setattr(plans, "SECONDS", 0.1)
    hold(port, 2, minute=30)
    take_out("云A·D0000", 35)
    adopt(propose(40), 41)
    models.Vehicle.objects.update(out_of_service_at=None)
    assert broken.heed(now=at(42)) == 0
    trip = break_down(port)
    assert broken.heed(now=at(81)) == 1
    plan = plans.find_proposed()
    assert trip in {one.origin for one in plans.list_drafts(plan=plan)}
    assert broken.heed(now=at(82)) == 0
    adopt(plan, 83)
    assert broken.heed(now=at(84)) == 0


def test_it_is_proposed_where_no_plan_was_ever_adopted(port, monkeypatch):
    monkeypatch.setattr(plans, "SECONDS", 0.1)
    trip = break_down(port)
    assert plans.find_adopted() is None and broken.heed(now=at(81)) == 1
    assert trip in {one.origin for one in plans.list_drafts(plan=plans.find_proposed())}


def test_whoever_was_scanned_onto_a_trip_that_was_taken_back_waits_there_for_the_next_plan(port):
    hold(port, 0, 1)
    adopt(propose(60), 61)
    (trip,) = {line.trip for line in models.BoardingLine.objects.filter(traveller_id=port.travellers[0])}
    transport.withdraw(trips=[trip.id], because="a better one", by=None, now=at(62))
    port.custodians["taken back"] = trip.id
    port.send(port.told(who=0, where="taken back", minute=63))
    (row,) = [row for row in pose.pose(now=at(64)).document["parties"] if row["where"] == str(trip.id)]
    assert row["travellers"] == [str(port.travellers[0])] and not row.get("forecast")
    adopt(propose(64), 65)
    line = models.BoardingLine.objects.exclude(trip=trip).get(traveller_id=port.travellers[0])
    port.custodians["next"] = line.trip_id
    port.send(port.told(who=0, where="next", minute=70))
    assert port.where(0) == "next" and not models.Dispute.objects.exists()


def test_whoever_was_scanned_onto_a_trip_that_was_over_is_named_at_once_with_a_room_held_where_it_went(port):
    hold(port, 0, 1)
    coach = models.Vehicle.objects.filter(kind="coach").first()
    order = transport.Order(coach.id, port.custodians["hotel"], at(30), 90)
    trip = port.custodians["over"] = transport.plan_trip(order=order, code="T9").id
    for step, minute in (("departed", 40), ("arrived", 70), ("ended", 80)):
        report(trip, step, minute)
    before = {place.id: place.free for place in pose.pose(now=at(81)).places}
    port.send(port.told(who=0, where="over", minute=82))
    posed = pose.pose(now=at(83))
    assert left_out(posed)[port.travellers[0]] == "trip_over"
    free = {place.id: place.free for place in posed.places}
    assert before[order.destination] - free[order.destination] == 1
    models.Trip.objects.filter(id=trip).update(
        withdrawn_at=at(83), departed_at=None, origin=port.custodians["hotel2"]
    )
    assert left_out(pose.pose(now=at(84)))[port.travellers[0]] == "trip_taken_back"
