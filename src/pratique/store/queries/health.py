"""Who of those on duty reported their health, which units reported, and who is off their post for health."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from pratique.store import models
from pratique.store.queries import ports
from pratique.store.rows import key
from pratique.store.withdrawn import without_withdrawn


class Told(StrEnum):
    """How somebody stands with their report of the day."""

    WELL = "well"
    UNWELL = "unwell"
    DUE = "due"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on duty today: how they stand with their report, when they gave it (None: not), and whether a reason of
    health keeps them from a post."""

    person: models.Person
    told: Told
    at: datetime | None
    held: bool


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody who asked for psychological support and waits."""

    id: UUID
    person: models.Person
    at: datetime


def list_members(*, now: datetime, unit: UUID | None = None) -> list[Member]:
    """Everybody deployed today (the local day), and whoever a reason of health keeps from work, by unit and name."""
    zone = ports.find_zone()
    today = now.astimezone(zone).date()
    held = set(_list_held())
    deployed = models.Deployment.objects.filter(on=today).values_list("person_id", flat=True)
    people = models.Person.objects.filter(Q(id__in=deployed) | Q(id__in=held), is_active=True)
    if unit is not None:
        people = people.filter(unit_id=unit)
    rows = list(people.select_related("unit").order_by("unit__code", "name_zh", "username"))
    names = [key(row.pk) for row in rows]
    said = _find_reports(names, today, zone)
    silent = set(
        models.Owed.objects.filter(
            subject_kind="staff",
            code__in=["health_report", "isolation_report"],
            overdue_at__lte=now,
            subject_id__in=names,
        ).values_list("subject_id", flat=True)
    )
    found = []
    for row in rows:
        at, well = said.get(key(row.pk), (None, None))
        late = Told.SILENT if key(row.pk) in silent else Told.DUE
        told = late if well is None else Told.WELL if well else Told.UNWELL
        found.append(Member(row, told, at, row.pk in held))
    return found


def _list_held() -> Iterable[UUID]:
    return models.Absence.objects.filter(sort="health", cancelled_at__isnull=True, until_on=None).values_list(
        "person_id", flat=True
    )


def _find_reports(names: list[str], on: date, zone: ZoneInfo) -> dict[str, tuple[datetime, bool]]:
    """The latest report of the day that stands, by person."""
    begins = datetime.combine(on, time(), zone)
    pieces = models.Evidence.objects.filter(
        subject_kind="staff",
        subject_id__in=names,
        code="health_report",
        happened_at__gte=begins,
        happened_at__lt=begins + timedelta(days=1),
    ).order_by("happened_at", "seq")
    return {
        name: (at, bool(attributes.get("well")))
        for name, at, attributes in without_withdrawn(pieces).values_list(
            "subject_id", "happened_at", "attributes"
        )
    }


def list_requests() -> list[Request]:
    """Whoever asked for support and has no answer, the longest waiting first."""
    staff = without_withdrawn(models.Evidence.objects.filter(subject_kind="staff"))
    answered = set(staff.filter(code="support_answer").values_list("about", flat=True))
    asked = [
        row
        for row in staff.filter(code="support_request").order_by("happened_at")
        if str(row.id) not in answered
    ]
    people = models.Person.objects.in_bulk([UUID(row.subject_id) for row in asked])
    return [
        Request(row.id, people[UUID(row.subject_id)], row.happened_at)
        for row in asked
        if UUID(row.subject_id) in people
    ]


def list_texts(
    *, units: Iterable[UUID], since_at: datetime
) -> dict[UUID, list[tuple[datetime, str, str, str]]]:
    """What units reported since then, the latest first: when, the record's word, the text, what the command answered."""
    rows = without_withdrawn(
        models.Evidence.objects.filter(
            subject_kind="unit",
            subject_id__in=[key(unit) for unit in units],
            code__in=["report", "nil_report"],
            happened_at__gte=since_at,
        )
    )
    answers = without_withdrawn(models.Evidence.objects.filter(subject_kind="unit", code="answer"))
    answered = {row.about: str(row.attributes.get("text", "")) for row in answers}
    found: dict[UUID, list[tuple[datetime, str, str, str]]] = defaultdict(list)
    for row in rows.order_by("-happened_at", "-seq"):
        text, answer = row.attributes.get("text", ""), answered.get(key(row.id), "")
        found[UUID(row.subject_id)].append((row.happened_at, row.code, text, answer))
    return found


def list_records(*, person: UUID) -> list[models.Evidence]:
    """Everything on record about somebody's health that stands, the latest first."""
    rows = without_withdrawn(models.Evidence.objects.filter(subject_kind="staff", subject_id=key(person)))
    return list(rows.exclude(code__in=["training"]).order_by("-happened_at", "-seq")[:60])
