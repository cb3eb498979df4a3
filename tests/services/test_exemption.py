"""An exemption opens its own exits while it holds, and needs one who asks the authority and two others who decide."""

from uuid import uuid4

import pytest

from pratique.core.answers import Refused
from pratique.services import exemption, way
from pratique.store import models

from .doors import employ, exempt, hand_in, open_exits, walk_to
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
