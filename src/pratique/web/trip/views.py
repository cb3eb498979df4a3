"""Trips under way, one trip with who is aboard, and what may be done with it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.services import clock, identity, odometer, signing, transport
from pratique.services.convoy import forming
from pratique.services.dispatch import (
    boarding,
    by_hand,
    clean,
    crews,
    departing,
    duration,
    manning,
    means,
    promise,
    stretches,
)
from pratique.services.tracking import outlook
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import tracking, trips
from pratique.web.dispatch import overtaken
from pratique.web.gate import may, page
from pratique.web.traveller.forms import recognise_second
from pratique.web.trip import road, stands
from pratique.web.trip.forms import Cleaned, Excepted, Planned, Reported

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
        "trips": (found := trips.list_trips(now=now)),
        "alone": {trip.id for trip in forming.list_alone()},
        "outlooks": outlook.foresee(trips=found, now=now),
        "overdue": departing.list_overdue(trips=found, now=now),
        "free": [v for v in vehicles if v.free],
        "soiled": [v for v in vehicles if not v.trip and v.soiled],
        "form": form,
        "said": said,
        "may_plan": may(request, "trip-plan"),
        "may_open_convoys": may(request, "convoys"),
        "may_disinfect": may(request, "vehicle-disinfect"),
        "agents": clean.AGENTS,
    }
    return render(request, "trip/list.html", context, status=422 if said or form.errors else 200)


@page("trip-plan", "POST")
def plan(request: HttpRequest) -> HttpResponse:
    """Open a trip: it becomes an account of the ledger that people can be handed to."""
    form = Planned(request.POST, now=clock.now())
    if not form.is_valid():
        return _render(request, form)
    told, trip = form.cleaned_data, make_id()
    vehicle, destination, escort = UUID(told["vehicle"]), UUID(told["destination"]), told["escort"]
    order = transport.Order(
        vehicle=vehicle,
        destination=destination,
        starts_at=told["starts_at"],
        minutes=told["minutes"] or duration.find_minutes(vehicle=vehicle, destination=destination),
        long_distance=told["long_distance"],
        driver=UUID(told["driver"]) if told["driver"] else None,
        escorts=(UUID(escort),) if escort else (),
        reliefs=tuple(map(UUID, told["reliefs"])),
    )
    on = timezone.localtime(order.starts_at)
    try:
        code = transport.make_code(trip=trip, starts_at=on)
        crews.plan_trip(order=order, code=code, trip=trip, now=clock.now())
    except Refused as refused:
        return _render(request, form, said=road.say_refused(refused))
    messages.success(request, _("Planned. People can be handed to it now."), extra_tags="good")
    return HttpResponseRedirect(reverse("trip", args=[trip]))


@page("trip")
def show(request: HttpRequest, trip: UUID) -> HttpResponse:
    """One trip: what it is, what it has reported, who is aboard; the boarding list to print."""
    found = trips.find_trip(trip=trip)
    if found is None:
        raise Http404
    sheet, lines = _read_lines(request, found)
    expected = outlook.foresee(trips=[found], now=clock.now()).get(trip)
    context = {
        "outlook": expected,
        "answers": road.describe_answers(request, trip, moving=expected is not None),
        "open_until": promise.list_open_until(trips=[trip], now=clock.now()),
        "erased": tracking.count_erased(trip=trip),
        "trip": found,
        "sheet": sheet,
        "lines": lines,
        "stands": stands.find_stands(trip=found, sheet=sheet),
        "next": NEXT.get(found.step, ""),
        "steps": road.describe_steps(request, trip, sheet),
        "taken_back": odometer.list_taken_back(trip=trip),
        "may_take_back": may(request, "trip-odometer"),
        "alone": forming.must_join(trip=found) and not found.departed_at and not found.ended_at,
        "may_form": may(request, "convoy-form"),
        "fetching": trips.list_fetching(origin=trip) if found.ended_at else [],
        "takers": road.describe_takers(
            request, found, [line.traveller for line, _ in lines if line.state == "aboard"]
        ),
        "crew": road.describe_crew(request, found),
        "count": road.describe_count(request, found, sheet),
        "candidates": road.list_candidates(request, trip),
        "misboarded": (misboarded := road.list_misboarded(trip)),
        "changed": [
            one
            for one in overtaken.say_of(trips=[trip], now=clock.now())
            if one.sort != "unmanned" and (one.sort != "case_aboard" or not misboarded)
        ],
        "unmanned": manning.find_short(trip=trip),
        "soiled": clean.find_closed(vehicle=found.vehicle.pk, now=clock.now())
        if found.step == "planned"
        else None,
        "may_disinfect": may(request, "vehicle-disinfect"),
        "cleaned": (cleaned := clean.find_after(trip=found)),
        "cleaner": models.Person.objects.filter(id=cleaned.by_id).first() if cleaned else None,
        "unclean": found.ended_at
        and found.departed_at
        and not cleaned
        and found.vehicle.pk in trips.list_soiled(vehicle=found.vehicle.pk),
        "agents": clean.AGENTS,
        "may_except": may(request, "vehicle-except"),
        "may_settle_misboarded": may(request, "trip-misboarded"),
        "may_open_trips": may(request, "trips"),
        "may_open_convoy": may(request, "convoy"),
        "may_report": may(request, "trip-report"),
        "may_scan": may(request, "scan-post"),
        "may_open_people": may(request, "traveller"),
        "may_call_off": may(request, "trip-call-off") and by_hand.is_callable_off(trip=trip),
        "may_pin": may(request, "trip-pin") and means.is_changeable(trip=trip),
    }
    return render(request, "trip/trip.html", context)


def _read_lines(
    request: HttpRequest, trip: trips.Trip
) -> tuple[boarding.Sheet, list[tuple[boarding.Line, str]]]:
    """The list with names where the role may see them; once it is on the road those that differ stand first."""
    sheet = boarding.read_sheet(trip=trip.id)
    known: dict[UUID, identity.Identity] = {}
    if may(request, "names"):
        known = identity.read(
            travellers=[line.traveller for line in sheet.lines],
            look=identity.Look(request.user.pk, "trip", trip.code),
        )
    first = sheet.differing if trip.departed_at else ()
    lines = sorted(sheet.lines, key=lambda line: line not in first)
    return sheet, [
        (line, known[line.traveller].full_name if line.traveller in known else "") for line in lines
    ]


@page("trip-list")
def show_list(request: HttpRequest, trip: UUID) -> HttpResponse:
    """The boarding list to print: seats and codes, names for roles that may see them, ticks and two signatures; whoever is aboard without
    being on the list stands at its end."""
    found = trips.find_trip(trip=trip)
    if found is None:
        raise Http404
    sheet, lines = _read_lines(request, found)
    rows = {line.traveller: row for row, line in enumerate(sheet.lines)}
    wanted = [one for one in lines if one[0].listed or one[0].state == "aboard"]
    listed = sorted(wanted or lines, key=lambda one: (not one[0].listed, rows[one[0].traveller]))
    context = {
        "trip": found,
        "sheet": sheet,
        "lines": listed,
        "stands": stands.find_stands(trip=found, sheet=sheet),
        "names": may(request, "names"),
        "open_until": promise.list_open_until(trips=[trip], now=clock.now()),
    }
    return render(request, "trip/sheet.html", context)


@page("trip-route")
def show_route(request: HttpRequest, trip: UUID) -> HttpResponse:
    """The route sheet to print: stops and rests with planned times, who gets off by code and seat, lines to write on; no names."""
    found = trips.find_trip(trip=trip)
    if found is None:
        raise Http404
    sheet = boarding.read_sheet(trip=trip)
    route = trips.find_route(trip=found)
    context = {
        "trip": found,
        "route": route,
        "lines": [line for line in sheet.lines if line.listed or line.state == "aboard"],
        "stands": stands.find_stands(trip=found, sheet=sheet),
        "way": stretches.lay_out(trip=found, route=route),
        "open_until": promise.list_open_until(trips=[trip], now=clock.now()),
    }
    return render(request, "trip/route.html", context)


@page("trip-report", "POST")
def report(request: HttpRequest, trip: UUID) -> HttpResponse:
    """It has departed, arrived, ended or broken down. It does not end while the book has somebody aboard."""
    form = Reported(request.POST)
    if not form.is_valid():
        said = _("Give the odometer as kilometres, or leave it empty.")
        if "at" in form.errors:
            said = _("Give day and time, or leave it empty: then it was just now.")
        messages.error(request, said, extra_tags="lost")
        return HttpResponseRedirect(reverse("trip", args=[trip]))
    told = form.cleaned_data
    if told["step"] in ("broken_down", "stopped") and not told["because"].strip():
        raise Refused("reason_missing")
    boarding.report(
        report=transport.Report(trip, told["step"], told["odometer_km"], told["because"], told["at"]),
        by=request.user.pk,
        now=clock.now(),
    )
    messages.success(request, _("Reported."), extra_tags="good")
    return HttpResponseRedirect(reverse("trip", args=[trip]))


@page("vehicle-disinfect", "POST")
def disinfect(request: HttpRequest, vehicle: UUID) -> HttpResponse:
    """A vehicle has been disinfected after its trip."""
    form = Cleaned(request.POST)
    if not form.is_valid():
        raise Refused("clean_impossible" if "at" in form.errors else "odometer_unread")
    clean.report(
        vehicle=vehicle,
        agent=form.cleaned_data["agent"],
        km=form.cleaned_data["odometer_km"],
        at=form.cleaned_data["at"],
        by=request.user.pk,
        now=clock.now(),
        evidence_id=form.cleaned_data["id"],
    )
    messages.success(request, _("Disinfected: the vehicle can go again."), extra_tags="good")
    return _back_to_trip(request)


@page("vehicle-disinfect-back", "POST")
def take_disinfection_back(request: HttpRequest, vehicle: UUID, evidence: UUID) -> HttpResponse:
    """It was not disinfected after all."""
    because = request.POST.get("because", "")
    clean.take_back(vehicle=vehicle, evidence=evidence, because=because, by=request.user.pk, now=clock.now())
    messages.success(request, _("Taken back: it is to be disinfected."), extra_tags="good")
    return _back_to_trip(request)


@page("vehicle-except", "POST")
def except_vehicle(request: HttpRequest, vehicle: UUID) -> HttpResponse:
    """A vehicle that nobody disinfected sets off all the same: who says so, with whom, and why."""
    form = Excepted(request.POST)
    if not form.is_valid():
        raise Refused("reason_missing")
    now = clock.now()
    signing_too = recognise_second(form.cleaned_data, now)
    if signing_too == request.user.pk:
        raise Refused("second_person_needed", "somebody else signs as the second")
    people = [one for one in (request.user.pk, signing_too) if one]
    clean.except_from_gate(
        vehicle=vehicle,
        because=form.cleaned_data["because"],
        signatures=[(one, signing.rank_of(person=one)) for one in people],
        by=request.user.pk,
        now=now,
    )
    messages.success(request, _("Written down with both names: it may set off as it is."), extra_tags="good")
    return _back_to_trip(request)


def _back_to_trip(request: HttpRequest) -> HttpResponse:
    """The page of the trip it was said on, else the trips."""
    trip = road.read_uuid(request.POST.get("trip", ""))
    return road.back_to(trip) if trip else HttpResponseRedirect(reverse("trips"))
