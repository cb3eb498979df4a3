"""What a bulletin counts: one row of GROUP BY a figure and day, so a million travellers cost a handful of queries.

`%(zone)s` is the port's time zone, in which days are cut; `%(now)s` the cut-off. Whoever rides, is seen or leaves
counts by scans that are believed: disputed and annulled ones are left out.
"""

from datetime import date, datetime
from typing import Any

from django.db import connection

_BELIEVED = """
believed AS (
    SELECT s.* FROM store_scan s JOIN store_custodian c ON c.id = s.custodian_id
    WHERE c.kind = 'trip'
      AND NOT EXISTS (SELECT FROM store_dispute d WHERE d.scan_id = s.id)
      AND NOT EXISTS (SELECT FROM store_annulment a WHERE a.scan_id = s.id)
)"""

_TRIPS = f"""
WITH {_BELIEVED}, aboard AS (
    SELECT custodian_id AS id, count(DISTINCT traveller_id) AS people FROM believed GROUP BY custodian_id
), driven AS (
    SELECT trip_id AS id, max(odometer_km) - min(odometer_km) AS km
    FROM store_tripevent e WHERE odometer_km IS NOT NULL
      AND NOT EXISTS (SELECT FROM store_evidence w WHERE w.subject_kind = 'trip' AND w.subject_id = e.trip_id::text
                        AND w.code = 'odometer_wrong' AND w.about = e.id::text)
    GROUP BY trip_id HAVING count(*) > 1
), trip AS (
    SELECT t.id, t.destination_id, t.vehicle_id, t.long_distance, people,
           (t.departed_at AT TIME ZONE %(zone)s)::date AS on_day,
           round(COALESCE(driven.km, t.km, 0)::numeric, 1) AS km
    FROM store_trip t JOIN aboard USING (id) LEFT JOIN driven USING (id)
    WHERE t.departed_at IS NOT NULL AND t.departed_at <= %(now)s
)"""

FLOWS = f"""
{_TRIPS}, entered AS (
    SELECT p.traveller_id, p.holder_kind, p.since_at,
           COALESCE(f.landed_at, (SELECT min(s.happened_at) FROM store_scan s WHERE s.traveller_id = p.traveller_id),
                    p.since_at) AS at
    FROM store_position p LEFT JOIN store_flight f ON f.id = p.flight_id
), flow (figure, at) AS (
    SELECT 'flights_landed', landed_at FROM store_flight WHERE landed_at <= %(now)s
    UNION ALL SELECT 'people_landed', at FROM entered
    UNION ALL SELECT 'people_unlisted', e.at FROM entered e
              JOIN store_objection o ON o.traveller_id = e.traveller_id AND o.code = 'unmanifested'
    UNION ALL SELECT 'people_exited', since_at FROM entered WHERE holder_kind = 'exit'
    UNION ALL SELECT 'tests_taken', taken_at FROM store_sample
              WHERE taken_at <= %(now)s AND person_id IS NULL
    UNION ALL SELECT 'tests_' || result, resulted_at FROM store_sample
              WHERE result <> '' AND resulted_at <= %(now)s AND person_id IS NULL
    UNION ALL SELECT 'cases_confirmed', min(resulted_at) FROM store_sample
              WHERE result = 'positive' AND person_id IS NULL GROUP BY traveller_id
    UNION ALL SELECT 'checkpoint_findings', found_at FROM store_finding
              WHERE undone_at IS NULL AND found_at <= %(now)s
    UNION ALL SELECT CASE step WHEN 'opened' THEN 'issues_opened' WHEN 'verified' THEN 'issues_closed'
                     ELSE 'issues_reopened' END, happened_at
              FROM store_issueevent WHERE step IN ('opened', 'verified', 'reopened')
)
SELECT figure, (at AT TIME ZONE %(zone)s)::date, count(*) FROM flow GROUP BY 1, 2
UNION ALL SELECT 'trips_' || CASE WHEN long_distance THEN 'long' ELSE 'local' END, on_day, count(*)
          FROM trip GROUP BY 1, 2
UNION ALL SELECT 'moved_' || CASE WHEN long_distance THEN 'long' ELSE 'local' END, on_day, sum(people)
          FROM trip GROUP BY 1, 2
UNION ALL SELECT 'km_' || CASE WHEN long_distance THEN 'long' ELSE 'local' END, on_day, sum(km)
          FROM trip GROUP BY 1, 2
UNION ALL SELECT 'vehicles_deployed', on_day, count(DISTINCT vehicle_id) FROM trip GROUP BY 1, 2
UNION ALL SELECT CASE sort WHEN 'staff' THEN 'checkpoint_staff' ELSE 'checkpoint_others' END,
                 (happened_at AT TIME ZONE %(zone)s)::date, sum(heads)
          FROM store_passing WHERE undone_at IS NULL AND happened_at <= %(now)s GROUP BY 1, 2
UNION ALL SELECT 'officers_deployed', "on", count(*) FROM store_deployment WHERE in_at IS NOT NULL GROUP BY 1, 2
"""

STOCKS = """
SELECT 'people_' || holder_kind, count(*) FROM store_position GROUP BY 1
UNION ALL SELECT 'people_expected', count(*) FROM store_listing l JOIN store_flight f ON f.id = l.flight_id
          WHERE l.gone_version IS NULL AND f.on = %(on)s
            AND NOT EXISTS (SELECT FROM store_position p WHERE p.traveller_id = l.traveller_id)
UNION ALL SELECT 'people_open', count(*) FROM store_position p
          WHERE p.holder_kind IN ('cabin', 'hall', 'holding', 'trip')
             OR EXISTS (SELECT FROM store_dispute d WHERE d.traveller_id = p.traveller_id)
UNION ALL SELECT 'tests_pending', count(*) FROM store_sample WHERE result = '' AND person_id IS NULL
UNION ALL SELECT 'duties_open', count(*) FROM store_owed WHERE opens_at <= %(now)s
UNION ALL SELECT 'duties_overdue', count(*) FROM store_owed WHERE overdue_at <= %(now)s
UNION ALL SELECT 'issues_open', count(*) FROM store_issue WHERE state <> 'closed'
"""

ZEROS = """
SELECT 'zero_' || sort, (found_at AT TIME ZONE %(zone)s)::date, array_agg(id::text ORDER BY found_at, id)
FROM store_issue WHERE sort <> 'problem' AND found_at <= %(now)s GROUP BY 1, 2
"""

TRIP_LINES = f"""
{_TRIPS}
SELECT c.name_zh, c.name_en, bool_or(long_distance), count(*), sum(people), sum(km)
FROM trip JOIN store_custodian c ON c.id = trip.destination_id
WHERE on_day = %(on)s GROUP BY c.id, c.name_zh, c.name_en ORDER BY 3, 4 DESC, 1
"""

EXIT_LINES = """
SELECT c.code, c.name_zh, c.name_en,
       count(*) FILTER (WHERE (p.since_at AT TIME ZONE %(zone)s)::date = %(on)s), count(*)
FROM store_position p JOIN store_custodian c ON c.id = p.holder_id
WHERE p.holder_kind = 'exit' GROUP BY c.id, c.code, c.name_zh, c.name_en ORDER BY c.code
"""

OWNER_LINES = """
SELECT owner, count(*) FILTER (WHERE opens_at <= %(now)s), count(*) FILTER (WHERE overdue_at <= %(now)s),
       min(due_at) FILTER (WHERE overdue_at <= %(now)s)
FROM store_owed WHERE opens_at <= %(now)s GROUP BY owner
"""

FLIGHT_LINES = """
SELECT f.id::text, f.designator, f.departure, f.scheduled_at, f.landed_at, f.protection,
       (SELECT count(*) FROM store_listing l WHERE l.flight_id = f.id AND (l.gone_version IS NULL
          OR EXISTS (SELECT FROM store_position p WHERE p.traveller_id = l.traveller_id AND p.flight_id = f.id))),
       (SELECT heads FROM store_flightcount k WHERE k.flight_id = f.id AND k.source = 'door'
        ORDER BY k.happened_at DESC, k.seq DESC LIMIT 1),
       (SELECT count(*) FROM store_position p JOIN store_objection o USING (traveller_id)
        WHERE p.flight_id = f.id AND o.code = 'unmanifested'),
       (SELECT count(DISTINCT p.traveller_id) FROM store_position p LEFT JOIN store_dispute d USING (traveller_id)
        WHERE p.flight_id = f.id
          AND (p.holder_kind IN ('cabin', 'hall', 'holding', 'trip') OR d.traveller_id IS NOT NULL)),
       (SELECT count(*) FROM store_listing l WHERE l.flight_id = f.id AND l.gone_version IS NULL
          AND NOT EXISTS (SELECT FROM store_position p WHERE p.traveller_id = l.traveller_id)),
       (SELECT jsonb_object_agg(holder_kind, n) FROM
        (SELECT holder_kind, count(*) AS n FROM store_position p WHERE p.flight_id = f.id GROUP BY 1) x)
FROM store_flight f
WHERE COALESCE((f.landed_at AT TIME ZONE %(zone)s)::date, f.on) = %(on)s
"""


def read(statement: str, *, zone: str, on: date, now: datetime) -> list[tuple[Any, ...]]:
    """The rows of one of the statements above."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"zone": zone, "on": on, "now": now})
        return list(cursor.fetchall())
