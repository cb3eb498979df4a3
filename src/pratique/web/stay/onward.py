"""Whom home prefectures are asked to look after from the release on; a prefecture answers for itself."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.services import care, clock, identity
from pratique.services.permission import Role
from pratique.services.stay import onward, release
from pratique.services.window import contact
from pratique.store import models
from pratique.store.queries import onwards, travellers
from pratique.web.gate import find_role, page


@page("onwards")
def show(request: HttpRequest) -> HttpResponse:
    """Requests with their answers: a prefecture sees its own and nobody else's, with names and, unless it declined, how to reach them; the look is written down."""
    now = clock.now()
    mine = request.user.unit_id if find_role(request) == Role.PARTNER else None
    steps = (
        [] if find_role(request) == Role.PARTNER and mine is None else onward.list_recent(unit=mine, now=now)
    )
    people = [one.traveller_id for one in steps]
    codes = travellers.name_codes(travellers=people)
    known: dict[UUID, identity.Identity] = {}
    reached: dict[UUID, contact.Contact] = {}
    if mine is not None and people:
        look = identity.Look(request.user.pk, "onward", str(mine))
        known = identity.read(travellers=people, look=look)
        asked = [one.traveller_id for one in steps if one.step in (onwards.OFFERED, onward.ACCEPTED)]
        reached = contact.list_ways(travellers=asked, listed=known)
        identity.note(travellers=reached.keys() - known.keys(), look=look)
    looked = release.look_all(moments=dict.fromkeys(people, now))
    ordered = onward.name_measures(travellers=people)
    units = models.Unit.objects.in_bulk({one.unit_id for one in steps})
    lines = [
        {
            "step": one,
            "code": codes.get(one.traveller_id, ""),
            "name": known[one.traveller_id].full_name if one.traveller_id in known else "",
            "reached": reached.get(one.traveller_id),
            "unit": units.get(one.unit_id),
            "looked": looked[one.traveller_id],
            "isolates": ordered.get(one.traveller_id) == care.HOME_ISOLATION,
        }
        for one in steps
    ]
    context = {
        "waiting": [one for one in lines if one["step"].step == onwards.OFFERED],
        "answered": [one for one in lines if one["step"].step != onwards.OFFERED],
        "mine": mine is not None,
        "without_unit": find_role(request) == Role.PARTNER and mine is None,
    }
    return render(request, "stay/onwards.html", context)


@page("onward-answer", "POST")
def answer(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """A prefecture accepts or declines somebody it was asked to take over; nobody answers for another."""
    last = onward.find(traveller=traveller)
    step = request.POST.get("step", "")
    if (
        last is None
        or last.unit_id != request.user.unit_id
        or step not in (onwards.ACCEPTED, onward.DECLINED)
    ):
        raise Refused("onward_step_refused", "your prefecture was not asked, or this is no answer")
    onward.step(
        traveller=traveller,
        unit=last.unit_id,
        step=step,
        because=request.POST.get("because", "")[:500],
        by=request.user.pk,
        now=clock.now(),
    )
    messages.success(request, _("Written down, with your name and the time."), extra_tags="good")
    return HttpResponseRedirect(reverse("onwards"))
