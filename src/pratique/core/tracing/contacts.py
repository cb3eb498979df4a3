"""Contacts of a case, ring by ring, and what a result that is still open would change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from pratique.core.tracing.case import Case, Infectious, find_infectious
from pratique.core.tracing.edition import Edition, Grade
from pratique.core.tracing.exposure import Reason, find_exposures
from pratique.core.tracing.presence import Whereabouts, Who


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who was near a case (ring 1) or near a close contact of it (ring 2), and why.

    `last_at` is the end of the last exposure of the contact's own grade: quarantine is counted from it. `first_at` is
    the beginning of the first of any grade.
    """

    who: Who
    ring: int
    grade: Grade
    staff: bool
    first_at: datetime
    last_at: datetime
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Tracing:
    """Whom one case exposed, the strictest and latest first, and in which span."""

    case: Case
    infectious: Infectious
    contacts: tuple[Contact, ...]

    def count(self, grade: Grade) -> int:
        """How many contacts are of a grade."""
        return sum(contact.grade is grade for contact in self.contacts)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a tracing adds to what was known: who is a contact only by it, and whom it raises to a stricter grade."""

    new: tuple[Who, ...]
    raised: tuple[Who, ...]


def trace(*, case: Case, whereabouts: Whereabouts, edition: Edition, zone: tzinfo, now: datetime) -> Tracing:
    """The contacts of a case by this edition; raises Refused if nobody knows when the case was infectious."""
    infectious = find_infectious(case=case, edition=edition, zone=zone, now=now)
    exposed = find_exposures(
        who=case.who,
        since_at=infectious.since_at,
        until_at=infectious.until_at,
        whereabouts=whereabouts,
        edition=edition,
    )
    return Tracing(case, infectious, _list_contacts(exposed, 1, whereabouts))


def trace_second_ring(
    *,
    first: Tracing,
    whereabouts: Whereabouts,
    edition: Edition,
    isolated: Mapping[Who, datetime],
    now: datetime,
) -> tuple[Contact, ...]:
    """Close contacts of the close contacts, each of these from its first close exposure until isolated, or until now.

    Neither the case nor its own close contacts are listed again.
    """
    close = {contact.who: contact for contact in first.contacts if contact.grade is Grade.CLOSE}
    exposed: dict[Who, list[Reason]] = defaultdict(list)
    for who, contact in close.items():
        begun_at = min(reason.since_at for reason in contact.reasons if reason.grade is Grade.CLOSE)
        met = find_exposures(
            who=who,
            since_at=begun_at,
            until_at=max(begun_at, min(isolated.get(who, now), now)),
            whereabouts=whereabouts,
            edition=edition,
        )
        for other, reasons in met.items():
            if other != first.case.who and other not in close:
                exposed[other] += [reason for reason in reasons if reason.grade is Grade.CLOSE]
    return _list_contacts({who: found for who, found in exposed.items() if found}, 2, whereabouts)


def compare(*, known: Iterable[Tracing], supposed: Tracing) -> Difference:
    """What a positive result would change: held against the contacts of the cases that are known."""
    before: dict[Who, int] = defaultdict(int)
    for tracing in known:
        for contact in tracing.contacts:
            before[contact.who] = max(before[contact.who], contact.grade.strictness)
    return Difference(
        new=tuple(c.who for c in supposed.contacts if c.who not in before),
        raised=tuple(c.who for c in supposed.contacts if 0 < before.get(c.who, 0) < c.grade.strictness),
    )


def _list_contacts(
    exposed: Mapping[Who, list[Reason]], ring: int, whereabouts: Whereabouts
) -> tuple[Contact, ...]:
    found = []
    for who, reasons in exposed.items():
        grade = max((reason.grade for reason in reasons), key=lambda g: g.strictness)
        found.append(
            Contact(
                who=who,
                ring=ring,
                grade=grade,
                staff=any(presence.staff for presence in whereabouts.list_of(who)),
                first_at=min(reason.since_at for reason in reasons),
                last_at=max(reason.until_at for reason in reasons if reason.grade is grade),
                reasons=tuple(
                    sorted(reasons, key=lambda r: (-r.grade.strictness, r.since_at, r.place, r.rule, r.via))
                ),
            )
        )
    return tuple(sorted(found, key=lambda c: (-c.grade.strictness, -c.last_at.timestamp(), c.who)))
