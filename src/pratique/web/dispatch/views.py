"""The desk of the dispatcher, and what may be done there."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.core.transport import check
from pratique.services import clock, transport
from pratique.services.convoy import forming
from pratique.services.dispatch import edit, plans, settings, stretches
from pratique.services.dispatch.draft import Names
from pratique.services.dispatch.obstacle import Obstacle
from pratique.services.dispatch.pose import Posed, pose
from pratique.store import models
from pratique.store.queries import ports, tags, trips
from pratique.web.dispatch import broken, gantt, labels, left, roadmap, searching
from pratique.web.gate import may, page

CHANGES_SHOWN = 60
"""So many changes on the page; the rest are counted."""
FOR_ONE = "would move it"
"""A remedy that is true of one party and was not tried for several."""


@dataclass(frozen=True, slots=True)
class Load:
    """People of one flight and class who wait at one place, or will; `stands` says where their vehicle broke down. `planned` of them
    have a trip in force, `proposed` of the others one in the plan that is proposed."""

    flight: str
    cls: str
    holder: ports.Post | None
    heads: int
    forecast: int
    planned: int
    proposed: int
    ready_at: datetime
    query: str
    stands: str = ""

    @property
    def open(self) -> int:
        """How many have no trip yet."""
        return self.heads - self.planned

    @property
    def taken_back(self) -> bool:
        """Whether the book has them aboard a trip that was taken back."""
        return bool(self.holder and self.holder.kind == "trip" and not self.stands)

    @property
    def covered(self) -> bool:
        """Whether the proposed plan has a trip for all of these."""
        return 0 < self.open <= self.proposed


@page("dispatch")
def show(request: HttpRequest) -> HttpResponse:
    """Who waits, what runs, what is proposed, who cannot be moved and why."""
    return render_desk(request)


def render_desk(request: HttpRequest, breaches: list[str] | None = None) -> HttpResponse:
    """The desk, with what is in the way of a change by hand if there is something."""
    now = clock.now()
    posed, plan, adopted = pose(now=now), plans.find_proposed(), plans.find_adopted()
    context = {
        "now": now,
        "loads": _list_loads(posed, plan),
        "heads": posed.heads,
        "kept_back": left.list_kept_back(posed=posed, plan=plan or adopted),
        "left_out": left.list_groups(posed=posed),
        "hospitals": left.list_hospitals(posed=posed, now=now),
        "chart": gantt.draw(now=now, plan=plan),
        "plan": plan,
        "proposal": _read_proposal(plan) if plan else None,
        "adopted": adopted,
        "keep_minutes": settings.get_rules(now=now).rules.keep,
        "by_hand": bool(plan and "by_hand" in plan.cost),
        "broken": (lines := broken.list_lines(posed=posed, now=now)),
        "replannable": any(line.replan for line in lines),
        "alone": forming.list_alone(),
        "may_form": may(request, "convoy-form"),
        "breaches": breaches or [],
        "out": trips.list_out_of_service(now=now),
        "in_service": trips.list_vehicles(now=now),
        "may_act": may(request, "dispatch-propose"),
        **searching.read(plan),
        **_read_roadmap(request, now, request.GET.get("map", "")),
    }
    return render(request, "dispatch/desk.html", context, status=422 if breaches else 200)


def _read_roadmap(request: HttpRequest, now: datetime, scope: str) -> dict[str, Any]:
    """What the map's template shows. The scope that was asked for stays; without one the map chooses each time."""
    port = ports.find_port()
    return {
        "roadmap": roadmap.draw(now=now, scope=scope),
        "roadmap_scope": scope if scope in roadmap.SCOPES else "",
        "roadmap_tag": f'"{tags.read_snapshot()}-{now:%d%H%M}-{get_language()}-{scope}"',
        "roadmap_port": port.code if port else "",
        "may_open_trips": may(request, "trip"),
        "may_track": may(request, "trackers"),
    }


@page("dispatch-map")
def show_map(request: HttpRequest) -> HttpResponse:
    """The map alone, or that nothing has changed: asked for every few seconds by the desk."""
    now = clock.now()
    context = _read_roadmap(request, now, request.GET.get("scope", ""))
    tag = context["roadmap_tag"]
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    else:
        response = render(request, "dispatch/roadmap.html", context)
    response["ETag"] = tag
    response["X-Now"] = now.isoformat()
    response["X-Speed"] = str(ports.find_speed())
    response["Cache-Control"] = "private, no-cache"
    return response


def _list_loads(posed: Posed, plan: models.Plan | None) -> list[Load]:
    names = Names(posed.document)
    flights = dict(models.Flight.objects.filter(id__in=_flight_ids(names)).values_list("id", "designator"))
    listed = {line.traveller_id for trip in posed.changeable for line in trip.lines.all()}
    proposed = _list_riding(plan) - listed if plan else frozenset()
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in posed.document["parties"]:
        groups[names.flights[row["flight"]], row["cls"], row["where"]].append(row)
    places = [UUID(where) for _flight, _cls, where in groups if where]
    holders, stands = ports.name_posts(posts=places), labels.name_stands(trips=names.roads)
    found = [
        Load(
            flight=flights.get(UUID(flight), "–") if "-" in flight else "–",
            cls=cls,
            holder=holders.get(UUID(where)) if where else None,
            heads=sum(row["size"] for row in rows),
            forecast=sum(row["size"] for row in rows if row["forecast"]),
            planned=sum(UUID(who) in listed for row in rows for who in row["travellers"]),
            proposed=sum(UUID(who) in proposed for row in rows for who in row["travellers"]),
            ready_at=names.instant(min(row["ready"] for row in rows)),
            query=urlencode({"flight": flight, "cls": cls, "where": where}),
            stands=stands.get(UUID(where), "") if where else "",
        )
        for (flight, cls, where), rows in groups.items()
    ]
    return sorted(found, key=lambda load: (not load.stands, load.ready_at, load.flight, load.cls))


def _list_riding(plan: models.Plan) -> frozenset[UUID]:
    """Everybody who has a trip in a plan."""
    names = Names(plan.document)
    return frozenset().union(*(names.parties[party] for trip in plan.trips for party in trip["parties"]))


def _flight_ids(names: Names) -> list[UUID]:
    return [UUID(ref) for ref in names.flights.values() if "-" in ref]


def _read_proposal(plan: models.Plan) -> dict[str, Any]:
    """The proposal in words."""
    named = labels.Labels(plan)
    rows = {row["id"]: row for row in plan.document["parties"]}
    riding = [party for trip in plan.trips for party in trip["parties"]]
    problem, hours = plans.read_problem(plan=plan), settings.get_rules().hours
    boards = [check.boards_at(problem=problem, trip=plans.read_row(trip)) for trip in plan.trips]
    waits = [
        at - rows[party]["ready"]
        for at, trip in zip(boards, plan.trips, strict=True)
        for party in trip["parties"]
    ]
    repaired = plan.cost.get("if_only_repaired", plan.objective)
    changes = _read_changes(plan, named)
    return {
        "gap_percent": searching.read_gap(plan),
        "parts": _read_parts(plan),
        "left": sum(plan.cost.get("in_force", {}).values())
        if plan.base_id and "in_force" in plan.cost
        else None,
        "repaired": repaired if plan.diff and repaired > plan.objective + 0.5 else None,
        "saves": repaired - plan.objective,
        "moved": sum(rows[party]["size"] for party in riding),
        "unmoved_heads": sum(rows[row["party"]]["size"] for row in plan.unmoved),
        "longest_wait": max(waits, default=0),
        "trips": [
            _read_trip(n, trip, named, rows)
            | {
                "boards": named.minute(boards[n]),
                "closed": stretches.count_closed(problem=problem, trip=plans.read_row(trip), hours=hours),
            }
            for n, trip in enumerate(plan.trips)
        ],
        "targets": [
            (
                n,
                f"{named.minute(trip['start'])} {named.vehicle(trip['vehicle'])} "
                f"{_say_origin(trip, named, rows)}→ {named.place(trip['dest'])}",
            )
            for n, trip in enumerate(plan.trips)
        ],
        "vehicles": [(row["id"], named.vehicle(row["id"])) for row in plan.document["vehicles"]],
        "changes": changes[:CHANGES_SHOWN],
        "more_changes": max(0, len(changes) - CHANGES_SHOWN),
        "unmoved": _read_unmoved(plan, named, rows),
    }


def _read_parts(plan: models.Plan) -> list[tuple[str, float, float]]:
    """Each part of the cost: of the proposal, and of what is in force if it is left as it is."""
    left = plan.cost.get("in_force", {})
    pairs = [(part, plan.cost.get(part, 0.0), left.get(part, 0.0)) for part in check.Cost.__slots__]
    return [one for one in pairs if one[1] or one[2]]


def _say_origin(trip: dict[str, Any], named: labels.Labels, rows: dict[int, dict[str, Any]]) -> str:
    """Where it boards, if that is not at the port."""
    origin = rows[trip["parties"][0]].get("origin")
    return f"{named.place(origin)} " if origin else ""


def _read_unmoved(
    plan: models.Plan, named: labels.Labels, rows: dict[int, dict[str, Any]]
) -> list[dict[str, Any]]:
    """Who stays behind, those with one reason and remedy together, the most heads first."""
    found: dict[tuple[str, str, str, int], list[int]] = defaultdict(list)
    for row in plan.unmoved:
        alone = row["party"] if row["remedy"].endswith(FOR_ONE) else 0
        cls, because, remedy = rows[row["party"]]["cls"], named.say(row["because"]), named.say(row["remedy"])
        found[cls, because, remedy, alone].append(row["party"])
    lines = [
        {
            "cls": cls,
            "because": because,
            "remedy": remedy,
            "heads": sum(rows[party]["size"] for party in parties),
            "parties": [named.party(party) for party in parties],
        }
        for (cls, because, remedy, _alone), parties in found.items()
    ]
    return sorted(lines, key=lambda line: -int(line["heads"]))


def _read_trip(
    number: int, trip: dict[str, Any], named: labels.Labels, rows: dict[int, dict[str, Any]]
) -> dict[str, Any]:
    heads = sum(rows[party]["size"] for party in trip["parties"])
    first = rows[trip["parties"][0]]
    vehicle = next(row for row in named.document["vehicles"] if row["id"] == trip["vehicle"])
    return {
        "number": number,
        "starts": named.minute(trip["start"]),
        "vehicle": named.vehicle(trip["vehicle"]),
        "vehicle_number": trip["vehicle"],
        "kind": labels.say_kind(vehicle["kind"]),
        "origin": _say_origin(trip, named, rows).strip(),
        "place": named.place(trip["dest"]),
        "heads": heads,
        "fit": named.document["classes"][first["cls"]]["cap"].get(vehicle["kind"], 0),
        "cls": first["cls"],
        "flight": named.flight(trip["parties"][0]),
        "crew": [named.person(who) for who in (*trip["drivers"], *trip["escorts"])],
        "parties": [(party, named.party(party), rows[party]["size"]) for party in trip["parties"]],
        "pinned": trip["pinned"],
        "in_force": bool(trip.get("trip")),
    }


def _read_changes(plan: models.Plan, named: labels.Labels) -> list[dict[str, Any]]:
    """What changes, those to whom the same happens together; what must be stands first."""

    def say(trip: dict[str, int] | None) -> str:
        if trip is None:
            return ""
        return f"{named.minute(trip['start'])} {named.vehicle(trip['vehicle'])} → {named.place(trip['dest'])}"

    found: dict[tuple[str, str, str, str, bool], list[dict[str, Any]]] = defaultdict(list)
    for row in plan.diff:
        key = (row["what"], say(row["before"]), say(row["after"]), named.say(row["because"]), row["must"])
        found[key].append(row)
    return [
        {
            "what": what,
            "before": before,
            "after": after,
            "because": because,
            "must": must,
            "persons": sum(row["persons"] for row in rows),
            "cost_of_not": sum(row["cost_of_not"] for row in rows),
            "parties": [named.party(row["party"]) for row in rows],
        }
        for (what, before, after, because, must), rows in found.items()
    ]


@page("dispatch-propose", "POST")
def propose(request: HttpRequest) -> HttpResponse:
    """Plan from what is known now, and look on for a better plan; the proposal changes nothing until somebody adopts it."""
    order = searching.read_order(request.POST.get("seconds", ""))
    plans.propose(by=request.user.pk, now=clock.now(), search=order)
    messages.success(
        request, _("A plan is proposed. Nothing is changed until it is adopted."), extra_tags="good"
    )
    return HttpResponseRedirect(reverse("dispatch"))


@page("dispatch-adopt", "POST")
def adopt(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Put the proposal in force; one that was bettered since the page was shown, as it stands now."""
    try:
        adopted = plans.adopt(plan=plan, by=request.user.pk, now=clock.now())
    except Refused as refused:
        if "obstacle" not in refused.told:
            raise
        found = broken.say_obstacle(cast(Obstacle, refused.told["obstacle"]))
        said = _("Not adopted: a trip of it cannot be done any more. Plan again.")
        messages.error(request, f"{said} {found}", extra_tags="lost")
        return HttpResponseRedirect(reverse("dispatch"))
    said = _("The plan is in force: its trips are open, each with its list.")
    if adopted.id != plan:
        said += " " + _("It is the better one that was found since you looked.")
    messages.success(request, said, extra_tags="good")
    return HttpResponseRedirect(reverse("dispatch"))


@page("dispatch-refuse", "POST")
def refuse(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Say no to the proposal, and why."""
    because = request.POST.get("because", "")[:500]
    plans.refuse(plan=plan, because=because, by=request.user.pk, now=clock.now())
    messages.success(request, _("Refused. What was in force stays so."), extra_tags="good")
    return HttpResponseRedirect(reverse("dispatch"))


@page("dispatch-edit", "POST")
def change(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Change the proposal by hand; what breaks a rule is said and not done."""
    told = request.POST
    try:
        wanted = edit.Edit(
            plan=plan,
            trip=int(told.get("trip", "")),
            parties=tuple(map(int, told.getlist("party"))),
            vehicle=int(told["vehicle"]) if told.get("vehicle") else None,
            pinned=told.get("pinned", "yes") == "yes",
        )
    except ValueError:
        raise Refused("plan_edit_unknown") from None
    edited = edit.apply(edit=wanted, by=request.user.pk, now=clock.now())
    if edited.plan is None:
        named = labels.Labels(edited.before)
        return render_desk(request, [named.say(one.because) for one in edited.breaches])
    messages.success(
        request, _("Changed and checked: no rule is broken. Later plans keep it."), extra_tags="good"
    )
    return HttpResponseRedirect(f"{reverse('dispatch')}#trips")


@page("vehicle-service", "POST")
def serve(request: HttpRequest, vehicle: UUID) -> HttpResponse:
    """Take a vehicle out of service, or put it back."""
    back = request.POST.get("service") == "back"
    transport.set_service(vehicle=vehicle, in_service=back, now=clock.now())
    said = _("The vehicle is in service again.") if back else _("The vehicle is out of service: plan again.")
    messages.success(request, said, extra_tags="good")
    return HttpResponseRedirect(reverse("dispatch"))
