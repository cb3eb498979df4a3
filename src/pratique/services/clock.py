"""The one place where the services' callers learn what time it is: the wall clock, or a drill's."""

from datetime import UTC, datetime, timedelta

from pratique.store import models


def now() -> datetime:
    """This instant in UTC. In a drill, the port's clock runs from where the drill set it, at the drill's speed."""
    port = models.Port.objects.values_list("clock_at", "clock_set_at", "clock_speed").first()
    wall = datetime.now(UTC)
    if port is None or port[0] is None or port[1] is None:
        return wall
    clock_at: datetime = port[0]
    elapsed: timedelta = wall - port[1]
    return clock_at + elapsed * float(port[2])


def set_clock(*, at: datetime, speed: float) -> None:
    """Let the port's clock show `at` now and run `speed` times as fast as the wall clock (0: stand still)."""
    models.Port.objects.update(clock_at=at, clock_set_at=datetime.now(UTC), clock_speed=speed)
