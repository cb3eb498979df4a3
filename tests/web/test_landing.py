"""A flight that is still in the air."""

import pytest

from pratique.store import models

from .airport import open_airport


@pytest.fixture
def airport(db):
    return open_airport(landed=False)


def land(airport, at):
    return airport.client("screener").post(f"/flights/{airport.port.flight}/land/", {"at": at}, follow=True)


def test_landing_puts_everybody_on_the_list_into_the_cabin(airport):
    assert "4 people are now held by the cabin" in land(airport, "2020-04-15T12:30").content.decode()
    assert set(models.Position.objects.values_list("holder_kind", flat=True)) == {"cabin"}


@pytest.mark.parametrize(
    ("at", "said"),
    [("2020-04-15T23:00", "cannot have landed in the future"), ("at noon", "Give the landing time")],
)
def test_a_landing_time_that_cannot_be_is_refused_in_plain_words(airport, at, said):
    assert said in land(airport, at).content.decode()
    assert not models.Position.objects.exists()


def test_whoever_is_on_the_list_and_has_not_landed_is_expected(airport):
    page = airport.client().get(f"/flights/{airport.port.flight}/?place=expected").content.decode()
    assert all(airport.code(n) in page for n in range(4))
