"""Trips in force that cannot be done any more, in words: which, and what is in the way."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pratique.core.duties.vocabulary import Words
from pratique.services.dispatch import broken
from pratique.services.dispatch.pose import Posed
from pratique.store import models
from pratique.web import words
from pratique.web.dispatch.labels import Labels

_MISSING: dict[str, Words] = {
    "vehicle": Words("{name} 已停用或仍在途中", "{name} is out of service or still on the road"),
    "place": Words("{name}不能使用", "{name} cannot be used"),
    "crew": Words("{name} 缺勤、离岗或因健康停岗", "{name} is away, off duty or held for health"),
    "people": Words("名单上的旅客已不在上车处", "its people wait no more where it boards"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One trip of the list."""

    trip: UUID
    plate: str
    destination: models.Custodian
    starts_at: datetime
    because: tuple[str, ...]


def list_lines(*, posed: Posed) -> list[Line]:
    """The trips that are broken, the next first."""
    found = broken.find(posed=posed)
    if not found:
        return []
    rows: dict[UUID, Any] = {trip.id: trip for trip in posed.changeable}
    named = Labels(models.Plan(document=posed.document))
    lines = []
    for one in found:
        row = rows[one.trip]
        said = [words.say(_MISSING[sort]).format(name=_name(sort, row, which)) for sort, which in one.missing]
        if one.because:
            said.append(named.say(one.because))
        lines.append(Line(row.id, row.vehicle.plate, row.destination, row.during.lower, tuple(said)))
    return sorted(lines, key=lambda line: (line.starts_at, line.plate))


def _name(sort: str, row: Any, which: UUID | None) -> str:
    if sort == "vehicle":
        return str(row.vehicle.plate)
    if sort == "place":
        return words.name_of(row.destination)
    person = models.Person.objects.filter(pk=which).first() if sort == "crew" else None
    return (words.name_of(person) or person.username) if person else ""
