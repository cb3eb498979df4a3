"""Taking guests elsewhere: asked for with a vehicle, arrived, called off; or written down afterwards."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.services import clock
from pratique.services.stay import removal
from pratique.store import models
from pratique.store.queries.removals import BY_PLAN
from pratique.web import words
from pratique.web.gate import page
from pratique.web.stay import elsewhere, leaving
from pratique.web.stay.forms import Going, Sent, find_id


def _find_holder(traveller: UUID) -> models.Custodian | None:
    held = models.Position.objects.filter(traveller_id=traveller).first()
    return models.Custodian.objects.filter(id=held.holder_id).first() if held else None


def _back(request: HttpRequest, traveller: UUID | str, said: str) -> HttpResponse:
    messages.success(request, said, extra_tags="good")
    return HttpResponseRedirect(reverse("release", args=[traveller]))


@page("removal-ask", "POST")
def ask(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """Somebody is to be taken elsewhere; a vehicle of ours is sent for them, or another comes."""
    name, said = find_id(request), _("Asked for; it is owed until they are there.")
    if models.Evidence.objects.filter(id=name, code=removal.ASKED, subject_id=str(traveller)).exists():
        return _back(request, traveller, said)  # sent twice; the vehicle is not free any more
    receivers = removal.list_receivers(holder=_find_holder(traveller))
    form = Sent(
        request.POST,
        receivers=receivers,
        vehicles=elsewhere.list_vehicles(),
        mates=elsewhere.name_mates(traveller),
    )
    if form.is_valid():
        told, now = form.cleaned_data, clock.now()
        asked = removal.Asked(
            traveller=traveller,
            receiver=told["receiver"],
            because=told["because"],
            agreed_by=told["agreed_by"],
            leaves_at=now + timedelta(minutes=told["minutes"]),
            vehicle=told["vehicle"] if told["vehicle"] != BY_PLAN else None,
            along=tuple(told["along"]),
            by_plan=told["vehicle"] == BY_PLAN,
        )
        try:
            removal.ask(asked=asked, by=request.user.pk, now=now, removal=name)
        except Refused as refused:
            form.add_error(None, words.say_refused(refused))
        else:
            return _back(request, traveller, said)
    return leaving.render_stay(request, traveller, sent_form=form)


def _find(request: HttpRequest, name: UUID) -> models.Evidence:
    row = models.Evidence.objects.filter(id=name, code=removal.ASKED).first()
    if row is None:
        raise Http404
    return row


@page("removal-arrive", "POST")
def arrive(request: HttpRequest, name: UUID) -> HttpResponse:
    """They are there, so many minutes ago."""
    row, now = _find(request, name), clock.now()
    typed = request.POST.get("minutes_ago", "0")
    minutes = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0
    removal.arrive(removal=name, at=now - timedelta(minutes=minutes), by=request.user.pk, now=now)
    return _back(request, row.subject_id, _("Written down: they are with them from that time on."))


@page("removal-drop", "POST")
def drop(request: HttpRequest, name: UUID) -> HttpResponse:
    """It is called off."""
    row = _find(request, name)
    removal.drop(
        removal=name, because=request.POST.get("because", "")[:300], by=request.user.pk, now=clock.now()
    )
    return _back(request, row.subject_id, _("Called off; the vehicle is free again."))


@page("removal-write", "POST")
def write_down(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """It has happened already: the same record as a scan at the post there."""
    form = Going(request.POST, receivers=removal.list_receivers(holder=_find_holder(traveller)))
    if form.is_valid():
        told, now = form.cleaned_data, clock.now()
        going = removal.Going(
            traveller=traveller,
            receiver=told["receiver"],
            at=now - timedelta(minutes=told["minutes_ago"]),
            transport=told["transport"],
            because=told["because"],
            agreed_by=told["agreed_by"],
        )
        try:
            removal.write_down(going=going, by=request.user.pk, now=now, handover=find_id(request))
        except Refused as refused:
            form.add_error(None, words.say_refused(refused))
        else:
            return _back(request, traveller, _("Written down: they are with them from that time on."))
    return leaving.render_stay(request, traveller, going_form=form)
