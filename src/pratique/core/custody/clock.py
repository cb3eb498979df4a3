"""When did it happen? From a phone's clock, which may be wrong, to the server's time.

A phone keeps its wall clock reading, a counter that only rises, and the offset between its clock and the server's
as it last measured it. The server corrects by that offset; what a device says in one order happened in that order.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeAlias

from pratique.core.answers import Objection
from pratique.core.custody.entry import CustodianId, DeviceId, Scan

DRIFT_MINUTES_MAX = 2
"""A phone whose clock is further off than this is put on a list, although its scans are corrected and kept."""

Settled: TypeAlias = tuple[datetime, Scan]
"""A scan, and when it happened by the order of its device."""


def correct(*, device_at: datetime, offset_seconds: float, recorded_at: datetime) -> datetime:
    """When it happened, by the server's clock: never after the server heard of it.

    `offset_seconds` is the phone's clock minus the server's.
    """
    return min(device_at - timedelta(seconds=offset_seconds), recorded_at)


def find_offset(*, device_at: Iterable[datetime], offset_seconds: float, recorded_at: datetime) -> float:
    """How far a phone's clock is off in seconds: as it measured, or further if it tells of a time that has not come.

    A phone that believes itself right and is fast betrays itself so. One that is slow and does not know it cannot be
    told from one whose scans come late.
    """
    told_at = max(device_at, default=recorded_at)
    ahead = (told_at - recorded_at).total_seconds()
    return ahead if ahead > offset_seconds + DRIFT_MINUTES_MAX * 60 else offset_seconds


def find_objection(*, device: DeviceId, offset_seconds: float) -> Objection | None:
    """The remark that a device's clock is adrift, if it is."""
    minutes = abs(offset_seconds) / 60
    if minutes <= DRIFT_MINUTES_MAX:
        return None
    direction = "fast" if offset_seconds > 0 else "slow"
    return Objection("clock_adrift", device, f"{minutes:.0f} minutes {direction}")


def settle(*, scans: Iterable[Scan], stages: Mapping[CustodianId, int]) -> list[Settled]:
    """One traveller's scans in the order in which they happened, each with its time.

    Within a device the counter rules: a scan whose clock reads earlier than one the same device made before it is
    moved up to that one's time (the phone's clock was set back between them), but never past the time at which the
    server heard of it (a counter that begins anew must not carry old scans into the present). Between devices time
    rules. At one and the same instant the order is that of the loop (`stages`: a custodian's place in it), then of
    device, counter and id, so that it depends on the scans alone.
    """

    def order(scan: Scan) -> tuple[object, ...]:
        stage = stages.get(scan.custodian, 0)
        return (scan.happened_at, stage, scan.device, scan.counter, scan.id, scan.custodian)

    ordered = sorted(scans, key=order)
    if _counters_rise(ordered):
        return [(scan.happened_at, scan) for scan in ordered]
    return _settle_by_counter(ordered, stages)


def _counters_rise(ordered: Iterable[Scan]) -> bool:
    latest: dict[DeviceId, int] = {}
    for scan in ordered:
        if scan.counter < latest.get(scan.device, scan.counter):
            return False
        latest[scan.device] = scan.counter
    return True


def _settle_by_counter(ordered: Iterable[Scan], stages: Mapping[CustodianId, int]) -> list[Settled]:
    latest: dict[DeviceId, tuple[datetime, int]] = {}
    settled = []
    for scan in sorted(ordered, key=lambda s: (s.device, s.counter)):  # a stable sort: else as ordered
        at = (scan.happened_at, stages.get(scan.custodian, 0))
        before = latest.get(scan.device, at)
        if at < before:
            at = _move_up(at, before, scan.recorded_at)
        latest[scan.device] = max(at, before)
        settled.append((*at, scan.device, scan.counter, scan.id, scan.custodian, scan))
    return [(entry[0], entry[-1]) for entry in sorted(settled, key=lambda e: e[:-1])]


def _move_up(
    at: tuple[datetime, int], before: tuple[datetime, int], heard_at: datetime
) -> tuple[datetime, int]:
    happened_at = max(at[0], min(before[0], heard_at))
    return (happened_at, max(at[1], before[1]) if happened_at == before[0] else at[1])
