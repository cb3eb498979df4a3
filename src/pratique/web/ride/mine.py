"""The trips of whoever is signed in, as a list that two pages show: the ride, and what is mine to do."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from pratique.services.dispatch import boarding, promise
from pratique.store.queries import tracking
from pratique.web.gate import find_ridden, may
from pratique.web.trip.stands import find_stands


def describe(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """The trips that somebody drives or escorts, those under way first, until their vehicle is disinfected; which of them they may open, what
    a plan may still change, and where people stand who are to board."""
    ridden = find_ridden(request)
    rides = tracking.list_rides(person=request.user.pk, also=ridden)
    return {
        "rides": rides,
        "may_open": {ride.id for ride in rides} if may(request, "trip") else ridden,
        "open_until": promise.list_open_until(trips=[ride.id for ride in rides], now=now),
        "stands": {
            ride.id: find_stands(trip=ride, sheet=boarding.read_sheet(trip=ride.id))
            for ride in rides
            if not ride.departed_at
        },
    }
