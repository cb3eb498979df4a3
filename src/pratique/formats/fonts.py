"""The fonts of every document and chart: Noto Sans SC and Noto Serif SC (SIL Open Font License), Latin and Chinese.

They come as files of an installed package, so that nothing depends on what a machine happens to have. Each has the
regular weight alone; documents make their hierarchy by size, space and family.
"""

from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import vl_convert

SANS = "Noto Sans SC"
SERIF = "Noto Serif SC"


def find_folder() -> Path:
    """The folder the font files are in."""
    return pylopdf_fonts_zh_cn.sans_path().parent


@cache
def register_for_charts() -> None:
    """Make the fonts known to the chart renderer; once in a process."""
    vl_convert.register_font_directory(str(find_folder()))
