"""A handover groups the scans with which one organisation takes people from another.

Offered with a count, then accepted, declined with a reason, withdrawn, or lapsed. Until the receiver's scans are
there the giver stays responsible. Both counts are kept, and it closes only when they and the names agree.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from pratique.core.answers import Objection
from pratique.core.custody.entry import CustodianId, HandoverId, PersonId, TravellerId


class Step(StrEnum):
    """What somebody did."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class State(StrEnum):
    """How a handover stands. LAPSED and CLOSED are worked out, nobody enters them."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    CLOSED = "closed"


TRANSITIONS = {
    (None, Step.OFFERED): State.OFFERED,
    (State.OFFERED, Step.OFFERED): State.OFFERED,  # the giver counted again
    (State.OFFERED, Step.ACCEPTED): State.ACCEPTED,
    (State.OFFERED, Step.DECLINED): State.DECLINED,
    (State.OFFERED, Step.WITHDRAWN): State.WITHDRAWN,
    (
        State.ACCEPTED,
        Step.OFFERED,
    ): State.OFFERED,  # the giver's count was wrong: offered anew, to be accepted anew
    (State.ACCEPTED, Step.ACCEPTED): State.ACCEPTED,  # the receiver counted again
    (State.DECLINED, Step.OFFERED): State.OFFERED,
    (State.WITHDRAWN, Step.OFFERED): State.OFFERED,
}
"""The state machine as a table; a step that is not in it is objected to and changes nothing."""

RENEWED_MOST = timedelta(minutes=120)
"""However often an offer is made again, it waits no longer than this after it was first made."""

_FREE = frozenset({None, State.DECLINED, State.WITHDRAWN})
"""Where nothing is on offer, so that the next offer may be between others."""


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a handover, append-only. `heads` is the count of whoever took the step; `names` is the list an
    offer came with, if it had one; `deadline_at` (on an offer) is when silence becomes an overdue matter.
    An offer made again, or an acceptance made again, is a count made again: the later one counts, both are kept."""

    handover: HandoverId
    step: Step
    giver: CustodianId
    receiver: CustodianId
    by: PersonId
    happened_at: datetime
    recorded_at: datetime
    heads: int | None = None
    names: frozenset[TravellerId] | None = None
    deadline_at: datetime | None = None
    because: str = ""

    def order(self) -> tuple[object, ...]:
        """Sorts steps by when they happened; at one instant an offer comes before what answers it."""
        heads, deadline = -1 if self.heads is None else self.heads, str(self.deadline_at or "")
        names = ("*",) if self.names is None else tuple(sorted(self.names))
        steps = tuple(Step)
        parties = (self.giver, self.receiver, self.by)
        return (self.happened_at, steps.index(self.step), heads, deadline, names, *parties, self.because)


@dataclass(frozen=True, slots=True)
class Handover:
    """A handover as its events and the receiver's scans make it."""

    id: HandoverId
    giver: CustodianId
    receiver: CustodianId
    state: State
    offered_heads: int | None
    accepted_heads: int | None
    names: frozenset[TravellerId] | None
    scanned: frozenset[TravellerId]
    deadline_at: datetime | None
    because: str
    objections: tuple[Objection, ...] = ()
    offered_by: PersonId | None = None
    accepted_by: PersonId | None = None
    first_offered_at: datetime | None = None

    @property
    def one_sided(self) -> bool:
        """Whether whoever offered accepted too: then nobody else has said that they take these people over."""
        return self.accepted_by is not None and self.accepted_by == self.offered_by

    @property
    def missing(self) -> frozenset[TravellerId]:
        """On the giver's list, not scanned by the receiver."""
        return (self.names or frozenset()) - self.scanned

    @property
    def unexpected(self) -> frozenset[TravellerId]:
        """Scanned by the receiver, not on the giver's list."""
        return self.scanned - self.names if self.names is not None else frozenset()


def fold(*, events: Iterable[Event], scanned: Iterable[TravellerId] = (), now: datetime) -> Handover | None:
    """How a handover stands at `now`; None when it was never offered. Order and repetition of events mean nothing."""
    handover: Handover | None = None
    distinct = {event.order(): event for event in events}
    for _, event in sorted(distinct.items(), key=lambda item: item[0]):
        handover = _take(handover, event)
    if handover is None:
        return None
    handover = replace(handover, scanned=frozenset(scanned))
    if handover.state is State.OFFERED and handover.deadline_at and handover.deadline_at < now:
        return replace(handover, state=State.LAPSED)
    if handover.state is State.ACCEPTED:
        differences = list_differences(handover)
        if not differences:
            return replace(handover, state=State.CLOSED)
        return replace(handover, objections=(*handover.objections, *differences))
    return handover


def _take(handover: Handover | None, event: Event) -> Handover | None:
    standing = handover.state if handover is not None else None
    state = TRANSITIONS.get((standing, event.step))
    if handover is None:
        return None if state is None else _offer(event, ())
    if state is None:
        return _object(handover, "handover_step_refused", f"{event.step} after {handover.state}")
    parties, between = (event.giver, event.receiver), (handover.giver, handover.receiver)
    if standing not in _FREE and parties != between:
        because = f"{event.step} for {' to '.join(parties)}, offered for {' to '.join(between)}"
        return _object(handover, "handover_parties_differ", because)
    if event.step is Step.OFFERED:
        anew = _offer(event, handover.objections)
        return anew if standing in _FREE else _bound(anew, handover)
    if event.step is Step.ACCEPTED:
        handover = replace(handover, accepted_heads=event.heads, accepted_by=event.by or None)
    return replace(handover, state=state, because=event.because)


def _object(handover: Handover, code: str, because: str) -> Handover:
    return replace(handover, objections=(*handover.objections, Objection(code, handover.id, because)))


def _offer(event: Event, objections: tuple[Objection, ...]) -> Handover:
    return Handover(
        id=event.handover,
        giver=event.giver,
        receiver=event.receiver,
        state=State.OFFERED,
        offered_heads=event.heads,
        accepted_heads=None,
        names=event.names,
        scanned=frozenset(),
        deadline_at=event.deadline_at,
        because=event.because,
        objections=objections,
        offered_by=event.by or None,
        first_offered_at=event.happened_at,
    )


def _bound(anew: Handover, before: Handover) -> Handover:
    """An offer that is made again is the same offer: its time runs from when it was first made."""
    first, deadline = before.first_offered_at, anew.deadline_at
    if first is not None and deadline is not None:
        latest = first + RENEWED_MOST
        deadline = min(deadline, max(before.deadline_at or latest, latest))
    return replace(anew, first_offered_at=first, deadline_at=deadline)


def list_differences(handover: Handover) -> list[Objection]:
    """Why an accepted handover cannot close: the giver's count, the receiver's count and the scans differ."""
    found = []
    counts = (handover.offered_heads, handover.accepted_heads, len(handover.scanned))
    if len({c for c in counts if c is not None}) > 1:
        because = f"offered {counts[0]}, accepted {counts[1]}, scanned {counts[2]}"
        found.append(Objection("handover_counts_differ", handover.id, because))
    found += [Objection("handover_missing", t, handover.id) for t in sorted(handover.missing)]
    found += [Objection("handover_unexpected", t, handover.id) for t in sorted(handover.unexpected)]
    return found
