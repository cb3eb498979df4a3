"""The crew of a trip named by hand: held to the rules of every plan, kept by later plans, taken back; others named beside it on the road."""

from datetime import timedelta

import pytest

from pratique.core.answers import Refused
from pratique.services import force, transport
from pratique.services.dispatch import boarding, crews, driving, edit, plans
from pratique.services.dispatch.crews import Crew
from pratique.store import models
from pratique.store.ids import make_id

from .fleet import hold, make_dispatcher, open_port
from .port import NOON, at
from .prefecture import open_prefecture, plan_coach


@pytest.fixture
def port(db):
    """Two people have a trip in force by coach at 13:05; two of three drivers on call may drive it."""
    found = open_port()
    models.Listing.objects.filter(traveller_id__in=found.travellers[2:]).update(crew=True)
    hold(found, 0, 1)
    found.by = make_dispatcher().id
    coach = models.Vehicle.objects.filter(kind="coach").order_by("plate")[0]
    driver, escort = (models.Person.objects.get(username=name).pk for name in ("driver0", "escort0"))
    order = transport.Order(
        coach.id, found.custodians["hotel"], at(65), 150, driver=driver, escorts=(escort,)
    )
    found.trip = transport.plan_trip(order=order, code="T").id
    boarding.write_lists(lists={found.trip: found.travellers[:2]})
    found.people = {one.username: one for one in models.Person.objects.all()}
    found.other = Crew((found.people["driver1"].pk,), (found.people["escort1"].pk,))
    return found


def read(port):
    return crews._read_crew(models.Trip.objects.get(id=port.trip))


def name(port, crew, minute=62, **more):
    crews.set_crew(trip=port.trip, crew=crew, by=port.by, now=at(minute), **more)


def choice_of(port, minute=62):
    found = crews.list_choice(trip=port.trip, now=at(minute))
    return {one.person.username: one.because for one in (*found.drivers, *found.escorts)}, found


def refuses(code, port, crew, **more):
    before = read(port)
    with pytest.raises(Refused) as refused:
        name(port, crew, **more)
    assert refused.value.code == code
    assert read(port) == before
    return refused.value


def deploy(who, first, last, post="driver"):
    unit = models.Unit.objects.get(code="U1")
    models.Deployment.objects.filter(person=who).delete()
    return models.Deployment.objects.create(
        person=who, unit=unit, on=NOON.date(), post=post, starts_at=at(first), ends_at=at(last)
    )


def plan_other(port, start, minutes, **more):
    vehicle = models.Vehicle.objects.create(plate=f"O{start}", kind="coach", seats=20)
    order = transport.Order(vehicle.id, port.custodians["hotel"], at(start), minutes, **more)
    return transport.plan_trip(order=order, code=f"O{start}")


def test_a_crew_named_by_hand_is_kept_by_later_plans_and_taken_back(port):
    before = read(port)
    name(port, port.other)
    again = plans.propose(by=None, now=at(63), seconds=0.2)
    (kept,) = plans.list_drafts(plan=again)
    assert (kept.pinned, kept.drivers, kept.escorts) == (True, port.other.drivers, port.other.escorts)
    crews.undo(trip=port.trip, by=port.by, now=at(64))
    trip = models.Trip.objects.get(id=port.trip)
    assert (read(port), trip.pinned) == (before, False)
    with pytest.raises(Refused, match="crew_unchanged"):
        crews.undo(trip=port.trip, by=port.by, now=at(65))


def test_changes_of_a_crew_are_undone_one_after_the_other_and_none_that_a_plan_overtook(port):
    first, second = read(port), Crew(read(port).drivers, port.other.escorts)
    name(port, second)
    name(port, port.other, 63)
    crews.undo(trip=port.trip, by=port.by, now=at(64))
    assert read(port) == second
    transport.set_crews(crews={port.trip: (first.escorts, ())})
    with pytest.raises(Refused, match="crew_unchanged"):
        crews.undo(trip=port.trip, by=port.by, now=at(65))


def test_a_proposal_that_keeps_the_trip_has_its_new_crew_and_adopting_it_changes_nothing_of_that(port):
    proposal = plans.propose(by=None, now=at(61), seconds=0.2)
    name(port, port.other)
    assert plans.find_proposed().id == proposal.id
    plans.adopt(plan=proposal.id, by=port.by, now=at(63))
    assert read(port) == port.other
    assert models.Trip.objects.get(id=port.trip).pinned


def test_a_proposal_that_gave_those_people_another_trip_is_dropped(port):
    models.Listing.objects.filter(traveller_id__in=port.travellers[2:4]).update(crew=False)
    hold(port, 2, 3, minute=61)
    models.Custodian.objects.filter(code="hotel").update(capacity=2)
    plans.propose(by=None, now=at(62), seconds=0.2)
    others = [d for d in plans.list_drafts(plan=plans.find_proposed()) if d.trip != port.trip]
    assert others and {who for one in others for who in one.drivers} == set(port.other.drivers)
    name(port, Crew(port.other.drivers, read(port).escorts))
    assert plans.find_proposed() is None


def test_whoever_may_not_take_it_is_named_with_what_is_in_the_way_and_offered_to_nobody(port):
    driver, escort = (port.people[name] for name in ("driver0", "escort0"))
    small, other = port.people["driver2"], models.Person.objects.get(id=port.other.drivers[0])
    refused = refuses("crew_licence", port, Crew((small.pk,), port.other.escorts))
    assert isinstance(refused, crews.Unfit) and refused.person == small
    said, found = choice_of(port)
    assert (said["driver2"], said[other.username]) == ("crew_licence", "")
    assert found.needed == (1, 1) and not found.on_road
    assert {said[name] for name in ("driver0", "driver1", "escort0", "escort1", "escort2")} == {""}
    for who, post in ((driver, "drivers"), (escort, "escorts")):
        day = NOON.date()
        models.Absence.objects.create(person=who, sort="off", from_on=day, until_on=day, entered_at=at(0))
        crew = (
            Crew((driver.pk,), port.other.escorts)
            if post == "drivers"
            else Crew(port.other.drivers, (escort.pk,))
        )
        models.Absence.objects.exclude(person=who).delete()
        refuses("crew_away", port, crew)


def test_nobody_rides_beyond_their_shift_or_at_a_post_they_do_not_hold(port):
    other = models.Person.objects.get(id=port.other.drivers[0])
    crew = Crew((other.pk,), port.other.escorts)
    deploy(other, 0, 120)  # the coach is back later
    refuses("crew_off_shift", port, crew)
    deploy(other, 90, 600)  # it has set off before
    refuses("crew_off_shift", port, crew)
    came = deploy(other, 0, 600)
    models.Deployment.objects.filter(id=came.id).update(absent_at=at(30))
    refuses("crew_off_shift", port, crew)
    deploy(other, 0, 600, post="hall")
    refuses("crew_off_shift", port, crew)
    screener = models.Person.objects.create(username="s", role="screener", password="!")
    refuses("crew_off_shift", port, Crew(read(port).drivers, (screener.pk,)))
    deploy(other, 0, 600)
    name(port, crew)


def test_nobody_is_on_two_trips_at_once_whoever_made_the_other(port):
    other = port.other.drivers[0]
    plan_other(port, 100, 120, driver=other)
    refuses("crew_busy", port, port.other)
    assert "crew_busy" in choice_of(port)[0].values()
    name(port, Crew(read(port).drivers, port.other.escorts))
    plan_other(port, 400, 60, escorts=read(port).escorts)  # later that day is in nobody's way
    name(port, read(port), 63)


def test_nobody_drives_longer_in_a_day_than_the_law_allows(port):
    other = port.other.drivers[0]
    done = plan_other(port, -500, 500, driver=other)
    models.Trip.objects.filter(id=done.id).update(departed_at=at(-500), arrived_at=at(-60), ended_at=at(0))
    refuses("crew_driven", port, port.other)  # 440 and 40 back, and 80 by this one
    models.Trip.objects.filter(id=done.id).update(arrived_at=at(-200))
    name(port, port.other)


def test_a_crew_is_whole_and_speaks_with_whoever_rides(port):
    has, (escort,) = read(port), port.other.escorts
    refuses("crew_count", port, Crew(has.drivers, ()))
    refuses("crew_count", port, Crew(has.drivers + port.other.drivers, has.escorts))
    refuses("crew_twice", port, Crew(has.drivers, has.drivers))
    refuses("person_unknown", port, Crew((make_id(),), has.escorts))
    models.Traveller.objects.filter(id=port.travellers[0]).update(needs=["language:th"])
    refuses("crew_language", port, port.other)
    models.Person.objects.filter(id=escort).update(speaks=["th"])
    name(port, port.other)
    again = plans.propose(by=None, now=at(63), seconds=0.2)
    assert [one.escorts for one in plans.list_drafts(plan=again)] == [(escort,)]


def test_the_crew_of_a_trip_made_by_hand_is_named_one_after_the_other_until_it_has_a_list(port):
    port.trip = plan_other(port, 300, 150).id
    name(port, Crew(port.other.drivers))
    refuses("crew_count", port, Crew(port.other.drivers, (*port.other.escorts, port.people["escort2"].pk)))
    boarding.write_lists(lists={port.trip: port.travellers[2:4]})
    refuses("crew_count", port, Crew(read(port).drivers))
    name(port, port.other)


def test_a_crew_kept_before_another_trip_that_day_is_still_free_for_it(port):
    """The longest time between two trips of somebody is not the one in which they are needed."""
    name(port, port.other)
    plan_other(port, 200, 60, driver=port.other.drivers[0])
    (kept,) = plans.list_drafts(plan=plans.propose(by=None, now=at(64), seconds=0.2))
    assert kept.drivers == port.other.drivers


def test_what_was_pinned_for_its_crew_is_released_like_any_other(port):
    name(port, port.other)
    edit.pin(trip=port.trip, pinned=False, now=at(63))
    assert not models.Trip.objects.get(id=port.trip).pinned


def test_whoever_is_named_when_a_trip_is_opened_by_hand_must_be_able_to_take_it(port):
    vehicle = models.Vehicle.objects.filter(kind="coach").exclude(trips=port.trip).first()

    def order(**more):
        told = transport.Order(vehicle.id, port.custodians["hotel"], at(300), 90, **more)
        return crews.plan_trip(order=told, code="H", trip=make_id(), now=at(60))

    with pytest.raises(crews.Unfit, match="crew_licence"):
        order(driver=port.people["driver2"].pk)
    with pytest.raises(Refused, match="crew_twice"):
        order(driver=port.other.drivers[0], reliefs=port.other.drivers)
    assert not models.Custodian.objects.filter(code="H").exists()
    assert order(driver=port.other.drivers[0], escorts=port.other.escorts).driver_id == port.other.drivers[0]


@pytest.fixture
def coach(port):
    """A coach to Pu'er on the road since 13:00, with two drivers and an escort."""
    open_prefecture(port, rests=())
    make = models.Person.objects.create
    port.first, port.second, port.third = (
        make(username=f"d{n}", licence="L", password="!") for n in range(3)
    )
    port.escort, port.fourth = (make(username=f"e{n}", role="escort", password="!") for n in range(2))
    unit = models.Unit.objects.get(code="U1")
    for who in (port.escort, port.fourth):
        models.Person.objects.filter(id=who.pk).update(unit=unit)
        duty = force.Duty(who.pk, NOON.date(), at(-60), at(-60) + timedelta(hours=14), post="escort")
        force.deploy(duty=duty)
    told = {"driver": port.first.pk, "reliefs": (port.second.pk,), "escorts": (port.escort.pk,)}
    port.trip = plan_coach(port, 1, **told).id
    transport.report(report=transport.Report(port.trip, "departed"), by=None, now=at(60))
    return port


def test_on_the_road_others_join_the_crew_and_nobody_who_rides_is_taken_off(coach):
    had = read(coach)
    joining = Crew((coach.third.pk,), (coach.fourth.pk,))
    refuses("crew_stays", coach, Crew(joining.drivers + had.drivers[1:], joining.escorts), minute=120)
    day = NOON.date()
    for ill in (coach.first, coach.escort):
        models.Absence.objects.create(person=ill, sort="health", from_on=day, entered_at=at(110))
    name(coach, joining, 120, beside=True)
    assert set(read(coach).everybody) == {*had.everybody, *joining.everybody}
    driving.take_wheel(trip=coach.trip, told=driving.Takes(coach.third.pk), by=None, now=at(121))
    assert driving.find_wheel(trip=coach.trip).driver == coach.third
    with pytest.raises(Refused, match="crew_stays"):
        crews.undo(trip=coach.trip, by=coach.by, now=at(122))


def test_what_was_changed_before_it_set_off_is_not_taken_back_on_the_road(port):
    name(port, port.other)
    boarding.report(report=transport.Report(port.trip, "departed"), by=None, now=at(70))
    with pytest.raises(Refused, match="crew_unchanged"):
        crews.undo(trip=port.trip, by=port.by, now=at(71))
    assert read(port) == port.other


def test_who_was_named_on_the_road_by_mistake_is_taken_back_before_they_drive(coach):
    had = read(coach)
    refuses("crew_nobody", coach, Crew(), minute=119, beside=True)
    name(coach, Crew((coach.third.pk,)), 120, beside=True)
    crews.undo(trip=coach.trip, by=coach.by, now=at(121))
    assert read(coach) == had
    assert not models.Trip.objects.get(id=coach.trip).pinned


def test_whoever_joins_on_the_road_must_be_able_to_unless_they_ride_in_the_same_convoy(coach):
    small = coach.people["driver2"].pk
    refuses("crew_licence", coach, Crew((small,)), minute=120, beside=True)
    mate = plan_coach(coach, 2, driver=coach.third.pk)
    transport.report(report=transport.Report(mate.id, "departed"), by=None, now=at(60))
    refuses("crew_busy", coach, Crew((coach.third.pk,)), minute=120, beside=True)
    convoy = models.Convoy.objects.create(
        code="C",
        destination_id=coach.custodians["puer"],
        commander=coach.escort,
        on=NOON.date(),
        formed_at=at(0),
    )
    models.Trip.objects.filter(id__in=(coach.trip, mate.id)).update(convoy=convoy)
    name(coach, Crew((coach.third.pk,)), 120, beside=True)
