"""The drill's own data files, read once."""

import csv
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

_FOLDER = files("pratique.drill") / "data"


@cache
def read_toml(name: str) -> dict[str, Any]:
    """A data file by its name without ending, as it stands."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def read_rows(name: str) -> tuple[dict[str, str], ...]:
    """A table by its name without ending: one mapping of heading to text for each row."""
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
