"""The Chinese font for screens that have none: a bare kiosk, a headless browser. 8 MB, fetched once, only if needed.

It comes out of the installed package; the project ships no font of its own (docs/decisions/web-fonts.md).
"""

from functools import cache

import pylopdf_fonts_zh_cn
from django.http import HttpRequest, HttpResponse

from pratique.web.gate import page


@cache
def _read() -> bytes:
    return pylopdf_fonts_zh_cn.sans_path().read_bytes()


@page("font")
def send(request: HttpRequest) -> HttpResponse:
    """Noto Sans SC, kept by the browser for a year."""
    response = HttpResponse(_read(), content_type="font/otf")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
