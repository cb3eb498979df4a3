"""The problems found while one document is read, and whether it may still be accepted."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pratique.core.answers import Problem
from pratique.formats.words import KINDS, phrase

PROBLEMS_MAX = 1000


@dataclass(frozen=True, slots=True)
class Found(Problem):
    """A problem with the facts its sentences were made of, so that it can be said in another language."""

    facts: tuple[tuple[str, str], ...] = field(default=(), compare=False)


@dataclass(slots=True)
class Findings:
    """Collects problems in the order of the document.

    What refuses the document is written in the table of `words.KINDS`: always, in strict mode only, or never.
    """

    strict: bool
    problems: list[Found] = field(default_factory=list)
    left_out: int = 0
    refused: bool = False

    def report(self, code: str, where: str, facts: Mapping[str, object] | None = None) -> None:
        """Note one problem; past `PROBLEMS_MAX` only their number is kept."""
        texts = {name: str(value) for name, value in (facts or {}).items()}
        refuses = KINDS[code].refuses
        fatal = refuses == "always" or (refuses == "strict" and self.strict)
        self.refused = self.refused or fatal
        if len(self.problems) >= PROBLEMS_MAX and not fatal:
            self.left_out += 1
            return
        message, remedy = phrase(code=code, facts=texts, language="en")
        self.problems.append(Found(code, where, message, remedy, fatal, tuple(texts.items())))

    def close(self) -> tuple[Found, ...]:
        """Everything found; the number of those left out, if any, as the last problem."""
        if self.left_out:
            left_out, self.left_out = self.left_out, 0
            message, remedy = phrase(code="problems_left_out", facts={"count": str(left_out)}, language="en")
            self.problems.append(Found("problems_left_out", "file", message, remedy))
        return tuple(self.problems)
