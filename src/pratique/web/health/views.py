"""Who reported and who is silent, by unit; one's own report; and what the health lead decides about one person."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.core.duties.register import State
from pratique.core.duties.vocabulary import Kind, Words, find_record
from pratique.services import care, clock, health, register
from pratique.services.permission import Role
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import forces, ports
from pratique.store.queries import health as records
from pratique.web.gate import find_role, may, page
from pratique.web.health import phrases
from pratique.web.traveller.forms import recognise_second

DAYS_SHOWN = 7
DAY_STATES = {
    State.DUE: "due",
    State.UPCOMING: "due",
    State.OVERDUE: "overdue",
    State.MISSED: "missed",
}


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit on the grid: how its report stands on each of the last days, and its people on duty today."""

    unit: models.Unit
    days: list[str]
    due_at: datetime | None
    well: int
    unwell: int
    waiting: int
    silent: int
    held: int

    @property
    def red(self) -> bool:
        """Whether the unit itself has said nothing by its deadline today."""
        return self.days[-1] in ("overdue", "missed")


@page("health")
def show(request: HttpRequest) -> HttpResponse:
    """All units: reported, nil or silent; who is off their post; who asked for support."""
    context = _gather(request)
    return render(request, "health/grid.html", context | {"tag": _tag(request, context)})


@page("health")
def show_picture(request: HttpRequest) -> HttpResponse:
    """The grid alone, for the page that keeps itself up to date."""
    context = _gather(request)
    tag = _tag(request, context)
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    else:
        response = render(request, "health/picture.html", context | {"tag": tag})
    response["ETag"] = tag
    response["X-Now"] = context["now"].isoformat()
    response["X-Speed"] = str(ports.find_speed())
    response["Cache-Control"] = "private, no-cache"
    return response


def _tag(request: HttpRequest, context: dict[str, Any]) -> str:
    """A tag of what the grid shows: it changes with it and with the language."""
    shown = render_to_string("health/picture.html", context, request=request)
    return f'"{hashlib.sha256(shown.encode()).hexdigest()[:16]}"'


def _gather(request: HttpRequest) -> dict[str, Any]:
    now = clock.now()
    members = records.list_members(now=now)
    lines = [_make_line(unit, members, now) for unit in forces.list_units()]
    lines = [line for line in lines if line.due_at or any(day != "none" for day in line.days)]
    lines.sort(key=lambda line: (not line.red, line.unit.code))
    return {
        "lines": lines,
        "dates": _list_dates(now),
        "red": sum(line.red for line in lines),
        "silent": [m for m in members if m.told is records.Told.SILENT],
        "unwell": [m for m in members if m.told is records.Told.UNWELL],
        "held": [m for m in members if m.held],
        "requests": records.list_requests() if may(request, "health-person") else [],
        "may_open": may(request, "health-person"),
        "now": now,
    }


def _list_dates(now: datetime) -> list[date]:
    today = timezone.localtime(now).date()
    return [today - timedelta(days=back) for back in range(DAYS_SHOWN - 1, -1, -1)]


def _make_line(unit: models.Unit, members: list[records.Member], now: datetime) -> UnitLine:
    own = [m for m in members if m.person.unit_id == unit.pk]
    states: dict[date, str] = {}
    due_at = None
    account = register.account_of(kind=Kind.UNIT, subject=str(unit.pk), now=now)
    for duty in account.duties if account else ():
        if duty.code != "report":
            continue
        on = timezone.localtime(duty.opens_at).date()
        states[on] = DAY_STATES.get(duty.state, "none")
        if duty.state is State.DISCHARGED:
            states[on] = _find_word(duty.evidence)
        if on == timezone.localtime(now).date():
            due_at = duty.overdue_at
    count = {told: sum(m.told is told for m in own) for told in records.Told}
    return UnitLine(
        unit=unit,
        days=[states.get(on, "none") for on in _list_dates(now)],
        due_at=due_at,
        well=count[records.Told.WELL],
        unwell=count[records.Told.UNWELL],
        waiting=count[records.Told.DUE],
        silent=count[records.Told.SILENT],
        held=sum(m.held for m in own),
    )


def _find_word(evidence: tuple[str, ...]) -> str:
    found = models.Evidence.objects.filter(id__in=evidence).values_list("code", flat=True).first()
    return found or "report"


@page("health-own")
def show_own(request: HttpRequest) -> HttpResponse:
    """My report of today, and whether I may stand at a post."""
    now = clock.now()
    own = [r for r in records.list_records(person=request.user.pk) if r.code == "health_report"]
    fitness = health.judge(person=request.user.pk, now=now)
    today = timezone.localtime(now).date()
    waiting = [r for r in records.list_requests() if r.person.pk == request.user.pk]
    context = {
        "reports": own[:DAYS_SHOWN],
        "today": next((r for r in own if timezone.localtime(r.happened_at).date() == today), None),
        "fitness": fitness,
        "id": make_id(),
        "support_id": make_id(),
        "support_waits": waiting,
        "unit": request.user.unit,
        "may_unit": may(request, "health-unit"),
    }
    return render(request, "health/own.html", context)


@page("health-report", "POST")
def report(request: HttpRequest) -> HttpResponse:
    """I am well, or not; with the thermometer."""
    well = request.POST.get("well")
    if well not in ("yes", "no"):
        raise Refused("word_unknown")
    told = health.Report(request.user.pk, well == "yes", _read_celsius(request))
    row = health.report(told=told, by=request.user.pk, now=clock.now(), evidence_id=_read_id(request, "id"))
    if row.attributes["well"]:
        messages.success(request, _("Thank you. Your report of today is in."), extra_tags="good")
    else:
        messages.warning(
            request,
            _(
                "Reported. Stay where you are and away from others; the health lead calls you within the hour."
            ),
            extra_tags="late",
        )
    return HttpResponseRedirect(reverse("health-own"))


def _read_celsius(request: HttpRequest) -> float | None:
    said = request.POST.get("celsius", "").strip().replace(",", ".")
    if not said:
        return None
    try:
        return float(said)
    except ValueError:
        raise Refused("temperature_impossible") from None


def _read_id(request: HttpRequest, name: str) -> UUID | None:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        return None


@page("health-support", "POST")
def ask_support(request: HttpRequest) -> HttpResponse:
    """I want to talk to somebody; nobody asks why."""
    health.ask_support(person=request.user.pk, now=clock.now(), evidence_id=_read_id(request, "id"))
    messages.success(
        request, _("Somebody will call you within a day. Only the health lead sees this."), extra_tags="good"
    )
    return HttpResponseRedirect(reverse("health-own"))


def _get_unit(request: HttpRequest, unit: UUID) -> models.Unit:
    """A unit that whoever asks may see: all of them for the command, their own for everybody else."""
    found = next((u for u in forces.list_units() if u.pk == unit), None)
    if found is None or (find_role(request) == Role.LIAISON and request.user.unit_id != unit):
        raise Http404
    return found


@page("health-unit")
def show_unit(request: HttpRequest, unit: UUID) -> HttpResponse:
    """A unit's people on duty today and its report of the day."""
    found = _get_unit(request, unit)
    now = clock.now()
    members = records.list_members(now=now, unit=unit)
    order = {records.Told.SILENT: 0, records.Told.UNWELL: 1, records.Told.DUE: 2, records.Told.WELL: 3}
    texts = records.list_texts(units=[unit], since_at=now - timedelta(days=DAYS_SHOWN)).get(unit, [])
    line = _make_line(found, members, now)
    context = {
        "unit": found,
        "line": line,
        "days": list(zip(_list_dates(now), line.days, strict=True)),
        "members": sorted(members, key=lambda m: order[m.told]),
        "texts": texts,
        "id": make_id(),
        "may_open": may(request, "health-person"),
        "may_report": may(request, "health-unit-report"),
        "may_all": may(request, "health"),
    }
    return render(request, "health/unit.html", context)


@page("health-unit-report", "POST")
def report_unit(request: HttpRequest, unit: UUID) -> HttpResponse:
    """The unit reports, or says that there is nothing to report."""
    _get_unit(request, unit)
    text = "" if request.POST.get("sort") == "nil" else request.POST.get("text", "").strip()
    if request.POST.get("sort") != "nil" and not text:
        raise Refused("reason_missing")
    health.report_unit(
        told=health.UnitReport(unit, text),
        by=request.user.pk,
        now=clock.now(),
        evidence_id=_read_id(request, "id"),
    )
    messages.success(request, _("The unit's report is in."), extra_tags="good")
    return HttpResponseRedirect(reverse("health-unit", args=[unit]))


@page("health-person")
def show_person(request: HttpRequest, person: UUID) -> HttpResponse:
    """One person: may they stand at a post, may they return, what is on record, what can be done."""
    found = models.Person.objects.filter(pk=person).select_related("unit").first()
    if found is None:
        raise Http404
    now = clock.now()
    fitness = health.judge(person=person, now=now)
    rows = records.list_records(person=person)
    unassessed = [r for r in rows if r.code == "health_report" and not r.attributes.get("well")]
    answered = {r.about for r in rows if r.code == "assessment"}
    open_duties = [
        d
        for d in (fitness.account.duties if fitness.account else ())
        if d.state in (State.DUE, State.OVERDUE)
    ]
    context = {
        "person": found,
        "fitness": fitness,
        "records": [(row, _find_title(row.code)) for row in rows],
        "gates": [
            (title, decision)
            for title, decision in (
                (_("At a post"), fitness.post),
                (_("Return to work"), None if fitness.post and fitness.post.open else fitness.back),
            )
            if decision is not None
        ],
        "duties": sorted(open_duties, key=lambda d: d.overdue_at),
        "samples": _list_unanswered(rows),
        "about": next((r.id for r in unassessed if str(r.id) not in answered), None),
        "requests": [r for r in records.list_requests() if r.person.pk == person],
        "elsewhere": health.ELSEWHERE,
        "outcomes": phrases.OUTCOMES,
        "exposures": phrases.EXPOSURES,
        "places": phrases.PLACES,
        "results": phrases.RESULTS,
        "id": make_id(),
        "may_act": may(request, "health-act"),
    }
    return render(request, "health/person.html", context)


def _find_title(code: str) -> Words:
    found = find_record(Kind.STAFF, code)
    return found.title if found else Words(code, code)


def _list_unanswered(rows: list[models.Evidence]) -> list[models.Evidence]:
    answered = {row.about for row in rows if row.code == "result"}
    return [row for row in rows if row.code == "sample" and str(row.id) not in answered]


@page("health-act", "POST")
def act(request: HttpRequest, person: UUID) -> HttpResponse:
    """What the health lead does about one person: each is an entry with who and when."""
    done = ACTS.get(request.POST.get("act", ""))
    if done is None:
        raise Refused("word_unknown")
    done(request, person, clock.now())
    messages.success(request, _("Written down."), extra_tags="good")
    return HttpResponseRedirect(reverse("health-person", args=[person]))


def _assess(request: HttpRequest, person: UUID, now: datetime) -> None:
    health.assess(
        person=person,
        outcome=request.POST.get("outcome", ""),
        about=_read_id(request, "about"),
        by=request.user.pk,
        now=now,
        evidence_id=_read_id(request, "id"),
    )


def _expose(request: HttpRequest, person: UUID, now: datetime) -> None:
    because = request.POST.get("because", "")
    health.expose(
        person=person, because=because, by=request.user.pk, now=now, evidence_id=_read_id(request, "id")
    )


def _isolate(request: HttpRequest, person: UUID, now: datetime) -> None:
    place = request.POST.get("place", "")
    health.isolate(
        person=person, place=place, by=request.user.pk, now=now, evidence_id=_read_id(request, "id")
    )


def _stand_down(request: HttpRequest, person: UUID, now: datetime) -> None:
    health.stand_down(person=person, by=request.user.pk, now=now, evidence_id=_read_id(request, "id"))


def _swab(request: HttpRequest, person: UUID, now: datetime) -> None:
    swab = health.Swab(person, request.POST.get("tube", ""), "nasopharyngeal")
    health.take_sample(swab=swab, by=request.user.pk, now=now, evidence_id=_read_id(request, "id"))


def _result(request: HttpRequest, person: UUID, now: datetime) -> None:
    told = {name: request.POST.get(name, "") for name in ("second_name", "second_password")}
    second = recognise_second(told, now)
    typed = care.Typed(request.POST.get("tube", ""), request.POST.get("result", ""), second)
    health.type_result(typed=typed, by=request.user.pk, now=now)


def _recover(request: HttpRequest, person: UUID, now: datetime) -> None:
    health.recover(person=person, by=request.user.pk, now=now, evidence_id=_read_id(request, "id"))


def _return(request: HttpRequest, person: UUID, now: datetime) -> None:
    health.return_to_work(person=person, by=request.user.pk, now=now, evidence_id=_read_id(request, "id"))


def _support(request: HttpRequest, person: UUID, now: datetime) -> None:
    asked = _read_id(request, "request")
    if asked is None:
        raise Refused("request_unknown")
    health.answer_support(request=asked, by=request.user.pk, now=now, evidence_id=_read_id(request, "id"))


def _take_back(request: HttpRequest, person: UUID, now: datetime) -> None:
    wrong = _read_id(request, "evidence")
    if wrong is None:
        raise Refused("evidence_unknown")
    health.take_back(evidence=wrong, because=request.POST.get("note", ""), by=request.user.pk, now=now)


ACTS: dict[str, Callable[[HttpRequest, UUID, datetime], None]] = {
    "assess": _assess,
    "expose": _expose,
    "isolate": _isolate,
    "stand_down": _stand_down,
    "swab": _swab,
    "result": _result,
    "recover": _recover,
    "return": _return,
    "support": _support,
    "take_back": _take_back,
}
