"""As whom an account of role `staff` acts: by the shift it is at, the trip it escorts, the convoy it commands, and not a minute longer."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pratique.services import permission, transport
from pratique.services.force import acting
from pratique.services.permission import ACTS, Role
from pratique.store import models

from .port import NOON, at
from .prefecture import open_prefecture, plan_coach


@pytest.fixture
def officer(port):
    """Drawn for a shift from minute 0 to 720; nothing is tapped yet."""
    unit = models.Unit.objects.create(code="U1")
    return models.Person.objects.create(username="drawn", role="staff", unit=unit, password="!")


def put(officer, post="escort", **taps):
    hours = {"starts_at": at(0), "ends_at": at(720)}
    return models.Deployment.objects.create(
        person=officer, unit=officer.unit, on=NOON.date(), post=post, **hours, **taps
    )


def find(officer, minute):
    return acting.find_role(person=officer.pk, now=at(minute))


def test_at_a_shift_from_tapping_in_to_tapping_out_and_half_an_hour_for_what_the_phone_still_holds(officer):
    shift = put(officer)
    assert find(officer, 60) is None, "who has not come holds no post"
    models.Deployment.objects.filter(id=shift.id).update(in_at=at(-10))
    assert [find(officer, minute) for minute in (-20, -10, 60, 720 + 359)] == [None, *3 * ["escort"]]
    assert find(officer, 720 + 361) is None, "who never taps out, until the shift can no more be tapped for"
    models.Deployment.objects.filter(id=shift.id).update(out_at=at(700))
    assert [find(officer, minute) for minute in (729, 731)] == ["escort", None]


@pytest.mark.parametrize("post", ["command", "information", "exemption", "domestic", "reserve", "driver", ""])
def test_posts_that_lead_plan_sign_decide_or_need_no_more_than_their_own_role_give_nothing(officer, post):
    put(officer, post, in_at=at(0))
    assert find(officer, 60) is None


def test_what_a_post_gives_signs_nothing_decides_nothing_and_sees_no_names():
    assert set(ACTS.values()) == {Role.ESCORT}
    given = {
        one for one, roles in permission.TABLE.items() if Role.ESCORT in roles and Role.STAFF not in roles
    }
    assert not given & {
        "web:names",
        "web:convoy-names",
        "web:trip-override",
        "web:release-sign",
        "web:order-sign",
        "web:scan-annul",
    }
    assert {"api:scans", "web:trip", "web:trip-report", "web:trip-handover", "web:convoy-check-in"} <= given


def test_on_a_trip_as_its_escort_until_it_has_ended_and_nobody_is_aboard(officer, port):
    vehicle = models.Vehicle.objects.create(plate="T-1", kind="coach", seats=20)
    driver = models.Person.objects.create(username="drives", licence="L", password="!")
    order = transport.Order(
        vehicle.id, port.custodians["hotel"], at(240), 60, driver=driver.pk, escorts=(officer.pk,)
    )
    trip = transport.plan_trip(order=order, code="trip:t").id
    port.custodians["t"] = trip
    assert [find(officer, minute) for minute in (59, 61, 300)] == [None, "escort", "escort"]
    assert find(driver, 240) is None, "who drives has a page of their own; people are the escort's"
    port.send(port.told(who=0, where="hall", minute=230), port.told(who=0, where="t", minute=250))
    models.Trip.objects.filter(id=trip).update(departed_at=at(255), ended_at=at(280))
    assert find(officer, 400) == "escort", "it broke down, and they stay with whoever is aboard"
    port.send(port.told(who=0, where="hotel", minute=402))
    assert find(officer, 403) is None
    models.Trip.objects.filter(id=trip).update(departed_at=None, ended_at=at(240), withdrawn_at=at(240))
    assert find(officer, 250) is None, "a trip that was called off is nobody's"


def test_as_commander_of_a_convoy_until_it_is_accepted_or_disbanded(officer, port):
    puer = open_prefecture(port, rests=())
    trip = plan_coach(port, 1)
    convoy = models.Convoy.objects.create(
        code="convoy:1", destination=puer, commander=officer, on=NOON.date(), formed_at=at(0)
    )
    models.Trip.objects.filter(id=trip.id).update(convoy=convoy, ended_at=at(400))
    assert find(officer, 900) == "escort"
    models.Convoy.objects.update(ended_at=at(910))
    assert find(officer, 911) is None


def test_nobody_else_is_asked_about_and_of_staff_only_where_a_post_could_let_them_in(officer):
    def ask(endpoint, role):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            allowed = acting.allows(endpoint=endpoint, role=role, person=officer.pk, now=at(60))
        return allowed, len(asked)

    put(officer, in_at=at(0))
    assert [ask("api:scans", role) for role in (Role.ESCORT, Role.LIAISON, None)] == [
        (True, 0),
        (False, 0),
        (False, 0),
    ]
    assert [ask(one, Role.STAFF) for one in ("web:duty", "web:order-sign", "no:such")] == [
        (True, 0),
        (False, 0),
        (False, 0),
    ]
    assert ask("api:scans", Role.STAFF) == (True, 1)
    models.Deployment.objects.update(in_at=at(0), out_at=at(60) - timedelta(hours=1))
    assert ask("api:scans", Role.STAFF) == (False, 2)
