"""Swaps: somebody asks a colleague to take a shift; it happens when the colleague agrees and no rule is broken."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Objection, Refused
from pratique.core.roster.problem import Duty
from pratique.services.force import judging, pose
from pratique.store import locks, models


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose shift of which day somebody else is to take, for one of theirs (None: for nothing), and why."""

    taker: UUID
    giver_on: date
    taker_on: date | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Agreed:
    """The swap, and what the checker has against it (then nothing has changed)."""

    swap: models.Swap
    breaches: tuple[Objection, ...]


def ask(*, wish: Wish, by: UUID, now: datetime, swap_id: UUID | None = None) -> models.Swap:
    """Ask a colleague. The same id again is the same question. Raises `Refused`: `swap_unknown_shift`, `swap_past`,
    `swap_of_one`, `person_unknown`."""
    if wish.taker == by:
        raise Refused("swap_of_one", "name somebody else")
    if not models.Person.objects.filter(id=wish.taker, unit__isnull=False).exists():
        raise Refused("person_unknown", "there is nobody of a unit by that id")
    _get_shift(by, wish.giver_on, now)
    if wish.taker_on is not None:
        _get_shift(wish.taker, wish.taker_on, now)
    values = {
        "giver_id": by,
        "taker_id": wish.taker,
        "giver_on": wish.giver_on,
        "taker_on": wish.taker_on,
        "because": wish.because,
        "asked_at": now,
    }
    if swap_id is None:
        return models.Swap.objects.create(**values)
    return models.Swap.objects.get_or_create(id=swap_id, defaults=values)[0]


def answer(*, swap: UUID, agreed: bool, by: UUID, now: datetime) -> Agreed:
    """The colleague agrees or declines; agreed, both shifts change hands if no rule forbids it. Raises `Refused`."""
    with transaction.atomic():
        locks.hold_in_transaction(locks.FORCE)
        row: Any = _get(swap)
        if row.taker_id != by:
            raise Refused("swap_not_yours", "only whoever was asked may answer")
        if not agreed:
            return Agreed(_settle(row, "declined", now), ())
        first = _get_shift(row.giver_id, row.giver_on, now)
        second = _get_shift(row.taker_id, row.taker_on, now) if row.taker_on else None
        breaches = _check(row, first, second, now)
        if breaches:
            return Agreed(row, breaches)
        _change_hands(row, first, second)
        return Agreed(_settle(row, "agreed", now), ())


def withdraw(*, swap: UUID, by: UUID, now: datetime) -> models.Swap:
    """Whoever asked thinks better of it. Raises `Refused`."""
    with transaction.atomic():
        row: Any = _get(swap)
        if row.giver_id != by:
            raise Refused("swap_not_yours", "only whoever asked may take it back")
        return _settle(row, "withdrawn", now)


def _get(swap: UUID) -> models.Swap:
    row = models.Swap.objects.select_for_update().filter(id=swap).first()
    if row is None:
        raise Refused("swap_unknown", "there is no such swap")
    if row.state != "asked":
        raise Refused("swap_settled", f"the swap is {row.state} already")
    return row


def _settle(row: models.Swap, state: str, now: datetime) -> models.Swap:
    row.state, row.settled_at = state, now
    row.save(update_fields=["state", "settled_at"])
    return row


def _get_shift(person: UUID, on: date, now: datetime) -> models.Deployment:
    row = models.Deployment.objects.filter(person_id=person, on=on, absent_at=None).first()
    if row is None:
        raise Refused("swap_unknown_shift", f"there is no shift on {on}")
    if row.starts_at <= now or row.in_at is not None:
        raise Refused("swap_past", "the shift has begun: it stays as it is")
    return row


def _check(row: Any, first: Any, second: Any, now: datetime) -> tuple[Objection, ...]:
    """What the swap would break of both people's duties, those that follow among them, and whether it would bring together
    who is kept apart."""
    on = [row.giver_on, *([row.taker_on] if row.taker_on else [])]
    first_on, days = min(on), (max(on) - min(on)).days + 1
    problem = judging.frame(first_on=first_on, days=days, now=now, drawn=False)

    def duty(of: Any, person: UUID) -> Duty:
        return Duty((of.on - problem.first_on).days, of.shift, of.post, str(person))

    in_force = pose.read_in_force(problem=problem).duties
    before = {one for one in in_force if one.day < days}
    lost = {duty(first, row.giver_id), *([duty(second, row.taker_id)] if second else [])}
    won = {duty(first, row.taker_id), *([duty(second, row.giver_id)] if second else [])}
    after = (before - lost) | won
    for who in (str(row.giver_id), str(row.taker_id)):
        if who not in problem.people:
            return (Objection("roster-unknown", who, "may not be rostered"),)
    released = {(one.day, one.person) for one in lost}
    apart = judging.find_apart(first_on=first_on, before=before, after=after, released=released)
    return (*judging.judge(problem=problem, days=days, before=before, after=after), *apart)


def _change_hands(row: Any, first: Any, second: Any) -> None:
    """Move the shifts; the calls for their days go with them. What each had is read before anything is written: both shifts may be of
    one day. Who has a new place has nobody standing in for them: if they do not come after all, somebody is called instead."""
    moves = [(first, row.taker_id), *([(second, row.giver_id)] if second is not None else [])]
    calls = [
        models.CallOut.objects.filter(on=shift.on, person_id=shift.person_id).first() for shift, _ in moves
    ]
    for shift, _ in moves:
        shift.delete()
    models.CallOut.objects.filter(id__in=[call.id for call in calls if call]).update(state="swapped")
    moved = []
    for (shift, person), call in zip(moves, calls, strict=True):
        unit = models.Person.objects.values_list("unit_id", flat=True).get(id=person)
        models.Deployment.objects.create(
            person_id=person,
            unit_id=unit,
            on=shift.on,
            crew=shift.crew,
            shift=shift.shift,
            post=shift.post,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            pinned=True,
            roster_id=shift.roster_id,
        )
        if call is not None:
            moved.append(_move_call(call, shift.person_id, person, unit))
    models.CallOut.objects.filter(instead_of__in=moved).update(instead_of=None)


def _move_call(call: Any, giver: UUID, taker: UUID, unit: UUID) -> models.CallOut:
    row, _ = models.CallOut.objects.update_or_create(
        draw_id=call.draw_id,
        person_id=taker,
        defaults={
            "on": call.on,
            "unit_id": unit,
            "place": call.place,
            "state": "confirmed",
            "because": {"swap": str(giver)},
            "instead_of": call,
        },
    )
    return row
