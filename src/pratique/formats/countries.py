"""Countries as lists write them: ISO 3166 codes and common names, English and Chinese, into alpha-3 codes."""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its ISO 3166-1 alpha-2 code, and what it is called."""

    code: str
    english: str
    chinese: str


@cache
def list_countries() -> tuple[Country, ...]:
    """Every country, by its alpha-2 code."""
    text = (resources.files("pratique.formats") / "countries.tsv").read_text("utf-8")
    found = []
    for line in text.splitlines():
        two, _, english, chinese = line.split("\t")
        found.append(Country(two, english.split("|")[0], chinese.split("|")[0]))
    return tuple(sorted(found, key=lambda country: country.code))


@cache
def _index_alpha2() -> dict[str, str]:
    text = (resources.files("pratique.formats") / "countries.tsv").read_text("utf-8")
    return {line.split("\t")[1]: line.split("\t")[0] for line in text.splitlines()}


@cache
def _index_alpha3() -> dict[str, Country]:
    return {three: country for country in list_countries() if (three := find_country(country.code))}


def get_country(alpha3: str) -> Country | None:
    """The country of an ISO 3166-1 alpha-3 code; None for ICAO's special codes and for what is no code."""
    return _index_alpha3().get(alpha3)


def find_alpha2(text: str) -> str | None:
    """The alpha-2 code of a country written as a code or a name; None when unknown."""
    return _index_alpha2().get(find_country(text) or "")


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
