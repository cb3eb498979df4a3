"""An objection to whatever holds somebody: who decides it, and that what was decided is done."""

from uuid import uuid4

import pytest

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.services import care, duty, register
from pratique.services.stay import removal, term
from pratique.services.window import measures, petition, reviewers
from pratique.store import models
from pratique.store.ids import make_id

from .doors import DAY, employ, lodge
from .port import at
from .test_term import UNDERSTOOD


@pytest.fixture
def port(db):
    """Somebody in a hotel whose stay two made longer, and who is to be taken to another."""
    return lodge()


@pytest.fixture
def two(port):
    people = employ("commander"), employ("epidemiologist")
    models.Person.objects.filter(id__in=people).update(password="set")
    return people


@pytest.fixture
def order(port, two):
    draft = term.Draft(port.travellers[0], "extend", 3, "a late positive in the room", "D-1")
    name = term.draw_up(draft=draft, by=two[0], now=at(DAY)).id
    term.sign(order=name, by=two[1], now=at(DAY))
    term.serve(order=name, service=UNDERSTOOD, by=None, now=at(DAY + 5))
    return name


def reviewer(role="epidemiologist"):
    """Another of this role who can sign in."""
    found = employ(role)
    models.Person.objects.filter(id=found).update(password="set")
    return found


def object_to(port, about, minute):
    name = make_id()
    asked = petition.Asked(str(about), "not mine", "en")
    return petition.object_to(traveller=port.travellers[0], asked=asked, now=at(minute), petition_id=name)


def decide(row, outcome, by, minute):
    answer = petition.Answer(words="looked at", outcome=outcome)
    petition.reply(petition=row.id, answer=answer, by=by, now=at(minute), reply_id=make_id())


def owed(port, minute, code="objection_done"):
    """How it stands with each duty of this code, as the register has it; the table says the same."""
    who = str(port.travellers[0])
    register.tick(now=at(minute))
    account = register.account_of(kind=Kind.TRAVELLER, subject=who, now=at(minute))
    found = [one for one in account.duties if one.code == code]
    written = models.Owed.objects.filter(subject_id=who, code=code).count()
    assert written == sum(one.state.value in ("due", "overdue") for one in found)
    return [one.state.value for one in found]


def test_orders_removals_and_being_kept_can_be_objected_to_and_none_who_signed_examines_it(port, two, order):
    who = port.travellers[0]
    asked = removal.Asked(who, port.custodians["hotel2"], "needs", "the desk", at(DAY + 20))
    moved = removal.ask(asked=asked, by=two[1], now=at(DAY + 10))
    found = measures.list_open_to_objection(traveller=who)
    assert [(one.id, one.word) for one in found] == [
        ("stay", "stay"),
        (str(moved.id), "removal"),
        (str(order), "extend"),
    ]
    assert found[1].receiver.code == "hotel2" and found[2].ranks == ("duty_commander", "health_lead")
    third = reviewer()
    rows = [object_to(port, one.id, DAY + 30) for one in found]
    assert {row.reviewer_id for row in rows} == {third}
    (shown,) = (one for one in petition.list_open() if one.measure == "stay")
    assert [petition.may_settle(petition=shown, by=one, now=at(DAY + 31)) for one in (*two, third)] == [
        False,
        False,
        True,
    ]
    for person in two:
        with pytest.raises(Refused, match="reviewer_only|second_person_needed"):
            decide(rows[0], "kept", person, DAY + 40)
    removal.drop(removal=moved.id, because="no room", by=two[0], now=at(DAY + 50))
    term.withdraw(order=order, because="another's", by=two[0], now=at(DAY + 50))
    assert [one.word for one in measures.list_open_to_objection(traveller=who)] == ["stay"]
    assert [one.word for one in measures.list_orders(traveller=who)] == ["extend"], "served, then taken back"
    with pytest.raises(Refused, match="measure_unknown"):
        object_to(port, order, DAY + 60)


def test_where_the_one_commander_and_the_one_health_lead_signed_a_supervisor_decides_and_where_nobody_is_left_whoever_comes(
    port, two, order
):
    row, who = object_to(port, order, DAY + 30), port.travellers[0]
    assert row.reviewer_id is None, "both signed it"
    assert not reviewers.list_able(traveller=who, about=str(order), now=at(DAY + 31))
    assert reviewers.heed(now=at(DAY + 31)) == 0
    employ("screener")  # an account without a password is nobody's
    reviewer("auditor")
    lead = reviewer("screener")
    assert reviewers.heed(now=at(DAY + 32)) == 1 and reviewers.heed(now=at(DAY + 33)) == 0
    assert [one.pk for one in reviewers.list_able(traveller=who, about=str(order), now=at(DAY + 33))] == [
        lead
    ]
    assert object_to(port, order, DAY + 34).reviewer_id == lead, "as the page of the traveller chooses"
    models.Person.objects.filter(id=lead).update(is_active=False)
    third = reviewer()
    assert reviewers.heed(now=at(DAY + 35)) == 2, "whoever left decides nothing any more"
    row.refresh_from_db()
    decide(row, "lifted", third, DAY + 40)


def test_an_order_that_was_lifted_is_owed_to_be_taken_back_within_four_hours(port, two, order):
    third = reviewer()
    decide(object_to(port, order, DAY + 30), "lifted", third, DAY + 60)
    assert petition.list_to_carry_out(now=at(DAY + 60)), "at once, not with the next round"
    assert owed(port, DAY + 61) == ["due"] and owed(port, DAY + 60 + 241) == ["overdue"]
    (row,) = models.Petition.objects.all()
    with pytest.raises(Refused, match="petition_not_changed"):
        petition.carry_out(petition=row.id, words="done", by=two[0], now=at(DAY + 302), reply_id=make_id())
    ((one, carrying),) = petition.list_to_carry_out(now=at(DAY + 303))
    assert (one.id, carrying.due_at) == (row.id, at(DAY + 300))
    term.withdraw(order=order, because="as decided", by=two[0], now=at(DAY + 310))
    assert owed(port, DAY + 311) == ["discharged"] and not petition.list_to_carry_out(now=at(DAY + 312))
    carrying = petition.list_carrying(petitions=[one], now=at(DAY + 312))
    assert carrying[row.id].done_at == at(DAY + 310)


def test_whoever_is_not_to_be_kept_is_owed_it_until_a_release_is_signed_or_they_go_home(port, two, order):
    third = reviewer()
    decide(object_to(port, "stay", DAY + 30), "lifted", third, DAY + 60)
    term.withdraw(order=order, because="as well", by=two[0], now=at(DAY + 70))
    assert owed(port, DAY + 71) == ["due"], "they are still kept"
    signed = models.ReleaseDecision.objects.create(
        id=make_id(), traveller_id=port.travellers[0], conditions=[], valid_until=at(3 * DAY),
        happened_at=at(DAY + 90), recorded_at=at(DAY + 90), by_id=two[0],
    )  # fmt: skip
    assert owed(port, DAY + 91) == ["discharged"]
    models.Withdrawal.objects.create(
        id=make_id(), evidence_id=signed.id, because="a mistake", happened_at=at(DAY + 95),
        recorded_at=at(DAY + 95), by_id=two[0],
    )  # fmt: skip
    assert owed(port, DAY + 96) == ["due"]
    home = duty.Done(
        "traveller", str(port.travellers[0]), "measure_ordered", at(DAY + 99), {"measure": "home isolation"}
    )
    duty.record(evidence=home, by=two[0], now=at(DAY + 99))
    assert owed(port, DAY + 100) == ["discharged"]


def test_what_was_changed_without_the_book_knowing_is_said_to_the_traveller(port, two, order):
    third = reviewer()
    decide(object_to(port, "stay", DAY + 30), "changed", third, DAY + 60)
    assert owed(port, DAY + 61) == ["due"]
    (row,) = models.Petition.objects.all()
    petition.carry_out(
        petition=row.id, words="An hour outside each day", by=two[0], now=at(DAY + 70), reply_id=make_id()
    )
    assert owed(port, DAY + 71) == ["discharged"]
    (kept,) = petition.list_of(traveller=port.travellers[0])
    assert kept.replies[-1].words == "An hour outside each day"


def test_whoever_is_admitted_is_owed_a_notice_whether_or_not_a_measure_was_written_down(port):
    admitted = 110
    assert owed(port, admitted + 60, "stay_notice") == ["due"]
    assert owed(port, DAY, "stay_notice") == ["overdue"]
    notice = care.Notice(port.travellers[0], "en", True, "central isolation")
    care.tell_rights(notice=notice, by=uuid4(), now=at(DAY + 1))
    assert owed(port, DAY + 2, "stay_notice") == ["discharged"]
