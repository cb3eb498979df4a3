"""Staff health: what is reported and recorded decides who stands at a post; a hold is kept in step and tells no reason."""

from datetime import timedelta

import pytest

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.services import care, duty, health, tracing
from pratique.services.cases import book
from pratique.services.force import people
from pratique.services.laboratory import intake
from pratique.store import models
from pratique.store.ids import make_id

from .port import NOON, at


@pytest.fixture
def officer(port):
    unit = models.Unit.objects.create(code="PSB", name_zh="市公安局", name_en="City police")
    person = models.Person.objects.create(username="o1", name_zh="张某", unit=unit, role="escort")
    on = NOON.date()
    models.Deployment.objects.create(
        person=person, unit=unit, on=on, starts_at=at(-60), ends_at=at(420), in_at=at(-60)
    )
    told = {"module": "ppe", "passed": True}
    duty.record(
        evidence=duty.Done("staff", str(person.pk), "training", at(-120), told), by=None, now=at(-120)
    )
    health.report(told=health.Report(person.pk, True, 36.5), by=person.pk, now=at(-50))
    return person.pk


def bars(person, minute):
    return {finding.condition.code for finding in health.judge(person=person, now=at(minute)).wanting}


def holds():
    return models.Absence.objects.filter(sort="health", cancelled_at__isnull=True).count()


def test_a_fever_is_not_well_whatever_is_said(officer):
    row = health.report(told=health.Report(officer, well=True, celsius=37.3), by=officer, now=at(0))
    assert row.attributes == {"well": False, "celsius": 37.3}
    assert holds() == 1 and "assessed" in bars(officer, 1)


@pytest.mark.parametrize("celsius", [29.9, 45.1])
def test_a_temperature_nobody_has_is_refused_and_leaves_nothing(officer, celsius):
    with pytest.raises(Refused, match="temperature_impossible"):
        health.report(told=health.Report(officer, well=True, celsius=celsius), by=officer, now=at(0))
    assert models.Evidence.objects.filter(code="health_report").count() == 1


def test_the_same_report_twice_is_one(officer):
    name = make_id()
    for _ in range(2):
        health.report(told=health.Report(officer, True, 36.5), by=officer, now=at(0), evidence_id=name)
    assert models.Evidence.objects.filter(code="health_report", id=name).count() == 1


def test_found_fit_the_hold_ends_and_nobody_assesses_themselves(officer):
    ill = health.report(told=health.Report(officer, well=False), by=officer, now=at(0))
    with pytest.raises(Refused, match="own_assessment"):
        health.assess(person=officer, outcome="fit", about=ill.id, by=officer, now=at(10))
    health.assess(person=officer, outcome="fit", about=ill.id, by=make_id(), now=at(20))
    assert holds() == 0 and bars(officer, 21) == set()


def test_the_hold_says_nothing_about_why(officer):
    health.expose(person=officer, because="breach", by=None, now=at(0))
    hold = models.Absence.objects.get(sort="health")
    assert (hold.because, hold.until_on) == ("", None)


def test_an_exposure_typed_in_by_mistake_is_taken_back_and_the_hold_with_it(officer):
    row = health.expose(person=officer, because="ride", by=None, now=at(0))
    assert bars(officer, 1) == {"not_exposed"} and holds() == 1
    health.take_back(evidence=row.id, because="it was the other bus", by=make_id(), now=at(5))
    assert bars(officer, 6) == set() and holds() == 0


def test_an_exposure_found_by_tracing_is_held_by_the_next_round(officer):
    told = {"case": "c", "grade": "close", "ring": "1"}
    duty.record(evidence=duty.Done("staff", str(officer), "listed", at(0), told), by=None, now=at(0))
    assert holds() == 0
    health.keep_holds(now=at(1))
    assert holds() == 1 and bars(officer, 1) == {"not_contact"}


DAY = 24 * 60


def test_who_was_exposed_is_back_after_fourteen_days_a_negative_test_and_an_assessment(officer):
    health.expose(person=officer, because="breach", by=None, now=at(0))
    health.take_sample(swab=health.Swab(officer, "S-1"), by=None, now=at(60))
    with pytest.raises(Refused, match="return_barred"):
        health.return_to_work(person=officer, by=make_id(), now=at(14 * DAY))
    health.record_result(tube="S-1", result="negative", by=None, now=at(600))
    health.assess(person=officer, outcome="fit", about=None, by=make_id(), now=at(14 * DAY - 60))
    with pytest.raises(Refused, match="return_barred"):
        health.return_to_work(person=officer, by=make_id(), now=at(14 * DAY - 1))
    health.return_to_work(person=officer, by=make_id(), now=at(14 * DAY))
    assert holds() == 0


def test_a_positive_stands_on_the_zero_board_at_once_and_once_and_without_a_name(officer):
    health.take_sample(swab=health.Swab(officer, "S-1"), by=None, now=at(0))
    for _ in range(2):
        health.record_result(tube="S-1", result="positive", by=None, now=at(300))
    issue = models.Issue.objects.get()
    assert issue.sort == "infection" and "张" not in issue.title
    assert holds() == 1


def test_however_many_tubes_say_so_one_infection_is_counted_until_they_have_recovered(officer):
    for n, tube in enumerate(("S-1", "S-2")):
        health.take_sample(swab=health.Swab(officer, tube), by=None, now=at(n * 300))
        health.record_result(tube=tube, result="positive", by=None, now=at(n * 300 + 60))
    (first,) = models.Issue.objects.all()
    assert (first.record, str(first.record_id)) == ("staff", str(officer))
    health.recover(person=officer, by=make_id(), now=at(20 * DAY))
    health.take_sample(swab=health.Swab(officer, "S-3"), by=None, now=at(90 * DAY))
    health.record_result(tube="S-3", result="positive", by=None, now=at(90 * DAY + 60))
    assert models.Issue.objects.filter(sort="infection").count() == 2


def test_a_positive_that_was_wrong_leaves_the_zero_board_with_its_reason(officer):
    health.take_sample(swab=health.Swab(officer, "S-1"), by=None, now=at(0))
    health.record_result(tube="S-1", result="positive", by=None, now=at(60))
    one, other = (models.Person.objects.create(username=n, role="screener", password="!").pk for n in "ab")
    told = intake.Correction("S-1", "negative", "the tubes were swapped", one, other)
    intake.correct(correction=told, now=at(90))
    assert not models.Issue.objects.filter(sort="infection").exists()
    assert models.IssueEvent.objects.filter(step="reclassed").count() == 1


def test_one_of_the_staff_found_infected_elsewhere_is_off_duty_and_on_the_zero_board(officer):
    case = book.open_case(opening=book.Opening(Kind.STAFF, officer, "home", "GD-7"), by=None, now=at(0))
    by = models.Person.objects.create(username="e1", role="epidemiologist", password="!").pk

    def classed(sort, minute):
        judged = book.Judgement(case.id, sort, tracing.SHIPPED[0], "the home authority's letter")
        book.classify(judgement=judged, by=by, now=at(minute))
        return models.Issue.objects.filter(sort="infection", record="staff", record_id=officer).count()

    assert holds() == 0
    assert [classed("suspected", 1), holds()] == [0, 1]
    assert [classed("confirmed", 2), classed("confirmed", 3)] == [1, 1]
    assert [classed("excluded", 4), holds()] == [0, 1]  # back at work only by the gate


def test_a_result_that_differs_is_refused(officer):
    health.take_sample(swab=health.Swab(officer, "S-1"), by=None, now=at(0))
    health.record_result(tube="S-1", result="negative", by=None, now=at(300))
    with pytest.raises(Refused, match="result_differs"):
        health.record_result(tube="S-1", result="positive", by=None, now=at(310))


def test_a_travellers_tube_is_no_staff_members_and_the_other_way_round(officer, port):
    care.take_sample(swab=care.Swab(port.travellers[0], "T-1"), by=None, now=at(0))
    with pytest.raises(Refused, match="tube_used"):
        health.take_sample(swab=health.Swab(officer, "T-1"), by=None, now=at(1))
    health.take_sample(swab=health.Swab(officer, "S-1"), by=None, now=at(2))
    with pytest.raises(Refused, match="tube_used"):
        care.take_sample(swab=care.Swab(port.travellers[0], "S-1"), by=None, now=at(3))


def test_support_is_answered_once_and_keeps_no_word_of_it(officer):
    asked = health.ask_support(person=officer, now=at(0))
    health.answer_support(request=asked.id, by=make_id(), now=at(60))
    rows = models.Evidence.objects.filter(code__startswith="support")
    assert [row.attributes for row in rows] == [{}, {}]
    with pytest.raises(Refused, match="request_unknown"):
        health.answer_support(request=make_id(), by=make_id(), now=at(61))


def test_a_report_without_text_is_a_nil_report(officer):
    unit = models.Unit.objects.get(code="PSB").pk
    assert health.report_unit(told=health.UnitReport(unit, "  "), by=officer, now=at(0)).code == "nil_report"
    row = health.report_unit(
        told=health.UnitReport(unit, "Two more gloves boxes needed"), by=officer, now=at(1)
    )
    assert (row.code, row.attributes) == ("report", {"text": "Two more gloves boxes needed"})
    with pytest.raises(Refused, match="unit_unknown"):
        health.report_unit(told=health.UnitReport(make_id()), by=officer, now=at(2))


def test_nobody_unknown_is_reported_on(port):
    with pytest.raises(Refused, match="person_unknown"):
        health.report(told=health.Report(make_id(), True), by=None, now=at(0) + timedelta(minutes=1))


def test_a_hold_that_follows_the_records_is_not_taken_back_by_a_liaison(officer):
    unit = models.Person.objects.get(pk=officer).unit
    liaison = models.Person.objects.create(username="l1", unit=unit, role="liaison")
    health.expose(person=officer, because="breach", by=None, now=at(0))
    hold = models.Absence.objects.get(sort="health")
    with pytest.raises(Refused, match="hold_kept"):
        people.cancel_absence(absence=hold.id, by=liaison.pk, now=at(5))
    assert holds() == 1


def test_a_hold_that_a_liaison_entered_stays_when_somebody_reports_well(officer):
    unit = models.Person.objects.get(pk=officer).unit
    liaison = models.Person.objects.create(username="l1", unit=unit, role="liaison")
    away = people.Away(officer, "health", NOON.date())
    people.enter_absence(away=away, by=liaison.pk, now=at(0))
    health.report(told=health.Report(officer, True, 36.5), by=officer, now=at(10))
    assert holds() == 1


def test_after_a_high_risk_post_isolation_is_owed_and_bars_the_post_until_back(officer):
    with pytest.raises(Refused, match="not_deployed"):
        health.stand_down(person=make_id(), by=make_id(), now=at(0))
    row = health.stand_down(person=officer, by=make_id(), now=at(0))
    assert row.attributes == {"risk": "high"}, "a post that the rules do not know is of high risk"
    health.take_back(evidence=row.id, because="another officer", by=make_id(), now=at(1))
    assert bars(officer, 2) == set() and holds() == 0
    health.stand_down(person=officer, by=make_id(), now=at(3))
    duties = health.judge(person=officer, now=at(4)).account.duties
    assert [d.state for d in duties if d.code == "isolation_begun"] == ["due"]
    assert bars(officer, 4) == {"isolation_begun"} and holds() == 1
    health.isolate(person=officer, place="central", by=None, now=at(60))
    assert bars(officer, 61) == {"not_isolated"} and holds() == 1
