"""The page of a traveller: what happened, what is owed, what may be corrected."""

import pytest

from pratique.services import custody, identity
from pratique.store import models
from pratique.store.ids import make_id

from .airport import at


def read(client, traveller):
    answer = client.get(f"/travellers/{traveller}/")
    assert answer.status_code == 200
    return answer.content.decode()


def post(client, traveller, what, **typed):
    address = f"/travellers/{traveller}/"
    return client.post(f"{address}{what}/", {"back": address, **typed}, follow=True).content.decode()


@pytest.fixture
def disputed(airport):
    """Traveller 0 is in the hotel and, a minute later, scanned in the hall an hour away."""
    airport.settle(0)
    told = airport.port.told(who=0, where="hall2", minute=56)
    airport.port.send(told)
    return told


def test_the_timeline_tells_the_way_from_the_cabin_to_the_hotel_the_latest_first(airport):
    airport.settle(0)
    page = read(airport.client(), airport.port.travellers[0])
    places = ("Received by hotel", "Received by bus", "Received by hall", "Landed: held by")
    where = [page.index(place) for place in places]
    assert where == sorted(where)


def test_looking_at_a_person_is_written_down_and_said_on_the_page(airport):
    page = read(airport.client("reception"), airport.port.travellers[0])
    assert "ZHANG XIAOMING" in page
    assert "That you looked at this person is written down." in page
    look = models.Access.objects.get()
    assert (look.traveller_id, look.person_id) == (airport.port.travellers[0], airport.people["reception"].pk)


def test_an_auditor_sees_what_happened_and_not_who_it_is(airport):
    page = read(airport.client("auditor"), airport.port.travellers[0])
    assert "ZHANG XIAOMING" not in page
    assert airport.code(0) in page


def test_a_disputed_scan_is_shown_as_kept_and_not_believed(airport, disputed):
    page = read(airport.client(), airport.port.travellers[0])
    assert "In two places at once" in page
    assert "kept but not believed" in page


@pytest.mark.parametrize(("believed", "where"), [("yes", "hall2"), ("no", "hotel")])
def test_a_ruling_settles_a_dispute_and_the_reason_stays(airport, disputed, believed, where):
    said = post(
        airport.client("screener"),
        airport.port.travellers[0],
        f"scans/{disputed.id}/rule",
        believed=believed,
        because="the camera shows it",
    )
    assert "Settled." in said
    assert "the camera shows it" in said
    assert airport.port.where(0) == where
    assert not models.Dispute.objects.exists()


def test_a_ruling_without_a_reason_is_refused(airport, disputed):
    said = post(
        airport.client("screener"),
        airport.port.travellers[0],
        f"scans/{disputed.id}/rule",
        believed="yes",
        because=" ",
    )
    assert "Give the reason" in said
    assert models.Dispute.objects.exists()


def test_a_scan_taken_back_stays_struck_through_and_the_person_is_where_they_were(airport):
    told = airport.port.told(who=0, where="hall", minute=10)
    airport.port.send(told)
    said = post(
        airport.client("screener"),
        airport.port.travellers[0],
        f"scans/{told.id}/annul",
        because="another person",
    )
    assert 'class="is-struck"' in said
    assert "another person" in said
    assert airport.port.where(0) == "cabin"


def test_an_escort_may_look_and_not_correct(airport):
    told = airport.port.told(who=0, where="hall", minute=10)
    airport.port.send(told)
    client = airport.client("escort")
    assert "Take this scan back" not in read(client, airport.port.travellers[0])
    address = f"/travellers/{airport.port.travellers[0]}/scans/{told.id}/annul/"
    assert client.post(address, {"because": "no"}).status_code == 403
    assert airport.port.where(0) == "hall"


@pytest.fixture
def unlisted(airport):
    """Somebody in the hall who is on no list."""
    who = identity.Identity(surname="DOE", given_names="JANE")
    traveller = custody.register_unlisted(traveller=make_id(), flight=airport.port.flight, who=who, now=at(5))
    airport.port.send(airport.port.told(who=0, traveller=traveller.id, where="hall", minute=6))
    return traveller.id


def test_somebody_on_no_list_can_be_joined_to_somebody_on_one(airport, unlisted):
    client = airport.client("screener")
    assert "Who is this?" in read(client, unlisted)
    said = post(client, unlisted, "link", code=airport.code(3), because="the passport was misread")
    assert "read as one person" in said
    assert airport.port.where(3) == "hall"
    assert "Who is this?" not in read(client, airport.port.travellers[3])


def test_a_code_nobody_has_joins_nobody_and_keeps_what_was_typed(airport, unlisted):
    said = post(
        airport.client("screener"), unlisted, "link", code="22222222", because="the passport was misread"
    )
    assert "Nobody has this code" in said
    assert "the passport was misread" in said
    assert not models.Link.objects.exists()


def test_an_unknown_traveller_is_said_to_be_unknown(airport):
    answer = airport.client().get(f"/travellers/{make_id()}/")
    assert (answer.status_code, "Nothing is here" in answer.content.decode()) == (404, True)


def test_what_somebody_needs_on_the_way_is_kept_from_their_page(airport):
    who = airport.port.travellers[0]
    client = airport.client("reception")
    told = {"need": ["wheelchair", "language:th"], "back": f"/travellers/{who}/"}
    page = client.post(f"/travellers/{who}/needs/", told, follow=True).content.decode()
    assert "wheelchair" in page and "interpreter: Thai" in page
    assert models.Traveller.objects.get(id=who).needs == ["wheelchair", "language:th"]
    page = client.post(
        f"/travellers/{who}/needs/", {"need": "a throne", "back": f"/travellers/{who}/"}, follow=True
    )
    assert "There is no such need" in page.content.decode()
    assert airport.client("escort").post(f"/travellers/{who}/needs/", told).status_code == 403
