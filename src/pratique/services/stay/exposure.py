"""What an exposure asks of a stay: an extension, drawn up for a second to sign and somebody to serve.

That somebody is on a list of contacts holds them not a day longer (`core.stay.release`); the order does, once it counts.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from pratique.core.answers import Refused
from pratique.core.duties.gate import Finding
from pratique.core.duties.vocabulary import Kind
from pratique.core.stay import order as core
from pratique.core.stay.release import Release
from pratique.services import signing
from pratique.services.stay import orders, release, term
from pratique.store import models

EXPOSED = "exposed"


def draw_up(*, travellers: Collection[UUID], case: str, by: UUID | None, now: datetime) -> list[UUID]:
    """Draw up, for each of these who was exposed and whose days still run, an extension of the whole days that are wanting,
    signed by whoever adopts the list as the first of two; whose stays. Again is the same; what was taken back stays so.

    Nothing where `by` signs in no rank. Orders that wait to be signed or served count as if they were.
    """
    if by is None or not _signs(by):
        return []
    made = defaultdict(list)
    for order in orders.list_of(travellers=travellers):
        made[UUID(str(order.traveller))].append(order)
    codes = dict(models.Traveller.objects.filter(id__in=list(travellers)).values_list("id", "code"))
    found = []
    for who, looked in release.look_all(moments=dict.fromkeys(travellers, now)).items():
        exposure = _find_exposure(looked.release)
        days = _count_days(looked.release, made[who], now)
        if exposure is None or days < 1:
            continue
        order_id = name_order(exposure=UUID(exposure.names[0]))
        if models.StayOrder.objects.filter(id=order_id).exists():
            continue
        draft = term.Draft(
            traveller=who,
            sort=core.Sort.EXTEND.value,
            days=days,
            reason=_write_reason(exposure),
            document=f"{case}-{codes[who]}-{len(made[who]) + 1}",
        )
        term.draw_up(draft=draft, by=by, now=now, order_id=order_id)
        found.append(who)
    return found


def take_back(*, travellers: Collection[UUID], because: str, by: UUID | None, now: datetime) -> None:
    """Exposures of these were withdrawn or told anew: take back what was drawn up for them, the latest first, as long as the
    stay would be a whole day longer than the exposures that stand ask for; served or not."""
    if by is None:
        return
    named = [str(one) for one in travellers]
    told = models.Evidence.objects.filter(
        subject_kind=Kind.TRAVELLER.value, subject_id__in=named, code=EXPOSED
    )
    drawn = {name_order(exposure=one) for one in told.values_list("id", flat=True)}
    made = [one for one in orders.list_of(travellers=travellers) if one.withdrawn_at is None]
    for who, looked in release.look_all(moments=dict.fromkeys(travellers, now)).items():
        mine = [one for one in made if UUID(str(one.traveller)) == who and one.sort is core.Sort.EXTEND]
        wanting = _measure(looked.release, mine)
        for order in reversed(mine):
            if UUID(str(order.id)) in drawn and (wanting is None or wanting <= -timedelta(days=1)):
                term.withdraw(order=UUID(str(order.id)), because=because, by=by, now=now)
                wanting = wanting + timedelta(days=order.days) if wanting is not None else None


def name_order(*, exposure: UUID) -> UUID:
    """The id of the extension that is drawn up for an exposure on record."""
    return uuid5(exposure, "extension")


def _signs(person: UUID) -> bool:
    try:
        signing.rank_of(person=person)
    except Refused:
        return False
    return True


def _find_exposure(found: Release | None) -> Finding | None:
    """The condition that counts days since an exposure and is still waiting; `names` are the exposure, `from_at` its end."""
    findings = found.decision.findings if found else ()
    waiting = [
        one for one in findings if EXPOSED in one.condition.pattern.records and one.from_at and one.names
    ]
    return max(waiting, key=lambda one: str(one.from_at), default=None)


def _measure(found: Release | None, longer: Collection[core.Order]) -> timedelta | None:
    """How long the stay is wanting of the days since the last exposure, with every extension served and to be served; less
    than nothing: it is longer. None where no exposure asks for any, or no days are counted."""
    exposure = _find_exposure(found)
    if found is None or found.term is None or exposure is None or exposure.from_at is None:
        return None
    waiting = sum(one.days for one in longer if one.id not in found.term.counted)
    return exposure.from_at - found.term.ends_at - timedelta(days=waiting)


def _count_days(found: Release | None, made: Collection[core.Order], now: datetime) -> int:
    """The whole days that are wanting, rounded down; none where the stay is over, and no more than the rules leave."""
    longer = [one for one in made if one.sort is core.Sort.EXTEND and one.withdrawn_at is None]
    wanting = _measure(found, longer)
    if wanting is None or found is None or found.term is None or found.term.ends_at <= now:
        return 0
    return min(wanting.days, orders.get_rules().extension.days_max - sum(one.days for one in longer))


def _write_reason(exposure: Finding) -> str:
    """The reason in words that the traveller can read, in Chinese and English."""
    days = exposure.condition.full_days
    zone = ZoneInfo(models.Port.objects.values_list("time_zone", flat=True).get())
    at = exposure.from_at
    on = (at - timedelta(days=days)).astimezone(zone).date() if at else ""
    return (
        f"密切接触者，末次暴露于{on}：自末次暴露起满{days}天。 "
        f"Close contact, last exposed on {on}: {days} full days since the last exposure."
    )
