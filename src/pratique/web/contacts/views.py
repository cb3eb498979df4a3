"""Whom a case exposed, with the reasons; before the result is there, whom it would expose."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from pratique.core.tracing.contacts import Contact
from pratique.core.tracing.edition import Grade, Said
from pratique.core.tracing.exposure import Reason
from pratique.core.tracing.presence import PlaceId, Setting, Whereabouts
from pratique.services import clock, tracing
from pratique.store.queries import exposures, ports
from pratique.web.contacts import seats
from pratique.web.gate import page


@dataclass(frozen=True, slots=True)
class Line:
    """A contact as the page shows it: by code, or a staff member by name, with why."""

    contact: Contact
    name: exposures.Name
    reasons: tuple[tuple[Said, ports.Post | None, Reason], ...]


@page("contacts")
def show(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """The contacts of one traveller by an edition of rules; supposed positive as long as no result says so."""
    name = exposures.name_people(people=[traveller]).get(traveller)
    if name is None:
        raise Http404
    now = clock.now()
    edition = tracing.get_edition(request.GET.get("rules") or tracing.choose_rules(now=now))
    case = tracing.find_case(who=traveller, now=now)
    supposed = "positive" not in case.facts
    if supposed:
        case = tracing.find_case(who=traveller, now=now, supposed=True)
    answer = tracing.trace(case=case, edition=edition, now=now, second_ring="second" in request.GET)
    found = answer.tracing
    rings = [*found.contacts, *(answer.second or ())]
    names = exposures.name_people(people=[UUID(contact.who) for contact in rings])
    posts = ports.name_posts(
        posts=[one for c in rings for r in c.reasons if (one := find_post(r)) is not None]
    )

    def line(contact: Contact) -> Line:
        reasons = tuple((edition.get_rule(r.rule).title, posts.get(find_post(r)), r) for r in contact.reasons)
        return Line(contact, names[UUID(contact.who)], reasons)

    context = {
        "name": name,
        "traveller": traveller,
        "supposed": supposed,
        "span": found.infectious,
        "edition": edition,
        "editions": [tracing.get_edition(code) for code in tracing.SHIPPED],
        "close": [line(contact) for contact in found.contacts if contact.grade is Grade.CLOSE],
        "general": [line(contact) for contact in found.contacts if contact.grade is not Grade.CLOSE],
        "second": None if answer.second is None else [line(contact) for contact in answer.second],
        "drawing": draw_seats(answer),
    }
    return render(request, "contacts/contacts.html", context)


def find_post(reason: Reason) -> UUID | None:
    """The custodian of a reason's place; None for a team or a party."""
    head = reason.place.partition("/")[0]
    return None if head in (Setting.TEAM, Setting.PARTY) else UUID(head)


def draw_seats(answer: tracing.Answer) -> seats.Drawing | None:
    """The cabin that the case came in, if it has seats to draw."""
    whereabouts: Whereabouts = answer.whereabouts
    for presence in whereabouts.list_of(answer.tracing.case.who):
        place = whereabouts.places[PlaceId(presence.place)]
        if place.setting is Setting.CABIN and place.cabin is not None and place.cabin.rows:
            return seats.draw(
                cabin=place.cabin, place=place.id, tracing=answer.tracing, whereabouts=whereabouts
            )
    return None
