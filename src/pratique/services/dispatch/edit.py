"""A proposal changed by hand: people to another trip, another vehicle, a trip pinned; the core's checker judges at once.

What was changed is pinned: later plans keep it, until it is released or has become impossible. An edit makes a new
proposal of the old one, so that nobody adopts what they have not seen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Objection, Refused
from pratique.core.transport import check, diff
from pratique.core.transport.plan import Plan
from pratique.services.dispatch import plans
from pratique.services.dispatch.draft import Names
from pratique.store import locks, models

NO_TRIP = -1
BY_HAND = "by-hand"


@dataclass(frozen=True, slots=True)
class Edited:
    """The new proposal, or what the checker has against it (then the old one stands unchanged)."""

    plan: models.Plan | None
    breaches: tuple[Objection, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """What to change in which proposal. `trip` is the number of a trip in it (NO_TRIP: these people go on none);
    `parties` move there; `vehicle` (a number of the problem) takes that trip over; `pinned` pins or releases it."""

    plan: UUID
    trip: int
    parties: tuple[int, ...] = ()
    vehicle: int | None = None
    pinned: bool = True


def apply(*, edit: Edit, by: UUID, now: datetime) -> Edited:
    """Change a proposal by hand. Raises `Refused`: `plan_unknown`, `plan_overtaken`, `plan_edit_unknown`."""
    with transaction.atomic():
        locks.hold_in_transaction(locks.DISPATCH)
        standing = plans.get_standing(plan=edit.plan)
        _refuse_unknown(standing, edit)
        rows = _change(standing.trips, edit)
        problem = plans.read_problem(plan=standing)
        plan = Plan(tuple(sorted(plans.read_row(row) for row in rows)))
        found = plans.list_breaches(problem=problem, trips=plan.trips)
        if found:
            return Edited(None, found)
        names = Names(standing.document)
        drafts = plans.list_changeable()
        base = plans.find_in_force(problem=problem, names=names, drafts=drafts, standing=None).base
        repaired = float(standing.cost["if_only_repaired"])
        changes = diff.compare(problem=problem, before=base, after=plan, because={}, repaired=repaired)
        cost = check.cost(problem=problem, plan=plan)
        plans.replace_proposed(now=now)
        return Edited(
            models.Plan.objects.create(
                base=standing.base,
                document=standing.document,
                trips=sorted(rows, key=plans.read_row),
                unmoved=_write_unmoved(standing.unmoved, plan, names.parties),
                diff=plans.write_diff(found=changes),
                left_out=standing.left_out,
                cost={
                    **{part: float(getattr(cost, part)) for part in check.Cost.__slots__},
                    "if_only_repaired": repaired,
                },
                objective=cost.total,
                bound=min(standing.bound, cost.total),
                made_at=standing.made_at,
                made_by_id=by,
            ),
            (),
        )


def _refuse_unknown(plan: models.Plan, edit: Edit) -> None:
    parties = {row["id"] for row in plan.document["parties"]}
    vehicles = {row["id"] for row in plan.document["vehicles"]}
    known = (
        NO_TRIP <= edit.trip < len(plan.trips)
        and set(edit.parties) <= parties
        and (edit.vehicle is None or edit.vehicle in vehicles)
        and (edit.trip != NO_TRIP or edit.parties)
    )
    if not known:
        raise Refused("plan_edit_unknown", "the plan has no such trip, party or vehicle")


def _change(trips: Sequence[dict[str, Any]], edit: Edit) -> list[dict[str, Any]]:
    """The trips after the edit; one that carries nobody any more is gone."""
    moving = set(edit.parties)
    rows = [{**row, "parties": [p for p in row["parties"] if p not in moving]} for row in trips]
    if edit.trip != NO_TRIP:
        row = rows[edit.trip]
        row["parties"] += sorted(moving)
        row["pinned"] = edit.pinned
        if edit.vehicle is not None and edit.vehicle != row["vehicle"]:
            row["vehicle"], row["trip"] = edit.vehicle, None
    return [row for row in rows if row["parties"]]


def _write_unmoved(
    before: Iterable[dict[str, Any]], plan: Plan, parties: Iterable[int]
) -> list[dict[str, Any]]:
    moved = {party for trip in plan.trips for party in trip.parties}
    said = {row["party"]: row for row in before}
    by_hand = {"code": BY_HAND, "because": "taken off by hand", "remedy": "put it on a trip, or plan again"}
    return [said.get(party, {"party": party, **by_hand}) for party in parties if party not in moved]
