"""A sheet: every sentence that is said to travellers in one language, under keys that all languages share.

A sheet is TOML that a translator edits: sections of `[say]`, each key a sentence, with places in braces (``{when}``) for
what is filled in. The first languages (`GROUND`) are whole; another that lacks a sentence is no fault, the page then says
it in those. A sentence that lost a place, or has one that nothing fills, is a fault.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pratique.core.answers import Problem
from pratique.core.duties.table import Table, read_text

GROUND = ("en", "zh")
"""The languages that every sentence has, in the order in which a missing one is said instead."""

_PLACE = re.compile(r"\{([a-z_]+)\}")
_KEY = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One language: its code (ISO 639-1), its own name, edition, who reviewed it (empty: nobody), its sentences by key
    (``home.title``)."""

    language: str
    name: str
    edition: str
    reviewed_by: str
    sentences: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a file: the sheet, or the problems that forbid it (never both)."""

    sheet: Sheet | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence as it is said: its language and its words."""

    language: str
    words: str


def parse(*, text: str, name: str) -> Reading:
    """Read a sheet from TOML text; `name` is what problems call the file. Every fault is named."""
    return Reading(*read_text(text=text, name=name, read=_read))


def _read(top: Table) -> Sheet:
    found = Sheet(
        language=top.text("language"),
        name=top.text("name"),
        edition=top.text("edition"),
        reviewed_by=top.text("reviewed_by", ""),
        sentences={},
    )
    sentences: dict[str, str] = {}
    for section, table in top.entries("say", needed=True):
        for key in table.names():
            sentences[f"{section}.{key}"] = table.text(key)
            if not _KEY.fullmatch(key):
                table.fault(
                    "not_a_key", key, "a key is small letters and _", "use the key of the English sheet"
                )
            _check_braces(table, key, sentences[f"{section}.{key}"])
    top.close()
    return Sheet(found.language, found.name, found.edition, found.reviewed_by, sentences)


def _check_braces(table: Table, key: str, sentence: str) -> None:
    if re.search(r"[{}]", _PLACE.sub("", sentence)):
        table.fault("brace_open", key, "a brace that belongs to no place", "a place is written {like_this}")


def list_missing(*, sheet: Sheet, ground: Sheet) -> tuple[str, ...]:
    """The keys that a language still lacks, in the ground language's order."""
    return tuple(key for key in ground.sentences if key not in sheet.sentences)


def compare(*, sheet: Sheet, ground: Sheet) -> tuple[Problem, ...]:
    """What a translator must mend: keys that the ground language does not have, places lost or added."""
    problems = []
    for key, sentence in sheet.sentences.items():
        where = f"{sheet.language}, {key}"
        if key not in ground.sentences:
            problems.append(
                Problem(
                    "key_unknown", where, "no such sentence", "remove it, or use the key of the English sheet"
                )
            )
            continue
        wanted, has = list_places(ground.sentences[key]), list_places(sentence)
        if wanted != has:
            message = f"places {sorted(has)} where {sorted(wanted)} are needed"
            problems.append(Problem("places_differ", where, message, "keep every word in braces as it is"))
    return tuple(problems)


def list_places(sentence: str) -> frozenset[str]:
    """The places of a sentence that something is filled into."""
    return frozenset(_PLACE.findall(sentence))


def say(
    *, key: str, sheet: Sheet, grounds: Sequence[Sheet], filled: Mapping[str, object]
) -> tuple[Said, ...]:
    """A sentence in this language; where it lacks it, the same in each ground language. Raises KeyError for no key at all."""
    sheets = [sheet] if key in sheet.sentences else [g for g in grounds if key in g.sentences]
    if not sheets:
        raise KeyError(key)
    return tuple(Said(one.language, _fill(one.sentences[key], filled)) for one in sheets)


def _fill(sentence: str, filled: Mapping[str, object]) -> str:
    return _PLACE.sub(lambda place: str(filled[place[1]]), sentence)
