"""The exits of a port: which end the loop, and which lead off it before its end."""

from dataclasses import dataclass
from enum import StrEnum

from pratique.core.custody.entry import CustodianId


class Sort(StrEnum):
    """What an exit is. The first five end the loop, the others leave it before its end."""

    RELEASED = "released"
    HANDED_OVER = "handed_over"
    DIED = "died"
    NEVER_CAME = "never_came"
    WITH_AIRCRAFT = "with_aircraft"
    ONWARD_FLIGHT = "onward_flight"
    DOMESTIC_FLIGHT = "domestic_flight"
    RETURN_FLIGHT = "return_flight"
    CITY = "city"


OFF_THE_LOOP = frozenset({Sort.ONWARD_FLIGHT, Sort.DOMESTIC_FLIGHT, Sort.RETURN_FLIGHT, Sort.CITY})
"""Exits before the end of the loop."""


@dataclass(frozen=True, slots=True)
class Exit:
    """A custodian of kind exit, and what it is."""

    custodian: CustodianId
    sort: Sort
