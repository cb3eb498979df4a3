"""The rules of transport that this port goes by."""

from datetime import datetime
from zoneinfo import ZoneInfo

from pratique import protocols
from pratique.formats.transport_rules import TransportRules
from pratique.services import clock
from pratique.store.queries import ports


def get_rules(*, now: datetime | None = None) -> TransportRules:
    """The edition in force at this port on the day of `now` (None: today), chosen as those of screening are.

    People must be moved whatever is in force: where no edition holds, and before there is a port, it is the first that is shipped.
    """
    port = ports.find_port()
    if port is None:
        return protocols.list_transport()[0]
    on = (now or clock.now()).astimezone(ZoneInfo(port.time_zone)).date()
    found = protocols.find_transport(jurisdiction=port.jurisdiction, on=on)
    return found or protocols.list_transport()[0]
