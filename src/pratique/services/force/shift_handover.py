"""The hand-over between shifts: a sheet that fills itself, signed by two people; the meeting's decisions and tasks."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from pratique.core.answers import Refused
from pratique.services import duty, issue, safety
from pratique.services.force import rules, watch
from pratique.store import locks, models
from pratique.store.queries import ports, tower, trips, upward

LINES_MAX = 60
OPENS = timedelta(hours=2)
"""A sheet can be signed from so long before the shift ends."""
TAKEN_BACK = "handover_taken_back"
OPEN_STAGES = ("cabin", "hall", "holding", "trip")


@dataclass(frozen=True, slots=True)
class Task:
    """What the meeting decided: in words; with a deadline or an owning unit it is a task, and an issue of its own."""

    text: str
    owner: UUID | None = None
    due_at: datetime | None = None

    @property
    def is_task(self) -> bool:
        """Whether somebody has to do it."""
        return self.owner is not None or self.due_at is not None


def find_shift(*, now: datetime) -> tuple[date, str]:
    """The shift that hands over next: the one that runs, or ended within the last hour and is not handed over."""
    shifts = list_shifts(now=now)
    for on, shift, ends_at in shifts:
        signed = models.ShiftHandover.objects.filter(on=on, shift=shift, incoming__isnull=False).exists()
        if not signed and ends_at > now - timedelta(hours=1):
            return on, shift
    return shifts[-1][:2]


def list_shifts(*, now: datetime) -> list[tuple[date, str, datetime]]:
    """Shifts that have begun within two days, with their ends, in order."""
    today = ports.find_day(at=now)
    found = []
    for step in (-2, -1, 0):
        for shift in rules.get_rules().shifts:
            starts_at, ends_at = rules.find_hours(on=today + timedelta(days=step), shift=shift)
            if starts_at <= now:
                found.append((today + timedelta(days=step), shift, ends_at))
    return sorted(found, key=lambda one: one[2])


def fill(*, now: datetime) -> dict[str, Any]:
    """The sheet as it stands: whoever and whatever is open, by itself. Travellers stand by code, never by name."""
    open_people = models.Position.objects.filter(inside=True, holder_kind__in=OPEN_STAGES)
    holders = dict(open_people.values_list("holder_id").annotate(Count("traveller_id")))
    named = models.Custodian.objects.filter(id__in=holders).order_by("kind", "code")
    owed = tower.count_owed(now=now)
    issues = models.Issue.objects.exclude(state="closed").order_by("due_at", "found_at")
    requests = [one for one in upward.list_upward(since_at=now) if not one.answer]
    out = trips.list_out_of_service(now=now)
    vehicles = trips.list_vehicles(now=now)
    adrift = models.Device.objects.filter(revoked_at=None, heard_at__isnull=False)
    exceptions = Counter(one.code for one in tower.list_exceptions(now=now))
    return {
        "at": now.isoformat(),
        "people": [[c.kind, c.name_zh, c.name_en, holders[c.id]] for c in named],
        "exceptions": sorted(exceptions.items()),
        "duties": [
            [one.owner, one.overdue, one.due_soon]
            for one in sorted(owed.values(), key=lambda one: (-one.overdue, one.owner))
            if one.overdue or one.due_soon
        ],
        "trips": [
            [one.vehicle.plate, one.destination.name_zh, one.destination.name_en, one.aboard]
            for one in trips.list_trips(now=now)
            if one.departed_at and not one.ended_at
        ],
        "vehicles": [[one.plate, "out"] for one in out]
        + [[one.plate, "disinfect"] for one in vehicles if one.soiled],
        "devices": [
            one.name
            for one in adrift.order_by("name")
            if abs(one.offset_seconds) > 120 or (one.heard_at and one.heard_at < now - timedelta(hours=12))
        ][:LINES_MAX],
        "issues": [
            [str(one.id), one.title, one.sort, one.due_at.isoformat() if one.due_at else ""]
            for one in issues[:LINES_MAX]
        ],
        "requests": [
            [str(one.id), one.unit.name_zh, one.unit.name_en, one.text, one.at.isoformat()]
            for one in requests[:LINES_MAX]
        ],
        "more": {
            "issues": max(0, issues.count() - LINES_MAX),
            "requests": max(0, len(requests) - LINES_MAX),
        },
        "stocks": [
            [code, level.on_hand, None if level.days_left is None else round(level.days_left, 1)]
            for code, level in safety.list_low(now=now)
        ],
        "posts": [[one.post, one.shift, one.sure, one.least] for one in watch.list_alarms(now=now)],
    }


def find(*, on: date, shift: str) -> models.ShiftHandover | None:
    """The hand-over of a shift, if anything of it was written down."""
    rows = models.ShiftHandover.objects.select_related("outgoing", "incoming")
    return rows.filter(on=on, shift=shift).first()


def list_history(*, limit: int = 30) -> list[models.ShiftHandover]:
    """Hand-overs, the latest first."""
    rows = models.ShiftHandover.objects.select_related("outgoing", "incoming")
    return list(rows.annotate(taken=Count("decisions")).order_by("-on", "-outgoing_at")[:limit])


def _open(on: date, shift: str, now: datetime) -> Any:
    """The row of a shift's hand-over, made if it is not there; under the lock of the force."""
    if shift not in rules.get_rules().shifts:
        raise Refused("shift_unknown", "there is no such shift")
    starts_at, ends_at = rules.find_hours(on=on, shift=shift)
    if now < ends_at - OPENS:
        raise Refused("handover_early", "a shift hands over from two hours before it ends")
    row, _ = models.ShiftHandover.objects.get_or_create(on=on, shift=shift)
    return models.ShiftHandover.objects.select_for_update().get(id=row.id)


def find_next(*, on: date, shift: str) -> tuple[date, str] | None:
    """The shift that takes over from one: the first to begin about when it ends; None where the rules know none."""
    starts_at, ends_at = rules.find_hours(on=on, shift=shift)
    after = [
        (rules.find_hours(on=on + timedelta(days=step), shift=other)[0], on + timedelta(days=step), other)
        for step in (0, 1, 2)
        for other in rules.get_rules().shifts
    ]
    ahead = sorted(one for one in after if one[0] > max(starts_at, ends_at - OPENS))
    return ahead[0][1:] if ahead else None


def find_before(*, on: date, shift: str) -> tuple[date, str] | None:
    """The shift that this one takes over from."""
    days = (on - timedelta(days=step) for step in (0, 1, 2))
    found = ((day, one) for day in days for one in rules.get_rules().shifts)
    return next((one for one in found if find_next(on=one[0], shift=one[1]) == (on, shift)), None)


def find_sides(*, person: UUID, on: date, shift: str) -> tuple[bool, bool]:
    """Whether somebody is down for the shift that hands over, and for the one that takes over; absent is not down."""
    going, coming = _list_down(on, shift)
    return going.filter(person_id=person).exists(), coming.filter(person_id=person).exists()


def leads(*, person: UUID, on: date, shift: str) -> bool:
    """Whether somebody holds the post that leads in the shift that goes or in the one that comes."""
    posts = [code for code, post in rules.get_rules().posts.items() if post.leads]
    return any(side.filter(person_id=person, post__in=posts).exists() for side in _list_down(on, shift))


def _list_down(on: date, shift: str) -> tuple[Any, Any]:
    """Who is down for the shift that goes, and for the one that comes."""
    down = models.Deployment.objects.filter(absent_at=None)
    following = find_next(on=on, shift=shift)
    coming = down.filter(on=following[0], shift=following[1]) if following else down.none()
    return down.filter(on=on, shift=shift), coming


def _hold_to_side(person: UUID, on: date, shift: str, *, outgoing: UUID | None) -> None:
    """Refuse who is only of the other side. Who is down for neither, as a commander of the day may be, signs for one side and somebody
    of the shifts for the other, unless nobody is down for either. `outgoing` is who has signed for the side that goes."""
    giving, taking = find_sides(person=person, on=on, shift=shift)
    if outgoing is None and taking and not giving:
        raise Refused("handover_other_side", "they come with the next shift: somebody of this one hands over")
    if outgoing is None:
        return
    if giving and not taking:
        raise Refused(
            "handover_other_side", "they are of the shift that goes: somebody of the next takes over"
        )
    if giving or taking or find_sides(person=outgoing, on=on, shift=shift)[0]:
        return
    if any(side.exists() for side in _list_down(on, shift)):
        raise Refused("handover_strangers", "who signed for the other side is of neither shift either")


def sign_out(*, on: date, shift: str, note: str, by: UUID, now: datetime) -> models.ShiftHandover:
    """The outgoing lead signs: the sheet stands as it is at this instant. Raises `Refused`: `shift_unknown`,
    `handover_early`, `handover_signed`; `handover_other_side` for who is down for the next shift and not for this one.
    """
    with transaction.atomic():
        locks.hold_in_transaction(locks.FORCE)
        row = _open(on, shift, now)
        if row.outgoing_id is not None:
            raise Refused("handover_signed", "the outgoing side has signed already")
        _hold_to_side(by, on, shift, outgoing=None)
        row.sheet, row.note, row.outgoing_id, row.outgoing_at = fill(now=now), note, by, now
        row.save(update_fields=["sheet", "note", "outgoing", "outgoing_at"])
    return row  # type: ignore[no-any-return]


def sign_in(*, on: date, shift: str, remark: str, by: UUID, now: datetime) -> models.ShiftHandover:
    """The incoming lead signs what the outgoing one has; nobody signs for both sides. Raises `Refused`: `shift_unknown`,
    `handover_early`, `handover_unsigned`, `handover_signed`, `second_person_needed`; `handover_other_side` for who is down
    for the shift that goes and not for the next; `handover_strangers` if both are down for neither though others are.
    """
    with transaction.atomic():
        locks.hold_in_transaction(locks.FORCE)
        row = _open(on, shift, now)
        if row.outgoing_id is None:
            raise Refused("handover_unsigned", "the outgoing side signs first")
        if row.incoming_id is not None:
            raise Refused("handover_signed", "the incoming side has signed already")
        if row.outgoing_id == by:
            raise Refused("second_person_needed", "who handed over cannot take over: somebody else signs")
        _hold_to_side(by, on, shift, outgoing=row.outgoing_id)
        row.remark, row.incoming_id, row.incoming_at = remark, by, now
        row.save(update_fields=["remark", "incoming", "incoming_at"])
        done = duty.Done("shift", f"{on}/{shift}", "handover", now, {"both_signed": True})
        duty.record(evidence=done, by=by, now=now, evidence_id=row.id)
    return row  # type: ignore[no-any-return]


def take_back(*, on: date, shift: str, because: str, by: UUID, now: datetime) -> models.ShiftHandover:
    """Who signed for the outgoing side takes it back before the other side has signed: the sheet fills itself again.

    Raises `Refused`: `shift_unknown`, `handover_early`, `handover_unsigned`, `handover_signed`, `signature_not_yours`,
    `reason_missing`.
    """
    if not because.strip():
        raise Refused("reason_missing", "say why")
    with transaction.atomic():
        locks.hold_in_transaction(locks.FORCE)
        row = _open(on, shift, now)
        if row.outgoing_id is None:
            raise Refused("handover_unsigned", "nobody has signed yet")
        if row.incoming_id is not None:
            raise Refused(
                "handover_signed", "both sides have signed: what was wrong is a remark of the next sheet"
            )
        if row.outgoing_id != by:
            raise Refused("signature_not_yours", "who signed takes it back")
        facts = {"because": because, "signed_at": row.outgoing_at.isoformat()}
        row.sheet, row.note, row.outgoing_id, row.outgoing_at = {}, "", None, None
        row.save(update_fields=["sheet", "note", "outgoing", "outgoing_at"])
        duty.record(evidence=duty.Done("shift", f"{on}/{shift}", TAKEN_BACK, now, facts), by=by, now=now)
    return row  # type: ignore[no-any-return]


def list_taken_back(*, on: date, shift: str) -> list[models.Evidence]:
    """Signatures of the outgoing side that were taken back, with why, the first first."""
    return list(
        models.Evidence.objects.filter(
            subject_kind="shift", subject_id=f"{on}/{shift}", code=TAKEN_BACK
        ).order_by("seq")
    )


def decide(
    *, on: date, shift: str, task: Task, by: UUID, now: datetime, decision_id: UUID | None = None
) -> models.Decision:
    """Write down what the meeting decided; a task becomes an issue. The same id again is the same decision."""
    if not task.text.strip():
        raise Refused("title_missing", "say in a sentence what was decided")
    if task.due_at is not None and task.due_at <= now:
        raise Refused("deadline_past", "the deadline is over already")
    with transaction.atomic():
        locks.hold_in_transaction(locks.FORCE)
        row = _open(on, shift, now)
        known = models.Decision.objects.filter(id=decision_id).first() if decision_id else None
        if known is not None:
            return known
        found = None
        if task.is_task:
            said = issue.Found(
                "problem",
                task.text,
                owner=task.owner,
                due_at=task.due_at,
                record=issue.Record("decision", row.id),
            )
            found = issue.raise_issue(found=said, by=by, now=now)
        values = {"id": decision_id} if decision_id else {}
        return models.Decision.objects.create(
            handover=row, text=task.text, issue=found, written_at=now, written_by_id=by, **values
        )
