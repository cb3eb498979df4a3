"""Countries as lists write them: ISO 3166 codes and common names, English and Chinese, into alpha-3 codes."""

from functools import cache
from importlib import resources

from pratique.formats.spreadsheet_headings import fold

# ICAO 9303-3, part D: codes that are no country's.
_SPECIAL = ("D", "EUE", "GBD", "GBN", "GBO", "GBP", "GBS", "RKS", "UNA", "UNK", "UNO", "UTO")
_STATELESS = (
    "XXA",
    "XXB",
    "XXC",
    "XXX",
    "XOM",
    "XPO",
    "XCT",
    "XMP",
    "XDC",
    "XEC",
    "XES",
    "XCE",
    "XAA",
    "XBA",
    "XIM",
)


@cache
def _index_names() -> dict[str, str]:
    text = (resources.files("pratique.formats") / "countries.tsv").read_text("utf-8")
    index = {code.lower(): code for code in (*_SPECIAL, *_STATELESS)}
    for line in text.splitlines():
        two, three, english, chinese = line.split("\t")
        for name in (two, three, *english.split("|"), *chinese.split("|")):
            index[fold(name)] = three
    return index


def find_country(text: str) -> str | None:
    """The alpha-3 code (or ICAO's special code) of a country written as a code or a name; None when unknown."""
    index = _index_names()
    folded = fold(text)
    return index.get(folded) or index.get(folded.removesuffix("籍")) or index.get(folded.removesuffix("人"))
