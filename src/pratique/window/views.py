"""The pages of one traveller: where am I, what comes next, my results and rights, and everything I may say."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import ensure_csrf_cookie

from pratique import protocols
from pratique.core.answers import Refused
from pratique.services import care, clock, declaration, identity
from pratique.services.stay import call
from pratique.services.window import contact, measures, petition, standing, visit, wellbeing
from pratique.store.ids import make_id
from pratique.store.queries import ports
from pratique.window import gate, limits, tongue

SAID = {"declare": "declare.sent", "report": "report.sent", "ill": "report.ill", "contact": "data.saved"}
"""What a page says above its content after something was sent; named in the address, so nothing else can be said there."""

LOOKS_SHOWN = 20
"""So many looks at somebody's data stand line by line; those before by day, each time of each role."""


def _show(
    request: HttpRequest, name: str, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    return render(request, f"window/{name}.html", {**(context or {}), "fresh": make_id()}, status=status)


@gate.page("GET")
def _home(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    looked = standing.look(traveller=request.traveller, now=now)
    asked = petition.list_of(traveller=request.traveller)
    calls = call.read(traveller=request.traveller)
    context = {
        "looked": looked,
        "steps": _list_steps(looked),
        "owes_report": bool(looked.after and looked.temperature_at),
        "undeclared": looked.step in ("flight", "check")
        and declaration.find_latest(traveller=request.traveller) is None,
        "waiting": sum(one.settled_at is None for one in asked)
        + sum(one.answered_at is None for one in calls),
        "answered": any(one.replies for one in asked) or any(one.answered_at for one in calls),
        "said": SAID.get(request.GET.get("said", "")),
    }
    return _show(request, "home", context)


def show(request: HttpRequest) -> HttpResponse:
    """Where I am, what comes next; whoever has opened no slip here is asked for it."""
    return _home(request)


show.needs_visit = True  # type: ignore[attr-defined]


def _list_steps(looked: standing.Standing) -> list[tuple[str, str]]:
    """The steps of the way, each done, here, to come, or not theirs: past it they left. A hospital stands in the place of the stay, and
    of being free where somebody is who is not yet; whoever a door keeps may still have to take what they missed."""
    instead = {"hospital": "stay"} | dict.fromkeys((standing.HELD, *standing.STEP_AFTER.values()), "free")
    steps = [(looked.step if s == instead.get(looked.step) else s) for s in standing.STEPS]
    here = steps.index(looked.step)
    gone_past = "" if looked.held else "missed"
    before = [(s, gone_past if s in looked.missed else "done") for s in steps[:here]]
    return [*before, (steps[here], "here"), *((s, "") for s in steps[here + 1 :])]


@ensure_csrf_cookie
def open_slip(request: HttpRequest) -> HttpResponse:
    """Open a slip by its secret, which comes in the body of a form and never in an address."""
    request.tongue = tongue.find(request)
    if request.method == "GET":
        return _show(request, "open", {"closed": "closed" in request.GET})
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "POST"])
    caller = gate.find_caller(request)
    if limits.FAILING.is_full(caller):
        return gate.say_busy(request)
    try:
        token, language = visit.open_slip(secret=request.POST.get("secret", "")[:100])
    except Refused:
        limits.FAILING.count(caller)
        return _show(request, "open", {"unknown": True}, status=403)
    response = gate.remember(HttpResponseRedirect(reverse("home")), token)
    if tongue.COOKIE not in request.COOKIES:
        _keep_language(response, language)
    return response


def choose_language(request: HttpRequest) -> HttpResponse:
    """Another language, on the page where it was asked for."""
    back = request.POST.get("back", "")
    known = {
        reverse(name)
        for name in (
            "open",
            "stay",
            "rights",
            "declare",
            "report",
            "help",
            "complain",
            "object",
            "asked",
            "data",
        )
    }
    response = HttpResponseRedirect(back if back in known else reverse("home"))
    if request.method == "POST" and request.POST.get("language") in protocols.SPEECH:
        _keep_language(response, request.POST["language"])
    return response


def _keep_language(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        tongue.COOKIE, language, max_age=60 * 24 * 3600, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


@gate.page("POST")
def leave(request: HttpRequest) -> HttpResponse:
    """Close the page on this phone."""
    visit.close()
    return gate.forget(HttpResponseRedirect(reverse("open") + "?closed"))


@gate.page("GET")
def show_stay(request: HttpRequest) -> HttpResponse:
    """When I can leave, with every condition; my results."""
    looked = standing.look(traveller=request.traveller, now=clock.now())
    return _show(
        request,
        "stay",
        {
            "looked": looked,
            "conditions": _list_conditions(looked),
            "orders": measures.list_orders(traveller=request.traveller),
            "roles": measures.list_roles(),
            "basis": standing.find_basis(),
            "tests": standing.list_tests(traveller=request.traveller),
        },
    )


def _list_conditions(looked: standing.Standing) -> list[tuple[str, bool]]:
    """Each sort of condition once, in the order of the rules, and whether every one of that sort is met: where several rules
    hold, the days of each must have passed."""
    met: dict[str, bool] = {}
    for one in looked.release.conditions if looked.release else ():
        sort = str(one.finding.condition.check)
        met[sort] = met.get(sort, True) and one.passes
    return list(met.items())


@gate.page("GET")
def show_rights(request: HttpRequest) -> HttpResponse:
    """My rights and what they rest on."""
    return _show(request, "rights")


@gate.page("GET", "POST")
def report(request: HttpRequest) -> HttpResponse:
    """My temperature and how I feel: evidence, as when the staff take it."""
    typed, wrong = request.POST, ""
    if request.method == "POST":
        symptomatic = {"yes": True, "no": False}.get(typed.get("symptomatic", ""))
        try:
            celsius = float(typed.get("celsius", "").replace(",", "."))
        except ValueError:
            celsius = 0.0
        if symptomatic is None or typed.get("method") not in care.METHODS:
            wrong = "page.again"
        elif not care.CELSIUS_MIN <= celsius <= care.CELSIUS_MAX:
            wrong = "report.impossible"
        else:
            read = round(celsius, 1)
            taken = care.Temperature(request.traveller, read, symptomatic, typed["method"], own=True)
            unwell = wellbeing.report(temperature=taken, now=clock.now(), evidence_id=_read_id(request))
            return HttpResponseRedirect(reverse("home") + ("?said=ill" if unwell else "?said=report"))
    context = {"typed": typed, "wrong": wrong, "methods": care.METHODS}
    return _show(request, "report", context, 422 if wrong else 200)


def _read_id(request: HttpRequest) -> UUID:
    """The id a form was given when it was shown, so that sending it twice is once."""
    try:
        return UUID(request.POST.get("id", ""))
    except ValueError:
        return make_id()


@gate.page("GET", "POST")
def ask_for_help(request: HttpRequest) -> HttpResponse:
    """A doctor, somebody to talk to, an interpreter, the consulate, a thing that is needed."""

    def send(about: str, words: str) -> None:
        call.call_for_help(
            traveller=request.traveller, sort=about, text=words, now=clock.now(), call_id=_read_id(request)
        )

    return _ask(request, "help", list(call.SORTS), send)


@gate.page("GET", "POST")
def complain(request: HttpRequest) -> HttpResponse:
    """A complaint in my own words."""

    def send(about: str, words: str) -> None:
        petition.complain(
            traveller=request.traveller,
            asked=petition.Asked(about, words, request.tongue.code),
            now=clock.now(),
            petition_id=_read_id(request),
        )

    return _ask(request, "complain", list(petition.COMPLAINTS), send)


@gate.page("GET", "POST")
def object_to(request: HttpRequest) -> HttpResponse:
    """An objection to a measure that was ordered for me."""
    found = measures.list_open_to_objection(traveller=request.traveller)

    def send(about: str, words: str) -> None:
        petition.object_to(
            traveller=request.traveller,
            asked=petition.Asked(about, words, request.tongue.code),
            now=clock.now(),
            petition_id=_read_id(request),
        )

    return _ask(request, "object", [one.id for one in found], send, found)


def _ask(
    request: HttpRequest, name: str, kinds: list[str], send: Any, offered: list[Any] | None = None
) -> HttpResponse:
    """A form with a kind and words: shown, or sent and then shown among what was asked."""
    wrong = ""
    if request.method == "POST":
        try:
            send(request.POST.get("about", ""), request.POST.get("words", ""))
            return HttpResponseRedirect(reverse("asked") + f"?said={name}")
        except Refused as refused:
            wrong = {
                "words_missing": "page.empty",
                "words_long": "page.long",
                "help_text_too_long": "page.long",
            }.get(refused.code, "page.again")
    typed = request.POST or {"about": request.GET.get("about", "")}
    context = {"name": name, "kinds": kinds, "offered": offered, "wrong": wrong, "typed": typed}
    return _show(request, "ask", context, 422 if wrong else 200)


@gate.page("GET")
def show_asked(request: HttpRequest) -> HttpResponse:
    """Everything I asked for, and what was answered."""
    said, now = request.GET.get("said", ""), clock.now()
    petitions = petition.list_of(traveller=request.traveller)
    carrying = petition.list_carrying(petitions=petitions, now=now)
    ordered = {one.id: one for one in measures.list_all(traveller=request.traveller)}
    context = {
        "calls": call.read(traveller=request.traveller),
        "petitions": [(one, carrying.get(one.id), ordered.get(one.about)) for one in petitions],
        "reviewers": [(one, zh, en) for one, (zh, en) in petition.name_reviewers().items()],
        "now": now,
        "said": f"{said}.sent" if said in ("help", "complain", "object") else "",
    }
    return _show(request, "asked", context)


@gate.page("GET", "POST")
def show_data(request: HttpRequest) -> HttpResponse:
    """How I can be reached, who looked at my data, when it is erased."""
    versions = contact.list_versions(traveller=request.traveller)
    given, wrong = versions[0].contact if versions else contact.Contact(), ""
    if request.method == "POST":
        given = contact.Contact(*(request.POST.get(name, "") for name in ("telephone", "email", "address")))
        try:
            contact.give(traveller=request.traveller, contact=given, by=None, now=clock.now())
            return HttpResponseRedirect(reverse("home") + "?said=contact")
        except Refused as refused:
            wrong = "data.nothing" if refused.code == "contact_empty" else "page.long"
    on = ports.find_day(at=clock.now())
    erasure = standing.find_erasure(traveller=request.traveller, on=on)
    looks = [(at, role if f"role.{role}" in _ROLES else "other") for at, role in standing.list_looks()]
    context = {
        "given": given,
        "versions": versions,
        "looks": looks[:LOOKS_SHOWN],
        "older": looks[LOOKS_SHOWN:],
        "erasure": erasure,
        "after_days": identity.AFTER_DAYS,
        "wrong": wrong,
    }
    return _show(request, "data", context, 422 if wrong else 200)


_ROLES = frozenset(key for key in protocols.list_sheets()["en"].sentences if key.startswith("role."))


def say_health(request: HttpRequest) -> HttpResponse:
    """Whether the page and its database answer."""
    return HttpResponse(clock.now().isoformat(), content_type="text/plain")


def say_absent(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """There is no such page."""
    return render(request, "window/said.html", {"key": "page.absent"}, status=404)


def say_wrong(request: HttpRequest) -> HttpResponse:
    """We are wrong."""
    return render(request, "window/said.html", {"key": "page.wrong"}, status=500)
