"""Convoys with their trips and what they reported, the rest places they may stop at, and trips that could form one."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from pratique.core.transport.progress import Delay
from pratique.store import models
from pratique.store.queries import trips, ways
from pratique.store.queries.trips import Trip
from pratique.store.rows import key
from pratique.store.withdrawn import without_withdrawn

RECENT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class RestPlace:
    """A designated rest place on the way to one destination: so many minutes of driving from the port."""

    code: str
    name_zh: str
    name_en: str
    minutes: int
    km: float


@dataclass(frozen=True, slots=True)
class Convoy:
    """A convoy, its trips in the order in which they start, and the rest places where it stops."""

    id: UUID
    code: str
    destination: models.Custodian
    commander: models.Person
    halts: tuple[RestPlace, ...]
    trips: tuple[Trip, ...]
    formed_at: datetime
    ended_at: datetime | None
    disbanded_at: datetime | None

    @property
    def receiver(self) -> models.Unit | models.Custodian:
        """Who receives its people: the unit that the destination belongs to, else the destination itself."""
        unit: models.Unit | None = self.destination.unit
        return unit or self.destination

    @property
    def aboard(self) -> int:
        """How many the books of its trips hold."""
        return sum(trip.aboard for trip in self.trips)

    @property
    def over(self) -> bool:
        """Whether it was accepted or disbanded."""
        return self.ended_at is not None or self.disbanded_at is not None


def list_convoys(*, now: datetime, unit: UUID | None = None) -> list[Convoy]:
    """Convoys that are not over, the oldest first, then those that ended within a day; of one receiving unit only if given."""
    open_ = Q(ended_at__isnull=True, disbanded_at__isnull=True)
    recent = Q(ended_at__gte=now - RECENT) | Q(disbanded_at__gte=now - RECENT)
    rows = models.Convoy.objects.filter(open_ | recent)
    if unit is not None:
        rows = rows.filter(destination__unit=unit)
    found = _read(rows)
    return sorted(found, key=lambda c: (c.over, c.formed_at, c.code))


def name_convoys(*, convoys: Iterable[UUID | str]) -> dict[str, str]:
    """What convoys go by, by id as text."""
    rows = models.Convoy.objects.filter(id__in=list(convoys)).values_list("id", "code")
    return {key(row): code for row, code in rows}


def list_led(*, person: UUID) -> list[Convoy]:
    """Convoys that somebody commands and that are not over, the oldest first."""
    rows = models.Convoy.objects.filter(commander=person, ended_at__isnull=True, disbanded_at__isnull=True)
    return sorted(_read(rows), key=lambda c: (c.formed_at, c.code))


def list_open_ids() -> list[UUID]:
    """Convoys that are neither accepted nor disbanded."""
    rows = models.Convoy.objects.filter(ended_at__isnull=True, disbanded_at__isnull=True)
    return list(rows.order_by("formed_at").values_list("id", flat=True))


def find_convoy(*, convoy: UUID) -> Convoy | None:
    """One convoy, None if there is no such."""
    return next(iter(_read(models.Convoy.objects.filter(id=convoy))), None)


def _read(rows: Any) -> list[Convoy]:
    found = list(rows.select_related("destination__unit", "commander"))
    members = trips.list_of_convoys(convoys=[row.id for row in found])
    places = {place: list_rest_places(place=place) for place in {row.destination.place for row in found}}
    convoys = []
    for row in found:
        halts = _pick_halts(places[row.destination.place], row.halts)
        convoys.append(
            Convoy(
                row.id,
                row.code,
                row.destination,
                row.commander,
                halts,
                members.get(row.id, ()),
                row.formed_at,
                row.ended_at,
                row.disbanded_at,
            )  # fmt: skip
        )
    return convoys


def list_halts(*, trips: Iterable[UUID]) -> dict[UUID, tuple[RestPlace, ...]]:
    """Where the convoy of each of these trips rests; trips by themselves are left out."""
    rows = models.Trip.objects.filter(id__in=list(trips), convoy__isnull=False).select_related(
        "convoy__destination"
    )
    places: dict[str, tuple[RestPlace, ...]] = {}
    found = {}
    for row in rows:
        place = row.convoy.destination.place
        if place not in places:
            places[place] = list_rest_places(place=place)
        found[row.id] = _pick_halts(places[place], row.convoy.halts)
    return found


def list_delays(*, trips: Iterable[UUID]) -> dict[UUID, tuple[Delay, ...]]:
    """What the convoy of each of these trips said it loses, by incidents that nobody took back; trips without one are left out."""
    members = dict(
        models.Trip.objects.filter(id__in=list(trips), convoy__isnull=False).values_list("id", "convoy_id")
    )
    told = models.Evidence.objects.filter(
        subject_kind="convoy",
        subject_id__in={key(convoy) for convoy in members.values()},
        code="incident",
        attributes__has_key="delay_minutes",
    )
    by_convoy: dict[str, list[models.Evidence]] = {}
    for row in without_withdrawn(told).order_by("happened_at", "seq"):
        by_convoy.setdefault(row.subject_id, []).append(row)
    found = {convoy: read_delays(rows) for convoy, rows in by_convoy.items()}
    return {trip: found[key(convoy)] for trip, convoy in members.items() if key(convoy) in found}


def read_delays(reports: Iterable[models.Evidence]) -> tuple[Delay, ...]:
    """What reports of incidents say is lost by them."""
    return tuple(
        Delay(row.happened_at, int(row.attributes["delay_minutes"]))
        for row in reports
        if row.code == "incident" and row.attributes.get("delay_minutes")
    )


def _pick_halts(places: Iterable[RestPlace], codes: Collection[str]) -> tuple[RestPlace, ...]:
    """The places of these codes in the order of the way. Of two that are equally far, as minutes stretched to another way may make
    them, it stops at the first alone: a leg of no minutes is none."""
    found: dict[int, RestPlace] = {}
    for one in places:
        if one.code in codes:
            found.setdefault(one.minutes, one)
    return tuple(found.values())


def list_rest_places(*, place: str) -> tuple[RestPlace, ...]:
    """Designated rest places on the way from the port to a place, in its order.

    Their minutes are the table's; where a routing server knows the whole way better they are stretched to it.
    """
    way = ways.list_ways().get(place)
    if way is None or way.minutes < 1:
        return ()
    ends = Q(one=place) | Q(other=place)
    port = models.Port.objects.values_list("code", flat=True).first()
    usual = models.Travel.objects.filter(ends & (Q(one=port) | Q(other=port))).first()
    share = way.minutes / usual.minutes if usual and usual.minutes else 1.0
    found = [
        RestPlace(row.code, row.name_zh, row.name_en, max(1, round(row.minutes * share)), row.km)
        for row in models.RestPlace.objects.filter(towards__contains=[place])
    ]
    return tuple(sorted((h for h in found if h.minutes < way.minutes), key=lambda h: (h.minutes, h.code)))


def list_unconvoyed(*, long_minutes: int) -> dict[UUID, list[Trip]]:
    """Long trips that have not set off and are in no convoy, by destination, in the order in which they start."""
    known = ways.list_ways()
    found: dict[UUID, list[Trip]] = {}
    for trip in trips.list_planned():
        way = known.get(trip.destination.place)
        if trip.convoy is None and (trip.long_distance or (way is not None and way.minutes > long_minutes)):
            found.setdefault(trip.destination.id, []).append(trip)
    return found


def list_reports(*, convoy: UUID) -> list[models.Evidence]:
    """What was reported of a convoy and not taken back, the latest first."""
    rows = models.Evidence.objects.filter(subject_kind="convoy", subject_id=key(convoy))
    return list(without_withdrawn(rows).order_by("-happened_at", "-seq"))


def find_handovers(*, trips: Iterable[UUID], receiver: UUID) -> dict[UUID, UUID]:
    """The last handover that each trip offered to the receiver, by trip."""
    events = models.HandoverEvent.objects.filter(
        giver_id__in=list(trips), receiver_id=receiver, step="offered"
    )
    return dict(events.order_by("happened_at", "seq").values_list("giver_id", "handover_id"))


def list_bringing(*, trips: Sequence[UUID], receiver: UUID) -> set[UUID]:
    """Which of these trips brought somebody to the receiver: scanned there next after aboard, or aboard still. One whose people were
    all taken on by others on the way brings nobody."""
    annulled = models.Annulment.objects.values("scan_id")
    rode = models.Scan.objects.filter(custodian_id__in=trips).exclude(id__in=annulled).values("traveller_id")
    rows = models.Scan.objects.filter(traveller_id__in=rode).exclude(id__in=annulled)
    found = set(
        models.Position.objects.filter(holder_id__in=trips, inside=True).values_list("holder_id", flat=True)
    )
    last: dict[UUID, UUID] = {}
    for traveller, custodian in rows.order_by("happened_at", "id").values_list(
        "traveller_id", "custodian_id"
    ):
        before = last.get(traveller)
        if custodian == receiver and before in trips:
            found.add(before)
        last[traveller] = custodian
    return found & set(trips)


def list_carrying(*, trips: Sequence[UUID]) -> set[UUID]:
    """Which of these trips ever had somebody scanned aboard, by a scan that was not taken back."""
    annulled = models.Annulment.objects.values("scan_id")
    scans = models.Scan.objects.filter(custodian_id__in=trips).exclude(id__in=annulled)
    return set(scans.values_list("custodian_id", flat=True).distinct())
