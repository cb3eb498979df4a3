"""Choose a procedure for a person, then one step at a time: what to do, what to say, how it came out."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique import protocols
from pratique.core.answers import Refused
from pratique.core.procedure.course import Course, Taken
from pratique.core.procedure.edition import Procedure
from pratique.services import clock, procedure
from pratique.store.ids import make_id
from pratique.store.queries import forces, travellers
from pratique.web import words
from pratique.web.gate import may, page

OPEN_SHOWN = timedelta(days=2)


@page("procedures")
def show_all(request: HttpRequest) -> HttpResponse:
    """The procedures there are, and those under way with the clock of their step."""
    return _render_all(request)


def _render_all(request: HttpRequest, wrong: str = "", code: str = "") -> HttpResponse:
    now = clock.now()
    runs = procedure.list_open(now=now, since=now - OPEN_SHOWN)
    context = {
        "procedures": protocols.list_procedures(),
        "runs": runs,
        "codes": travellers.name_codes(travellers={run.traveller for run in runs}),
        "fresh": make_id(),
        "may_begin": may(request, "procedure-begin"),
        "wrong": wrong,
        "code": code or request.GET.get("code", ""),
    }
    return render(request, "procedure/list.html", context, status=422 if wrong else 200)


@page("procedure-begin", "POST")
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a procedure with somebody, named by wristband code."""
    code = request.POST.get("code", "")
    traveller = travellers.find_by_code(code=code)
    if traveller is None:
        return _render_all(request, _("Nobody has this code. Look it up on the flight's list."), code)
    try:
        run = UUID(request.POST.get("run", ""))
    except ValueError:
        raise Refused("procedure_run_unknown") from None
    procedure.begin(
        traveller=traveller,
        code=request.POST.get("procedure", ""),
        by=request.user.pk,
        now=clock.now(),
        run=run,
    )
    return HttpResponseRedirect(reverse("procedure", args=[run]))


@page("procedure")
def show(request: HttpRequest, run: UUID) -> HttpResponse:
    """The step to take now, large; the steps taken behind it."""
    found = procedure.find_run(run=run, now=clock.now())
    people = forces.name_people(people={UUID(one.by) for one in found.course.taken if one.by})
    context = {
        "run": found,
        "procedure": found.course.procedure,
        "step": found.course.now,
        "source": found.course.procedure.sources[found.course.now.source] if found.course.now else None,
        "asks_document": any(o.document for o in found.course.now.outcomes) if found.course.now else False,
        "place": _find_place(found.course),
        "taken": [_tell(found.course.procedure, one, people) for one in reversed(found.course.taken)],
        "late": found.course.late,
        "code": travellers.name_codes(travellers=[found.traveller]).get(found.traveller, ""),
        "fresh": make_id(),
        "may_take": may(request, "procedure-take"),
        "may_open": may(request, "traveller"),
        "may_notice": may(request, "notice"),
    }
    return render(request, "procedure/step.html", context)


def _find_place(course: Course) -> tuple[int, int]:
    """Which step of how many this is."""
    steps = course.procedure.steps
    return (steps.index(course.now) + 1 if course.now else len(steps)), len(steps)


def _tell(of: Procedure, taken: Taken, people: dict[UUID, object]) -> dict[str, object]:
    step = of.find_step(taken.step)
    outcome = next((o for o in step.outcomes if o.code == taken.outcome), None) if step else None
    return {
        "at": taken.at,
        "title": step.title if step else None,
        "outcome": outcome.title if outcome else None,
        "by": words.name_of(people[UUID(taken.by)]) if taken.by and UUID(taken.by) in people else "",
        "note": taken.note,
        "document": taken.document,
        "code": taken.step,
    }


@page("procedure-take", "POST")
def take(request: HttpRequest, run: UUID) -> HttpResponse:
    """The step was taken: how it came out."""
    step = procedure.Step(
        request.POST.get("step", ""),
        request.POST.get("outcome", ""),
        request.POST.get("note", "")[:1000],
        request.POST.get("document", "")[:100],
    )
    try:
        evidence = UUID(request.POST.get("evidence", ""))
    except ValueError:
        evidence = make_id()
    after = procedure.take(run=run, step=step, by=request.user.pk, now=clock.now(), evidence_id=evidence)
    if after.course.now is None:
        messages.success(request, _("Every step is on record."), extra_tags="good")
    return HttpResponseRedirect(reverse("procedure", args=[run]))
