"""The gate before every page: what the permission table does not allow is not answered.

A test walks every URL with every role and holds the answer against the table, so that no page can stand beside it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from pratique.core.answers import Refused
from pratique.services import clock, permission
from pratique.services.force import acting
from pratique.web import words

View = Callable[..., HttpResponse]
ASKED = "acting_as"
"""Under this name a request keeps as whom its person acts."""
ABOUT = "about"
"""Under this name it keeps the trip, or the vehicle, that its address is about."""
RIDDEN = "ridden"
"""And under this one the trips with which its person is on duty, each with its vehicle."""


def page(name: str, *methods: str) -> Callable[[View], View]:
    """Make a view a page: it answers to these methods (GET) for the roles that the table names, and says refusals."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            endpoint = f"web:{name}"
            vars(request)[ABOUT] = kwargs.get("trip") or kwargs.get("vehicle")
            if not may(request, name):
                return _turn_away(request, endpoint)
            if request.method not in (methods or ("GET",)):
                return HttpResponseNotAllowed(methods or ("GET",))
            try:
                return view(request, *args, **kwargs)
            except Refused as refused:
                return _refuse(request, refused)

        guarded.endpoint = f"web:{name}"  # type: ignore[attr-defined]  # the permission test reads it
        return guarded

    return wrap


def find_role(request: HttpRequest) -> str | None:
    """The role of whoever is signed in, None for nobody."""
    return getattr(request.user, "role", None) if request.user.is_authenticated else None


def find_acting(request: HttpRequest) -> str | None:
    """The role as which whoever is signed in acts besides their own, by the post they hold now; asked once a request."""
    if find_role(request) != permission.Role.STAFF:
        return None
    asked = vars(request)
    if ASKED not in asked:
        asked[ASKED] = acting.find_role(person=request.user.pk, now=clock.now())
    role: str | None = asked[ASKED]
    return role


def find_ridden(request: HttpRequest) -> dict[UUID, UUID]:
    """The trips that whoever is signed in drives or escorts and is on duty with now, each with its vehicle; asked once a request."""
    asked = vars(request)
    if RIDDEN not in asked:
        asked[RIDDEN] = acting.list_ridden(person=request.user.pk, now=clock.now())
    ridden: dict[UUID, UUID] = asked[RIDDEN]
    return ridden


def admits(request: HttpRequest, endpoint: str) -> bool:
    """Whether whoever is signed in may use this endpoint: by their role, by the post they hold now, or as the crew of what its address
    is about."""
    role = find_role(request)
    if permission.allows(endpoint=endpoint, role=role):
        return True
    acts = permission.may_act(endpoint=endpoint, role=role)
    if acts and permission.allows(endpoint=endpoint, role=find_acting(request)):
        return True
    about = vars(request).get(ABOUT)
    if about is None or not permission.may_ride(endpoint=endpoint, role=role):
        return False
    ridden = find_ridden(request)
    return about in ridden or about in ridden.values()


def may(request: HttpRequest, name: str) -> bool:
    """Whether whoever is signed in may use this page or action."""
    return admits(request, f"web:{name}")


def _turn_away(request: HttpRequest, endpoint: str) -> HttpResponse:
    if request.user.is_authenticated:
        roles = [role for role in permission.Role if permission.allows(endpoint=endpoint, role=role)]
        context = {
            "roles": roles,
            "at_post": permission.may_act(endpoint=endpoint, role=find_role(request)),
            "of_crew": permission.may_ride(endpoint=endpoint, role=find_role(request)),
        }
        return render(request, "errors/forbidden.html", context, status=403)
    if request.headers.get("HX-Request") or "json" in request.headers.get("Accept", ""):
        return HttpResponse(status=401)
    where = request.get_full_path() if request.method == "GET" else reverse("home")
    return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'next': where})}")


def _refuse(request: HttpRequest, refused: Refused) -> HttpResponse:
    """An action that may not be done is said where it was asked for, or on a page of its own."""
    back = request.POST.get("back", "")
    if request.method == "POST" and back.startswith("/") and not back.startswith("//"):
        messages.error(request, words.say_refused(refused), extra_tags="lost")
        return HttpResponseRedirect(back)
    return render(request, "errors/refused.html", {"said": words.say_refused(refused)}, status=409)
