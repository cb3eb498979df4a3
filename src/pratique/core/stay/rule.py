"""Rules of a stay as data: how rooms are given, and by whom a stay may be made longer or shorter."""

from collections.abc import Mapping
from dataclasses import dataclass

from pratique.core.answers import Problem
from pratique.core.duties.rule import Basis, Source
from pratique.core.duties.table import Table, read_text
from pratique.core.duties.vocabulary import RANKS, Words


@dataclass(frozen=True, slots=True)
class Rooms:
    """How rooms are given: households of one room where one is large enough, one flight on a floor, the highest floor
    for whoever needs a low one. That classes are never mixed on a floor is no setting."""

    household_together: bool
    flight_by_floor: bool
    low_floor_max: int
    source: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Change:
    """Who may make a stay longer, or shorter (two persons, of these ranks or above), by how many days at most in all."""

    rank: str
    second_rank: str
    days_max: int
    source: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Rules:
    """One edition of the rules of a stay."""

    code: str
    jurisdiction: str
    title: Words
    sources: tuple[Source, ...]
    rooms: Rooms
    extension: Change
    reduction: Change


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a file: the rules, or the problems that forbid it (never both)."""

    rules: Rules | None
    problems: tuple[Problem, ...]


def parse(*, text: str, name: str) -> Reading:
    """Read the rules of a stay from TOML text; `name` is what problems call the file. Every fault is named."""
    return Reading(*read_text(text=text, name=name, read=_read))


def _read(top: Table) -> Rules:
    sources = top.sources("sources")
    found = Rules(
        code=top.text("code"),
        jurisdiction=top.text("jurisdiction"),
        title=top.words("title"),
        sources=tuple(sources.values()),
        rooms=_rooms(top, sources),
        extension=_change(top, "extension", sources),
        reduction=_change(top, "reduction", sources),
    )
    top.close()
    return found


def _rooms(top: Table, sources: Mapping[str, Source]) -> Rooms:
    table = top.table("rooms") or Table({}, "rooms", [])
    source, basis = table.sourced(sources)
    found = Rooms(
        table.flag("household_together"),
        table.flag("flight_by_floor"),
        table.number("low_floor_max", least=1, most=200),
        source,
        basis,
    )
    table.close()
    return found


def _change(top: Table, key: str, sources: Mapping[str, Source]) -> Change:
    table = top.table(key) or Table({}, key, [])
    source, basis = table.sourced(sources)
    rank = table.one_of("rank", RANKS)
    second_rank = table.one_of("second_rank", RANKS, rank)
    found = Change(rank, second_rank, table.number("days_max", least=1, most=60), source, basis)
    table.close()
    return found
