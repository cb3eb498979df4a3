"""The draw's file form: candidates, places, quotas, conflicts; read with every fault named, and the draw written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pratique.core.answers import Problem
from pratique.core.roster.draw import Candidate, Draw, Place
from pratique.core.roster.fields import Fields

VERSION = 1
COUNT_MAX = 10_000


@dataclass(frozen=True, slots=True)
class DrawProblem:
    """What a draw of one day is made from."""

    on: date
    candidates: tuple[Candidate, ...]
    places: tuple[Place, ...]
    quotas: Mapping[str, int]
    conflicts: tuple[tuple[str, str], ...]


def read(*, document: Any) -> tuple[DrawProblem | None, tuple[Problem, ...]]:
    """The draw's problem, or None with every fault in the document."""
    fields = Fields()
    if not isinstance(document, dict):
        fields.fault(
            "type", "document", "it is not an object", 'give {"kind": "draw", "on": …, "candidates": […]}'
        )
        return None, tuple(fields.problems)
    if document.get("kind") != "draw" or document.get("version") != VERSION:
        fields.fault("version", "kind", "it is not a draw of version 1", 'give "kind": "draw", "version": 1')
    on = fields.day(document, "on", "document")
    candidates: list[Candidate] = []
    for where, row in fields.rows(document, "candidates"):
        who = fields.word(row, "id", where)
        if who in {one.id for one in candidates}:
            fields.fault("duplicate", f"{where}.id", f"{who} stands twice", "name everybody once")
        last_on = fields.day(row, "last", where) if "last" in row else None
        drawn = fields.whole(row, "drawn", where, most=COUNT_MAX, default=0)
        possible = fields.whole(row, "possible", where, most=COUNT_MAX, default=0)
        unit, offers = fields.word(row, "unit", where), frozenset(fields.words(row, "offers", where))
        candidates.append(Candidate(who, unit, offers, drawn, possible, last_on))
    places = [
        Place(
            fields.word(row, "name", where),
            frozenset(fields.words(row, "needs", where)),
            fields.whole(row, "count", where, most=COUNT_MAX),
        )
        for where, row in fields.rows(document, "places")
    ]
    quotas = _read_quotas(fields, document)
    conflicts = _read_conflicts(fields, document, {one.id for one in candidates})
    if fields.problems or on is None:
        return None, tuple(fields.problems)
    return DrawProblem(on, tuple(candidates), tuple(places), quotas, conflicts), ()


def _read_quotas(fields: Fields, document: Mapping[str, Any]) -> dict[str, int]:
    found = document.get("quotas")
    if not isinstance(found, dict):
        fields.fault("type", "quotas", "there are no quotas by unit", 'give {"unit": 3}')
        return {}
    return {unit: fields.whole(found, unit, "quotas", most=COUNT_MAX) for unit in found}


def _read_conflicts(
    fields: Fields, document: Mapping[str, Any], known: set[str]
) -> tuple[tuple[str, str], ...]:
    pairs = document.get("conflicts", [])
    good = isinstance(pairs, list) and all(
        isinstance(pair, list) and len(pair) == 2 and set(map(str, pair)) <= known for pair in pairs
    )
    if not good:
        fields.fault("unknown", "conflicts", "they are no pairs of candidates", 'give [["id", "id"]]')
        return ()
    return tuple((str(one), str(other)) for one, other in pairs)


def write(*, on: date, draw: Draw) -> dict[str, Any]:
    """The draw's file form."""
    return {
        "version": VERSION,
        "kind": "draw",
        "on": on.isoformat(),
        "drawn": [
            {"id": who, "place": place}
            for who, place in sorted(draw.places.items(), key=lambda one: (one[1], one[0]))
        ],
        "short": [
            {"place": one.place, "missing": one.missing, "because": one.because, "remedy": one.remedy}
            for one in draw.short
        ],
    }
