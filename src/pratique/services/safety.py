"""The force's own safety: inspections whose defects become issues, supplies as a ledger, beds of the staff's lodging.

A defect found is an issue at once, filed under its topic and place, so that it is mended with proof and verified by
somebody else. A grave defect of a doffing is an exposure: off the post, by the same entry as any other.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from pratique import protocols
from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.core.safety import inspection, meals, stock
from pratique.core.safety.edition import About, Checklist, Edition
from pratique.core.safety.inspection import Answer, Judgement, Seen
from pratique.core.safety.meals import Serving
from pratique.core.safety.stock import Level, Move, Sort
from pratique.services import duty, health, issue, register, worn
from pratique.services.force import rules as force_rules
from pratique.services.stay import rooms
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import safety as looks

DEFECT_WITHIN = timedelta(hours=24)
GRAVE_WITHIN = timedelta(hours=2)
"""Until when a defect is to be mended: the port's choice."""

SUBJECTS = {About.FACILITY: Kind.FACILITY, About.PLACE: Kind.PLACE, About.LODGING: Kind.LODGING}
"""What an inspection is evidence for in the register of duties."""
DOFFING = "doffing"
DOFFED_WITHIN = timedelta(hours=3)
"""A doffing check so long after a shift is still of that shift."""
DISINFECTION_MINUTES = 30
"""How long an agent is left to act: the port's choice."""
DIETS = tuple(diet for diet in rooms.DIETS if diet != "baby")
"""What a kitchen must know of grown people."""


def get_rules() -> Edition:
    """The rules of internal safety in this port. Raises `Refused`: `safety_without_rules`."""
    port = models.Port.objects.get()
    found = protocols.find_safety(jurisdiction=port.jurisdiction)
    if found is None:
        raise Refused("safety_without_rules", f"no rules of internal safety hold in {port.jurisdiction}")
    return found


@dataclass(frozen=True, slots=True)
class Walk:
    """An inspection as it was made: by which checklist, of what (its id; of the lodging: `register.CENTRAL`), what was seen, and which
    unit mends it (None: whose it is by `issue.find_owner`)."""

    checklist: str
    subject: str
    seen: Mapping[str, Seen]
    owner: UUID | None = None


def inspect(
    *, walk: Walk, by: UUID | None, now: datetime, inspection_id: UUID | None = None
) -> models.Inspection:
    """Write an inspection down; its defects become issues, and the duty to inspect is discharged if all was in order.

    The same id again is the same inspection. Raises `Refused`: `checklist_unknown`, `subject_unknown`, `unit_unknown`, and what
    `inspection.judge` refuses.
    """
    known = models.Inspection.objects.filter(id=inspection_id).first() if inspection_id else None
    if known is not None:
        return known
    rules = get_rules()
    checklist = rules.find_checklist(walk.checklist)
    if checklist is None:
        raise Refused("checklist_unknown", f"{walk.checklist} is no checklist of {rules.code}")
    place = _find_place(checklist, walk.subject)
    owner = _find_owner(walk, checklist, place, by)
    judgement = inspection.judge(checklist=checklist, seen=walk.seen)
    with transaction.atomic():
        row = models.Inspection.objects.create(
            id=inspection_id or make_id(),
            checklist=checklist.code,
            edition=rules.code,
            about=checklist.about.value,
            subject_id=walk.subject,
            answers={code: [one.answer.value, one.note] for code, one in walk.seen.items()},
            passed=judgement.passed,
            grave=judgement.grave,
            happened_at=now,
            recorded_at=now,
            by_id=by,
        )
        _raise_defects(row, judgement, place, owner)
        kind = SUBJECTS.get(checklist.about)
        if kind is not None:
            attributes = {"passed": True} if judgement.passed else {}
            done = duty.Done(kind.value, walk.subject, "inspection", now, attributes)
            duty.record(evidence=done, by=by, now=now, evidence_id=uuid5(row.id, "evidence"))
        if checklist.code == DOFFING:
            _say_worn(rules, UUID(walk.subject), judgement, by, now)
        if checklist.code == DOFFING and judgement.grave:
            person = UUID(walk.subject)
            health.expose(
                person=person, because="breach", by=by, now=now, evidence_id=uuid5(row.id, "exposed")
            )
    return row


def _say_worn(rules: Edition, person: UUID, judgement: Judgement, by: UUID | None, now: datetime) -> None:
    """Who comes out whole wore what their post needs throughout, who does not wore nothing that counts: contacts of the shift
    are traced by that."""
    shifts = models.Deployment.objects.filter(person_id=person, in_at__isnull=False, starts_at__lte=now)
    shift = shifts.order_by("-starts_at").first()
    level = rules.find_level(shift.post) if shift else None
    if shift is not None and level is not None and now <= shift.ends_at + DOFFED_WITHIN:
        told = worn.Worn([shift.id], 0 if judgement.grave else int(level.code))
        worn.say(worn=told, by=by, now=now)


def _find_place(checklist: Checklist, subject: str) -> UUID | None:
    """The place an issue about it is filed at; what the checklist cannot be about is refused."""
    kinds = {About.FACILITY: ("facility",), About.PLACE: ("hall", "holding")}
    try:
        name = UUID(subject) if checklist.about is not About.LODGING else None
    except ValueError:
        raise Refused("subject_unknown", "choose what was inspected") from None
    found = {
        About.FACILITY: lambda: models.Custodian.objects.filter(
            id=name, kind__in=kinds[About.FACILITY]
        ).exists(),
        About.PLACE: lambda: models.Custodian.objects.filter(id=name, kind__in=kinds[About.PLACE]).exists(),
        About.VEHICLE: lambda: models.Vehicle.objects.filter(id=name).exists(),
        About.PERSON: lambda: models.Person.objects.filter(id=name).exists(),
        About.LODGING: lambda: subject == register.CENTRAL,
    }[checklist.about]()
    if not found:
        raise Refused("subject_unknown", f"there is no such {checklist.about.value} to inspect")
    return name if checklist.about in kinds else None


def _find_owner(walk: Walk, checklist: Checklist, place: UUID | None, by: UUID | None) -> UUID | None:
    """Whose the defects are: the unit chosen, else that of the vehicle, person or place, else the inspector's own."""
    if walk.owner is not None:
        if not models.Unit.objects.filter(id=walk.owner).exists():
            raise Refused("unit_unknown", "there is no such unit")
        return walk.owner
    looked_at = {About.VEHICLE: models.Vehicle, About.PERSON: models.Person}.get(checklist.about)
    unit = looked_at.objects.values_list("unit_id", flat=True).get(id=walk.subject) if looked_at else None
    return issue.find_owner(unit=unit, place=place, by=by)


def _raise_defects(
    row: models.Inspection, judgement: Judgement, place: UUID | None, owner: UUID | None
) -> None:
    now = row.happened_at
    for item, seen in judgement.defects:
        within = GRAVE_WITHIN if item.grave else DEFECT_WITHIN
        found = issue.Found(
            sort="problem",
            title=f"{item.title.zh} · {item.title.en}: {seen.note.strip()}",
            owner=owner,
            due_at=now + within,
            topic=item.topic,
            place=place,
            record=issue.Record("inspection", row.id),
        )
        issue.raise_issue(found=found, by=row.by_id, now=now, issue_id=name_issue(row, item.code))


def name_issue(row: models.Inspection, code: str) -> UUID:
    """The id of the issue that a defect of this line became."""
    return uuid5(row.id, code)


def list_issue_ids(row: models.Inspection) -> list[UUID]:
    """The ids of the issues that its defects became."""
    return [name_issue(row, code) for code, (answer, _) in row.answers.items() if answer == Answer.DEFECT]


@dataclass(frozen=True, slots=True)
class Stock:
    """A movement of a supply: in, out or counted, so many pieces."""

    supply: str
    sort: Sort
    quantity: int
    because: str = ""


def move_stock(
    *, told: Stock, by: UUID | None, now: datetime, move_id: UUID | None = None
) -> models.StockMove:
    """Write down what came in, went out or was counted. The same id again is the same movement.

    Raises `Refused`: `supply_unknown`, `quantity_negative`.
    """
    if get_rules().find_supply(told.supply) is None:
        raise Refused("supply_unknown", f"{told.supply} is not counted here")
    if told.quantity < 0 or (told.quantity == 0 and told.sort is not Sort.COUNT):
        raise Refused("quantity_negative", "pieces are never fewer than none: choose out, or count again")
    row, _ = models.StockMove.objects.get_or_create(
        id=move_id or make_id(),
        defaults={
            "supply": told.supply,
            "sort": told.sort.value,
            "quantity": told.quantity,
            "because": told.because.strip(),
            "happened_at": now,
            "recorded_at": now,
            "by_id": by,
        },
    )
    return row


def work_out_stock(*, now: datetime) -> dict[str, Level]:
    """How it stands with every supply of the rules."""
    moves: dict[str, list[Move]] = {one.code: [] for one in get_rules().supplies}
    rows = models.StockMove.objects.filter(happened_at__lte=now)
    for row in rows.values_list("supply", "sort", "quantity", "happened_at", "seq"):
        code, sort, quantity, at, seq = row
        moves.setdefault(code, []).append(Move(Sort(sort), quantity, at, seq))
    return {code: stock.fold(moves=own, now=now) for code, own in moves.items()}


def list_low(*, now: datetime) -> list[tuple[str, Level]]:
    """The supplies that are counted here and run low, those that last shortest first; none where there are no rules."""
    try:
        rules = get_rules()
    except Refused:
        return []
    levels = work_out_stock(now=now)
    low = [
        (one.code, levels[one.code])
        for one in rules.supplies
        if levels[one.code].counted_at and levels[one.code].is_low(days_min=one.days_min)
    ]
    return sorted(low, key=lambda pair: pair[1].days_left or 0.0)


def add_quarters(*, code: str, beds: int, note: str = "") -> models.Quarters:
    """A room of the staff's lodging. Raises `Refused`: `quarters_known`, `beds_missing`, `title_missing`."""
    if not code.strip():
        raise Refused("title_missing", "say which room it is")
    if beds < 1:
        raise Refused("beds_missing", "a room has a bed at least")
    try:
        with transaction.atomic():
            return models.Quarters.objects.create(code=code.strip(), beds=beds, note=note.strip())
    except IntegrityError:
        raise Refused("quarters_known", "there is a room of this number already") from None


def lodge(*, person: UUID, quarters: UUID, by: UUID | None, now: datetime) -> models.Berth:
    """Give somebody a bed; whoever has one already moves. Who is held for health reasons is lodged alone.

    Raises `Refused`: `person_unknown`, `quarters_unknown`, `quarters_full`, `lodged_alone`.
    """
    with transaction.atomic():
        room = models.Quarters.objects.select_for_update().filter(id=quarters, closed_at__isnull=True).first()
        if room is None:
            raise Refused("quarters_unknown", "there is no such room")
        if not models.Person.objects.filter(id=person, is_active=True).exists():
            raise Refused("person_unknown", "nobody of this id works here")
        there = models.Berth.objects.filter(quarters=room, until_at__isnull=True)
        if own := there.filter(person_id=person).first():
            return own
        others = set(there.values_list("person_id", flat=True))
        if len(others) >= room.beds:
            raise Refused("quarters_full", f"all {room.beds} beds are taken: choose another room")
        held = _list_held({*others, person})
        if others and held:
            raise Refused(
                "lodged_alone", "whoever is off their post for health sleeps alone: choose an empty room"
            )
        leave_quarters(person=person, now=now)
        return models.Berth.objects.create(quarters=room, person_id=person, from_at=now, by_id=by)


def _list_held(people: set[UUID]) -> set[UUID]:
    holds = models.Absence.objects.filter(
        person_id__in=people, sort="health", cancelled_at__isnull=True, until_on=None
    )
    return set(holds.values_list("person_id", flat=True))


def record_diets(*, person: UUID, diets: Collection[str]) -> models.Person:
    """Keep what a kitchen must know of somebody, in place of what was known. Raises `Refused`: `person_unknown`,
    `word_unknown`."""
    row: models.Person | None = models.Person.objects.filter(id=person, is_active=True).first()
    if row is None:
        raise Refused("person_unknown", "nobody of this id works here")
    if not set(diets) <= set(DIETS):
        raise Refused("word_unknown", f"choose among {', '.join(DIETS)}")
    row.diets = sorted(set(diets))
    row.save(update_fields=["diets"])
    return row


def list_servings(*, on: date) -> tuple[Serving, ...]:
    """What the kitchen cooks on a day: each meal by place and diet."""
    shifts = force_rules.get_rules().shifts
    hours = {name: (one.start_minutes, one.start_minutes + one.minutes) for name, one in shifts.items()}
    return meals.serve(meals=get_rules().meals, eaters=looks.list_eaters(on=on, hours=hours))


def disinfect_lodging(
    *, agent: str, by: UUID, now: datetime, evidence_id: UUID | None = None
) -> models.Evidence:
    """The shared areas of the staff's lodging were disinfected. The same id again is the same record."""
    told = {"agent": agent, "minutes": DISINFECTION_MINUTES}
    done = duty.Done(Kind.LODGING, register.CENTRAL, "disinfection", now, told)
    return duty.record(evidence=done, by=by, now=now, evidence_id=evidence_id)


def leave_quarters(*, person: UUID, now: datetime) -> bool:
    """Somebody gives up their bed; whether they had one."""
    return bool(models.Berth.objects.filter(person_id=person, until_at__isnull=True).update(until_at=now))
