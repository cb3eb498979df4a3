"""Progress on standard error: a bar for people, a line every tenth for files."""

import sys
import time
from collections.abc import Callable

WIDTH = 30


class Progress:
    """`step(done, total)` as often as one likes; drawn ten times a second at most."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.terminal = sys.stderr.isatty()
        self.drawn_at = 0.0
        self.tenth = -1

    def step(self, done: int, total: int) -> None:
        """Show how far it is."""
        if total <= 0:
            return
        share = min(1.0, done / total)
        if self.terminal:
            now = time.monotonic()
            if now - self.drawn_at >= 0.1 or done >= total:
                self.drawn_at = now
                full = int(share * WIDTH)
                bar = "█" * full + "·" * (WIDTH - full)
                end = "\n" if done >= total else ""
                print(
                    f"\r{self.label} {bar} {share:4.0%}  {done:,} of {total:,}",
                    end=end,
                    file=sys.stderr,
                    flush=True,
                )
        elif int(share * 10) > self.tenth:
            self.tenth = int(share * 10)
            print(f"{self.label}: {share:.0%} ({done:,} of {total:,})", file=sys.stderr, flush=True)


def show_stage(name: str) -> Callable[[int, int], None]:
    """What to tell how far a stage of that name is."""
    return Progress(name).step
