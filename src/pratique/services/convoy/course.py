"""What a convoy is at, by what its trips report; what its commander reports by the clock; what happens on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.custody.handover import Handover
from pratique.core.custody.handover import State as Handing
from pratique.core.transport.convoy import Member, State, judge
from pratique.services import custody, duty, headcount
from pratique.services.convoy.forming import KIND, lock
from pratique.services.dispatch import settings
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import convoys
from pratique.store.queries.trips import Trip

INCIDENTS = ("breakdown", "road_closed", "ill", "other")
ILL, UNMEASURED = "ill", "not_measured"
"""The incident of somebody falling ill, and what their record says where nobody had a thermometer at hand."""
REPORTED = ("checked_in", "answered", "incident", "settled")
"""What can be taken back again; the rest follows from the trips."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a convoy is at, and the last handover of each of its trips to the receiver, by trip."""

    state: State
    handovers: Mapping[UUID, Handover]

    @property
    def responsible(self) -> bool:
        """Whether the convoy answers for its people: it has set off, and they are not accepted."""
        return self.state in (State.MOVING, State.ARRIVED)


def judge_all(*, found: list[convoys.Convoy], now: datetime) -> dict[UUID, Standing]:
    """What these convoys are at."""
    carrying = convoys.list_carrying(trips=[trip.id for one in found for trip in one.trips])
    standings = {}
    for one in found:
        last = convoys.find_handovers(trips=[t.id for t in one.trips], receiver=one.destination.id)
        handovers = {}
        for trip, handover_id in last.items():
            handover = custody.find_handover(handover_id=handover_id, now=now)
            if handover is not None:
                handovers[trip] = handover
        bringing = convoys.list_bringing(trips=[t.id for t in one.trips], receiver=one.destination.id)
        members = [
            _member(trip, trip.id in carrying, trip.id in bringing, handovers.get(trip.id))
            for trip in one.trips
        ]
        state = judge(members, disbanded=one.disbanded_at is not None)
        standings[one.id] = Standing(State.ACCEPTED if one.ended_at is not None else state, handovers)
    return standings


def _member(trip: Trip, carried: bool, brought: bool, handover: Handover | None) -> Member:
    return Member(
        departed=trip.departed_at is not None,
        arrived=trip.arrived_at is not None,
        over=trip.ended_at is not None,
        aboard=trip.aboard,
        carried=carried,
        agreed=handover is not None and handover.state is Handing.CLOSED,
        brought=brought,
    )


def heed(*, convoy: UUID, now: datetime) -> State | None:
    """Tell the register what the reports of its trips make of a convoy: it set off, it arrived, it was accepted.

    None if it is over or unknown. It ends with the acceptance.
    """
    with transaction.atomic():
        row = models.Convoy.objects.select_for_update(of=("self",)).filter(id=convoy).first()
        found = convoys.find_convoy(convoy=convoy)
        if row is None or found is None or found.over:
            return None
        standing = judge_all(found=[found], now=now)[convoy]
        told = {report.code for report in convoys.list_reports(convoy=convoy)}
        for code, at, facts in _list_news(found, standing, now):
            if code not in told:
                duty.record(evidence=duty.Done(KIND, str(convoy), code, at, facts), by=None, now=now)
        if standing.state is State.ACCEPTED:
            row.ended_at = now
            row.save(update_fields=["ended_at"])
    return standing.state


def _list_news(
    found: convoys.Convoy, standing: Standing, now: datetime
) -> list[tuple[str, datetime, dict[str, Any]]]:
    departures = [trip.departed_at for trip in found.trips if trip.departed_at]
    arrivals = [trip.arrived_at for trip in found.trips if trip.arrived_at]
    news: list[tuple[str, datetime, dict[str, Any]]] = []
    if departures:
        news.append(("set_off", min(departures), {}))
    if arrivals and standing.state in (State.ARRIVED, State.ACCEPTED):
        news.append(("arrived", max(arrivals), {}))
    if standing.state is State.ACCEPTED:
        heads = sum(one.accepted_heads or 0 for one in standing.handovers.values())
        news.append(("accepted", now, {"heads": heads}))
    return news


def correct(*, convoy: UUID, because: str, by: UUID | None, now: datetime) -> None:
    """A step of one of its trips was taken back: what it no longer makes of the convoy (it set off, it arrived) is withdrawn, then heeded anew."""
    with transaction.atomic():
        found = convoys.find_convoy(convoy=convoy)
        if found is None:
            return
        standing = judge_all(found=[found], now=now)[convoy]
        true = {code: at for code, at, _ in _list_news(found, standing, now)}
        for report in convoys.list_reports(convoy=convoy):
            if report.code in ("set_off", "arrived") and true.get(report.code) != report.happened_at:
                duty.withdraw(evidence=report.id, because=because, by=by, now=now)
        heed(convoy=convoy, now=now)


def watch(*, now: datetime) -> int:
    """Heed every convoy that is not over; how many that are."""
    open_ = convoys.list_open_ids()
    for one in open_:
        heed(convoy=one, now=now)
    return len(open_)


@dataclass(frozen=True, slots=True)
class CheckIn:
    """What the commander says: at which rest place (empty: on the road), and how many were counted in each vehicle."""

    counts: Mapping[UUID, int]
    stop: str = ""
    note: str = ""


def check_in(*, convoy: UUID, told: CheckIn, by: UUID | None, now: datetime) -> dict[UUID, tuple[int, int]]:
    """The convoy is heard, and everybody in it counted; trips whose count and book differ, with both.

    Each count is a headcount of that trip: one that differs stands among the exceptions until it is settled.
    Raises `Refused`: `convoy_unknown`, `convoy_over`, `convoy_not_departed`, `halt_unknown`, `heads_missing`, `heads_negative`.
    """
    with transaction.atomic():
        lock(convoy=convoy)
        found = convoys.find_convoy(convoy=convoy)
        assert found is not None
        moving = [trip for trip in found.trips if trip.departed_at and not trip.ended_at]
        if not moving:
            raise Refused("convoy_not_departed", "none of its trips has set off")
        if told.stop and told.stop not in {
            one.code for one in convoys.list_rest_places(place=found.destination.place)
        }:
            raise Refused("halt_unknown", f"no designated rest place of this way: {told.stop}")
        uncounted = [trip.vehicle.plate for trip in moving if trip.id not in told.counts]
        if uncounted:
            raise Refused("heads_missing", f"count the people of every vehicle: {', '.join(uncounted)}")
        for trip in moving:
            headcount.count(custodian=trip.id, heads=told.counts[trip.id], names=None, by=by, now=now)
        heads = {trip.vehicle.plate: told.counts[trip.id] for trip in moving}
        facts = {
            "stop": told.stop,
            "heads": sum(heads.values()),
            "by_vehicle": heads,
            "note": told.note.strip(),
        }
        duty.record(evidence=duty.Done(KIND, str(convoy), "checked_in", now, facts), by=by, now=now)
    return {
        trip.id: (told.counts[trip.id], trip.aboard) for trip in moving if told.counts[trip.id] != trip.aboard
    }


@dataclass(frozen=True, slots=True)
class Incident:
    """What happened on the way: of which sort, in words, near which rest place, to which trip or traveller of it, how many minutes
    it costs. That somebody is ill goes to the traveller's own record, with their temperature if it was taken."""

    sort: str
    note: str
    stop: str = ""
    trip: UUID | None = None
    traveller: UUID | None = None
    celsius: float | None = None
    delay_minutes: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)


def report(*, convoy: UUID, told: Incident, by: UUID | None, now: datetime) -> models.Evidence:
    """Something happened: until somebody says how it was settled, the register owes it, and it climbs the ladder.

    Raises `Refused`: `incident_unknown`, `reason_missing`, `convoy_unknown`, `convoy_over`, `trip_unknown`, `traveller_unknown`.
    """
    if told.sort not in INCIDENTS or told.delay_minutes < 0:
        raise Refused("incident_unknown", f"it is one of {', '.join(INCIDENTS)}, and no delay is below 0")
    if not told.note.strip():
        raise Refused("reason_missing", "say what happened")
    with transaction.atomic():
        lock(convoy=convoy)
        found = convoys.find_convoy(convoy=convoy)
        assert found is not None
        facts: dict[str, Any] = {"sort": told.sort, "note": told.note.strip(), "stop": told.stop}
        if told.delay_minutes:
            facts["delay_minutes"] = told.delay_minutes
        if told.trip is not None:
            facts["vehicle"] = next((t.vehicle.plate for t in found.trips if t.id == told.trip), None)
            if facts["vehicle"] is None:
                raise Refused("trip_unknown", "that vehicle is not in this convoy")
        if told.traveller is not None:
            facts["traveller"] = _find_code(found, told.traveller)
            if told.sort == ILL:
                taken: dict[str, Any] = {"symptomatic": True}
                taken |= {"celsius": told.celsius} if told.celsius is not None else {"method": UNMEASURED}
                ill = duty.Done("traveller", str(told.traveller), "temperature", now, taken)
                duty.record(evidence=ill, by=by, now=now)
        return duty.record(evidence=duty.Done(KIND, str(convoy), "incident", now, facts), by=by, now=now)


def _find_code(found: convoys.Convoy, traveller: UUID) -> str:
    aboard = models.Position.objects.filter(
        traveller_id=traveller, holder_id__in=[trip.id for trip in found.trips]
    )
    code = models.Traveller.objects.filter(id__in=aboard.values("traveller_id")).values_list(
        "code", flat=True
    )
    if not code:
        raise Refused("traveller_unknown", "by the book they are in none of its vehicles")
    return str(code[0])


def settle(*, convoy: UUID, incident: UUID, note: str, by: UUID | None, now: datetime) -> None:
    """How an incident was settled. Raises `Refused`: `reason_missing`, `incident_unknown`."""
    if not note.strip():
        raise Refused("reason_missing", "say how it was settled")
    with transaction.atomic():
        if not any(r.id == incident and r.code == "incident" for r in convoys.list_reports(convoy=convoy)):
            raise Refused("incident_unknown", "there is no such incident of this convoy")
        done = duty.Done(KIND, str(convoy), "settled", now, {"note": note.strip()}, about=str(incident))
        duty.record(evidence=done, by=by, now=now)


def take_back(*, convoy: UUID, report: UUID, because: str, by: UUID, now: datetime) -> None:
    """A report that was wrong. What it discharged is owed again; counts stay, and are corrected where they stand."""
    found = next((r for r in convoys.list_reports(convoy=convoy) if r.id == report), None)
    if found is None or found.code not in REPORTED:
        raise Refused("evidence_unknown", "there is no such report of this convoy")
    duty.withdraw(evidence=report, because=because, by=by, now=now)


def offer(*, convoy: UUID, by: UUID | None, now: datetime) -> int:
    """Offer everybody aboard to the receiver, by name, trip by trip; how many trips. The same trip again offers anew.

    Raises `Refused`: `convoy_unknown`, `convoy_over`, `nobody_aboard`.
    """
    minutes = settings.get_rules().convoy.answer_minutes
    with transaction.atomic():
        lock(convoy=convoy)
        found = convoys.find_convoy(convoy=convoy)
        assert found is not None
        standing = judge_all(found=[found], now=now)[convoy]
        aboard = models.Position.objects.filter(holder_id__in=[t.id for t in found.trips], inside=True)
        names: dict[UUID, list[UUID]] = {}
        for trip, traveller in aboard.order_by("traveller_id").values_list("holder_id", "traveller_id"):
            names.setdefault(trip, []).append(traveller)
        if not names:
            raise Refused("nobody_aboard", "by the book nobody is aboard: there is nobody to offer")
        for trip, own in names.items():
            last = standing.handovers.get(trip)
            again = last is not None and last.state not in (Handing.CLOSED, Handing.ACCEPTED)
            custody.offer(
                handover_id=UUID(last.id) if last is not None and again else make_id(),
                offer=custody.Offer(trip, found.destination.id, len(own), tuple(own), minutes),
                by=by,
                now=now,
            )
    return len(names)
