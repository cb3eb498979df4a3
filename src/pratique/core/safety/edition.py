"""The rules of internal safety as data: checklists, levels of protection and the posts that need them, supplies."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pratique.core.answers import Problem
from pratique.core.duties.rule import Basis, Source
from pratique.core.duties.table import Table, read_text
from pratique.core.duties.vocabulary import Words


class About(StrEnum):
    """What a checklist looks at."""

    FACILITY = "facility"
    PLACE = "place"
    VEHICLE = "vehicle"
    LODGING = "lodging"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Item:
    """One line to look at. `topic` is what an issue about it is filed under; a defect of a `grave` one stops the work: a
    breach of protection, a passage that crosses."""

    code: str
    title: Words
    topic: str
    grave: bool = False


@dataclass(frozen=True, slots=True)
class Checklist:
    """What is looked at together, in the order in which one walks."""

    code: str
    title: Words
    about: About
    items: tuple[Item, ...]
    source: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Level:
    """A level of personal protective equipment: the supplies that one donning takes."""

    code: str
    title: Words
    wears: tuple[str, ...]
    source: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Supply:
    """Something that is counted; below `days_min` days of use it is low."""

    code: str
    title: Words
    unit: Words
    days_min: int


@dataclass(frozen=True, slots=True)
class Meal:
    """A meal that is cooked every day: when it is served, in minutes of the day, and whether only for those on shift."""

    code: str
    title: Words
    at_minutes: int
    on_shift: bool = False


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of the rules. `posts` says which level each post needs."""

    code: str
    jurisdiction: str
    title: Words
    sources: Mapping[str, Source]
    checklists: tuple[Checklist, ...]
    levels: tuple[Level, ...]
    posts: Mapping[str, str]
    supplies: tuple[Supply, ...]
    meals: tuple[Meal, ...] = ()

    def find_checklist(self, code: str) -> Checklist | None:
        """The checklist of this code."""
        return next((one for one in self.checklists if one.code == code), None)

    def find_level(self, post: str) -> Level | None:
        """What a post needs, None where the rules say nothing about it."""
        return next((one for one in self.levels if one.code == self.posts.get(post)), None)

    def find_supply(self, code: str) -> Supply | None:
        """The supply of this code."""
        return next((one for one in self.supplies if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a file: the edition, or the problems that forbid it (never both)."""

    edition: Edition | None
    problems: tuple[Problem, ...]


def parse(*, text: str, name: str, topics: tuple[str, ...]) -> Reading:
    """Read an edition from TOML text; `name` is what problems call the file, `topics` what an item may be filed under.
    Every fault is named."""
    return Reading(*read_text(text=text, name=name, read=lambda top: _read(top, topics)))


def _read(top: Table, topics: tuple[str, ...]) -> Edition:
    sources = top.sources("sources")
    supplies = tuple(_supply(table) for table in top.tables("supply", named="code"))
    _require_single(top, "supply", [one.code for one in supplies])
    names = tuple(one.code for one in supplies)
    levels = tuple(_level(table, sources, names) for table in top.tables("level", named="code"))
    _require_single(top, "level", [one.code for one in levels])
    posts = top.table("posts", needed=False)
    codes = tuple(one.code for one in levels)
    found = Edition(
        code=top.text("code"),
        jurisdiction=top.text("jurisdiction"),
        title=top.words("title"),
        sources=sources,
        checklists=tuple(
            _checklist(table, sources, topics) for table in top.tables("checklist", named="code")
        ),
        levels=levels,
        posts={post: posts.one_of(post, codes) for post in posts.names()} if posts else {},
        supplies=supplies,
        meals=tuple(_meal(table) for table in top.tables("meal", named="code")),
    )
    _require_single(top, "meal", [one.code for one in found.meals])
    _require_single(top, "checklist", [one.code for one in found.checklists])
    top.close()
    return found


def _checklist(table: Table, sources: Mapping[str, Source], topics: tuple[str, ...]) -> Checklist:
    source, basis = table.sourced(sources)
    found = Checklist(
        code=table.text("code"),
        title=table.words("title"),
        about=About(table.one_of("about", tuple(About))),
        items=tuple(_item(inner, topics) for inner in table.tables("item", named="code")),
        source=source,
        basis=basis,
    )
    if not found.items:
        table.fault("empty", "item", "the checklist has nothing to look at", "write [[checklist.item]]")
    _require_single(table, "item", [item.code for item in found.items])
    table.close()
    return found


def _item(table: Table, topics: tuple[str, ...]) -> Item:
    found = Item(table.text("code"), table.words("title"), table.one_of("topic", topics), table.flag("grave"))
    table.close()
    return found


def _level(table: Table, sources: Mapping[str, Source], supplies: tuple[str, ...]) -> Level:
    source, basis = table.sourced(sources)
    found = Level(table.text("code"), table.words("title"), table.texts("wears", supplies), source, basis)
    table.close()
    return found


def _supply(table: Table) -> Supply:
    found = Supply(
        table.text("code"),
        table.words("title"),
        table.words("unit"),
        table.number("days_min", least=1, most=365),
    )
    table.close()
    return found


def _meal(table: Table) -> Meal:
    found = Meal(
        table.text("code"),
        table.words("title"),
        table.number("at_minutes", least=0, most=1439),
        table.flag("on_shift"),
    )
    table.close()
    return found


def _require_single(table: Table, key: str, codes: list[str]) -> None:
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        table.fault("code_twice", key, f"{', '.join(twice)} stands twice", "give each its own code")
