"""Attendance by a scan of a badge or a tap: who came to their shift, who went, what of it was wrong, and who never tapped out."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.services import duty, force, health
from pratique.services.force import people
from pratique.store import models
from pratique.store.withdrawn import without_withdrawn

EARLY = timedelta(hours=3)
LATE = timedelta(hours=6)
"""How long before its start and after its end a shift is still meant by a tap."""
TWICE = timedelta(minutes=2)
"""A second tap within this time is a badge read twice."""
OWN = timedelta(minutes=30)
"""So long somebody can take their own tap back. Later who speaks for their unit does: nobody makes a shift they worked, and the test it
counts towards, disappear by themselves."""
OPEN = timedelta(days=3)
"""So long after a shift its taps can be taken back, and one that the software closed is shown."""
CLOSED, UNDONE, SETTLED = "shift_closed", "tap_undone", "shift_settled"
"""Words of the register: a shift that nobody tapped out of was closed; a tap was taken back; somebody said whether a shift was worked."""


def find_shift(*, person: UUID, now: datetime) -> models.Deployment | None:
    """The shift somebody taps for now: one they are at, else the one that begins soonest."""
    rows: list[Any] = list(
        models.Deployment.objects.filter(
            person_id=person, starts_at__lte=now + EARLY, ends_at__gte=now - LATE, out_at=None
        ).order_by("starts_at")
    )
    here = [row for row in rows if row.in_at is not None]
    ahead = [row for row in rows if row.ends_at > now]
    return next(iter(here or ahead), None)


def tap(*, person: UUID, by: UUID, now: datetime) -> models.Deployment:
    """Somebody comes or, if they are here, goes: by themselves, or by who speaks for their unit. Raises `Refused`:
    `deployment_unknown`, `unit_not_yours`, `tap_twice`; `post_barred` while the gate "post" of the editions is closed to them.

    Who comes after all is not absent any more, and has confirmed by coming. A post is never taken up by somebody who is
    untested, silent, unwell or exposed: a security guard in New Zealand worked so for five months in 2020 and 2021.
    """
    found: Any = people.get_person(person=person)
    if person != by:
        people.hold_to_unit(by=by, unit=found.unit_id)
    just_now = Q(in_at__gt=now - TWICE, in_at__lte=now) | Q(out_at__gt=now - TWICE, out_at__lte=now)
    if models.Deployment.objects.filter(just_now, person_id=person).exists():
        raise Refused(
            "tap_twice", "they were tapped within the last two minutes: a badge read twice changes nothing"
        )
    shift: Any = find_shift(person=person, now=now)
    if shift is None:
        raise Refused("deployment_unknown", "no shift of theirs is now: see the roster")
    going = "out" if shift.in_at is not None else "in"
    if going == "in" and health.judge(person=person, now=now).wanting:
        raise Refused("post_barred", "the gate to posts is closed to them: they see why under their health")
    if shift.absent_at is not None:
        models.Deployment.objects.filter(id=shift.id).update(absent_at=None)
    done = force.attend(person=person, on=shift.on, going=going, now=now)
    models.CallOut.objects.filter(person_id=person, on=shift.on, state__in=("called", "no_show")).update(
        state="confirmed", answered_at=now, answered_by_id=by
    )
    return done


def tap_badge(*, badge: str, by: UUID, now: datetime) -> models.Deployment:
    """The same by a badge, which bears the user name. Raises `Refused("badge_unknown")`."""
    person = people.find_by_badge(badge=badge)
    if person is None:
        raise Refused("badge_unknown", "this badge is of nobody here")
    return tap(person=person, by=by, now=now)


def find_undoable(*, person: UUID, by: UUID, now: datetime) -> models.Deployment | None:
    """The shift of the last tap of somebody that may still be taken back by whoever asks, if there is one."""
    rows: list[Any] = list(
        models.Deployment.objects.filter(person_id=person, in_at__lte=now, ends_at__gt=now - OPEN)
    )
    last: Any = max(rows, key=_find_last_tap, default=None)
    if last is None or (person == by and now > _find_last_tap(last) + OWN):
        return None
    return last  # type: ignore[no-any-return]


def _find_last_tap(shift: Any) -> datetime:
    return shift.out_at or shift.in_at  # type: ignore[no-any-return]


def take_back(*, shift: UUID, because: str, by: UUID, now: datetime) -> models.Deployment:
    """The last tap of a shift was wrong: who went is here again, who came has not come. What was stays as evidence of them, so what
    they owe is worked out anew. Of a shift that the software closed the tap is the coming.

    By whoever may tap for them; by themselves for half an hour. Raises `Refused`: `deployment_unknown`, `unit_not_yours`,
    `reason_missing`, `tap_none`, `tap_settled`.
    """
    with transaction.atomic():
        row: Any = models.Deployment.objects.select_for_update().filter(id=shift).first()
        if row is None:
            raise Refused("deployment_unknown", "there is no such shift")
        if row.person_id != by:
            people.hold_to_unit(by=by, unit=people.get_person(person=row.person_id).unit_id)  # type: ignore[attr-defined]
        if not because.strip():
            raise Refused("reason_missing", "say why the tap is taken back")
        if row.in_at is None:
            raise Refused("tap_none", "nobody has tapped for this shift, or it is taken back already")
        tapped_at = _find_last_tap(row)
        if row.ends_at <= now - OPEN or (row.person_id == by and now > tapped_at + OWN):
            raise Refused(
                "tap_settled",
                "one's own tap is taken back within half an hour, then by the unit, for three days",
            )
        closings = list(_list_closings([row.id], CLOSED, SETTLED))
        going = "out" if row.out_at is not None and not closings else "in"
        for one in closings:
            duty.withdraw(evidence=one.id, because=because, by=by, now=now)
        told = {
            "going": going,
            "at": (row.out_at if going == "out" else row.in_at).isoformat(),
            "because": because,
        }
        _record(row, UNDONE, told, by, now)
        if going == "in":
            _unconfirm(row)
            row.in_at, row.protection = None, None
        row.out_at = None
        row.save(update_fields=["in_at", "out_at", "protection"])
    return row  # type: ignore[no-any-return]


def _unconfirm(row: Any) -> None:
    """A call that was confirmed by nothing but this coming waits for its answer again."""
    calls = models.CallOut.objects.filter(person_id=row.person_id, on=row.on, state="confirmed")
    calls.filter(answered_at=row.in_at).update(state="called", answered_at=None, answered_by_id=None)


def close_forgotten(*, now: datetime) -> int:
    """Close every shift that somebody came to and never tapped out of, at its end, once it is too late to tap; how many.

    Without it such a shift was never worked, and who never taps out was never owed a test. Each is evidence of the person, which
    has what they owe worked out anew.
    """
    with transaction.atomic():
        rows: list[Any] = list(
            models.Deployment.objects.select_for_update(skip_locked=True)
            .filter(in_at__isnull=False, out_at=None, ends_at__lt=now - LATE)
            .order_by("id")
        )
        for row in rows:
            row.out_at = max(row.in_at, row.ends_at)
            row.save(update_fields=["out_at"])
            _record(row, CLOSED, {"at": row.out_at.isoformat()}, None, now)
    return len(rows)


def list_closed(*, now: datetime, unit: UUID | None = None) -> list[models.Deployment]:
    """Shifts of the last days (of one unit or all) that the software closed because nobody tapped out, the latest first."""
    rows = models.Deployment.objects.filter(
        ends_at__gt=now - OPEN, ends_at__lte=now, in_at__isnull=False, out_at__isnull=False
    )
    if unit is not None:
        rows = rows.filter(unit_id=unit)
    found = {one.about for one in _list_closings(rows.values_list("id", flat=True), CLOSED)}
    return [
        row
        for row in rows.select_related("person").order_by("-ends_at", "person__username")
        if str(row.id) in found
    ]


def _list_closings(shifts: Collection[UUID], *codes: str) -> Any:
    """The evidence, not taken back, that these shifts were closed by no tap."""
    about = [str(one) for one in shifts]
    return without_withdrawn(
        models.Evidence.objects.filter(subject_kind=Kind.STAFF, code__in=codes, about__in=about)
    )


def _record(row: Any, code: str, attributes: dict[str, Any], by: UUID | None, now: datetime) -> None:
    done = duty.Done(Kind.STAFF.value, str(row.person_id), code, now, attributes, about=str(row.id))
    duty.record(evidence=done, by=by, now=now)
