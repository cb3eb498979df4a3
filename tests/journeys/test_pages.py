"""Pages in a real browser: a board that moves by itself, both languages, the keyboard, a phone without network."""

import re
import time

import pytest

from pratique.services import clock
from pratique.store import models
from services.port import at

pytestmark = pytest.mark.browser


def test_the_board_changes_without_being_loaded_again(visit):
    day = visit()
    page = day.sit_down("commander")
    day.go("/boards/tower/")
    page.evaluate("window.loaded = 'once'")
    row = page.locator(".flight-row", has_text="MU2086")
    assert row.locator(".figure").inner_text().split()[-1] == "4"
    day.airport.settle(0, 1)
    row.locator(".bar-facility text", has_text="2").wait_for()
    assert row.locator(".figure").inner_text().split()[-1] == "2"
    assert page.locator(".tower-open .figure").inner_text() == "2"
    day.airport.settle(2, 3)
    page.get_by_text("Nobody is open").wait_for()
    assert page.evaluate("window.loaded") == "once"


def test_a_board_without_its_server_says_how_old_it_is(visit):
    day = visit()
    page = day.sit_down("commander")
    day.go("/boards/wall/")
    page.locator("body[data-live=fresh]").wait_for()
    page.route("**/picture/", lambda route: route.abort())
    page.locator("[data-live-sign]", has_text="Not live. Last picture:").wait_for()


def test_whoever_is_overdue_is_red_on_the_board_without_anything_being_written(visit):
    day = visit()
    page = day.sit_down("commander")
    day.go("/boards/tower/")
    assert page.locator(".zero[data-key=missed] .figure").inner_text() == "0"
    clock.set_clock(at=at(200), speed=0)
    page.locator(".zero.is-lost[data-key=missed] .figure", has_text="4").wait_for()


PAGES = ("/boards/tower/", "/boards/tower/duties/", "/flights/", "/lists/", "/trips/", "/scan/", "/bulletins/", "/audit/", "/find/")  # fmt: skip
HAN = re.compile(r"[\u4e00-\u9fff]")


def test_every_desk_speaks_one_language_at_a_time_and_fits_its_screen(visit):
    day = visit()
    models.Port.objects.update(name_zh="港", name_en="Port")
    for language, size in (("en", (390, 844)), ("zh-hans", (1440, 900)), ("zh-hans", (390, 844))):
        page = day.sit_down("commander", language, size)
        for path in PAGES:
            day.go(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0], (path, size)
            said = page.locator("main").inner_text()
            if language == "en":
                assert not HAN.search(said), (path, HAN.findall(said))
            else:
                assert HAN.search(page.locator("h1").first.text_content()), path


def test_the_head_of_a_page_fits_every_window_in_both_languages(visit):
    day = visit()
    for language in ("en", "zh-hans"):
        page = day.sit_down("commander", language)
        day.go("/flights/")
        for width in (1920, 1610, 1590, 1440, 1366, 1280, 1230, 1110, 1024, 870, 850, 600, 360):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (language, width)


def test_the_language_is_changed_on_the_page_where_one_is(visit):
    day = visit()
    page = day.sit_down("commander")
    day.go(f"/flights/{day.airport.port.flight}/?place=open")
    page.get_by_role("button", name="中文").click()
    page.get_by_role("button", name="English").wait_for()
    assert page.url.endswith(f"/flights/{day.airport.port.flight}/?place=open")
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"


def test_a_desk_is_worked_without_a_mouse(visit):
    day = visit()
    page = day.sit_down("commander")
    day.go("/boards/tower/")
    page.keyboard.press("/")
    page.keyboard.type(day.airport.code(1))
    page.keyboard.press("Enter")
    page.wait_for_url("**/travellers/**")
    page.get_by_role("heading", name=day.airport.code(1)).wait_for()
    for key, path in (("f", "/flights/"), ("r", "/trips/"), ("s", "/scan/"), ("t", "/boards/tower/")):
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(f"**{path}")
    page.keyboard.press("?")
    page.locator("#keys[open]").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"


def test_a_post_is_found_by_typing_a_part_of_its_name(visit):
    day = visit()
    page = day.sit_down("escort")
    day.go("/scan/")
    page.fill("#filter", "hotel2")
    assert page.locator("#posts li:visible").count() == 1
    page.press("#filter", "Enter")
    page.wait_for_url(f"**/scan/{day.airport.port.custodians['hotel2']}/")


def test_what_only_a_script_answers_is_not_offered_before_it_has_come(visit):
    """Above all the scan field: Enter would put the code into the address of the page, and record nobody."""
    day = visit()
    page = day.sit_down("commander")
    page.route("**/*.js", lambda route: route.abort())
    for path, waiting, said in (
        (
            f"/scan/{day.airport.port.custodians['hall']}/",
            "#scan :is(input, button)",
            "Not ready to scan yet",
        ),
        ("/scan/", "#filter", "Where do you stand?"),
        ("/boards/tower/", "[data-theme-switch]", "Not live yet"),
    ):
        day.go(path)
        page.get_by_text(said).wait_for()
        offered = [one for one in page.locator(waiting).all() if one.is_visible()]
        assert offered and all(one.is_disabled() for one in offered), path


def test_a_figure_explains_itself_with_one_tap(visit):
    day = visit()
    page = day.sit_down("commander")
    day.go("/boards/tower/")
    page.get_by_role("button", name="What this means: Travellers missed").click()
    page.locator(".why:popover-open", has_text="whom no custodian could show").wait_for()


def test_a_phone_whose_server_is_down_keeps_its_scans_and_sends_each_of_them_once(visit, own_server):
    day = visit()
    day.url = own_server.url
    hall = day.airport.port.custodians["hall"]
    page = day.stand_at(hall, "escort")
    day.scan(day.airport.code(0))
    page.locator("#scan[data-kept=yes]").wait_for(state="attached")
    own_server.kill()
    for number in (1, 2):
        page.fill("#scanned", day.airport.code(number))
        page.press("#scanned", "Enter")
        page.locator("#verdict-word", has_text="Kept on this phone").wait_for()
    page.locator("#unsent", has_text="2 unsent").wait_for()
    page.reload()  # a phone that was switched off and on again, and the server is still down
    page.locator("#unsent", has_text="2 unsent").wait_for()
    page.locator("#line[data-line=offline]").wait_for()
    assert models.Scan.objects.filter(custodian_id=hall).count() == 1
    own_server.start()
    page.locator("#unsent").wait_for(state="hidden", timeout=30_000)
    time.sleep(5)  # longer than it waits before it looks again for something to send
    scanned = models.Scan.objects.filter(custodian_id=hall).values_list("traveller_id", flat=True)
    assert sorted(scanned) == sorted(day.airport.port.travellers[:3])
    assert not models.Conflict.objects.exists()
