"""Internal safety: each defect is an issue once, a torn suit is an exposure, beds are never given twice."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.core.safety.inspection import Answer, Seen
from pratique.core.safety.stock import Sort
from pratique.services import health, issue, register, safety
from pratique.services.force import shift_handover
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import issues

from .port import at


def walk(checklist, subject, **defects):
    items = safety.get_rules().find_checklist(checklist).items
    seen = {
        item.code: Seen(Answer.DEFECT, defects[item.code]) if item.code in defects else Seen(Answer.OK)
        for item in items
    }
    return safety.Walk(checklist, str(subject), seen)


@pytest.fixture
def officer(port):
    unit = models.Unit.objects.create(code="PSB", name_zh="市公安局", name_en="City police")
    return models.Person.objects.create(username="o1", name_zh="张某", unit=unit, role="escort")


def test_each_defect_is_an_issue_once_however_often_it_is_sent(port):
    hotel, name = port.custodians["hotel"], make_id()
    told = walk("facility", hotel, waste="bags single", food="cold again")
    for _ in range(2):
        row = safety.inspect(walk=told, by=None, now=at(0), inspection_id=name)
    assert (row.passed, row.grave) == (False, False)
    assert sorted(models.Issue.objects.values_list("topic", flat=True)) == ["disinfection", "food"]
    assert {i.place_id for i in models.Issue.objects.all()} == {hotel}
    assert set(safety.list_issue_ids(row)) == set(models.Issue.objects.values_list("id", flat=True))


def test_a_grave_defect_has_less_time_than_a_plain_one(port):
    told = walk("facility", port.custodians["hotel"], zones="door open", food="cold")
    safety.inspect(walk=told, by=None, now=at(0))
    grave, plain = (models.Issue.objects.get(topic=topic).due_at for topic in ("protection", "food"))
    assert at(0) < grave < plain


def test_each_defect_is_of_the_unit_of_what_was_looked_at_else_of_the_inspectors_own_or_of_the_one_chosen(
    port, officer
):
    hotel = port.custodians["hotel"]
    county, fleet = (
        models.Unit.objects.create(code=code, name_zh=code, name_en=code) for code in ("county", "fleet")
    )
    bus = models.Vehicle.objects.create(plate="云A1", kind="coach", seats=40, unit=fleet)

    def owner(told):
        row = safety.inspect(walk=told, by=officer.pk, now=at(0))
        return {one.owner for one in models.Issue.objects.filter(id__in=safety.list_issue_ids(row))}

    assert owner(walk("vehicle", bus.id, kit="no gloves")) == {fleet}
    assert owner(walk("facility", hotel, food="cold")) == {officer.unit}
    assert owner(walk("lodging", register.CENTRAL, meals="cold")) == {officer.unit}
    models.Custodian.objects.filter(id=hotel).update(unit=county)
    assert owner(walk("facility", hotel, food="cold")) == {county}
    assert owner(walk("doffing", officer.pk, bin="open")) == {officer.unit}
    assert owner(replace(walk("facility", hotel, food="cold"), owner=fleet.id)) == {fleet}
    with pytest.raises(Refused, match="unit_unknown"):
        safety.inspect(walk=replace(walk("facility", hotel), owner=make_id()), by=officer.pk, now=at(1))


def test_whose_issues_are_past_their_time_is_told_until_they_are_mended(port, officer):
    safety.inspect(walk=walk("facility", port.custodians["hotel"], zones="open"), by=officer.pk, now=at(0))
    safety.inspect(walk=walk("facility", port.custodians["hotel"], zones="open"), by=None, now=at(5))
    assert issues.list_late(now=at(119)) == []
    assert [(one.owner, one.number) for one in issues.list_late(now=at(120))] == [(officer.unit, 1)]
    assert [(one.owner, one.number) for one in issues.list_late(now=at(125))] == [
        (None, 1),
        (officer.unit, 1),
    ]
    for one in models.Issue.objects.all():
        issue.step(issue=one.id, step="mended", because="shut", by=officer.pk, now=at(130))
    assert issues.list_late(now=at(200)) == []


def test_what_is_left_out_or_unsaid_leaves_nothing_half_done(port):
    hotel = port.custodians["hotel"]
    told = walk("facility", hotel, waste=" ")
    with pytest.raises(Refused, match="defect_unsaid"):
        safety.inspect(walk=told, by=None, now=at(0))
    with pytest.raises(Refused, match="subject_unknown"):
        safety.inspect(walk=walk("facility", make_id()), by=None, now=at(0))
    with pytest.raises(Refused, match="subject_unknown"):
        safety.inspect(walk=walk("facility", port.custodians["hall"]), by=None, now=at(0))
    with pytest.raises(Refused, match="checklist_unknown"):
        safety.inspect(walk=safety.Walk("moon", "x", {}), by=None, now=at(0))
    assert not models.Inspection.objects.exists() and not models.Issue.objects.exists()


def test_a_torn_suit_takes_somebody_off_their_post(officer):
    safety.inspect(walk=walk("doffing", officer.pk, bin="open"), by=None, now=at(0))
    assert not models.Evidence.objects.filter(code="exposed").exists()
    told = walk("doffing", officer.pk, intact="left glove torn")
    for _ in range(2):
        safety.inspect(walk=told, by=None, now=at(10), inspection_id=officer.pk)
    assert models.Evidence.objects.filter(code="exposed").count() == 1
    assert health.judge(person=officer.pk, now=at(11)).held


def test_an_inspection_in_order_discharges_its_duty_and_one_with_defects_does_not(port):
    port.send(
        *(port.told(who=0, where=where, minute=-60 + n) for n, where in enumerate(("hall", "bus", "hotel")))
    )
    hotel = str(port.custodians["hotel"])

    def owed(minute):
        account = register.account_of(kind=Kind.FACILITY, subject=hotel, now=at(minute))
        return [d for d in account.duties if d.code == "inspection" and d.state in ("due", "overdue")]

    assert owed(60)
    safety.inspect(walk=walk("facility", hotel, food="cold"), by=None, now=at(70))
    assert owed(71)
    safety.inspect(walk=walk("facility", hotel), by=None, now=at(80))
    assert not owed(81)


def test_inspections_and_movements_are_entries_that_nobody_changes(port):
    safety.inspect(walk=walk("facility", port.custodians["hotel"]), by=None, now=at(0))
    safety.move_stock(told=safety.Stock("gloves", Sort.IN, 10), by=None, now=at(0))
    with pytest.raises(DatabaseError), transaction.atomic():
        models.Inspection.objects.update(happened_at=at(5))
    with pytest.raises(DatabaseError), transaction.atomic():
        models.StockMove.objects.all().delete()


def test_supplies_are_counted_used_and_run_low(port):
    safety.move_stock(told=safety.Stock("gloves", Sort.COUNT, 1000), by=None, now=at(0))
    name = make_id()
    for _ in range(2):
        safety.move_stock(told=safety.Stock("gloves", Sort.OUT, 300), by=None, now=at(60), move_id=name)
    level = safety.work_out_stock(now=at(120))["gloves"]
    assert level.on_hand == 700 and level.is_low(days_min=7)
    for wrong in (-1, 0):
        with pytest.raises(Refused, match="quantity_negative"):
            safety.move_stock(told=safety.Stock("gloves", Sort.OUT, wrong), by=None, now=at(61))
    with pytest.raises(Refused, match="supply_unknown"):
        safety.move_stock(told=safety.Stock("crowns", Sort.IN, 1), by=None, now=at(61))


def test_a_bed_is_given_once_and_whoever_is_held_sleeps_alone(officer):
    other = models.Person.objects.create(username="o2", name_zh="李某", unit=officer.unit, role="escort")
    third = models.Person.objects.create(username="o3", name_zh="王某", unit=officer.unit, role="escort")
    double = safety.add_quarters(code="301", beds=2)
    single = safety.add_quarters(code="302", beds=1)
    safety.lodge(person=officer.pk, quarters=double.id, by=None, now=at(0))
    safety.lodge(person=officer.pk, quarters=double.id, by=None, now=at(1))
    safety.lodge(person=other.pk, quarters=double.id, by=None, now=at(2))
    assert models.Berth.objects.count() == 2
    with pytest.raises(Refused, match="quarters_full"):
        safety.lodge(person=third.pk, quarters=double.id, by=None, now=at(3))
    safety.lodge(person=other.pk, quarters=single.id, by=None, now=at(4))
    health.expose(person=officer.pk, because="breach", by=None, now=at(5))
    with pytest.raises(Refused, match="lodged_alone"):
        safety.lodge(person=third.pk, quarters=double.id, by=None, now=at(6))
    assert safety.leave_quarters(person=other.pk, now=at(7)) and not safety.leave_quarters(
        person=other.pk, now=at(8)
    )
    with pytest.raises(Refused, match="quarters_known"):
        safety.add_quarters(code="301", beds=1)
    with pytest.raises(Refused, match="beds_missing"):
        safety.add_quarters(code="303", beds=0)


def test_what_an_inspection_found_is_closed_by_somebody_else(port):
    row = safety.inspect(walk=walk("facility", port.custodians["hotel"], food="cold"), by=None, now=at(0))
    one, other = make_id(), make_id()
    (name,) = safety.list_issue_ids(row)
    issue.step(issue=name, step="mended", because="hot boxes bought", by=one, now=at(10))
    with pytest.raises(Refused, match="second_person_needed"):
        issue.step(issue=name, step="verified", because="ok", by=one, now=at(20))
    assert issue.step(issue=name, step="verified", because="63 °C", by=other, now=at(30)).state == "closed"


def test_what_runs_low_stands_on_the_sheet_of_the_hand_over(port):
    assert shift_handover.fill(now=at(0))["stocks"] == []
    for minute, sort, quantity in ((0, Sort.COUNT, 100), (60, Sort.OUT, 80)):
        safety.move_stock(told=safety.Stock("gloves", sort, quantity), by=None, now=at(minute))
    assert shift_handover.fill(now=at(120))["stocks"] == [["gloves", 20, 0.2]]


def test_the_lodging_is_disinfected_every_day_and_inspected_every_week_once_somebody_sleeps_there(officer):
    def owed(minute):
        account = register.account_of(kind=Kind.LODGING, subject=register.CENTRAL, now=at(minute))
        return {d.code: d.state for d in account.duties if d.state in ("due", "overdue")}

    assert (Kind.LODGING, register.CENTRAL) not in register.list_subjects()
    room = safety.add_quarters(code="801", beds=1)
    safety.lodge(person=officer.pk, quarters=room.id, by=None, now=at(-300))
    assert (Kind.LODGING, register.CENTRAL) in register.list_subjects()
    assert owed(0) == {"lodging_disinfection": "due", "lodging_inspection": "due"}
    assert owed(8 * 60 + 1) == {"lodging_disinfection": "overdue", "lodging_inspection": "overdue"}
    safety.disinfect_lodging(agent="alcohol 75 %", by=make_id(), now=at(10))
    safety.inspect(walk=walk("lodging", register.CENTRAL), by=None, now=at(20))
    assert owed(8 * 60 + 1) == {}
    assert owed(24 * 60) == {"lodging_disinfection": "due"}
    with pytest.raises(Refused, match="subject_unknown"):
        safety.inspect(walk=walk("lodging", "elsewhere"), by=None, now=at(21))


def test_who_comes_out_whole_wore_what_their_post_needs_and_who_does_not_wore_nothing(officer):
    row = models.Deployment.objects.create(
        person=officer, unit=officer.unit, on=at(0).date(), shift="day", post="escort", starts_at=at(-60),
        ends_at=at(600), in_at=at(-50),
    )  # fmt: skip
    safety.inspect(walk=walk("doffing", officer.pk, bin="left open"), by=None, now=at(0))
    row.refresh_from_db()
    assert row.protection == 2
    safety.inspect(walk=walk("doffing", officer.pk, intact="left glove torn"), by=None, now=at(5))
    row.refresh_from_db()
    assert row.protection == 0


def test_the_kitchen_counts_by_place_and_diet_and_learns_no_name(officer):
    safety.record_diets(person=officer.pk, diets=["halal"])
    with pytest.raises(Refused, match="word_unknown"):
        safety.record_diets(person=officer.pk, diets=["caviar"])
    on = at(0).date()
    models.Deployment.objects.create(
        person=officer,
        unit=officer.unit,
        on=on,
        shift="day",
        post="escort",
        starts_at=at(-240),
        ends_at=at(480),
    )
    room = safety.add_quarters(code="801", beds=1)
    safety.lodge(person=officer.pk, quarters=room.id, by=None, now=at(-300))

    def serve():
        found = safety.list_servings(on=on)
        return [(one.meal.code, one.where, one.total, one.special) for one in found]

    halal = ((("halal",), 1),)
    assert serve() == [
        ("breakfast", "lodging", 1, halal), ("lunch", "port", 1, halal), ("supper", "port", 1, halal)
    ]  # fmt: skip
    models.Absence.objects.create(person=officer, sort="health", from_on=on, entered_at=at(0))
    assert {where for _, where, _, _ in serve()} == {"door"}
