"""Trips under way, one trip with who is aboard, and what may be done with it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.services import clock, duty, identity, transport
from pratique.store.ids import make_id
from pratique.store.queries import travellers, trips
from pratique.web import words
from pratique.web.gate import may, page
from pratique.web.trip.forms import Planned, Reported

NEXT = {"planned": "departed", "departed": "arrived", "arrived": "ended"}
"""What a trip reports next after its last step."""


@page("trips")
def list_trips(request: HttpRequest) -> HttpResponse:
    """Trips under way and those that ended within a day; vehicles that are free or wait for disinfection."""
    now = clock.now()
    return _render(request, Planned(now=now, initial={"starts_at": timezone.localtime(now)}))


def _render(request: HttpRequest, form: Planned, said: str = "") -> HttpResponse:
    now = clock.now()
    vehicles = trips.list_vehicles(now=now)
    context = {
        "trips": trips.list_trips(now=now),
        "free": [v for v in vehicles if not v.trip and not v.soiled],
        "soiled": [v for v in vehicles if not v.trip and v.soiled],
        "form": form,
        "said": said,
        "may_plan": may(request, "trip-plan"),
        "may_disinfect": may(request, "vehicle-disinfect"),
    }
    return render(request, "trip/list.html", context, status=422 if said or form.errors else 200)


@page("trip-plan", "POST")
def plan(request: HttpRequest) -> HttpResponse:
    """Open a trip: it becomes an account of the ledger that people can be handed to."""
    form = Planned(request.POST, now=clock.now())
    if not form.is_valid():
        return _render(request, form)
    told, trip = form.cleaned_data, make_id()
    destination, escort = UUID(told["destination"]), told["escort"]
    order = transport.Order(
        vehicle=UUID(told["vehicle"]),
        destination=destination,
        starts_at=told["starts_at"],
        minutes=told["minutes"] or trips.find_minutes(destination=destination),
        long_distance=told["long_distance"],
        driver=UUID(told["driver"]) if told["driver"] else None,
        escorts=(UUID(escort),) if escort else (),
    )
    on = timezone.localtime(order.starts_at)
    try:
        transport.plan_trip(order=order, code=f"trip:{on:%Y%m%d}-{trip.hex[-5:]}", trip_id=trip)
    except Refused as refused:
        return _render(request, form, said=words.say_refused(refused))
    messages.success(request, _("Planned. People can be handed to it now."), extra_tags="good")
    return HttpResponseRedirect(reverse("trip", args=[trip]))


@page("trip")
def show(request: HttpRequest, trip: UUID) -> HttpResponse:
    """One trip: what it is, what it has reported, who is aboard; the boarding list to print."""
    found = trips.find_trip(trip=trip)
    if found is None:
        raise Http404
    aboard = trips.list_aboard(trip=trip)
    known: dict[UUID, identity.Identity] = {}
    if may(request, "names"):
        known = identity.read(travellers=aboard, look=identity.Look(request.user.pk, "trip", found.code))
    people = [
        (card, known[card.traveller].full_name if card.traveller in known else "")
        for card in travellers.list_cards(travellers=aboard)
    ]
    context = {
        "trip": found,
        "people": sorted(people, key=lambda line: (line[0].designator, line[1] or line[0].code)),
        "next": NEXT.get(found.step, ""),
        "may_report": may(request, "trip-report"),
        "may_scan": may(request, "scan-post"),
        "may_open_people": may(request, "traveller"),
    }
    return render(request, "trip/trip.html", context)


@page("trip-report", "POST")
def report(request: HttpRequest, trip: UUID) -> HttpResponse:
    """It has departed, arrived, ended or broken down. It does not end while the book has somebody aboard."""
    form = Reported(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the odometer as kilometres, or leave it empty."), extra_tags="lost")
        return HttpResponseRedirect(reverse("trip", args=[trip]))
    told = form.cleaned_data
    if told["step"] == "broken_down" and not told["because"].strip():
        raise Refused("reason_missing")
    transport.report(
        report=transport.Report(trip, told["step"], told["odometer_km"], told["because"]),
        by=request.user.pk,
        now=clock.now(),
    )
    messages.success(request, _("Reported."), extra_tags="good")
    return HttpResponseRedirect(reverse("trip", args=[trip]))


@page("vehicle-disinfect", "POST")
def disinfect(request: HttpRequest, vehicle: UUID) -> HttpResponse:
    """A vehicle has been disinfected after its trip."""
    now = clock.now()
    done = duty.Done("vehicle", str(vehicle), "disinfection", now)
    duty.record(evidence=done, by=request.user.pk, now=now)
    messages.success(request, _("Disinfected: the vehicle can go again."), extra_tags="good")
    return HttpResponseRedirect(reverse("trips"))
