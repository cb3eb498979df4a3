"""What a tracing found, as JSON: the stable form of `pratique trace --json` (docs/reference/tracing.md)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from pratique.core.tracing.case import Case, classify
from pratique.core.tracing.contacts import Contact, Difference, Tracing
from pratique.core.tracing.edition import Edition, Grade
from pratique.core.tracing.exposure import Reason


def write(
    *,
    tracing: Tracing,
    edition: Edition,
    zone: tzinfo,
    cases: Mapping[str, Case],
    second: Sequence[Contact] | None = None,
) -> dict[str, Any]:
    """One tracing as an object; instants by the zone's clock. `cases` marks contacts who are cases themselves."""
    known = {case.who: case.id for case in cases.values()}

    def tell(contact: Contact) -> dict[str, Any]:
        return {
            "who": contact.who,
            "ring": contact.ring,
            "grade": contact.grade,
            "staff": contact.staff,
            "case": known.get(contact.who),
            "first_exposure": _clock(contact.first_at, zone),
            "last_exposure": _clock(contact.last_at, zone),
            "last_exposure_on": contact.last_at.astimezone(zone).date().isoformat(),
            "reasons": [_reason(reason, edition, zone) for reason in contact.reasons],
        }

    definition = classify(facts=tracing.case.facts, edition=edition)
    said: dict[str, Any] = {
        "version": 1,
        "case": {
            "id": tracing.case.id,
            "who": tracing.case.who,
            "sort": definition.code if definition else None,
        },
        "rules": {
            "code": edition.code,
            "jurisdiction": edition.jurisdiction,
            "from": edition.from_on.isoformat(),
            "until": edition.until_on.isoformat() if edition.until_on else None,
            "title": {"zh": edition.title.zh, "en": edition.title.en},
        },
        "infectious": {
            "since": _clock(tracing.infectious.since_at, zone),
            "until": _clock(tracing.infectious.until_at, zone),
            "anchor": tracing.infectious.anchor,
        },
        "counts": {str(grade): tracing.count(grade) for grade in (Grade.CLOSE, Grade.GENERAL)},
        "contacts": [tell(contact) for contact in tracing.contacts],
    }
    if second is not None:
        said["counts"]["second_ring"] = len(second)
        said["second_ring"] = [tell(contact) for contact in second]
    return said


def write_difference(*, difference: Difference, cases: Mapping[str, Case]) -> dict[str, Any]:
    """What a supposed positive would change, against the cases that are known."""
    return {"known": sorted(cases), "new": list(difference.new), "raised": list(difference.raised)}


def _reason(reason: Reason, edition: Edition, zone: tzinfo) -> dict[str, Any]:
    rule = edition.get_rule(reason.rule)
    return {
        "rule": reason.rule,
        "title": {"zh": rule.title.zh, "en": rule.title.en},
        "grade": reason.grade,
        "place": reason.place,
        "since": _clock(reason.since_at, zone),
        "until": _clock(reason.until_at, zone),
        "minutes": reason.minutes,
        "seat": reason.seat,
        "rows_apart": reason.rows,
        "seats_apart": reason.seats,
        "seat_unknown": reason.seat_unknown,
        "via": reason.via,
    }


def _clock(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).isoformat(timespec="minutes")
