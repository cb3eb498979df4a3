"""The rows of positions, disputes and objections: nothing but what the fold makes of the book, written down."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from pratique.core.custody import entry, fold
from pratique.store import models, rows


def write(*, travellers: Sequence[UUID], accounts: Iterable[fold.Account]) -> None:
    """Put down where these travellers are now, what of their scans is in dispute and what is odd, in place of what stood there."""
    accounts = list(accounts)
    models.Position.objects.filter(traveller_id__in=travellers).delete()
    models.Dispute.objects.filter(traveller_id__in=travellers).delete()
    models.Objection.objects.filter(traveller_id__in=travellers).delete()
    ground = rows.read_ground({a.position.holder for a in accounts if a.position})
    last = _read_last([a.position.scan for a in accounts if a.position and a.position.scan])
    models.Position.objects.bulk_create(
        [_make_row(a.position, ground, last) for a in accounts if a.position], batch_size=2_000
    )
    models.Dispute.objects.bulk_create(
        [
            models.Dispute(
                scan_id=d.scan,
                traveller_id=d.traveller,
                custodian_id=d.custodian,
                code=d.code,
                against_id=d.against,
            )
            for a in accounts
            for d in a.disputes
        ],
        ignore_conflicts=True,
    )
    models.Objection.objects.bulk_create(
        [
            models.Objection(traveller_id=o.subject, code=o.code, because=o.because)
            for a in accounts
            for o in a.objections
        ],
        ignore_conflicts=True,
    )


def _read_last(scans: Sequence[str]) -> dict[str, tuple[UUID, int]]:
    found = models.Scan.objects.filter(id__in=scans).values_list("id", "device_id", "counter")
    return {rows.key(scan): (device, counter) for scan, device, counter in found}


def _make_row(
    position: fold.Position, ground: entry.Ground, last: dict[str, tuple[UUID, int]]
) -> models.Position:
    kind = ground.custodians[position.holder].kind
    device, counter = last.get(position.scan or "", (None, 0))
    return models.Position(
        traveller_id=position.traveller,
        flight_id=position.flight,
        holder_id=position.holder,
        holder_kind=kind.value,
        inside=kind is not entry.Kind.EXIT,
        since_at=position.since_at,
        seen_at=position.seen_at,
        scan_id=position.scan,
        device_id=device,
        counter=counter,
        movements=position.movements,
        place=position.place,
        placed_at=position.placed_at,
    )
