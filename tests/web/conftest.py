"""An airport with one flight on the ground, for every page test that asks for one."""

import pytest

from .airport import Airport, open_airport


@pytest.fixture
def airport(db) -> Airport:
    """Four travellers landed at minute 0; the clock stands at minute 60."""
    return open_airport()
