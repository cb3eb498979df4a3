"""No way off the loop: a scan at an exit is kept, answered by its grounds, and without any somebody owes an answer at once."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pratique.core.answers import Refused
from pratique.core.custody.handover import Step
from pratique.core.duties.register import State
from pratique.core.duties.vocabulary import Kind
from pratique.services import care, custody, duty, exemption, recording, register, way
from pratique.services.stay import assess as assessing
from pratique.services.stay import release, ward
from pratique.services.window import slip, standing
from pratique.store import models
from pratique.store.queries import leavings, tower

from .doors import DAY, employ, exempt, hand_in, open_exits, screen, to_hotel, walk_to
from .page import opened_by
from .port import at, build

ARRIVED = 0
EARLY, AFTER = 5 * DAY, 14 * DAY + 60


@pytest.fixture
def port(db):
    """Four travellers, landed; every sort of exit."""
    port = build(travellers=4)
    open_exits(port)
    return port


def leave(port, who, by, minute, **more):
    (answer,) = port.send(port.told(who=who, where=by, minute=minute, **more))
    return answer


def do(port, code, minute, about="", evidence_id=None, **attributes):
    done = duty.Done("traveller", str(port.travellers[0]), code, at(minute), attributes, about=about)
    return duty.record(evidence=done, by=None, now=at(minute), evidence_id=evidence_id)


def well(port, *minutes):
    for minute in minutes:
        do(port, "temperature", minute, celsius=36.4, symptomatic=False, method="ear")


def swab(port, minute, result=None, answered=None, tube=None):
    tube = tube or f"T{minute}"
    who = port.travellers[0]
    care.take_sample(swab=care.Swab(who, tube, site="nasopharyngeal"), by=None, now=at(minute))
    if result:
        care.record_result(tube=tube, result=result, by=None, now=at(answered or minute + 300))
    return models.Sample.objects.get(tube=tube)


def stay_through(port):
    """Fourteen days as they should be."""
    to_hotel(port, 0)
    do(port, "screened", 40, channel="ordinary")
    swab(port, 50, "negative")
    well(port, AFTER - 200)
    swab(port, 13 * DAY + 60, "negative")


def list_owed(port, who, now):
    account = register.account_of(kind=Kind.TRAVELLER, subject=str(port.travellers[who]), now=at(now))
    return {d.code: d for d in account.duties if d.state in (State.DUE, State.OVERDUE)}


def is_kept(port, who, minute):
    """The answer to whoever stands at the door, and everything that follows from it."""
    answer = leave(port, who, "released", minute)
    assert answer.state == way.CLOSED, answer
    assert models.Scan.objects.filter(id=answer.id).exists(), "the entry is kept"
    assert "way_closed" in {e.code for e in tower.list_exceptions(now=at(minute))}
    owed = list_owed(port, who, minute + 1)["way_out"]
    assert owed.owner == "duty_commander"
    raised = models.Issue.objects.get(traveller_id=port.travellers[who])
    assert (raised.state, raised.owner.code) == ("open", "gate")
    return True


# --- New Zealand, June 2020 ---------------------------------------------------------------------------------------------


def lost(port):
    sample = swab(port, 60)
    do(port, "result", 400, about=str(sample.id), result="lost")


def of_nothing(port):
    do(port, "result", 400, result="negative")


def of_somebody_else(port):
    care.take_sample(swab=care.Swab(port.travellers[1], "T-other"), by=None, now=at(60))
    care.record_result(tube="T-other", result="negative", by=None, now=at(300))


def before_the_sample(port):
    sample = swab(port, 600)
    do(port, "result", 300, about=str(sample.id), result="negative")


def before_departure(port):
    swab(port, -3 * DAY, "negative")


def result_taken_back(port):
    swab(port, 60, "negative")
    piece = models.Evidence.objects.get(code="result")
    duty.withdraw(evidence=piece.id, because="another tube", by=uuid4(), now=at(2 * DAY))


def sample_taken_back(port):
    sample = swab(port, 60, "negative")
    duty.withdraw(evidence=sample.id, because="another person", by=uuid4(), now=at(2 * DAY))


def positive_after_a_negative(port):
    swab(port, 60, "negative")
    swab(port, 2 * DAY, "positive")


UNTESTED = {
    "no sample": lambda port: None,
    "a sample nobody answered": lambda port: swab(port, 60),
    "an invalid result": lambda port: swab(port, 60, "invalid"),
    "a lost sample": lost,
    "a result of no sample": of_nothing,
    "a result of somebody else's sample": of_somebody_else,
    "a result before the sample": before_the_sample,
    "a test before departure": before_departure,
    "a result taken back": result_taken_back,
    "a sample taken back": sample_taken_back,
    "a positive result": lambda port: swab(port, 60, "positive"),
    "a negative result, and a positive one after it": positive_after_a_negative,
}
CONDITIONS = ("days", "tests", "results", "well")
PRETEXTS = {
    "let out early out of compassion, signed by two": (EARLY, ("days", "tests", "results"), 2),
    "everything excused by two": (EARLY, (*CONDITIONS, "no_positive"), 2),
    "let out early, signed by one": (EARLY, CONDITIONS, 1),
    "the days are over": (AFTER, (), 2),
    "the days are over, and the tests excused by two": (AFTER, ("tests", "results"), 2),
    "to hospital and back on one afternoon, and everything else excused by two": (EARLY, CONDITIONS, 2),
}


@pytest.mark.parametrize("pretext", PRETEXTS)
@pytest.mark.parametrize("untested", UNTESTED)
def test_new_zealand_2020_nobody_leaves_untested_try_55_ways(port, untested, pretext):
    minute, excused, signed = PRETEXTS[pretext]
    to_hotel(port, 0)
    do(port, "screened", 40, channel="ordinary")
    well(port, minute - 120)
    UNTESTED[untested](port)
    if "hospital" in pretext:
        walk_to(port, 0, ("hospital", 4 * DAY), ("hotel", 4 * DAY + 180))
    people = [(employ("commander"), "duty_commander"), (employ("epidemiologist"), "health_lead")][:signed]
    for key in excused:
        leave_ = duty.Leave(
            "traveller",
            str(port.travellers[0]),
            "release",
            "her father is dying",
            tuple(people),
            at(minute + 600),
            key,
        )
        duty.waive(leave=leave_, by=people[0][0], now=at(minute - 60))
    with pytest.raises(Refused, match="release_closed"):
        release.decide(traveller=port.travellers[0], by=people[0][0], now=at(minute))
    assert not any(one.open for one in way.list_ways(traveller=port.travellers[0], now=at(minute)))
    assert is_kept(port, 0, minute)


def test_there_are_no_fewer_than_55_ways():
    assert len(UNTESTED) * len(PRETEXTS) == 72


def test_who_was_tested_as_it_is_owed_leaves_and_nobody_is_told_anything(port):
    stay_through(port)
    row = release.decide(traveller=port.travellers[0], by=employ("reception"), now=at(AFTER))
    assert {c["code"] for c in row.conditions} >= {*CONDITIONS, "no_positive"}
    assert leave(port, 0, "released", AFTER + 10).state == "moved"
    assert leavings.list_closed() == []
    assert not models.Issue.objects.exists()
    (judged,) = models.WayJudged.objects.all()
    assert (judged.open, judged.grounds) == (True, "released")


def test_rules_that_hold_let_nobody_out_before_somebody_signed(port):
    """Offline or not, the scan is kept and owed an answer; signed at the door and scanned again, it opens."""
    stay_through(port)
    who = port.travellers[0]
    assert way.list_leaving(custodian=port.custodians["released"], now=at(AFTER)) == []
    with pytest.raises(Refused, match="release_unsigned"):
        way.ask(traveller=who, custodian=port.custodians["released"], now=at(AFTER))
    assert leave(port, 0, "released", AFTER).state == way.UNSIGNED
    assert list_owed(port, 0, AFTER + 1)["way_out"].owner == "duty_commander"
    looked = standing.look(traveller=who, now=at(AFTER + 1))
    assert (looked.word, looked.release.open) == ("held", True)
    release.decide(traveller=who, by=employ("reception"), now=at(AFTER + 5))
    way.heed(now=at(AFTER + 6))
    assert [row.open for row in models.WayJudged.objects.all()] == [False], "signed after it, not before"
    assert leave(port, 0, "released", AFTER + 8).state == "seen"
    account = register.account_of(kind=Kind.TRAVELLER, subject=str(who), now=at(AFTER + 9))
    assert "released" in {piece.record for piece in account.held}
    assert not standing.look(traveller=who, now=at(AFTER + 9)).held
    with pytest.raises(
        Refused, match="release_elsewhere"
    ):  # no house has who has left, whatever the door said before
        release.decide(traveller=who, by=employ("reception"), now=at(AFTER + 10))


def test_a_fever_is_explained_by_a_clinician_who_measures_anew_and_does_not_sign_the_release(port):
    stay_through(port)
    who, lead, desk = port.travellers[0], employ("epidemiologist"), employ("reception")
    do(port, "temperature", AFTER - 100, celsius=38.4, symptomatic=True, method="ear")
    well(port, AFTER - 90)
    told = assessing.Finding(who, 36.8, "ear", "a vaccination the day before")
    with pytest.raises(Refused, match="assessment_fever"):
        assessing.clear(finding=replace(told, celsius=37.9), by=lead, now=at(AFTER - 85))
    assert not release.look(traveller=who, now=at(AFTER - 80)).open
    assert "fever" in list_owed(port, 0, AFTER - 80)
    assessing.clear(finding=told, by=lead, now=at(AFTER - 80))
    assert "fever" not in list_owed(port, 0, AFTER - 79)
    assert release.look(traveller=who, now=at(AFTER)).open
    assessing.take_back(traveller=who, because="another guest", by=lead, now=at(AFTER))
    assert not release.look(traveller=who, now=at(AFTER)).open
    assessing.clear(finding=told, by=lead, now=at(AFTER + 2))
    with pytest.raises(Refused, match="release_own_assessment"):
        release.decide(traveller=who, by=lead, now=at(AFTER + 3))
    release.decide(traveller=who, by=desk, now=at(AFTER + 3))


def test_whose_days_end_in_a_hospital_is_released_from_there_once_it_discharges_them(port):
    stay_through(port)
    who, lead = port.travellers[0], employ("epidemiologist")
    paper = {"traveller": who, "doctor": "Dr Wu", "document": "D-7", "by": lead}
    with pytest.raises(Refused, match="discharge_elsewhere"):
        assessing.discharge(**paper, now=at(AFTER - 200))
    walk_to(port, 0, ("hospital", AFTER - 180))
    well(port, AFTER - 20)
    with pytest.raises(Refused, match="release_in_hospital"):
        release.decide(traveller=who, by=lead, now=at(AFTER))

    def stands(minute):
        (found,) = ward.list_patients(hospital=port.custodians["hospital"], now=at(minute))
        return found.standing, bool(found.discharged), found.looked.signed

    assert stands(AFTER) == ("near", False, False), "its word is wanting"
    assessing.discharge(**paper, now=at(AFTER + 1))
    assert stands(AFTER + 2) == ("leaves", True, False)
    assert "release" in list_owed(port, 0, AFTER + 2), "what they are owed runs again"
    release.decide(traveller=who, by=lead, now=at(AFTER + 5))
    assert stands(AFTER + 6) == ("leaves", True, True)
    assert leave(port, 0, "released", AFTER + 30).state == "moved"


def test_whoever_typed_a_result_does_not_sign_the_release_too(port):
    to_hotel(port, 0)
    do(port, "screened", 40, channel="ordinary")
    typist, second = employ("reception"), employ("screener")
    for minute in (50, 13 * DAY + 60):
        swab(port, minute)
        typed = care.Typed(f"T{minute}", "negative", second)
        care.type_result(typed=typed, by=typist, now=at(minute + 300))
    well(port, AFTER - 200)
    with pytest.raises(Refused, match="release_own_result"):
        release.decide(traveller=port.travellers[0], by=typist, now=at(AFTER))
    assert release.decide(traveller=port.travellers[0], by=second, now=at(AFTER)).by_id == second


def test_a_decision_does_not_outlive_what_turns_up_after_it(port):
    stay_through(port)
    release.decide(traveller=port.travellers[0], by=employ("reception"), now=at(AFTER))
    do(port, "temperature", AFTER + 5, celsius=38.4, symptomatic=True, method="ear")
    assert leave(port, 0, "released", AFTER + 10).state == way.CLOSED


def test_a_decision_holds_at_the_door_though_the_last_temperature_has_grown_a_day_old(port):
    stay_through(port)
    last = AFTER - 200 + DAY - 5
    release.decide(traveller=port.travellers[0], by=employ("reception"), now=at(last))
    assert leave(port, 0, "released", last + 30).state == "moved"


# --- Sydney, 5 December 2020 --------------------------------------------------------------------------------------------


def test_sydney_5_december_2020(port):
    """A mother and her son wait for the coach. An officer on his second shift believes in an exemption that nobody checked,
    and escorts them to a domestic flight. Here the door of that flight answers: keep them."""
    mother, son = 0, 1
    new_officer = employ("screener", shifts=1)
    for who in (mother, son):
        walk_to(port, who, ("hall", 20))
        with pytest.raises(Refused, match="exemption_unfit"):  # what they say is no paper
            hand_in(port.travellers[who], now=at(30), reference="", reason="they say they may go home")
        row = hand_in(port.travellers[who], now=at(30), reason="they say that they may go home")
        with pytest.raises(Refused, match="exemption_unverified"):  # nobody asked after it
            exemption.decide(exemption=row.id, by=new_officer, now=at(32))
        told = {"exemption": row.id, "authority": "command_office"}
        with pytest.raises(Refused, match="exemption_new_officer"):  # nor is he the one who asks
            exemption.confirm(**told, reference="CO-5", by=new_officer, now=at(33))
        colleague = employ("screener")
        with pytest.raises(Refused, match="exemption_other_reference"):
            exemption.confirm(**told, reference="CO-6", by=colleague, now=at(33))
        exemption.confirm(**told, reference="CO-5", by=colleague, now=at(34))
        with pytest.raises(Refused, match="exemption_new_officer"):  # on his second shift
            exemption.decide(exemption=row.id, by=new_officer, now=at(35))
        # He walks them there all the same. Whoever stands at that door scans them, offline or not.
        answer = leave(port, who, "domestic", 50)
        assert answer.state == way.CLOSED
        assert "exemption_persons" in answer.remarks
    assert len(leavings.list_open()) == 2
    assert models.Issue.objects.count() == 2

    # The exception stands until somebody has seen to it; taking the scan back puts them where they are.
    for who in (mother, son):
        (scan,) = models.Scan.objects.filter(
            traveller_id=port.travellers[who], custodian_id=port.custodians["domestic"]
        )
        custody.annul(scan=scan.id, by=new_officer, because="kept at the door", now=at(55))
        assert port.where(who) == "hall"
    assert leavings.list_open() == []
    assert "way_out" not in list_owed(port, mother, 60)


# --- handovers, crew, the dead, those who never came --------------------------------------------------------------------


TOLD = "Li, border inspection, by telephone"


def offer(port, who, receiver, minute, handover=None, by=None, giver="hall"):
    handover = handover or uuid4()
    custody.offer(
        handover_id=handover,
        offer=custody.Offer(
            port.custodians[giver], port.custodians[receiver], 1, (port.travellers[who],), 30
        ),
        by=by,
        now=at(minute),
    )
    return handover


def test_another_authority_takes_over_whom_it_was_offered_and_accepts(port):
    for who in (0, 1, 2):
        walk_to(port, who, ("hall", 20))
    accepted, waiting = offer(port, 0, "border", 25), offer(port, 1, "border", 25)
    custody.answer(handover_id=accepted, step=Step.ACCEPTED, heads=1, because=TOLD, by=None, now=at(28))
    assert leave(port, 0, "border", 30, handover=accepted).state == "moved"
    assert leave(port, 1, "border", 31, handover=waiting).state == "moved"  # they are just taking them over
    assert leave(port, 2, "border", 32).state == way.CLOSED  # nobody offered, nobody accepted
    assert [row.traveller_id for row in leavings.list_open()] == [port.travellers[2]]
    way.heed(now=at(120))  # the offer has lapsed without an answer
    assert {row.traveller_id for row in leavings.list_open()} == {port.travellers[1], port.travellers[2]}
    custody.answer(handover_id=waiting, step=Step.ACCEPTED, heads=1, because=TOLD, by=None, now=at(125))
    way.heed(now=at(126))
    assert [row.traveller_id for row in leavings.list_open()] == [port.travellers[2]]


def test_out_of_a_facility_nobody_goes_on_an_offer_alone(port):
    to_hotel(port, 0)
    offered = offer(port, 0, "border", 150, giver="hotel")
    assert port.travellers[0] not in way.list_leaving(custodian=port.custodians["border"], now=at(151))
    assert leave(port, 0, "border", 152, handover=offered).state == way.CLOSED
    assert [row.traveller_id for row in leavings.list_open()] == [port.travellers[0]]
    custody.answer(handover_id=offered, step=Step.ACCEPTED, heads=1, because=TOLD, by=None, now=at(155))
    way.heed(now=at(156))
    assert not leavings.list_open()


def test_whoever_offers_somebody_cannot_accept_them_for_the_other_authority(port):
    clerk, partner = employ("screener"), employ("partner")
    for who, by in ((0, clerk), (1, partner)):
        walk_to(port, who, ("hall", 20))
        offered = offer(port, who, "border", 25, by=clerk)
        custody.answer(handover_id=offered, step=Step.ACCEPTED, heads=1, because=TOLD, by=by, now=at(26))
        listed = way.list_leaving(custodian=port.custodians["border"], now=at(27))
        assert (port.travellers[who] in listed) == (by == partner)
        assert (leave(port, who, "border", 30 + who, handover=offered).state == way.CLOSED) == (by == clerk)
    assert [row.traveller_id for row in leavings.list_open()] == [port.travellers[0]]


def test_only_whoever_receives_accepts_or_a_desk_that_says_who_of_them_did(port):
    walk_to(port, 0, ("hall", 20))
    offered = offer(port, 0, "border", 25, by=employ("screener"))

    def accept(role, because="", unit=None):
        who = employ(role)
        models.Person.objects.filter(id=who).update(unit=unit)
        custody.answer(handover_id=offered, step=Step.ACCEPTED, heads=1, because=because, by=who, now=at(26))

    for role in ("escort", "reception", "dispatcher", "commander"):
        with pytest.raises(Refused, match="acceptance_unnamed"):
            accept(role)
    assert not custody.find_handover(handover_id=offered, now=at(26)).accepted_by
    accept("partner")
    own = models.Custodian.objects.get(code="border").unit
    accept("partner", unit=own)
    other = models.Unit.objects.create(code="customs", name_zh="海关", name_en="Customs")
    with pytest.raises(Refused, match="acceptance_unnamed"):
        accept("partner", unit=other)
    accept("reception", TOLD)


def test_the_crew_of_the_trip_that_brings_somebody_cannot_accept_them_at_an_exit(port):
    walk_to(port, 0, ("hall", 20), ("bus", 60))
    hotel = models.Custodian.objects.get(code="hotel")
    vehicle = models.Vehicle.objects.create(plate="BUS1", kind="van", seats=10)
    trip = models.Trip.objects.create(
        id=port.custodians["bus"],
        vehicle=vehicle,
        destination=hotel,
        on=at(0).date(),
        during=(at(20), at(90)),
    )
    escort = employ("escort")
    trip.escorts.add(escort)
    offered = uuid4()
    terms = custody.Offer(trip.id, port.custodians["border"], 1, (port.travellers[0],), 30)
    custody.offer(handover_id=offered, offer=terms, by=employ("dispatcher"), now=at(70))
    with pytest.raises(Refused, match="acceptance_by_giver"):
        custody.answer(handover_id=offered, step=Step.ACCEPTED, heads=1, because=TOLD, by=escort, now=at(71))


def test_crew_leave_with_the_aircraft_and_nobody_else_does(port):
    models.Listing.objects.filter(traveller_id=port.travellers[0]).update(crew=True)
    assert leave(port, 0, "aircraft", 30).state == "moved"
    assert leave(port, 1, "aircraft", 30).state == way.CLOSED


def test_who_was_seen_by_anybody_is_not_written_off_as_never_come(port):
    models.Custodian.objects.filter(code="aircraft").update(
        never_came=True, attributes={"record": "departed"}
    )
    walk_to(port, 0, ("hall", 20))
    assert leave(port, 0, "aircraft", 90).state == way.CLOSED
    assert leave(port, 1, "aircraft", 90).state == way.UNHEARD


# --- what follows ---------------------------------------------------------------------------------------------------------


def test_leaving_without_grounds_ends_no_duty(port):
    to_hotel(port, 0)
    do(port, "screened", 40, channel="ordinary")
    leave(port, 0, "released", 2 * DAY)
    account = register.account_of(kind=Kind.TRAVELLER, subject=str(port.travellers[0]), now=at(3 * DAY))
    assert not {piece.record for piece in account.held} & {"released", "departed"}
    assert "temperature" in list_owed(port, 0, 3 * DAY)
    assert (Kind.TRAVELLER, str(port.travellers[0])) in register.list_subjects()


def test_who_was_let_out_without_grounds_reads_that_staff_still_check_and_what_is_wanting(port):
    who = port.travellers[0]
    _, secret = slip.issue(traveller=who, language="en", by=None, now=at(0), slip_id=uuid4())
    to_hotel(port, 0)
    do(port, "screened", 40, channel="ordinary")
    assert leave(port, 0, "released", 2 * DAY).state == way.CLOSED
    with opened_by(secret):  # what they read themselves
        looked = standing.look(traveller=who, now=at(2 * DAY + 1))
    assert (looked.word, looked.step, looked.after) == ("held", "held", "")
    assert looked.temperature_at
    assert not looked.release.open
    (kept,) = leavings.list_open()
    way.settle(judged=kept.id, because="an order of the court", by=uuid4(), now=at(2 * DAY + 2))
    with opened_by(secret):  # whoever saw to it ends the checking, though the rules still owe tests
        looked = standing.look(traveller=who, now=at(2 * DAY + 3))
    assert (looked.word, looked.held) == ("watched", False)
    (settled,) = models.Evidence.objects.filter(code="way_settled")
    duty.withdraw(evidence=settled.id, because="of somebody else", by=uuid4(), now=at(2 * DAY + 4))
    with opened_by(secret):
        assert standing.look(traveller=who, now=at(2 * DAY + 4)).held
    custody.annul(scan=kept.scan_id, by=uuid4(), because="kept at the door", now=at(2 * DAY + 5))
    with opened_by(secret):
        looked = standing.look(traveller=who, now=at(2 * DAY + 6))
    assert (looked.word, looked.held) == ("facility", False)


def test_sent_again_it_is_one_exception_and_somebody_settles_it_with_a_reason(port):
    to_hotel(port, 0)
    told = port.told(who=0, where="released", minute=DAY)
    for _ in range(3):
        assert port.send(told)[0].state == way.CLOSED
    assert models.WayJudged.objects.count() == 1
    assert models.Issue.objects.count() == 1
    (row,) = leavings.list_open()
    with pytest.raises(Refused, match="reason_missing"):
        way.settle(judged=row.id, because=" ", by=uuid4(), now=at(DAY + 5))
    way.settle(judged=row.id, because="brought back by the police", by=uuid4(), now=at(DAY + 9))
    assert leavings.list_open() == []
    assert "way_out" not in list_owed(port, 0, DAY + 30)


def test_a_scan_that_the_server_died_over_is_judged_by_the_next_round(port):
    told = port.told(who=1, where="released", minute=DAY)
    recording.record(
        rows=[custody._make_row(told, custody._Source(port.phone("p"), None, at(DAY)))], now=at(DAY)
    )
    custody.settle_pending(now=at(DAY + 1))
    assert not models.WayJudged.objects.filter(scan_id=told.id).exists()
    way.heed(now=at(DAY + 1))
    assert not models.WayJudged.objects.get(scan_id=told.id).open


def test_whoever_would_move_somebody_out_asks_first(port):
    to_hotel(port, 0)
    with pytest.raises(Refused, match="way_closed"):
        way.ask(traveller=port.travellers[0], custodian=port.custodians["city"], now=at(DAY))
    exempt(port.travellers[0], now=at(DAY))
    with pytest.raises(Refused, match="exemption_unscreened"):
        way.ask(traveller=port.travellers[0], custodian=port.custodians["city"], now=at(DAY))
    screen(port.travellers[0], now=at(DAY))
    way.ask(traveller=port.travellers[0], custodian=port.custodians["city"], now=at(DAY + 1))


def test_a_scan_elsewhere_asks_nothing_more_of_the_database_than_before(port):
    walk_to(port, 0, ("hall", 20))
    with CaptureQueriesContext(connection) as asked:
        port.send(port.told(who=1, where="hall", minute=21))
    assert len(asked) == 0, [q["sql"] for q in asked]  # the one statement goes past Django's cursor


def test_a_phone_at_a_way_out_knows_those_who_may_leave_and_nobody_else(port):
    """What it keeps for when there is no network: signed releases, exemptions that hold, handovers on offer, crew."""
    stay_through(port)
    walk_to(port, 1, ("hall", 21))
    walk_to(port, 2, ("hall", 22))
    now = AFTER
    release.decide(traveller=port.travellers[0], by=employ("reception"), now=at(now))
    for who in (1, 2):
        exempt(port.travellers[who], now=at(now))
    screen(port.travellers[1], now=at(now))
    offer(port, 2, "border", now)
    models.Listing.objects.filter(traveller_id=port.travellers[3]).update(crew=True)
    known = {
        name: way.list_leaving(custodian=port.custodians[name], now=at(now + 1))
        for name in ("released", "domestic", "city", "transit", "border", "aircraft", "died")
    }
    one, two, three, four = port.travellers
    assert known == {
        "released": [one], "domestic": [two], "city": [two], "transit": [], "border": [three], "aircraft": [four],
        "died": [],
    }  # fmt: skip
    for name, people in known.items():
        for who in people:
            way.ask(traveller=who, custodian=port.custodians[name], now=at(now + 1))
