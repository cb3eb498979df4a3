"""Who of each flight is where, and who is still open: what must be empty before a flight may be closed."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from pratique.core.answers import Objection, Refused
from pratique.core.custody.entry import FlightId, Ground, Kind, TravellerId
from pratique.core.custody.fold import Books

NO_FLIGHT = FlightId("")
"""Where those are mustered whose flight nobody knows, so that they too are on somebody's list."""

OPEN_KINDS = (Kind.CABIN, Kind.HALL, Kind.HOLDING, Kind.TRIP)
"""Whoever is with one of these has not yet been accepted where they belong."""

_Names: TypeAlias = frozenset[TravellerId]


@dataclass(frozen=True, slots=True)
class Muster:
    """The people of one flight. `expected` are those on its list who are with nobody yet, `held` those with
    custodians of each kind, exits among them; `disputed` and `unmanifested` name some of these once more."""

    flight: FlightId
    expected: _Names = frozenset()
    held: Mapping[Kind, _Names] = field(default_factory=dict)
    disputed: _Names = frozenset()
    unmanifested: _Names = frozenset()

    def with_kind(self, kind: Kind) -> _Names:
        """Who is with a custodian of this kind."""
        return self.held.get(kind, frozenset())

    def count(self, kind: Kind) -> int:
        """How many are with custodians of this kind."""
        return len(self.with_kind(kind))

    @property
    def total(self) -> int:
        """Everybody of this flight."""
        return len(self.expected) + sum(map(len, self.held.values()))

    @property
    def open(self) -> _Names:
        """Listed, but not yet accepted by a facility or a hospital, nor out by an exit."""
        return self.expected.union(*(self.with_kind(kind) for kind in OPEN_KINDS))


def muster(*, books: Books, ground: Ground, listed: Mapping[TravellerId, FlightId]) -> dict[FlightId, Muster]:
    """Everybody in the book or on a list, by flight: each exactly once.

    A traveller counts with the flight they entered by; one who has not entered, or entered by no known flight, with
    the flight whose list names them, else with `NO_FLIGHT`. `listed` may name travellers who have since been linked.
    """
    on_list = {books.read_as(traveller): flight for traveller, flight in sorted(listed.items())}
    expected: dict[FlightId, set[TravellerId]] = defaultdict(set)
    held: dict[FlightId, dict[Kind, set[TravellerId]]] = defaultdict(lambda: defaultdict(set))
    disputed: dict[FlightId, set[TravellerId]] = defaultdict(set)
    unmanifested: dict[FlightId, set[TravellerId]] = defaultdict(set)
    for traveller in sorted({*on_list, *books.accounts}):
        account = books.accounts.get(traveller)
        position = account.position if account else None
        flight = (position.flight if position else None) or on_list.get(traveller, NO_FLIGHT)
        kind = ground.kind_of(position.holder) if position else None
        if kind is not None:
            held[flight][kind].add(traveller)
        elif position is not None or traveller in on_list:
            expected[flight].add(traveller)
        if account is not None and account.disputes:
            disputed[flight].add(traveller)
        if position is not None and not position.manifested:
            unmanifested[flight].add(traveller)
    return {
        flight: Muster(
            flight=flight,
            expected=frozenset(expected[flight]),
            held={kind: frozenset(names) for kind, names in held[flight].items()},
            disputed=frozenset(disputed[flight]),
            unmanifested=frozenset(unmanifested[flight]),
        )
        for flight in sorted({*expected, *held, *disputed})
    }


def list_obstacles(*, muster: Muster) -> list[Objection]:
    """Every name over which a flight cannot be closed: the open ones with where they are, then the disputed ones."""
    where = {t: kind.value for kind in OPEN_KINDS for t in muster.with_kind(kind)}
    found = [Objection("flight_open", t, where.get(t, "expected")) for t in sorted(muster.open)]
    return found + [
        Objection("flight_disputed", t, "a scan waits for a ruling") for t in sorted(muster.disputed)
    ]


def close_refusal(*, muster: Muster) -> Refused | None:
    """Why this flight cannot be closed, naming everybody over whom; None if it can."""
    obstacles = list_obstacles(muster=muster)
    if not obstacles:
        return None
    code = obstacles[0].code
    names = ", ".join(f"{o.subject} ({o.because})" for o in obstacles)
    return Refused(code, f"{len(muster.open)} open, {len(muster.disputed)} disputed: {names}")
