"""Which evidence discharges which duty.

One piece of evidence discharges at most one duty. Evidence is taken in the order it happened, and each piece goes to
the duty that must be done soonest among those whose hours it falls into; whatever is left over may make up, late, the
oldest duty that is still open to it. What then remains is surplus: it is kept and reported with the reason, never
counted. The order in which evidence was reported plays no part.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pratique.core.duties.evidence import Evidence, EvidenceId, SubjectId, fits, misfit
from pratique.core.duties.rule import Pattern
from pratique.core.duties.schedule import MINUTE, Slot
from pratique.core.duties.vocabulary import Kind


class Why(StrEnum):
    """Why a piece of evidence was not counted for any duty."""

    AHEAD = "ahead"
    """It happened after the moment asked about (a clock that runs fast, or a look into the past)."""
    OUTSIDE = "outside"
    """No duty of its kind was owed at that time."""
    EXTRA = "extra"
    """The duty of that time had been discharged already."""
    UNFIT = "unfit"
    """An attribute that the rule asks for is missing or not as wanted."""
    VOID = "void"
    """A later record says that it came to nothing (sample lost, result invalid)."""
    SAME = "same"
    """It does not differ from the piece already counted, as the rule wants (two swabs, one kit)."""
    CLOSE = "close"
    """It is too near in time to evidence counted for another duty of the rule."""
    UNRELATED = "unrelated"
    """It is not about the record that made the duty owed."""
    NO_SUBJECT = "no_subject"
    """It is about a subject that was not asked about, or that nobody knows."""


@dataclass(frozen=True, slots=True)
class Surplus:
    """Evidence that was kept but not counted, and why; `attribute` is set where one was unfit."""

    kind: Kind
    subject: SubjectId
    evidence: EvidenceId
    record: str
    why: Why
    attribute: str = ""


def settle(*, slots: list[Slot], held: list[Evidence]) -> list[Surplus]:
    """Count the standing evidence of one subject (in order) for its duties; returns what could not be counted.

    Records that no rule takes as evidence are not surplus.
    """
    table = _Table(slots, held)
    spare = [piece for piece in held if not table.take_in_time(piece)]
    return [
        table.surplus(piece)
        for piece in spare
        if piece.record in table.by_record and not table.take_late(piece)
    ]


class _Table:
    """The duties of one subject laid out by the kinds of record that discharge them, soonest first."""

    def __init__(self, slots: list[Slot], held: list[Evidence]) -> None:
        self.by_record: dict[str, list[Slot]] = {}
        self._heads: dict[str, int] = {}
        self._counted: dict[str, list[tuple[datetime, Slot]]] = {}
        self._void: dict[Pattern, frozenset[str]] = {}
        self._objected: dict[str, tuple[Why, str]] = {}
        for slot in sorted(
            slots, key=lambda s: (s.overdue_at, s.opens_at, s.obligation.code, s.key, s.edition)
        ):
            for record in slot.obligation.proof.pattern.records:
                self.by_record.setdefault(record, []).append(slot)
            void_if = slot.obligation.proof.void_if
            if void_if is not None and void_if not in self._void:
                self._void[void_if] = frozenset(p.about for p in held if fits(pattern=void_if, evidence=p))

    def take_in_time(self, piece: Evidence) -> bool:
        """Count the piece for the soonest duty in whose hours it falls."""
        slots = self.by_record.get(piece.record)
        if slots is None:
            return False
        at = piece.happened_at
        head = self._heads.get(piece.record, 0)
        while head < len(slots) and (slots[head].overdue_at < at or slots[head].full()):
            head += 1
        self._heads[piece.record] = head
        for place in range(head, len(slots)):
            slot = slots[place]
            if slot.opens_at <= at <= slot.overdue_at and _runs(slot, at) and self._count(slot, piece):
                return True
        return False

    def take_late(self, piece: Evidence) -> bool:
        """Count the piece for the oldest duty that is overdue and can still be made up."""
        at = piece.happened_at
        for slot in self.by_record[piece.record]:
            if slot.overdue_at >= at:
                return False
            if _makes_up(slot, at) and self._count(slot, piece):
                return True
        return False

    def surplus(self, piece: Evidence) -> Surplus:
        """Why a piece was not counted: what the first duty it was tried for objected to, else that none was left."""
        at = piece.happened_at
        hours = any(
            slot.opens_at <= at <= slot.overdue_at and _runs(slot, at)
            for slot in self.by_record[piece.record]
        )
        why, attribute = self._objected.get(piece.id, (Why.EXTRA if hours else Why.OUTSIDE, ""))
        return Surplus(piece.kind, piece.subject, piece.id, piece.record, why, attribute)

    def _count(self, slot: Slot, piece: Evidence) -> bool:
        if slot.full():
            return False
        refusal = self._refusal(slot, piece)
        if refusal is not None:
            self._objected.setdefault(piece.id, refusal)
            return False
        slot.counted.append(piece)
        if slot.obligation.proof.apart_minutes:
            self._counted.setdefault(slot.obligation.code, []).append((piece.happened_at, slot))
        return True

    def _refusal(self, slot: Slot, piece: Evidence) -> tuple[Why, str] | None:
        proof = slot.obligation.proof
        if proof.about_trigger and piece.about != slot.trigger:
            return Why.UNRELATED, ""
        if proof.void_if is not None and piece.id in self._void[proof.void_if]:
            return Why.VOID, ""
        if proof.pattern.wants:
            attribute = misfit(wants=proof.pattern.wants, attributes=piece.attributes)
            if attribute:
                return Why.UNFIT, attribute
        if proof.differ:
            value = piece.attributes.get(proof.differ)
            if value is None:
                return Why.UNFIT, proof.differ
            if any(known.attributes.get(proof.differ) == value for known in slot.counted):
                return Why.SAME, proof.differ
        if proof.apart_minutes:
            for at, other in self._counted.get(slot.obligation.code, ()):
                if other is not slot and abs(piece.happened_at - at) < proof.apart_minutes * MINUTE:
                    return Why.CLOSE, ""
        return None


def _makes_up(slot: Slot, at: datetime) -> bool:
    return not slot.suspended and (slot.closed_at is None or at < slot.closed_at) and _runs(slot, at)


def _runs(slot: Slot, at: datetime) -> bool:
    return slot.stop_at is None or at <= slot.stop_at
