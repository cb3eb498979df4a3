"""Whom one case exposed, from the ledger: everybody who was there, folded, held against an edition of rules."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from uuid import UUID

from django.db.models import Q, QuerySet

from pratique import protocols
from pratique.core.answers import Refused
from pratique.core.custody import entry, fold
from pratique.core.custody.entry import CustodianId, Kind
from pratique.core.tracing import cabin, contacts
from pratique.core.tracing.case import Case, find_infectious
from pratique.core.tracing.contacts import Contact, Tracing
from pratique.core.tracing.edition import Edition, Grade, Only
from pratique.core.tracing.presence import Setting, Whereabouts, Who
from pratique.core.tracing.survey import SETTINGS, Assignment, Shift, Site, Stay, Survey, list_stays
from pratique.formats import cabins, tracing_rules
from pratique.store import models, rows
from pratique.store.queries import exposures, lodgings, ports
from pratique.store.queries.exposures import Hold, Visit
from pratique.store.queries.lodgings import Span
from pratique.store.withdrawn import without_withdrawn

SHIPPED = ("cn-2020", "cn-2021", "ecdc-2020", "who-2020")
FLIGHT_HOURS = 12
"""How long before landing people are taken to have been aboard: nobody records when a flight left."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whom a case exposed; the second ring if it was asked for; and all whereabouts that were looked at."""

    tracing: Tracing
    second: tuple[Contact, ...] | None
    whereabouts: Whereabouts


@cache
def get_edition(code: str) -> Edition:
    """A shipped edition. A fault in it is ours: it raises ValueError with all its problems."""
    if code not in SHIPPED:
        raise Refused("tracing_rules_unknown", f"the rules there are: {', '.join(SHIPPED)}")
    found, problems = tracing_rules.read(
        data=files(protocols).joinpath("tracing", f"{code}.toml").read_bytes()
    )
    return protocols.accept(found, problems)


def choose_rules(*, now: datetime) -> str:
    """The code of the edition that holds at this port today: of its own place, else of what it lies in; of two the newer.
    Where none holds yet, the first there is: a case is traced by some rules."""
    jurisdiction = models.Port.objects.values_list("jurisdiction", flat=True).get()
    on = now.astimezone(ports.find_zone()).date()
    found = protocols.find_latest(jurisdiction, on, [get_edition(code) for code in SHIPPED])
    return found.code if found else SHIPPED[0]


def trace(*, case: Case, edition: Edition, now: datetime, second_ring: bool = False) -> Answer:
    """The contacts of a case of the ledger, `case.who` being a traveller's or a staff member's id.

    Raises Refused `tracing_case_undated` if nobody knows when they were infectious.
    """
    zone = ports.find_zone()
    search = _Search(edition, now)
    span = find_infectious(case=case, edition=edition, zone=zone, now=now)
    search.look(people=[case.who], since_at=span.since_at, until_at=span.until_at)
    case = replace(case, who=search.read_as(case.who))
    whereabouts = search.gather()
    found = contacts.trace(case=case, whereabouts=whereabouts, edition=edition, zone=zone, now=now)
    if not second_ring:
        return Answer(found, None, whereabouts)
    close = [contact for contact in found.contacts if contact.grade is Grade.CLOSE]
    if close:
        since_at = min(reason.since_at for contact in close for reason in contact.reasons)
        search.look(people=[contact.who for contact in close], since_at=since_at, until_at=now)
        whereabouts = search.gather()
    isolated = {contact.who: at for contact in close if (at := _find_isolated(contact.who, now)) is not None}
    second = contacts.trace_second_ring(
        first=found, whereabouts=whereabouts, edition=edition, isolated=isolated, now=now
    )
    return Answer(found, second, whereabouts)


def find_case(*, who: UUID, now: datetime, supposed: bool = False) -> Case:
    """What the book knows of somebody as a case: first positive sample, first symptoms told or measured, since when in
    hospital for it; what an epidemiologist found out goes before it.

    `supposed`: as if the last sample were positive, or one taken now if there is none.
    """
    samples = _list_samples(who)
    positive = next((taken for taken, result in samples if result == "positive"), None)
    sampled_at = positive
    if sampled_at is None and supposed:
        sampled_at = samples[-1][0] if samples else now
    known = without_withdrawn(models.Evidence.objects.all())
    own = known.filter(subject_id=str(who))
    ill = own.filter(code="temperature", attributes__symptomatic=True).order_by("happened_at").first()
    told = _find_told(who, known)
    onset_at = told.get("onset") or (ill.happened_at if ill else None)
    sampled_at = told.get("sampled") or sampled_at
    return Case(
        id=str(who),
        who=Who(str(who)),
        onset_at=onset_at,
        sampled_at=sampled_at,
        isolated_at=told.get("isolated") or _find_isolated(Who(str(who)), sampled_at or now),
        facts=frozenset(
            fact
            for fact, holds in {
                "positive": bool(positive) or supposed,
                "negative": any(result == "negative" for _, result in samples),
                "negative_twice": positive is None and _is_negative_twice(samples),
                "symptoms": onset_at is not None,
                "fever_or_respiratory": ill is not None,
                "contact": own.filter(code="exposed").exists(),
            }.items()
            if holds
        ),
    )


NEGATIVES_APART = timedelta(hours=24)


def _is_negative_twice(samples: Sequence[tuple[datetime, str]]) -> bool:
    """Whether two samples at least a day apart were negative (the protocols rule a suspected case out by them)."""
    negative = [taken for taken, result in samples if result == "negative"]
    return bool(negative) and negative[-1] - negative[0] >= NEGATIVES_APART


def _list_samples(who: UUID) -> list[tuple[datetime, str]]:
    """When samples were taken and what came of them, the oldest first: a traveller's, or those on record of staff."""
    found = list(
        models.Sample.objects.filter(traveller_id=who).order_by("taken_at").values_list("taken_at", "result")
    )
    if found:
        return found
    own = models.Evidence.objects.filter(subject_kind="staff", subject_id=str(who))
    own = without_withdrawn(own)
    taken = {str(row.id): row.happened_at for row in own.filter(code="sample")}
    results = {row.about: row for row in own.filter(code="result").order_by("happened_at")}
    answered = [
        (taken.get(about, row.happened_at), str(row.attributes.get("result", "")))
        for about, row in results.items()
    ]
    waiting = [(at, "") for name, at in taken.items() if name not in results]
    return sorted([*answered, *waiting])


def _find_told(who: UUID, known: QuerySet[models.Evidence]) -> dict[str, datetime]:
    """The dates that an epidemiologist found out of somebody who is a case, the latest word on each."""
    case = models.Case.objects.filter(subject_id=str(who)).first()
    found: dict[str, datetime] = {}
    if case is not None:
        dated = known.filter(subject_kind="case", subject_id=str(case.id), code="dated")
        for row in dated.order_by("happened_at", "seq"):
            found |= {name: datetime.fromisoformat(at) for name, at in row.attributes.items() if at}
    return found


def _find_isolated(who: Who, known_at: datetime) -> datetime | None:
    """Since when somebody was in hospital: since they came to where they lay at an instant (of a case: of the first positive sample),
    or the first time after it. Whoever is well again and back was isolated all the same; whoever was sent back before, was not. In a facility people are kept apart by rooms, which the rules look at."""
    scans = models.Scan.objects.filter(traveller_id=who).exclude(
        id__in=models.Annulment.objects.values("scan_id")
    )
    hospitals = set(models.Custodian.objects.filter(kind=Kind.HOSPITAL).values_list("id", flat=True))
    since_at: datetime | None = None
    for at, holder in scans.order_by("happened_at", "seq").values_list("happened_at", "custodian_id"):
        if since_at is not None and at > known_at:
            return since_at
        if holder not in hospitals:
            since_at = None
        elif since_at is None:
            since_at = at
    return since_at


@dataclass(slots=True)
class _Search:
    """Widens what is known: people, those who were with them, and the staff who were there."""

    edition: Edition
    now: datetime
    accounts: dict[str, fold.Account] = field(default_factory=dict)
    sites: dict[CustodianId, Site] = field(default_factory=dict)
    shifts: dict[tuple[object, ...], Shift] = field(default_factory=dict)
    same_as: dict[str, str] = field(default_factory=dict)

    def read_as(self, who: Who) -> Who:
        """Under whose name the book keeps somebody: their own, or that of whom they are linked to."""
        return Who(self.same_as.get(who, who))

    def look(self, *, people: Sequence[Who], since_at: datetime, until_at: datetime) -> None:
        """Read these people, and everybody who was with them in a span."""
        ids = [UUID(who) for who in people]
        self._fold(ids)
        self._read_teams(ids, since_at, until_at)
        holds = self._list_holds(people, since_at, until_at) + self._list_visited(ids, since_at, until_at)
        beside = exposures.list_beside(holds=holds) + self._list_along(ids, since_at, until_at)
        self._fold([one for one in beside if str(one) not in self.accounts])
        self._read_staff(holds, since_at, until_at)
        self._read_visits(ids, since_at, until_at)

    def _list_visited(self, staff: Sequence[UUID], since_at: datetime, until_at: datetime) -> list[Hold]:
        """The rooms that these of the staff went into, each for as long as that took."""
        visits = exposures.list_visits(staff=staff, since_at=since_at, until_at=until_at)
        return _merge(Hold(one.facility, Kind.FACILITY, one.at, one.at, one.room) for one in visits)

    def _read_visits(self, people: Sequence[UUID], since_at: datetime, until_at: datetime) -> None:
        """Staff who went into rooms on the floors where these people stayed, and those among these people wherever they went."""
        span = {"since_at": since_at, "until_at": until_at}
        spans = lodgings.list_spans(travellers=people)
        visits = exposures.list_visits(
            travellers={*people, *lodgings.list_along(spans=spans, floor=True, **span)}, staff=people, **span
        )
        self._read_sites(rows.read_ground({str(one.facility) for one in visits}))
        for one in visits:
            at = _locate(one)
            self._add(
                Shift(
                    Who(str(one.by)),
                    one.at,
                    one.at,
                    at.custodian,
                    room=at.room,
                    corridor=at.corridor,
                    floor=at.floor,
                )
            )

    def _list_along(self, people: Sequence[UUID], since_at: datetime, until_at: datetime) -> list[UUID]:
        """Who lodged along the same corridors, where the edition has a rule for them."""
        if not any(Setting.CORRIDOR in rule.settings for rule in self.edition.rules):
            return []
        return lodgings.list_along(
            spans=lodgings.list_spans(travellers=people), since_at=since_at, until_at=until_at
        )

    def gather(self) -> Whereabouts:
        """Everything read so far, as whereabouts."""
        survey = Survey(sites=self.sites.values(), now=self.now)
        ids = [UUID(one) for one in self.accounts]
        rooms = dict(models.Traveller.objects.filter(id__in=ids).exclude(room="").values_list("id", "room"))
        roomed: dict[str, list[Assignment]] = defaultdict(list)
        for span in lodgings.list_spans(travellers=ids):
            roomed[str(span.traveller)].append(_assign(span))
        parties: dict[tuple[str, str], list[Who]] = defaultdict(list)
        assigned: dict[str, list[Assignment]] = defaultdict(list)
        crew = set()
        listed = models.Listing.objects.filter(traveller_id__in=ids, gone_version=None)
        for one, flight, seat, party, works in listed.values_list(
            "traveller_id", "flight_id", "seat", "party", "crew"
        ):
            assigned[str(one)].append(Assignment(CustodianId(str(flight)), seat))
            crew |= {str(one)} if works else set()
            if party:
                parties[str(flight), party].append(Who(str(one)))
        boarded = models.BoardingLine.objects.filter(traveller_id__in=ids).exclude(seat="")
        for one, trip, seat in boarded.values_list("traveller_id", "trip_id", "seat"):
            assigned[str(one)].append(Assignment(CustodianId(str(trip)), seat))
        for who, stays in ((one, self._list_stays(one)) for one in self.accounts):
            own = [*assigned[who], *roomed[who]]
            room = "" if roomed[who] else rooms.get(UUID(who), "")
            own += [
                Assignment(stay.custodian, room=room)
                for stay in stays[-1:]
                if room and self.sites[stay.custodian].kind is Kind.FACILITY
            ]
            survey.add_stays(who=Who(who), stays=stays, assignments=own, crew=who in crew)
        for shift in self._list_protected():
            survey.add_shift(shift=shift)
        for (flight, party), members in sorted(parties.items()):
            survey.add_party(name=f"{flight}/{party}", members=members)
        return survey.close()

    def _list_protected(self) -> list[Shift]:
        """Every shift with what was worn: crews of trips and whoever was known by their scans wore what is said of the shift
        that they worked then, of several the least."""
        rows = models.Deployment.objects.filter(
            person_id__in={UUID(one.who) for one in self.shifts.values()}, in_at__isnull=False
        )
        worked: dict[str, list[models.Deployment]] = defaultdict(list)
        for row in rows.select_related("person"):
            worked[str(row.person.pk)].append(row)

        def wore(shift: Shift) -> int:
            levels = [
                row.protection or 0
                for row in worked[shift.who]
                if row.in_at <= shift.until_at and (row.out_at or row.ends_at) >= shift.since_at
            ]
            return min(levels, default=0)

        return [replace(one, protection=wore(one)) for one in self.shifts.values()]

    def _fold(self, travellers: Iterable[UUID]) -> None:
        everybody = list(rows.find_linked(travellers))
        journal = rows.read_journal(everybody)
        named = {scan.custodian for scan in journal.scans} | {a.custodian for a in journal.admissions}
        ground = rows.read_ground(named)
        books = fold.fold(journal=journal, ground=ground)
        # A reused id brings in a scan of somebody else, of whom it is not all that is known.
        asked = {str(one) for one in everybody}
        self.accounts.update({who: one for who, one in books.accounts.items() if who in asked})
        self.same_as.update({str(one): str(other) for one, other in books.same_as.items()})
        self._read_sites(ground)

    def _read_sites(self, ground: entry.Ground) -> None:
        new = [custodian for name, custodian in ground.custodians.items() if name not in self.sites]
        flights = {
            CustodianId(str(flight.id)): flight
            for flight in models.Flight.objects.filter(id__in=[c.id for c in new if c.kind is Kind.CABIN])
        }
        ended = dict(
            models.Trip.objects.filter(id__in=[c.id for c in new if c.kind is Kind.TRIP]).values_list(
                "id", "ended_at"
            )
        )
        for custodian in new:
            flight = flights.get(custodian.id)
            landed_at = flight.landed_at if flight else None
            self.sites[custodian.id] = Site(
                custodian.id,
                custodian.kind,
                cabin=_find_cabin(flight) if flight else None,
                opens_at=landed_at - timedelta(hours=FLIGHT_HOURS) if landed_at else None,
                closes_at=ended.get(UUID(custodian.id)) if custodian.kind is Kind.TRIP else None,
            )

    def _list_stays(self, who: str) -> list[Stay]:
        account = self.accounts.get(who)
        return list_stays(movements=account.movements, sites=self.sites, now=self.now) if account else []

    def _list_holds(self, people: Sequence[Who], since_at: datetime, until_at: datetime) -> list[Hold]:
        """Where these people were within a span; of facilities only who shares the room, unless a rule asks for more."""
        whole = any(
            Setting.FACILITY in rule.settings and rule.only is not Only.STAFF for rule in self.edition.rules
        )
        rooms = {
            str(one): room
            for one, room in models.Traveller.objects.filter(id__in=people).values_list("id", "room")
        }
        spans = [(who, stay) for who in people for stay in self._list_stays(self.read_as(who))]
        spans += [
            (shift.who, Stay(shift.custodian, shift.since_at, shift.until_at))
            for shift in self.shifts.values()
            if shift.custodian is not None and shift.who in set(people)
        ]
        told = defaultdict(list)
        for span in lodgings.list_spans(travellers=[UUID(who) for who in people]):
            told[str(span.traveller)].append(span)
        holds = set()
        for who, stay in spans:
            since, until = max(stay.since_at, since_at), min(stay.until_at, until_at)
            kind = self.sites[stay.custodian].kind
            lodged = SETTINGS[kind] is Setting.FACILITY
            room = rooms.get(who, "") if lodged and not whole else None
            if since <= until:
                holds.add(Hold(UUID(stay.custodian), kind, since, until, room))
            for span in told[who] if room is not None else ():
                begun, left = max(since, span.since_at), min(until, span.until_at or until)
                if str(span.facility) == stay.custodian and begun <= left:
                    holds.add(Hold(UUID(stay.custodian), kind, begun, left, span.room))
        return _merge(holds)

    def _read_staff(self, holds: Sequence[Hold], since_at: datetime, until_at: datetime) -> None:
        """Staff who were with these custodians: crews of trips, whoever is posted there, whoever scanned there."""
        places = {hold.custodian for hold in holds}
        for by, custodian, first, last in exposures.list_scanning(holds=holds):
            self._add(Shift(Who(str(by)), first, last, CustodianId(str(custodian))))
        for trip in models.Trip.objects.filter(id__in=places):
            self._read_crew(trip)
        codes = dict(models.Custodian.objects.filter(id__in=places).values_list("code", "id"))
        posted = models.Deployment.objects.filter(post__in=codes, in_at__isnull=False, in_at__lte=until_at)
        for one in posted.filter(Q(out_at=None) | Q(out_at__gte=since_at)).select_related("person"):
            self._add_shift(one, custodian=CustodianId(str(codes[one.post])))

    def _read_teams(self, people: Sequence[UUID], since_at: datetime, until_at: datetime) -> None:
        """The shifts of those among these people who work here, with their teams, and the trips that they crewed."""
        own = models.Deployment.objects.filter(
            person_id__in=people, in_at__isnull=False, in_at__lte=until_at, ends_at__gte=since_at
        )
        teams = {(one.on, one.crew, one.shift) for one in own if one.crew}
        mates = models.Deployment.objects.filter(on__in={on for on, _, _ in teams}, in_at__isnull=False)
        for one in mates.select_related("person"):
            if (one.on, one.crew, one.shift) in teams:
                self._add_shift(one, team=f"{one.crew}/{one.shift}/{one.on}")
        posts = dict(
            models.Custodian.objects.filter(code__in=[one.post for one in own]).values_list("code", "id")
        )
        for one in own.select_related("person"):
            if one.post in posts:
                self._add_shift(one, custodian=CustodianId(str(posts[one.post])))
        crewed = models.Trip.objects.filter(
            Q(driver_id__in=people) | Q(escorts__in=people) | Q(reliefs__in=people), departed_at__lte=until_at
        ).distinct()
        self._read_sites(rows.read_ground([str(one) for one in (*posts.values(), *(t.id for t in crewed))]))
        for trip in crewed:
            self._read_crew(trip)

    def _read_crew(self, trip: models.Trip) -> None:
        begun = trip.departed_at or trip.during.lower
        until = max(begun, trip.ended_at or trip.arrived_at or self.now)
        aboard = Q(trips_driven=trip) | Q(trips_escorted=trip) | Q(trips_relieved=trip)
        for person in models.Person.objects.filter(aboard).distinct().values_list("id", flat=True):
            self._add(Shift(Who(str(person)), begun, until, CustodianId(str(trip.id))))

    def _add_shift(
        self, worked: models.Deployment, *, custodian: CustodianId | None = None, team: str = ""
    ) -> None:
        """A shift that somebody came to: until they left, or it ended, or now."""
        until = worked.out_at or min(worked.ends_at, self.now)
        self._add(
            Shift(
                Who(str(worked.person.id)),
                worked.in_at,
                max(worked.in_at, until),
                custodian,
                team,
            )
        )

    def _add(self, shift: Shift) -> None:
        place = (shift.custodian, shift.room, shift.team)
        self.shifts[shift.who, place, shift.since_at, shift.until_at] = shift


def _locate(where: Span | Visit) -> Assignment:
    """A room with its corridor and floor, as tracing names them."""
    return Assignment(
        CustodianId(str(where.facility)),
        room=where.room,
        corridor=f"{where.floor}/{where.area}" if where.area else "",
        floor=str(where.floor),
    )


def _assign(span: Span) -> Assignment:
    return replace(_locate(span), since_at=span.since_at, until_at=span.until_at)


def _merge(holds: Iterable[Hold]) -> list[Hold]:
    """Spans of one custodian and room that touch, as one: many contacts were at the same place at the same time."""
    merged: list[Hold] = []
    for hold in sorted(holds, key=lambda h: (str(h.custodian), h.room or "", h.since_at)):
        last = merged[-1] if merged else None
        same = last is not None and (last.custodian, last.room) == (hold.custodian, hold.room)
        if last is not None and same and hold.since_at <= last.until_at:
            merged[-1] = replace(last, until_at=max(last.until_at, hold.until_at))
        else:
            merged.append(hold)
    return merged


def _find_cabin(flight: models.Flight) -> cabin.Cabin:
    """The layout usual for the type; of an unknown type as its list shows it."""
    known = cabins.find_cabin(flight.equipment)
    if known is not None:
        return known
    return cabin.guess(
        models.Listing.objects.filter(flight=flight).exclude(seat="").values_list("seat", flat=True)
    )
