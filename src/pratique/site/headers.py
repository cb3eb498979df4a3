"""What every answer tells the browser it may not do."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "media-src": "'self' blob:",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
CONTENT = "; ".join(f"{name} {sources}" for name, sources in POLICY.items())
PERMISSIONS = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"

ALONE = "; ".join(
    f"{name} {sources}"
    for name, sources in {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }.items()
)
"""The traveller's own page: its style sheet, one script, nothing else."""


class Headers:
    """Everything comes from this server, nothing inline; camera (to scan) and position (of a trip) are the only devices; no copy is kept.

    A view that sets its own `Cache-Control` (static files, boards with an ETag) keeps it.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class Alone:
    """The same for the traveller's own page, which needs no device at all; search engines stay away."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        response.headers["Content-Security-Policy"] = ALONE
        response.headers["Permissions-Policy"] = (
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def list_common() -> list[tuple[str, str]]:
    """What the middleware adds to an answer that says nothing about it; `Cache-Control` is the view's own."""
    answer = SecurityMiddleware(Headers(XFrameOptionsMiddleware(lambda _: HttpResponse())))
    request = HttpRequest()
    request.META["HTTP_X_FORWARDED_PROTO"] = (
        "https"  # counts only where the settings say that a proxy sets it
    )
    response = answer(request)
    return [item for item in response.items() if item[0] not in ("Content-Type", "Cache-Control")]
