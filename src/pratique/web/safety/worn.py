"""What every team of a day wore: said for the team at once, or for one of it."""

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pratique.core.answers import Refused
from pratique.services import clock, safety, worn
from pratique.store.queries import ports
from pratique.store.queries import worn as teams
from pratique.web.gate import page


@page("safety-worn", "GET", "POST")
def show(request: HttpRequest) -> HttpResponse:
    """The teams of a day with what their posts need and what they wore."""
    now = clock.now()
    today = now.astimezone(ports.find_zone()).date()
    on = _read_day(request.GET.get("on", ""), today)
    if request.method == "POST":
        return _say(request, on)
    try:
        rules = safety.get_rules()
    except Refused:
        rules = None
    found = teams.list_teams(on=on)
    context = {
        "on": on,
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1) if on < today else None,
        "teams": [(team, rules.find_level(team.post) if rules else None) for team in found],
        "titles": {level.code: level.title for level in rules.levels} if rules else {},
        "levels": [str(level) for level in worn.LEVELS],
        "unsaid": sum(team.unsaid for team in found),
        "unsaid_days": [one for one in teams.list_unsaid(today=today, now=now) if one[0] != on],
    }
    return render(request, "safety/worn.html", context)


def _read_day(text: str, today: date) -> date:
    try:
        return min(date.fromisoformat(text), today)
    except ValueError:
        return today


def _say(request: HttpRequest, on: date) -> HttpResponse:
    try:
        shifts = [UUID(one) for one in request.POST.getlist("shift")]
        level = int(request.POST.get("level", ""))
    except ValueError:
        raise Refused("protection_level_unknown") from None
    changed = worn.say(worn=worn.Worn(shifts, level), by=request.user.pk, now=clock.now())
    said = ngettext("Written down for %(n)s shift.", "Written down for %(n)s shifts.", changed)
    messages.success(
        request, said % {"n": changed} if changed else _("It stood so already."), extra_tags="good"
    )
    return HttpResponseRedirect(f"{reverse('safety-worn')}?on={on.isoformat()}")
