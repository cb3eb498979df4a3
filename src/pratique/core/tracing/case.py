"""Cases: what sort of case the facts make of somebody, and when they were infectious."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from pratique.core.answers import Refused
from pratique.core.tracing.edition import Definition, Edition
from pratique.core.tracing.presence import Who

FACTS = frozenset(
    {
        "positive", "negative", "symptoms", "fever_or_respiratory", "imaging", "blood", "antibody_igm", "antibody_rise",
        "sequenced", "history", "contact", "antigen", "taste_smell", "negative_twice", "died",
    }
)  # fmt: skip
"""What may be known of somebody: a nucleic acid test positive or negative, twice negative a day apart, an antigen test
positive; any symptoms; the clinical findings (fever or respiratory symptoms, imaging, blood count, loss of taste or
smell); antibodies; sequenced virus; an epidemiological history, being a contact of a case; death with no other cause."""


@dataclass(frozen=True, slots=True)
class Case:
    """Somebody found infected, or supposed to be: onset of symptoms, first positive sample, when they were isolated."""

    id: str
    who: Who
    onset_at: datetime | None = None
    sampled_at: datetime | None = None
    isolated_at: datetime | None = None
    facts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Infectious:
    """When a case was infectious, counted from `anchor` (``onset`` or ``sample``)."""

    since_at: datetime
    until_at: datetime
    anchor: str


def classify(*, facts: Iterable[str], edition: Edition) -> Definition | None:
    """Which sort of case somebody is by this edition's definitions, the first that fits; None: none."""
    known = frozenset(facts)

    def holds(fact: str) -> bool:
        return fact[1:] not in known if fact.startswith("!") else fact in known

    for definition in edition.definitions:
        if any(all(map(holds, alternative)) for alternative in definition.alternatives):
            return definition
    return None


def find_infectious(*, case: Case, edition: Edition, zone: tzinfo, now: datetime) -> Infectious:
    """The span in which a case exposed others: from before the earlier of onset and sample until isolated, or until now.

    Raises Refused `tracing_case_undated` if neither is known.
    """
    begins = []
    for anchor, at, hours in (
        ("onset", case.onset_at, edition.window.onset_hours),
        ("sample", case.sampled_at, edition.window.sample_hours),
    ):
        if at is not None:
            begins.append((_begin(at - timedelta(hours=hours), edition, zone), anchor))
    if not begins:
        raise Refused("tracing_case_undated", f"{case.id}: state when symptoms began or the sample was taken")
    since_at, anchor = min(begins)
    until_at = now if case.isolated_at is None else min(case.isolated_at, now)
    return Infectious(since_at, max(since_at, until_at), anchor)


def _begin(at: datetime, edition: Edition, zone: tzinfo) -> datetime:
    if not edition.window.whole_days:
        return at
    return datetime.combine(at.astimezone(zone).date(), time(), zone)
