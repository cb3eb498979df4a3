"""What changed since a plan was adopted, and the problem that follows: what has started stays, what was told stays.

A trip that started before the clock is a pin as it was. A trip inside the promise (the next `keep` minutes) is a pin
unless the change made it impossible; then its people are free again, with the reason noted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pratique.core.answers import Problem
from pratique.core.transport import check
from pratique.core.transport.fitting import Fitting
from pratique.core.transport.plan import Plan, Trip
from pratique.core.transport.problem import AIRPORT, ANY_FACILITY, Party, Pin, TransportProblem

KINDS = ("flight_late", "vehicle_out", "crew_out", "positive", "facility_full")


MINUTES_MAX = 100_000
"""A flight that is later than this (ten weeks) is another flight."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened; `subject` is the id of the flight, vehicle, crew member, party or place.

    `minutes` is a flight's delay; `persons` how many of a party are positive (0: all), `cls` and `dest` where they
    now belong, `rest_cls` the class of the others of a party that is split.
    """

    kind: str
    subject: int
    minutes: int = 0
    persons: int = 0
    cls: str = "case"
    dest: int | None = None
    rest_cls: str = "contact"


@dataclass(frozen=True, slots=True)
class Replanning:
    """The problem after the changes, with pins, and why each party that had a trip lost it."""

    problem: TransportProblem
    because: Mapping[int, str]
    kept: Plan


def read(*, document: Any, problem: TransportProblem) -> tuple[tuple[Change, ...], tuple[Problem, ...]]:
    """The changes a document lists (``[{"change": "vehicle_out", "id": 7}, …]``), or every fault found."""
    faults: list[Problem] = []
    if not isinstance(document, list):
        return (), (
            Problem("transport-change-form", "document", "it is not a list", "give a list of changes", True),
        )
    changes = [_read_one(f"[{index}]", row, problem, faults) for index, row in enumerate(document)]
    seen: set[int] = set()
    for index, one in enumerate(changes):
        if one is None or one.kind != "positive":
            continue
        if one.subject in seen:
            faults.append(
                Problem(
                    "transport-change-form",
                    f"[{index}].id",
                    "the party is named twice",
                    "name it once, with all of its persons",
                    True,
                )
            )
        seen.add(one.subject)
    return ((), tuple(faults)) if faults else (tuple(one for one in changes if one is not None), ())


def _read_one(where: str, row: Any, problem: TransportProblem, faults: list[Problem]) -> Change | None:
    def fault(key: str, message: str, remedy: str) -> None:
        faults.append(Problem("transport-change-form", f"{where}.{key}", message, remedy, True))

    if not isinstance(row, dict) or row.get("change") not in KINDS:
        fault("change", "it names no known change", f"one of {', '.join(KINDS)}")
        return None
    kind = row["change"]
    tables: dict[str, Mapping[int, Any]] = {
        "flight_late": problem.flights,
        "vehicle_out": problem.vehicles,
        "crew_out": problem.crew,
        "positive": problem.parties,
        "facility_full": problem.locations,
    }
    subject = row.get("id")
    if isinstance(subject, bool) or not isinstance(subject, int) or subject not in tables[kind]:
        fault("id", f"there is no {subject!r}", "name one of the problem's")
        return None
    numbers = {key: row.get(key, 0) for key in ("minutes", "persons")}
    for key, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            fault(key, f"{value!r} is no number of {key}", "give a whole number, 0 or more")
            return None
    if numbers["minutes"] > MINUTES_MAX:
        fault("minutes", f"{numbers['minutes']} minutes are no delay", f"at most {MINUTES_MAX}")
        return None
    if kind == "facility_full" and problem.locations[subject].kind != "facility":
        fault(
            "id", f"no rooms are counted at {subject}", "name a facility; who is to go elsewhere has a dest"
        )
        return None
    if kind == "positive" and numbers["persons"] > problem.parties[subject].size:
        fault("persons", "the party has fewer persons", f"at most {problem.parties[subject].size}")
    words = {"cls": row.get("cls", "case"), "rest_cls": row.get("rest_cls", "contact")}
    for key, value in words.items():
        if kind == "positive" and (not isinstance(value, str) or value not in problem.classes):
            fault(key, f"there is no class {value!r}", f"one of {', '.join(sorted(problem.classes))}")
    dest = row.get("dest")
    known = isinstance(dest, int) and not isinstance(dest, bool) and dest in problem.locations
    if dest is not None and (not known or dest == AIRPORT):
        fault("dest", f"there is no place {dest!r} to go to", "name one of the problem's, not the airport")
    return Change(
        kind, subject, numbers["minutes"], numbers["persons"], words["cls"], dest, words["rest_cls"]
    )


def apply(
    *, problem: TransportProblem, base: Plan, changes: Sequence[Change], now_at: int, keep_minutes: int
) -> Replanning:
    """The problem to plan next, pinned as the module says, with those of its own pins that are still possible; `kept` are the base trips that
    could all stay."""
    started = [trip for trip in base.trips if trip.start_at < now_at]
    because: dict[int, str] = {}
    after = replace(problem, not_before_at=now_at, pins=())
    for change in changes:
        after = _changed(after, change, started, now_at, because)
    later = []
    for trip in (trip for trip in base.trips if trip.start_at >= now_at):
        still = _still_possible(after, trip, because)
        if still is not None:
            later.append(still)
    kept = _fitting_together(after, started, sorted(later))
    for trip in later:
        if trip not in kept:
            because.update((party, "its trip no longer fits") for party in trip.parties)
    asked = set(problem.pins)
    soon = now_at + keep_minutes
    pins = tuple(_pin(trip) for trip in kept if trip.start_at < soon or _pin(trip) in asked)
    return Replanning(replace(after, pins=pins), because, Plan(tuple(sorted(kept))))


def _fitting_together(problem: TransportProblem, started: list[Trip], later: list[Trip]) -> list[Trip]:
    """Those that started and, first come first served, the later ones that break no rule beside them."""
    fitting = Fitting(replace(problem, not_before_at=0))
    fitting.keep_all(started)
    fitting.keep_each(later)
    return list(fitting.kept)


def _pin(trip: Trip) -> Pin:
    return Pin(trip.vehicle, trip.start_at, trip.dest, trip.parties, trip.drivers, trip.escorts)


def _changed(
    problem: TransportProblem, change: Change, started: list[Trip], now_at: int, because: dict[int, str]
) -> TransportProblem:
    riding = {party for trip in started for party in trip.parties}
    if change.kind == "flight_late":
        late = {
            party.id: replace(party, ready_at=party.ready_at + change.minutes)
            for party in problem.parties.values()
            if party.flight == change.subject and party.id not in riding and party.ready_at > now_at
        }
        return replace(problem, parties={**problem.parties, **late})
    if change.kind in ("vehicle_out", "crew_out"):
        return _without(problem, change, started, now_at)
    if change.kind == "positive":
        return problem if change.subject in riding else _positive(problem, change, because)
    used = sum(
        problem.parties[party].rooms
        for trip in started
        if trip.dest == change.subject
        for party in trip.parties
    )
    place = replace(problem.locations[change.subject], rooms=used)
    return replace(problem, locations={**problem.locations, change.subject: place})


def _without(problem: TransportProblem, change: Change, started: list[Trip], now_at: int) -> TransportProblem:
    """Out from the clock on; a trip that has started is still brought to its end."""
    ends = [now_at]
    for trip in started:
        crew_until, vehicle_until = check.end_of(problem=problem, trip=trip)
        if change.kind == "vehicle_out" and trip.vehicle == change.subject:
            ends.append(vehicle_until)
        if change.kind == "crew_out" and change.subject in trip.drivers + trip.escorts:
            ends.append(crew_until)
    if change.kind == "vehicle_out":
        vehicle = problem.vehicles[change.subject]
        out = replace(vehicle, until_at=max(vehicle.from_at, min(vehicle.until_at, max(ends))))
        return replace(problem, vehicles={**problem.vehicles, change.subject: out})
    member = problem.crew[change.subject]
    gone = replace(member, until_at=max(member.from_at, min(member.until_at, max(ends))))
    return replace(problem, crew={**problem.crew, change.subject: gone})


def _positive(problem: TransportProblem, change: Change, because: dict[int, str]) -> TransportProblem:
    party = problem.parties[change.subject]
    dest = change.dest if change.dest is not None else _nearest(problem, change.cls)
    persons = change.persons or party.size
    because[party.id] = f"party {party.id}: {persons} of {party.size} now {change.cls}"
    parties = dict(problem.parties)
    if persons == party.size:
        parties[party.id] = replace(party, cls=change.cls, dest=dest, rooms=_rooms(party, dest, persons))
    else:
        new = max(parties) + 1
        rest = party.size - persons
        ill = replace(party, id=new, cls=change.cls, dest=dest, rooms=_rooms(party, dest, persons))
        well = replace(party, cls=change.rest_cls, rooms=rest, dest=ANY_FACILITY)
        parties[new], parties[party.id] = _with_size(ill, persons), _with_size(well, rest)
        because[new] = because[party.id]
    return replace(problem, parties=parties)


def _with_size(party: Party, size: int) -> Party:
    """Part of a party; whose the needs are is not known, so each part keeps what it may have."""
    return replace(
        party,
        size=size,
        wheelchairs=min(party.wheelchairs, size),
        child_seats=min(party.child_seats, size),
        companions=min(party.companions, size - 1),
    )


def _rooms(party: Party, dest: int, persons: int) -> int:
    return persons if dest == ANY_FACILITY else 0


def _nearest(problem: TransportProblem, cls: str) -> int:
    """Any facility if one accepts the class, else the nearest hospital (of places equally near, the first)."""
    if any(place.accepts == cls for place in problem.locations.values()):
        return ANY_FACILITY
    hospitals = [place for place in problem.locations.values() if place.kind == "hospital"]
    return min(hospitals, key=lambda place: (place.drive_minutes, place.id)).id if hospitals else ANY_FACILITY


def _still_possible(problem: TransportProblem, trip: Trip, because: dict[int, str]) -> Trip | None:
    """The trip without those who changed; None, with the reason noted, if it breaks a rule by itself."""
    staying = tuple(party for party in trip.parties if party not in because)
    if not staying:
        return None
    still = replace(trip, parties=staying)
    alone = replace(problem, pins=(), not_before_at=0)
    found = check.breaches(problem=alone, plan=Plan((still,)))
    if not found:
        return still
    for party in staying:
        because[party] = f"its trip at {trip.start_at} is impossible: {found[0].because}"
    return None
