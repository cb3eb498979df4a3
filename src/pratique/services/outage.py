"""When the database cannot do its work: what to tell whoever asked, so that they keep what they have and try again."""

import shutil

from django.conf import settings
from django.db import Error, OperationalError, connection

from pratique.core.answers import Refused

FREE_MEGABYTES_MIN = 32
"""With less than this (two segments of PostgreSQL's log of changes) it cannot go on, and may not even start."""
_DISK_FULL = "53100"


def explain(error: Error) -> Refused | None:
    """What the machine or its network did to the database, and the remedy; None for what is our own mistake."""
    if getattr(error.__cause__, "sqlstate", None) == _DISK_FULL or (
        isinstance(error, OperationalError) and _is_disk_full()
    ):
        return Refused(
            "disk_full",
            "the disk of the database is full: nothing of this was kept; free some space and do it again",
        )
    if isinstance(error, OperationalError):
        because = (str(error).splitlines() or ["no reason was given"])[0]
        return Refused("database_away", f"the database does not answer: {because}; send it again in a while")
    return None


def _is_disk_full() -> bool:
    """Whether that is why the embedded server ended: it stops rather than forget what it has acknowledged."""
    if not connection.settings_dict["HOST"].startswith("/"):
        return False
    try:
        return shutil.disk_usage(settings.DATA).free < FREE_MEGABYTES_MIN * 1024 * 1024
    except OSError:
        return False
