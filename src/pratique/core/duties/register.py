"""The register: every duty of every subject as of one moment, and a control total that nobody was skipped.

Duties are worked out, not stored: from the editions in force, what is on record and what was waived. The same records
give the same duties in whatever order, number and batches they came.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby

from pratique.core.answers import Objection
from pratique.core.duties import evidence as records
from pratique.core.duties import waiver as waivers_
from pratique.core.duties.discharge import Surplus, Why, settle
from pratique.core.duties.edition import Reign, Rulebook, list_reigns
from pratique.core.duties.evidence import Evidence, EvidenceId, Stand, Subject, SubjectId, Waiver, WaiverId
from pratique.core.duties.rule import Obligation, Permission, Protocol
from pratique.core.duties.schedule import MINUTE, Calendar, Course, Slot, close, course_of, slots_of
from pratique.core.duties.vocabulary import Kind


class State(StrEnum):
    """How a duty stands."""

    UPCOMING = "upcoming"
    DUE = "due"
    DISCHARGED = "discharged"
    WAIVED = "waived"
    OVERDUE = "overdue"
    MISSED = "missed"
    """Overdue, and past the moment until which it could be made up; it stays in the book as missed."""
    SUSPENDED = "suspended"
    """It falls due while the subject is away (in hospital, on leave)."""
    CANCELLED = "cancelled"
    """The subject's duties ended before it was overdue."""


OPEN = frozenset({State.DUE, State.OVERDUE})
"""The states in which somebody has something to do."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty of one subject.

    `late`: discharged, or waived, only after it was overdue. `level` counts the steps of the ladder reached while it is
    overdue; `changes_at` is when the state or the level changes next if nothing is recorded. `remarks`: ``dropped`` (it
    fell due while the subject was away and is not owed again), ``same_lab`` (differs only where it must, not where it
    should).
    """

    kind: Kind
    subject: SubjectId
    custodian: str
    edition: str
    obligation: Obligation
    key: str
    opens_at: datetime
    due_at: datetime
    overdue_at: datetime
    state: State
    evidence: tuple[EvidenceId, ...] = ()
    waiver: WaiverId | None = None
    late: bool = False
    level: int = 0
    changes_at: datetime | None = None
    remarks: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The same for the same duty however often it is worked out."""
        return f"{self.kind}/{self.subject}/{self.edition}/{self.obligation.code}/{self.key}"

    @property
    def code(self) -> str:
        """The code of the rule."""
        return self.obligation.code

    @property
    def owner(self) -> str:
        """The post that owes it."""
        return self.obligation.owner

    @property
    def told(self) -> str:
        """The post that the last step reached tells; empty before the first."""
        if self.level == 0:
            return ""
        to = self.obligation.ladder[self.level - 1].to
        return self.owner if to == "owner" else to


@dataclass(frozen=True, slots=True)
class Account:
    """All that one subject is owed as of one moment, and the records it was worked out from.

    `protocols` are the editions in force for it now; `without` says why it has no duty (empty where it has one);
    `changes_at` is the next moment at which anything in it changes if nothing is recorded.
    """

    subject: Subject
    duties: tuple[Duty, ...]
    surplus: tuple[Surplus, ...]
    objections: tuple[Objection, ...]
    held: tuple[Evidence, ...]
    waivers: tuple[tuple[Waiver, Permission], ...]
    protocols: tuple[Protocol, ...]
    without: str
    changes_at: datetime | None


@dataclass(frozen=True, slots=True)
class Total:
    """The control total of one kind of subject: `seen` = `with_duties` + the named ones `without`, each with its reason
    (``no_record``, ``no_edition``, ``no_rule``, ``not_meant``, ``no_trigger``)."""

    kind: Kind
    seen: int
    with_duties: int
    without: tuple[tuple[SubjectId, str], ...]


@dataclass(frozen=True, slots=True)
class Register:
    """Every account as of one moment, what belongs to nobody, and the control totals."""

    accounts: tuple[Account, ...]
    orphans: tuple[Surplus, ...]
    objections: tuple[Objection, ...]
    totals: tuple[Total, ...]

    def list_duties(self, *states: State) -> Iterator[Duty]:
        """Every duty, or those in the given states, subject by subject."""
        for account in self.accounts:
            for duty in account.duties:
                if not states or duty.state in states:
                    yield duty


def open_duties(
    *,
    subjects: Iterable[Subject],
    evidence: Iterable[Evidence],
    waivers: Iterable[Waiver],
    rulebook: Rulebook,
    now: datetime,
) -> Register:
    """Work out every duty of these subjects as of `now`.

    Evidence about anybody else is returned as orphaned, never dropped. A subject given twice with different facts is
    an objection, and the first by its facts' order is used, so that it still is on somebody's list. Raises Refused
    ``naive_instant`` for an instant without a time zone.
    """
    found: dict[Stand, list[Subject]] = {}
    for subject in subjects:
        found.setdefault((subject.kind, subject.id), []).append(subject)
    pieces, shared = records.by_subject(evidence=evidence)
    given: dict[Stand, list[Waiver]] = {}
    for waiver in waivers:
        given.setdefault((waiver.kind, waiver.subject), []).append(waiver)
    bench = _Bench(rulebook, shared, now)
    objections = []
    accounts = []
    for stand in sorted(found):
        same = found[stand]
        subject = min(same, key=lambda s: (sorted(s.facts.items()), s.custodian))
        if any(other != subject for other in same):
            objections.append(Objection("subject_disputed", subject.id, "given with different facts"))
        accounts.append(bench.account(subject, pieces.get(stand, []), given.get(stand, [])))
    objections += [
        Objection("waiver_unknown", waiver.subject, f"{waiver.id}: no such subject")
        for stand in given.keys() - found.keys()
        for waiver in given[stand]
    ]
    objections += [objection for account in accounts for objection in account.objections]
    orphans = {
        Surplus(piece.kind, piece.subject, piece.id, piece.record, Why.NO_SUBJECT)
        for stand in pieces.keys() - found.keys()
        for piece in pieces[stand]
    }
    return Register(
        accounts=tuple(accounts),
        orphans=tuple(sorted(orphans, key=lambda s: (s.kind, s.subject, s.evidence, s.record))),
        objections=tuple(sorted(objections)),
        totals=_totals(accounts),
    )


def duties_of(
    *,
    subject: Subject,
    evidence: Iterable[Evidence],
    waivers: Iterable[Waiver],
    rulebook: Rulebook,
    now: datetime,
) -> Account:
    """Work out the duties of one subject as of `now`; the same as `open_duties` says of it given the same evidence."""
    pieces, shared = records.by_subject(evidence=evidence)
    given = [waiver for waiver in waivers if waiver.kind is subject.kind and waiver.subject == subject.id]
    mine = pieces.get((subject.kind, subject.id), [])
    return _Bench(rulebook, shared, now).account(subject, mine, given)


class _Bench:
    """What the accounts of one run share: the port's calendar, the reigning editions, the rules by kind."""

    def __init__(self, rulebook: Rulebook, shared: frozenset[EvidenceId], now: datetime) -> None:
        records.aware(now)
        self.rulebook = rulebook
        self.shared = shared
        self.now = now
        self.calendar = Calendar(rulebook.zone)
        self._reigns: dict[tuple[Kind, int], tuple[Reign, ...]] = {}

    def account(self, subject: Subject, evidence: list[Evidence], waivers: list[Waiver]) -> Account:
        held, ahead, objections = records.standing(evidence=evidence, shared=self.shared, now=self.now)
        given, disputed = waivers_.standing(waivers=waivers, now=self.now)
        slots: list[Slot] = []
        reigns: tuple[Reign, ...] = ()
        without = "no_record"
        if held:
            course = course_of(kind=subject.kind, held=held)
            reigns = self._reigns_for(subject.kind, course)
            slots, without = self._slots(subject, course, reigns)
        surplus = settle(slots=slots, held=held)
        surplus += [Surplus(p.kind, p.subject, p.id, p.record, Why.AHEAD) for p in ahead]
        today = self.rulebook.date_of(self.now)
        protocols = tuple(
            r.protocol for r in reigns if r.from_on <= today and (r.before_on is None or today < r.before_on)
        )
        valid, refused = _judged(given, [reign.protocol for reign in reigns])
        duties = [self._duty(subject, slot, valid) for slot in slots]
        duties.sort(
            key=lambda duty: (duty.opens_at, duty.due_at, duty.obligation.code, duty.key, duty.edition)
        )
        changes = [duty.changes_at for duty in duties] + [piece.happened_at for piece in ahead]
        # Also of a duty that is suspended or waived: once it opens, a schedule without end has one more to list.
        changes += [duty.opens_at for duty in duties]
        changes += [piece.withdrawn_at for piece in evidence]
        changes += [moment for waiver in waivers for moment in (waiver.given_at, waiver.withdrawn_at)]
        return Account(
            subject=subject,
            duties=tuple(duties),
            surplus=tuple(surplus),
            objections=tuple(objections + disputed + refused),
            held=tuple(held),
            waivers=tuple(valid),
            protocols=protocols,
            without="" if duties else without if protocols or not held else "no_edition",
            changes_at=records.earliest(
                *(moment for moment in changes if moment is not None and moment > self.now)
            ),
        )

    def _reigns_for(self, kind: Kind, course: Course) -> tuple[Reign, ...]:
        begins_on = self.calendar.date_of(course.began_at)
        asked = (kind, begins_on.toordinal())
        known = self._reigns.get(asked)
        if known is None:
            known = list_reigns(rulebook=self.rulebook, kind=kind, begins_on=begins_on)
            self._reigns[asked] = known
        return known

    def _slots(self, subject: Subject, course: Course, reigns: tuple[Reign, ...]) -> tuple[list[Slot], str]:
        without = "no_rule"
        found: dict[tuple[str, str], list[Slot]] = {}
        for reign in reigns:
            for obligation in reign.protocol.obligations:
                if obligation.kind is not subject.kind:
                    continue
                if not _meant(obligation, subject):
                    without = "not_meant" if without == "no_rule" else without
                    continue
                without = "no_trigger"
                slots = slots_of(
                    obligation=obligation,
                    protocol=reign.protocol,
                    course=course,
                    calendar=self.calendar,
                    now=self.now,
                )
                if reign.is_bounded:
                    slots = [slot for slot in slots if self._falls_in(slot, reign)]
                found.setdefault((reign.protocol.series, obligation.code), []).extend(slots)
        for slots in found.values():
            close(slots=slots, course=course)
        return [slot for slots in found.values() for slot in slots], without

    def _falls_in(self, slot: Slot, reign: Reign) -> bool:
        due_on = self.calendar.date_of(slot.due_at) if slot.day is None else date.fromordinal(slot.day)
        return reign.from_on <= due_on and (reign.before_on is None or due_on < reign.before_on)

    def _duty(self, subject: Subject, slot: Slot, waivers: list[tuple[Waiver, Permission]]) -> Duty:
        waiver = _find_waiver(slot, waivers) if waivers and not slot.full() else None
        state, level, changes_at = self._state(slot, waiver)
        late = waiver is not None and waiver.given_at > slot.overdue_at
        if waiver is None:
            for piece in slot.counted:
                late = late or piece.happened_at > slot.overdue_at
        return Duty(
            kind=subject.kind,
            subject=subject.id,
            custodian=subject.custodian,
            edition=slot.edition,
            obligation=slot.obligation,
            key=slot.key,
            opens_at=slot.opens_at,
            due_at=slot.due_at,
            overdue_at=slot.overdue_at,
            state=state,
            evidence=tuple([piece.id for piece in slot.counted]),
            waiver=waiver.id if waiver else None,
            late=late,
            level=level,
            changes_at=changes_at,
            remarks=_remarks(slot, state),
        )

    def _state(self, slot: Slot, waiver: Waiver | None) -> tuple[State, int, datetime | None]:
        now, stop_at = self.now, slot.stop_at
        if slot.full():
            return State.DISCHARGED, 0, None
        if waiver is not None:
            return State.WAIVED, 0, None
        if stop_at is not None and slot.overdue_at >= stop_at:
            return State.CANCELLED, 0, None
        if slot.suspended:
            return State.SUSPENDED, 0, None
        if now < slot.opens_at:
            return State.UPCOMING, 0, slot.opens_at
        if now < slot.overdue_at:
            return State.DUE, 0, slot.overdue_at
        closed_at = records.earliest(slot.closed_at, stop_at)
        missed = closed_at is not None and closed_at <= now
        until = closed_at if closed_at is not None and missed else now
        rungs = [slot.overdue_at + rung.after_minutes * MINUTE for rung in slot.obligation.ladder]
        level = sum(reached_at <= until for reached_at in rungs)
        if missed:
            return State.MISSED, level, None
        return State.OVERDUE, level, records.earliest(closed_at, *rungs[level : level + 1])


def _remarks(slot: Slot, state: State) -> tuple[str, ...]:
    principle = slot.obligation.proof.differ_in_principle
    if principle and len({piece.attributes.get(principle) for piece in slot.counted}) < len(slot.counted):
        return (f"same_{principle}",)
    return ("dropped",) if slot.dropped and state is State.SUSPENDED else ()


def _meant(obligation: Obligation, subject: Subject) -> bool:
    return all((subject.facts.get(fact) or among[0]) in among for fact, among in obligation.only.items())


def _find_waiver(slot: Slot, waivers: list[tuple[Waiver, Permission]]) -> Waiver | None:
    for waiver, permission in waivers:
        if (
            permission != slot.obligation.waiver
            or waiver.code != slot.obligation.code
            or slot.due_at > waiver.expires_at
        ):
            continue
        if waiver.key == slot.key or (not waiver.key and waiver.given_at <= slot.overdue_at):
            return waiver
    return None


def _judged(
    waivers: list[Waiver], protocols: Iterable[Protocol]
) -> tuple[list[tuple[Waiver, Permission]], list[Objection]]:
    """The waivers that hold, each with the permission it holds under, and what is wrong with the others."""
    valid: list[tuple[Waiver, Permission]] = []
    refused: list[Objection] = []
    for waiver in waivers:
        permissions = _permissions(waiver, protocols)
        objections = [waivers_.judge(waiver=waiver, permission=permission) for permission in permissions]
        held = [
            p
            for p, objection in zip(permissions, objections, strict=True)
            if p is not None and objection is None
        ]
        valid.extend((waiver, permission) for permission in held)
        if not permissions:
            because = f"{waiver.id}: no duty and no gate is called '{waiver.code}'"
            refused.append(Objection("waiver_unknown", waiver.subject, because))
        elif not held:
            refused.extend(objection for objection in objections[:1] if objection is not None)
    return valid, refused


def _permissions(waiver: Waiver, protocols: Iterable[Protocol]) -> list[Permission | None]:
    """Under which permissions a waiver of this code could be given, each once."""
    found: dict[Permission | None, None] = {}
    for protocol in protocols:
        found |= {
            o.waiver: None for o in protocol.obligations if o.kind is waiver.kind and o.code == waiver.code
        }
        found |= {
            g.exception: None for g in protocol.gates if g.kind is waiver.kind and g.code == waiver.code
        }
    return list(found)


def _totals(accounts: list[Account]) -> tuple[Total, ...]:
    totals = []
    for kind, group in groupby(accounts, key=lambda account: account.subject.kind):
        members = list(group)
        without = tuple((account.subject.id, account.without) for account in members if not account.duties)
        totals.append(Total(kind, len(members), len(members) - len(without), without))
    return tuple(totals)
