"""The page of whoever receives a convoy: their own count first, then the names, vehicle by vehicle."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.core.custody.handover import Handover
from pratique.services import clock, identity
from pratique.services.convoy import acceptance, course
from pratique.services.permission import Role
from pratique.services.stay import onward
from pratique.services.tracking import outlook
from pratique.store.queries import convoys, travellers
from pratique.web.convoy.forms import Received
from pratique.web.convoy.views import find_there, get_convoy
from pratique.web.gate import find_role, may, page

OPEN = frozenset({"offered", "lapsed", "accepted"})


@page("convoy-receive")
def show(request: HttpRequest, convoy: UUID) -> HttpResponse:
    """Every vehicle of the convoy with whom it offers. How many the convoy counted is not said: the receiver counts."""
    return _render(request, get_convoy(request, convoy))


def _render(
    request: HttpRequest, found: convoys.Convoy, wrong: dict[UUID, Received] | None = None
) -> HttpResponse:
    now = clock.now()
    standing = course.judge_all(found=[found], now=now)[found.id]
    offered = {who for one in standing.handovers.values() for who in _list_people(one)}
    codes = travellers.name_codes(travellers=offered)
    measures = onward.name_measures(travellers=offered)
    known: dict[UUID, identity.Identity] = {}
    if may(request, "convoy-names") and offered and not found.over:
        look = identity.Look(request.user.pk, "convoy", found.code)
        known = identity.read(travellers=sorted(offered), look=look)
    rows = [
        _row(trip, standing.handovers.get(trip.id), codes, known, (wrong or {}).get(trip.id))
        for trip in found.trips
    ]
    for row in rows:
        for one in row["people"]:
            one["measure"] = measures.get(one["id"], "")
    context = {
        "convoy": found,
        "standing": standing,
        "rows": rows,
        "there": find_there(
            found, convoys.list_reports(convoy=found.id), outlook.foresee(trips=found.trips, now=now)
        ),
        "by_telephone": find_role(request) != Role.PARTNER,
        "names": bool(known),
    }
    return render(request, "convoy/receive.html", context, status=422 if wrong else 200)


def _list_people(handover: Handover) -> set[UUID]:
    return {UUID(who) for who in (handover.names or frozenset()) | handover.scanned}


def _row(
    trip: Any,
    handover: Handover | None,
    codes: dict[UUID, str],
    known: dict[UUID, identity.Identity],
    wrong: Received | None,
) -> dict[str, Any]:
    if handover is None:
        return {"trip": trip, "handover": None, "open": False, "people": []}
    scanned = {UUID(who) for who in handover.scanned}
    missing = {UUID(who) for who in handover.missing}
    ticked = scanned | set(wrong.data.getlist("present") if wrong else [])
    people = [
        {
            "id": who,
            "code": codes.get(who, ""),
            "name": known[who].full_name if who in known else "",
            "here": who in scanned,
            "ticked": who in ticked or str(who) in ticked,
            "missing": who in missing,
        }
        for who in _list_people(handover)
    ]
    return {
        "trip": trip,
        "handover": handover,
        "open": handover.state.value in OPEN,
        "people": sorted(people, key=lambda one: (one["here"], one["code"])),
        "wrong": wrong,
    }


@page("convoy-accept", "POST")
def accept(request: HttpRequest, convoy: UUID, trip: UUID) -> HttpResponse:
    """Take over one vehicle's people with the receiver's own count."""
    found = get_convoy(request, convoy)
    handover = course.judge_all(found=[found], now=clock.now())[convoy].handovers.get(trip)
    form = Received(request.POST, offered=_list_people(handover) if handover else ())
    by_telephone = find_role(request) != Role.PARTNER
    if form.is_valid() and by_telephone and not form.cleaned_data["told_by"].strip():
        form.add_error("told_by", _("Say who of the receiver told you."))
    if not form.is_valid():
        return _render(request, found, {trip: form})
    told = acceptance.Receipt(
        heads=form.cleaned_data["heads"],
        present=frozenset(form.cleaned_data["present"]),
        told_by=form.cleaned_data["told_by"] if by_telephone else "",
    )
    after = acceptance.accept(convoy=convoy, trip=trip, told=told, by=request.user.pk, now=clock.now())
    if after.state.value == "closed":
        messages.success(request, _("Accepted: count and names agree."), extra_tags="good")
    else:
        said = _(
            "Something differs: offered %(offered)s, counted %(counted)s, ticked %(ticked)d. The convoy stays responsible for whoever is not ticked. Count again."
        )
        figures = {
            "offered": after.offered_heads,
            "counted": after.accepted_heads,
            "ticked": len(after.scanned),
        }
        messages.error(request, said % figures, extra_tags="lost")
    return HttpResponseRedirect(reverse("convoy-receive", args=[convoy]))


@page("convoy-decline", "POST")
def decline(request: HttpRequest, convoy: UUID, trip: UUID) -> HttpResponse:
    """Do not take them over, and say why."""
    get_convoy(request, convoy)
    because = request.POST.get("because", "")
    if not because.strip():
        raise Refused("reason_missing", "say why they are not taken over")
    acceptance.decline(convoy=convoy, trip=trip, because=because, by=request.user.pk, now=clock.now())
    messages.success(request, _("Declined. The convoy stays responsible and is told why."), extra_tags="good")
    return HttpResponseRedirect(reverse("convoy-receive", args=[convoy]))
