"""Bytes that should be TOML: the document, or what is wrong with them, at its place. A format gives its own prefix and remedy."""

import tomllib
from typing import Any

from pratique.core.answers import Problem


def take_apart(*, data: bytes, prefix: str, remedy: str) -> tuple[dict[str, Any] | None, tuple[Problem, ...]]:
    """The document, or None with the one problem (`<prefix>-encoding` or `<prefix>-toml`)."""
    try:
        return tomllib.loads(data.decode("utf-8-sig")), ()
    except UnicodeDecodeError as error:
        where = f"byte {error.start}"
        fault = Problem(f"{prefix}-encoding", where, "it is not UTF-8", "save the file as UTF-8", fatal=True)
    except tomllib.TOMLDecodeError as error:
        message, _, where = str(error).partition(" (at ")
        fault = Problem(f"{prefix}-toml", where.rstrip(")") or "file", message, remedy, fatal=True)
    return None, (fault,)
