"""The page of the daily draw: who is called for which place and why, who is not, what stays empty; quotas of the day."""

from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.services import clock
from pratique.services.force import calls, draws, people
from pratique.store import models
from pratique.store.queries import ports
from pratique.web import words
from pratique.web.force import labels
from pratique.web.gate import may, page

DAYS_SHOWN = 8


@page("draw")
def show(request: HttpRequest) -> HttpResponse:
    """A day's draw, or what it would be made from."""
    today = ports.find_day(at=clock.now())
    on = labels.read_day(request.GET.get("on", ""), today + timedelta(days=1))
    row = models.Draw.objects.filter(on=on).first()
    done = set(models.Draw.objects.filter(on__gte=today).values_list("on", flat=True))
    called: list[Any] = list(
        models.CallOut.objects.filter(on=on)
        .select_related("person", "vehicle", "unit", "instead_of__person", "instead_of__vehicle")
        .order_by("place", "unit__code", "id")
    )
    called.sort(key=lambda one: one.person_id is None)
    context = {
        "on": on,
        "today": today,
        "days": [(day, day in done) for day in labels.list_days(today, DAYS_SHOWN)],
        "draw": row,
        "calls": called,
        "vacant": len(_list_vacant(called)) + (0 if on < today else _count_short(row)),
        "states": dict(Counter(one.state for one in called)),
        "units": _list_units(on, called),
        "short": _list_short(row),
        "passed": _list_passed(row),
        "is_over": on < today,
        "may_act": may(request, "draw-make"),
    }
    return render(request, "force/draw.html", context)


def _list_vacant(called: list[Any]) -> list[Any]:
    """Calls that are declined or missed and that nobody stands in for yet."""
    filled = {one.instead_of_id for one in called}
    return [one for one in called if one.state in ("declined", "no_show") and one.id not in filled]


def _list_units(on: Any, called: list[Any]) -> list[dict[str, Any]]:
    quotas = people.read_quotas(on=on)
    standing = [one for one in called if one.state in calls.STANDING]
    officers = Counter(one.unit_id for one in standing if one.person_id)
    vehicles = Counter(one.unit_id for one in standing if one.vehicle_id)
    waiting = Counter(one.unit_id for one in standing if one.state == "called")
    rows = models.Unit.objects.filter(id__in=quotas).order_by("sort", "code")
    return [
        {
            "unit": unit,
            "quota": quotas[unit.id],
            "officers": officers[unit.id],
            "vehicles": vehicles[unit.id],
            "waiting": waiting[unit.id],
        }
        for unit in rows
    ]


def _list_short(row: models.Draw | None) -> list[dict[str, Any]]:
    units = {str(one.id): words.name_of(one) for one in models.Unit.objects.all()}
    return [
        {**one, "names": [units.get(unit, unit) for unit in one["units"]]}
        for one in (row.short if row else ())
    ]


def _count_short(row: models.Draw | None) -> int:
    return sum(one["missing"] for one in row.short) if row else 0


def _list_passed(row: models.Draw | None) -> list[tuple[str, list[str]]]:
    """Of everybody not called, by reason; a draw explains itself to those it passed over."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    if row is None:
        return []
    ids = [UUID(who) for who in row.passed_over]
    named = {str(one.pk): labels.name_person(one) for one in models.Person.objects.filter(id__in=ids)}
    named |= {
        str(key): plate for key, plate in models.Vehicle.objects.filter(id__in=ids).values_list("id", "plate")
    }
    for who, why in row.passed_over.items():
        by_reason[why].append(named.get(who, "?"))
    return [(why, sorted(who)) for why, who in sorted(by_reason.items(), key=lambda one: -len(one[1]))]


def _to(on: Any) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('draw')}?on={on}")


@page("draw-make", "POST")
def make(request: HttpRequest) -> HttpResponse:
    """Draw a day and call everybody out."""
    on = labels.read_day(request.POST.get("on", ""))
    draws.make(on=on, by=request.user.pk, now=clock.now())
    messages.success(request, _("Drawn. Units and officers see their call now."), extra_tags="good")
    return _to(on)


@page("draw-fill", "POST")
def fill(request: HttpRequest) -> HttpResponse:
    """Call somebody instead of whoever declined or did not come, and for places that stayed empty."""
    on = labels.read_day(request.POST.get("on", ""))
    found = calls.fill(on=on, by=request.user.pk, now=clock.now())
    if found:
        messages.success(request, _("Filled from the reserve, then by turn."), extra_tags="good")
    else:
        messages.warning(request, _("Nobody is free for what is vacant."), extra_tags="late")
    return _to(on)


@page("quota-set", "POST")
def set_quota(request: HttpRequest) -> HttpResponse:
    """What a unit gives on one day."""
    told = request.POST
    on = labels.read_day(told.get("on", ""))
    unit = labels.read_id(told.get("unit"), "unit_unknown")
    counts = (_number(told.get("officers", "")), _number(told.get("vehicles", "")))
    people.set_quota(
        unit=unit, on=on, counts=counts, because=told.get("because", "")[:300], by=request.user.pk
    )
    if _count_short(models.Draw.objects.filter(on=on).first()):
        said = _("The quota of that day is set. Fill the vacancies, and units are called by it.")
    else:
        said = _("The quota of that day is set.")
    messages.success(request, said, extra_tags="good")
    return _to(on)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else -1
