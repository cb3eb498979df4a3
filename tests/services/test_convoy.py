"""A convoy on the long way: formed, heard by the clock, met by trouble, offered, counted by the receiver, accepted."""

from uuid import UUID

import pytest

from pratique.core.answers import Refused
from pratique.core.custody.handover import Step
from pratique.core.duties.vocabulary import Kind
from pratique.core.transport.convoy import State
from pratique.core.transport.progress import Sign
from pratique.services import custody, register, transport
from pratique.services.convoy import acceptance, course, forming, way
from pratique.services.dispatch import boarding, riding, steps, stretches
from pratique.services.dispatch.people import CASE
from pratique.services.tracking import answers, outlook
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import convoys, headcounts, tower, trips

from .journey import refusal
from .port import at, man
from .prefecture import PLACE


def test_it_rests_at_the_fewest_designated_places_unless_somebody_chooses_others(journey):
    assert journey.form().halts == ["rest:b", "rest:c"]
    first = forming.Lead(journey.leader.pk, ("rest:b", "rest:c"))
    later = forming.Lead(journey.leader.pk, ("rest:d", "rest:a"))
    journey.amend(later, seen=first)
    journey.amend(later, seen=later)
    told = [r for r in convoys.list_reports(convoy=journey.convoy) if r.code == "amended"]
    assert [(r.attributes["halts_was"], r.attributes["halts"], r.by_id) for r in told] == [
        (["rest:b", "rest:c"], ["rest:a", "rest:d"], journey.dispatcher.pk)
    ], "what it was and is, by whom; changing nothing is nothing"
    assert refusal(journey.amend, first, seen=first) == "convoy_changed", "an older page writes nothing over"
    assert [h.code for h in journey.read(30)[0].halts] == ["rest:a", "rest:d"]
    assert refusal(journey.amend, forming.Lead(journey.leader.pk, ("rest:z",))) == "halt_unknown"


def test_two_rest_places_equally_far_are_one_stop_and_not_chosen_together(journey):
    journey.form()
    models.RestPlace.objects.filter(code__in=["rest:b", "rest:c"]).update(minutes=115)
    found, _ = journey.read(40)
    laid = way.lay_out(convoy=found, reports=[])
    assert [stop.place.code for stop in laid.stops[:-1]] == ["rest:b"]
    trip = trips.find_trip(trip=journey.trips[0])
    stretches.lay_out(trip=trip, route=trips.find_route(trip=trip))
    models.Trip.objects.filter(id=trip.id).update(departed_at=at(50))
    assert outlook.foresee(trips=outlook.list_moving(), now=at(60))[trip.id].arrival is not None
    both = forming.Lead(journey.leader.pk, ("rest:b", "rest:c"))
    assert refusal(journey.amend, both) == "halts_level"


def test_staff_who_escort_one_of_its_trips_may_command_it_and_an_amendment_holds_to_the_same(journey):
    models.Person.objects.filter(id=journey.leader.pk).update(role="staff")
    journey.form()
    driver, leader, desk = (
        forming.Lead(who.pk, ("rest:d",)) for who in (journey.driver, journey.leader, journey.dispatcher)
    )
    assert refusal(journey.amend, driver) == "convoy_commander_unable"
    models.Trip.objects.get(id=journey.trips[0]).escorts.clear()
    models.Trip.objects.get(id=journey.trips[1]).escorts.clear()
    journey.amend(leader)
    assert [h.code for h in journey.read(36)[0].halts] == ["rest:d"], "who commands it already stays"
    journey.amend(desk)
    assert refusal(journey.amend, leader) == "convoy_commander_unable"


def test_trips_of_a_convoy_are_kept_by_later_plans_and_belong_to_no_other(journey):
    journey.form()
    assert set(models.Trip.objects.filter(id__in=journey.trips).values_list("pinned", "long_distance")) == {
        (True, True)
    }
    assert refusal(journey.form) == "convoy_joined"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda j: j.trips.clear(), "convoy_empty"),
        (lambda j: j.trips.append(make_id()), "trip_unknown"),
        (lambda j: models.Trip.objects.filter(id=j.trips[0]).update(destination=j.port.custodians["hotel"]), "convoy_ways_part"),
        (lambda j: models.Trip.objects.filter(id=j.trips[0]).update(departed_at=at(20)), "trip_under_way"),
        (lambda j: models.Trip.objects.filter(id=j.trips[0]).update(ended_at=at(20)), "trip_under_way"),
        (lambda j: models.Person.objects.filter(id=j.leader.pk).update(is_active=False), "person_unknown"),
        (lambda j: models.Person.objects.filter(id=j.leader.pk).update(role="reception"), "convoy_commander_unable"),
        (lambda j: setattr(j, "leader", j.driver), "convoy_commander_unable"),
    ],
)  # fmt: skip
def test_what_cannot_go_together_is_refused_by_name_and_nothing_is_formed(journey, change, code):
    change(journey)
    assert refusal(journey.form) == code
    assert not models.Convoy.objects.exists()
    assert not models.Trip.objects.filter(convoy__isnull=False).exists()


def test_an_hour_of_silence_is_overdue_and_being_heard_ends_it(journey):
    journey.set_off()
    assert journey.owed(109) == {"check_in": [False]}
    assert journey.owed(111) == {"check_in": [True]}
    journey.check_in(112)
    assert journey.owed(113) == {"check_in": [False]}
    assert journey.owed(173) == {"check_in": [True]}


def test_silence_climbs_the_ladder_to_the_duty_commander(journey):
    journey.set_off()
    register.tick(now=at(50 + 60 + 46))
    told = models.Escalation.objects.filter(subject_kind="convoy", code="check_in").order_by("level")
    assert list(told.values_list("told", flat=True)) == ["convoy_commander", "supervisor", "duty_commander"]


def test_everybody_is_counted_at_each_check_in_and_a_difference_is_somebodys_to_settle(journey):
    journey.set_off()
    assert journey.check_in(90, stop="rest:b") == {}
    assert journey.check_in(150, second=1) == {journey.trips[1]: (1, 2)}
    assert [e.code for e in tower.list_exceptions(now=at(151)) if e.code == "headcount_differs"]
    assert len(list(headcounts.list_heads(now=at(151)))) == 1


def test_a_check_in_counts_every_vehicle_on_the_road_and_names_a_place_of_the_way(journey):
    journey.form()
    assert refusal(journey.check_in, 45) == "convoy_not_departed"
    journey.board()
    journey.report("departed", 50)
    told = course.CheckIn(counts={journey.trips[0]: 2})
    assert refusal(course.check_in, convoy=journey.convoy, told=told, by=None, now=at(60)) == "heads_missing"
    assert refusal(journey.check_in, 60, stop="rest:z") == "halt_unknown"
    assert not models.Headcount.objects.exists()


def foresee_arrival(journey, minute):
    found = journey.read(minute)[0]
    seen = outlook.foresee(trips=found.trips, now=at(minute))
    itinerary = way.lay_out(convoy=found, reports=convoys.list_reports(convoy=found.id))
    return way.find_arrival(convoy=found, itinerary=itinerary, outlooks=seen)


def test_an_incident_is_owed_an_answer_within_half_an_hour_and_delays_what_is_planned_and_foreseen(journey):
    for code, latitude in (("KMG", 25.0), (PLACE, 22.0)):
        models.Place.objects.create(code=code, latitude=latitude, longitude=102.0)
    journey.set_off()
    lost = (journey.trips[0], {"latitude": 24.0, "longitude": 102.0, "source": "phone"})
    models.Fix.objects.create(trip_id=lost[0], at=at(58), received_at=at(58), **lost[1])
    by_position = foresee_arrival(journey, 61)
    planned = way.lay_out(convoy=journey.read(55)[0], reports=[]).stops[-1].planned_at
    incident = course.report(
        convoy=journey.convoy,
        told=course.Incident("road_closed", "塌方 landslide at K88", stop="rest:b", delay_minutes=45),
        by=journey.leader.pk,
        now=at(60),
    )
    reports = convoys.list_reports(convoy=journey.convoy)
    later = way.lay_out(convoy=journey.read(61)[0], reports=reports).stops[-1].planned_at
    assert (later - planned).total_seconds() == 45 * 60
    # The receiver reads the same of where they are, until a position of after the delay speaks alone.
    delayed = foresee_arrival(journey, 61)
    assert (delayed.at - by_position.at, delayed.delay_minutes) == (at(45) - at(0), 45)
    models.Fix.objects.create(trip_id=lost[0], at=at(105), received_at=at(105), **lost[1])
    after = foresee_arrival(journey, 106)
    assert (after.at - by_position.at, after.delay_minutes) == (at(105) - at(58), 0)
    assert (
        outlook.foresee(trips=outlook.list_moving(), now=at(106))[journey.trips[1]].arrival.delay_minutes
        == 45
    )
    assert journey.owed(91)["contingency"] == [True]
    course.settle(
        convoy=journey.convoy,
        incident=incident.id,
        note="detour by G213",
        by=journey.dispatcher.pk,
        now=at(92),
    )
    assert "contingency" not in journey.owed(93)


def test_somebody_who_falls_ill_is_owed_an_assessment_by_a_nurse(journey):
    journey.set_off()
    told = course.Incident(
        "ill", "feverish, masked, moved apart", traveller=journey.port.travellers[0], celsius=38.4
    )
    course.report(convoy=journey.convoy, told=told, by=journey.leader.pk, now=at(70))
    account = register.account_of(kind=Kind.TRAVELLER, subject=str(journey.port.travellers[0]), now=at(71))
    assert [d.owner for d in account.duties if d.code == "fever"] == ["nurse"]
    other = journey.port.travellers[1]
    course.report(
        convoy=journey.convoy,
        told=course.Incident("ill", "coughs, no thermometer", traveller=other),
        by=journey.leader.pk,
        now=at(70),
    )
    account = register.account_of(kind=Kind.TRAVELLER, subject=str(other), now=at(71))
    assert [d.owner for d in account.duties if d.code == "unmeasured"] == ["nurse"]
    assert riding.classify(travellers=[other]) == {other: CASE}, "they ride on in an ambulance"
    elsewhere = course.Incident("ill", "who?", traveller=make_id())
    assert (
        refusal(course.report, convoy=journey.convoy, told=elsewhere, by=None, now=at(70))
        == "traveller_unknown"
    )


def test_a_report_taken_back_is_owed_again(journey):
    journey.set_off()
    journey.check_in(100)
    assert journey.owed(130) == {"check_in": [False]}
    (report,) = [r for r in convoys.list_reports(convoy=journey.convoy) if r.code == "checked_in"]
    course.take_back(
        convoy=journey.convoy,
        report=report.id,
        because="another convoy",
        by=journey.dispatcher.pk,
        now=at(131),
    )
    assert journey.owed(132) == {"check_in": [True]}


def test_an_answer_by_telephone_is_a_check_in_without_a_count_and_a_word_of_every_vehicle(journey):
    journey.set_off()
    assert journey.owed(111) == {"check_in": [True]}
    told = answers.Answer("the commander", "km 160", note="all well")
    row = answers.reach_convoy(convoy=journey.convoy, told=told, by=journey.dispatcher.pk, now=at(112))
    assert journey.owed(113) == {"check_in": [False]}
    heard = outlook.foresee(trips=journey.read(113)[0].trips, now=at(113))
    assert {heard[trip].heard_at for trip in journey.trips} == {at(112)}
    assert not models.Headcount.objects.exists()
    course.take_back(
        convoy=journey.convoy, report=row.id, because="another", by=journey.dispatcher.pk, now=at(114)
    )
    assert journey.owed(115) == {"check_in": [True]}
    assert {one.sign for one in outlook.foresee(trips=outlook.list_moving(), now=at(115)).values()} == {
        Sign.SILENT
    }
    journey.report("arrived", 400)
    assert (
        refusal(answers.reach_convoy, convoy=journey.convoy, told=told, by=None, now=at(401))
        == "trip_not_on_road"
    )


def test_until_the_receiver_has_counted_and_named_everybody_the_convoy_is_responsible(journey):
    journey.set_off()
    journey.report("arrived", 400)
    assert journey.read(401)[1].state is State.ARRIVED
    assert refusal(journey.accept, 1, 405) == "convoy_not_offered"
    assert course.offer(convoy=journey.convoy, by=journey.leader.pk, now=at(402)) == 2
    assert journey.accept(1, 405).state.value == "closed"
    assert journey.read(406)[1].responsible
    assert journey.port.where(0) == "puer"
    assert journey.port.where(2) == "coach2"
    assert journey.accept(2, 410).state.value == "closed"
    found, standing = journey.read(411)
    assert (standing.state, found.ended_at, found.aboard) == (State.ACCEPTED, at(410), 0)
    assert journey.owed(500) == {}
    journey.report("ended", 700)


def test_a_count_of_the_receivers_that_differs_leaves_it_open_and_names_whom(journey):
    journey.set_off()
    journey.report("arrived", 400)
    course.offer(convoy=journey.convoy, by=journey.leader.pk, now=at(402))
    journey.accept(1, 405)
    answer = journey.accept(2, 406, heads=1, present=[journey.port.travellers[2]])
    assert answer.state.value == "accepted"
    assert {UUID(t) for t in answer.missing} == {journey.port.travellers[3]}
    assert journey.read(407)[1].state is State.ARRIVED
    assert journey.port.where(3) == "coach2"
    assert journey.owed(461)["acceptance"] == [True]
    assert journey.port.travellers[3] in tower.list_missed(now=at(461))
    assert journey.accept(2, 470).state.value == "closed"
    assert journey.read(471)[1].state is State.ACCEPTED
    assert journey.port.travellers[3] not in tower.list_missed(now=at(600))


def test_a_name_that_was_not_ticked_can_be_ticked_afterwards_with_the_same_count(journey):
    journey.set_off()
    journey.report("arrived", 400)
    course.offer(convoy=journey.convoy, by=journey.leader.pk, now=at(402))
    assert len(journey.accept(1, 405, heads=2, present=[journey.port.travellers[0]]).missing) == 1
    assert journey.accept(1, 410, heads=2).state.value == "closed"
    assert refusal(journey.accept, 1, 415) == "handover_step_refused"


def test_nobody_of_the_convoy_accepts_the_people_it_brings(journey):
    journey.set_off()
    journey.report("arrived", 400)
    course.offer(convoy=journey.convoy, by=journey.leader.pk, now=at(402))
    for who in (journey.leader.pk, journey.driver.pk):
        assert refusal(journey.accept, 1, 405, by=who) == "acceptance_by_giver"


def test_who_is_declined_stays_with_the_convoy_and_can_be_offered_again(journey):
    journey.set_off()
    journey.report("arrived", 400)
    course.offer(convoy=journey.convoy, by=journey.leader.pk, now=at(402))
    acceptance.decline(
        convoy=journey.convoy,
        trip=journey.trips[0],
        because="no room tonight",
        by=journey.receiver.pk,
        now=at(404),
    )
    assert refusal(journey.accept, 1, 405) == "convoy_not_offered"
    assert journey.port.where(0) == "coach1"
    course.offer(convoy=journey.convoy, by=journey.leader.pk, now=at(410))
    assert journey.accept(1, 411).state.value == "closed"


def test_a_vehicle_that_breaks_down_hands_over_to_one_that_joins_and_the_convoy_is_accepted_whole(journey):
    journey.set_off()
    relief = models.Vehicle.objects.create(plate="云A·R1", kind="coach", seats=20)
    order = transport.Order(relief.id, journey.puer.id, at(100), 700)
    trip = transport.plan_trip(order=order, code="trip:relief")
    forming.join(convoy=journey.convoy, trip=trip.id, by=journey.dispatcher.pk, now=at(130))
    journey.port.custodians["relief"] = trip.id
    man(trip.id)
    boarding.report(report=transport.Report(trip.id, "departed"), by=None, now=at(100))
    journey.port.send(*(journey.port.told(who=who, where="relief", minute=150) for who in (0, 1)))
    journey.report("broken_down", 151, 1)
    assert journey.read(152)[1].state is State.MOVING
    journey.report("arrived", 400, 2)
    boarding.report(report=transport.Report(trip.id, "arrived"), by=None, now=at(420))
    assert course.offer(convoy=journey.convoy, by=journey.leader.pk, now=at(421)) == 2
    journey.accept(2, 425)
    told = acceptance.Receipt(2, frozenset(journey.port.travellers[:2]))
    acceptance.accept(convoy=journey.convoy, trip=trip.id, told=told, by=journey.receiver.pk, now=at(426))
    assert journey.read(427)[1].state is State.ACCEPTED


def test_it_is_disbanded_only_before_it_sets_off_and_its_trips_then_go_by_themselves(journey):
    journey.form()
    assert (
        refusal(forming.disband, convoy=journey.convoy, because=" ", by=None, now=at(35)) == "reason_missing"
    )
    forming.disband(convoy=journey.convoy, because="one flight cancelled", by=None, now=at(35))
    assert journey.read(36)[0].over
    journey.form()
    journey.board()
    assert journey.read(47)[1].state is State.MOVING, "somebody is aboard: it answers for them"
    for scan in models.Scan.objects.filter(custodian_id__in=journey.trips):
        custody.annul(scan=scan.id, by=journey.leader.pk, because="the wrong coaches", now=at(48))
    assert journey.read(48)[1].state is State.FORMING, "by the book nobody ever was"
    journey.report("departed", 50)
    assert (
        refusal(forming.disband, convoy=journey.convoy, because="x", by=None, now=at(60))
        == "convoy_under_way"
    )
    assert refusal(journey.leave, 1) == "trip_under_way"


def step_back(journey, number, because="a slip of the thumb", minute=210):
    last = steps.find_last(trip=journey.trips[number - 1])
    return steps.take_back(
        trip=journey.trips[number - 1], event=last.id, because=because, by=journey.leader.pk, now=at(minute)
    )


def test_a_step_reported_by_mistake_is_taken_back_and_the_convoy_is_on_the_road_again(journey):
    journey.set_off()
    departed = steps.find_last(trip=journey.trips[0])
    journey.report("arrived", 200)
    assert journey.read(201)[1].state is State.ARRIVED
    assert "acceptance" in journey.owed(202)
    assert refusal(step_back, journey, 1, because=" ") == "reason_missing"
    early = {"trip": journey.trips[0], "event": departed.id, "because": "x", "by": journey.leader.pk}
    assert refusal(steps.take_back, now=at(209), **early) == "trip_step_not_last"
    gone = step_back(journey, 1)
    step_back(journey, 2)
    assert journey.read(211)[1].state is State.MOVING
    assert "acceptance" not in journey.owed(211)
    assert "check_in" in journey.owed(212), "it is heard by the clock again"
    assert outlook.foresee(trips=outlook.list_moving(), now=at(212)).keys() == set(journey.trips)
    account = register.account_of(kind=Kind.TRIP, subject=str(journey.trips[0]), now=at(300))
    assert "reached" not in {one.record for one in account.held if not one.withdrawn_at}
    again = {**early, "event": UUID(gone.about)}
    assert steps.take_back(now=at(213), **again).id == gone.id, "twice is once"
    journey.report("arrived", 350)
    assert models.Trip.objects.get(id=journey.trips[0]).arrived_at == at(350)
    assert journey.read(351)[1].state is State.ARRIVED
    course.offer(convoy=journey.convoy, by=journey.leader.pk, now=at(352))
    journey.accept(1, 355)
    assert refusal(step_back, journey, 1, minute=356) == "trip_step_received"


def test_a_departure_reported_by_mistake_leaves_nothing_of_the_road(journey):
    journey.set_off()
    models.Fix.objects.create(
        trip_id=journey.trips[0], at=at(55), latitude=25, longitude=102, source="phone", received_at=at(55)
    )
    assert outlook.watch(now=at(170)) == 2, "both are silent"
    step_back(journey, 1, minute=180)
    assert not models.Fix.objects.exists()
    assert models.FixErasure.objects.get().count == 1
    assert journey.read(181)[1].state is State.MOVING, "the other coach has set off"
    step_back(journey, 2, minute=182)
    assert "check_in" not in journey.owed(183)
    register.tick(now=at(183))
    assert not models.Owed.objects.filter(code="silence").exists()
    journey.report("departed", 185)
    assert models.Trip.objects.get(id=journey.trips[0]).departed_at == at(185)
    assert {r.happened_at for r in convoys.list_reports(convoy=journey.convoy) if r.code == "set_off"} == {
        at(185)
    }
    outlook.watch(now=at(400))
    fell = models.Evidence.objects.filter(
        subject_kind="trip", code="silent", subject_id=str(journey.trips[0])
    )
    assert fell.filter(happened_at=at(400)).exists(), "silent again, told again"


def test_the_prefectures_own_phones_accept_as_well_and_the_round_notices(journey):
    journey.set_off()
    journey.report("arrived", 400)
    course.offer(convoy=journey.convoy, by=journey.leader.pk, now=at(402))
    for trip, handover in convoys.find_handovers(trips=journey.trips, receiver=journey.puer.id).items():
        first = 2 * journey.trips.index(trip)
        own = [
            journey.port.told(who=who, where="puer", minute=405 + who, phone="puer", handover=handover)
            for who in (first, first + 1)
        ]
        journey.port.send(*own, phone="puer")
        custody.answer(
            handover_id=handover, step=Step.ACCEPTED, heads=2, because="", by=journey.receiver.pk, now=at(410)
        )
    assert course.watch(now=at(411)) == 1
    assert journey.read(412)[1].state is State.ACCEPTED
    assert course.watch(now=at(413)) == 0


def test_a_vehicle_that_arrives_empty_because_others_took_its_people_on_needs_no_acceptance(journey):
    journey.set_off()
    journey.port.send(*(journey.port.told(who=who, where="coach1", minute=200) for who in (2, 3)))
    journey.report("arrived", 400)
    assert course.offer(convoy=journey.convoy, by=journey.leader.pk, now=at(402)) == 1
    told = acceptance.Receipt(4, frozenset(journey.port.travellers[:4]))
    acceptance.accept(
        convoy=journey.convoy, trip=journey.trips[0], told=told, by=journey.receiver.pk, now=at(405)
    )
    assert journey.read(406)[1].state is State.ACCEPTED


def test_a_relief_driver_brings_people_too_and_cannot_accept_them(journey):
    relief = models.Person.objects.create(username="relief", licence="L", password="!")
    models.Trip.objects.get(id=journey.trips[0]).reliefs.add(relief)
    journey.set_off()
    journey.report("arrived", 400)
    course.offer(convoy=journey.convoy, by=journey.leader.pk, now=at(402))
    assert refusal(journey.accept, 1, 405, by=relief.pk) == "acceptance_by_giver"


def test_a_long_way_is_not_set_off_on_but_in_a_convoy_and_a_short_one_or_one_to_hospital_is(journey):
    journey.board()
    assert [trip.id for trip in forming.list_alone()] == journey.trips
    with pytest.raises(Refused, match="convoy_missing"):
        journey.report("departed", 50, 1)
    assert models.Trip.objects.get(id=journey.trips[0]).departed_at is None
    models.Travel.objects.filter(other="prefecture:5308").update(minutes=150)
    assert forming.list_alone() == []
    models.Travel.objects.filter(other="prefecture:5308").update(minutes=151)
    models.Custodian.objects.filter(id=journey.puer.id).update(kind="hospital")
    assert forming.list_alone() == []
    models.Custodian.objects.filter(id=journey.puer.id).update(kind="exit")
    journey.form()
    assert forming.list_alone() == []
    journey.report("departed", 51, 1)
    assert models.Trip.objects.get(id=journey.trips[0]).departed_at == at(51)


def test_where_nobody_knows_how_long_the_way_is_another_prefecture_is_long(journey):
    models.Travel.objects.filter(other="prefecture:5308").delete()
    assert forming.list_alone() == []
    models.Trip.objects.filter(id=journey.trips[1]).update(long_distance=True)
    assert [trip.id for trip in forming.list_alone()] == journey.trips[1:]
