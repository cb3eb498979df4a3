"""What the traveller's own page may see and write: a database role of its own, and rows by the slip that was opened.

The page's process signs in as `ROLE`. It may read and write only what stands here, and of these tables only the rows of
the one traveller whose visit the connection shows (`pratique.visit`, the cookie's token): row security asks
`window_names()`, which finds the traveller by the hash of that token, under every wristband that a link makes theirs (as
`core.custody.fold.resolve_links` reads links); what is said on the page is written under the first, as the book reads it. A fault in the page, a forged id, a foreign
statement slipped into a query: none of them shows another traveller. Neither slips, visits, names, documents, search
hashes nor people who work here are readable at all; a few functions answer the few questions that need them.

Row security binds only this role: the program's own role owns the tables. `grant` is harmless to make again.
"""

from dataclasses import dataclass
from hashlib import sha256

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import sql

ROLE = "pratique_window"
ME = "(SELECT window_traveller())"
NAMES_OF_ME = "ANY ((SELECT window_names())::uuid[])"
MINE = f"traveller_id = {NAMES_OF_ME}"
MY_SUBJECT = "subject_kind = 'traveller' AND subject_id = ANY ((SELECT window_names())::text[])"
SAID_BY_ME = f"traveller_id = {ME}"
SAYS = "('temperature', 'help_request', 'complaint', 'objection', 'declared')"


@dataclass(frozen=True, slots=True)
class Right:
    """What may be read of a table (`columns`, none: all of them), which rows, and what a row must be to be written."""

    table: str
    rows: str
    columns: str = ""
    writes: str = ""


RIGHTS = (
    Right("store_port", "true"),
    Right("store_custodian", "true", "id, code, kind, name_zh, name_en, attributes, unit_id"),
    Right("store_traveller", f"id = {NAMES_OF_ME}"),
    Right(
        "store_flight",
        "id IN (SELECT flight_id FROM store_traveller)",
        "id, designator, scheduled_at, estimated_at, landed_at",
    ),
    Right("store_position", MINE),
    Right("store_scan", MINE),
    Right("store_admission", MINE),
    Right("store_link", f"{MINE} AND same_as_id = {NAMES_OF_ME}"),
    Right("store_dispute", MINE),
    Right("store_annulment", "scan_id IN (SELECT id FROM store_scan)"),
    Right("store_ruling", "scan_id IN (SELECT id FROM store_scan)"),
    Right(
        "store_evidence",
        MY_SUBJECT,
        writes=f"subject_kind = 'traveller' AND subject_id = {ME}::text AND by_id IS NULL AND code IN {SAYS}",
    ),
    Right("store_waiver", MY_SUBJECT),
    Right(
        "store_withdrawal",
        "evidence_id IN (SELECT id FROM store_evidence) OR evidence_id IN (SELECT id FROM store_waiver)"
        " OR evidence_id IN (SELECT id FROM store_releasedecision)",
    ),
    Right("store_sample", MINE),
    Right("store_wayjudged", MINE),
    Right("store_releasedecision", MINE),
    Right("store_stayorder", MINE),
    Right("store_stayorderstep", "order_id IN (SELECT id FROM store_stayorder)"),
    Right("store_onwardstep", MINE, "traveller_id, seq, unit_id, step"),
    Right("store_unit", "id IN (SELECT unit_id FROM store_onwardstep)", "id, name_zh, name_en"),
    Right("store_identity", MINE, "traveller_id, erase_on, erased_at"),
    Right("store_boardingline", MINE),
    Right(
        "store_trip",
        "id IN (SELECT trip_id FROM store_boardingline)",
        "id, destination_id, departed_at, arrived_at, ended_at, withdrawn_at, during, plan_id, pinned",
    ),
    Right("store_helpcall", MINE, writes=f"{SAID_BY_ME} AND asked_by_id IS NULL AND answered_at IS NULL"),
    Right(
        "store_declaration",
        MINE,
        writes=f"{SAID_BY_ME} AND by_id IS NULL AND source = 'traveller' AND erased_at IS NULL",
    ),
    Right("store_petition", MINE, writes=f"{SAID_BY_ME} AND settled_at IS NULL"),
    Right("store_reply", "petition_id IN (SELECT id FROM store_petition)"),
    Right("store_contactversion", MINE, writes=f"{SAID_BY_ME} AND by_id IS NULL"),
    Right(
        "store_issue",
        f"{MINE} AND id IN (SELECT id FROM store_petition)",
        writes=f"{SAID_BY_ME} AND sort = 'complaint' AND state = 'open' AND found_by_id IS NULL",
    ),
    Right(
        "store_issueevent",
        "issue_id IN (SELECT id FROM store_petition)",
        writes="issue_id IN (SELECT id FROM store_petition) AND step = 'opened' AND by_id IS NULL",
    ),
)
"""Every table the page reaches; of any other it can read nothing."""

FUNCTIONS = """
CREATE OR REPLACE FUNCTION window_names() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH RECURSIVE own AS (
        SELECT s.traveller_id AS name FROM store_visit v JOIN store_slip s ON s.id = v.slip_id
        WHERE v.token_hash = sha256(convert_to(current_setting('pratique.visit', true), 'UTF8'))
          AND v.ended_at IS NULL AND v.expires_at > clock_timestamp() AND s.revoked_at IS NULL
    ), link AS (
        SELECT traveller_id, same_as_id FROM (
            SELECT DISTINCT ON (traveller_id) traveller_id, same_as_id FROM store_link
            ORDER BY traveller_id, happened_at DESC, recorded_at DESC, same_as_id DESC) last
        WHERE traveller_id <> same_as_id
    ), up (name, way) AS (
        SELECT name, ARRAY[name] FROM own
        UNION ALL
        SELECT l.same_as_id, way || l.same_as_id FROM up JOIN link l ON l.traveller_id = up.name
        WHERE l.same_as_id <> ALL (way)
    ), down (name) AS (
        SELECT name FROM up WHERE NOT EXISTS (SELECT FROM link l WHERE l.traveller_id = up.name)
        UNION
        SELECT l.traveller_id FROM down JOIN link l ON l.same_as_id = down.name
    ), named AS (
        SELECT name FROM down UNION SELECT name FROM own
    )
    SELECT array_agg(name ORDER BY EXISTS (SELECT FROM link l JOIN down d ON d.name = l.same_as_id
                                           WHERE l.traveller_id = named.name), name)
    FROM named
$$;

CREATE OR REPLACE FUNCTION window_traveller() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (window_names())[1]
$$;

CREATE OR REPLACE FUNCTION window_open(secret_hash bytea, token text, seconds integer) RETURNS text
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH slip AS (
        SELECT s.id, s.language FROM store_slip s
        WHERE s.secret_hash = window_open.secret_hash AND s.revoked_at IS NULL
    ), opened AS (
        INSERT INTO store_visit (slip_id, token_hash, opened_at, expires_at)
        SELECT slip.id, sha256(convert_to(token, 'UTF8')), clock_timestamp(),
               clock_timestamp() + least(seconds, 86400) * interval '1 second'
        FROM slip
    )
    SELECT language FROM slip
$$;

CREATE OR REPLACE FUNCTION window_close() RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE store_visit SET ended_at = clock_timestamp()
    WHERE token_hash = sha256(convert_to(current_setting('pratique.visit', true), 'UTF8')) AND ended_at IS NULL
$$;

CREATE OR REPLACE FUNCTION window_looks() RETURNS TABLE (at timestamptz, role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.at, coalesce(p.role, '') FROM store_access a LEFT JOIN store_person p ON p.id = a.person_id
    WHERE a.traveller_id = ANY ((SELECT window_names())::uuid[]) ORDER BY a.at DESC
$$;

DROP FUNCTION IF EXISTS window_reviewer(uuid);
DROP FUNCTION IF EXISTS window_reviewer(uuid[]);

CREATE OR REPLACE FUNCTION window_reviewer(things uuid[], roles text[]) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.id FROM store_person p
    LEFT JOIN store_petition o ON o.reviewer_id = p.id AND o.settled_at IS NULL
    WHERE p.is_active AND p.role = ANY (roles) AND p.password <> '!'
      AND NOT EXISTS (SELECT FROM store_evidence e WHERE e.id = ANY (things) AND e.by_id = p.id)
      AND NOT EXISTS (SELECT FROM store_stayorderstep s
                      WHERE s.order_id = ANY (things) AND s.step = 'signed' AND s.by_id = p.id)
    GROUP BY p.id, p.role ORDER BY array_position(roles, p.role::text), count(o.id), p.id LIMIT 1
$$;

CREATE OR REPLACE FUNCTION window_reviewers() RETURNS TABLE (petition_id uuid, name_zh text, name_en text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.id, p.name_zh, p.name_en FROM store_petition o JOIN store_person p ON p.id = o.reviewer_id
    WHERE o.traveller_id = ANY ((SELECT window_names())::uuid[])
$$;

CREATE OR REPLACE FUNCTION window_ordered() RETURNS TABLE (thing uuid, role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.id, p.role FROM store_evidence e JOIN store_person p ON p.id = e.by_id
    WHERE e.subject_kind = 'traveller' AND e.subject_id = ANY ((SELECT window_names())::text[])
      AND e.code IN ('measure_ordered', 'removal_asked')
$$;
"""
"""A circle of links leads nowhere, so whoever is in one is themselves alone. An unfinished account has no password ('!') and reviews nothing; the roles in the order in which they are given, the least busy first."""

NAMES = (
    "window_names()",
    "window_traveller()",
    "window_open(bytea, text, integer)",
    "window_close()",
    "window_looks()",
    "window_reviewer(uuid[], text[])",
    "window_reviewers()",
    "window_ordered()",
)

MAKE_ROLE = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN
        CREATE ROLE {ROLE} LOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL;
END $$;
"""


def write_script() -> str:
    """Everything the role may do, as one script that first takes back whatever it could."""
    parts = [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {ROLE};",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {ROLE};",
        f"GRANT USAGE ON SCHEMA public TO {ROLE};",  # everybody's in a new database, nobody's after a restore
        f"GRANT USAGE ON SEQUENCE store_entry_seq TO {ROLE};",
        FUNCTIONS,
    ]
    for name in NAMES:
        parts.append(
            f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC; GRANT EXECUTE ON FUNCTION {name} TO {ROLE};"
        )
    for right in RIGHTS:
        columns = f"({right.columns})" if right.columns else ""
        parts.append(
            f"ALTER TABLE {right.table} ENABLE ROW LEVEL SECURITY;"
            f"DROP POLICY IF EXISTS window_reads ON {right.table};"
            f"DROP POLICY IF EXISTS window_writes ON {right.table};"
            f"GRANT SELECT {columns} ON {right.table} TO {ROLE};"
            f"CREATE POLICY window_reads ON {right.table} FOR SELECT TO {ROLE} USING ({right.rows});"
        )
        if right.writes:
            parts.append(
                f"GRANT INSERT ON {right.table} TO {ROLE};"
                f"CREATE POLICY window_writes ON {right.table} FOR INSERT TO {ROLE} WITH CHECK ({right.writes});"
            )
    return "\n".join(parts)


def grant() -> bool:
    """Give the role exactly these rights, unless it has them; False where this server has no such role and lets none be
    made: then a database administrator makes it (docs/guides/window.md) and the next start grants."""
    script = write_script()
    digest = sha256(script.encode()).hexdigest()
    with connection.cursor() as cursor:
        if _find_digest(cursor) == digest and not _list_bare(cursor):
            return True
        cursor.execute(MAKE_ROLE)
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE])
        if cursor.fetchone() is None:
            return False
        raw = cursor.connection
        with raw.transaction():
            raw.execute(script)
            raw.execute(sql.SQL("COMMENT ON FUNCTION window_traveller() IS {}").format(sql.Literal(digest)))
    return True


def _find_digest(cursor: CursorWrapper) -> str:
    cursor.execute("SELECT obj_description(to_regprocedure('window_traveller()'), 'pg_proc')")
    return str(cursor.fetchone()[0] or "")


def _list_bare(cursor: CursorWrapper) -> list[str]:
    """Tables of the page without its policy: those that a restore has made anew."""
    cursor.execute("SELECT tablename FROM pg_policies WHERE policyname = 'window_reads'")
    guarded = {row[0] for row in cursor.fetchall()}
    return sorted({right.table for right in RIGHTS} - guarded)


def list_excess() -> list[str]:
    """What the role of this connection could do that the page's must not: rights a mistake has given it. Empty: none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        name, mighty = cursor.fetchone()
        if mighty:
            return [f"{name} passes by row security"]
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm')"
            " AND (has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')"
            "      OR has_any_column_privilege(c.oid, 'SELECT, UPDATE'))"
            " AND (c.relowner = current_user::regrole OR NOT c.relname = ANY (%s))",
            [[right.table for right in RIGHTS]],
        )
        return sorted(row[0] for row in cursor.fetchall())


__all__ = ["RIGHTS", "ROLE", "grant", "list_excess", "write_script"]
