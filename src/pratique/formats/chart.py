"""A chart drawn once: a Vega-Lite specification in, SVG for page and PDF, PNG for whatever cannot show SVG.

The specification is a plain mapping; the same one gives the same bytes. Nothing is fetched: renderer and fonts are
installed with the product.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import vl_convert

from pratique.formats import fonts
from pratique.formats.chart_palette import EDGE, LINE, MUTED, PLACES, SURFACE, TEXT

Spec = Mapping[str, Any]

VEGA_LITE = "6.1"
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
PNG_SCALE = 3
"""Pixels of a PNG for one of the SVG: 288 dots per inch on paper."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart: `name` says which, `title` what it shows, `description` the same in words with its figures."""

    name: str
    title: str
    description: str
    svg: str

    @property
    def png(self) -> bytes:
        """The chart for documents which cannot show SVG."""
        return _draw_png(self.svg)

    @property
    def size_px(self) -> tuple[float, float]:
        """Width and height."""
        found = re.search(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"', self.svg)
        if found is None:
            raise ValueError("an SVG without width and height")
        return float(found[1]), float(found[2])


PLATE = 'aria-roledescription="point"'
"""The mark of a shape that lies under a number: it keeps the texture away."""


def draw(*, name: str, title: str, description: str, spec: Spec) -> Chart:
    """Draw a chart. One drawn before in this process is not drawn again."""
    whole = {"$schema": SCHEMA, "background": SURFACE, "padding": 2, **spec, "config": CONFIG}
    return Chart(name, title, description, _draw_svg(json.dumps(whole, ensure_ascii=False, sort_keys=True)))


CONFIG: dict[str, Any] = {
    "font": fonts.SANS,
    "view": {"stroke": None},
    "axis": {
        "labelFont": fonts.SANS,
        "labelFontSize": 10,
        "labelColor": MUTED,
        "titleFont": fonts.SANS,
        "titleFontSize": 10,
        "titleFontWeight": "normal",
        "titleColor": MUTED,
        "domainColor": EDGE,
        "tickColor": LINE,
        "gridColor": LINE,
        "gridWidth": 0.6,
    },
    "text": {"font": fonts.SANS, "fontSize": 10, "color": TEXT},
}


def find_fill(place: str) -> str:
    """The fill under which a specification draws a place; one of its own even where the colour is the paper's."""
    fill = PLACES[place].fill
    return _NEARLY_WHITE if fill == SURFACE else fill


_NEARLY_WHITE = "#fffffe"


@lru_cache(maxsize=64)
def _draw_svg(spec: str) -> str:
    fonts.register_for_charts()
    return _add_textures(vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE))


@lru_cache(maxsize=64)
def _draw_png(svg: str) -> bytes:
    fonts.register_for_charts()
    return bytes(vl_convert.svg_to_png(svg, scale=PNG_SCALE, ppi=72))


def _add_textures(svg: str) -> str:
    """Lay the texture of a place over every bar and swatch in its colour: Vega-Lite has none of its own."""
    patterns = []
    for place, shade in PLACES.items():
        if not shade.texture:
            continue
        shapes = re.compile(rf'<path (?=[^>]*fill="{find_fill(place)}")[^>]*?(?:/>|></path>)')
        found = [shape for shape in shapes.findall(svg) if PLATE not in shape]
        for shape in dict.fromkeys(found):
            svg = svg.replace(shape, shape + _write_overlay(shape, place))
        if found:
            patterns.append(_write_pattern(place))
    if not patterns:
        return svg
    opened = svg.index(">") + 1
    return f"{svg[:opened]}<defs>{''.join(patterns)}</defs>{svg[opened:]}"


def _write_overlay(shape: str, place: str) -> str:
    """The same outline again, where it is and with nothing but the texture."""
    kept = re.findall(r'\b(?:d|transform)="[^"]*"', shape)
    return f'<path {" ".join(kept)} fill="url(#texture-{place})"/>'


def _write_pattern(place: str) -> str:
    shade = PLACES[place]
    tile = f'width="{shade.tile_px}" height="{shade.tile_px}"'
    return (
        f'<pattern id="texture-{place}" patternUnits="userSpaceOnUse" {tile}>'
        f'<path d="{shade.texture}" fill="none" stroke="{shade.ink}" stroke-opacity="{shade.texture_opacity}"/>'
        "</pattern>"
    )
