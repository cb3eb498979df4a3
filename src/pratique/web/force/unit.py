"""A unit's page for its liaison: who is called out, who has confirmed, who is missing; leave, holds, licences, people kept apart."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.services import clock
from pratique.services.force import attendance, calls, people, rules, silence, training
from pratique.services.permission import Role
from pratique.store import models
from pratique.store.queries import ports
from pratique.web.force import labels
from pratique.web.gate import find_role, may, page

DAYS_SHOWN = 7
GAPS = ("lapsed", "never", "ending")


@page("unit-mine")
def show_mine(request: HttpRequest) -> HttpResponse:
    """The liaison's own unit."""
    unit = request.user.unit_id  # type: ignore[union-attr]
    if unit is None:
        raise Refused("unit_unknown")
    return HttpResponseRedirect(reverse("unit", args=[unit]))


@page("unit")
def show(request: HttpRequest, unit: UUID) -> HttpResponse:
    """Today's call-out of a unit, its people, and what is missing."""
    row = models.Unit.objects.filter(id=unit).first()
    if row is None:
        raise Refused("unit_unknown")
    if find_role(request) == Role.LIAISON and request.user.unit_id != unit:  # type: ignore[union-attr]
        raise Refused("unit_not_yours")
    now = clock.now()
    today = ports.find_day(at=now)
    on = labels.read_day(request.GET.get("on", ""), today)
    mine = [one for one in people.list_officers() if one.unit_id == unit]  # type: ignore[attr-defined]
    called = _list_calls(unit, on)
    context = {
        "unit": row,
        "on": on,
        "today": today,
        "days": labels.list_days(today, DAYS_SHOWN),
        "calls": called,
        "came": _list_came(unit, on, now),
        "closed": attendance.list_closed(now=now, unit=unit),
        "silent": silence.list_silent(now=now, unit=unit),
        "may_settle": may(request, "shift-settle"),
        "waiting": sum(call["row"].state == "called" for call in called),
        "missing": [call for call in called if call["missing"]],
        "officers": _list_officers(mine, today, sees_all=find_role(request) in people.FOR_EVERYBODY),
        "quota": people.read_quotas(on=on).get(unit, (0, 0)),
        "codes": ["licence-S", "licence-L"],
        "apart": _list_apart(unit),
        "report": models.Owed.objects.filter(
            subject_kind="unit", subject_id=str(unit), code="report", opens_at__lte=now
        ).first(),
        "now": now,
        "fresh": uuid4(),
        "may_ask": may(request, "upward"),
        "may_speak": find_role(request) in (*people.FOR_EVERYBODY, Role.LIAISON),
    }
    return render(request, "force/unit.html", context)


def _list_calls(unit: UUID, on: Any) -> list[dict[str, Any]]:
    """The unit's calls of a day, with the shift each has by the roster and whether it is missing."""
    rows: list[Any] = list(
        models.CallOut.objects.filter(unit_id=unit, on=on)
        .select_related("person", "vehicle", "instead_of__person")
        .order_by("place", "person__username", "vehicle__plate")
    )
    rows.sort(key=lambda one: one.person_id is None)
    shifts = {
        row.person_id: row  # type: ignore[attr-defined]
        for row in models.Deployment.objects.filter(on=on, person_id__in=[one.person_id for one in rows])
    }
    now = clock.now()
    found = []
    for row in rows:
        shift: Any = shifts.get(row.person_id)
        late = shift is not None and shift.in_at is None and shift.starts_at <= now < shift.ends_at
        gone = row.state in ("declined", "no_show")
        found.append(
            {
                "row": row,
                "shift": shift,
                "late": late and not gone,
                "missing": gone or late,
                "may_restore": row.state in calls.LOST and now < calls.find_end(call=row),
            }
        )
    return found


def _list_came(unit: UUID, on: Any, now: Any) -> list[dict[str, Any]]:
    """Who of the unit came to a shift of the day, with the taps and whether the last can still be taken back."""
    rows = models.Deployment.objects.filter(unit_id=unit, on=on, in_at__isnull=False).select_related("person")
    closed = {row.pk for row in attendance.list_closed(now=now, unit=unit)}
    return [
        {"shift": row, "closed": row.pk in closed, "may_undo": row.ends_at > now - attendance.OPEN}
        for row in rows.order_by("in_at", "person__username")
    ]


def _list_officers(mine: list[models.Person], today: Any, *, sees_all: bool) -> list[dict[str, Any]]:
    """Everybody of the unit with what keeps them away (and whether it can be taken back here) and which training is
    missing."""
    ids = [one.pk for one in mine]
    standing = models.Absence.objects.filter(person_id__in=ids, cancelled_at=None)
    away: list[Any] = list(standing.exclude(until_on__lt=today))
    standings = training.list_standings(people_ids=ids, on=today)
    needed = {name for post in rules.get_rules().posts.values() for name in post.needs}
    held: list[Any] = list(
        models.Qualification.objects.filter(person_id__in=ids, cancelled_at=None).order_by("code")
    )
    return [
        {
            "person": one,
            "absences": [
                (row, not people.follows_records(absence=row) and (row.sort != "off" or sees_all))
                for row in away
                if row.person_id == one.pk
            ],
            "gaps": [s for s in standings[one.pk] if s.state in GAPS and s.module in needed],
            "held": [row for row in held if row.person_id == one.pk],
        }
        for one in mine
    ]


def _list_apart(unit: UUID) -> list[models.Separation]:
    rows = models.Separation.objects.filter(cancelled_at=None).select_related("one", "other")
    return list(rows.filter(one__unit_id=unit) | rows.filter(other__unit_id=unit))


def _back(request: HttpRequest, said: str) -> HttpResponse:
    """Say what was done, and show where it was asked for."""
    messages.success(request, said, extra_tags="good")
    back = request.POST.get("back", "")
    safe = back.startswith("/") and not back.startswith("//")
    return HttpResponseRedirect(back if safe else reverse("home"))


@page("call-answer", "POST")
def answer(request: HttpRequest, call: UUID) -> HttpResponse:
    """A call is confirmed or declined, by whoever was called or by who speaks for the unit."""
    calls.answer(
        call=call,
        said=request.POST.get("said", ""),
        because=request.POST.get("because", "")[:300],
        by=request.user.pk,
        now=clock.now(),
    )
    return _back(request, _("Written down."))


@page("unit-confirm", "POST")
def confirm(request: HttpRequest, unit: UUID) -> HttpResponse:
    """The whole unit is confirmed for a day."""
    on = labels.read_day(request.POST.get("on", ""))
    calls.confirm_unit(unit=unit, on=on, by=request.user.pk, now=clock.now())
    return _back(request, _("Everybody of the unit is confirmed."))


@page("call-miss", "POST")
def miss(request: HttpRequest, call: UUID) -> HttpResponse:
    """Somebody did not come; whoever is in reserve takes the place at once."""
    now = clock.now()
    row = calls.miss(call=call, by=request.user.pk, now=now)
    filled = calls.fill(on=row.on, by=request.user.pk, now=now)
    if filled:
        return _back(request, _("Noted as absent. Somebody else is called in their place."))
    messages.warning(request, _("Noted as absent. Nobody is free to take the place."), extra_tags="late")
    return HttpResponseRedirect(reverse("unit", args=[row.unit_id]))  # type: ignore[attr-defined]


@page("call-restore", "POST")
def restore(request: HttpRequest, call: UUID) -> HttpResponse:
    """It was declined, or noted as absent, wrongly: the call stands again."""
    row = calls.restore(call=call, by=request.user.pk, now=clock.now())
    if row.substitutes.exists():  # type: ignore[attr-defined]
        return _back(request, _("The call stands again. Whoever was called instead stays called, too."))
    return _back(request, _("The call stands again."))


@page("attend", "POST")
def attend(request: HttpRequest) -> HttpResponse:
    """A badge is scanned, or a name tapped: in, or out again."""
    now, by = clock.now(), request.user.pk
    badge = request.POST.get("badge", "")
    if badge:
        done: Any = attendance.tap_badge(badge=badge, by=by, now=now)
    else:
        person = labels.read_id(request.POST.get("person"), "person_unknown")
        done = attendance.tap(person=person, by=by, now=now)
    name = labels.name_person(done.person)
    said = _("%(name)s has gone.") if done.out_at else _("%(name)s is here.")
    return _back(request, said % {"name": name})


@page("tap-undo", "POST")
def undo_tap(request: HttpRequest, shift: UUID) -> HttpResponse:
    """The last tap of a shift was wrong."""
    because = request.POST.get("because", "")[:300]
    row = attendance.take_back(shift=shift, because=because, by=request.user.pk, now=clock.now())
    said = _("Taken back: %(name)s is still here.") if row.in_at else _("Taken back: %(name)s has not come.")
    return _back(request, said % {"name": labels.name_person(row.person)})  # type: ignore[attr-defined]


@page("shift-settle", "POST")
def settle(request: HttpRequest, shift: UUID) -> HttpResponse:
    """Whether a shift was worked of which no tap tells."""
    came = request.POST.get("came") == "yes"
    row = silence.settle(shift=shift, came=came, by=request.user.pk, now=clock.now())
    said = _("Written down: %(name)s came.") if came else _("Written down: %(name)s did not come.")
    return _back(request, said % {"name": labels.name_person(row.person)})  # type: ignore[attr-defined]


@page("absence-enter", "POST")
def enter_absence(request: HttpRequest) -> HttpResponse:
    """Leave, or a hold for health."""
    told = request.POST
    until = told.get("until", "")
    people.enter_absence(
        away=people.Away(
            person=labels.read_id(told.get("person"), "person_unknown"),
            sort=told.get("sort", ""),
            from_on=labels.read_day(told.get("from", "")),
            until_on=labels.read_day(until) if until else None,
            because=told.get("because", "")[:300],
        ),
        by=request.user.pk,
        now=clock.now(),
        absence_id=labels.read_form_id(request),
    )
    return _back(request, _("Entered. Draws and rosters know it from now on."))


@page("absence-cancel", "POST")
def cancel_absence(request: HttpRequest, absence: UUID) -> HttpResponse:
    """It was wrong, or is over."""
    people.cancel_absence(absence=absence, by=request.user.pk, now=clock.now())
    return _back(request, _("Taken back."))


@page("qualification-enter", "POST")
def enter_qualification(request: HttpRequest) -> HttpResponse:
    """A licence or a language somebody holds."""
    told = request.POST
    language = told.get("language", "").strip().lower()
    people.enter_qualification(
        held=people.Held(
            person=labels.read_id(told.get("person"), "person_unknown"),
            code=f"language:{language}" if language else told.get("code", ""),
            until_on=labels.read_day(told["until"]) if told.get("until") else None,
        ),
        by=request.user.pk,
        now=clock.now(),
    )
    return _back(request, _("Entered. Draws and rosters know it from now on."))


@page("separate", "POST")
def separate(request: HttpRequest) -> HttpResponse:
    """Two people are never drawn together."""
    told = request.POST
    people.separate(
        one=labels.read_id(told.get("one"), "person_unknown"),
        other=labels.read_id(told.get("other"), "person_unknown"),
        because=told.get("because", "")[:300],
        by=request.user.pk,
        now=clock.now(),
    )
    return _back(request, _("They are not drawn together from now on."))


@page("separation-end", "POST")
def end_separation(request: HttpRequest, separation: UUID) -> HttpResponse:
    """Two people may be drawn together again."""
    because = request.POST.get("because", "")[:300]
    people.end_separation(separation=separation, because=because, by=request.user.pk, now=clock.now())
    return _back(request, _("They may be drawn together again."))
