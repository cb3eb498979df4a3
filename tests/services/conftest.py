"""A port with a landed flight, for every test that asks for one."""

import pytest

from .port import build


@pytest.fixture
def port(db):
    """One landed flight with four travellers in its cabin."""
    return build(travellers=4)
