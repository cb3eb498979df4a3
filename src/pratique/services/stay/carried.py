"""Whether what was decided on an objection was carried out: what the book shows of it, as records of the register.

Nobody types that a measure was lifted: a release that was signed, an order taken back, a way out that was scanned say so. Only what
was changed may be something that the book cannot know (a walk outside, a quieter room): that is said in words the traveller reads.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pratique.core.duties.evidence import Evidence, EvidenceId
from pratique.core.duties.vocabulary import Kind
from pratique.core.stay.order import Sort
from pratique.services.care import HOME_ISOLATION
from pratique.services.stay.orders import SERVED, WITHDRAWN
from pratique.store import models, rows
from pratique.store.queries.removals import ASKED, DROPPED
from pratique.store.withdrawn import without_withdrawn

LIFTED, CHANGED = "lifted", "changed"
CARRIED_OUT = "objection_done"
LEFT = frozenset({"released", "departed", "handed_over"})


@dataclass(frozen=True, slots=True)
class _Deeds:
    """What was done for one person that may carry a decision out, each with its moment: they left; a release was signed (which stands
    until when); isolation at home was ordered; a removal was asked for (by its id); an order was served (its sort); an order or a
    removal was taken back (by its id)."""

    left: list[datetime]
    released: list[tuple[datetime, datetime]]
    home: list[datetime]
    removals: dict[str, datetime]
    orders: dict[str, str]
    served: list[tuple[datetime, str]]
    taken_back: dict[str, datetime]


def list_records(*, records: Iterable[Evidence]) -> list[Evidence]:
    """A record for each answer that lifts or changes something, when it was carried out; `records` are those of whole persons."""
    own: dict[str, list[Evidence]] = defaultdict(list)
    answers = []
    for piece in records:
        if piece.kind is Kind.TRAVELLER and piece.withdrawn_at is None:
            own[piece.subject].append(piece)
            if piece.record == "objection_answer" and piece.attributes.get("outcome") in (LIFTED, CHANGED):
                answers.append(piece)
    if not answers:
        return []
    about = dict(
        models.Petition.objects.filter(id__in=[one.about for one in answers]).values_list("id", "about")
    )
    found = []
    for answer in answers:
        deeds = _read(UUID(answer.subject), own[answer.subject])
        moments = _list_moments(deeds, answer, about.get(UUID(answer.about), ""))
        if (at := min(moments, default=None)) is not None:
            name = EvidenceId(f"{CARRIED_OUT}/{answer.id}")
            found.append(Evidence(name, Kind.TRAVELLER, answer.subject, CARRIED_OUT, at, about=answer.id))
    return found


def _read(traveller: UUID, records: list[Evidence]) -> _Deeds:
    names = rows.list_names(traveller)
    orders = dict(models.StayOrder.objects.filter(traveller_id__in=names).values_list("id", "sort"))
    steps = list(models.StayOrderStep.objects.filter(order_id__in=orders, step__in=(SERVED, WITHDRAWN)))
    released = without_withdrawn(models.ReleaseDecision.objects.filter(traveller_id__in=names))
    dropped = {piece.about: piece.happened_at for piece in records if piece.record == DROPPED}
    return _Deeds(
        left=[piece.happened_at for piece in records if piece.record in LEFT],
        released=list(released.values_list("happened_at", "valid_until")),
        home=[piece.happened_at for piece in records if piece.attributes.get("measure") == HOME_ISOLATION],
        removals={piece.id: piece.happened_at for piece in records if piece.record == ASKED},
        orders={str(one): sort for one, sort in orders.items()},
        served=[(one.happened_at, orders[one.order_id]) for one in steps if one.step == SERVED],
        taken_back=dropped | {str(one.order_id): one.happened_at for one in steps if one.step == WITHDRAWN},
    )


def _list_moments(deeds: _Deeds, answer: Evidence, thing: str) -> Iterator[datetime]:
    """Each moment from which on the decision about a thing (the id of a measure, an order, a removal) was carried out, never
    before it was made."""
    decided_at = answer.happened_at
    if thing in deeds.taken_back:
        yield max(deeds.taken_back[thing], decided_at)
    yield from (max(at, decided_at) for at in deeds.left)
    yield from (max(at, decided_at) for at, until in deeds.released if until > decided_at)
    changed = answer.attributes.get("outcome") == CHANGED
    since = list(deeds.home)
    if changed or thing in deeds.removals:
        since += [at for one, at in deeds.removals.items() if one != thing]
    if changed or deeds.orders.get(thing) == Sort.REDUCE:
        since += [at for at, sort in deeds.served if changed or sort == Sort.EXTEND]
    yield from (at for at in since if at >= decided_at)
