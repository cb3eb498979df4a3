"""The rules of the force and of training that this port goes by, and what follows from them for a day."""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from pratique import protocols
from pratique.formats.force_rules import ForceRules, TrainingRules
from pratique.services import clock
from pratique.store.queries import ports

CODES_OTHER = ("licence-S", "licence-L")
"""Qualifications that no module gives and no language is."""


def get_rules(*, on: date | None = None) -> ForceRules:
    """The edition in force at this port on a day (None: today), chosen as the rules of transport are.

    Posts must be held whatever is in force: where no edition holds, and before there is a port, it is the first that is shipped.
    """
    if (port := _find_place()) is None:
        return protocols.list_force()[0]
    found = protocols.find_force(jurisdiction=port[0], on=on or _find_today(port[1]))
    return found or protocols.list_force()[0]


def get_training(*, on: date | None = None) -> TrainingRules:
    """The training modules in force at this port on a day (None: today); where none hold, the first that are shipped."""
    if (port := _find_place()) is None:
        return protocols.list_training()[0]
    found = protocols.find_training(jurisdiction=port[0], on=on or _find_today(port[1]))
    return found or protocols.list_training()[0]


def _find_today(zone: ZoneInfo) -> date:
    return clock.now().astimezone(zone).date()


def _find_place() -> tuple[str, ZoneInfo] | None:
    try:
        return _recall_place()
    except LookupError:
        return None


@cache
def _recall_place() -> tuple[str, ZoneInfo]:
    """The port's jurisdiction and zone; asked of the tables once, as rosters ask for the rules thousands of times."""
    port = ports.find_port()
    if port is None:
        raise LookupError("port")  # not remembered: it may be set up later
    return port.jurisdiction, ZoneInfo(port.time_zone)


def find_hours(*, on: date, shift: str) -> tuple[datetime, datetime]:
    """When a shift that begins on a day starts and ends."""
    rule = get_rules(on=on).shifts.get(shift) or get_rules().shifts[shift]
    starts_at = datetime.combine(on, time(), ports.find_zone()) + timedelta(minutes=rule.start_minutes)
    return starts_at, starts_at + timedelta(minutes=rule.minutes)


def find_turn(*, crew: str, on: date) -> str:
    """The shift of a crew on a day by the pattern in use; empty: it rests, or the pattern has no such crew."""
    told = get_rules(on=on)
    pattern = told.patterns[told.pattern]
    if crew not in pattern.crews:
        return ""
    turn = (on - pattern.anchor_on).days + pattern.crews[crew]
    return pattern.turns[turn % len(pattern.turns)]
