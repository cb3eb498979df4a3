"""Orders about a stay: what makes it longer is of two persons and served before it counts; what was served binds."""

from uuid import UUID

import pytest

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.services import custody, register
from pratique.services.stay import papers, release, term
from pratique.store import models
from pratique.store.ids import make_id

from .doors import DAY, employ, lodge
from .port import at

UNDERSTOOD = term.Service("en", understood=True, remedy_told=True)


@pytest.fixture
def port(db):
    return lodge()


@pytest.fixture
def two(port):
    return employ("commander"), employ("epidemiologist")


def list_unserved():
    return [(one.traveller, UUID(one.order.id)) for one in papers.list_waiting().to_serve]


def draw_alone(port, two, sort, days, minute, *, document="D-1"):
    draft = term.Draft(port.travellers[0], sort, days, "a late positive in the room", document)
    return term.draw_up(draft=draft, by=two[0], now=at(minute)).id


def draw(port, two, sort, days, minute, **more):
    order = draw_alone(port, two, sort, days, minute, **more)
    term.sign(order=order, by=two[1], now=at(minute))
    return order


def serve(order, minute, service=UNDERSTOOD):
    term.serve(order=order, service=service, by=None, now=at(minute))


def days_of(port, minute):
    """How many days the stay lasts, as it stands then."""
    found = release.look(traveller=port.travellers[0], now=at(minute)).release
    return (found.term.ends_at - found.base_end).days + 14


def test_a_reduction_that_was_served_is_not_taken_back_by_anybody(port, two):
    order = draw(port, two, "reduce", 3, DAY)
    serve(order, 2 * DAY)
    for person in two:
        with pytest.raises(Refused, match="order_binds"):
            term.withdraw(order=order, because="a mistake", by=person, now=at(3 * DAY))
    assert days_of(port, 4 * DAY) == 11


def owed(port, minute):
    """From which day until which the release is owed, as the register has it then, and how it stands."""
    register.tick(now=at(minute))
    account = register.account_of(kind=Kind.TRAVELLER, subject=str(port.travellers[0]), now=at(minute))
    (duty,) = [one for one in account.duties if one.code == "release"]
    written = models.Owed.objects.filter(code="release", subject_id=str(port.travellers[0])).first()
    assert written is None or (written.opens_at, written.due_at) == (duty.opens_at, duty.due_at)
    days = [(moment - at(0)).total_seconds() / 86400 for moment in (duty.opens_at, duty.due_at)]
    return (*days, duty.state.value)


def test_the_release_is_owed_when_the_term_as_it_was_served_is_over(port, two):
    models.Traveller.objects.update(channel="ordinary")
    assert owed(port, 13 * DAY + 60) == (14, 14.5, "upcoming")
    order = draw(port, two, "extend", 3, 13 * DAY + 60)
    assert owed(port, 13 * DAY + 61) == (14, 14.5, "upcoming"), "not served, it moves nothing"
    serve(order, 13 * DAY + 62)
    assert owed(port, 15 * DAY) == (17, 17.5, "upcoming")
    term.withdraw(order=order, because="the positive was another's", by=two[1], now=at(15 * DAY + 720))
    assert owed(port, 15 * DAY + 721) == (14, 16, "due"), "as long as ever from the word that says so"
    assert owed(port, 16 * DAY + 1)[2] == "overdue"


def test_a_reduction_that_was_served_owes_the_release_earlier(port, two):
    models.Traveller.objects.update(channel="ordinary")
    serve(draw(port, two, "reduce", 3, DAY), DAY)
    assert owed(port, 2 * DAY) == (11, 11.5, "upcoming")
    assert owed(port, 11 * DAY + 721)[2] == "overdue"


def test_longer_than_a_reduction_said_is_an_extension_of_two_served_before_the_days_are_over(port, two):
    serve(draw(port, two, "reduce", 3, DAY), DAY)
    draft = term.Draft(port.travellers[0], "extend", 3, "the day alone was not alone", "D-2")
    row = term.draw_up(draft=draft, by=two[0], now=at(2 * DAY))
    with pytest.raises(Refused, match="order_persons"):
        serve(row.id, 2 * DAY)
    term.sign(order=row.id, by=two[1], now=at(2 * DAY))
    assert days_of(port, 3 * DAY) == 11
    serve(row.id, 4 * DAY)
    assert days_of(port, 4 * DAY) == 14
    late = draw(port, two, "extend", 2, 14 * DAY, document="D-3")
    with pytest.raises(Refused, match="order_served_late"):
        serve(late, 15 * DAY)


def test_an_extension_is_taken_back_by_one_and_the_traveller_is_told(port, two):
    order = draw(port, two, "extend", 3, DAY)
    with pytest.raises(Refused, match="order_not_withdrawn"):
        term.tell_withdrawn(order=order, service=UNDERSTOOD, by=None, now=at(DAY))
    serve(order, DAY)
    term.withdraw(order=order, because="the positive was another's", by=two[1], now=at(5 * DAY))
    assert (days_of(port, 4 * DAY), days_of(port, 5 * DAY)) == (17, 14)
    who = port.travellers[0]
    assert list_unserved() == [(who, order)]
    for _ in range(2):
        term.tell_withdrawn(order=order, service=UNDERSTOOD, by=None, now=at(5 * DAY + 10))
    assert list_unserved() == []
    told = models.StayOrderStep.objects.get(step="told")
    assert (told.language, told.understood) == ("en", True)


def test_an_order_served_on_one_wristband_holds_for_the_person_who_has_two(port, two):
    other = make_id()
    models.Traveller.objects.create(id=other, code="Y-1", manifested=False)
    draft = term.Draft(other, "extend", 3, "a late positive in the room", "D-1")
    order = term.draw_up(draft=draft, by=two[0], now=at(DAY)).id
    term.sign(order=order, by=two[1], now=at(DAY))
    custody.link(traveller=other, same_as=port.travellers[0], by=two[0], because="the same", now=at(2 * DAY))
    assert list_unserved() == [(port.travellers[0], order)]
    serve(order, 2 * DAY)
    models.Traveller.objects.update(channel="ordinary")
    assert days_of(port, 3 * DAY) == 17 and owed(port, 13 * DAY + 60) == (17, 17.5, "upcoming")
    with pytest.raises(Refused, match="order_too_far"):
        serve(draw(port, two, "extend", 14, 3 * DAY), 3 * DAY)  # with those served on the other wristband


def test_orders_that_wait_for_a_second_stand_on_one_list_and_are_signed_together(port, two):
    one = draw_alone(port, two, "extend", 3, DAY)
    other = draw_alone(port, two, "reduce", 1, DAY + 1, document="D-2")
    waiting = papers.list_waiting()
    assert [UUID(p.order.id) for p in waiting.to_sign] == [one, other] and not waiting.to_serve
    mine = papers.sign_all(chosen=[one, other], by=two[0], now=at(DAY + 5))
    assert not mine.done and {why.code for _, why in mine.refused} == {"second_person_needed"}
    term.withdraw(order=other, because="drawn up twice", by=two[0], now=at(DAY + 6))
    signed = papers.sign_all(chosen=[one, other, one], by=two[1], now=at(DAY + 7))
    assert signed.done == (one,) and [why.code for _, why in signed.refused] == ["order_withdrawn"]
    assert list_unserved() == [(port.travellers[0], one)] and not papers.list_waiting().to_sign
    assert not papers.list_waiting(holder=make_id()).to_serve
    models.Position.objects.update(inside=False, holder_kind="exit")
    assert not list_unserved()


def test_an_order_that_would_not_count_is_not_handed_to_anybody(port):
    leads = employ("epidemiologist"), employ("epidemiologist")
    with pytest.raises(Refused, match="order_rank"):
        serve(draw(port, leads, "reduce", 1, DAY), DAY)
    serve(draw(port, leads, "extend", 10, DAY), DAY)
    with pytest.raises(Refused, match="order_too_far"):
        serve(draw(port, leads, "extend", 5, DAY), DAY)
    assert days_of(port, DAY) == 24


def test_an_extension_not_understood_is_served_again_and_one_that_counts_is_not(port, two):
    order = draw(port, two, "extend", 3, DAY)
    serve(order, DAY, term.Service("zh", understood=False, remedy_told=True))
    assert days_of(port, DAY) == 14
    assert list_unserved()
    serve(order, 2 * DAY)
    assert days_of(port, 2 * DAY) == 17
    with pytest.raises(Refused, match="order_served"):
        serve(order, 3 * DAY)
