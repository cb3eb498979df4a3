"""What is owed because of cases, by whoever owes it: done here, and taken back; with what to say, in both languages."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.core.duties.vocabulary import Kind, Words
from pratique.services import clock
from pratique.services.cases import done
from pratique.services.stay import papers, relocation
from pratique.store.queries import exposures, stays
from pratique.web.cases import forms, phrases
from pratique.web.cases.views import read_id
from pratique.web.gate import may, page
from pratique.web.stay import moves

ACT_OF = {"told_others": "told", "told_second": "told"}
"""Duty → what discharges it, where the two are not called the same; a test is recorded where samples are."""


@dataclass(frozen=True, slots=True)
class Item:
    """A task: of whom, what; the record that it hangs on, what can be done about it here and what is said; of somebody to be
    moved apart who is in a facility, that facility and the move proposed there."""

    task: done.Task
    name: exposures.Name | None
    listed: UUID | None
    act: str
    notice: Words | None
    house: UUID | None = None
    move: moves.Line | None = None


@page("case-tasks")
def show(request: HttpRequest) -> HttpResponse:
    """Open tasks by owner. Contacts stand here without the case: who tells them need not know it."""
    now = clock.now()
    tasks = done.list_tasks(now=now)
    if not may(request, "case"):
        tasks = [task for task in tasks if task.kind is not Kind.CASE]
    names = exposures.name_people(people=[UUID(t.subject) for t in tasks])
    moving = _find_moves(tasks, now)
    groups = {
        owner: _bundle([_make_item(task, names, moving) for task in found])
        for owner, found in done.group_by_owner(tasks).items()
    }
    context = {
        "groups": groups,
        "recent": done.list_recent(now=now),
        "told_form": forms.Told(),
        "may_open": may(request, "case"),
        "may_papers": may(request, "orders-sign"),
        "waiting": len(papers.list_waiting().to_sign),
        "may_record": may(request, "contact-do"),
        "may_house": may(request, "stay-facility"),
        "recent_names": exposures.name_people(people=[one.subject for one in done.list_recent(now=now)]),
    }
    return render(request, "cases/tasks.html", context)


def _bundle(items: list[Item]) -> list[tuple[str, int, list[Item]]]:
    """Items by what is owed, each with how many are overdue."""
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(item.task.code, []).append(item)
    return [(code, sum(one.task.overdue for one in alike), alike) for code, alike in found.items()]


def _find_moves(tasks: list[done.Task], now: datetime) -> dict[UUID, tuple[UUID, moves.Line | None]]:
    """Of whoever is to be moved apart and is in a facility: which, and the move proposed there."""
    wanted = [UUID(one.subject) for one in tasks if one.code == relocation.MOVED]
    houses = stays.find_houses(travellers=wanted)
    lines = {
        who: line
        for facility in set(houses.values())
        for line in moves.list_lines(facility=facility, now=now)
        for who, _ in line.guests
    }
    return {who: (facility, lines.get(who)) for who, facility in houses.items()}


def _make_item(
    task: done.Task,
    names: dict[UUID, exposures.Name],
    moving: dict[UUID, tuple[UUID, moves.Line | None]],
) -> Item:
    listed = done.find_listed(kind=task.kind, subject=task.subject) if task.kind is not Kind.CASE else []
    act = ACT_OF.get(task.code, task.code)
    if task.key:
        listed = [one for one in listed if str(one.id) == task.key] or listed
    known = listed[0] if listed else None
    can = act in done.STEPS.get(task.kind, ())
    house, move = moving.get(UUID(task.subject), (None, None)) if act == relocation.MOVED else (None, None)
    return Item(
        task,
        names.get(UUID(task.subject)),
        known.id if known else None,
        act if can else "",
        _find_notice(task.kind, known.attributes) if known and act == "told" else None,
        house,
        move,
    )


def _find_notice(kind: Kind, told: dict[str, str]) -> Words:
    if kind is Kind.STAFF:
        return phrases.NOTICES["staff"]
    return phrases.NOTICES["second" if told.get("ring") == "2" else told.get("grade", "close")]


@page("contact-do", "POST")
def act(request: HttpRequest, listed: UUID) -> HttpResponse:
    """Something was done for a contact, or it is taken back."""
    step, now = request.POST.get("step", ""), clock.now()
    if "undo" in request.POST:
        because = request.POST.get("because", "") or _("recorded by mistake")
        done.undo(act=done.Act(listed, step), because=because, by=request.user.pk, now=now)
        messages.success(request, _("Taken back; it is owed again."), extra_tags="good")
    else:
        told = {"language": request.POST.get("language", "")} if step == "told" else {}
        done.do(
            act=done.Act(listed, step, {k: v for k, v in told.items() if v}),
            by=request.user.pk,
            now=now,
            evidence_id=read_id(request),
        )
        messages.success(request, _("Written down, with your name and the time."), extra_tags="good")
    return HttpResponseRedirect(reverse("case-tasks"))
