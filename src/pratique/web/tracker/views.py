"""The page of trackers: which vehicle has one, what is not kept of what they say; issue and revoke."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.services import clock
from pratique.services.dispatch import settings
from pratique.services.tracking import fix, tracker
from pratique.store import models
from pratique.store.queries import ports, tracking
from pratique.web.gate import may, page


@page("trackers")
def show(request: HttpRequest) -> HttpResponse:
    """Every tracker; today's reports that were not kept, by vehicle and reason."""
    return _render(request)


def _render(request: HttpRequest, issued: models.Tracker | None = None, identifier: str = "") -> HttpResponse:
    now = clock.now()
    on = tracking.find_day(now=now, port=ports.find_port())
    plates = dict(models.Vehicle.objects.order_by("plate").values_list("id", "plate"))
    unkept = tracking.count_unkept(on=on)
    context = {
        "now": now,
        "trackers": tracking.list_trackers(),
        "vehicles": plates.items(),
        "unkept": [
            (
                plates.get(vehicle, "") if vehicle else "",
                [(code, n, code not in fix.QUIET) for code, n in codes.items()],
            )
            for vehicle, codes in unkept.items()
        ],
        "issued": issued,
        "identifier": identifier,
        "address": request.build_absolute_uri(reverse("api:positions")),
        "rules": settings.get_rules().positions,
        "may_issue": may(request, "tracker-issue"),
        "may_dispatch": may(request, "dispatch"),
    }
    return render(request, "tracker/list.html", context)


@page("tracker-issue", "POST")
def issue(request: HttpRequest) -> HttpResponse:
    """A new tracker. Its identifier stands on this answer alone and is never shown again."""
    try:
        vehicle = UUID(request.POST.get("vehicle", ""))
    except ValueError:
        raise Refused("vehicle_unknown") from None
    name = request.POST.get("name", "")
    issued, identifier = tracker.issue(vehicle=vehicle, name=name, by=request.user.pk, now=clock.now())
    return _render(request, issued, identifier)


@page("tracker-revoke", "POST")
def revoke(request: HttpRequest, tracker_id: UUID) -> HttpResponse:
    """A tracker is lost, or leaves with its vehicle."""
    tracker.revoke(tracker=tracker_id, by=request.user.pk, now=clock.now())
    messages.success(request, _("Revoked: it is heard no more."), extra_tags="good")
    return HttpResponseRedirect(reverse("trackers"))
