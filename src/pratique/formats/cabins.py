"""Cabin layouts by IATA equipment code, as data (cabins.toml)."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from pratique.core.tracing.cabin import Cabin


@cache
def find_cabin(equipment: str) -> Cabin | None:
    """The layout usual for a type of aircraft, front to back; None for a type that is not in the table."""
    layout = _read().get(equipment)
    if layout is None:
        return None
    return Cabin({row: letters for first, last, letters in layout["rows"] for row in range(first, last + 1)})


@cache
def _read() -> dict[str, Any]:
    table = tomllib.loads(files(__package__).joinpath("cabins.toml").read_text("utf-8"))
    return dict(table["layout"])
