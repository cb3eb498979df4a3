"""How a release stands: every condition, the orders, the decision, the certificate, the way home."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.core.duties.rule import Check
from pratique.core.stay.order import Sort
from pratique.services import care, clock, identity, signing, way
from pratique.services.stay import call, certificate, onward, orders, release, rooms, term
from pratique.services.window import measures, standing
from pratique.store import models, rows
from pratique.store.ids import make_id
from pratique.store.queries import deaths, lodgings, persons, travellers
from pratique.web import words
from pratique.web.gate import may, page
from pratique.web.stay import assessing, elsewhere, phrases
from pratique.web.stay.forms import Asked, Drawn, Served, find_id, read_id


@page("release")
def show(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """A traveller's stay: release, orders, rooms, calls, what they need. Whoever has several wristbands has one such page."""
    if (person := rows.read_as(traveller)) != traveller:
        return HttpResponseRedirect(reverse("release", args=[person]))
    return render_stay(request, traveller)


def render_stay(request: HttpRequest, traveller: UUID, **forms: Any) -> HttpResponse:
    """The page of a stay; with a form that was wrong it is said so."""
    story = travellers.find_story(traveller=traveller)
    if story is None:
        raise Http404
    now = clock.now()
    identity.note(travellers=[traveller], look=identity.Look(request.user.pk, "stay", story.traveller.code))
    looked = release.look(traveller=traveller, now=now)
    guest = persons.find_guests(travellers=[traveller]).get(traveller)
    issued = certificate.find_latest(traveller=traveller)
    step = onward.find(traveller=traveller)
    context = {
        "traveller": story.traveller,
        "card": story.card,
        "looked": looked,
        "conditions": [show_condition(one) for one in looked.release.conditions] if looked.release else [],
        "faults": list_faults(looked),
        "orders": _show_orders(traveller, looked, now),
        "ways": way.list_ways(traveller=traveller, now=now) if may(request, "exemptions") else (),
        "exits": {str(row.id): row for row in way.list_exits()},
        "spans": lodgings.list_spans(travellers=[traveller]),
        "rooms": models.Room.objects.filter(facility_id=story.card.holder.id, state="ready").order_by(
            "floor", "code"
        )
        if story.card.holder and story.card.holder.kind == "facility"
        else [],
        "calls": call.read(traveller=traveller),
        "guest": guest,
        "guardian_code": _find_guardian(guest),
        "diets": rooms.DIETS,
        "room_needs": tuple(phrases.ROOM_NEEDS),
        "certificate": issued,
        "certificate_code": certificate.split(issued.code) if issued else "",
        "onward": step,
        "onward_unit": models.Unit.objects.filter(id=step.unit_id).first() if step else None,
        "prefectures": models.Unit.objects.filter(sort="prefecture").order_by("code"),
        "drawn_form": Drawn(),
        "served_form": Served(),
        "home_form": Served(auto_id="home_%s"),
        "asked_form": Asked(),
        "home": onward.find_assessment(traveller=traveller),
        "sent_home": _is_sent_home(traveller),
        "home_rules": _name_days(looked),
        "dead": deaths.find_confirmed(travellers=[traveller]),
        "may_death": may(request, "death"),
        **elsewhere.make_context(request, traveller, story.card.holder),
        **assessing.make_context(
            request, traveller, models.Position.objects.filter(traveller_id=traveller).first()
        ),
        "own_assessment": release.has_cleared(traveller=traveller, by=request.user.pk),
        "new_id": make_id(),
        "may_sign": may(request, "release-sign"),
        "typed_result": release.has_typed_result(traveller=traveller, by=request.user.pk),
        "may_order": may(request, "order-draw") and request.user.role in signing.RANKS_OF,
        "may_serve": may(request, "order-serve"),
        "may_give": may(request, "stay-give"),
        "may_answer": may(request, "petition-help"),
        "may_assess": may(request, "home-assess"),
        "may_send": may(request, "home-send"),
        "may_onward": may(request, "onward"),
        "me": str(request.user.pk),
        "wrong_forms": [form for form in forms.values() if form.errors],
        **forms,
    }
    return render(request, "stay/release.html", context, status=422 if forms else 200)


def _show_orders(traveller: UUID, looked: release.Looked, now: datetime) -> list[dict[str, Any]]:
    """Each order with what keeps it from counting, and what may be done about it."""
    known = looked.release.term.faults if looked.release and looked.release.term else None
    found = []
    for order in orders.list_of(travellers=[traveller]):
        faults = orders.judge(order=order, now=now) if known is None else known.get(order.id, ())
        binds = order.sort is Sort.REDUCE and order.served_at is not None
        to_tell = term.waits_for_service(order)
        found.append({"order": order, "faults": faults, "binds": binds, "to_tell": to_tell})
    return found


def _is_sent_home(traveller: UUID) -> bool:
    ordered = measures.list_measures(traveller=traveller)
    return bool(ordered) and ordered[0].attributes.get("measure") == "home isolation"


def _name_days(looked: release.Looked) -> list[str]:
    """The conditions that count days, by whose end isolation at home ends too: those from arrival, where there are any."""
    shown = looked.release.conditions if looked.release and looked.release.term else ()
    days = [one.finding.condition for one in shown if one.finding.condition.check is Check.ELAPSED]
    since_arrival = [one for one in days if "arrived" in one.pattern.records]
    return [words.say(one.title) for one in since_arrival or days]


def _find_guardian(guest: models.Guest | None) -> str:
    """The wristband code of whom a guest shares the room with."""
    shares = (guest.guardian_id or guest.carer_id) if guest else None
    return travellers.name_codes(travellers=[shares]).get(shares, "") if shares else ""


def list_faults(looked: release.Looked) -> list[str]:
    """What keeps a release closed besides its conditions, in words of the page."""
    objections = looked.release.objections if looked.release else ()
    return [one.code for one in objections if one.code in phrases.RELEASE_FAULTS]


def show_condition(one: Any) -> dict[str, Any]:
    """One condition of a release as the pages show it."""
    finding = one.finding
    return {
        "title": words.say(finding.condition.title),
        "passes": one.passes,
        "held": finding.held,
        "reason": finding.reason.value,
        "from_at": finding.from_at,
        "waiver": one.by_waiver,
        "orders": one.by_orders,
    }


def _back(request: HttpRequest, traveller: UUID, said: str) -> HttpResponse:
    messages.success(request, said, extra_tags="good")
    return HttpResponseRedirect(reverse("release", args=[traveller]))


@page("release-sign", "POST")
def sign(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """Decide the release; the certificate is made with it."""
    now = clock.now()
    try:
        release.decide(traveller=traveller, by=request.user.pk, now=now, decision_id=find_id(request))
    except Refused as refused:
        if refused.code != "release_closed":
            raise
        said = _("Not yet: a condition is not met. What is wanting, and what to do, stands below.")
        messages.error(request, said, extra_tags="lost")
        return HttpResponseRedirect(reverse("release", args=[traveller]))
    certificate.issue(traveller=traveller, by=request.user.pk, now=now)
    return _back(request, traveller, _("Released. Print the certificate; the way out is open to them."))


@page("certificate")
def show_certificate(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """The certificate, to print; in the language of the page."""
    row = models.Certificate.objects.filter(id=certificate_id).first()
    if row is None:
        raise Http404
    look = identity.Look(request.user.pk, "certificate", certificate.split(row.code))
    who = identity.read(travellers=[row.traveller_id], look=look).get(row.traveller_id)
    context = {
        "certificate": row,
        "code": certificate.split(row.code),
        "who": who,
        "traveller": models.Traveller.objects.filter(id=row.traveller_id).first(),
        "arrived_at": _read_moment(row.facts["arrived_at"]),
        "released_at": _read_moment(row.facts["released_at"]),
        "tests": [(_read_moment(t["taken_at"]), t["result"]) for t in row.facts["tests"]],
        "by": models.Person.objects.filter(id=row.by_id).first(),
        "port": models.Port.objects.first(),
    }
    return render(request, "stay/certificate.html", context)


def _read_moment(text: str | None) -> Any:
    return parse_datetime(text) if text else None


@page("certificate-check", "GET", "POST")
def check(request: HttpRequest) -> HttpResponse:
    """Whether a check code is one of ours, and what the paper must then say; no name is shown."""
    code = request.POST.get("code", "")[:40]
    found = certificate.find(code=code) if code else None
    context = {
        "code": code,
        "asked": request.method == "POST",
        "found": found,
        "released_at": _read_moment(found.facts["released_at"]) if found else None,
        "arrived_at": _read_moment(found.facts["arrived_at"]) if found else None,
        "tests": len(found.facts["tests"]) if found else 0,
    }
    return render(request, "stay/check.html", context)


@page("order-draw", "POST")
def draw(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """Draw up an order, signed by whoever does."""
    form = Drawn(request.POST)
    if form.is_valid():
        draft = term.Draft(traveller=traveller, **form.cleaned_data)
        try:
            term.draw_up(draft=draft, by=request.user.pk, now=clock.now(), order_id=find_id(request))
        except Refused as refused:
            form.add_error(None, words.say_refused(refused))
        else:
            return _back(request, traveller, _("Signed by you. A second person signs, then it is served."))
    return render_stay(request, traveller, drawn_form=form)


def _find_order(order: UUID) -> models.StayOrder:
    row = models.StayOrder.objects.filter(id=order).first()
    if row is None:
        raise Http404
    return row


@page("order-sign", "POST")
def sign_order(request: HttpRequest, order: UUID) -> HttpResponse:
    """The second signature."""
    row = _find_order(order)
    term.sign(order=order, by=request.user.pk, now=clock.now())
    return _back(request, row.traveller_id, _("Signed. Print it and serve it in a language they understand."))


@page("order-serve", "POST")
def serve(request: HttpRequest, order: UUID) -> HttpResponse:
    """The order was given to the traveller."""
    row, form = _find_order(order), Served(request.POST)
    if not form.is_valid():
        raise Refused("word_unknown")
    term.serve(order=order, service=term.Service(**form.cleaned_data), by=request.user.pk, now=clock.now())
    return _back(request, row.traveller_id, _("Served; whether it counts stands beside it."))


@page("order-withdraw", "POST")
def withdraw(request: HttpRequest, order: UUID) -> HttpResponse:
    """Take an order back."""
    row = _find_order(order)
    term.withdraw(
        order=order, because=request.POST.get("because", "")[:500], by=request.user.pk, now=clock.now()
    )
    return _back(
        request, row.traveller_id, _("Taken back: it counts no longer. If it was served, tell them.")
    )


@page("order-told", "POST")
def tell_withdrawn(request: HttpRequest, order: UUID) -> HttpResponse:
    """The traveller was told that an extension was taken back."""
    row = _find_order(order)
    language = request.POST.get("language", "")[:10]
    service = term.Service(language, "understood" in request.POST, remedy_told=False)
    term.tell_withdrawn(order=order, service=service, by=request.user.pk, now=clock.now())
    return _back(request, row.traveller_id, _("Written down, with your name and the time."))


@page("order")
def show_order(request: HttpRequest, order: UUID) -> HttpResponse:
    """The written order, to print in the language of the page."""
    row = _find_order(order)
    (made,) = (one for one in orders.list_of(travellers=[row.traveller_id]) if str(one.id) == str(order))
    signers = models.Person.objects.in_bulk([UUID(str(s.person)) for s in made.signatures])
    look = identity.Look(request.user.pk, "order", row.document)
    context = {
        "order": made,
        "basis": standing.find_basis(),
        "traveller": models.Traveller.objects.filter(id=row.traveller_id).first(),
        "who": identity.read(travellers=[row.traveller_id], look=look).get(row.traveller_id),
        "signatures": [(signers.get(UUID(str(s.person))), s.rank) for s in made.signatures],
        "port": models.Port.objects.first(),
    }
    return render(request, "stay/order.html", context)


@page("onward", "POST")
def step_onward(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """The home prefecture is asked, has accepted or declined."""
    onward.step(
        traveller=traveller,
        unit=read_id(request, "unit", "unit_unknown"),
        step=request.POST.get("step", ""),
        because=request.POST.get("because", "")[:500],
        by=request.user.pk,
        now=clock.now(),
    )
    return _back(request, traveller, _("Written down, with your name and the time."))


@page("home-assess", "POST")
def assess_home(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """A health lead finds that home is enough."""
    onward.assess_home(traveller=traveller, by=request.user.pk, now=clock.now(), evidence_id=find_id(request))
    return _back(request, traveller, _("Assessed by you. A second person tells them and orders it."))


@page("home-send", "POST")
def send_home(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """Isolation at home is ordered, with the rights told."""
    language = request.POST.get("language", "")[:10]
    notice = care.Notice(traveller, language, "understood" in request.POST)
    onward.send_home(notice=notice, by=request.user.pk, now=clock.now(), evidence_id=find_id(request))
    return _back(
        request, traveller, _("Ordered, and their rights told. Now ask the home prefecture to take over.")
    )
