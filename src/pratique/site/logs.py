"""What is written to the log: what happened and where, never about whom.

An exception's message may quote a row or what somebody typed (`DETAIL: Key (number)=(E1234567) already exists`), and
a query string may carry a name. So tracebacks are written as places and types; of a database error its code and the
constraint it names are kept.
"""

import logging
import traceback
from types import TracebackType

import psycopg

from pratique.core.answers import Refused

Caught = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Discreet(logging.Formatter):
    """Formats a record with the traceback's places and types, without messages that may quote data."""

    def formatException(self, ei: Caught) -> str:  # noqa: N802 - the name that logging calls
        """Places and types of the exception and of those that led to it, oldest first."""
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            frames = traceback.extract_tb(error.__traceback__)
            places = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
            lines = [*places, describe(error), *lines]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)


def describe(error: BaseException) -> str:
    """Type, and what of the message is known to be nobody's: a refusal's code, a database error's code and constraint."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, Refused):
        return f"{name} {error.code}"
    if isinstance(error, psycopg.Error) and error.sqlstate:
        return f"{name} {error.sqlstate} {error.diag.constraint_name or ''}".rstrip()
    return name


def configure(*, level: str) -> dict[str, object]:
    """Django's LOGGING: one handler on standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "discreet": {
                "()": "pratique.site.logs.Discreet",
                "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
            }
        },
        "handlers": {"errors": {"class": "logging.StreamHandler", "formatter": "discreet"}},
        "root": {"handlers": ["errors"], "level": level},
        "loggers": {
            "django": {"level": level, "handlers": [], "propagate": True},
            "django.request": {"level": "ERROR"},  # an address mistyped or forbidden is said on the page
        },
    }
