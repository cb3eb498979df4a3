"""Which channel somebody is sent to: every rule asked, with what is known and what is not."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pratique.core.duties.rule import Want
from pratique.core.screening.edition import EASIER, Channel, Edition, Rule
from pratique.core.screening.fact import Facts, Value


class Outcome(StrEnum):
    """What a rule says: it fired, it did not, or it cannot be said before more is known."""

    FIRED = "fired"
    CLEAR = "clear"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's answer: `because` are the facts that made it fire, `missing` those it still waits for."""

    rule: Rule
    outcome: Outcome
    because: tuple[tuple[str, Value], ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The channel, every rule's finding, and the facts that could still send somebody elsewhere.

    `held_back` is the easier channel whose rule fired, but which is not given while `missing` is not empty.
    """

    channel: Channel
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    held_back: Channel | None = None

    @property
    def is_final(self) -> bool:
        """Whether nothing is missing that could change the channel."""
        return not self.missing

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """The rules that fired."""
        return tuple(finding for finding in self.findings if finding.outcome is Outcome.FIRED)


def decide(*, facts: Facts, edition: Edition) -> Decision:
    """Send somebody to the channel that stands first among those whose rules fired; to the ordinary one if none did.

    A missing fact never makes the way easier: while one is missing that could bar an easier channel (exempt, transit,
    crew), the channel is the ordinary one. Nothing but `facts` and the edition decides.
    """
    findings = tuple(_ask(rule, facts) for rule in edition.rules)
    fired = {finding.rule.channel for finding in findings if finding.outcome is Outcome.FIRED}
    rank = edition.precedence.index
    channel = min(fired, key=rank, default=Channel.ORDINARY)
    missing = sorted(
        {
            name
            for finding in findings
            if finding.outcome is Outcome.OPEN and rank(finding.rule.channel) < rank(channel)
            for name in finding.missing
        }
    )
    if missing and channel in EASIER:
        return Decision(Channel.ORDINARY, findings, tuple(missing), held_back=channel)
    return Decision(channel, findings, tuple(missing))


def _ask(rule: Rule, facts: Facts) -> Finding:
    every = [_holds(want, facts) for want in rule.every]
    some = [_holds(want, facts) for want in rule.any_of]
    if False in every or (some and all(answer is False for answer in some)):
        return Finding(rule, Outcome.CLEAR)
    wanted = [want for want, answer in zip(rule.every, every, strict=True) if answer is None]
    if some and True not in some:
        wanted += [want for want, answer in zip(rule.any_of, some, strict=True) if answer is None]
    if wanted:
        return Finding(rule, Outcome.OPEN, missing=_names(wanted))
    held = [want for want, answer in zip((*rule.every, *rule.any_of), (*every, *some), strict=True) if answer]
    return Finding(rule, Outcome.FIRED, because=tuple((name, facts[name]) for name in _names(held)))


def _names(wants: Iterable[Want]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(want.attribute for want in wants))


def _holds(want: Want, facts: Facts) -> bool | None:
    """Whether a fact is as wanted; None where it is not known."""
    value = facts.get(want.attribute)
    if value is None:
        return None
    if want.among:
        return any(value == one and isinstance(value, bool) is isinstance(one, bool) for one in want.among)
    if isinstance(value, bool | str):
        return False
    return (want.least is None or value >= want.least) and (want.most is None or value <= want.most)
