"""Which database this process uses, and that it is there and up to date."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error
from psycopg.conninfo import conninfo_to_dict

from pratique.core.answers import Refused
from pratique.services import outage
from pratique.site import cluster
from pratique.site.data_folder import find_data_folder
from pratique.store import window_rights

NAME = "pratique"
MIGRATION_LOCK = 0x7072_6174  # "prat": an advisory lock, so that two processes never migrate at once


def describe(*, url: str | None = None) -> dict[str, Any]:
    """Django's settings for the database: `url` or `DATABASE_URL` if given, else the embedded server's socket.

    Each thread keeps a connection of its own, and makes another at once when that was lost (a pool waits longer and
    longer between its attempts). Statements are prepared at their second use, with parameters bound by the server
    (Django's own default is neither), which is what the hot path needs.
    """
    options: dict[str, Any] = {
        "prepare_threshold": 2,
        "server_side_binding": True,
        "application_name": "pratique",
    }
    settings = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": None,
        "OPTIONS": options,
    }
    url = url or os.environ.get("DATABASE_URL")
    if not url:
        socket = str(cluster.find_socket_folder(folder=find_data_folder()))
        return {**settings, "NAME": NAME, "USER": cluster.USER, "HOST": socket}
    try:
        given = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise Refused("database_url_unreadable", f"DATABASE_URL: {error}".strip()) from None
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    ours = {django: str(given.pop(libpq, None) or "") for django, libpq in names.items()}
    return {**settings, **ours, "OPTIONS": {**options, **given}}


def start(*, durable: bool = True) -> cluster.Lease | None:
    """A lease on the embedded server, started if need be; None where `DATABASE_URL` names a server of somebody's own."""
    if os.environ.get("DATABASE_URL"):
        return None
    lease = cluster.hold(folder=find_data_folder(), durable=durable)
    create_database(socket=lease.socket, name=NAME)
    return lease


@contextmanager
def opened(*, tables: bool, durable: bool = True) -> Iterator[None]:
    """The database is there, with its tables up to date if asked for, until the block is left.

    `durable=False` is for data that nobody keeps: it leaves out what guards against a power cut.
    """
    lease = start(durable=durable)
    try:
        if tables:
            migrate()
        yield
    finally:
        connections.close_all()
        if lease is not None:
            lease.close()


def explain(error: Error) -> str | None:
    """One line for what the machine or its network did to the database; None for what is our own mistake."""
    refused = outage.explain(error)
    return refused.because if refused else None


def create_database(*, socket: Path, name: str) -> None:
    """Make a database in the embedded server unless it is there."""
    with closing(
        psycopg.connect(host=str(socket), user=cluster.USER, dbname="postgres", autocommit=True)
    ) as server:
        if server.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            try:
                server.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
            except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                return


def migrate() -> list[str]:
    """Bring the tables up to date; the names of what was done. Raises `Refused("database_is_newer")`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            executor = MigrationExecutor(connection)
            unknown = sorted(
                f"{app}.{name}"
                for app, name in executor.loader.applied_migrations
                if app in executor.loader.migrated_apps and (app, name) not in executor.loader.disk_migrations
            )
            if unknown:
                raise Refused(
                    "database_is_newer",
                    f"a newer Pratique wrote this database ({unknown[-1]}): use that version or a newer one",
                )
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
            if plan:
                call_command("migrate", interactive=False, verbosity=0)
            window_rights.grant()  # also where nothing was migrated: the role may have been made since
            return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
