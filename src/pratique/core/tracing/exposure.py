"""Exposures: whom somebody shared air with in a span of time, by which rule, how near, for how long."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pratique.core.tracing.cabin import Apart
from pratique.core.tracing.edition import Edition, Grade, Near, Only, Rule
from pratique.core.tracing.presence import Place, PlaceId, Presence, Setting, Whereabouts, Who

NO_TIME = timedelta(0)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is a contact: the rule, the place, since when and until when the two were there, and for how long.

    `rows` and `seats` are how near they sat at the nearest; None where nobody sat, or a seat is not known
    (`seat_unknown`). `seat` is the contact's there. `via` is who exposed them.
    """

    rule: str
    place: PlaceId
    grade: Grade
    since_at: datetime
    until_at: datetime
    minutes: int
    via: Who
    seat: str = ""
    rows: int | None = None
    seats: int | None = None
    seat_unknown: bool = False


@dataclass(slots=True)
class _Meeting:
    """What two had to do with each other under one rule at one place."""

    spans: list[tuple[datetime, datetime]] = field(default_factory=list)
    apart: Apart | None = None
    seat: str = ""
    unknown: bool = False

    def add(self, span: tuple[datetime, datetime], apart: Apart | None, seat: str, unknown: bool) -> None:
        self.spans.append(span)
        nearer = apart and (
            self.apart is None or (apart.rows, apart.seats) < (self.apart.rows, self.apart.seats)
        )
        if nearer or not self.seat:
            self.apart, self.seat = apart or self.apart, seat
        self.unknown |= unknown


def find_exposures(
    *, who: Who, since_at: datetime, until_at: datetime, whereabouts: Whereabouts, edition: Edition
) -> dict[Who, list[Reason]]:
    """Everybody whom somebody exposed within a span, each with the reasons, those of the strictest grade at each place."""
    rules = _Rules(edition)
    met: dict[tuple[Who, PlaceId, str, Grade], _Meeting] = defaultdict(_Meeting)
    for whole in whereabouts.list_of(who):
        own = whole.within(since_at, until_at)
        if own is None:
            continue
        place = whereabouts.places[own.place]
        lines = rules.list_for(place)
        if not lines:
            continue
        slack = timedelta(minutes=max(rule.within_minutes for rule in lines))
        for other in whereabouts.list_beside(own, slack=slack):
            for rule, grade, apart, unknown in _match(own, other, place, lines, edition):
                span = _overlap(own, other, rule)
                if span is not None:
                    met[other.who, place.id, rule.code, grade].add(span, apart, other.seat, unknown)
    return _conclude(met, who, edition)


class _Rules:
    """The edition's rules by the sort of place, so that each place asks only its own."""

    def __init__(self, edition: Edition) -> None:
        self._by_setting: Mapping[Setting, Sequence[Rule]] = {
            setting: [rule for rule in edition.rules if setting in rule.settings] for setting in Setting
        }

    def list_for(self, place: Place) -> list[Rule]:
        return [rule for rule in self._by_setting[place.setting] if not rule.air or place.air in rule.air]


def _match(
    own: Presence, other: Presence, place: Place, rules: Iterable[Rule], edition: Edition
) -> Iterator[tuple[Rule, Grade, Apart | None, bool]]:
    """The rules that make the other a contact, with the grade, how far apart they sat, and whether that is unknown."""
    apart = place.cabin.measure(own.seat, other.seat) if place.cabin and own.seat and other.seat else None
    for rule in rules:
        if rule.only is not Only.EVERYBODY and (rule.only is Only.STAFF) is not other.staff:
            continue
        near, unknown = _is_near(own, other, place, rule, apart)
        if near is None:
            near, unknown = edition.unknown_seat_near, True
        if not near:
            continue
        grade = rule.grade
        if other.staff and rule.protection_from is not None and other.protection >= rule.protection_from:
            grade = rule.protected
        if grade is not Grade.NONE:
            yield rule, grade, apart, unknown


def _is_near(
    own: Presence, other: Presence, place: Place, rule: Rule, apart: Apart | None
) -> tuple[bool | None, bool]:
    """Whether the other was as near as the rule says (None: a seat is not known), and whether that is a guess."""
    if rule.near is Near.ANYWHERE:
        return True, False
    if rule.near is Near.SECTION or (own.staff and not own.seat):
        # Crew walk about: whoever of them is infectious was near everybody of the section they served.
        sections = [
            one.section or (place.cabin.section_of(one.seat) if place.cabin else "") for one in (own, other)
        ]
        known = all(sections)
        return not known or sections[0] == sections[1], not known
    if apart is None:
        return None, True
    if rule.near is Near.ROWS:
        return apart.rows <= rule.distance, False
    return max(apart.rows, apart.seats + apart.aisles * rule.aisle_seats) <= rule.distance, False


def _overlap(own: Presence, other: Presence, rule: Rule) -> tuple[datetime, datetime] | None:
    """When the other was there with, or no more than the rule's minutes before or after; None if not at all."""
    slack = timedelta(minutes=rule.within_minutes)
    since = max(own.since_at - slack, other.since_at)
    until = min(own.until_at + slack, other.until_at)
    instant = own.since_at == own.until_at or other.since_at == other.until_at
    return (since, until) if since < until or (since == until and (instant or slack)) else None


def _conclude(
    met: Mapping[tuple[Who, PlaceId, str, Grade], _Meeting], via: Who, edition: Edition
) -> dict[Who, list[Reason]]:
    least = {rule.code: timedelta(minutes=rule.minutes_min) for rule in edition.rules}
    by_place: dict[tuple[Who, PlaceId], list[Reason]] = defaultdict(list)
    for (who, place, rule, grade), meeting in met.items():
        together = _add_up(meeting.spans)
        if together < least[rule]:
            continue
        by_place[who, place].append(
            Reason(
                rule=rule,
                place=place,
                grade=grade,
                since_at=min(since for since, _ in meeting.spans),
                until_at=max(until for _, until in meeting.spans),
                minutes=int(together.total_seconds() // 60),
                via=via,
                seat=meeting.seat,
                rows=meeting.apart.rows if meeting.apart else None,
                seats=meeting.apart.seats if meeting.apart else None,
                seat_unknown=meeting.unknown,
            )
        )
    found: dict[Who, list[Reason]] = defaultdict(list)
    for (who, _), reasons in by_place.items():
        strictest = max(reason.grade.strictness for reason in reasons)
        found[who] += [reason for reason in reasons if reason.grade.strictness == strictest]
    return found


def _add_up(spans: Sequence[tuple[datetime, datetime]]) -> timedelta:
    """How long spans are together, time that several of them cover counted once."""
    if len(spans) == 1:
        return spans[0][1] - spans[0][0]
    total, reached = NO_TIME, min(since for since, _ in spans)
    for since, until in sorted(spans):
        total += max(NO_TIME, until - max(since, reached))
        reached = max(reached, until)
    return total
