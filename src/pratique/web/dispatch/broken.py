"""Trips in force that cannot be done any more, in words: which, what is in the way, and what to do next."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from pratique.core.duties.vocabulary import Words
from pratique.services.dispatch import broken
from pratique.services.dispatch import overtaken as facts
from pratique.services.dispatch.obstacle import Obstacle
from pratique.services.dispatch.pose import Posed
from pratique.store import models
from pratique.web import words
from pratique.web.dispatch import overtaken
from pratique.web.dispatch.labels import Labels

_MISSING: dict[str, Words] = {
    "vehicle": Words("{name} 已停用或仍在途中", "{name} is out of service or still on the road"),
    "place": Words("{name}不能使用", "{name} cannot be used"),
    "crew": Words("{name} 缺勤、离岗或因健康停岗", "{name} is away, off duty or held for health"),
    "people": Words("名单上的旅客已不在上车处", "its people wait no more where it boards"),
}
_WITHOUT = Words(
    "名单上有 {number} 人不能同行，其余照走", "{number} of its people cannot ride in it; it goes without them"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One trip of the list; `replan` if a new plan sees to it."""

    trip: UUID
    plate: str
    destination: models.Custodian
    starts_at: datetime
    because: tuple[str, ...]
    next: tuple[str, ...] = ()
    replan: bool = True


def list_lines(*, posed: Posed, now: datetime) -> list[Line]:
    """The trips of the plan in force that are broken, and those that are facts or made by hand of which something has changed; each by
    its start."""
    lines = [*_list_planned(posed), *_list_overtaken(posed, now)]
    return sorted(lines, key=lambda line: (line.starts_at, line.plate))


def _list_overtaken(posed: Posed, now: datetime) -> Iterator[Line]:
    rows: dict[UUID, Any] = {trip.id: trip for trip in (*posed.changeable, *posed.running.trips)}
    said: dict[UUID, list[overtaken.Said]] = defaultdict(list)
    for one in overtaken.say(facts.find_all(posed=posed, now=now)):
        said[one.trip].append(one)
    for trip, those in said.items():
        row = rows[trip]
        because, then = (
            tuple(dict.fromkeys(words)) for words in zip(*((o.because, o.next) for o in those), strict=True)
        )
        yield Line(
            trip,
            row.vehicle.plate,
            row.destination,
            row.during.lower,
            because,
            then,
            any(o.replan for o in those),
        )


def _list_planned(posed: Posed) -> list[Line]:
    found = broken.find(posed=posed)
    if not found:
        return []
    rows: dict[UUID, Any] = {trip.id: trip for trip in posed.changeable}
    named = Labels(models.Plan(document=posed.document))
    people = models.Person.objects.filter(
        pk__in=[w for one in found for sort, w in one.missing if sort == "crew"]
    )
    crew = {row.pk: words.name_of(row) or row.username for row in people}
    lines = []
    for one in found:
        row = rows[one.trip]
        said = [
            words.say(_MISSING[sort]).format(name=_name(sort, row, crew.get(which, "")))
            for sort, which in one.missing
        ]
        if one.off:
            said.append(words.say(_WITHOUT).format(number=len(one.off)))
        if one.because:
            said.append(named.say(one.because))
        lines.append(Line(row.id, row.vehicle.plate, row.destination, row.during.lower, tuple(said)))
    return lines


def say_obstacle(found: Obstacle) -> str:
    """Which trip of a proposal something is in the way of, and what."""
    plate = models.Vehicle.objects.values_list("plate", flat=True).get(id=found.draft.vehicle)
    there = models.Custodian.objects.get(id=found.draft.destination)
    people = models.Person.objects.in_bulk([w for sort, w in found.missing if sort == "crew"])
    names = {"vehicle": plate, "place": words.name_of(there), "people": ""}
    said = [
        words.say(_MISSING[sort]).format(
            name=words.name_of(people[which]) or people[which].username if sort == "crew" else names[sort]
        )
        for sort, which in found.missing
    ]
    if found.because:
        said.append(Labels(models.Plan(document=found.document)).say(found.because))
    starts_at = timezone.localtime(found.draft.starts_at)
    return f"{starts_at:%H:%M} {plate} → {words.name_of(there)}: {'; '.join(said)}"


def _name(sort: str, row: Any, crew: str) -> str:
    if sort == "vehicle":
        return str(row.vehicle.plate)
    if sort == "place":
        return words.name_of(row.destination)
    return crew
