"""What is owed, kept true in the tables; what is late climbs its ladder and is told once."""

from datetime import timedelta

import pytest
from django.db import connection

from pratique.core.duties.vocabulary import Kind
from pratique.services import care, custody, duty, force, register
from pratique.services.force import rules
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import duties, ports, tower

from .port import at


@pytest.fixture
def stayed(port):
    """Traveller 0 in a hotel where nobody takes a temperature, a swab or a call."""
    for minute, where in ((10, "hall"), (20, "bus"), (55, "hotel")):
        port.send(port.told(who=0, where=where, minute=minute))
    return port


def late(port):
    return models.Owed.objects.filter(subject_id=str(port.travellers[0]), level__gt=0)


def test_what_is_late_is_told_first_to_its_owner_then_up_the_ladder(stayed):
    register.tick(now=at(60))
    assert not models.Escalation.objects.exists()
    seen = []
    for hour in range(40):
        register.tick(now=at(60) + timedelta(hours=hour))
        seen.append(models.Escalation.objects.count())
    assert seen == sorted(seen) and seen[-1] > 0
    one = models.Escalation.objects.filter(level=2).earliest("reached_at")
    ladder = models.Escalation.objects.filter(code=one.code, key=one.key, subject_id=one.subject_id).order_by(
        "level"
    )
    assert [step.level for step in ladder] == list(range(1, len(ladder) + 1))
    assert ladder[0].told == ladder[0].owner
    assert ladder[1].told != ladder[1].owner
    reached = [step.reached_at for step in ladder]
    assert reached == sorted(reached) and len(set(reached)) == len(reached)


def test_a_step_is_told_once_however_often_the_register_is_worked_out(stayed):
    now = at(60) + timedelta(hours=30)
    register.tick(now=now)
    once = set(models.Escalation.objects.values_list("id", flat=True))
    stands = {(kind, name) for kind, name in register.list_subjects()}
    register.work_out(stands=stands, now=now)
    assert set(models.Escalation.objects.values_list("id", flat=True)) == once


def test_the_boards_show_who_was_told_of_whose(stayed):
    now = at(60) + timedelta(hours=30)
    register.tick(now=now)
    raised = [row for row in late(stayed) if row.told != row.owner]
    assert raised
    counted = tower.count_owed(now=now)
    for post in {row.told for row in raised}:
        everywhere = models.Owed.objects.filter(told=post).exclude(owner=post).filter(level__gt=0)
        assert counted[post].told_of == everywhere.count()
    lines = [line for line in duties.list_open(now=now, ahead=timedelta(0)) if line.told]
    assert {line.told for line in lines} >= {row.told for row in raised}


def test_nothing_is_skipped_in_silence(stayed):
    register.tick(now=at(60))
    seen, served, left_out = register.check_total()
    assert (seen - served, left_out) == (0, [])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM store_account WHERE subject_id = %s", [str(stayed.travellers[1])])
    seen, served, left_out = register.check_total()
    assert seen - served == 1
    assert [name for _, name in left_out] == [str(stayed.travellers[1])]


def owed_by(name, minute):
    """What is owed to the wearer of this wristband, by code, as it stands; and what stands written down of it."""
    register.tick(now=at(minute))
    account = register.account_of(kind=Kind.TRAVELLER, subject=str(name), now=at(minute))
    written = models.Owed.objects.filter(subject_id=str(name)).values_list("code", "key")
    assert len(set(written)) == len(written)
    first = [d for d in account.duties if d.code in ("screening", "test", "temperature", "help")]
    return {f"{d.code} {d.key}".removesuffix(" once"): d.state.value for d in reversed(first)}, set(written)


def test_units_halls_and_facilities_owe_from_the_day_they_are_first_in_use_and_nobody_types_that_in(stayed):
    unit = models.Unit.objects.create(code="AP", name_zh="机场", name_en="Airport")
    register.tick(now=at(60))
    owing = models.Owed.objects.filter
    assert not owing(subject_id=str(unit.id)).exists(), "nobody of it was ever put to a shift"
    assert owing(subject_kind="place", code="place_disinfection").exists(), "somebody was in the hall"
    assert owing(subject_kind="facility", code="inspection").exists(), "somebody was in the hotel"
    used = {str(one) for one in models.Scan.objects.values_list("custodian_id", flat=True)}
    assert set(owing(subject_kind="facility").values_list("subject_id", flat=True)) <= used
    officer = models.Person.objects.create(username="w", unit=unit)
    hours = {"on": at(60).date(), "starts_at": at(60), "ends_at": at(540)}
    models.Deployment.objects.create(person=officer, unit=unit, **hours)
    register.tick(now=at(61))
    report = owing(subject_id=str(unit.id), code="report").latest("due_at")
    register.tick(now=report.overdue_at + timedelta(seconds=30))
    owed = owing(subject_id=str(unit.id), code="report", overdue_at=report.overdue_at)
    assert owed.exists(), "whoever says nothing is late within a minute"


def test_two_wristbands_of_one_person_are_owed_everything_once_and_miss_nothing(stayed):
    """Somebody of the list is given another wristband in the hall; swab, screening, a call and a waiver stand under that."""
    listed, other = stayed.travellers[0], make_id()
    stayed.send(stayed.told(who=0, where="hall", minute=5, traveller=other))
    models.Traveller.objects.filter(id=other).update(channel="ordinary")
    for code in ("screened", "help_request"):
        duty.record(evidence=duty.Done("traveller", str(other), code, at(30)), by=None, now=at(30))
    care.take_sample(swab=care.Swab(other, "T-1"), by=None, now=at(100))
    leave = duty.Leave(
        "traveller",
        str(other),
        "temperature",
        "asleep",
        ((make_id(), "health_lead"),),
        at(1200),
        "d0.evening",
    )
    duty.waive(leave=leave, by=make_id(), now=at(110))
    before, _ = owed_by(listed, 150)
    assert (before["screening"], before["test d0"]) == ("overdue", "due")
    assert {code for code, _ in owed_by(other, 151)[1]} == {"help", "result"}
    custody.link(traveller=other, same_as=listed, by=make_id(), because="the same person", now=at(152))
    found, written = owed_by(listed, 153)
    assert {found[one] for one in ("screening", "test d0")} == {"discharged"}
    assert (found["temperature d0.evening"], found["test d13"]) == ("waived", "upcoming")
    assert {code for code, _ in written} >= {"help", "result"}, "the call they made with the other wristband"
    assert owed_by(other, 153) == (found, set()), "asked for by either; written down once"
    assert not models.Account.objects.filter(subject_id=str(other)).exists()
    day = 24 * 60
    warm = care.Temperature(other, 36.5, symptomatic=False, method="ear")
    care.take_temperature(temperature=warm, by=None, now=at(day - 120))
    assert owed_by(listed, day - 60)[0]["temperature d1.morning"] == "discharged", "read on either wristband"
    seen, served, left_out = register.check_total()
    assert (seen - served, left_out) == (0, [])


def test_a_tick_leaves_shifts_of_long_ago_alone_and_sees_whoever_comes_or_goes(port):
    unit = models.Unit.objects.create(code="AP", name_zh="机场", name_en="Airport")
    officer = models.Person.objects.create(username="w", unit=unit)
    today = ports.find_day(at=at(0))
    for back in range(3, 40):
        on = today - timedelta(days=back)
        starts_at, ends_at = rules.find_hours(on=on, shift="day")
        models.Deployment.objects.create(
            person=officer, unit=unit, on=on, shift="day", starts_at=starts_at, ends_at=ends_at,
            in_at=starts_at, out_at=ends_at,
        )  # fmt: skip
        models.Bulletin.objects.create(on=on, published_at=ends_at + timedelta(hours=6), figures={})
    starts_at, ends_at = rules.find_hours(on=today, shift="day")
    models.Deployment.objects.create(
        person=officer, unit=unit, on=today, shift="day", starts_at=starts_at, ends_at=ends_at
    )
    register.tick(now=at(0))

    def list_seen(minute):
        register.tick(now=at(minute))
        seen = models.Account.objects.filter(worked_out_at=at(minute))
        return {tuple(one) for one in seen.values_list("subject_kind", "subject_id")}

    quiet = list_seen(5)
    assert ("staff", str(officer.pk)) not in quiet
    days = {name.partition("/")[0] for kind, name in quiet if kind in ("shift", "day")}
    assert days and min(days) >= str(today - register.LOOKED_AT)
    force.attend(person=officer.pk, on=today, going="in", now=at(6))
    assert ("staff", str(officer.pk)) in list_seen(7)
