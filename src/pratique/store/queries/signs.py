"""What the ledger has of people that decides in which class they ride: results, symptoms, channel, area, stays in hospital."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection

from pratique.core.custody.entry import Kind
from pratique.store import models

_SQL = """
SELECT traveller_id, 'positive', resulted_at FROM store_sample
 WHERE traveller_id = ANY(%(ids)s) AND result = 'positive'
UNION ALL
SELECT subject_id::uuid, 'symptomatic', happened_at FROM store_evidence e
 WHERE subject_kind = 'traveller' AND subject_id = ANY(%(names)s) AND code = 'temperature'
   AND (attributes @> '{"symptomatic": true}' OR (attributes->>'celsius')::float >= %(celsius)s)
   AND NOT EXISTS (SELECT 1 FROM store_withdrawal w WHERE w.evidence_id = e.id)
UNION ALL
SELECT id, 'channel ' || channel, NULL FROM store_traveller WHERE id = ANY(%(ids)s) AND channel <> ''
UNION ALL
SELECT s.traveller_id, 'area ' || COALESCE(c.attributes->>'takes', ''), s.happened_at
  FROM store_scan s JOIN store_custodian c ON c.id = s.custodian_id
 WHERE s.traveller_id = ANY(%(ids)s) AND c.kind = 'holding'
   AND NOT EXISTS (SELECT 1 FROM store_annulment a WHERE a.scan_id = s.id)
UNION ALL
SELECT s.traveller_id, 'hospital', COALESCE((
       SELECT min(later.happened_at) FROM store_scan later
        WHERE later.traveller_id = s.traveller_id AND later.happened_at > s.happened_at
          AND later.custodian_id <> s.custodian_id
          AND NOT EXISTS (SELECT 1 FROM store_annulment a WHERE a.scan_id = later.id)), %(never)s)
  FROM store_scan s JOIN store_custodian c ON c.id = s.custodian_id
 WHERE s.traveller_id = ANY(%(ids)s) AND c.kind = 'hospital'
   AND NOT EXISTS (SELECT 1 FROM store_annulment a WHERE a.scan_id = s.id)
"""
_NEVER = datetime(9000, 1, 1, tzinfo=UTC)
"""When somebody who is in a hospital leaves it, as far as is known."""


@dataclass(slots=True)
class Signs:
    """Of one person: the last positive result and symptom, when their last stay in hospital ended, the channel and the area they were
    last sorted into."""

    positive_at: datetime | None = None
    symptomatic_at: datetime | None = None
    hospital_at: datetime | None = None
    channel: str = ""
    area: str = ""
    area_at: datetime | None = None

    @property
    def positive(self) -> bool:
        """A result that no hospital has seen to since."""
        return self._is_open(self.positive_at)

    @property
    def symptomatic(self) -> bool:
        """Symptoms that no hospital has seen to since."""
        return self._is_open(self.symptomatic_at)

    @property
    def sorted_into(self) -> tuple[str, str]:
        """The area and the channel that stand: none from before they left a hospital. Of a channel nobody knows when it was given."""
        if self.hospital_at is None:
            return self.area, self.channel
        return (self.area if self._is_open(self.area_at) else ""), ""

    def _is_open(self, at: datetime | None) -> bool:
        return at is not None and (self.hospital_at is None or at > self.hospital_at)

    def take(self, sign: str, at: datetime | None) -> None:
        """One line of what was found."""
        word, _, value = sign.partition(" ")
        if word == "channel":
            self.channel = value
        elif at is not None and word == "area":
            if self.area_at is None or at > self.area_at:
                self.area, self.area_at = value, at
        elif at is not None:
            known = getattr(self, f"{word}_at")
            setattr(self, f"{word}_at", max(known or at, at))


def read_signs(*, travellers: Collection[UUID], celsius_from: float) -> dict[UUID, Signs]:
    """Signs of these travellers, in one statement; somebody of whom nothing is known has empty ones."""
    found = {one: Signs() for one in travellers}
    if not found:
        return found
    told = {
        "ids": list(found),
        "names": [str(one) for one in found],
        "celsius": celsius_from,
        "never": _NEVER,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL, told)
        for traveller, sign, at in cursor.fetchall():
            if traveller in found:
                found[traveller].take(sign, at)
    return found


def list_once_in_hospital(*, travellers: Collection[UUID]) -> frozenset[UUID]:
    """Who of these was ever scanned into a hospital."""
    hospitals = models.Custodian.objects.filter(kind=Kind.HOSPITAL.value).values("id")
    found = models.Scan.objects.filter(custodian_id__in=hospitals, traveller_id__in=list(travellers))
    return frozenset(
        found.exclude(id__in=models.Annulment.objects.values("scan_id")).values_list(
            "traveller_id", flat=True
        )
    )
