"""My duty: a staff member's next shifts, call-outs to answer, swaps, attendance, training, and their calendar."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from pratique.formats import icalendar
from pratique.services import clock, force, health, safety
from pratique.services.force import attendance, calendar, calls, rules, swaps, training
from pratique.store import models
from pratique.store.queries import ports
from pratique.web.force import labels
from pratique.web.force.sheets import find_worn
from pratique.web.gate import page
from pratique.web.ride import mine as rides

DAYS_SHOWN = 14


@page("duty")
def show(request: HttpRequest) -> HttpResponse:
    """What is mine to do next."""
    return _render(request)


def _render(request: HttpRequest, address: str = "") -> HttpResponse:
    me: Any = request.user
    now = clock.now()
    today = ports.find_day(at=now)
    until = today + timedelta(days=DAYS_SHOWN)
    shifts: list[Any] = list(
        models.Deployment.objects.filter(person=me, ends_at__gte=now - timedelta(hours=6), on__lte=until)
        .exclude(out_at__lte=now)
        .order_by("starts_at")
    )
    calls_: list[Any] = list(
        models.CallOut.objects.filter(person=me, on__range=(today, until)).order_by("on")
    )
    rostered = {row.on for row in shifts}
    worn = find_worn()
    shift: Any = attendance.find_shift(person=me.pk, now=now)
    asked = models.Swap.objects.filter(state="asked").select_related("giver", "taker")
    context = {
        "now": now,
        "today": today,
        "shifts": [
            (row, _find_post(row.post), worn.find_level(row.post) if worn else None) for row in shifts
        ],
        "diets": safety.DIETS,
        "mine": me.diets,
        "tap": shift,
        "fitness": health.judge(person=me.pk, now=now) if shift and not shift.in_at else None,
        "undo": attendance.find_undoable(person=me.pk, by=me.pk, now=now),
        "declined": [row for row in calls_ if row.state == "declined" and now < calls.find_end(call=row)],
        "to_answer": [row for row in calls_ if row.state == "called"],
        "called": [row for row in calls_ if row.state == "confirmed" and row.on not in rostered],
        "swaps_in": [(swap, _name_shift(swap.giver_id, swap.giver_on)) for swap in asked.filter(taker=me)],  # type: ignore[attr-defined]
        "swaps_out": asked.filter(giver=me),
        "colleagues": _list_colleagues(me),
        "standings": training.list_standings(people_ids=[me.pk], on=today)[me.pk] if me.unit_id else [],
        "modules": rules.get_training().modules,
        "link": calendar.find_link(person=me.pk),
        "address": address,
        **rides.describe(request, now),
        "finished": force.count_shifts(person=me.pk, before=now),
        "fresh": uuid4(),
        "has_unit": me.unit_id is not None,
    }
    return render(request, "force/duty.html", context)


def _find_post(post: str) -> Any:
    return rules.get_rules().posts.get(post)


def _name_shift(person: UUID, on: Any) -> Any:
    return models.Deployment.objects.filter(person_id=person, on=on).first()


def _list_colleagues(me: Any) -> list[models.Person]:
    """Whom somebody may ask: those of a unit on their side."""
    rows = models.Person.objects.filter(is_active=True, unit__sort__in=("department", "district"))
    if me.side:
        rows = rows.filter(side__in=("", me.side))
    return list(rows.exclude(id=me.pk).order_by("username"))


def _to(request: HttpRequest, said: str) -> HttpResponse:
    messages.success(request, said, extra_tags="good")
    return HttpResponseRedirect(reverse("duty"))


@page("duty-tap", "POST")
def tap(request: HttpRequest) -> HttpResponse:
    """I am here; I am going."""
    done = attendance.tap(person=request.user.pk, by=request.user.pk, now=clock.now())
    return _to(
        request, _("Written down: you have gone.") if done.out_at else _("Written down: you are here.")
    )


@page("duty-diets", "POST")
def record_diets(request: HttpRequest) -> HttpResponse:
    """What I cannot eat; the kitchen sees numbers, not names."""
    safety.record_diets(person=request.user.pk, diets=request.POST.getlist("diet"))
    return _to(request, _("Kept. The kitchen cooks by it from the next sheet on."))


@page("swap-ask", "POST")
def ask(request: HttpRequest) -> HttpResponse:
    """Ask a colleague to take a shift."""
    told = request.POST
    wish = swaps.Wish(
        taker=labels.read_id(told.get("taker"), "person_unknown"),
        giver_on=labels.read_day(told.get("on", "")),
        taker_on=labels.read_day(told["for"]) if told.get("for") else None,
        because=told.get("because", "")[:300],
    )
    swaps.ask(wish=wish, by=request.user.pk, now=clock.now(), swap_id=labels.read_form_id(request))
    return _to(request, _("Asked. It changes nothing until they agree."))


@page("swap-answer", "POST")
def answer(request: HttpRequest, swap: UUID) -> HttpResponse:
    """Agree or decline; the rules are checked at once."""
    agreed = request.POST.get("said") == "agreed"
    done = swaps.answer(swap=swap, agreed=agreed, by=request.user.pk, now=clock.now())
    if done.breaches:
        said = "; ".join(sorted({labels.say_breach(one) for one in done.breaches}))
        messages.error(request, _("Not swapped: %(why)s") % {"why": said}, extra_tags="late")
        return HttpResponseRedirect(reverse("duty"))
    return _to(request, _("Swapped: the shift is yours.") if agreed else _("Declined."))


@page("swap-withdraw", "POST")
def withdraw(request: HttpRequest, swap: UUID) -> HttpResponse:
    """Think better of it."""
    swaps.withdraw(swap=swap, by=request.user.pk, now=clock.now())
    return _to(request, _("Taken back."))


@page("calendar-issue", "POST")
def issue_calendar(request: HttpRequest) -> HttpResponse:
    """A new secret address; it stands on this answer alone."""
    token = calendar.issue(person=request.user.pk, now=clock.now())
    return _render(request, request.build_absolute_uri(reverse("duty-calendar", args=[token])))


@page("calendar-revoke", "POST")
def revoke_calendar(request: HttpRequest) -> HttpResponse:
    """No calendar program reads it any more."""
    calendar.revoke(person=request.user.pk, now=clock.now())
    return _to(request, _("The address works no more."))


@page("duty-calendar")
def send_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The duties under a secret address, for a calendar program. Whoever does not know it learns nothing."""
    now = clock.now()
    feed = calendar.read(token=token, now=now)
    if feed is None:
        raise Http404
    with override(feed.person.language):
        name = _("Duties")
        events = [_write_event(row, now) for row in feed.duties]
    body = icalendar.write(events=events, name=name)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return response


def _write_event(row: Any, now: datetime) -> icalendar.Event:
    rule = _find_post(row.post)
    return icalendar.Event(
        id=f"{row.person_id}-{row.on}@pratique",
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        changed_at=now,
        summary=f"{labels.say_shift(row.shift)} · {labels.say_post(row.post)}",
        description="\n".join(labels.say(one) for one in rule.duties) if rule else "",
    )
