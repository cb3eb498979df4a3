"""The search behind a proposal, at the desk: how far it is, stopped, or thrown away with what it found."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.services import clock
from pratique.services.dispatch import plans, searches
from pratique.store import models
from pratique.web.gate import may, page

CHOICES = (5.0, 20.0, 60.0)
"""For how many seconds a better plan may be looked for, beside what the settings say."""
GAP_SHOWN = 1.0
"""A bound further away than this says nothing: the proof had too little time."""
THROWN_AWAY = "thrown away"


def read(plan: models.Plan | None, shown: str | None = None) -> dict[str, Any]:
    """What the templates show of a proposal's search; `shown` is the plan that the page shows, where that may be an older one."""
    usual = settings.PRATIQUE_SEARCH_SECONDS
    return {
        "search": searches.read(plan=plan, wall=clock.wall()),
        "search_gap": read_gap(plan) if plan is not None else None,
        "search_shown": shown if shown is not None or plan is None else str(plan.id),
        "search_choices": [(one, one == usual) for one in sorted({*CHOICES, usual})],
    }


def read_gap(plan: models.Plan) -> float | None:
    """How much cheaper any plan could at most be, in per cent; None where that is not proven close."""
    gap = plan.objective / plan.bound - 1 if plan.bound > 0 else None
    return None if gap is None or gap > GAP_SHOWN else 100 * max(0.0, gap)


def read_order(told: str = "") -> searches.Order:
    """The search that is asked for; the usual one where nothing of use is said."""
    seconds = float(told) if told.isdecimal() and len(told) < 4 else settings.PRATIQUE_SEARCH_SECONDS
    return searches.Order(seconds, clock.wall())


@page("dispatch-search")
def show(request: HttpRequest) -> HttpResponse:
    """How far the search is, asked for every second by the desk. Once it is over, how it ended; and the whole desk again where another
    plan stands than the page shows, or none does."""
    plan, shown = searches.find_standing(), request.GET.get("shown", "")
    context = read(plan, shown) | {"plan": plan, "may_act": may(request, "dispatch-stop")}
    found = context["search"]
    if found is not None and found.goes_on:
        return render(request, "dispatch/search_figures.html", context)
    if plan is not None and found is not None and shown == str(plan.id):
        response = render(request, "dispatch/search.html", context)
        response["HX-Retarget"] = "#search"
        return response
    response = HttpResponse(status=204)
    response["HX-Refresh"] = "true"
    return response


@page("dispatch-stop", "POST")
def stop(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Stop the search; the plan that stands stays proposed."""
    if searches.stop(plan=plan):
        messages.success(request, _("Stopped. The best plan found stays proposed."), extra_tags="good")
    return HttpResponseRedirect(reverse("dispatch"))


@page("dispatch-discard", "POST")
def discard(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Throw the proposal away, and with it its search."""
    plans.refuse(plan=plan, because=THROWN_AWAY, by=request.user.pk, now=clock.now())
    messages.success(request, _("Thrown away. What was in force stays so."), extra_tags="good")
    return HttpResponseRedirect(reverse("dispatch"))
