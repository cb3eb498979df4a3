"""Read a table of a document key by key; every fault is collected with its place and its remedy, none raised.

A `Table` wraps one table. Each reader takes a key and returns its value, or a harmless stand-in after noting the
problem; `close` complains of every key that nobody asked for, so a misspelt key never passes unseen.
"""

import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import TypeVar

from pratique.core.answers import Problem
from pratique.core.duties.rule import Attribute, Basis, Source, Want
from pratique.core.duties.vocabulary import Words

_MISSING = object()
_Found = TypeVar("_Found")


def read_text(
    *, text: str, name: str, read: Callable[["Table"], _Found]
) -> tuple[_Found | None, tuple[Problem, ...]]:
    """What `read` makes of TOML text, or None with every problem; `name` is what problems call the document."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        remedy = "correct the line named; texts stand in quotes"
        return None, (Problem("not_toml", name, str(error), remedy, fatal=True),)
    return read_content(content=content, name=name, read=read)


def read_content(
    *, content: Mapping[str, object], name: str, read: Callable[["Table"], _Found]
) -> tuple[_Found | None, tuple[Problem, ...]]:
    """The same of a document already taken apart."""
    problems: list[Problem] = []
    found = read(Table(content, name, problems))
    return (None if problems else found), tuple(problems)


class Table:
    """One table of a document, with its place in it and the list that its problems go to."""

    def __init__(self, content: object, where: str, problems: list[Problem]) -> None:
        self.where = where
        self.problems = problems
        self._content: dict[str, object] = {}
        self._asked: set[str] = set()
        if isinstance(content, Mapping):
            self._content = {str(key): value for key, value in content.items()}
        else:
            self.fault(
                "not_a_table",
                "",
                f"this is {_kind(content)}, a table is needed",
                "write it as key = value pairs",
            )

    def fault(self, code: str, key: str, message: str, remedy: str) -> None:
        """Note a problem at `key` of this table."""
        where = f"{self.where}, {key}" if key else self.where
        self.problems.append(Problem(code, where, message, remedy, fatal=True))

    def has(self, key: str) -> bool:
        """Whether the key is there; it counts as asked for."""
        self._asked.add(key)
        return key in self._content

    def names(self) -> tuple[str, ...]:
        """Every key, all of them counted as asked for: for tables whose keys are the author's own names."""
        self._asked.update(self._content)
        return tuple(self._content)

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not blank."""
        value = self._take(key, _MISSING if default is None else default)
        if value is _MISSING:
            return ""
        if isinstance(value, str) and (value.strip() or value == default):
            return value
        self.fault("not_text", key, f"{_kind(value)} where a text is needed", f'write {key} = "…"')
        return ""

    def one_of(self, key: str, allowed: Collection[str], default: str | None = None) -> str:
        """A text out of a closed list; the problem names the nearest one."""
        value = self.text(key, default)
        if value and value not in allowed:
            self._unknown(key, value, allowed)
            return default or sorted(allowed)[0]
        return value or default or sorted(allowed)[0]

    def texts(
        self, key: str, allowed: Collection[str] | None = None, *, needed: bool = False
    ) -> tuple[str, ...]:
        """A list of texts, out of a closed list if `allowed` is given; empty where the key is absent and not needed."""
        value = self._take(key, _MISSING if needed else [])
        if value is _MISSING:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fault("not_texts", key, "a list of texts is needed", f'write {key} = ["…", "…"]')
            return ()
        for item in value:
            if allowed is not None and item not in allowed:
                self._unknown(key, item, allowed)
        if needed and not value:
            self.fault("empty", key, "the list is empty", "name at least one")
        return tuple(value)

    def number(self, key: str, *, least: int, most: int = 10_000_000, default: int | None = None) -> int:
        """A whole number within bounds."""
        value = self._take(key, _MISSING if default is None else default)
        if value is _MISSING:
            return least
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault(
                "not_a_number",
                key,
                f"{_kind(value)} where a whole number is needed",
                f"write {key} = {least}",
            )
            return least
        if not least <= value <= most:
            self.fault("out_of_range", key, f"{value} is not from {least} to {most}", "correct the number")
            return least
        return value

    def numbers(self, key: str, *, least: int) -> tuple[int, ...]:
        """A rising list of whole numbers without repetition."""
        value = self._take(key)
        if value is _MISSING:
            return ()
        whole = isinstance(value, list) and all(isinstance(n, int) and not isinstance(n, bool) for n in value)
        if not isinstance(value, list) or not whole or not value:
            self.fault(
                "not_numbers", key, "a list of whole numbers is needed", f"write {key} = [1, 4, 7, 14]"
            )
            return ()
        if list(value) != sorted(set(value)):
            self.fault("not_rising", key, f"{value} does not rise", "sort the numbers and name each once")
            return ()
        if value[0] < least:
            self.fault(
                "out_of_range",
                key,
                f"{value[0]} is below {least}",
                f"count from {least}, the trigger's own day",
            )
            return ()
        return tuple(value)

    def flag(self, key: str) -> bool:
        """True or false; false where the key is absent."""
        value = self._take(key, False)
        if isinstance(value, bool):
            return value
        self.fault("not_a_flag", key, f"{_kind(value)} where true or false is needed", f"write {key} = true")
        return False

    def day(self, key: str) -> date:
        """A local date, as TOML writes it or as an ISO text."""
        if key not in self._content:
            self._take(key)
        return self.find_day(key) or date(1970, 1, 1)

    def find_day(self, key: str) -> date | None:
        """A local date, None where the key is absent."""
        value = self._take(key, None)
        if value is None:
            return None
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        self.fault("not_a_date", key, f"{value!s} is not a date", f"write {key} = 2021-05-14")
        return None

    def words(self, key: str) -> Words:
        """A title in both languages."""
        inner = self.table(key)
        if inner is None:
            return Words("", "")
        found = Words(inner.text("zh"), inner.text("en"))
        inner.close()
        return found

    def table(self, key: str, *, needed: bool = True) -> "Table | None":
        """An inner table, None where it is absent."""
        value = self._take(key, _MISSING if needed else None)
        if value is _MISSING or value is None:
            return None
        return Table(value, f"{self.where}, {key}", self.problems)

    def entries(self, key: str, *, needed: bool = False) -> "Iterator[tuple[str, Table]]":
        """The tables within a table whose keys are the author's own names."""
        inner = self.table(key, needed=needed)
        for name in inner.names() if inner else ():
            yield (
                name,
                Table(
                    inner._content[name] if inner else None, f"{self.where}, {key} '{name}'", self.problems
                ),
            )

    def tables(self, key: str, *, named: str = "") -> Iterator["Table"]:
        """A list of tables; each is placed by its number, and by the value of its `named` key if it has one."""
        value = self._take(key, [])
        if not isinstance(value, list):
            self.fault(
                "not_a_list", key, f"{_kind(value)} where a list of tables is needed", f"write [[{key}]]"
            )
            return
        for number, item in enumerate(value, start=1):
            name = item.get(named) if isinstance(item, Mapping) and named else None
            label = f"{key} {number} '{name}'" if isinstance(name, str) else f"{key} {number}"
            yield Table(item, f"{self.where}, {label}" if self.where else label, self.problems)

    def wants(self, key: str, allowed: Collection[str]) -> tuple[Want, ...]:
        """Requirements on attributes: a list (one of), a table with from and/or to (a number between), or true (there)."""
        inner = self.table(key, needed=False)
        if inner is None:
            return ()
        return tuple(inner._want(attribute, allowed) for attribute in inner.names())

    def sources(self, key: str) -> dict[str, Source]:
        """The documents that rules rest on, by the names under which they cite them."""
        found = {}
        for code, inner in self.entries(key, needed=True):
            mark, note = inner.one_of("mark", ("V", "S", "M")), inner.text("note", "")
            found[code] = Source(code, inner.words("title"), mark, note)
            inner.close()
        return found

    def sourced(self, sources: Mapping[str, Source]) -> tuple[str, Basis]:
        """The source of a rule and its basis; one that is from memory cannot carry a rule by itself."""
        source = self.one_of("source", tuple(sources) or ("?",))
        basis = Basis(self.one_of("basis", tuple(Basis)))
        if basis is Basis.SOURCE and source in sources and sources[source].mark == "M":
            remedy = 'find the text, or write basis = "local setting"'
            self.fault("unsourced", "basis", f"'{source}' is from memory", remedy)
        return source, basis

    def close(self) -> None:
        """Complain of keys that nobody asked for."""
        for key in self._content.keys() - self._asked:
            near = get_close_matches(key, self._asked, n=1)
            remedy = (
                f"did you mean '{near[0]}'?"
                if near
                else f"remove it; known here: {', '.join(sorted(self._asked))}"
            )
            self.fault("unknown_key", key, "no such key", remedy)

    def _want(self, attribute: str, allowed: Collection[str]) -> Want:
        if attribute not in allowed:
            self._unknown(attribute, attribute, allowed)
        value = self._content[attribute]
        if value is True:
            return Want(attribute)
        if isinstance(value, list) and value and all(isinstance(item, Attribute) for item in value):
            return Want(attribute, among=tuple(value))
        if isinstance(value, Mapping):
            bounds = Table(value, f"{self.where}, {attribute}", self.problems)
            least, most = bounds._bound("from"), bounds._bound("to")
            bounds.close()
            if least is None and most is None:
                bounds.fault("empty", "", "neither from nor to", "write { from = 34.0, to = 43.0 }")
            elif least is not None and most is not None and least > most:
                bounds.fault("out_of_range", "", f"from {least} is above to {most}", "swap them")
            return Want(attribute, least=least, most=most)
        remedy = 'write a list ["negative"], a range { from = 34.0, to = 43.0 }, or true for "must be there"'
        self.fault("not_a_requirement", attribute, f"{_kind(value)} is no requirement", remedy)
        return Want(attribute)

    def _bound(self, key: str) -> float | None:
        value = self._take(key, None)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fault("not_a_number", key, f"{_kind(value)} where a number is needed", f"write {key} = 37.3")
            return None
        return float(value)

    def _take(self, key: str, default: object = _MISSING) -> object:
        self._asked.add(key)
        if key in self._content:
            return self._content[key]
        if default is _MISSING:
            self.fault("missing", key, f"the key '{key}' is missing", "add it")
        return default

    def _unknown(self, key: str, value: str, allowed: Collection[str]) -> None:
        near = get_close_matches(value, allowed, n=1)
        remedy = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(sorted(allowed))}"
        self.fault("unknown_word", key, f"'{value}' is not known here", remedy)


def _kind(value: object) -> str:
    return "nothing" if value is None else f"{type(value).__name__} {value!r}"
