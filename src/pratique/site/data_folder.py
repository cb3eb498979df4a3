"""Where Pratique keeps what it must not lose: the database, and the keys that open identities."""

import os
from pathlib import Path


def find_data_folder() -> Path:
    """`PRATIQUE_DATA` (which `--data` sets), else `pratique` under the user's data folder (XDG base directories)."""
    named = os.environ.get("PRATIQUE_DATA")
    if named:
        return Path(named).expanduser().resolve()
    home = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return (Path(home) / "pratique").expanduser().resolve()
