"""The crew of a trip named by hand: who may take it and why others may not, held to the rules of every plan, kept by later plans
and taken back.

Before a trip has set off its whole crew is named and judged. Once it is on the road nobody is taken off: whoever rode along stays on
record (contacts are traced by it), and others are named beside them, from now on.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from pratique.core.answers import Refused
from pratique.core.transport import check
from pratique.services import duty, transport
from pratique.services.dispatch import (
    boarding,
    draft,
    driving,
    manning,
    means,
    needs,
    plans,
    settings,
    worked,
)
from pratique.services.dispatch.draft import Names
from pratique.services.force import people as absences
from pratique.store import locks, models
from pratique.store.queries import ports, trips
from pratique.store.queries.origins import Origins
from pratique.store.withdrawn import without_withdrawn

DRIVER, ESCORT = "driver", "escort"
CREWED, UNDONE = "crewed", "undone"


@dataclass(frozen=True, slots=True)
class Crew:
    """Who drives, the first of them first, and who escorts."""

    drivers: tuple[UUID, ...] = ()
    escorts: tuple[UUID, ...] = ()

    @property
    def everybody(self) -> tuple[UUID, ...]:
        """Drivers and escorts."""
        return (*self.drivers, *self.escorts)


class Unfit(Refused):
    """One of a crew may not take the trip; `person` is who."""

    def __init__(self, code: str, person: models.Person) -> None:
        super().__init__(code, "somebody of this crew may not take the trip")
        self.person = person


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who might drive or escort, and the code of what is in the way (nothing: they may)."""

    person: models.Person
    because: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom a trip may be given: how many drivers and escorts it needs, who has it now, everybody who drives or escorts."""

    needed: tuple[int, int]
    standing: Crew
    drivers: tuple[Candidate, ...]
    escorts: tuple[Candidate, ...]
    on_road: bool


def list_choice(*, trip: UUID, now: datetime) -> Choice | None:
    """Everybody who might be of a trip's crew, each judged; None: it is over."""
    row = _find_row(trip)
    if row is None or row.ended_at is not None:
        return None
    facts, standing = _Facts(row, now), _read_crew(row)
    share = facts.count_share(facts.needed[0])
    return Choice(
        facts.needed,
        standing,
        tuple(Candidate(one, facts.judge(one, DRIVER, share)) for one in trips.list_drivers()),
        tuple(Candidate(one, facts.judge(one, ESCORT)) for one in trips.list_escorts(now=now)),
        facts.on_road,
    )


def find_change(*, trip: UUID) -> models.Evidence | None:
    """The last change of a trip's crew by hand that can be taken back."""
    row = _find_row(trip)
    return _find_undoable(row, _read_crew(row)) if row is not None and row.ended_at is None else None


def set_crew(*, trip: UUID, crew: Crew, by: UUID, now: datetime, beside: bool = False) -> None:
    """Give a trip this crew in place of the one it has (`beside`: beside it); later plans keep it.

    Raises `Refused`: `trip_unknown`, `trip_under_way`, `person_unknown`, `crew_nobody`, `crew_twice`, `crew_count`, `crew_language`,
    `crew_stays`; and `Unfit`: `crew_licence`, `crew_away`, `crew_off_shift`, `crew_busy`, `crew_driven`.
    """
    if not crew.everybody:
        raise Refused("crew_nobody", "nobody was chosen")
    with transaction.atomic():
        row, standing = _hold(trip)
        facts = _Facts(row, now)
        if beside:
            crew = Crew(standing.drivers + crew.drivers, standing.escorts + crew.escorts)
        _refuse_twice(crew)
        if facts.on_road:
            _refuse_taken_off(standing, crew)
            added = Crew(
                tuple(one for one in crew.drivers if one not in standing.drivers),
                tuple(one for one in crew.escorts if one not in standing.escorts),
            )
            facts.refuse_unfit(added, among=len(facts.list_able(standing.drivers)) + len(added.drivers))
        else:
            facts.refuse_unfit(crew, among=len(crew.drivers))
            facts.refuse_incomplete(crew)
        told = {
            "drivers": [str(one) for one in crew.drivers],
            "escorts": [str(one) for one in crew.escorts],
            "drivers_before": [str(one) for one in standing.drivers],
            "escorts_before": [str(one) for one in standing.escorts],
            "pinned_before": row.pinned,
        }
        duty.record(evidence=duty.Done("trip", str(trip), CREWED, now, told), by=by, now=now)
        _write(row, crew, pinned=row.pinned or not facts.on_road, now=now)


def undo(*, trip: UUID, by: UUID, now: datetime) -> None:
    """Take the last change by hand back: who had the trip before has it again, pinned or not as it was.

    Raises `Refused`: as `set_crew`, and `crew_unchanged` (nothing was changed by hand, or a plan has changed it since).
    """
    with transaction.atomic():
        row, standing = _hold(trip)
        last = _find_undoable(row, standing)
        if last is None:
            raise Refused(
                "crew_unchanged", "nothing of this crew was changed by hand, or a plan changed it since"
            )
        before = _crew_before(last)
        facts = _Facts(row, now)
        if facts.on_road:
            drove = {who for who, _ in driving.read_turns(trips=[row])[row.id]}
            if drove - set(before.drivers) - {None}:
                raise Refused("crew_stays", "somebody of them has been at the wheel")
        else:
            facts.refuse_unfit(before, among=len(before.drivers))
        duty.withdraw(evidence=last.id, because=UNDONE, by=by, now=now)
        _write(row, before, pinned=bool(last.attributes["pinned_before"]), now=now)


def plan_trip(*, order: transport.Order, code: str, trip: UUID, now: datetime) -> models.Trip:
    """Open a trip by hand; whoever is named already must be able to take it, the others are named later.

    Raises `Refused`: as `transport.plan_trip`, `person_unknown`, `crew_twice`, and `Unfit` as `set_crew`.
    """
    with transaction.atomic():
        locks.hold_in_transaction(locks.DISPATCH)
        _refuse_twice(Crew((*([order.driver] if order.driver else []), *order.reliefs), order.escorts))
        made = transport.plan_trip(order=order, code=code, trip_id=trip)
        row = _find_row(made.id)
        crew = _read_crew(row)
        if crew.everybody:
            facts = _Facts(row, now)
            facts.refuse_unfit(crew, among=max(len(crew.drivers), facts.needed[0]))
    return made


class _Facts:
    """What one trip asks of its crew, and what is known of everybody who might be of it.

    `members` are on duty from when it takes them, by id, with their whole shift; `wheel` are the minutes at the wheel ahead.
    """

    def __init__(self, row: Any, now: datetime) -> None:
        self.row, self.rules = row, settings.get_rules(now=now)
        self.kind = self.rules.kinds.get(row.vehicle.kind)
        self.on_road = row.departed_at is not None
        driven, self.wheel = worked.count_wheel(trip=row, known=Origins(), rules=self.rules, now=now)
        limits = self.rules.rules
        long = manning.is_long(trip=row, minutes=driven + self.wheel, rules=self.rules)
        self.overrun = timedelta(minutes=limits.long_overrun if long else 0)
        self.needed = manning.count_needed(trip=row, minutes=driven + self.wheel, rules=self.rules)
        self.from_at = now if self.on_road else max(now, row.during.lower)
        self.until_at = means.find_ends(trips=[row], rules=self.rules, now=now)[row.id][1]
        others = [one for one in means.list_open() if one.id != row.id]
        self.convoy = {one.id for one in others if row.convoy_id and one.convoy_id == row.convoy_id}
        until = self.from_at + timedelta(minutes=limits.horizon)
        self.busy = means.Busy(now, max(until, self.until_at), others, self.rules)
        done = replace(self.busy.worked, now=self.from_at)
        on_duty = means.list_on_duty(now=self.from_at, until=until, done=done)
        self.members = {one.id: one for one in on_duty}
        zone = ports.find_zone()
        first, last = (timezone.localdate(at, zone) for at in (self.from_at, self.until_at))
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        self.away = frozenset().union(*(absences.list_away(on=on) for on in days))
        self.unable = absences.list_away_at(at=now, begun_at=row.departed_at)

    def count_share(self, drivers: int) -> float:
        """Minutes at the wheel ahead of each of so many drivers."""
        return self.wheel / max(drivers, 1)

    def list_able(self, drivers: Iterable[UUID]) -> list[UUID]:
        """Those who are not away: whoever fell ill drives no more."""
        return [one for one in drivers if one not in self.unable]

    def judge(self, person: models.Person, post: str, share: float = 0.0) -> str:
        """The code of the rule that is in the way of somebody on this trip, who would drive so many minutes; nothing: none."""
        licence = self.kind.licence if self.kind else "L"
        if post == DRIVER and not check.may_drive(role=person.licence, licence=licence):
            return "crew_licence"
        member = self.members.get(person.pk)
        off = "crew_away" if person.pk in self.away else "crew_off_shift"
        if member is None:
            return off
        if (member.role == "E") != (post == ESCORT):
            return "crew_off_shift"
        if member.from_at > self.from_at or self.until_at > member.until_at + self.overrun:
            return off
        if self._is_taken(person.pk):
            return "crew_busy"
        leaving = self.convoy if self.on_road else ()
        before = self.busy.worked.count_driven(who=person.pk, from_at=self.from_at, leaving=leaving)
        if post == DRIVER and before + share > self.rules.rules.max_drive:
            return "crew_driven"
        return ""

    def _is_taken(self, who: UUID) -> bool:
        """Whether somebody is on another trip meanwhile; on the road people of one convoy may help each other out."""
        return any(
            start < self.until_at and self.from_at < end and not (self.on_road and trip in self.convoy)
            for start, end, trip in self.busy.spans.get(who, ())
        )

    def refuse_unfit(self, crew: Crew, *, among: int) -> None:
        """Refuse whoever of these may not take the trip, of whose drivers there are so many."""
        found = models.Person.objects.filter(is_active=True).in_bulk(crew.everybody)
        if len(found) < len(set(crew.everybody)):
            raise Refused("person_unknown", "a crew is made of people who work here")
        for post, those in ((DRIVER, crew.drivers), (ESCORT, crew.escorts)):
            for who in those:
                because = self.judge(found[who], post, self.count_share(among))
                if because:
                    raise Unfit(because, found[who])

    def refuse_incomplete(self, crew: Crew) -> None:
        """Refuse a crew that is not as many as the vehicle and its way ask for (fewer while a trip made by hand has no list), or that
        cannot speak with somebody on the list."""
        has = (len(crew.drivers), len(crew.escorts))
        open_yet = self.row.plan_id is None and not self.row.lines.exists()
        more = any(have > need for have, need in zip(has, self.needed, strict=True))
        if self.kind and (more or (has != self.needed and not open_yet)):
            raise Refused("crew_count", f"it needs {self.needed[0]} drivers and {self.needed[1]} escorts")
        told = models.Traveller.objects.filter(boarding_lines__trip=self.row.id).values_list(
            "needs", flat=True
        )
        wanted = set(needs.list_languages(needs=(need for one in told for need in one)))
        spoken = models.Person.objects.filter(id__in=crew.everybody).values_list("speaks", flat=True)
        if wanted - {word for one in spoken for word in one}:
            raise Refused("crew_language", "nobody of this crew speaks what somebody on the list does")


def _find_row(trip: UUID) -> Any:
    rows = models.Trip.objects.select_related("vehicle", "destination", "origin")
    return rows.filter(id=trip).first()


def _hold(trip: UUID) -> tuple[Any, Crew]:
    """The trip for change, while nobody else changes crews or plans, and the crew it has."""
    locks.hold_in_transaction(locks.DISPATCH)
    models.Trip.objects.select_for_update().filter(id=trip).first()
    row = _find_row(trip)
    if row is None:
        raise Refused("trip_unknown", "there is no such trip")
    if row.ended_at is not None:
        raise Refused("trip_under_way", "the trip is over")
    return row, _read_crew(row)


def _read_crew(row: Any) -> Crew:
    found = draft.of_trip(row)
    return Crew(found.drivers, found.escorts)


def _crew_before(change: models.Evidence) -> Crew:
    told = change.attributes
    return Crew(tuple(map(UUID, told["drivers_before"])), tuple(map(UUID, told["escorts_before"])))


def _find_undoable(row: Any, standing: Crew) -> models.Evidence | None:
    """The last change by hand, if the crew is still the one it named; on the road only one that was made there."""
    told = models.Evidence.objects.filter(subject_kind="trip", subject_id=str(row.id), code=CREWED)
    last = without_withdrawn(told).order_by("happened_at", "seq").last()
    named = {str(one) for one in standing.everybody}
    if last is None or named != {*last.attributes["drivers"], *last.attributes["escorts"]}:
        return None
    return last if row.departed_at is None or last.happened_at >= row.departed_at else None


def _refuse_twice(crew: Crew) -> None:
    if len(set(crew.everybody)) < len(crew.everybody):
        raise Refused("crew_twice", "nobody has two places on one crew")


def _refuse_taken_off(standing: Crew, crew: Crew) -> None:
    """Who rode along stays on record."""
    if set(standing.drivers) - set(crew.drivers) or set(standing.escorts) - set(crew.escorts):
        raise Refused("crew_stays", "it has set off: name others beside those who ride in it")


def _write(row: Any, crew: Crew, *, pinned: bool, now: datetime) -> None:
    """The driver of the order began: on the road that stays so, and who drives now is reported from there."""
    was = _read_crew(row)
    driver = row.driver_id if row.departed_at else next(iter(crew.drivers), None)
    models.Trip.objects.filter(id=row.id).update(driver=driver, pinned=pinned)
    reliefs = tuple(one for one in crew.drivers if one != driver)
    transport.set_crews(crews={row.id: (crew.escorts, reliefs)})
    transport.set_responsible(people={row.id: (crew.escorts, crew.drivers)})
    proposal = plans.find_proposed()
    if proposal is not None:
        _heed(proposal, row.id, set(crew.everybody) - set(was.everybody), pinned, now)


def _heed(proposal: models.Plan, trip: UUID, named: Collection[UUID], pinned: bool, now: datetime) -> None:
    """A proposal that keeps the trip has its new crew too; one that cannot, or that has given those people another trip, is dropped."""
    names, rows = Names(proposal.document), list(proposal.trips)
    mine = next((row for row in rows if row.get("trip") == str(trip)), None)
    if mine is None:
        used = {who for one in plans.list_drafts(plan=proposal) for who in (*one.drivers, *one.escorts)}
        newer = boarding.list_newer(document=proposal.document, changeable=[_find_row(trip)])
        if used & set(named) or (not newer and means.is_changeable(trip=trip)):
            plans.replace_proposed(now=now)
        return
    written = names.write(draft.of_trip(_find_row(trip)))
    if written is not None:
        mine |= {"drivers": list(written.drivers), "escorts": list(written.escorts), "pinned": pinned}
        problem = plans.read_problem(plan=proposal)
        if not plans.list_breaches(problem=problem, trips=[plans.read_row(row) for row in rows]):
            proposal.trips = rows
            proposal.save(update_fields=["trips"])
            return
    plans.replace_proposed(now=now)
