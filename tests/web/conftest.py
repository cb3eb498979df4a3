"""An airport with one flight on the ground, for every page test that asks for one."""

import pytest

from pratique.store import models
from services.doors import open_exits

from .airport import Airport, open_airport


@pytest.fixture
def airport(db) -> Airport:
    """Four travellers landed at minute 0; the clock stands at minute 60."""
    return open_airport()


@pytest.fixture
def house(airport):
    """All four in the hotel, which has two floors of rooms; nobody has one yet."""
    open_exits(airport.port)
    for number in range(6):
        models.Room.objects.create(
            facility_id=airport.port.custodians["hotel"],
            code=f"{3 + number // 3}0{1 + number % 3}",
            floor=3 + number // 3,
            sort="single",
            beds=1,
        )
    airport.settle(0, 1, 2, 3)
    return airport
