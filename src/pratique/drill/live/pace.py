"""The port's clock beside a day that is being played: quick at first, then so many times as fast as life.

The clock never runs ahead of what has been played, or a board would show people as unseen whose scans are only late
because the machine is slow: where playing falls behind, the clock is set back to it.
"""

import time
from collections.abc import Callable

from pratique.drill.world.day import Day
from pratique.services import clock

BEHIND_SECONDS_MAX = 1.5
SHOWN_EVERY_SECONDS = 0.5
ASKED_EVERY_SECONDS = 0.5


class Pace:
    """`wait(second)` returns when that second of the day has come.

    Up to `live_from_second` it comes at once; from then on the day runs `speed` times as fast as life. `check` is called
    while waiting and may raise, to end it.
    """

    def __init__(self, *, day: Day, live_from_second: float, speed: float, check: Callable[[], None]) -> None:
        self.day = day
        self.live_from_second = live_from_second
        self.speed = speed
        self.check = check
        self._shown_at = 0.0
        self._anchor: tuple[float, float] | None = None

    @property
    def live(self) -> bool:
        """Whether the quick part is over."""
        return self._anchor is not None

    def wait(self, second: float) -> None:
        """Until the port's clock shows that second."""
        if second < self.live_from_second:
            self._hurry(second)
            return
        ahead = self._ahead(second)
        if ahead is None or ahead < -BEHIND_SECONDS_MAX:
            self._anchor = (second, time.monotonic())
            clock.set_clock(at=self.day.instant(second), speed=self.speed)
        while (ahead := self._ahead(second) or 0) > 0:
            self.check()
            time.sleep(min(ahead, ASKED_EVERY_SECONDS))

    def _ahead(self, second: float) -> float | None:
        """Seconds of life until then; None before the clock runs."""
        if self._anchor is None:
            return None
        from_second, since = self._anchor
        return (second - from_second) / self.speed - (time.monotonic() - since)

    def _hurry(self, second: float) -> None:
        """Let the clock stand where the playing is."""
        if time.monotonic() - self._shown_at >= SHOWN_EVERY_SECONDS:
            self.check()
            clock.set_clock(at=self.day.instant(second), speed=0)
            self._shown_at = time.monotonic()
