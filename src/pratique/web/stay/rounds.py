"""A nurse's round through a floor: a line a person, keyboard or scanner only, sent as a whole."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pratique.core.answers import Refused
from pratique.services import care, clock
from pratique.store.ids import make_id
from pratique.store.queries import stays
from pratique.store.queries.stays import Lodger
from pratique.web import words
from pratique.web.gate import page
from pratique.web.stay.forms import Reading, find_id
from pratique.web.stay.views import find_facility


@page("stay-round", "GET", "POST")
def show(request: HttpRequest, facility: UUID, floor: int) -> HttpResponse:
    """The round of a floor; what cannot be taken stays in its line, the rest is kept."""
    post, now = find_facility(facility), clock.now()
    lodgers = [
        one
        for one in stays.list_lodgers(facility=facility, now=now)
        if one.room and one.room.floor == floor and not one.died
    ]
    kept, wrong = 0, {}
    if request.method == "POST":
        method = request.POST.get("method", "ear")
        for one in lodgers:
            kept, wrong = _take(request, one, method, kept, wrong)
        if not wrong:
            said = ngettext("%(n)s reading is written down.", "%(n)s readings are written down.", kept)
            messages.success(request, said % {"n": kept}, extra_tags="good")
            return HttpResponseRedirect(reverse("stay-facility", args=[facility]))
    context = {
        "post": post,
        "floor": floor,
        "lines": [(one, wrong.get(one.traveller), make_id()) for one in lodgers],
        "kept": kept,
        "wrong": wrong,
        "methods": words.choose(care.METHODS),
        "now": now,
    }
    return render(request, "stay/round.html", context, status=422 if wrong else 200)


def _take(
    request: HttpRequest, one: Lodger, method: str, kept: int, wrong: dict[UUID, Any]
) -> tuple[int, dict[UUID, Any]]:
    typed = request.POST.get(f"celsius-{one.traveller}", "").strip().replace(",", ".").replace("，", ".")
    ticked = request.POST.get(f"symptomatic-{one.traveller}")
    if not typed:
        said = _("Symptoms are ticked: measure, too. Both are written down together.")
        return kept, wrong | ({one.traveller: (typed, said, ticked)} if ticked else {})
    form = Reading({"celsius": typed, "symptomatic": ticked})
    if not form.is_valid():
        said = _("between %(least)s and %(most)s °C") % {"least": care.CELSIUS_MIN, "most": care.CELSIUS_MAX}
        return kept, wrong | {one.traveller: (typed, said, ticked)}
    try:
        care.take_temperature(
            temperature=care.Temperature(
                one.traveller, form.cleaned_data["celsius"], form.cleaned_data["symptomatic"], method
            ),
            by=request.user.pk,
            now=clock.now(),
            evidence_id=find_id(request, f"id-{one.traveller}"),
        )
    except Refused as refused:
        return kept, wrong | {one.traveller: (typed, words.say_refused(refused), ticked)}
    return kept + 1, wrong
