"""The screening desk: the queue, one person with what the rules still miss, the channel with its reasons."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.core.screening.fact import FACTS, Origin
from pratique.formats.countries import list_countries
from pratique.services import clock, declaration, identity, screening
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import screening as queue
from pratique.store.queries import travellers
from pratique.web import words
from pratique.web.gate import may, page
from pratique.web.screening import locator, told
from pratique.web.screening.forms import VISIT_ROWS, Interview, to_initial, to_measured
from pratique.web.screening.phrases import NEXT

SHOWN = 60
DAY = timedelta(hours=24)
CHANNELS = ("symptomatic", "contact", "ordinary", "exempt", "transit", "crew")


@dataclass(frozen=True, slots=True)
class Met:
    """What was typed and what came in meanwhile, as one, and the fields of which they say different things."""

    form: declaration.Form
    clashes: list[tuple[str, str, str]]
    open_again: set[str]


@page("screening")
def show(request: HttpRequest) -> HttpResponse:
    """Who waits, of which flight; where people were sent; who is ill."""
    now = clock.now()
    waiting = queue.list_waiting(now=now)
    counts = queue.count_channels(since=now - DAY)
    flights = Counter((one.flight, one.designator) for one in waiting)
    late = Counter(one.flight for one in waiting if one.overdue)
    context = {
        "waiting": waiting[:SHOWN],
        "more": max(0, len(waiting) - SHOWN),
        "total": len(waiting),
        "flights": [(flight, name, heads, late[flight]) for (flight, name), heads in flights.most_common()],
        "channels": [(channel, counts.get(channel, 0)) for channel in CHANNELS],
        "ill": queue.list_ill(now=now),
    }
    return render(request, "screening/desk.html", context)


@page("screening-find", "POST")
def find(request: HttpRequest) -> HttpResponse:
    """A wristband scanned, or a document number typed: straight to the person."""
    sought = request.POST.get("sought", "").strip()[:60]
    found = travellers.find_by_code(code=sought)
    if found is None and sought and may(request, "names"):
        people = identity.find_by_document(number=sought)
        found = people[0] if len(people) == 1 else None
    if found is None:
        messages.error(
            request, _("Nobody wears this code: scan again, or search by name."), extra_tags="lost"
        )
        return HttpResponseRedirect(reverse("screening"))
    return HttpResponseRedirect(reverse("screen", args=[found]))


@page("screen", "GET", "POST")
def screen(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """One person: what the rules still miss is asked, the rest is filled in; the answer comes at once."""
    row = models.Traveller.objects.filter(id=traveller).select_related("flight").first()
    if row is None:
        raise Http404
    look = identity.Look(request.user.pk, "screening desk", row.code)
    versions = declaration.read(traveller=traveller, look=look)
    latest = versions[0] if versions else None
    form = Interview(request.POST or None, initial=to_initial(latest.form if latest else None))
    if request.method != "POST" or not form.is_valid():
        return _render(request, row, form, latest)
    if screening.is_recorded(evidence=_find_evidence(request)):
        return HttpResponseRedirect(reverse("screen", args=[traveller]))
    seen = _find_seen(request, versions)
    if latest and latest.version > seen:
        return _render_met(request, row, form, versions, seen)
    try:
        found, latest = _decide(request, traveller, form, latest)
    except Refused as refused:  # it came in just now
        if refused.code != "declaration_overtaken":
            raise
        return _render_met(request, row, form, declaration.read(traveller=traveller, look=look), seen)
    if found.recorded:
        return HttpResponseRedirect(reverse("screen", args=[traveller]))
    return _render(request, row, form, latest, found)


def _find_evidence(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("evidence", ""))
    except ValueError:
        return None


def _find_seen(request: HttpRequest, versions: list[declaration.Declared]) -> int:
    """The version that the page showed whoever sends it (0: none)."""
    number = request.POST.get("version", "")
    return int(number) if number.isdecimal() and len(number) < 9 else 0


def _render_met(
    request: HttpRequest,
    row: models.Traveller,
    form: Interview,
    versions: list[declaration.Declared],
    seen: int,
) -> HttpResponse:
    """Another version came in meanwhile, from the traveller's phone or another desk: what it says and what was typed are filled in
    together, nothing is decided, and whoever asks looks again."""
    base = next((one.form for one in versions if one.version == seen), None)
    ours = form.to_declaration(asked=_list_asked(clock.now()), before=base)
    theirs = versions[0].form or declaration.Form()
    merged, clashes = declaration.merge(base=base or declaration.Form(), ours=ours, theirs=theirs)
    again = Interview(initial={**to_initial(merged), **to_measured(form)})
    return _render(
        request,
        row,
        again,
        versions[0],
        met=Met(merged, told.list_clashes(clashes), {clash.name for clash in clashes}),
    )


def _decide(
    request: HttpRequest, traveller: UUID, form: Interview, latest: declaration.Declared | None
) -> tuple[screening.Screened, declaration.Declared | None]:
    """Put the declaration on record, then let the rules decide; with the version that is the latest then."""
    now, by = clock.now(), request.user.pk
    asked = _list_asked(now)
    before = latest.form if latest else None
    declared = form.to_declaration(asked=asked, before=before)
    if declared not in (declaration.Form(), before):
        latest = declaration.declare(
            traveller=traveller,
            declaration=declared,
            by=by,
            source="paper" if form.cleaned_data["paper"] else "desk",
            now=now,
            upon=latest.version if latest else 0,
        )
    facts = declaration.to_facts(form=declared)
    interview = screening.Interview(
        traveller,
        facts.answers,
        facts.visits,
        form.cleaned_data["celsius"],
        form.cleaned_data["method"] or "forehead",
        False
        if form.cleaned_data["rest_no"] and form.cleaned_data["unwell"] is None
        else form.cleaned_data["unwell"],
    )
    name = _find_evidence(request) or make_id()
    return screening.screen(interview=interview, by=by, now=now, evidence_id=name), latest


def _list_asked(now: Any) -> tuple[str, ...]:
    """The questions that any rule of today asks."""
    rules = screening.find_edition(now=now).rules
    named = {want.attribute for rule in rules for want in (*rule.every, *rule.any_of)}
    return tuple(name for name in FACTS if name in named and FACTS[name].origin is Origin.ASKED)


def _render(
    request: HttpRequest,
    row: models.Traveller,
    form: Interview,
    latest: declaration.Declared | None,
    found: screening.Screened | None = None,
    met: Met | None = None,
) -> HttpResponse:
    now = clock.now()
    look = identity.Look(request.user.pk, "screening desk", row.code)
    who = identity.read(travellers=[row.id], look=look).get(row.id)
    standing = screening.find_standing(traveller=row.id) if found is None else None
    edition = screening.find_edition(now=now)
    asked = _list_asked(now)
    shown = met.form if met else latest.form if latest else None
    if found is None:
        facts = declaration.to_facts(form=shown) if shown else None
        known = screening.Interview(row.id, facts.answers if facts else {}, facts.visits if facts else ())
        found = screening.consider(interview=known, now=now)
    missing = set(found.decision.missing) | (met.open_again if met else set())
    titles = {rule.code: rule.title for rule in edition.rules}
    because = str(standing.attributes.get("because", "")).split() if standing else []
    context = {
        "row": row,
        "who": who,
        "form": form,
        "latest": latest,
        "met": met,
        "told": told.list_told(form=latest.form) if latest and latest.form else [],
        "earlier": max(0, latest.version - 1) if latest else 0,
        "standing": standing,
        "channel": standing.attributes.get("channel", "") if standing else "",
        "reasons": [words.say(titles[code]) for code in because if code in titles],
        "next": [words.say(one) for one in NEXT.get(standing.attributes.get("channel", ""), ())]
        if standing
        else [],
        "missing": [words.say(FACTS[name].title) for name in found.decision.missing],
        "held_back": found.decision.held_back,
        "tried": request.method == "POST" and form.is_valid(),
        "first": [form[name] for name in asked if name in missing],
        "rest": [form[name] for name in asked if name not in missing],
        "journey_open": "history_level" in missing
        or any(k.startswith(("place", "from", "until")) for k in form.errors),
        "gaps": found.gathered.history.gaps,
        "visits": [
            (form[f"place_{n}"], form[f"from_{n}"], form[f"until_{n}"]) for n in range(form.visit_rows)
        ],
        "groups": locator.list_groups(form, form.rows),
        "countries": list_countries(),
        "evidence": make_id(),
        "may_take_back": may(request, "screening-take-back"),
    }
    return render(request, "screening/screen.html", context, status=422 if form.errors or met else 200)


@page("declarations")
def show_declared(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """Every version of what a traveller declared, the latest first; what its clock has erased says so. The look is written down."""
    row = models.Traveller.objects.filter(id=traveller).first()
    if row is None:
        raise Http404
    versions = declaration.read(
        traveller=traveller, look=identity.Look(request.user.pk, "declarations", row.code)
    )
    context = {
        "row": row,
        "versions": [
            (
                one,
                told.list_told(form=one.form) if one.form else [],
                told.list_answers(form=one.form) if one.form else [],
            )
            for one in versions
        ],
    }
    return render(request, "screening/declared.html", context)


@page("screening-take-back", "POST")
def take_back(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """A screening was wrong: it is taken back and done again."""
    because = request.POST.get("because", "")
    screening.take_back(traveller=traveller, because=because, by=request.user.pk, now=clock.now())
    messages.success(request, _("Taken back. Screen them again."), extra_tags="good")
    return HttpResponseRedirect(reverse("screen", args=[traveller]))


@page("declaration-paper")
def paper(request: HttpRequest) -> HttpResponse:
    """The declaration on paper, in the language of the page: to be printed, filled in by hand and typed in at the desk."""
    now = clock.now()
    context = {
        "questions": [words.say(FACTS[name].title) for name in _list_asked(now)],
        "groups": locator.list_lines(),
        "visits": range(VISIT_ROWS),
        "days": screening.find_edition(now=now).history_days,
    }
    return render(request, "screening/paper.html", context)
