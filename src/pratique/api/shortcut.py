"""The API needs no session, cookie, form token or language: its requests take the short way to their view.

Measured on the path of a scan, the middleware of pages costs more than everything else the application does; and
Django's own request, answer and signals cost more than recording the scan. So scans take a shorter way still.
"""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, get_resolver

from pratique.api import gate, phone

PREFIX = "/api/"
SCANS = "/api/v1/scans"

Environ = dict[str, Any]
Start = Callable[[str, list[tuple[str, str]]], object]
Application = Callable[[Environ, Start], Iterable[bytes]]


class Shortcut:
    """The first middleware: answers what lies below /api/ itself, passes everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.resolver = get_resolver()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Resolve and call the view; an unknown address below the prefix is a plain 404."""
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        try:
            match = self.resolver.resolve(request.path_info)
        except Resolver404:
            return HttpResponse(status=404)
        return match.func(request, *match.args, **match.kwargs)


class Express:
    """A WSGI application that records scans itself and leaves all else, and whatever is not plain, to Django.

    `headers` are those that every answer carries.
    """

    def __init__(self, application: Application, headers: list[tuple[str, str]]) -> None:
        self.application = application
        self.headers = [
            *headers,
            ("Content-Type", gate.CONTENT_TYPE),
            ("Cache-Control", gate.CACHE_CONTROL),
        ]

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer a POST of scans whose length is told and allowed; pass everything else on."""
        if environ["PATH_INFO"] != SCANS or environ["REQUEST_METHOD"] != "POST" or not _is_short(environ):
            return self.application(environ, start)

        def act() -> object:
            bearer = gate.admit(name="scans", authorization=environ.get("HTTP_AUTHORIZATION", ""))
            return phone.take(body=environ["wsgi.input"].read(), bearer=bearer)

        try:
            status, body = gate.answer(act)
        finally:
            if connection.errors_occurred:
                connection.close_if_unusable_or_obsolete()
        start(_LINES[status], [*self.headers, ("Content-Length", str(len(body)))])
        return [body]


_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


def _is_short(environ: Environ) -> bool:
    length = environ.get("CONTENT_LENGTH", "")
    return length.isdecimal() and int(length) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
