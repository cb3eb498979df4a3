"""From declaration to result in a real browser: declared, screened, sampled, boxed, answered by a file, in the timeline."""

from datetime import timedelta

import pytest

from pratique.services import clock
from pratique.store import models
from web.airport import PASSWORD

pytestmark = pytest.mark.browser


def test_from_the_declaration_to_the_result_in_the_timeline(visit):
    day = visit()
    code = day.airport.code(0)
    day.airport.port.send(day.airport.port.told(who=0, where="hall", minute=10))
    page = day.sit_down("screener")
    day.go("/screening/")
    page.fill("#sought", code)
    page.press("#sought", "Enter")
    today = clock.now().date()
    page.get_by_label("Temperature in °C").fill("36.4")
    page.get_by_label("Asked everything else: all no").check()
    page.get_by_label("Country or region").first.fill("Thailand")
    page.get_by_label("First day there").first.fill(str(today - timedelta(days=20)))
    page.get_by_label("Last day there").first.fill(str(today))
    page.get_by_role("button", name="Decide").click()
    page.get_by_text("Ordinary channel", exact=True).wait_for()
    assert models.Declaration.objects.get().source == "desk"

    day.go("/samples/")
    page.get_by_label("Wristband or badge", exact=True).fill(code)
    page.get_by_label("Tube", exact=True).fill("KM0001")
    page.locator("form[action='/samples/take/']").get_by_label("Laboratory").fill("City laboratory")
    page.get_by_role("button", name="Taken").click()
    page.get_by_text(f"{code}: tube KM0001").wait_for()

    page.fill("#batch-laboratory", "City laboratory")
    page.get_by_role("button", name="Open the batch").click()
    page.fill("#tube", "KM0001")
    page.press("#tube", "Enter")
    page.get_by_role("button", name="Close the box").click()
    page.get_by_label("Tubes counted").fill("1")
    page.get_by_label("Handed to").fill("Courier Wang")
    page.get_by_role("button", name="Hand over").click()
    page.get_by_label("Received there by").fill("Li")
    page.get_by_role("button", name="Received").click()
    page.get_by_text("The results are awaited").wait_for()

    day.set_clock(400)
    day.go("/samples/")
    text = "条码,结果,检测机构\nKM0001,阴性(-),City laboratory\nKM9999,阳性,City laboratory\n"
    sent = {"name": "results.csv", "mimeType": "text/csv", "buffer": text.encode("gb18030")}
    page.set_input_files("input[type=file]", sent)
    page.get_by_role("button", name="Look at it").click()
    # They handed the box over and wrote down its receipt themselves: somebody else signs the negative.
    page.get_by_label("Second signature: user name").fill("commander")
    page.get_by_label("Second signature: password").fill(PASSWORD)
    page.get_by_role("button", name="Take it in").click()
    page.get_by_text("Taken in: 1 result").wait_for()
    assert page.locator("body", has_text="KM9999").count()

    day.go(f"/travellers/{day.airport.port.travellers[0]}/")
    timeline = page.locator(".timeline").inner_text()
    for word in ("Health declaration given", "Screened", "Sample taken", "negative"):
        assert word in timeline, word
