"""What reaches the server, with and without faults."""

from collections import Counter
from datetime import date

import pytest

from pratique.drill.faults import NONE, Mishaps, transmit
from pratique.drill.phones import Phone, Said, send, speak
from pratique.drill.world.day import Day, make_day
from pratique.drill.world.truth import Sighting

QUIET = dict.fromkeys(Mishaps.__dataclass_fields__, 0)


@pytest.fixture(scope="module")
def day() -> Day:
    return make_day(on=date(2020, 4, 15), seed=3, scale=0.2)


def said_of(day: Day, **mishaps: float) -> tuple[Counter[Said], Counter[str]]:
    traffic = transmit(day=day, mishaps=Mishaps(**{**QUIET, **mishaps}))
    return Counter(said for parcel in traffic.parcels for said in parcel.scans), traffic.tried


def test_without_faults_every_sighting_arrives_exactly_once(day: Day) -> None:
    traffic = transmit(day=day, mishaps=NONE)
    said = [said for parcel in traffic.parcels for said in parcel.scans]
    assert Counter((s.second, s.person, s.custodian) for s in said) == Counter(
        (s.second, s.person, s.custodian) for s in day.truth.sightings
    )
    assert not +traffic.tried


def test_a_doubled_parcel_says_the_same_again(day: Day) -> None:
    said, tried = said_of(day, doubled_chance=1)
    assert tried["doubled"] > 0
    assert set(said.values()) == {2}


def test_a_late_parcel_loses_nothing(day: Day) -> None:
    late, tried = said_of(day, late_chance=1)
    punctual, _ = said_of(day)
    assert tried["late"] > 0
    assert late == punctual


def test_a_killed_server_gets_what_it_had_not_written(day: Day) -> None:
    said, tried = said_of(day, kills=5)
    punctual, _ = said_of(day)
    assert tried["server_killed"] == 5
    assert said.keys() == punctual.keys()


def test_a_lost_scan_is_lost_and_known_to_be(day: Day) -> None:
    said, tried = said_of(day, lost_chance=0.1)
    assert sum(said.values()) == len(day.truth.sightings) - tried["lost"]


def test_a_stray_scan_is_far_from_where_its_bearer_was_a_moment_ago(day: Day) -> None:
    said, tried = said_of(day, strays=3)
    assert tried["two_places"] > 0
    assert sum(said.values()) == len(day.truth.sightings) + tried["two_places"]


def test_an_id_used_twice_has_two_contents(day: Day) -> None:
    said, tried = said_of(day, reused=3)
    ids = Counter(s.id for s in said)
    assert sum(count - 1 for count in ids.values()) == tried["id_reused"]


def test_a_phone_without_network_sends_when_it_has_one_again(day: Day) -> None:
    phone = Phone("phone:hall:west/1", 30.0, 30.0, ((1_000, 5_000),))
    sightings = [Sighting(second, f"p{second}", "hall:west") for second in range(900, 1_400, 50)]
    parcels = list(send(phone, speak(phone, sightings), day.stream("test")))
    assert sum(len(parcel.scans) for parcel in parcels) == len(sightings)
    assert all(parcel.second >= 5_000 for parcel in parcels for s in parcel.scans if s.second > 1_000)


def test_a_phone_counts_up_and_speaks_by_its_own_clock() -> None:
    phone = Phone("phone:hall:west/1", 7_200.0, 7_199.5, ())
    said = speak(phone, [Sighting(10, "a", "hall:west"), Sighting(20, "b", "hall:west")])
    assert [s.counter for s in said] == [1, 2]
    assert [s.device_second for s in said] == [7_210.0, 7_220.0]
    assert len({s.id for s in said}) == 2
