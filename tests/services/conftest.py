"""A port with a landed flight, for every test that asks for one."""

import pytest

from .journey import Journey
from .port import build


@pytest.fixture
def port(db):
    """One landed flight with four travellers in its cabin."""
    return build(travellers=4)


@pytest.fixture
def journey(port):
    """Two coaches to Pu'er with two people each, planned for minute 40; a receiver who works there."""
    return Journey(port)
