"""Lists of contacts for others: on paper, as a file for a home authority; and the reverse way, positives told by one."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from pratique.core.answers import Refused
from pratique.formats import contact_list
from pratique.formats import words as wordings
from pratique.services import clock
from pratique.services.cases import book, export, reported
from pratique.web import words
from pratique.web.gate import page

FILE_MAX = 2_000_000


class Handed(forms.Form):
    """A file from a home authority."""

    file = forms.FileField(label=_("File (XLSX, CSV or JSON)"))

    def clean_file(self) -> Any:
        """Not larger than any such list is."""
        file = self.cleaned_data["file"]
        if file.size > FILE_MAX:
            raise forms.ValidationError(_("The file is too large for such a list."))
        return file


def _language() -> wordings.Language:
    return "en" if get_language() == "en" else "zh"


def _say_place(where: str) -> str:
    return where if _language() == "en" else wordings.translate_place(where)


@page("case-export", "POST")
def send(request: HttpRequest, case: UUID) -> HttpResponse:
    """The contacts that are one authority's, as a file."""
    key, kind = request.POST.get("home", ""), request.POST.get("kind", "xlsx")
    found = export.make(case=case, key=key, language=_language(), by=request.user.pk, now=clock.now())
    data = export.write(found=found, kind=kind, language=_language())
    response = HttpResponse(data, content_type=contact_list.MIMES[kind])
    response["Content-Disposition"] = f'attachment; filename="contacts-{found.case}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


@page("case-paper")
def show_paper(request: HttpRequest, case: UUID) -> HttpResponse:
    """Every contact on record with name and telephone, made to be printed."""
    found = export.make(case=case, key=None, language=_language(), by=request.user.pk, now=clock.now())
    context = {"found": found, "standing": book.get(case=case)}
    return render(request, "cases/paper.html", context)


@page("case-reported", "GET", "POST")
def report(request: HttpRequest) -> HttpResponse:
    """A home authority tells of travellers who became positive after they had left."""
    form = Handed(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data["file"].read()
            context["taken"], problems = reported.take_in(data=data, by=request.user.pk, now=clock.now())
            context["problems"] = [(_say_place(p.where), p.code) for p in problems]
        except Refused as refused:
            form.add_error("file", words.say_refused(refused))
    return render(request, "cases/reported.html", context, status=422 if form.errors else 200)
