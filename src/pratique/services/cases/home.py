"""Whose business somebody is who has left: the prefecture that took them over or accepted them, else the country that issued their document."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from pratique.core.custody.entry import Kind
from pratique.services import identity
from pratique.store import models
from pratique.store.queries import onwards

UNKNOWN = "unknown"
"""Nobody knows where they are at home: the port asks the carrier."""


@dataclass(frozen=True, slots=True)
class Home:
    """A home authority: `key` is the custodian's id of a prefecture, or the ISO 3166 alpha-3 code of a country."""

    key: str
    prefecture: bool = False


def find_left(*, travellers: Iterable[UUID]) -> dict[UUID, Home]:
    """Of these travellers those who have left this port's care, with whose business they are now.

    A document's issuer is read and nothing of it shown: for health authorities of another country (IHR, article 44).
    """
    wanted = list(travellers)
    out = dict(
        models.Position.objects.filter(traveller_id__in=wanted, holder_kind=Kind.EXIT).values_list(
            "traveller_id", "holder_id"
        )
    )
    handed = {
        row.id
        for row in models.Custodian.objects.filter(id__in=set(out.values()))
        if row.attributes.get("record") == "handed_over"
    }
    found = {who: Home(str(exit_), prefecture=True) for who, exit_ in out.items() if exit_ in handed}
    found |= _find_accepted(who for who in out if who not in found)
    rest = [who for who in out if who not in found]
    known = identity.read(travellers=rest, look=None)
    for who in rest:
        found[who] = Home(_find_country(known.get(who)))
    return found


def _find_accepted(left: Iterable[UUID]) -> dict[UUID, Home]:
    """Whoever of these a prefecture has accepted, by the latest step of their way home under any of their names.

    A prefecture that has no exit of its own here cannot be named: whoever it accepted is not in it.
    """
    latest = onwards.find_latest(travellers=left)
    taken = {who: step.unit_id for who, step in latest.items() if step.step == onwards.ACCEPTED}
    exits = models.Custodian.objects.filter(
        kind=Kind.EXIT, attributes__record="handed_over", unit_id__in=set(taken.values())
    )
    doors = dict(exits.order_by("code").values_list("unit_id", "id"))
    return {who: Home(str(doors[unit]), prefecture=True) for who, unit in taken.items() if unit in doors}


def _find_country(person: identity.Identity | None) -> str:
    if person is None:
        return UNKNOWN
    issuers = [issuer for _, _, issuer, _ in person.documents if issuer]
    return next(iter(issuers), person.nationality) or UNKNOWN


def name(*, keys: Iterable[str]) -> dict[str, models.Custodian]:
    """The prefectures among these homes; a country goes by its code."""
    ids = []
    for key in keys:
        try:
            ids.append(UUID(key))
        except ValueError:
            continue
    return {str(row.id): row for row in models.Custodian.objects.filter(id__in=ids)}
