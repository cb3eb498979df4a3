"""The gate before every live screen. Boards and pages do not know each other, so each has a gate of its own."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from pratique.services import permission

View = Callable[..., HttpResponse]


def board(name: str) -> Callable[[View], View]:
    """Make a view a board: it answers to GET for the roles that the permission table names."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            role = getattr(request.user, "role", None) if request.user.is_authenticated else None
            endpoint = f"boards:{name}"
            if not permission.allows(endpoint=endpoint, role=role):
                return _turn_away(request, endpoint)
            if request.method != "GET":
                return HttpResponseNotAllowed(["GET"])
            return view(request, *args, **kwargs)

        guarded.endpoint = f"boards:{name}"  # type: ignore[attr-defined]  # the permission test reads it
        return guarded

    return wrap


def _turn_away(request: HttpRequest, endpoint: str) -> HttpResponse:
    if request.user.is_authenticated:
        roles = [role for role in permission.Role if permission.allows(endpoint=endpoint, role=role)]
        return render(request, "errors/forbidden.html", {"roles": roles}, status=403)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'next': request.get_full_path()})}")
