"""Plans of dispatch: proposed, adopted, refused, edited by hand, and made again; a plan is real or not at all."""

import json
from argparse import Namespace
from dataclasses import replace
from datetime import date
from random import Random
from threading import Thread

import msgspec
import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from pratique import protocols
from pratique.core.answers import Refused
from pratique.core.transport import check
from pratique.core.transport import problem as problems
from pratique.services import clock, transport
from pratique.services.dispatch import boarding, draft, edit, means, people, plans, pose, promise, settings
from pratique.services.stay import intake
from pratique.services.window import standing
from pratique.site import command_dispatch
from pratique.store import models
from pratique.store.ids import make_id

from .fleet import hold, make_dispatcher, make_party, open_port, take_out
from .port import NOON, at, man


@pytest.fixture
def port(db):
    return open_port()


def propose(minute=60, seconds=0.2, by=None):
    return plans.propose(by=by, now=at(minute), seconds=seconds)


def adopt(plan, minute=61):
    return plans.adopt(plan=plan.id, by=make_dispatcher().id, now=at(minute))


def test_nothing_to_plan_is_said(db):
    open_port(travellers=0)
    with pytest.raises(Refused, match="dispatch_nothing_waiting"):
        propose()


def test_trips_that_nobody_waits_for_any_more_are_planned_away(port):
    hold(port, 0, 1, 2)
    adopt(propose())
    models.Listing.objects.filter(traveller_id__in=port.travellers[3:]).update(crew=True)
    models.Position.objects.all().update(inside=False, holder_kind="exit")
    models.Traveller.objects.update(flight=None)
    adopt(propose(62), 63)
    assert not means.list_open()
    with pytest.raises(Refused, match="dispatch_nothing_waiting"):
        propose(64)


def test_a_plan_that_is_adopted_opens_trips_whose_lists_match_it(port):
    make_party(port, 0, 1)
    hold(port, 0, 1, 2)
    plan = propose()
    adopt(plan)
    drafts = plans.list_drafts(plan=plan)
    assert drafts
    found = {
        (t.vehicle_id, t.destination_id, t.during.lower): {line.traveller_id for line in t.lines.all()}
        for t in means.list_open()
        if t.plan_id == plan.id
    }
    assert found == {(d.vehicle, d.destination, d.starts_at): set(d.travellers) for d in drafts}
    everybody = [who for names in found.values() for who in names]
    assert sorted(everybody) == sorted(set(everybody))
    for trip in models.Trip.objects.filter(plan=plan):
        assert models.Custodian.objects.get(id=trip.id).kind == "trip"
        assert trip.driver is not None and trip.escorts.count() == 1


def test_people_read_where_they_ride_to_from_the_minute_on_from_which_no_plan_changes_it(port):
    def read(minute):
        found = standing.look(traveller=port.travellers[0], now=at(minute))
        return promise.list_open_until(trips=[trip.id], now=at(minute)), found.ride and found.ride.name_en

    hold(port, 0)
    adopt(propose())
    trip = models.Trip.objects.get(lines__traveller_id=port.travellers[0])
    name = trip.destination.name_en
    models.Trip.objects.filter(id=trip.id).update(during=DateTimeTZRange(at(200), at(320)))
    keep = settings.get_rules().rules.keep
    assert read(100) == ({trip.id: at(200 - keep)}, None)
    assert read(200 - keep) == ({}, name)

    assert str(trip.id) in [one["trip"] for one in propose(minute=200 - keep).trips]

    # Whatever was pinned or made by hand is told at once.
    for more in ({"pinned": True}, {"plan": None, "pinned": False}):
        models.Trip.objects.filter(id=trip.id).update(**more)
        assert read(100) == ({}, name)


def test_of_two_dispatchers_the_second_is_refused_and_nothing_is_half_done(port):
    hold(port, 0, 1, 2)
    plan = propose()
    adopt(plan)
    trips = set(models.Trip.objects.values_list("id", "ended_at"))
    with pytest.raises(Refused, match="plan_overtaken"):
        adopt(plan)
    assert set(models.Trip.objects.values_list("id", "ended_at")) == trips


def test_a_proposal_that_was_replaced_cannot_be_adopted(port):
    hold(port, 0)
    first = propose(60)
    propose(62)
    with pytest.raises(Refused, match="plan_overtaken"):
        adopt(first, 63)
    assert not models.Trip.objects.filter(plan__isnull=False).exists()


def test_a_plan_whose_vehicle_was_taken_by_hand_meanwhile_leaves_nothing_behind(port):
    hold(port, 0, 1, 2)
    plan = propose()
    for one in plans.list_drafts(plan=plan):
        order = transport.Order(one.vehicle, one.destination, one.starts_at, 30)
        transport.plan_trip(order=order, code=f"by hand {one.vehicle}")
    with pytest.raises(Refused, match="plan_overtaken"):
        adopt(plan)
    assert not models.Trip.objects.filter(plan__isnull=False).exists()
    assert not models.BoardingLine.objects.exists()
    assert models.Plan.objects.get(id=plan.id).state == "proposed"


def test_whoever_has_moved_on_meanwhile_stops_the_plan(port):
    hold(port, 0, 1)
    plan = propose()
    port.send(port.told(who=0, where="bus", minute=60.5))
    with pytest.raises(Refused, match="moved on"):
        adopt(plan)


def turn_positive(port, one):
    who = min(one.travellers)
    models.Sample.objects.create(
        tube="T1", traveller_id=who, taken_at=at(30), result="positive", resulted_at=at(61)
    )


def hold_driver(port, one):
    day = NOON.date()
    models.Absence.objects.create(
        person_id=one.drivers[0], sort="health", from_on=day, until_on=day, entered_at=at(61)
    )


def close_place(port, one):
    intake.close(
        facility=one.destination,
        because="full",
        until=None,
        by=make_dispatcher().pk,
        now=at(61),
        closure=None,
    )


def take_driver(port, one):
    vehicle = models.Vehicle.objects.exclude(id=one.vehicle).filter(kind="coach").first()
    order = transport.Order(vehicle.id, one.destination, one.starts_at, 120, driver=one.drivers[0])
    transport.plan_trip(order=order, code="by hand")


@pytest.mark.parametrize("happen", [turn_positive, hold_driver, close_place, take_driver])
def test_a_proposal_that_something_known_since_is_in_the_way_of_is_not_adopted(port, happen):
    hold(port, 0, 1, 2)
    plan = propose()
    happen(port, plans.list_drafts(plan=plan)[0])
    with pytest.raises(Refused, match="cannot be done any more") as refused:
        adopt(plan, 62)
    assert refused.value.code == "plan_overtaken" and refused.value.told["obstacle"]
    assert not models.Trip.objects.filter(plan__isnull=False).exists()
    assert plans.find_proposed().id == plan.id
    adopt(propose(63), 64)


def test_a_trip_whose_people_are_five_minutes_late_stays_and_starts_five_minutes_later(port):
    hold(port, 0, 1, 2)
    adopt(propose())
    (trip,) = means.list_open()
    posed = pose.pose(now=at(61))
    names, wanted = draft.Names(posed.document), draft.of_trip(trip)
    wanted = replace(wanted, pinned=True)
    told = names.write(wanted)
    late = check.boards_at(problem=posed.problem, trip=told) + 5
    parties = {number: replace(one, ready_at=late) for number, one in posed.problem.parties.items()}
    problem = replace(posed.problem, parties=parties)
    found = plans.find_in_force(problem=problem, names=names, drafts=[wanted], standing=None)
    (kept,) = found.kept.trips
    assert kept.start_at == told.start_at + 5
    assert found.base.trips == found.pins == (kept,) and not found.because
    assert found.find(kept).trip == trip.id
    # One who is an hour late does not keep the others back.
    first, *others = told.parties
    parties = {**posed.problem.parties, first: replace(posed.problem.parties[first], ready_at=late + 60)}
    problem = replace(posed.problem, parties=parties)
    found = plans.find_in_force(problem=problem, names=names, drafts=[wanted], standing=None)
    (kept,) = found.kept.trips
    assert found.pins == (kept,) and kept == replace(told, parties=tuple(others))
    assert list(found.because) == [first] and found.find(kept).trip == trip.id
    assert found.broken == {trip.id: names.parties[first]}


def test_an_old_proposal_is_not_adopted(port):
    hold(port, 0)
    with pytest.raises(Refused, match="older than"):
        adopt(propose(60), 80)


def test_a_refusal_needs_its_reason_and_changes_nothing(port):
    hold(port, 0)
    plan, by = propose(), make_dispatcher().id
    with pytest.raises(Refused, match="reason_missing"):
        plans.refuse(plan=plan.id, because=" ", by=by, now=at(61))
    assert plans.refuse(plan=plan.id, because="the road is closed", by=by, now=at(61)).state == "refused"
    assert not models.Trip.objects.filter(plan__isnull=False).exists()


def board(port, trip, minute):
    """Everybody on a trip's list is scanned aboard."""
    names = [line.traveller_id for line in models.BoardingLine.objects.filter(trip=trip)]
    port.custodians["their trip"] = trip.id
    where = [port.told(who=0, traveller=who, where="their trip", minute=minute) for who in names]
    port.send(*where)
    return names


def test_what_has_set_off_stays_when_a_vehicle_breaks_down(port):
    models.Listing.objects.filter(traveller_id__in=port.travellers[3:]).update(crew=True)
    hold(port, 0, 1, 2)
    adopt(propose(60))
    trip = models.Trip.objects.filter(plan__isnull=False).order_by("during").first()
    riders = board(port, trip, 66)
    transport.report(report=transport.Report(trip.id, "departed"), by=None, now=at(70))
    others = models.Vehicle.objects.filter(kind="coach").exclude(id=trip.vehicle_id)
    take_out(others.first().plate, 71)
    models.Listing.objects.filter(traveller_id__in=port.travellers[3:5]).update(crew=False)
    hold(port, 3, 4, minute=73)
    plan = propose(75)
    drafts = plans.list_drafts(plan=plan)
    assert all(d.trip != trip.id and not d.travellers & set(riders) for d in drafts)
    assert {who for d in drafts for who in d.travellers} >= {port.travellers[3], port.travellers[4]}
    back = models.Trip.objects.get(id=trip.id).during.upper
    assert all(d.starts_at >= back for d in drafts if d.vehicle == trip.vehicle_id)
    adopt(plan, 76)
    trip.refresh_from_db()
    assert trip.withdrawn_at is None and trip.lines.count() == len(riders)


def test_a_trip_whose_vehicle_is_out_is_withdrawn_and_its_people_ride_in_another(port):
    models.Listing.objects.filter(traveller_id__in=port.travellers[2:]).update(crew=True)
    hold(port, 0, 1)
    adopt(propose(60))
    trip = models.Trip.objects.get(plan__isnull=False)
    take_out(models.Vehicle.objects.get(id=trip.vehicle_id).plate, 61)
    plan = propose(62)
    (change, *_) = plan.diff
    assert change["must"] and "not possible any more" in change["because"]
    adopt(plan, 63)
    trip.refresh_from_db()
    assert trip.withdrawn_at == at(63) and models.Custodian.objects.get(id=trip.id).closed_at == at(63)
    (again,) = models.Trip.objects.filter(plan=plan)
    assert again.vehicle_id != trip.vehicle_id
    assert {line.traveller_id for line in again.lines.all()} == {port.travellers[0], port.travellers[1]}


def test_what_starts_soon_stays_as_it_was_told(port):
    models.Listing.objects.filter(traveller_id__in=port.travellers[3:]).update(crew=True)
    hold(port, 0, 1, 2)
    adopt(propose(60))
    before = {(t.id, t.vehicle_id) for t in models.Trip.objects.filter(plan__isnull=False)}
    plan = propose(62)
    # It was to start at 60, and has not: the same trip, five minutes later at the earliest.
    assert {(d.trip, d.vehicle) for d in plans.list_drafts(plan=plan)} == before
    assert plan.diff == []
    adopt(plan, 63)
    assert {(t.id, t.vehicle_id) for t in means.list_open()} == before
    assert min(t.during.lower for t in means.list_open()) == at(65)


def test_people_moved_by_hand_are_checked_at_once_and_kept_by_later_plans(port):
    models.Listing.objects.filter(traveller_id__in=port.travellers[3:]).update(crew=True)
    hold(port, 0, 1, 2)
    plan, by = propose(), make_dispatcher().id
    vehicles = {row["ref"]: row["id"] for row in plan.document["vehicles"]}
    ambulance = vehicles[str(models.Vehicle.objects.get(kind="ambulance").id)]
    wrong = edit.apply(edit=edit.Edit(plan.id, 0, vehicle=ambulance), by=by, now=at(60))
    assert wrong.plan is None and "transport-kind" in {o.code for o in wrong.breaches}
    assert plans.find_proposed().id == plan.id
    (drafted, *_) = plans.list_drafts(plan=plan)
    coach = models.Vehicle.objects.filter(kind="coach").exclude(id=drafted.vehicle).first()
    right = edit.apply(edit=edit.Edit(plan.id, 0, vehicle=vehicles[str(coach.id)]), by=by, now=at(60))
    assert right.plan is not None and right.breaches == ()
    with pytest.raises(Refused, match="plan_overtaken"):
        adopt(plan)
    again = propose(61)
    kept = [d for d in plans.list_drafts(plan=again) if d.pinned]
    assert [(d.vehicle, d.travellers) for d in kept] == [(coach.id, drafted.travellers)]


def coach_besides(vehicle):
    return models.Vehicle.objects.filter(kind="coach").exclude(id=vehicle).first()


def test_a_load_in_force_is_moved_by_hand_where_no_plan_is_proposed_and_later_plans_keep_it(port):
    models.Listing.objects.filter(traveller_id__in=port.travellers[3:]).update(crew=True)
    hold(port, 0, 1, 2)
    adopt(propose(60))
    trip, by = models.Trip.objects.get(plan__isnull=False), make_dispatcher().id
    other = coach_besides(trip.vehicle_id)
    targets = edit.list_targets(plan=None, load=str(trip.id), by=by, now=at(62))
    assert targets.vehicles[other.id] == ()
    ambulance = models.Vehicle.objects.get(kind="ambulance").id
    assert {one.code for one in targets.vehicles[ambulance]} >= {"transport-kind"}
    wrong = edit.move(move=edit.Move(None, str(trip.id), vehicle=ambulance), by=by, now=at(62))
    assert wrong.plan is None and wrong.breaches and plans.find_proposed() is None
    moved = edit.move(move=edit.Move(None, str(trip.id), vehicle=other.id, later=40), by=by, now=at(62))
    assert [row["because"] for row in moved.plan.diff] == ["changed by hand"] * len(moved.plan.diff) != []
    adopt(moved.plan, 63)
    trip.refresh_from_db()
    assert trip.withdrawn_at == at(63)
    (again,) = models.Trip.objects.filter(plan=moved.plan)
    assert (again.vehicle_id, again.pinned) == (other.id, True) and again.during.lower >= at(100)
    later = propose(64)
    assert [(d.trip, d.vehicle, d.starts_at) for d in plans.list_drafts(plan=later)] == [
        (again.id, other.id, again.during.lower)
    ]


def test_a_load_put_onto_another_trip_rides_there_with_a_crew_or_the_reason_is_said(port):
    make_party(port, 0, 1)
    make_party(port, 2, 3, name="P2")
    for who, hotel in ((0, "hotel"), (1, "hotel"), (2, "hotel"), (3, "hotel"), (4, "hotel2"), (5, "hotel2")):
        models.Traveller.objects.filter(id=port.travellers[who]).update(bound_id=port.custodians[hotel])
    hold(port, *range(6))
    plan, by = propose(60), make_dispatcher().id
    drafts = plans.list_drafts(plan=plan)
    there = next(n for n, d in enumerate(drafts) if d.destination == port.custodians["hotel2"])
    here = next(n for n, d in enumerate(drafts) if d.destination == port.custodians["hotel"])
    wrong = edit.move(move=edit.Move(plan.id, str(here), onto=str(there)), by=by, now=at(61))
    assert wrong.plan is None and {one.code for one in wrong.breaches} == {"transport-destination"}
    with pytest.raises(Refused, match="plan_edit_unknown"):
        edit.move(move=edit.Move(plan.id, "nowhere"), by=by, now=at(61))
    with pytest.raises(Refused, match="plan_overtaken"):
        edit.move(move=edit.Move(None, str(here)), by=by, now=at(61))


def test_a_load_on_a_larger_vehicle_gets_a_driver_who_may_drive_it(port):
    van = models.Vehicle.objects.create(plate="云A·V0001", kind="van", seats=8)
    models.Listing.objects.filter(traveller_id__in=port.travellers[2:]).update(crew=True)
    hold(port, 0, 1)
    plan, by = propose(60), make_dispatcher().id
    (drafted,) = plans.list_drafts(plan=plan)
    small = models.Person.objects.get(licence="S").pk
    on_van = edit.move(move=edit.Move(plan.id, "0", vehicle=van.id), by=by, now=at(61)).plan or plan
    rows = {row["ref"]: row["id"] for row in on_van.document["crew"]}
    on_van.trips[0]["drivers"] = [rows[str(small)]]
    models.Plan.objects.filter(id=on_van.id).update(trips=on_van.trips)
    coach = models.Vehicle.objects.filter(kind="coach").first()
    moved = edit.move(move=edit.Move(on_van.id, "0", vehicle=coach.id), by=by, now=at(61)).plan
    (again,) = plans.list_drafts(plan=moved)
    assert again.vehicle == coach.id and small not in again.drivers and len(again.drivers) == 1
    assert drafted.travellers == again.travellers


def test_a_trip_in_force_is_pinned_from_its_page_and_every_later_plan_keeps_it(port):
    models.Listing.objects.filter(traveller_id__in=port.travellers[3:]).update(crew=True)
    hold(port, 0, 1, 2)
    adopt(propose(60))
    trip = models.Trip.objects.get(plan__isnull=False)
    proposed = propose(61)
    assert edit.pin(trip=trip.id, pinned=True, now=at(61)).pinned
    proposed.refresh_from_db()
    assert [row["pinned"] for row in proposed.trips if row["trip"] == str(trip.id)] == [True]
    later = propose(62)
    assert [d.trip for d in plans.list_drafts(plan=later) if d.pinned] == [trip.id]
    assert not edit.pin(trip=trip.id, pinned=False, now=at(63)).pinned
    board(port, trip, 66)
    with pytest.raises(Refused, match="trip_under_way"):
        edit.pin(trip=trip.id, pinned=True, now=at(67))
    with pytest.raises(Refused, match="trip_unknown"):
        edit.pin(trip=make_id(), pinned=True, now=at(67))


def test_a_proposal_that_would_undo_a_trip_falls_when_the_trip_is_pinned(port):
    models.Listing.objects.filter(traveller_id__in=port.travellers[3:]).update(crew=True)
    hold(port, 0, 1, 2)
    adopt(propose(60))
    trip, by = models.Trip.objects.get(plan__isnull=False), make_dispatcher().id
    other = coach_besides(trip.vehicle_id)
    moved = edit.move(move=edit.Move(None, str(trip.id), vehicle=other.id, later=5), by=by, now=at(61)).plan
    assert plans.find_proposed().id == moved.id
    edit.pin(trip=trip.id, pinned=True, now=at(62))
    assert plans.find_proposed() is None


def why_left(plan, who):
    names = draft.Names(plan.document)
    (party,) = (number for number, members in names.parties.items() if members == who)
    return next((row["code"] for row in plan.unmoved if row["party"] == party), "")


def test_whoever_is_taken_off_by_hand_stays_behind_in_later_plans_until_somebody_lets_plans_take_them(port):
    hold(port, 0, 1)
    plan, by = propose(), make_dispatcher().id
    who, other = frozenset(port.travellers[:1]), frozenset(port.travellers[1:2])
    party = draft.Names(plan.document).list_parties(who)[0]
    edited = edit.apply(edit=edit.Edit(plan.id, edit.NO_TRIP, parties=(party,)), by=by, now=at(60)).plan
    with pytest.raises(Refused, match="plan_edit_unknown"):
        edit.apply(edit=edit.Edit(edited.id, 99), by=by, now=at(60))
    in_force = adopt(propose(61), 62)
    later = propose(63)
    assert [why_left(one, who) for one in (edited, in_force, later)] == ["by-hand"] * 3
    assert why_left(later, other) == "" and 0 < later.bound <= later.objective
    plans.refuse(plan=later.id, because="no", by=by, now=at(63))
    freed = edit.let_go(plan=None, travellers=who, by=by, now=at(64)).plan
    assert why_left(freed, who) == "not-planned" and why_left(propose(65), who) == ""
    plans.refuse(plan=plans.find_proposed().id, because="no", by=by, now=at(65))
    assert why_left(propose(66), who) == "by-hand", "the plan in force still says so"
    turn_positive(port, replace(plans.list_drafts(plan=plan)[0], travellers=who))
    assert why_left(propose(67), who) == "", "a case is another load"


def test_the_list_of_a_trip_names_whoever_keeps_the_counts_from_agreeing(port):
    models.Listing.objects.filter(traveller_id__in=port.travellers[4:]).update(crew=True)
    hold(port, 0, 1, 2)
    make_party(port, 0, 1, 2)
    adopt(propose(60))
    trip = models.BoardingLine.objects.get(traveller_id=port.travellers[0]).trip
    port.custodians["their trip"] = trip.id
    port.custodians["there"] = trip.destination_id
    port.send(*(port.told(who=n, where="their trip", minute=66) for n in (0, 1, 3)))
    sheet = boarding.read_sheet(trip=trip.id)
    named = {line.traveller for line in sheet.differing}
    assert port.travellers[2] in named and sheet.boarded == 3 and sheet.alighted == 0
    port.send(*(port.told(who=n, where="there", minute=120) for n in (0, 1)))
    port.send(port.told(who=3, where="hospital", minute=120))
    sheet = boarding.read_sheet(trip=trip.id)
    states = {line.traveller: line.state for line in sheet.lines}
    assert [states[port.travellers[n]] for n in range(4)] == ["alighted", "alighted", "waiting", "elsewhere"]
    assert (sheet.boarded, sheet.alighted) == (3, 2)


@pytest.mark.parametrize("seed", range(6))
def test_any_airport_gives_a_problem_whose_plan_breaks_no_rule(db, seed):
    rng = Random(seed)
    port = open_port(travellers=rng.randrange(1, 60), coaches=rng.randrange(0, 4), rooms=rng.randrange(0, 50))
    for n in range(len(port.travellers)):
        if rng.random() < 0.5:
            make_party(port, n, name=f"P{rng.randrange(12)}")
        step = rng.random()
        if step < 0.6:
            hold(port, n, minute=rng.randrange(15, 55))
        elif step < 0.8:
            port.send(port.told(who=n, where="hall", minute=rng.randrange(5, 55)))
        channel = rng.choice(["", "", "green", "red", "symptomatic"])
        models.Traveller.objects.filter(id=port.travellers[n]).update(
            channel=channel, bound_id=rng.choice([None] * 8 + [port.custodians["hotel2"]])
        )
    posed = pose.pose(now=at(60))
    named = {o.subject for o in posed.left_out if o.sort == "traveller"}
    planned = {who for row in posed.document["parties"] for who in row["travellers"]}
    assert planned | set(map(str, named)) == set(map(str, port.travellers))
    if posed.problem.parties:
        plan = propose(60, seconds=0.5)
        found = check.breaches(problem=plans.read_problem(plan=plan), plan=plans.read_plan(plan=plan))
        assert found == ()
        moved = {party for row in plan.trips for party in row["parties"]}
        assert moved | {row["party"] for row in plan.unmoved} == set(posed.problem.parties)
        adopt(plan)
        assert sum(t.lines.count() for t in models.Trip.objects.filter(plan=plan)) == sum(
            posed.problem.parties[party].size for party in moved
        )


def test_of_two_who_adopt_at_the_same_moment_one_succeeds(port):
    hold(port, 0, 1, 2)
    plan, by = propose(), make_dispatcher().id
    told = []

    def press():
        try:
            told.append(plans.adopt(plan=plan.id, by=by, now=at(61)).state)
        except Refused as refused:
            told.append(refused.code)
        finally:
            connection.close()

    presses = [Thread(target=press) for _ in range(4)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    assert sorted(told) == ["adopted", *["plan_overtaken"] * 3]
    assert models.Trip.objects.filter(plan=plan).count() == len(plan.trips)


def test_where_somebody_goes_is_decided_for_a_place_a_vehicle_can_reach(port):
    who, hotel = port.travellers[0], port.custodians["hotel"]
    assert people.bind(traveller=who, custodian=hotel).bound_id == hotel
    for place in ("hall", "released"):
        with pytest.raises(Refused, match="bound_nowhere"):
            people.bind(traveller=who, custodian=port.custodians[place])
    with pytest.raises(Refused, match="custodian_unknown"):
        people.bind(traveller=who, custodian=make_id())
    with pytest.raises(Refused, match="traveller_unknown"):
        people.bind(traveller=make_id(), custodian=None)
    assert people.bind(traveller=who, custodian=None).bound_id is None


def ride(port, *, everybody):
    """A planned trip of two boards, sets off and arrives; the second gets off, or not where the trip ends."""
    models.Listing.objects.filter(traveller_id__in=port.travellers[2:]).update(crew=True)
    make_party(port, 0, 1)
    hold(port, 0, 1)
    adopt(propose(60))
    trip = models.Trip.objects.get(plan__isnull=False)
    board(port, trip, 66)
    port.custodians["there"] = trip.destination_id
    boarding.report(report=transport.Report(trip.id, "departed"), by=None, now=at(70))
    port.send(port.told(who=0, where="there", minute=110))
    port.send(port.told(who=1, where="there" if everybody else "hospital", minute=110))
    boarding.report(report=transport.Report(trip.id, "ended"), by=None, now=at(120))
    return models.Evidence.objects.get(subject_kind="trip", subject_id=str(trip.id), code="count")


@pytest.mark.parametrize("everybody", [True, False])
def test_the_end_of_a_trip_says_whether_as_many_alighted_as_boarded(port, everybody):
    told = ride(port, everybody=everybody).attributes
    assert told == {"agreed": everybody, "boarded": 2, "received": 2 if everybody else 1}


def test_a_breakdown_takes_the_vehicle_out_of_service(port):
    coach = models.Vehicle.objects.filter(kind="coach").first()
    trip = transport.plan_trip(
        order=transport.Order(coach.id, port.custodians["hotel"], at(50), 90), code="T1"
    )
    man(trip.id)
    boarding.report(report=transport.Report(trip.id, "departed"), by=None, now=at(55))
    boarding.report(report=transport.Report(trip.id, "broken_down", because="tyre"), by=None, now=at(60))
    assert models.Vehicle.objects.get(id=coach.id).out_of_service_at == at(60)
    assert str(coach.id) not in {row["ref"] for row in pose.pose(now=at(61)).document["vehicles"]}


def test_the_problem_is_written_to_a_file_that_the_planner_reads(port, tmp_path, capsys):
    hold(port, 0, 1)
    models.Listing.objects.filter(traveller_id=port.travellers[5]).update(crew=True)
    clock.set_clock(at=at(60), speed=0)
    args = Namespace(out=tmp_path / "problem.json")
    assert command_dispatch.run(args) == 0
    problem, faults = problems.read(document=json.loads(args.out.read_text("utf-8")))
    assert faults == () and sum(party.size for party in problem.parties.values()) == 5
    said = capsys.readouterr().out
    assert "6 people: 5 in 5 parties, 1 left out" in said and f"{port.travellers[5]}: crew" in said


def sizes_of(plan):
    return sorted(len(one.travellers) for one in plans.list_drafts(plan=plan))


@pytest.mark.parametrize(
    ("jurisdiction", "from_on", "sizes"),
    [
        ("CN-53", date(2020, 4, 1), [2, 4]),
        ("CN", date(2020, 4, 1), [2, 4]),
        ("CN", date(2020, 4, 16), [6]),
        ("CN-31", date(2020, 4, 1), [6]),
    ],
)
def test_a_plan_goes_by_the_edition_of_the_place_and_the_day(port, monkeypatch, jurisdiction, from_on, sizes):
    shipped = protocols.list_transport()[0]
    stricter = msgspec.structs.replace(
        shipped, code="stricter", jurisdiction=jurisdiction, from_on=from_on, seat_share=0.2
    )
    monkeypatch.setattr(protocols, "list_transport", lambda: (shipped, stricter))
    models.Port.objects.update(jurisdiction="CN-53")
    hold(port, *range(6))
    plan = propose()
    assert sizes_of(plan) == sizes
    assert plan.document["edition"] == ("stricter" if sizes != [6] else "cn-2020")
