"""The wire to a routing server: asked every quarter of an hour for the port's ways, every few hours for those between its places, never
while somebody waits for a page or a plan.

Both directions are asked and the slower one counts. A server takes only so many places at once, and may refuse a whole
question because of one place (too far, nowhere near a road): then the question is halved until only that place is left.
"""

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pratique.core.transport.progress import Spot
from pratique.formats import road_matrix
from pratique.formats.road_matrix import Cell, Question
from pratique.services.tracking import roads

ANSWER_SECONDS = 5.0
BYTES_MAX = 4 * 1024 * 1024
PLACES_MAX = 49
"""OSRM takes 100 places and Valhalla 50 as they are shipped; one of them is the port."""
TRIES = 2
REST_SECONDS = 1.0


class NotAnswered(Exception):
    """The server gave no answer that can be used; the text says why."""


class NoWay(Exception):
    """The server understood and refused: something about the places."""


@dataclass(frozen=True, slots=True)
class Server:
    """A routing server: `kind` is osrm or valhalla, `url` where its services begin."""

    kind: str
    url: str
    seconds: float = ANSWER_SECONDS
    rest_seconds: float = REST_SECONDS


def refresh(*, server: Server | None, clock: Callable[[], datetime]) -> int:
    """Ask for every way of the port, and for those between its places that are due; how many it said. Without a server, forget what
    one said."""
    if server is None:
        roads.forget()
        return 0
    start, ends = roads.list_asked()
    if start is None or not ends:
        return 0
    known = 0
    try:
        told = ask_all(server=server, start=start, ends=list(ends.values()))
        known = roads.keep(kind=server.kind, told=dict(zip(ends, told, strict=True)), now=clock())
        for place, spot, others in roads.list_between(now=clock()):
            told = ask_all(server=server, start=spot, ends=list(others.values()))
            known += roads.keep_between(start=place, told=dict(zip(others, told, strict=True)), now=clock())
    except NotAnswered as error:
        roads.fail(kind=server.kind, because=str(error), now=clock())
    return known


def ask_all(*, server: Server, start: Spot, ends: Sequence[Spot]) -> list[Cell | None]:
    """The way to each place, the slower of there and back; None where the server knows none. Raises `NotAnswered`."""
    found: list[Cell | None] = []
    for first in range(0, len(ends), PLACES_MAX):
        part = ends[first : first + PLACES_MAX]
        there = _ask(server, start, part, back=False)
        back = _ask(server, start, part, back=True)
        found += [_choose(one, other) for one, other in zip(there, back, strict=True)]
    return found


def _choose(there: Cell | None, back: Cell | None) -> Cell | None:
    if there is None or back is None:
        return there or back
    return max(there, back, key=lambda cell: cell.minutes)


def _ask(server: Server, start: Spot, ends: Sequence[Spot], *, back: bool) -> list[Cell | None]:
    question = road_matrix.ask(kind=server.kind, start=start, ends=ends, back=back)
    try:
        data = _send(server, question)
    except NoWay:
        if len(ends) == 1:
            return [None]
        half = len(ends) // 2
        return _ask(server, start, ends[:half], back=back) + _ask(server, start, ends[half:], back=back)
    try:
        return road_matrix.read(kind=server.kind, data=data, count=len(ends), back=back)
    except road_matrix.Unreadable as error:
        raise NotAnswered(f"its answer cannot be read: {error}") from None


def _send(server: Server, question: Question) -> bytes:
    """Ask, and once more if it broke off, was busy or failed; a refusal is `NoWay`, and is not repeated."""
    because = ""
    for attempt in range(TRIES):
        if attempt:
            time.sleep(server.rest_seconds)
        headers = {"User-Agent": "pratique", "Content-Type": "application/json"}
        request = urllib.request.Request(server.url + question.path, data=question.body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=server.seconds) as answer:
                data: bytes = answer.read(BYTES_MAX + 1)
            if len(data) > BYTES_MAX:
                raise NotAnswered("its answer is too long")
            return data
        except urllib.error.HTTPError as error:
            because = f"{error.code} {error.reason}"
            if error.code == 400 and _names_places(error.read(BYTES_MAX)):
                raise NoWay(because) from None
            if error.code < 500 and error.code != 429:
                break
        except urllib.error.URLError as error:
            because = f"not reached ({error.reason})"
        except TimeoutError:
            because = f"no answer within {server.seconds:g} s"
        except (OSError, http.client.HTTPException) as error:
            because = f"broke off ({type(error).__name__})"
    raise NotAnswered(because)


PLACE_CODES = frozenset({"NoSegment", "NoTable", "TooBig", 154, 170, 171, 442})
"""What a server says of the places and not of the question: OSRM's words; Valhalla's numbers (too far, not connected, no
edge near, no path)."""


def _names_places(body: bytes) -> bool:
    try:
        said = json.loads(body)
    except ValueError:
        return False
    return isinstance(said, dict) and (
        said.get("code") in PLACE_CODES or said.get("error_code") in PLACE_CODES
    )
