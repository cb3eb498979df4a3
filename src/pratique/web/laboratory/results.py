"""A laboratory's file: looked at row by row, then taken in; nobody's tubes settled; a result corrected by two persons."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.formats.words import translate
from pratique.services import account, care, clock
from pratique.services.laboratory import intake
from pratique.services.laboratory.intake import Verdict
from pratique.services.manifest import File
from pratique.store import models
from pratique.store.queries import laboratory
from pratique.web import words
from pratique.web.gate import may, page
from pratique.web.laboratory.forms import Chosen, Corrected, Signed
from pratique.web.laboratory.views import render_desk
from pratique.web.manifest import parcel
from pratique.web.traveller.forms import recognise_second

ORDER = (
    Verdict.DIFFERS,
    Verdict.OTHER_PERSON,
    Verdict.EARLY,
    Verdict.UNKNOWN,
    Verdict.TAKE,
    Verdict.KNOWN,
)
"""Rows that somebody must look at stand first."""


@page("results-preview", "POST")
def preview(request: HttpRequest) -> HttpResponse:
    """What a file says and what would become of each of its rows; nothing is written."""
    form = Chosen(request.POST, request.FILES)
    if not form.is_valid():
        return render_desk(request, chosen=form)
    sent = form.cleaned_data["file"]
    return _render(request, File(name=sent.name, content=sent.read()), Signed())


def _render(request: HttpRequest, file: File, signed: Signed) -> HttpResponse:
    found = intake.preview(file=intake.File(file.name, file.content))
    language = "en" if get_language() == "en" else "zh"
    names = laboratory.name_sampled(samples=[s for row in found.rows for s in row.samples])
    rows = sorted(found.rows, key=lambda row: (ORDER.index(row.verdict), row.line.result != "positive"))
    usable = bool(found.rows) and found.reading.accepted and found.taken is None
    context: dict[str, Any] = {
        "file": file,
        "reading": found.reading,
        "taken": found.taken,
        "rows": [(row, [names[s.id] for s in row.samples]) for row in rows],
        "counts": [(verdict.value, found.count(verdict)) for verdict in ORDER],
        "problems": [
            (problem, translate(problem=problem, language=language)) for problem in found.reading.problems
        ],
        "parcel": parcel.wrap(file=file, person=request.user.pk) if usable else "",
        "unsure": intake.list_unsure(preview=found, by=request.user.pk) if usable else [],
        "signed": signed,
    }
    well = (usable or found.taken) and not signed.errors
    return render(request, "laboratory/preview.html", context, status=200 if well else 422)


@page("results-take", "POST")
def take(request: HttpRequest) -> HttpResponse:
    """Take in the file that was just looked at."""
    file = parcel.unwrap(text=request.POST.get("parcel", ""), person=request.user.pk)
    if file is None:
        messages.error(request, _("The file did not come through. Choose it once more."), extra_tags="lost")
        return HttpResponseRedirect(reverse("samples"))
    signed, now = Signed(request.POST), clock.now()
    if not signed.is_valid():
        return _render(request, file, signed)
    try:
        second = recognise_second(signed.cleaned_data, now)
        receipt = intake.take(
            file=intake.File(file.name, file.content), by=request.user.pk, now=now, second=second
        )
    except Refused as refused:
        signed.add_error("second_password", words.say_refused(refused))
        return _render(request, file, signed)
    if receipt.repeated:
        said = _("This very file is in the book already. Nothing has changed.")
    else:
        said = ngettext("Taken in: %(n)d result.", "Taken in: %(n)d results.", receipt.file.taken) % {
            "n": receipt.file.taken
        }
    doubted = sum(row.is_doubted for row in receipt.rows)
    if doubted and not receipt.repeated:
        messages.error(
            request,
            ngettext(
                "%(n)d positive in doubt: nobody it may be of is released until two persons have corrected it. See the issue.",
                "%(n)d positives in doubt: nobody they may be of is released until two persons have corrected them. See the issues.",
                doubted,
            )
            % {"n": doubted},
            extra_tags="lost",
        )
    left = sum(row.verdict not in (Verdict.TAKE, Verdict.KNOWN) for row in receipt.rows)
    if left and not receipt.repeated:
        messages.warning(
            request,
            said
            + " "
            + ngettext("%(n)d row is to be looked at.", "%(n)d rows are to be looked at.", left)
            % {"n": left},
            extra_tags="late",
        )
    else:
        messages.success(request, said, extra_tags="good")
    return HttpResponseRedirect(reverse("samples"))


@page("tube-settle", "POST")
def settle(request: HttpRequest) -> HttpResponse:
    """Nobody's tube is somebody's after all, or nobody's for a reason."""
    intake.settle_unknown(
        tube=request.POST.get("tube", ""),
        because=request.POST.get("because", ""),
        by=request.user.pk,
        now=clock.now(),
    )
    messages.success(request, _("Written down."), extra_tags="good")
    return HttpResponseRedirect(reverse("samples"))


@page("result-correct", "GET", "POST")
def correct(request: HttpRequest, sample: Any) -> HttpResponse:
    """A result put right by two persons, with the issue it was found by."""
    row = models.Sample.objects.filter(id=sample).first()
    if row is None or not care.has_result(sample=row) or (row.person_id and not may(request, "health-act")):
        raise Http404
    of_staff = row.person_id is not None
    back = reverse("health-person" if of_staff else "traveller", args=[row.person_id or row.traveller_id])
    form = Corrected(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _sign(request, row, form)
        except Refused as refused:
            form.add_error(
                "second_password" if refused.code.startswith(("second", "sign", "account")) else "because",
                words.say_refused(refused),
            )
        else:
            messages.success(
                request,
                _("Corrected. What was reported before stays in the timeline, struck through."),
                extra_tags="good",
            )
            return HttpResponseRedirect(back)
    context = {
        "sample": row,
        "doubted": None if row.result else care.list_result_evidence(sample=row.id)[-1],
        "form": form,
        "code": laboratory.name_sampled(samples=[row])[row.id],
        "back": back,
        "shared": models.Sample.objects.filter(tube=row.tube).count(),
    }
    return render(request, "laboratory/correct.html", context, status=422 if form.errors else 200)


def _sign(request: HttpRequest, row: models.Sample, form: Corrected) -> None:
    told, now = form.cleaned_data, clock.now()
    second = account.recognise(username=told["second_name"], password=told["second_password"], now=now)
    if second.pk == request.user.pk:
        raise Refused("second_person_needed", "two different persons sign a correction")
    correction = intake.Correction(row.tube, told["result"], told["because"], request.user.pk, second.pk)
    intake.correct(correction=correction, now=now)
