"""As whom somebody works just now: an account of role `staff` that holds a post of the field may do what that post asks for, and
whoever drives or escorts a trip may report it.

Shifts and trips are given to people whatever their account's role is, so that access follows from them and not only from the account. Of no other
role is a post asked about: what it may do stands in the permission table, besides its own trip (`permission.CREW`).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from pratique.services import permission
from pratique.services.force.attendance import EARLY, LATE
from pratique.services.permission import ACTS, Role
from pratique.store import models
from pratique.store.queries import trips

AFTER = timedelta(minutes=30)
"""So long after somebody tapped out, or their trip ended, they still act: what their phone scanned without network is sent then."""


def find_role(*, person: UUID, now: datetime) -> Role | None:
    """The role as which somebody of role `staff` acts now; None: none besides their own.

    At a shift: from tapping in, which the gate to posts must allow, to tapping out; who never taps out, until a shift can no more be tapped for.
    On a trip as its escort: from as long before it begins as a shift can be tapped for, until it has ended and nobody is aboard any more. As
    commander of a convoy: likewise, until it is accepted or disbanded.
    """
    runs = Q(out_at__isnull=True, ends_at__gte=now - LATE) | Q(out_at__gt=now - AFTER)
    shifts = models.Deployment.objects.filter(runs, person_id=person, post__in=list(ACTS), in_at__lte=now)
    post = shifts.order_by("-in_at").values_list("post", flat=True).first()
    if post is not None:
        return ACTS[post]
    begun, rides = _find_begun(now), _runs(now)
    leads = Q(convoy__commander=person, convoy__ended_at__isnull=True, convoy__disbanded_at__isnull=True)
    return Role.ESCORT if begun.filter((Q(escorts=person) & rides) | leads).exists() else None


def _find_begun(now: datetime) -> Any:
    return models.Trip.objects.filter(during__startswith__lte=now + EARLY, withdrawn_at__isnull=True)


def _runs(now: datetime) -> Q:
    """Trips of which somebody is still on the crew: not ended for longer than `AFTER`, or with somebody aboard."""
    aboard = models.Position.objects.filter(holder_id=OuterRef("id"), inside=True)
    return Q(ended_at__isnull=True) | Q(ended_at__gt=now - AFTER) | Q(Exists(aboard))


def list_ridden(*, person: UUID, now: datetime) -> dict[UUID, UUID]:
    """The trips that somebody drives, relieves or escorts and is on duty with now, each with its vehicle, whatever their role is.

    From as long before it begins as a shift can be tapped for, until it has ended and nobody is aboard any more; then until its vehicle is
    reported disinfected, as long as a shift can be tapped for at most.
    """
    own = Q(driver=person) | Q(reliefs=person) | Q(escorts=person)
    those = _find_begun(now).filter(own).distinct()
    found = dict(those.filter(_runs(now)).values_list("id", "vehicle_id"))
    over = those.filter(ended_at__gt=now - LATE).exclude(id__in=found)
    for trip, vehicle, ended_at in over.values_list("id", "vehicle_id", "ended_at"):
        soiled_at = trips.list_soiled(vehicle=vehicle).get(vehicle)
        if soiled_at is not None and soiled_at <= ended_at:
            found[trip] = vehicle
    return found


def allows(*, endpoint: str, role: str | None, person: UUID | None, now: datetime) -> bool:
    """Whether somebody of this role may use this endpoint, by their role or by the post they hold now."""
    if permission.allows(endpoint=endpoint, role=role):
        return True
    if person is None or not permission.may_act(endpoint=endpoint, role=role):
        return False
    return permission.allows(endpoint=endpoint, role=find_role(person=person, now=now))


def list_able(*, endpoint: str, now: datetime, also: Iterable[UUID] = ()) -> list[models.Person]:
    """Who may use this endpoint when they are at work, by name: by their role, by a shift now or later, or as escort of one of these open
    trips, `also`."""
    by_post = [post for post, acting in ACTS.items() if permission.allows(endpoint=endpoint, role=acting)]
    shifts = models.Deployment.objects.filter(
        post__in=by_post, ends_at__gt=now, out_at__isnull=True, absent_at__isnull=True
    )
    able = Q(role__in=list(permission.TABLE.get(endpoint, ())))
    if by_post:
        rides: Any = models.Trip.objects.filter(id__in=list(also), ended_at__isnull=True)
        able |= Q(role=Role.STAFF, id__in=shifts.values("person_id"))
        able |= Q(role=Role.STAFF, id__in=rides.values("escorts"))
    return list(models.Person.objects.filter(able, is_active=True).order_by("name_zh", "username"))
