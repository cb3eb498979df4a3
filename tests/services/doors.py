"""The ways out of the test port, and people who may sign for them."""

from datetime import timedelta
from itertools import count
from uuid import UUID

from pratique.services import duty, exemption
from pratique.store import models
from pratique.store.ids import make_id

from .port import NOON, Port, build

EXITS = {
    "released": {"record": "released"},
    "domestic": {"record": "departed", "way": "domestic_flight"},
    "transit": {"record": "departed", "way": "onward_flight"},
    "city": {"record": "departed"},
    "border": {"record": "handed_over"},
    "aircraft": {"record": "departed", "way": "with_aircraft"},
    "died": {"record": "died"},
}
_numbers = count(1)
DAY = 24 * 60
"""Minutes."""


def walk_to(port: Port, who: int, *steps: tuple[str, int]) -> None:
    """Somebody is scanned at each place at its minute."""
    for where, minute in steps:
        port.send(port.told(who=who, where=where, minute=minute))


def to_hotel(port: Port, who: int) -> None:
    """By hall and bus to the hotel, where somebody is from minute 110."""
    walk_to(port, who, ("hall", 20), ("bus", 60), ("hotel", 110))


def lodge() -> Port:
    """A port with every exit and two travellers, the first of them in the hotel."""
    port = build(travellers=2)
    open_exits(port)
    to_hotel(port, 0)
    return port


def open_exits(port: Port) -> None:
    """Every sort of exit that a port has."""
    unit = models.Unit.objects.create(code="gate", name_zh="出口岗", name_en="Gate post")
    for name, attributes in EXITS.items():
        row, _ = models.Custodian.objects.update_or_create(
            code=name,
            defaults={
                "kind": "exit",
                "name_zh": name,
                "name_en": name,
                "attributes": attributes,
                "unit": unit,
            },
            create_defaults={
                "id": make_id(),
                "kind": "exit",
                "name_zh": name,
                "name_en": name,
                "attributes": attributes,
                "unit": unit,
            },
        )
        port.custodians[name] = row.id


def employ(role: str, *, shifts: int = 5) -> UUID:
    """Somebody of a role who has finished so many shifts before the day."""
    number = next(_numbers)
    unit, _ = models.Unit.objects.get_or_create(code="work", defaults={"name_zh": "单位", "name_en": "Unit"})
    person = models.Person.objects.create(
        username=f"{role}-{number}", role=role, password="!", name_en=f"{role} {number}"
    )
    for day in range(1, shifts + 1):
        began = NOON - timedelta(days=day)
        models.Deployment.objects.create(
            person=person,
            unit=unit,
            on=began.date(),
            starts_at=began,
            ends_at=began + timedelta(hours=8),
            in_at=began,
            out_at=began + timedelta(hours=8),
        )
    return person.pk


def hand_in(traveller: UUID, *, now, sort: str = "compassionate", **more) -> models.Exemption:
    """A paper as it comes over the desk: nobody has asked after it yet."""
    fields = {
        "traveller": traveller,
        "sort": sort,
        "authority": "command_office",
        "reference": "CO-5",
        "reason": "her father is dying",
        "valid_from": now - timedelta(minutes=5),
        "valid_until": now + timedelta(hours=12),
        "issued_at": now - timedelta(hours=1),
    }
    return exemption.issue(paper=exemption.Paper(**(fields | more)), by=None, now=now)


def exempt(traveller: UUID, *, now, **more) -> models.Exemption:
    """A whole exemption: asked after, confirmed, decided by two."""
    row = hand_in(traveller, now=now, **more)
    commander, lead = employ("commander"), employ("epidemiologist")
    asker = employ("screener")
    exemption.confirm(exemption=row.id, authority=row.authority, reference=row.reference, by=asker, now=now)
    exemption.decide(exemption=row.id, by=commander, now=now)
    exemption.decide(exemption=row.id, by=lead, now=now)
    return row


def screen(traveller: UUID, *, now, channel: str = "exempt") -> models.Evidence:
    """The desk has screened somebody, and this came of it."""
    done = duty.Done("traveller", str(traveller), "screened", now, {"channel": channel})
    return duty.record(evidence=done, by=None, now=now)
