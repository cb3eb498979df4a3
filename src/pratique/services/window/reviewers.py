"""Who examines an objection: whoever owes its answer by the rules, then whoever they tell when it is late, the highest rank first;
never anybody who ordered or signed what it is about.

An auditor examines none: they see afterwards whether what was decided was right, and could not do so of their own decision.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Q

from pratique.core.duties import edition
from pratique.core.duties.vocabulary import RANKS, Kind
from pratique.services import register
from pratique.services.signing import RANKS_OF
from pratique.services.window import measures
from pratique.store import models

OBJECTION = "objection"


def list_roles(*, now: datetime) -> list[str]:
    """The roles that examine objections by the rules in force, in the order in which they are asked: whose post owes the answer, then
    the posts of its ladder from the highest down."""
    rulebook = register.get_rulebook()
    on = rulebook.date_of(now)
    posts: list[str] = []
    for reign in edition.list_reigns(rulebook=rulebook, kind=Kind.TRAVELLER, begins_on=on):
        if reign.from_on <= on and (reign.before_on is None or on < reign.before_on):
            for one in (rule for rule in reign.protocol.obligations if rule.code == OBJECTION):
                told = {rung.to for rung in one.ladder}
                posts += [one.owner, *(rank for rank in reversed(RANKS) if rank in told)]
    roles = {rank: role for role, rank in RANKS_OF.items()}
    return [roles[post] for post in dict.fromkeys(posts) if post in roles]


def list_able(*, traveller: UUID, about: str, now: datetime) -> list[models.Person]:
    """Who may examine an objection to this, in the order in which they are asked; of one role the least busy first. Empty: everybody who
    might has ordered or signed it. An account without a password is unfinished and examines nothing."""
    roles = list_roles(now=now)
    waiting = Count("petitions", filter=Q(petitions__settled_at__isnull=True))
    found: Any = models.Person.objects.filter(is_active=True, role__in=roles).exclude(password="!")
    found = found.exclude(id__in=measures.list_who_ordered(traveller=traveller, about=about))
    return sorted(
        found.annotate(waiting=waiting), key=lambda one: (roles.index(one.role), one.waiting, one.pk)
    )


def choose(*, traveller: UUID, about: str, now: datetime) -> UUID | None:
    """The first of them; worked out by the database, for the traveller's own page may not know who works here."""
    things = measures.list_ids(traveller=traveller, about=about)
    with connection.cursor() as cursor:
        cursor.execute("SELECT window_reviewer(%s, %s)", [things, list_roles(now=now)])
        found: UUID | None = cursor.fetchone()[0]
    return found


def heed(*, now: datetime) -> int:
    """Give every objection that nobody may decide as things stand now to somebody who may, where there is anybody: its reviewer left, or
    signed what it is about since, or none was found when it was made. How many have another reviewer."""
    given = 0
    waiting = models.Petition.objects.filter(sort=OBJECTION, settled_at__isnull=True).order_by("asked_at")
    for name in list(waiting.values_list("id", flat=True)):
        with transaction.atomic():
            row: Any = models.Petition.objects.select_for_update().get(id=name)
            able = [one.pk for one in list_able(traveller=row.traveller_id, about=row.about, now=now)]
            if row.settled_at is None and able and row.reviewer_id not in able:
                row.reviewer_id = able[0]
                row.save(update_fields=["reviewer"])
                given += 1
    return given
