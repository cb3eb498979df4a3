"""Attendance by a scan of a badge or a tap: who came to their shift, and who went."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pratique.core.answers import Refused
from pratique.services import force, health
from pratique.services.force import people
from pratique.store import models

EARLY = timedelta(hours=3)
LATE = timedelta(hours=6)
"""How long before its start and after its end a shift is still meant by a tap."""


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
    `deployment_unknown`, `unit_not_yours`; `post_barred` while the gate "post" of the editions is closed to them.

    Who comes after all is not absent any more, and has confirmed by coming. A post is never taken up by somebody who is
    untested, silent, unwell or exposed: a security guard in New Zealand worked so for five months in 2020 and 2021.
    """
    found: Any = people.get_person(person=person)
    if person != by:
        people.hold_to_unit(by=by, unit=found.unit_id)
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
