"""A case goes by ambulance: a scan aboard another vehicle is kept, answered at once, and owed until somebody saw to it."""

import pytest

from pratique.core.answers import Refused
from pratique.core.duties.register import State
from pratique.core.duties.vocabulary import Kind
from pratique.services import care, custody, duty, register, transport
from pratique.services.dispatch import people, riding, settings
from pratique.store import models
from pratique.store.queries import misboardings, tower

from .fleet import hold, make_dispatcher, open_port
from .port import at


@pytest.fixture
def port(db):
    """Six people in the holding area; a coach and an ambulance with a trip each, named `coach` and `ambulance`."""
    port = open_port(coaches=1)
    hold(port, *range(6))
    for name, end in (("coach", "hotel"), ("ambulance", "hospital")):
        vehicle = models.Vehicle.objects.get(kind=name)
        order = transport.Order(vehicle.id, port.custodians[end], at(30), 120)
        port.custodians[name] = transport.plan_trip(order=order, code=f"trip:{name}").id
    return port


def measure(port, who, celsius, minute=25):
    told = care.Temperature(port.travellers[who], celsius, symptomatic=False, method="forehead")
    care.take_temperature(temperature=told, by=None, now=at(minute))


def swab(port, who, result, minute=25):
    tube = f"T{who}"
    care.take_sample(
        swab=care.Swab(port.travellers[who], tube, site="nasopharyngeal"), by=None, now=at(minute)
    )
    care.record_result(tube=tube, result=result, by=None, now=at(minute + 1))


def board(port, who, where="coach", minute=40, **more):
    return port.send(port.told(who=who, where=where, minute=minute), **more)[0]


def owed(port, who, minute):
    account = register.account_of(kind=Kind.TRAVELLER, subject=str(port.travellers[who]), now=at(minute))
    return [d for d in account.duties if d.code == "misboarded" and d.state in (State.DUE, State.OVERDUE)]


SIGNS = {
    "a fever": lambda port: measure(port, 0, 37.6),
    "a positive result": lambda port: swab(port, 0, "positive"),
    "the symptomatic channel": lambda port: models.Traveller.objects.filter(id=port.travellers[0]).update(
        channel="symptomatic"
    ),
}


@pytest.mark.parametrize("sign", SIGNS)
def test_whoever_is_a_case_is_answered_at_once_aboard_a_coach_and_the_scan_is_kept(port, sign):
    SIGNS[sign](port)
    answer = board(port, 0)
    assert answer.state == riding.CLOSED
    assert port.where(0) == "coach", "what happened stands in the book"
    assert [d.owner for d in owed(port, 0, 41)] == ["escort"]
    assert "misboarded" in {e.code for e in tower.list_exceptions(now=at(41))}


def test_in_an_ambulance_the_same_person_is_in_order_and_so_is_anybody_else_in_the_coach(port):
    measure(port, 0, 38.0)
    measure(port, 1, 36.5)
    swab(port, 1, "negative")
    assert [board(port, 0, "ambulance").state, board(port, 1).state] == ["moved", "moved"]
    assert not misboardings.list_open()


def test_a_scan_made_without_network_is_judged_when_it_comes_and_only_once(port):
    measure(port, 0, 38.0)
    told = port.told(who=0, where="coach", minute=40)
    assert port.send(told, heard=95)[0].state == riding.CLOSED
    assert port.send(told, heard=96)[0].state == riding.CLOSED
    (row,) = misboardings.list_open()
    assert row.happened_at == at(40)
    assert [d.state for d in owed(port, 0, 96)] == [State.OVERDUE]


def test_who_turns_out_to_be_a_case_aboard_is_found_by_the_round(port):
    board(port, 0)
    assert not misboardings.list_open()
    swab(port, 0, "positive", minute=50)
    assert riding.heed(now=at(52)) == 1
    assert riding.heed(now=at(53)) == 0
    assert len(misboardings.list_open(trip=port.custodians["coach"])) == 1


def test_it_is_settled_with_words_once_they_are_off_and_not_before(port):
    measure(port, 0, 38.0)
    board(port, 0)
    (row,) = misboardings.list_open()
    who = make_dispatcher().id

    def settle(because, minute):
        riding.settle(misboarding=row.id, because=because, by=who, now=at(minute))

    for because, code in ((" ", "reason_missing"), ("off", "misboarded_still")):
        with pytest.raises(Refused, match=code):
            settle(because, 45)
    board(port, 0, "ambulance", 50)
    settle("taken by ambulance; rows 1 to 3 listed as contacts", 55)
    assert not owed(port, 0, 56)
    assert not misboardings.list_open()


def test_a_scan_of_the_wrong_person_taken_back_owes_nothing(port):
    measure(port, 0, 38.0)
    answer = board(port, 0)
    custody.annul(scan=answer.id, by=make_dispatcher().id, because="wrong wristband", now=at(42))
    assert not misboardings.list_open()
    assert not owed(port, 0, 43)


def test_whoever_comes_back_from_hospital_rides_like_anybody_else(port):
    def plan(minute):
        found = people.find(now=at(minute), rules=settings.get_rules(), taken=frozenset())
        return next(group.cls for group in found.groups if port.travellers[0] in group.travellers)

    measure(port, 0, 38.4)
    assert plan(50) == "case"
    port.send(port.told(who=0, where="hospital", minute=60))
    swab(port, 0, "positive", minute=300)  # what is found while they are there is seen to there
    assert riding.classify(travellers=port.travellers[:1]) == {port.travellers[0]: "ordinary"}
    port.send(port.told(who=0, where="hall", minute=800))
    assert plan(810) == "ordinary"
    assert board(port, 0, minute=900).state != riding.CLOSED
    measure(port, 0, 38.0, minute=910)
    assert riding.classify(travellers=port.travellers[:1]) == {port.travellers[0]: "case"}


def test_a_temperature_taken_back_makes_nobody_a_case(port):
    measure(port, 0, 38.0)
    piece = models.Evidence.objects.get(code="temperature")
    duty.withdraw(evidence=piece.id, because="another person", by=make_dispatcher().id, now=at(30))
    assert board(port, 0).state == "moved"


def test_phones_of_a_coach_know_whom_it_may_not_take_and_those_of_an_ambulance_need_not(port):
    measure(port, 0, 38.0)
    barred = [
        riding.list_barred(trip=port.custodians[name], travellers=port.travellers)
        for name in ("coach", "ambulance", "hall")
    ]
    assert barred == [[port.travellers[0]], [], []]
