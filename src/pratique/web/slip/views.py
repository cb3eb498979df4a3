"""Print a slip, let one open nothing any more, print the notice of rights in a traveller's language."""

from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from pratique import protocols
from pratique.core.answers import Refused
from pratique.core.speech import sheet
from pratique.services import care, clock
from pratique.services.window import slip
from pratique.store import models
from pratique.store.queries import ports, travellers
from pratique.web.gate import page

RIGHTS = ("reason", "consent", "dignity", "needs", "family", "contact", "complain", "appeal", "data")
MEASURES = {"central isolation": "central", "home isolation": "home"}


@page("slip-issue", "POST")
def issue(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """A slip with its code, shown this once; whatever slip they had stops working."""
    try:
        name = UUID(request.POST.get("slip", ""))
    except ValueError:
        raise Refused("slip_unknown") from None
    language = request.POST.get("language", "")
    row, secret = slip.issue(
        traveller=traveller, language=language, by=request.user.pk, now=clock.now(), slip_id=name
    )
    address = settings.PRATIQUE_WINDOW
    context = {
        "traveller": travellers.find_story(traveller=traveller).traveller,
        "slip": row,
        "secret": slip.spell(secret),
        "address": f"{address}/open/" if address else "",
        "code": draw_code(f"{address}/open/#{secret}") if address else "",
        "said": [_list_said(one) for one in dict.fromkeys((language, *sheet.GROUND))],
        "port": ports.find_port(),
    }
    return render(request, "slip/slip.html", context)


@page("slips-issue", "POST")
def issue_all(request: HttpRequest, flight: UUID) -> HttpResponse:
    """Slips for everybody on a flight's list who has none, to print and give out by seat before they land."""
    found = models.Flight.objects.filter(id=flight).first()
    if found is None:
        raise Http404
    language, address = request.POST.get("language", ""), settings.PRATIQUE_WINDOW
    given = slip.issue_all(flight=flight, language=language, by=request.user.pk, now=clock.now())
    context = {
        "flight": found,
        "slips": [
            {
                "code": one.code,
                "seat": one.seat,
                "secret": slip.spell(one.secret),
                "qr": draw_code(f"{address}/open/#{one.secret}") if address else "",
            }
            for one in given
        ],
        "address": address,
        "said": [_list_said(one) for one in dict.fromkeys((language, *sheet.GROUND))],
    }
    return render(request, "slip/slips.html", context)


def draw_code(content: str) -> str:
    """A QR code as SVG (segno; ISO/IEC 18004, a quarter of it may be damaged)."""
    drawn = segno.make(content, error="q", micro=False)
    return mark_safe(
        drawn.svg_inline(scale=4, border=2, omitsize=True)
    )  # made of lines by segno, from our own text


def _list_said(language: str) -> dict[str, str]:
    sentences = protocols.list_sheets()[language].sentences
    ground = protocols.list_sheets()[sheet.GROUND[0]].sentences
    said = {
        key: sentences.get(f"slip.{key}", ground[f"slip.{key}"]) for key in ("title", "how", "type", "keep")
    }
    said["type"] = said["type"].replace("{address}", f"{settings.PRATIQUE_WINDOW}/open/")
    return {**said, "lang": "zh-Hans" if language == "zh" else language}


@page("slip-revoke", "POST")
def revoke(request: HttpRequest, traveller: UUID, slip_id: UUID) -> HttpResponse:
    """A slip was lost: it opens nothing any more, nor keeps open what it opened."""
    slip.revoke(slip=slip_id, by=request.user.pk, now=clock.now())
    messages.success(request, _("The slip opens nothing any more."), extra_tags="good")
    return HttpResponseRedirect(reverse("traveller", args=[traveller]))


@page("notice")
def show_notice(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """The notice of rights in a language, with Chinese beside it, to print and sign."""
    story = travellers.find_story(traveller=traveller)
    if story is None:
        raise Http404
    language = request.GET.get("language", "") or slip.find_language(traveller=traveller)
    if language not in protocols.SPEECH:
        raise Refused("word_unknown")
    measure = care.find_untold_measure(traveller=traveller)
    word = MEASURES.get(str(measure.attributes.get("measure", "")), "") if measure else ""
    context = {
        "traveller": story.traveller,
        "language": language,
        "languages": [(code, one.name) for code, one in protocols.list_sheets().items()],
        "columns": [_read_notice(one, word) for one in dict.fromkeys((language, "zh"))],
        "edition": protocols.list_sheets()[language].edition,
        "reviewed": bool(protocols.list_sheets()[language].reviewed_by),
    }
    return render(request, "slip/notice.html", context)


def _read_notice(language: str, measure: str) -> dict[str, object]:
    sheets = protocols.list_sheets()
    own, ground = sheets[language].sentences, sheets[sheet.GROUND[0]].sentences

    def say(key: str) -> str:
        return own.get(f"rights.{key}", ground[f"rights.{key}"])

    return {
        "lang": "zh-Hans" if language == "zh" else language,
        "rights": [say(key) for key in RIGHTS],
        "measure": say("measure").replace("{measure}", say(measure) if measure else "……"),
        **{
            key: say(key)
            for key in ("notice", "intro", "basis", "basis_text", "understood", "signature", "staff")
        },
    }
