"""The travellers' page as it runs at a port: a process of its own, under its own role, over this test's database."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

import pytest

from pratique.services.window import slip
from pratique.store.ids import make_id
from web.airport import Airport, at, open_airport

SERVER_WAIT_SECONDS = 180
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")


@dataclass(frozen=True, slots=True)
class Window:
    """Where the page is, and what its process has written."""

    url: str
    log: Path


@pytest.fixture(scope="module")
def window_of_worker(database_of_worker: str) -> Iterator[Window]:
    """`pratique window` on a free port of the loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = Path(os.environ["PRATIQUE_TESTS"]) / f"window-{WORKER}.log"
    command = [
        sys.executable,
        "-m",
        "pratique.site.commands",
        "window",
        "--port",
        str(port),
        "--threads",
        "2",
        "--behind-proxy",
    ]
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=output) as server:
        try:
            ends = time.monotonic() + SERVER_WAIT_SECONDS
            while not _answers(f"http://127.0.0.1:{port}/health/"):
                if server.poll() is not None or time.monotonic() > ends:
                    pytest.fail(f"the page did not start:\n{log.read_text()}")
                time.sleep(0.05)
            yield Window(f"http://127.0.0.1:{port}", log)
        finally:
            server.terminate()


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=3):
            return True
    except HTTPError:
        return True
    except OSError:
        return False


@dataclass
class Answer:
    """What came back: status, headers, the page, and where it ended."""

    status: int
    headers: dict[str, str]
    text: str
    url: str

    @property
    def words(self) -> str:
        """The page without its marks."""
        body = re.sub(r"<(script|style|select).*?</\1>", " ", self.text, flags=re.S)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@dataclass
class Phone:
    """A browser without JavaScript."""

    url: str
    jar: CookieJar = field(default_factory=CookieJar)
    language: str = "en"
    address: str = field(default_factory=lambda: str(make_id()))

    def send(self, path: str, told: dict[str, str] | None = None, on: str = "") -> Answer:
        """Open a page, or send a form with the token of the page it stands on (its own, or `on`)."""
        headers = {"Accept-Language": self.language, "X-Forwarded-For": self.address}
        data = None
        if told is not None:
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.send(on or path).text)
            data = urlencode({**told, **({"csrfmiddlewaretoken": token[1]} if token else {})}).encode()
            headers["Referer"] = self.url + path
        opener = build_opener(HTTPCookieProcessor(self.jar))
        try:
            with opener.open(Request(self.url + path, data, headers), timeout=20) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read().decode(), answer.url)
        except HTTPError as error:
            return Answer(error.code, dict(error.headers), error.read().decode(), error.url)


@dataclass
class Port:
    """The airport, its travellers' page, and a slip a traveller."""

    airport: Airport
    window: Window
    secrets: list[str]

    def phone(self, who: int | None = None, language: str = "en") -> Phone:
        """A phone on which this traveller's slip was opened; None: on which none was."""
        phone = Phone(self.window.url, language=language)
        if who is not None:
            opened = phone.send("/open/", {"secret": slip.spell(self.secrets[who])})
            assert opened.status == 200, self.window.log.read_text()[-3000:]
            assert opened.url == f"{self.window.url}/"
        return phone


@pytest.fixture
def opened(window_of_worker: Window, db: None) -> Port:
    """Four travellers landed at minute 0, each with a slip; the clock stands at minute 60."""
    return _give_slips(open_airport(), window_of_worker)


@pytest.fixture
def in_the_air(window_of_worker: Window, db: None) -> Port:
    """Four travellers whose flight has not landed, each with a slip from the crew."""
    return _give_slips(open_airport(landed=False), window_of_worker)


def _give_slips(airport: Airport, window: Window) -> Port:
    secrets = []
    for traveller in airport.port.travellers:
        _, secret = slip.issue(traveller=traveller, language="en", by=None, now=at(30), slip_id=make_id())
        secrets.append(secret)
    ends = time.monotonic() + SERVER_WAIT_SECONDS
    while datetime.fromisoformat(urlopen(f"{window.url}/health/").read().decode()) != at(60):
        assert time.monotonic() < ends, "the page does not come to know the time"  # it asks now and then
        time.sleep(0.02)
    return Port(airport, window, secrets)
