"""Trips of a plan are put in force together: in as many statements however many there are, all or none."""

from datetime import UTC
from itertools import zip_longest

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from pratique.core.answers import Refused
from pratique.services import custody, duty, transport
from pratique.services.dispatch import (
    boarding,
    by_hand,
    clean,
    crews,
    draft,
    listing,
    means,
    overtaken,
    plans,
    pose,
)
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import posts

from .fleet import hold, make_dispatcher, open_port
from .port import at, man


def test_seats_lie_apart_as_far_as_there_are_seats():
    assert boarding.give_seats(3, 20) == ["1", "3", "5"]
    assert boarding.give_seats(3, 4) == ["1", "2", "3"]
    assert boarding.give_seats(0, 4) == []


def count_statements(orders):
    """How many statements it takes to put these trips in force."""
    running, changeable = means.split(opened=means.list_open())
    plan = models.Plan.objects.create(
        document={}, trips=[], state="adopted", objective=0, bound=0, made_at=at(60)
    )
    under = boarding.Under(plan.id, UTC, make_dispatcher().id, at(60))
    with transaction.atomic(), CaptureQueriesContext(connection) as made:
        boarding.open_trips(orders=orders, running=running, changeable=changeable, under=under)
    return len(made)


def order_trips(port, *, minute, crew, known=()):
    """A trip for each coach with one traveller on it; `known` are the trips that some of them are already."""
    coaches = models.Vehicle.objects.filter(kind="coach").order_by("plate")
    escort, *drivers = [models.Person.objects.get(username=name).id for name in crew]
    return [
        boarding.Ordered(
            draft.Draft(
                coach.id,
                port.custodians["hotel"],
                at(minute),
                frozenset({who}),
                tuple(drivers),
                (escort,),
                trip=trip,
            ),
            60,
        )
        for coach, who, trip in zip_longest(coaches, port.travellers, known)
    ]


def put_three_plans_in_force(port):
    """Trips are opened; then put off with other crews; then withdrawn. The statements that each took."""
    opened = count_statements(order_trips(port, minute=70, crew=("escort0", "driver0", "driver1")))
    trips = list(models.Trip.objects.order_by("vehicle__plate").values_list("id", flat=True))
    amended = count_statements(
        order_trips(port, minute=80, crew=("escort1", "driver1", "driver0"), known=trips)
    )
    for trip in models.Trip.objects.all():
        assert trip.during.lower == at(80)
        assert [p.username for p in (trip.driver, *trip.reliefs.all(), *trip.escorts.all())] == [
            "driver1",
            "driver0",
            "escort1",
        ]
        assert trip.lines.count() == 1
    answering = models.Custodian.objects.filter(id__in=trips).values_list("responsible__username", flat=True)
    assert set(answering) == {"escort1"}, "whoever rides along now answers for its people"
    withdrawn = count_statements([])
    assert models.TripEvent.objects.filter(step="withdrawn").count() == len(trips)
    assert not models.Custodian.objects.filter(id__in=trips, closed_at__isnull=True).exists()
    return opened, amended, withdrawn


def test_ten_trips_take_no_more_statements_than_two(db):
    with transaction.atomic():
        two = put_three_plans_in_force(open_port(travellers=2, coaches=2))
        transaction.set_rollback(True)
    assert put_three_plans_in_force(open_port(travellers=10, coaches=10)) == two


def test_two_trips_of_a_coach_may_change_places(db):
    port = open_port()
    coach = models.Vehicle.objects.filter(kind="coach").first()
    first, second = (
        transport.plan_trip(
            order=transport.Order(coach.id, port.custodians["hotel"], at(minute), 60), code=f"T{minute}"
        )
        for minute in (60, 120)
    )
    transport.put_off(times={first.id: (at(120), 60), second.id: (at(60), 60)})
    assert models.Trip.objects.get(id=first.id).during.lower == at(120)
    assert models.Trip.objects.get(id=second.id).during.lower == at(60)
    with pytest.raises(Refused, match=f"{coach.plate} is on another trip"):
        transport.put_off(times={first.id: (at(90), 60)})
    assert models.Trip.objects.get(id=first.id).during.lower == at(120)


@pytest.fixture
def hand(db):
    """Four wait; a coach planned by hand for 13:40, without a crew, has two of them on its list."""
    port = open_port()
    models.Listing.objects.filter(traveller_id__in=port.travellers[4:]).update(crew=True)
    hold(port, 0, 1, 2, 3)
    coach = models.Vehicle.objects.get(plate="云A·D0000")
    order = transport.Order(coach.id, port.custodians["hotel"], at(100), 120)
    port.trip = transport.plan_trip(order=order, code="trip:hand").id
    port.by = make_dispatcher().id
    listing.write(trip=port.trip, names=port.travellers[:2], now=at(60))
    return port


def name_crew(port, minute, but=frozenset()):
    """Whoever may take it."""
    choice = crews.list_choice(trip=port.trip, now=at(minute))
    free = [
        next((c.person.pk,) for c in those if not c.because and c.person.pk not in but)
        for those in (choice.drivers, choice.escorts)
    ]
    crews.set_crew(trip=port.trip, crew=crews.Crew(*free), by=port.by, now=at(minute))


def drivers():
    return models.Person.objects.exclude(licence="").values_list("pk", flat=True)


def is_in_force(port):
    trip = models.Trip.objects.get(id=port.trip)
    names = set(trip.lines.values_list("traveller_id", flat=True))
    return trip.withdrawn_at is None and names == set(port.travellers[:2])


def test_a_list_without_a_crew_stands_on_the_desk_does_not_set_off_and_is_kept_by_every_plan(hand):
    port, told = hand, transport.Report(hand.trip, "departed")
    found = overtaken.find_all(posed=pose.pose(now=at(61)), now=at(61))
    assert [(one.trip, one.sort, one.stage) for one in found] == [(port.trip, "unmanned", "fixed")]
    with pytest.raises(Refused, match="crew_missing") as refused:
        boarding.report(report=told, by=port.by, now=at(61))
    assert (refused.value.told["drivers"], refused.value.told["escorts_wanted"]) == (0, 1)
    plan = plans.propose(by=port.by, now=at(61), seconds=0.1)
    assert {who for one in plans.list_drafts(plan=plan) for who in one.travellers} == set(
        port.travellers[2:4]
    )
    plans.adopt(plan=plan.id, by=port.by, now=at(62))
    assert is_in_force(port)
    name_crew(port, 63)
    plan = plans.propose(by=port.by, now=at(64), seconds=0.1)
    assert port.trip in {one.trip for one in plans.list_drafts(plan=plan)}
    boarding.report(report=told, by=port.by, now=at(65))
    assert overtaken.find_of(trips=[port.trip], now=at(66)) == ()


def test_a_vehicle_that_nobody_disinfected_does_not_set_off_unless_two_who_may_sign_for_it(hand):
    port, told = hand, transport.Report(hand.trip, "departed")
    vehicle = models.Trip.objects.get(id=port.trip).vehicle_id
    before = transport.Order(vehicle, port.custodians["hotel"], at(0), 20)
    first = transport.plan_trip(order=before, code="before").id
    for step, minute in (("departed", 2), ("ended", 30)):
        transport.report(report=transport.Report(first, step), by=port.by, now=at(minute))
    man(port.trip)
    with pytest.raises(Refused, match="vehicle_soiled"):
        boarding.report(report=told, by=port.by, now=at(100))
    assert models.Trip.objects.get(id=port.trip).departed_at is None
    people = [make_id(), make_id()]
    for ranks, taken in ((["duty_commander"], False), (["duty_commander", "health_lead"], True)):
        signed = list(zip(people, ranks, strict=False))
        told_so = {"vehicle": vehicle, "because": "no other", "signatures": signed, "by": people[0]}
        if not taken:
            with pytest.raises(Refused, match="exception_refused"):
                clean.except_from_gate(**told_so, now=at(101))
            assert not models.Waiver.objects.exists()
        else:
            clean.except_from_gate(**told_so, now=at(101))
    assert clean.find_closed(vehicle=vehicle, now=at(102)) is None
    assert clean.find_closed(vehicle=vehicle, now=at(102) + clean.LASTS), "an exception ends"
    done = duty.Done("vehicle", str(vehicle), "disinfection", at(103))
    duty.record(evidence=done, by=port.by, now=at(103))
    assert clean.find_closed(vehicle=vehicle, now=at(104) + clean.LASTS) is None
    assert boarding.report(report=told, by=port.by, now=at(105)).departed_at == at(105)


def test_what_was_made_or_listed_by_hand_since_a_proposal_is_left_as_it_is_by_adopting_it(hand):
    port = hand
    plan = plans.propose(by=port.by, now=at(61), seconds=0.1)
    busy = {who for one in plans.list_drafts(plan=plan) for who in (*one.drivers, *one.escorts)}
    name_crew(port, 62, but=busy)
    crew = crews._read_crew(models.Trip.objects.get(id=port.trip))
    models.Trip.objects.filter(id=port.trip).update(driver_id=next(iter(busy & set(drivers()))))
    with pytest.raises(Refused, match="plan_overtaken"):
        plans.adopt(plan=plan.id, by=port.by, now=at(63))
    models.Trip.objects.filter(id=port.trip).update(driver_id=crew.drivers[0])
    plans.adopt(plan=plan.id, by=port.by, now=at(63))
    assert is_in_force(port)
    plan = plans.propose(by=port.by, now=at(64), seconds=0.1)
    assert port.trip in {one.trip for one in plans.list_drafts(plan=plan)}
    listing.write(trip=port.trip, names=port.travellers[:1], now=at(65))
    plans.adopt(plan=plan.id, by=port.by, now=at(66))
    trip = models.Trip.objects.get(id=port.trip)
    assert (trip.withdrawn_at, trip.lines.get().traveller_id) == (None, port.travellers[0])
    assert crews._read_crew(trip) == crew
    plan = plans.propose(by=port.by, now=at(67), seconds=0.1)
    listing.write(trip=port.trip, names=port.travellers[:2], now=at(68))
    with pytest.raises(Refused, match="moved on since"):
        plans.adopt(plan=plan.id, by=port.by, now=at(69))
    assert is_in_force(port)


def test_a_trip_called_off_lets_its_people_wait_again_and_drops_what_counted_on_it(hand):
    port = hand
    name_crew(port, 60)
    plan = plans.propose(by=port.by, now=at(61), seconds=0.1)
    names = tuple(port.travellers[:2])
    custody.offer(
        handover_id=make_id(),
        offer=custody.Offer(port.custodians["holding"], port.trip, 2, names),
        by=None,
        now=at(61),
    )
    with pytest.raises(Refused, match="reason_missing"):
        by_hand.call_off(trip=port.trip, because=" ", by=port.by, now=at(62))
    assert by_hand.is_callable_off(trip=port.trip)
    for _ in range(2):
        by_hand.call_off(trip=port.trip, because="the hotel sends its own", by=port.by, now=at(62))
    assert models.TripEvent.objects.get(trip_id=port.trip).because == "the hotel sends its own"
    assert posts.list_offered(post=port.trip, now=at(63)) == []
    with pytest.raises(Refused, match="plan_overtaken"):
        plans.adopt(plan=plan.id, by=port.by, now=at(63))
    plan = plans.propose(by=port.by, now=at(64), seconds=0.1)
    plans.adopt(plan=plan.id, by=port.by, now=at(64))
    (line,) = models.BoardingLine.objects.filter(traveller_id=names[0], trip__withdrawn_at=None)
    with pytest.raises(Refused, match="trip_not_by_hand"):
        by_hand.call_off(trip=line.trip_id, because="no", by=port.by, now=at(65))
