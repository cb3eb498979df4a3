"""Visits: a slip is opened on a phone, which is known from then on by a cookie, until it expires or is closed.

All of it goes through functions of the database (`store.window_rights`): the role that the page runs under can read
neither slips nor visits, and which rows it sees follows from the cookie it shows, never from an id that it names.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db import DatabaseError, connection

from pratique.core.answers import Refused
from pratique.services.window import slip
from pratique.store import models

LAST_SECONDS = 12 * 60 * 60
"""So long a phone stays open: from one morning's report to the evening's."""


def open_slip(*, secret: str) -> tuple[str, str]:
    """Open a slip: the token for the cookie, and the slip's language. Raises `Refused("slip_unknown")`, also if revoked."""
    token = secrets.token_urlsafe(32)
    with connection.cursor() as cursor:
        cursor.execute("SELECT window_open(%s, %s, %s)", [slip.digest(secret), token, LAST_SECONDS])
        (language,) = cursor.fetchone()
    if language is None:
        raise Refused("slip_unknown", "this slip opens nothing")
    return token, language


@contextmanager
def held(token: str) -> Iterator[UUID | None]:
    """While the block runs, this connection is that visit's: the traveller it belongs to, None if it is none (any more)."""
    _show_token(token)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT window_traveller()")
            (traveller,) = cursor.fetchone()
        yield traveller
    finally:
        try:
            _show_token("")
        except DatabaseError:
            connection.close()  # lost, or in a state nobody knows: the next request begins on a new one


def _show_token(token: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pratique.visit', %s, false)", [token])


def close() -> None:
    """End the visit of this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT window_close()")


def erase_ended(*, now: datetime) -> int:
    """Forget the visits that expired or were ended more than a day ago; how many. `now` is the wall clock's."""
    before = now - timedelta(days=1)
    return models.Visit.objects.filter(expires_at__lt=before).delete()[0]
