"""Names as two documents spell them, compared: transliteration, order, truncation, titles.

Sources: ICAO Doc 9303-3, section 6 (transliteration of Latin and Cyrillic letters) and section 4.6 (truncation);
GB/T 28039 (Chinese names in pinyin) with the passport practice of writing ü as YU.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from pratique.core.manifest.romanisation import spell_coarsely

Agreement = Literal["same", "reordered", "transliterated", "shortened", "close", "different", "unknown"]

# Letters with a transliteration of their own; all others lose their marks. The second form is what many
# airlines and some states write instead. 9303-3 also allows NXX for Ñ and UXX for Ü: see `_list_words`.
_LATIN: dict[str, tuple[str, str]] = {
    "Ä": ("AE", "A"),
    "Æ": ("AE", "AE"),
    "Å": ("AA", "A"),
    "Ð": ("D", "D"),
    "Đ": ("D", "D"),
    "Ħ": ("H", "H"),
    "Ĳ": ("IJ", "IJ"),
    "ĸ": ("Q", "K"),
    "Ł": ("L", "L"),
    "Ŋ": ("N", "N"),
    "Ö": ("OE", "O"),
    "Ø": ("OE", "O"),
    "Œ": ("OE", "OE"),
    "ẞ": ("SS", "SS"),
    "ß": ("SS", "SS"),
    "Þ": ("TH", "TH"),
    "Ŧ": ("T", "T"),
    "Ü": ("UE", "U"),
    "Ǖ": ("YU", "U"),
    "Ǘ": ("YU", "U"),
    "Ǚ": ("YU", "U"),
    "Ǜ": ("YU", "U"),
}
_CYRILLIC_PAIRS = """
    А:A Б:B В:V Г:G Ґ:G Ѓ:G Ғ:F Д:D Ђ:D Ѕ:DZ Е:E Ё:E Є:IE Ж:ZH З:Z И:I Й:I І:I Ї:I Ј:J К:K Ќ:K Қ:Q Л:L Љ:LJ М:M
    Н:N Њ:NJ Ң:N О:O Ө:O П:P Р:R С:S Т:T Ћ:C У:U Ў:U Ү:U Ф:F Х:KH Ц:TS Ч:CH Џ:DZ Ш:SH Щ:SHCH Ъ:IE Ы:Y Ь: Э:E
    Ю:IU Я:IA
    """
_CYRILLIC = dict(pair.split(":") for pair in _CYRILLIC_PAIRS.split())
_TITLES = {
    "MR",
    "MRS",
    "MS",
    "MISS",
    "MSTR",
    "DR",
    "PROF",
    "CHD",
    "INF",
    "MME",
    "MLLE",
    "HERR",
    "FRAU",
    "CAPT",
}
# Reservation systems put the title behind the given name without a blank: JOHNMR, ANNAMRS.
_GLUED_TITLE = re.compile(r"(?<=[A-Z]{2})(?:MR|MRS|MS|MSTR|MISS)$")
# What stands where a name is not known: first, last or no first name unknown.
_NO_NAME = {"FNU", "LNU", "NFN", "NLN", "XXX", "UNKNOWN", "NONE", "NULL"}
# Apostrophes, points and the like are left out; a hyphen parts words (9303-3, 4.6).
_DROPPED = re.compile(r"['’ʼ`´.·•・]")
# Doubtful spellings of one sound: Ä as AE or A, ü as YU, V or U after L and N.
_LOOSE = (
    ("LYU", "LU"),
    ("LV", "LU"),
    ("NYU", "NU"),
    ("NV", "NU"),
    ("AE", "A"),
    ("OE", "O"),
    ("UE", "U"),
    ("AA", "A"),
)
# From here on a name may have been cut: TD1 gives it 30 characters, TD2 31, TD3 39.
_CUT_LENGTH = 28


@dataclass(frozen=True, slots=True)
class Name:
    """One person's name as one document has it. `han` is the Chinese writing, where there is one."""

    surname: str
    given_names: str = ""
    han: str = ""


def spell_latin(text: str, *, airline: bool = False) -> str:
    """A name in the letters of a machine-readable zone, words parted by blanks.

    `airline` takes the plainer form where two are in use: MULLER for Müller, which the zone writes MUELLER.
    """
    letters = []
    for sign in unicodedata.normalize("NFC", unicodedata.normalize("NFKC", _DROPPED.sub("", text)).upper()):
        if sign in _LATIN:
            letters.append(_LATIN[sign][airline])
        elif sign in _CYRILLIC:
            letters.append(_CYRILLIC[sign])
        else:
            plain = unicodedata.normalize("NFD", sign)
            letters.append("".join(part for part in plain if not unicodedata.combining(part)))
    return " ".join(re.findall(r"[A-Z0-9]+", "".join(letters)))


def compare_names(one: Name, other: Name) -> Agreement:
    """How two spellings of a name agree.

    ``same``: letter for letter after transliteration; ``reordered``: the same words in another order or part;
    ``transliterated``: the same but for how a doubtful sound is written (MUELLER, MULLER); ``shortened``: one is the
    other cut, or leaves given names out; ``close``: one letter apart, or one name in two romanisations of Chinese
    (HSIAO, XIAO); ``unknown``: one of them is empty. Which of these is good enough, the caller decides.
    """
    if one.han and other.han and one.han.replace(" ", "") == other.han.replace(" ", ""):
        return "same"
    found: Agreement = "unknown"
    for left in _list_spellings(one):
        for right in _list_spellings(other):
            agreement = _compare_spellings(left, right)
            if _RANKS.index(agreement) < _RANKS.index(found):
                found = agreement
    return found


_RANKS: tuple[Agreement, ...] = get_args(Agreement)
_Spelling = tuple[tuple[str, ...], tuple[str, ...]]


@lru_cache(maxsize=4096)
def _list_spellings(name: Name) -> tuple[_Spelling, ...]:
    spellings = []
    for airline in (False, True):
        surname = _list_words(spell_latin(name.surname, airline=airline))
        given = _list_words(spell_latin(name.given_names, airline=airline))
        spellings.append((surname, given))
        if given and (bare := _GLUED_TITLE.sub("", given[-1])) != given[-1]:
            spellings.append((surname, (*given[:-1], bare)))
    return tuple(dict.fromkeys(spellings))


def _list_words(text: str) -> tuple[str, ...]:
    """The words of a spelled name without titles. NXX and UXX are the zone's Ñ and Ü, and nothing else."""
    words = tuple(word if word in _NO_NAME else re.sub("(?<=[NU])XX", "", word) for word in text.split())
    if words and all(word in _NO_NAME for word in words):
        return ()
    kept = tuple(word for word in words if word not in _TITLES)
    return kept or words


def _compare_spellings(one: _Spelling, other: _Spelling) -> Agreement:
    left, right = "".join(one[0] + one[1]), "".join(other[0] + other[1])
    if not left or not right:
        return "unknown"
    if ["".join(part) for part in one] == ["".join(part) for part in other]:
        return "same"
    if _turn(one, str) & _turn(other, str) or sorted(one[0] + one[1]) == sorted(other[0] + other[1]):
        return "reordered"
    if _turn(one, loosen) & _turn(other, loosen):
        return "transliterated"
    if _is_shortened(one, other) or _is_shortened(other, one):
        return "shortened"
    if _differ_by_one(left, right) or _may_be_one_in_chinese(one, other):
        return "close"
    return "different"


def _turn(spelling: _Spelling, change: Callable[[str], str]) -> set[str]:
    """All letters of a name, each word changed, in either order of its parts."""
    surname, given = ("".join(map(change, part)) for part in spelling)
    return {surname + given, given + surname}


def _is_shortened(short: _Spelling, long: _Spelling) -> bool:
    """Cut at the end of a line or word by word (9303-3, 4.6), or with given names left out or as initials."""
    left, right = "".join(short[0] + short[1]), "".join(long[0] + long[1])
    if len(left) >= _CUT_LENGTH and (right.startswith(left) or all(map(_begin_alike, short, long))):
        return True
    if "".join(short[0]) != "".join(long[0]):
        return False
    beginnings = zip(short[1], long[1], strict=False)
    return len(short[1]) <= len(long[1]) and all(
        full == part or (len(part) == 1 and full.startswith(part)) for part, full in beginnings
    )


def _begin_alike(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Each word of the short one is the beginning of the word in its place, and there are no more of them."""
    return len(short) <= len(long) and all(
        full.startswith(part) for part, full in zip(short, long, strict=False)
    )


def _may_be_one_in_chinese(one: _Spelling, other: _Spelling) -> bool:
    ours, theirs = (
        {spell_coarsely(part[0] + part[1]), spell_coarsely(part[1] + part[0])} for part in (one, other)
    )
    return bool((ours & theirs) - {""})


def loosen(text: str) -> str:
    """A spelling without its doubtful letters, for finding candidates, never for deciding."""
    for doubtful, plain in _LOOSE:
        text = text.replace(doubtful, plain)
    return text


def _differ_by_one(one: str, other: str) -> bool:
    """One letter more, less or other, or two neighbours exchanged, in names of six letters and more."""
    if min(len(one), len(other)) < 6 or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    if len(left) == len(right):
        return left[1:] == right[1:] or (left[:2] == right[1::-1] and left[2:] == right[2:])
    return left[1:] == right or left == right[1:]


def make_key(words: Iterable[str]) -> str:
    """A key under which spellings of one name meet, in whatever order and parts: its letters, loose and sorted.

    Two names may share a key by chance: it finds candidates, `compare_names` decides.
    """
    spelled = spell_latin(" ".join(words), airline=True)
    return "".join(sorted(loosen("".join(_list_words(spelled)))))
