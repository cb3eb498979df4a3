"""One parcel over HTTP, signed as the Standard Webhooks specification says (github.com/standard-webhooks, v1).

The receiver is sent `POST` with JSON `{"port", "after", "upto", "entries": [...]}` and three headers: `webhook-id` (the
same when it is sent again), `webhook-timestamp` (Unix seconds) and `webhook-signature`: `v1,` and the Base64 of
HMAC-SHA256 over `id.timestamp.body`. It confirms with any 2xx. Redirections are not followed.
"""

import base64
import hmac
import http.client
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from pratique.services.outbox import Parcel

ANSWER_SECONDS = 10
SAID_MAX = 200


class NotTold(Exception):
    """The receiver did not confirm; the text says why, for whoever looks after the wire."""


@dataclass(frozen=True, slots=True)
class Wire:
    """Where a subscriber is told, and the secret that signs it."""

    url: str
    secret: bytes


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirection would carry entries to a place that nobody agreed to."""

    def redirect_request(self, *args: Any, **more: Any) -> None:
        return None


_opener = urllib.request.build_opener(_Stay)


def send(*, parcel: Parcel, wire: Wire, now: datetime) -> None:
    """Tell the receiver. Raises `NotTold` unless it confirms within ten seconds."""
    body = msgspec.json.encode(parcel)
    name, stamp = f"{parcel.port}-{parcel.after}-{parcel.upto}", str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "pratique",
        "webhook-id": name,
        "webhook-timestamp": stamp,
        "webhook-signature": sign(secret=wire.secret, name=name, stamp=stamp, body=body),
    }
    request = urllib.request.Request(wire.url, data=body, headers=headers, method="POST")
    try:
        with _opener.open(request, timeout=ANSWER_SECONDS) as answer:
            answer.read(SAID_MAX)
    except urllib.error.HTTPError as error:
        said = error.read(SAID_MAX).decode("utf-8", "replace")
        raise NotTold(f"answered {error.code} {error.reason}: {said}".rstrip(": ")) from None
    except urllib.error.URLError as error:
        raise NotTold(f"not reached: {error.reason}") from None
    except (OSError, http.client.HTTPException) as error:
        raise NotTold(f"broke off: {error or type(error).__name__}") from None


def sign(*, secret: bytes, name: str, stamp: str, body: bytes) -> str:
    """The signature of a message, as its header has it."""
    digest = hmac.new(secret, b".".join((name.encode(), stamp.encode(), body)), sha256).digest()
    return "v1," + base64.b64encode(digest).decode()
