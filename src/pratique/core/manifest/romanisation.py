"""Chinese names in two romanisations, Wade-Giles (Taiwan) and pinyin, under one coarse spelling.

Wade-Giles as passports write it has lost its apostrophes and dots: CHANG is both 张 Zhāng and 常 Cháng. The coarse
spelling therefore joins what they leave in doubt, and two names that share it may be one: it is a reason to look,
never to decide. Source: ALA-LC romanisation table for Chinese (Wade-Giles to pinyin).
"""

import re

# Initial → coarse initial, the longest first. Pinyin and Wade-Giles share one column, for a list does not say which.
_INITIALS = {
    "TZ": "Z", "TS": "Z", "CH": "J", "ZH": "J", "SH": "S", "SZ": "S", "SS": "S", "HS": "S",
    "B": "B", "P": "B", "D": "D", "T": "D", "G": "G", "K": "G", "J": "J", "Q": "J", "Z": "Z", "C": "Z", "X": "S",
    "M": "M", "F": "F", "N": "N", "L": "L", "H": "H", "R": "J", "S": "S", "Y": "Y", "W": "W", "": "",
}  # fmt: skip
# Final → coarse final.
_FINALS = {
    "A": "A", "AI": "AI", "AN": "AN", "ANG": "ANG", "AO": "AO", "E": "O", "EI": "EI", "EN": "EN", "ENG": "ENG",
    "ER": "ER", "ERH": "ER", "EH": "IE", "I": "I", "IH": "I", "U": "U", "Z": "I", "ZE": "I", "V": "U", "YU": "U",
    "IA": "IA", "IANG": "IANG", "IAO": "IAO", "IEH": "IE", "IE": "IE", "IEN": "IAN", "IAN": "IAN", "IN": "IN",
    "ING": "ING", "IU": "IU", "IUNG": "IONG", "IONG": "IONG", "O": "O", "OU": "OU", "UNG": "ONG", "ONG": "ONG",
    "UA": "UA", "UAI": "UAI", "UAN": "UAN", "UANG": "UANG", "UEH": "UE", "UE": "UE", "UI": "UI", "UEI": "UI",
    "UN": "UN", "UO": "O", "IO": "UE", "YUE": "UE", "YUAN": "UAN", "YUN": "UN",
}  # fmt: skip
# What pinyin and Wade-Giles write otherwise after Y: yan and yen, you and yu, yong and yung.
_AFTER_Y = {"AN": "EN", "E": "IE", "OU": "U"}
_STARTS = "|".join(sorted((initial for initial in _INITIALS if initial), key=len, reverse=True))
_ENDS = "|".join(sorted(_FINALS, key=len, reverse=True))
_SYLLABLE = re.compile(rf"({_STARTS}|)({_ENDS})(?![AEIOU])")


def spell_coarsely(words: tuple[str, ...]) -> str:
    """The words of a Latin name as Chinese syllables, coarse; empty when they are no Chinese syllables.

    Words are in capitals; a given name may be written in one (XIAOMING) or in two (HSIAO MING).
    """
    syllables: list[str] = []
    for word in words:
        place = 0
        while place < len(word):
            found = _SYLLABLE.match(word, place)
            if found is None:
                return ""
            syllables.append(_join(found.group(1), found.group(2)))
            place = found.end()
    return " ".join(syllables)


def _join(initial: str, final: str) -> str:
    if initial == "Y":
        return "Y" + _AFTER_Y.get(final, _FINALS[final])
    if initial in ("TZ", "SZ", "SS") and final == "U":
        return _INITIALS[initial] + "I"  # tzŭ, ssŭ
    return _INITIALS[initial] + _FINALS[final]
