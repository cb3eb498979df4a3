"""Posts by the hour as a picture: a row a post, a bar a shift with who holds it, and where fewer are there than wanted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.utils import timezone

from pratique.services.force import pose, rules, watch
from pratique.store.queries import ports
from pratique.web.force import labels

BEFORE = timedelta(hours=1)
HOURS = 24
NAMES_SHOWN, NAME_PERCENT = 2, 9.0
"""So many names fit a bar, if each has so much of the picture's width; else their number stands there, and every name in its words."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A shift at a post: its place in the picture (percent), how it stands (running, in_force, gap), what it says."""

    start: float
    width: float
    state: str
    text: str
    starts_at: datetime
    ends_at: datetime
    names: tuple[str, ...]
    sure: int
    least: int

    @property
    def middle(self) -> float:
        """Where its words stand."""
        return self.start + self.width / 2


@dataclass(frozen=True, slots=True)
class Short:
    """Hours in which fewer are there or coming than flights, trips and the post itself ask for: by how many."""

    start: float
    width: float
    missing: int
    starts_at: datetime
    ends_at: datetime

    @property
    def middle(self) -> float:
        """Where its figure stands."""
        return self.start + self.width / 2


@dataclass(frozen=True, slots=True)
class Row:
    """A post with its bars and its short hours."""

    post: str
    bars: tuple[Bar, ...]
    short: tuple[Short, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The rows, the hours above them (percent, time) and where now is (percent)."""

    rows: tuple[Row, ...]
    hours: tuple[tuple[float, datetime], ...]
    now: float


def draw(*, stands: Iterable[watch.Stand], now: datetime) -> Chart:
    """An hour back and a day ahead, by the port's clock."""
    first = (timezone.localtime(now, ports.find_zone()) - BEFORE).replace(minute=0, second=0, microsecond=0)
    of_post: dict[str, list[watch.Stand]] = defaultdict(list)
    for one in stands:
        of_post[one.post].append(one)
    wanted = _count_wanted(first)
    rows = []
    for post in rules.get_rules().posts:
        mine = of_post.get(post, [])
        bars = tuple(bar for one in mine if (bar := _draw_bar(one, first, now)) is not None)
        short = tuple(_draw_short(wanted[post], mine, first))
        if bars or short:
            rows.append(Row(post, bars, short))
    hours = tuple((100 * n / HOURS, first + timedelta(hours=n)) for n in range(0, HOURS, 2))
    return Chart(tuple(rows), hours, _percent(now - first))


def _percent(span: timedelta) -> float:
    return 100 * (span / timedelta(hours=HOURS))


def _draw_bar(one: watch.Stand, first: datetime, now: datetime) -> Bar | None:
    """Its place in the picture; None if it lies outside, or nobody holds a post that needs nobody."""
    there = [held for held in one.holders if held.state not in watch.GONE]
    start = max(0.0, _percent(one.starts_at - first))
    end = min(100.0, _percent(one.ends_at - first))
    if end <= start or not there and not one.gap:
        return None
    names = tuple(labels.name_person(held.person) for held in there)
    fit = 0 < len(names) <= min(NAMES_SHOWN, int((end - start) / NAME_PERCENT))
    text = " · ".join(names) if fit else str(len(names))
    state = "gap" if one.gap else "running" if one.starts_at <= now else "in_force"
    return Bar(start, end - start, state, text, one.starts_at, one.ends_at, names, one.sure, one.least)


def _count_wanted(first: datetime) -> dict[str, list[int]]:
    """How many are wanted at each post in each hour of the picture."""
    begins_on = first.date() - timedelta(days=1)
    found: dict[str, list[int]] = defaultdict(lambda: [0] * HOURS)
    ahead = HOURS + first.hour
    for one in pose.list_demands(first_on=begins_on, days=3):
        for hour in range(one.from_minutes // 60, one.until_minutes // 60):
            place = one.day * 24 + hour - ahead
            if 0 <= place < HOURS:
                found[one.post][place] = max(found[one.post][place], one.count)
    return found


def _draw_short(wanted: Sequence[int], stands: Iterable[watch.Stand], first: datetime) -> Iterable[Short]:
    there = [0] * HOURS
    for one in stands:
        coming = sum(held.state not in (*watch.GONE, "barred") for held in one.holders)
        for hour in range(HOURS):
            at = first + timedelta(hours=hour)
            there[hour] += coming * (one.starts_at <= at < one.ends_at)
    missing = [max(0, more - have) for more, have in zip(wanted, there, strict=True)]
    hour = 0
    for count, run in groupby(missing):
        length = len(list(run))
        if count:
            starts_at = first + timedelta(hours=hour)
            ends_at = starts_at + timedelta(hours=length)
            yield Short(100 * hour / HOURS, 100 * length / HOURS, count, starts_at, ends_at)
        hour += length
