"""Whether a waiver holds: given by somebody who may, for a reason, for a time."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from pratique.core.answers import Objection
from pratique.core.duties.evidence import Waiver, aware, earliest
from pratique.core.duties.rule import Permission
from pratique.core.duties.vocabulary import RANKS


def judge(*, waiver: Waiver, permission: Permission | None) -> Objection | None:
    """What is wrong with a waiver under a rule's permission (None: nobody may); None if it holds.

    Nobody signs for themselves, one person signs once, and the highest of the ranks a person signed in counts. The same
    judgement serves when a waiver is offered and whenever duties are worked out: one that should not have been written
    down has no effect either.
    """
    because = _fault(waiver, permission)
    return Objection(because[0], waiver.subject, f"{waiver.id}: {because[1]}") if because else None


def _fault(waiver: Waiver, permission: Permission | None) -> tuple[str, str] | None:
    if permission is None:
        return "waiver_forbidden", f"nobody may waive '{waiver.code}'"
    if not waiver.reason.strip():
        return "waiver_without_reason", "a waiver needs a reason"
    if waiver.expires_at <= waiver.given_at:
        return "waiver_without_time", "it expires before it is given"
    if waiver.expires_at - waiver.given_at > timedelta(hours=permission.hours_max):
        return "waiver_too_long", f"at most {permission.hours_max} hours"
    ranks: dict[str, int] = {}
    for signature in waiver.signatures:
        if str(signature.person) == str(waiver.subject):
            return "waiver_by_oneself", "nobody waives what they owe themselves"
        if signature.rank in RANKS:
            ranks[signature.person] = max(ranks.get(signature.person, 0), RANKS.index(signature.rank))
    held = sorted(ranks.values(), reverse=True)
    needed = [permission.rank] + [permission.second_rank] * (permission.persons - 1)
    needed.sort(key=RANKS.index, reverse=True)
    if len({signature.person for signature in waiver.signatures}) < permission.persons:
        return "waiver_persons", f"{permission.persons} different people must sign"
    if len(held) < len(needed) or any(RANKS.index(r) > h for r, h in zip(needed, held, strict=False)):
        return "waiver_rank", f"must be signed by: {', '.join(needed)} or above"
    return None


def standing(*, waivers: Iterable[Waiver], now: datetime) -> tuple[list[Waiver], list[Objection]]:
    """The waivers that stand as of `now`, in order of giving; two contents under one id are disputed, neither holds."""
    by_id: dict[str, Waiver] = {}
    disputed: dict[str, Objection] = {}
    for waiver in waivers:
        aware(waiver.given_at)
        aware(waiver.expires_at)
        known = by_id.setdefault(waiver.id, waiver)
        if known is waiver:
            continue
        if replace(known, withdrawn_at=None) == replace(waiver, withdrawn_at=None):
            by_id[waiver.id] = replace(waiver, withdrawn_at=earliest(known.withdrawn_at, waiver.withdrawn_at))
        else:
            disputed[waiver.id] = Objection(
                "waiver_disputed", waiver.subject, f"two contents under {waiver.id}"
            )
    held = [
        waiver
        for waiver in by_id.values()
        if waiver.id not in disputed
        and waiver.given_at <= now
        and (waiver.withdrawn_at is None or waiver.withdrawn_at > now)
    ]
    held.sort(key=lambda waiver: (waiver.given_at, waiver.id))
    return held, [disputed[key] for key in sorted(disputed)]
