"""Stories that happened, on the services: what the ledger and the desk of cases would have made of them."""

from datetime import timedelta
from uuid import UUID

import pytest

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.core.manifest.passenger_list import Document, Listed
from pratique.core.tracing.case import Case
from pratique.core.tracing.presence import Who
from pratique.services import duty, force, health, identity, register, tracing
from pratique.services.cases import book, contacting, done, home, reported
from pratique.store import models

from .port import NOON, at, build
from .test_cases import records


def write_letter(*numbers):
    rows = ["document number,first positive sample,letter"]
    return "\n".join([*rows, *(f"{number},2020-04-15,SYD-1" for number in numbers)]).encode()


def test_sydney_2020_a_mother_and_her_son_who_were_let_go_are_cases_here_a_day_later(db):
    """They flew on untested. Whoever stood in the hall with them and still waits is a contact the moment the letter comes."""
    port = build(travellers=8)
    identity.write(
        identities={
            port.travellers[n]: identity.of_listed(
                Listed(surname=f"SURNAME{n}", documents=(Document("P", f"P{n}0000", "DEU"),))
            )
            for n in range(8)
        },
        erase_on=None,
    )
    for n in (0, 1):
        models.Listing.objects.filter(traveller_id=port.travellers[n]).update(
            party="MOTHER", seat=f"4{'AB'[n]}"
        )
    for n, seat in enumerate(("5A", "20A", "21A", "22A", "23A", "24A"), start=2):
        models.Listing.objects.filter(traveller_id=port.travellers[n]).update(seat=seat)
    models.Flight.objects.filter(id=port.flight).update(equipment="320")
    port.send(*(port.told(who=n, where="hall", minute=10) for n in range(8)))
    port.send(*(port.told(who=n, where="released", minute=40) for n in (0, 1)))
    port.send(*(port.told(who=n, where="bus", minute=50) for n in (2, 3)))
    day = at(60 * 24)
    taken, problems = reported.take_in(data=write_letter("P00000", "P10000"), by=None, now=day)
    assert [one.fresh for one in taken] == [True, True] and problems == ()
    found = {}
    for one in taken:
        contacting.adopt(case=one.case.id, rules="cn-2020", second_ring=False, by=None, now=day)
        found |= {c.subject: c for c in done.list_contacts(case=one.case.id, now=day)}
    # Everybody of the flight is named, the row behind is close, and nobody was lost for having gone to another place.
    assert set(port.travellers[2:]) <= set(found)
    assert found[port.travellers[2]].grade == "close" and found[port.travellers[4]].grade == "general"
    assert {t.code for t in found[port.travellers[2]].open} >= {"told", "moved_apart", "contact_test"}
    # Mother and son are contacts of each other; they have left: their authority is to be told within a day.
    assert found[port.travellers[0]].left == home.Home("DEU")
    account = register.account_of(kind=Kind.CASE, subject=str(taken[1].case.id), now=day)
    assert [d.state for d in account.duties if d.code == "home_told"] == [register.register.State.DUE]


def test_qars_how_many_passengers_one_case_exposed_is_one_question_and_each_has_a_reason(db):
    """Several lists and late airlines gave no number there; here the scans of the port are the one source, the list only names seats."""
    port = build(travellers=8)
    seats = ("10A", "10C", "11A", "13A", "30F", "", "10F", "31A")
    for who, seat in zip(port.travellers, seats, strict=True):
        models.Listing.objects.filter(traveller_id=who).update(seat=seat)
    models.Flight.objects.filter(id=port.flight).update(equipment="320")
    models.Listing.objects.filter(traveller_id=port.travellers[7]).update(gone_version=2)
    port.send(*(port.told(who=n, where="hall", minute=10) for n in range(8)))
    port.send(*(port.told(who=n, where="bus", minute=100) for n in (0, 4)))
    case = Case("Q", Who(str(port.travellers[0])), sampled_at=at(60))
    found = tracing.trace(case=case, edition=tracing.get_edition("cn-2020"), now=at(600)).tracing
    # Whoever the last list dropped, and whoever has no seat, was scanned like everybody else: nobody is missing from the number.
    assert {UUID(one.who) for one in found.contacts} == set(port.travellers[1:])
    assert all(one.reasons and one.grade for one in found.contacts)
    close = {UUID(one.who) for one in found.contacts if one.grade.value == "close"}
    assert close >= {port.travellers[n] for n in (1, 2, 3, 6)} and port.travellers[4] in close


def test_new_zealand_2021_a_guard_whom_nobody_tests_is_overdue_by_his_shifts_and_a_case_holds_whom_he_worked_with(
    db,
):
    """The register counts from shifts worked, not from what an employer enters; silence is overdue, never compliance."""
    build(travellers=1)
    unit = models.Unit.objects.create(code="SEC", name_zh="保安公司", name_en="Security")
    guard, mate, other = (
        models.Person.objects.create(username=name, unit=unit, password="!")
        for name in ("guard", "mate", "other")
    )
    for day in range(10):
        for person, crew in ((guard, "A"), (mate, "A"), (other, "B")):
            start = at(60 * 24 * day)
            row = force.deploy(
                duty=force.Duty(
                    person.id,
                    (NOON + timedelta(days=day)).date(),
                    start,
                    start + timedelta(hours=8),
                    crew,
                    "day",
                    "hall" if crew == "A" else "hall2",
                )
            )
            force.attend(person=person.id, on=row.on, going="in", now=start)
            force.attend(person=person.id, on=row.on, going="out", now=start + timedelta(hours=8))
    after = at(60 * 24 * 10)
    account = register.account_of(kind=Kind.STAFF, subject=str(guard.id), now=after)
    late = [d for d in account.duties if "test" in d.code and d.state.value in ("overdue", "missed")]
    assert late, "ten shifts and no sample: overdue, whatever anybody entered"
    # He is tested at last, and positive.
    swab = duty.record(
        evidence=duty.Done("staff", str(guard.id), "sample", after, {"kit": "K", "lab": "L"}),
        by=None,
        now=after,
    )
    result = duty.Done("staff", str(guard.id), "result", after, {"result": "positive"}, str(swab.id))
    duty.record(evidence=result, by=None, now=after)
    assert book.heed_results(now=after) == 1
    case = book.find(subject=guard.id)
    assert case.subject_kind == "staff"
    contacting.adopt(case=case.id, rules="cn-2020", second_ring=False, by=None, now=after)
    held = [one.id for one in (guard, mate, other) if health.judge(person=one.id, now=after).held]
    assert held == [guard.id, mate.id]
    assert models.Absence.objects.filter(person=mate, cancelled_at=None, sort="health").exists()
    assert not records(other.id, "exposed")
    # The mate is back after fourteen days, tested and found fit, and not a day before.
    health.take_sample(swab=health.Swab(mate.id, "S-1"), by=None, now=after + timedelta(hours=2))
    health.record_result(tube="S-1", result="negative", by=None, now=after + timedelta(hours=9))
    health.assess(
        person=mate.id, outcome="fit", about=None, by=other.id, now=after + timedelta(days=13, hours=12)
    )
    with pytest.raises(Refused, match="return_barred"):
        health.return_to_work(person=mate.id, by=other.id, now=after + timedelta(days=13, hours=13))
    health.return_to_work(person=mate.id, by=other.id, now=after + timedelta(days=14, hours=1))
    assert not health.judge(person=mate.id, now=after + timedelta(days=14, hours=2)).held
    assert not models.Absence.objects.filter(person=mate, cancelled_at=None).exists()
