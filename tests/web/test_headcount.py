"""The page of a headcount: who was called, who was not, and the count put right."""

import pytest

from pratique.core.custody.handover import Step
from pratique.services import clock, custody, headcount
from pratique.store import models
from pratique.store.ids import make_id

from .airport import at


@pytest.fixture
def missing(airport):
    """Everybody is in the hall; at minute 40 the last of them does not answer."""
    port = airport.port
    for who in range(4):
        port.send(port.told(who=who, where="hall", minute=10 + who))
    count = headcount.count(
        custodian=port.custodians["hall"], heads=3, names=port.travellers[:3], by=None, now=at(40)
    )
    clock.set_clock(at=at(45), speed=0)
    return count


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(("language", "said"), [("en", "Missing when called"), ("zh-hans", "点名缺席")])
def test_whoever_did_not_answer_leads_from_the_board_to_the_count(airport, missing, language, said):
    client = airport.client(language=language)
    who = airport.port.travellers[3]
    assert said in read(client, "/boards/tower/exceptions/")
    page = read(client, f"/travellers/{who}/")
    assert said in page
    assert f"/headcounts/{missing.id}/" in page
    sheet = read(client, f"/headcounts/{missing.id}/")
    assert said in sheet
    assert airport.code(3) in sheet


def test_the_lead_corrects_the_count_and_nobody_is_missed_any_more(airport, missing):
    client = airport.client("screener")
    assert "Missing when called" in read(client, "/boards/tower/exceptions/")
    typed = {
        "there": [str(t) for t in airport.port.travellers],
        "because": "she was asleep behind the pillar",
    }
    page = client.post(f"/headcounts/{missing.id}/correct/", typed, follow=True).content.decode()
    assert "The count is corrected" in page
    assert "asleep behind the pillar" in page
    assert "Officer screener" in page
    assert "Missing when called" not in read(client, "/boards/tower/exceptions/")
    assert models.Headcount.objects.get().heads == 3


def test_a_correction_without_a_reason_is_not_taken(airport, missing):
    answer = airport.client().post(f"/headcounts/{missing.id}/correct/", {"there": []})
    assert answer.status_code == 422
    assert "This cannot be taken as it stands" in answer.content.decode()
    assert not models.HeadcountCorrection.objects.exists()


def test_heads_that_differ_lead_from_the_board_to_the_count_and_are_corrected(airport):
    count = headcount.count(
        custodian=airport.port.custodians["hall"], heads=2, names=None, by=None, now=at(50)
    )
    client = airport.client()
    assert f"/headcounts/{count.id}/" in read(client, "/boards/tower/exceptions/")
    client.post(f"/headcounts/{count.id}/correct/", {"heads": 0, "because": "counted the cleaners"})
    assert f"/headcounts/{count.id}/" not in read(client, "/boards/tower/exceptions/")


def test_whoever_may_not_correct_a_count_is_told_who_does(airport, missing):
    page = read(airport.client("auditor"), f"/headcounts/{missing.id}/")
    assert "Correct the count" not in page
    assert "The screening lead or the duty commander corrects a count" in page


def test_a_handover_that_waits_is_named_by_giver_and_receiver(airport):
    offer = custody.Offer(airport.port.custodians["hall"], airport.port.custodians["bus"], 2, None, 20)
    custody.offer(handover_id=make_id(), offer=offer, by=None, now=at(10))
    clock.set_clock(at=at(40), speed=0)
    page = airport.client("commander").get("/boards/tower/exceptions/").content.decode()
    assert "hall → bus" in page
    assert f"/trips/{airport.port.custodians['bus']}/" in page


def test_whoever_was_not_received_is_told_on_their_page_with_both_sides_of_the_handover(airport):
    port = airport.port
    port.send(port.told(who=0, where="hall", minute=5))
    handover = make_id()
    offer = custody.Offer(port.custodians["hall"], port.custodians["bus"], 1, (port.travellers[0],), 45)
    custody.offer(handover_id=handover, offer=offer, by=None, now=at(10))
    custody.answer(handover_id=handover, step=Step.ACCEPTED, heads=1, because="", by=None, now=at(20))
    clock.set_clock(at=at(21), speed=0)
    page = read(airport.client("commander"), f"/travellers/{port.travellers[0]}/")
    assert "Not among those handed over" in page
    assert "hall → bus" in page
