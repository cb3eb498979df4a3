"""The force on paper: a day with its shifts, each post of a shift to hang up there, and a week of every crew."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pratique.core.answers import Refused
from pratique.core.safety.edition import Edition, Level
from pratique.formats.force_rules import Post
from pratique.services import clock, safety
from pratique.services.force import rules
from pratique.store import models
from pratique.store.queries import ports
from pratique.web.force import desk, labels
from pratique.web.gate import may, page

WEEK = 7


@dataclass(frozen=True, slots=True)
class Held:
    """A post in one shift: its rule, who holds it, who relieves them, what is worn, and how many are missing."""

    name: str
    post: Post
    holders: tuple[Any, ...]
    relief: tuple[Any, ...] = ()
    level: Level | None = None

    @property
    def missing(self) -> int:
        """How many are missing from the least it needs."""
        return max(0, self.post.least - sum(row.absent_at is None for row in self.holders))


@page("day-sheet")
def show_day(request: HttpRequest, on: str) -> HttpResponse:
    """A day: its shifts in order, their posts in the order of the rules, who leads first, what is not held."""
    day = labels.read_day(on)
    told = rules.get_rules()
    rows = _read_shifts(day)
    shifts = []
    for shift in sorted(told.shifts, key=lambda name: told.shifts[name].start_minutes):
        mine = [Held(name, rule, tuple(rows[shift].pop(name, ()))) for name, rule in told.posts.items()]
        others = [row for left in rows[shift].values() for row in left]
        heads = sum(len(one.holders) for one in mine) + len(others)
        if heads:
            shown = [one for one in mine if one.holders or one.missing]
            shifts.append({"shift": shift, "posts": shown, "others": others, "heads": heads})
    context = {
        "on": day,
        "now": clock.now(),
        "port": ports.find_port(),
        "shifts": shifts,
        "vehicles": models.CallOut.objects.filter(
            on=day, vehicle__isnull=False, state__in=("called", "confirmed")
        ).select_related("vehicle", "unit"),
    }
    return render(request, "force/day_sheet.html", context)


def _read_shifts(on: date) -> dict[str, dict[str, list[Any]]]:
    """Everybody's duty of a day by shift and post."""
    found: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    rows = models.Deployment.objects.filter(on=on).select_related("person", "unit")
    for row in rows.order_by("starts_at", "crew", "person__username"):
        found[row.shift][row.post].append(row)
    return found


@page("post-sheet")
def show_posts(request: HttpRequest, on: str, shift: str) -> HttpResponse:
    """Every post of a shift, or one alone: its named holders, who relieves them and what they answer for; a page each on paper."""
    day = labels.read_day(on)
    told = rules.get_rules()
    if shift not in told.shifts:
        raise Refused("shift_unknown")
    alone = request.GET.get("post", "")
    if alone and alone not in told.posts:
        raise Refused("post_unknown")
    held, worn = _read_shifts(day)[shift], find_worn()
    next_on, next_shift = find_next(on=day, shift=shift)
    relief = _read_shifts(next_on)[next_shift]
    posts = [
        Held(
            name,
            rule,
            tuple(row for row in held.get(name, ()) if row.absent_at is None),
            tuple(row for row in relief.get(name, ()) if row.absent_at is None),
            worn.find_level(name) if worn else None,
        )
        for name, rule in told.posts.items()
        if alone in ("", name)
    ]
    starts_at, ends_at = rules.find_hours(on=day, shift=shift)
    context = {
        "on": day,
        "shift": shift,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "port": ports.find_port(),
        "posts": posts,
        "alone": alone,
        "may_day": may(request, "day-sheet"),
    }
    return render(request, "force/post_sheet.html", context)


def find_next(*, on: date, shift: str) -> tuple[date, str]:
    """The shift that relieves another, and its day."""
    told = rules.get_rules().shifts
    order = sorted(told, key=lambda name: told[name].start_minutes)
    place = order.index(shift) + 1
    return on + timedelta(days=place // len(order)), order[place % len(order)]


@page("week-sheet")
def show_week(request: HttpRequest, on: str) -> HttpResponse:
    """A week of every crew on one sheet: a name a row, a day a column, how many shifts, nights and hours each has."""
    first_on = labels.read_day(on)
    crews = desk.draw_grid(first_on, WEEK, None)
    for crew in crews:
        for row in crew["people"]:
            row["sums"] = _sum(row["cells"])
    context = {
        "on": first_on,
        "last_on": first_on + timedelta(days=WEEK - 1),
        "now": clock.now(),
        "port": ports.find_port(),
        "days": labels.list_days(first_on, WEEK),
        "crews": crews,
        "shifts": rules.get_rules().shifts,
        "weeks": (first_on - timedelta(days=WEEK), first_on + timedelta(days=WEEK)),
    }
    return render(request, "force/week_sheet.html", context)


def _sum(cells: list[dict[str, Any] | None]) -> tuple[int, int, int]:
    """Shifts, nights and hours of a row; a shift that nobody came to counts as none."""
    told = rules.get_rules().shifts
    mine = [
        told[cell["shift"]] for cell in cells if cell and cell.get("shift") in told and not cell["absent"]
    ]
    return len(mine), sum(one.night for one in mine), sum(one.minutes for one in mine) // 60


def find_worn() -> Edition | None:
    """The rules that say what is worn at a post, where the port has them."""
    try:
        return safety.get_rules()
    except Refused:
        return None
