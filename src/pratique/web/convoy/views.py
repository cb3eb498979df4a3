"""The convoys under way, one of them with its way and its reports, and its sheet to print."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pratique.core.answers import Refused
from pratique.core.duties.register import State as Owing
from pratique.core.duties.vocabulary import Kind
from pratique.core.transport.convoy import State
from pratique.services import clock, register
from pratique.services.convoy import course, forming, rescue, way
from pratique.services.dispatch import driving, settings
from pratique.services.permission import Role
from pratique.services.tracking import answers, outlook
from pratique.store import models
from pratique.store.queries import convoys, travellers, trips
from pratique.web import words
from pratique.web.convoy.forms import Amended, Because, Formed, Happened, Heard
from pratique.web.convoy.phrases import COMMA, STEPS
from pratique.web.gate import find_role, may, page
from pratique.web.trip.forms import Reached

NEXT_DUE = ("check_in", "acceptance")


def get_convoy(request: HttpRequest, convoy: UUID) -> convoys.Convoy:
    """A convoy that whoever asks may see: a partner only those that come to their own unit."""
    found = convoys.find_convoy(convoy=convoy)
    if found is None:
        raise Http404
    if find_role(request) == Role.PARTNER:
        receiver = found.destination.unit
        if receiver is None or receiver != request.user.unit:
            raise Http404
    return found


@page("convoys")
def list_convoys(request: HttpRequest) -> HttpResponse:
    """Convoys under way and those that ended within a day; trips that could go together."""
    return _render_list(request)


def _render_list(request: HttpRequest, wrong: Formed | None = None) -> HttpResponse:
    now = clock.now()
    unit = request.user.unit_id if find_role(request) == Role.PARTNER else None
    nobody = find_role(request) == Role.PARTNER and unit is None
    found = [] if nobody else convoys.list_convoys(now=now, unit=unit)
    may_form = may(request, "convoy-form")
    context = {
        "rows": _list_rows(found),
        "groups": _list_groups(wrong) if may_form else [],
        "may_form": may_form,
        "may_open_trips": may(request, "trips"),
        "receives": find_role(request) == Role.PARTNER,
    }
    return render(request, "convoy/list.html", context, status=422 if wrong else 200)


def _list_rows(found: list[convoys.Convoy]) -> list[dict[str, Any]]:
    now = clock.now()
    standings = course.judge_all(found=found, now=now)
    outlooks = outlook.foresee(trips=[trip for one in found for trip in one.trips], now=now)
    rows = []
    for one in found:
        reports = convoys.list_reports(convoy=one.id)
        heard = next((r for r in reports if r.code in ("checked_in", "answered")), None)
        rows.append(
            {
                "convoy": one,
                "standing": standings[one.id],
                "there": find_there(one, reports, outlooks),
                "heard": heard,
                "owed": _list_owed(one) if not one.over else [],
            }
        )
    return rows


def find_there(
    one: convoys.Convoy, reports: list[Any], outlooks: Mapping[UUID, outlook.Outlook]
) -> way.Arrival | None:
    """When a convoy is there, by the outlooks of its trips."""
    itinerary = way.lay_out(convoy=one, reports=reports)
    return way.find_arrival(convoy=one, itinerary=itinerary, outlooks=outlooks)


def _list_owed(one: convoys.Convoy) -> list[Any]:
    """What it owes or is owed about it now, the most pressing first."""
    account = register.account_of(kind=Kind.CONVOY, subject=str(one.id), now=clock.now())
    duties = account.duties if account else ()
    open_ = [d for d in duties if d.state in (Owing.DUE, Owing.OVERDUE)]
    return sorted(open_, key=lambda d: (d.overdue_at, d.code))


def _list_groups(wrong: Formed | None) -> list[dict[str, Any]]:
    """By destination: trips that could form a convoy, with the form for it."""
    groups = []
    for planned in convoys.list_unconvoyed(long_minutes=settings.get_rules().rules.long_drive).values():
        destination = planned[0].destination
        escorts = [escort.pk for trip in planned for escort in trip.escorts]
        form = Formed(
            places=convoys.list_rest_places(place=destination.place),
            planned=planned,
            auto_id=f"{destination.id}-%s",
            initial={
                "trips": [t.id for t in planned],
                "halts": [h.code for h in forming.suggest_halts(place=destination.place)],
                "commander": next(iter(escorts), None),
            },
        )
        mine = wrong is not None and wrong.data.get("destination") == str(destination.id)
        groups.append({"destination": destination, "planned": planned, "form": wrong if mine else form})
    return groups


@page("convoy-form", "POST")
def form(request: HttpRequest) -> HttpResponse:
    """Form a convoy of the chosen trips."""
    groups = convoys.list_unconvoyed(long_minutes=settings.get_rules().rules.long_drive)
    planned = next((own for end, own in groups.items() if str(end) == request.POST.get("destination")), None)
    if planned is None:
        raise Refused("convoy_empty", "no trip to there waits any more: look at the list again")
    place = planned[0].destination.place
    told = Formed(
        request.POST,
        places=convoys.list_rest_places(place=place),
        planned=planned,
        auto_id=f"{planned[0].destination.id}-%s",
    )
    if not told.is_valid():
        return _render_list(request, told)
    order = forming.Order(
        trips=tuple(told.cleaned_data["trips"]),
        commander=UUID(told.cleaned_data["commander"]),
        halts=tuple(told.cleaned_data["halts"]),
    )
    made = forming.form(
        order=order, zone=timezone.get_current_timezone(), by=request.user.pk, now=clock.now()
    )
    messages.success(request, _("Formed. Later plans keep its trips as they are."), extra_tags="good")
    return _back(made.id)


def _back(convoy: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("convoy", args=[convoy]))


@page("convoy")
def show(request: HttpRequest, convoy: UUID) -> HttpResponse:
    """One convoy: what it is at, who answers for it, its way, its vehicles, what was reported and what is owed."""
    return _render(request, get_convoy(request, convoy))


def _render(request: HttpRequest, found: convoys.Convoy, **wrong: forms.Form) -> HttpResponse:
    now = clock.now()
    standing = course.judge_all(found=[found], now=now)[found.id]
    reports = convoys.list_reports(convoy=found.id)
    settled = {r.about: r for r in reports if r.code == "settled"}
    moving = [trip for trip in found.trips if trip.departed_at and not trip.ended_at]
    places = convoys.list_rest_places(place=found.destination.place)
    outlooks = outlook.foresee(trips=found.trips, now=now)
    changes = _say_changes(reports, places)
    may_report = may(request, "convoy-check-in") and not found.over
    may_lead = may(request, "convoy-amend") and not found.over
    context = {
        "convoy": found,
        "standing": standing,
        "way": way.lay_out(convoy=found, reports=reports),
        "wheels": {trip.id: driving.find_wheel(trip=trip.id) for trip in moving},
        "there": find_there(found, reports, outlooks),
        "outlooks": outlooks,
        "seats": [(t, t.vehicle.seats - t.aboard) for t in moving if not t.arrived_at],
        "reports": [(r, _say_place(r, places), changes.get(r.id, "")) for r in reports],
        "unsettled": [r for r in reports if r.code == "incident" and str(r.id) not in settled],
        "settled": settled,
        "near": {
            r.id: rescue.list_near(convoy=found, stop=r.attributes.get("stop", ""), now=r.happened_at)
            for r in reports
            if r.code == "incident" and r.attributes.get("sort") == "ill" and str(r.id) not in settled
        },
        "called": {r.about for r in reports if r.code == rescue.CALLED},
        "owed": _list_owed(found) if not found.over else [],
        "moving": moving,
        "steps": STEPS,
        "may_report": may_report,
        "may_lead": may_lead,
        "may_offer": may_report and standing.responsible and found.aboard > 0,
        "may_disband": may_lead and standing.state is State.FORMING,
        "may_receive": may(request, "convoy-receive") and not found.over,
        "may_open_trip": may(request, "trip"),
        "may_print": may(request, "convoy-sheet"),
        "reached_form": Reached(auto_id="reached-%s")
        if may(request, "convoy-reached") and any(trip.arrived_at is None for trip in moving)
        else None,
        "heard_form": Heard(places=places, moving=moving, auto_id="heard-%s"),
        "happened_form": Happened(places=places, members=found.trips, auto_id="happened-%s"),
        "led_form": Amended(
            places=places,
            together=found.trips,
            standing=found.commander,
            initial={
                "commander": found.commander.pk,
                "halts": (halts := [h.code for h in found.halts]),
                "seen": "|".join((str(found.commander.pk), *halts)),
            },
        ),
        "joining": _list_joining(found) if may_lead else [],
        **wrong,
    }
    return render(request, "convoy/convoy.html", context, status=422 if wrong else 200)


def _say_place(report: Any, places: tuple[convoys.RestPlace, ...]) -> str:
    stop = report.attributes.get("stop", "")
    return next((words.name_of(p) for p in places if p.code == stop), "")


def _say_changes(reports: Iterable[Any], places: tuple[convoys.RestPlace, ...]) -> dict[UUID, str]:
    """What was changed of a convoy, by the report that says so: commander and rest places, each as it was and is."""
    told = [r for r in reports if r.code == "amended"]
    people = models.Person.objects.in_bulk(
        {UUID(r.attributes[one]) for r in told for one in ("commander_was", "commander")}
    )
    named = {place.code: words.name_of(place) for place in places}
    found = {}
    for r in told:
        was, now = (
            [
                words.name_of(people[UUID(r.attributes[f"commander{tail}"])]),
                words.say(COMMA).join(named.get(code, code) for code in r.attributes[f"halts{tail}"]) or "–",
            ]
            for tail in ("_was", "")
        )
        found[r.id] = "; ".join(f"{old} → {new}" for old, new in zip(was, now, strict=True) if old != new)
    return found


def _list_joining(found: convoys.Convoy) -> list[trips.Trip]:
    """Trips to the same place that are in no convoy and not over, also on the road."""
    running = trips.list_trips(now=clock.now())
    return [
        t
        for t in running
        if t.destination.id == found.destination.id and t.convoy is None and t.ended_at is None
    ]


@page("convoy-sheet")
def show_sheet(request: HttpRequest, convoy: UUID) -> HttpResponse:
    """The sheet to print: stops with planned times, vehicles and crews, what to do when something happens; no names of travellers."""
    found = get_convoy(request, convoy)
    reports = convoys.list_reports(convoy=found.id)
    context = {
        "convoy": found,
        "way": way.lay_out(convoy=found, reports=reports),
        "routes": [(trip, trips.find_route(trip=trip)) for trip in found.trips],
        "steps": STEPS,
        "check_in_minutes": way.get_check_in_minutes(now=clock.now()),
    }
    return render(request, "convoy/sheet.html", context)


@page("convoy-check-in", "POST")
def check_in(request: HttpRequest, convoy: UUID) -> HttpResponse:
    """The convoy is heard, with a count of every vehicle."""
    found = get_convoy(request, convoy)
    moving = [trip for trip in found.trips if trip.departed_at and not trip.ended_at]
    places = convoys.list_rest_places(place=found.destination.place)
    form = Heard(request.POST, places=places, moving=moving, auto_id="heard-%s")
    if not form.is_valid():
        return _render(request, found, heard_form=form)
    told = course.CheckIn(counts=form.counted, stop=form.cleaned_data["stop"], note=form.cleaned_data["note"])
    differing = course.check_in(convoy=convoy, told=told, by=request.user.pk, now=clock.now())
    messages.success(request, _("Heard."), extra_tags="good")
    plates = {trip.id: trip.vehicle.plate for trip in moving}
    for trip, (counted, booked) in differing.items():
        said = _(
            "%(plate)s: counted %(counted)d, in the book %(booked)d. Count again, or scan everybody aboard."
        )
        messages.error(
            request,
            said % {"plate": plates[trip], "counted": counted, "booked": booked},
            extra_tags="lost",
        )
    return _back(convoy)


@page("convoy-reached", "POST")
def write_answer(request: HttpRequest, convoy: UUID) -> HttpResponse:
    """Its commander answered by telephone for all of it; nobody was counted."""
    get_convoy(request, convoy)
    answers.reach_convoy(
        convoy=convoy, told=Reached(request.POST).read(), by=request.user.pk, now=clock.now()
    )
    messages.success(request, _("Written down: they were reached."), extra_tags="good")
    return _back(convoy)


@page("convoy-incident", "POST")
def report_incident(request: HttpRequest, convoy: UUID) -> HttpResponse:
    """Something happened on the way."""
    found = get_convoy(request, convoy)
    places = convoys.list_rest_places(place=found.destination.place)
    form = Happened(request.POST, places=places, members=found.trips, auto_id="happened-%s")
    if not form.is_valid():
        return _render(request, found, happened_form=form)
    told = form.cleaned_data
    traveller = None
    if told["code"].strip():
        traveller = travellers.find_by_code(code=told["code"])
        if traveller is None:
            form.add_error("code", _("Nobody has this code: compare it with the wristband."))
            return _render(request, found, happened_form=form)
    incident = course.Incident(
        sort=told["sort"],
        note=told["note"],
        stop=told["stop"],
        trip=told["trip"],
        traveller=traveller,
        celsius=told["celsius"],
        delay_minutes=told["delay_minutes"] or 0,
    )
    course.report(convoy=convoy, told=incident, by=request.user.pk, now=clock.now())
    messages.success(
        request, _("Reported. The command office owes an answer; what to do at once stands below."), extra_tags="good"
    )  # fmt: skip
    return _back(convoy)


@page("convoy-ambulance", "POST")
def call_ambulance(request: HttpRequest, convoy: UUID, incident: UUID) -> HttpResponse:
    """An ambulance is called to meet the convoy; whoever is ill is offered to its hospital, and nobody else."""
    get_convoy(request, convoy)
    try:
        hospital = UUID(request.POST.get("hospital", ""))
    except ValueError:
        raise Refused("custodian_unknown") from None
    told = rescue.Call(hospital, request.POST.get("meets", ""), request.POST.get("agreed_by", ""))
    rescue.call(convoy=convoy, incident=incident, told=told, by=request.user.pk, now=clock.now())
    messages.success(
        request, _("Called. Whoever is ill stays with the convoy until the ambulance has scanned them."), extra_tags="good"
    )  # fmt: skip
    return _back(convoy)


@page("convoy-settle", "POST")
def settle(request: HttpRequest, convoy: UUID, incident: UUID) -> HttpResponse:
    """How an incident was settled."""
    get_convoy(request, convoy)
    course.settle(
        convoy=convoy, incident=incident, note=request.POST.get("note", ""), by=request.user.pk, now=clock.now()
    )  # fmt: skip
    messages.success(request, _("Settled."), extra_tags="good")
    return _back(convoy)


@page("convoy-take-back", "POST")
def take_back(request: HttpRequest, convoy: UUID, report: UUID) -> HttpResponse:
    """A report that was wrong."""
    get_convoy(request, convoy)
    course.take_back(
        convoy=convoy,
        report=report,
        because=request.POST.get("note", ""),
        by=request.user.pk,
        now=clock.now(),
    )
    messages.success(request, _("Taken back: what it discharged is owed again."), extra_tags="good")
    return _back(convoy)


@page("convoy-amend", "POST")
def amend(request: HttpRequest, convoy: UUID) -> HttpResponse:
    """Another commander, other rest places."""
    found = get_convoy(request, convoy)
    form = Amended(
        request.POST,
        places=convoys.list_rest_places(place=found.destination.place),
        together=found.trips,
        standing=found.commander,
    )
    if not form.is_valid():
        return _render(request, found, led_form=form)
    wanted = forming.Lead(UUID(form.cleaned_data["commander"]), tuple(form.cleaned_data["halts"]))
    forming.amend(
        convoy=convoy, wanted=wanted, seen=form.cleaned_data["seen"], by=request.user.pk, now=clock.now()
    )
    messages.success(request, _("Changed."), extra_tags="good")
    return _back(convoy)


@page("convoy-join", "POST")
def join(request: HttpRequest, convoy: UUID) -> HttpResponse:
    """One more trip comes along."""
    forming.join(convoy=convoy, trip=_read_trip(request), by=request.user.pk, now=clock.now())
    messages.success(request, _("It goes with the convoy now."), extra_tags="good")
    return _back(convoy)


@page("convoy-leave", "POST")
def leave(request: HttpRequest, convoy: UUID) -> HttpResponse:
    """A trip that has not set off goes by itself again."""
    forming.leave(convoy=convoy, trip=_read_trip(request), by=request.user.pk, now=clock.now())
    messages.success(request, _("It goes by itself now."), extra_tags="good")
    return _back(convoy)


def _read_trip(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("trip", ""))
    except ValueError:
        raise Refused("trip_unknown") from None


@page("convoy-disband", "POST")
def disband(request: HttpRequest, convoy: UUID) -> HttpResponse:
    """Its trips go by themselves again."""
    form = Because(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    forming.disband(convoy=convoy, because=note, by=request.user.pk, now=clock.now())
    messages.success(request, _("Disbanded: its trips go by themselves."), extra_tags="good")
    return HttpResponseRedirect(reverse("convoys"))


@page("convoy-offer", "POST")
def offer(request: HttpRequest, convoy: UUID) -> HttpResponse:
    """Offer everybody aboard to the receiver, by name."""
    get_convoy(request, convoy)
    number = course.offer(convoy=convoy, by=request.user.pk, now=clock.now())
    said = ngettext(
        "Offered, one vehicle. The convoy is responsible until the receiver has counted and accepted.",
        "Offered, %(n)d vehicles. The convoy is responsible until the receiver has counted and accepted.",
        number,
    )
    messages.success(request, said % {"n": number}, extra_tags="good")
    return _back(convoy)
