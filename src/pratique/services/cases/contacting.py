"""From a tracing to what is owed: contacts named on record, exposed, put among contacts, staff off duty; and taken back.

Adopting a list again changes only what is different, so that a case may get another date or edition at any time: whoever is new
is added, whoever is no contact any more is withdrawn with the reason, what was done for all others stands.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.core.screening.edition import Channel
from pratique.core.tracing.contacts import Contact
from pratique.core.tracing.edition import Grade
from pratique.services import duty, health, register, tracing
from pratique.services.cases import book, channel, home, informing
from pratique.services.stay import exposure, relocation
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.withdrawn import without_withdrawn

Stand: TypeAlias = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Adoption:
    """What adopting a list changed: contacts new, changed (grade, ring or last exposure), withdrawn; and how many stand.

    `moved` are travellers whose channel changed, for whom trips and rooms are planned anew; `ordered` those for whom an
    extension of their stay was drawn up, which a second person signs and somebody serves.
    """

    new: tuple[Stand, ...]
    changed: tuple[Stand, ...]
    withdrawn: tuple[Stand, ...]
    close: int
    general: int
    second: int
    moved: tuple[UUID, ...]
    ordered: tuple[UUID, ...] = ()


def adopt(*, case: UUID, rules: str, second_ring: bool, by: UUID | None, now: datetime) -> Adoption:
    """Trace a case and put its contacts on record: every one `listed`, close ones of the first ring `exposed`.

    From these follow duties to tell, move and test by the edition in force. Nobody stays longer by it: for those whose days
    would end too early an extension is drawn up, signed by `by` as the first of two. Of a case that is ruled out nobody is a
    contact; the list of one that is closed stands as it was. Raises `Refused`: `case_unknown`, `case_closed`,
    `tracing_case_undated`, `tracing_rules_unknown`.
    """
    edition = tracing.get_edition(rules)
    with transaction.atomic():
        book.hold(case=case)
        standing = book.get(case=case)
        if standing.closed is not None and not standing.ruled_out:
            raise Refused(
                "case_closed",
                "the case is closed: its list stands; open it again by its wristband to change it",
            )
        wanted: dict[Stand, Contact] = {}
        if not standing.ruled_out:
            answer = tracing.trace(
                case=tracing.find_case(who=standing.subject, now=now),
                edition=edition,
                now=now,
                second_ring=second_ring,
            )
            wanted = _name([*answer.tracing.contacts, *(answer.second or ())])
        gone = home.find_left(travellers=[UUID(who) for kind, who in wanted if kind is Kind.TRAVELLER])
        left = frozenset(str(who) for who in gone)
        found = _write(_Adopting(standing, edition.code, by, now, left), wanted)
        # Whoever is alone in a room on a floor of contacts already is apart.
        close = [
            UUID(who) for (kind, who), one in wanted.items() if kind is Kind.TRAVELLER and is_exposed(one)
        ]
        relocation.note_of(travellers=close, by=by, now=now)
        here = [who for who in close if str(who) not in left]
        ordered = exposure.draw_up(travellers=here, case=standing.row.code, by=by, now=now)
    touched = {*found.new, *found.changed, *found.withdrawn, (Kind.CASE, str(case))}
    register.work_out(stands=touched, now=now)
    return replace(found, ordered=tuple(ordered))


def classify(
    *, judgement: book.Judgement, by: UUID | None, now: datetime, evidence_id: UUID | None = None
) -> Adoption | None:
    """Class a case as `book.classify` does. Where it is ruled out nobody is its contact any more: whoever was named is withdrawn at
    once, orders that rested on it are taken back; what that changed, None where nobody was named."""
    with transaction.atomic():
        standing = book.classify(judgement=judgement, by=by, now=now, evidence_id=evidence_id)
        if not standing.ruled_out or not list_standing(case=judgement.case):
            return None
        return adopt(case=judgement.case, rules=judgement.rules, second_ring=False, by=by, now=now)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a tracing says now, and what adopting it would change."""

    answer: tracing.Answer
    new: frozenset[Stand]
    gone: frozenset[Stand]


def preview(*, case: UUID, rules: str, second_ring: bool, now: datetime) -> Preview:
    """Trace a case and hold it against what is on record; nothing is written. Raises `Refused` as `adopt` does."""
    standing = book.get(case=case)
    answer = tracing.trace(
        case=tracing.find_case(who=standing.subject, now=now),
        edition=tracing.get_edition(rules),
        now=now,
        second_ring=second_ring,
    )
    wanted = _name([*answer.tracing.contacts, *(answer.second or ())])
    known = list_standing(case=case)
    return Preview(answer, frozenset(wanted.keys() - known.keys()), frozenset(known.keys() - wanted.keys()))


def _name(found: Iterable[Contact]) -> dict[Stand, Contact]:
    """Contacts by whom they are: staff who work here, or travellers (crews of flights among them). The first ring counts."""
    contacts = list(found)
    staff = set(models.Person.objects.filter(id__in=[c.who for c in contacts]).values_list("id", flat=True))
    named: dict[Stand, Contact] = {}
    for one in contacts:
        kind = Kind.STAFF if UUID(one.who) in staff else Kind.TRAVELLER
        named.setdefault((kind, str(one.who)), one)
    return named


@dataclass(frozen=True, slots=True)
class _Adopting:
    standing: book.Standing
    rules: str
    by: UUID | None
    now: datetime
    left: frozenset[str] = frozenset()

    @property
    def case(self) -> models.Case:
        return self.standing.row


def _write(adopting: _Adopting, wanted: Mapping[Stand, Contact]) -> Adoption:
    known = list_standing(case=adopting.case.id)
    fresh: list[tuple[UUID, duty.Done]] = []
    gone: list[tuple[models.Evidence, str]] = []
    new: list[Stand] = []
    changed: list[Stand] = []
    for stand, contact in wanted.items():
        pieces = _make_pieces(adopting, stand, contact)
        before = known.pop(stand, {})
        if not before:
            new.append(stand)
        elif {code: _content(row) for code, row in before.items()} != {
            code: _content_of(done) for code, done in pieces.items()
        }:
            changed.append(stand)
        for code, done in pieces.items():
            row = before.pop(code, None)
            if row is not None and _content(row) == _content_of(done):
                continue
            if row is not None:
                gone.append((row, f"{adopting.case.code}: replaced by a newer tracing"))
            fresh.append((make_id(), done))
        gone += [(row, f"{adopting.case.code}: no close contact any more") for row in before.values()]
    for rows in known.values():
        gone += [(row, f"{adopting.case.code}: no contact any more") for row in rows.values()]
    _withdraw([(row.id, because) for row, because in gone], adopting)
    duty.record_all(evidence=fresh, by=adopting.by, now=adopting.now)
    exposure.take_back(
        travellers=_list_unexposed(gone),
        because=f"{adopting.case.code}：密接名单已变更 The list of contacts has changed",
        by=adopting.by,
        now=adopting.now,
    )
    moved = _move(adopting, wanted, gone)
    count = _count(wanted)
    found = Adoption(
        new=tuple(new),
        changed=tuple(changed),
        withdrawn=tuple(sorted(known)),
        close=count["close"],
        general=count["general"],
        second=count["second"],
        moved=tuple(moved),
    )
    _note(adopting, found)
    return found


def _list_unexposed(gone: Iterable[tuple[models.Evidence, str]]) -> list[UUID]:
    """Travellers of whom an exposure is withdrawn, or told anew."""
    rows = (row for row, _ in gone if row.code == exposure.EXPOSED and row.subject_kind == Kind.TRAVELLER)
    return sorted({UUID(row.subject_id) for row in rows})


def _withdraw(gone: Iterable[tuple[UUID, str]], adopting: _Adopting) -> None:
    models.Withdrawal.objects.bulk_create(
        models.Withdrawal(
            id=make_id(),
            evidence_id=evidence,
            because=because,
            happened_at=adopting.now,
            recorded_at=adopting.now,
            by_id=adopting.by,
        )
        for evidence, because in gone
    )


def list_standing(*, case: UUID) -> dict[Stand, dict[str, models.Evidence]]:
    """What stands on record of a case's contacts: by whom, then by word (`listed`, `exposed`)."""
    rows = models.Evidence.objects.filter(code__in=("listed", "exposed"), about=str(case))
    found: dict[Stand, dict[str, models.Evidence]] = {}
    for row in without_withdrawn(rows).order_by("seq"):
        found.setdefault((Kind(row.subject_kind), row.subject_id), {})[row.code] = row
    return found


def _make_pieces(adopting: _Adopting, stand: Stand, contact: Contact) -> dict[str, duty.Done]:
    """What is put on record of a contact: that they are named, now; close ones that they were exposed, then."""
    told = {
        "case": adopting.case.code,
        "edition": adopting.rules,
        "ring": str(contact.ring),
        "grade": contact.grade.value,
        "rule": contact.reasons[0].rule,
    }
    kind, who = stand
    # Whoever has left is owed nothing here: their authority is told of them.
    named = told | {"here": "no" if who in adopting.left else "yes"}
    found = {"listed": duty.Done(kind.value, who, "listed", adopting.now, named, str(adopting.case.id))}
    if is_exposed(contact):
        last_at = min(contact.last_at, adopting.now)
        found["exposed"] = duty.Done(kind.value, who, "exposed", last_at, told, str(adopting.case.id))
    return found


def is_exposed(contact: Contact) -> bool:
    """Whether a contact is held like one: close, and of the first ring."""
    return contact.grade is Grade.CLOSE and contact.ring == 1


def _content(row: models.Evidence) -> tuple[Any, ...]:
    """What makes two records the same: for `listed` not when it was written."""
    return _same(row.code, row.happened_at, row.attributes)


def _content_of(done: duty.Done) -> tuple[Any, ...]:
    return _same(done.code, done.happened_at, done.attributes)


def _same(code: str, at: datetime, told: Mapping[str, Any]) -> tuple[Any, ...]:
    """For `listed` neither when it was written counts, nor that somebody has left since."""
    content = tuple(sorted((name, value) for name, value in told.items() if name != "here"))
    return (at if code == "exposed" else None), content


def _count(wanted: Mapping[Stand, Contact]) -> dict[str, int]:
    sorts = Counter("second" if c.ring == 2 else c.grade.value for c in wanted.values())
    return {name: sorts[name] for name in ("close", "general", "second")}


def _move(
    adopting: _Adopting, wanted: Mapping[Stand, Contact], gone: Iterable[tuple[models.Evidence, str]]
) -> list[UUID]:
    """Channels of travellers and duty of staff follow what now stands of them, by this case or another."""
    touched = {(Kind(row.subject_kind), row.subject_id) for row, _ in gone}
    exposed = {stand for stand, contact in wanted.items() if is_exposed(contact)}
    elsewhere = find_exposed(who=[who for _, who in touched - exposed])
    free = {stand for stand in touched - exposed if stand[1] not in elsewhere}
    code, now = adopting.case.code, adopting.now
    moved = channel.move(
        travellers=[UUID(who) for kind, who in exposed if kind is Kind.TRAVELLER],
        to=Channel.CONTACT.value,
        because=code,
        now=now,
    )
    moved += channel.move_back(
        travellers=[UUID(who) for kind, who in free if kind is Kind.TRAVELLER],
        of=Channel.CONTACT.value,
        because=f"{code}: no close contact any more",
        now=now,
    )
    for kind, who in sorted(exposed | free):
        if kind is Kind.STAFF:
            health.keep_hold(person=UUID(who), now=now)
    return moved


def find_exposed(*, who: Iterable[str]) -> set[str]:
    """Which of these people stand as exposed by any case."""
    rows = models.Evidence.objects.filter(code="exposed", subject_id__in=list(who))
    rows = without_withdrawn(rows)
    return set(rows.values_list("subject_id", flat=True))


def _note(adopting: _Adopting, found: Adoption) -> None:
    """On the case: that its list was adopted, and for each home authority how many contacts are theirs to be told of."""
    standing, now = adopting.standing, adopting.now
    told = {"edition": adopting.rules, "close": found.close, "general": found.general, "second": found.second}
    if _says_more(standing, told) or found.new or found.changed or found.withdrawn:
        book.record(case=adopting.case.id, code="traced", attributes=told, by=adopting.by, now=now)
    informing.count(case=adopting.case.id, by=adopting.by, now=now)


def _says_more(standing: book.Standing, told: Mapping[str, Any]) -> bool:
    """Whether adopting says more than the case has: other numbers, or that a case classed anew was looked at again."""
    last, judged = standing.last("traced"), standing.last("classified")
    if last is None or (judged is not None and judged.at > last.at):
        return True
    return dict(last.attributes) != told


def tell_home(*, case: UUID, key: str, by: UUID | None, now: datetime) -> models.Evidence:
    """A home authority was told of the contacts that are theirs. Raises `Refused`: `case_unknown`, `home_unknown`."""
    with transaction.atomic():
        book.hold(case=case)
        entries = [
            e
            for e in book.get(case=case).entries
            if e.code == "contacts_left" and e.attributes["home"] == key
        ]
        if not entries:
            raise Refused("home_unknown", "no contact of this case is theirs")
        told = {"home": key, "count": entries[-1].attributes["count"]}
        row = book.record(
            case=case, code="home_told", attributes=told, by=by, now=now, about=str(entries[-1].id)
        )
    register.work_out(stands=[(Kind.CASE, str(case))], now=now)
    return row
