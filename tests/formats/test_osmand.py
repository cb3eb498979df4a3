"""Positions as trackers send them. The examples are written after the documentation at traccar.org/osmand."""

import json
import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.core.transport.progress import Spot
from pratique.formats import osmand

AT = datetime(2020, 4, 15, 4, tzinfo=UTC)
EPOCH = str(int(AT.timestamp()))
PLAIN = {"id": "abc", "lat": "25.1", "lon": "102.9", "timestamp": EPOCH}


def read(**changed):
    return osmand.read_parameters(told={**PLAIN, **changed})


def test_parameters_are_read_with_their_units():
    message = read(speed="10", bearing="361", altitude="1900", accuracy="12", batt="87", hdop="1.0")
    (one,) = message.reported
    assert (message.identifier, message.problems) == ("abc", ())
    assert (one.at, one.spot) == (AT, Spot(25.1, 102.9))
    assert one.speed_kmh == pytest.approx(18.52)
    assert (one.heading, one.altitude_metres, one.accuracy_metres, one.battery) == (1, 1900, 12, 0.87)


@pytest.mark.parametrize(
    "told",
    [
        EPOCH,
        f"{EPOCH}000",
        f"{EPOCH}.0",
        "2020-04-15T04:00:00Z",
        "2020-04-15T12:00:00+08:00",
        "2020-04-15 04:00:00",
    ],
)
def test_every_way_of_writing_the_time_is_the_same_instant(told):
    assert read(timestamp=told).reported[0].at == AT


def test_other_names_of_the_same_things():
    message = osmand.read_parameters(told={"deviceid": "abc", "location": "25.1,102.9", "heading": "90"})
    assert (message.identifier, message.reported[0].spot) == ("abc", Spot(25.1, 102.9))
    assert (message.reported[0].heading, message.reported[0].at) == (90, None)


def test_what_an_app_does_not_know_it_says_below_nought():
    (one,) = read(speed="-1", bearing="-1", accuracy="-1", batt="-1").reported
    assert (one.speed_kmh, one.heading, one.accuracy_metres, one.battery) == (None, None, None, None)


def test_a_sign_of_life_needs_no_position():
    assert osmand.read_parameters(told={"id": "abc", "batt": "50"}).reported[0].spot is None
    assert read(valid="false").reported[0].spot is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lat", "91"), ("lat", "-90.1"), ("lat", "nan"), ("lat", "inf"), ("lat", "north"), ("lat", ""),
        ("lon", "180.5"), ("lon", "1e400"), ("timestamp", "yesterday"), ("timestamp", "99999999999999999999"),
        ("timestamp", "-5"), ("timestamp", "0"), ("speed", "fast"), ("accuracy", "x"),
    ],
)  # fmt: skip
def test_what_says_nothing_is_named_and_its_sender_still_known(field, value):
    message = read(**{field: value})
    assert message.identifier == "abc"
    assert message.reported == ()
    (problem,) = message.problems
    assert problem.code == "fix-unreadable"
    assert problem.where in (field, "lat", "lon")


def test_nought_and_nought_is_no_position():
    assert read(lat="0", lon="0").problems[0].where == "lat, lon"


DOCUMENTED = {
    "location": {
        "timestamp": "2020-04-15T04:00:00.000Z",
        "coords": {
            "latitude": 25.1, "longitude": 102.9, "accuracy": 5, "speed": 10, "heading": 90, "altitude": 1890,
        },
        "is_moving": True,
        "odometer": 0,
        "event": "motionchange",
        "battery": {"level": 0.5, "is_charging": False},
        "activity": {"type": "in_vehicle"},
        "extras": {},
    },
    "device_id": "48241179",
}  # fmt: skip


def write(document) -> bytes:
    return json.dumps(document).encode()


def test_the_json_of_the_newer_client_is_read_with_its_units():
    message = osmand.read_json(data=write(DOCUMENTED))
    (one,) = message.reported
    assert (message.identifier, message.problems) == ("48241179", ())
    assert (one.at, one.spot, one.battery) == (AT, Spot(25.1, 102.9), 0.5)
    assert one.speed_kmh == pytest.approx(36)


def test_one_faulty_location_does_not_lose_the_others():
    good = DOCUMENTED["location"]
    bad = {**good, "coords": {**good["coords"], "latitude": 99}}
    message = osmand.read_json(data=write({"device_id": 7, "location": [good, bad, "x", good]}))
    assert (message.identifier, len(message.reported), len(message.problems)) == ("7", 2, 2)


def test_more_than_are_taken_at_once_are_said_to_be_left():
    rows = [DOCUMENTED["location"]] * (osmand.LOCATIONS_MAX + 1)
    message = osmand.read_json(data=write({"device_id": "a", "location": rows}))
    assert len(message.reported) == osmand.LOCATIONS_MAX
    assert "the rest is left" in message.problems[0].message


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data):
    message = osmand.read_json(data=data)
    assert message.problems or message.reported or not message.identifier


@given(
    st.dictionaries(
        st.sampled_from(["id", "lat", "lon", "timestamp", "speed", "batt", "location", "valid"]),
        st.text(max_size=30),
    )
)
def test_no_parameters_break_the_reader(told):
    for one in osmand.read_parameters(told=told).reported:
        assert one.spot is None or math.isfinite(one.spot.latitude + one.spot.longitude)
