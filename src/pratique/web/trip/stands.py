"""Where the people of a trip stand who are not aboard yet: that is where its crew fetches them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pratique.core.boards.picture import Stage
from pratique.services.dispatch import boarding
from pratique.store.queries import ports
from pratique.web import words


@dataclass(frozen=True, slots=True)
class Stand:
    """A place where people of a trip wait for it, and how many; without a name for those whose flight has not landed."""

    kind: str
    name: str
    heads: int


def find_stands(*, trip: Any, sheet: boarding.Sheet) -> dict[UUID | None, Stand]:
    """The places by whoever holds people there, the one with most first; none once the trip boards nobody any more.

    Left out is where the trip fetches its people anyway (its origin): it says that of all of them.
    """
    origin = trip.origin.id if trip.origin else None
    if trip.arrived_at or trip.ended_at or (trip.departed_at and origin is None):
        return {}
    heads = sheet.count_waiting()
    if origin is not None:
        del heads[origin]
    posts = ports.name_posts(posts={one for one in heads if one is not None})
    return {
        one: Stand(posts[one].kind, words.name_of(posts[one]), count)
        if one is not None
        else Stand(Stage.EXPECTED, "", count)
        for one, count in heads.most_common()
    }
