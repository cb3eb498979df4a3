"""The bulletin on a page and as documents."""

import json

import pytest

from pratique.store import models


@pytest.fixture
def published(airport):
    """Today's bulletin, published by the commander."""
    airport.settle(0, 1)
    answer = airport.client("commander").post("/bulletins/publish/", follow=True)
    assert "Published: 2020-04-15, revision 1." in answer.content.decode()
    return "/bulletins/2020-04-15/"


def test_a_bulletin_shows_every_section_with_its_definitions(airport, published):
    page = airport.client("staff").get(published).content.decode()
    for said in ("Where the travellers are", "Travellers missed", "What these figures count", "Sealed at"):
        assert said in page


@pytest.mark.parametrize(
    ("kind", "begins"), [("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK"), ("json", b"{")]
)
def test_a_bulletin_is_sent_as_a_document(airport, published, kind, begins):
    answer = airport.client("staff").get(f"{published}1.{kind}")
    assert answer.content.startswith(begins)
    assert f'filename="KMG-2020-04-15-1.{kind}"' in answer["Content-Disposition"]


def test_a_second_one_of_the_day_is_a_revision_and_the_first_stays(airport, published):
    airport.client("commander").post("/bulletins/publish/")
    page = airport.client("staff").get("/bulletins/").content.decode()
    assert "revision 2" in page
    assert "?revision=1" in page
    assert models.Bulletin.objects.count() == 2


def test_a_partner_agency_is_given_the_public_edition(airport, published):
    assert "public edition" in airport.client("partner").get(published).content.decode()
    assert json.loads(airport.client("partner").get(f"{published}1.json").content)["audience"] == "public"
    assert json.loads(airport.client("staff").get(f"{published}1.json").content)["audience"] == "internal"


@pytest.mark.parametrize(
    "address", ["/bulletins/2020-04-16/", "/bulletins/soon/", "/bulletins/2020-04-15/9.pdf"]
)
def test_a_bulletin_that_is_not_there_is_said_not_to_be(airport, published, address):
    assert airport.client("staff").get(address).status_code == 404


def test_before_the_first_bulletin_the_page_says_how_they_are_made(airport):
    assert "nothing on it is typed in" in airport.client("staff").get("/bulletins/").content.decode()
