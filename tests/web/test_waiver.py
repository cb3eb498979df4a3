"""A duty that need not be done: who may say so, and what becomes of it."""

import re

import pytest

from pratique.services import clock, register
from pratique.store import models

from .airport import PASSWORD


@pytest.fixture
def owed(airport):
    """Traveller 0 in the hotel, and a duty of theirs that two people may waive (or one)."""
    airport.settle(0)
    register.tick(now=clock.now())
    page = airport.client("commander").get(f"/travellers/{airport.port.travellers[0]}/").content.decode()
    return re.findall(r'name="duty" value="([^"]+)"', page)


def waive(airport, duty, role="commander", **typed):
    address = f"/travellers/{airport.port.travellers[0]}/"
    content = {
        "back": address,
        "duty": duty,
        "because": "an ambulance took them first",
        "hours": "24",
        **typed,
    }
    return airport.client(role).post(f"{address}waive/", content, follow=True).content.decode()


def test_a_waiver_stands_in_the_timeline_with_its_reason(airport, owed):
    said = waive(airport, owed[0], second_name="epidemiologist", second_password=PASSWORD)
    assert "an ambulance took them first" in said
    waiver = models.Waiver.objects.get()
    assert [rank for _, rank in waiver.signatures] == ["duty_commander", "health_lead"]


def test_a_second_signature_with_a_wrong_password_waives_nothing_and_keeps_the_reason(airport, owed):
    said = waive(airport, owed[0], second_name="epidemiologist", second_password="guess")
    assert "User name or password is wrong" in said
    assert "an ambulance took them first" in said
    assert not models.Waiver.objects.exists()


def test_nobody_is_their_own_second_signature(airport, owed):
    assert "Somebody else must confirm this" in waive(
        airport, owed[0], second_name="commander", second_password=PASSWORD
    )
    assert not models.Waiver.objects.exists()


def test_a_waiver_needs_a_reason(airport, owed):
    assert "This cannot be taken as it stands" in waive(airport, owed[0], because="")
    assert not models.Waiver.objects.exists()
