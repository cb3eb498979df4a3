"""The daily draw: who is called out for a day, in turn, and of everybody else why not."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from pratique.core.answers import Refused
from pratique.core.roster import draw as core
from pratique.services import force
from pratique.services.force import people, rules
from pratique.store import locks, models

SPAN_DAYS = 90
"""Turns are counted over so many days."""
RESERVE = "reserve"
NOT_POSSIBLE = frozenset({"leave", "health", "overdue", "rest", "run", "service"})
"""Reasons for which a day does not count as one on which somebody could have been drawn."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Who may be drawn on a day, by id, and of those who may not the reason."""

    candidates: tuple[core.Candidate, ...]
    barred: dict[str, str]


def make(*, on: date, by: UUID | None, now: datetime) -> models.Draw:
    """Draw officers and vehicles for a day and call them out, all of it or nothing.

    Raises `Refused`: `draw_made` (a day is drawn once; what stays empty or falls vacant is filled by `calls.fill`), `draw_past`,
    `draw_nobody`.
    """
    if people.days_ahead(on=on, now=now) < 0:
        raise Refused("draw_past", "that day is over")
    with transaction.atomic():
        locks.hold_in_transaction(locks.FORCE)
        if models.Draw.objects.filter(on=on).exists():
            raise Refused("draw_made", "that day is drawn already: fill what is vacant instead")
        officers, vehicles = list_officer_places(on=on), list_vehicle_places()
        pool, fleet = pool_officers(on=on, now=now), pool_vehicles(on=on)
        if not pool.candidates:
            raise Refused("draw_nobody", "nobody may be drawn: enter people, their training, and quotas")
        quotas = people.read_quotas(on=on)
        drawn = _draw(on, pool, officers, {str(unit): q[0] for unit, q in quotas.items()}, pairs=True)
        taken = _draw(on, fleet, vehicles, {str(unit): q[1] for unit, q in quotas.items()})
        row = models.Draw.objects.create(
            on=on,
            places=[[p.name, sorted(p.needs), p.count] for p in (*officers, *vehicles)],
            short=[*_write_short(pool, drawn, officers), *_write_short(fleet, taken, vehicles)],
            passed_over=_pass_over(pool, drawn, officers) | _pass_over(fleet, taken, vehicles),
            made_at=now,
            made_by_id=by,
        )
        _call(row, pool, drawn, "person_id")
        _call(row, fleet, taken, "vehicle_id")
    return row


def fill_short(*, row: models.Draw, now: datetime) -> list[models.CallOut]:
    """Call for the places that stayed empty, from whoever may be drawn by now and within the quotas as they are now; what stays
    empty all the same is written anew. A day that is over keeps what it had."""
    if not row.short or people.days_ahead(on=row.on, now=now) < 0:
        return []
    missing = {one["place"]: one["missing"] for one in row.short}
    wanted = [core.Place(n, frozenset(needs), missing[n]) for n, needs, _ in row.places if n in missing]
    quotas = people.read_quotas(on=row.on)
    before = {one.id for one in models.CallOut.objects.filter(draw=row)}
    short: list[dict[str, Any]] = []
    for column, (what, pool) in enumerate(
        (("person_id", pool_officers(on=row.on, now=now)), ("vehicle_id", pool_vehicles(on=row.on)))
    ):
        places = [one for one in wanted if ("/" in one.name) == (what == "person_id")]
        called = models.CallOut.objects.filter(draw=row, **{f"{what}__isnull": False})
        standing = called.filter(state__in=("called", "confirmed"))
        given = Counter(standing.values_list("unit_id", flat=True))
        room = {str(unit): max(0, both[column] - given[unit]) for unit, both in quotas.items()}
        known = {str(who) for who in called.values_list(what, flat=True)}
        if what == "person_id":
            known |= _list_apart_from({str(who) for who in standing.values_list(what, flat=True)})
        fresh = Pool(tuple(one for one in pool.candidates if one.id not in known), {})
        drawn = _draw(row.on, fresh, places, room, pairs=what == "person_id")
        _call(row, fresh, drawn, what)
        short += _write_short(fresh, drawn, places, able=pool)
        row.passed_over = {who: why for who, why in row.passed_over.items() if who not in drawn.places}
    row.short = short
    row.save(update_fields=["short", "passed_over"])
    return list(models.CallOut.objects.filter(draw=row).exclude(id__in=before))


def _list_apart_from(some: set[str]) -> set[str]:
    """Whoever is kept apart from one of these."""
    pairs = [(str(one), str(other)) for one, other in people.list_separations()]
    return {b for a, b in pairs if a in some} | {a for a, b in pairs if b in some}


def _draw(
    on: date, pool: Pool, places: Iterable[core.Place], quotas: dict[str, int], *, pairs: bool = False
) -> core.Draw:
    conflicts = [(str(one), str(other)) for one, other in people.list_separations()] if pairs else []
    return core.draw(
        on=on, candidates=pool.candidates, places=tuple(places), quotas=quotas, conflicts=conflicts
    )


def list_officer_places(*, on: date) -> tuple[core.Place, ...]:
    """A place by shift and post, asking for the training of the post and a crew whose turn the shift is."""
    found = [
        core.Place(
            f"{shift}/{name}",
            frozenset({*post.needs, f"shift:{shift}", f"side:{post.side}", f"post:{name}"}),
            count,
        )
        for name, post in rules.get_rules().posts.items()
        for shift, count in post.count.items()
    ]
    total, wanted = sum(place.count for place in found), rules.get_rules().draw.officers
    if total != wanted:
        raise ValueError(f"the posts ask for {total} officers a day, the draw for {wanted}")
    return tuple(found)


def list_vehicle_places() -> tuple[core.Place, ...]:
    """A place for each kind of vehicle."""
    vehicles = rules.get_rules().draw.vehicles
    return tuple(core.Place(kind, frozenset({f"kind:{kind}"}), count) for kind, count in vehicles.items())


def pool_officers(*, on: date, now: datetime) -> Pool:
    """Officers who may be drawn for a day, and of the others what is in the way."""
    known: list[Any] = people.list_officers()
    ids = [who.id for who in known]
    absences = people.read_absences(people=ids, first_on=on, last_on=on)
    held = people.read_qualifications(people=known)
    overdue = people.read_overdue(now=now, ahead=people.days_ahead(on=on, now=now))
    turns, runs = _count_turns("person_id", on), _list_runs(ids, on)
    finished = force.count_finished(people=ids, before=now)
    candidates, barred = [], {}
    for who in known:
        away = [one.reason for one in absences.get(who.id, ()) if one.is_on(on=on)]
        reason = away[0] if away else "overdue" if who.id in overdue else ""
        if not reason and runs.get(who.id, 0) >= rules.get_rules().draw.run_max:
            reason = "run"
        offers = {one.id for one in held.get(who.id, ()) if one.is_valid(on=on)}
        offers |= _offer_shifts(who, on) | _offer_sides(who)
        offers |= {f"post:{name}" for name, p in _posts() if p.shifts_before <= finished.get(who.id, 0)}
        if not reason and not any(one.startswith("shift:") for one in offers):
            reason = "rest"
        if reason:
            barred[str(who.id)] = reason
            continue
        drawn, possible, last_on = turns.get(who.id, (0, 0, None))
        candidates.append(
            core.Candidate(str(who.id), str(who.unit_id), frozenset(offers), drawn, possible, last_on)
        )
    return Pool(tuple(candidates), barred)


def _posts() -> list[tuple[str, Any]]:
    return list(rules.get_rules().posts.items())


def _offer_shifts(who: models.Person, on: date) -> set[str]:
    """The shifts somebody may be called for: their crew's by the pattern; all, if they have no crew."""
    if not who.crew:
        return {f"shift:{name}" for name in rules.get_rules().shifts}
    turn = rules.find_turn(crew=who.crew, on=on)
    return {f"shift:{turn}"} if turn else set()


def _offer_sides(who: models.Person) -> set[str]:
    sides = {post.side for _, post in _posts()}
    return {f"side:{side}" for side in sides if not side or not who.side or side == who.side}


def _list_runs(ids: list[UUID], on: date) -> dict[UUID, int]:
    """How many days in a row before a day somebody was called."""
    days: dict[UUID, set[date]] = defaultdict(set)
    rows = models.CallOut.objects.filter(
        person_id__in=ids, on__lt=on, on__gte=on - timedelta(days=14), state__in=("called", "confirmed")
    )
    for who, day in rows.values_list("person_id", "on"):
        days[who].add(day)
    found = {}
    for who, some in days.items():
        run = 0
        while on - timedelta(days=run + 1) in some:
            run += 1
        found[who] = run
    return found


def pool_vehicles(*, on: date) -> Pool:
    """Vehicles that may be drawn: in service, of a unit that gives vehicles."""
    turns = _count_turns("vehicle_id", on)
    candidates, barred = [], {}
    rows: list[Any] = list(models.Vehicle.objects.filter(unit__sort__in=people.DRAWN_FROM).order_by("plate"))
    for one in rows:
        if one.out_of_service_at is not None:
            barred[str(one.id)] = "service"
            continue
        drawn, possible, last_on = turns.get(one.id, (0, 0, None))
        offers = frozenset({f"kind:{one.kind}"})
        candidates.append(core.Candidate(str(one.id), str(one.unit_id), offers, drawn, possible, last_on))
    return Pool(tuple(candidates), barred)


def _count_turns(what: str, on: date) -> dict[UUID, tuple[int, int, date | None]]:
    """Of everybody called or passed over before: days drawn, days possible, when last."""
    since = on - timedelta(days=SPAN_DAYS)
    drawn: Counter[UUID] = Counter()
    last: dict[UUID, date] = {}
    calls = models.CallOut.objects.filter(on__gte=since, on__lt=on, **{f"{what}__isnull": False})
    counted = calls.exclude(state__in=("declined", "no_show", "swapped"))
    for who, day in counted.values_list(what, "on"):
        drawn[who] += 1
        last[who] = max(day, last.get(who, day))
    possible = Counter(dict(drawn.items()))
    for reasons in models.Draw.objects.filter(on__gte=since, on__lt=on).values_list("passed_over", flat=True):
        possible.update(UUID(who) for who, why in reasons.items() if why not in NOT_POSSIBLE)
    return {who: (drawn[who], count, last.get(who)) for who, count in possible.items()}


def _pass_over(pool: Pool, drawn: core.Draw, places: Iterable[core.Place]) -> dict[str, str]:
    """Of everybody not drawn, why: what bars them, no place they are fit for, their unit's quota, or others' turn."""
    found = dict(pool.barred)
    given = Counter(one.unit for one in pool.candidates if one.id in drawn.places)
    for one in pool.candidates:
        if one.id in drawn.places:
            continue
        if not any(place.needs <= one.offers for place in places):
            found[one.id] = "unfit"
        else:
            found[one.id] = "turn" if given[one.unit] else "quota"
    return found


def _write_short(
    pool: Pool, drawn: core.Draw, places: Iterable[core.Place], able: Pool | None = None
) -> list[dict[str, Any]]:
    """Places that stay empty: how many, and whether larger quotas of some units would fill them or only more people; `able` are those
    who may be drawn at all, called or not (None: nobody was called before)."""
    needs = {place.name: place.needs for place in places}
    free = [one for one in pool.candidates if one.id not in drawn.places]
    return [
        {
            "place": short.place,
            "missing": short.missing,
            "units": sorted({one.unit for one in free if needs[short.place] <= one.offers}),
            "able": sum(needs[short.place] <= one.offers for one in (able or pool).candidates),
        }
        for short in drawn.short
    ]


def _call(row: models.Draw, pool: Pool, drawn: core.Draw, what: str) -> None:
    by_id = {one.id: one for one in pool.candidates}
    models.CallOut.objects.bulk_create(
        [
            models.CallOut(
                draw=row,
                on=row.on,
                unit_id=UUID(by_id[who].unit),
                place=place,
                because=write_turn(by_id[who]),
                **{what: UUID(who)},
            )
            for who, place in sorted(drawn.places.items())
        ]
    )


def write_turn(one: core.Candidate) -> dict[str, Any]:
    """The figures of somebody's turn, as they are kept with the call."""
    last_on = one.last_on.isoformat() if one.last_on else None
    return {"drawn": one.drawn, "possible": one.possible, "last": last_on}


def find_last() -> date | None:
    """The last day that has been drawn."""
    found: date | None = models.Draw.objects.aggregate(last=Max("on"))["last"]
    return found
