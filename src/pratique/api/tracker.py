"""Where trackers report: the OsmAnd protocol of Traccar, by GET or POST, parameters or JSON.

The identifier in the message is the key: no token, no session. Every answer that names what became of a report is final
(200), so that a tracker does not keep and repeat what is of no use; only an unknown identifier is turned away.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from pratique.api import gate
from pratique.core.answers import Refused
from pratique.formats import osmand
from pratique.services import clock
from pratique.services.tracking import fix, tracker

BYTES_MAX = 256 * 1024


@csrf_exempt
def report(request: HttpRequest) -> HttpResponse:
    """Take what a tracker says of where it is; the answer counts what became of it by name."""
    return gate.respond_to(lambda: _take(request))


def _take(request: HttpRequest) -> object:
    if request.method not in ("GET", "POST"):
        raise Refused("method", "this endpoint answers to GET and POST")
    message = _read(request)
    now = clock.now()
    if not message.identifier:
        fix.count(vehicle=None, codes=[fix.UNREADABLE], now=now)
        raise Refused("tracker_unknown", "the report names no identifier: id=...")
    try:
        known = tracker.recognise(identifier=message.identifier)
    except Refused as refused:
        fix.count(vehicle=None, codes=[refused.code], now=now)
        raise
    outcomes = fix.hear(tracker=known, reported=message.reported, unreadable=len(message.problems), now=now)
    return {
        "outcomes": outcomes,
        "problems": [f"{p.where}: {p.message}; {p.remedy}" for p in message.problems],
    }


def _read(request: HttpRequest) -> osmand.Message:
    """JSON in the body, or parameters in the address and the body."""
    if int(request.headers.get("Content-Length") or 0) > BYTES_MAX:
        raise Refused("batch_too_large", "send fewer positions at a time")
    if request.method == "POST" and (
        "json" in (request.content_type or "") or request.body.lstrip()[:1] == b"{"
    ):
        return osmand.read_json(data=request.body)
    told = {**request.GET.dict(), **request.POST.dict()}
    return osmand.read_parameters(told={key: str(value) for key, value in told.items()})
