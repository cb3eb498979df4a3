"""What the scan page is given by the server; what it does with it is tested in a browser."""

import json

from django.test import Client

from pratique.core.custody.handover import Step
from pratique.services import custody
from pratique.store import models
from pratique.store.ids import make_id

from .airport import at


def read_state(client, post):
    answer = client.get(f"/scan/{post}/state/")
    assert answer.status_code == 200
    return json.loads(answer.content)


def test_every_open_post_can_be_chosen_and_a_closed_one_cannot(airport):
    models.Custodian.objects.filter(code="hall2").update(closed_at=at(1))
    page = airport.client("escort").get("/scan/").content.decode()
    assert str(airport.port.custodians["hall"]) in page
    assert str(airport.port.custodians["hall2"]) not in page
    assert airport.client("escort").get(f"/scan/{airport.port.custodians['hall2']}/").status_code == 404


def test_a_phone_is_told_whom_the_post_holds_and_who_may_come_but_no_names(airport):
    airport.port.send(airport.port.told(who=0, where="hall", minute=10))
    state = read_state(airport.client("escort"), airport.port.custodians["hall"])
    held = [p["code"] for p in state["people"] if p["holder"] == str(airport.port.custodians["hall"])]
    assert held == [airport.code(0)]
    assert {p["code"] for p in state["people"]} == {airport.code(n) for n in range(4)}
    assert "ZHANG" not in json.dumps(state)


def test_whoever_is_settled_elsewhere_is_not_on_the_phone(airport):
    airport.settle(0)
    state = read_state(airport.client("escort"), airport.port.custodians["hall"])
    assert airport.code(0) not in {p["code"] for p in state["people"]}


def test_an_offer_is_shown_to_both_until_it_is_answered(airport):
    port = airport.port
    handover = make_id()
    offer = custody.Offer(port.custodians["hall"], port.custodians["bus"], 2, tuple(port.travellers[:2]))
    custody.offer(handover_id=handover, offer=offer, by=None, now=at(50))
    for post, outgoing in (("hall", True), ("bus", False), ("hotel", None)):
        offers = read_state(airport.client("escort"), port.custodians[post])["offers"]
        assert [o["offer"]["outgoing"] for o in offers] == ([] if outgoing is None else [outgoing])
    custody.answer(handover_id=handover, step=Step.DECLINED, heads=None, because="full", by=None, now=at(51))
    assert read_state(airport.client("escort"), port.custodians["bus"])["offers"] == []


def test_a_phone_is_given_a_token_of_its_own_that_the_api_knows(airport):
    client = airport.client("escort")
    token = json.loads(client.post("/scan/device/").content)["token"]
    post = airport.port.custodians["hall"]
    answer = Client().get(f"/api/v1/posts/{post}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


def test_a_phone_whose_session_has_ended_is_told_so_and_not_sent_a_page(airport):
    answer = Client().get(
        f"/scan/{airport.port.custodians['hall']}/state/", headers={"Accept": "application/json"}
    )
    assert answer.status_code == 401


def test_the_worker_may_keep_the_scan_page_and_nothing_else(airport):
    answer = airport.client("escort").get("/scan/worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
