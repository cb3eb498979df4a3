"""What happens to a trip on the road: its people taken on by another, a case aboard that should not be."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.services import clock
from pratique.services.dispatch import relay, riding
from pratique.store.queries import misboardings, travellers, trips
from pratique.web.gate import may, page


def describe_takers(request: HttpRequest, trip: trips.Trip, aboard: Iterable[UUID]) -> dict[str, Any]:
    """The trips that may take its people on: those that fit, those with room for some, those a dispatcher may choose with a reason;
    and how many are left out."""
    names = frozenset(aboard)
    if not names or not may(request, "trip-handover"):
        return {}
    found = relay.list_takers(giver=trip.id, names=names, now=clock.now())
    with_reason = [one for one in found if one.needs_reason] if may(request, "trip-override") else []
    fitting = [one for one in found if one.fits]
    some = [one for one in found if one.takes_some]
    return {
        "fitting": fitting,
        "some": some,
        "with_reason": with_reason,
        "any": bool(fitting or some or with_reason),
        "unfit": [one for one in found if one not in (*fitting, *some, *with_reason)],
    }


def list_misboarded(trip: UUID) -> list[tuple[Any, str]]:
    """Cases that were scanned aboard and are not settled, with their codes."""
    rows = misboardings.list_open(trip=trip)
    codes = travellers.name_codes(travellers=[UUID(row.subject_id) for row in rows])
    return [(row, codes.get(UUID(row.subject_id), "")) for row in rows]


def read_uuid(text: str) -> UUID | None:
    """The id in a field, None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def back_to(trip: UUID) -> HttpResponse:
    """The page of the trip again."""
    return HttpResponseRedirect(reverse("trip", args=[trip]))


@page("trip-handover", "POST")
def hand_over(request: HttpRequest, trip: UUID) -> HttpResponse:
    """Offer people aboard, by name, to another trip that may take them: the vehicle broke down, or cannot go on."""
    receiver = read_uuid(request.POST.get("receiver", ""))
    if receiver is None:
        raise Refused("trip_unknown")
    ticked = frozenset(one for one in map(read_uuid, request.POST.getlist("people")) if one)
    told = relay.Relay(trip, receiver, ticked, request.POST.get("because", ""))
    relay.offer(relay=told, may_set_aside=may(request, "trip-override"), by=request.user.pk, now=clock.now())
    messages.success(request, _("Offered: the other vehicle scans them aboard."), extra_tags="good")
    return back_to(trip)


@page("trip-misboarded", "POST")
def settle_misboarded(request: HttpRequest, trip: UUID, misboarding: UUID) -> HttpResponse:
    """What was done about a case aboard a vehicle that takes none."""
    because = request.POST.get("because", "")
    riding.settle(misboarding=misboarding, because=because, by=request.user.pk, now=clock.now())
    messages.success(request, _("Written down."), extra_tags="good")
    return back_to(trip)
