"""What every page has around it: its language, the languages there are, the port and its zone."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone

from pratique.services import clock
from pratique.store.queries import ports
from pratique.window import tongue


def fill(request: HttpRequest) -> dict[str, Any]:
    """The same for every template; also sets the port's zone, in which the page then says its times."""
    spoken = getattr(request, "tongue", None) or tongue.find(request)
    port = ports.find_port()
    zone = ZoneInfo(port.time_zone) if port else timezone.get_current_timezone()
    timezone.activate(zone)
    return {
        "tongue": spoken,
        "languages": tongue.list_offered(),
        "port": port,
        "zone": _name_zone(zone),
        "visiting": hasattr(request, "traveller"),
    }


def _name_zone(zone: Any) -> str:
    """A zone as its distance from UTC, which every reader can check: UTC+08:00."""
    offset = timezone.localtime(clock.now(), zone).strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:]}"
