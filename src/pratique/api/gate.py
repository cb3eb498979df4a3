"""Every endpoint of the API passes here: who speaks, may they, and how a refusal is said."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

import msgspec
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from pratique.core.answers import Refused
from pratique.services import clock, device, outage
from pratique.services.force import acting

STATUS = {
    "device_unknown": 401,
    "tracker_unknown": 401,
    "forbidden": 403,
    "batch_too_large": 413,
    "not_json": 400,
    "method": 405,
    "database_away": 503,
    "disk_full": 507,
}
"""HTTP status of a refusal; any other code is a 409: understood, but it may not be done."""

View = Callable[..., "object"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A view behind the gate, with its name in the permission table and the method it answers to."""

    name: str
    method: str
    view: Callable[..., HttpResponse]


def endpoint(*, name: str, method: str = "POST") -> Callable[[View], Endpoint]:
    """Make a view an endpoint: token checked, role checked, refusals said as JSON."""

    def wrap(view: View) -> Endpoint:
        @csrf_exempt
        @wraps(view)
        def gated(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            def act() -> object:
                if request.method != method:
                    raise Refused("method", f"this endpoint answers to {method}")
                bearer = admit(name=name, authorization=request.headers.get("Authorization", ""))
                return view(request, bearer, *args, **kwargs)

            status, body = answer(act)
            return _wrap(status, body)

        return Endpoint(name, method, gated)

    return wrap


def admit(*, name: str, authorization: str) -> device.Bearer:
    """Who speaks, if they may use this endpoint. Raises `Refused`."""
    scheme, _, token = authorization.partition(" ")
    if scheme != "Bearer" or not token:
        raise Refused("device_unknown", "send the device's token: Authorization: Bearer ...")
    bearer = device.recognise(token=token)
    if not acting.allows(endpoint=f"api:{name}", role=bearer.role, person=bearer.person, now=clock.now()):
        raise Refused(
            "forbidden", "neither the role of this phone's owner nor the post they hold may do this"
        )
    return bearer


def answer(act: Callable[[], object]) -> tuple[int, bytes]:
    """Do it: HTTP status and JSON, of what came out or of why not."""
    try:
        return 200, msgspec.json.encode(act())
    except Refused as refusal:
        refused = refusal
    except Error as error:
        explained = outage.explain(error)
        if explained is None:
            raise
        refused = explained
    body = msgspec.json.encode({"code": refused.code, "because": refused.because})
    return STATUS.get(refused.code, 409), body


def respond_to(act: Callable[[], object]) -> HttpResponse:
    """Do it for whoever needs no token; a refusal is said as JSON."""
    return _wrap(*answer(act))


def respond(content: object, status: int = 200) -> HttpResponse:
    """JSON, never cached."""
    return _wrap(status, msgspec.json.encode(content))


def _wrap(status: int, body: bytes) -> HttpResponse:
    response = HttpResponse(body, content_type=CONTENT_TYPE, status=status)
    response["Content-Length"] = str(len(body))
    response["Cache-Control"] = CACHE_CONTROL
    return response


CONTENT_TYPE, CACHE_CONTROL = "application/json", "no-store"


def read(request: HttpRequest, message: type) -> object:
    """The request's body as a message. Raises `Refused("not_json")` naming the place that is wrong."""
    try:
        return msgspec.json.decode(request.body, type=message)
    except msgspec.DecodeError as error:
        raise Refused("not_json", str(error)) from None
