"""Proposals: made from the problem of the moment, adopted or refused by somebody; adopting makes the trips real."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Objection, Refused
from pratique.core.transport import check, diff
from pratique.core.transport import plan as plan_form
from pratique.core.transport import problem as problems
from pratique.core.transport.change import Replanning
from pratique.core.transport.diff import Diff, PartyChange
from pratique.core.transport.fitting import Fitting
from pratique.core.transport.plan import Plan, Trip
from pratique.core.transport.problem import Pin, TransportProblem
from pratique.engines.transport.replan import replan
from pratique.services.dispatch import boarding, draft, means, obstacle, searches, settings, staying
from pratique.services.dispatch.draft import Draft, Names
from pratique.services.dispatch.pose import Posed, pose
from pratique.store import locks, models
from pratique.store.queries import ports

SECONDS = 0.4
"""So long a plan is searched for before it is proposed: people wait for it. What can be better is found behind it (`better`)."""
SECONDS_MAX = 20.0
GOOD_MINUTES = 15
"""A proposal that is older has been overtaken by the clock."""


@dataclass(frozen=True, slots=True)
class InForce:
    """What a new plan starts from: trips that stay if they can (pinned ones first), and why others cannot.

    `known` are those that stay, by vehicle, start, destination and the place where they board; one that is late starts now at the
    earliest, and so much later as its people are (`obstacle.GRACE_MINUTES` at most).
    """

    problem: TransportProblem

    base: Plan
    kept: Plan
    pins: tuple[Trip, ...]
    because: Mapping[int, str]
    known: Mapping[tuple[int, int, int, int], Draft]
    broken: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict)
    """Trips in force that cannot be done as they stand: whom each goes without, nobody where it is given up."""

    def find(self, trip: Trip) -> Draft | None:
        """What a trip of a new plan is already: in force, or pinned by hand."""
        return self.known.get(_name(self.problem, trip))


def find_adopted() -> models.Plan | None:
    """The plan in force: the last that was adopted."""
    return models.Plan.objects.filter(state="adopted").order_by("-settled_at").first()


def find_proposed() -> models.Plan | None:
    """The proposal that waits for an answer, if there is one."""
    return models.Plan.objects.filter(state="proposed").first()


def propose(
    *,
    by: UUID | None,
    now: datetime,
    seconds: float | None = None,
    search: searches.Order | None = None,
) -> models.Plan:
    """Plan from live state for about `seconds` (None: `SECONDS`) and keep the result as the one proposal; an older one is
    replaced. With `search` a better one is looked for from then on, in the background.

    What has set off or boards is a fact; what starts soon or is pinned stays, unless it has become impossible. Raises
    `Refused`: `dispatch_nothing_waiting`; `search_running` if a search is asked for and one goes on already.
    """
    if search is not None:
        searches.refuse_second(wall=search.asked_at)
    base = find_adopted()
    posed = pose(now=now)
    names = Names(posed.document)
    drafts = [draft.of_trip(trip) for trip in posed.changeable]
    standing = find_proposed()
    kept_back = staying.find(names=names, plan=standing or base)
    problem = staying.hold_back(problem=posed.problem, parties=kept_back)
    in_force = find_in_force(
        problem=problem, names=names, drafts=drafts, standing=standing, kept_back=kept_back
    )
    if not posed.problem.parties and not posed.changeable:
        raise Refused("dispatch_nothing_waiting", "nobody waits and nobody is expected within the next hours")
    problem = replace(problem, pins=list_pins(in_force=in_force))
    seconds = SECONDS if seconds is None else seconds
    replanning = Replanning(problem, in_force.because, in_force.kept)
    answer = replan(replanning=replanning, base=in_force.base, seconds=min(seconds, SECONDS_MAX))
    found = check.breaches(problem=problem, plan=answer.result.plan)
    if found:
        raise AssertionError(f"the planner broke a rule: {found[0].subject}: {found[0].because}")
    row: Any = _write(
        posed, in_force, staying.explain(plan=answer.result.plan, parties=kept_back), answer.diff
    )
    row.diff = staying.mark(changes=row.diff, parties=kept_back)
    left = check.cost(problem=problem, plan=in_force.kept)
    row.cost = write_cost(
        cost=answer.result.cost, repaired=answer.diff.cost_if_only_repaired, left=write_parts(left)
    )
    row.base = base
    row.objective, row.bound = answer.result.cost.total, answer.result.bound
    row.made_at, row.made_by_id = now, by
    if search is not None:
        left_heads = count_left(problem=problem, plan=answer.result.plan)
        row.cost["search"] = searches.write(order=search, left=left_heads)
    with transaction.atomic():
        locks.hold_in_transaction(locks.DISPATCH)
        if search is not None:
            searches.refuse_second(wall=search.asked_at)
        replace_proposed(now=now)
        row.save(force_insert=True)
    made: models.Plan = row
    return made


def draw_in_force(*, by: UUID | None, now: datetime) -> models.Plan:
    """What is in force as if it were proposed anew, for somebody to change by hand; not stored, and nothing is proven of it.

    Raises `Refused`: `dispatch_nothing_waiting`.
    """
    posed, base = pose(now=now), find_adopted()
    names = Names(posed.document)
    drafts = [draft.of_trip(trip) for trip in posed.changeable]
    kept_back = staying.find(names=names, plan=base)
    in_force = find_in_force(
        problem=posed.problem, names=names, drafts=drafts, standing=None, kept_back=kept_back
    )
    if not posed.problem.parties:
        raise Refused(
            "dispatch_nothing_waiting", "nobody waits for a trip, and no trip could still be changed"
        )
    riding = {party for trip in in_force.kept.trips for party in trip.parties}
    left = [
        plan_form.Reason(party, "not-planned", "it had no trip", "put it on a trip, or plan again")
        for party in posed.problem.parties
        if party not in riding
    ]
    plan = staying.explain(plan=Plan(in_force.kept.trips, tuple(left)), parties=kept_back)
    cost = check.cost(problem=posed.problem, plan=plan)
    changes = diff.compare(
        problem=posed.problem,
        before=in_force.base,
        after=plan,
        because=in_force.because,
        repaired=cost.total,
    )
    row: Any = _write(posed, in_force, plan, changes)
    row.cost = write_cost(cost=cost, repaired=cost.total, left=write_parts(cost))
    row.base = base
    row.objective, row.bound = cost.total, 0.0
    row.made_at, row.made_by_id = now, by
    drawn: models.Plan = row
    return drawn


def _write(posed: Posed, in_force: InForce, plan: Plan, changes: Diff) -> models.Plan:
    """A plan in the form in which it is stored, its price and its maker still to be said."""
    return models.Plan(
        document={
            **posed.document,
            "pins": plan_form.write(plan=Plan(in_force.pins))["trips"],
            "by_hand": boarding.write_by_hand(changeable=posed.changeable),
            "broken": {str(trip): sorted(map(str, off)) for trip, off in in_force.broken.items()},
        },
        **write_trips(plan=plan, in_force=in_force),
        diff=write_diff(found=changes),
        left_out=[[one.sort, str(one.subject), one.because] for one in posed.left_out],
    )


def list_changeable() -> list[Draft]:
    """The trips in force that a plan may still change."""
    return [draft.of_trip(trip) for trip in means.split(opened=means.list_open())[1]]


def find_in_force(
    *,
    problem: TransportProblem,
    names: Names,
    drafts: Sequence[Draft],
    standing: models.Plan | None,
    kept_back: Collection[int] = (),
) -> InForce:
    """The trips a plan may change (`drafts`), and pinned ones of the proposal that stands, in the problem's numbers; the parties
    `kept_back` by hand are on none of them any more. A trip that only some of its people broke stays without them."""
    by_hand = [one for one in list_drafts(plan=standing) if one.pinned] if standing else []
    changed = {one.trip for one in by_hand}
    pinned = by_hand + [d for d in drafts if d.pinned and d.trip not in changed]
    now = names.instant(names.not_before)
    keep_until = now + timedelta(minutes=settings.get_rules(now=now).rules.keep)
    because: dict[int, str] = {}
    base: list[Trip] = []
    known: dict[tuple[int, int, int, int], Draft] = {}
    pins: list[Trip] = []
    broken: dict[UUID, frozenset[UUID]] = {}
    fitting = Fitting(problem)
    loose = sorted((d for d in drafts if not d.pinned), key=lambda d: (d.starts_at, str(d.trip)))
    for one in [*pinned, *loose]:
        whole = names.write(one)
        if whole is None:
            gone = {*names.list_parties(one.travellers), *names.list_grown(one.travellers)}.difference(
                kept_back
            )
            because.update(dict.fromkeys(gone, "its trip is not possible any more"))
            if one.trip is not None:
                broken[one.trip] = frozenset()
            continue
        trip = replace(whole, parties=tuple(p for p in whole.parties if p not in kept_back))
        kept = obstacle.Kept(None)
        if trip.parties:
            grown = names.list_grown(one.travellers)
            kept = obstacle.keep_most(fitting=fitting, trip=trip, tick=names.tick, grown=grown)
        late = kept.trip
        if one.trip is not None:
            base.append(replace(late or trip, parties=whole.parties))
            if kept.found:
                broken[one.trip] = names.list_members(kept.off)
        for party, said in kept.off.items():
            because[party] = f"its trip at {trip.start_at} goes without it: {said}"
        if late is not None:
            known[_name(problem, late)] = one
            # People were told when it was to start, late or not.
            if one.pinned or one.starts_at <= keep_until:
                pins.append(late)
        elif kept.found:
            reason = f"its trip at {trip.start_at} is impossible: {kept.found[0].because}"
            because.update(dict.fromkeys(trip.parties, reason))
    stays = Plan(tuple(sorted(fitting.kept)))
    return InForce(problem, Plan(tuple(sorted(base))), stays, tuple(pins), because, known, broken)


def _name(problem: TransportProblem, trip: Trip) -> tuple[int, int, int, int]:
    """What a trip of one plan is known by in the next."""
    return trip.vehicle, trip.start_at, trip.dest, problem.find_origin(trip.parties)


def list_breaches(*, problem: TransportProblem, trips: Sequence[Trip]) -> tuple[Objection, ...]:
    """What the core's checker has against these trips, pins aside."""
    return check.breaches(problem=replace(problem, pins=()), plan=Plan(tuple(trips)))


def list_pins(*, in_force: InForce) -> tuple[Pin, ...]:
    """What every plan must keep of what is in force or pinned by hand."""
    return tuple(
        Pin(trip.vehicle, trip.start_at, trip.dest, trip.parties, trip.drivers, trip.escorts)
        for trip in in_force.pins
    )


def count_left(*, problem: TransportProblem, plan: Plan) -> int:
    """How many heads are on no trip of a plan."""
    riding = {party for trip in plan.trips for party in trip.parties}
    return sum(one.size for one in problem.parties.values() if one.id not in riding)


def write_trips(*, plan: Plan, in_force: InForce) -> dict[str, list[dict[str, Any]]]:
    """The plan's trips in file form, with what they are in force already and whether somebody pinned them; and who is on none."""
    found = plan_form.write(plan=plan)
    rows = []
    for trip, row in zip(plan.trips, found["trips"], strict=True):
        known = in_force.find(trip)
        standing = str(known.trip) if known and known.trip else None
        rows.append({**row, "pinned": bool(known and known.pinned), "trip": standing})
    return {"trips": rows, "unmoved": found["unmoved"]}


def replace_proposed(*, now: datetime) -> None:
    """No proposal stands any more; part of the caller's transaction, under the lock of dispatch."""
    models.Plan.objects.filter(state="proposed").update(state="replaced", settled_at=now)


def write_diff(*, found: Diff) -> list[dict[str, Any]]:
    """A diff as it is stored."""
    return [_write_change(change) for change in found.changes]


def _write_change(change: PartyChange) -> dict[str, Any]:
    def write(trip: Trip | None) -> dict[str, int] | None:
        return None if trip is None else {"start": trip.start_at, "vehicle": trip.vehicle, "dest": trip.dest}

    return {
        "party": change.party,
        "persons": change.persons,
        "what": change.what,
        "before": write(change.before),
        "after": write(change.after),
        "because": change.because,
        "must": change.must,
        "cost_of_not": change.cost_of_not,
    }


def write_parts(cost: check.Cost) -> dict[str, float]:
    """A cost by part, as it is stored."""
    return {part: float(getattr(cost, part)) for part in check.Cost.__slots__}


def write_cost(*, cost: check.Cost, repaired: float, left: Mapping[str, float]) -> dict[str, Any]:
    """What a plan costs by part, what the least repair would, and by part what is in force costs if it is left as it is: trips
    that cannot be done any more left out, nobody put on a trip anew."""
    return {**write_parts(cost), "if_only_repaired": float(repaired), "in_force": dict(left)}


def read_problem(*, plan: models.Plan) -> TransportProblem:
    """The problem a plan was made for, without its pins."""
    found, faults = problems.read(document={**plan.document, "pins": []})
    if found is None:
        raise AssertionError(f"a stored problem is faulty: {faults[0].where}: {faults[0].message}")
    return found


def read_plan(*, plan: models.Plan) -> Plan:
    """The trips of a stored plan."""
    found, faults = plan_form.read(document={"trips": plan.trips})
    if found is None:
        raise AssertionError(f"a stored plan is faulty: {faults[0].where}: {faults[0].message}")
    return found


def list_drafts(*, plan: models.Plan) -> list[Draft]:
    """A stored plan's trips in the ledger's words, in the order of the stored rows."""
    names = Names(plan.document)
    return [
        names.read(
            read_row(row),
            pinned=bool(row.get("pinned")),
            kept=UUID(row["trip"]) if row.get("trip") else None,
        )
        for row in plan.trips
    ]


def read_row(row: Mapping[str, Any]) -> Trip:
    """A stored trip in the problem's numbers."""
    people = [tuple(row[key]) for key in ("parties", "drivers", "escorts")]
    return Trip(row["start"], row["vehicle"], row["dest"], *people)


def refuse(*, plan: UUID, because: str, by: UUID, now: datetime) -> models.Plan:
    """Say no to a proposal, and why; what is in force stays so, and its search ends. Raises `Refused`."""
    if not because.strip():
        raise Refused("reason_missing", "say why the plan is refused")
    with transaction.atomic():
        locks.hold_in_transaction(locks.DISPATCH)
        found = get_standing(plan=searches.find_latest(plan=plan))
        _settle(found, "refused", by, now, because)
    return found


def adopt(*, plan: UUID, by: UUID, now: datetime) -> models.Plan:
    """Put a proposal in force: its trips are opened with their lists, those it does not have are withdrawn. A trip made by hand since, or
    whose list was written since, stays as it is.

    Of a proposal that is still searched for it is the plan that stands now, and the search ends. All of it or nothing. Raises
    `Refused`: `plan_unknown`, `plan_overtaken` (another was proposed or adopted meanwhile, it is too old, or somebody of it has
    moved on; with `obstacle` told where something that is known now is in its way), `vehicle_taken`, `vehicle_out_of_service`.
    """
    with transaction.atomic():
        locks.hold_in_transaction(locks.DISPATCH)
        found = get_standing(plan=searches.find_latest(plan=plan))
        _refuse_if_overtaken(found, now)
        problem, (running, changeable) = read_problem(plan=found), means.split(opened=means.list_open())
        newer = boarding.list_newer(document=found.document, changeable=changeable)
        known = [trip for trip in changeable if trip not in newer]
        stay = {trip.id for trip in newer}
        rows = zip(list_drafts(plan=found), found.trips, strict=True)
        wanted = [(one, row) for one, row in rows if one.trip not in stay]
        drafts = [one for one, _ in wanted]
        boarding.refuse_overtaken(drafts=drafts, running=running, changeable=known, beside=newer)
        _refuse_if_impossible(drafts, newer, now)
        orders = [_order(problem, one, read_row(row)) for one, row in wanted]
        boarding.open_trips(
            orders=orders,
            running=running,
            changeable=known,
            under=boarding.Under(found.id, ports.find_zone(), by, now),
        )
        _settle(found, "adopted", by, now)
    return found


def _order(problem: TransportProblem, one: Draft, trip: Trip) -> boarding.Ordered:
    minutes = check.end_of(problem=problem, trip=trip)[1] - trip.start_at
    return boarding.Ordered(one, minutes, check.is_long(problem=problem, trip=trip))


def get_standing(*, plan: UUID) -> models.Plan:
    """The proposal, if it is still one. Raises `Refused`: `plan_unknown`, `plan_overtaken`."""
    found = models.Plan.objects.select_for_update().filter(id=plan).first()
    if found is None and searches.find_latest(plan=plan) != plan:
        raise Refused("plan_overtaken", "a better plan was found meanwhile: look at it first")
    if found is None:
        raise Refused("plan_unknown", "there is no such plan")
    if found.state != "proposed":
        raise Refused("plan_overtaken", f"the plan is {found.state} already")
    return found


def _settle(plan: models.Plan, state: str, by: UUID, now: datetime, because: str = "") -> None:
    models.Plan.objects.filter(id=plan.id).update(
        state=state, settled_at=now, settled_by_id=by, because=because
    )
    plan.refresh_from_db()


def _refuse_if_overtaken(plan: Any, now: datetime) -> None:
    adopted = find_adopted()
    if plan.base_id != (adopted.id if adopted else None):
        raise Refused("plan_overtaken", "another plan was adopted meanwhile: make a new one")
    if now - plan.made_at > timedelta(minutes=GOOD_MINUTES):
        raise Refused("plan_overtaken", f"the plan is older than {GOOD_MINUTES} minutes: make a new one")


def _refuse_if_impossible(drafts: Sequence[Draft], beside: Iterable[Any], now: datetime) -> None:
    """A plan is adopted by what is known now: who tested positive, who of a crew is held, what is closed or taken since."""
    found = obstacle.find(posed=pose(now=now), drafts=drafts, beside=map(draft.of_trip, beside))
    if found is not None:
        because = found.because or f"not there any more: {', '.join(sort for sort, _ in found.missing)}"
        raise Refused(
            "plan_overtaken", f"it cannot be done any more ({because}): make a new one", obstacle=found
        )
