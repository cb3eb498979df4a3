"""What changes between two rosters, for whom and why."""

from collections.abc import Mapping
from dataclasses import dataclass

from pratique.core.roster.plan import Roster
from pratique.core.roster.problem import Duty


@dataclass(frozen=True, slots=True)
class DutyChange:
    """One person's day: `what` is new, moved or dropped; `must` says that the old duty could not be kept."""

    day: int
    person: str
    what: str
    before: Duty | None
    after: Duty | None
    because: str
    must: bool


@dataclass(frozen=True, slots=True)
class Diff:
    """Changes by day and person (those that must be first), and how many people have one that they did not cause."""

    changes: tuple[DutyChange, ...]
    people: int
    unchanged: int


def compare(*, before: Roster, after: Roster, lost: Mapping[Duty, str]) -> Diff:
    """The diff from the roster in force to another; `lost` are the duties that could not be kept, with their reason."""
    old = {(one.day, one.person): one for one in before.duties}
    new = {(one.day, one.person): one for one in after.duties}
    changes = []
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key), new.get(key)
        if was == now:
            continue
        what = "new" if was is None else "dropped" if now is None else "moved"
        reason = lost.get(was, "") if was is not None else ""
        because = reason or (
            "fills what was lost" if now is not None else "makes room for the changes beside it"
        )
        changes.append(DutyChange(key[0], key[1], what, was, now, because, bool(reason)))
    changes.sort(key=lambda one: (not one.must, one.day, one.person))
    others = {one.person for one in changes if not one.must}
    return Diff(
        tuple(changes),
        len(others),
        len(old.keys() & new.keys()) - sum(one.what == "moved" for one in changes),
    )
