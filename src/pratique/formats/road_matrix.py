"""Travel times between one place and many, as routing servers speak: OSRM's table service and Valhalla's matrix.

Sources: project-osrm.org/docs (table service, v1), valhalla.github.io/valhalla/api/matrix/api-reference. Times are
seconds in both, distances metres (OSRM) or kilometres (Valhalla); a way that a server does not know is null.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from pratique.core.transport.progress import Spot

KINDS = ("osrm", "valhalla")


class Unreadable(ValueError):
    """An answer that is not what the documentation says; the text says where."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is sent: the path below the server's address, and the body (None: it is a GET)."""

    path: str
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One way: minutes, and kilometres where they are told."""

    minutes: float
    km: float | None


def ask(*, kind: str, start: Spot, ends: Sequence[Spot], back: bool) -> Question:
    """The question from `start` to each of `ends`, or from each of them back to it."""
    if kind == "osrm":
        places = ";".join(f"{spot.longitude:.6f},{spot.latitude:.6f}" for spot in (start, *ends))
        first, others = "0", ";".join(str(number) for number in range(1, len(ends) + 1))
        sources, targets = (others, first) if back else (first, others)
        told = f"sources={sources}&destinations={targets}&annotations=duration,distance"
        return Question(f"/table/v1/driving/{places}?{told}", None)
    one, many = [_write(start)], [_write(spot) for spot in ends]
    sources_, targets_ = (many, one) if back else (one, many)
    body = {"sources": sources_, "targets": targets_, "costing": "auto", "units": "kilometers"}
    return Question("/sources_to_targets", msgspec.json.encode(body))


def _write(spot: Spot) -> dict[str, float]:
    return {"lat": spot.latitude, "lon": spot.longitude}


def read(*, kind: str, data: bytes, count: int, back: bool) -> list[Cell | None]:
    """The ways in the order of the places that were asked for. Raises `Unreadable`."""
    try:
        document = msgspec.json.decode(data)
    except msgspec.DecodeError as error:
        raise Unreadable(f"it is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise Unreadable("it is not an object")
    if kind == "osrm":
        if document.get("code") != "Ok":
            raise Unreadable(f"code {document.get('code')!r}: {document.get('message', '')}"[:200])
        times = _flatten(document.get("durations"), "durations", count, back)
        lengths = document.get("distances")
        metres = _flatten(lengths, "distances", count, back) if lengths else [None] * count
        return [
            _cell(time, None if far is None else _number(far, "distances") / 1000)
            for time, far in zip(times, metres, strict=True)
        ]
    rows = _flatten(document.get("sources_to_targets"), "sources_to_targets", count, back)
    found = []
    for row in rows:
        if not isinstance(row, dict):
            raise Unreadable("sources_to_targets: a cell is not an object")
        far = row.get("distance")
        found.append(_cell(row.get("time"), None if far is None else _number(far, "distance")))
    return found


def _flatten(matrix: Any, name: str, count: int, back: bool) -> list[Any]:
    """The one row, or the one column, of a matrix."""
    if not isinstance(matrix, list) or not all(isinstance(row, list) for row in matrix):
        raise Unreadable(f"{name} is not a matrix")
    cells = [row[0] for row in matrix if len(row) == 1] if back else (matrix[0] if len(matrix) == 1 else [])
    if len(cells) != count:
        raise Unreadable(f"{name} has {len(cells)} ways where {count} were asked for")
    return cells


def _cell(seconds: Any, km: float | None) -> Cell | None:
    return None if seconds is None else Cell(_number(seconds, "time") / 60, km)


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise Unreadable(f"{name}: {value!r} is no time or distance"[:200])
    return float(value)
