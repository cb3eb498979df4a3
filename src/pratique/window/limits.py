"""How often something may be asked of the page: by one phone, and by all of them together.

Counts are kept in the memory of the one process that serves the page; who asked is kept as a hash, for minutes.
"""

import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field

from pratique.services.window.slip import digest

CALLERS_MAX = 20_000


@dataclass(slots=True)
class Limit:
    """At most `each` times by one caller, and `all_together` by everybody, within `seconds`."""

    each: int
    all_together: int
    seconds: float
    _seen: dict[bytes, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def allows(self, caller: str) -> bool:
        """Whether this caller may once more; counted if so."""
        with self._lock:
            if self._is_full(caller):
                return False
            self._count(caller)
            return True

    def is_full(self, caller: str) -> bool:
        """Whether this caller may not any more; nothing is counted."""
        with self._lock:
            return self._is_full(caller)

    def count(self, caller: str) -> None:
        """Count one more of this caller."""
        with self._lock:
            self._count(caller)

    def _is_full(self, caller: str) -> bool:
        if len(self._seen) > CALLERS_MAX:
            self._seen.clear()
        since = time.monotonic() - self.seconds
        for key, most in ((digest(caller), self.each), (b"", self.all_together)):
            times = self._seen[key]
            while times and times[0] < since:
                times.popleft()
            if len(times) >= most:
                return True
        return False

    def _count(self, caller: str) -> None:
        for key in (digest(caller), b""):
            self._seen[key].append(time.monotonic())


FAILING = Limit(each=10, all_together=600, seconds=60)
"""Codes that open nothing, by address: those that do are not counted, since a whole facility may share one address."""
READING = Limit(each=120, all_together=6_000, seconds=60)
SAYING = Limit(each=20, all_together=2_000, seconds=600)
