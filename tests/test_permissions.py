"""Every URL of the product with every role, held against the one table. What is not in the table is closed."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.urls.resolvers import URLResolver

from pratique.api import phone
from pratique.services import clock, device, duty, permission, transport
from pratique.services.permission import ACTS, Role
from pratique.store import models
from services.port import NOON, at
from web.airport import BACKEND, open_airport

ARGUMENTS = {"on": "2020-04-15", "revision": 1, "floor": 3, "kind": "pdf", "zero": "missed"}
ANSWERED_BY_THE_GATE = {401, 403}


def list_patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            space = f"{entry.namespace}:" if entry.namespace else ""
            yield from list_patterns(entry, prefix + space)
        else:
            yield prefix + (entry.name or ""), entry


PATTERNS = dict(list_patterns(get_resolver()))
PAGES = {name: p for name, p in PATTERNS.items() if not name.startswith("api:")}


def find_address(name: str, pattern: URLPattern) -> str:
    wanted = pattern.pattern.converters
    return reverse(name, kwargs={key: ARGUMENTS.get(key, uuid4()) for key in wanted})


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_page_stands_behind_the_gate_and_in_the_table(name):
    endpoint = getattr(PAGES[name].callback, "endpoint", None)
    assert endpoint is not None, f"{name} answers to anybody: put it behind the gate"
    assert endpoint in permission.TABLE or endpoint in permission.NEEDS_NO_ACCOUNT


def test_the_table_names_nothing_that_is_gone():
    known = {p.callback.endpoint for p in PAGES.values()}
    spoken = {"web:names", "web:convoy-names", "web:trip-override"}  # not pages: what pages show or take
    told = {e for e in permission.TABLE if not e.startswith("api:")}
    assert told - known == spoken


def list_people(airport):
    """Everybody who asks, with the roles by which they may: nobody, one of each role, and staff who hold or held a post of
    each role that is acted as."""
    found = [(None, None, {None})] + [(role, airport.people[role], {role}) for role in Role]
    for acts, post in {acts: post for post, acts in ACTS.items()}.items():
        for out_at, roles in ((None, {Role.STAFF, acts}), (at(0), {Role.STAFF})):
            name = f"{post} {'left' if out_at else 'here'}"
            person = models.Person.objects.create(
                username=name, role=Role.STAFF, unit=airport.people["staff"].unit
            )
            models.Deployment.objects.create(
                person=person, unit=person.unit, on=NOON.date(), shift="day", post=post, starts_at=at(-600), ends_at=at(120),
                in_at=at(-600), out_at=out_at,
            )  # fmt: skip
            found.append((name, person, roles))
    return found


def sign_in(person):
    client = Client()
    if person is not None:
        client.force_login(person, backend=BACKEND)
    return client


def is_turned_away(response) -> bool:
    sent_to_sign_in = response.status_code == 302 and response["Location"].startswith(reverse("sign-in"))
    return response.status_code in ANSWERED_BY_THE_GATE or sent_to_sign_in


@pytest.mark.parametrize("shown", ["to the first who may", pytest.param("to all", marks=pytest.mark.slow)])
def test_every_page_with_every_role(db, shown):
    """GET asks for nothing to be done. The gate stands before the method is looked at, so that OPTIONS, to which no page answers,
    tells whether it lets somebody through without making the page once more."""
    wrong, seen = [], set()
    for who, person, roles in list_people(open_airport()):
        client = sign_in(person)
        for name, pattern in PAGES.items():
            endpoint = pattern.callback.endpoint
            allowed = any(permission.allows(endpoint=endpoint, role=role) for role in roles)
            ask = client.options if allowed and name in seen and shown != "to all" else client.get
            answer = ask(find_address(name, pattern))
            seen |= {name} if allowed else set()
            if is_turned_away(answer) is allowed:
                wrong.append((name, who, answer.status_code))
    assert wrong == []
    assert seen == PAGES.keys()


def test_every_endpoint_of_the_api_with_every_role(db):
    wrong = []
    for who, person, roles in list_people(open_airport()):
        headers = {}
        if person is not None:
            _, token = device.register(name=who, person=person)
            headers = {"Authorization": f"Bearer {token}"}
        for where, endpoint in phone.ENDPOINTS:
            path = f"/api/v1/{where}".replace("<uuid:custodian>", str(uuid4()))
            send = Client().post if endpoint.method == "POST" else Client().get
            answer = send(path, headers=headers)
            allowed = any(permission.allows(endpoint=f"api:{endpoint.name}", role=role) for role in roles)
            if (answer.status_code in ANSWERED_BY_THE_GATE) is allowed:
                wrong.append((where, who, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize(
    ("role", "post"),
    [(Role.STAFF, "driver"), (Role.CLERK, "escorts"), (Role.AUDITOR, "driver")],
)
def test_the_crew_of_a_trip_may_report_that_trip_and_its_vehicle_while_on_duty_and_no_other(db, role, post):
    airport = open_airport()
    person, vehicles, trips = airport.people[role], [], []
    for number in (0, 1):
        vehicles.append(models.Vehicle.objects.create(plate=f"C-{number}", kind="coach", seats=20).id)
        order = transport.Order(vehicles[number], airport.port.custodians["hotel"], at(120), 60)
        trips.append(transport.plan_trip(order=order, code=f"trip:{number}").id)
    own = models.Trip.objects.get(id=trips[0])
    if post == "driver":
        models.Trip.objects.filter(id=own.id).update(driver=person)
    else:
        own.escorts.add(person)

    def list_open(number):
        pages = {
            name: pattern for name, pattern in PAGES.items() if pattern.callback.endpoint in permission.CREW
        }
        assert {pattern.callback.endpoint for pattern in pages.values()} == permission.CREW
        about = {"trip": trips[number], "vehicle": vehicles[number]}
        asked = {
            p.callback.endpoint: reverse(name, kwargs={key: about[key] for key in p.pattern.converters})
            for name, p in pages.items()
        }
        client = sign_in(person)
        return {one for one, where in asked.items() if not is_turned_away(client.options(where))}

    by_role = {one for one in permission.CREW if permission.allows(endpoint=one, role=role)}
    given = permission.CREW if role != Role.AUDITOR else by_role
    assert (list_open(0), list_open(1)) == (given, by_role)
    clock.set_clock(at=at(120 - 181), speed=0)
    assert list_open(0) == by_role, "not on duty yet"
    own.refresh_from_db()
    models.Trip.objects.filter(id=own.id).update(departed_at=at(140), ended_at=at(200))
    clock.set_clock(at=at(229), speed=0)
    assert list_open(0) == given, "half an hour more"
    clock.set_clock(at=at(231), speed=0)
    assert list_open(0) == by_role
    soiled = duty.Done("vehicle", str(vehicles[0]), "trip_ended", at(200), about=str(own.id))
    duty.record(evidence=soiled, by=None, now=at(200))
    assert list_open(0) == given, "its vehicle is to be disinfected"
    clock.set_clock(at=at(200 + 361), speed=0)
    assert list_open(0) == by_role


def test_whoever_is_turned_away_is_told_who_may(db):
    answer = open_airport().client(Role.ESCORT).get(reverse("audit"))
    assert answer.status_code == 403
    assert "Auditor" in answer.content.decode()


def test_whoever_is_not_signed_in_comes_back_to_where_they_wanted(db):
    answer = Client().get(reverse("flights") + "?on=2020-04-15")
    assert answer["Location"] == f"{reverse('sign-in')}?next=%2Fflights%2F%3Fon%3D2020-04-15"
