"""Who may ride in what: a case, or somebody with symptoms, goes by a vehicle for cases and by no other.

A scan aboard another vehicle is a fact and is kept, offline or not. It is answered at once ("not on this vehicle"), written down
as evidence about the traveller, and owed until somebody has said what was done; a round finds whoever turns out to be a case
once they are aboard.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID, uuid5

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.custody.entry import Kind
from pratique.services import duty
from pratique.services.dispatch import people, settings
from pratique.store import models
from pratique.store.hot import Row
from pratique.store.queries import misboardings, signs

CLOSED = "ride_closed"
"""The answer to a scan of somebody who may not ride in that vehicle."""
SPACE = UUID("b2f6c1f0-6a4e-5c39-9a51-0d6c3e8f7a42")
"""The namespace of the evidence of such scans: one piece a scan, however often it is judged."""


@dataclass(frozen=True, slots=True)
class Boarded:
    """A scan aboard a trip: who, of which trip, when it happened, by whom."""

    scan: UUID
    traveller: UUID
    trip: UUID
    happened_at: datetime
    by: UUID | None


@lru_cache(maxsize=10_000)
def _recall_kind(custodian: UUID) -> str:
    kind = models.Custodian.objects.filter(id=custodian).values_list("kind", flat=True).first()
    if kind is not None and kind != Kind.TRIP:
        return ""
    vehicle = models.Trip.objects.filter(id=custodian).values_list("vehicle__kind", flat=True).first()
    if vehicle is None:
        raise LookupError(custodian)  # not remembered: it may be planned later
    return str(vehicle)


def takes_cases(*, custodian: UUID) -> bool:
    """False for a trip whose vehicle may not carry cases; asked of the tables once, as no trip ever changes its vehicle."""
    try:
        kind = _recall_kind(custodian)
    except LookupError:
        return True
    return not kind or may_carry(kind=kind, cls=people.CASE)


def may_carry(*, kind: str, cls: str) -> bool:
    """Whether the rules let a kind of vehicle carry a class."""
    return kind in settings.get_rules().classes[cls].kinds


def classify(*, travellers: Collection[UUID]) -> dict[UUID, str]:
    """The class each of these rides in, as `people.classify` has it, wherever they are. A hospital that had somebody since has seen
    to what made them a case."""
    read = signs.read_signs(travellers=travellers, celsius_from=settings.get_rules().symptoms.celsius_from)
    found = {}
    for one, known in read.items():
        area, channel = known.sorted_into
        found[one] = people.classify(
            positive=known.positive, symptomatic=known.symptomatic, area=area, channel=channel
        )
    return found


def judge_rows(*, rows: Iterable[Row], now: datetime) -> frozenset[UUID]:
    """As `judge`, of scans as they were recorded."""
    return judge(scans=[Boarded(r.id, r.traveller, r.custodian, r.happened_at, r.by) for r in rows], now=now)


def judge(*, scans: Sequence[Boarded], now: datetime) -> frozenset[UUID]:
    """Of these scans, those of cases aboard vehicles that take none; each is written down, once, and owed an answer."""
    rides = [one for one in scans if not takes_cases(custodian=one.trip)]
    if not rides:
        return frozenset()
    classes = classify(travellers={one.traveller for one in rides})
    wrong = [one for one in rides if classes[one.traveller] == people.CASE]
    if wrong:
        _write(wrong, now)
    return frozenset(one.scan for one in wrong)


def _write(wrong: Sequence[Boarded], now: datetime) -> None:
    plates = dict(
        models.Trip.objects.filter(id__in={one.trip for one in wrong}).values_list("id", "vehicle__plate")
    )
    with transaction.atomic():
        for one in wrong:
            told = {"trip": str(one.trip), "vehicle": plates.get(one.trip, "")}
            done = duty.Done("traveller", str(one.traveller), misboardings.MISBOARDED, one.happened_at, told)
            duty.record(evidence=done, by=one.by, now=now, evidence_id=uuid5(SPACE, str(one.scan)))


def heed(*, now: datetime) -> int:
    """Find cases aboard vehicles that take none, whenever they became it; how many stand there unsettled."""
    open_trips = models.Trip.objects.filter(withdrawn_at__isnull=True)
    held = models.Position.objects.filter(inside=True, holder_kind=Kind.TRIP.value, scan_id__isnull=False)
    rows = held.filter(holder_id__in=open_trips.values("id"))
    scans = [Boarded(row.scan_id, row.traveller_id, row.holder_id, row.since_at, None) for row in rows]
    known = set(
        models.Evidence.objects.filter(id__in=[uuid5(SPACE, str(one.scan)) for one in scans]).values_list(
            "id", flat=True
        )
    )
    fresh = [one for one in scans if uuid5(SPACE, str(one.scan)) not in known]
    return len(judge(scans=fresh, now=now)) if fresh else 0


def take_back(*, scan: UUID, because: str, by: UUID, now: datetime) -> None:
    """The scan is not believed any more: nobody was aboard by it, and nothing is owed."""
    evidence = uuid5(SPACE, str(scan))
    standing = models.Evidence.objects.filter(id=evidence)
    if standing.exists() and not models.Withdrawal.objects.filter(evidence_id=evidence).exists():
        duty.withdraw(evidence=evidence, because=because, by=by, now=now)


def settle(*, misboarding: UUID, because: str, by: UUID, now: datetime) -> None:
    """What was done about a case aboard a vehicle that takes none. Raises `Refused`: `reason_missing`, `misboarding_unknown`,
    `misboarded_still` while they are aboard."""
    if not because.strip():
        raise Refused("reason_missing", "say what was done, for them and for whoever rode along")
    with transaction.atomic():
        row = models.Evidence.objects.select_for_update().filter(id=misboarding).first()
        if row is None or row.code != misboardings.MISBOARDED:
            raise Refused("misboarding_unknown", "there is no such exception")
        aboard = models.Position.objects.filter(
            traveller_id=row.subject_id, holder_id=row.attributes["trip"], inside=True
        )
        if aboard.exists():
            raise Refused("misboarded_still", "they are still aboard: scan them where they are now first")
        done = duty.Done(
            "traveller", row.subject_id, misboardings.SETTLED, now, {"because": because.strip()}, str(row.id)
        )
        duty.record(evidence=done, by=by, now=now)


def list_barred(*, trip: UUID, travellers: Iterable[UUID]) -> list[UUID]:
    """Who of these may not ride in a trip's vehicle: what its crew's phones keep for when they have no network."""
    if takes_cases(custodian=trip):
        return []
    classes = classify(travellers=set(travellers))
    return sorted(one for one, cls in classes.items() if cls == people.CASE)
