"""Rows of the ledger into core values and back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from pratique.core.custody import entry, fold, handover, proofs
from pratique.store import models


def key(value: UUID | str | None) -> str:
    """An id as the core writes it: lower-case text."""
    return "" if value is None else str(value)


def find_linked(travellers: Iterable[UUID]) -> set[UUID]:
    """These travellers and everybody whom a link joins to them, directly or through others."""
    found, fresh = set(travellers), set(travellers)
    while fresh:
        pairs = models.Link.objects.filter(Q(traveller_id__any=fresh) | Q(same_as_id__any=fresh)).values_list(
            "traveller_id", "same_as_id"
        )
        fresh = {t for pair in pairs for t in pair} - found
        found |= fresh
    return found


def read_names(travellers: Iterable[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """Each of these → every name they have in the book: first the one under which they are read, then those linked to it.

    Somebody whom no link joins to anybody is read under their own name and has no other.
    """
    wanted = list(travellers)
    around = find_linked(wanted)
    same_as = fold.resolve_links(_read_links(sorted(around)))
    main = {one: UUID(same_as.get(entry.TravellerId(key(one)), key(one))) for one in around}
    own: dict[UUID, set[UUID]] = defaultdict(set)
    for one, read in main.items():
        own[read].add(one)
    return {one: (main[one], *sorted(own[main[one]] - {main[one]})) for one in wanted}


def list_names(traveller: UUID) -> tuple[UUID, ...]:
    """Every name of one traveller, as `read_names` gives them."""
    return read_names([traveller])[traveller]


def read_as(traveller: UUID) -> UUID:
    """The name under which the book reads whoever bears this one: what is done for them is written down under it."""
    return list_names(traveller)[0]


def find_askers(travellers: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """Every name of these travellers in the book → under which of these it was asked for."""
    asked: dict[UUID, list[UUID]] = defaultdict(list)
    for one, own in read_names(travellers).items():
        for name in own:
            asked[name].append(one)
    return asked


def read_journal(travellers: Sequence[UUID]) -> entry.Journal:
    """Every entry about these travellers (give all who are linked, see `find_linked`)."""
    scans = list(_read_scans(models.Scan, travellers))
    conflicts = list(_read_scans(models.Conflict, travellers))
    ids = [UUID(s.id) for s in (*scans, *conflicts)]
    # A reused id concerns both contents, whoever the other one is about.
    others = {UUID(s.id) for s in conflicts} | set(
        models.Conflict.objects.filter(scan_id__any=[UUID(s.id) for s in scans]).values_list(
            "scan_id", flat=True
        )
    )
    witnesses = [s for s in _read_reused(others) if s not in scans and s not in conflicts]
    return entry.Journal(
        admissions=tuple(_read_admissions(travellers)),
        scans=(*scans, *conflicts, *witnesses),
        annulments=tuple(
            entry.Annulment(
                entry.ScanId(key(a.scan_id)),
                entry.PersonId(key(a.by_id)),
                a.because,
                a.happened_at,
                a.recorded_at,
            )
            for a in models.Annulment.objects.filter(scan_id__any=ids)
        ),
        rulings=tuple(
            entry.Ruling(
                entry.ScanId(key(r.scan_id)),
                r.believed,
                entry.PersonId(key(r.by_id)),
                r.because,
                r.happened_at,
                r.recorded_at,
            )
            for r in models.Ruling.objects.filter(scan_id__any=ids)
        ),
        links=_read_links(travellers),
    )


def _read_links(travellers: Sequence[UUID]) -> tuple[entry.Link, ...]:
    return tuple(
        entry.Link(
            entry.TravellerId(key(k.traveller_id)),
            entry.TravellerId(key(k.same_as_id)),
            entry.PersonId(key(k.by_id)),
            k.because,
            k.happened_at,
            k.recorded_at,
        )
        for k in models.Link.objects.filter(traveller_id__any=travellers)
    )


_SCAN_COLUMNS = (
    "traveller_id",
    "custodian_id",
    "happened_at",
    "recorded_at",
    "device_id",
    "counter",
    "handover_id",
)


def _scan(values: Sequence[Any]) -> entry.Scan:
    scan, traveller, custodian, happened_at, recorded_at, device, counter, group = values
    return entry.Scan(
        id=entry.ScanId(key(scan)),
        traveller=entry.TravellerId(key(traveller)),
        custodian=entry.CustodianId(key(custodian)),
        happened_at=happened_at,
        recorded_at=recorded_at,
        device=entry.DeviceId(key(device)),
        counter=counter,
        handover=entry.HandoverId(key(group)) if group else None,
    )


def _read_scans(
    model: type[models.Scan] | type[models.Conflict], travellers: Sequence[UUID]
) -> Iterable[entry.Scan]:
    name = "id" if model is models.Scan else "scan_id"
    rows = model.objects.filter(traveller_id__any=travellers).values_list(name, *_SCAN_COLUMNS)
    return map(_scan, rows)


def _read_reused(ids: Iterable[UUID]) -> list[entry.Scan]:
    wanted = list(ids)
    if not wanted:
        return []
    first = models.Scan.objects.filter(id__in=wanted).values_list("id", *_SCAN_COLUMNS)
    later = models.Conflict.objects.filter(scan_id__in=wanted).values_list("scan_id", *_SCAN_COLUMNS)
    return [_scan(row) for row in (*first, *later)]


def _read_admissions(travellers: Sequence[UUID]) -> Iterable[entry.Admission]:
    for row in models.Admission.objects.filter(traveller_id__any=travellers):
        yield entry.Admission(
            traveller=entry.TravellerId(key(row.traveller_id)),
            custodian=entry.CustodianId(key(row.custodian_id)),
            happened_at=row.happened_at,
            recorded_at=row.recorded_at,
            flight=entry.FlightId(key(row.flight_id)) if row.flight_id else None,
            manifested=row.manifested,
        )


def read_ground(custodians: Iterable[str] | None = None) -> entry.Ground:
    """The custodians named (all of them by default) and the shortest times between their places."""
    rows = models.Custodian.objects.all()
    if custodians is not None:
        rows = rows.filter(id__in=[UUID(c) for c in custodians])
    known = {
        entry.CustodianId(key(i)): entry.Custodian(
            entry.CustodianId(key(i)), entry.Kind(kind), place, limit, never_came
        )
        for i, kind, place, limit, never_came in rows.values_list(
            "id", "kind", "place", "limit_minutes", "never_came"
        )
    }
    places = {c.place for c in known.values() if c.place}
    ways = models.Travel.objects.filter(one__in=places, other__in=places)
    return entry.Ground(
        custodians=known,
        travel_minutes={(one, other): m for one, other, m in ways.values_list("one", "other", "minutes_min")},
    )


def read_positions(travellers: Sequence[UUID]) -> dict[entry.TravellerId, tuple[Any, ...]]:
    """What the table of positions says, in the shape of `position_values`."""
    rows = models.Position.objects.filter(traveller_id__in=travellers).values_list(
        "traveller_id",
        "holder_id",
        "since_at",
        "seen_at",
        "scan_id",
        "flight_id",
        "movements",
        "place",
        "placed_at",
    )
    return {
        entry.TravellerId(key(t)): (key(holder), since, seen, key(scan), key(flight), *rest)
        for t, holder, since, seen, scan, flight, *rest in rows
    }


def read_remarks(travellers: Sequence[UUID]) -> dict[str, set[tuple[str, ...]]]:
    """What the tables say is disputed (code, scan, custodian) and odd (code, because) about each of these."""
    found: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    disputes = models.Dispute.objects.filter(traveller_id__in=travellers)
    for t, code, scan, custodian in disputes.values_list("traveller_id", "code", "scan_id", "custodian_id"):
        found[key(t)].add((code, key(scan), key(custodian)))
    odd = models.Objection.objects.filter(traveller_id__in=travellers)
    for t, code, because in odd.values_list("traveller_id", "code", "because"):
        found[key(t)].add((code, because))
    return found


def position_values(position: fold.Position) -> tuple[Any, ...]:
    """The part of a folded position that the table must agree with."""
    return (
        position.holder,
        position.since_at,
        position.seen_at,
        position.scan or "",
        position.flight or "",
        position.movements,
        position.place,
        position.placed_at,
    )


def read_handover_events(handovers: Iterable[UUID]) -> list[handover.Event]:
    """All steps of these handovers."""
    return [
        handover.Event(
            handover=entry.HandoverId(key(e.handover_id)),
            step=handover.Step(e.step),
            giver=entry.CustodianId(key(e.giver_id)),
            receiver=entry.CustodianId(key(e.receiver_id)),
            by=entry.PersonId(key(e.by_id)),
            happened_at=e.happened_at,
            recorded_at=e.recorded_at,
            heads=e.heads,
            names=None if e.names is None else frozenset(entry.TravellerId(n) for n in e.names),
            deadline_at=e.deadline_at,
            because=e.because,
        )
        for e in models.HandoverEvent.objects.filter(handover_id__in=list(handovers))
    ]


def read_flight_counts(*, flights: Iterable[UUID] | None = None) -> tuple[proofs.FlightCount, ...]:
    """Every count of a flight, or of these, by somebody else than the ledger."""
    counts = models.FlightCount.objects.all()
    if flights is not None:
        counts = counts.filter(flight_id__in=list(flights))
    return tuple(
        proofs.FlightCount(entry.FlightId(key(flight)), proofs.Source(source), heads, happened_at, seq)
        for flight, source, heads, happened_at, seq in counts.order_by("happened_at", "seq").values_list(
            "flight_id", "source", "heads", "happened_at", "seq"
        )
    )


def read_headcounts(
    *, only: Iterable[UUID] | None = None, since_at: datetime | None = None
) -> dict[UUID, proofs.Headcount]:
    """What custodians stated about who is there, by the statement's id, as it stands after its last correction.

    All of them; or only these, or those from an instant on.
    """
    stated = models.Headcount.objects.order_by("happened_at", "seq")
    corrected = models.HeadcountCorrection.objects.order_by("seq")
    if only is not None:
        stated, corrected = stated.filter(id__in=only), corrected.filter(headcount_id__in=only)
    if since_at is not None:
        stated = stated.filter(happened_at__gte=since_at)
    last = {c.headcount_id: c for c in corrected}
    return {h.id: _headcount(h, last.get(h.id, h)) for h in stated}


def _headcount(
    stated: models.Headcount, standing: models.Headcount | models.HeadcountCorrection
) -> proofs.Headcount:
    return proofs.Headcount(
        custodian=entry.CustodianId(key(stated.custodian_id)),
        heads=standing.heads,
        happened_at=stated.happened_at,
        names=None if standing.names is None else frozenset(entry.TravellerId(n) for n in standing.names),
        by=entry.PersonId(key(standing.by_id)),
    )


def count_held() -> dict[entry.CustodianId, int]:
    """How many each custodian holds, as SQL counts them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT holder_id, count(*) FROM store_position GROUP BY holder_id")
        return {entry.CustodianId(key(holder)): count for holder, count in cursor.fetchall()}
