"""How long it is from the port to its places, and between these: by the routing server as long as it answers, else by the table of ways."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from pratique.store import models

TRUSTED = timedelta(hours=2)
"""So long after its last answer a server that does not answer any more is believed; then the table is used again."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way between two places, most often the port and another. `served`: a routing server said so."""

    minutes: int
    km: float
    served: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """The routing server as last found. `used`: its times are in use; where it failed since, `because` says why."""

    kind: str
    answered_at: datetime | None
    failed_at: datetime | None
    because: str

    @property
    def failing(self) -> bool:
        """Whether the last thing heard of it is that it did not answer."""
        return self.failed_at is not None and (self.answered_at is None or self.failed_at > self.answered_at)

    @property
    def used(self) -> bool:
        """Whether its times are believed."""
        if self.answered_at is None:
            return False
        return not self.failing or (self.failed_at or self.answered_at) - self.answered_at <= TRUSTED


def find_service() -> Service | None:
    """The routing server, None where there is none."""
    row = models.RoadServer.objects.first()
    return Service(row.kind, row.answered_at, row.failed_at, row.because) if row else None


def list_between() -> dict[tuple[str, str], Way]:
    """Ways between two places neither of which is the port, by their codes, the lesser first. A way that the server does not know is
    the table's."""
    port = models.Port.objects.values_list("code", flat=True).first()
    of_port = Q(one=port) | Q(other=port)
    rows = models.Travel.objects.exclude(of_port)
    found = {(row.one, row.other): Way(row.minutes, row.km) for row in rows}
    service = find_service()
    if service is not None and service.used:
        for said in models.RoadTime.objects.exclude(of_port):
            pair = said.one, said.other
            found[pair] = _read(said, found.get(pair))
    return found


def _read(said: models.RoadTime, known: Way | None) -> Way:
    """What the server said of a way, its length by the table where it did not say that."""
    km = said.km if said.km is not None else (known.km if known else 0.0)
    return Way(max(1, round(said.minutes)), km, served=True)


def list_ways() -> dict[str, Way]:
    """Every place with a way from the port. A way that the server does not know is the table's."""
    port = models.Port.objects.values_list("code", flat=True).first()
    of_port = Q(one=port) | Q(other=port)
    ways = {
        way.other if way.one == port else way.one: Way(way.minutes, way.km)
        for way in models.Travel.objects.filter(of_port)
    }
    service = find_service()
    if service is not None and service.used:
        for row in models.RoadTime.objects.filter(of_port):
            place = row.other if row.one == port else row.one
            ways[place] = _read(row, ways.get(place))
    return ways
