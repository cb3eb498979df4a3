"""The desk that answers travellers: everything that waits, whose time ends first on top."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique import protocols
from pratique.core.answers import Refused
from pratique.services import clock, identity
from pratique.services.stay import call
from pratique.services.window import petition, reviewers, slip
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import forces, travellers
from pratique.web import words
from pratique.web.gate import may, page
from pratique.web.petition import phrases

SETTLED_SHOWN = timedelta(days=3)
HELP_MINUTES = 30
"""The rights protocol's own figure (ihr-2005, obligation ``help``)."""


@page("petitions")
def show(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, and what was answered in the last days."""
    now = clock.now()
    calls, waiting = call.list_open(), petition.list_open()
    settled = petition.list_settled(since=now - SETTLED_SHOWN)
    decided = petition.list_to_carry_out(now=now)
    able = {one.id: _list_able(one, now) for one in waiting if one.sort == "objection"}
    people = {one.traveller for one in (*calls, *waiting, *settled, *(one for one, _ in decided))}
    identity.note(travellers=people, look=identity.Look(request.user.pk, "petitions"))
    context = {
        "calls": [(one, one.asked_at + timedelta(minutes=HELP_MINUTES), make_id()) for one in calls],
        "waiting": [
            (one, make_id(), petition.may_settle(petition=one, by=request.user.pk, now=now), able.get(one.id))
            for one in waiting
        ],
        "examining": reviewers.list_roles(now=now),
        "settled": settled,
        "decided": [(one, carry, make_id()) for one, carry in decided],
        "codes": travellers.name_codes(travellers=people),
        "reviewers": _name_reviewers((*waiting, *settled, *(one for one, _ in decided))),
        "may_assign": may(request, "petition-assign"),
        "said": phrases.list_said(),
        "help_said": phrases.list_help(),
        "now": now,
        "may_reply": may(request, "petition-reply"),
        "may_answer": may(request, "petition-help"),
        "may_open": may(request, "traveller"),
        "may_carry": may(request, "petition-carried"),
        "may_release": may(request, "release"),
    }
    return render(request, "petition/list.html", context)


@page("petition")
def show_one(request: HttpRequest, petition_id: UUID) -> HttpResponse:
    """One complaint or objection, waiting or settled: what was said, and every answer."""
    one = petition.find(petition=petition_id)
    if one is None:
        raise Http404
    now = clock.now()
    identity.note(travellers=[one.traveller], look=identity.Look(request.user.pk, "petitions"))
    context = {
        "one": one,
        "fresh": make_id(),
        "may_settle": petition.may_settle(petition=one, by=request.user.pk, now=now),
        "codes": travellers.name_codes(travellers=[one.traveller]),
        "reviewers": _name_reviewers([one]),
        "able": _list_able(one, now) if one.sort == "objection" and one.settled_at is None else None,
        "examining": reviewers.list_roles(now=now),
        "may_assign": may(request, "petition-assign"),
        "said": phrases.list_said(),
        "carry": petition.list_carrying(petitions=[one], now=now).get(one.id),
        "now": now,
        "may_reply": may(request, "petition-reply"),
        "may_open": may(request, "traveller"),
        "may_carry": may(request, "petition-carried"),
        "may_release": may(request, "release"),
    }
    return render(request, "petition/one.html", context)


def _list_able(one: petition.Petition, now: datetime) -> list[models.Person]:
    return reviewers.list_able(traveller=one.traveller, about=one.about, now=now)


def _name_reviewers(found: Iterable[petition.Petition]) -> dict[UUID, str]:
    people = forces.name_people(people={one.reviewer for one in found if one.reviewer})
    return {key: words.name_of(person) for key, person in people.items()}


@page("petition-reply", "POST")
def reply(request: HttpRequest, petition_id: UUID) -> HttpResponse:
    """Answer a complaint or an objection; with an outcome it is settled."""
    answer = petition.Answer(
        phrase=request.POST.get("phrase", ""),
        words=request.POST.get("words", ""),
        outcome=request.POST.get("outcome", ""),
    )
    petition.reply(
        petition=petition_id, answer=answer, by=request.user.pk, now=clock.now(), reply_id=_read_id(request)
    )
    return _done(request, _("The traveller sees your answer now."))


@page("petition-assign", "POST")
def assign(request: HttpRequest, petition_id: UUID) -> HttpResponse:
    """Another reviewer examines the objection."""
    try:
        reviewer = UUID(request.POST.get("reviewer", ""))
    except ValueError:
        raise Refused("word_unknown") from None
    petition.assign(petition=petition_id, reviewer=reviewer, now=clock.now())
    return _done(request, _("The objection has another reviewer; the traveller sees the name."))


@page("petition-carried", "POST")
def carry_out(request: HttpRequest, petition_id: UUID) -> HttpResponse:
    """What was changed by a decision on an objection, said to the traveller."""
    words_said = request.POST.get("words", "")
    petition.carry_out(
        petition=petition_id,
        words=words_said,
        by=request.user.pk,
        now=clock.now(),
        reply_id=_read_id(request),
    )
    return _done(request, _("It is on record that this was carried out; the traveller sees it."))


@page("petition-help", "POST")
def answer(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Answer a call for help: a phrase in the traveller's language, own words behind it."""
    phrase, typed = request.POST.get("phrase", ""), request.POST.get("words", "").strip()
    if phrase and phrase not in phrases.HELP:
        raise Refused("word_unknown")
    said = [typed] if typed else []
    if phrase:
        sheets = protocols.list_sheets()
        language = slip.find_language(traveller=call.find_traveller(call=call_id))
        own = [sheets[code].sentences.get(f"phrase.{phrase}", "") for code in dict.fromkeys((language, "zh"))]
        said = [line for line in own if line] + said
    call.answer(call=call_id, text="\n".join(said), by=request.user.pk, now=clock.now())
    return _done(request, _("The traveller sees your answer now."))


def _read_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("reply", ""))
    except ValueError:
        return make_id()


def _done(request: HttpRequest, said: str) -> HttpResponse:
    messages.success(request, said, extra_tags="good")
    back = request.POST.get("back", "")
    return HttpResponseRedirect(back if back.startswith("/travellers/") else reverse("petitions"))
