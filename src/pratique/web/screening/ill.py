"""Somebody ill, traveller or found at a checkpoint: four steps on one page, each with its clock, owner and needs."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.core.screening.fact import FACTS
from pratique.services import clock, illness
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import checkpoints
from pratique.web import words
from pratique.web.gate import page

KINDS = {"traveller": Kind.TRAVELLER, "finding": Kind.FINDING}


@page("ill", "GET", "POST")
def show(request: HttpRequest, kind: str, subject: UUID) -> HttpResponse:
    """Where the steps stand; a step done, or something it needs that is there now, is sent back to this page."""
    if kind not in KINDS:
        raise Http404
    context = _describe(kind, subject)
    now = clock.now()
    if request.method == "POST":
        told = illness.Report(
            KINDS[kind], subject, tuple(request.POST.getlist("have")), request.POST.get("step", "")
        )
        try:
            name = UUID(request.POST.get("evidence", ""))
        except ValueError:
            name = make_id()
        try:
            illness.report(report=told, by=request.user.pk, now=now, evidence_id=name)
        except Refused as refused:
            messages.error(request, words.say_refused(refused), extra_tags="lost")
        else:
            messages.success(request, _("Written down."), extra_tags="good")
        return HttpResponseRedirect(reverse("ill", args=[kind, subject]))
    course = illness.follow(kind=KINDS[kind], subject=subject, now=now)
    context |= {
        "course": course,
        "needs": course.edition.needs,
        "stages": [
            (stage, [(need, course.edition.needs[need], need in course.have) for need in stage.step.needs])
            for stage in course.stages
        ],
        "evidence": make_id(),
    }
    return render(request, "screening/ill.html", context)


def _describe(kind: str, subject: UUID) -> dict[str, object]:
    """Who it is, as far as this page needs to say."""
    if kind == "traveller":
        row = models.Traveller.objects.filter(id=subject).select_related("flight").first()
        if row is None:
            raise Http404
        return {"kind": kind, "subject": subject, "row": row}
    found = checkpoints.find_finding(finding=subject)
    if found is None:
        raise Http404
    signs = [words.say(FACTS[name].title) for name in found.symptoms]
    return {"kind": kind, "subject": subject, "finding": found, "signs": signs}
