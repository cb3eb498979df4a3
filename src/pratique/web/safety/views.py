"""What is to be inspected and disinfected, a checklist to walk through, supplies, and the rooms of the staff."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.core.safety.edition import About, Checklist, Level, Meal
from pratique.core.safety.inspection import Answer, Seen
from pratique.core.safety.stock import Sort
from pratique.services import clock, duty, safety
from pratique.services.dispatch import clean
from pratique.services.permission import Role
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import forces, ports, trips
from pratique.store.queries import safety as looks
from pratique.store.queries import worn as teams
from pratique.web.force import labels
from pratique.web.gate import find_role, may, page

MEAL_DAYS = 7


@page("safety")
def show(request: HttpRequest) -> HttpResponse:
    """What is due: inspections, disinfections, supplies that run low; what was inspected lately."""
    now = clock.now()
    rules = safety.get_rules()
    rows = looks.list_inspections()
    subjects = looks.name_subjects(rows=rows)
    facilities = looks.list_places(about=About.FACILITY, code="inspection", now=now)
    inspected = _list_due(facilities, "inspection", now)
    context = {
        "rules": rules,
        "now": now,
        "owed": [pair for pair in inspected if pair[0].due_at],
        "facilities": [pair for pair in inspected if not pair[0].due_at],
        "places": _list_due(
            looks.list_places(about=About.PLACE, code="place_disinfection", now=now), "disinfection", now
        ),
        "soiled": [one for one in trips.list_vehicles(now=now) if one.soiled],
        "inspections": [
            (row, rules.find_checklist(row.checklist), subjects.get(row.id, ""), _may_open(request, row))
            for row in rows
        ],
        "low": safety.list_low(now=now),
        "posts": [(post, rules.find_level(post)) for post in rules.posts],
        "agents": clean.AGENTS,
        "id": make_id(),
        "may_inspect": may(request, "safety-inspect"),
        "may_disinfect": may(request, "safety-disinfect"),
        "may_lodging": may(request, "safety-disinfect-lodging"),
        "may_trips": may(request, "trips"),
        "may_stock": may(request, "safety-stock"),
        "may_quarters": may(request, "safety-quarters"),
        "may_worn": may(request, "safety-worn"),
        "unsaid_days": teams.list_unsaid(today=now.astimezone(ports.find_zone()).date(), now=now),
    }
    return render(request, "safety/safety.html", context)


def _list_due(places: list[looks.Place], record: str, now: datetime) -> list[tuple[looks.Place, bool]]:
    """Places, the staff's lodging among them, with whether each is late; late ones first."""
    lodging = looks.find_lodging(record=record, now=now)
    found = [(place, place.is_late(now)) for place in (*places, *([lodging] if lodging else ()))]
    return sorted(found, key=lambda pair: not pair[1])


def _may_open(request: HttpRequest, row: models.Inspection) -> bool:
    """Whether this reader may open an inspection: how somebody dressed is for those who check it."""
    return row.about != About.PERSON or may(request, "safety-inspect")


def _get_checklist(code: str) -> Checklist:
    found = safety.get_rules().find_checklist(code)
    if found is None:
        raise Http404
    return found


@page("safety-inspect", "GET", "POST")
def inspect(request: HttpRequest, checklist: str) -> HttpResponse:
    """A checklist to walk through, and what was seen."""
    found = _get_checklist(checklist)
    if request.method != "POST":
        return _render_checklist(request, found)
    seen = {}
    for item in found.items:
        answer = request.POST.get(f"answer-{item.code}", "")
        if answer in set(Answer):
            seen[item.code] = Seen(Answer(answer), request.POST.get(f"note-{item.code}", "").strip()[:300])
    try:
        owner = labels.read_id(request.POST["owner"], "unit_unknown") if request.POST.get("owner") else None
        walk = safety.Walk(found.code, request.POST.get("subject", ""), seen, owner)
        row = safety.inspect(walk=walk, by=request.user.pk, now=clock.now(), inspection_id=_read_id(request))
    except Refused as refused:
        return _render_checklist(request, found, refused=refused, seen=seen)
    if row.passed:
        messages.success(request, _("Everything was in order."), extra_tags="good")
    else:
        messages.warning(
            request, _("Written down. Each defect is an issue now, with a time."), extra_tags="late"
        )
    return HttpResponseRedirect(reverse("safety-inspection", args=[row.id]))


def _read_id(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("id", ""))
    except ValueError:
        return None


def _render_checklist(
    request: HttpRequest,
    found: Checklist,
    refused: Refused | None = None,
    seen: dict[str, Seen] | None = None,
) -> HttpResponse:
    seen = seen or {}
    subjects = _list_subjects(found, clock.now())
    chosen = request.POST.get("subject") or request.GET.get("of", "")
    context = {
        "checklist": found,
        "lines": [(item, seen.get(item.code)) for item in found.items],
        "subjects": subjects,
        "chosen": chosen,
        "units": forces.list_units(),
        "owner": request.POST.get("owner", ""),
        "answers": list(Answer),
        "refused": refused,
        "left": [item for item in found.items if refused and item.code not in seen],
        "unsaid": [
            item
            for item in found.items
            if refused
            and item.code in seen
            and seen[item.code].answer is Answer.DEFECT
            and not seen[item.code].note
        ],
        "id": request.POST.get("id") or make_id(),
    }
    return render(request, "safety/checklist.html", context, status=422 if refused else 200)


def _list_subjects(found: Checklist, now: datetime) -> list[tuple[str, object, str, Level | None]]:
    """What it can be about; of a person also the post they dress for and the level that it needs, those on duty first."""
    subjects = looks.list_subjects(about=found.about)
    posts = looks.find_posts(now=now) if found.about is About.PERSON else {}
    rules = safety.get_rules()
    lines = [
        (name, one, posts.get(name, ""), rules.find_level(posts.get(name, ""))) for name, one in subjects
    ]
    return sorted(lines, key=lambda line: not line[2])


@page("safety-inspection")
def show_inspection(request: HttpRequest, inspection: UUID) -> HttpResponse:
    """One inspection as it was made, and what became of its defects."""
    row = models.Inspection.objects.filter(id=inspection).first()
    if row is None or not _may_open(request, row):
        raise Http404
    found = safety.get_rules().find_checklist(row.checklist)
    titles = {item.code: item for item in found.items} if found else {}
    issues = {str(one.id): one for one in models.Issue.objects.filter(id__in=safety.list_issue_ids(row))}
    context = {
        "row": row,
        "checklist": found,
        "subject": looks.name_subjects(rows=[row]).get(row.id, ""),
        "by": models.Person.objects.filter(pk=row.by_id).first(),
        "lines": [
            (titles.get(code), answer, note, issues.get(str(safety.name_issue(row, code))))
            for code, (answer, note) in row.answers.items()
        ],
    }
    return render(request, "safety/inspection.html", context)


@page("safety-disinfect", "POST")
def disinfect(request: HttpRequest, place: UUID) -> HttpResponse:
    """A hall or holding area was disinfected."""
    known = models.Custodian.objects.filter(
        id=place, kind__in=("hall", "holding"), closed_at__isnull=True
    ).exists()
    agent = request.POST.get("agent", "")
    if not known or agent not in clean.AGENTS:
        raise Refused("word_unknown")
    told = {"agent": agent, "minutes": safety.DISINFECTION_MINUTES}
    done = duty.Done("place", str(place), "disinfection", clock.now(), told)
    duty.record(evidence=done, by=request.user.pk, now=clock.now(), evidence_id=_read_id(request))
    messages.success(request, _("Written down."), extra_tags="good")
    return HttpResponseRedirect(reverse("safety"))


@page("safety-disinfect-lodging", "POST")
def disinfect_lodging(request: HttpRequest) -> HttpResponse:
    """The shared areas of the staff's lodging were disinfected."""
    agent = request.POST.get("agent", "")
    if agent not in clean.AGENTS:
        raise Refused("word_unknown")
    safety.disinfect_lodging(agent=agent, by=request.user.pk, now=clock.now(), evidence_id=_read_id(request))
    messages.success(request, _("Written down."), extra_tags="good")
    return HttpResponseRedirect(reverse("safety"))


@page("safety-stock")
def show_stock(request: HttpRequest) -> HttpResponse:
    """Every supply: how much there is, how long it lasts, what moved."""
    now = clock.now()
    rules = safety.get_rules()
    levels = safety.work_out_stock(now=now)
    low = {code for code, _level in safety.list_low(now=now)}
    context = {
        "lines": [(one, levels[one.code], one.code in low) for one in rules.supplies],
        "moves": [(row, rules.find_supply(row.supply), by) for row, by in looks.list_moves()],
        "sorts": list(Sort),
        "id": make_id(),
        "may_move": may(request, "safety-stock-move"),
    }
    return render(request, "safety/stock.html", context)


@page("safety-stock-move", "POST")
def move_stock(request: HttpRequest) -> HttpResponse:
    """Something came in, went out or was counted."""
    sort, quantity = request.POST.get("sort", ""), request.POST.get("quantity", "")
    if sort not in set(Sort) or not quantity.strip().isdigit() or len(quantity) > 7:
        raise Refused("quantity_negative")
    told = safety.Stock(
        request.POST.get("supply", ""), Sort(sort), int(quantity), request.POST.get("because", "")[:200]
    )
    safety.move_stock(told=told, by=request.user.pk, now=clock.now(), move_id=_read_id(request))
    messages.success(request, _("Written down."), extra_tags="good")
    return HttpResponseRedirect(reverse("safety-stock"))


@page("safety-quarters")
def show_quarters(request: HttpRequest) -> HttpResponse:
    """The rooms of the staff: who sleeps where, which beds are free, how many meals tomorrow."""
    rooms = looks.list_rooms()
    tomorrow = ports.find_day(at=clock.now()) + timedelta(days=1)
    context: dict[str, Any] = {
        "rooms": rooms,
        "lodged": sum(len(room.people) for room in rooms),
        "beds": sum(room.quarters.beds for room in rooms),
        "unlodged": looks.list_unlodged(),
        "meals": [(meal, count) for meal, count in _count_meals(tomorrow).items()],
        "tomorrow": tomorrow,
        "may_lodge": may(request, "safety-lodge"),
        "own": find_role(request) == Role.LIAISON,
    }
    return render(request, "safety/quarters.html", context)


def _count_meals(on: date) -> dict[Meal, int]:
    found: dict[Meal, int] = {}
    for serving in safety.list_servings(on=on):
        found[serving.meal] = found.get(serving.meal, 0) + serving.total
    return found


@page("safety-meals")
def show_meals(request: HttpRequest) -> HttpResponse:
    """What the kitchen cooks on a day: each meal by place and diet, and the doors it is brought to; no names."""
    today = ports.find_day(at=clock.now())
    on = labels.read_day(request.GET.get("on", ""), today + timedelta(days=1))
    context = {
        "on": on,
        "days": labels.list_days(today, MEAL_DAYS),
        "today": today,
        "servings": safety.list_servings(on=on),
    }
    return render(request, "safety/meals.html", context)


@page("safety-lodge", "POST")
def lodge(request: HttpRequest) -> HttpResponse:
    """A room is added; somebody gets a bed, or gives it up."""
    act = request.POST.get("act", "")
    if act == "room":
        beds = request.POST.get("beds", "")
        safety.add_quarters(
            code=request.POST.get("code", "")[:40], beds=int(beds) if beds.isdigit() and len(beds) < 3 else 0
        )
    else:
        try:
            person = UUID(request.POST.get("person", ""))
            room = UUID(request.POST.get("room", "")) if act == "lodge" else None
        except ValueError:
            raise Refused("word_unknown") from None
        if room is None:
            safety.leave_quarters(person=person, now=clock.now())
        else:
            safety.lodge(person=person, quarters=room, by=request.user.pk, now=clock.now())
    messages.success(request, _("Written down."), extra_tags="good")
    return HttpResponseRedirect(reverse("safety-quarters"))
