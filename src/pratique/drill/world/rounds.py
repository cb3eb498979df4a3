"""Roll calls: how often a custodian calls names, and the quiet moment it picks for it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace

from pratique.drill.world.schedule import HOUR, MINUTE
from pratique.drill.world.truth import Chronicle, RollCall, Sighting

EVERY_SECONDS = {
    "hall": HOUR,
    "holding": HOUR,
    "trip": HOUR,
    "facility": 12 * HOUR,
    "hospital": 12 * HOUR,
}
"""The time between two roll calls of a kind of custodian."""
FIRST_SECOND = {"hall": 40 * MINUTE, "holding": 10 * MINUTE, "facility": -3 * HOUR, "hospital": -3 * HOUR}
SHIFT_SECONDS = 18 * MINUTE
"""How far a roll call may be moved to a quieter moment."""
KEEPERS = ("facility:", "hospital:")
SECONDS_PER_NAME = 3
LEAVING_SECONDS = 30
"""Whoever is about to be taken over is not scanned by the one who lets them go."""

Span = tuple[int, int, str]


def call_rolls(chronicle: Chronicle, *, until_second: int) -> None:
    """Add every roll call of the day, and the sightings made in it, to what happened."""
    for custodian, spans in chronicle.occupancy().items():
        kind = custodian.partition(":")[0]
        if kind not in EVERY_SECONDS:
            continue
        changes = sorted({second for since, until, _ in spans for second in (since, until)})
        for nominal in _list_nominal(kind, spans, until_second):
            _call(chronicle, custodian, spans, _quietest(changes, nominal))
    chronicle.sightings.sort()
    _note_last_seen(chronicle)


def _list_nominal(kind: str, spans: list[Span], until_second: int) -> Iterator[int]:
    every = EVERY_SECONDS[kind]
    first = FIRST_SECOND.get(kind)
    if first is None:  # a trip: from when the last person boarded
        until_second = min(until_second, max(until for _, until, _ in spans))
        first = max(since for since, _, _ in spans) + every
    yield from range(first, until_second, every)


def _quietest(changes: list[int], nominal: int) -> int:
    """The moment near `nominal` that is furthest from anybody's coming or going, the nearest such."""

    def calm(second: int) -> tuple[int, int]:
        found = bisect_left(changes, second)
        near = [abs(change - second) for change in changes[max(0, found - 1) : found + 1]]
        return (min([*near, 4 * MINUTE]), -abs(second - nominal))

    return max(range(nominal - SHIFT_SECONDS, nominal + SHIFT_SECONDS + 1, MINUTE), key=calm)


def _call(chronicle: Chronicle, custodian: str, spans: list[Span], second: int) -> None:
    started = bisect_right(spans, second, key=lambda span: span[0])
    there = [(until, person) for since, until, person in spans[:started] if until > second]
    if not there and not custodian.startswith(KEEPERS):  # an empty house still says that it is empty
        return
    chronicle.roll_calls.append(RollCall(second, custodian, frozenset(person for _, person in there)))
    for number, (until, person) in enumerate(there):
        seen = second + number * SECONDS_PER_NAME
        if seen + LEAVING_SECONDS < until:
            chronicle.sightings.append(Sighting(seen, person, custodian, "round"))


def _note_last_seen(chronicle: Chronicle) -> None:
    """When each of those who walked off was last seen before."""
    absent = {absence.person for absence in chronicle.absences}
    seen: dict[str, list[int]] = {person: [] for person in absent}
    for sighting in chronicle.sightings:
        if sighting.person in absent:
            seen[sighting.person].append(sighting.second)
    chronicle.absences[:] = [
        replace(absence, seen_second=max(s for s in seen[absence.person] if s <= absence.left_second))
        if any(s <= absence.left_second for s in seen[absence.person])
        else absence
        for absence in chronicle.absences
    ]
