"""The daily draw: officers and vehicles taken from their units for a day, by quota, in turn.

Who was drawn least for the days on which they could have been goes first, then whoever waited longest. Places ask for
qualifications (or a kind of vehicle); units give at most their quota; two in conflict are never drawn together. As many places as
possible are filled, by the people whose turn it is most: a flow of least cost. A place that stays empty is
named with the reason and the cheapest remedy.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

_NEVER_DAYS = 400
_TURN = 10_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """An officer or a vehicle that could be drawn that day: what it `offers` (qualifications, crew, kind), how often it was
    drawn before (`drawn` of `possible` days), and when last."""

    id: str
    unit: str
    offers: frozenset[str]
    drawn: int = 0
    possible: int = 0
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """So many wanted who offer all of `needs`."""

    name: str
    needs: frozenset[str]
    count: int


@dataclass(frozen=True, slots=True)
class Short:
    """Places that stay empty, why, and the cheapest remedy."""

    place: str
    missing: int
    because: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Draw:
    """Who is drawn for which place, by id, and what stays empty."""

    places: Mapping[str, str]
    short: tuple[Short, ...]


def draw(
    *,
    on: date,
    candidates: Sequence[Candidate],
    places: Sequence[Place],
    quotas: Mapping[str, int],
    conflicts: Sequence[tuple[str, str]] = (),
) -> Draw:
    """The draw of one day. `candidates` are only those who may be drawn: not on leave, ill, resting or out of service."""
    chosen = _keep_apart(on, candidates, places, quotas, conflicts)
    return Draw(chosen, tuple(_short(on, candidates, places, chosen)))


def _keep_apart(
    on: date,
    candidates: Sequence[Candidate],
    places: Sequence[Place],
    quotas: Mapping[str, int],
    conflicts: Sequence[tuple[str, str]],
) -> dict[str, str]:
    """The flow without the later of two in conflict; or without the other, if more places are filled so."""
    chosen = _flow(on, candidates, places, quotas)
    clash = next((pair for pair in conflicts if pair[0] in chosen and pair[1] in chosen), None)
    if clash is None:
        return chosen
    by_id = {one.id: one for one in candidates}
    later, sooner = sorted(clash, key=lambda who: (_turn(on, by_id[who]), who), reverse=True)
    found: dict[str, str] = {}
    for left_out in (later, sooner):
        rest = [one for one in candidates if one.id != left_out]
        other = _keep_apart(on, rest, places, quotas, conflicts)
        found = other if len(other) > len(found) else found
        if len(found) == len(chosen):
            break
    return found


def _turn(on: date, one: Candidate) -> int:
    """The lower, the sooner it is this one's turn: the share of days drawn, then how lately."""
    share = (one.drawn + 1) * _TURN // (one.possible + 2)
    waited = _NEVER_DAYS if one.last_on is None else min(_NEVER_DAYS, max(0, (on - one.last_on).days))
    return share * _NEVER_DAYS + (_NEVER_DAYS - waited)


def _flow(
    on: date, candidates: Sequence[Candidate], places: Sequence[Place], quotas: Mapping[str, int]
) -> dict[str, str]:
    """Who fills which place: a flow of least cost through unit (its quota), candidate (once) and place (its count)."""
    network = _Network()
    for unit in sorted({one.unit for one in candidates}):
        network.join("source", ("unit", unit), quotas.get(unit, 0), 0)
    for one in sorted(candidates, key=lambda one: one.id):
        network.join(("unit", one.unit), ("who", one.id), 1, _turn(on, one))
        for number, place in enumerate(places):
            if place.needs <= one.offers:
                network.join(("who", one.id), ("place", number), 1, 0)
    for number, place in enumerate(places):
        network.join(("place", number), "sink", place.count, 0)
    while network.push("source", "sink"):
        pass
    return {
        tail[1]: places[head[1]].name
        for tail, head in network.used()
        if tail[0] == "who" and head[0] == "place"
    }


class _Network:
    """Edges with what they still let through, both ways; one unit at a time along the cheapest path."""

    def __init__(self) -> None:
        self._heads: list[Any] = []
        self._room: list[int] = []
        self._cost: list[int] = []
        self._out: dict[Any, list[int]] = {}

    def join(self, tail: Any, head: Any, room: int, cost: int) -> None:
        """An edge, and its reverse beside it (number + 1)."""
        for one, other, much, price in ((tail, head, room, cost), (head, tail, 0, -cost)):
            self._out.setdefault(one, []).append(len(self._heads))
            self._heads.append(other)
            self._room.append(much)
            self._cost.append(price)

    def push(self, source: Any, sink: Any) -> bool:
        """One unit more, where it costs least (Bellman and Ford, with a queue); False if there is no way."""
        best: dict[Any, int] = {source: 0}
        by: dict[Any, int] = {}
        queue = deque([source])
        while queue:
            at = queue.popleft()
            for edge in self._out.get(at, ()):
                head, cost = self._heads[edge], best[at] + self._cost[edge]
                if self._room[edge] > 0 and cost < best.get(head, cost + 1):
                    best[head], by[head] = cost, edge
                    queue.append(head)
        if sink not in by:
            return False
        at = sink
        while at != source:
            edge = by[at]
            self._room[edge] -= 1
            self._room[edge ^ 1] += 1
            at = self._heads[edge ^ 1]
        return True

    def used(self) -> list[tuple[Any, Any]]:
        """Edges that carry something, as (tail, head)."""
        return [
            (self._heads[edge + 1], self._heads[edge])
            for edge in range(0, len(self._heads), 2)
            if self._room[edge + 1] > 0
        ]


def _short(
    on: date,
    candidates: Sequence[Candidate],
    places: Sequence[Place],
    chosen: Mapping[str, str],
) -> list[Short]:
    """What stays empty; a larger quota is the remedy where somebody suitable is left, else more people who are."""
    found = []
    drawn = set(chosen)
    for place in places:
        missing = place.count - sum(name == place.name for name in chosen.values())
        if missing <= 0:
            continue
        suitable = sorted(
            (one for one in candidates if place.needs <= one.offers and one.id not in drawn),
            key=lambda one: (_turn(on, one), one.id),
        )
        needs = " and ".join(sorted(place.needs)) or "nothing in particular"
        if suitable:
            units = sorted({one.unit for one in suitable[:missing]})
            because = f"{len(suitable)} more offer {needs}, but their units have given their quota or they are in conflict"
            remedy = f"raise the quota of {', '.join(units)} for this day, by {missing} in all"
        else:
            there = sum(place.needs <= one.offers for one in candidates)
            because = f"{there} of {len(candidates)} who may be drawn offer {needs}, and all are drawn"
            remedy = f"{missing} more with {needs}: ask the units, or train some"
        found.append(Short(place.name, missing, because, remedy))
    return found
