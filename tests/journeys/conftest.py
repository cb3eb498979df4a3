"""Somebody at a desk, in a real browser, before a real server."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page

from pratique.services import clock
from pratique.site import server
from web.airport import PASSWORD, Airport, at, open_airport


def await_clock(url: str) -> None:
    """Until the server at this address knows the time that a test has set: it asks for the port's clock now and then."""
    ends = time.monotonic() + 60
    told = f'data-now="{clock.now().isoformat()}"'
    while told not in urlopen(f"{url}/sign-in/", timeout=10).read().decode():
        assert time.monotonic() < ends, f"the server does not come to know that it is {told}"
        time.sleep(0.02)


@dataclass
class Visit:
    """A page in which one person after the other sits down, at a small airport whose clock the test sets."""

    page: Page
    airport: Airport
    url: str

    def sit_down(self, role: str, language: str = "en", size: tuple[int, int] = (1280, 800)) -> Page:
        """Somebody of this role signs in here; whoever was here before is gone."""
        self.page.context.clear_cookies()
        client = self.airport.client(role, language)
        self.page.context.add_cookies(
            [{"name": n, "value": m.value, "url": self.url} for n, m in client.cookies.items()]
        )
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        return self.page

    def go(self, path: str) -> None:
        """Open a page."""
        answer = self.page.goto(self.url + path)
        assert answer is None or answer.ok, f"{path}: {answer.status}"

    def stand_at(self, post: object, role: str) -> Page:
        """Somebody with a phone opens the page of a post."""
        page = self.sit_down(role, size=(390, 844))
        self.go(f"/scan/{post}/")
        page.locator("#count-here").filter(has_not_text="–").wait_for()
        return page

    def scan(self, *codes: str) -> None:
        """Wristbands, one after the other, each seen to be recorded."""
        for code in codes:
            before = self.page.locator("#recent li").count()
            self.page.fill("#scanned", code)
            self.page.press("#scanned", "Enter")
            self.page.locator("#verdict[data-verdict=good]", has_text=code).wait_for()
            self.page.wait_for_function("n => document.querySelectorAll('#recent li').length > n", arg=before)

    def set_clock(self, minute: float) -> None:
        """Let the port's clock show so many minutes after noon, and the server know it."""
        clock.set_clock(at=at(minute), speed=0)
        await_clock(self.url)


@pytest.fixture
def visit(browser_page, live_server) -> Callable[..., Visit]:
    """Open the airport and a browser before it."""

    def begin(**more: object) -> Visit:
        airport = open_airport(**more)
        await_clock(live_server.url)
        browser_page.set_default_timeout(45_000)
        return Visit(browser_page, airport, live_server.url)

    return begin


class OwnServer:
    """A server over this test's database that a test may kill and start again at the same address."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and return once it answers."""
        command = [sys.executable, "-m", "pratique.site.commands", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen([*command, "--workers", "1", "--threads", "4", "--without-rounds"])
        ends = time.monotonic() + 60
        while not server.is_answering(f"{self.url}/"):
            assert time.monotonic() < ends, "the server did not start"
            time.sleep(0.1)

    def kill(self) -> None:
        """As a power cut does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def own_server(db) -> Iterator[OwnServer]:
    """A server of this test's own."""
    own = OwnServer()
    own.start()
    yield own
    own.kill()


__all__ = ["PASSWORD", "Visit"]
