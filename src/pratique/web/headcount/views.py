"""One headcount beside the book, and the correction that a role may make."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.services import clock
from pratique.services import headcount as headcounts_service
from pratique.store.queries import headcounts
from pratique.web.gate import may, page
from pratique.web.headcount.forms import Corrected


@page("headcount")
def show(request: HttpRequest, headcount: UUID) -> HttpResponse:
    """Who was called and who was not, what of it is still open, and every correction."""
    return _render(request, _get(headcount))


def _get(headcount: UUID) -> headcounts.Sheet:
    found = headcounts.find_sheet(headcount=headcount)
    if found is None:
        raise Http404
    return found


def _render(request: HttpRequest, sheet: headcounts.Sheet, form: Corrected | None = None) -> HttpResponse:
    open_names = {o.subject for o in sheet.open}
    named = {card.traveller for card in sheet.present}
    lines = [
        (card, card.traveller in named, str(card.traveller) in open_names)
        for card in (*sheet.absent, *sheet.present)
    ]
    context: dict[str, Any] = {
        "sheet": sheet,
        "lines": sorted(lines, key=lambda line: (not line[2], line[1], line[0].code)),
        "may_correct": may(request, "headcount-correct"),
        "form": form,
    }
    return render(request, "headcount/headcount.html", context, status=422 if form else 200)


@page("headcount-correct", "POST")
def correct(request: HttpRequest, headcount: UUID) -> HttpResponse:
    """Put the count right: the count stays in the book, struck through, with who and why."""
    sheet = _get(headcount)
    form = Corrected(request.POST, cards=(*sheet.present, *sheet.absent), named=sheet.named)
    if not form.is_valid():
        return _render(request, sheet, form)
    there = tuple(form.cleaned_data["there"]) if sheet.named else None
    headcounts_service.correct(
        headcount=headcount,
        correction=headcounts_service.Correction(
            heads=form.cleaned_data["heads"] if there is None else len(there),
            names=there,
            because=form.cleaned_data["because"],
        ),
        by=request.user.pk,
        now=clock.now(),
    )
    messages.success(
        request, _("The count is corrected. What it said before stays in the book."), extra_tags="good"
    )
    return HttpResponseRedirect(reverse("headcount", args=[headcount]))
