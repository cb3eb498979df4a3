"""The small port of the tests with rooms, a fleet and people on duty, so that there is something to dispatch."""

from datetime import timedelta

from pratique.core.transport import check
from pratique.core.transport import plan as plan_form
from pratique.core.transport.plan import Plan, Reason
from pratique.services import force
from pratique.services.dispatch import plans
from pratique.store import models
from pratique.store.ids import make_id

from .port import NOON, Port, at, build


def open_port(*, travellers: int = 6, coaches: int = 2, rooms: int = 40) -> Port:
    """A landed flight; coaches of 20 seats (10 may ride), one ambulance, two drivers on call, escorts on duty."""
    port = build(travellers=travellers)
    models.Custodian.objects.filter(code__in=("hotel", "hotel2")).update(capacity=rooms)
    models.Custodian.objects.filter(code="hospital").update(capacity=2)
    unit = models.Unit.objects.create(code="U1", name_zh="一分局", name_en="District 1")
    for number in range(coaches):
        models.Vehicle.objects.create(plate=f"云A·D{number:04d}", kind="coach", seats=20, unit=unit)
    models.Vehicle.objects.create(plate="云A·A0001", kind="ambulance", seats=2, unit=unit)
    for number, licence in enumerate(("L", "L", "S")):
        models.Person.objects.create(username=f"driver{number}", licence=licence, unit=unit, password="!")
    for number in range(3):
        escort = models.Person.objects.create(
            username=f"escort{number}", role="escort", unit=unit, password="!"
        )
        duty = force.Duty(escort.id, NOON.date(), at(-60), at(-60) + timedelta(hours=12), post="escort")
        force.deploy(duty=duty)
    return port


def hold(port: Port, *who: int, minute: float = 20) -> None:
    """Bring people through the hall into the holding area."""
    port.send(*(port.told(who=n, where="hall", minute=minute - 10) for n in who))
    port.send(*(port.told(who=n, where="holding", minute=minute) for n in who))


def make_party(port: Port, *who: int, name: str = "P1") -> None:
    """They travel together."""
    models.Listing.objects.filter(traveller_id__in=[port.travellers[n] for n in who]).update(party=name)


def take_out(plate: str, minute: float) -> None:
    """A vehicle is out of service from then on."""
    models.Vehicle.objects.filter(plate=plate).update(out_of_service_at=at(minute))


def make_dispatcher() -> models.Person:
    """Somebody who plans."""
    return models.Person.objects.create(
        id=make_id(), username=f"d{make_id()}", role="dispatcher", password="!"
    )


def worsen(plan: models.Plan) -> None:
    """Make of a proposal one that leaves everybody behind who has no trip in force: whatever else is found is better."""
    problem = plans.read_problem(plan=plan)
    plan.trips = [row for row in plan.trips if row["trip"]]
    kept = plans.read_plan(plan=plan).trips
    riding = {party for trip in kept for party in trip.parties}
    left = tuple(Reason(party, "no", "none", "none") for party in problem.parties if party not in riding)
    plan.unmoved = plan_form.write(plan=Plan(kept, left))["unmoved"]
    plan.objective, plan.bound = check.cost(problem=problem, plan=Plan(kept, left)).total, 0.0
    plan.save(update_fields=["trips", "unmoved", "objective", "bound"])
