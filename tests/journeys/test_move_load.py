"""The dispatcher moves loads by hand: with the mouse on the chart, and by keys alone; what breaks a rule is said."""

import pytest
from playwright.sync_api import expect

from pratique.core.transport.plan import Trip
from pratique.services import clock
from pratique.services.dispatch import better, edit, load, plans
from pratique.store import models
from services.fleet import hold, open_port, worsen
from web.airport import at


@pytest.fixture
def desk(visit):
    """The dispatcher's desk with one plan in force: two coaches, an ambulance, three people on one trip."""
    port = open_port(travellers=6)
    found = visit(port=port)
    models.Listing.objects.filter(traveller_id__in=port.travellers[3:]).update(crew=True)
    hold(port, 0, 1, 2)
    by = found.airport.people["dispatcher"].id
    plan = plans.propose(by=by, now=at(60), seconds=0.2)
    plans.adopt(plan=plan.id, by=by, now=at(60))
    found.sit_down("dispatcher")
    found.go("/dispatch/")
    return found


def find_bar(page):
    (trip,) = models.Trip.objects.filter(plan__isnull=False, withdrawn_at__isnull=True)
    return page.locator(f'[data-load="{trip.id}"]'), trip


def drag(page, bar, row):
    expect(
        page.locator("[data-theme-switch]")
    ).to_be_enabled()  # the page's script has come, and listens to its bars
    bar.scroll_into_view_if_needed()
    box, there = bar.locator(".gantt-bar").bounding_box(), row.locator(".gantt-line").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, there["y"] + there["height"] / 2, steps=6)
    row.and_(page.locator(".may-take, .may-not")).wait_for()
    page.mouse.move(x + 1, there["y"] + there["height"] / 2)


def test_a_load_is_dragged_to_another_vehicle_and_refused_where_it_may_not_ride(desk):
    page = desk.page
    bar, trip = find_bar(page)
    other = models.Vehicle.objects.filter(kind="coach").exclude(id=trip.vehicle_id).get()
    ambulance = models.Vehicle.objects.get(kind="ambulance")
    drag(page, bar, page.locator(f'[data-vehicle="{ambulance.id}"]'))
    assert "may not carry ordinary" in page.locator("#gantt-said").inner_text()
    page.mouse.up()
    page.locator("[role=alert]", has_text="may not carry ordinary").wait_for()
    assert plans.find_proposed() is None
    bar, _ = find_bar(page)
    drag(page, bar, page.locator(f'[data-vehicle="{other.id}"]'))
    page.mouse.up()
    page.locator(".gantt-proposed[data-load]").wait_for()
    (row,) = plans.find_proposed().trips
    assert row["pinned"] and plans.list_drafts(plan=plans.find_proposed())[0].vehicle == other.id


def test_a_load_is_moved_by_keys_alone(desk):
    page = desk.page
    bar, trip = find_bar(page)
    other = models.Vehicle.objects.filter(kind="coach").exclude(id=trip.vehicle_id).get()
    bar.focus()
    page.keyboard.press("Enter")
    page.locator("#move[open] option", has_text=other.plate).wait_for(state="attached")
    ambulance = models.Vehicle.objects.get(kind="ambulance")
    page.locator("#move-vehicle").select_option(str(ambulance.id))
    page.locator("#move-because li", has_text="may not carry ordinary").wait_for()
    page.locator("#move-vehicle").select_option(str(other.id))
    assert page.locator("#move-because li").count() == 0
    page.locator("#move-later").fill("30")
    page.locator("#move button[value=yes]").focus()
    page.keyboard.press("Enter")
    page.locator(".gantt-proposed[data-load]").wait_for()
    (moved,) = plans.list_drafts(plan=plans.find_proposed())
    assert moved.vehicle == other.id and moved.starts_at == trip.during.lower + (at(30) - at(0))


@pytest.fixture
def two_trips(visit):
    """The desk with two trips in force from one flight to one place: two people at one o'clock, two at two."""
    port = open_port(travellers=4)
    found = visit(port=port)
    late = models.Listing.objects.filter(traveller_id__in=port.travellers[2:])
    late.update(crew=True)
    hold(port, 0, 1, 2, 3)
    by = found.airport.people["dispatcher"].id
    plans.adopt(plan=plans.propose(by=by, now=at(60), seconds=0.2).id, by=by, now=at(60))
    late.update(crew=False)
    first = models.Trip.objects.get(plan__isnull=False)
    waiting = load.Load(str(port.flight), "ordinary", str(port.custodians["holding"]))
    wish = load.Wish(destination=first.destination_id, starts_at=at(120))
    offers = load.list_offers(plan=None, load=waiting, chosen=frozenset(), wish=wish, by=by, now=at(60))
    names = plans.Names(offers.plan.document)
    draft = names.read(
        Trip(
            offers.start,
            offers.vehicle,
            offers.dest,
            offers.chosen,
            tuple(who for who in offers.drivers if who in offers.crew),
            tuple(who for who in offers.escorts if who in offers.crew),
        )
    )
    plans.adopt(plan=edit.add(plan=None, draft=draft, by=by, now=at(60)).plan.id, by=by, now=at(60))
    found.sit_down("dispatcher")
    found.go("/dispatch/")
    return found, first, models.Trip.objects.exclude(id=first.id).get(plan__isnull=False)


def see_together(found, second):
    """All four ride on the second trip, pinned, on the page and in the proposal; a plan made later keeps them there."""
    found.page.locator(f'#trips tr:has-text("4 / 10"):has-text("{second.vehicle.plate}")').wait_for()
    everybody = set(found.airport.port.travellers)
    later = plans.propose(by=found.airport.people["dispatcher"].id, now=at(61), seconds=0.2)
    (kept,) = plans.list_drafts(plan=later)
    assert (kept.trip, kept.pinned, kept.travellers) == (second.id, True, everybody)


def test_a_load_is_dragged_onto_another_trip_and_later_plans_keep_it_there(two_trips):
    found, first, second = two_trips
    page = found.page
    bar = page.locator(f'[data-load="{first.id}"] .gantt-bar')
    bar.scroll_into_view_if_needed()
    box, there = bar.bounding_box(), page.locator(f'[data-load="{second.id}"] .gantt-bar').bounding_box()
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(there["x"] + there["width"] * 2 / 3, there["y"] + there["height"] / 2, steps=8)
    page.locator(f'[data-load="{second.id}"].is-under').wait_for()
    page.mouse.up()
    see_together(found, second)


def test_a_load_is_put_onto_another_trip_by_keys_alone(two_trips):
    found, first, second = two_trips
    page = found.page
    page.locator(f'[data-load="{first.id}"]').focus()
    page.keyboard.press("Enter")
    page.locator(f'#move-onto option[value="{second.id}"]').wait_for(state="attached")
    page.locator("#move-onto").select_option(str(second.id))
    assert page.locator("#move-because li").count() == 0
    page.locator("#move button[value=yes]").focus()
    page.keyboard.press("Enter")
    see_together(found, second)


def test_what_is_found_behind_the_desk_comes_to_it_by_itself(desk):
    page = desk.page
    models.Listing.objects.update(crew=False)  # three more wait for a trip
    page.get_by_role("button", name="Make a plan").click()
    page.get_by_role("heading", name="Looking for a better plan").wait_for()
    worsen(plans.find_proposed())
    desk.go("/dispatch/")
    assert page.locator("#proposal").get_by_text("Nobody: everybody has a trip.").count() == 0
    assert better.work(clock=clock.now, wall=clock.wall)
    page.get_by_role("heading", name="The search is over").wait_for()
    page.locator("#proposal").get_by_text("Nobody: everybody has a trip.").wait_for()
