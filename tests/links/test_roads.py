"""Travel times from a routing server: a real HTTP server that speaks the documented forms, well and badly.

The answers in `golden/` are written by hand after the public documentation.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from pratique.core.answers import Refused
from pratique.core.transport.progress import Spot
from pratique.formats import road_matrix
from pratique.formats.road_matrix import Cell
from pratique.links import roads
from pratique.services import clock
from pratique.services.dispatch import means, settings
from pratique.site import rounds
from pratique.store import models
from pratique.store.queries import ways
from services import fleet
from services.port import at

GOLDEN = Path(__file__).with_name("golden")
PORT, CITY, DALI = Spot(25.1019, 102.9292), Spot(25.0389, 102.7183), Spot(25.6065, 100.2676)
Answer = Callable[[str, list[list[float]], list[list[float]]], tuple[int, object]]


class Routing:
    """A routing server: `answer` is given the kind and the coordinates of sources and targets."""

    def __init__(self) -> None:
        self.answer: Answer = lambda kind, sources, targets: (200, write(kind, sources, targets))
        self.asked: list[int] = []
        routing = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.reply("osrm", *read_osrm(self.path))

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                assert (self.path, body["costing"]) == ("/sources_to_targets", "auto")
                points = ([[p["lon"], p["lat"]] for p in body[name]] for name in ("sources", "targets"))
                self.reply("valhalla", *points)

            def reply(self, kind: str, sources: list[list[float]], targets: list[list[float]]) -> None:
                routing.asked.append(len(sources) * len(targets))
                status, said = routing.answer(kind, sources, targets)
                data = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def named(self, kind: str, **more: float) -> roads.Server:
        url = f"http://127.0.0.1:{self.server.server_port}"
        return roads.Server(kind, url, **{"rest_seconds": 0.01, **more})


def read_osrm(path: str) -> tuple[list[list[float]], list[list[float]]]:
    parts = urlsplit(path)
    told = parse_qs(parts.query)
    assert parts.path.startswith("/table/v1/driving/")
    assert told["annotations"] == ["duration,distance"]
    points = [[float(n) for n in point.split(",")] for point in parts.path.rpartition("/")[2].split(";")]
    return tuple([points[int(n)] for n in told[name][0].split(";")] for name in ("sources", "destinations"))


def write(kind: str, sources: list[list[float]], targets: list[list[float]]) -> object:
    """Sixty seconds and a kilometre for each hundredth of a degree of longitude; the way back is 60 s longer."""

    def cell(one: list[float], other: list[float]) -> float:
        return round(abs(one[0] - other[0]) * 100) * 60 + (60 if one[0] < other[0] else 0)

    times = [[cell(one, other) for other in targets] for one in sources]
    if kind == "osrm":
        return {
            "code": "Ok",
            "durations": times,
            "distances": [[t / 60 * 1000 for t in row] for row in times],
        }
    return {
        "sources_to_targets": [[{"time": t, "distance": t / 60} for t in row] for row in times],
        "units": "kilometers",
    }


@pytest.fixture
def routing() -> Iterator[Routing]:
    one = Routing()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def port(db):
    """A port whose hotel, second hotel and hospital are known by coordinates and by the table (7 minutes)."""
    built = fleet.open_port()
    models.Place.objects.create(code="KMG", latitude=PORT.latitude, longitude=PORT.longitude)
    for code, longitude in (("F1", 102.7292), ("F2", 102.6292), ("H1", 102.8292)):
        models.Place.objects.create(code=code, latitude=25.0, longitude=longitude)
    models.Travel.objects.update(minutes=7, km=5)
    return built


@pytest.mark.parametrize(("kind", "name"), [("osrm", "osrm_table"), ("valhalla", "valhalla_matrix")])
def test_the_documented_answers_are_read_with_their_units(kind, name):
    data = (GOLDEN / f"{name}.json").read_bytes()
    one, none = road_matrix.read(kind=kind, data=data, count=2, back=False)
    assert none is None
    assert one.minutes == pytest.approx(30.05, abs=0.01)
    assert one.km == pytest.approx(26.104, abs=0.001)


@pytest.mark.parametrize("kind", road_matrix.KINDS)
def test_both_directions_are_asked_and_the_slower_counts(routing, kind):
    ends = [Spot(25.0, 102.7292), Spot(25.0, 102.8292)]
    assert roads.ask_all(server=routing.named(kind), start=PORT, ends=ends) == [Cell(21, 21), Cell(11, 11)]


@pytest.mark.parametrize("kind", road_matrix.KINDS)
def test_more_places_than_a_server_takes_are_asked_in_parts(routing, kind):
    ends = [Spot(25.0, 102.9292 - n / 100) for n in range(120)]
    found = roads.ask_all(server=routing.named(kind), start=PORT, ends=ends)
    assert [cell.minutes for cell in found[1:]] == [n + 1 for n in range(1, 120)]
    assert max(routing.asked) <= roads.PLACES_MAX


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("osrm", {"code": "NoSegment", "message": "Could not find a matching segment"}),
        ("valhalla", {"error_code": 154}),
    ],
)
def test_a_place_that_spoils_the_question_is_left_out_alone(routing, kind, said):
    def answer(kind, sources, targets):
        if any(point[0] == DALI.longitude for point in sources + targets):
            return 400, said
        return 200, write(kind, sources, targets)

    routing.answer = answer
    ends = [Spot(25.0, 102.7292), DALI, Spot(25.0, 102.8292)]
    found = roads.ask_all(server=routing.named(kind), start=PORT, ends=ends)
    assert [cell and cell.minutes for cell in found] == [21, None, 11]


@pytest.mark.parametrize(
    ("status", "said", "because", "tries"),
    [
        (500, b"", "500", 2), (429, b"", "429", 2), (404, b"", "404", 1), (400, {"code": "InvalidQuery"}, "400", 1),
        (200, b"<html>", "not JSON", 1), (200, {"code": "Ok", "durations": [[1]]}, "1 ways where 2", 1),
        (200, {"code": "NoTable"}, "NoTable", 1), (200, {"code": "Ok", "durations": [[1, -5]]}, "no time", 1),
        (200, {"code": "Ok"}, "not a matrix", 1), (200, [], "not an object", 1),
    ],
)  # fmt: skip
def test_bad_answers_are_named(routing, status, said, because, tries):
    routing.answer = lambda *_: (status, said)
    with pytest.raises(roads.NotAnswered, match=because):
        roads.ask_all(server=routing.named("osrm"), start=PORT, ends=[CITY, DALI])
    assert len(routing.asked) == tries


def test_a_server_that_does_not_answer_in_time_is_given_up(routing):
    routing.answer = lambda *_: (time.sleep(1), (200, b""))[1]
    with pytest.raises(roads.NotAnswered, match=r"within 0.1 s"):
        roads.ask_all(server=routing.named("osrm", seconds=0.1), start=PORT, ends=[CITY])


def test_nobody_listens():
    server = roads.Server("osrm", "http://127.0.0.1:1", rest_seconds=0.01)
    with pytest.raises(roads.NotAnswered, match="not reached"):
        roads.ask_all(server=server, start=PORT, ends=[CITY])


def test_what_the_server_says_is_what_plans_are_made_with(port, routing):
    assert {way.minutes for way in ways.list_ways().values()} == {7}
    assert roads.refresh(server=routing.named("osrm"), clock=lambda: at(0)) == 3 + 3
    known = ways.list_ways()
    assert {place: known[place].minutes for place in ("F1", "F2", "H1")} == {"F1": 21, "F2": 31, "H1": 11}
    running, _ = means.split(opened=means.list_open())
    found = means.find(now=at(60), rules=settings.get_rules(), running=running)
    assert sorted(place.minutes for place in found.places) == [11, 21, 31]


def test_ways_between_places_are_asked_once_in_some_hours_and_are_the_tables_where_nobody_answers(
    port, routing
):
    server = routing.named("osrm")
    assert roads.refresh(server=server, clock=lambda: at(0)) == 3 + 3
    between = {pair: way.minutes for pair, way in ways.list_between().items()}
    assert between == {("F1", "F2"): 11, ("F1", "H1"): 11, ("F2", "H1"): 21}
    asked = len(routing.asked)
    assert roads.refresh(server=server, clock=lambda: at(60)) == 3
    assert len(routing.asked) == asked + 2, "there and back, of the port alone"
    assert {pair: way.minutes for pair, way in ways.list_between().items()} == between
    assert roads.refresh(server=server, clock=lambda: at(6 * 60)) == 3 + 3
    routing.answer = lambda *_: (503, b"")
    roads.refresh(server=server, clock=lambda: at(9 * 60))
    assert ways.list_between() == {("F1", "F2"): ways.Way(7, 5)}


def test_a_server_that_falls_silent_is_believed_for_a_while_and_then_the_table_again(port, routing):
    roads.refresh(server=routing.named("osrm"), clock=lambda: at(0))
    routing.answer = lambda *_: (503, b"")
    roads.refresh(server=routing.named("osrm"), clock=lambda: at(60))
    service = ways.find_service()
    assert (service.used, service.failing, service.because) == (True, True, "503 Service Unavailable")
    assert ways.list_ways()["F1"].minutes == 21
    roads.refresh(server=routing.named("osrm"), clock=lambda: at(121))
    assert not ways.find_service().used
    assert ways.list_ways()["F1"].minutes == 7


def test_a_way_the_server_does_not_know_is_the_table_s(port, routing):
    routing.answer = lambda kind, sources, targets: (
        200,
        {
            "code": "Ok",
            "durations": [[None if 102.7292 in (s[0], t[0]) else 600 for t in targets] for s in sources],
        },
    )
    assert roads.refresh(server=routing.named("osrm"), clock=lambda: at(0)) == 2 + 1
    known = ways.list_ways()
    assert (known["F1"], known["F2"]) == (ways.Way(7, 5), ways.Way(10, 5, served=True))


def test_without_a_server_the_table_stands(port, routing):
    roads.refresh(server=routing.named("valhalla"), clock=lambda: at(0))
    assert roads.refresh(server=None, clock=clock.now) == 0
    assert (ways.find_service(), ways.list_ways()["F1"].minutes) == (None, 7)


def test_the_setting_names_kind_and_address():
    assert rounds.find_routing("") is None
    assert rounds.find_routing("osrm http://127.0.0.1:5000/") == roads.Server("osrm", "http://127.0.0.1:5000")
    assert rounds.find_routing("osrm http://127.0.0.1:5000 20").seconds == 20.0
    for wrong in ("http://127.0.0.1:5000", "google https://example.org", "osrm ftp://x"):
        with pytest.raises(Refused, match="routing_unknown"):
            rounds.find_routing(wrong)
