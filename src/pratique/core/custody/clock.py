"""When did it happen? From a phone's clock, which may be wrong, to the server's time.

A phone keeps its wall clock reading, a counter that only rises, and the offset between its clock and the server's
as it last measured it. The server corrects by that offset; what a device says in one order happened in that order.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from pratique.core.answers import Objection
from pratique.core.custody.entry import DeviceId, Scan

DRIFT_MINUTES_MAX = 2
"""A phone whose clock is further off than this is put on a list, although its scans are corrected and kept."""


def correct(*, device_at: datetime, offset_seconds: float, recorded_at: datetime) -> datetime:
    """When it happened, by the server's clock: never after the server heard of it.

    `offset_seconds` is the phone's clock minus the server's.
    """
    return min(device_at - timedelta(seconds=offset_seconds), recorded_at)


def find_objection(*, device: DeviceId, offset_seconds: float) -> Objection | None:
    """The remark that a device's clock is adrift, if it is."""
    minutes = abs(offset_seconds) / 60
    if minutes <= DRIFT_MINUTES_MAX:
        return None
    direction = "fast" if offset_seconds > 0 else "slow"
    return Objection("clock_adrift", device, f"{minutes:.0f} minutes {direction}")


def settle(scans: Iterable[Scan]) -> list[Scan]:
    """One traveller's scans in the order in which they happened.

    Within a device the counter rules: a scan whose clock reads earlier than one the same device made before it is
    moved up to that one's time (the phone's clock was set back between them). Between devices time rules, and ties
    are broken by device, counter and id, so that the order depends on the scans alone.
    """
    latest: dict[DeviceId, datetime] = {}
    settled = []
    for scan in sorted(scans, key=lambda s: (s.device, s.counter, s.happened_at, s.id)):
        happened_at = max(scan.happened_at, latest.get(scan.device, scan.happened_at))
        latest[scan.device] = happened_at
        settled.append(scan if happened_at == scan.happened_at else replace(scan, happened_at=happened_at))
    return sorted(settled, key=lambda s: (s.happened_at, s.device, s.counter, s.id))
