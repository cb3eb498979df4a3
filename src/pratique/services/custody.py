"""The verbs of custody: receive scans, take one back, settle a dispute, count heads, hand over, admit.

Every verb is one transaction. What cannot be decided by the short path is folded again by the core; the position,
dispute and objection rows are nothing but the fold's result written down.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from pratique.core.answers import Refused
from pratique.core.custody import clock, entry, fold, handover
from pratique.services import grounds, identity, positions, recording, way
from pratique.services.cases import informing
from pratique.services.dispatch import riding
from pratique.store import ids, locks, models, rows
from pratique.store.hot import Row
from pratique.store.ids import make_id
from pratique.store.queries import ports

BATCH_MAX = recording.ROWS_MAX
UNDO_MINUTES = 15


@dataclass(frozen=True, slots=True)
class Told:
    """What a phone says of one sighting. `offset_seconds` is its clock minus the server's, as it last measured."""

    id: UUID
    traveller: UUID
    custodian: UUID
    counter: int
    device_at: datetime
    offset_seconds: float = 0.0
    handover: UUID | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a scan: `moved`, `seen`, `repeated`, `folded` (settled by the fold), a dispute's code, or `way_closed` and `release_unsigned`:
    it let somebody out without grounds; `ride_closed`: it took a case aboard a vehicle that takes none.

    `holder` is given when the answer is not the plain one: where the books now say the traveller is.
    """

    id: UUID
    state: str
    holder: UUID | None = None
    remarks: tuple[str, ...] = ()


def receive(*, scans: Sequence[Told], device: UUID, by: UUID | None, now: datetime) -> list[Outcome]:
    """Record up to 500 scans of one device, durably, and answer for each; sending them again is harmless.

    Raises `Refused("batch_too_large")`. Anything else that is wrong with a scan is kept and answered, not refused.
    """
    if len(scans) > BATCH_MAX:
        raise Refused("batch_too_large", f"{len(scans)} scans; send at most {BATCH_MAX} at a time")
    source = _Source(device, by, now)
    outcomes: dict[int, Outcome] = {}
    odd: dict[int, bool] = {}
    for wave in _split_into_waves(scans):
        found = recording.record(rows=[_make_row(scans[i], source) for i in wave], now=now)
        for index in wave:
            became = found[scans[index].id]
            if became.kept and became.placed:
                outcomes[index] = Outcome(scans[index].id, "moved" if became.moved else "seen")
            else:
                odd[index] = became.kept
    if odd:
        repeats = {i for i, kept in odd.items() if not kept}
        outcomes |= _answer_odd({i: scans[i] for i in odd}, repeats, source)
    _answer_exits(scans, outcomes, source)
    _answer_rides(scans, outcomes, source)
    return [outcomes[i] for i in range(len(scans))]


def _answer_exits(scans: Sequence[Told], outcomes: dict[int, Outcome], source: "_Source") -> None:
    """Of those scanned at an exit: on what grounds they were let out; without any, they are to be kept there."""
    leaving = {i: told for i, told in enumerate(scans) if way.is_exit(custodian=told.custodian)}
    if not leaving:
        return
    rows = [_make_row(told, source) for told in leaving.values()]
    judged = way.judge(
        scans=[
            grounds.Leaving(r.id, r.traveller, r.custodian, r.happened_at, r.handover, r.by) for r in rows
        ],
        now=source.now,
    )
    for index, told in leaving.items():
        if not judged[told.id].open and outcomes[index].state in _BELIEVED:
            outcomes[index] = replace(
                outcomes[index],
                state=judged[told.id].answer,
                remarks=(*outcomes[index].remarks, *judged[told.id].because),
            )


def _answer_rides(scans: Sequence[Told], outcomes: dict[int, Outcome], source: "_Source") -> None:
    """Of those scanned aboard a vehicle that takes no cases: who is one, and goes by ambulance."""
    rows = [_make_row(told, source) for i, told in enumerate(scans) if outcomes[i].state in _BELIEVED]
    wrong = riding.judge_rows(rows=rows, now=source.now)
    for index, told in enumerate(scans):
        if told.id in wrong:
            outcomes[index] = replace(outcomes[index], state=riding.CLOSED)


_BELIEVED = frozenset({"moved", "seen", "repeated", "folded"})
"""Answers that let somebody through; any other keeps them already, for a reason of its own."""


def _split_into_waves(scans: Sequence[Told]) -> list[list[int]]:
    """Each traveller and each id at most once a wave, in the device's own order."""
    if len(scans) == 1:
        return [[0]]
    waves: list[tuple[list[int], set[UUID]]] = []
    for index in sorted(range(len(scans)), key=lambda i: scans[i].counter):
        names = {scans[index].traveller, scans[index].id}
        # The first wave after the last one that has this traveller: order within a traveller is kept.
        after = max((n + 1 for n, (_, taken) in enumerate(waves) if taken & names), default=0)
        if after == len(waves):
            waves.append(([], set()))
        waves[after][0].append(index)
        waves[after][1].update(names)
    return [indexes for indexes, _ in waves]


def _make_row(told: Told, source: "_Source") -> Row:
    happened_at = clock.correct(
        device_at=told.device_at, offset_seconds=told.offset_seconds, recorded_at=source.now
    )
    return Row(
        told.id,
        told.traveller,
        told.custodian,
        source.device,
        source.by,
        told.counter,
        happened_at,
        told.device_at,
        told.offset_seconds,
        told.handover,
    )


@dataclass(frozen=True, slots=True)
class _Source:
    device: UUID
    by: UUID | None
    now: datetime


def _answer_odd(odd: dict[int, Told], repeats: set[int], source: _Source) -> dict[int, Outcome]:
    """Settle whoever the short path left alone, and say what the books now make of each scan."""
    with transaction.atomic():
        _keep_conflicts([odd[i] for i in repeats], source)
        accounts = settle(travellers={told.traveller for told in odd.values()}, now=source.now)
    positions = {a.traveller: a.position for a in accounts}
    disputes = {(d.scan, d.traveller): d.code for a in accounts for d in a.disputes}
    remarks = {a.traveller: tuple(o.code for o in a.objections) for a in accounts}
    outcomes = {}
    for index, told in odd.items():
        traveller = entry.TravellerId(rows.key(told.traveller))
        code = disputes.get((entry.ScanId(rows.key(told.id)), traveller))
        position = positions.get(traveller)
        outcomes[index] = Outcome(
            id=told.id,
            state=code or ("repeated" if index in repeats else "folded"),
            holder=UUID(position.holder) if position else None,
            remarks=remarks.get(traveller, ()),
        )
    return outcomes


def _keep_conflicts(repeats: list[Told], source: _Source) -> None:
    """Of scans whose id is in the book already, keep those that say something else as conflicts."""
    known = {s.id: s for s in models.Scan.objects.filter(id__in=[t.id for t in repeats])}
    for told in repeats:
        first = known[told.id]
        said = (first.traveller_id, first.custodian_id, first.counter, first.device_at, first.device_id)
        if (told.traveller, told.custodian, told.counter, told.device_at, source.device) != said:
            _keep_conflict(told, source)


def _keep_conflict(told: Told, source: _Source) -> None:
    content = {
        "scan_id": told.id,
        "traveller_id": told.traveller,
        "custodian_id": told.custodian,
        "device_id": source.device,
        "counter": told.counter,
        "device_at": told.device_at,
    }
    _tie()
    if models.Conflict.objects.filter(**content).exists():
        return
    happened_at = clock.correct(
        device_at=told.device_at, offset_seconds=told.offset_seconds, recorded_at=source.now
    )
    models.Conflict.objects.create(
        id=make_id(),
        **content,
        offset_seconds=told.offset_seconds,
        handover_id=told.handover,
        happened_at=happened_at,
        recorded_at=source.now,
        by_id=source.by,
    )


def mark_pending(travellers: Iterable[UUID]) -> None:
    """Have these travellers folded again by the next `settle` or `settle_pending`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO store_pending SELECT unnest(%s::uuid[]) "
            "ON CONFLICT (traveller_id) DO UPDATE SET traveller_id = EXCLUDED.traveller_id",
            [sorted(travellers)],
        )


def settle_pending(*, now: datetime, limit: int = 5_000) -> int:
    """Fold whoever still waits for it (a server that died between two steps); how many that were."""
    waiting = list(models.Pending.objects.values_list("traveller_id", flat=True)[:limit])
    if waiting:
        settle(travellers=waiting, now=now)
    return len(waiting)


def settle(*, travellers: Iterable[UUID], now: datetime) -> list[fold.Account]:
    """Fold these travellers (and whoever is linked to them) again and write down the result."""
    with transaction.atomic():
        wanted = _lock_tied(travellers)
        # First of all: a scan that comes from now on leaves a row of its own, and waits until this fold is written.
        models.Pending.objects.filter(traveller_id__in=wanted).delete()
        _register_unknown(wanted, now)
        journal = rows.read_journal(wanted)
        custodians = {s.custodian for s in journal.scans} | {a.custodian for a in journal.admissions}
        books = fold.fold(journal=journal, ground=rows.read_ground(custodians))
        named = {rows.key(t) for t in wanted}
        accounts = [a for a in books.accounts.values() if a.traveller in named]
        positions.write(travellers=wanted, accounts=accounts)
    return accounts


def _lock_tied(travellers: Iterable[UUID]) -> list[UUID]:
    """These travellers and everybody whose entries must be read with theirs, locked, in the order of their ids.

    Nobody is tied to anybody else meanwhile: whoever ties (`_tie`) waits for the folds that are under way.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [locks.TIES])
    wanted = sorted(_list_tied(travellers))
    _lock(wanted)
    return wanted


def _tie() -> None:
    """Before a link or a reused id is written: from now on no fold reads one of those whom it joins without the other.

    First thing in a transaction, before anybody is locked, so that nobody waits for one who waits.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [locks.TIES])


def _list_tied(travellers: Iterable[UUID]) -> set[UUID]:
    """Everybody whom links and reused ids join to these, directly or through others."""
    found, wanted = set[UUID](), set(travellers)
    while wanted != found:
        found = wanted
        linked = rows.find_linked(found)
        wanted = linked | _list_reused_with(sorted(linked))
    return found


def _list_reused_with(travellers: Sequence[UUID]) -> set[UUID]:
    """Travellers whose scans share an id with a conflicting content about one of these."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.traveller_id FROM store_conflict c JOIN store_scan s ON s.id = c.scan_id "
            "WHERE c.traveller_id = ANY(%(t)s) UNION "
            "SELECT c.traveller_id FROM store_conflict c JOIN store_scan s ON s.id = c.scan_id "
            "WHERE s.traveller_id = ANY(%(t)s)",
            {"t": list(travellers)},
        )
        return {row[0] for row in cursor.fetchall()}


def _lock(travellers: Sequence[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(t, 0)) FROM unnest(%s::text[]) t",
            [[rows.key(t) for t in travellers]],
        )
        cursor.execute(
            "SELECT 1 FROM store_position WHERE traveller_id = ANY(%s) ORDER BY traveller_id FOR UPDATE",
            [list(travellers)],
        )


def _register_unknown(travellers: Sequence[UUID], now: datetime) -> None:
    """Somebody scanned whom no list named gets a row and a code: an exception that somebody must settle."""
    known = set(models.Traveller.objects.filter(id__in=travellers).values_list("id", flat=True))
    unknown = [t for t in travellers if t not in known]
    models.Traveller.objects.bulk_create(
        [models.Traveller(id=t, code=ids.make_code(t), manifested=False, created_at=now) for t in unknown],
        ignore_conflicts=True,
    )


def register_unlisted(
    *, traveller: UUID, flight: UUID | None, who: identity.Identity, now: datetime
) -> models.Traveller:
    """Somebody stands here who is on no list: a row, a code, what their document says. The same id again is the same.

    They are *unmanifested* until somebody links or lists them. Whose flight is known enters the book from its
    cabin at once, so that the heads of that flight agree; anybody else with their first scan.
    """
    with transaction.atomic():
        row, fresh = models.Traveller.objects.get_or_create(
            id=traveller,
            defaults={
                "code": ids.make_code(traveller),
                "manifested": False,
                "flight_id": flight,
                "created_at": now,
            },
        )
        if fresh and (who.full_name or who.documents):
            erase_on = identity.reckon_erasure(came_on=ports.find_day(at=now))
            identity.write(identities={traveller: who}, erase_on=erase_on)
        if fresh and flight is not None:
            models.Admission.objects.create(
                id=make_id(),
                traveller_id=traveller,
                custodian_id=flight,
                flight_id=flight,
                manifested=False,
                happened_at=now,
                recorded_at=now,
            )
            settle(travellers=[traveller], now=now)
    return row


def annul(*, scan: UUID, by: UUID, because: str, now: datetime) -> None:
    """Take a scan back. It stays in the book, and the books are folded as if it had not been made."""
    found = models.Scan.objects.filter(id=scan).first()
    if found is None:
        raise Refused("scan_unknown", "there is no such scan to take back")
    if not because.strip():
        raise Refused("reason_missing", "say why the scan is taken back")
    with transaction.atomic():
        models.Annulment.objects.create(
            id=make_id(), scan_id=scan, because=because, happened_at=now, recorded_at=now, by_id=by
        )
        riding.take_back(scan=scan, because=because, by=by, now=now)
        settle(travellers=_list_travellers_of(scan), now=now)
    if way.is_exit(custodian=found.custodian_id):
        informing.follow(travellers=[found.traveller_id], by=by, now=now)


def undo(*, scan: UUID, device: UUID, by: UUID, now: datetime) -> None:
    """The one undo of the scan page: by the device that made it, within fifteen minutes."""
    found = models.Scan.objects.filter(id=scan).first()
    if found is None or found.device_id != device:
        raise Refused("scan_of_other_device", "only the phone that made the scan can take it back")
    if now - found.recorded_at > timedelta(minutes=UNDO_MINUTES):
        raise Refused(
            "undo_too_late", f"after {UNDO_MINUTES} minutes a correction is made on the traveller's page"
        )
    annul(scan=scan, by=by, because="undone at once by the device", now=now)


def rule(*, scan: UUID, believed: bool, by: UUID, because: str, now: datetime) -> None:
    """Settle a dispute: the scan is believed after all, or it is not; by whom and why stays in the book."""
    if not because.strip():
        raise Refused("reason_missing", "say why the scan is believed or not")
    if not models.Dispute.objects.filter(scan_id=scan).exists():
        raise Refused("dispute_unknown", "this scan is not in dispute")
    reused = models.Conflict.objects.filter(scan_id=scan).exists()
    if believed and reused:
        raise Refused("scan_id_reused", "two contents share this id: rule it out and scan the person again")
    with transaction.atomic():
        models.Ruling.objects.create(
            id=make_id(),
            scan_id=scan,
            believed=believed,
            because=because,
            happened_at=now,
            recorded_at=now,
            by_id=by,
        )
        settle(travellers=_list_travellers_of(scan), now=now)


def _list_travellers_of(scan: UUID) -> set[UUID]:
    return set(models.Scan.objects.filter(id=scan).values_list("traveller_id", flat=True)) | set(
        models.Conflict.objects.filter(scan_id=scan).values_list("traveller_id", flat=True)
    )


def link(*, traveller: UUID, same_as: UUID, by: UUID, because: str, now: datetime) -> None:
    """Somebody on no list turned out to be somebody who is: read the one's entries as the other's."""
    if traveller == same_as:
        raise Refused("link_to_self", "a traveller cannot be linked to themselves")
    found = {t.id: t for t in models.Traveller.objects.filter(id__in=(traveller, same_as))}
    if len(found) != 2:
        raise Refused("traveller_unknown", "one of the two is not in the book")
    if found[traveller].manifested:
        raise Refused("link_manifested", "only somebody who is on no list can be linked to somebody who is")
    with transaction.atomic():
        _tie()
        models.Link.objects.create(
            id=make_id(),
            traveller_id=traveller,
            same_as_id=same_as,
            because=because,
            happened_at=now,
            recorded_at=now,
            by_id=by,
        )
        settle(travellers={traveller, same_as}, now=now)


@dataclass(frozen=True, slots=True)
class Offer:
    """What the giver offers: to whom, how many, who by name, when silence becomes overdue, and why, where a rule was set aside."""

    giver: UUID
    receiver: UUID
    heads: int
    names: tuple[UUID, ...] | None = None
    deadline_minutes: int = 60
    because: str = ""


def offer(*, handover_id: UUID, offer: Offer, by: UUID | None, now: datetime) -> None:
    """Offer people to another custodian. The giver stays responsible until the receiver has scanned them.

    Raises `Refused`: `custodian_unknown`, and as `grounds.require_held`.
    """
    if models.Custodian.objects.filter(id__in=(offer.giver, offer.receiver)).count() != 2:
        raise Refused("custodian_unknown", "giver and receiver must be two known custodians")
    grounds.require_held(giver=offer.giver, receiver=offer.receiver, names=offer.names or (), now=now)
    _step(handover_id, handover.Step.OFFERED, offer, by, now)


def _step(handover_id: UUID, step: handover.Step, offer: Offer, by: UUID | None, now: datetime) -> None:
    models.HandoverEvent.objects.create(
        id=make_id(),
        handover_id=handover_id,
        step=step.value,
        giver_id=offer.giver,
        receiver_id=offer.receiver,
        heads=offer.heads,
        names=None if offer.names is None else sorted(rows.key(n) for n in offer.names),
        deadline_at=now + timedelta(minutes=offer.deadline_minutes),
        because=offer.because,
        happened_at=now,
        recorded_at=now,
        by_id=by,
    )


def withdraw(*, handover_id: UUID, because: str, by: UUID | None, now: datetime) -> None:
    """An offer is taken back, and why. Raises `Refused` as `answer` does."""
    step = handover.Step.WITHDRAWN
    answer(handover_id=handover_id, step=step, heads=None, because=because, by=by, now=now)


def answer(
    *, handover_id: UUID, step: handover.Step, heads: int | None, because: str, by: UUID | None, now: datetime
) -> handover.Handover:
    """Accept (with the receiver's own count), decline (with a reason) or withdraw an offer.

    Raises `Refused` when there is no such offer, or the step does not follow from how it stands; and as `way.require_receiver`.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [rows.key(handover_id)])
        if (state := find_handover(handover_id=handover_id, now=now)) is None:
            raise Refused("handover_unknown", "there is no such offer")
        standing = handover.State.OFFERED if state.state is handover.State.LAPSED else state.state
        if (standing, step) not in handover.TRANSITIONS or step is handover.Step.OFFERED:
            raise Refused("handover_step_refused", f"the handover is {state.state.value} already")
        if step is handover.Step.DECLINED and not because.strip():
            raise Refused("reason_missing", "say why the handover is declined")
        if step is handover.Step.ACCEPTED:
            if heads is None:
                raise Refused("heads_missing", "the receiver counts too: give your own count")
            way.require_receiver(offered=state, because=because, by=by)
        models.HandoverEvent.objects.create(
            id=make_id(),
            handover_id=handover_id,
            step=step.value,
            giver_id=UUID(state.giver),
            receiver_id=UUID(state.receiver),
            heads=heads,
            because=because,
            happened_at=now,
            recorded_at=now,
            by_id=by,
        )
    after = find_handover(handover_id=handover_id, now=now)
    assert after is not None
    return after


def find_handover(*, handover_id: UUID, now: datetime) -> handover.Handover | None:
    """A handover as its steps and the receiver's scans make it; None if it was never offered."""
    events = rows.read_handover_events([handover_id])
    if not events:
        return None
    receivers = {UUID(e.receiver) for e in events}
    scanned = models.Scan.objects.filter(handover_id=handover_id, custodian_id__in=receivers).exclude(
        id__in=models.Annulment.objects.values("scan_id")
    )
    names = [entry.TravellerId(rows.key(t)) for t in scanned.values_list("traveller_id", flat=True)]
    return handover.fold(events=events, scanned=names, now=now)


def admit(
    *, travellers: Iterable[UUID], custodian: UUID, flight: UUID | None, happened_at: datetime, now: datetime
) -> int:
    """Put everybody on a flight's list into its cabin: the flight has landed. Returns how many were admitted."""
    wanted = list(travellers)
    known = set(
        models.Admission.objects.filter(
            traveller_id__in=wanted, custodian_id=custodian, flight_id=flight, happened_at=happened_at
        ).values_list("traveller_id", flat=True)
    )
    fresh = [t for t in wanted if t not in known]
    with transaction.atomic():
        models.Admission.objects.bulk_create(
            [
                models.Admission(
                    id=make_id(),
                    traveller_id=t,
                    custodian_id=custodian,
                    flight_id=flight,
                    manifested=True,
                    happened_at=happened_at,
                    recorded_at=now,
                )
                for t in fresh
            ],
            batch_size=2_000,
        )
        settle(travellers=fresh, now=now)
    return len(fresh)
