"""A plan changed by hand: people to another trip, another vehicle or time, a trip pinned; the core's checker judges at once.

What was changed is pinned: later plans keep it, until it is released or has become impossible. An edit makes a new
proposal of the old one (or of what is in force, if none stands), so that nobody adopts what they have not seen.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Objection, Refused
from pratique.core.transport import check, diff
from pratique.core.transport import plan as plan_form
from pratique.core.transport.fitting import Fitting
from pratique.core.transport.plan import Plan, Trip
from pratique.core.transport.problem import TransportProblem
from pratique.services.dispatch import means, plans, searches, staying
from pratique.services.dispatch.draft import Draft, Names
from pratique.store import locks, models

NO_TRIP, ANY_TRIP = -1, -2
UNDONE = "undone"
OF_CREWS = frozenset(
    f"transport-{code}" for code in ("drivers", "escorts", "licence", "role", "shift", "crew-twice")
)
"""What is in the way of a crew and not of a trip: another crew may do."""
AGAIN = "put it on a trip, or plan again"
_PEOPLE = ("parties", "drivers", "escorts")


@dataclass(frozen=True, slots=True)
class Edited:
    """The new proposal, or what the checker has against it (then the old one stands unchanged); `before` is the plan
    that the numbers of the objections are of."""

    plan: models.Plan | None
    breaches: tuple[Objection, ...]
    before: models.Plan


@dataclass(frozen=True, slots=True)
class Edit:
    """What to change in which proposal (None: none stands, in what is in force). `trip` is the number of a trip in it
    (NO_TRIP: these people go on none, and plans keep it; ANY_TRIP: plans may take them again); `parties` move there; `vehicle` (a number of the problem) takes that trip over;
    it starts `later` by so many minutes; `pinned` pins or releases it."""

    plan: UUID | None
    trip: int
    parties: tuple[int, ...] = ()
    vehicle: int | None = None
    later: int = 0
    pinned: bool = True


@dataclass(frozen=True, slots=True)
class Move:
    """A load as the desk names it (a trip in force by its id, one of a proposal by its number) to another vehicle, `later`
    by so many minutes, or onto another load's trip; with neither it is pinned or released where it is."""

    plan: UUID | None
    load: str
    onto: str = ""
    vehicle: UUID | None = None
    later: int = 0
    pinned: bool = True


@dataclass(frozen=True, slots=True)
class Targets:
    """Where a load might go by hand, and what is in the way there (nothing: it may); numbers are those of `plan`."""

    plan: models.Plan
    vehicles: Mapping[UUID, tuple[Objection, ...]]
    loads: Mapping[str, tuple[Objection, ...]]


def move(*, move: Move, by: UUID, now: datetime) -> Edited:
    """Do by hand what the desk says. Raises `Refused` as `apply` does."""
    with transaction.atomic():
        locks.hold_in_transaction(locks.DISPATCH)
        standing = get_plan(plan=move.plan, by=by, now=now)
        number = find_number(plan=standing, load=move.load)
        edit = Edit(move.plan, number, later=move.later, pinned=move.pinned)
        if move.onto:
            edit = Edit(
                move.plan,
                find_number(plan=standing, load=move.onto),
                parties=tuple(standing.trips[number]["parties"]),
            )
        elif move.vehicle is not None:
            numbers = {row["ref"]: row["id"] for row in standing.document["vehicles"]}
            if str(move.vehicle) not in numbers:
                raise Refused("plan_edit_unknown", "the plan does not have this vehicle")
            edit = replace(edit, vehicle=numbers[str(move.vehicle)])
        return _apply(edit, standing, by, now)


def apply(*, edit: Edit, by: UUID, now: datetime) -> Edited:
    """Change a plan by hand. Raises `Refused`: `plan_unknown`, `plan_overtaken`, `plan_edit_unknown`."""
    with transaction.atomic():
        locks.hold_in_transaction(locks.DISPATCH)
        return _apply(edit, get_plan(plan=edit.plan, by=by, now=now), by, now)


def put(*, plan: UUID | None, travellers: Collection[UUID], onto: str, by: UUID, now: datetime) -> Edited:
    """Put people who wait, whole parties, onto the trip that the desk calls `onto`. Raises `Refused` as `apply` does."""
    with transaction.atomic():
        locks.hold_in_transaction(locks.DISPATCH)
        standing = get_plan(plan=plan, by=by, now=now)
        parties = find_parties(names=Names(standing.document), travellers=travellers)
        edit = Edit(plan, find_number(plan=standing, load=onto), parties=parties)
        return _apply(edit, standing, by, now)


def let_go(*, plan: UUID | None, travellers: Collection[UUID], by: UUID, now: datetime) -> Edited:
    """Whoever was kept back by hand, whole parties, may be given a trip by plans again. Raises `Refused` as `apply` does."""
    with transaction.atomic():
        locks.hold_in_transaction(locks.DISPATCH)
        standing = get_plan(plan=plan, by=by, now=now)
        parties = find_parties(names=Names(standing.document), travellers=travellers)
        return _apply(Edit(plan, ANY_TRIP, parties=parties), standing, by, now)


def add(*, plan: UUID | None, draft: Draft, by: UUID, now: datetime) -> Edited:
    """A new trip made by hand, pinned. Raises `Refused` as `apply` does."""
    with transaction.atomic():
        locks.hold_in_transaction(locks.DISPATCH)
        standing = get_plan(plan=plan, by=by, now=now)
        names = Names(standing.document)
        moving = find_parties(names=names, travellers=draft.travellers)
        trip = names.write(replace(draft, origin=names.find_origin(moving)))
        if trip is None:
            raise Refused("plan_edit_unknown", "the plan has no such vehicle, place or member of a crew")
        rows = [{**row, "parties": [p for p in row["parties"] if p not in moving]} for row in standing.trips]
        rows = [row for row in rows if row["parties"]]
        (row,) = plan_form.write(plan=Plan((trip,)))["trips"]
        rows.append({**row, "pinned": True, "trip": None})
        return _keep(standing, rows, by, now)


def undo(*, plan: UUID, by: UUID, now: datetime) -> models.Plan | None:
    """Take the last change by hand back: the proposal before it stands again, or none if none stood.

    Raises `Refused`: `plan_unknown`, `plan_overtaken`, `plan_edit_unknown` (nothing was changed by hand).
    """
    with transaction.atomic():
        locks.hold_in_transaction(locks.DISPATCH)
        found = plans.get_standing(plan=plan)
        if "by_hand" not in found.cost:
            raise Refused("plan_edit_unknown", "nothing of this proposal was changed by hand")
        # What was made of the plan in force was made of no stored proposal.
        before = models.Plan.objects.filter(state="replaced", id=found.cost["by_hand"]).first()
        settled = {"settled_at": now, "settled_by_id": by, "because": UNDONE}
        models.Plan.objects.filter(id=found.id).update(state="refused", **settled)
        if before is not None:
            models.Plan.objects.filter(id=before.id).update(state="proposed", settled_at=None)
        return before


def find_parties(*, names: Names, travellers: Collection[UUID]) -> tuple[int, ...]:
    """The parties that these people are. Raises `Refused("plan_edit_unknown")` if somebody does not wait, or of a party only some."""
    parties = names.list_parties(frozenset(travellers))
    known = {who for party in parties for who in names.parties[party]}
    if not parties or known != set(travellers):
        raise Refused("plan_edit_unknown", "somebody of these waits no more, or travels with others")
    return parties


def list_targets(*, plan: UUID | None, load: str, by: UUID, now: datetime) -> Targets:
    """Every other vehicle and trip for a load, tried. Raises `Refused` as `apply` does."""
    with transaction.atomic():
        standing = get_plan(plan=plan, by=by, now=now)
    number = find_number(plan=standing, load=load)
    problem, names = plans.read_problem(plan=standing), Names(standing.document)
    rows = [plans.read_row(row) for row in standing.trips]
    fitting = Fitting(problem)
    fitting.keep_all(rows)
    mine = rows[number]
    vehicles = {
        names.vehicles[one]: try_trip(fitting, replace(mine, vehicle=one), [number])
        for one in problem.vehicles
        if one != mine.vehicle
    }
    loads = {
        name_load(number=other, row=standing.trips[other]): try_trip(
            fitting, replace(trip, parties=trip.parties + mine.parties), [number, other]
        )
        for other, trip in enumerate(rows)
        if other != number
    }
    return Targets(standing, vehicles, loads)


def name_load(*, number: int, row: Mapping[str, Any]) -> str:
    """What the desk calls a row of a plan: the trip it is already, or its number."""
    return str(row.get("trip") or number)


def find_number(*, plan: models.Plan, load: str) -> int:
    """The number of the row that the desk calls so. Raises `Refused("plan_edit_unknown")`."""
    for number, row in enumerate(plan.trips):
        if name_load(number=number, row=row) == load:
            return number
    raise Refused("plan_edit_unknown", "the plan has no such trip")


def pin(*, trip: UUID, pinned: bool, now: datetime) -> models.Trip:
    """Pin a trip that is in force, or release it; a proposal that keeps it says so too, one that does not is dropped.

    Raises `Refused`: `trip_unknown`, `trip_under_way` (what has set off stays anyway).
    """
    with transaction.atomic():
        locks.hold_in_transaction(locks.DISPATCH)
        row: Any = models.Trip.objects.select_for_update().filter(id=trip).first()
        if row is None:
            raise Refused("trip_unknown", "there is no such trip")
        if not means.is_changeable(trip=trip):
            raise Refused("trip_under_way", "the trip boards, has set off or is over: it stays as it is")
        row.pinned = pinned
        row.save(update_fields=["pinned"])
        proposal = plans.find_proposed()
        if proposal is not None:
            _pin_proposed(proposal, str(trip), pinned, now)
    found: models.Trip = row
    return found


def _pin_proposed(proposal: models.Plan, trip: str, pinned: bool, now: datetime) -> None:
    rows = [row for row in proposal.trips if row.get("trip") == trip]
    if pinned and not rows:
        plans.replace_proposed(now=now)
        return
    for row in rows:
        row["pinned"] = pinned
    proposal.save(update_fields=["trips"])
    searches.end(plan=proposal.id, because="edited")


def get_plan(*, plan: UUID | None, by: UUID, now: datetime) -> models.Plan:
    """The proposal that was seen; what is in force, drawn anew, if none was and none is there. Raises `Refused`: `plan_unknown`,
    `plan_overtaken`, `dispatch_nothing_waiting`."""
    if plan is not None:
        return plans.get_standing(plan=plan)
    if plans.find_proposed() is not None:
        raise Refused("plan_overtaken", "a plan was proposed meanwhile: look at it first")
    return plans.draw_in_force(by=by, now=now)


def _apply(edit: Edit, standing: models.Plan, by: UUID, now: datetime) -> Edited:
    _refuse_unknown(standing, edit)
    kept_back = staying.read(plan=standing)
    if edit.trip == ANY_TRIP:
        return _keep(standing, standing.trips, by, now, kept_back.difference(edit.parties))
    rows = _change(plans.read_problem(plan=standing), standing.trips, edit)
    return _keep(standing, rows, by, now, kept_back.union(edit.parties if edit.trip == NO_TRIP else ()))


def _keep(
    standing: models.Plan,
    rows: Sequence[dict[str, Any]],
    by: UUID,
    now: datetime,
    kept_back: frozenset[int] | None = None,
) -> Edited:
    """Propose these trips in the place of a plan's, if the checker has nothing against them; parties `kept_back` by hand (None: those
    that the plan keeps back) stay so unless they ride now."""
    problem = plans.read_problem(plan=standing)
    plan = Plan(tuple(sorted(plans.read_row(row) for row in rows)))
    found = plans.list_breaches(problem=problem, trips=plan.trips)
    if found:
        return Edited(None, found, standing)
    names, drafts = Names(standing.document), plans.list_changeable()
    base = plans.find_in_force(problem=problem, names=names, drafts=drafts, standing=None).base
    repaired = float(standing.cost["if_only_repaired"])
    must = {row["party"]: row["because"] for row in standing.diff if row["must"]}
    changes = diff.compare(problem=problem, before=base, after=plan, because=must, repaired=repaired)
    cost = check.cost(problem=problem, plan=plan)
    riding = {party for trip in plan.trips for party in trip.parties}
    kept_back = (staying.read(plan=standing) if kept_back is None else kept_back) - riding
    proven = _keeps_pins(standing, rows) and staying.read(plan=standing) <= kept_back
    searches.end(plan=standing.id, because="edited")
    plans.replace_proposed(now=now)
    made = models.Plan.objects.create(
        base=standing.base,
        document=standing.document,
        trips=sorted(rows, key=plans.read_row),
        unmoved=_write_unmoved(standing.unmoved, set(names.parties) - riding, kept_back),
        diff=_say_by_hand(plans.write_diff(found=changes), rows),
        left_out=standing.left_out,
        cost={
            **plans.write_cost(cost=cost, repaired=repaired, left=standing.cost.get("in_force", {})),
            "by_hand": str(standing.id),
        },
        objective=cost.total,
        bound=min(standing.bound, cost.total) if proven else 0.0,
        made_at=standing.made_at,
        made_by_id=by,
    )
    return Edited(made, (), standing)


def _keeps_pins(standing: models.Plan, rows: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a plan's bound still holds: it was proven of plans that keep its pins, and says nothing of others."""

    def name(row: Mapping[str, Any]) -> tuple[Any, ...]:
        return (
            *(row[key] for key in ("vehicle", "start", "dest")),
            *(frozenset(row[key]) for key in _PEOPLE),
        )

    there = {name(row): bool(row.get("pinned")) for row in rows}
    released = [row for row in standing.trips if row["pinned"] and not there.get(name(row))]
    return not released and all(name(pin) in there for pin in standing.document["pins"])


def _say_by_hand(changes: list[dict[str, Any]], rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """A change of choice is no choice of the planner's where somebody pinned the trip, or took people off it."""
    pinned = {party for row in rows if row["pinned"] for party in row["parties"]}
    for change in changes:
        if not change["must"] and (change["party"] in pinned or change["what"] == "dropped"):
            change["because"] = "changed by hand"
    return changes


def _refuse_unknown(plan: models.Plan, edit: Edit) -> None:
    parties = {row["id"] for row in plan.document["parties"]}
    vehicles = {row["id"] for row in plan.document["vehicles"]}
    known = (
        ANY_TRIP <= edit.trip < len(plan.trips)
        and set(edit.parties) <= parties
        and (edit.vehicle is None or edit.vehicle in vehicles)
        and (edit.trip not in (NO_TRIP, ANY_TRIP) or edit.parties)
    )
    if not known:
        raise Refused("plan_edit_unknown", "the plan has no such trip, party or vehicle")


def _change(problem: TransportProblem, trips: Sequence[dict[str, Any]], edit: Edit) -> list[dict[str, Any]]:
    """The trips after the edit, with another crew where the old one cannot; one that carries nobody any more is gone."""
    moving = set(edit.parties)
    rows = [{**row, "parties": [p for p in row["parties"] if p not in moving]} for row in trips]
    if edit.trip != NO_TRIP:
        row = rows[edit.trip]
        row["parties"] += sorted(moving)
        row["pinned"] = edit.pinned
        row["start"] = max(0, row["start"] + edit.later)
        if edit.vehicle is not None and edit.vehicle != row["vehicle"]:
            row["vehicle"], row["trip"] = edit.vehicle, None
        _crew(problem, [one for one in rows if one is not row and one["parties"]], row)
    return [row for row in rows if row["parties"]]


def _crew(problem: TransportProblem, others: Iterable[dict[str, Any]], row: dict[str, Any]) -> None:
    """Give a trip that was changed another crew if, and only if, that is all it wants."""
    fitting, trip = Fitting(problem), plans.read_row(row)
    fitting.keep_all(plans.read_row(one) for one in others)
    if any(map(is_of_crew, fitting.check(trip))):
        crewed = fitting.give_crew(trip)
        row["drivers"], row["escorts"] = list(crewed.drivers), list(crewed.escorts)


def is_of_crew(found: Objection) -> bool:
    """Whether another crew would do."""
    return found.code in OF_CREWS or found.subject.startswith("crew member")


def try_trip(fitting: Fitting, trip: Trip, without: Collection[int]) -> tuple[Objection, ...]:
    """What is in the way of a trip in the place of others, with another crew where the old one cannot."""
    found = fitting.check(trip, without=without)
    if found and all(map(is_of_crew, found)):
        crewed = fitting.give_crew(trip, without=without)
        return fitting.check(crewed, without=without)
    return tuple(one for one in found if not is_of_crew(one)) or found


def _write_unmoved(
    before: Iterable[dict[str, Any]], left: Collection[int], kept_back: Collection[int]
) -> list[dict[str, Any]]:
    """Why each party that is left stays: by hand, or as was said before."""
    said = {row["party"]: row for row in before if row["code"] != staying.BY_HAND}
    if set(left) != {
        row["party"] for row in before
    }:  # a remedy was proven for a group, which is another one now
        said = {
            party: {**row, "remedy": AGAIN} if " these " in row["remedy"] else row
            for party, row in said.items()
        }
    by_hand = {"code": staying.BY_HAND, "because": staying.BECAUSE, "remedy": staying.REMEDY}
    free = {"code": "not-planned", "because": "it had no trip", "remedy": AGAIN}
    return [
        {"party": party, **by_hand} if party in kept_back else said.get(party, {"party": party, **free})
        for party in sorted(left)
    ]
