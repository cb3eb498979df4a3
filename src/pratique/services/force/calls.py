"""Call-outs answered, restored and filled again: confirmed, declined, not shown up; who comes instead, and whom it is next turn of."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.roster import draw as core
from pratique.services.force import draws, people, rules
from pratique.store import locks, models
from pratique.store.queries import ports

STANDING = ("called", "confirmed")
"""States of a call in which somebody is counted on."""
LOST = ("declined", "no_show")
"""States of a call in which somebody else is called."""
ANSWERS = ("confirmed", "declined")


def answer(*, call: UUID, said: str, because: str = "", by: UUID, now: datetime) -> models.CallOut:
    """Confirm or decline a call: whoever was called, or who speaks for their unit. Raises `Refused`."""
    with transaction.atomic():
        row: Any = _get(call)
        if row.person_id != by:
            people.hold_to_unit(by=by, unit=row.unit_id)
        if said not in ANSWERS:
            raise Refused("call_answer_unknown", "a call is confirmed or declined")
        if row.state not in STANDING:
            raise Refused("call_settled", f"the call is {row.state} already")
        if said == "declined" and not because.strip():
            raise Refused("reason_missing", "say why it is declined")
        _settle(row, said, because, by, now)
    return row  # type: ignore[no-any-return]


def confirm_unit(*, unit: UUID, on: date, by: UUID, now: datetime) -> int:
    """Confirm everybody and everything of a unit still called for a day; how many. Raises `Refused`."""
    people.hold_to_unit(by=by, unit=unit)
    return models.CallOut.objects.filter(unit_id=unit, on=on, state="called").update(
        state="confirmed", answered_at=now, answered_by_id=by
    )


def miss(*, call: UUID, by: UUID, now: datetime) -> models.CallOut:
    """Whoever was called did not come; their shift of that day is free for somebody else. Raises `Refused`, on a day before it
    `absence_early`."""
    with transaction.atomic():
        row: Any = _get(call)
        people.hold_to_unit(by=by, unit=row.unit_id)
        if row.state not in STANDING:
            raise Refused("call_settled", f"the call is {row.state} already")
        if row.on > ports.find_day(at=now):
            raise Refused("absence_early", "nobody has failed to come before the day: they may decline")
        shift = models.Deployment.objects.filter(person_id=row.person_id, on=row.on).first()
        if shift is not None:
            note_absent(shift=shift, now=now)
        _settle(row, "no_show", "", by, now)
    return row  # type: ignore[no-any-return]


def note_absent(*, shift: models.Deployment, now: datetime) -> None:
    """Nobody came to this shift. Raises `Refused("absence_of_who_came")` if somebody did."""
    if shift.in_at is not None:
        raise Refused(
            "absence_of_who_came", "they came in: if that was tapped wrongly, take the tap back first"
        )
    shift.absent_at = now
    shift.save(update_fields=["absent_at"])


def restore(*, call: UUID, by: UUID, now: datetime) -> models.CallOut:
    """A call that was declined, or whose person was noted as absent, stands again and waits for its answer: by whoever declined it or
    who speaks for the unit, until the shift is over. Who was called instead stays called.

    Raises `Refused`: `call_unknown`, `unit_not_yours`, `call_stands`, `call_over`.
    """
    with transaction.atomic():
        row: Any = _get(call)
        if row.person_id != by or row.state != "declined":
            people.hold_to_unit(by=by, unit=row.unit_id)
        if row.state not in LOST:
            raise Refused("call_stands", f"the call is {row.state}: there is nothing to take back")
        if now >= find_end(call=row):
            raise Refused("call_over", "the shift is over: what was said stands")
        models.Deployment.objects.filter(person_id=row.person_id, on=row.on).update(absent_at=None)
        row.state, row.said, row.answered_at, row.answered_by_id = "called", "", None, None
        row.save(update_fields=["state", "said", "answered_at", "answered_by_id"])
    return row  # type: ignore[no-any-return]


def find_end(*, call: Any) -> datetime:
    """When what somebody was called for ends: their shift by the roster, else the place's by the rules, else the day."""
    ends_at: datetime | None = (
        models.Deployment.objects.filter(person_id=call.person_id, on=call.on)
        .values_list("ends_at", flat=True)
        .first()
    )
    if ends_at is not None:
        return ends_at
    name = call.place.partition("/")[0]
    if name in rules.get_rules(on=call.on).shifts:
        return rules.find_hours(on=call.on, shift=name)[1]
    return datetime.combine(call.on + timedelta(days=1), time(), ports.find_zone())


def fill(*, on: date, by: UUID, now: datetime) -> list[models.CallOut]:
    """Call somebody instead of everybody who declined or did not come: from the reserve, else whose turn is next; then for the places
    that the draw left empty, within the quotas as they are now.

    What cannot be filled stays vacant and is shown. Raises `Refused("draw_unknown")`.
    """
    with transaction.atomic():
        locks.hold_in_transaction(locks.FORCE)
        draw = models.Draw.objects.filter(on=on).first()
        if draw is None:
            raise Refused("draw_unknown", "that day is not drawn yet")
        vacant: list[Any] = list(
            models.CallOut.objects.filter(draw=draw, state__in=LOST, substitutes__isnull=True).order_by(
                "place", "id"
            )
        )
        found = [_fill_one(draw, one, now) for one in vacant]
        return [one for one in found if one is not None] + draws.fill_short(row=draw, now=now)


def _fill_one(draw: models.Draw, vacant: Any, now: datetime) -> models.CallOut | None:
    officer = vacant.person_id is not None
    shift = vacant.place.partition("/")[0]
    pool = draws.pool_officers(on=draw.on, now=now) if officer else draws.pool_vehicles(on=draw.on)
    places = draws.list_officer_places(on=draw.on) if officer else draws.list_vehicle_places()
    place = next((one for one in places if one.name == vacant.place), None)
    if place is None:
        return None
    fit = {one.id: one for one in pool.candidates if place.needs <= one.offers}
    calls: list[Any] = list(models.CallOut.objects.filter(draw=draw))
    if officer and not vacant.place.endswith(draws.RESERVE):
        for one in sorted(calls, key=lambda call: str(call.id)):
            standing_by = one.state in STANDING and one.place == f"{shift}/{draws.RESERVE}"
            if standing_by and str(one.person_id) in fit:
                one.place, one.instead_of = vacant.place, vacant
                one.save(update_fields=["place", "instead_of"])
                return one  # type: ignore[no-any-return]
    known = {str(one.person_id or one.vehicle_id) for one in calls}
    fresh = [one for one in fit.values() if one.id not in known]
    apart = people.list_separations()
    drawn = {str(one.person_id) for one in calls if one.state in STANDING}
    fresh = [one for one in fresh if not _is_apart(one.id, drawn, apart)]
    chosen = core.draw(
        on=draw.on,
        candidates=fresh,
        places=(core.Place(place.name, place.needs, 1),),
        quotas={one.unit: 1 for one in fresh},
    )
    if not chosen.places:
        return None
    next_one = fit[next(iter(chosen.places))]
    who = {"person_id" if officer else "vehicle_id": UUID(next_one.id)}
    draw.passed_over.pop(next_one.id, None)
    draw.save(update_fields=["passed_over"])
    return models.CallOut.objects.create(
        draw=draw,
        on=draw.on,
        unit_id=UUID(next_one.unit),
        place=vacant.place,
        because=draws.write_turn(next_one),
        instead_of=vacant,
        **who,
    )


def _is_apart(who: str, drawn: set[str], apart: list[tuple[UUID, UUID]]) -> bool:
    return any(
        (str(one) == who and str(other) in drawn) or (str(other) == who and str(one) in drawn)
        for one, other in apart
    )


def _get(call: UUID) -> models.CallOut:
    row = models.CallOut.objects.select_for_update().filter(id=call).first()
    if row is None:
        raise Refused("call_unknown", "there is no such call")
    return row


def _settle(row: models.CallOut, state: str, said: str, by: UUID, now: datetime) -> None:
    row.state, row.said, row.answered_at, row.answered_by_id = state, said, now, by
    row.save(update_fields=["state", "said", "answered_at", "answered_by_id"])
