"""Fixtures for every test that needs more than the core: a database, a client, a real server, a real browser.

One embedded server runs per test run and is shared by its workers; each worker has a database of its own, copied from
one that was migrated once. Nothing is rolled back behind a test's back: commits are real, and each test that asks for
`db` starts on empty tables.
"""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import django
import psycopg
import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import setup_test_environment
from hypothesis import HealthCheck, settings
from playwright.sync_api import Page

from pratique.site import cluster, database, keys

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
FOLDER = Path(
    os.environ.setdefault("PRATIQUE_TESTS", f"{tempfile.gettempdir()}/pratique-tests-{os.getpid()}")
)
SOCKET = cluster.find_socket_folder(folder=FOLDER)
TEMPLATE = "pratique_template"
NAME = f"pratique_{WORKER}"
KEPT = ("django_migrations", "django_content_type", "auth_permission")
SERVER_WAIT_SECONDS = 180
LONG_FIRST = ("drill", "site", "test_permissions.py", "journeys", "engines", "window")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
NO_CHROMIUM = "there is no Chromium on this machine: apt-get install chromium"
CLEAN = f"""
DO $$
DECLARE name text; pages int; large text[] := ARRAY[]::text[];
BEGIN
    SET LOCAL lock_timeout = '10s';
    SET LOCAL session_replication_role = replica;
    FOR name, pages IN SELECT quote_ident(relname), pg_relation_size(oid) / 8192 FROM pg_class
                WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL (ARRAY{list(KEPT)}) LOOP
        CONTINUE WHEN pages = 0;
        IF pages > 200 THEN
            large := large || name;
        ELSE
            EXECUTE 'DELETE FROM ' || name;
        END IF;
    END LOOP;
    IF cardinality(large) > 0 THEN
        EXECUTE 'TRUNCATE ' || array_to_string(large, ', ') || ' CASCADE';
    END IF;
    PERFORM setval(quote_ident(sequencename)::regclass, start_value, false) FROM pg_sequences
        WHERE schemaname = 'public' AND last_value IS NOT NULL AND sequencename <> 'django_migrations_id_seq';
END $$
"""

os.environ["PRATIQUE_DATA"] = str(FOLDER)
os.environ["DATABASE_URL"] = f"postgresql://{cluster.USER}@/{NAME}?host={SOCKET}"
os.environ["DJANGO_SETTINGS_MODULE"] = "pratique.site.settings"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # a browser test has Playwright's event loop in the same thread
for setting in ("PRATIQUE_ORIGINS", "PRATIQUE_DEBUG", "PRATIQUE_TIME_ZONE"):
    os.environ.pop(setting, None)
keys.make_keys(folder=FOLDER)
django.setup()
setup_test_environment()
# A claim about every example is not one about how fast this machine is just now.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Folders with long files come first, so that in the end the workers have short ones left to share."""
    tests = Path(__file__).parent

    def find_place(item: pytest.Item) -> int:
        folder = item.path.relative_to(tests).parts[0]
        return LONG_FIRST.index(folder) if folder in LONG_FIRST else len(LONG_FIRST)

    items.sort(key=find_place)


def pytest_unconfigure() -> None:
    """The server ends with its last user; its folder goes once it has."""
    if WORKER == "alone" and (FOLDER / "keeper.lock").exists():
        with (FOLDER / "keeper.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
    if WORKER == "alone":
        shutil.rmtree(FOLDER, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud that browser tests did not run."""
    skipped = [
        report for report in terminalreporter.getreports("skipped") if NO_CHROMIUM in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.section("BROWSER TESTS DID NOT RUN", sep="!", red=True, bold=True)
        terminalreporter.line(f"{len(skipped)} skipped: {NO_CHROMIUM}", red=True)


def connect(name: str) -> psycopg.Connection:
    return psycopg.connect(host=str(SOCKET), user=cluster.USER, dbname=name, autocommit=True)


@pytest.fixture(scope="session")
def database_of_worker() -> Iterator[str]:
    """This worker's database in the run's server, migrated: its URL."""
    with cluster.hold(folder=FOLDER, durable=False):
        with (FOLDER / "template.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with connect("postgres") as server:
                if (
                    server.execute("SELECT FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone()
                    is None
                ):
                    server.execute(f"CREATE DATABASE {NAME}")
                    database.migrate()
                    connections.close_all()
                    server.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE {NAME}")
                else:
                    server.execute(f"CREATE DATABASE {NAME} TEMPLATE {TEMPLATE}")
        yield os.environ["DATABASE_URL"]
        connections.close_all()


Eventually = Callable[[Callable[[], object], str], None]


@pytest.fixture(scope="session")
def eventually() -> Eventually:
    """Wait until something is true, a minute at most; then fail, saying what was waited for."""

    def wait(is_so: Callable[[], object], what: str) -> None:
        ends = time.monotonic() + 60
        while not is_so():
            assert time.monotonic() < ends, f"waited in vain: {what}"
            time.sleep(0.02)

    return wait


@pytest.fixture
def db(database_of_worker: str) -> None:
    """A migrated database with no rows; whatever a test commits is there until the next one starts."""
    connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:
        cursor.execute(CLEAN)


@pytest.fixture
def client(db: None) -> Client:
    """Django's own client: whole requests through every middleware, without a socket."""
    return Client()


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A server as it runs in an airport, over this test's database."""

    url: str


@pytest.fixture(scope="session")
def server_of_worker(database_of_worker: str) -> Iterator[LiveServer]:
    """`pratique serve` on a free port of the loopback, as a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = FOLDER / f"server-{WORKER}.log"
    command = [sys.executable, "-m", "pratique.site.commands", "serve"]
    options = ["--port", str(port), "--workers", "1", "--threads", "4", "--without-rounds"]
    with (
        log.open("w") as output,
        subprocess.Popen([*command, *options], stdout=output, stderr=output) as server,
    ):
        try:
            await_answer(f"http://127.0.0.1:{port}/api/health", server, log)
            yield LiveServer(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()


def await_answer(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + SERVER_WAIT_SECONDS
    while True:
        try:
            with urlopen(url, timeout=20):
                return
        except HTTPError:
            return
        except OSError:  # not there yet, or knocked before the first worker was
            if server.poll() is not None or time.monotonic() > ends:
                pytest.fail(f"the server did not start:\n{log.read_text()}")
            time.sleep(0.05)


@pytest.fixture
def live_server(server_of_worker: LiveServer, db: None) -> LiveServer:
    """A real server over an empty database."""
    return server_of_worker


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """How pytest-playwright starts the browser: Debian's own Chromium, without any call home."""
    return {"executable_path": CHROMIUM, "args": CHROMIUM_OPTIONS, "headless": True}


@pytest.fixture
def browser_page(request: pytest.FixtureRequest) -> Page:
    """A page in a real browser, with cookies and storage of its own. Without a browser: skipped aloud, failed in CI."""
    if CHROMIUM is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_CHROMIUM)
    page = request.getfixturevalue("page")
    assert isinstance(page, Page)
    return page
