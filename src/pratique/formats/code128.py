"""Barcodes of tubes as Code 128, set B (ISO/IEC 15417): what every laser scanner reads. QR codes need a camera."""

from pratique.core.answers import Refused

_WIDTHS = [
    "212222",
    "222122",
    "222221",
    "121223",
    "121322",
    "131222",
    "122213",
    "122312",
    "132212",
    "221213",
    "221312",
    "231212",
    "112232",
    "122132",
    "122231",
    "113222",
    "123122",
    "123221",
    "223211",
    "221132",
    "221231",
    "213212",
    "223112",
    "312131",
    "311222",
    "321122",
    "321221",
    "312212",
    "322112",
    "322211",
    "212123",
    "212321",
    "232121",
    "111323",
    "131123",
    "131321",
    "112313",
    "132113",
    "132311",
    "211313",
    "231113",
    "231311",
    "112133",
    "112331",
    "132131",
    "113123",
    "113321",
    "133121",
    "313121",
    "211331",
    "231131",
    "213113",
    "213311",
    "213131",
    "311123",
    "311321",
    "331121",
    "312113",
    "312311",
    "332111",
    "314111",
    "221411",
    "431111",
    "111224",
    "111422",
    "121124",
    "121421",
    "141122",
    "141221",
    "112214",
    "112412",
    "122114",
    "122411",
    "142112",
    "142211",
    "241211",
    "221114",
    "413111",
    "241112",
    "134111",
    "111242",
    "121142",
    "121241",
    "114212",
    "124112",
    "124211",
    "411212",
    "421112",
    "421211",
    "212141",
    "214121",
    "412121",
    "111143",
    "111341",
    "131141",
    "114113",
    "114311",
    "411113",
    "411311",
    "113141",
    "114131",
    "311141",
    "411131",
    "211412",
    "211214",
    "211232",
    "2331112",
]
"""Widths of bars and gaps, by the value of a sign (ISO/IEC 15417, table 1)."""
_START_B, _STOP = 104, 106
QUIET = 10
"""Modules that stay white on either side."""


def encode(*, text: str) -> tuple[tuple[int, int], ...]:
    """The bars of a text as (where it begins, how wide it is), in modules, counted from the edge of the quiet zone.

    Raises Refused ``barcode_unwritable`` for an empty text or a sign outside ASCII.
    """
    if not text or not all(" " <= sign <= "~" for sign in text):
        raise Refused("barcode_unwritable", "a barcode is made of ASCII letters, digits and signs")
    values = [_START_B, *(ord(sign) - 32 for sign in text)]
    check = sum(value * max(place, 1) for place, value in enumerate(values)) % 103
    bars = []
    at = QUIET
    for value in (*values, check, _STOP):
        for place, width in enumerate(map(int, _WIDTHS[value])):
            if place % 2 == 0:
                bars.append((at, width))
            at += width
    return tuple(bars)


def draw(*, text: str) -> str:
    """The barcode as an SVG that stretches to the width it is given; the text stands beside it, not in it."""
    bars = encode(text=text)
    width = bars[-1][0] + bars[-1][1] + QUIET
    path = "".join(f"M{at} 0h{wide}v40h-{wide}z" for at, wide in bars)
    return (
        f'<svg class="barcode" viewBox="0 0 {width} 40" preserveAspectRatio="none" aria-hidden="true" focusable="false" '
        f'shape-rendering="crispEdges"><path d="{path}"/></svg>'
    )
