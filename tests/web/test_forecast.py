"""The forecast page: bands with what there is, what may be short, and every assumption, in both languages."""

import pytest

from pratique.store import models
from services.fleet import hold, open_port

from .airport import open_airport


@pytest.fixture
def airport(db):
    found = open_airport(travellers=30, port=open_port(travellers=30, rooms=5))
    hold(found.port, *range(20))
    return found


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "The next 24 hours",
                "may be short from",
                "What this assumes",
                "Lateness against the schedule",
                "0.4 %",
            ],
        ),
        ("zh-hans", ["未来 24 小时", "可能不足", "推演的假定", "与计划时刻之差", "0.4 %"]),
    ],
)
def test_the_page_says_what_is_needed_how_sure_and_by_which_assumptions(airport, language, said):
    page = airport.client("dispatcher", language).get("/dispatch/forecast/").content.decode()
    assert all(text in page for text in said)
    assert page.count('class="band"') == 4 * 24 + 1 and page.count('<th scope="row">') == 24


def test_the_picture_is_answered_anew_once_a_minute(airport):
    client = airport.client("liaison")
    first = client.get("/dispatch/forecast/picture/")
    assert first.status_code == 200 and "data-live-region" in first.content.decode()
    again = client.get("/dispatch/forecast/picture/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    from_then = client.get("/dispatch/forecast/picture/", headers={"If-None-Match": '"another"'})
    assert from_then.content == first.content


def test_the_desk_leads_there_and_the_escort_may_not(airport):
    assert "/dispatch/forecast/" in airport.client("dispatcher").get("/dispatch/").content.decode()
    assert airport.client("escort").get("/dispatch/forecast/").status_code == 403


def test_before_anybody_is_here_nothing_is_needed(db):
    airport = open_airport(travellers=1, landed=False)
    models.Listing.objects.all().delete()
    models.Flight.objects.update(seats=None)
    page = airport.client("dispatcher").get("/dispatch/forecast/").content.decode()
    assert "In no hour does a band reach beyond what there is" in page
