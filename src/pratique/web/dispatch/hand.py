"""Loads moved by hand on the desk: where one may go, and the move itself; a trip pinned from its page."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.core.answers import Objection, Refused
from pratique.services import clock
from pratique.services.dispatch import edit
from pratique.web.dispatch import labels
from pratique.web.dispatch.views import render_desk
from pratique.web.gate import page

LATER_MOST = 24 * 60


def _read_id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Refused("plan_edit_unknown", "that is no id of ours") from None


@page("dispatch-targets")
def list_targets(request: HttpRequest) -> HttpResponse:
    """Where a load may go: every other vehicle and trip, with what is in the way there (JSON for the desk)."""
    told = request.GET
    found = edit.list_targets(
        plan=_read_id(told.get("plan", "")), load=told.get("load", ""), by=request.user.pk, now=clock.now()
    )
    named = labels.Labels(found.plan)
    number = edit.find_number(plan=found.plan, load=told.get("load", ""))
    vehicles = {ref: one for one, ref in named.names.vehicles.items()}

    def say(breaches: Iterable[Objection]) -> list[str]:
        return list(dict.fromkeys(named.say(one.because) for one in breaches))

    def name(row: dict[str, Any]) -> str:
        return f"{named.minute(row['start'])} {named.vehicle(row['vehicle'])} → {named.place(row['dest'])}"

    row = found.plan.trips[number]
    answer = {
        "name": name(row),
        "pinned": bool(row["pinned"]),
        "vehicles": [
            {
                "id": str(ref),
                "name": f"{named.vehicle(vehicles[ref])} · {labels.say_kind(kind)}",
                "because": say(because),
            }
            for ref, because in found.vehicles.items()
            for kind in [named.document["vehicles"][vehicles[ref]]["kind"]]
        ],
        "loads": [
            {
                "id": edit.name_load(number=other, row=one),
                "name": name(one),
                "because": say(found.loads[edit.name_load(number=other, row=one)]),
            }
            for other, one in enumerate(found.plan.trips)
            if other != number
        ],
    }
    return JsonResponse(answer)


@page("dispatch-move", "POST")
def move(request: HttpRequest) -> HttpResponse:
    """Move a load to another vehicle, time or trip, or pin it where it is; what breaks a rule is said and not done."""
    told = request.POST
    try:
        later = int(told.get("later") or 0)
    except ValueError:
        raise Refused("plan_edit_unknown", "minutes are a whole number") from None
    if abs(later) > LATER_MOST:
        raise Refused("plan_edit_unknown", "a trip is put off by a day at most")
    wanted = edit.Move(
        plan=_read_id(told.get("plan", "")),
        load=told.get("load", ""),
        onto=told.get("onto", ""),
        vehicle=_read_id(told.get("vehicle", "")),
        later=later,
        pinned=told.get("pinned", "yes") == "yes",
    )
    edited = edit.move(move=wanted, by=request.user.pk, now=clock.now())
    if edited.plan is None:
        named = labels.Labels(edited.before)
        return render_desk(request, list(dict.fromkeys(named.say(one.because) for one in edited.breaches)))
    said = _("Changed and checked: no rule is broken. It is proposed; adopted, later plans keep it.")
    messages.success(request, said, extra_tags="good")
    return HttpResponseRedirect(reverse("dispatch"))


@page("trip-pin", "POST")
def pin(request: HttpRequest, trip: UUID) -> HttpResponse:
    """Pin a trip in force so that later plans keep it, or release it."""
    pinned = request.POST.get("pinned", "yes") == "yes"
    edit.pin(trip=trip, pinned=pinned, now=clock.now())
    said = _("Pinned: later plans keep it.") if pinned else _("Released: a plan may change it again.")
    messages.success(request, said, extra_tags="good")
    return HttpResponseRedirect(reverse("trip", args=[trip]))
