"""What an auditor reads: the seals, and who looked at whom."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pratique.store import models

PAGE = 100


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody looked at somebody's identity (or did something of weight), on which page, why."""

    at: datetime
    person: models.Person | None
    traveller: UUID | None
    code: str
    what: str
    because: str


def list_seals(*, limit: int = 20) -> list[models.Seal]:
    """The latest seals, the newest first."""
    return list(models.Seal.objects.order_by("-number")[:limit])


def count_entries() -> int:
    """How many entries are sealed."""
    last = models.Seal.objects.order_by("-number").first()
    return last.last_seq if last else 0


def list_accesses(
    *, before_id: int | None = None, traveller: UUID | None = None
) -> tuple[list[Looked], int | None]:
    """A page of the access log, newest first, and where the next page starts (None at the end)."""
    rows = models.Access.objects.order_by("-id")
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    if traveller is not None:
        rows = rows.filter(traveller_id=traveller)
    shown = list(rows[: PAGE + 1])
    people = models.Person.objects.in_bulk({r.person_id for r in shown if r.person_id})
    codes = dict(
        models.Traveller.objects.filter(id__in={r.traveller_id for r in shown if r.traveller_id}).values_list(
            "id", "code"
        )
    )
    looked = [
        Looked(
            r.at, people.get(r.person_id), r.traveller_id, codes.get(r.traveller_id, ""), r.what, r.because
        )
        for r in shown[:PAGE]
    ]
    return looked, shown[PAGE - 1].id if len(shown) > PAGE else None
