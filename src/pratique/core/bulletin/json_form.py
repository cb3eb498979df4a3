"""`figures.json`: a bulletin written as text with stable keys, and read back.

The keys are the field names of `edition`; a figure stands under its code. A cell is a number, null (nobody counted)
or ``{"at_least": 1, "at_most": 4}``. Kilometres are the only numbers with a decimal.
"""

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, NoReturn, Union, get_args, get_origin, get_type_hints

from pratique.core.answers import Problem
from pratique.core.bulletin.edition import Bulletin
from pratique.core.bulletin.table import BY_CODE

FORMAT = "pratique-bulletin"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the bulletin, None if it was refused, and every problem found on the way."""

    bulletin: Bulletin | None
    problems: tuple[Problem, ...] = ()


def write(*, bulletin: Bulletin) -> str:
    """The bulletin as JSON, two spaces deep, keys in a fixed order, ending in a line feed: the same for the same."""
    plain = {"format": FORMAT, "version": VERSION, **_to_plain(bulletin)}
    return json.dumps(plain, ensure_ascii=False, indent=2) + "\n"


def read(*, text: str) -> Reading:
    """Read what `write` wrote. A key that is not known is named and passed over; anything else amiss refuses it."""
    try:
        plain = json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
    except ValueError as error:
        return _refuse(
            "bulletin_not_json", "file", f"not JSON: {error}", "hand in the file as it was written"
        )
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        because = f"no “{FORMAT}” in its “format”"
        return _refuse("bulletin_unknown_format", "format", because, "hand in a figures.json of a bulletin")
    if plain.get("version") != VERSION:
        because = f"version {plain.get('version')!r}, this program reads {VERSION}"
        return _refuse(
            "bulletin_unknown_version", "version", because, "read it with the program that wrote it"
        )
    notes = _Notes()
    body = {key: value for key, value in plain.items() if key not in ("format", "version")}
    body["figures"] = _keep_known_figures(body.get("figures"), notes)
    try:
        bulletin = _from_plain(Bulletin, body, "", notes)
    except _FaultyError as fault:
        remedy = "compare with docs/reference/bulletin.md, or hand in the file as it was written"
        refusal = Problem("bulletin_faulty", fault.where, fault.message, remedy, fatal=True)
        return Reading(None, (*notes.problems, refusal))
    return Reading(bulletin, tuple(notes.problems))


@dataclass(slots=True)
class _Notes:
    """What was passed over while reading."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, code: str, where: str, message: str) -> None:
        self.problems.append(Problem(code, where, message, "nothing to do if a later edition wrote it"))


class _FaultyError(Exception):
    def __init__(self, where: str, message: str) -> None:
        super().__init__(message)
        self.where = where or "file"
        self.message = message


def _refuse(code: str, where: str, message: str, remedy: str) -> Reading:
    return Reading(None, (Problem(code, where, message, remedy, fatal=True),))


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _keep_known_figures(figures: object, notes: _Notes) -> object:
    if not isinstance(figures, dict):
        return figures
    for code in figures:
        if code not in BY_CODE:
            notes.add("bulletin_figure_unknown", f"figures.{code}", f"there is no figure “{code}”")
    return {code: line for code, line in figures.items() if code in BY_CODE}


def _to_plain(value: object) -> Any:
    """A value of `edition` as JSON has it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _to_plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _to_plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [_to_plain(inner) for inner in value]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def _from_plain(kind: Any, plain: object, where: str, notes: _Notes) -> Any:
    """A value of the annotated kind from what JSON has."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _read_one_of(inner, plain, where, notes)
    if origin is tuple:
        return _read_tuple(inner, plain, where, notes)
    if origin is not None and issubclass(origin, Mapping):
        rows = _expect(dict, plain, where)
        return {key: _from_plain(inner[1], value, f"{where}.{key}", notes) for key, value in rows.items()}
    if is_dataclass(kind):
        return _read_record(kind, plain, where, notes)
    return _read_scalar(kind, plain, where)


def _read_one_of(kinds: tuple[Any, ...], plain: object, where: str, notes: _Notes) -> Any:
    if plain is None:
        if type(None) in kinds:
            return None
        raise _FaultyError(where, "missing")
    if isinstance(plain, dict):
        record = next((kind for kind in kinds if is_dataclass(kind)), None)
        if record is not None:
            return _from_plain(record, plain, where, notes)
    for kind in (k for k in kinds if k is not type(None) and not is_dataclass(k)):
        try:
            return _from_plain(kind, plain, where, notes)
        except _FaultyError:
            continue
    raise _FaultyError(where, f"{plain!r} is not what stands here")


def _read_tuple(kinds: tuple[Any, ...], plain: object, where: str, notes: _Notes) -> tuple[Any, ...]:
    rows = _expect(list, plain, where)
    return tuple(_from_plain(kinds[0], row, f"{where}[{n}]", notes) for n, row in enumerate(rows))


def _read_record(kind: Any, plain: object, where: str, notes: _Notes) -> Any:
    record = _expect(dict, plain, where)
    hints = _find_hints(kind)
    prefix = f"{where}." if where else ""
    for key in record:
        if key not in hints:
            notes.add("bulletin_key_unknown", f"{prefix}{key}", f"there is no “{key}” here")
    read = {}
    for f in fields(kind):
        if f.name in record:
            read[f.name] = _from_plain(hints[f.name], record[f.name], f"{prefix}{f.name}", notes)
        elif f.default is MISSING and f.default_factory is MISSING:
            raise _FaultyError(f"{prefix}{f.name}", "missing")
    return kind(**read)


@cache
def _find_hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _read_scalar(kind: Any, plain: object, where: str) -> Any:
    if kind is Decimal:
        if not isinstance(plain, Decimal):
            raise _FaultyError(where, f"{plain!r} is not a number with a decimal")
        return plain
    if kind in (date, datetime) or issubclass(kind, StrEnum):
        return _read_text(kind, plain, where)
    return _expect(kind, plain, where)


def _read_text(kind: Any, plain: object, where: str) -> Any:
    text = _expect(str, plain, where)
    try:
        value = kind(text) if issubclass(kind, StrEnum) else kind.fromisoformat(text)
    except ValueError:
        raise _FaultyError(where, f"{text!r} is not a {kind.__name__}") from None
    if kind is datetime and value.tzinfo is None:
        raise _FaultyError(where, f"{text!r} has no offset from UTC")
    return value


def _expect(kind: Any, plain: object, where: str) -> Any:
    if not isinstance(plain, kind) or isinstance(plain, bool) is not (kind is bool):
        raise _FaultyError(where, f"{plain!r} is not a {kind.__name__}")
    return plain
