"""A death: certified, confirmed, who is told, who takes the deceased over; and a wrong record undone."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pratique.core.answers import Refused
from pratique.services import clock
from pratique.services.stay import death
from pratique.store import models, rows
from pratique.store.ids import make_id
from pratique.store.queries import ports, travellers
from pratique.web import words
from pratique.web.gate import may, page
from pratique.web.stay import phrases
from pratique.web.stay.forms import find_id, read_id


class Certified(forms.Form):
    """What the physician's certificate says, without the cause."""

    at = forms.DateTimeField(
        label=gettext_lazy("Time of death"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )
    place = forms.CharField(
        label=gettext_lazy("Where they died"),
        max_length=120,
        help_text=gettext_lazy("For instance: room 301."),
    )
    doctor = forms.CharField(label=gettext_lazy("Physician who certified it, and where"), max_length=120)
    document = forms.CharField(
        label=gettext_lazy("Number of the certificate"),
        max_length=80,
        help_text=gettext_lazy("No cause of death here: it stands on the certificate alone."),
    )


@page("death")
def show(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """How it stands, and what is to be done next. Whoever has several wristbands has one such page."""
    if (person := rows.read_as(traveller)) != traveller:
        return HttpResponseRedirect(reverse("death", args=[person]))
    return _render(request, traveller)


def _render(request: HttpRequest, traveller: UUID, form: Certified | None = None) -> HttpResponse:
    story = travellers.find_story(traveller=traveller)
    if story is None:
        raise Http404
    found = death.look(traveller=traveller)
    rows = (found.certified, found.died, found.doubted, found.kin, found.consulate)
    people = models.Person.objects.in_bulk({row.by_id for row in rows if row is not None})
    context: dict[str, Any] = {
        "traveller": story.traveller,
        "card": story.card,
        "found": found,
        "by": people,
        "form": form or Certified(),
        "new_id": make_id(),
        "me": request.user.pk,
        "exits": death.list_exits(),
        "told": [
            (whom, record, [(code, words.say(phrases.TOLD[code])) for code in death.TOLD[whom]])
            for whom, record in ((death.KIN_TOLD, found.kin), (death.CONSULATE_TOLD, found.consulate))
        ],
        "offered_by_me": _is_offered_by(found.handover, request.user.pk),
        "may_certify": may(request, "death-certify"),
        "may_confirm": may(request, "death-confirm"),
        "may_tell": may(request, "death-told"),
        "may_hand": may(request, "death-hand"),
        "may_undo": may(request, "death-undo"),
    }
    return render(request, "stay/death.html", context, status=422 if form is not None else 200)


def _is_offered_by(handover: UUID | None, person: UUID) -> bool:
    return (
        handover is not None
        and models.HandoverEvent.objects.filter(handover_id=handover, by_id=person).exists()
    )


def _back(request: HttpRequest, traveller: UUID, said: str) -> HttpResponse:
    messages.success(request, said, extra_tags="good")
    return HttpResponseRedirect(reverse("death", args=[traveller]))


def _require(traveller: UUID) -> None:
    if travellers.find_story(traveller=traveller) is None:
        raise Http404


@page("death-certify", "POST")
def certify(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """A health lead writes the physician's certificate down."""
    _require(traveller)
    form = Certified(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        at = told.pop("at").replace(tzinfo=ports.find_zone())
        certificate = death.Certificate(traveller=traveller, at=at, **told)
        try:
            death.certify(told=certificate, by=request.user.pk, now=clock.now(), evidence_id=find_id(request))
        except Refused as refused:
            form.add_error(None, words.say_refused(refused))
        else:
            return _back(request, traveller, _("Written down. A second person confirms it."))
    return _render(request, traveller, form)


@page("death-confirm", "POST")
def confirm(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """A second person confirms it."""
    _require(traveller)
    death.confirm(traveller=traveller, by=request.user.pk, now=clock.now())
    said = _("Confirmed. What was owed to them has ended; what is to be done now stands below.")
    return _back(request, traveller, said)


@page("death-told", "POST")
def tell(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """Next of kin or the consulate were told."""
    _require(traveller)
    whom, outcome = request.POST.get("whom", ""), request.POST.get("outcome", "")
    death.tell(traveller=traveller, whom=whom, outcome=outcome, by=request.user.pk, now=clock.now())
    return _back(request, traveller, _("Written down, with your name and the time."))


@page("death-hand", "POST")
def hand(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """Somebody is asked to take the deceased over, or has done so."""
    _require(traveller)
    now, by = clock.now(), request.user.pk
    if "accepted_by" in request.POST:
        accepted_by = request.POST["accepted_by"][:200]
        death.take_over(traveller=traveller, accepted_by=accepted_by, by=by, now=now)
        return _back(request, traveller, _("The deceased was handed over."))
    receiver = read_id(request, "receiver", "custodian_unknown")
    death.offer(traveller=traveller, receiver=receiver, by=by, now=now)
    return _back(request, traveller, _("Asked. Another person says when it was done."))


@page("death-undo", "POST")
def undo(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """The record is wrong: said by one with a reason, taken back by another."""
    _require(traveller)
    now, by = clock.now(), request.user.pk
    if request.POST.get("step") == "take_back":
        death.take_back(traveller=traveller, by=by, now=now)
        said = _("Taken back: everything is owed to them again. Issue a new slip, and ask for journeys anew.")
        return _back(request, traveller, said)
    death.doubt(traveller=traveller, because=request.POST.get("because", "")[:500], by=by, now=now)
    return _back(request, traveller, _("Written down, with your name and the time."))
