"""A facility takes nobody new for a time, or takes people again; a whole floor is closed or opened at once."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pratique.core.answers import Refused
from pratique.services import clock
from pratique.services.stay import intake
from pratique.web.gate import page
from pratique.web.stay.forms import Closing, find_id
from pratique.web.stay.views import done, find_facility


@page("stay-intake", "POST")
def change(request: HttpRequest, facility: UUID) -> HttpResponse:
    """Close a facility to arrivals, or open it to them again."""
    find_facility(facility)
    now, by = clock.now(), request.user.pk
    if request.POST.get("step") == "open":
        intake.reopen(facility=facility, by=by, now=now)
        return done(request, facility, _("It takes people again: the next plan counts on its rooms."))
    form = Closing(request.POST)
    if not form.is_valid():
        raise Refused("intake_time_past" if form.errors.get("until") else "reason_missing")
    intake.close(
        facility=facility,
        because=form.cleaned_data["because"],
        until=form.cleaned_data["until"],
        by=by,
        now=now,
        closure=find_id(request),
    )
    return done(
        request, facility, _("No plan brings anybody here now. Whoever is on the way is still received.")
    )


@page("stay-floor", "POST")
def change_floor(request: HttpRequest, facility: UUID, floor: int) -> HttpResponse:
    """Close every empty room of a floor for a reason, or open those that are closed."""
    find_facility(facility)
    now, by = clock.now(), request.user.pk
    if request.POST.get("step") == "open":
        found = intake.open_floor(facility=facility, floor=floor, by=by, now=now)
        said = ngettext("%(n)s room is open again.", "%(n)s rooms are open again.", found.changed)
        return done(request, facility, said % {"n": found.changed})
    because = request.POST.get("because", "")[:500]
    found = intake.close_floor(facility=facility, floor=floor, because=because, by=by, now=now)
    said = ngettext("%(n)s room is closed.", "%(n)s rooms are closed.", found.changed) % {"n": found.changed}
    if not found.occupied:
        return done(request, facility, said)
    left = ngettext(
        "In %(n)s of this floor somebody is: it stays open.",
        "In %(n)s of this floor people are: those stay open.",
        found.occupied,
    )
    messages.warning(request, f"{said} {left % {'n': found.occupied}}", extra_tags="late")
    return HttpResponseRedirect(reverse("stay-facility", args=[facility]))
