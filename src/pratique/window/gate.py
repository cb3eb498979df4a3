"""Before every page: which traveller's phone this is, in which language, and whether it asks too often.

A phone is known by a cookie alone. Nothing in an address names anybody, and whose rows the database shows follows from
the cookie, so a page cannot be asked for another traveller.
"""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from pratique.services.window import visit
from pratique.window import limits, tongue

COOKIE = "visit"
View = Callable[[HttpRequest], HttpResponse]


def page(*methods: str) -> Callable[[View], View]:
    """Make a view a page of the traveller whose visit this is; whoever has none is sent to open their slip."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            request.tongue = tongue.find(request)  # type: ignore[attr-defined]
            token = request.COOKIES.get(COOKIE, "")
            limit = limits.SAYING if request.method == "POST" else limits.READING
            if token and not limit.allows(token):
                return say_busy(request)
            if not token:
                return HttpResponseRedirect(reverse("open"))
            with visit.held(token) as traveller:
                if traveller is None:
                    return forget(HttpResponseRedirect(reverse("open")))
                request.traveller = traveller  # type: ignore[attr-defined]
                try:
                    return view(request)
                except IntegrityError:
                    # An id that something else has, which this phone may not see: the form is of another page, or made up.
                    return render(request, "window/said.html", {"key": "page.used"}, status=409)

        guarded.needs_visit = True  # type: ignore[attr-defined]  # a test reads it
        return guarded

    return wrap


def remember(response: HttpResponse, token: str) -> HttpResponse:
    """Let the phone be known from now on."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=visit.LAST_SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


def forget(response: HttpResponse) -> HttpResponse:
    """Let the phone be unknown again."""
    response.delete_cookie(COOKIE, samesite="Lax")
    return response


def find_caller(request: HttpRequest) -> str:
    """The address a request comes from; behind a proxy of one's own, the address that this proxy names last."""
    told = request.headers.get("X-Forwarded-For", "") if settings.PRATIQUE_BEHIND_PROXY else ""
    return told.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def say_busy(request: HttpRequest) -> HttpResponse:
    """Too often: wait."""
    answer = render(request, "window/said.html", {"key": "page.busy"}, status=429)
    answer["Retry-After"] = "60"
    return answer
