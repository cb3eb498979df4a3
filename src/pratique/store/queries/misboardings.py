"""Cases that were aboard a vehicle that takes none, and what was done about each."""

from uuid import UUID

from pratique.store import models
from pratique.store.withdrawn import without_withdrawn

MISBOARDED, SETTLED = "misboarded", "misboard_settled"


def list_open(*, trip: UUID | None = None) -> list[models.Evidence]:
    """Those that nobody has settled or taken back, of one trip if given; the oldest first."""
    rows = models.Evidence.objects.filter(subject_kind="traveller", code=MISBOARDED)
    if trip is not None:
        rows = rows.filter(attributes__trip=str(trip))
    standing = list(without_withdrawn(rows).order_by("happened_at", "seq"))
    settled = models.Evidence.objects.filter(
        subject_kind="traveller", code=SETTLED, about__in=[str(row.id) for row in standing]
    )
    done = set(without_withdrawn(settled).values_list("about", flat=True))
    return [row for row in standing if str(row.id) not in done]
