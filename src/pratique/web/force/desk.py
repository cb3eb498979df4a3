"""The desk of the roster: who stands where hour by hour, what is about to be empty, the plan as crews by days, and changes."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.services import clock
from pratique.services.force import attendance, edit, people, rosters, rules, silence, watch
from pratique.store import models
from pratique.store.queries import ports
from pratique.web import words
from pratique.web.force import gantt, labels
from pratique.web.gate import may, page

HOURS_SHOWN = 24
CHANGES_SHOWN = 40
GAP_SHOWN = 1.0
DAYS = (3, 7, 14, 28)


@page("force")
def show(request: HttpRequest) -> HttpResponse:
    """Posts with their holders, the roster in force or proposed, what stays short, what is fair."""
    return render_desk(request)


def render_desk(request: HttpRequest, breaches: list[str] | None = None) -> HttpResponse:
    """The desk, with what is in the way of a change by hand if there is something."""
    now = clock.now()
    today = ports.find_day(at=now)
    proposed = rosters.find_proposed()
    first_on, days = (proposed.first_on, proposed.days) if proposed else (today, rules.get_rules().days)
    stands = watch.list_stands(now=now, until=now + timedelta(hours=HOURS_SHOWN))
    context = {
        "now": now,
        "today": today,
        "tomorrow": today + timedelta(days=1),
        "shifts": _group(stands),
        "chart": gantt.draw(stands=stands, now=now),
        "alarms": watch.list_alarms(now=now),
        "planning": rosters.find_planning(),
        "failed": rosters.find_failed(),
        "adopted": rosters.find_adopted(),
        "plan": proposed,
        "proposal": _read_proposal(proposed) if proposed else None,
        "grid": draw_grid(first_on, min(days, 14), proposed),
        "grid_days": labels.list_days(first_on, min(days, 14)),
        "fairness": _read_fairness(proposed),
        "absent": models.Deployment.objects.filter(absent_at__isnull=False, ends_at__gt=now).select_related(
            "person"
        ),
        "closed": attendance.list_closed(now=now),
        "silent": [one for one in silence.list_silent(now=now) if not one[1]],
        "breaches": breaches or [],
        "officers": people.list_officers(),
        "rules": rules.get_rules(),
        "pattern": rules.get_rules().patterns[rules.get_rules().pattern],
        "lengths": DAYS,
        "may_act": may(request, "force-plan"),
    }
    return render(request, "force/desk.html", context, status=422 if breaches else 200)


def _group(stands: list[watch.Stand]) -> list[dict[str, Any]]:
    """Stands by shift: one column of posts each, those of nobody left out unless they need somebody."""
    found: dict[tuple[date, str], list[watch.Stand]] = defaultdict(list)
    for one in stands:
        if one.holders or one.least:
            found[one.on, one.shift].append(one)
    return [
        {
            "on": on,
            "shift": shift,
            "starts_at": rows[0].starts_at,
            "ends_at": rows[0].ends_at,
            "stands": rows,
            "heads": sum(len(one.holders) for one in rows),
        }
        for (on, shift), rows in found.items()
    ]


def draw_grid(first_on: date, days: int, plan: models.Roster | None) -> list[dict[str, Any]]:
    """Crews and their people, a cell a day: shift, post, whether pinned, whether changed by the proposal."""
    cells: dict[tuple[str, date], dict[str, Any]] = {}
    if plan is not None:
        changed = {(row["person"], row["day"]) for row in plan.diff}
        for row in plan.duties:
            on = date.fromisoformat(row["on"])
            new = (row["person"], (on - plan.first_on).days) in changed
            cells[row["person"], on] = {**row, "changed": new, "absent": False}
    else:
        rows: list[Any] = list(
            models.Deployment.objects.filter(on__gte=first_on, on__lt=first_on + timedelta(days=days))
        )
        for one in rows:
            cells[str(one.person_id), one.on] = {
                "shift": one.shift,
                "post": one.post,
                "pinned": one.pinned,
                "changed": False,
                "absent": one.absent_at is not None,
            }
    officers = people.list_officers()
    last_on = first_on + timedelta(days=days)
    away = people.read_absences(people=[one.pk for one in officers], first_on=first_on, last_on=last_on)
    span = labels.list_days(first_on, days)
    crews: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in officers:
        mine = [_cell(cells, away.get(one.pk, ()), str(one.pk), on) for on in span]
        if any(mine):
            crews[one.crew or "–"].append({"person": one, "cells": mine, "team": one.team})
    return [
        {"crew": crew, "people": sorted(some, key=lambda row: (row["team"], row["person"].username))}
        for crew, some in sorted(crews.items())
    ]


def _cell(cells: Any, away: Any, who: str, on: date) -> dict[str, Any] | None:
    found: dict[str, Any] | None = cells.get((who, on))
    if found is not None:
        night = (
            rules.get_rules().shifts[found["shift"]].night
            if found["shift"] in rules.get_rules().shifts
            else False
        )
        return {**found, "night": night}
    reason = next((one.reason for one in away if one.is_on(on=on)), "")
    return {"away": reason} if reason else None


def _read_proposal(plan: models.Roster) -> dict[str, Any]:
    """The proposal in words."""
    ids = {row["person"] for row in (*plan.duties, *plan.diff)} | {row[0] for row in plan.left_out}
    ids |= {who for row in plan.unfilled for who in labels.find_ids(row["remedy"])}
    names = labels.name_people(ids)
    gap = plan.objective / plan.bound - 1 if plan.bound and plan.objective is not None else None
    lines = [_read_change(plan, row, names) for row in plan.diff]
    return {
        "gap_percent": None if gap is None or gap > GAP_SHOWN else 100 * max(0.0, gap),
        "short": [_read_gap(plan, row, names) for row in plan.unfilled[:CHANGES_SHOWN]],
        "more_short": max(0, len(plan.unfilled) - CHANGES_SHOWN),
        "missing": sum(row["missing"] for row in plan.unfilled),
        "changes": lines[:CHANGES_SHOWN],
        "more_changes": max(0, len(lines) - CHANGES_SHOWN),
        "is_first": not any(row["before"] for row in plan.diff),
        "left_out": [
            (names.get(who, "?"), words.say(labels.BREACHES[code]) if code in labels.BREACHES else because)
            for who, code, because in plan.left_out
        ],
    }


def _read_gap(plan: models.Roster, row: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {
        "on": plan.first_on + timedelta(days=row["day"]),
        "from": labels.say_minute(row["from_minutes"]),
        "until": labels.say_minute(row["until_minutes"]),
        "post": row["post"],
        "missing": row["missing"],
        "because": labels.say_because(row["because"]),
        "remedy": labels.say_remedy(row["code"], row["remedy"], names),
    }


def _read_change(plan: models.Roster, row: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {**row, "on": plan.first_on + timedelta(days=row["day"]), "name": names.get(row["person"], "?")}


def _read_fairness(plan: models.Roster | None) -> list[dict[str, Any]]:
    """How evenly measures are spread: of the proposal, or of the roster in force."""
    row = plan or rosters.find_adopted()
    return [
        {
            **one,
            "name": words.say(labels.MEASURES[one["measure"]][0]),
            "unit": words.say(labels.MEASURES[one["measure"]][1]),
        }
        for one in (row.fairness if row else ())
    ]


@page("force-progress")
def show_progress(request: HttpRequest) -> HttpResponse:
    """How far the planning is; the whole desk again once it is done."""
    planning = rosters.find_planning()
    if planning is None:
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    return render(
        request,
        "force/progress.html",
        {"planning": planning, "now": clock.now(), "may_act": may(request, "force-plan")},
    )


@page("force-plan", "POST")
def plan(request: HttpRequest) -> HttpResponse:
    """Ask for a roster; it is planned in the background."""
    told = request.POST
    days = told.get("days", "")
    order = rosters.Order(
        first_on=labels.read_day(told.get("first", "")),
        days=int(days) if days.isdecimal() and len(days) < 3 else rules.get_rules().days,
    )
    rosters.request(order=order, by=request.user.pk, now=clock.now())
    return HttpResponseRedirect(reverse("force"))


@page("force-stop", "POST")
def stop(request: HttpRequest, roster: UUID) -> HttpResponse:
    """Stop planning."""
    rosters.stop(roster=roster, by=request.user.pk, now=clock.now())
    messages.success(request, _("Stopped. What was in force stays so."), extra_tags="good")
    return HttpResponseRedirect(reverse("force"))


@page("force-replan", "POST")
def replan(request: HttpRequest) -> HttpResponse:
    """Fill again what was lost, with the fewest changes."""
    row = rosters.replan_now(by=request.user.pk, now=clock.now())
    said = _("Mended in %(seconds).1f s. Nothing is changed until it is adopted.") % {"seconds": row.seconds}
    messages.success(request, said, extra_tags="good")
    return HttpResponseRedirect(f"{reverse('force')}#proposal")


@page("force-adopt", "POST")
def adopt(request: HttpRequest, roster: UUID) -> HttpResponse:
    """Put the proposal in force."""
    rosters.adopt(roster=roster, by=request.user.pk, now=clock.now())
    messages.success(request, _("The roster is in force: everybody sees their shifts."), extra_tags="good")
    return HttpResponseRedirect(reverse("force"))


@page("force-refuse", "POST")
def refuse(request: HttpRequest, roster: UUID) -> HttpResponse:
    """Say no to the proposal, and why."""
    because = request.POST.get("because", "")[:500]
    rosters.refuse(roster=roster, because=because, by=request.user.pk, now=clock.now())
    messages.success(request, _("Refused. What was in force stays so."), extra_tags="good")
    return HttpResponseRedirect(reverse("force"))


@page("force-edit", "POST")
def change(request: HttpRequest) -> HttpResponse:
    """Put somebody to a post, or take them off; what breaks a rule is said and not done."""
    told = request.POST
    shift, _slash, post = told.get("to", "").partition("/")
    plan_id = told.get("roster", "")
    wanted = edit.Edit(
        roster=labels.read_id(plan_id, "roster_unknown") if plan_id else None,
        person=labels.read_id(told.get("person"), "person_unknown"),
        on=labels.read_day(told.get("on", "")),
        shift=shift,
        post=post,
    )
    edited = edit.apply(edit=wanted, by=request.user.pk, now=clock.now())
    if edited.roster is None:
        return render_desk(request, sorted({labels.say_breach(one) for one in edited.breaches}))
    messages.success(
        request, _("Changed and checked: no rule is broken. Later plans keep it."), extra_tags="good"
    )
    return HttpResponseRedirect(f"{reverse('force')}#proposal")
