"""The search that goes on behind a proposal: asked for, taken up by a process, heard of while it lasts, ended.

It is known by the row of the proposal itself (`cost["search"]`), so that whatever becomes of the proposal becomes of its search.
What a process does while it searches is in `better`. Instants here are the world's, not the port's: a drill's clock may run faster.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.store import models

SECONDS = 20.0
"""So long it is searched where nobody says how long."""
SECONDS_MAX = 600.0
LOST_SECONDS = 20
"""A search that is not heard of for so long is taken to be gone."""
START_SECONDS = 60
"""So long the process may take to begin, on a machine that is busy."""


@dataclass(frozen=True, slots=True)
class Order:
    """For how many seconds a better plan is to be looked for, and when that was asked."""

    seconds: float
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Search:
    """A search as it stands: `gone` of `seconds` seconds; how many better plans it `found`; how many heads the plan that stands
    leaves behind. `state` is waiting or running, or why it ended: done, proven, stopped, edited, changed (the facts did), failed,
    lost (its process is gone)."""

    seconds: float
    gone: float
    found: int
    left: int
    state: str

    @property
    def goes_on(self) -> bool:
        """Whether it may still find a better plan."""
        return self.state in ("waiting", "running")


def write(*, order: Order, left: int) -> dict[str, Any]:
    """A search that nobody has taken up yet, as it is stored; `left` heads stay behind so far."""
    return {
        "seconds": max(0.0, min(order.seconds, SECONDS_MAX)),
        "asked_at": order.asked_at.isoformat(),
        "heard_at": None,
        "gone": 0.0,
        "found": 0,
        "left": left,
        "before": [],
        "ended": "",
    }


def read(*, plan: models.Plan | None, wall: datetime) -> Search | None:
    """The search of a proposal, None if it has none."""
    kept = plan.cost.get("search") if plan is not None else None
    if kept is None:
        return None
    return Search(kept["seconds"], kept["gone"], kept["found"], kept["left"], _judge(kept, wall))


def _judge(kept: Mapping[str, Any], wall: datetime) -> str:
    if kept["ended"]:
        return str(kept["ended"])
    since, most = kept["heard_at"], LOST_SECONDS
    if since is None:
        since, most = kept["asked_at"], START_SECONDS
    if wall > datetime.fromisoformat(since) + timedelta(seconds=most):
        return "lost"
    return "running" if kept["heard_at"] else "waiting"


def find_standing() -> models.Plan | None:
    """The proposal that stands, without what is large in it, to read its search of."""
    return models.Plan.objects.filter(state="proposed").only("id", "objective", "bound", "cost").first()


def refuse_second(*, wall: datetime) -> None:
    """Raises `Refused("search_running")` while a search goes on."""
    found = read(plan=find_standing(), wall=wall)
    if found is not None and found.goes_on:
        raise Refused(
            "search_running", "a better plan is being looked for: adopt what stands, or stop the search first"
        )


def make_way() -> None:
    """A proposal is made because the facts have changed: what is looked for of the one that stands is of no use any more, and ends."""
    standing = find_standing()
    if standing is not None:
        end(plan=standing.id, because="changed")


def find_latest(*, plan: UUID) -> UUID:
    """The proposal that a search has put in the place of this one; itself where none has."""
    if models.Plan.objects.filter(id=plan).exists():
        return plan
    after = models.Plan.objects.filter(cost__search__before__contains=[str(plan)])
    return after.values_list("id", flat=True).first() or plan


def is_asked(*, wall: datetime) -> bool:
    """Whether a search waits for a process."""
    found = read(plan=find_standing(), wall=wall)
    return found is not None and found.state == "waiting"


def take(*, wall: datetime) -> models.Plan | None:
    """The proposal whose search waits for a process, now taken up by this one; None if none does."""
    with transaction.atomic():
        row = models.Plan.objects.select_for_update().filter(state="proposed").first()
        found = read(plan=row, wall=wall)
        if row is None or found is None or found.state != "waiting":
            return None
        row.cost["search"]["heard_at"] = wall.isoformat()
        row.save(update_fields=["cost"])
        return row


def hear(*, plan: UUID, gone: float, bound: float, wall: datetime) -> bool:
    """Write down how far a search is and what it has proven; False if it is wanted no more."""
    with transaction.atomic():
        row = get_open(plan=plan)
        if row is None:
            return False
        row.cost["search"] |= {"gone": round(gone, 1), "heard_at": wall.isoformat()}
        row.bound = min(max(row.bound, bound), row.objective)
        row.save(update_fields=["cost", "bound"])
        return True


def get_open(*, plan: UUID) -> models.Plan | None:
    """The proposal, locked, if it still stands and its search is not ended; part of the caller's transaction."""
    light = models.Plan.objects.select_for_update().defer("document", "diff", "unmoved", "left_out")
    row = light.filter(id=plan, state="proposed").first()
    return row if row is not None and "search" in row.cost and not row.cost["search"]["ended"] else None


def end(*, plan: UUID, because: str) -> bool:
    """A proposal's search finds nothing more: done, proven, stopped, edited, changed or failed. Whether it still went on."""
    with transaction.atomic():
        row = get_open(plan=plan)
        if row is None:
            return False
        row.cost["search"]["ended"] = because
        row.save(update_fields=["cost"])
        return True


def stop(*, plan: UUID) -> bool:
    """Stop the search and keep the proposal that stands, also one found since `plan` was seen. Whether one still went on."""
    return end(plan=find_latest(plan=plan), because="stopped")
