"""Who may work: leave and holds, qualifications, people kept apart, quotas of a day. A liaison speaks for their own unit only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from pratique.core.answers import Refused
from pratique.core.roster import problem as core
from pratique.services import duty
from pratique.services.force import rules
from pratique.services.permission import Role
from pratique.store import models
from pratique.store.queries import ports

DRAWN_FROM = ("department", "district")
"""The sorts of unit that officers and vehicles are drawn from."""
NEVER_DRAWN = (Role.LIAISON, Role.PARTNER, Role.AUDITOR, Role.ADMINISTRATOR)
"""Roles whose work is not at a post."""
FOR_EVERYBODY = (Role.COMMANDER, Role.CLERK)
TESTS = ("staff_test", "high_risk_test", "other_test")
"""Duties of the editions to be tested by the shifts one works."""
DAYS_MAX = 366


@dataclass(frozen=True, slots=True)
class Away:
    """Leave or a hold for health: of whom, which, from and until (None: open), why in words."""

    person: UUID
    sort: str
    from_on: date
    until_on: date | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A licence, language or module that somebody holds, and its validity."""

    person: UUID
    code: str
    from_on: date | None = None
    until_on: date | None = None


def get_person(*, person: UUID) -> models.Person:
    """Somebody of a unit. Raises `Refused("person_unknown")`."""
    found: models.Person | None = models.Person.objects.select_related("unit").filter(id=person).first()
    if found is None or found.unit is None:
        raise Refused("person_unknown", "there is nobody of a unit by that id")
    return found


def find_by_badge(*, badge: str) -> UUID | None:
    """Whose badge this is: it bears the user name of somebody of a unit."""
    found = models.Person.objects.filter(username=badge.strip(), unit__isnull=False, is_active=True)
    return found.values_list("id", flat=True).first()


def hold_to_unit(*, by: UUID, unit: UUID | None) -> None:
    """Let whoever speaks for a unit do so: its liaison, the clerk, the commander. Raises `Refused("unit_not_yours")`."""
    speaker = models.Person.objects.filter(id=by).values_list("role", "unit_id").first()
    if speaker is None or (
        speaker[0] not in FOR_EVERYBODY and (speaker[0] != Role.LIAISON or unit is None or speaker[1] != unit)
    ):
        raise Refused("unit_not_yours", "a liaison speaks for their own unit: ask that unit's liaison")


def enter_absence(*, away: Away, by: UUID, now: datetime, absence_id: UUID | None = None) -> models.Absence:
    """Write down leave or a hold. The same id again is the same absence. Raises `Refused`."""
    person: Any = get_person(person=away.person)
    hold_to_unit(by=by, unit=person.unit_id)
    if away.sort not in ("leave", "health"):
        raise Refused("absence_sort_unknown", "an absence is leave or a hold for health")
    if away.until_on is not None and away.until_on < away.from_on:
        raise Refused("absence_backwards", "it ends before it begins")
    values = {
        "person": person,
        "sort": away.sort,
        "from_on": away.from_on,
        "until_on": away.until_on,
        "because": away.because,
        "entered_at": now,
        "entered_by_id": by,
    }
    if absence_id is None:
        return models.Absence.objects.create(**values)
    return models.Absence.objects.get_or_create(id=absence_id, defaults=values)[0]


def follows_records(*, absence: Any) -> bool:
    """Whether it is a hold kept in step with what is on record about somebody's health, so that no hand takes it back."""
    return absence.sort == "health" and absence.entered_by_id is None


def cancel_absence(*, absence: UUID, by: UUID, now: datetime) -> models.Absence:
    """Take an absence back; what was is kept. A hold that follows the health records is not taken back by hand.

    Raises `Refused`: `absence_unknown`, `unit_not_yours`, `hold_kept`.
    """
    with transaction.atomic():
        row = models.Absence.objects.select_for_update().filter(id=absence).first()
        if row is None or row.cancelled_at is not None:
            raise Refused("absence_unknown", "there is no such absence any more")
        hold_to_unit(by=by, unit=row.person.unit_id if row.sort != "off" else None)
        if follows_records(absence=row):
            raise Refused(
                "hold_kept", "this hold follows what is on record about somebody's health, and ends with it"
            )
        row.cancelled_at, row.cancelled_by_id = now, by
        row.save(update_fields=["cancelled_at", "cancelled_by_id"])
    return row


def enter_qualification(*, held: Held, by: UUID, now: datetime) -> models.Qualification:
    """Write down what somebody holds; an earlier row of the same code is replaced. Raises `Refused`.

    Modules are not entered so: they are taught and tested (`training`).
    """
    person: Any = get_person(person=held.person)
    hold_to_unit(by=by, unit=person.unit_id)
    if not is_code(held.code):
        raise Refused("qualification_unknown", "a licence or a language such as language:en")
    if held.from_on and held.until_on and held.until_on < held.from_on:
        raise Refused("absence_backwards", "it ends before it begins")
    with transaction.atomic():
        cancel = models.Qualification.objects.filter(person=person, code=held.code, cancelled_at=None)
        cancel.update(cancelled_at=now)
        return models.Qualification.objects.create(
            person=person,
            code=held.code,
            from_on=held.from_on,
            until_on=held.until_on,
            entered_at=now,
            entered_by_id=by,
        )


def is_code(code: str) -> bool:
    """Whether this is a licence or a language."""
    kind, _, which = code.partition(":")
    return code in rules.CODES_OTHER or (kind == "language" and 2 <= len(which) <= 3 and which.isalpha())


def separate(*, one: UUID, other: UUID, because: str, by: UUID, now: datetime) -> models.Separation:
    """Never draw these two for one day. Raises `Refused`."""
    pair: list[Any] = [get_person(person=one), get_person(person=other)]
    if one == other:
        raise Refused("separation_of_one", "name two different people")
    if not because.strip():
        raise Refused("reason_missing", "say why the two are kept apart")
    _hold_to_pair(pair, by)
    first, second = sorted(pair, key=lambda who: str(who.id))
    try:
        with transaction.atomic():
            return models.Separation.objects.create(
                one=first, other=second, because=because, entered_at=now, entered_by_id=by
            )
    except IntegrityError:
        raise Refused("separation_known", "these two are kept apart already") from None


def _hold_to_pair(pair: list[Any], by: UUID) -> None:
    """Who speaks for the unit of one of the two speaks for both."""
    speaker: Any = models.Person.objects.get(id=by)
    units = {who.unit_id for who in pair}
    hold_to_unit(by=by, unit=speaker.unit_id if speaker.unit_id in units else None)


def end_separation(*, separation: UUID, because: str, by: UUID, now: datetime) -> models.Separation:
    """These two are kept apart no longer; by whom and why is evidence of both. Raises `Refused`: `separation_unknown`,
    `unit_not_yours`, `reason_missing`."""
    with transaction.atomic():
        row: Any = (
            models.Separation.objects.select_for_update().filter(id=separation, cancelled_at=None).first()
        )
        if row is None:
            raise Refused("separation_unknown", "these two are not kept apart any more")
        pair = [row.one, row.other]
        _hold_to_pair(pair, by)
        if not because.strip():
            raise Refused("reason_missing", "say why the two are kept apart no longer")
        row.cancelled_at = now
        row.save(update_fields=["cancelled_at"])
        for who in pair:
            done = duty.Done(
                "staff", str(who.id), "apart_ended", now, {"because": because}, about=str(row.id)
            )
            duty.record(evidence=done, by=by, now=now)
    return row  # type: ignore[no-any-return]


def set_quota(*, unit: UUID, on: date, counts: tuple[int, int], because: str = "", by: UUID) -> models.Quota:
    """How many officers and vehicles a unit gives on one day. Raises `Refused`."""
    found = models.Unit.objects.filter(id=unit).first()
    if found is None:
        raise Refused("unit_unknown", "there is no such unit")
    hold_to_unit(by=by, unit=None)
    if min(counts) < 0:
        raise Refused("quota_negative", "a quota is 0 or more")
    row, _ = models.Quota.objects.update_or_create(
        unit=found, on=on, defaults={"officers": counts[0], "vehicles": counts[1], "because": because}
    )
    return row


def read_quotas(*, on: date) -> dict[UUID, tuple[int, int]]:
    """Officers and vehicles by unit on a day: as said for the day, else as always."""
    found = {
        unit.id: (unit.officers_daily, unit.vehicles_daily)
        for unit in models.Unit.objects.filter(sort__in=DRAWN_FROM)
    }
    for row in models.Quota.objects.filter(on=on):
        found[row.unit_id] = (row.officers, row.vehicles)  # type: ignore[attr-defined]
    return found


def list_officers() -> list[models.Person]:
    """Everybody who may be drawn at all, by unit and name."""
    return list(
        models.Person.objects.filter(is_active=True, unit__sort__in=DRAWN_FROM)
        .exclude(role__in=NEVER_DRAWN)
        .select_related("unit")
        .order_by("unit__code", "username")
    )


def read_absences(*, people: Iterable[UUID], first_on: date, last_on: date) -> dict[UUID, list[core.Absence]]:
    """Absences that touch a span of days, by person, in the core's words."""
    found: dict[UUID, list[core.Absence]] = defaultdict(list)
    rows = models.Absence.objects.filter(
        person_id__in=list(people), cancelled_at=None, from_on__lte=last_on
    ).exclude(until_on__lt=first_on)
    for who, sort, from_on, until_on in rows.values_list("person_id", "sort", "from_on", "until_on"):
        found[who].append(core.Absence(sort, from_on, until_on))
    return found


def read_overdue(*, now: datetime, ahead: int = 0) -> dict[UUID, str]:
    """Who is not put to a post so many days from today because something they owe about their own health is overdue now, and
    what. A report bars the day it is owed for. A test bars tomorrow too: draws and rosters are made the day before, and
    whoever was never tested would be called every day. Beyond it there is time to be tested, and the gate asks again."""
    codes = {0: (*TESTS, "health_report"), 1: TESTS}.get(ahead, ())
    rows = models.Owed.objects.filter(subject_kind="staff", code__in=codes, overdue_at__lte=now)
    return {UUID(who): code for who, code in rows.order_by("code").values_list("subject_id", "code")}


def list_away(*, on: date) -> frozenset[UUID]:
    """Who is away on a day, whatever the roster says: on leave, held for health, off duty."""
    rows = models.Absence.objects.filter(cancelled_at=None, from_on__lte=on).exclude(until_on__lt=on)
    return frozenset(rows.values_list("person_id", flat=True))


HEALTH = "health"


def list_held(*, on: date) -> frozenset[UUID]:
    """Who is held for health on a day."""
    rows = models.Absence.objects.filter(cancelled_at=None, sort=HEALTH, from_on__lte=on)
    return frozenset(rows.exclude(until_on__lt=on).values_list("person_id", flat=True))


def list_away_at(*, at: datetime, begun_at: datetime | None = None) -> frozenset[UUID]:
    """Who may not work at an instant: whoever is held for health that day, and whoever is on leave or off duty on the day of their shift
    then (a night belongs to the day on which it began), or without one on the day on which their work began (None: then)."""
    begun_at = begun_at or at
    shifts = models.Deployment.objects.filter(starts_at__lte=begun_at, ends_at__gt=begun_at)
    days = dict(shifts.values_list("person_id", "on"))
    plain = ports.find_day(at=begun_at)
    first, last = min([plain, *days.values()]), max([plain, *days.values()])
    rows = models.Absence.objects.filter(cancelled_at=None, from_on__lte=last).exclude(until_on__lt=first)
    away = {
        who
        for who, since, until in rows.exclude(sort=HEALTH).values_list("person_id", "from_on", "until_on")
        if since <= days.get(who, plain) <= (until or last)
    }
    return frozenset(away) | list_held(on=ports.find_day(at=at))


def read_qualifications(*, people: Iterable[models.Person]) -> dict[UUID, tuple[core.Qualification, ...]]:
    """What everybody holds: licences, languages, proofs entered, and modules passed with their validity."""
    known: list[Any] = list(people)
    found: dict[UUID, list[core.Qualification]] = defaultdict(list)
    for who in known:
        found[who.id] += [core.Qualification(f"language:{one}") for one in who.speaks]
        if who.licence:
            found[who.id].append(core.Qualification("licence-S"))
        if who.licence == "L":
            found[who.id].append(core.Qualification("licence-L"))
    ids = [who.id for who in known]
    rows = models.Qualification.objects.filter(person_id__in=ids, cancelled_at=None)
    for held in rows.values_list("person_id", "code", "from_on", "until_on"):
        found[held[0]].append(core.Qualification(*held[1:]))
    marks = models.TrainingMark.objects.filter(person_id__in=ids, passed=True)
    for held in marks.values_list("person_id", "module", "on", "until_on"):
        found[held[0]].append(core.Qualification(*held[1:]))
    return {who: tuple(held) for who, held in found.items()}


def list_separations() -> list[tuple[UUID, UUID]]:
    """The pairs that are kept apart."""
    return list(models.Separation.objects.filter(cancelled_at=None).values_list("one_id", "other_id"))


def read_apart() -> dict[str, set[str]]:
    """From whom each is kept apart, by id."""
    found: dict[str, set[str]] = defaultdict(set)
    for one, other in list_separations():
        found[str(one)].add(str(other))
        found[str(other)].add(str(one))
    return found


def read_service(
    *, people: Iterable[UUID], since: date, before: date
) -> Mapping[UUID, list[models.Deployment]]:
    """Shifts that people have, from a day until before another, whether they came or not found out yet, in order."""
    found: dict[UUID, list[models.Deployment]] = defaultdict(list)
    rows = models.Deployment.objects.filter(
        person_id__in=list(people), on__gte=since, on__lt=before, absent_at=None
    )
    for row in rows.order_by("starts_at"):
        found[row.person_id].append(row)  # type: ignore[attr-defined]
    return found


def days_ahead(*, on: date, now: datetime) -> int:
    """How many days from today a day is. Raises `Refused("day_far")` beyond a year."""
    ahead = (on - ports.find_day(at=now)).days
    if abs(ahead) > timedelta(days=DAYS_MAX).days:
        raise Refused("day_far", "the day is more than a year away")
    return ahead
