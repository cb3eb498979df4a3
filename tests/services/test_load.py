"""A load without a trip is given one by hand: onto a trip with room, or a new one; checked at once, kept, and undone."""

from dataclasses import replace

import pytest

from pratique.core.answers import Refused
from pratique.services.dispatch import edit, load, plans
from pratique.services.dispatch.draft import Draft
from pratique.services.dispatch.load import Load, Wish
from pratique.store import models

from .fleet import hold, make_dispatcher, open_port
from .port import at


@pytest.fixture
def port(db):
    """Two have a trip in force; the third and the fourth come to the holding area later and have none."""
    found = open_port()
    models.Listing.objects.filter(traveller_id__in=found.travellers[2:]).update(crew=True)
    hold(found, 0, 1)
    plan = plans.propose(by=None, now=at(60), seconds=0.2)
    plans.adopt(plan=plan.id, by=make_dispatcher().id, now=at(60))
    models.Listing.objects.filter(traveller_id__in=found.travellers[2:4]).update(crew=False)
    hold(found, 2, 3, minute=61)
    return found


def offers_of(port, *who, wish=None, minute=62, plan=None):
    waiting = Load(str(port.flight), "ordinary", str(port.custodians["holding"]))
    chosen = frozenset(port.travellers[n] for n in who)
    return load.list_offers(
        plan=plan, load=waiting, chosen=chosen, wish=wish or Wish(), by=make_dispatcher().id, now=at(minute)
    )


def draft_of(port, offers, *who):
    """What the desk would ask for if everything offered is taken."""
    names = plans.Names(offers.plan.document)
    return Draft(
        vehicle=names.vehicles[offers.vehicle],
        destination=names.places[offers.dest],
        starts_at=names.instant(offers.start),
        travellers=frozenset(port.travellers[n] for n in who),
        drivers=tuple(names.crew[one] for one in offers.drivers if one in offers.crew),
        escorts=tuple(names.crew[one] for one in offers.escorts if one in offers.crew),
        pinned=True,
    )


def test_people_who_wait_are_put_onto_a_trip_with_room_and_later_plans_keep_them_there(port):
    offers, by = offers_of(port, 2), make_dispatcher().id
    assert len(offers.parties) == 2 and len(offers.chosen) == 1
    (trip,) = offers.loads
    assert offers.loads[trip] == ()
    edited = edit.put(plan=None, travellers={port.travellers[2]}, onto=trip, by=by, now=at(62))
    assert edited.breaches == ()
    again = plans.propose(by=None, now=at(63), seconds=0.2)
    (kept,) = [one for one in plans.list_drafts(plan=again) if one.pinned]
    assert str(kept.trip) == trip and {port.travellers[n] for n in (0, 1, 2)} == kept.travellers


def test_where_there_is_no_room_the_reason_is_named_and_nothing_is_done(port):
    models.Vehicle.objects.filter(kind="coach").update(seats=4)  # two may ride
    offers, by = offers_of(port, 2), make_dispatcher().id
    (trip,) = offers.loads
    assert "transport-capacity" in {one.code for one in offers.loads[trip]}
    edited = edit.put(plan=None, travellers={port.travellers[2]}, onto=trip, by=by, now=at(62))
    assert edited.plan is None and "transport-capacity" in {one.code for one in edited.breaches}
    assert plans.find_proposed() is None


def test_a_new_trip_is_offered_what_is_free_then_and_adopted_and_kept_by_later_plans(port):
    taken = models.Trip.objects.get(plan__isnull=False)
    offers, by = offers_of(port, 2, 3), make_dispatcher().id
    free = {plans.Names(offers.plan.document).vehicles[n] for n, said in offers.vehicles.items() if not said}
    busy_crew = {taken.driver_id, *(one.pk for one in taken.escorts.all())}
    offered = {plans.Names(offers.plan.document).crew[n] for n in (*offers.drivers, *offers.escorts)}
    assert free and taken.vehicle_id not in free and not busy_crew & offered
    wanted = draft_of(port, offers, 2, 3)
    made = edit.add(plan=None, draft=wanted, by=by, now=at(62)).plan
    assert made is not None
    plans.adopt(plan=made.id, by=by, now=at(63))
    again = plans.propose(by=None, now=at(64), seconds=0.2)
    mine = next(one for one in plans.list_drafts(plan=again) if port.travellers[2] in one.travellers)
    assert (mine.pinned, mine.vehicle, mine.starts_at) == (
        True,
        wanted.vehicle,
        max(wanted.starts_at, at(65)),
    )


def test_whoever_has_a_trip_in_the_proposal_is_given_no_other_and_that_is_said(port):
    proposed = plans.propose(by=None, now=at(62), seconds=0.2)
    with pytest.raises(Refused, match="load_has_trips"):
        offers_of(port, 2, 3, plan=proposed.id)


def test_a_new_trip_that_breaks_a_rule_is_refused_with_the_rule(port):
    offers, by = offers_of(port, 2), make_dispatcher().id
    wanted = draft_of(port, offers, 2)
    ambulance = models.Vehicle.objects.get(kind="ambulance").id
    edited = edit.add(plan=None, draft=replace(wanted, vehicle=ambulance), by=by, now=at(62))
    assert edited.plan is None and "transport-kind" in {one.code for one in edited.breaches}
    edited = edit.add(plan=None, draft=replace(wanted, drivers=()), by=by, now=at(62))
    assert {one.code for one in edited.breaches} == {"transport-drivers"}
    with pytest.raises(Refused, match="plan_edit_unknown"):
        stranger = replace(wanted, travellers=frozenset({port.travellers[5]}))
        edit.add(plan=None, draft=stranger, by=by, now=at(62))


def test_changes_by_hand_are_undone_one_after_the_other(port):
    by = make_dispatcher().id
    (trip,) = offers_of(port, 2).loads
    first = edit.put(plan=None, travellers={port.travellers[2]}, onto=trip, by=by, now=at(62)).plan
    second = edit.put(plan=first.id, travellers={port.travellers[3]}, onto=trip, by=by, now=at(62)).plan
    assert edit.undo(plan=second.id, by=by, now=at(63)).id == first.id == plans.find_proposed().id
    third = edit.put(plan=first.id, travellers={port.travellers[3]}, onto=trip, by=by, now=at(63)).plan
    assert edit.undo(plan=third.id, by=by, now=at(64)).id == first.id
    assert edit.undo(plan=first.id, by=by, now=at(64)) is None and plans.find_proposed() is None
    planned = plans.propose(by=None, now=at(65), seconds=0.2)
    with pytest.raises(Refused, match="plan_edit_unknown"):
        edit.undo(plan=planned.id, by=by, now=at(65))


def test_a_load_is_offered_a_new_trip_where_no_plan_was_ever_made(db):
    port = open_port(travellers=2)
    hold(port, 0, 1)
    offers = offers_of(port, 0, 1, minute=60)
    made = edit.add(plan=None, draft=draft_of(port, offers, 0, 1), by=make_dispatcher().id, now=at(60)).plan
    assert made is not None and made.base is None and made.unmoved == []
