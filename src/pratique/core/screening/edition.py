"""An edition of screening rules: facts to channels, levels of places, and the steps for ill travellers. Data, not code."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pratique.core.answers import Problem
from pratique.core.duties.rule import Basis, Source, Want
from pratique.core.duties.table import Table, read_text
from pratique.core.duties.vocabulary import POSTS, Words
from pratique.core.screening.exemption import Sort as ExemptionSort
from pratique.core.screening.fact import FACTS, NONE, WHO_A_PERSON_IS, Sort


class Channel(StrEnum):
    """Where somebody is sent from the desk."""

    ORDINARY = "ordinary"
    CONTACT = "contact"
    SYMPTOMATIC = "symptomatic"
    EXEMPT = "exempt"
    TRANSIT = "transit"
    CREW = "crew"


EASIER = frozenset({Channel.EXEMPT, Channel.TRANSIT, Channel.CREW})
"""Channels that ask less than the ordinary one: nobody is sent there while a fact is missing that might bar it."""

GUARDED = {Channel.EXEMPT: {sort.value for sort in ExemptionSort} - {"transit"}, Channel.TRANSIT: {"transit"}}
"""Channels that lead off the loop: a rule to them must ask for an exemption of one of these sorts."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Whoever meets all of `every`, and at least one of `any_of` where there is any, goes to this channel."""

    code: str
    channel: Channel
    title: Words
    every: tuple[Want, ...]
    any_of: tuple[Want, ...]
    source: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Grading:
    """A place (an ISO 3166 code, refined by dashes) has a level from a day until another, both included."""

    place: str
    level: str
    from_on: date
    until_on: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step for an ill traveller: who does it, what it needs to be there first, within how many minutes of the last."""

    code: str
    title: Words
    owner: str
    needs: tuple[str, ...]
    within_minutes: int
    source: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition. `precedence` orders channels, the first wins; `levels` rise; `level_unknown` is what a place counts
    as that nobody graded; `history_days` how far back a journey is asked, the day of arrival not counted; `needs` names
    what steps may need. `local` names the parts that are the port's own."""

    code: str
    jurisdiction: str
    from_on: date
    until_on: date | None
    title: Words
    sources: tuple[Source, ...]
    precedence: tuple[Channel, ...]
    levels: tuple[str, ...]
    level_unknown: str
    history_days: int
    rules: tuple[Rule, ...]
    gradings: tuple[Grading, ...]
    needs: dict[str, Words]
    steps: tuple[Step, ...]
    local: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a file: the edition, or the problems that forbid it (never both)."""

    edition: Edition | None
    problems: tuple[Problem, ...]


def parse(*, text: str, name: str) -> Reading:
    """Read an edition from TOML text; `name` is what problems call the file. Every fault is named with place and remedy."""
    return Reading(*read_text(text=text, name=name, read=_read))


def _read(top: Table) -> Edition:
    sources = top.sources("sources")
    needs = dict(_list_needs(top))
    levels = top.texts("levels", needed=True)
    found = Edition(
        code=top.text("code"),
        jurisdiction=top.text("jurisdiction"),
        from_on=top.day("from"),
        until_on=top.find_day("until"),
        title=top.words("title"),
        sources=tuple(sources.values()),
        precedence=tuple(
            Channel(word) for word in top.texts("precedence", tuple(Channel)) if word in set(Channel)
        ),
        levels=levels,
        level_unknown=top.one_of("level_unknown", levels or ("?",)),
        history_days=top.number("history_days", least=1, most=60),
        rules=tuple(_rule(table, sources, levels) for table in top.tables("rule", named="code")),
        gradings=tuple(_grading(table, sources, levels) for table in top.tables("place", named="code")),
        needs=needs,
        steps=tuple(_step(table, sources, needs) for table in top.tables("step", named="code")),
        local=top.texts("local", ("precedence", "level_unknown", "levels", "history_days", "from", "until")),
    )
    if found.until_on is not None and found.until_on < found.from_on:
        top.fault("out_of_range", "until", "it ends before it begins", "correct from or until")
    if sorted(found.precedence) != sorted(Channel):
        every = ", ".join(Channel)
        top.fault("incomplete", "precedence", "it must name each channel once", f"put in order: {every}")
    if not found.rules:
        top.fault("empty", "rule", "there is no rule", "write [[rule]]")
    for key, codes in (("rule", [r.code for r in found.rules]), ("step", [s.code for s in found.steps])):
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            top.fault("repeated", key, f"'{code}' stands here twice", "give one of them another code")
    _hold_gradings(top, found.gradings)
    top.close()
    return found


def _list_needs(top: Table) -> Iterator[tuple[str, Words]]:
    inner = top.table("needs", needed=False)
    for code in inner.names() if inner else ():
        yield code, inner.words(code) if inner else Words("", "")


def _rule(table: Table, sources: dict[str, Source], levels: tuple[str, ...]) -> Rule:
    source, basis = table.sourced(sources)
    channel = Channel(table.one_of("channel", tuple(Channel)))
    every, any_of = (tuple(_wants(table, key, levels)) for key in ("every", "any_of"))
    if not every and not any_of:
        table.fault("empty", "every", "the rule asks nothing", "write every = { celsius = { from = 37.3 } }")
    asked = {value for want in every if want.attribute == "exemption" for value in want.among}
    if channel in GUARDED and not (asked and asked <= GUARDED[channel]):
        sorts = ", ".join(sorted(GUARDED[channel]))
        remedy = f"write every = {{ exemption = [...] }} with some of: {sorts}"
        table.fault(
            "unguarded", "every", f"'{channel}' leads off the loop without asking for an exemption", remedy
        )
    found = Rule(table.text("code"), channel, table.words("title"), every, any_of, source, basis)
    table.close()
    return found


def _wants(table: Table, key: str, levels: tuple[str, ...]) -> Iterator[Want]:
    inner = table.table(key, needed=False)
    for name in inner.names() if inner else ():
        if name in WHO_A_PERSON_IS:
            remedy = "ask where the journey led (history_level), or how somebody is"
            table.fault("who_a_person_is", f"{key}, {name}", "no rule may ask who a person is", remedy)
    asked = [want for want in table.wants(key, (*FACTS, *WHO_A_PERSON_IS)) if want.attribute in FACTS]
    words = {"history_level": levels, "exemption": (NONE, *ExemptionSort)}
    for want in asked:
        sort = FACTS[want.attribute].sort
        bounded = want.least is not None or want.most is not None
        where = f"{key}, {want.attribute}"
        if bounded is not (sort is Sort.NUMBER):
            table.fault("not_a_requirement", where, f"this fact is a {sort}", _REMEDIES[sort])
        elif sort is Sort.FLAG and not (want.among and all(isinstance(v, bool) for v in want.among)):
            table.fault("not_a_requirement", where, "this fact is yes or no", _REMEDIES[sort])
        for value in want.among if sort is Sort.WORD else ():
            if value not in words[want.attribute]:
                known = ", ".join(words[want.attribute])
                table.fault("unknown_word", where, f"'{value}' is not known here", f"known: {known}")
        yield want


_REMEDIES = {
    Sort.NUMBER: "write { from = 37.3 }",
    Sort.FLAG: "write [true] or [false]",
    Sort.WORD: 'write a list of words, ["high"]',
}


def _grading(table: Table, sources: dict[str, Source], levels: tuple[str, ...]) -> Grading:
    found = Grading(
        table.text("code"),
        table.one_of("level", levels or ("?",)),
        table.day("from"),
        table.find_day("until"),
        table.one_of("source", sources or ("?",)),
    )
    if found.until_on is not None and found.until_on < found.from_on:
        table.fault("out_of_range", "until", "it ends before it begins", "correct from or until")
    table.close()
    return found


def _hold_gradings(top: Table, gradings: Iterable[Grading]) -> None:
    """A place has one level at a time."""
    ordered = sorted(gradings, key=lambda grading: (grading.place, grading.from_on))
    for one, after in zip(ordered, ordered[1:], strict=False):
        if one.place == after.place and (one.until_on is None or one.until_on >= after.from_on):
            remedy = f"let the earlier one end before {after.from_on}"
            top.fault("overlap", "place", f"'{one.place}' has two levels on {after.from_on}", remedy)


def _step(table: Table, sources: dict[str, Source], needs: dict[str, Words]) -> Step:
    source, basis = table.sourced(sources)
    found = Step(
        code=table.text("code"),
        title=table.words("title"),
        owner=table.one_of("owner", tuple(POSTS)),
        needs=table.texts("needs", tuple(needs), needed=True),
        within_minutes=table.number("within_minutes", least=1),
        source=source,
        basis=basis,
    )
    table.close()
    return found
