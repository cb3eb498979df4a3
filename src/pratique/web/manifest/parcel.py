"""A file between its preview and its taking-in: sealed, and carried by the reader's own browser.

Nothing is kept on the server for a file that nobody confirms, so there is nothing personal to clean up.
"""

import base64
import zlib
from uuid import UUID

import msgspec

from pratique.services import identity
from pratique.services.manifest import File


class _Content(msgspec.Struct, frozen=True):
    name: str
    content: bytes
    flight: UUID | None


def wrap(*, file: File, person: UUID) -> str:
    """The file as text that only this server can open, and only for this person."""
    content = zlib.compress(msgspec.msgpack.encode(_Content(file.name, file.content, file.flight)))
    key, sealed = identity.seal_bytes(content=content, about=person)
    return f"{key}:{base64.b85encode(sealed).decode()}"


def unwrap(*, text: str, person: UUID) -> File | None:
    """The file again; None for a text that this server did not make for this person."""
    key, _, packed = text.partition(":")
    try:
        sealed = base64.b85decode(packed)
    except ValueError:
        return None
    content = zlib.decompress(identity.open_bytes(key=key, sealed=sealed, about=person))
    parcel = msgspec.msgpack.decode(content, type=_Content)
    return File(name=parcel.name, content=parcel.content, flight=parcel.flight)
