"""From which day on somebody works at posts of which risk: the cadence of staff tests is counted from it.

Somebody is at the risk of the posts they worked from the day of the shift until `idle_days` of the force's rules have passed
without another; at high risk if any of these posts was of high exposure. Leave and days off ordered by hand end it, and so does the
end of the deployment; the next shift worked begins it anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID

from pratique.core.duties.vocabulary import Kind
from pratique.services.force import rules
from pratique.store import models, rows
from pratique.store.queries import ports
from pratique.store.withdrawn import without_withdrawn

HIGH, OTHER, NONE = "high", "other", "none"
DAY = timedelta(days=1)
AFTER = timedelta(minutes=1)
"""A risk changes just after midnight, so that what was due by the end of the day before is missed and not cancelled."""


def is_high(*, post: str, on: date) -> bool:
    """Whether a post was of high exposure on a day; a post that the rules do not know is."""
    told = rules.get_rules(on=on)
    known = told.posts.get(post)
    return known is None or known.exposure >= told.high_exposure


def list_changes(*, people: list[str]) -> Iterator[tuple[str, datetime, str]]:
    """Of each of these people: when the risk of the posts they work changed or will if they work no more, and to what (``high``,
    ``other``, ``none``), in order."""
    zone = ports.find_zone()
    off = _read_off(people)
    for name, worked in _read_worked(people).items():
        before = NONE
        for on, risk in _tell_days(worked, off[name]):
            if risk != before:
                yield name, datetime.combine(on, time(), zone) + AFTER, risk
            before = risk


def _read_worked(people: list[str]) -> dict[str, dict[date, bool]]:
    """Of each person the days on which they were at a post, and whether at one of high exposure."""
    zone = ports.find_zone()
    found: dict[str, dict[date, bool]] = defaultdict(dict)
    came = models.Deployment.objects.filter(person_id__in=people, in_at__isnull=False)
    for person, post, on, in_at, out_at in came.values_list("person_id", "post", "on", "in_at", "out_at"):
        high = is_high(post=post, on=on)
        own = found[rows.key(person)]
        for at in {in_at, out_at or in_at}:
            day = at.astimezone(zone).date()
            own[day] = own.get(day, False) or high
    return found


def _read_off(people: list[str]) -> dict[str, list[tuple[date, date]]]:
    """Of each person the spans of days (both included) that end the cadence: leave, off by order, the end of a deployment.

    Leave counts from the day on which it was entered, so that none entered afterwards makes a test that was owed disappear, and
    until it was taken back.
    """
    zone = ports.find_zone()
    found: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for row in models.Absence.objects.filter(person_id__in=people, sort__in=("leave", "off")):
        first = max(row.from_on, row.entered_at.astimezone(zone).date())
        last = row.until_on or date.max
        if row.cancelled_at is not None:
            last = min(last, row.cancelled_at.astimezone(zone).date() - DAY)
        if first <= last:
            found[rows.key(row.person_id)].append((first, last))  # type: ignore[attr-defined]
    for name, at in read_ends(people):
        after = at.astimezone(zone).date() + DAY
        found[name].append((after, after))
    return found


def read_ends(people: list[str]) -> list[tuple[str, datetime]]:
    """When deployments of these people ended, each with whose."""
    ended = models.Evidence.objects.filter(
        subject_kind=Kind.STAFF.value, subject_id__in=people, code="stood_down"
    )
    return list(without_withdrawn(ended).values_list("subject_id", "happened_at"))


def _tell_days(worked: dict[date, bool], off: Iterable[tuple[date, date]]) -> Iterator[tuple[date, str]]:
    """Day by day in order the risk that somebody is at; the first day after a run is ``none``."""
    spans = list(off)
    risks: dict[date, str] = {}
    for on in sorted(worked):
        for number in range(rules.get_rules(on=on).idle_days + 1):
            day = on + number * DAY
            if number and any(first <= day <= last for first, last in spans):
                break
            risks[day] = HIGH if worked[on] or risks.get(day) == HIGH else OTHER
    for day in sorted(risks):
        yield day, risks[day]
        if day + DAY not in risks:
            yield day + DAY, NONE


def find_risk(*, person: UUID, at: datetime) -> str:
    """At which risk somebody is at an instant: ``high``, ``other`` or ``none``."""
    told = [risk for _, since, risk in list_changes(people=[rows.key(person)]) if since <= at]
    return told[-1] if told else NONE
