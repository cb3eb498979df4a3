"""Who has what overdue, and who must be told of it now."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

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

    @property
    def id(self) -> str:
        """The same for the same step; another once a correction moves the moment from which the duty is overdue."""
        return f"{self.duty.id}/{self.duty.overdue_at.astimezone(UTC).isoformat()}/{self.level}"


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


def list_steps(*, duties: Iterable[Duty], told: Container[str]) -> tuple[Step, ...]:
    """Every step that overdue and missed duties have reached and whose id is not among those `told`, oldest first.

    What was told is remembered, not since when: evidence withdrawn today makes a duty overdue since last week, and a
    messenger who only looks at today would never speak of it.
    """
    steps = []
    for duty in duties:
        for level, rung in enumerate(duty.obligation.ladder[: duty.level], start=1):
            to = duty.owner if rung.to == "owner" else rung.to
            steps.append(Step(duty, level, to, duty.overdue_at + rung.after_minutes * MINUTE))
    fresh = [step for step in steps if step.id not in told]
    return tuple(sorted(fresh, key=lambda step: (step.reached_at, step.duty.id, step.level)))
