"""Who waits for a vehicle and who will: parties by flight, class, destination and the place where they stand, and whoever is
left out, by name."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from pratique.core.answers import Refused
from pratique.core.custody.entry import Kind
from pratique.formats.transport_rules import TransportRules
from pratique.services.dispatch import elsewhere, needs
from pratique.store import models
from pratique.store.queries import deaths, flights, signs
from pratique.store.queries.origins import Stand
from pratique.store.withdrawn import without_withdrawn

MEASURED = timedelta(hours=1)
READ = (
    *("flight_id", "channel", "under_age", "needs", "bound_id"),
    *(f"listing__{name}" for name in ("flight_id", "party", "crew", "in_transit")),
    *("bound__kind", "bound__attributes"),
)
WAITING_KINDS = (Kind.HALL.value, Kind.HOLDING.value, Kind.CABIN.value)
CASE, CONTACT, ORDINARY = "case", "contact", "ordinary"
TRANSIT = "transit"
CLASS_OF_AREA = {"case": CASE, "contact": CONTACT}
CLASS_OF_CHANNEL = {"symptomatic": CASE, "red": CONTACT, "yellow": CONTACT, "contact": CONTACT}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One person as dispatch sees them: `needs` on the way, `here_at` since when they are where they are. `holder` is null for whoever is still in the air; `ready_at` is when a vehicle
    can take them, as known or as forecast. `origin` is who has them where that is not at the port."""

    traveller: UUID
    flight: UUID | None
    party: str
    cls: str
    bound: UUID | None
    holder: UUID | None
    ready_at: datetime
    forecast: bool
    under_age: bool
    needs: tuple[str, ...] = ()
    here_at: datetime | None = None
    origin: UUID | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """People who ride together: one flight, one class, one destination (null: wherever there is room), from one place. The last
    `companions` of them only go along: the guardian of an ill child."""

    flight: UUID | None
    cls: str
    bound: UUID | None
    members: tuple[Waiting, ...]
    companions: int = 0

    @property
    def travellers(self) -> frozenset[UUID]:
        """Who they are."""
        return frozenset(one.traveller for one in self.members)

    @property
    def ready_at(self) -> datetime:
        """When the last of them is ready."""
        return max(one.ready_at for one in self.members)

    @property
    def last(self) -> Waiting:
        """The one the others wait for."""
        return max(self.members, key=lambda one: (one.ready_at, str(one.traveller)))

    @property
    def origin(self) -> UUID | None:
        """Who has them, where that is not at the port: a facility, a hospital, a trip that broke down."""
        return self.members[0].origin

    @property
    def rooms(self) -> int:
        """A room for each adult; children share one with theirs."""
        return max(1, sum(not one.under_age for one in self.members))

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that somebody of the crew must speak."""
        return needs.list_languages(needs=(need for one in self.members for need in one.needs))

    @property
    def wheelchairs(self) -> int:
        """How many ride in a wheelchair."""
        return sum(needs.WHEELCHAIR in one.needs for one in self.members)

    def count_child_seats(self, *, on_lap: bool) -> int:
        """How many infants need a seat of their own: all, or those for whom no adult of the group has a lap free."""
        infants = sum(needs.INFANT in one.needs for one in self.members)
        laps = sum(not one.under_age and needs.INFANT not in one.needs for one in self.members)
        return max(0, infants - laps) if on_lap else infants


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would help `heads` persons: `beds` (so many more at a place), `reopen` (a place opened again, with so many), `hospital` (one
    is missing)."""

    what: str
    number: int
    place: UUID | None = None
    heads: int = 0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody who waits and is in no party, or something that cannot be planned with, why (a code), and what would help where that
    has to be worked out."""

    sort: str
    subject: UUID
    because: str
    remedy: Remedy | None = None


@dataclass(frozen=True, slots=True)
class People:
    """Everybody: in a group or left out. `hourly` is how many the halls pass an hour, measured or by the rules; `stands` is where
    vehicles broke down whose people are to be fetched; `coming` how many go to a place by no trip of the plan: a vehicle that broke
    down hands them over by itself."""

    groups: tuple[Group, ...]
    left_out: tuple[LeftOut, ...]
    hourly: int
    measured: bool
    stands: tuple[Stand, ...] = ()
    coming: Mapping[UUID, int] = field(default_factory=dict)


def classify(*, positive: bool, symptomatic: bool, area: str, channel: str) -> str:
    """The class somebody rides in, by what the ledger knows. The first line that holds decides:

    | evidence | class |
    | --- | --- |
    | a positive result, or symptoms told, seen or measured | case |
    | the area or the channel they were sorted into is for cases | case |
    | the area is for contacts, or the channel is red or yellow | contact |
    | anything else | ordinary |
    """
    if positive or symptomatic:
        return CASE
    sorted_into = (CLASS_OF_AREA.get(area, ORDINARY), CLASS_OF_CHANNEL.get(channel, ORDINARY))
    return next((cls for cls in (CASE, CONTACT) if cls in sorted_into), ORDINARY)


BOUND_KINDS = (Kind.FACILITY.value, Kind.HOSPITAL.value, Kind.EXIT.value)


def bind(*, traveller: UUID, custodian: UUID | None) -> models.Traveller:
    """Decide where somebody goes (a prefecture, home, one certain facility), or leave it to the plan again (None).

    Raises `Refused`: `traveller_unknown`, `custodian_unknown`, `bound_nowhere` (nobody can be taken there by road).
    """
    with transaction.atomic():
        row: Any = models.Traveller.objects.select_for_update().filter(id=traveller).first()
        if row is None:
            raise Refused("traveller_unknown", "there is no such traveller")
        if custodian is not None:
            there = models.Custodian.objects.filter(id=custodian, closed_at__isnull=True).first()
            if there is None:
                raise Refused("custodian_unknown", "there is no such place")
            if there.kind not in BOUND_KINDS or not there.place:
                raise Refused("bound_nowhere", f"nobody can be taken to {there.code} by road")
        row.bound_id = custodian
        row.save(update_fields=["bound"])
    found: models.Traveller = row
    return found


def find_bound(*, traveller: Any, cls: str) -> UUID | None:
    """Where somebody is to go by decision (null: wherever there is room): for a case that holds only where cases are taken, for it
    was decided of somebody who was none."""
    there = traveller.bound
    if cls == CASE and there is not None and elsewhere.find_takes(place=there) != CASE:
        return None
    return there.id if there else None


def list_destinations() -> list[models.Custodian]:
    """Where somebody can be bound for, by code."""
    rows = models.Custodian.objects.filter(kind__in=BOUND_KINDS, closed_at__isnull=True).exclude(place="")
    return list(rows.order_by("kind", "code"))


def at_port() -> Q:
    """Positions of whoever waits at the port: in cabins, halls and holding areas, or scanned onto a trip from there that was taken back
    before it set off, so that its vehicle still stands where they boarded it."""
    taken_back = models.Trip.objects.filter(
        withdrawn_at__isnull=False, departed_at__isnull=True, origin__isnull=True
    )
    return Q(inside=True) & (Q(holder_kind__in=WAITING_KINDS) | Q(holder_id__in=taken_back.values("id")))


def find(*, now: datetime, rules: TransportRules, taken: frozenset[UUID]) -> People:
    """Everybody in cabins, halls and holding areas, on flights soon expected, aboard vehicles that broke down or of trips that were taken
    back or over, and asked for to be taken elsewhere; not whose death is on record: they are taken over. `taken` are named on a trip that boards."""
    # Of a few thousand people only what counts here is read: it is done for every plan.
    positions = models.Position.objects.filter(at_port())
    dead = deaths.list_confirmed()
    here = [
        one
        for one in positions.only("traveller_id", "holder_id", "holder_kind", "since_at")
        if one.traveller_id not in dead
    ]
    expected = _list_expected(now, rules)
    away = elsewhere.find(now=now)
    positions = models.Position.objects.filter(
        at_port() | Q(traveller_id__in=[one.traveller for one in away.people])
    )
    ids = [p.traveller_id for p in here] + [listing.traveller_id for listing in expected]
    ids += [one.traveller for one in away.people]
    rows = models.Traveller.objects.filter(id__in=ids).select_related("listing", "bound").only(*READ)
    travellers = {row.id: row for row in rows}
    areas = _read_areas({p.holder_id for p in here})
    hourly, measured = _measure(now, rules)
    positive, symptomatic = _list_positive(positions), _list_symptomatic(positions, rules)
    treated = signs.read_signs(
        travellers=signs.list_once_in_hospital(travellers=ids), celsius_from=rules.symptoms.celsius_from
    )
    facts = _Facts(now, rules, travellers, areas, positive, symptomatic, treated)
    left_out, waiting = [], []
    ready = _forecast(here, expected, facts, hourly)
    for position in here:
        because = _find_why_not(travellers[position.traveller_id], areas.get(position.holder_id, ""), taken)
        if because:
            left_out.append(LeftOut("traveller", position.traveller_id, because))
        else:
            waiting.append(_make_waiting(facts, position.traveller_id, position, ready))
    for listing in expected:
        waiting.append(_make_waiting(facts, listing.traveller_id, None, ready))
    moving = []
    for one in away.people:
        if because := one.because or ("boarding" if one.traveller in taken else ""):
            left_out.append(LeftOut("traveller", one.traveller, because))
        elif one.request is None:
            waiting.append(_make_stranded(facts, one))
        else:
            moving.append(one)
    groups = gather(waiting=waiting, rules=rules)
    groups = _sort((*groups, *_group_moving(facts, moving)))
    coming = Counter(
        one.receiver for one in away.people if one.because and one.because != elsewhere.TAKEN_BACK
    )
    return People(groups, tuple(left_out), hourly, measured, away.stands, coming)


@dataclass(frozen=True, slots=True)
class _Facts:
    now: datetime
    rules: TransportRules
    travellers: Mapping[UUID, Any]
    areas: Mapping[UUID, str]
    positive: Mapping[UUID, datetime]
    symptomatic: Mapping[UUID, datetime]
    treated: Mapping[UUID, signs.Signs]
    """Of whoever was in a hospital: it has seen to what made them a case before."""

    def find_class(self, traveller: UUID, holder: UUID | None) -> str:
        area = self.areas.get(holder, "") if holder else ""
        since = self.treated.get(traveller)
        if since is not None:
            channel = since.sorted_into[1]
            return classify(
                positive=since.positive, symptomatic=since.symptomatic, area=area, channel=channel
            )
        return classify(
            positive=traveller in self.positive,
            symptomatic=traveller in self.symptomatic,
            area=area,
            channel=self.travellers[traveller].channel,
        )


def _make_stranded(facts: _Facts, one: elsewhere.Away) -> Waiting:
    """Somebody aboard a vehicle that broke down: to where it went, unless they are a case by now and that takes none."""
    plain = _make_waiting(facts, one.traveller, one.position, {})
    sorted_into = CLASS_OF_AREA.get(one.takes, ORDINARY)
    cls = next((cls for cls in (CASE, CONTACT) if cls in (plain.cls, sorted_into)), ORDINARY)
    bound = None if cls == CASE and one.takes != CASE else one.receiver
    return replace(
        plain, cls=cls, bound=bound, ready_at=one.ready_at, forecast=False, origin=one.position.holder_id
    )


def _group_moving(facts: _Facts, moving: Iterable[elsewhere.Away]) -> Iterator[Group]:
    """Guests who are to be taken elsewhere, each with whoever goes along; in the class that the place takes them in."""
    found: dict[UUID | None, list[elsewhere.Away]] = defaultdict(list)
    for one in moving:
        found[one.request].append(one)
    for those in found.values():
        first, *along = sorted(those, key=lambda one: one.along)
        cls = first.takes if first.takes in (CASE, CONTACT) else ORDINARY
        members = tuple(
            replace(
                _make_waiting(facts, one.traveller, one.position, {}),
                party="",
                cls=cls,
                bound=one.receiver,
                ready_at=one.ready_at,
                forecast=False,
                origin=one.position.holder_id,
            )
            for one in (first, *along)
        )
        companions = len(along) if cls == CASE and not first.along else 0
        yield Group(members[0].flight, cls, first.receiver, members, companions)


def _list_expected(now: datetime, rules: TransportRules) -> list[Any]:
    """Those on the lists of flights not landed yet that are due soon enough; crews and transit are nobody's passengers."""
    until = now + timedelta(minutes=rules.forecast.ahead_minutes)
    found = models.Listing.objects.alias(due=flights.ask_due("flight__")).filter(
        due__range=(now - timedelta(days=1), until),
        flight__landed_at__isnull=True,
        flight__closed_at__isnull=True,
        gone_version__isnull=True,
        crew=False,
        in_transit=False,
    )
    return list(
        found.exclude(traveller_id__in=models.Position.objects.values("traveller_id"))
        .select_related("flight")
        .order_by("flight__scheduled_at", "flight_id", "row")
    )


def _read_areas(holders: Iterable[UUID]) -> dict[UUID, str]:
    rows = models.Custodian.objects.filter(id__in=list(holders)).values_list("id", "attributes")
    return {holder: str(attributes.get("takes", "")) for holder, attributes in rows}


def _list_positive(here: QuerySet[models.Position]) -> dict[UUID, datetime]:
    rows = models.Sample.objects.filter(traveller_id__in=here.values("traveller_id"), result="positive")
    return dict(rows.order_by("-resulted_at").values_list("traveller_id", "resulted_at"))


def _list_symptomatic(here: QuerySet[models.Position], rules: TransportRules) -> dict[UUID, datetime]:
    """Who was found to have symptoms or a temperature, and when first."""
    told = without_withdrawn(
        models.Evidence.objects.filter(
            Q(attributes__symptomatic=True) | Q(attributes__celsius__gte=rules.symptoms.celsius_from),
            subject_kind="traveller",
            subject_id__in=here.annotate(name=Cast("traveller_id", TextField())).values("name"),
            code="temperature",
        )
    )
    return {
        UUID(subject): at
        for subject, at in told.order_by("-happened_at").values_list("subject_id", "happened_at")
    }


def _measure(now: datetime, rules: TransportRules) -> tuple[int, bool]:
    """How many the halls pass an hour: counted by today's scans into holding areas, or as the rules have it."""
    areas = models.Custodian.objects.filter(kind=Kind.HOLDING.value).values("id")
    scans = models.Scan.objects.filter(
        custodian_id__in=areas, happened_at__gt=now - MEASURED, happened_at__lte=now
    )
    passed = scans.values("traveller_id").distinct().count()
    if passed >= rules.forecast.measured_from:
        return passed, True
    return rules.forecast.hourly, False


def _forecast(
    here: list[models.Position], expected: list[Any], facts: _Facts, hourly: int
) -> dict[UUID, datetime]:
    """When each person who is not yet through the hall will be: one queue, in the order in which they come to it."""
    door = timedelta(minutes=facts.rules.forecast.door_minutes)
    queue: list[tuple[datetime, str, UUID]] = []
    for position in here:
        if position.holder_kind == Kind.HALL.value:
            queue.append(
                (min(position.since_at, facts.now), str(position.traveller_id), position.traveller_id)
            )
        elif position.holder_kind == Kind.CABIN.value:
            queue.append((position.since_at + door, str(position.traveller_id), position.traveller_id))
    for listing in expected:
        queue.append(
            (max(listing.flight.due_at, facts.now) + door, str(listing.traveller_id), listing.traveller_id)
        )
    step, free, ready = timedelta(minutes=60 / hourly), facts.now, {}
    for comes_at, _, traveller in sorted(queue):
        free = max(free, comes_at) + step
        ready[traveller] = free
    return ready


def _find_why_not(traveller: models.Traveller, area: str, taken: frozenset[UUID]) -> str:
    """Why somebody who is here is in no party; empty if they are."""
    listing = getattr(traveller, "listing", None)
    if listing is not None and listing.crew:
        return "crew"
    if area == TRANSIT or (listing is not None and listing.in_transit):
        return "in_transit"
    return "boarding" if traveller.id in taken else ""


def _make_waiting(
    facts: _Facts, traveller: UUID, position: models.Position | None, ready: Mapping[UUID, datetime]
) -> Waiting:
    row = facts.travellers[traveller]
    listing = getattr(row, "listing", None)
    cls = facts.find_class(traveller, position.holder_id if position else None)
    ready_at = ready.get(traveller)
    forecast = ready_at is not None
    if position is not None and (cls == CASE or ready_at is None):
        # A case is not screened any further: the ambulance comes to where they are.
        found = [at for at in (facts.positive.get(traveller), facts.symptomatic.get(traveller)) if at]
        ready_at = max([position.since_at, *found[:1]]) if cls == CASE else position.since_at
        forecast = False
    assert ready_at is not None
    return Waiting(
        traveller=traveller,
        flight=row.flight_id or (listing.flight_id if listing else None),
        party=listing.party if listing else "",
        cls=cls,
        bound=find_bound(traveller=row, cls=cls),
        holder=position.holder_id if position else None,
        ready_at=ready_at,
        forecast=forecast,
        under_age=row.under_age,
        needs=tuple(row.needs),
        here_at=position.since_at if position else None,
    )


def gather(*, waiting: Iterable[Waiting], rules: TransportRules) -> tuple[Group, ...]:
    """These people in groups that ride together, an ill child with whoever goes along, as far as the rules want that."""
    groups = _group(waiting)
    return _give_guardians(groups) if rules.needs.guardian_with_child else groups


def _group(waiting: Iterable[Waiting]) -> tuple[Group, ...]:
    """Households by flight, class and destination; whoever travels alone is a group of one, and so is every case."""
    found: dict[tuple[str, ...], list[Waiting]] = defaultdict(list)
    for one in waiting:
        alone = one.cls == CASE or not one.party
        party = str(one.traveller) if alone else f"party {one.party}"
        found[str(one.flight or ""), party, one.cls, str(one.bound or ""), str(one.origin or "")].append(one)
    groups = [
        Group(members[0].flight, members[0].cls, members[0].bound, tuple(members))
        for members in found.values()
    ]
    return _sort(groups)


def _sort(groups: Iterable[Group]) -> tuple[Group, ...]:
    return tuple(sorted(groups, key=lambda g: (g.ready_at, str(g.last.traveller))))


def _give_guardians(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """The guardian who is recorded, else one adult of the household who is here, goes along with each ill child, at once: nobody is
    screened any further who sits in an ambulance. A child for whom no adult is left goes with the escort."""
    found = dict(enumerate(groups))
    children = [g.members[0] for g in groups if g.cls == CASE and g.members[0].under_age]
    recorded = list_guardians(children=[child.traveller for child in children])
    of_party: dict[tuple[UUID | None, str, UUID | None], list[int]] = defaultdict(list)
    of_adult: dict[UUID, int] = {}
    for number, group in found.items():
        if group.cls != CASE:
            of_adult |= {one.traveller: number for one in group.members if not one.under_age and one.here_at}
            if group.members[0].party:
                of_party[group.flight, group.members[0].party, group.origin].append(number)
    for number, group in list(found.items()):
        child = group.members[0]
        if child not in children:
            continue
        named = recorded.get(child.traveller)
        those = of_party[group.flight, child.party, group.origin]
        if named in of_adult and groups[of_adult[named]].origin == group.origin:
            those = [of_adult[named]]
        for other in those:
            household = found.get(other)
            able = [m for m in household.members if not m.under_age and m.here_at] if household else []
            able.sort(key=lambda one: one.traveller != named)
            if household is None or not able:
                continue
            guardian = replace(able[0], ready_at=able[0].here_at or able[0].ready_at, forecast=False)
            found[number] = replace(group, members=(child, guardian), companions=1)
            rest = tuple(m for m in household.members if m is not able[0])
            if rest:
                found[other] = replace(household, members=rest)
            else:
                del found[other]
            break
    return _sort(found.values())


def list_guardians(*, children: Iterable[UUID]) -> dict[UUID, UUID]:
    """Who is recorded as the guardian of whom of these."""
    rows = models.Guest.objects.filter(traveller_id__in=list(children), guardian_id__isnull=False)
    return dict(rows.values_list("traveller_id", "guardian_id"))
