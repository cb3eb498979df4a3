"""The register of duties over the database: gather what is known of each subject, let the core work it out.

Much evidence is not typed in by anybody because the ledger knows it: that somebody arrived, was admitted, was taken
to hospital, left; that a shift began; that an officer worked. Only what the ledger cannot know is recorded as
evidence. The rows of `Owed` are the result written down, so that a board can count them; `tick` keeps them true.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Q

from pratique import protocols
from pratique.core.duties import edition, escalation, evidence, register
from pratique.core.duties.vocabulary import Kind
from pratique.services import beginnings
from pratique.services.force import risk, watch
from pratique.services.stay import carried, moves
from pratique.store import locks, models, rows
from pratique.store.queries import convoys, entries, leavings, persons, ports

AHEAD = timedelta(hours=24)
"""Duties that open within this time are written down too, so that a list of what comes next can be shown."""

TAPPED = timedelta(hours=1)
"""How long before the last tick somebody may have come or gone and it was written only since."""
LOOKED_AT = timedelta(days=3)
"""Shifts and days are looked at on each tick until so long after, whatever they owe."""

CHUNK = 1_000
WATERMARK = "register"
CENTRAL = "central"
"""The staff's lodging is one subject, whatever rooms it has."""

Stand = tuple[Kind, str]
_Told = TypeVar("_Told", evidence.Evidence, evidence.Waiver)

_EXIT_WORDS = {"released": "released", "handed_over": "handed_over", "died": "laid_to_rest"}
"""Exit custodian's attribute `record` → the word of the protocols; any other exit is a departure. That somebody died is on record
before, as evidence of two; this exit says only that the deceased was handed over."""


def get_rulebook() -> edition.Rulebook:
    """The editions this port works by."""
    port = models.Port.objects.get()
    return edition.Rulebook.of(
        protocols=protocols.list_protocols(), jurisdiction=port.jurisdiction, zone=ZoneInfo(port.time_zone)
    )


def list_subjects() -> list[Stand]:
    """Everybody and everything that can be owed something now: those inside or expected, and what serves them."""
    found: list[Stand] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT traveller_id FROM store_position WHERE inside")
        found += [(Kind.TRAVELLER, rows.key(row[0])) for row in cursor.fetchall()]
    inside = {name for _, name in found}
    left = {rows.key(row.traveller_id) for row in leavings.list_closed()}
    out = set(read_people(left).values())
    found += [(Kind.TRAVELLER, name) for name in sorted(out - inside)]
    for model, kind in ((models.Vehicle, Kind.VEHICLE), (models.Unit, Kind.UNIT)):
        found += [(kind, rows.key(i)) for i in model.objects.values_list("id", flat=True)]
    facilities = models.Custodian.objects.filter(kind="facility", closed_at__isnull=True)
    found += [(Kind.FACILITY, rows.key(i)) for i in facilities.values_list("id", flat=True)]
    places = models.Custodian.objects.filter(kind__in=["hall", "holding"], closed_at__isnull=True)
    found += [(Kind.PLACE, rows.key(i)) for i in places.values_list("id", flat=True)]
    if models.Berth.objects.exists():
        found.append((Kind.LODGING, CENTRAL))
    trips = models.Trip.objects.filter(departed_at__isnull=False)
    found += [(Kind.TRIP, rows.key(i)) for i in trips.values_list("id", flat=True)]
    found += [(Kind.CONVOY, rows.key(i)) for i in convoys.list_open_ids()]
    people = models.Deployment.objects.values_list("person_id", flat=True).distinct()
    found += [(Kind.STAFF, rows.key(i)) for i in people]
    shifts = models.Deployment.objects.exclude(shift="").values_list("on", "shift").distinct()
    found += [(Kind.SHIFT, f"{on}/{shift}") for on, shift in shifts]
    found += [(Kind.DAY, str(on)) for on in sorted({on for on, _ in shifts})]
    waiting = models.Batch.objects.filter(received_at__isnull=True, cancelled_at__isnull=True)
    found += [(Kind.BATCH, rows.key(i)) for i in waiting.values_list("id", flat=True)]
    findings = models.Finding.objects.filter(undone_at__isnull=True)
    found += [(Kind.FINDING, rows.key(i)) for i in findings.values_list("id", flat=True)]
    found += [(Kind.CASE, rows.key(i)) for i in models.Case.objects.values_list("id", flat=True)]
    return found


def gather(
    stands: Iterable[Stand],
) -> tuple[list[evidence.Subject], list[evidence.Evidence], list[evidence.Waiver]]:
    """What is known of these subjects: they themselves, every record about them, and the waivers given.

    Whoever has several wristbands is one subject, under the name by which the book reads them, whichever was asked for:
    what was written down under any of their names is about them.
    """
    by_kind: dict[Kind, list[str]] = defaultdict(list)
    for kind, name in stands:
        by_kind[kind].append(name)
    subjects: list[evidence.Subject] = []
    records: list[evidence.Evidence] = []
    given: list[evidence.Waiver] = []
    if (asked := by_kind.pop(Kind.TRAVELLER, None)) is not None:
        people = read_people(asked)
        subjects += _travellers(people)
        records += (_as_person(piece, people) for piece in _recorded(Kind.TRAVELLER, list(people)))
        records += _journeys(people)
        records += _find_told(records)
        given += (_as_person(waiver, people) for waiver in _waivers(Kind.TRAVELLER, list(people)))
    for kind, names in by_kind.items():
        subjects += _SUBJECTS.get(kind, _plain_subjects)(kind, names)
        records += _recorded(kind, names)
        records += _DERIVED.get(kind, _nothing)(kind, names)
        given += _waivers(kind, names)
    return subjects, records, given


def read_people(travellers: Iterable[str]) -> dict[str, str]:
    """Every name of these travellers in the book → the one under which that person is read."""
    found = rows.read_names(UUID(one) for one in travellers)
    return {rows.key(one): rows.key(own[0]) for own in found.values() for one in own}


def _as_person(piece: _Told, people: Mapping[str, str]) -> _Told:
    person = evidence.SubjectId(people[piece.subject])
    return piece if person == piece.subject else replace(piece, subject=person)


def _find_told(records: Iterable[evidence.Evidence]) -> list[evidence.Evidence]:
    """That somebody was told their rights at all, by the first notice that stands: that notice itself is counted for its measure."""
    first: dict[str, evidence.Evidence] = {}
    for piece in sorted(records, key=evidence.order):
        if piece.record == "notice" and piece.withdrawn_at is None and piece.attributes.get("language"):
            first.setdefault(piece.subject, piece)
    return [
        replace(piece, id=evidence.EvidenceId(f"rights_told/{piece.id}"), record="rights_told", about="")
        for piece in first.values()
    ]


def _plain_subjects(kind: Kind, names: list[str]) -> Iterator[evidence.Subject]:
    for name in names:
        yield evidence.Subject(kind, evidence.SubjectId(name))


def _travellers(people: Mapping[str, str]) -> Iterator[evidence.Subject]:
    """Each person once. Of several wristbands the one screened last says the channel; under age under one is under age."""
    names: dict[UUID, list[UUID]] = {UUID(main): [UUID(main)] for main in people.values()}
    for name, read in people.items():
        if name != read:
            names[UUID(read)].append(UUID(name))
    held = dict(
        models.Position.objects.filter(traveller_id__in=names).values_list("traveller_id", "holder_id")
    )
    for main, known in persons.find_facts(names=names).items():
        facts = {"channel": known.channel, "under_age": "yes" if known.under_age else "no"}
        subject = evidence.SubjectId(rows.key(main))
        yield evidence.Subject(Kind.TRAVELLER, subject, facts, rows.key(held.get(main)))


def _facilities(kind: Kind, names: list[str]) -> Iterator[evidence.Subject]:
    for name in names:
        yield evidence.Subject(kind, evidence.SubjectId(name), custodian=name)


def _staff(kind: Kind, names: list[str]) -> Iterator[evidence.Subject]:
    for person, role in models.Person.objects.filter(id__in=names).values_list("id", "role"):
        yield evidence.Subject(kind, evidence.SubjectId(rows.key(person)), {"role": role})


_SUBJECTS: dict[Kind, Callable[[Kind, list[str]], Iterator[evidence.Subject]]] = {
    Kind.FACILITY: _facilities,
    Kind.PLACE: _facilities,
    Kind.STAFF: _staff,
}


def _recorded(kind: Kind, names: list[str]) -> Iterator[evidence.Evidence]:
    pieces = list(models.Evidence.objects.filter(subject_kind=kind.value, subject_id__in=names))
    taken_back = dict(
        models.Withdrawal.objects.filter(evidence_id__in=[p.id for p in pieces]).values_list(
            "evidence_id", "happened_at"
        )
    )
    for piece in pieces:
        yield evidence.Evidence(
            id=evidence.EvidenceId(rows.key(piece.id)),
            kind=kind,
            subject=evidence.SubjectId(piece.subject_id),
            record=piece.code,
            happened_at=piece.happened_at,
            about=piece.about,
            attributes=piece.attributes,
            withdrawn_at=taken_back.get(piece.id),
        )


def _waivers(kind: Kind, names: list[str]) -> Iterator[evidence.Waiver]:
    given = list(models.Waiver.objects.filter(subject_kind=kind.value, subject_id__in=names))
    taken_back = dict(
        models.Withdrawal.objects.filter(evidence_id__in=[w.id for w in given]).values_list(
            "evidence_id", "happened_at"
        )
    )
    for waiver in given:
        yield evidence.Waiver(
            id=evidence.WaiverId(rows.key(waiver.id)),
            kind=kind,
            subject=evidence.SubjectId(waiver.subject_id),
            code=waiver.code,
            reason=waiver.because,
            signatures=tuple(evidence.Signature(person, rank) for person, rank in waiver.signatures),
            given_at=waiver.happened_at,
            expires_at=waiver.expires_at,
            key=waiver.key,
            withdrawn_at=taken_back.get(waiver.id),
        )


def _nothing(kind: Kind, names: list[str]) -> Iterator[evidence.Evidence]:
    return iter(())


def _derive(kind: Kind, name: str, word: str, at: datetime) -> evidence.Evidence:
    return evidence.Evidence(
        id=evidence.EvidenceId(f"{word}/{name}/{at.isoformat()}"),
        kind=kind,
        subject=evidence.SubjectId(name),
        record=word,
        happened_at=at,
    )


_JOURNEY = """
WITH mine AS (SELECT unnest(%(t)s::uuid[]) AS traveller_id, unnest(%(p)s::uuid[]) AS person),
doubted AS (SELECT scan_id FROM store_dispute d JOIN mine USING (traveller_id)
            UNION SELECT scan_id FROM store_annulment
            UNION SELECT scan_id FROM store_ruling WHERE NOT believed
            UNION SELECT scan_id FROM (
                SELECT DISTINCT ON (scan_id) scan_id, open FROM store_wayjudged JOIN mine USING (traveller_id)
                ORDER BY scan_id, seq DESC) w WHERE NOT open)
SELECT person, traveller_id, kind, record, happened_at FROM (
    SELECT mine.person, s.traveller_id, c.kind, c.attributes->>'record' AS record, s.happened_at, s.custodian_id,
           lag(s.custodian_id) OVER (PARTITION BY mine.person ORDER BY s.happened_at, s.id) AS before_id
    FROM store_scan s JOIN mine USING (traveller_id) JOIN store_custodian c ON c.id = s.custodian_id
    WHERE c.kind IN ('facility', 'hospital', 'exit') AND s.id NOT IN (SELECT scan_id FROM doubted)
) step WHERE before_id IS DISTINCT FROM custodian_id
UNION ALL
SELECT * FROM (
    SELECT DISTINCT ON (mine.person) mine.person, a.traveller_id, 'entered', NULL, a.happened_at
    FROM store_admission a JOIN mine USING (traveller_id)
    ORDER BY mine.person, a.manifested DESC, a.recorded_at DESC
) entering
"""


def _journeys(people: Mapping[str, str]) -> Iterator[evidence.Evidence]:
    """What the ledger knows of travellers: arrived, admitted, taken elsewhere, to hospital and back, left, or let out without
    grounds. Each is known by the wristband that was scanned, so that it keeps its id when wristbands become one person."""
    with connection.cursor() as cursor:
        cursor.execute(_JOURNEY, {"t": list(people), "p": list(people.values())})
        found = cursor.fetchall()
    steps: dict[str, list[tuple[datetime, str, str, str]]] = defaultdict(list)
    for person, traveller, where, word, at in found:
        steps[rows.key(person)].append((at, where, word or "", rows.key(traveller)))
    for own in steps.values():
        for name, word, at in _tell_journey(sorted(own)):
            yield _as_person(_derive(Kind.TRAVELLER, name, word, at), people)
    for row in leavings.list_closed(travellers=people):
        yield evidence.Evidence(
            id=evidence.EvidenceId(leavings.name_of(row.scan_id)),
            kind=Kind.TRAVELLER,
            subject=evidence.SubjectId(people[rows.key(row.traveller_id)]),
            record="unreleased",
            happened_at=row.happened_at,
        )


def _tell_journey(steps: Iterable[tuple[datetime, str, str, str]]) -> Iterator[tuple[str, str, datetime]]:
    """One person's steps in order, each as the wristband that was scanned, the word for it, and when."""
    in_hospital = admitted = held = False
    for at, where, word, name in steps:
        if where == "entered":
            yield name, "arrived", at
        elif where == "hospital":
            in_hospital = True
            yield name, "hospitalised", at
            if held:
                yield name, "removed", at
            held = True
        elif where == "facility":
            if in_hospital:
                yield name, "returned", at
            if not admitted:
                yield name, "admitted", at
            if held:
                yield name, "removed", at
            in_hospital, admitted, held = False, True, True
        else:
            yield name, _EXIT_WORDS.get(word, "departed"), at


def _service(kind: Kind, names: list[str]) -> Iterator[evidence.Evidence]:
    """What attendance knows of staff: deployed, on duty that day, the shift worked, the risk of the posts they work."""
    since: dict[str, datetime] = {}
    ends = risk.read_ends(names)
    came = models.Deployment.objects.filter(person_id__in=names, in_at__isnull=False).order_by("starts_at")
    for person, in_at, out_at in came.values_list("person_id", "in_at", "out_at"):
        name = rows.key(person)
        if name not in since or any(who == name and since[name] <= at < in_at for who, at in ends):
            since[name] = in_at
            yield _derive(kind, name, "deployed", in_at)
        yield _derive(kind, name, "duty_day", in_at)
        if out_at is not None:
            yield _derive(kind, name, "shift_worked", out_at)
    for name, at, grade in risk.list_changes(people=names):
        yield replace(_derive(kind, name, "post_risk", at), attributes={"risk": grade})


def _shifts(kind: Kind, names: list[str]) -> Iterator[evidence.Evidence]:
    wanted = {name: (date.fromisoformat(name.partition("/")[0]), name.partition("/")[2]) for name in names}
    courses = watch.find_courses(shifts=set(wanted.values()))
    for name, shift in wanted.items():
        if (course := courses.get(shift)) is None:
            continue
        yield _derive(kind, name, "began", course.starts_at)
        if course.held_at is not None:
            yield _derive(kind, name, "posts_held", course.held_at)
        yield _derive(kind, name, "ended", course.ends_at)


def _lodging(kind: Kind, names: list[str]) -> Iterator[evidence.Evidence]:
    """The central lodging is in use from the first night somebody had a bed there."""
    first = models.Berth.objects.order_by("from_at").values_list("from_at", flat=True).first()
    if first is not None:
        yield from (_derive(kind, name, "opened", first) for name in names)


def _days(kind: Kind, names: list[str]) -> Iterator[evidence.Evidence]:
    zone = ports.find_zone()
    for name in names:
        begins = datetime.combine(datetime.fromisoformat(name).date(), time(), zone)
        yield _derive(kind, name, "began", begins)
    for on, at in models.Bulletin.objects.filter(on__in=names).values_list("on", "published_at"):
        yield _derive(kind, str(on), "bulletin", at)


def _units(kind: Kind, names: list[str]) -> Iterator[evidence.Evidence]:
    return (_derive(kind, name, "joined", at) for name, at in beginnings.list_joined(names))


def _places(kind: Kind, names: list[str]) -> Iterator[evidence.Evidence]:
    return (_derive(kind, name, "opened", at) for name, at in beginnings.list_opened(names))


_DERIVED: dict[Kind, Callable[[Kind, list[str]], Iterator[evidence.Evidence]]] = {
    Kind.STAFF: _service,
    Kind.SHIFT: _shifts,
    Kind.DAY: _days,
    Kind.LODGING: _lodging,
    Kind.UNIT: _units,
    Kind.PLACE: _places,
    Kind.FACILITY: _places,
}


def account_of(*, kind: Kind, subject: str, now: datetime) -> register.Account | None:
    """Everything one subject is owed as of `now`, done and open; None for a subject nobody knows. Of a traveller: what that person
    is owed, whichever of their wristbands is asked for."""
    rulebook = get_rulebook()
    subjects, records, given = _gather_all([(kind, subject)], rulebook, now)
    if not subjects:
        return None
    return register.duties_of(
        subject=subjects[0], evidence=records, waivers=given, rulebook=rulebook, now=now
    )


def _gather_all(
    stands: Iterable[Stand], rulebook: edition.Rulebook, now: datetime
) -> tuple[list[evidence.Subject], list[evidence.Evidence], list[evidence.Waiver]]:
    """What is known of these subjects, how far orders have moved the end of stays by `now`, and what was carried out of what was
    decided on objections."""
    subjects, records, given = gather(stands)
    records += carried.list_records(records=records)
    records += moves.list_records(subjects=subjects, records=records, rulebook=rulebook, now=now)
    return subjects, records, given


def work_out(*, stands: Iterable[Stand], now: datetime) -> int:
    """Work these subjects' duties out anew and write down what is open or opens within a day; how many that is."""
    wanted = sorted(set(stands))
    rulebook = get_rulebook()
    written = 0
    for start in range(0, len(wanted), CHUNK):
        chunk = _add_linked(wanted[start : start + CHUNK])
        subjects, records, given = _gather_all(chunk, rulebook, now)
        result = register.open_duties(
            subjects=subjects, evidence=records, waivers=given, rulebook=rulebook, now=now
        )
        written += _write(chunk, result, now)
    return written


def _add_linked(stands: list[Stand]) -> list[Stand]:
    """These, and every traveller whom a link has ever joined to one of them: what stands written down of them changes too."""
    travellers = {UUID(name) for kind, name in stands if kind is Kind.TRAVELLER}
    tied = rows.find_linked(travellers) - travellers if travellers else ()
    return stands + [(Kind.TRAVELLER, rows.key(one)) for one in sorted(tied)]


def _write(chunk: list[Stand], result: register.Register, now: datetime) -> int:
    owed = [
        models.Owed(
            subject_kind=d.kind.value,
            subject_id=d.subject,
            code=d.code,
            key=d.key,
            edition=d.edition,
            owner=d.owner,
            custodian_id=UUID(d.custodian) if d.custodian else None,
            opens_at=d.opens_at,
            due_at=d.due_at,
            overdue_at=d.overdue_at,
            level=d.level,
            told=d.told,
        )
        for d in result.list_duties(register.State.DUE, register.State.OVERDUE, register.State.UPCOMING)
        if d.opens_at <= now + AHEAD
    ]
    accounts = [
        models.Account(
            subject_kind=a.subject.kind.value,
            subject_id=a.subject.id,
            worked_out_at=now,
            changes_at=a.changes_at,
            without=a.without,
        )
        for a in result.accounts
    ]
    names: dict[str, list[str]] = defaultdict(list)
    for kind, name in chunk:
        names[kind.value].append(name)
    with transaction.atomic():
        for kind_value, ids in names.items():
            models.Owed.objects.filter(subject_kind=kind_value, subject_id__in=ids).delete()
            models.Account.objects.filter(subject_kind=kind_value, subject_id__in=ids).delete()
        models.Owed.objects.bulk_create(owed, batch_size=2_000)
        models.Account.objects.bulk_create(accounts, batch_size=2_000, ignore_conflicts=True)
        _escalate(names, result, now)
    return len(owed)


def _escalate(names: Mapping[str, list[str]], result: register.Register, now: datetime) -> None:
    """Write down every step of a ladder that was reached and not told yet."""
    told: set[str] = set()
    for kind, ids in names.items():
        steps = models.Escalation.objects.filter(subject_kind=kind, subject_id__in=ids)
        told.update(steps.values_list("id", flat=True))
    late = result.list_duties(register.State.OVERDUE, register.State.MISSED)
    models.Escalation.objects.bulk_create(
        [
            models.Escalation(
                id=step.id,
                subject_kind=step.duty.kind.value,
                subject_id=step.duty.subject,
                code=step.duty.code,
                key=step.duty.key,
                owner=step.duty.owner,
                told=step.told,
                level=step.level,
                custodian_id=UUID(step.duty.custodian) if step.duty.custodian else None,
                reached_at=step.reached_at,
                told_at=now,
            )
            for step in escalation.list_steps(duties=late, told=told)
        ],
        batch_size=2_000,
    )


def tick(*, now: datetime) -> int:
    """Keep the register true: work out whoever has new entries since the last tick, or whose duties change by time.

    Returns how many subjects were worked out. Every subject is seen on the first tick; the control total of that run
    is `check_total`. One tick at a time: another one, of whatever process, waits for it.
    """
    with locks.held(locks.REGISTER):
        return _tick(now)


def _tick(now: datetime) -> int:
    if not models.Port.objects.exists():
        return 0  # nothing is owed before there is a port
    mark, _ = models.Watermark.objects.get_or_create(name=WATERMARK)
    upto = entries.find_final()
    everybody = list_subjects()
    known = set(models.Account.objects.values_list("subject_kind", "subject_id"))
    stands = {s for s in everybody if (s[0].value, s[1]) not in known}
    stands |= _list_touched(mark.last_seq)
    due = models.Account.objects.filter(changes_at__lte=now).values_list("subject_kind", "subject_id")
    stands |= {(Kind(kind), name) for kind, name in due}
    # An opening within the day to come must be on the list by then: look again at whoever was worked out an hour ago.
    stale = models.Account.objects.filter(
        worked_out_at__lte=now - timedelta(hours=1), changes_at__isnull=False
    )
    stands |= {(Kind(kind), name) for kind, name in stale.values_list("subject_kind", "subject_id")}
    stands |= _list_working(everybody, mark.read_at, now)
    # What began to be in use is no entry about it either; once it is owed something it changes by time.
    idle = models.Account.objects.filter(changes_at__isnull=True).values_list("subject_kind", "subject_id")
    stands |= {(Kind(kind), name) for kind, name in idle} & beginnings.list_begun() & set(everybody)
    # A shift that nobody is put to has posts all the same.
    stands |= {(Kind.SHIFT, f"{one.on}/{one.shift}") for one in watch.list_alarms(now=now)}
    work_out(stands=stands, now=now)
    models.Watermark.objects.filter(name=WATERMARK).update(last_seq=upto, read_at=now)
    return len(stands)


def _list_working(everybody: list[Stand], read_at: datetime | None, now: datetime) -> set[Stand]:
    """Whom attendance or the bulletin may have changed since the last tick, since these are no entries of the book: staff who came,
    went or were put on leave, the shifts and days of the last few days, and older days that still owe their bulletin. All there ever was grows with the
    year: four hundred days of fifty officers took a tick eleven seconds.
    """
    latest = str(ports.find_day(at=now) - LOOKED_AT)
    stands = {s for s in everybody if s[0] in (Kind.SHIFT, Kind.DAY) and s[1] >= latest}
    owing = models.Owed.objects.filter(subject_kind=Kind.DAY.value).values_list("subject_id", flat=True)
    stands |= {(Kind.DAY, name) for name in owing}
    if read_at is not None:
        tapped = Q(in_at__gte=read_at - TAPPED) | Q(out_at__gte=read_at - TAPPED)
        people = models.Deployment.objects.filter(tapped).values_list("person_id", flat=True)
        stands |= {(Kind.STAFF, rows.key(one)) for one in people}
        written = Q(entered_at__gte=read_at - TAPPED) | Q(cancelled_at__gte=read_at - TAPPED)
        away = models.Absence.objects.filter(written).values_list("person_id", flat=True)
        stands |= {(Kind.STAFF, rows.key(one)) for one in away}
    return stands


def _list_touched(after: int) -> set[Stand]:
    """Subjects with entries newer than the mark."""
    stands = {
        (Kind(kind), name)
        for model in (models.Evidence, models.Waiver)
        for kind, name in model.objects.filter(seq__gt=after).values_list("subject_kind", "subject_id")
    }
    for model in (models.Scan, models.Admission):
        moved = model.objects.filter(seq__gt=after).values_list("traveller_id", flat=True)
        stands |= {(Kind.TRAVELLER, rows.key(t)) for t in moved}
    linked = models.Link.objects.filter(seq__gt=after).values_list("traveller_id", "same_as_id")
    stands |= {(Kind.TRAVELLER, rows.key(one)) for pair in linked for one in pair}
    stands |= {(Kind.TRAVELLER, rows.key(one)) for one in moves.list_touched(after=after)}
    taken_back = models.Withdrawal.objects.filter(seq__gt=after).values_list("evidence_id", flat=True)
    for kind, name in models.Evidence.objects.filter(id__in=taken_back).values_list(
        "subject_kind", "subject_id"
    ):
        stands.add((Kind(kind), name))
    decided = models.ReleaseDecision.objects.filter(Q(seq__gt=after) | Q(id__in=taken_back))
    stands |= {(Kind.TRAVELLER, rows.key(t)) for t in decided.values_list("traveller_id", flat=True)}
    return stands


def check_total() -> tuple[int, int, list[Stand]]:
    """The register's control total: subjects that can be owed something, those worked out, and the ones left out."""
    everybody = list_subjects()
    known = set(models.Account.objects.values_list("subject_kind", "subject_id"))
    left_out = [s for s in everybody if (s[0].value, s[1]) not in known]
    return len(everybody), len(everybody) - len(left_out), left_out
