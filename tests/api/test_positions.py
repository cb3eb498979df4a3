"""The endpoint of trackers over HTTP: who is heard, what is answered, what is kept and what never is."""

import json
import logging

import pytest
from django.test import Client

from pratique.services import clock, transport
from pratique.services.tracking import fix, tracker
from pratique.store import models
from services.port import at, build

PATH = "/api/v1/positions"


@pytest.fixture
def coach(db):
    """A coach under way since minute 10, and the identifier of its tracker; the clock stands at minute 20."""
    build(travellers=1)
    clock.set_clock(at=at(20), speed=0)
    vehicle = models.Vehicle.objects.create(plate="云A·T0001", kind="coach", seats=20)
    hotel = models.Custodian.objects.get(code="hotel")
    trip = transport.plan_trip(order=transport.Order(vehicle.id, hotel.id, at(0), 120), code="trip:t")
    transport.report(report=transport.Report(trip.id, "departed"), by=None, now=at(10))
    return tracker.issue(vehicle=vehicle.id, name="", by=None, now=at(0))[1]


def told(identifier, minute=15, **more):
    return {
        "id": identifier,
        "lat": "25.1",
        "lon": "102.9",
        "timestamp": str(int(at(minute).timestamp())),
        **more,
    }


def test_get_form_and_json_say_the_same(coach):
    client = Client()
    answers = [
        client.get(PATH, told(coach, 15)),
        client.post(PATH, told(coach, 16)),
        client.post(
            PATH,
            json.dumps(
                {
                    "device_id": coach,
                    "location": {
                        "timestamp": at(17).isoformat(),
                        "coords": {"latitude": 25.1, "longitude": 102.9, "accuracy": 8},
                        "battery": {"level": 0.4},
                    },
                }
            ),
            content_type="application/json",
        ),
        client.post(PATH + "?" + "&".join(f"{k}={v}" for k, v in told(coach, 18).items())),
    ]
    assert [(a.status_code, a.json()["outcomes"]) for a in answers] == [(200, ["kept"])] * 4
    assert models.Fix.objects.count() == 4
    assert models.Tracker.objects.get().battery == 0.4


def test_an_unknown_or_revoked_identifier_is_turned_away_and_counted(coach):
    tracker.revoke(tracker=models.Tracker.objects.get().id, by=None, now=at(19))
    for identifier in (coach, "云A·T0001", "48241179"):
        answer = Client().get(PATH, told(identifier))
        assert (answer.status_code, answer.json()["code"]) == (401, "tracker_unknown")
    assert Client().get(PATH, {"lat": "1", "lon": "1"}).status_code == 401
    counts = dict(models.FixTally.objects.filter(vehicle=None).values_list("code", "count"))
    assert counts == {"tracker_unknown": 3, "fix_unreadable": 1}


def test_what_is_of_no_use_is_answered_so_that_it_is_not_sent_again(coach):
    answers = [
        Client().get(PATH, told(coach, lat="north")),
        Client().get(PATH, told(coach, lat="0", lon="0")),
        Client().get(PATH, told(coach, minute=5)),
        Client().get(PATH, {"id": coach}),
    ]
    assert [a.status_code for a in answers] == [200] * 4
    assert [a.json()["outcomes"] for a in answers] == [
        ["fix_unreadable"], ["fix_unreadable"], ["fix_before_trip"], ["fix_empty"],
    ]  # fmt: skip
    assert "lat" in answers[0].json()["problems"][0]
    assert not models.Fix.objects.exists()


def test_other_methods_and_too_much_at_once_are_refused(coach):
    assert Client().put(PATH).status_code == 405
    big = Client().post(PATH, b" " * 300_000, content_type="application/json")
    assert (big.status_code, big.json()["code"]) == (413, "batch_too_large")


def test_an_identifier_stands_in_no_log_and_no_table(coach, caplog):
    with caplog.at_level(logging.DEBUG):
        Client().get(PATH, told(coach))
        Client().get(PATH, told(coach[:-1] + "1"))
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("django.db")]
    assert not any(coach[:-1] in line for line in ours)
    assert coach not in str(list(models.Tracker.objects.values())) + str(
        list(models.FixTally.objects.values())
    )


def test_a_phone_token_opens_nothing_here(coach):
    answer = Client().get(PATH, told("x"), headers={"Authorization": "Bearer x"})
    assert answer.status_code == 401
    assert fix.STRANGER in models.FixTally.objects.values_list("code", flat=True)
