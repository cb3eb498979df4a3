"""Reception's desk: who stays here, in which room, what the day asks; rooms given and looked after."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.core.stay.assignment import Assignment
from pratique.services import care, clock, identity
from pratique.services.stay import call, intake, papers, release, removal, rooms
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import ports, stays, travellers
from pratique.store.queries.intake import list_closed
from pratique.store.queries.stays import Lodger
from pratique.web.gate import may, page
from pratique.web.stay import moves
from pratique.web.stay.forms import Asked, Closing, find_id, read_id, read_ids

TEST_CODES = ("test", "release_test", "contact_test", "second_test")
"""Samples that a nurse owes somebody who stays: by the edition of their arrival, or as contacts."""


@page("stay")
def list_houses(request: HttpRequest) -> HttpResponse:
    """Facilities, with how full they are and how many must change rooms."""
    now = clock.now()
    closed = list_closed(now=now)
    houses = [
        (
            one,
            rooms.count_misplaced(custodian=one.custodian.id, now=now) if one.held else 0,
            closed.get(one.custodian.id),
        )
        for one in stays.list_houses()
    ]
    context = {
        "houses": houses,
        "hospitals": stays.list_hospitals(),
        "may_papers": may(request, "orders"),
        "waiting": len(papers.list_waiting().to_sign),
    }
    return render(request, "stay/houses.html", context)


def find_facility(facility: UUID) -> ports.Post:
    """A facility by its id, or no such page."""
    found = ports.find_post(post=facility)
    if found is None or found.kind != "facility":
        raise Http404
    return found


@page("stay-facility")
def show(request: HttpRequest, facility: UUID) -> HttpResponse:
    """The floor plan and the day of one facility."""
    post, now = find_facility(facility), clock.now()
    lodgers = stays.list_lodgers(facility=facility, now=now)
    waiting = [one for one in lodgers if one.room is None and not one.died]
    due = release.list_due(facility=facility, now=now)
    by_id = {one.traveller: one for one in lodgers}
    untold = care.list_untold(travellers=by_id)
    calls = [(one, by_id.get(one.traveller)) for one in call.list_open(facility=facility)]
    lines = moves.list_lines(facility=facility, now=now)
    read = {one.traveller for one, _ in calls} | {one.traveller for one in lodgers if one.fever}
    identity.note(travellers=read, look=identity.Look(request.user.pk, "facility", post.code))
    context = {
        "post": post,
        "floors": _list_floors(facility, lodgers),
        "lodgers": lodgers,
        "waiting": waiting,
        "proposal": _show_proposal(rooms.propose(custodian=facility, now=now), lodgers) if waiting else None,
        "moves": lines,
        "moving": sum(len(line.guests) for line in lines),
        "coming": stays.list_coming(facility=facility),
        "removals": _list_removals(facility, now),
        "calls": calls,
        "tests": [(one, _first(one, TEST_CODES)) for one in lodgers if _first(one, TEST_CODES)],
        "temperatures": [
            one for one in lodgers if "temperature" in one.owed and one.owed["temperature"].opens_at <= now
        ],
        "untold": [one for one in lodgers if one.traveller in untold and not one.died],
        "alone": [by_id[one] for one in rooms.list_alone(custodian=facility, now=now) if one in by_id],
        "papers": papers.list_waiting(holder=facility),
        "deceased": [one for one in lodgers if one.died],
        "fevers": [one for one in lodgers if one.fever],
        "releases": [(by_id[who], how) for who, how in due.items() if who in by_id],
        "free": models.Room.objects.filter(facility_id=facility, state="ready").order_by("floor", "code"),
        "now": now,
        "call_id": make_id(),
        "asked_form": Asked(),
        "closure": intake.find_closure(facility=facility, now=now),
        "closing": Closing(auto_id="intake-%s"),
        "may_intake": may(request, "stay-intake"),
        "may_give": may(request, "stay-give"),
        "may_round": may(request, "stay-round"),
        "may_answer": may(request, "petition-help"),
        "may_open": may(request, "traveller"),
        "may_release": may(request, "release"),
        "may_death": may(request, "death"),
    }
    return render(request, "stay/facility.html", context)


def _first(lodger: Lodger, codes: tuple[str, ...]) -> models.Owed | None:
    return next((lodger.owed[code] for code in codes if code in lodger.owed), None)


def _list_removals(facility: UUID, now: datetime) -> list[tuple[removal.Removal, str]]:
    """Who is to be taken elsewhere or brought here, each with their code."""
    found = removal.list_open(custodian=facility, now=now)
    codes = travellers.name_codes(travellers=[one.traveller for one in found])
    return [(one, codes.get(one.traveller, "")) for one in found]


def _list_floors(facility: UUID, lodgers: list[Lodger]) -> list[tuple[int, list[dict[str, Any]]]]:
    inside: dict[UUID, list[Lodger]] = defaultdict(list)
    for one in lodgers:
        if one.room:
            inside[one.room.id].append(one)
    floors: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for room in models.Room.objects.filter(facility_id=facility).order_by("floor", "code"):
        there = inside.get(room.id, [])
        state = "occupied" if there else room.state
        floors[room.floor].append({"room": room, "state": state, "guests": there})
    return sorted(floors.items())


def _show_proposal(found: Assignment, lodgers: list[Lodger]) -> dict[str, Any]:
    """The proposal by codes and room numbers."""
    codes = {str(one.traveller): one.code for one in lodgers}
    names = {str(room.id): room.code for room in models.Room.objects.filter(facility_id=found.facility.id)}
    return {
        "placed": sorted(
            (names[room], [codes[guest.id] for guest in unit.guests]) for unit, room in found.placed
        ),
        "unplaced": [
            {
                "guests": [(guest.id, codes[guest.id]) for guest in one.unit.guests],
                "because": one.because,
                "remedy": one.remedy,
                "rooms": [names.get(room, "") for room in one.remedy.rooms] if one.remedy else [],
            }
            for one in found.unplaced
        ],
    }


def done(request: HttpRequest, facility: UUID, said: str) -> HttpResponse:
    """Back to the facility, or to where the form was."""
    messages.success(request, said, extra_tags="good")
    back = request.POST.get("back", "")
    if back.startswith("/") and not back.startswith("//"):
        return HttpResponseRedirect(back)
    return HttpResponseRedirect(reverse("stay-facility", args=[facility]))


@page("stay-accept", "POST")
def accept(request: HttpRequest, facility: UUID) -> HttpResponse:
    """Take the proposal as it stands now."""
    find_facility(facility)
    found = rooms.accept(custodian=facility, by=request.user.pk, now=clock.now())
    if found.unplaced:
        said = _("Some have no room yet: why, and what would help, stands below.")
        messages.warning(request, said, extra_tags="late")
        return HttpResponseRedirect(reverse("stay-facility", args=[facility]))
    return done(request, facility, _("Everybody has a room."))


@page("stay-give", "POST")
def give(request: HttpRequest, facility: UUID) -> HttpResponse:
    """A room that reception chose, for one or for those who share it: in none so far, or instead of the one they have."""
    find_facility(facility)
    room = read_id(request, "room", "room_unknown")
    choice = rooms.Choice(
        read_ids(request, "traveller", "guest_unknown"), room, request.POST.get("because", "")[:500]
    )
    now = clock.now()
    if set(choice.travellers) & set(rooms.list_waiting(custodian=facility, now=now)):
        rooms.give(choice=choice, by=request.user.pk, now=now)
        return done(request, facility, _("The room is given."))
    rooms.shift(choice=choice, by=request.user.pk, now=now)
    return done(request, facility, _("Moved. The room they left is being disinfected."))


@page("stay-move", "POST")
def accept_moves(request: HttpRequest, facility: UUID) -> HttpResponse:
    """Make all moves as they are proposed now."""
    find_facility(facility)
    found = rooms.accept_moves(custodian=facility, by=request.user.pk, now=clock.now())
    if found.rooms.unplaced:
        said = _("Some have no room to move to yet: why, and what would help, stands below.")
        messages.warning(request, said, extra_tags="late")
        return HttpResponseRedirect(reverse("stay-facility", args=[facility]))
    return done(request, facility, _("Everybody is apart. The rooms they left are being disinfected."))


@page("stay-room", "POST")
def change_room(request: HttpRequest, room: UUID) -> HttpResponse:
    """A room is disinfected, closed for a reason, or opened again."""
    row = models.Room.objects.select_related("facility").filter(id=room).first()
    if row is None:
        raise Refused("room_unknown")
    step, now, by = request.POST.get("step", ""), clock.now(), request.user.pk
    if step == "disinfected":
        rooms.finish_disinfection(room=room, by=by, now=now)
    elif step == "blocked":
        rooms.block(room=room, because=request.POST.get("because", "")[:500], by=by, now=now)
    elif step == "opened":
        rooms.reopen(room=room, by=by, now=now)
    else:
        raise Refused("word_unknown")
    return done(request, row.facility.id, _("The room's state is written down."))


@page("stay-lists")
def show_lists(request: HttpRequest, facility: UUID) -> HttpResponse:
    """Room list and meal list, to print."""
    post, now = find_facility(facility), clock.now()
    lodgers = [one for one in stays.list_lodgers(facility=facility, now=now) if not one.died]
    who = {}
    if may(request, "names"):
        look = identity.Look(request.user.pk, "room list", post.code)
        who = identity.read(travellers=[one.traveller for one in lodgers], look=look)
    meals: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in lodgers:
        floor = one.room.floor if one.room else 0
        meals[floor]["all"] += 1
        for diet in one.diets:
            meals[floor][diet] += 1
    context = {
        "post": post,
        "lines": [(one, who.get(one.traveller)) for one in lodgers],
        "meals": [(floor, count.pop("all"), dict(count)) for floor, count in sorted(meals.items())],
        "special": [one for one in lodgers if one.diets],
        "now": now,
    }
    return render(request, "stay/lists.html", context)


@page("guest-needs", "POST")
def record_needs(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """What somebody needs of a room and eats."""
    if travellers.find_story(traveller=traveller) is None:
        raise Http404
    known = models.Guest.objects.filter(traveller_id=traveller).first()
    typed = request.POST.get("guardian", "").strip()
    shares = travellers.find_by_code(code=typed) if typed else None
    if (typed and shares is None) or shares == traveller:
        raise Refused("guardian_unknown")
    under_age = models.Traveller.objects.filter(id=traveller, under_age=True).exists()
    told = rooms.Needs(
        needs=tuple(request.POST.getlist("need")),
        diets=tuple(request.POST.getlist("diet")),
        household=known.household if known else "",
        guardian=shares if under_age else None,
        carer=None if under_age else shares,
    )
    rooms.record_needs(traveller=traveller, told=told)
    messages.success(request, _("Kept. Kitchen and room lists show it."), extra_tags="good")
    return HttpResponseRedirect(reverse("release", args=[traveller]))


@page("help-ask", "POST")
def ask(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """Somebody asks for help, and reception writes it down."""
    form = Asked(request.POST)
    if not form.is_valid():
        raise Refused("help_sort_unknown")
    call.call_for_help(
        traveller=traveller,
        sort=form.cleaned_data["sort"],
        text=form.cleaned_data["text"],
        now=clock.now(),
        by=request.user.pk,
        call_id=find_id(request),
    )
    messages.success(request, _("Written down. It is owed an answer from now on."), extra_tags="good")
    return HttpResponseRedirect(reverse("release", args=[traveller]))
