"""Whoever reads with a screen reader or with weak eyes: a traveller's own page breaks no rule of WCAG 2.2 A or AA."""

import pytest

from accessibility import list_violations

pytestmark = pytest.mark.browser


def test_no_page_of_a_traveller_keeps_anybody_out(opened, browser_page):
    page = browser_page
    page.goto(f"{opened.window.url}/open/#{opened.secrets[0]}")
    page.get_by_text(opened.airport.code(0)).wait_for()
    faults = []
    for path in ("/", "/declare/", "/rights/", "/complain/"):
        page.goto(opened.window.url + path)
        faults += list_violations(page)
    assert faults == []
