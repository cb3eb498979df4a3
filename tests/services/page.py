"""The travellers' own page as the database sees it: its role, and the slip that was opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.db import connection

from pratique.services.window import slip
from pratique.store import window_rights


@contextmanager
def opened_by(secret: str) -> Iterator[None]:
    """Within this the connection is the page's on which that slip was opened."""
    token = str(uuid4())
    with connection.cursor() as cursor:
        cursor.execute("SELECT window_open(%s, %s, 60)", [slip.digest(secret), token])
        cursor.execute(f"SET ROLE {window_rights.ROLE}")
        cursor.execute("SELECT set_config('pratique.visit', %s, false)", [token])
        try:
            yield
        finally:
            cursor.execute("RESET ROLE")
            cursor.execute("SELECT set_config('pratique.visit', '', false)")
