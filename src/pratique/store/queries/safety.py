"""What the pages of internal safety look at: what is due to be inspected or disinfected, past inspections, rooms of staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from pratique.core.safety.edition import About
from pratique.core.safety.meals import Eater
from pratique.store import models
from pratique.store.queries import ports
from pratique.store.rows import key
from pratique.store.withdrawn import without_withdrawn

DRESSES_BEFORE = timedelta(hours=2)
"""So long before a shift begins somebody puts on what its post needs."""
PLACE_KINDS = {About.FACILITY: ("facility",), About.PLACE: ("hall", "holding")}


@dataclass(frozen=True, slots=True)
class Place:
    """A hall, holding area or facility, or the staff's lodging (no custodian): what it owes (inspection, disinfection) and
    when it was last done."""

    custodian: models.Custodian | None
    due_at: datetime | None
    done_at: datetime | None

    def is_late(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.due_at is not None and self.due_at <= now


@dataclass(frozen=True, slots=True)
class Room:
    """A room of the staff's lodging and who sleeps there."""

    quarters: models.Quarters
    people: tuple[models.Person, ...]

    @property
    def free(self) -> int:
        """Beds that nobody has."""
        return max(self.quarters.beds - len(self.people), 0)


def list_subjects(*, about: About) -> list[tuple[str, object]]:
    """What a checklist can be about: id and the thing itself (its names or plate)."""
    if about in PLACE_KINDS:
        places = models.Custodian.objects.filter(kind__in=PLACE_KINDS[about], closed_at__isnull=True)
        return [(str(one.id), one) for one in places.order_by("kind", "code")]
    if about is About.VEHICLE:
        return [(str(one.id), one.plate) for one in models.Vehicle.objects.order_by("plate")]
    if about is About.PERSON:
        people = models.Person.objects.filter(is_active=True, unit__isnull=False)
        return [(str(one.pk), one) for one in people.order_by("name_zh", "username")]
    return [("central", "")]


def find_posts(*, now: datetime) -> dict[str, str]:
    """Person → the post of the shift they are on, or that begins within two hours; whoever dresses for none is not in it."""
    shifts = models.Deployment.objects.filter(
        starts_at__lte=now + DRESSES_BEFORE, ends_at__gt=now, absent_at=None
    ).exclude(post="")
    return {
        str(person): post for person, post in shifts.order_by("-starts_at").values_list("person_id", "post")
    }


def list_places(*, about: About, code: str, now: datetime) -> list[Place]:
    """The places of a sort with what the register says of a duty of this code, the most pressing first."""
    names = {
        key(one.id): one
        for one in models.Custodian.objects.filter(kind__in=PLACE_KINDS[about], closed_at__isnull=True)
    }
    owed = models.Owed.objects.filter(code=code, subject_id__in=names, opens_at__lte=now)
    due = {row.subject_id: row.overdue_at for row in owed.order_by("-overdue_at")}
    record = "inspection" if code == "inspection" else "disinfection"
    pieces = without_withdrawn(
        models.Evidence.objects.filter(
            subject_kind=about.value, subject_id__in=names, code=record, happened_at__lte=now
        )
    )
    done: dict[str, datetime] = dict(pieces.order_by("happened_at").values_list("subject_id", "happened_at"))
    ordered = sorted(names.items(), key=lambda pair: pair[1].code)
    found = [Place(one, due.get(name), done.get(name)) for name, one in ordered]
    return sorted(found, key=lambda p: (p.due_at is None, p.due_at or now))


def find_lodging(*, record: str, now: datetime) -> Place | None:
    """The staff's lodging with its duty that this record discharges; None while nobody is lodged."""
    if not models.Berth.objects.exists():
        return None
    owed = models.Owed.objects.filter(
        subject_kind=About.LODGING.value, code=f"lodging_{record}", opens_at__lte=now
    )
    pieces = models.Evidence.objects.filter(
        subject_kind=About.LODGING.value, code=record, happened_at__lte=now
    )
    done = without_withdrawn(pieces).order_by("-happened_at").values_list("happened_at", flat=True)
    due = owed.order_by("overdue_at").values_list("overdue_at", flat=True)
    return Place(None, due.first(), done.first())


def list_inspections(*, limit: int = 20) -> list[models.Inspection]:
    """The latest inspections."""
    return list(models.Inspection.objects.order_by("-happened_at", "-seq")[:limit])


def name_subjects(*, rows: list[models.Inspection]) -> dict[UUID, object]:
    """Inspection → what it was about: its names or plate."""
    wanted: dict[str, set[str]] = {}
    for row in rows:
        wanted.setdefault(row.about, set()).add(row.subject_id)
    places = models.Custodian.objects.in_bulk([*wanted.get("facility", ()), *wanted.get("place", ())])
    people = models.Person.objects.in_bulk(list(wanted.get("person", ())))
    vehicles = models.Vehicle.objects.in_bulk(list(wanted.get("vehicle", ())))
    found: dict[UUID, object] = {}
    for row in rows:
        if row.about == About.LODGING:
            continue
        name = UUID(row.subject_id)
        if row.about == About.VEHICLE:
            found[row.id] = vehicles[name].plate if name in vehicles else ""
        else:
            found[row.id] = places.get(name) or people.get(name) or ""
    return found


def list_moves(*, supply: str = "", limit: int = 30) -> list[tuple[models.StockMove, models.Person | None]]:
    """The latest movements, of one supply or of all, with who wrote them down."""
    rows = models.StockMove.objects.filter(supply=supply) if supply else models.StockMove.objects.all()
    found = list(rows.order_by("-happened_at", "-seq")[:limit])
    people = models.Person.objects.in_bulk({row.by_id for row in found if row.by_id})
    return [(row, people.get(row.by_id)) for row in found]


def list_rooms() -> list[Room]:
    """Every room of the staff's lodging, by number."""
    sleepers: dict[UUID, list[models.Person]] = {}
    berths = models.Berth.objects.filter(until_at__isnull=True).select_related("person")
    for berth in berths.order_by("from_at"):
        sleepers.setdefault(berth.quarters_id, []).append(berth.person)
    rooms = models.Quarters.objects.filter(closed_at__isnull=True).order_by("code")
    return [Room(room, tuple(sleepers.get(room.id, ()))) for room in rooms]


def list_unlodged() -> list[models.Person]:
    """People of units who have no bed here."""
    lodged = models.Berth.objects.filter(until_at__isnull=True).values_list("person_id", flat=True)
    people = models.Person.objects.filter(is_active=True, unit__isnull=False).exclude(id__in=lodged)
    return list(people.select_related("unit").order_by("unit__code", "name_zh", "username"))


def list_eaters(*, on: date, hours: Mapping[str, tuple[int, int]]) -> list[Eater]:
    """Everybody lodged, and everybody on shift on a day: what the kitchen must know of them, without names. Who is called for
    the day and not rostered yet counts for the shift they are called for; `hours` are the shifts' minutes of the day."""
    zone = ports.find_zone()
    begins = datetime.combine(on, time(), zone)
    ends = begins + timedelta(days=1)
    shifts: dict[UUID, list[tuple[int, int]]] = {}
    rows = models.Deployment.objects.filter(starts_at__lt=ends, ends_at__gt=begins, absent_at=None)
    rostered = set(models.Deployment.objects.filter(on=on).values_list("person_id", flat=True))
    for who, starts_at, ends_at in rows.values_list("person_id", "starts_at", "ends_at"):
        span = [(at - begins) // timedelta(minutes=1) for at in (starts_at, ends_at)]
        shifts.setdefault(who, []).append((span[0], span[1]))
    called = models.CallOut.objects.filter(on=on, person__isnull=False, state__in=("called", "confirmed"))
    for who, place in called.values_list("person_id", "place"):
        shift = place.partition("/")[0]
        if who not in rostered and shift in hours:
            shifts.setdefault(who, []).append(hours[shift])
    berths = models.Berth.objects.filter(from_at__lt=ends).exclude(until_at__lte=begins)
    beds = dict(berths.order_by("from_at").values_list("person_id", "quarters__code"))
    held = models.Absence.objects.filter(sort="health", cancelled_at=None, until_on=None, from_on__lte=on)
    apart = set(held.values_list("person_id", flat=True))
    people = models.Person.objects.filter(id__in={*shifts, *beds}).values_list("id", "diets")
    return [
        Eater(beds.get(who, ""), who in apart, tuple(diets), tuple(shifts.get(who, ())))
        for who, diets in people.order_by("id")
    ]
