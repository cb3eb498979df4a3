"""A transport plan: trips with whole parties, a vehicle and a crew; a party on no trip is unmoved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pratique.core.answers import Problem


@dataclass(frozen=True, slots=True, order=True)
class Trip:
    """One vehicle with its crew takes `parties` (ids) to `dest`, starts to board at `start_at`, comes back empty."""

    start_at: int
    vehicle: int
    dest: int
    parties: tuple[int, ...]
    drivers: tuple[int, ...]
    escorts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a party stays unmoved and the cheapest thing that would move it; both in words for the dispatcher."""

    party: int
    code: str
    because: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Trips in order of their start, and a reason for every party on none of them."""

    trips: tuple[Trip, ...]
    unmoved: tuple[Reason, ...] = ()


def read(*, document: Any) -> tuple[Plan | None, tuple[Problem, ...]]:
    """The plan a document states (``{"trips": [...]}``), or None with every fault of form.

    Only the form is judged here; whether the ids exist and the rules hold is for `check`.
    """
    if not isinstance(document, dict) or not isinstance(document.get("trips"), list):
        fault = Problem(
            "transport-plan-form", "trips", "there is no list of trips", 'give {"trips": [...]}', True
        )
        return None, (fault,)
    problems: list[Problem] = []
    trips = [_read_trip(f"trips[{index}]", row, problems) for index, row in enumerate(document["trips"])]
    if problems:
        return None, tuple(problems)
    return Plan(tuple(sorted(trip for trip in trips if trip is not None))), ()


def _read_trip(where: str, row: Any, problems: list[Problem]) -> Trip | None:
    def fault(key: str, message: str, remedy: str) -> None:
        problems.append(Problem("transport-plan-form", f"{where}.{key}", message, remedy, True))

    if not isinstance(row, dict):
        fault("", "it is not an object", "give vehicle, start, dest, parties, drivers and escorts")
        return None
    for key in ("start", "vehicle", "dest"):
        if not _is_whole(row.get(key)):
            fault(key, f"{row.get(key)!r} is not a whole number", "give a whole number")
    for key in ("parties", "drivers", "escorts"):
        value = row.get(key)
        if not isinstance(value, list) or not all(_is_whole(one) for one in value):
            fault(key, f"{value!r} is not a list of ids", "give a list of whole numbers")
    if any(problem.where.startswith(f"{where}.") for problem in problems):
        return None
    people = [tuple(row[key]) for key in ("parties", "drivers", "escorts")]
    return Trip(row["start"], row["vehicle"], row["dest"], *people)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def write(*, plan: Plan) -> dict[str, Any]:
    """The plan's file form; `unmoved` is an addition that readers may ignore."""
    trips = [
        {
            "vehicle": trip.vehicle,
            "start": trip.start_at,
            "dest": trip.dest,
            "parties": list(trip.parties),
            "drivers": list(trip.drivers),
            "escorts": list(trip.escorts),
        }
        for trip in plan.trips
    ]
    reasons: list[Mapping[str, Any]] = [
        {"party": one.party, "code": one.code, "because": one.because, "remedy": one.remedy}
        for one in plan.unmoved
    ]
    return {"trips": trips, "unmoved": reasons}
