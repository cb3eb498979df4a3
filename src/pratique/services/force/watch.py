"""Who holds which post, hour by hour, and which is about to be empty."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Min

from pratique.services.force import people, rules, training
from pratique.store import models
from pratique.store.queries import ports


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody at a post for a shift: `state` is here, confirmed, called, late, left, absent or barred (may not stand there)."""

    person: models.Person
    shift: models.Deployment
    state: str


@dataclass(frozen=True, slots=True)
class Stand:
    """A post in one shift: who holds it, how many it needs at least, and how many are there or certain to come."""

    on: date
    shift: str
    post: str
    starts_at: datetime
    ends_at: datetime
    least: int
    holders: tuple[Holder, ...] = field(default=())

    @property
    def sure(self) -> int:
        """How many are there, or have confirmed."""
        return sum(one.state in SURE for one in self.holders)

    @property
    def gap(self) -> int:
        """How many are missing from the least it needs."""
        return max(0, self.least - self.sure)


SURE = ("here", "confirmed")
GONE = ("left", "absent")
COMING = ("called", "confirmed", "late")
"""What is overdue, or a module of the post that they do not hold, keeps somebody from coming to a post; who is there is told, and
goes only if a hold of health says so."""
LATE = timedelta(minutes=15)
IN_USE = timedelta(days=3)
AHEAD = timedelta(minutes=120)
"""Who comes so long before a shift holds their post from then on, not from earlier: what is owed of a shift (`posts_held`) counts
nothing before."""


def list_stands(*, now: datetime, until: datetime) -> list[Stand]:
    """Every post of every shift that is running or begins until an instant, with its named holders, in order."""
    told = rules.get_rules()
    today = ports.find_day(at=now)
    days = [today + timedelta(days=step) for step in range(-1, (until - now).days + 2)]
    holders = _read_holders(days, now)
    found = []
    for on in days:
        for shift in sorted(told.shifts, key=lambda name: told.shifts[name].start_minutes):
            starts_at, ends_at = rules.find_hours(on=on, shift=shift)
            if ends_at <= now or starts_at >= until:
                continue
            for post, rule in told.posts.items():
                mine = tuple(holders.get((on, shift, post), ()))
                found.append(Stand(on, shift, post, starts_at, ends_at, rule.least, mine))
    return found


def list_alarms(*, now: datetime) -> list[Stand]:
    """Posts that are, or are about to be, held by fewer than they need: running shifts and those that start soon, also where
    nobody is put to a shift at all. Before the first shift that somebody was deployed for lately the port keeps no posts by this
    software: nothing alarms."""
    lately = models.Deployment.objects.filter(on__gte=ports.find_day(at=now) - IN_USE).exclude(shift="")
    since_at = lately.aggregate(first=Min("starts_at"))["first"]
    if since_at is None:
        return []
    until = now + timedelta(minutes=rules.get_rules().alarm_minutes)
    return [one for one in list_stands(now=now, until=until) if one.gap and one.starts_at >= since_at]


def _read_holders(days: list[date], now: datetime) -> dict[tuple[date, str, str], list[Holder]]:
    calls = _read_calls(days)
    away = {on: people.list_away(on=on) for on in days}
    overdue = {
        on: people.read_overdue(now=now, ahead=max(0, people.days_ahead(on=on, now=now))) for on in days
    }
    found: dict[tuple[date, str, str], list[Holder]] = defaultdict(list)
    rows: list[Any] = list(
        models.Deployment.objects.filter(on__in=days)
        .select_related("person", "person__unit")
        .order_by("person__username")
    )
    untaught = {
        on: training.list_untaught(shifts=[row for row in rows if row.on == on], on=on) for on in days
    }
    held = people.list_held(on=ports.find_day(at=now))
    for row in rows:
        state = _judge(row, calls, now)
        runs = row.starts_at <= now < row.ends_at  # a night's shift is of the day before
        if state not in GONE and (row.person_id in away[row.on] or (runs and row.person_id in held)):
            state = "barred"
        if state in COMING and (row.person_id in overdue[row.on] or row.person_id in untaught[row.on]):
            state = "barred"
        found[row.on, row.shift, row.post].append(Holder(row.person, row, state))
    return found


def _read_calls(days: list[date]) -> dict[tuple[date, Any], str]:
    """The state of everybody's call on days that are drawn."""
    rows = models.CallOut.objects.filter(on__in=days, person__isnull=False)
    return {(on, who): state for on, who, state in rows.values_list("on", "person_id", "state")}


def _judge(row: Any, calls: dict[tuple[date, Any], str], now: datetime) -> str:
    """What is known of somebody at a post. Who was never called has the roster's word only, and counts as confirmed."""
    if row.absent_at is not None:
        return "absent"
    if row.out_at is not None:
        return "left"
    if row.in_at is not None:
        return "here"
    if now >= row.starts_at + LATE:
        return "late"
    state = calls.get((row.on, row.person_id), "confirmed")
    return state if state in ("called", "confirmed") else "absent"


@dataclass(frozen=True, slots=True)
class Course:
    """A shift as it goes: its hours by who was put to it (else by the rules), and since when every post of it that may never be empty
    has as many as it needs who came (None: not all are held)."""

    starts_at: datetime
    ends_at: datetime
    held_at: datetime | None


def find_courses(*, shifts: Collection[tuple[date, str]]) -> dict[tuple[date, str], Course]:
    """How these shifts (day and name) go, in two questions to the tables however many they are. One that neither has anybody nor stands
    in the rules is left out.

    A word that somebody will come holds no post, nor does whoever was taken off it during the shift (a hold, leave): it must be
    somebody else then. What is entered once the shift is over, or they have gone, changes nothing of it.
    """
    days = {on for on, _ in shifts}
    put: dict[tuple[date, str], list[Any]] = defaultdict(list)
    for row in models.Deployment.objects.filter(on__in=days).order_by("starts_at"):
        put[row.on, row.shift].append(row)
    came = [row for rows in put.values() for row in rows if row.in_at is not None]
    holds: dict[Any, list[Any]] = defaultdict(list)
    for one in models.Absence.objects.filter(person_id__in={row.person_id for row in came}):
        holds[one.person_id].append(one)  # type: ignore[attr-defined]
    found = {}
    for on, shift in shifts:
        mine = put[on, shift]
        if mine:
            hours = mine[0].starts_at, mine[0].ends_at
        elif shift in rules.get_rules().shifts:
            hours = rules.find_hours(on=on, shift=shift)
        else:
            continue
        found[on, shift] = Course(*hours, _find_held_at(mine, holds))
    return found


def _find_held_at(rows: list[Any], holds: dict[Any, list[Any]]) -> datetime | None:
    came: dict[str, list[datetime]] = defaultdict(list)
    for row in rows:
        gone_at = row.out_at or row.ends_at
        if row.in_at is not None and not any(_is_off(hold, row.on, gone_at) for hold in holds[row.person_id]):
            came[row.post].append(max(row.in_at, row.starts_at - AHEAD))
    least = {name: post.least for name, post in rules.get_rules().posts.items() if post.least}
    if any(len(came[name]) < count for name, count in least.items()):
        return None
    return max((sorted(came[name])[count - 1] for name, count in least.items()), default=None)


def _is_off(hold: Any, on: date, gone_at: datetime) -> bool:
    """Whether this hold is of the day of a shift (one for health also of the day into which a night runs), stood before somebody was
    gone from their post, and was not taken back before."""
    last_on = ports.find_day(at=gone_at) if hold.sort == people.HEALTH else on
    if hold.from_on > last_on or (hold.until_on is not None and hold.until_on < on):
        return False
    return hold.entered_at < gone_at and (hold.cancelled_at is None or hold.cancelled_at >= gone_at)
