"""What the ledger has of people that decides in which class they ride: results, symptoms, channel, area, stays in hospital."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

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
SELECT s.traveller_id, CASE c.kind WHEN 'hospital' THEN 'hospital' ELSE 'area ' || COALESCE(c.attributes->>'takes', '') END,
       s.happened_at
  FROM store_scan s JOIN store_custodian c ON c.id = s.custodian_id
 WHERE s.traveller_id = ANY(%(ids)s) AND c.kind IN ('hospital', 'holding')
   AND NOT EXISTS (SELECT 1 FROM store_annulment a WHERE a.scan_id = s.id)
"""


@dataclass(slots=True)
class Signs:
    """Of one person: the last positive result, symptom and stay in hospital, the channel and the area they were last sorted into."""

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
        """The area and the channel that stand: none from before a stay in hospital."""
        return ("", "") if self.hospital_at is not None else (self.area, self.channel)

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
    told = {"ids": list(found), "names": [str(one) for one in found], "celsius": celsius_from}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, told)
        for traveller, sign, at in cursor.fetchall():
            if traveller in found:
                found[traveller].take(sign, at)
    return found
