"""Pu'er beside the small port of the tests: a receiving unit, the way out to it, and rest places on that way."""

from pratique.services import transport
from pratique.store import models
from pratique.store.ids import make_id

from .port import Port, at

PLACE = "prefecture:5308"


def open_prefecture(port: Port, *, rests: tuple[tuple[str, int], ...]) -> models.Custodian:
    """315 minutes away, with these rest places (code, minutes from the port)."""
    unit = models.Unit.objects.create(code="5308", name_zh="普洱市", name_en="Pu'er", sort="prefecture")
    puer = models.Custodian.objects.create(
        id=make_id(),
        code="exit:5308",
        kind="exit",
        name_zh="普洱市",
        name_en="Pu'er prefecture",
        place=PLACE,
        unit=unit,
        attributes={"record": "handed_over", "takes": "prefecture"},
    )
    port.custodians["puer"] = puer.id
    models.Travel.objects.create(one="KMG", other=PLACE, minutes_min=315, minutes=315, km=435)
    for code, minutes in rests:
        models.RestPlace.objects.create(
            code=code,
            name_zh=f"{code}服务区",
            name_en=f"Area {code}",
            minutes=minutes,
            km=minutes,
            towards=[PLACE],
        )
    return puer


def plan_coach(port: Port, number: int, **more: object) -> models.Trip:
    """A coach of 20 seats to Pu'er, planned for minute 40; the tests call its account `coach` and its number."""
    vehicle = models.Vehicle.objects.create(plate=f"L-{number}", kind="coach", seats=20)
    order = transport.Order(vehicle.id, port.custodians["puer"], at(40), 800, **more)
    trip = transport.plan_trip(order=order, code=f"trip:{number}")
    port.custodians[f"coach{number}"] = trip.id
    return trip
