"""Whether something may happen now: a release, a vehicle's next trip, the end of a shift.

Every condition is answered, held or not, with the reason and the duties or records it hangs on; a gate is open when
each holds or is excepted by people who may. No result, no exit.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from pratique.core.answers import Objection, Refused
from pratique.core.duties.evidence import Evidence, SubjectId, WaiverId, aware, fits
from pratique.core.duties.register import Account, Duty, State
from pratique.core.duties.rule import Check, Condition, Gate, Which
from pratique.core.duties.vocabulary import Kind


class Reason(StrEnum):
    """Why a condition holds or does not."""

    HELD = "held"
    TOO_EARLY = "too_early"
    NO_RECORD = "no_record"
    NO_DUTY = "no_duty"
    DUTY_OPEN = "duty_open"
    NO_ANSWER = "no_answer"
    ANSWER_DIFFERS = "answer_differs"
    ON_RECORD = "on_record"
    TOO_OLD = "too_old"
    UNFIT = "unfit"
    FACT_UNKNOWN = "fact_unknown"
    FACT_DIFFERS = "fact_differs"


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition's answer: `names` are the duties or records it hangs on, `from_at` when it will hold by time alone,
    `exception` the waiver that lets it pass although it does not hold."""

    condition: Condition
    held: bool
    reason: Reason
    names: tuple[str, ...] = ()
    from_at: datetime | None = None
    exception: WaiverId | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A gate's answer for one subject. `opens_at`: when it opens if only time is wanting (None: something else is, or
    it is open). `objections`: exceptions that were offered and have no effect."""

    gate: str
    kind: Kind
    subject: SubjectId
    open: bool
    findings: tuple[Finding, ...]
    opens_at: datetime | None
    objections: tuple[Objection, ...]


def decide(*, code: str, account: Account, now: datetime) -> Decision:
    """Decide whether a gate is open for the subject of an account that was worked out as of `now`.

    Where several series in force have a gate of this code, all their conditions count. Raises Refused ``gate_unknown``
    where none has.
    """
    aware(now)
    gates = [
        g for p in account.protocols for g in p.gates if g.code == code and g.kind is account.subject.kind
    ]
    if not gates:
        raise Refused("gate_unknown", f"no edition in force has a gate '{code}' for a {account.subject.kind}")
    known = {condition.code for gate in gates for condition in gate.conditions}
    findings: list[Finding] = []
    objections: list[Objection] = []
    for gate in gates:
        excepted, refused = _exceptions(gate, known, account, now)
        objections.extend(refused)
        for condition in gate.conditions:
            finding = _CHECKS[condition.check](condition, account, now)
            if not finding.held:
                finding = replace(finding, exception=excepted.get(condition.code))
            findings.append(finding)
    wanting = [finding for finding in findings if not finding.held and finding.exception is None]
    return Decision(
        gate=code,
        kind=account.subject.kind,
        subject=account.subject.id,
        open=not wanting,
        findings=tuple(findings),
        opens_at=_opens_at(wanting),
        objections=tuple(sorted(set(objections))),
    )


def _opens_at(wanting: Iterable[Finding]) -> datetime | None:
    moments = [finding.from_at for finding in wanting]
    known = [moment for moment in moments if moment is not None]
    return max(known) if known and len(known) == len(moments) else None


def _exceptions(
    gate: Gate, known: set[str], account: Account, now: datetime
) -> tuple[dict[str, WaiverId], list[Objection]]:
    conditions = {condition.code: condition for condition in gate.conditions}
    found: dict[str, WaiverId] = {}
    refused: list[Objection] = []
    for waiver, permission in account.waivers:
        if waiver.code != gate.code or permission != gate.exception:
            continue
        condition = conditions.get(waiver.key)
        if condition is None:
            if waiver.key not in known | {duty.key for duty in account.duties if duty.code == waiver.code}:
                because = f"{waiver.id}: '{waiver.key}' is no condition of '{gate.code}'; name the one that need not hold"
                refused.append(Objection("condition_unknown", waiver.subject, because))
        elif condition.firm:
            because = f"{waiver.id}: '{waiver.key}' is firm, nobody can except it"
            refused.append(Objection("condition_firm", waiver.subject, because))
        elif now < waiver.expires_at:
            found.setdefault(waiver.key, waiver.id)
    return found, refused


def _elapsed(condition: Condition, account: Account, now: datetime) -> Finding:
    found = _matching(condition, account.held)
    if not found:
        return Finding(condition, condition.none_ok, Reason.HELD if condition.none_ok else Reason.NO_RECORD)
    start = found[-1] if condition.which is Which.LAST else found[0]
    from_at = start.happened_at + timedelta(days=condition.full_days)
    if now < from_at:
        return Finding(condition, False, Reason.TOO_EARLY, (start.id,), from_at)
    return Finding(condition, True, Reason.HELD, (start.id,))


def _settled(condition: Condition, account: Account, now: datetime) -> Finding:
    duties = _duties(condition, account)
    if condition.which is Which.LAST:
        duties = [duty for duty in duties if duty.opens_at <= now][-1:]
    if not duties:
        return Finding(condition, condition.none_ok, Reason.HELD if condition.none_ok else Reason.NO_DUTY)
    return _unsettled(condition, [duty for duty in duties if not _is_settled(duty)])


def _not_overdue(condition: Condition, account: Account, now: datetime) -> Finding:
    duties = _duties(condition, account)
    bad = [duty for duty in duties if duty.state is State.OVERDUE]
    past = [duty for duty in duties if _is_settled(duty) or duty.overdue_at <= now]
    bad += [duty for duty in past[-1:] if duty.state is State.MISSED]
    return _unsettled(condition, bad)


def _unsettled(condition: Condition, duties: list[Duty]) -> Finding:
    if duties:
        return Finding(condition, False, Reason.DUTY_OPEN, tuple(duty.id for duty in duties))
    return Finding(condition, True, Reason.HELD)


def _answered(condition: Condition, account: Account, now: datetime) -> Finding:
    duties = [duty for duty in _duties(condition, account) if duty.state is State.DISCHARGED]
    counted = {piece for duty in duties for piece in duty.evidence}
    since = _since(condition, account)
    asked = [
        piece
        for piece in account.held
        if piece.id in counted and (since is None or piece.happened_at > since)
    ]
    if not asked:
        return Finding(condition, condition.none_ok, Reason.HELD if condition.none_ok else Reason.NO_DUTY)
    answers: dict[str, list[Evidence]] = {piece.id: [] for piece in asked}
    for piece in account.held:
        if piece.record in condition.pattern.records and piece.about in answers:
            answers[piece.about].append(piece)
    silent = tuple(about for about, given in answers.items() if not given)
    if silent:
        return Finding(condition, False, Reason.NO_ANSWER, silent)
    differing = [
        a.id for given in answers.values() for a in given if not fits(pattern=condition.pattern, evidence=a)
    ]
    if differing:
        return Finding(condition, False, Reason.ANSWER_DIFFERS, tuple(differing))
    return Finding(condition, True, Reason.HELD)


def _absent(condition: Condition, account: Account, now: datetime) -> Finding:
    since = _since(condition, account)
    found = [
        piece.id for piece in _matching(condition, account.held) if since is None or piece.happened_at > since
    ]
    if found:
        return Finding(condition, False, Reason.ON_RECORD, tuple(found))
    return Finding(condition, True, Reason.HELD)


def _latest(condition: Condition, account: Account, now: datetime) -> Finding:
    found = [piece for piece in account.held if piece.record in condition.pattern.records]
    if not found:
        return Finding(condition, False, Reason.NO_RECORD)
    latest = found[-1]
    if now - latest.happened_at > timedelta(hours=condition.within_hours):
        return Finding(condition, False, Reason.TOO_OLD, (latest.id,))
    if not fits(pattern=condition.pattern, evidence=latest):
        return Finding(condition, False, Reason.UNFIT, (latest.id,))
    return Finding(condition, True, Reason.HELD, (latest.id,))


def _throughout(condition: Condition, account: Account, now: datetime) -> Finding:
    """What a subject says of itself (`own`) can speak against it and never stands for somebody's look."""
    found = [piece for piece in account.held if piece.record in condition.pattern.records]
    looked = [piece for piece in found if piece.attributes.get("own") is not True]
    if not looked:
        return Finding(condition, False, Reason.NO_RECORD)
    latest, from_at = looked[-1], now - timedelta(hours=condition.within_hours)
    if latest.happened_at < from_at:
        return Finding(condition, False, Reason.TOO_OLD, (latest.id,))
    since = _since(condition, account)
    counted = [
        piece
        for piece in found
        if piece.happened_at >= from_at and (since is None or piece.happened_at > since or piece is latest)
    ]
    unfit = [piece.id for piece in counted if not fits(pattern=condition.pattern, evidence=piece)]
    if unfit:
        return Finding(condition, False, Reason.UNFIT, tuple(unfit))
    return Finding(condition, True, Reason.HELD, (latest.id,))


def _fact(condition: Condition, account: Account, now: datetime) -> Finding:
    value = account.subject.facts.get(condition.fact)
    if value is None:
        return Finding(condition, False, Reason.FACT_UNKNOWN, (condition.fact,))
    held = value in condition.among
    return Finding(condition, held, Reason.HELD if held else Reason.FACT_DIFFERS, (condition.fact,))


_CHECKS: dict[Check, Callable[[Condition, Account, datetime], Finding]] = {
    Check.ELAPSED: _elapsed,
    Check.SETTLED: _settled,
    Check.NOT_OVERDUE: _not_overdue,
    Check.ANSWERED: _answered,
    Check.ABSENT: _absent,
    Check.LATEST: _latest,
    Check.THROUGHOUT: _throughout,
    Check.FACT: _fact,
}


def _duties(condition: Condition, account: Account) -> list[Duty]:
    return [duty for duty in account.duties if duty.code in condition.duties]


def _is_settled(duty: Duty) -> bool:
    """Nobody has to do it any more; what is suspended may be owed again when the subject is back."""
    return duty.state in (State.DISCHARGED, State.WAIVED) or "dropped" in duty.remarks


def _matching(condition: Condition, held: Iterable[Evidence]) -> list[Evidence]:
    return [piece for piece in held if fits(pattern=condition.pattern, evidence=piece)]


def _since(condition: Condition, account: Account) -> datetime | None:
    """The moment from which records count: the latest record of the condition's `since`."""
    if not condition.since:
        return None
    moments = [piece.happened_at for piece in account.held if piece.record in condition.since]
    return max(moments, default=None)
