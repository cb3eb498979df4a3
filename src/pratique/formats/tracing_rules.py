"""An edition of tracing rules as a TOML file. Every fault is named with place and remedy, and a file with one is not used."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

import msgspec

from pratique.core.answers import Problem
from pratique.core.duties.vocabulary import Words
from pratique.core.tracing.case import FACTS
from pratique.core.tracing.edition import Definition, Edition, Near, Rule, Window
from pratique.formats import toml_text
from pratique.formats.words import Twin

REMEDY = Words(
    "参见随附版本 protocols/tracing/cn-2020.toml", "see the shipped edition, protocols/tracing/cn-2020.toml"
)
BELOW = Words("不能小于0", "it is below 0")
UNKNOWN = Words("没有这个字段", "this field is not known")
MORE = Words("请填0或更大的数", "give 0 or more")
AIR = frozenset({"filtered", "unfiltered", "sealed", "aired"})
_RENAMED = {"from": "from_on", "until": "until_on", "rule": "rules", "case": "definitions"}


def read(*, data: bytes) -> tuple[Edition | None, tuple[Problem, ...]]:
    """The edition a file states, or None with every fault found."""
    document, problems = toml_text.take_apart(
        data=data, prefix="tracing-rules", remedy=REMEDY.en, remedy_zh=REMEDY.zh
    )
    if document is None:
        return None, problems
    if unknown := tuple(_list_unknown(document)):
        return None, unknown
    try:
        found = msgspec.convert(
            {"until_on": None} | {_RENAMED.get(name, name): value for name, value in document.items()},
            Edition,
        )
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$.")
        return None, (_fault("form", _name(path.rstrip("`")), toml_text.say_form(message), REMEDY),)
    problems = tuple(_hold(found))
    return (None if problems else found), problems


def _fault(code: str, where: str, message: Words, remedy: Words) -> Problem:
    return Twin(f"tracing-rules-{code}", where, message.en, remedy.en, True, message.zh, remedy.zh)


def _one_of(known: Iterable[str]) -> Words:
    listed = ", ".join(sorted(known))
    return Words(f"可选：{listed}", f"one of {listed}")


def _name(path: str) -> str:
    """A path in the words of the file."""
    head, dot, tail = path.partition(".")
    name, bracket, rest = head.partition("[")
    told = {renamed: name for name, renamed in _RENAMED.items()}.get(name, name)
    return f"{told}{bracket}{rest}{dot}{tail}" or "file"


def _list_unknown(document: dict[str, Any]) -> Iterator[Problem]:
    """Fields that no table has."""
    tables: list[tuple[str, Any, type]] = [("window", document.get("window"), Window)]
    for name, kind in (("rule", Rule), ("case", Definition)):
        rows = document.get(name)
        tables += [
            (f"{name}[{n}]", row, kind) for n, row in enumerate(rows if isinstance(rows, list) else ())
        ]
    known = {field.name for field in fields(Edition)} - set(_RENAMED.values()) | set(_RENAMED)
    for name in sorted(document.keys() - known):
        yield _fault("form", name, UNKNOWN, REMEDY)
    for where, table, kind in tables:
        if isinstance(table, dict):
            for name in sorted(table.keys() - {field.name for field in fields(kind)}):
                yield _fault("form", f"{where}.{name}", UNKNOWN, REMEDY)


def _hold(found: Edition) -> Iterator[Problem]:
    """What the form alone cannot show."""
    if found.until_on is not None and found.until_on < found.from_on:
        yield _fault(
            "dates",
            "until",
            Words("早于 from", "it is before `from`"),
            Words("请填更晚的日期，或不填", "give a later day or leave it out"),
        )
    for name in ("onset_hours", "sample_hours"):
        if getattr(found.window, name) < 0:
            yield _fault("range", f"window.{name}", BELOW, MORE)
    if not found.rules:
        yield _fault(
            "form",
            "rule",
            Words("没有任何规则", "there is no rule"),
            Words("请写 [[rule]]", "write [[rule]]"),
        )
    for kind in ("rules", "definitions"):
        times = Counter(one.code for one in getattr(found, kind))
        for code in (code for code, number in times.items() if number > 1):
            where = _name(kind)
            yield _fault(
                "code",
                where,
                Words(f"{code} 出现{times[code]}次", f"{code} stands {times[code]} times"),
                Words("每条须有自己的代码", "give each a code of its own"),
            )
    cited = [("window", found.window.source)]
    cited += [(f"rule {rule.code}", rule.source) for rule in found.rules]
    cited += [(f"case {one.code}", one.source) for one in found.definitions]
    for where, source in cited:
        if source not in found.sources:
            yield _fault(
                "source",
                where,
                Words(f"没有来源“{source}”", f"there is no source {source!r}"),
                Words(f"请写 [sources.{source}]", f"write [sources.{source}]"),
            )
    for rule in found.rules:
        yield from _hold_rule(rule)
    for one in found.definitions:
        for fact in (fact.removeprefix("!") for facts in one.alternatives for fact in facts):
            if fact not in FACTS:
                said = Words(f"没有“{fact}”这一事实", f"{fact!r} is no known fact")
                yield _fault("fact", f"case {one.code}", said, _one_of(FACTS))


def _hold_rule(rule: Rule) -> Iterator[Problem]:
    where = f"rule {rule.code}"
    for name in ("distance", "aisle_seats", "minutes_min", "within_minutes"):
        if getattr(rule, name) < 0:
            yield _fault("range", f"{where}.{name}", BELOW, MORE)
    if rule.near in (Near.ROWS, Near.SEATS) and rule.distance == 0:
        yield _fault(
            "range",
            f"{where}.distance",
            Words(f"near 为 {rule.near} 时须有距离", f"near {rule.near} needs a distance"),
            Words("请填1或更大的数", "give 1 or more"),
        )
    if not rule.settings:
        yield _fault(
            "form",
            f"{where}.settings",
            Words("没有适用场所", "it holds nowhere"),
            Words("请至少写一种场所", "name at least one setting"),
        )
    for air in rule.air:
        if air not in AIR:
            yield _fault("air", f"{where}.air", Words(f"没有“{air}”", f"{air!r} is not known"), _one_of(AIR))
    if rule.protection_from is not None and not 0 <= rule.protection_from <= 3:
        yield _fault(
            "range",
            f"{where}.protection_from",
            Words("没有这个防护级别", "it is no level of protection"),
            Words("请填0至3", "give 0 to 3"),
        )
