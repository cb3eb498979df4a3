"""Subscribers are told everything, in order, each entry once confirmed, over a real wire that fails."""

import base64
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from random import Random

import pytest

from pratique.core.answers import Refused
from pratique.links import round as links
from pratique.services import outbox
from pratique.store import models
from pratique.store.queries import entries
from services.port import build

LATER = datetime(2030, 1, 1, tzinfo=UTC)


class Receiver:
    """Somebody outside: keeps what it is sent under (port, number), and misbehaves when asked to."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, int], dict] = {}
        self.order: list[int] = []
        self.deliveries: list[tuple[dict[str, str], bytes]] = []
        self.moods: list[str] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.deliveries.append(({k.lower(): v for k, v in self.headers.items()}, body))
                mood = receiver.moods.pop(0) if receiver.moods else "well"
                if mood in ("well", "lost answer"):
                    receiver.keep(json.loads(body))
                if mood == "lost answer":
                    self.connection.close()
                    return
                status = {"well": 204, "refuses": 503, "sends away": 302}[mood]
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/inbox"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def keep(self, parcel: dict) -> None:
        for entry in parcel["entries"]:
            if (parcel["port"], entry["seq"]) not in self.kept:
                self.order.append(entry["seq"])
            self.kept[parcel["port"], entry["seq"]] = entry


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def port(db):
    return build(travellers=4)


def tell(at: datetime = LATER) -> int:
    return links.tell(clock=lambda: at)


def test_a_subscriber_is_told_the_whole_book_in_order_once(port, receiver):
    outbox.subscribe(name="hub", url=receiver.url, after=0)
    port.send(*(port.told(who=who, where="hall", minute=1 + who) for who in range(4)))
    told = tell()
    final = entries.find_final()
    everything = [e["seq"] for e in entries.read_entries(after=0, upto=final, kinds=(), limit=10_000)]
    assert receiver.order == everything
    assert told == len(everything) >= 8
    assert tell() == 0
    scans = [e for e in receiver.kept.values() if e["kind"] == "scan"]
    assert {e["traveller_id"] for e in scans} == {str(t) for t in port.travellers}


def test_whoever_subscribes_from_now_on_is_not_told_the_past(port, receiver):
    outbox.subscribe(name="hub", url=receiver.url)
    assert tell() == 0
    port.send(port.told(who=0, where="hall", minute=1))
    assert tell() == 1


def test_only_the_kinds_asked_for_are_sent(port, receiver):
    outbox.subscribe(name="hub", url=receiver.url, kinds=["scan"], after=0)
    port.send(port.told(who=0, where="hall", minute=1))
    tell()
    assert {e["kind"] for e in receiver.kept.values()} == {"scan"}
    assert outbox.list_lags()[0].behind == 0


def test_the_signature_is_that_of_the_standard(port, receiver):
    secret = bytes.fromhex(outbox.subscribe(name="hub", url=receiver.url, after=0))
    tell()
    headers, body = receiver.deliveries[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(secret, signed, sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(headers["webhook-timestamp"]) - LATER.timestamp()) < 2


@pytest.mark.parametrize("mood", ["refuses", "sends away", "lost answer"])
def test_what_was_not_confirmed_is_sent_again_after_a_while_and_kept_once(port, receiver, mood):
    outbox.subscribe(name="hub", url=receiver.url, after=0)
    receiver.moods = [mood]
    assert tell() == 0
    lag = outbox.list_lags()[0]
    assert lag.failures == 1 and lag.because and lag.behind > 0
    assert tell(LATER + timedelta(seconds=1)) == 0, "it waits two seconds"
    assert tell(LATER + timedelta(seconds=3)) == lag.behind
    assert receiver.order == sorted(set(receiver.order))
    assert outbox.list_lags()[0].failures == 0


def test_a_receiver_that_is_down_is_tried_ever_more_seldom(port):
    outbox.subscribe(name="hub", url="http://127.0.0.1:1/", after=0)
    at, tries = LATER, []
    for _ in range(4_000):
        before = models.Subscription.objects.get().failures
        tell(at)
        if models.Subscription.objects.get().failures > before:
            tries.append(at)
        if len(tries) == 5:
            break
        at += timedelta(seconds=1)
    waits = [(b - a).total_seconds() for a, b in zip(tries, tries[1:], strict=False)]
    assert waits == [2, 4, 8, 16]


def test_over_many_failures_nothing_is_lost_or_out_of_order(port, receiver):
    random, at = Random(3), LATER
    outbox.subscribe(name="hub", url=receiver.url, after=0)
    minute = 1.0
    for _ in range(30):
        places = ["hall", "hall2"]
        for who in range(4):
            minute += 0.1
            port.send(port.told(who=who, where=random.choice(places), minute=minute))
        receiver.moods = [random.choice(["well", "well", "refuses", "lost answer"])]
        tell(at)
        at += timedelta(seconds=20)
    receiver.moods = []
    tell(at + timedelta(hours=1))
    final = entries.find_final()
    everything = [e["seq"] for e in entries.read_entries(after=0, upto=final, kinds=(), limit=10_000)]
    assert receiver.order == everything


def test_a_paused_subscriber_goes_on_where_it_stopped(port, receiver):
    outbox.subscribe(name="hub", url=receiver.url, after=0)
    outbox.pause(name="hub", paused_at=LATER)
    assert tell() == 0
    outbox.pause(name="hub", paused_at=None)
    assert tell() > 0


def test_one_that_is_down_does_not_hold_up_the_others(port, receiver):
    outbox.subscribe(name="a-down", url="http://127.0.0.1:1/", after=0)
    outbox.subscribe(name="b-well", url=receiver.url, after=0)
    assert tell() == len(receiver.order) > 0


def test_nothing_that_is_told_says_who_anybody_is(port, receiver):
    outbox.subscribe(name="hub", url=receiver.url, after=0)
    tell()
    keys = {key for entry in receiver.kept.values() for key in entry}
    assert not keys & {"surname", "given_names", "name", "number", "born_on", "sealed", "digest"}


@pytest.mark.parametrize(
    ("url", "kinds", "code"),
    [
        ("http://hub.example.org/", [], "url_not_https"),
        ("hub", [], "url_not_https"),
        ("ftp://127.0.0.1/", [], "url_not_https"),
        ("https://hub.example.org/", ["scan", "gossip"], "entry_kind_unknown"),
    ],
)
def test_a_subscription_that_cannot_be_is_refused(port, url, kinds, code):
    with pytest.raises(Refused) as refused:
        outbox.subscribe(name="hub", url=url, kinds=kinds)
    assert refused.value.code == code
    assert not models.Subscription.objects.exists()


def test_a_name_is_told_once(port, receiver):
    outbox.subscribe(name="hub", url=receiver.url)
    with pytest.raises(Refused, match="told already"):
        outbox.subscribe(name="hub", url=receiver.url)
    outbox.unsubscribe(name="hub")
    with pytest.raises(Refused, match="nobody called hub"):
        outbox.unsubscribe(name="hub")
