"""Whether a traveller may leave quarantine now: the protocol's gate, held to three things it cannot give away.

No result, no exit: where the protocol tests arrivals, whoever has no negative result from a sample of this stay does not
leave, whoever signs. Any exception needs two persons. And the days are those of the protocol as changed by orders that
count: an exposure on record makes nobody stay longer, an extension that was served does. In June 2020 New Zealand let 55 people leave early; 51 of them had not been tested.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pratique.core.answers import Objection
from pratique.core.duties import gate
from pratique.core.duties.evidence import Evidence, EvidenceId, WaiverId
from pratique.core.duties.gate import Finding
from pratique.core.duties.register import Account
from pratique.core.duties.rule import Check
from pratique.core.stay.order import Order, OrderId, Term, work_out
from pratique.core.stay.rule import Rules

GATE = "release"


@dataclass(frozen=True, slots=True)
class Shown:
    """One condition as it is shown: held; or let pass by a waiver of two persons, by an order, or because the term as it was
    served is over; or in the way."""

    finding: Finding
    by_waiver: WaiverId | None = None
    by_orders: tuple[OrderId, ...] = ()
    by_term: bool = False

    @property
    def passes(self) -> bool:
        """Whether it is not in the way."""
        return self.finding.held or self.by_waiver is not None or self.by_term or bool(self.by_orders)


@dataclass(frozen=True, slots=True)
class Release:
    """The decision: open only if every condition passes, the traveller was `tested` (None: this protocol tests nobody)
    and the term is over (None: the protocol counts no days). `base_end` is when the protocol's own days end."""

    open: bool
    decision: gate.Decision
    conditions: tuple[Shown, ...]
    tested: bool | None
    term: Term | None
    objections: tuple[Objection, ...]
    base_end: datetime | None = None


def decide(*, account: Account, orders: Sequence[Order], rules: Rules, now: datetime) -> Release:
    """Decide a release from an account worked out as of `now` and the orders about this traveller.

    Raises Refused ``gate_unknown`` where no edition in force has a gate for release.
    """
    found = gate.decide(code=GATE, account=account, now=now)
    subject = account.subject.id
    base = _base_end(found.findings, account)
    mine = [order for order in orders if str(order.traveller) == str(subject)]
    term = work_out(ends_at=base, orders=mine, rules=rules, now=now) if base is not None else None
    objections = [*found.objections, *(term.objections if term else ())]
    conditions: list[Shown] = []
    for finding in found.findings:
        shown = _shown(finding, account, term, now)
        if not shown.passes and term is not None and base is not None and term.ends_at < base:
            shown = _pass_what_opens_later(shown, account, term)
        if finding.exception is not None and shown.by_waiver is None:
            because = f"{finding.exception}: two different persons must sign for '{finding.condition.code}'"
            objections.append(Objection("release_persons", subject, because))
        conditions.append(shown)
    tested = _is_tested(account) if _is_owed_a_test(account) else None
    if tested is False:
        objections.append(
            Objection("release_untested", subject, "no negative result from a sample of this stay")
        )
    waived = any(one.by_waiver and one.finding.condition.check is Check.ELAPSED for one in conditions)
    extended = term is not None and base is not None and term.ends_at > base
    over = term is None or now >= term.ends_at or (waived and not extended)
    if not over:
        objections.append(Objection("release_too_early", subject, "the days are not over"))
    open_ = all(one.passes for one in conditions) and tested is not False and over
    waits = [one.finding.from_at for one in conditions if not one.passes]
    opens_at = None if open_ or None in waits else max((at for at in waits if at), default=None)
    decision = replace(found, open=open_, opens_at=opens_at)
    return Release(open_, decision, tuple(conditions), tested, term, tuple(sorted(set(objections))), base)


def find_base_end(*, account: Account, now: datetime) -> datetime | None:
    """When the protocol's own days end for whoever an account is of, before any order; None where no gate counts any."""
    if not any(gate_.code == GATE for protocol in account.protocols for gate_ in protocol.gates):
        return None
    return _base_end(gate.decide(code=GATE, account=account, now=now).findings, account)


def _base_end(findings: Sequence[Finding], account: Account) -> datetime | None:
    """When the protocol's own days end; None where it counts none, or what they count from is not on record.

    Where days count from arrival no other days move the end: a list of contacts is adopted by one, and served on nobody.
    """
    happened: dict[str, Evidence] = {piece.id: piece for piece in account.held}
    counted = [
        (happened[start].record, happened[start].happened_at + timedelta(days=finding.condition.full_days))
        for finding in findings
        if finding.condition.check is Check.ELAPSED
        for start in finding.names
        if start in happened
    ]
    since_arrival = [end for record, end in counted if record == "arrived"]
    return max(since_arrival or [end for _, end in counted], default=None)


def _shown(finding: Finding, account: Account, term: Term | None, now: datetime) -> Shown:
    if finding.held:
        return Shown(finding)
    if finding.exception is not None:
        signed = {
            str(signature.person)
            for waiver, _ in account.waivers
            if waiver.id == finding.exception
            for signature in waiver.signatures
        }
        return Shown(
            finding, by_waiver=finding.exception if len(signed - {str(account.subject.id)}) >= 2 else None
        )
    if finding.condition.check is not Check.ELAPSED or term is None:
        return Shown(finding)
    if term.ends_at <= now:
        return Shown(finding, by_orders=term.counted, by_term=True)
    return Shown(replace(finding, from_at=term.ends_at))


def _pass_what_opens_later(shown: Shown, account: Account, term: Term) -> Shown:
    """A stay that orders shortened does not wait for duties that open only when it is over: nobody could do them before."""
    finding = shown.finding
    later = {duty.id for duty in account.duties if duty.opens_at >= term.ends_at}
    if finding.condition.check is Check.SETTLED and finding.names and later.issuperset(finding.names):
        return replace(shown, by_orders=term.counted)
    return shown


def _is_owed_a_test(account: Account) -> bool:
    return any(
        "sample" in obligation.proof.pattern.records
        for protocol in account.protocols
        for obligation in protocol.obligations
        if obligation.kind is account.subject.kind
    )


def _is_tested(account: Account) -> bool:
    """Whether a sample of this stay was answered, afterwards and negative only, and was taken after every sample that
    stands positive: what was negative before somebody was positive says nothing of them any more, wherever they have
    been since. A positive that was corrected is withdrawn and bars nothing."""
    samples = {piece.id: piece.happened_at for piece in account.held if piece.record == "sample"}
    answers: dict[str, list[Evidence]] = {}
    positives: list[datetime] = []
    for piece in account.held:
        if piece.record == "result":
            answers.setdefault(piece.about, []).append(piece)
            if piece.attributes.get("result") == "positive":
                positives.append(samples.get(EvidenceId(piece.about), piece.happened_at))
    arrivals = [piece.happened_at for piece in account.held if piece.record == "arrived"]
    if not arrivals:
        return False
    return any(
        taken >= max(arrivals)
        and all(taken > positive for positive in positives)
        and about in answers
        and all(a.attributes.get("result") == "negative" and a.happened_at >= taken for a in answers[about])
        for about, taken in samples.items()
    )
