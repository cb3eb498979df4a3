"""Complaints and objections of travellers: each starts a duty to answer, and is answered where the traveller can see it.

A complaint is an issue as well (it counts on the zero board) and is answered by its owner. An objection goes to a named
reviewer who did not order the measure. What is said is sealed and erased with the traveller's identity; that somebody
complained or objected, and was answered, is evidence and stays.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind, Words
from pratique.services import duty, identity, issue, register
from pratique.services.stay import carried
from pratique.services.window import measures, reviewers
from pratique.store import models, rows
from pratique.store.withdrawn import without_withdrawn

COMPLAINTS: dict[str, tuple[str, Words]] = {
    "care": ("health", Words("医疗照护", "medical care")),
    "food": ("food", Words("饮食饮水", "food or water")),
    "room": ("rooms", Words("房间或车辆", "room or vehicle")),
    "conduct": ("rights", Words("态度和做法", "how they were treated")),
    "waiting": ("information", Words("等候太久或没有告知", "waiting, or not told")),
    "privacy": ("rights", Words("数据或隐私", "data or privacy")),
    "money": ("other", Words("费用", "costs")),
    "other": ("other", Words("其他", "something else")),
}
"""Kind of complaint → the topic of its issue, and what the staff call it."""
OUTCOMES = {"complaint": ("answered",), "objection": ("kept", "changed", "lifted")}
"""Sort of petition → how it may be settled."""
PHRASES = ("received", "sorry", "mended", "checked", "reason", "minutes", "coming", "doctor", "consulate")
"""Answers that every language has (`say.phrase` of the sheets)."""
WORDS_MAX = 3_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What a traveller says: about which kind of complaint, or which measure (`measures.Measure.id`), in their words and in the
    language of their page."""

    about: str
    words: str
    language: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: a phrase, own words, and the outcome that settles it (empty: more follows)."""

    phrase: str = ""
    words: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Replied:
    """An answer as its reader may see it."""

    at: datetime
    by: UUID | None
    phrase: str
    words: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Petition:
    """A petition as its reader may see it; words are empty once erased. `measure` is the word of the measure that an
    objection is about."""

    id: UUID
    traveller: UUID
    sort: str
    about: str
    measure: str
    words: str
    language: str
    asked_at: datetime
    due_at: datetime | None
    settled_at: datetime | None
    reviewer: UUID | None
    replies: tuple[Replied, ...]

    @property
    def changes(self) -> bool:
        """Whether it was decided that something is lifted or changed."""
        return any(one.outcome in (carried.LIFTED, carried.CHANGED) for one in self.replies)

    @property
    def is_changed(self) -> bool:
        """Whether it was decided that something is changed."""
        return any(one.outcome == carried.CHANGED for one in self.replies)


@dataclass(frozen=True, slots=True)
class Carrying:
    """A decision that changes something: until when it is to be carried out, when it was (None: not yet)."""

    due_at: datetime
    done_at: datetime | None


def complain(*, traveller: UUID, asked: Asked, now: datetime, petition_id: UUID) -> models.Petition:
    """A traveller complains: an issue on the zero board, a duty to answer. The same id again is the same complaint.

    Raises `Refused`: `traveller_unknown`, `word_unknown`, `words_missing`, `words_long`.
    """
    if asked.about not in COMPLAINTS:
        raise Refused("word_unknown", f"a complaint is about one of {', '.join(COMPLAINTS)}")
    with transaction.atomic():
        row, fresh = _write(traveller, "complaint", asked, now, petition_id)
        if fresh:
            topic, said = COMPLAINTS[asked.about]
            found = issue.Found(
                sort="complaint",
                title=f"旅客投诉：{said.zh} · Complaint of a traveller: {said.en}",
                owner=issue.find_owner(traveller=traveller),
                due_at=row.due_at,
                traveller=traveller,
                topic=topic,
                record=issue.Record("complaint", row.id),
            )
            issue.raise_issue(found=found, by=None, now=now, issue_id=row.id)
    return row


def object_to(*, traveller: UUID, asked: Asked, now: datetime, petition_id: UUID) -> models.Petition:
    """A traveller objects to a measure: a named reviewer who did not order it, a duty to answer with reasons.

    Raises `Refused`: `traveller_unknown`, `measure_unknown`, `words_missing`, `words_long`.
    """
    if asked.about not in {one.id for one in measures.list_open_to_objection(traveller=traveller)}:
        raise Refused("measure_unknown", "no such measure was ordered for this traveller")
    with transaction.atomic():
        return _write(traveller, "objection", asked, now, petition_id)[0]


def _write(
    traveller: UUID, sort: str, asked: Asked, now: datetime, petition_id: UUID
) -> tuple[models.Petition, bool]:
    found = models.Petition.objects.filter(id=petition_id).first()
    if found is not None:
        return found, False
    if not asked.words.strip():
        raise Refused("words_missing", "say it in a few words")
    if len(asked.words) > WORDS_MAX:
        raise Refused("words_long", f"at most {WORDS_MAX} letters")
    if not models.Traveller.objects.filter(id=traveller).exists():
        raise Refused("traveller_unknown", "there is no such traveller")
    about = asked.about if sort == "objection" and asked.about != measures.STAY else ""
    done = duty.Done("traveller", str(traveller), sort, now, about=about)
    duty.record(evidence=done, by=None, now=now, evidence_id=petition_id)
    key, sealed = _seal(asked.words, petition_id)
    row = models.Petition.objects.create(
        id=petition_id,
        traveller_id=traveller,
        sort=sort,
        about=asked.about,
        language=asked.language,
        key=key,
        sealed=sealed,
        asked_at=now,
        due_at=_find_due(traveller, sort, petition_id, now),
        reviewer_id=reviewers.choose(traveller=traveller, about=asked.about, now=now)
        if sort == "objection"
        else None,
    )
    return row, True


def _find_due(traveller: UUID, sort: str, evidence: UUID, now: datetime) -> datetime | None:
    """Until when the protocols in force owe an answer to this; None where none does."""
    account = register.account_of(kind=Kind.TRAVELLER, subject=str(traveller), now=now)
    owed = (d.due_at for d in account.duties if d.code == sort and d.key == str(evidence)) if account else ()
    return next(iter(owed), None)


def name_reviewers() -> dict[UUID, tuple[str, str]]:
    """Petition → the Chinese and the English name of its reviewer, of the petitions of this connection's visit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT petition_id, name_zh, name_en FROM window_reviewers()")
        return {petition: (zh, en) for petition, zh, en in cursor.fetchall()}


def _seal(words: str, about: UUID) -> tuple[str, bytes]:
    if not words.strip():
        return "", b""
    return identity.seal_bytes(
        content=words.strip().encode(), about=about, keys=settings.PRATIQUE_WINDOW_KEYS
    )


def _open(key: str, sealed: bytes, about: UUID) -> str:
    if not sealed:
        return ""
    opened = identity.open_bytes(
        key=key, sealed=bytes(sealed), about=about, keys=settings.PRATIQUE_WINDOW_KEYS
    )
    return opened.decode()


def reply(*, petition: UUID, answer: Answer, by: UUID, now: datetime, reply_id: UUID) -> models.Petition:
    """Answer a petition; an outcome settles it, ends the duty and, of a complaint, mends its issue.

    Raises `Refused`: `petition_unknown`, `petition_settled`, `words_missing`, `words_long`, `word_unknown`; `reviewer_only`
    where an objection is settled by another than its reviewer, or, where none was found, by somebody who reviews none.
    """
    if len(answer.words) > WORDS_MAX:
        raise Refused("words_long", f"at most {WORDS_MAX} letters")
    with transaction.atomic():
        row = models.Petition.objects.select_for_update().filter(id=petition).first()
        if row is None:
            raise Refused("petition_unknown", "there is no such complaint or objection")
        if models.Reply.objects.filter(id=reply_id).exists():
            return row
        _check_answer(row, answer, by, now)
        key, sealed = _seal(answer.words, reply_id)
        models.Reply.objects.create(
            id=reply_id,
            petition=row,
            phrase=answer.phrase,
            outcome=answer.outcome,
            key=key,
            sealed=sealed,
            at=now,
            by_id=by,
        )
        if answer.outcome:
            _settle(row, answer, by, now)
    return row


def _check_answer(row: Any, answer: Answer, by: UUID, now: datetime) -> None:
    if row.settled_at is not None:
        raise Refused("petition_settled", "it has been answered already: read the answer first")
    if answer.phrase and answer.phrase not in PHRASES:
        raise Refused("word_unknown", f"a phrase is one of {', '.join(PHRASES)}")
    if answer.outcome and answer.outcome not in OUTCOMES[row.sort]:
        raise Refused("word_unknown", f"it ends as one of {', '.join(OUTCOMES[row.sort])}")
    if not answer.phrase and not answer.words.strip():
        raise Refused("words_missing", "say something: they read it")
    if answer.outcome and row.sort == "objection":
        if row.reviewer_id not in (None, by) or not _reviews(by, now):
            raise Refused("reviewer_only", "only the named reviewer decides an objection")
        if _has_ordered(row, by):
            raise Refused("second_person_needed", "who ordered the measure cannot decide about the objection")
        if not answer.words.strip():
            raise Refused("words_missing", "a decision about an objection is given with its reasons")


def may_settle(*, petition: Petition, by: UUID, now: datetime) -> bool:
    """Whether `by` may settle this: of an objection its reviewer, or where none was found whoever reviews; nobody who ordered it."""
    if petition.sort != "objection":
        return True
    if petition.reviewer not in (None, by) or not _reviews(by, now):
        return False
    return by not in measures.list_who_ordered(traveller=petition.traveller, about=petition.about)


def _reviews(person: UUID, now: datetime) -> bool:
    roles = reviewers.list_roles(now=now)
    return models.Person.objects.filter(id=person, is_active=True, role__in=roles).exists()


def _has_ordered(row: Any, by: UUID) -> bool:
    return by in measures.list_who_ordered(traveller=row.traveller_id, about=row.about)


def _settle(row: Any, answer: Answer, by: UUID, now: datetime) -> None:
    row.settled_at = now
    row.save(update_fields=["settled_at"])
    told = {"outcome": answer.outcome} if row.sort == "objection" else {}
    done = duty.Done("traveller", str(row.traveller_id), f"{row.sort}_answer", now, told, about=str(row.id))
    duty.record(evidence=done, by=by, now=now)
    if answer.outcome in (carried.LIFTED, carried.CHANGED):
        register.work_out(stands=[(Kind.TRAVELLER, str(row.traveller_id))], now=now)
    opened = models.Issue.objects.filter(id=row.id, state="open").exists()
    if row.sort == "complaint" and opened:
        because = "已答复旅客 The traveller has been answered"
        issue.step(issue=row.id, step="mended", because=because, by=by, now=now)


def assign(*, petition: UUID, reviewer: UUID, now: datetime) -> None:
    """Give an objection to another reviewer who did not order the measure. Raises `Refused`: `petition_unknown`,
    `petition_settled`, `second_person_needed`, `reviewer_only`."""
    with transaction.atomic():
        row: Any = models.Petition.objects.select_for_update().filter(id=petition, sort="objection").first()
        if row is None:
            raise Refused("petition_unknown", "there is no such objection")
        if row.settled_at is not None:
            raise Refused("petition_settled", "it has been decided already")
        if _has_ordered(row, reviewer):
            raise Refused("second_person_needed", "who ordered the measure cannot examine the objection")
        able = reviewers.list_able(traveller=row.traveller_id, about=row.about, now=now)
        if reviewer not in [one.pk for one in able]:
            raise Refused("reviewer_only", "only the roles that the rules name examine objections")
        row.reviewer_id = reviewer
        row.save(update_fields=["reviewer"])


def list_of(*, traveller: UUID) -> list[Petition]:
    """What one traveller has asked, the latest first, with every answer."""
    own = models.Petition.objects.filter(traveller_id__in=rows.list_names(traveller))
    return _show(own.order_by("-asked_at"))


def find(*, petition: UUID) -> Petition | None:
    """One petition, waiting or settled."""
    return next(iter(_show(models.Petition.objects.filter(id=petition))), None)


def list_open() -> list[Petition]:
    """What waits for an answer, whose time ends first."""
    waiting = models.Petition.objects.filter(settled_at__isnull=True)
    return _show(waiting.order_by("due_at", "asked_at"))


def list_settled(*, since: datetime) -> list[Petition]:
    """What was settled since then, the latest first."""
    return _show(models.Petition.objects.filter(settled_at__gte=since).order_by("-settled_at"))


def _show(petitions: Iterable[Any]) -> list[Petition]:
    found = list(petitions)
    replies: dict[UUID, list[Replied]] = {}
    answers: Iterable[Any] = models.Reply.objects.filter(petition_id__in=[row.id for row in found])
    for one in sorted(answers, key=lambda reply: reply.at):
        said = Replied(one.at, one.by_id, one.phrase, _open(one.key, one.sealed, one.id), one.outcome)
        replies.setdefault(one.petition_id, []).append(said)
    named = measures.name_measures(about=[row.about for row in found if row.sort == "objection"])
    return [
        Petition(
            id=row.id,
            traveller=row.traveller_id,
            sort=row.sort,
            about=row.about,
            measure=named.get(row.about, ""),
            words=_open(row.key, row.sealed, row.id),
            language=row.language,
            asked_at=row.asked_at,
            due_at=row.due_at,
            settled_at=row.settled_at,
            reviewer=row.reviewer_id,
            replies=tuple(replies.get(row.id, ())),
        )
        for row in found
    ]


def list_carrying(*, petitions: Iterable[Petition], now: datetime) -> dict[UUID, Carrying]:
    """Of these petitions those where it was decided that something changes, and how it stands with that."""
    settled = {str(one.id): one for one in petitions if one.settled_at is not None and one.changes}
    answers = models.Evidence.objects.filter(code="objection_answer", about__in=settled)
    found = {}
    for answer in without_withdrawn(answers):
        one = settled[answer.about]
        account = register.account_of(kind=Kind.TRAVELLER, subject=str(one.traveller), now=now)
        if account is None:
            continue
        for owed in account.duties:
            if owed.code == carried.CARRIED_OUT and owed.key == str(answer.id):
                done = [piece.happened_at for piece in account.held if piece.id in owed.evidence]
                found[one.id] = Carrying(owed.due_at, min(done, default=None))
    return found


def list_to_carry_out(*, now: datetime) -> list[tuple[Petition, Carrying]]:
    """What was decided on objections and the book does not show to be carried out, whose time ends first."""
    owed = models.Owed.objects.filter(subject_kind=Kind.TRAVELLER.value, code=carried.CARRIED_OUT)
    answers = models.Evidence.objects.filter(id__in=[UUID(key) for key in owed.values_list("key", flat=True)])
    waiting = _show(models.Petition.objects.filter(id__in=[UUID(one.about) for one in answers]))
    carrying = list_carrying(petitions=waiting, now=now)
    found = [(one, carrying[one.id]) for one in waiting if one.id in carrying]
    return sorted((pair for pair in found if pair[1].done_at is None), key=lambda pair: pair[1].due_at)


def carry_out(*, petition: UUID, words: str, by: UUID, now: datetime, reply_id: UUID) -> None:
    """Say what was changed by a decision, where the book cannot know it: the traveller reads it, and the duty is done.

    Raises `Refused`: `petition_unknown`, `words_missing`, `words_long`; `petition_not_changed` where nothing was to be changed: that
    a measure is lifted is shown by a release, a way home or an order taken back, and by no words.
    """
    if not words.strip():
        raise Refused("words_missing", "say what was changed: they read it")
    if len(words) > WORDS_MAX:
        raise Refused("words_long", f"at most {WORDS_MAX} letters")
    with transaction.atomic():
        row: Any = models.Petition.objects.select_for_update().filter(id=petition, sort="objection").first()
        if row is None:
            raise Refused("petition_unknown", "there is no such objection")
        decided = models.Evidence.objects.filter(code="objection_answer", about=str(petition))
        answer = without_withdrawn(decided).filter(attributes__outcome=carried.CHANGED).first()
        if answer is None:
            raise Refused("petition_not_changed", "it was not decided that something changes")
        if models.Reply.objects.filter(id=reply_id).exists():
            return
        key, sealed = _seal(words, reply_id)
        models.Reply.objects.create(id=reply_id, petition=row, key=key, sealed=sealed, at=now, by_id=by)
        done = duty.Done("traveller", str(row.traveller_id), carried.CARRIED_OUT, now, about=str(answer.id))
        duty.record(evidence=done, by=by, now=now)


def erase_due(*, on: date) -> int:
    """Erase what was said, and contact data, of travellers whose identity is due to be erased or was; how many rows."""
    due = identity.list_due(on=on)
    asked = models.Petition.objects.filter(traveller_id__in=due).exclude(sealed=b"")
    answered = models.Reply.objects.filter(petition__traveller_id__in=due).exclude(sealed=b"")
    contacts = models.ContactVersion.objects.filter(traveller_id__in=due)
    with transaction.atomic():
        return answered.update(sealed=b"") + asked.update(sealed=b"") + contacts.delete()[0]
