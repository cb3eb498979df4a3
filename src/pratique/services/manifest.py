"""Lists come in: read, matched to a flight, reconciled with the version before, taken into the book.

Nothing is silent: every problem of the file is kept with the version, whoever cannot be told apart is left as they are
and counted as unsure, whoever is gone from a newer list stays in the book if the flight has landed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import zip_longest
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from pratique.core.answers import Problem, Refused
from pratique.core.custody.proofs import Source
from pratique.core.manifest import passenger_list, revision
from pratique.core.manifest.passenger_list import Listed
from pratique.formats import words
from pratique.formats.read import read
from pratique.formats.reading import Reading
from pratique.services import custody, identity
from pratique.services import flight as flights
from pratique.services.dispatch.needs import INFANT, INFANT_YEARS
from pratique.store import models
from pratique.store.ids import make_code, make_id
from pratique.store.withdrawn import without_withdrawn

CREW_FUNCTION = "250"
NOT_BOARDED_ACTION = "CLNB"
ON_BOARD_ACTIONS = ("CL", "CLOB")
CANCELLED_ACTION = "XF"
ADULT_YEARS = 18


@dataclass(frozen=True, slots=True)
class File:
    """A document as it was handed in. `flight` says which flight it is for where the document does not."""

    name: str
    content: bytes
    format: str | None = None
    strict: bool = False
    flight: UUID | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking one list in means: the flight (None: it would be new), its version, and who is new, gone, changed."""

    manifest: passenger_list.Manifest
    part: int
    flight: models.Flight | None
    arrival: flights.Arrival
    version: int
    crew: bool
    known: dict[int, UUID]
    before: passenger_list.Manifest
    revision: revision.Revision
    taken_in: models.Manifest | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """A document read and not yet taken in, and what each list in it would change."""

    reading: Reading
    plans: tuple[Plan, ...]


def preview(*, file: File) -> Preview:
    """Read a document and say what taking it in would change; nothing is written.

    Raises `Refused` when a list of it cannot be matched to a flight, and says what to do.
    """
    reading = read(data=file.content, name=file.name, format=file.format, strict=file.strict)
    if reading.format and reading.zone is not None:
        raise Refused("manifest_expected", "this is a travel document, not a list: scan it on the scan page")
    if not reading.accepted:
        return Preview(reading, ())
    digest = sha256(file.content).digest()
    plans = [_plan(manifest, part, file, digest) for part, manifest in enumerate(reading.manifests)]
    return Preview(reading, tuple(plans))


def _plan(manifest: passenger_list.Manifest, part: int, file: File, digest: bytes) -> Plan:
    row, arrival = _find_flight(manifest, file)
    manifest = _name_crew(manifest)
    speaks, names = _list_sorts(manifest, row)
    taken_in = _list_versions(row).filter(digest=digest, part=part).first() if row else None
    known, before = _read_before(row, names) if row else ({}, passenger_list.Manifest(manifest.flight, ()))
    last = _list_versions(row).order_by("-version").first() if row else None
    found = revision.reconcile(before=before, after=_as_whole_list(manifest, before))
    if manifest.action != NOT_BOARDED_ACTION:  # that one names whoever is gone
        found = replace(found, gone=tuple(one for one in found.gone if (one.role == "crew") in speaks))
    version = last.version + 1 if last else 1
    return Plan(manifest, part, row, arrival, version, speaks == {True}, known, before, found, taken_in)


def _name_crew(manifest: passenger_list.Manifest) -> passenger_list.Manifest:
    """Everybody on a crew list is crew, whatever the line says of them."""
    if manifest.function != CREW_FUNCTION:
        return manifest
    crew = tuple(one if one.role == "crew" else replace(one, role="crew") for one in manifest.travellers)
    return replace(manifest, travellers=crew)


def _list_sorts(manifest: passenger_list.Manifest, row: models.Flight | None) -> tuple[set[bool], set[bool]]:
    """Of whom a list speaks, crew (True) or passengers (False), so that whoever it does not name is gone; and whom it names besides.

    A crew list speaks of the crew. Any other message speaks of the passengers, and of crew that it names as long as no crew list came;
    once one did, whoever of the crew it names stays who they are and nobody of the crew is gone by it. A spreadsheet says no function
    and speaks of those it names: one that names passengers alone says nothing of the crew, one that names crew alone nothing of the
    passengers.
    """
    names = {person.role == "crew" for person in manifest.travellers}
    if not manifest.function:
        return names or {False}, names or {False}
    if manifest.function == CREW_FUNCTION:
        return {True}, {True}
    crew_listed = row is not None and _list_versions(row).filter(crew=True).exists()
    return {False} if crew_listed else {False} | names, {False} | names


def _list_versions(row: models.Flight) -> QuerySet[models.Manifest]:
    return models.Manifest.objects.filter(flight=row)


def _as_whole_list(
    manifest: passenger_list.Manifest, before: passenger_list.Manifest
) -> passenger_list.Manifest:
    """A list of those not on board is the list before without them; a cancelled flight's list is empty."""
    if manifest.action == CANCELLED_ACTION:
        return passenger_list.Manifest(manifest.flight, ())
    if manifest.action != NOT_BOARDED_ACTION:
        return manifest
    found = revision.reconcile(before=before, after=manifest)
    absent = {id(pair.before) for pair in (*found.changed, *found.unchanged)}
    stay = tuple(person for person in before.travellers if id(person) not in absent)
    return passenger_list.Manifest(manifest.flight, stay)


def tidy_designator(designator: str) -> str:
    """A flight's designator as flights are compared: carrier, then the number without leading noughts."""
    plain = "".join(c for c in designator.upper() if c.isalnum())
    carrier, number = plain[:2], plain[2:]
    digits = "".join(c for c in number if c.isdigit())
    suffix = number[len(digits) :] if number.startswith(digits) else ""
    return f"{carrier}{int(digits)}{suffix}" if digits else plain


def _find_flight(
    manifest: passenger_list.Manifest, file: File
) -> tuple[models.Flight | None, flights.Arrival]:
    if file.flight is not None:
        chosen = models.Flight.objects.filter(id=file.flight).first()
        if chosen is None:
            raise Refused("flight_unknown", "there is no such flight")
        return chosen, _arrival_of(chosen)
    stated = manifest.flight
    if not stated.designator:
        raise Refused(
            "flight_missing", "the list does not say which flight it is for: choose the flight by hand"
        )
    port = models.Port.objects.first()
    if port is not None and stated.arrival and stated.arrival not in (port.code, port.icao):
        calls = {leg.arrival for leg in stated.legs} | {leg.departure for leg in stated.legs}
        if not calls & {port.code, port.icao}:
            raise Refused("flight_elsewhere", f"this flight arrives at {stated.arrival}, not at {port.code}")
    on, scheduled_at = _find_arrival(stated, port)
    designator = tidy_designator(stated.designator)
    near = models.Flight.objects.filter(on__range=(on - timedelta(days=1), on + timedelta(days=1)))
    matching = [f for f in near if tidy_designator(f.designator) == designator]
    if stated.departure:
        matching = [f for f in matching if f.departure == stated.departure] or matching
    matching.sort(key=lambda f: (abs(f.on - on), abs(f.scheduled_at - scheduled_at)))
    if matching:
        return matching[0], _arrival_of(matching[0])
    arrival = flights.Arrival(
        designator=designator,
        departure=stated.departure,
        on=on,
        scheduled_at=scheduled_at,
        arrival=stated.arrival or (port.code if port else ""),
    )
    return None, arrival


def _find_arrival(stated: passenger_list.Flight, port: models.Port | None) -> tuple[date, datetime]:
    at = stated.scheduled_arrival_at or stated.scheduled_departure_at
    if at is None:
        raise Refused(
            "flight_date_missing", "the list does not say when the flight arrives: choose the flight by hand"
        )
    zone = ZoneInfo(port.time_zone if port else "Asia/Shanghai")
    return at.date(), at.replace(tzinfo=zone)


def _arrival_of(row: models.Flight) -> flights.Arrival:
    return flights.Arrival(
        designator=row.designator,
        departure=row.departure,
        on=row.on,
        scheduled_at=row.scheduled_at,
        arrival=row.arrival,
    )


def _read_before(row: models.Flight, sorts: set[bool]) -> tuple[dict[int, UUID], passenger_list.Manifest]:
    """The list in force of these sorts, as the identities and listings tell it, and who is meant by each of its lines."""
    listings = list(
        models.Listing.objects.filter(flight=row, gone_version__isnull=True, crew__in=sorts).order_by(
            "row", "traveller_id"
        )
    )
    people = identity.read(travellers=[x.pk for x in listings], look=None)
    known: dict[int, UUID] = {}
    travellers = []
    for listing in listings:
        listed = _as_listed(people.get(listing.pk, identity.Identity()), listing)
        known[id(listed)] = listing.pk
        travellers.append(listed)
    stated = passenger_list.Flight(departure=row.departure, arrival=row.arrival)
    return known, passenger_list.Manifest(stated, tuple(travellers))


def _as_listed(who: identity.Identity, listing: models.Listing) -> Listed:
    return Listed(
        surname=who.surname,
        given_names=who.given_names,
        chinese_name=who.chinese_name,
        sex=who.sex,  # type: ignore[arg-type]
        born_on=who.born_on,
        nationality=who.nationality,
        documents=tuple(passenger_list.Document(*d) for d in who.documents),
        seat=listing.seat,
        party=listing.party,
        role="crew" if listing.crew else "passenger",
        in_transit=listing.in_transit,
        contact=passenger_list.Contact(who.telephone, who.email, who.address),
    )


COMPARED = (
    "surname",
    "given_names",
    "chinese_name",
    "sex",
    "born_on",
    "nationality",
    "documents",
    "seat",
    "party",
    "in_transit",
    "role",
)
"""What of a traveller is kept, and so can be said to have changed from one version to the next."""


def list_changes(pair: revision.Pair) -> list[revision.Difference]:
    """The differences between two versions in what the product keeps of a traveller."""
    return [d for d in pair.differences if d.field in COMPARED]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a document: each version taken in, how many travellers are new, gone, changed, unsure."""

    reading: Reading
    manifests: tuple[models.Manifest, ...]
    repeated: bool = False


def receive(*, file: File, by: UUID | None, now: datetime) -> Receipt:
    """Take a document in, whole or not at all. The same bytes again change nothing.

    A document that is not accepted takes nobody in: its problems are in the receipt. Raises `Refused` as `preview`.
    """
    with transaction.atomic():
        models.Port.objects.select_for_update().first()
        seen = preview(file=file)
        if not seen.plans:
            return Receipt(seen.reading, ())
        if all(plan.taken_in for plan in seen.plans):
            return Receipt(seen.reading, tuple(p.taken_in for p in seen.plans if p.taken_in), repeated=True)
        rows = []
        for part in range(len(seen.plans)):
            # Two lists of one flight in one document are two versions: each is planned after the one before.
            plan = seen.plans[part] if part == 0 else preview(file=file).plans[part]
            rows.append(plan.taken_in or _take_in(plan, seen.reading, file, by, now))
    return Receipt(seen.reading, tuple(rows))


def _take_in(plan: Plan, reading: Reading, file: File, by: UUID | None, now: datetime) -> models.Manifest:
    """A list says who comes, not when: it puts a flight on the board that is not there yet, with its times, and moves none that is.

    Its times are those of the day it was written, often the schedule's; whoever knows better says so (`flight.expect`).
    """
    row = plan.flight or flights.schedule(arrival=plan.arrival, now=now)
    if row.closed_at is not None:
        raise Refused("flight_closed", f"{row.designator} is closed: its list cannot change any more")
    changed = [pair for pair in plan.revision.changed if list_changes(pair)]
    version_id = make_id()
    key, sealed = identity.seal_bytes(content=file.content, about=version_id)
    version = models.Manifest.objects.create(
        id=version_id,
        flight=row,
        version=plan.version,
        part=plan.part,
        crew=plan.crew,
        name=file.name,
        format=reading.format,
        function=plan.manifest.function,
        action=plan.manifest.action,
        digest=sha256(file.content).digest(),
        received_at=now,
        by_id=by,
        control_heads=_find_control(plan),
        listed=len(plan.manifest.travellers),
        new=len(plan.revision.new),
        gone=len(plan.revision.gone),
        changed=len(changed),
        unsure=sum(len(u.after) for u in plan.revision.unsure),
        problems=[_say(problem) for problem in reading.problems],
        key=key,
        sealed_file=sealed,
    )
    _write_travellers(plan, row, version.version, now)
    _count_control(plan, row, now)
    return version


def _say(problem: Problem) -> dict[str, Any]:
    said: dict[str, Any] = {"code": problem.code, "fatal": problem.fatal}
    for language in ("en", "zh"):
        wording = words.translate(problem=problem, language=language)
        said[language] = {"where": wording.where, "message": wording.message, "remedy": wording.remedy}
    return said


def _find_control(plan: Plan) -> int | None:
    return plan.manifest.stated_crew if plan.crew else plan.manifest.stated_passengers


def _write_travellers(plan: Plan, row: models.Flight, version: int, now: datetime) -> None:
    """Write who is new, changed and gone, and put everybody in the order of the newest list."""
    order = {id(person): number for number, person in enumerate(plan.manifest.travellers)}
    fresh = _make_travellers([*plan.revision.new, *_list_more(plan.revision.unsure)], row, now)
    people = dict(fresh)
    placed = [(traveller, person) for traveller, person in fresh]
    for pair in (*plan.revision.changed, *plan.revision.unchanged):
        traveller = plan.known[id(pair.before)]
        placed.append((traveller, pair.after))
        if list_changes(pair):
            people[traveller] = pair.after
    _follow_roles({plan.known[id(pair.before)]: pair for pair in plan.revision.changed})
    erase_on = identity.reckon_erasure(came_on=row.on)
    identity.write(identities={t: identity.of_listed(p) for t, p in people.items()}, erase_on=erase_on)
    models.Listing.objects.bulk_create(
        [
            models.Listing(
                traveller_id=traveller,
                flight=row,
                since_version=version,
                row=order.get(id(person), len(order)),
                seat=person.seat,
                party=person.party,
                in_transit=person.in_transit,
                crew=person.role == "crew",
            )
            for traveller, person in placed
        ],
        update_conflicts=True,
        unique_fields=["traveller"],
        update_fields=["row", "seat", "party", "in_transit", "crew"],
        batch_size=2_000,
    )
    gone = [plan.known[id(person)] for person in plan.revision.gone]
    models.Listing.objects.filter(traveller_id__in=gone).update(gone_version=version)
    if row.landed_at is not None:
        custody.admit(
            travellers=[t for t, _ in fresh],
            custodian=row.id,
            flight=row.id,
            happened_at=row.landed_at,
            now=now,
        )


def _follow_roles(changed: Mapping[UUID, revision.Pair]) -> None:
    """Whoever the newer list has as crew, or as crew no more, is in the channel that this gives, unless they were screened."""
    roles = {who: pair.after.role for who, pair in changed.items() if pair.before.role != pair.after.role}
    screened = models.Evidence.objects.filter(
        subject_kind="traveller", subject_id__in=[str(who) for who in roles], code="screened"
    )
    settled = {UUID(who) for who in without_withdrawn(screened).values_list("subject_id", flat=True)}
    for role, was, becomes in (("crew", "", "crew"), ("passenger", "crew", "")):
        moved = [who for who, now in roles.items() if now == role and who not in settled]
        models.Traveller.objects.filter(id__in=moved, channel=was).update(channel=becomes)


def _list_more(unsure: Sequence[revision.Unsure]) -> list[Listed]:
    """Of those who cannot be told apart, the ones by whom the newer list has more than the older: they are new."""
    return [
        after
        for u in unsure
        for before, after in zip_longest(u.before, u.after)
        if before is None and after is not None
    ]


def _make_travellers(
    people: Sequence[Listed], row: models.Flight, now: datetime
) -> list[tuple[UUID, Listed]]:
    made = [(make_id(), person) for person in people]
    models.Traveller.objects.bulk_create(
        [
            models.Traveller(
                id=traveller,
                code=make_code(traveller),
                flight=row,
                manifested=True,
                under_age=_is_younger(person.born_on, row.on, ADULT_YEARS),
                needs=[INFANT] if _is_younger(person.born_on, row.on, INFANT_YEARS) else [],
                channel="crew" if person.role == "crew" else "",
                created_at=now,
            )
            for traveller, person in made
        ],
        batch_size=2_000,
    )
    return made


def _is_younger(born_on: date | None, on: date, limit_years: int) -> bool:
    if born_on is None:
        return False
    years = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    return years < limit_years


def _count_control(plan: Plan, row: models.Flight, now: datetime) -> None:
    """The lists' own control counts, passengers and crew together, as an independent count of the flight."""
    latest: dict[bool, models.Manifest] = {}
    for version in _list_versions(row).order_by("version"):
        if version.control_heads is not None and version.action != NOT_BOARDED_ACTION:
            latest[version.crew] = version
    if False not in latest:
        return
    heads = sum(version.control_heads for version in latest.values())
    flights.count(flight=row.id, source=Source.CONTROL, heads=heads, by=None, now=now)
    if plan.manifest.action in ON_BOARD_ACTIONS and not plan.crew:
        flights.count(flight=row.id, source=Source.CARRIER, heads=heads, by=None, now=now)
