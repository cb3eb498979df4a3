"""Secrets, made by the first command that makes a database, and kept in `keys/` of the data folder, readable by its owner alone.

`session.key` signs sessions and forms. `identity.keys` holds what opens identities: a line per key, its id and 64
hexadecimal digits; the first seals and makes the search hashes, all open. An id is random and belongs to one key for
ever, so that a record sealed by a key that is lost says so and is never opened with another.

`window.keys` and `window.session.key` are what the traveller's own page gets: from the first it opens what travellers and
staff say to each other there, and no identity. They follow from `identity.keys` one way, and are written anew from it.
"""

import contextlib
import hmac
import os
import secrets
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from pratique.core.answers import Refused

KEY_BYTES = 32


def make_keys(*, folder: Path) -> None:
    """Make whatever is not there yet. Processes that start together agree on one."""
    _make(folder / "keys" / "session.key", secrets.token_urlsafe(64) + "\n")
    _make(folder / "keys" / "window.session.key", secrets.token_urlsafe(64) + "\n")
    _make(find_identity_keys(folder=folder), f"k-{secrets.token_hex(4)} {secrets.token_hex(KEY_BYTES)}\n")
    derived = derive_window_keys(keys=read_identity_keys(folder=folder))
    if derived != read_window_keys(folder=folder):
        write_identity_keys(path=find_window_keys(folder=folder), keys=derived)


def read_session_key(*, folder: Path) -> str:
    """What signs sessions and forms; empty if none was made."""
    with contextlib.suppress(FileNotFoundError):
        return (folder / "keys" / "session.key").read_text().strip()
    return ""


def read_identity_keys(*, folder: Path) -> dict[str, bytes]:
    """Key id → 32 bytes, in the order of the file; none if none was made."""
    path = find_identity_keys(folder=folder)
    with contextlib.suppress(FileNotFoundError):
        return parse_identity_keys(text=path.read_text(), where=str(path))
    return {}


def derive_window_keys(*, keys: Mapping[str, bytes]) -> dict[str, bytes]:
    """The keys of the traveller's own page: each follows from a key of identities, which does not follow from it."""
    return {name: hmac.new(key, b"pratique window", sha256).digest() for name, key in keys.items()}


def read_window_keys(*, folder: Path) -> dict[str, bytes]:
    """The keys of the traveller's own page as its process finds them; none if none were made."""
    path = find_window_keys(folder=folder)
    with contextlib.suppress(FileNotFoundError):
        return parse_identity_keys(text=path.read_text(), where=str(path))
    return {}


def read_window_session_key(*, folder: Path) -> str:
    """What signs forms of the traveller's own page; empty if none was made."""
    with contextlib.suppress(FileNotFoundError):
        return (folder / "keys" / "window.session.key").read_text().strip()
    return ""


def find_window_keys(*, folder: Path) -> Path:
    """Where the window's key file of this data folder is."""
    return folder / "keys" / "window.keys"


def find_identity_keys(*, folder: Path) -> Path:
    """Where the key file of this data folder is."""
    return folder / "keys" / "identity.keys"


def merge_identity_keys(*, brought: Mapping[str, bytes], known: Mapping[str, bytes]) -> dict[str, bytes]:
    """The brought keys in front of the known ones. Raises `Refused` if an id stands for two different keys."""
    for name in brought.keys() & known.keys():
        if brought[name] != known[name]:
            raise Refused("identity_key_differs", f"another key named {name} is in use here")
    return {**brought, **{name: key for name, key in known.items() if name not in brought}}


def write_identity_keys(*, path: Path, keys: Mapping[str, bytes]) -> None:
    """Write a key file that only its owner can read."""
    write_privately(path=path, text="".join(f"{name} {key.hex()}\n" for name, key in keys.items()))


def parse_identity_keys(*, text: str, where: str) -> dict[str, bytes]:
    """The keys of a file's text. Raises `Refused("identity_keys_unreadable")` naming the line."""
    keys: dict[str, bytes] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, digits = line.partition(" ")
        try:
            keys[name] = bytes.fromhex(digits)
        except ValueError:
            keys[name] = b""
        if len(keys[name]) != KEY_BYTES:
            raise Refused(
                "identity_keys_unreadable", f"{where}, line {number}: an id and 64 hexadecimal digits"
            )
    if not keys:
        raise Refused("identity_keys_unreadable", f"{where} holds no key")
    return keys


def write_privately(*, path: Path, text: str) -> None:
    """Write a file only its owner can read, whole or not at all, and durably."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _make(path: Path, text: str) -> None:
    """Put this text there, unless there is one, or another process is first."""
    if path.exists():
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        write_privately(path=fresh, text=text)
    except OSError as error:
        raise Refused(
            "data_folder_not_writable", f"{path.parent}: {error.strerror}: name another folder with --data"
        ) from None
    with contextlib.suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
