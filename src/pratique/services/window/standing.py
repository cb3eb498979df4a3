"""How it stands with one traveller, as they see it on their own page: worked out by the same rules that the staff see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from pratique.core.duties.register import Account, State
from pratique.core.duties.vocabulary import Kind, Words
from pratique.core.stay.release import Release
from pratique.services import care, identity, register
from pratique.services.dispatch import promise
from pratique.services.stay import orders, release
from pratique.services.window import measures
from pratique.store import models, rows
from pratique.store.queries import leavings, onwards, ports

STEPS = ("flight", "check", "ride", "stay", "free")
STEP_OF = {
    "cabin": "flight",
    "hall": "check",
    "holding": "check",
    "trip": "ride",
    "facility": "stay",
    "hospital": "hospital",
    "exit": "free",
}
"""Kind of custodian → the step of the way that a traveller sees."""
PLACES_OF = {"ride": frozenset({"trip"}), "stay": frozenset({"facility", "hospital"})}
"""Steps that some go past → the kinds of custodian where they are taken."""
STALE = timedelta(days=1)
"""A temperature that was missed so long ago is asked of nobody any more. Each ends with the next; the last of all has none."""
HOME, HANDED, WATCHED = "home", "handed", "watched"
STEP_AFTER = {HOME: "home", WATCHED: "home", HANDED: "handed"}
"""What somebody is after the door, who is not simply free: isolating at home, with another authority, or released and still
owed tests or temperatures → the step that stands in the place of the last."""
HELD = "held"
"""The word and the step of whoever an exit scanned without grounds: kept at the door, and not out."""


@dataclass(frozen=True, slots=True)
class Place:
    """A custodian by its names."""

    kind: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Law:
    """What a rule rests on or is called: its code, by which the sheets say it in each language, and its own title in Chinese and English."""

    code: str
    title: Words

    @property
    def key(self) -> str:
        """The key of its sentence, where a sheet has one."""
        return f"law.{self.code.replace('-', '_')}"


@dataclass(frozen=True, slots=True)
class Test:
    """A sample of this traveller: when it was taken, and what the laboratory says (empty: nothing yet)."""

    taken_at: datetime
    result: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody is (None: not landed) and since when they were last seen there, where a ride that stands goes, the next
    test and temperature owed to them or by them, how their release stands (None: no rule keeps them), and, once they are out, what
    they are (`STEP_AFTER`, empty: free) and which prefecture accepted to look after them (None: none). Whoever is `held` was scanned
    at an exit that found no grounds: they are owed and told what those inside are. Of whoever is out, `missed` are the ride and the
    stay that they were never on or in; `home_until` is when isolation at home ends by the days of the rules and the orders that count
    (None: no rule counts days)."""

    code: str
    designator: str
    place: Place | None
    seen_at: datetime | None
    room: str
    ride: Place | None
    test_at: datetime | None
    temperature_at: datetime | None
    release: Release | None
    rules: tuple[Law, ...]
    after: str = ""
    carer: Place | None = None
    held: bool = False
    missed: frozenset[str] = frozenset()
    home_until: datetime | None = None

    @property
    def step(self) -> str:
        """The step of the way they are at."""
        if self.held:
            return HELD
        if self.after:
            return STEP_AFTER[self.after]
        return STEP_OF[self.place.kind] if self.place else "flight"

    @property
    def word(self) -> str:
        """The kind of place they are at, ``expected`` before they landed; at the door ``held``; once out, what they are there
        unless free."""
        if self.held:
            return HELD
        return self.after or (self.place.kind if self.place else "expected")


def look(*, traveller: UUID, now: datetime) -> Standing:
    """How it stands with this traveller at `now`, whichever of their wristbands the book knows it by."""
    names = rows.list_names(traveller)
    row: Any = models.Traveller.objects.get(id=traveller)
    flight: Any = models.Flight.objects.only("designator").filter(id=row.flight_id).first()
    position: Any = models.Position.objects.filter(traveller_id=traveller).first()
    account = register.account_of(kind=Kind.TRAVELLER, subject=str(traveller), now=now)
    inside = position is not None and position.inside
    held = not inside and position is not None and leavings.is_kept(travellers=names, at=position.holder_id)
    test_at, temperature_at = (
        _find_next(account, record, now) if position else None for record in ("sample", "temperature")
    )
    after = "" if position is None or inside or held else _find_after(position.holder_id, traveller)
    if not (after or inside or held) and (test_at or temperature_at):
        after = WATCHED
    looked = release.look(traveller=traveller, now=now).release if inside or held or after == HOME else None
    home_until = looked.term.ends_at if after == HOME and looked and looked.term else None
    if home_until is not None and home_until <= now:
        after = HANDED
    return Standing(
        code=row.code,
        designator=flight.designator if flight else "",
        place=_find_place(position.holder_id) if position else None,
        seen_at=position.seen_at if position else None,
        room=_find_room(names) if inside else "",
        ride=_find_ride(names, now) if inside else None,
        test_at=test_at,
        temperature_at=temperature_at,
        release=looked if after != HANDED else None,
        rules=_list_rules(account),
        after=after,
        carer=_find_carer(names) if after == WATCHED else None,
        held=held,
        missed=frozenset() if inside or position is None else _find_missed(names),
        home_until=home_until if after == HOME else None,
    )


def _find_after(exit_: UUID, traveller: UUID) -> str:
    """Who is handed over isolates at home where that is the measure that stands, or is with another authority; else empty."""
    if not models.Custodian.objects.filter(id=exit_, attributes__record="handed_over").exists():
        return ""
    ordered = measures.list_measures(traveller=traveller)
    return HOME if ordered and ordered[0].attributes.get("measure") == care.HOME_ISOLATION else HANDED


def _find_missed(names: Sequence[UUID]) -> frozenset[str]:
    """The ride and the stay, unless some scan that nobody took back says that they were there; a hospital is a stay."""
    annulled = models.Annulment.objects.filter(scan_id=OuterRef("id"))
    ruled_out = models.Ruling.objects.filter(scan_id=OuterRef("id"), believed=False)
    scans = models.Scan.objects.filter(~Exists(annulled), ~Exists(ruled_out), traveller_id__in=names)
    where = models.Custodian.objects.filter(id__in=scans.values("custodian_id"))
    kinds = set(where.values_list("kind", flat=True))
    return frozenset(step for step, there in PLACES_OF.items() if not kinds & there)


def _find_carer(names: Sequence[UUID]) -> Place | None:
    """The home prefecture that accepted to look after them. Of these rows the page may read nothing else."""
    steps = models.OnwardStep.objects.filter(traveller_id__in=names).order_by("-seq")
    last = steps.values("unit_id", "step").first()
    if last is None or last["step"] != onwards.ACCEPTED:
        return None
    unit = models.Unit.objects.filter(id=last["unit_id"]).values("name_zh", "name_en").first()
    return Place("unit", **unit) if unit else None


def _find_place(custodian: UUID) -> Place | None:
    row = models.Custodian.objects.filter(id=custodian).values("kind", "name_zh", "name_en").first()
    return Place(**row) if row else None


def _find_room(names: Sequence[UUID]) -> str:
    rooms = dict(models.Traveller.objects.filter(id__in=names).values_list("id", "room"))
    return next((rooms[name] for name in names if rooms.get(name)), "")


def _find_ride(names: Iterable[UUID], now: datetime) -> Place | None:
    """Where the trip goes on whose list they are and that has not left; not while the next plan may still change it."""
    lines = models.BoardingLine.objects.filter(
        traveller_id__in=names, trip__departed_at__isnull=True, trip__withdrawn_at__isnull=True
    )
    found = dict(lines.order_by("-trip_id").values_list("trip_id", "trip__destination_id"))
    open_until = promise.list_open_until(trips=found, now=now) if found else {}
    there = next((place for trip, place in found.items() if trip not in open_until), None)
    return _find_place(there) if there else None


def _find_next(account: Account | None, record: str, now: datetime) -> datetime | None:
    """When the next duty to take this of them is due, of those that are owed or will be, but for a temperature `STALE`."""
    waiting = (State.DUE, State.OVERDUE, State.UPCOMING)
    owed = [
        max(duty.opens_at, now)
        for duty in (account.duties if account else ())
        if duty.state in waiting and record in duty.obligation.proof.pattern.records
        if record != "temperature" or duty.due_at + STALE > now
    ]
    return min(owed, default=None)


def _list_rules(account: Account | None) -> tuple[Law, ...]:
    """The editions in force that say when somebody is released."""
    protocols: Iterable[Any] = account.protocols if account else ()
    return tuple(Law(p.code, p.title) for p in protocols if any(gate.code == "release" for gate in p.gates))


def find_basis() -> Law | None:
    """What orders about the term of a stay rest on, by the rules of this port."""
    rules = orders.find_rules()
    titles = {one.code: one.title for one in rules.sources} if rules else {}
    title = titles.get(rules.extension.source) if rules else None
    return Law(rules.extension.source, title) if rules and title else None


def list_tests(*, traveller: UUID) -> list[Test]:
    """Their samples and results, the latest first."""
    taken = models.Sample.objects.filter(traveller_id__in=rows.list_names(traveller)).order_by("-taken_at")
    return [Test(one.taken_at, one.result) for one in taken]


def list_looks() -> list[tuple[datetime, str]]:
    """When somebody looked at who the traveller of this connection's visit is, and in which role; the latest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT at, role FROM window_looks()")
        return list(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Erasure:
    """The day on which the last of who somebody is is erased, the first that it can be while they are `inside`; whether it was."""

    on: date
    erased: bool
    inside: bool


def find_erasure(*, traveller: UUID, on: date) -> Erasure:
    """When who they are is erased, as it stands on a day."""
    names = rows.list_names(traveller)
    known = models.Traveller.objects.filter(id__in=names)
    held = models.Position.objects.filter(traveller_id__in=names).values_list("inside", "since_at")
    after = timedelta(days=identity.AFTER_DAYS)
    least = [(on if inside else ports.find_day(at=since_at)) + after for inside, since_at in held]
    days, gone, nameless = [], [], False
    for created_at, has, erase_on, erased_at in known.values_list(
        "created_at", "identity__traveller_id", "identity__erase_on", "identity__erased_at"
    ):
        day = erase_on or identity.reckon_erasure(came_on=ports.find_day(at=created_at))
        days.append(day)
        gone += [erased_at is not None] if has else []
        nameless |= not has
    last = max(days + least)
    return Erasure(last, all(gone) and (last <= on or not nameless), any(inside for inside, _ in held))
