"""A home authority tells that somebody who had left became positive: a case of this port, traced by where they were here."""

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from pratique.core.answers import Problem, Refused
from pratique.core.duties.vocabulary import Kind
from pratique.formats import positive_list
from pratique.formats.positive_list import Positive
from pratique.services import identity, tracing
from pratique.services.cases import book
from pratique.store import models
from pratique.store.queries import ports


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a row: `case` if somebody was found (`fresh`: no case before); else `because` is a code:
    ``unknown`` (nobody fits) or ``several`` (more than one does)."""

    row: Positive
    case: models.Case | None
    fresh: bool = False
    because: str = ""


def take_in(*, data: bytes, by: UUID | None, now: datetime) -> tuple[tuple[Taken, ...], tuple[Problem, ...]]:
    """Read a file, find the people, and open a case of each with the dates given. Sent again it changes nothing.

    Nobody who is not found for certain becomes a case. Raises `Refused`: `reported_file_unreadable`.
    """
    found, problems = positive_list.read(data=data)
    if any(problem.fatal for problem in problems):
        raise Refused("reported_file_unreadable", "; ".join(p.message for p in problems))
    zone = ports.find_zone()
    return tuple(_take(row, zone, by, now) for row in found), problems


def _take(row: Positive, zone: ZoneInfo, by: UUID | None, now: datetime) -> Taken:
    people = _find(row)
    if len(people) != 1:
        return Taken(row, None, because="several" if people else "unknown")
    with transaction.atomic():
        before = book.find(subject=people[0])
        standing = book.get(case=before.id) if before else None
        case = book.open_case(
            opening=book.Opening(Kind.TRAVELLER, people[0], "home", row.reference), by=by, now=now
        )
        days = (row.onset_on, row.sampled_on, row.isolated_on)
        onset, sampled, isolated = (
            min(datetime.combine(day, time(), zone), now) if day else None for day in days
        )
        known = tracing.find_case(who=people[0], now=now)
        if (onset, sampled, isolated) != (known.onset_at, known.sampled_at, known.isolated_at):
            book.date(case=case.id, dates=book.Dates(onset, sampled, isolated), by=by, now=now)
        if _is_news(standing, said := _say(row)):
            sort = "confirmed" if onset else "asymptomatic"
            facts = {"positive", "symptoms"} if onset else {"positive"}
            judged = book.Judgement(case.id, sort, tracing.choose_rules(now=now), said, facts)
            book.classify(judgement=judged, by=by, now=now)
    return Taken(row, case, fresh=before is None)


def _say(row: Positive) -> str:
    """By what a case is classed: the letter, else that a home authority said so, with the day it speaks of."""
    day = row.onset_on or row.sampled_on
    return row.reference or f"told by the home authority {day or ''}".strip()


def _is_news(standing: book.Standing | None, said: str) -> bool:
    """Whether a positive makes a case of somebody: of one who is none, or whose case was closed, ruled out or never certain; by the
    same word only once, whatever was found out since."""
    if standing is None:
        return True
    by_it = (e for e in standing.entries if e.code == "classified" and e.attributes["because"] == said)
    return not book.is_certain(standing) and next(by_it, None) is None


def _find(row: Positive) -> list[UUID]:
    """Whom a row may mean: by wristband code, else by document, both with the date of birth where it is given."""
    if row.code:
        found = [one for one in [book.find_subject(code=row.code)] if one is not None]
    else:
        found = identity.find_by_document(number=row.document_number)
    if row.born_on is None or row.code:
        return found
    born = set(identity.find_by_birth(born_on=row.born_on))
    return [one for one in found if one in born]
