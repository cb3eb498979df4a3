"""Flights of a day, one flight with its list, and what may be done with it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pratique import protocols
from pratique.core.answers import Refused
from pratique.core.boards.picture import Row, Stage
from pratique.core.custody.entry import FlightId
from pratique.core.custody.proofs import Source
from pratique.services import clock, identity, manifest
from pratique.services import flight as flights_service
from pratique.store import models
from pratique.store.queries import flights, ports, tower
from pratique.web import words
from pratique.web.flight.forms import Added, Awaited, Closed, Counted, Landed, Relanded
from pratique.web.gate import may, page
from pratique.web.traveller.forms import recognise_second

FEW = 20
"""So many names a phone shows of a long list before it is asked for all of them (as `.folded` of the styles)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One person of the list as the page shows them; `name` is empty for roles that may not see names."""

    member: flights.Member
    name: str
    holder: ports.Post | None


@page("flights")
def list_day(request: HttpRequest) -> HttpResponse:
    """The flights of a day; today's unless another day is asked for."""
    return _render_day(request, Added(initial={"scheduled_at": timezone.localtime(clock.now())}))


def _render_day(request: HttpRequest, form: Added) -> HttpResponse:
    today = timezone.localdate(clock.now())
    on = _read_day(request.GET.get("on", ""), today)
    rows = {row.flight: row for row in tower.list_rows(now=clock.now())}
    day = flights.list_flights(on=on)
    context = {
        "on": on,
        "today": today,
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1),
        "flights": [(flight, rows.get(FlightId(str(flight.id)))) for flight in day],
        "form": form,
        "may_add": may(request, "flight-add"),
    }
    return render(request, "flight/day.html", context, status=422 if form.errors else 200)


@page("flight-add", "POST")
def schedule(request: HttpRequest) -> HttpResponse:
    """A flight is expected that no list and no schedule has named yet."""
    form = Added(request.POST)
    if not form.is_valid():
        return _render_day(request, form)
    told, port = form.cleaned_data, ports.find_port()
    arrival = flights_service.Arrival(
        designator=manifest.tidy_designator(told["designator"]),
        departure=told["departure"].upper(),
        on=timezone.localdate(told["scheduled_at"]),
        scheduled_at=told["scheduled_at"],
        arrival=port.code if port else "",
    )
    try:
        flight = flights_service.schedule(arrival=arrival, now=clock.now())
    except Refused as refused:
        form.add_error(None, words.say_refused(refused))
        return _render_day(request, form)
    messages.success(request, _("The flight is on the board."), extra_tags="good")
    return _back(flight.id)


def _read_day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise


@page("flight")
def show(request: HttpRequest, flight: UUID) -> HttpResponse:
    """One flight: where its people are, who counted what, its lists; open names first."""
    return _render(request, flight)


def _render(
    request: HttpRequest,
    flight: UUID,
    closed_form: Closed | None = None,
    awaited_form: Awaited | None = None,
    relanded_form: Relanded | None = None,
) -> HttpResponse:
    found = _get(flight)
    figures = flights_service.list_figures(flight=flight)
    to_close = may(request, "flight-close") and found.landed_at is not None and found.closed_at is None
    members = flights.list_members(flight=flight)
    where = request.GET.get("place", "")
    shown = [m for m in members if _is_shown(m, where)]
    held = sum(m.stage is not Stage.EXPECTED for m in members)
    context = {
        "flight": found,
        "row": _make_row(found, members),
        "lines": _make_lines(request, found, shown),
        "open": sum(m.open for m in members),
        "total": len(members),
        "held": held,
        "counts": figures,
        "sources": [s for s in Source if s is not Source.CONTROL],
        "versions": flights.list_versions(flight=flight),
        "where": where,
        "few": FEW,
        "unfolded": "all" in request.GET,
        "tabs": _make_tabs(members),
        "names": may(request, "names"),
        "may_land": may(request, "flight-land"),
        "may_count": may(request, "flight-count"),
        "to_close": to_close,
        "differ": any(one.differs for one in figures),
        "closed_form": closed_form or Closed(differing=[one for one in figures if one.differs]),
        "may_hand_in": may(request, "manifests"),
        "may_slips": may(request, "slips-issue") and found.closed_at is None and bool(members),
        "slip_languages": [(code, one.name) for code, one in protocols.list_sheets().items()],
        "awaited_form": awaited_form or Awaited(initial={"expected_at": timezone.localtime(found.due_at)}),
        "landed_form": Landed(initial={"at": timezone.localtime(clock.now())}),
        "relanded_form": relanded_form
        or Relanded(initial={"at": timezone.localtime(found.landed_at)} if found.landed_at else None),
        "now": clock.now(),
    }
    return render(
        request,
        "flight/flight.html",
        context,
        status=422 if closed_form or awaited_form or relanded_form else 200,
    )


def _get(flight: UUID) -> models.Flight:
    found = flights.find_flight(flight=flight)
    if found is None:
        raise Http404
    return found


def _is_shown(member: flights.Member, where: str) -> bool:
    if where == "open":
        return member.open
    return not where or member.stage == where


def _make_tabs(members: list[flights.Member]) -> list[tuple[Stage, int]]:
    heads = Counter(m.stage for m in members)
    return [(stage, heads[stage]) for stage in Stage if heads[stage]]


def _make_row(flight: models.Flight, members: list[flights.Member]) -> Row:
    return Row(
        flight=FlightId(str(flight.id)),
        designator=flight.designator,
        departure=flight.departure,
        scheduled_at=flight.scheduled_at,
        estimated_at=flight.estimated_at,
        landed_at=flight.landed_at,
        closed_at=flight.closed_at,
        heads=Counter(m.stage for m in members),
    )


def _make_lines(request: HttpRequest, flight: models.Flight, members: list[flights.Member]) -> list[Line]:
    posts = ports.name_posts(posts={m.holder for m in members if m.holder})
    known: dict[UUID, identity.Identity] = {}
    if may(request, "names"):
        look = identity.Look(request.user.pk, "flight list", flight.designator)
        known = identity.read(travellers=[m.traveller for m in members], look=look)
    return [
        Line(
            member=m,
            name=known[m.traveller].full_name if m.traveller in known else "",
            holder=posts.get(m.holder) if m.holder else None,
        )
        for m in members
    ]


@page("flight-expect", "POST")
def expect(request: HttpRequest, flight: UUID) -> HttpResponse:
    """Somebody was told when it comes; said again, it is corrected."""
    form = Awaited(request.POST)
    if not form.is_valid():
        return _render(request, flight, awaited_form=form)
    at = form.cleaned_data["expected_at"]
    try:
        row = flights_service.expect(flight=flight, estimated_at=at, by=request.user.pk, now=clock.now())
    except Refused as refused:
        form.add_error("expected_at", words.say_refused(refused))
        return _render(request, flight, awaited_form=form)
    told = {"flight": row.designator, "at": timezone.localtime(at).strftime("%Y-%m-%d %H:%M")}
    messages.success(request, _("%(flight)s is expected at %(at)s.") % told, extra_tags="good")
    return _back(flight)


@page("flight-land", "POST")
def land(request: HttpRequest, flight: UUID) -> HttpResponse:
    """It has landed: everybody on its list enters the book. Another time with a reason corrects the first."""
    if "because" in request.POST:
        return _correct_landing(request, flight)
    form = Landed(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the landing time as hours and minutes."), extra_tags="lost")
        return _back(flight)
    admitted = flights_service.land(
        flight=flight, landed_at=form.cleaned_data["at"], now=clock.now(), by=request.user.pk
    )
    said = ngettext(
        "Landed. %(n)d person is now held by the cabin.",
        "Landed. %(n)d people are now held by the cabin.",
        admitted,
    )
    messages.success(request, said % {"n": admitted}, extra_tags="good")
    return _back(flight)


def _correct_landing(request: HttpRequest, flight: UUID) -> HttpResponse:
    form = Relanded(request.POST)
    if not form.is_valid():
        return _render(request, flight, relanded_form=form)
    told = form.cleaned_data
    try:
        flights_service.land(
            flight=flight, landed_at=told["at"], now=clock.now(), by=request.user.pk, because=told["because"]
        )
    except Refused as refused:
        form.add_error("at", words.say_refused(refused))
        return _render(request, flight, relanded_form=form)
    messages.success(
        request, _("Corrected. What was written down first stays in the book."), extra_tags="good"
    )
    return _back(flight)


@page("flight-count", "POST")
def count(request: HttpRequest, flight: UUID) -> HttpResponse:
    """Somebody counted heads."""
    form = Counted(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give a whole number of heads and who counted."), extra_tags="lost")
        return _back(flight)
    flights_service.count(
        flight=flight,
        source=Source(form.cleaned_data["source"]),
        heads=form.cleaned_data["heads"],
        by=request.user.pk,
        now=clock.now(),
    )
    messages.success(request, _("The count is in the book."), extra_tags="good")
    return _back(flight)


@page("flight-close", "POST")
def close(request: HttpRequest, flight: UUID) -> HttpResponse:
    """Close the flight. While anybody is open nothing is closed, and the names are shown; each count that differs is explained."""
    still_open = flights_service.list_open(flight=flight)
    if still_open:
        said = ngettext(
            "Not closed: %(n)d person is still open. They stand first on the list.",
            "Not closed: %(n)d people are still open. They stand first on the list.",
            len(still_open),
        )
        messages.error(request, said % {"n": len(still_open)}, extra_tags="lost")
        return HttpResponseRedirect(f"{reverse('flight', args=[flight])}?place=open")
    now = clock.now()
    differing = [one for one in flights_service.list_figures(flight=flight) if one.differs]
    form = Closed(request.POST, differing=differing)
    if not form.is_valid():
        return _render(request, flight, form)
    try:
        second = recognise_second(form.cleaned_data, now)
        settled = flights_service.Settled(form.read(), second)
        flights_service.close(flight=flight, by=request.user.pk, now=now, settled=settled)
    except Refused as refused:
        form.add_error(None, words.say_refused(refused))
        return _render(request, flight, form)
    messages.success(request, _("The flight is closed. Nobody of it is open."), extra_tags="good")
    return _back(flight)


def _back(flight: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("flight", args=[flight]))
