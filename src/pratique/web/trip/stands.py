"""Where the people of a trip stand who are not aboard yet: that is where its crew fetches them."""

from dataclasses import dataclass
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


def find_stands(*, sheet: boarding.Sheet, origin: UUID | None) -> dict[UUID | None, Stand]:
    """The places by whoever holds people there, the one with most first.

    Left out is where the trip fetches its people anyway (`origin`): it says that of all of them.
    """
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
