"""Who is missing, in a book of a million travellers and twenty million scans, against floors in the same run.

The floors: reading nothing but the answer's rows by their key (the least that any query for them must do), counting all
positions, and the plain way, without positions: the latest scan of everybody, by DISTINCT ON over the scans.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from benchmarks import ground

DAYS = 400
STAY_DAYS = 14
FLIGHT_HEADS = 200
TRIP_HEADS = 20
FACILITIES = 20
UNSEEN_SHARE = 0.002
"""Of those inside, so many have not been seen in time."""

CUSTODIANS = """
INSERT INTO store_custodian (id, code, kind, name_zh, name_en, place, limit_minutes, never_came, attributes)
SELECT ('00000000-0000-7000-8' || sort || lpad(g::text, 12, '0'))::uuid, kind || g, kind, kind || g, kind || g,
       CASE kind WHEN 'trip' THEN '' ELSE 'KMG' END, minutes, false, '{}'
FROM (VALUES ('001-', 'cabin', %(flights)s, 90), ('002-', 'trip', %(trips)s, 240), ('003-', 'facility', %(facilities)s, 720),
             ('004-', 'exit', 1, NULL)) AS t (sort, kind, number, minutes), generate_series(1, number) g
"""
FLIGHTS = """
INSERT INTO store_flight (id, designator, callsign, departure, arrival, equipment, "on", scheduled_at, landed_at,
                          closed_at, protection)
SELECT ('00000000-0000-7000-8001-' || lpad(g::text, 12, '0'))::uuid, 'B' || g, '', 'BKK', 'KMG', '', at::date, at, at,
       CASE WHEN at < %(now)s - interval '2 days' THEN at + interval '1 day' END, ''
FROM (SELECT g, %(now)s - %(days)s * interval '1 day' * (1 - g / %(flights)s::float8) AS at
      FROM generate_series(1, %(flights)s) g) f
"""
TRAVELLERS = """
INSERT INTO store_traveller (id, code, flight_id, manifested, channel, under_age, needs, room, protocol, created_at)
SELECT ('00000000-0000-7000-9000-' || lpad(g::text, 12, '0'))::uuid, 'T' || g,
       ('00000000-0000-7000-8001-' || lpad((1 + (g - 1) / %(heads)s)::text, 12, '0'))::uuid, true, '', false, '[]', '', '',
       %(now)s
FROM generate_series(1, %(travellers)s) g
"""
LISTINGS = """
INSERT INTO store_listing (traveller_id, flight_id, since_version, row, seat, party, in_transit, crew)
SELECT id, flight_id, 1, 1 + substr(code, 2)::int %% %(heads)s, '', '', false, false FROM store_traveller
"""
POSITIONS = """
INSERT INTO store_position (traveller_id, flight_id, holder_id, holder_kind, inside, since_at, seen_at, counter,
                            movements, place, placed_at)
SELECT id, flight_id,
       CASE WHEN inside THEN ('00000000-0000-7000-8003-' || lpad((1 + n %% %(facilities)s)::text, 12, '0'))::uuid
            ELSE '00000000-0000-7000-8004-000000000001' END,
       CASE WHEN inside THEN 'facility' ELSE 'exit' END, inside, seen_at - interval '1 hour', seen_at, 1, 6, 'KMG', seen_at
FROM (SELECT id, flight_id, n, inside,
             CASE WHEN inside THEN %(now)s - CASE WHEN random() < %(unseen)s THEN 900 ELSE random() * 690 END * interval '1 minute'
                  ELSE least(%(now)s, %(now)s - %(days)s * interval '1 day' * (1 - n / %(travellers)s::float8)
                            + %(stay)s * interval '1 day' + interval '1 hour')
             END AS seen_at
      FROM (SELECT id, flight_id, substr(code, 2)::int AS n,
                   substr(code, 2)::int > %(travellers)s * (1 - %(stay)s / %(days)s::float8) AS inside
            FROM store_traveller) t) p
"""
SCANS = """
INSERT INTO store_scan (id, happened_at, recorded_at, by_id, traveller_id, custodian_id, device_id, counter, device_at,
                        offset_seconds)
SELECT uuidv7(at - clock_timestamp()), at, at, NULL,
       ('00000000-0000-7000-9000-' || lpad(greatest(1, s / %(each)s - (random() * %(window)s)::int)::text, 12, '0'))::uuid,
       ('00000000-0000-7000-8003-' || lpad((1 + s %% %(facilities)s)::text, 12, '0'))::uuid,
       '00000000-0000-7000-a000-000000000001', s, at, 0
FROM (SELECT s, %(now)s - interval '16 hours' - %(days)s * interval '1 day' * (1 - s / (%(each)s * %(travellers)s::float8)) AS at
      FROM generate_series(%(first)s::bigint, %(last)s) s) t
"""
"""In the order of time, each of somebody who came within the last two weeks: a person's scans lie far apart."""
LAST_SCANS = """
INSERT INTO store_scan (id, happened_at, recorded_at, by_id, traveller_id, custodian_id, device_id, counter, device_at,
                        offset_seconds)
SELECT uuidv7(seen_at - clock_timestamp()), seen_at, seen_at, NULL, traveller_id, holder_id,
       '00000000-0000-7000-a000-000000000001', 1, seen_at, 0 FROM store_position
"""
"""The scan by which everybody is where they are."""
PIECE = 500_000

LATEST = """
SELECT l.traveller_id FROM (
    SELECT DISTINCT ON (traveller_id) traveller_id, custodian_id, happened_at FROM store_scan
    ORDER BY traveller_id, happened_at DESC
) l JOIN store_custodian c ON c.id = l.custodian_id
WHERE l.happened_at + c.limit_minutes * interval '1 minute' < %(now)s
"""
BY_KEY = "SELECT traveller_id, flight_id, seen_at FROM store_position WHERE traveller_id = ANY (%(answer)s)"
ALL = "SELECT count(*) FROM store_position WHERE inside"
SIZES = """
SELECT relname, pg_relation_size(oid) FROM pg_class
WHERE relname LIKE 'store\\_scan%%' AND relname NOT LIKE 'store\\_scan\\_%%trigger'
   OR relname LIKE 'store\\_position%%' OR relname LIKE 'position\\_%%' ORDER BY 2 DESC
"""
FLOOR, PLAIN, UNSEEN = (
    "floor: the answer's rows by key",
    "plain: DISTINCT ON over the scans",
    "unseen too long",
)


@dataclass(frozen=True, slots=True)
class Timed:
    """A query's first time, its median when warm (both in ms), and how many rows it answered."""

    name: str
    cold: float
    warm: float
    rows: int


def fill(*, travellers: int, each: int, now: datetime) -> None:
    """A book of `travellers` over 400 days, the last two weeks' of them inside, `each` scans a head."""
    from django.db import connection

    values = {
        "now": now,
        "days": DAYS,
        "stay": STAY_DAYS,
        "travellers": travellers,
        "heads": FLIGHT_HEADS,
        "flights": max(1, travellers // FLIGHT_HEADS),
        "trips": max(1, travellers // TRIP_HEADS),
        "facilities": FACILITIES,
        "unseen": UNSEEN_SHARE,
        "each": each,
        "window": travellers * STAY_DAYS // DAYS,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO store_port (code, icao, name_zh, name_en, time_zone, jurisdiction, protocol, clock_speed) "
            "VALUES ('KMG', 'ZPPP', '昆明', 'Kunming', 'Asia/Shanghai', 'CN', '', 1)"
        )
        for statement in (CUSTODIANS, FLIGHTS, TRAVELLERS, LISTINGS, POSITIONS):
            cursor.execute(statement, values)
        rebuild = ground.drop_indexes(table="store_scan")
        cursor.execute("ALTER TABLE store_scan SET UNLOGGED")  # only while it is filled and read here
        for first in range(1, travellers * each + 1, PIECE):
            last = min(first + PIECE - 1, travellers * each)
            cursor.execute(SCANS, {**values, "first": first, "last": last})
            print(f"\r  {last:,} scans", end="", flush=True)
        print()
        cursor.execute(LAST_SCANS)
        for statement in rebuild:
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")


def time_it(name: str, ask: Callable[[], int], *, repeats: int) -> Timed:
    """Ask once cold, then warm."""
    took, rows = [], 0
    for _ in range(repeats + 1):
        begun = time.perf_counter()
        rows = ask()
        took.append((time.perf_counter() - begun) * 1000)
    return Timed(name, took[0], statistics.median(took[1:]) if repeats else took[0], rows)


def list_questions(now: datetime) -> list[tuple[str, int, Callable[[], int]]]:
    """Name, how often warm, and what to ask: the floors first, then the product's own queries."""
    from django.db import connection
    from django.urls import get_resolver

    from pratique.boards import tower as board
    from pratique.store import models
    from pratique.store.queries import posts, tower

    def run(statement: str, **values: object) -> Callable[[], int]:
        def ask() -> int:
            with connection.cursor() as cursor:
                cursor.execute(statement, {"now": now, **values})
                return len(cursor.fetchall())

        return ask

    get_resolver().url_patterns  # noqa: B018 - pages are loaded now, not while they are timed
    answer = tower.list_missed(now=now)
    close_cache(connection)
    facility = models.Custodian.objects.filter(kind="facility").first()
    assert facility is not None
    return [
        (FLOOR, 9, run(BY_KEY, answer=answer)),
        ("floor: count who is inside", 9, run(ALL)),
        (PLAIN, 1, run(LATEST)),
        (UNSEEN, 9, run(tower.UNSEEN)),
        ("missed (unseen, or not at roll call)", 9, lambda: len(tower.list_missed(now=now))),
        ("flights by place, open, marks", 9, lambda: len(tower.list_rows(now=now))),
        ("exceptions", 9, lambda: len(tower.list_exceptions(now=now))),
        (
            "held by one facility",
            9,
            lambda: len(posts.list_held(post=facility.id)),
        ),
        ("the tower's whole picture", 5, lambda: len(board.gather(wall=True))),
    ]


def close_cache(connection: object) -> None:
    """Begin with an empty buffer cache of the database, as far as it lets us (the kernel's own cache is kept)."""
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_buffercache")
        cursor.execute("SELECT pg_buffercache_evict_all()")


def report(now: datetime) -> None:
    """Ask everything, print times and ratios, how the unseen are found, and what the tables take."""
    from django.db import connection

    from pratique.store.queries import tower

    timed: dict[str, Timed] = {}
    print(f"{'':38}{'rows':>9}{'cold ms':>11}{'warm ms':>11}{'÷ by key':>10}{'of naive':>10}")
    for name, repeats, ask in list_questions(now):
        close_cache(connection)
        line = timed[name] = time_it(name, ask, repeats=repeats)
        ratios = f"{line.warm / timed[FLOOR].warm:10.1f}" if FLOOR in timed else ""
        ratios += f"{line.warm / timed[PLAIN].warm:10.5f}" if PLAIN in timed else ""
        print(f"{name:38}{line.rows:9,}{line.cold:11.1f}{line.warm:11.1f}{ratios}", flush=True)
    if timed[PLAIN].rows != timed[UNSEEN].rows:
        raise SystemExit(f"the scans say {timed[PLAIN].rows} are missing, the positions {timed[UNSEEN].rows}")
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) " + tower.UNSEEN, {"now": now})
        print("\nunseen too long:\n  " + "\n  ".join(row[0] for row in cursor.fetchall()))
        cursor.execute(SIZES)
        print("\n" + "\n".join(f"{name:40}{size / 1e6:10,.0f} MB" for name, size in cursor.fetchall()))


def main(arguments: list[str]) -> int:
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(prog="benchmarks missing", description=__doc__)
    parser.add_argument(
        "--travellers", type=int, default=50_000, help="in the book (1000000 for the whole measure)"
    )
    parser.add_argument("--each", type=int, default=20, help="scans of each")
    parser.add_argument("--folder", help="where to put the database (default: the temporary folder)")
    options = parser.parse_args(arguments)
    with ground.database(options.folder):
        now = datetime.now(UTC)
        begun = time.perf_counter()
        fill(travellers=options.travellers, each=options.each, now=now)
        print(f"  filled in {time.perf_counter() - begun:.0f} s")
        report(now)
    return 0
