"""The daily bulletin: gather what the ledger counted, compose it, publish it. Nothing on it is typed in."""

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.bulletin import compose, edition, facts, json_form
from pratique.core.bulletin.figure import Nature, Unit
from pratique.core.bulletin.table import BY_CODE, FIGURES
from pratique.core.duties import edition as editions
from pratique.core.duties.vocabulary import POSTS, Words
from pratique.services import proof, register, seal
from pratique.store import models
from pratique.store.queries import bulletin as counted
from pratique.store.queries import tower

ISSUER = Words("机场疫情防控专班", "Airport Health Task Force")
EARLIER_MAX = 7


def gather(*, on: date, now: datetime) -> facts.Facts:
    """Everything the bulletin of a day is made of, counted at this instant."""
    port = models.Port.objects.get()
    first_on = _find_first_day(port, on)
    flows = _read_flows(port, on, now)
    zeros = _read_zeros(port, on, now)
    stocks = _read_stocks(port, on, now)
    counts = [facts.Count(f, day, value) for (f, day), value in flows.items() if first_on <= day <= on]
    counts += [
        facts.Count(f, day, len(ids), tuple(ids)) for (f, day), ids in zeros.items() if first_on <= day <= on
    ]
    counts += [facts.Count(f, on, value) for f, value in stocks.items()]
    return facts.Facts(
        port=edition.Port(port.code, Words(port.name_zh, port.name_en), ISSUER),
        on=on,
        first_on=first_on,
        cut_at=now.astimezone(ZoneInfo(port.time_zone)),
        counts=tuple(counts),
        totals=_total(flows, zeros, on),
        flights=_read_flights(port, on, now),
        trips=_read_trips(port, on, now),
        exits=_read_exits(port, on, now),
        owners=_read_owners(port, on, now),
        proofs=_count_objections(now),
        protocols=_list_protocols(on),
        seal=_find_seal(),
    )


def _find_first_day(port: models.Port, on: date) -> date:
    zone = ZoneInfo(port.time_zone)
    landed = models.Flight.objects.filter(landed_at__isnull=False).order_by("landed_at").first()
    deployed = models.Deployment.objects.order_by("on").first()
    days: list[date] = [landed.landed_at.astimezone(zone).date()] if landed else []
    days += [deployed.on] if deployed else []
    return min([*days, on])


Daily = dict[tuple[str, date], edition.Value]


def _read_flows(port: models.Port, on: date, now: datetime) -> Daily:
    found = counted.read(counted.FLOWS, zone=port.time_zone, on=on, now=now)
    return {(figure, day): _as_value(figure, value) for figure, day, value in found}


def _as_value(figure: str, value: Any) -> edition.Value:
    """SQL hands every sum over as a decimal: kilometres keep their tenth, whatever else is counted is whole."""
    return Decimal(value) if BY_CODE[figure].unit is Unit.KM else int(value)


def _read_zeros(port: models.Port, on: date, now: datetime) -> dict[tuple[str, date], list[str]]:
    found: dict[tuple[str, date], list[str]] = defaultdict(list)
    for figure, day, ids in counted.read(counted.ZEROS, zone=port.time_zone, on=on, now=now):
        found[figure, day] = ids
    zone = ZoneInfo(port.time_zone)
    missed = models.Position.objects.filter(traveller_id__in=tower.list_missed(now=now))
    for traveller, seen_at in missed.values_list("traveller_id", "seen_at"):
        found["zero_missed", seen_at.astimezone(zone).date()].append(str(traveller))
    return found


def _read_stocks(port: models.Port, on: date, now: datetime) -> dict[str, edition.Value]:
    asked = {f.code for f in FIGURES if f.nature is Nature.STOCK and not f.parts}
    found: dict[str, edition.Value] = dict.fromkeys(asked, 0)
    for figure, value in counted.read(counted.STOCKS, zone=port.time_zone, on=on, now=now):
        found[figure] = value
    return found


def _total(flows: Daily, zeros: Mapping[tuple[str, date], list[str]], on: date) -> dict[str, edition.Value]:
    """Every flow over all days, without looking at the day, so that a record which belongs to no day is found."""
    totals: dict[str, edition.Value] = {
        f.code: Decimal("0.0") if f.unit is Unit.KM else 0
        for f in FIGURES
        if f.nature is Nature.FLOW and not f.parts
    }
    for (figure, day), value in flows.items():
        if day is None or day <= on:
            totals[figure] += value
    for (figure, day), ids in zeros.items():
        if day <= on:
            totals[figure] += len(ids)
    return totals


def _read_flights(port: models.Port, on: date, now: datetime) -> tuple[edition.FlightLine, ...]:
    lines = []
    for row in counted.read(counted.FLIGHT_LINES, zone=port.time_zone, on=on, now=now):
        (
            name,
            designator,
            origin,
            scheduled_at,
            landed_at,
            protection,
            listed,
            door,
            unlisted,
            opened,
            expected,
            at,
        ) = row
        held: dict[str, Any] = at if isinstance(at, dict) else json.loads(at or "{}")
        lines.append(
            edition.FlightLine(
                id=name,
                designator=designator,
                origin=origin,
                scheduled_at=scheduled_at,
                landed_at=landed_at,
                protection=protection,
                landed=sum(held.values()),
                listed=listed,
                heads=door,
                unlisted=unlisted,
                open=opened if landed_at else None,
                where=edition.Where(expected=expected, **held),
            )
        )
    return tuple(lines)


def _read_trips(port: models.Port, on: date, now: datetime) -> tuple[edition.TripLine, ...]:
    found = counted.read(counted.TRIP_LINES, zone=port.time_zone, on=on, now=now)
    return tuple(
        edition.TripLine(Words(zh, en), is_long, trips, int(moved), km)
        for zh, en, is_long, trips, moved, km in found
    )


def _read_exits(port: models.Port, on: date, now: datetime) -> tuple[edition.ExitLine, ...]:
    found = counted.read(counted.EXIT_LINES, zone=port.time_zone, on=on, now=now)
    return tuple(edition.ExitLine(code, Words(zh, en), today, total) for code, zh, en, today, total in found)


def _read_owners(port: models.Port, on: date, now: datetime) -> tuple[edition.OwnerLine, ...]:
    found = counted.read(counted.OWNER_LINES, zone=port.time_zone, on=on, now=now)
    return tuple(
        edition.OwnerLine(owner, POSTS.get(owner, Words(owner, owner)), is_open, overdue, oldest)
        for owner, is_open, overdue, oldest in found
    )


def _count_objections(now: datetime) -> dict[str, int]:
    findings = proof.prove(now=now).findings
    return {name: len(objections) for name, objections in findings.by_proof.items()}


def _list_protocols(on: date) -> tuple[edition.ProtocolLine, ...]:
    rulebook = register.get_rulebook()
    lines = []
    for series in sorted({p.series for p in rulebook.protocols}):
        try:
            p = editions.choose(rulebook=rulebook, series=series, on=on)
        except Refused:
            continue
        lines.append(edition.ProtocolLine(p.series, p.edition, p.title, p.jurisdiction, p.effective_on))
    return tuple(lines)


def _find_seal() -> edition.Seal | None:
    last = models.Seal.objects.order_by("-number").first()
    if last is None:
        return None
    entries = sum(models.Seal.objects.values_list("entries", flat=True))
    return edition.Seal(last.number, entries, bytes(last.root).hex(), bytes(last.chain).hex(), last.sealed_at)


def list_published(*, before_on: date) -> list[edition.Bulletin]:
    """The last bulletins as they were published, up to and including that day, the oldest first."""
    found = models.Bulletin.objects.filter(on__lte=before_on).order_by("-on", "-revision")[:EARLIER_MAX]
    read = (json_form.read(text=json.dumps(row.figures)).bulletin for row in reversed(found))
    return [bulletin for bulletin in read if bulletin is not None]


def draft(*, on: date, now: datetime) -> edition.Bulletin:
    """The bulletin of a day as it would be published now; nothing is written."""
    return compose.compose(facts=gather(on=on, now=now), earlier=list_published(before_on=on))


def publish(*, on: date, by: UUID | None, now: datetime) -> edition.Bulletin:
    """Seal what is recorded, work out what is owed, count, and publish; a second one of a day is a new revision."""
    register.tick(now=now)
    seal.seal(now=now)
    with transaction.atomic():
        bulletin = draft(on=on, now=now)
        models.Bulletin.objects.create(
            on=on,
            revision=bulletin.revision,
            figures=json.loads(json_form.write(bulletin=bulletin)),
            seal=models.Seal.objects.order_by("-number").first(),
            published_at=now,
            by_id=by,
        )
    return bulletin
