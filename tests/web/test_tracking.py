"""Trackers, the crew's page and the map as pages: who sees and does what, in both languages, and what never shows."""

import json
import re

import pytest
from django.test import Client

from pratique.core.transport.progress import Spot
from pratique.services import clock, transport
from pratique.services.tracking import fix, tracker
from pratique.store import models
from pratique.store.ids import make_id
from pratique.web.dispatch import roadmap
from services.port import at


@pytest.fixture
def trip(airport):
    """A coach under way to the hotel since minute 30, planned to be there at minute 60; its clock stands at 60."""
    for code, latitude, longitude in (("KMG", 25.1019, 102.9292), ("F1", 25.0389, 102.7183)):
        models.Place.objects.create(code=code, latitude=latitude, longitude=longitude)
    models.Travel.objects.filter(one="F1", other="KMG").update(minutes=40)
    vehicle = models.Vehicle.objects.create(plate="YA-001", kind="coach", seats=20)
    hotel = models.Custodian.objects.get(code="hotel")
    crew = airport.people["escort"].pk
    order = transport.Order(vehicle.id, hotel.id, at(0), 150, escorts=(crew,))
    found = transport.plan_trip(order=order, code="trip:t")
    transport.report(report=transport.Report(found.id, "departed"), by=None, now=at(30))
    return found


def report(client, trip, minute=58, **more):
    coords = {"latitude": 25.07, "longitude": 102.82, "accuracy": 10, **more}
    body = {"device_id": str(trip.id), "location": [{"timestamp": at(minute).isoformat(), "coords": coords}]}
    return client.post("/ride/position/", json.dumps(body), content_type="application/json")


def issue(client, trip):
    return client.post("/trackers/issue/", {"vehicle": trip.vehicle.id, "name": "GPS 7"}).content.decode()


def test_an_identifier_is_shown_once_with_where_to_send_and_works(airport, trip):
    client = airport.client("dispatcher")
    page = issue(client, trip)
    identifier = re.search(r'id="identifier">([a-z0-9]+)<', page)[1]
    assert "http://testserver/api/v1/positions" in page
    assert identifier not in client.get("/trackers/").content.decode()
    told = {"id": identifier, "lat": "25.07", "lon": "102.82", "timestamp": str(int(at(58).timestamp()))}
    assert Client().post("/api/v1/positions", told).json()["outcomes"] == ["kept"]


def test_a_revoked_tracker_is_heard_no_more(airport, trip):
    client = airport.client("administrator")
    page = issue(client, trip)
    identifier = re.search(r'id="identifier">([a-z0-9]+)<', page)[1]
    row = models.Tracker.objects.get()
    client.post(f"/trackers/{row.id}/revoke/")
    assert Client().post("/api/v1/positions", {"id": identifier}).status_code == 401
    page = client.get("/trackers/").content.decode()
    assert "revoked" in page
    assert "unknown sender" in page


def test_whoever_may_only_look_is_offered_nothing_to_do(airport, trip):
    issue(airport.client("dispatcher"), trip)
    page = airport.client("auditor").get("/trackers/").content.decode()
    assert "GPS 7" in page
    assert "/revoke/" not in page
    assert "/trackers/issue/" not in page


def test_the_crew_reports_and_others_are_refused(airport, trip):
    assert report(airport.client("escort"), trip).json()["outcomes"] == ["kept"]
    stranger = airport.client("staff")
    assert report(stranger, trip).status_code == 409
    assert "No trip of yours is open" in stranger.get("/ride/").content.decode()
    assert "YA-001" in airport.client("escort", "zh-hans").get("/ride/").content.decode()


def test_a_report_that_names_no_trip_or_says_nothing_is_refused_or_counted(airport, trip):
    client = airport.client("escort")
    assert client.post("/ride/position/", b"{", content_type="application/json").status_code == 409
    assert report(client, trip, latitude=99).json()["outcomes"] == []
    assert report(client, trip, minute=20).json()["outcomes"] == ["fix_before_trip"]
    assert not models.Fix.objects.exists()


def is_unchanged(client, where):
    """Whether a second look finds nothing new. A commit of anybody in the cluster changes the tag, so look up to ten times."""
    for _ in range(10):
        tag = client.get(where)["ETag"]
        if client.get(where, headers={"If-None-Match": tag}).status_code == 304:
            return True
    return False


def test_the_map_is_drawn_and_says_the_same_in_its_list(airport, trip):
    report(airport.client("escort"), trip)
    page = airport.client("dispatcher").get("/dispatch/map/")
    assert f'id="road-{trip.id}"' in page.content.decode()
    assert "YA-001" in page.content.decode().split("<tbody>")[1]
    assert is_unchanged(airport.client("dispatcher"), "/dispatch/map/")
    assert "style=" not in page.content.decode()
    assert "http" not in page.content.decode().replace("http-equiv", "")


def test_late_and_silent_are_said_on_every_page_of_the_trip(airport, trip):
    report(airport.client("escort"), trip)
    tracker.issue(vehicle=trip.vehicle_id, name="", by=None, now=at(0))
    clock.set_clock(at=at(75), speed=0)
    for path in ("/trips/", f"/trips/{trip.id}/", "/dispatch/"):
        said = re.sub(
            r"(?s)<ul class=.legend.>.*?</ul>", "", airport.client("dispatcher").get(path).content.decode()
        )
        assert re.search(r'chip is-late">.*?</svg>silent', said), path
        assert "失联" in airport.client("dispatcher", "zh-hans").get(path).content.decode()


def test_the_answer_of_a_silent_crew_is_written_down_on_its_page_and_taken_back(airport, trip):
    client, page = airport.client("dispatcher"), f"/trips/{trip.id}/"
    clock.set_clock(at=at(91), speed=0)
    assert "Nothing was heard of it since" in client.get(page).content.decode()
    assert "call its crew" in airport.client("escort").get(page).content.decode()
    assert "They were reached" not in airport.client("escort").get(page).content.decode()
    nameless = client.post(f"{page}reached/", {"place": "km 3", "back": page}, follow=True)
    assert "Say who answered, and where they are" in nameless.content.decode()
    told = {"who": "the driver", "place": "km 3", "note": "all well", "back": page}
    said = client.post(f"{page}reached/", told, follow=True).content.decode()
    assert "the driver · km 3" in said
    assert "Nothing was heard of it since" not in said
    answer = models.Evidence.objects.get(code="answered")
    told = {"because": "of another coach", "back": page}
    said = client.post(f"{page}reached/{answer.id}/back/", told, follow=True).content.decode()
    assert "the driver · km 3" not in said
    assert "Nothing was heard of it since" in said


def test_a_port_without_coordinates_says_what_is_missing(airport):
    assert "coordinates are not known" in airport.client("dispatcher").get("/dispatch/map/").content.decode()


def test_once_erased_the_page_of_the_trip_says_how_many_there_were(airport, trip):
    report(airport.client("escort"), trip)
    transport.report(report=transport.Report(trip.id, "arrived"), by=None, now=at(65))
    transport.report(report=transport.Report(trip.id, "ended"), by=None, now=at(66))
    fix.erase_due(now=at(66 + 24 * 60))
    assert "1 erased" in airport.client("dispatcher").get(f"/trips/{trip.id}/").content.decode()


def test_labels_on_the_map_never_cover_each_other():
    crowd = [roadmap.Point(40 + 2 * n, 20 + n) for n in range(6)]
    points = [*crowd, roadmap.Point(80, 80)]
    rides = [roadmap.Ride(make_id(), "YA-0001", "hotel", "facility", None, point, None) for point in points]
    labelled, taken = roadmap._label_rides(rides)
    boxes = taken[len(rides) :]
    assert len(boxes) == sum(bool(ride.anchor) for ride in labelled)
    assert 0 < len(boxes) < len(rides)
    assert not any(roadmap._cover(one, other) for n, one in enumerate(boxes) for other in boxes[:n])


def test_a_distance_on_the_map_is_the_same_in_every_direction():
    frame = roadmap._Frame([Spot(25.0, 102.0), Spot(26.0, 103.0)])
    middle, east, north = (frame.place(Spot(25.5 + n, 102.5 + e)) for n, e in ((0, 0), (0, 0.1), (0.1, 0)))
    right, up = (east.x - middle.x) * roadmap.ASPECT, middle.y - north.y
    assert right / up == pytest.approx(0.9025, abs=0.001)  # the cosine of 25.5 degrees
