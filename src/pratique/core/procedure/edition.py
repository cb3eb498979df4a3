"""Procedures as data: steps with what to do and say, who does them, how long they may take, and where each outcome leads."""

from collections.abc import Mapping
from dataclasses import dataclass

from pratique.core.answers import Problem
from pratique.core.duties.rule import Basis, Source
from pratique.core.duties.table import Table, read_text
from pratique.core.duties.vocabulary import POSTS, Words

END = "end"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step may come out, and the step it leads to (``end``: the procedure is over); `document` asks for the number
    of the written order."""

    code: str
    title: Words
    then: str
    document: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what to do (`tasks`) and say (`script`), the post that does it, how many minutes it may take, outcomes.

    `another` asks for somebody else than who took the step before; `note` for a sentence on what was seen. `basis` and `source` say on what it rests, `article` where in the source.
    """

    code: str
    title: Words
    owner: str
    within_minutes: int
    tasks: tuple[Words, ...]
    script: tuple[Words, ...]
    outcomes: tuple[Outcome, ...]
    source: str
    basis: Basis
    article: str = ""
    another: bool = False
    note: bool = False


@dataclass(frozen=True, slots=True)
class Procedure:
    """One edition of a procedure; its first step begins it."""

    code: str
    edition: str
    jurisdiction: str
    title: Words
    purpose: Words
    sources: Mapping[str, Source]
    steps: tuple[Step, ...]

    def find_step(self, code: str) -> Step | None:
        """The step of this code, None for the end or an unknown one."""
        return next((step for step in self.steps if step.code == code), None)


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a file: the procedure, or the problems that forbid it (never both)."""

    procedure: Procedure | None
    problems: tuple[Problem, ...]


def parse(*, text: str, name: str) -> Reading:
    """Read a procedure from TOML text; `name` is what problems call the file. Every fault is named."""
    return Reading(*read_text(text=text, name=name, read=_read))


def _read(top: Table) -> Procedure:
    sources = top.sources("sources")
    found = Procedure(
        code=top.text("code"),
        edition=top.text("edition"),
        jurisdiction=top.text("jurisdiction"),
        title=top.words("title"),
        purpose=top.words("purpose"),
        sources=sources,
        steps=tuple(_step(table, sources) for table in top.tables("step", named="code")),
    )
    _check_ways(top, found)
    top.close()
    return found


def _step(table: Table, sources: Mapping[str, Source]) -> Step:
    source, basis = table.sourced(sources)
    found = Step(
        code=table.text("code"),
        title=table.words("title"),
        owner=table.one_of("owner", tuple(POSTS)),
        within_minutes=table.number("within_minutes", least=1, most=1440),
        tasks=_list_words(table, "task"),
        script=_list_words(table, "say"),
        outcomes=tuple(_outcome(inner) for inner in table.tables("outcome", named="code")),
        source=source,
        basis=basis,
        article=table.text("article", ""),
        another=table.flag("another"),
        note=table.flag("note"),
    )
    if not found.tasks:
        table.fault("empty", "task", "the step says nothing to do", "write task = [{ zh = …, en = … }]")
    if not found.outcomes:
        table.fault("empty", "outcome", "the step can come out in no way", "write [[step.outcome]]")
    table.close()
    return found


def _list_words(table: Table, key: str) -> tuple[Words, ...]:
    found = []
    for inner in table.tables(key):
        found.append(Words(inner.text("zh"), inner.text("en")))
        inner.close()
    return tuple(found)


def _outcome(table: Table) -> Outcome:
    found = Outcome(table.text("code"), table.words("title"), table.text("then"), table.flag("document"))
    table.close()
    return found


def _check_ways(top: Table, found: Procedure) -> None:
    """Every way leads to a later step or the end, and every step is on some way: nobody walks in a circle."""
    order = {step.code: number for number, step in enumerate(found.steps)}
    if not found.steps:
        top.fault("empty", "step", "the procedure has no step", "write [[step]]")
        return
    if len(order) < len(found.steps):
        top.fault("step_twice", "step", "two steps bear one code", "give each its own")
    reached = {found.steps[0].code}
    for step in found.steps:
        for outcome in step.outcomes:
            if outcome.then == END:
                continue
            where = f"step '{step.code}', outcome '{outcome.code}'"
            if outcome.then not in order:
                top.fault(
                    "step_unknown",
                    where,
                    f"leads to '{outcome.then}', which is no step",
                    "name a step, or end",
                )
            elif order[outcome.then] <= order[step.code]:
                top.fault(
                    "step_backwards", where, f"leads back to '{outcome.then}'", "name a later step, or end"
                )
            elif step.code in reached:
                reached.add(outcome.then)
    for code in order.keys() - reached:
        top.fault(
            "step_unreached", f"step '{code}'", "no outcome leads here", "let one lead here, or remove it"
        )
