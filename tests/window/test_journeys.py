"""A tired person with a phone: the code of a slip opens their page, in three languages, on a narrow screen."""

import pytest

from pratique import protocols
from pratique.services.stay import call
from pratique.services.window import petition

from .addresses import PAGES

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["zh", "vi", "lo"])
def test_the_code_of_a_slip_opens_the_page_and_help_is_asked_in_three_languages(
    opened,
    browser_page,
    language,
):
    say = protocols.list_sheets()[language].sentences
    page = browser_page
    page.set_default_timeout(45_000)
    page.set_viewport_size({"width": 320, "height": 640})
    page.context.add_cookies([{"name": "language", "value": language, "url": opened.window.url}])
    page.goto(f"{opened.window.url}/open/#{opened.secrets[0]}")
    page.get_by_text(opened.airport.code(0)).wait_for()
    assert page.url == f"{opened.window.url}/"
    assert opened.secrets[0] not in page.evaluate(
        "JSON.stringify([location.href, document.referrer, history.length])"
    )
    assert page.locator("html").get_attribute("lang") == ("zh-Hans" if language == "zh" else language)
    for path in PAGES:
        page.goto(opened.window.url + path)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is wider than a small phone by {wide}"
    page.goto(f"{opened.window.url}/")
    page.get_by_role("link", name=say["help.title"]).click()
    page.get_by_label(say["help.interpreter"]).check()
    page.get_by_role("button", name=say["help.button"]).click()
    page.get_by_text(say["help.sent"]).wait_for()
    (waiting,) = call.list_open()
    assert waiting.sort == "interpreter"
    page.goto(f"{opened.window.url}/complain/")
    page.get_by_label(say["complain.waiting"]).check()
    page.fill("#words", "……")
    page.get_by_role("button", name=say["complain.button"]).click()
    page.get_by_text(say["complain.sent"]).wait_for()
    assert petition.list_open()[0].language == language


def test_words_twice_as_large_still_fit(opened, browser_page):
    page = browser_page
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{opened.window.url}/open/#{opened.secrets[0]}")
    page.get_by_text(opened.airport.code(0)).wait_for()
    for path in PAGES:
        page.goto(opened.window.url + path)
        page.evaluate("document.documentElement.style.fontSize = '36px'")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is wider than the phone by {wide}"
