"""The one place where the services' callers learn what time it is: the wall clock, or a drill's."""

import time
from datetime import UTC, datetime, timedelta

from pratique.store import models

_FRESH_SECONDS, _FRESH_SECONDS_IN_DRILL = 1.0, 0.1
_setting: tuple[float, tuple[datetime | None, datetime | None, float] | None] = (0.0, None)


def now() -> datetime:
    """This instant in UTC. In a drill, the port's clock runs from where the drill set it, at the drill's speed.

    The setting is read once a second and process, so that asking the time costs nothing on the path of a scan; ten times
    a second while a drill plays or there is no port yet.
    """
    global _setting
    if _setting[0] < time.monotonic():
        row = models.Port.objects.values_list("clock_at", "clock_set_at", "clock_speed").first()
        is_real = row is not None and row[0] is None
        _setting = (time.monotonic() + (_FRESH_SECONDS if is_real else _FRESH_SECONDS_IN_DRILL), row)
    here = wall()
    port = _setting[1]
    if port is None or port[0] is None or port[1] is None:
        return here
    elapsed: timedelta = here - port[1]
    return port[0] + elapsed * port[2]


def wall() -> datetime:
    """This instant in the world's time, also while a drill sets the port's: for wires, and for processes that wait for one another."""
    return datetime.now(UTC)


def set_clock(*, at: datetime, speed: float) -> None:
    """Let the port's clock show `at` now and run `speed` times as fast as the wall clock (0: stand still)."""
    global _setting
    models.Port.objects.update(clock_at=at, clock_set_at=datetime.now(UTC), clock_speed=speed)
    _setting = (0.0, None)
