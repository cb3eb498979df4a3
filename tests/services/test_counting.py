"""A trip that breaks down, from the report to the counts: taken on by another vehicle, some without network, and found equal."""

import pytest

from pratique.core.answers import Refused
from pratique.core.custody.handover import Step
from pratique.core.duties.register import State
from pratique.core.duties.vocabulary import Kind
from pratique.services import custody, register, transport
from pratique.services.dispatch import boarding, counting, relay
from pratique.store import models

from .fleet import hold, make_dispatcher, open_port
from .port import at, man


@pytest.fixture
def road(db):
    """Four people on the list of `coach` to the hotel, aboard, set off at minute 45; `relief` of the same kind at the port."""
    port = open_port(travellers=6, coaches=2)
    hold(port, *range(6))
    port.by = make_dispatcher().id
    for name, vehicle in zip(("coach", "relief"), models.Vehicle.objects.filter(kind="coach"), strict=True):
        order = transport.Order(vehicle.id, port.custodians["hotel"], at(30), 240)
        port.custodians[name] = transport.plan_trip(order=order, code=f"trip:{name}").id
    boarding.write_lists(lists={port.custodians["coach"]: port.travellers[:4]})
    scan(port, "coach", 40, 0, 1, 2, 3)
    report(port, "coach", "departed", 45)
    return port


def scan(port, where, minute, *who, **more):
    told = [port.told(who=n, where=where, minute=minute + n / 10, **more) for n in who]
    port.send(*told)
    return told


def report(port, name, step, minute):
    if step == "departed":
        man(port.custodians[name])
    told = transport.Report(port.custodians[name], step, because="gearbox")
    boarding.report(report=told, by=None, now=at(minute))


def owed(port, name, minute):
    account = register.account_of(kind=Kind.TRIP, subject=str(port.custodians[name]), now=at(minute))
    return {d.code for d in account.duties if d.state in (State.DUE, State.OVERDUE)}


def last(port, name):
    return counting.find_count(trip=port.custodians[name]).attributes


def test_from_the_breakdown_to_equal_counts_with_a_phone_that_had_no_network(road):
    report(road, "coach", "broken_down", 60)
    assert counting.heed(now=at(61)) == 0, "people are still with it"
    assert owed(road, "coach", 61) == {"relay"}
    report(road, "relief", "departed", 65)
    names = frozenset(road.travellers[:4])
    told = relay.Relay(road.custodians["coach"], road.custodians["relief"], names)
    offer = relay.offer(relay=told, may_set_aside=False, by=road.by, now=at(66))
    scan(road, "relief", 90, 0, 1, 2, handover=offer)
    kept = road.told(who=3, where="relief", minute=90.5, handover=offer, phone="q")
    custody.answer(handover_id=offer, step=Step.ACCEPTED, heads=4, because="", by=None, now=at(91))
    assert counting.heed(now=at(92)) == 0, "by the book one is still in the coach: their scan is on a phone"
    road.send(kept, phone="q", heard=110)
    assert custody.find_handover(handover_id=offer, now=at(111)).state.value == "closed"
    assert counting.heed(now=at(111)) == 1
    assert last(road, "coach") == {"agreed": True, "boarded": 4, "received": 4}
    assert owed(road, "coach", 112) == set()
    scan(road, "hotel", 130, 0, 1, 2, 3)
    for step, minute in (("arrived", 128), ("ended", 140)):
        report(road, "relief", step, minute)
    assert last(road, "relief") == {"agreed": True, "boarded": 4, "received": 4}
    assert owed(road, "relief", 141) == set()
    assert {road.where(n) for n in range(4)} == {"hotel"}


def test_the_vehicle_that_broke_down_owes_its_disinfection_once_nobody_is_in_it(road):
    report(road, "coach", "broken_down", 60)
    told = models.Evidence.objects.filter(subject_kind="vehicle", code="trip_ended")
    assert not told.exists()
    scan(road, "relief", 90, 0, 1, 2, 3)
    counting.heed(now=at(95))
    assert told.count() == 1
    assert counting.heed(now=at(96)) == 0


def test_one_who_left_the_broken_vehicle_to_no_other_makes_its_count_differ(road):
    report(road, "coach", "broken_down", 60)
    scan(road, "relief", 90, 0, 1, 2)
    scan(road, "hall", 90, 3)
    counting.heed(now=at(95))
    assert last(road, "coach") == {"agreed": False, "boarded": 4, "received": 3}


def end_with_one_elsewhere(road):
    scan(road, "hotel", 75, 0, 1, 2)
    scan(road, "hospital", 75, 3)
    for step, minute in (("arrived", 74), ("ended", 80)):
        report(road, "coach", step, minute)


def test_a_count_that_differs_is_owed_until_the_names_are_found_and_explained(road):
    end_with_one_elsewhere(road)
    assert owed(road, "coach", 100) == {"count"}
    with pytest.raises(Refused, match="reason_missing"):
        counting.settle(trip=road.custodians["coach"], because=" ", by=road.by, now=at(100))
    why = "taken to hospital off the road, with her escort"
    counting.settle(trip=road.custodians["coach"], because=why, by=road.by, now=at(100))
    assert owed(road, "coach", 101) == set()
    row = counting.find_count(trip=road.custodians["coach"])
    code = models.Traveller.objects.get(id=road.travellers[3]).code
    assert (row.by_id, row.attributes["because"], row.attributes["names"]) == (road.by, why, [code])
    with pytest.raises(Refused, match="count_not_open"):
        counting.settle(trip=road.custodians["coach"], because=why, by=road.by, now=at(102))


def test_it_is_not_settled_while_somebody_of_them_is_missed(road):
    scan(road, "hotel", 75, 0, 1, 2)
    scan(road, "hall", 75, 3)
    for step, minute in (("arrived", 74), ("ended", 80)):
        report(road, "coach", step, minute)
    with pytest.raises(Refused, match="count_names_missing"):
        counting.settle(trip=road.custodians["coach"], because="in the hall", by=road.by, now=at(300))


def test_a_late_scan_that_makes_the_counts_equal_settles_it_by_itself(road):
    kept = road.told(who=3, where="hotel", minute=78, phone="q")
    scan(road, "hotel", 75, 0, 1, 2)
    scan(road, "hall", 76, 3)
    for step, minute in (("arrived", 74), ("ended", 80)):
        report(road, "coach", step, minute)
    assert counting.heed(now=at(90)) == 0
    road.send(kept, phone="q", heard=120)
    assert counting.heed(now=at(121)) == 1
    assert owed(road, "coach", 122) == set()
    assert counting.heed(now=at(123)) == 0


def test_a_trip_that_broke_down_before_anybody_was_aboard_is_over_at_once(road):
    report(road, "relief", "departed", 50)
    report(road, "relief", "broken_down", 60)
    counting.heed(now=at(61))
    assert owed(road, "relief", 62) == set()


def test_whoever_was_at_the_end_of_a_trip_days_before_has_not_got_off_there_today(road):
    scan(road, "hotel", 5, 0)
    scan(road, "hall", 20, 0)
    scan(road, "coach", 41, 0)
    scan(road, "hotel", 90, 1, 2, 3)
    scan(road, "relief", 91, 0)
    sheet = boarding.read_sheet(trip=road.custodians["coach"])
    assert (sheet.boarded, sheet.alighted) == (4, 3)
    assert [line.traveller for line in sheet.differing] == [road.travellers[0]]
