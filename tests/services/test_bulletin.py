"""Every published number is counted from the ledger, and the bulletin agrees with itself."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from pratique.core.custody.proofs import Source
from pratique.services import bulletin, care, checkpoint, flight, force, issue, odometer, register, transport
from pratique.store import models
from pratique.store.ids import make_id

from .port import at

DAY = date(2020, 4, 15)


@pytest.fixture
def day(port):
    unit = models.Unit.objects.create(code="U1", name_zh="一分局", name_en="District 1")
    officers = [models.Person.objects.create(username=f"o{n}", unit=unit) for n in range(3)]
    for officer in officers:
        force.deploy(duty=force.Duty(officer.id, DAY, at(-240), at(480), "A", "day"))
    for officer in officers[:2]:
        force.attend(person=officer.id, on=DAY, going="in", now=at(-230))
    vehicle = models.Vehicle.objects.create(plate="云A·D0001", kind="coach", seats=20, unit=unit)
    order = transport.Order(vehicle.id, port.custodians["hotel"], at(20), 180, km=31.04)
    trip = transport.plan_trip(order=order, code="T1")
    port.custodians["T1"] = trip.id
    flight.count(flight=port.flight, source=Source.DOOR, heads=4, by=None, now=at(4))
    for who in range(4):
        port.send(port.told(who=who, where="hall", minute=5 + who))
    for who in range(3):
        port.send(port.told(who=who, where="T1", minute=20 + who))
    transport.report(report=transport.Report(trip.id, "departed", odometer_km=1000), by=None, now=at(30))
    for who in range(3):
        port.send(port.told(who=who, where="hotel", minute=80 + who))
    transport.report(report=transport.Report(trip.id, "ended", odometer_km=1062.3), by=None, now=at(90))
    care.take_sample(swab=care.Swab(port.travellers[0], "TUBE1"), by=None, now=at(100))
    care.take_sample(swab=care.Swab(port.travellers[1], "TUBE2"), by=None, now=at(101))
    care.record_result(tube="TUBE1", result="positive", by=None, now=at(300))
    issue.raise_issue(found=issue.Found("complaint", "cold food"), by=None, now=at(120))
    return port


def figure(published, code):
    return published.figures[code].today


def test_kilometres_are_not_counted_by_a_reading_that_was_taken_back(day):
    trip = models.Trip.objects.get()
    wrong = models.TripEvent.objects.get(odometer_km=1062.3)
    odometer.take_back(trip=trip.id, event=wrong.id, because="of another coach", by=make_id(), now=at(92))
    assert figure(bulletin.publish(on=DAY, by=None, now=at(301)), "km_local") == Decimal("31.0")


def test_the_figures_are_what_happened(day):
    published = bulletin.publish(on=DAY, by=None, now=at(301))
    told = {
        "people_landed": 4,
        "people_facility": 3,
        "people_hall": 1,
        "people_inside": 4,
        "people_open": 1,
        "flights_landed": 1,
        "trips_local": 1,
        "moved_local": 3,
        "officers_deployed": 2,
        "vehicles_deployed": 1,
        "tests_taken": 2,
        "tests_positive": 1,
        "tests_pending": 1,
        "cases_confirmed": 1,
        "zero_complaint": 1,
        "zero_infection": 0,
    }
    assert {code: figure(published, code) for code in told} == told
    assert float(figure(published, "km")) == 62.3
    (line,) = published.flights
    assert (line.listed, line.heads, line.landed, line.open, line.where.facility) == (4, 4, 4, 1, 3)
    assert published.objections == ()


def test_counts_are_whole_numbers_and_kilometres_keep_their_tenth(day):
    published = bulletin.publish(on=DAY, by=None, now=at(301))
    kilometres = {code for code in published.figures if code.startswith("km")}
    for code, line in published.figures.items():
        assert isinstance(line.today, Decimal if code in kilometres else int), code
        assert isinstance(line.cumulative, Decimal if code in kilometres else int | None), code


def test_whoever_a_late_list_no_longer_names_is_still_somebody_a_list_named(day):
    models.Listing.objects.filter(traveller_id=day.travellers[3]).update(gone_version=2)
    published = bulletin.publish(on=DAY, by=None, now=at(301))
    assert published.objections == ()
    assert published.flights[0].listed == 4


def test_a_sample_is_owed_a_result_until_it_has_one(day):
    register.tick(now=at(301))
    owed = {
        models.Sample.objects.get(traveller_id=subject).tube
        for subject in models.Owed.objects.filter(code="result").values_list("subject_id", flat=True)
    }
    assert owed == {"TUBE2"}


def test_whoever_is_unseen_too_long_is_published_as_missed(day):
    published = bulletin.publish(on=DAY, by=None, now=at(301))
    assert figure(published, "zero_missed") == 1
    assert published.proofs["overdue"] == 1


def test_the_bulletin_carries_the_seal_under_which_it_was_counted(day):
    published = bulletin.publish(on=DAY, by=None, now=at(301))
    seal = models.Seal.objects.get()
    assert (published.seal.root, published.seal.chain) == (bytes(seal.root).hex(), bytes(seal.chain).hex())


def test_what_has_changed_since_is_published_as_a_correction(day):
    bulletin.publish(on=DAY, by=None, now=at(301))
    day.send(day.told(who=3, where="bus", minute=310))
    day.send(day.told(who=3, where="hotel", minute=360))
    second = bulletin.publish(on=DAY, by=None, now=at(400))
    assert second.revision == 2
    assert {c.code: (c.was, c.now) for c in second.corrections}["zero_missed"] == (1, 0)
    assert models.Bulletin.objects.count() == 2


def test_the_next_day_starts_from_the_day_before(day):
    first = bulletin.publish(on=DAY, by=None, now=at(301))
    second = bulletin.publish(on=DAY + timedelta(days=1), by=None, now=at(24 * 60))
    line = second.figures["people_landed"]
    assert (line.today, line.yesterday, line.cumulative) == (0, figure(first, "people_landed"), 4)


def test_what_is_owed_is_worked_out_for_everybody_and_nobody_is_skipped(day):
    register.tick(now=at(301))
    everybody, worked_out, left_out = register.check_total()
    assert (everybody, left_out) == (worked_out, [])
    traveller = str(day.travellers[0])
    owed = set(models.Owed.objects.filter(subject_id=traveller).values_list("code", flat=True))
    assert any("temperature" in code for code in owed), owed
    assert models.Owed.objects.filter(subject_kind="vehicle").exists()


def test_a_tick_works_out_only_what_has_changed(day):
    register.tick(now=at(301))
    before = models.Account.objects.get(subject_kind="vehicle")
    register.tick(now=at(302))
    assert models.Account.objects.get(subject_kind="vehicle").worked_out_at == before.worked_out_at


def test_an_unknown_subject_has_no_account(day):
    assert register.account_of(kind=register.Kind.TRAVELLER, subject=str(make_id()), now=at(1)) is None


def test_a_lost_sample_and_a_positive_pool_are_figures_too_and_the_samples_still_balance(day):
    care.record_result(tube="TUBE2", result="lost", by=None, now=at(310))
    for who in (2, 3):
        care.take_sample(swab=care.Swab(day.travellers[who], "POOL", pool_size=2), by=None, now=at(311))
    care.record_result(tube="POOL", result="positive", by=None, now=at(312))
    published = bulletin.publish(on=DAY, by=None, now=at(320))
    assert [figure(published, f"tests_{word}") for word in ("lost", "pool_positive", "positive")] == [1, 2, 1]
    assert published.objections == ()


def test_checkpoints_are_counted_by_who_passed_and_what_was_found_and_mistakes_are_not(day):
    gate = checkpoint.open_checkpoint(code="T1", name_zh="员工通道", name_en="Staff entrance").id
    for sort, heads in (("staff", 40), ("crew", 7), ("visitor", 2)):
        checkpoint.count(tap=checkpoint.Tap(gate, sort, heads), by=None, now=at(200))
    checkpoint.count(tap=checkpoint.Tap(gate, "staff", 9), by=None, now=at(201))
    checkpoint.undo(checkpoint=gate, by=None, now=at(202))
    found = [
        checkpoint.find(found=checkpoint.Found(gate, "staff", 38.1), by=None, now=at(203)) for _ in range(2)
    ]
    checkpoint.withdraw(finding=found[1].id, because="the thermometer", by=None, now=at(204))
    published = bulletin.publish(on=DAY, by=None, now=at(300))
    told = {"checkpoint_heads": 49, "checkpoint_staff": 40, "checkpoint_others": 9, "checkpoint_findings": 1}
    assert {code: figure(published, code) for code in told} == told
    assert published.objections == ()
