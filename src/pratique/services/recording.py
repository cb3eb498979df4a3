"""Scans that arrive together are recorded together: one statement, one durable commit, an answer for each.

A commit waits for the disk, and waits as long for one scan as for five hundred. So while some callers' scans are being
recorded, those of others gather; whoever is next takes all of them along. Nobody waits for company: who comes alone is
recorded alone, at once. An answer is given only after the commit that holds its scan.
"""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from django.db import OperationalError, connection

from pratique.core.custody import entry
from pratique.store.hot import Found, Row, receive

ROWS_MAX = 500
"""So many scans in one statement at most."""
LEADERS_MAX = 2
"""So many statements of one process at a time: while one waits for the disk, the next is worked out."""
STEPS = sorted(f"{giver.value}>{receiver.value}" for giver, receiver in entry.ORDINARY_STEPS)
_TRIES_MAX = 5
_RETRIED = ("40P01", "40001")


@dataclass(slots=True, eq=False)
class _Call:
    """One caller's rows; `turn` opens when they have been recorded, or when the caller is to lead."""

    rows: Sequence[Row]
    now: datetime
    leads: bool = False
    found: dict[UUID, Found] | None = None
    turn: threading.Lock = field(default_factory=threading.Lock)


_lock = threading.Lock()
_waiting: deque[_Call] = deque()
_leaders = 0


def record(*, rows: Sequence[Row], now: datetime) -> dict[UUID, Found]:
    """Record rows, each traveller and each id at most once, durably; what became of each, by id."""
    if connection.in_atomic_block:  # part of the caller's own transaction: nobody else's business
        return _execute(rows, now)
    call = _Call(rows, now)
    _join(call)
    if call.leads:
        _lead(call)
    # A statement that failed for a group is tried by each for themselves: an error belongs to whoever caused it.
    return _execute(rows, now) if call.found is None else call.found


def _join(call: _Call) -> None:
    """Return once the call has been recorded or is to lead."""
    global _leaders
    with _lock:
        if _leaders < LEADERS_MAX:
            _leaders += 1
            call.leads = True
            return
        call.turn.acquire()
        _waiting.append(call)
    call.turn.acquire()


def _lead(call: _Call) -> None:
    """Record the call's rows and those of whoever waits, then let the next one lead."""
    group = _gather(call)
    try:
        found = _execute([row for member in group for row in member.rows], max(m.now for m in group))
        for member in group:
            member.found = found
    except Exception:
        if len(group) == 1:
            raise
    finally:
        _hand_over()
        for member in group[1:]:
            member.turn.release()


def _gather(call: _Call) -> list[_Call]:
    """The call and those waiting that go with it: no traveller and no id twice, and not too many."""
    with _lock:
        if not _waiting:
            return [call]
        group, left = [call], list(_waiting)
        names = {name for row in call.rows for name in (row.id, row.traveller)}
        count = len(call.rows)
        _waiting.clear()
        for other in left:
            theirs = {name for row in other.rows for name in (row.id, row.traveller)}
            if count + len(other.rows) <= ROWS_MAX and names.isdisjoint(theirs):
                group.append(other)
                names |= theirs
                count += len(other.rows)
            else:
                _waiting.append(other)
    return group


def _hand_over() -> None:
    global _leaders
    with _lock:
        if _waiting:
            following = _waiting.popleft()
            following.leads = True
            following.turn.release()
        else:
            _leaders -= 1


def _execute(rows: Sequence[Row], now: datetime) -> dict[UUID, Found]:
    """Run the statement. In the order of travellers, so that two of them rarely wait for each other in a circle."""
    ordered = sorted(rows, key=attrgetter("traveller"))
    for attempt in range(1, _TRIES_MAX + 1):
        try:
            return receive(rows=ordered, now=now, steps=_STEPS)
        except OperationalError as error:
            if attempt == _TRIES_MAX or not _may_retry(error):
                raise
    raise AssertionError("the last attempt returns or raises")


def _may_retry(error: OperationalError) -> bool:
    """Two batches locked each other out, or the connection was lost; what was recorded all the same is a repeat."""
    if connection.in_atomic_block:
        return False
    lost = connection.connection is not None and connection.connection.closed
    if lost:
        connection.close()
    return lost or getattr(error.__cause__, "sqlstate", "") in _RETRIED


_STEPS = "{" + ",".join(STEPS) + "}"
