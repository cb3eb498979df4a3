"""Takes fields out of a document and collects every fault with its place and remedy."""

import math
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

from pratique.core.answers import Problem
from pratique.core.roster.problem import DAY_MINUTES

_Made = TypeVar("_Made")
_MOST = 1e9


class Fields:
    """The faults so far. Within `leaving_out` a fault spoils one row; elsewhere it refuses the document."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._fatal = True
        self._since = 0

    @property
    def is_refused(self) -> bool:
        """Whether the document cannot be taken at all."""
        return any(one.fatal for one in self.problems)

    @property
    def is_spoilt(self) -> bool:
        """Whether the row being left out or kept has a fault."""
        return len(self.problems) > self._since

    @contextmanager
    def leaving_out(self, what: str) -> Iterator[None]:
        """Faults inside concern one row only: it is left out, which each of them says."""
        self._fatal, self._since = False, len(self.problems)
        yield
        self._fatal = True
        for index in range(self._since, len(self.problems)):
            one = self.problems[index]
            self.problems[index] = Problem(one.code, one.where, f"{one.message}: {what}", one.remedy)

    def fault(self, code: str, where: str, message: str, remedy: str) -> None:
        """One more fault."""
        self.problems.append(Problem(f"roster-{code}", where, message, remedy, self._fatal))

    def number(self, row: Mapping[str, Any], key: str, where: str, *, default: float | None = None) -> float:
        """A finite number, 0 or more."""
        value = row.get(key, default)
        place = f"{where}.{key}"
        if value is None:
            self.fault("missing", place, "there is no value", "give a number")
        elif isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
            self.fault("type", place, f"{str(value)[:40]!r} is not a number", "give a finite number")
        elif not 0 <= value <= _MOST:
            self.fault("range", place, "it is too small or too large", f"give 0 to {_MOST:.0f}")
        else:
            return float(value)
        return 0.0

    def whole(
        self,
        row: Mapping[str, Any],
        key: str,
        where: str,
        *,
        least: int = 0,
        most: int = 10**9,
        default: int | None = None,
    ) -> int:
        """A whole number between two."""
        before = len(self.problems)
        value = self.number(row, key, where, default=default)
        if len(self.problems) > before:
            return least
        if value != int(value):
            self.fault("type", f"{where}.{key}", f"{value} is not whole", "give a whole number")
        elif not least <= value <= most:
            self.fault("range", f"{where}.{key}", f"{value:.0f} is out of range", f"give {least} to {most}")
            return least
        return int(value)

    def word(
        self, row: Mapping[str, Any], key: str, where: str, allowed: Container[str] | None = None
    ) -> str:
        """A text, one of those allowed."""
        value = row.get(key)
        if not isinstance(value, str) or not value:
            self.fault("type", f"{where}.{key}", f"{str(value)[:40]!r} is not a word", "give a text")
            return ""
        if allowed is not None and value not in allowed:
            self.fault(
                "unknown", f"{where}.{key}", f"there is no {value[:40]!r}", "name one that the file defines"
            )
        return value

    def words(self, row: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
        """Some words, that may be left out."""
        value = row.get(key, [])
        if isinstance(value, list) and all(isinstance(one, str) and one for one in value):
            return tuple(value)
        self.fault("type", f"{where}.{key}", "it is no list of words", 'give a list such as ["ppe"]')
        return ()

    def known(self, row: Mapping[str, Any], key: str, where: str, allowed: Container[str]) -> tuple[str, ...]:
        """Some words, each of which the file defines."""
        found = self.words(row, key, where)
        for one in found:
            if one not in allowed:
                self.fault(
                    "unknown", f"{where}.{key}", f"there is no {one[:40]!r}", "name one that the file defines"
                )
        return found

    def truth(self, row: Mapping[str, Any], key: str, where: str) -> bool:
        """Yes or no; left out: no."""
        value = row.get(key, False)
        if not isinstance(value, bool):
            self.fault(
                "type", f"{where}.{key}", f"{str(value)[:40]!r} is not true or false", "give true or false"
            )
        return value is True

    def minute(self, row: Mapping[str, Any], key: str, where: str) -> int:
        """A time of day as minutes; 24:00 is the end of the day."""
        value = row.get(key)
        parts = value.split(":") if isinstance(value, str) else []
        if len(parts) == 2 and all(one.isascii() and one.isdigit() and len(one) == 2 for one in parts):
            minutes = int(parts[0]) * 60 + int(parts[1])
            if int(parts[1]) < 60 and minutes <= DAY_MINUTES:
                return minutes
        self.fault(
            "time", f"{where}.{key}", f"{str(value)[:40]!r} is no time of day", "give one such as 08:00"
        )
        return 0

    def day(self, row: Mapping[str, Any], key: str, where: str) -> date | None:
        """A date."""
        value = row.get(key)
        try:
            found = date.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            found = None
        if found is None or not 1900 <= found.year <= 2200:
            self.fault(
                "date", f"{where}.{key}", f"{str(value)[:40]!r} is no date", "give one such as 2020-04-06"
            )
            return None
        return found

    def dates(self, row: Mapping[str, Any], key: str, where: str) -> tuple[date, ...]:
        """Some dates."""
        value = row.get(key)
        if not isinstance(value, list):
            self.fault(
                "type", f"{where}.{key}", "it is no list of dates", 'give a list such as ["2020-04-06"]'
            )
            return ()
        found = [self.day({key: one}, key, where) for one in value]
        return tuple(one for one in found if one is not None)

    def span(self, row: Mapping[str, Any], where: str) -> tuple[date | None, date | None]:
        """`from` and `until`, either of which may be left out."""
        first = self.day(row, "from", where) if row.get("from") is not None else None
        last = self.day(row, "until", where) if row.get("until") is not None else None
        if first is not None and last is not None and last < first:
            self.fault("span", f"{where}.until", f"{last} is before {first}", "swap the two")
        return first, last

    def table(self, row: Mapping[str, Any], key: str, where: str = "document") -> Mapping[str, Any]:
        """An object, that may be left out."""
        value = row.get(key, {})
        if isinstance(value, dict):
            return value
        self.fault("type", f"{where}.{key}", "it is not an object", f'give "{key}": {{...}}')
        return {}

    def rows(
        self,
        row: Mapping[str, Any],
        key: str,
        where: str = "",
        *,
        needed: bool = True,
        short: str = "",
        keeps: bool = False,
    ) -> list[tuple[str, Mapping[str, Any]]]:
        """A list of objects with their places; `short`: the key that a plain word stands for; `keeps`: a row
        that is no object is left out and the others are kept."""
        place = f"{where}.{key}" if where else key
        value = row.get(key)
        if value is None and not needed:
            return []
        if not isinstance(value, list):
            self.fault("missing", place, f"there is no list of {key}", f'add "{key}": [...]')
            return []
        found: list[tuple[str, Mapping[str, Any]]] = []
        for index, one in enumerate(value):
            if isinstance(one, dict):
                found.append((f"{place}[{index}]", one))
            elif short and isinstance(one, str):
                found.append((f"{place}[{index}]", {short: one}))
            else:
                what, remedy = f"{str(one)[:40]!r} is not an object", "give an object"
                fatal = self._fatal and not keeps
                self.problems.append(Problem("roster-type", f"{place}[{index}]", what, remedy, fatal))
        return found

    def keyed(
        self,
        document: Mapping[str, Any],
        key: str,
        make: Callable[[str, Mapping[str, Any]], _Made],
        *,
        needed: bool = True,
    ) -> dict[str, _Made]:
        """A list of objects by their `id`."""
        found: dict[str, _Made] = {}
        for where, row in self.rows(document, key, needed=needed):
            identity = self.word(row, "id", where)
            if identity in found:
                self.fault(
                    "duplicate", f"{where}.id", f"{identity[:40]} occurs twice", "give each its own id"
                )
            found[identity] = make(where, row)
        if needed and not found and key in document:
            self.fault("missing", key, "the list is empty", f"add at least one of {key}")
        return found


def _is_finite(value: float) -> bool:
    return isinstance(value, int) or math.isfinite(value)
