"""What is known of a person under all of their wristbands together: the channel, whether under age, what a guest needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from pratique.store import models, rows
from pratique.store.withdrawn import without_withdrawn


@dataclass(frozen=True, slots=True)
class Facts:
    """A person's channel ("" for none yet) and whether they are under age."""

    channel: str
    under_age: bool


def find_facts(*, names: Mapping[UUID, Sequence[UUID]]) -> dict[UUID, Facts]:
    """Of each of these whom the book knows; `names` are those of each, as `rows.read_names` gives them. Of several wristbands the one
    screened last says the channel; under age under one is under age."""
    everybody = {name for own in names.values() for name in own}
    known = {
        one: (channel, under_age)
        for one, channel, under_age in models.Traveller.objects.filter(id__in=everybody).values_list(
            "id", "channel", "under_age"
        )
    }
    ranks = _rank_screened(name for own in names.values() if len(own) > 1 for name in own)
    found = {}
    for one, own in names.items():
        here = [name for name in own if name in known]
        channelled = [name for name in here if known[name][0]]
        last = max(channelled, key=lambda name: (ranks.get(str(name), 0), name == own[0]), default=None)
        if here:
            channel = known[last][0] if last else ""
            found[one] = Facts(channel, any(known[name][1] for name in here))
    return found


def _rank_screened(names: Iterable[UUID]) -> dict[str, int]:
    """Of these wristbands those under which somebody was screened, the last of them ranking highest."""
    screened = models.Evidence.objects.filter(
        subject_kind="traveller", subject_id__in=[str(name) for name in names], code="screened"
    )
    ordered = without_withdrawn(screened).order_by("happened_at", "seq").values_list("subject_id", flat=True)
    return {name: rank for rank, name in enumerate(ordered, 1)}


def find_guests(*, travellers: Iterable[UUID]) -> dict[UUID, models.Guest]:
    """What each of these needs of a room and eats, under whichever of their names it was written down; whoever has nothing is not in it."""
    names = rows.read_names(travellers)
    everybody = {name for own in names.values() for name in own}
    known = {row.traveller_id: row for row in models.Guest.objects.filter(traveller_id__in=everybody)}
    return {
        one: next(known[name] for name in own if name in known)
        for one, own in names.items()
        if known.keys() & set(own)
    }
