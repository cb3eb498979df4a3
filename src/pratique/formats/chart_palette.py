"""The colours and textures of charts and documents: those of the bright screen, in one table.

`web/static/pratique/tokens.css` holds the same colours for pages; a test keeps the two alike. Red (`LOST`) is only for
people who may be lost or harmed. Places that print alike in grey carry a texture besides.
"""

from dataclasses import dataclass

TEXT = "#0f171d"
MUTED = "#47545e"
LINE = "#ccd4db"
EDGE = "#66757f"
RAISED = "#f6f8fa"
SURFACE = "#ffffff"
ACCENT = "#0b5cad"
LOST = "#b01e15"
LATE = "#7a4a00"
GOOD = "#17663a"


@dataclass(frozen=True, slots=True)
class Shade:
    """How people at one place are drawn: fill, ink upon it, and the texture's path in its tile, if it has one."""

    fill: str
    ink: str
    texture: str = ""
    tile_px: int = 8
    texture_opacity: float = 0.0


PLACES: dict[str, Shade] = {
    "expected": Shade("#ffffff", "#0f171d", "M-2 2 2-2M0 8 8 0M6 10 10 6", 8, 0.35),
    "cabin": Shade("#b4dcfb", "#06131f"),
    "hall": Shade("#5aaae8", "#06131f"),
    "holding": Shade("#1c69b4", "#ffffff"),
    "trip": Shade("#7148cc", "#ffffff", "m2-2 9 9-9 9", 14, 0.45),
    "facility": Shade("#cddade", "#0f171d"),
    "hospital": Shade("#e7c9e3", "#24101f", "M3.5 1.5v4M1.5 3.5h4", 7, 0.5),
    "exit": Shade("#e6ebee", "#3d4a54"),
}
"""In the order of the loop."""
