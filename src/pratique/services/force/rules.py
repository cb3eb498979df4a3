"""The rules of the force and of training that this port goes by, and what follows from them for a day."""

from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files

from pratique import protocols
from pratique.formats import force_rules
from pratique.formats.force_rules import ForceRules, TrainingRules
from pratique.store.queries import ports

SHIPPED = "cn-2020.toml"
CODES_OTHER = ("licence-S", "licence-L")
"""Qualifications that no module gives and no language is."""


@cache
def get_rules() -> ForceRules:
    """The shipped edition. A fault in it is ours: it raises ValueError with all its problems."""
    found, problems = force_rules.read_force(data=files(protocols).joinpath("force", SHIPPED).read_bytes())
    return protocols.accept(found, problems)


@cache
def get_training() -> TrainingRules:
    """The shipped modules. A fault in them is ours: it raises ValueError with all its problems."""
    found, problems = force_rules.read_training(
        data=files(protocols).joinpath("training", SHIPPED).read_bytes()
    )
    return protocols.accept(found, problems)


def find_hours(*, on: date, shift: str) -> tuple[datetime, datetime]:
    """When a shift that begins on a day starts and ends."""
    rule = get_rules().shifts[shift]
    starts_at = datetime.combine(on, time(), ports.find_zone()) + timedelta(minutes=rule.start_minutes)
    return starts_at, starts_at + timedelta(minutes=rule.minutes)


def find_turn(*, crew: str, on: date) -> str:
    """The shift of a crew on a day by the pattern in use; empty: it rests, or the pattern has no such crew."""
    pattern = get_rules().patterns[get_rules().pattern]
    if crew not in pattern.crews:
        return ""
    turn = (on - pattern.anchor_on).days + pattern.crews[crew]
    return pattern.turns[turn % len(pattern.turns)]
