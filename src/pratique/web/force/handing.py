"""The hand-over between shifts: one sheet that fills itself; both sides sign; decisions and tasks; history; model posts."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.services import clock
from pratique.services.force import recognition, rules, shift_handover
from pratique.store import models
from pratique.store.queries import ports
from pratique.web.force import labels
from pratique.web.gate import may, page


@page("shift-handovers")
def list_handovers(request: HttpRequest) -> HttpResponse:
    """What was handed over, and the shift that hands over next."""
    now = clock.now()
    on, shift = shift_handover.find_shift(now=now)
    context = {"on": on, "shift": shift, "rows": shift_handover.list_history(), "now": now}
    return render(request, "force/handovers.html", context)


@page("shift-handover")
def show(request: HttpRequest, on: str, shift: str) -> HttpResponse:
    """The sheet of one shift: live until the outgoing side has signed, then as it was signed."""
    day = labels.read_day(on)
    if shift not in rules.get_rules().shifts:
        raise Refused("shift_unknown")
    _hold_to_leads(request, day, shift)
    now = clock.now()
    row: Any = shift_handover.find(on=day, shift=shift)
    starts_at, ends_at = rules.find_hours(on=day, shift=shift)
    signed = row is not None and row.outgoing_id is not None
    sheet = row.sheet if signed else shift_handover.fill(now=now)
    me = request.user.pk
    going, coming = shift_handover.find_sides(person=me, on=day, shift=shift)
    context = {
        "on": day,
        "shift": shift,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "row": row,
        "sheet": {**sheet, "issues": [[*one[:3], _instant(one[3])] for one in sheet["issues"]]},
        "at": datetime.fromisoformat(sheet["at"]),
        "open_people": sum(one[3] for one in sheet["people"]),
        "signed": signed,
        "is_early": now < ends_at - shift_handover.OPENS,
        "decisions": row.decisions.select_related("issue__owner").order_by("written_at") if row else (),
        "units": models.Unit.objects.order_by("sort", "code"),
        "may_sign": may(request, "shift-handover-sign"),
        "before": shift_handover.find_before(on=day, shift=shift),
        "may_list": may(request, "shift-handovers"),
        "strangers": _list_strangers(row, day, shift),
        "is_giver": signed and row.outgoing_id == me,
        "is_other_side": (going and not coming) if signed else (coming and not going),
        "taken_back": shift_handover.list_taken_back(on=day, shift=shift),
    }
    return render(request, "force/handover.html", context)


def _hold_to_leads(request: HttpRequest, on: date, shift: str) -> None:
    """Desks that hand over open any sheet; others that of a shift in which they hold the post that leads, or of the one before it."""
    if not may(request, "shift-handovers") and not shift_handover.leads(
        person=request.user.pk, on=on, shift=shift
    ):
        raise Refused("handover_not_yours")


def _list_strangers(row: Any, on: date, shift: str) -> list[str]:
    """Which sides were signed by somebody who is down for neither shift."""
    signed = {"outgoing": row.outgoing_id, "incoming": row.incoming_id} if row else {}
    return [
        side
        for side, who in signed.items()
        if who and not any(shift_handover.find_sides(person=who, on=on, shift=shift))
    ]


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _to(on: Any, shift: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("shift-handover", args=[on.isoformat(), shift]))


@page("shift-handover-sign", "POST")
def sign(request: HttpRequest, on: str, shift: str) -> HttpResponse:
    """One side signs, the other is somebody else; or who signed for the outgoing side takes it back."""
    day, said, by, now = (
        labels.read_day(on),
        request.POST.get("said", "")[:2000],
        request.user.pk,
        clock.now(),
    )
    _hold_to_leads(request, day, shift)
    if request.POST.get("side") == "outgoing":
        shift_handover.sign_out(on=day, shift=shift, note=said, by=by, now=now)
        messages.success(
            request, _("Signed. The sheet stands; somebody of the next shift signs now."), extra_tags="good"
        )
    elif request.POST.get("side") == "back":
        shift_handover.take_back(on=day, shift=shift, because=said, by=by, now=now)
        messages.success(
            request, _("Taken back: the sheet fills itself again until somebody signs."), extra_tags="good"
        )
    else:
        shift_handover.sign_in(on=day, shift=shift, remark=said, by=by, now=now)
        messages.success(request, _("Signed by both sides: the shift is yours."), extra_tags="good")
    return _to(day, shift)


@page("shift-handover-decide", "POST")
def decide(request: HttpRequest, on: str, shift: str) -> HttpResponse:
    """What the meeting decided; with an owner or a deadline it is a task, on the list of issues."""
    told = request.POST
    day = labels.read_day(on)
    _hold_to_leads(request, day, shift)
    due = told.get("due", "")
    task = shift_handover.Task(
        text=told.get("text", "")[:500],
        owner=labels.read_id(told["owner"], "unit_unknown") if told.get("owner") else None,
        due_at=_read_due(due, ports.find_zone()) if due else None,
    )
    shift_handover.decide(
        on=day,
        shift=shift,
        task=task,
        by=request.user.pk,
        now=clock.now(),
        decision_id=labels.read_form_id(request),
    )
    messages.success(request, _("Written down."), extra_tags="good")
    return _to(day, shift)


def _read_due(text: str, zone: ZoneInfo) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        raise Refused("day_unknown") from None


@page("model-posts")
def show_models(request: HttpRequest) -> HttpResponse:
    """Posts named as models, and what others can copy from them."""
    awards = recognition.list_awards()
    names = labels.name_people({who for one in awards for who in one.holders})
    context = {
        "awards": [(one, [names.get(who, "?") for who in one.holders]) for one in awards],
        "posts": rules.get_rules().posts,
        "may_award": may(request, "model-award"),
    }
    return render(request, "force/models.html", context)


@page("model-award", "POST")
def award(request: HttpRequest) -> HttpResponse:
    """Name a model post, with the reason."""
    told = request.POST
    model = recognition.Model(
        post=told.get("post", ""),
        from_on=labels.read_day(told.get("from", "")),
        until_on=labels.read_day(told.get("until", "")),
        because=told.get("because", "")[:500],
    )
    recognition.award(model=model, by=request.user.pk, now=clock.now(), award_id=labels.read_form_id(request))
    messages.success(request, _("Named. It hangs on the page of model posts."), extra_tags="good")
    return HttpResponseRedirect(reverse("model-posts"))
