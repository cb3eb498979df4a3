"""A flight that is still in the air."""

import pytest

from pratique.services import clock
from pratique.store import models

from .airport import at, open_airport


@pytest.fixture
def airport(db):
    return open_airport(landed=False)


def land(airport, when):
    return airport.client("screener").post(f"/flights/{airport.port.flight}/land/", {"at": when}, follow=True)


def test_landing_puts_everybody_on_the_list_into_the_cabin(airport):
    assert "4 people are now held by the cabin" in land(airport, "2020-04-15T12:30").content.decode()
    assert set(models.Position.objects.values_list("holder_kind", flat=True)) == {"cabin"}


@pytest.mark.parametrize(
    ("when", "said"),
    [("2020-04-15T23:00", "cannot have landed in the future"), ("at noon", "Give the landing time")],
)
def test_a_landing_time_that_cannot_be_is_refused_in_plain_words(airport, when, said):
    assert said in land(airport, when).content.decode()
    assert not models.Position.objects.exists()


def test_a_wrong_landing_time_is_corrected_on_the_flight_s_page_with_a_reason(airport):
    land(airport, "2020-04-15T12:30")
    assert "at 2020-04-15 12:30: if that is wrong" in land(airport, "2020-04-15T12:20").content.decode()
    client, where = airport.client("screener"), f"/flights/{airport.port.flight}/"
    assert client.post(f"{where}land/", {"at": "2020-04-15T12:20", "because": ""}).status_code == 422
    assert 'value="2020-04-15T12:30"' in client.get(where).content.decode()
    clock.set_clock(at=at(61), speed=0)
    told = {"at": "2020-04-15T12:20", "because": "the tower's log"}
    assert "Corrected." in client.post(f"{where}land/", told, follow=True).content.decode()
    assert set(models.Position.objects.values_list("since_at", flat=True)) == {at(20)}
    added = {"designator": "MU2086", "departure": "BKK", "scheduled_at": "2020-04-15T14:00"}
    answer = client.post("/flights/add/", added)
    assert (answer.status_code, "has landed" in answer.content.decode()) == (422, True)


def test_whoever_is_on_the_list_and_has_not_landed_is_expected(airport):
    page = airport.client().get(f"/flights/{airport.port.flight}/?place=expected").content.decode()
    assert all(airport.code(n) in page for n in range(4))
