"""Asking and reporting: a unit asks, the command answers; each sees their own, the command everybody's."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.services import clock
from pratique.services.force import upward
from pratique.services.permission import Role
from pratique.store.ids import make_id
from pratique.store.queries import upward as asked
from pratique.web.gate import find_role, may, page

SHOWN = timedelta(days=7)
TEXT_MAX = 1_000
SEES_ALL = (Role.COMMANDER, Role.AUDITOR)


@page("upward")
def show(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, what was answered; a liaison sees their unit's, an officer their own."""
    now = clock.now()
    role, me = find_role(request), request.user
    unit = me.unit_id if role == Role.LIAISON else None
    by = None if role in SEES_ALL or unit else me.pk
    found = asked.list_upward(since_at=now - SHOWN, unit=unit, by=by)
    waiting = [one for one in found if one.sort == "request" and not one.answer]
    context = {
        "waiting": [(one, one.is_late(now)) for one in waiting],
        "others": [one for one in found if one not in waiting],
        "may_answer": may(request, "upward-answer"),
        "may_ask": may(request, "upward-ask") and me.unit_id is not None,
        "unit": me.unit,
        "text_max": TEXT_MAX,
    }
    return render(request, "upward/list.html", context)


@page("upward-ask", "POST")
def ask(request: HttpRequest) -> HttpResponse:
    """My unit asks the command."""
    if request.user.unit_id is None:
        raise Refused("unit_unknown")
    said = upward.Ask(request.user.unit_id, request.POST.get("text", "")[:TEXT_MAX])
    upward.ask(said=said, by=request.user.pk, now=clock.now(), request_id=_read_id(request))
    messages.success(request, _("Asked. The answer stands here; it is owed within hours."), extra_tags="good")
    return HttpResponseRedirect(reverse("upward"))


@page("upward-answer", "POST")
def answer(request: HttpRequest, about: UUID) -> HttpResponse:
    """The command answers."""
    text = request.POST.get("text", "")[:TEXT_MAX]
    upward.answer(about=about, text=text, by=request.user.pk, now=clock.now(), answer_id=_read_id(request))
    messages.success(request, _("Answered. Whoever asked sees it now."), extra_tags="good")
    return HttpResponseRedirect(reverse("upward"))


def _read_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("id", ""))
    except ValueError:
        return make_id()
