"""A convoy: vehicles that go the long way together, rest where they may, and answer for everybody until they are accepted.

It stops at designated rest places only. What it is at is worked out from its trips; nobody enters it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pratique.core.transport.stretch import Stretch


@dataclass(frozen=True, slots=True)
class Halt:
    """A designated rest place, so many minutes of driving from the start."""

    code: str
    minutes: int


def choose_halts(*, minutes: int, halts: Iterable[Halt], every: int) -> tuple[Halt, ...]:
    """The fewest of these places at which a way of so many minutes rests at least after `every` minutes of driving.

    Each time the furthest within reach: no choice needs fewer. Where none is within reach it is the next one, and that
    leg is longer than `every`. Raises ValueError for a number that cannot be.
    """
    if minutes < 1 or every < 1:
        raise ValueError("minutes and every are at least 1")
    left = sorted((h for h in halts if 0 < h.minutes < minutes), key=lambda h: (h.minutes, h.code))
    chosen: list[Halt] = []
    at = 0
    while minutes - at > every:
        ahead = [h for h in left if h.minutes > at]
        if not ahead:
            break
        within = [h for h in ahead if h.minutes - at <= every]
        chosen.append(within[-1] if within else ahead[0])
        at = chosen[-1].minutes
    return tuple(chosen)


def cut_legs(
    *, minutes: int, halts: Sequence[Halt], rest: int, drivers: int = 1, rests: int = 0
) -> tuple[Stretch, ...]:
    """The legs of a way of so many minutes of driving with a rest of `rest` minutes at each of these halts.

    Drivers take turns leg by leg; the first leg is driven by the one whose turn it is after `rests` rests before. Halts must be in
    the order of the way and on it. Raises ValueError for what cannot be.
    """
    marks = [0, *(h.minutes for h in halts), minutes]
    if (
        rest < 0
        or drivers < 1
        or any(after <= before for before, after in zip(marks, marks[1:], strict=False))
    ):
        raise ValueError("halts lie on the way, in its order; rest is at least 0, drivers at least 1")
    return tuple(
        Stretch(begin + number * rest, end + number * rest, (rests + number) % drivers)
        for number, (begin, end) in enumerate(zip(marks, marks[1:], strict=False))
    )


class State(StrEnum):
    """What a convoy is at."""

    FORMING = "forming"
    MOVING = "moving"
    ARRIVED = "arrived"
    ACCEPTED = "accepted"
    DISBANDED = "disbanded"


@dataclass(frozen=True, slots=True)
class Member:
    """One trip of a convoy: whether it has set off, arrived, is over (withdrawn, or broken down and relieved), how many
    the book has aboard, whether it ever carried anybody, whether the receiver's count and names agree with its own, and whether
    it brought anybody: one whose people were all taken on by others on the way has nobody to be accepted."""

    departed: bool
    arrived: bool
    over: bool
    aboard: int
    carried: bool
    agreed: bool
    brought: bool = True


def judge(members: Iterable[Member], *, disbanded: bool = False) -> State:
    """What a convoy of these trips is at.

    It is responsible until it is accepted: every trip that carried anybody has arrived, the receiver's own count and
    names agree, and nobody is left in any of its books. A trip that broke down stays part of it until it is empty, and whom it
    brought all the same is counted like everybody else.
    """
    if disbanded:
        return State.DISBANDED
    own = list(members)
    counting = [m for m in own if m.aboard or not m.over]
    if not any(m.departed or m.carried for m in own):
        return State.FORMING
    if any(not m.arrived for m in counting):
        return State.MOVING
    if any(m.aboard or (m.carried and m.brought and not m.agreed) for m in own):
        return State.ARRIVED
    return State.ACCEPTED
