"""What the rules of an arrival day ask for: how long a stay is, and how many swabs on which of its days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date
from functools import cache

from pratique import protocols
from pratique.core.answers import Refused
from pratique.core.duties import edition
from pratique.core.duties.rule import Days, Obligation, Protocol
from pratique.core.duties.vocabulary import Kind

SERIES = "arrivals"
JURISDICTION = "CN"
AT_THE_HALL = (0, 1)
"""Customs takes a sample of everybody on the day they land, whatever the edition."""


@dataclass(frozen=True, slots=True)
class Course:
    """A stay: its full days, on which days after landing how many swabs are taken and from where, and from when on the
    last of them."""

    stay_days: int
    swabs: tuple[tuple[int, int], ...]
    last_opens_minutes: int
    site: str


@cache
def read_course(landed_on: date) -> Course:
    """The course of whoever lands on that day; before the first edition, that of the first."""
    rulebook = edition.Rulebook.of(protocols=protocols.list_protocols(), jurisdiction=JURISDICTION, zone=UTC)
    try:
        protocol = edition.choose(rulebook=rulebook, series=SERIES, on=landed_on)
    except Refused:
        earliest = min((p for p in rulebook.protocols if p.series == SERIES), key=lambda p: p.effective_on)
        return read_course(earliest.effective_on)
    stay_days = max(condition.full_days for gate in protocol.gates for condition in gate.conditions)
    swabs, opens = {AT_THE_HALL[0]: AT_THE_HALL[1]}, {}
    for rule, schedule in _list_rules(protocol):
        for day in schedule.days:
            swabs[day - protocol.first_day] = rule.proof.count
            opens[day - protocol.first_day] = schedule.windows[0].opens
    return Course(stay_days, tuple(sorted(swabs.items())), opens[max(opens)], _find_site(protocol))


def _find_site(protocol: Protocol) -> str:
    for rule, _ in _list_rules(protocol):
        for want in rule.proof.pattern.wants:
            if want.attribute == "site":
                return str(want.among[0])
    return "nasopharyngeal"


def _list_rules(protocol: Protocol) -> Iterator[tuple[Obligation, Days]]:
    """The rules that ask an arrival for samples on numbered days."""
    for rule in protocol.obligations:
        from_arrival = rule.kind is Kind.TRAVELLER and "arrived" in rule.trigger.pattern.records
        if from_arrival and "sample" in rule.proof.pattern.records and isinstance(rule.schedule, Days):
            yield rule, rule.schedule
