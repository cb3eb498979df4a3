"""Whoever works with a screen reader, without a mouse or with weak eyes: no desk breaks a rule of WCAG 2.2 A or AA."""

import pytest
from django.urls import reverse

from accessibility import list_violations
from pratique.services import care
from services.port import at
from services.squad import Squad

pytestmark = pytest.mark.browser

MAIN = (
    "tower wall flight traveller screening samples dispatch stay-facility cases contacts force draw shift-handovers "
    "health bulletins audit duty scan-post"
)
FURTHER = (
    "duties flights manifests checkpoints dispatch-forecast trips convoys stay exemptions case-tasks screen safety issues "
    "petitions procedures upward training model-posts health-own scan search password"
)


@pytest.mark.parametrize(
    "pages", [MAIN, pytest.param(FURTHER, marks=pytest.mark.slow)], ids=["main", "further"]
)
def test_no_desk_keeps_anybody_out(visit, pages):
    """With people in the hall and in rooms, one of them found positive, and a force that is not drawn yet."""
    day = visit()
    port = day.airport.port
    Squad(officers_each=2)
    day.airport.settle(0, 1)
    for traveller, result in zip(port.travellers, ("positive", "negative"), strict=False):
        care.take_sample(swab=care.Swab(traveller, f"T-{result}"), by=None, now=at(56))
        care.record_result(tube=f"T-{result}", result=result, by=None, now=at(58))
    about = {
        "flight": port.flight,
        "traveller": port.travellers[0],
        "screen": port.travellers[2],
        "contacts": port.travellers[0],
        "stay-facility": port.custodians["hotel"],
        "scan-post": port.custodians["hall"],
    }
    page = day.sit_down("commander")
    faults = []
    for name in pages.split():
        day.go(reverse(name, args=[about[name]] if name in about else []))
        faults += list_violations(page)
    assert faults == []


def test_a_page_that_keeps_people_out_is_found(browser_page):
    browser_page.set_content(
        "<html lang=en><title>t</title><main><h1>t</h1><input><p style='color:#999'>grey"
    )
    found = list_violations(browser_page)
    assert any("contrast" in fault for fault in found)
    assert any("label" in fault for fault in found)
