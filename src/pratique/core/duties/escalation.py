"""Who has what overdue, and who must be told of it now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pratique.core.duties.register import Duty, State
from pratique.core.duties.schedule import MINUTE


@dataclass(frozen=True, slots=True)
class OwnerList:
    """The overdue duties of one post at one custodian, the highest level first, then the longest overdue."""

    owner: str
    custodian: str
    duties: tuple[Duty, ...]

    @property
    def level(self) -> int:
        """The highest level on the list."""
        return self.duties[0].level


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a ladder was reached: this post is to be told of this duty; `level` counts from 1."""

    duty: Duty
    level: int
    told: str
    reached_at: datetime


def list_overdue(*, duties: Iterable[Duty]) -> tuple[OwnerList, ...]:
    """Overdue duties by the post that owes them and where; the lists with the highest level and most duties first."""
    found: dict[tuple[str, str], list[Duty]] = {}
    for duty in duties:
        if duty.state is State.OVERDUE:
            found.setdefault((duty.owner, duty.custodian), []).append(duty)
    lists = [
        OwnerList(owner, custodian, tuple(sorted(late, key=lambda d: (-d.level, d.overdue_at, d.id))))
        for (owner, custodian), late in found.items()
    ]
    return tuple(sorted(lists, key=lambda each: (-each.level, -len(each.duties), each.owner, each.custodian)))


def list_steps(*, duties: Iterable[Duty], after_at: datetime, until_at: datetime) -> tuple[Step, ...]:
    """Every step reached after `after_at` and up to `until_at` by duties overdue as of `until_at`, in that order.

    Asked for adjoining spans of time, each step is named exactly once: what a messenger needs to tell nobody twice.
    A duty that was discharged meanwhile tells nobody.
    """
    steps = []
    for duty in duties:
        if duty.state is not State.OVERDUE:
            continue
        for level, rung in enumerate(duty.obligation.ladder, start=1):
            reached_at = duty.overdue_at + rung.after_minutes * MINUTE
            if after_at < reached_at <= until_at:
                told = duty.owner if rung.to == "owner" else rung.to
                steps.append(Step(duty, level, told, reached_at))
    return tuple(sorted(steps, key=lambda step: (step.reached_at, step.duty.id, step.level)))
