"""A load without a trip is given one by hand: onto a trip that has room, or a new one with vehicle, crew and hour."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pratique.core.answers import Objection, Refused
from pratique.services import clock
from pratique.services.dispatch import edit, load, plans
from pratique.services.dispatch.draft import Draft
from pratique.services.dispatch.load import Load, Offers, Wish
from pratique.store.queries import ports
from pratique.web.dispatch import labels
from pratique.web.gate import page


@page("dispatch-load", "GET", "POST")
def give(request: HttpRequest) -> HttpResponse:
    """What a load may be given, each tried; and given it, if no rule is in the way. Whoever was kept back is let go again."""
    told = request.POST if request.method == "POST" else request.GET
    if request.method != "POST" or told.get("do") not in ("put", "new", "let_go"):
        return _render(request, told, [])
    by, now = request.user.pk, clock.now()
    plan, travellers = _read_id(told.get("plan", "")), _read_people(told)
    if not travellers:
        raise Refused("plan_edit_unknown", "nobody was chosen")
    if told["do"] == "let_go":
        edit.let_go(plan=plan, travellers=travellers, by=by, now=now)
        messages.success(request, _("Plans may give them a trip again: plan again."), extra_tags="good")
        return HttpResponseRedirect(reverse("dispatch"))
    if told["do"] == "put":
        edited = edit.put(plan=plan, travellers=travellers, onto=told.get("onto", ""), by=by, now=now)
    else:
        edited = edit.add(plan=plan, draft=_read_draft(told, travellers), by=by, now=now)
    if edited.plan is None:
        return _render(request, told, _say(labels.Labels(edited.before), edited.breaches))
    said = _("They have a trip: checked, no rule is broken. It is proposed; adopted, later plans keep it.")
    messages.success(request, said, extra_tags="good")
    return HttpResponseRedirect(reverse("dispatch"))


def _read_id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Refused("plan_edit_unknown", "that is no id of ours") from None


def _read_ids(texts: Iterable[str]) -> tuple[UUID, ...]:
    return tuple(one for one in map(_read_id, texts) if one is not None)


def _read_people(told: QueryDict) -> frozenset[UUID]:
    """Everybody of the parties that were chosen."""
    return frozenset(_read_ids(who for party in told.getlist("party") for who in party.split()))


def _read_start(told: QueryDict) -> datetime | None:
    text = told.get("starts_at", "")
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ports.find_zone()) if text else None
    except ValueError:
        raise Refused("plan_edit_unknown", "that is no hour") from None


def _read_draft(told: QueryDict, travellers: frozenset[UUID]) -> Draft:
    vehicle, place = (_read_id(told.get(name, "")) for name in ("vehicle", "destination"))
    starts_at = _read_start(told)
    if vehicle is None or place is None or starts_at is None:
        raise Refused("plan_edit_unknown", "a trip needs a vehicle, a place and an hour")
    return Draft(
        vehicle=vehicle,
        destination=place,
        starts_at=starts_at,
        travellers=travellers,
        drivers=_read_ids(told.getlist("driver")),
        escorts=_read_ids(told.getlist("escort")),
        pinned=True,
    )


def _say(named: labels.Labels, breaches: Iterable[Objection]) -> list[str]:
    return list(dict.fromkeys(named.say(one.because) for one in breaches))


def _render(request: HttpRequest, told: QueryDict, breaches: list[str]) -> HttpResponse:
    wanted = Load(told.get("flight", ""), told.get("cls", ""), told.get("where", ""))
    standing = plans.find_proposed()
    plan = _read_id(told["plan"]) if "plan" in told else standing.id if standing else None
    offers = load.list_offers(
        plan=plan,
        load=wanted,
        chosen=_read_people(told),
        wish=Wish(
            _read_id(told.get("vehicle", "")), _read_id(told.get("destination", "")), _read_start(told)
        ),
        by=request.user.pk,
        now=clock.now(),
    )
    context = {
        "load": wanted,
        "plan": plan or "",
        "breaches": breaches,
        "onto": told.get("onto", ""),
        **_read_offers(offers),
    }
    return render(request, "dispatch/load.html", context, status=422 if breaches else 200)


def _read_offers(offers: Offers) -> dict[str, Any]:
    named = labels.Labels(offers.plan)
    rows = named.names.rows

    def name(row: dict[str, Any]) -> str:
        return f"{named.minute(row['start'])} {named.vehicle(row['vehicle'])} → {named.place(row['dest'])}"

    def people(numbers: Iterable[int]) -> list[tuple[UUID, str, bool]]:
        return [(named.names.crew[who], named.person(who), who in offers.crew) for who in numbers]

    loads = [
        (key, name(row), _say(named, offers.loads[key]))
        for number, row in enumerate(offers.plan.trips)
        for key in [edit.name_load(number=number, row=row)]
    ]
    kinds = {row["id"]: labels.say_kind(row["kind"]) for row in named.document["vehicles"]}
    vehicles = [
        (
            named.names.vehicles[n],
            f"{named.vehicle(n)} · {kinds[n]}",
            _say(named, because),
            n == offers.vehicle,
        )
        for n, because in offers.vehicles.items()
    ]
    return {
        "flight": named.flight(offers.parties[0]),
        "parties": [
            (
                " ".join(sorted(map(str, named.names.parties[number]))),
                named.party(number),
                rows[number]["size"],
                named.minute(rows[number]["ready"]),
                number in offers.chosen,
            )
            for number in offers.parties
        ],
        "heads": sum(rows[number]["size"] for number in offers.chosen),
        "fits": [one for one in loads if not one[2]],
        "fits_not": [one for one in loads if one[2]],
        "vehicles_free": [one for one in vehicles if not one[2]],
        "vehicles_not": [one for one in vehicles if one[2]],
        "in_the_way": next((because for _id, _name, because, chosen in vehicles if chosen), []),
        "places": [(named.names.places[one], named.place(one), one == offers.dest) for one in offers.places],
        "starts_at": timezone.localtime(named.names.instant(offers.start)),
        "boards": named.minute(offers.boards) if offers.boards != offers.start else "",
        "needed": offers.needed,
        "drivers": people(offers.drivers),
        "escorts": people(offers.escorts),
    }


@page("dispatch-undo", "POST")
def undo(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Take the last change by hand back."""
    edit.undo(plan=plan, by=request.user.pk, now=clock.now())
    messages.success(request, _("The last change by hand is taken back."), extra_tags="good")
    return HttpResponseRedirect(reverse("dispatch"))
