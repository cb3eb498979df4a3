"""One field for people, flights and vehicles. What is sought is posted, so that it stands in no address and no log."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from pratique.services import clock, identity
from pratique.store.queries import flights, ports, travellers, vehicles
from pratique.web.gate import may, page

PEOPLE_MAX = 50


@dataclass(frozen=True, slots=True)
class Found:
    """A traveller found, with their name for roles that may see names."""

    card: travellers.Card
    name: str


@page("search", "GET", "POST")
def search(request: HttpRequest) -> HttpResponse:
    """By wristband code, flight, plate, or (for roles that may) document number and name; a single hit opens at once."""
    sought = request.POST.get("sought", "").strip()[:100]
    people = _find_people(request, sought) if sought else []
    found_flights = flights.find_by_designator(sought=sought, around=clock.now()) if sought else []
    found_vehicles = vehicles.find_by_plate(sought=sought) if sought else []
    if len(people) + len(found_flights) + len(found_vehicles) == 1:
        if people:
            return HttpResponseRedirect(reverse("traveller", args=[people[0].card.traveller]))
        if found_flights:
            return HttpResponseRedirect(reverse("flight", args=[found_flights[0].id]))
    context = {
        "sought": sought,
        "people": people,
        "flights": found_flights,
        "vehicles": found_vehicles,
        "names": may(request, "names"),
        "posts": ports.name_posts(posts={v.trip for v in found_vehicles if v.trip}),
    }
    return render(request, "search/results.html", context)


def _find_people(request: HttpRequest, sought: str) -> list[Found]:
    by_code = travellers.find_by_code(code=sought)
    if by_code is not None:
        return [Found(card, "") for card in travellers.list_cards(travellers=[by_code])]
    if not may(request, "names"):
        return []
    ids: list[UUID] = identity.find_by_document(number=sought) if any(c.isdigit() for c in sought) else []
    ids = ids or identity.find_by_name(name=sought)
    shown = ids[:PEOPLE_MAX]
    look = identity.Look(request.user.pk, "search")
    known = identity.read(travellers=shown, look=look)
    return [
        Found(card, known[card.traveller].full_name if card.traveller in known else "")
        for card in travellers.list_cards(travellers=shown)
    ]
