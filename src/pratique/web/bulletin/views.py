"""The bulletins: which there are, one to read with its definitions, and its documents."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pratique.core.bulletin import json_form, public
from pratique.core.bulletin.edition import Audience, Bulletin
from pratique.core.bulletin.figure import Section
from pratique.core.bulletin.table import list_section
from pratique.formats import bulletin_charts, bulletin_docx, bulletin_pdf, bulletin_tables, bulletin_xlsx
from pratique.formats.bulletin_tables import Table
from pratique.formats.words import Language
from pratique.services import bulletin as bulletins_service
from pratique.services import clock
from pratique.services.permission import Role
from pratique.store.queries import bulletins
from pratique.web import words
from pratique.web.gate import find_role, may, page

DOCUMENTS: dict[str, tuple[str, Callable[[Bulletin], bytes]]] = {
    "pdf": ("application/pdf", lambda found: bulletin_pdf.write(bulletin=found)),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        lambda found: bulletin_docx.write(bulletin=found),
    ),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda found: bulletin_xlsx.write(bulletin=found),
    ),
    "json": ("application/json", lambda found: json_form.write(bulletin=found).encode()),
}
"""File ending → media type and how it is made."""

LINES = (
    bulletin_tables.list_flights,
    bulletin_tables.list_trips,
    bulletin_tables.list_exits,
    bulletin_tables.list_owners,
    bulletin_tables.list_corrections,
    bulletin_tables.list_objections,
)


@page("bulletins")
def show_list(request: HttpRequest) -> HttpResponse:
    """Every published bulletin, the newest first."""
    context = {"published": bulletins.list_published(), "may_publish": may(request, "bulletin-publish")}
    return render(request, "bulletin/list.html", context)


@page("bulletin-publish", "POST")
def publish(request: HttpRequest) -> HttpResponse:
    """Seal, count and publish today's bulletin; a second one of the day is a new revision."""
    now = clock.now()
    on = timezone.localdate(now)
    published = bulletins_service.publish(on=on, by=request.user.pk, now=now)
    said = _("Published: %(on)s, revision %(n)d.") % {"on": on.isoformat(), "n": published.revision}
    messages.success(request, said, extra_tags="good")
    return HttpResponseRedirect(reverse("bulletin", args=[on.isoformat()]))


@page("bulletin")
def show(request: HttpRequest, on: str) -> HttpResponse:
    """The bulletin of a day, every figure with its definition."""
    asked = request.GET.get("revision", "")
    found = _get(request, on, int(asked) if asked.isdigit() else None)
    language = _find_language()
    charts = bulletin_charts.draw_charts(bulletin=found, language=language)
    context = {
        "bulletin": found,
        "is_public": found.audience is Audience.PUBLIC,
        "zeros": [(figure, found.figures.get(figure.code)) for figure in list_section(Section.ZEROS)],
        "sections": [
            _describe_section(section, found, language) for section in Section if section is not Section.ZEROS
        ],
        "tables": [_describe(make(found, language), found, language) for make in LINES],
        # Drawn by our own renderer out of numbers and escaped names: markup, and safe as such.
        "charts": [(chart, mark_safe(chart.svg)) for chart in charts.values()],
        "kinds": list(DOCUMENTS),
    }
    return render(request, "bulletin/bulletin.html", context)


def _find_language() -> Language:
    return "en" if get_language() == "en" else "zh"


def _get(request: HttpRequest, on: str, revision: int | None) -> Bulletin:
    """A published bulletin; a partner agency is given the public edition."""
    try:
        day = date.fromisoformat(on)
    except ValueError:
        raise Http404 from None
    found = bulletins.find_bulletin(on=day, revision=revision)
    if found is None:
        raise Http404
    return public.make_public(bulletin=found) if find_role(request) == Role.PARTNER else found


def _describe_section(section: Section, found: Bulletin, language: Language) -> dict[str, Any]:
    described = _describe(bulletin_tables.list_figures(found, section, language), found, language)
    definitions = [
        (words.say(figure.name), words.say(figure.definition), words.say(figure.source))
        for figure in list_section(section)
    ]
    return {**described, "definitions": definitions}


def _describe(table: Table, found: Bulletin, language: Language) -> dict[str, Any]:
    rows = [
        [
            (
                bulletin_tables.show(content=cell, heading=heading, bulletin=found, language=language),
                heading.numeric,
            )
            for cell, heading in zip(row, table.headings, strict=True)
        ]
        for row in table.rows
    ]
    return {"table": table, "rows": rows}


@page("bulletin")
def send(request: HttpRequest, on: str, revision: int, kind: str) -> HttpResponse:
    """The bulletin as a document."""
    if kind not in DOCUMENTS:
        raise Http404
    found = _get(request, on, revision)
    media, make = DOCUMENTS[kind]
    response = HttpResponse(make(found), content_type=media)
    name = f"{found.port.code}-{found.on.isoformat()}-{found.revision}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
