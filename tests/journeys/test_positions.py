"""The crew's phone says where the vehicle is, and the dispatcher's map moves, without either page being loaded again."""

import pytest

from pratique.services import transport
from pratique.store import models
from services.port import at

pytestmark = pytest.mark.browser
PORT, HALFWAY = {"latitude": 25.1019, "longitude": 102.9292}, {"latitude": 25.07, "longitude": 102.82}


def under_way(day):
    """A coach with the escort of the airport, under way to the hotel since minute 55."""
    for code, latitude, longitude in (("KMG", 25.1019, 102.9292), ("F1", 25.0389, 102.7183)):
        models.Place.objects.create(code=code, latitude=latitude, longitude=longitude)
    models.Travel.objects.filter(one="F1", other="KMG").update(minutes=40)
    vehicle = models.Vehicle.objects.create(plate="A-T0001", kind="coach", seats=20)
    hotel = models.Custodian.objects.get(code="hotel")
    escort = day.airport.people["escort"].pk
    order = transport.Order(vehicle.id, hotel.id, at(30), 150, escorts=(escort,))
    trip = transport.plan_trip(order=order, code="trip:t")
    transport.report(report=transport.Report(trip.id, "departed"), by=None, now=at(55))
    return trip


def test_a_phone_reports_its_trip_and_the_map_shows_it(visit):
    day = visit()
    trip = under_way(day)
    page = day.sit_down("dispatcher")
    day.go("/dispatch/")
    page.evaluate("window.loaded = 'once'")
    assert "no position" in page.locator("#roadmap tbody").inner_text()
    assert page.locator("#roadmap a[id^=road-]").count() == 0

    context = page.context.browser.new_context(
        geolocation=PORT, permissions=["geolocation"], base_url=day.url
    )
    cookies = day.airport.client("escort").cookies
    context.add_cookies([{"name": n, "value": m.value, "url": day.url} for n, m in cookies.items()])
    phone = context.new_page()
    phone.set_viewport_size({"width": 390, "height": 844})
    phone.goto("/ride/")
    assert "Your position is not reported" in phone.locator("#ride-state").inner_text()
    assert not models.Fix.objects.exists()
    phone.get_by_role("switch").click()
    phone.locator("#ride-state[data-state=on]").wait_for()
    assert phone.get_by_role("switch").get_attribute("aria-checked") == "true"
    assert models.Fix.objects.values_list("trip", "source").get() == (trip.id, "phone")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390

    mark = page.locator(f"#road-{trip.id}")
    mark.wait_for(state="attached")
    assert "A-T0001" in mark.get_attribute("aria-label")
    assert page.evaluate("window.loaded") == "once"
    mark.focus()
    assert page.evaluate("document.activeElement.id") == f"road-{trip.id}"

    transport.report(report=transport.Report(trip.id, "arrived"), by=None, now=at(60))
    fixes = models.Fix.objects.count()
    phone.reload()
    phone.locator("#ride-state[data-state=over]").wait_for()
    assert models.Fix.objects.count() == fixes, "whoever has arrived is followed no further"
    assert phone.get_by_role("switch").get_attribute("aria-checked") == "false"
    page.get_by_text("No vehicle is on the road").wait_for()
    context.close()


def test_a_phone_that_may_not_use_its_position_says_so(visit):
    day = visit()
    under_way(day)
    page = day.sit_down("escort", size=(390, 844))
    page.context.clear_permissions()
    day.go("/ride/")
    page.get_by_role("switch").click()
    page.locator("#ride-state[data-state=denied]").wait_for()
    assert not models.Fix.objects.exists()
