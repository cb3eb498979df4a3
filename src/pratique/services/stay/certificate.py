"""The health certificate of whoever is released: what it says, and the check code by which anybody here can tell that it is ours."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.services.stay import release
from pratique.store import models, rows
from pratique.store.ids import make_id

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_SIGNS = 12


def issue(*, traveller: UUID, by: UUID, now: datetime) -> models.Certificate:
    """The certificate of a release that was decided; asked for again it is the same one.

    Raises `Refused`: `certificate_without_release`.
    """
    traveller, names = rows.read_as(traveller), rows.list_names(traveller)
    with transaction.atomic():
        decision = release.list_decisions(travellers=[traveller]).get(traveller)
        if decision is None:
            raise Refused("certificate_without_release", "decide the release first")
        known = models.Certificate.objects.filter(
            traveller_id__in=names, facts__decision=str(decision.id)
        ).first()
        if known is not None:
            return known
        return models.Certificate.objects.create(
            id=make_id(),
            traveller_id=traveller,
            code=_make_code(),
            facts=_gather(names, decision),
            happened_at=now,
            recorded_at=now,
            by_id=by,
        )


def _make_code() -> str:
    """Signs that nobody guesses: 60 bits of chance."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_SIGNS))


def _gather(names: Sequence[UUID], decision: models.ReleaseDecision) -> dict[str, Any]:
    """What the paper says: since when in the port's hands, when released, which samples and how they were answered, and how many
    conditions were let pass by a waiver of two persons, by an order in writing, or because the days as they were served were over."""
    came = models.Admission.objects.filter(traveller_id__in=names).order_by("happened_at").first()
    samples = models.Sample.objects.filter(traveller_id__in=names).order_by("taken_at")
    return {
        "decision": str(decision.id),
        "arrived_at": came.happened_at.isoformat() if came else None,
        "released_at": decision.happened_at.isoformat(),
        "waived": sum(bool(one["waiver"]) for one in decision.conditions),
        "ordered": sum(bool(one["orders"]) for one in decision.conditions),
        "by_term": sum(not (one["held"] or one["waiver"] or one["orders"]) for one in decision.conditions),
        "tests": [{"taken_at": s.taken_at.isoformat(), "result": s.result} for s in samples],
    }


def find(*, code: str) -> models.Certificate | None:
    """The certificate of this check code, however it is spaced or cased; None: none of ours, or its release was taken back."""
    wanted = "".join(sign for sign in code.upper() if sign in ALPHABET)
    found = models.Certificate.objects.filter(code=wanted).first()
    if found is None:
        return None
    taken_back = models.Withdrawal.objects.filter(evidence_id=found.facts["decision"]).exists()
    return None if taken_back else found


def find_latest(*, traveller: UUID) -> models.Certificate | None:
    """The last certificate of a person, whichever of their wristbands is asked for."""
    own = models.Certificate.objects.filter(traveller_id__in=rows.list_names(traveller))
    return own.order_by("-seq").first()


def split(code: str) -> str:
    """A code as it is printed: XXXX-XXXX-XXXX."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
