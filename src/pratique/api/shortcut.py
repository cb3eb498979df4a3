"""The API needs no session, cookie, form token or language: its requests take the short way to their view.

Measured on the path of a scan, the middleware of pages costs more than everything else the application does.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, get_resolver

PREFIX = "/api/"


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
