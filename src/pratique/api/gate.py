"""Every endpoint of the API passes here: who speaks, may they, and how a refusal is said."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from pratique.core.answers import Refused
from pratique.services import device, permission

log = logging.getLogger(__name__)

STATUS = {"device_unknown": 401, "forbidden": 403, "batch_too_large": 413, "not_json": 400, "method": 405}
"""HTTP status of a refusal; any other code is a 409: understood, but it may not be done."""

View = Callable[[HttpRequest, device.Bearer], "object"]


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
            try:
                if request.method != method:
                    raise Refused("method", f"this endpoint answers to {method}")
                bearer = _recognise(request)
                if not permission.allows(endpoint=f"api:{name}", role=bearer.role):
                    raise Refused("forbidden", "the role of this phone's owner may not do this")
                return respond(view(request, bearer, *args, **kwargs))
            except Refused as refused:
                return respond(
                    {"code": refused.code, "because": refused.because}, status=STATUS.get(refused.code, 409)
                )

        return Endpoint(name, method, gated)

    return wrap


def _recognise(request: HttpRequest) -> device.Bearer:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not token:
        raise Refused("device_unknown", "send the device's token: Authorization: Bearer ...")
    return device.recognise(token=token)


def respond(content: object, status: int = 200) -> HttpResponse:
    """JSON, never cached."""
    body = msgspec.json.encode(content)
    response = HttpResponse(body, content_type="application/json", status=status)
    response["Content-Length"] = str(len(body))
    response["Cache-Control"] = "no-store"
    return response


def read(request: HttpRequest, message: type) -> object:
    """The request's body as a message. Raises `Refused("not_json")` naming the place that is wrong."""
    try:
        return msgspec.json.decode(request.body, type=message)
    except msgspec.DecodeError as error:
        raise Refused("not_json", str(error)) from None
