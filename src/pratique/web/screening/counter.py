"""The counter of a checkpoint: a tap a head, an undo, a finding that leads to its steps; heads by hour."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.services import checkpoint, clock
from pratique.store.ids import make_id
from pratique.store.queries import checkpoints
from pratique.web import words
from pratique.web.gate import may, page
from pratique.web.screening.forms import Counted, Found

HOURS = 12
STEPS = (1, 5, 10)


@page("checkpoints", "GET", "POST")
def show(request: HttpRequest) -> HttpResponse:
    """The counter: choose the point once, then tap."""
    if request.method == "POST":
        return _act(request)
    return _render(request)


def _render(request: HttpRequest, **more: Any) -> HttpResponse:
    now = clock.now()
    points = checkpoints.list_checkpoints()
    chosen = request.GET.get("at") or request.session.get("checkpoint", "")
    here = next((one for one in points if str(one.id) == str(chosen)), points[0] if points else None)
    if here:
        request.session["checkpoint"] = str(here.id)
    top = now.replace(minute=0, second=0, microsecond=0)
    hours = checkpoints.count_hours(since=top - timedelta(hours=HOURS - 1), until=top + timedelta(hours=1))
    day = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = checkpoints.count_hours(since=day, until=now + timedelta(seconds=1))
    context = {
        "points": points,
        "here": here,
        "sorts": [
            (sort, sum(h.heads for h in today if here and h.checkpoint == here.id and h.sort == sort))
            for sort in checkpoint.SORTS
        ],
        "steps": STEPS,
        "table": [
            (
                top - timedelta(hours=back),
                [
                    sum(
                        h.heads for h in hours if h.at == top - timedelta(hours=back) and h.checkpoint == p.id
                    )
                    for p in points
                ],
            )
            for back in range(HOURS)
        ],
        "total": sum(h.heads for h in today),
        "findings": checkpoints.list_findings(since=day),
        "found": Found(),
        "tap": make_id(),
        "may_open": may(request, "checkpoint-open"),
        **more,
    }
    return render(request, "screening/counter.html", context, status=422 if more else 200)


def _act(request: HttpRequest) -> HttpResponse:
    now, by = clock.now(), request.user.pk
    sent = request.POST.get("checkpoint", "")
    here = next((one for one in checkpoints.list_checkpoints() if str(one.id) == sent), None)
    if here is None:
        raise Http404
    act = request.POST.get("act", "")
    if act == "undo":
        row = checkpoint.undo(checkpoint=here.id, by=by, now=now)
        messages.success(request, _("Undone: %(n)s") % {"n": row.heads}, extra_tags="good")
    elif act == "found":
        form = Found(request.POST)
        if not form.is_valid():
            return _render(request, found=form)
        told = form.cleaned_data
        try:
            found = checkpoint.Found(
                here.id, told["sort"], told["celsius"], told["symptoms"], _read_tap(request)
            )
            row = checkpoint.find(found=found, by=by, now=now)
        except Refused as refused:
            form.add_error("celsius", words.say_refused(refused))
            return _render(request, found=form)
        return HttpResponseRedirect(reverse("ill", args=["finding", row.id]))
    elif act == "withdraw":
        finding = checkpoints.find_finding(finding=_read_tap(request))
        if finding is None:
            raise Http404
        checkpoint.withdraw(finding=finding.id, because=request.POST.get("because", ""), by=by, now=now)
    else:
        tap = Counted(request.POST)
        if not tap.is_valid():
            raise Refused("heads_impossible", "1 to 500 at once")
        checkpoint.count(tap=tap.to_tap(here.id), by=by, now=now)
    return HttpResponseRedirect(reverse("checkpoints"))


def _read_tap(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("tap", ""))
    except ValueError:
        return make_id()


@page("checkpoint-open", "POST")
def open_checkpoint(request: HttpRequest) -> HttpResponse:
    """A new place to count at."""
    checkpoint.open_checkpoint(
        code=request.POST.get("code", "")[:20],
        name_zh=request.POST.get("name_zh", "")[:60],
        name_en=request.POST.get("name_en", "")[:60],
    )
    return HttpResponseRedirect(reverse("checkpoints"))
