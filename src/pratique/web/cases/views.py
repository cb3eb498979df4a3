"""Cases: which there are and what is open of each; one case with its contacts, what was done, and what may be done now."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind, Words
from pratique.core.tracing.contacts import Contact
from pratique.core.tracing.edition import Edition, Said
from pratique.core.tracing.exposure import Reason
from pratique.formats.countries import get_country
from pratique.services import clock, tracing
from pratique.services.cases import book, contacting, done, home, replan
from pratique.store.ids import make_id
from pratique.store.queries import exposures, ports
from pratique.web import words
from pratique.web.cases import forms, graph, phrases
from pratique.web.contacts.views import draw_seats, find_post
from pratique.web.dispatch import searching
from pratique.web.gate import page

FACTS = ("onset", "sampled", "isolated")


@page("cases")
def show_all(request: HttpRequest) -> HttpResponse:
    """Every case, the latest first: how it is classed, how many contacts, what is open."""
    return _render_all(request, forms.Opened())


def _render_all(request: HttpRequest, form: forms.Opened) -> HttpResponse:
    now = clock.now()
    standings = book.list_all()
    figures = done.summarise(now=now)
    names = exposures.name_people(people=[one.subject for one in standings])
    lines = [(one, names.get(one.subject), figures.get(one.row.id, done.Summary())) for one in standings]
    context = {
        "open": [line for line in lines if line[0].closed is None],
        "closed": [line for line in lines if line[0].closed is not None],
        "form": form,
    }
    return render(request, "cases/list.html", context, status=422 if form.errors else 200)


@page("case-open", "POST")
def open_case(request: HttpRequest) -> HttpResponse:
    """An epidemiologist opens a case by wristband code."""
    form = forms.Opened(request.POST)
    subject = book.find_subject(code=form.cleaned_data["code"]) if form.is_valid() else None
    if subject is None:
        if form.is_valid():
            form.add_error("code", _("Nobody in the book has this code."))
        return _render_all(request, form)
    opening = book.Opening(Kind.TRAVELLER, subject, "epidemiologist")
    row = book.open_case(opening=opening, by=request.user.pk, now=clock.now())
    return HttpResponseRedirect(reverse("case", args=[row.id]))


@dataclass(frozen=True, slots=True)
class Line:
    """A contact on the page: on record or found just now, by code or name, with why and what was done."""

    name: exposures.Name | None
    kind: Kind
    grade: str
    ring: str
    last_at: datetime | None
    reasons: tuple[tuple[Said, ports.Post | None, Reason], ...]
    record: done.Contact | None
    new: bool

    @property
    def steps(self) -> tuple[str, ...]:
        """What can be written down of them."""
        return done.STEPS[self.kind]


@page("case")
def show(request: HttpRequest, case: UUID) -> HttpResponse:
    """One case."""
    return _render(request, case)


def _render(request: HttpRequest, case: UUID, **given: Any) -> HttpResponse:
    try:
        standing = book.get(case=case)
    except Refused:
        raise Http404 from None
    now = clock.now()
    rules = request.GET.get("rules") or _find_rules(standing)
    edition = tracing.get_edition(rules)
    second = "second" in request.GET or bool(
        (traced := standing.last("traced")) and traced.attributes.get("second")
    )
    seen = None if standing.ruled_out else _preview(case, rules, second, now)
    records = done.list_contacts(case=case, now=now)
    lines = _make_lines(seen, records, edition)
    dates = book.find_dates(standing=standing, now=now)
    proposal = book.propose_sort(case=case, rules=rules, now=now)
    tasks = [t for t in done.list_tasks(now=now, subjects=[str(case)]) if t.kind is Kind.CASE]
    sorts = _name_sorts(edition)
    homes = _list_homes(standing, records)
    context = {
        "standing": standing,
        "case": standing.row,
        "name": exposures.name_people(people=[standing.subject]).get(standing.subject),
        "dates": dates,
        "unproven": book.is_unproven(standing=standing, dates=dates),
        "proposal": proposal,
        "seen": seen,
        "edition": edition,
        "editions": [tracing.get_edition(code) for code in tracing.SHIPPED],
        "second": second,
        "rings": _ring(lines),
        "gone": [one for one in records if seen and (one.kind, str(one.subject)) in seen.gone],
        "tasks": _count_alike(tasks),
        "traced": standing.last("traced"),
        "drawing": _draw(standing, seen),
        "cabin": draw_seats(seen.answer) if seen else None,
        "homes": homes,
        "entries": list(reversed(standing.entries)),
        "judged_form": forms.Judged(sorts=sorts, initial=_initial(standing, proposal)),
        "dated_form": forms.Dated(initial={name: getattr(dates, f"{name}_at") for name in FACTS}),
        "infected_form": forms.Infected(),
        "spread_form": forms.Spread() if book.was_outside(case=standing.row) else None,
        "told_form": forms.Told(),
        "sorts": sorts,
        "fresh": make_id(),
        **given,
    }
    return render(request, "cases/case.html", context, status=422 if given else 200)


def _count_alike(tasks: list[done.Task]) -> list[tuple[done.Task, int]]:
    """Tasks of one sort as one line, the soonest of them, and how many there are."""
    counts = Counter(task.code for task in tasks)
    soonest: dict[str, done.Task] = {}
    for task in sorted(tasks, key=lambda one: one.due_at):
        soonest.setdefault(task.code, task)
    return [(task, counts[code]) for code, task in soonest.items()]


def _name_sorts(edition: Edition) -> list[tuple[str, str]]:
    """The sorts of case that an edition has, as it calls them; and that somebody is none."""
    named = {one.code: words.say(Words(one.title.zh, one.title.en)) for one in edition.definitions}
    named.setdefault(book.RULED_OUT, words.say(phrases.SORTS[book.RULED_OUT]))
    return list(named.items())


def _find_rules(standing: book.Standing) -> str:
    traced = standing.last("traced")
    return str(traced.attributes["edition"]) if traced else tracing.choose_rules(now=clock.now())


def _preview(case: UUID, rules: str, second: bool, now: datetime) -> contacting.Preview | None:
    """The tracing as it comes out now; None while nobody knows when the case was infectious."""
    try:
        return contacting.preview(case=case, rules=rules, second_ring=second, now=now)
    except Refused as refused:
        if refused.code != "tracing_case_undated":
            raise
        return None


def _initial(standing: book.Standing, proposal: book.Proposal) -> dict[str, Any]:
    fits = proposal.definition.code if proposal.definition else standing.sort
    return {"sort": fits, "facts": sorted(proposal.facts & book.TYPED)}


def _make_lines(seen: contacting.Preview | None, records: list[done.Contact], edition: Edition) -> list[Line]:
    """Contacts as traced now, each with the record of them."""
    known = {str(one.subject): one for one in records}
    if seen is None:
        found: list[Contact] = []
    else:
        found = [*seen.answer.tracing.contacts, *(seen.answer.second or ())]
    names = exposures.name_people(people=[UUID(c.who) for c in found] + [r.subject for r in records])
    posts = ports.name_posts(
        posts=[one for c in found for r in c.reasons if (one := find_post(r)) is not None]
    )
    lines = []
    for contact in found:
        name, record = names.get(UUID(contact.who)), known.get(str(contact.who))
        kind = Kind.TRAVELLER if name and name.code else Kind.STAFF
        reasons = tuple((edition.get_rule(r.rule).title, posts.get(find_post(r)), r) for r in contact.reasons)
        lines.append(
            Line(
                name,
                kind,
                contact.grade.value,
                str(contact.ring),
                contact.last_at,
                reasons,
                record,
                record is None,
            )
        )
    return lines


def _ring(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    """Lines by ring and grade: close, general, second."""
    rings: dict[str, list[Line]] = {"close": [], "general": [], "second": []}
    for line in lines:
        rings["second" if line.ring == "2" else line.grade].append(line)
    return list(rings.items())


def _draw(standing: book.Standing, seen: contacting.Preview | None) -> graph.Drawing | None:
    if seen is None:
        return None
    first, second = seen.answer.tracing.contacts, seen.answer.second or ()
    people = exposures.name_people(people=[UUID(c.who) for c in (*first, *second)])
    posts = ports.name_posts(posts=[one for c in first for r in c.reasons if (one := find_post(r))])

    def place_of(contact: Contact) -> str:
        post = posts.get(find_post(contact.reasons[0]) or UUID(int=0))
        return words.name_of(post) if post else _("together")

    def name(who: str) -> str:
        found = people.get(UUID(who))
        return (found.code or words.name_of(found)) if found else ""

    return graph.draw(case=standing.row.code, first=first, second=second, place_of=place_of, name=name)


@dataclass(frozen=True, slots=True)
class Home:
    """A home authority with how many contacts of the case are theirs, and when it was told."""

    key: str
    name: str
    count: int
    told_at: datetime | None


def _list_homes(standing: book.Standing, records: list[done.Contact]) -> list[Home]:
    counts: dict[str, int] = {}
    for one in records:
        if one.left is not None:
            counts[one.left.key] = counts.get(one.left.key, 0) + 1
    names = home.name(keys=counts)
    told = {str(e.attributes.get("home")): e.at for e in standing.entries if e.code == "home_told"}
    return [Home(key, say_home(key, names), count, told.get(key)) for key, count in sorted(counts.items())]


def say_home(key: str, names: Mapping[str, Any]) -> str:
    """What a home authority is called: a prefecture or a country by its name, an issuer that is no country by its code."""
    if key in names:
        return words.name_of(names[key])
    if key in phrases.HOMES:
        return words.say(phrases.HOMES[key])
    country = get_country(key)
    return words.say(Words(country.chinese, country.english)) if country else key


def read_id(request: HttpRequest) -> UUID:
    """The id under which what a form says is kept: sent twice it is once."""
    try:
        return UUID(request.POST.get("evidence", ""))
    except ValueError:
        return make_id()


def finish(request: HttpRequest, case: UUID, said: str) -> HttpResponse:
    """Back to the case, with a word."""
    messages.success(request, said, extra_tags="good")
    return HttpResponseRedirect(reverse("case", args=[case]))


@page("case-classify", "POST")
def classify(request: HttpRequest, case: UUID) -> HttpResponse:
    """A case is classed otherwise, with the reason; trips and rooms follow."""
    rules = request.POST.get("rules") or tracing.choose_rules(now=clock.now())
    edition = tracing.get_edition(rules)
    form = forms.Judged(request.POST, sorts=_name_sorts(edition))
    if not form.is_valid():
        return _render(request, case, judged_form=form)
    now = clock.now()
    proposal = book.propose_sort(case=case, rules=rules, now=now, more=form.cleaned_data["facts"])
    told = form.cleaned_data
    judged = book.Judgement(case, told["sort"], rules, told["because"], proposal.facts)
    found = contacting.classify(judgement=judged, by=request.user.pk, now=now, evidence_id=read_id(request))
    standing = book.get(case=case)
    moved = list(found.moved) if found else []
    if standing.row.subject_kind == Kind.TRAVELLER:
        moved.append(standing.subject)
    if moved:
        replan.replan(travellers=moved, by=request.user.pk, now=now, search=searching.read_order())
    said = _("Classed. The word before stays on record.")
    if found:
        gone = len(found.withdrawn)
        said += " " + ngettext(
            "%(n)s contact is withdrawn: nobody is held or kept off duty by this case any more.",
            "%(n)s contacts are withdrawn: nobody is held or kept off duty by this case any more.",
            gone,
        ) % {"n": gone}
        _ask_to_tell(request, standing)
    return finish(request, case, said)


def _ask_to_tell(request: HttpRequest, standing: book.Standing) -> None:
    """Home authorities that were told of contacts are to hear that nobody is one."""
    told = sorted({str(e.attributes["home"]) for e in standing.entries if e.code == "home_told"})
    if told:
        names = home.name(keys=told)
        homes = ", ".join(say_home(key, names) for key in told)
        said = _("Told of contacts before; tell them that nobody is one: %(homes)s") % {"homes": homes}
        messages.warning(request, said, extra_tags="late")


@page("case-date", "POST")
def date(request: HttpRequest, case: UUID) -> HttpResponse:
    """Dates of a case were found out; the list of contacts changes only once it is adopted."""
    form = forms.Dated(request.POST)
    try:
        if form.is_valid():
            book.date(
                case=case,
                dates=form.read(),
                by=request.user.pk,
                now=clock.now(),
                evidence_id=read_id(request),
            )
            return finish(request, case, _("Written down. Look at the contacts again: others may be new."))
    except Refused as refused:
        form.add_error(None, words.say_refused(refused))
    return _render(request, case, dated_form=form)


@page("case-infected", "POST")
def say_infected(request: HttpRequest, case: UUID) -> HttpResponse:
    """Where a case was infected; inside the loop it is a case caused."""
    form = forms.Infected(request.POST)
    if not form.is_valid():
        return _render(request, case, infected_form=form)
    infected = book.Infected(case, form.cleaned_data["where"], form.cleaned_data["because"])
    book.say_infected(infected=infected, by=request.user.pk, now=clock.now(), evidence_id=read_id(request))
    return finish(request, case, _("Written down; the board of zeros follows it."))


@page("case-spread", "POST")
def say_spread(request: HttpRequest, case: UUID) -> HttpResponse:
    """Whom a case infected outside the loop; each is a case caused."""
    form = forms.Spread(request.POST)
    try:
        if form.is_valid():
            spread = book.Spread(case, form.cleaned_data["people"], form.cleaned_data["shown_by"])
            book.say_spread(spread=spread, by=request.user.pk, now=clock.now(), evidence_id=read_id(request))
            return finish(request, case, _("Written down; the board of zeros follows it."))
    except Refused as refused:
        form.add_error(None, words.say_refused(refused))
    return _render(request, case, spread_form=form)


@page("case-note", "POST")
def note(request: HttpRequest, case: UUID) -> HttpResponse:
    """A case was reported to the health authority, a home authority was told, or the case is closed."""
    code, now = request.POST.get("code", ""), clock.now()
    if code == "home_told":
        contacting.tell_home(case=case, key=request.POST.get("home", ""), by=request.user.pk, now=now)
    else:
        book.note(
            case=case,
            code=code,
            by=request.user.pk,
            now=now,
            evidence_id=read_id(request),
            because=request.POST.get("because", ""),
        )
    return finish(request, case, _("Written down, with your name and the time."))


@page("case-adopt", "POST")
def adopt(request: HttpRequest, case: UUID) -> HttpResponse:
    """The list as it stands on the page is put on record; duties, channels, trips and rosters follow at once."""
    now = clock.now()
    found = contacting.adopt(
        case=case,
        rules=request.POST.get("rules") or tracing.choose_rules(now=now),
        second_ring="second" in request.POST,
        by=request.user.pk,
        now=now,
    )
    made = replan.replan(travellers=found.moved, by=request.user.pk, now=now, search=searching.read_order())
    said = _("Adopted: %(new)s new, %(changed)s changed, %(gone)s withdrawn.") % {
        "new": len(found.new),
        "changed": len(found.changed),
        "gone": len(found.withdrawn),
    }
    if found.ordered:
        said += " " + ngettext(
            "An extension was drawn up for %(n)d, signed by you: it holds once a second has signed and it is served.",
            "Extensions were drawn up for %(n)d, signed by you: each holds once a second has signed and it is served.",
            len(found.ordered),
        ) % {"n": len(found.ordered)}
    if found.moved:
        said += " " + ngettext(
            "%(n)s traveller is now moved and housed apart.",
            "%(n)s travellers are now moved and housed apart.",
            len(found.moved),
        ) % {"n": len(found.moved)}
    if made.proposal:
        said += " " + _("A new transport plan is proposed.")
    if made.under_way:
        trips = ", ".join(made.under_way)
        messages.warning(
            request,
            _("These trips board or run and cannot be changed here: %(trips)s") % {"trips": trips},
            extra_tags="late",
        )
    if made.houses:
        names = ports.name_posts(posts=made.houses)
        told = ", ".join(f"{words.name_of(names[one])} ({count})" for one, count in made.houses.items())
        messages.warning(
            request,
            _("To change rooms, with a room proposed on reception's page: %(houses)s") % {"houses": told},
            extra_tags="late",
        )
    return finish(request, case, said)
