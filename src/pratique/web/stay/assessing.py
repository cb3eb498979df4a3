"""A clinician's word on the page of a stay: a fever or symptoms explained; discharged, says the hospital; either taken back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.services import clock
from pratique.services.stay import assess, release
from pratique.store import models
from pratique.web import words
from pratique.web.gate import may, page
from pratique.web.stay import leaving
from pratique.web.stay.forms import Cleared, Discharged, find_id


def make_context(request: HttpRequest, traveller: UUID, position: models.Position | None) -> dict[str, Any]:
    """What the page of a stay shows of it."""
    in_hospital = position is not None and position.holder_kind == "hospital"
    return {
        "may_clear": may(request, "fever-clear"),
        "readings": assess.list_waiting(traveller=traveller),
        "cleared": assess.find_cleared(traveller=traveller),
        "cleared_form": Cleared(auto_id="cleared_%s"),
        "in_hospital": in_hospital,
        "discharged": release.find_discharge(position=position) if position and in_hospital else None,
        "discharged_form": Discharged(auto_id="discharged_%s"),
    }


def _back(request: HttpRequest, traveller: UUID, said: str) -> HttpResponse:
    messages.success(request, said, extra_tags="good")
    return HttpResponseRedirect(reverse("release", args=[traveller]))


@page("fever-clear", "POST")
def clear(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """A fever or symptoms are explained."""
    form = Cleared(request.POST)
    if form.is_valid():
        finding = assess.Finding(traveller, **form.cleaned_data)
        try:
            assess.clear(finding=finding, by=request.user.pk, now=clock.now(), evidence_id=find_id(request))
        except Refused as refused:
            form.add_error(None, words.say_refused(refused))
        else:
            return _back(request, traveller, _("Assessed by you. Somebody else signs the release."))
    return leaving.render_stay(request, traveller, cleared_form=form)


@page("hospital-discharge", "POST")
def discharge(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """The hospital says that they need it no longer."""
    form = Discharged(request.POST)
    if not form.is_valid():
        return leaving.render_stay(request, traveller, discharged_form=form)
    assess.discharge(
        traveller=traveller,
        **form.cleaned_data,
        by=request.user.pk,
        now=clock.now(),
        evidence_id=find_id(request),
    )
    return _back(
        request,
        traveller,
        _("Written down. They are released from here by the same conditions, or taken back."),
    )


@page("assessment-undo", "POST")
def undo(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """The latest of the two is taken back."""
    because = request.POST.get("because", "")[:500]
    assess.take_back(traveller=traveller, because=because, by=request.user.pk, now=clock.now())
    return _back(request, traveller, _("Taken back; it stays in the timeline, struck through."))
