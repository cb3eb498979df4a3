"""Style sheets, scripts and fonts, served from memory under an address that changes when any of them does.

The digest of all of them stands in the address (`/static/3f9a…/`), so browsers keep them for ever, references between
them stay relative, and there is no build step.
"""

import gzip
import hashlib
import importlib.util
import mimetypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PREFIX = "/static/"
PACKAGES = ("pratique.web", "pratique.boards", "django_htmx")
TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}
FOREVER = "public, max-age=31536000, immutable"
COMPRESS_BYTES_MIN = 1000


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent."""

    content: bytes
    packed: bytes | None
    sort: str


def list_files(packages: Sequence[str] = PACKAGES) -> Iterator[tuple[str, Path]]:
    """Every static file of these packages: its address below the digest, and where it is."""
    for package in packages:
        found = importlib.util.find_spec(package)
        for place in (found and found.submodule_search_locations) or ():
            root = Path(place) / "static"
            for path in sorted(root.rglob("*")):
                if path.is_file():
                    yield path.relative_to(root).as_posix(), path


def make_digest(packages: Sequence[str] = PACKAGES) -> str:
    """Changes when any file, or its address, does."""
    digest = hashlib.blake2b(digest_size=6)
    for address, path in list_files(packages):
        digest.update(f"{address}\0".encode() + hashlib.blake2b(path.read_bytes()).digest())
    return digest.hexdigest()


@cache
def read_assets() -> dict[str, Asset]:
    """All files by address, packed where that makes them smaller."""
    return {address: read_asset(path) for address, path in list_files(settings.PRATIQUE_STATIC)}


def read_asset(path: Path) -> Asset:
    content = path.read_bytes()
    sort = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packed = gzip.compress(content, mtime=0) if len(content) >= COMPRESS_BYTES_MIN else content
    if sort.startswith("text/") or sort.endswith("json"):
        sort += "; charset=utf-8"
    return Asset(content, packed if len(packed) < len(content) * 0.9 else None, sort)


class Static:
    """Answers for static files before anything else looks at the request: no session, no database."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.answer(request)
        digest, _, address = request.path_info.removeprefix(PREFIX).partition("/")
        if settings.DEBUG:
            read_assets.cache_clear()
        asset = read_assets().get(address)
        if asset is None or request.method not in ("GET", "HEAD"):
            return HttpResponse(status=404)
        packed = asset.packed if "gzip" in request.headers.get("Accept-Encoding", "") else None
        response = HttpResponse(packed or asset.content, content_type=asset.sort)
        if packed:
            response["Content-Encoding"] = "gzip"
        response["Vary"] = "Accept-Encoding"
        # An outdated digest is answered with today's file, which then must not be kept under it.
        lasting = f"{PREFIX}{digest}/" == settings.STATIC_URL and not settings.DEBUG
        response["Cache-Control"] = FOREVER if lasting else "no-cache"
        return response
