"""Training: the sessions of a day, who has which module and until when, and short tests everybody takes by themselves."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.services import clock
from pratique.services.force import people, rules, training
from pratique.services.permission import Role
from pratique.store import models
from pratique.store.queries import ports
from pratique.web.force import labels
from pratique.web.gate import find_role, may, page


@page("training")
def show(request: HttpRequest) -> HttpResponse:
    """What was taught on a day, and whose training lapses."""
    now = clock.now()
    today = ports.find_day(at=now)
    on = labels.read_day(request.GET.get("on", ""), today)
    officers: list[Any] = people.list_officers()
    if find_role(request) == Role.LIAISON:
        officers = [one for one in officers if one.unit_id == request.user.unit_id]  # type: ignore[union-attr]
    mine = {one.pk for one in officers}
    standings = training.list_standings(people_ids=[one.pk for one in officers], on=on)
    modules = rules.get_training().modules
    counts = {
        name: {
            state: sum(
                one.state == state for who in officers for one in standings[who.pk] if one.module == name
            )
            for state in ("valid", "ending", "lapsed", "never")
        }
        for name in modules
    }
    for one in counts.values():
        one["missing"] = one["lapsed"] + one["never"]
    needed = {
        name: [post for post, rule in rules.get_rules().posts.items() if name in rule.needs]
        for name in modules
    }
    rows = [(one, standings[one.pk]) for one in officers]
    order = ("never", "lapsed", "ending", "valid")
    rows.sort(key=lambda row: min((order.index(s.state) for s in row[1]), default=9))
    context = {
        "on": on,
        "today": today,
        "now": now,
        "modules": modules,
        "counts": counts,
        "needed": needed,
        "rows": rows,
        "sessions": [
            (one, [mark for mark in one.marks.all() if mark.person_id in mine])  # type: ignore[attr-defined]
            for one in training.list_sessions(on=on)
        ],
        "officers": officers,
        "fresh": uuid4(),
        "may_hold": may(request, "training-hold"),
    }
    return render(request, "force/training.html", context)


@page("training-hold", "POST")
def hold(request: HttpRequest) -> HttpResponse:
    """Write a session down with who took part and who passed."""
    told = request.POST
    now = clock.now()
    took_part = {labels.read_id(one, "person_unknown"): True for one in told.getlist("person")}
    failed = {labels.read_id(one, "person_unknown") for one in told.getlist("failed")}
    lesson = training.Lesson(
        module=told.get("module", ""),
        held_at=now,
        took_part={who: who not in failed for who in took_part},
        place=told.get("place", "")[:100],
        note=told.get("note", "")[:500],
    )
    training.hold(lesson=lesson, by=request.user.pk, now=now, session_id=labels.read_form_id(request))
    messages.success(
        request, _("Written down. It holds from today; posts, draws and rosters know it."), extra_tags="good"
    )
    return HttpResponseRedirect(reverse("training"))


@page("training-undo", "POST")
def undo(request: HttpRequest, mark: UUID) -> HttpResponse:
    """Somebody was ticked wrongly."""
    because = request.POST.get("because", "")[:300]
    training.take_back(mark=mark, because=because, by=request.user.pk, now=clock.now())
    messages.success(
        request, _("Taken back. Posts, draws and rosters do not count it any more."), extra_tags="good"
    )
    return HttpResponseRedirect(reverse("training"))


@page("training-test", "GET", "POST")
def test(request: HttpRequest, module: str) -> HttpResponse:
    """A module's short test, and at once whether it was passed."""
    rule = training.get_module(module=module)
    if not rule.questions:
        raise Refused("test_none")
    mark: models.TrainingMark | None = None
    given: list[int] = []
    if request.method == "POST":
        given = [_number(request.POST.get(f"answer-{n}", "")) for n in range(len(rule.questions))]
        if -1 in given:
            messages.error(request, _("Answer every question."), extra_tags="late")
        else:
            mark = training.take_test(module=module, answers=given, by=request.user.pk, now=clock.now())
    context = {
        "module": module,
        "rule": rule,
        "questions": [
            (number, question, given[number] if given else None)
            for number, question in enumerate(rule.questions)
        ],
        "mark": mark,
    }
    return render(request, "force/test.html", context)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 3 else -1
