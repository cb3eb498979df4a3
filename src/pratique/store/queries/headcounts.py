"""Headcounts beside the book: what still differs, and one count with everything it says.

A difference is open until whoever it names is scanned or called again, or the count is corrected; it is the same rule
as `core.custody.proofs.Roll`, asked of the positions so that a board can ask it all the time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from pratique.core.answers import Objection
from pratique.core.custody import fold, proofs
from pratique.store import models, rows
from pratique.store.queries import ports, travellers

SINCE = timedelta(days=3)
"""A board looks back so far. The proofs look at every count, and whoever is inside is overdue long before."""

_CALLED = """
WITH standing AS (
    SELECT h.id, h.custodian_id, h.happened_at, h.seq, COALESCE(k.names, h.names) AS names
    FROM store_headcount h
    LEFT JOIN LATERAL (SELECT names FROM store_headcountcorrection c WHERE c.headcount_id = h.id
                       ORDER BY c.seq DESC LIMIT 1) k ON true
    WHERE h.names IS NOT NULL AND h.happened_at > %(since)s AND h.happened_at <= %(now)s
), linked AS (
    SELECT DISTINCT ON (traveller_id) traveller_id, same_as_id FROM store_link
    ORDER BY traveller_id, happened_at DESC, recorded_at DESC
), called AS (
    SELECT DISTINCT ON (t.traveller_id) t.* FROM (
        SELECT s.id, s.custodian_id, s.happened_at, s.seq, COALESCE(l.same_as_id, n.name::uuid) AS traveller_id
        FROM standing s CROSS JOIN LATERAL jsonb_array_elements_text(s.names) AS n(name)
        LEFT JOIN linked l ON l.traveller_id = n.name::uuid) t
    ORDER BY t.traveller_id, t.happened_at DESC, t.seq DESC
)
"""

_MISSING = """
SELECT p.traveller_id, p.flight_id, h.id, h.happened_at, 'headcount_missing'
FROM (SELECT DISTINCT ON (custodian_id) * FROM standing ORDER BY custodian_id, happened_at DESC, seq DESC) h
JOIN store_position p ON p.holder_id = h.custodian_id
LEFT JOIN called c ON c.traveller_id = p.traveller_id
WHERE p.inside AND p.seen_at <= h.happened_at AND (c.happened_at IS NULL OR c.happened_at < h.happened_at)
"""
"""Whom the book has with a custodian that last called names without them, and nobody has seen or called since."""

_UNEXPECTED = """
SELECT c.traveller_id, p.flight_id, c.id, c.happened_at, 'headcount_unexpected'
FROM called c LEFT JOIN store_position p ON p.traveller_id = c.traveller_id
WHERE p.traveller_id IS NULL OR (p.holder_id <> c.custodian_id AND p.seen_at <= c.happened_at)
"""
"""Who was called last by a custodian with whom the book does not have them, and has not been seen since."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A traveller of whom a headcount and the book say different things, and nobody has answered for it yet."""

    traveller: UUID
    flight: UUID | None
    headcount: UUID
    happened_at: datetime
    code: str


def list_missing(*, now: datetime) -> list[Difference]:
    """Whoever was not named by the last roll call of their custodian and has not been seen since."""
    return _run(_CALLED + _MISSING, now)


def list_differences(*, now: datetime) -> list[Difference]:
    """Whoever was missing or unexpected at a roll call and has not been seen or called since."""
    return _run(f"{_CALLED} {_MISSING} UNION ALL {_UNEXPECTED}", now)


def _run(statement: str, now: datetime) -> list[Difference]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"now": now, "since": now - SINCE})
        return sorted(
            (Difference(*row) for row in cursor.fetchall()), key=lambda d: (d.happened_at, d.traveller)
        )


def list_heads(*, now: datetime) -> list[tuple[UUID, datetime]]:
    """Headcounts without names, the last of their custodian, whose number is not that of the book: id and instant."""
    last = (
        models.Headcount.objects.filter(happened_at__gt=now - SINCE, happened_at__lte=now)
        .order_by("custodian_id", "-happened_at", "-seq")
        .distinct("custodian_id")
    )
    found = []
    for stated in last:
        if stated.names is None:
            (count,) = rows.read_headcounts(only=[stated.id]).values()
            if proofs.headcount(books=_fold_near(stated, count), count=count):
                found.append((stated.id, stated.happened_at))
    return found


@dataclass(frozen=True, slots=True)
class Statement:
    """A headcount or a correction of it, as it was made."""

    at: datetime
    by: models.Person | None
    heads: int
    because: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One headcount with its corrections, and who it names or should have named.

    `present` are those who were called, `absent` those whom the book had there and who were not; `open` and `answered`
    are the differences as the proof judges them now.
    """

    id: UUID
    post: ports.Post | None
    statements: tuple[Statement, ...]
    named: bool
    heads: int
    held: int
    present: tuple[travellers.Card, ...]
    absent: tuple[travellers.Card, ...]
    open: tuple[Objection, ...]
    answered: tuple[Objection, ...]


def find_sheet(*, headcount: UUID) -> Sheet | None:
    """Everything about one headcount, judged from the entries; None for one that nobody made."""
    stated = models.Headcount.objects.filter(id=headcount).first()
    if stated is None:
        return None
    counts = rows.read_headcounts(since_at=stated.happened_at)
    count = counts[headcount]
    books = _fold_near(stated, count)
    still_open, answered = proofs.headcounts(books=books, counts=list(counts.values()))
    held = proofs.held_at(books=books, custodian=count.custodian, at=count.happened_at)
    own = {(o.code, o.subject) for o in proofs.headcount(books=books, count=count)}
    named = frozenset(map(books.read_as, count.names or ()))
    return Sheet(
        id=headcount,
        post=ports.find_post(post=stated.custodian_id),
        statements=tuple(_list_statements(stated)),
        named=count.names is not None,
        heads=count.heads,
        held=len(held),
        present=tuple(travellers.list_cards(travellers=[UUID(t) for t in named])),
        absent=tuple(travellers.list_cards(travellers=[UUID(t) for t in held - named]))
        if count.names is not None
        else (),
        open=tuple(o for o in still_open if (o.code, o.subject) in own),
        answered=tuple(o for o in answered if (o.code, o.subject) in own),
    )


def _fold_near(stated: models.Headcount, count: proofs.Headcount) -> fold.Books:
    """The books of everybody who was called, is held there, or has been scanned there."""
    near = {UUID(t) for t in count.names or ()}
    near |= set(
        models.Position.objects.filter(holder_id=stated.custodian_id, inside=True).values_list(
            "traveller_id", flat=True
        )
    )
    near |= set(
        models.Scan.objects.filter(
            custodian_id=stated.custodian_id, happened_at__lte=stated.happened_at,
            traveller_id__in=models.Position.objects.filter(seen_at__gte=stated.happened_at).values("traveller_id"),
        ).values_list("traveller_id", flat=True)
    )  # fmt: skip
    wanted = sorted(rows.find_linked(near))
    return fold.fold(journal=rows.read_journal(wanted), ground=rows.read_ground())


def _list_statements(stated: models.Headcount) -> list[Statement]:
    corrections = list(models.HeadcountCorrection.objects.filter(headcount_id=stated.id).order_by("seq"))
    people = models.Person.objects.in_bulk([e.by_id for e in (stated, *corrections) if e.by_id])
    first = Statement(stated.happened_at, people.get(stated.by_id), stated.heads)
    return [
        first,
        *(Statement(c.happened_at, people.get(c.by_id), c.heads, c.because) for c in corrections),
    ]
