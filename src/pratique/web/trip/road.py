"""What happens to a trip on the road: its people taken on by another, a case aboard that should not be."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Words
from pratique.services import clock, odometer, transport
from pratique.services.dispatch import (
    boarding,
    by_hand,
    counting,
    crews,
    driving,
    listing,
    relay,
    riding,
    settings,
    steps,
)
from pratique.services.tracking import answers
from pratique.store import models
from pratique.store.queries import misboardings, ports, tracking, travellers, trips
from pratique.web import words
from pratique.web.gate import may, page
from pratique.web.trip.forms import Reached, Turn

IN_THE_WAY: dict[str, Words] = {
    "crew_licence": Words("准驾不符", "no licence for this vehicle"),
    "crew_away": Words("当天不在岗", "away that day"),
    "crew_off_shift": Words("不是全程当班", "not on duty for the whole trip"),
    "crew_busy": Words("该时段在别的车次上", "on another trip then"),
    "crew_driven": Words("24 小时内驾驶将超时", "too long at the wheel in 24 hours"),
}
"""Why somebody is not offered for a crew, beside their name."""
TICKED = "ticked"
"""In the session: a trip and whom somebody ticked for its list that was refused, until the page is shown again."""
COMMA = Words("、", ", ")


def describe_takers(request: HttpRequest, trip: trips.Trip, aboard: Iterable[UUID]) -> dict[str, Any]:
    """The trips that may take its people on: those that fit, those with room for some, those a dispatcher may choose with a reason;
    and how many are left out."""
    names = frozenset(aboard)
    if not names or not may(request, "trip-handover"):
        return {}
    found = relay.list_takers(giver=trip.id, names=names, now=clock.now())
    with_reason = [one for one in found if one.needs_reason] if may(request, "trip-override") else []
    fitting = [one for one in found if one.fits]
    some = [one for one in found if one.takes_some]
    return {
        "fitting": fitting,
        "some": some,
        "with_reason": with_reason,
        "any": bool(fitting or some or with_reason),
        "unfit": [one for one in found if one not in (*fitting, *some, *with_reason)],
    }


def list_misboarded(trip: UUID) -> list[tuple[Any, str]]:
    """Cases that were scanned aboard and are not settled, with their codes."""
    rows = misboardings.list_open(trip=trip)
    codes = travellers.name_codes(travellers=[UUID(row.subject_id) for row in rows])
    return [(row, codes.get(UUID(row.subject_id), "")) for row in rows]


def describe_crew(request: HttpRequest, trip: trips.Trip) -> dict[str, Any]:
    """Who drives now and until when, who drove before, whoever may take over, and whom the trip may be given."""
    crew = [one for one in (trip.driver, *trip.reliefs) if one is not None]
    changeable = trip.ended_at is None and may(request, "trip-crew")
    asked = changeable and request.GET.get("crew") == "choose"
    choice = crews.list_choice(trip=trip.id, now=clock.now()) if asked else None
    change = crews.find_change(trip=trip.id) if changeable else None
    return {
        "changeable": changeable,
        "change": change,
        "by": models.Person.objects.filter(id=change.by_id).first() if change and change.by_id else None,
        "wheel": driving.find_wheel(trip=trip.id),
        "turns": driving.list_turns(trip=trip.id),
        "members": crew if may(request, "trip-wheel") else [],
        "rest": settings.get_rules().hours.rest,
        "choice": _describe_choice(choice) if choice else None,
    }


def _describe_choice(choice: crews.Choice) -> dict[str, Any]:
    """A place of the crew to fill for each that the trip needs (on the road one more of each, if one is wanted), with whoever may;
    and the others by what is in the way."""
    posts = []
    for post, label, needed, standing, people in (
        ("driver", _("Driver"), choice.needed[0], choice.standing.drivers, choice.drivers),
        ("escort", _("Escort"), choice.needed[1], choice.standing.escorts, choice.escorts),
    ):
        riding = choice.standing.everybody if choice.on_road else ()
        free = [one.person for one in people if not one.because and one.person.pk not in riding]
        others: dict[str, list[str]] = defaultdict(list)
        for one in people:
            if one.because and one.person.pk not in riding:
                others[words.say(IN_THE_WAY[one.because])].append(words.name_of(one.person))
        places = [None] if choice.on_road else [*standing, *[None] * needed][:needed]
        titles = [
            _("Relief driver") if number and post == "driver" else label for number in range(len(places))
        ]
        if choice.on_road:
            titles = [_("Relief driver") if post == "driver" else _("Another escort")]
        posts.append(
            {
                "name": post,
                "places": list(zip(titles, places, strict=True)),
                "free": free,
                "others": {because: words.say(COMMA).join(names) for because, names in others.items()},
                "count": sum(map(len, others.values())),
            }
        )
    return {"posts": posts, "on_road": choice.on_road}


def describe_answers(request: HttpRequest, trip: UUID, *, moving: bool) -> dict[str, Any]:
    """Answers by telephone with who wrote each down, and the form for another while the trip is on the road."""
    rows = tracking.list_answers(trip=trip)
    people = models.Person.objects.in_bulk({row.by_id for row in rows if row.by_id})
    may_write = may(request, "trip-reached")
    return {
        "rows": [(row, people.get(row.by_id)) for row in rows],
        "form": Reached(auto_id="reached-%s") if moving and may_write else None,
        "may_take_back": may(request, "trip-reached-back"),
    }


def describe_count(request: HttpRequest, trip: trips.Trip, sheet: boarding.Sheet) -> dict[str, Any]:
    """The last count of a trip that is over: agreed, settled by whom and why, or open with the names and where they are now."""
    last = counting.find_count(trip=trip.id)
    if last is None:
        return {}
    agreed = bool(last.attributes.get("agreed"))
    names = ports.name_posts(posts={line.holder for line in sheet.differing if line.holder})
    return {
        "agreed": agreed,
        "because": last.attributes.get("because", ""),
        "by": models.Person.objects.filter(id=last.by_id).first() if last.by_id else None,
        "at": last.happened_at,
        "differing": [] if agreed else [(line, names.get(line.holder)) for line in sheet.differing],
        "may_settle": may(request, "trip-count") and not agreed,
    }


def read_uuid(text: str) -> UUID | None:
    """The id in a field, None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def back_to(trip: UUID) -> HttpResponse:
    """The page of the trip again."""
    return HttpResponseRedirect(reverse("trip", args=[trip]))


@page("trip-handover", "POST")
def hand_over(request: HttpRequest, trip: UUID) -> HttpResponse:
    """Offer people aboard, by name, to another trip that may take them: the vehicle broke down, or cannot go on."""
    receiver = read_uuid(request.POST.get("receiver", ""))
    if receiver is None:
        raise Refused("trip_unknown")
    ticked = frozenset(one for one in map(read_uuid, request.POST.getlist("people")) if one)
    told = relay.Relay(trip, receiver, ticked, request.POST.get("because", ""))
    relay.offer(relay=told, may_set_aside=may(request, "trip-override"), by=request.user.pk, now=clock.now())
    messages.success(request, _("Offered: the other vehicle scans them aboard."), extra_tags="good")
    return back_to(trip)


@page("trip-count", "POST")
def settle_count(request: HttpRequest, trip: UUID) -> HttpResponse:
    """The names that differ were found, and why they differ."""
    counting.settle(trip=trip, because=request.POST.get("because", ""), by=request.user.pk, now=clock.now())
    messages.success(request, _("The count is settled."), extra_tags="good")
    return back_to(trip)


@page("trip-wheel", "POST")
def take_wheel(request: HttpRequest, trip: UUID) -> HttpResponse:
    """Somebody else of the crew drives from now on, or the same again after a rest."""
    form = Turn(request.POST)
    if not form.is_valid():
        raise Refused("trip_step_order" if "at" in form.errors else "driver_not_of_crew")
    told = form.cleaned_data
    takes = driving.Takes(told["driver"], told["rested"] or 0, told["at"])
    driving.take_wheel(trip=trip, told=takes, by=request.user.pk, now=clock.now())
    messages.success(request, _("Written down: who drives from now on."), extra_tags="good")
    return back_to(trip)


def say_refused(refused: Refused) -> str:
    """Why it may not be done, and of whom it is said if it is of one of a crew."""
    said = words.say_refused(refused)
    if not isinstance(refused, crews.Unfit):
        return said
    return _("%(name)s: %(said)s") % {"name": words.name_of(refused.person), "said": said}


@page("trip-reached", "POST")
def write_answer(request: HttpRequest, trip: UUID) -> HttpResponse:
    """Somebody of it answered by telephone."""
    answers.reach_trip(trip=trip, told=Reached(request.POST).read(), by=request.user.pk, now=clock.now())
    messages.success(request, _("Written down: they were reached."), extra_tags="good")
    return back_to(trip)


@page("trip-reached-back", "POST")
def take_answer_back(request: HttpRequest, trip: UUID, answer: UUID) -> HttpResponse:
    """An answer by telephone that was written down wrongly."""
    because = request.POST.get("because", "")
    answers.take_back(trip=trip, answer=answer, because=because, by=request.user.pk, now=clock.now())
    messages.success(request, _("Taken back: what it discharged is owed again."), extra_tags="good")
    return back_to(trip)


@page("trip-crew", "POST")
def set_crew(request: HttpRequest, trip: UUID) -> HttpResponse:
    """Who drives and who escorts: the whole crew, or on the road others beside it."""
    told = {post: request.POST.getlist(post) for post in ("driver", "escort")}
    chosen = {post: tuple(read_uuid(one) for one in those if one) for post, those in told.items()}
    if any(one is None for those in chosen.values() for one in those):
        raise Refused("person_unknown")
    crew = crews.Crew(*(tuple(one for one in chosen[post] if one) for post in ("driver", "escort")))
    beside = request.POST.get("beside") == "yes"
    try:
        crews.set_crew(trip=trip, crew=crew, beside=beside, by=request.user.pk, now=clock.now())
    except crews.Unfit as refused:
        messages.error(request, say_refused(refused), extra_tags="lost")
    else:
        said = (
            _("Named: they ride along from now on.")
            if beside
            else _("Changed and checked: later plans keep it.")
        )
        messages.success(request, said, extra_tags="good")
    return back_to(trip)


@page("trip-crew-undo", "POST")
def undo_crew(request: HttpRequest, trip: UUID) -> HttpResponse:
    """Take the last change of its crew by hand back."""
    try:
        crews.undo(trip=trip, by=request.user.pk, now=clock.now())
    except crews.Unfit as refused:
        messages.error(request, say_refused(refused), extra_tags="lost")
    else:
        messages.success(request, _("The last change by hand is taken back."), extra_tags="good")
    return back_to(trip)


def list_candidates(request: HttpRequest, trip: UUID) -> list[listing.Candidate] | None:
    """Who may be put on the list of a trip made by hand, None where nobody can be now; ticked as they were when it was refused."""
    if not may(request, "trip-names") or not listing.is_open(trip=trip):
        return None
    found = listing.list_candidates(trip=trip, now=clock.now())
    ticked = request.session.pop(TICKED, [""])
    if ticked[0] != str(trip):
        return found
    return [replace(one, listed=str(one.traveller) in ticked) for one in found]


@page("trip-names", "POST")
def put_on_list(request: HttpRequest, trip: UUID) -> HttpResponse:
    """Who rides in a trip planned by hand: these, and nobody else."""
    names = [one for one in map(read_uuid, request.POST.getlist("people")) if one]
    try:
        listing.write(trip=trip, names=names, now=clock.now())
    except Refused:
        request.session[TICKED] = [str(trip), *map(str, names)]
        raise
    messages.success(
        request, _("On the list, with seats. Later plans keep this trip as it is."), extra_tags="good"
    )
    return back_to(trip)


@page("trip-call-off", "POST")
def call_off(request: HttpRequest, trip: UUID) -> HttpResponse:
    """A trip made by hand does not go after all."""
    because = request.POST.get("because", "")
    by_hand.call_off(trip=trip, because=because, by=request.user.pk, now=clock.now())
    messages.success(
        request,
        _("Called off: its people wait again, its vehicle and crew are free. Plan again for them."),
        extra_tags="good",
    )
    return back_to(trip)


@page("trip-odometer", "POST")
def take_reading_back(request: HttpRequest, trip: UUID, event: UUID) -> HttpResponse:
    """A reading of the odometer was wrong: nothing is held against it any more."""
    because = request.POST.get("because", "")
    odometer.take_back(trip=trip, event=event, because=because, by=request.user.pk, now=clock.now())
    messages.success(request, _("Taken back: the reading before it holds again."), extra_tags="good")
    return back_to(trip)


def describe_steps(request: HttpRequest, trip: UUID, sheet: boarding.Sheet) -> dict[str, Any]:
    """The reports that were taken back, each with who did it, and the one that may be taken back next: none that whoever was scanned where
    it goes has shown to be true."""
    wrong = tracking.list_wrong_steps(trips=[trip])
    people = models.Person.objects.in_bulk({one.by_id for one in wrong.values() if one.by_id})
    last = steps.find_last(trip=trip) if may(request, "trip-step-back") else None
    return {
        "wrong": {event: (one, people.get(one.by_id)) for event, one in wrong.items()},
        "last": last.id if last and (last.step == transport.STOPPED or not sheet.alighted) else None,
    }


@page("trip-step-back", "POST")
def take_step_back(request: HttpRequest, trip: UUID, event: UUID) -> HttpResponse:
    """A step was reported by mistake."""
    because = request.POST.get("because", "")
    steps.take_back(trip=trip, event=event, because=because, by=request.user.pk, now=clock.now())
    messages.success(request, _("Taken back: the trip is as it was before that report."), extra_tags="good")
    return back_to(trip)


@page("trip-misboarded", "POST")
def settle_misboarded(request: HttpRequest, trip: UUID, misboarding: UUID) -> HttpResponse:
    """What was done about a case aboard a vehicle that takes none."""
    because = request.POST.get("because", "")
    riding.settle(misboarding=misboarding, because=because, by=request.user.pk, now=clock.now())
    messages.success(request, _("Written down."), extra_tags="good")
    return back_to(trip)
