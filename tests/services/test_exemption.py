"""An exemption opens its own exits while it holds, and needs one who asks the authority and two others who decide."""

from uuid import uuid4

import pytest

from pratique.core.answers import Refused
from pratique.services import care, duty, exemption, way
from pratique.store import models

from .doors import employ, exempt, hand_in, open_exits, screen, walk_to
from .port import at, build
from .test_way import leave


@pytest.fixture
def port(db):
    """Two travellers, landed; every sort of exit."""
    port = build(travellers=2)
    open_exits(port)
    return port


def test_an_exemption_that_holds_opens_its_exits_and_no_other_and_is_what_screening_sees(port):
    walk_to(port, 0, ("hall", 20))
    screen(port.travellers[0], now=at(25))
    exempt(port.travellers[0], now=at(30))
    opened = {
        o.exit.sort.value for o in way.list_ways(traveller=port.travellers[0], now=at(40)) if o.open
    } - {"never_came"}
    assert opened == {"domestic_flight", "city"}
    assert exemption.find_holding(traveller=port.travellers[0], now=at(40)).exemption.sort == "compassionate"
    assert leave(port, 0, "domestic", 45).state == "moved"
    (judged,) = models.WayJudged.objects.all()
    assert judged.exemption_id is not None


def test_revoked_it_opens_nothing_from_that_instant_and_a_scan_from_before_stands(port):
    for who in (0, 1):
        walk_to(port, who, ("hall", 20))
        screen(port.travellers[who], now=at(25))
        row = exempt(port.travellers[who], now=at(30))
        exemption.revoke(exemption=row.id, because="the flight was cancelled", by=uuid4(), now=at(60))
    told = port.told(who=0, where="domestic", minute=55)
    assert port.send(told, heard=120)[0].state == "moved"  # it was offline when it scanned them
    assert leave(port, 1, "domestic", 61).state == way.CLOSED
    with pytest.raises(Refused, match="exemption_revoked"):
        exemption.decide(exemption=row.id, by=employ("commander"), now=at(70))


def test_one_asks_the_authority_and_two_others_decide(port):
    row = hand_in(port.travellers[0], now=at(30))
    one, asker = employ("commander"), employ("epidemiologist")
    told = {"exemption": row.id, "authority": "command_office", "reference": "CO-5"}
    exemption.confirm(**told, by=asker, now=at(31))
    with pytest.raises(Refused, match="exemption_one_hand"):
        exemption.decide(exemption=row.id, by=asker, now=at(32))
    exemption.decide(exemption=row.id, by=one, now=at(32))
    with pytest.raises(Refused, match="second_person_needed"):
        exemption.decide(exemption=row.id, by=one, now=at(33))
    with pytest.raises(Refused, match="exemption_one_hand"):  # nor does one who decided ask again
        exemption.confirm(**told, by=one, now=at(33))
    assert not exemption.judge(exemption=row, now=at(34)).holds
    with pytest.raises(Refused, match="rank_missing"):
        exemption.decide(exemption=row.id, by=employ("escort"), now=at(35))


def measure(port, celsius=38.6, symptomatic=False):
    told = care.Temperature(port.travellers[0], celsius, symptomatic, "ear")
    return care.take_temperature(temperature=told, by=None, now=at(35))


def find_positive(port):
    care.take_sample(swab=care.Swab(port.travellers[0], "T-1"), by=None, now=at(10))
    care.record_result(tube="T-1", result="positive", by=None, now=at(35))
    return find_piece(port, "result")


def name_contact(port):
    """Near the case before they were screened, and named only now."""
    told = duty.Done("traveller", str(port.travellers[0]), "exposed", at(1), {"ring": 1})
    return duty.record(evidence=told, by=None, now=at(35))


def find_piece(port, code):
    return models.Evidence.objects.get(subject_id=str(port.travellers[0]), code=code)


OVERTAKEN = {
    "a fever": measure,
    "symptoms": lambda port: measure(port, 36.5, symptomatic=True),
    "a positive result": find_positive,
    "a case that names them": name_contact,
    "a screening that found it": lambda port: screen(port.travellers[0], now=at(35), channel="symptomatic"),
}
"""What turns up after an exemption was decided, and the piece of it that may prove wrong."""


@pytest.mark.parametrize("turned_up", OVERTAKEN)
def test_no_exemption_outranks_what_turned_up_until_they_are_screened_and_decided_on_again(port, turned_up):
    who, door = port.travellers[0], port.custodians["domestic"]
    walk_to(port, 0, ("hall", 20))
    screen(who, now=at(25))
    exempt(who, now=at(30))
    way.ask(traveller=who, custodian=door, now=at(34))
    piece = OVERTAKEN[turned_up](port)
    assert way.list_leaving(custodian=door, now=at(36)) == []
    assert leave(port, 0, "domestic", 36).state == way.CLOSED
    assert models.WayJudged.objects.get().because == ["exemption_overtaken"]

    def is_closed(minute):
        with pytest.raises(Refused, match="exemption_overtaken"):
            way.ask(traveller=who, custodian=door, now=at(minute))
        return True

    screen(who, now=at(40))
    assert is_closed(41), "one screener alone opens nothing"
    exempt(who, now=at(42))
    assert way.list_leaving(custodian=door, now=at(43)) == [who]
    screen(who, now=at(44), channel="contact")
    exempt(who, now=at(45))
    assert is_closed(46), "nor do two against a screening"
    duty.withdraw(
        evidence=models.Evidence.objects.get(happened_at=at(44)).id,
        because="typed wrongly",
        by=uuid4(),
        now=at(47),
    )
    duty.withdraw(evidence=piece.id, because="another person", by=uuid4(), now=at(47))
    way.ask(traveller=who, custodian=door, now=at(48))
