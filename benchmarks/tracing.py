"""Whom one case exposed, in a book of a million travellers and twenty million scans, against a range scan of the same rows.

Everybody flies with 199 others, is scanned in two halls and a holding area, rides with 19, and is seen once a day for two weeks in a
room for two. The floor reads, by the same indexes and nothing more, the rows of everybody whom the custodians of the case
scanned in the time that counts. The answer is what the product says: found, folded, held against the rules.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from benchmarks import ground
from benchmarks.missing import close_cache

DAYS = 400
STAY_DAYS = 14
FLIGHT_HEADS = 200
TRIP_HEADS = 20
EACH = 20
FACILITIES = 20
CASES = 9
RATIO_MOST = 3
"""Goal: who was there, in times of a plain range scan of an index, the middle of the cases."""
ANSWER_MOST = 1000
"""Goal: milliseconds until it is known how many a case exposed, in the worst case."""

CUSTODIANS = """
INSERT INTO store_custodian (id, code, kind, name_zh, name_en, place, limit_minutes, never_came, attributes)
SELECT ('00000000-0000-7000-8' || sort || lpad(g::text, 12, '0'))::uuid, code || g, kind, code || g, code || g,
       CASE kind WHEN 'trip' THEN '' ELSE 'KMG' END, minutes, false, '{}'
FROM (VALUES ('001-', 'cabin', 'cabin', %(flights)s, 90), ('002-', 'trip', 'trip', %(trips)s, 240),
             ('003-', 'facility', 'facility', %(facilities)s, 1500), ('004-', 'exit', 'exit', 1, NULL),
             ('005-', 'hall', 'hall', 3, 60), ('006-', 'desks', 'hall', 3, 60), ('007-', 'holding', 'holding', 1, 120))
     AS t (sort, code, kind, number, minutes), generate_series(1, number) g
"""
FLIGHTS = """
INSERT INTO store_flight (id, designator, callsign, departure, arrival, equipment, "on", scheduled_at, landed_at,
                          closed_at, protection)
SELECT ('00000000-0000-7000-8001-' || lpad(g::text, 12, '0'))::uuid, 'B' || g, '', 'BKK', 'KMG', '333', at::date, at, at,
       at + interval '1 day', ''
FROM (SELECT g, %(now)s - %(days)s * interval '1 day' * (1 - g / (%(flights)s + 1)::float8) AS at
      FROM generate_series(1, %(flights)s) g) f
"""
TRAVELLERS = """
INSERT INTO store_traveller (id, code, flight_id, manifested, channel, under_age, needs, room, protocol, created_at)
SELECT ('00000000-0000-7000-9000-' || lpad(g::text, 12, '0'))::uuid, 'T' || g,
       ('00000000-0000-7000-8001-' || lpad((1 + (g - 1) / %(heads)s)::text, 12, '0'))::uuid, true, '', false, '[]',
       (100 + (g / 2) %% 900)::text, '', %(now)s
FROM generate_series(1, %(travellers)s) g
"""
LISTINGS = """
INSERT INTO store_listing (traveller_id, flight_id, since_version, row, seat, party, in_transit, crew)
SELECT id, flight_id, 1, n, (31 + n / 8)::text || substr('ACDEFGJL', 1 + n %% 8, 1), 'P' || n / 2, false, false
FROM (SELECT id, flight_id, (substr(code, 2)::int - 1) %% %(heads)s AS n FROM store_traveller) t
"""
ADMISSIONS = """
INSERT INTO store_admission (id, happened_at, recorded_at, traveller_id, custodian_id, flight_id, manifested)
SELECT gen_random_uuid(), f.landed_at, f.landed_at, t.id, f.id, f.id, true
FROM store_traveller t JOIN store_flight f ON f.id = t.flight_id
"""
SCANS = """
INSERT INTO store_scan (id, happened_at, recorded_at, by_id, traveller_id, custodian_id, device_id, counter, device_at,
                        offset_seconds)
SELECT gen_random_uuid(), at, at, NULL, traveller, custodian, device, extract(epoch FROM at)::bigint, at, 0
FROM (
    SELECT t.id AS traveller, c.id AS custodian, ('00000000-0000-7000-a000-' || right(c.id::text, 12))::uuid AS device,
           f.landed_at + minutes * interval '1 minute' + ((n %% %(heads)s) * spread) * interval '1 second' AS at
    FROM (SELECT id, flight_id, substr(code, 2)::int - 1 AS n FROM store_traveller
          WHERE substr(code, 2)::int BETWEEN %(first)s AND %(last)s) t
    JOIN store_flight f ON f.id = t.flight_id
    CROSS JOIN LATERAL (
        VALUES (20, 6, 'hall' || 1 + n / %(heads)s %% 3), (45, 6, 'desks' || 1 + n / %(heads)s %% 3), (70, 6, 'holding1'),
               (120, 0, 'trip' || 1 + n / %(ride)s), (20 + %(stay)s * 1440, 0, 'exit1')
        UNION ALL SELECT 180 + d * 1440, 1, 'facility' || 1 + n / %(ride)s %% %(facilities)s FROM generate_series(0, %(stay)s) d
        WHERE d < %(stay)s
        UNION ALL SELECT 200, 1, 'facility' || 1 + n / %(ride)s %% %(facilities)s
    ) AS step (minutes, spread, code)
    JOIN store_custodian c ON c.code = step.code
) s WHERE at < %(now)s ORDER BY at
"""
POSITIONS = """
INSERT INTO store_position (traveller_id, flight_id, holder_id, holder_kind, inside, since_at, seen_at, counter,
                            movements, place, placed_at)
SELECT traveller_id, flight_id, custodian_id, kind, kind <> 'exit', happened_at, happened_at, 1, 6, 'KMG', happened_at
FROM (SELECT DISTINCT ON (s.traveller_id) s.traveller_id, t.flight_id, s.custodian_id, c.kind, s.happened_at
      FROM store_scan s JOIN store_traveller t ON t.id = s.traveller_id JOIN store_custodian c ON c.id = s.custodian_id
      ORDER BY s.traveller_id, s.happened_at DESC) l
"""
RANGE = """
SELECT count(*), max(s.happened_at), max(s.traveller_id::text)
FROM unnest(%(custodians)s::uuid[], %(back)s::timestamptz[], %(until)s::timestamptz[]) AS h (custodian_id, back_at, until_at)
JOIN store_scan s ON s.custodian_id = h.custodian_id AND s.happened_at >= h.back_at AND s.happened_at <= h.until_at
"""
OWN = """
SELECT count(*), max(happened_at), max(recorded_at), max(counter), max(custodian_id::text) FROM store_scan
WHERE traveller_id = ANY (%(beside)s)
"""


@dataclass(frozen=True, slots=True)
class Question:
    """A traveller found positive on the day after landing, and where they had been by then."""

    traveller: UUID
    found_at: datetime


def fill(*, travellers: int, now: datetime) -> None:
    """The book: what everybody did from landing to release, in the order of time within pieces of it."""
    from django.db import connection

    values = {
        "now": now,
        "days": DAYS,
        "stay": STAY_DAYS,
        "travellers": travellers,
        "heads": FLIGHT_HEADS,
        "ride": TRIP_HEADS,
        "flights": max(1, travellers // FLIGHT_HEADS),
        "trips": max(1, travellers // TRIP_HEADS),
        "facilities": FACILITIES,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO store_port (code, icao, name_zh, name_en, time_zone, jurisdiction, protocol, clock_speed) "
            "VALUES ('KMG', 'ZPPP', '昆明', 'Kunming', 'Asia/Shanghai', 'CN', '', 1)"
        )
        for statement in (CUSTODIANS, FLIGHTS, TRAVELLERS, LISTINGS, ADMISSIONS):
            cursor.execute(statement, values)
        cursor.execute("ANALYZE")
        rebuild = ground.drop_indexes(table="store_scan")
        cursor.execute("ALTER TABLE store_scan SET UNLOGGED")  # only while it is filled and read here
        for first in range(1, travellers + 1, 50_000):
            cursor.execute(SCANS, {**values, "first": first, "last": first + 49_999})
            print(f"\r  {min(first + 49_999, travellers):,} travellers", end="", flush=True)
        print()
        for statement in rebuild:
            cursor.execute(statement)
        cursor.execute("ANALYZE store_scan")
        cursor.execute(POSITIONS)
        cursor.execute("VACUUM ANALYZE")


def choose(*, travellers: int, now: datetime) -> list[Question]:
    """Cases at even steps through the book, the last of them of yesterday's flights."""
    from pratique.store import models

    numbers = [travellers * (2 * n + 1) // (2 * CASES) for n in range(CASES - 1)] + [travellers - 700]
    ids = [UUID(f"00000000-0000-7000-9000-{number:012d}") for number in numbers]
    landed = dict(models.Traveller.objects.filter(id__in=ids).values_list("id", "flight__landed_at"))
    return [Question(one, min(landed[one] + timedelta(days=1), now)) for one in ids]


def measure(ask: Callable[[], Any], *, repeats: int = 5) -> tuple[float, float, Any]:
    """The first time with an empty buffer cache, the median when warm (both in ms), and the answer."""
    from django.db import connection

    close_cache(connection)
    took, answer = [], None
    for _ in range(repeats + 1):
        begun = time.perf_counter()
        answer = ask()
        took.append((time.perf_counter() - begun) * 1000)
    return took[0], statistics.median(took[1:]), answer


def report(questions: list[Question], now: datetime) -> None:
    """Ask about every case; print times against the floors, and hold the answer against a plain count."""
    from django.db import connection

    from pratique.core.tracing.case import Case
    from pratique.core.tracing.edition import Grade
    from pratique.core.tracing.presence import Who
    from pratique.services import tracing
    from pratique.store.queries import exposures

    edition = tracing.get_edition("cn-2020")

    def run(statement: str, values: dict[str, Any]) -> Callable[[], list[Any]]:
        def ask() -> list[Any]:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall()

        return ask

    print(
        f"{'case':>12}{'rows':>9}{'range scan':>12}{'who was there':>15}{'÷':>6}"
        f"{'their rows':>12}{'÷ both':>8}{'answer ms':>11}{'cold ms':>9}{'close':>7}{'general':>9}{'2nd ring ms':>13}"
    )
    ratios, answers = [], []
    for question in questions:
        case = Case(
            "C", Who(str(question.traveller)), sampled_at=question.found_at, isolated_at=question.found_at
        )
        holds = list_holds(case, edition, now)
        values = exposures.make_values(holds)
        _, floor, scanned = measure(run(RANGE, values), repeats=15)
        _, who, beside = measure(run(exposures.BESIDE, values), repeats=15)
        _, own, theirs = measure(run(OWN, {"beside": [one for (one,) in beside]}))
        cold, answer, found = measure(lambda case=case: tracing.trace(case=case, edition=edition, now=now))
        _, second, _ = measure(
            lambda case=case: tracing.trace(case=case, edition=edition, now=now, second_ring=True), repeats=1
        )
        close, general = (found.tracing.count(grade) for grade in (Grade.CLOSE, Grade.GENERAL))
        ratios.append(who / floor)
        answers.append(answer)
        print(
            f"{str(question.traveller)[-8:]:>12}{scanned[0][0]:9,}{floor:10.1f}ms{who:13.1f}ms{who / floor:6.1f}"
            f"{theirs[0][0]:12,}{who / (floor + own):8.1f}{answer:11.0f}{cold:9.0f}{close:7}{general:9}{second:13.0f}",
            flush=True,
        )
        check(question, {c.who for c in found.tracing.contacts})
    print(f"\n  who was there ÷ range scan: median {statistics.median(ratios):.2f}, most {max(ratios):.2f}")
    print(
        f"  how many did this case expose: median {statistics.median(answers):.0f} ms, most {max(answers):.0f} ms"
    )
    if statistics.median(ratios) > RATIO_MOST or max(answers) > ANSWER_MOST:
        raise SystemExit(f"missed: {RATIO_MOST} times the floor, {ANSWER_MOST} ms")


def list_holds(case: Any, edition: Any, now: datetime) -> list[Any]:
    """Where the case was in the time that counts, as the product asks it."""
    from pratique.core.tracing.case import find_infectious
    from pratique.services import tracing

    search = tracing._Search(edition, now)
    span = find_infectious(case=case, edition=edition, zone=UTC, now=now)
    search._fold([UUID(case.who)])
    return search._list_holds([case.who], span.since_at, span.until_at)


def check(question: Question, found: set[str]) -> None:
    """Everybody of the flight and of the trip is in the answer, counted from how the book was filled."""
    number = int(str(question.traveller)[-12:]) - 1
    first = number // FLIGHT_HEADS * FLIGHT_HEADS
    flight = {f"00000000-0000-7000-9000-{n + 1:012d}" for n in range(first, first + FLIGHT_HEADS)}
    missing = flight - {str(question.traveller)} - found
    if missing:
        raise SystemExit(f"{len(missing)} of the flight are not in the answer")


def main(arguments: list[str]) -> int:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(prog="benchmarks tracing", description=__doc__)
    parser.add_argument(
        "--travellers", type=int, default=50_000, help="in the book (1000000 for the whole measure)"
    )
    parser.add_argument("--folder", help="where to put the database (default: the temporary folder)")
    parser.add_argument(
        "--keep", help="a folder for the filled book, to measure again without filling it anew"
    )
    parser.add_argument(
        "--fill-only", action="store_true", help="with --keep: fill the book and measure nothing"
    )
    options = parser.parse_args(arguments)
    with ground.database(options.folder, kept=options.keep):
        now, travellers = datetime.now(UTC), count()
        if not travellers:
            begun, travellers = time.perf_counter(), options.travellers
            fill(travellers=travellers, now=now)
            print(f"  filled in {time.perf_counter() - begun:.0f} s")
        if not options.fill_only:
            report(choose(travellers=travellers, now=now), now)
    return 0


def count() -> int:
    """How many travellers the book has already."""
    from pratique.store import models

    return models.Traveller.objects.count()
