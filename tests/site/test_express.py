"""The short way of scans and the long one through Django say the same."""

import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest
from django.db import Error, connection, connections, transaction
from django.test import Client

from pratique.api import shortcut
from pratique.services import device, recording
from pratique.site import cluster
from pratique.site.wsgi import application
from pratique.store import models
from pratique.store.hot import Found, Row
from pratique.store.ids import make_id

WHEN = "2020-04-15T08:00:00Z"
NOW = datetime(2020, 4, 15, 8, tzinfo=UTC)
Eventually = Callable[[Callable[[], object], str], None]
LINKS = ("traveller", "custodian", "device", "by", "handover")


@pytest.fixture
def token(db: None) -> str:
    models.Port.objects.create(code="KMG", icao="ZPPP", name_zh="昆明", name_en="Kunming")
    person = models.Person.objects.create(username="screener", role="screener")
    return device.register(name="phone", person=person)[1]


def make_body(**changes: object) -> bytes:
    scan = {"id": str(make_id()), "traveller": str(make_id()), "custodian": str(make_id()), "counter": 1}
    return json.dumps({"scans": [scan | {"device_at": WHEN} | changes]}).encode()


def post(body: bytes, token: str = "", **environ: object) -> tuple[int, dict[str, str], object]:
    """Through the WSGI application as the server calls it."""
    said = {}

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        said.update(status=int(status[:3]), headers=dict(headers))

    told = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": shortcut.SCANS,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": f"Bearer {token}",
    }
    parts = application(told | environ, start)
    return said["status"], said["headers"], json.loads(b"".join(parts) or b"null")


@pytest.mark.parametrize(
    ("body", "known", "status"),
    [
        (make_body(), True, 200),
        (make_body(), False, 401),
        (b"{", True, 400),
        (make_body(counter=2**63), True, 400),
        (make_body(device_at="2020-04-15T08:00:00"), True, 400),
        (b'{"scans": []}', True, 200),
    ],
)
def test_the_short_way_and_the_long_way_say_the_same(
    token: str, client: Client, body: bytes, known: bool, status: int
) -> None:
    token = token if known else "x"
    short = post(body, token)
    answer = client.post(
        shortcut.SCANS, body, content_type="application/json", headers={"authorization": f"Bearer {token}"}
    )
    assert short[0] == answer.status_code == status
    same = {name: value for name, value in answer.items() if name != "Content-Length"}
    assert {n: v for n, v in short[1].items() if n != "Content-Length"} == same
    assert short[2].keys() == answer.json().keys()
    assert [a["id"] for a in short[2].get("answers", ())] == [
        a["id"] for a in answer.json().get("answers", ())
    ]


def test_what_is_not_plain_goes_the_long_way(token: str) -> None:
    assert post(b"", token, REQUEST_METHOD="GET")[0] == 405
    assert post(make_body(), token, CONTENT_LENGTH="")[0] == 400
    assert post(make_body(), token, PATH_INFO="/api/v1/nothing", HTTP_HOST="localhost")[0] == 404


@contextmanager
def before_every_insert(does: str) -> Iterator[None]:
    """The database does this before it adds a scan."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE tried")
        cursor.execute(f"CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {does} END $$")
        cursor.execute("CREATE TRIGGER slow BEFORE INSERT ON store_scan FOR EACH ROW EXECUTE FUNCTION slow()")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER slow ON store_scan; DROP FUNCTION slow(); DROP SEQUENCE tried")


def count_statements() -> int:
    """In how many transactions the scans that stand were written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM store_scan")
        return cursor.fetchone()[0]


@pytest.fixture
def send_at_once(token: str, eventually: Eventually) -> Callable[[list[bytes]], list[int]]:
    """Each from a caller of its own, and none written before all have come: what became of each."""

    def send(body: bytes) -> int:
        try:
            return post(body, token)[0]
        except Error:
            return 500
        finally:
            connections.close_all()

    def begin(bodies: list[bytes]) -> list[int]:
        where = connection.settings_dict
        gathered = len(bodies) - recording.LEADERS_MAX
        with (
            psycopg.connect(host=where["HOST"], user=cluster.USER, dbname=where["NAME"]) as other,
            ThreadPoolExecutor(len(bodies)) as pool,
        ):
            other.execute("LOCK TABLE store_scan IN EXCLUSIVE MODE")
            answers = [pool.submit(send, body) for body in bodies]
            eventually(lambda: len(recording._waiting) == gathered, "all but those who lead gather")
            other.commit()
            return [answer.result() for answer in answers]

    return begin


def test_scans_that_come_together_are_recorded_together(send_at_once) -> None:
    assert send_at_once([make_body(counter=n) for n in range(24)]) == [200] * 24
    assert models.Scan.objects.count() == 24
    assert (
        count_statements() <= 2 * recording.LEADERS_MAX
    )  # those who came first, and those who lead after them


def test_two_at_once_for_one_traveller_are_both_kept(send_at_once) -> None:
    who = str(make_id())
    assert set(send_at_once([make_body(counter=n, traveller=who) for n in range(12)])) == {200}
    assert models.Scan.objects.filter(traveller_id=who).count() == 12
    assert not models.Pending.objects.exists()


def test_one_id_sent_twice_at_once_is_one_scan(send_at_once) -> None:
    assert set(send_at_once([make_body()] * 12)) == {200}
    assert models.Scan.objects.count() == 1
    assert not models.Conflict.objects.exists()


def test_who_spoils_a_statement_spoils_it_for_nobody_else(send_at_once) -> None:
    bad = str(UUID(int=13))
    bodies = [make_body(counter=n, **({"custodian": bad} if n % 6 == 0 else {})) for n in range(24)]
    spoilt = f"PERFORM nextval('tried'); IF new.custodian_id = '{bad}' THEN RAISE EXCEPTION 'spoilt'; END IF; RETURN new;"
    with before_every_insert(spoilt):
        answers = send_at_once(bodies)
        with connection.cursor() as cursor:
            cursor.execute("SELECT last_value FROM tried")
            (tried,) = cursor.fetchone()
    assert answers == [500 if n % 6 == 0 else 200 for n in range(24)]
    assert models.Scan.objects.count() == 20
    assert tried > 24  # some stood in one statement with the spoilt ones, and were recorded after all


def test_a_database_that_is_away_is_said_with_a_remedy(token: str) -> None:
    where = connection.settings_dict["NAME"]
    connections.close_all()
    socket = connection.settings_dict["HOST"]
    with psycopg.connect(host=socket, user=cluster.USER, dbname="postgres", autocommit=True) as server:
        server.execute(f"ALTER DATABASE {where} ALLOW_CONNECTIONS false")
        try:
            status, _, said = post(make_body(), token)
        finally:
            server.execute(f"ALTER DATABASE {where} ALLOW_CONNECTIONS true")
    assert (status, said["code"]) == (503, "database_away")
    assert "send it again" in said["because"]
    assert post(make_body(), token)[0] == 200


def test_a_lost_connection_is_replaced_and_the_scan_recorded(token: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()

    def end_it() -> None:
        with connection.cursor() as other:
            other.execute("SELECT pg_terminate_backend(%s)", [backend])
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(end_it).result()
    row = Row(make_id(), make_id(), make_id(), make_id(), None, 1, NOW, NOW, 0.0, None)
    assert recording.record(rows=[row], now=NOW)[row.id].kept


def test_what_is_recorded_in_a_transaction_goes_with_it(token: str) -> None:
    rows = [
        Row(make_id(), make_id(), make_id(), make_id(), who, 2**62, NOW, NOW, -0.25, handover)
        for who in (make_id(), None)
        for handover in (make_id(), None)
    ]
    with transaction.atomic():
        recording.record(rows=rows, now=NOW)
        transaction.set_rollback(True)
    assert not models.Scan.objects.exists()
    with transaction.atomic():
        found = recording.record(rows=rows, now=NOW)
    assert set(found.values()) == {Found(kept=True, placed=False, moved=False)}
    names = [f"{name}_id" if name in LINKS else name for name in Row._fields]
    assert sorted(models.Scan.objects.values_list(*names)) == sorted(tuple(row) for row in rows)
    assert set(recording.record(rows=rows, now=NOW).values()) == {Found(False, False, False)}


def test_a_driver_that_drops_what_is_prepared_costs_no_scan(token: str) -> None:
    for _ in range(3):
        row = Row(make_id(), make_id(), make_id(), make_id(), None, 1, NOW, NOW, 0.0, None)
        assert recording.record(rows=[row], now=NOW)[row.id].kept
        with connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")
