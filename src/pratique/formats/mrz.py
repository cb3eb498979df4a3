"""Machine-readable zones of travel documents: TD1, TD2, TD3, MRV-A, MRV-B and the old French identity card.

Source: ICAO Doc 9303 parts 3 (check digits), 4 (TD3), 5 (TD1), 6 (TD2), 7 (visas); the French card of 1988-2021 as
published with the carte nationale d'identité. A zone is accepted when all its check digits hold, and for no other
reason. What looks like a slip of the reading machine is reported with a proposal; nothing is mended unasked.
"""

import html
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from pratique.core.manifest.matching import Presented
from pratique.formats.dates import make_date, place_birth_year, place_year_near
from pratique.formats.findings import Findings
from pratique.formats.texts import decode

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
_WEIGHTS = (7, 3, 1)
_Span = tuple[int, int, int]  # line, first character, one past the last


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands in one kind of zone; spans are (line, start, end), all counted from 0."""

    kind: str
    title: str
    lines: int
    length: int
    fields: Mapping[str, _Span]
    checks: Mapping[str, tuple[_Span, _Span]]
    composite: tuple[tuple[_Span, ...], _Span] | None = None


_TD1 = Layout(
    "TD1",
    "TD1",
    3,
    30,
    {
        "document_kind": (0, 0, 2),
        "issuer": (0, 2, 5),
        "document_number": (0, 5, 14),
        "optional": (0, 15, 30),
        "born_on": (1, 0, 6),
        "sex": (1, 7, 8),
        "expires_on": (1, 8, 14),
        "nationality": (1, 15, 18),
        "optional_2": (1, 18, 29),
        "names": (2, 0, 30),
    },
    {
        "document_number": ((0, 5, 14), (0, 14, 15)),
        "birth_date": ((1, 0, 6), (1, 6, 7)),
        "expiry_date": ((1, 8, 14), (1, 14, 15)),
    },
    (((0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)), (1, 29, 30)),
)
_SECOND_LINE = {
    "document_kind": (0, 0, 2),
    "issuer": (0, 2, 5),
    "document_number": (1, 0, 9),
    "nationality": (1, 10, 13),
    "born_on": (1, 13, 19),
    "sex": (1, 20, 21),
    "expires_on": (1, 21, 27),
}
_SECOND_LINE_CHECKS = {
    "document_number": ((1, 0, 9), (1, 9, 10)),
    "birth_date": ((1, 13, 19), (1, 19, 20)),
    "expiry_date": ((1, 21, 27), (1, 27, 28)),
}
_TD2 = Layout(
    "TD2",
    "TD2",
    2,
    36,
    {**_SECOND_LINE, "optional": (1, 28, 35), "names": (0, 5, 36)},
    _SECOND_LINE_CHECKS,
    (((1, 0, 10), (1, 13, 20), (1, 21, 35)), (1, 35, 36)),
)
_TD3 = Layout(
    "TD3",
    "TD3",
    2,
    44,
    {**_SECOND_LINE, "personal_number": (1, 28, 42), "names": (0, 5, 44)},
    {**_SECOND_LINE_CHECKS, "personal_number": ((1, 28, 42), (1, 42, 43))},
    (((1, 0, 10), (1, 13, 20), (1, 21, 43)), (1, 43, 44)),
)
_MRVA = Layout(
    "MRVA",
    "MRV-A",
    2,
    44,
    {**_SECOND_LINE, "optional": (1, 28, 44), "names": (0, 5, 44)},
    _SECOND_LINE_CHECKS,
)
_MRVB = Layout(
    "MRVB",
    "MRV-B",
    2,
    36,
    {**_SECOND_LINE, "optional": (1, 28, 36), "names": (0, 5, 36)},
    _SECOND_LINE_CHECKS,
)
_FRENCH = Layout(
    "FRA_ID_36",
    "French identity card",
    2,
    36,
    {
        "document_kind": (0, 0, 2),
        "issuer": (0, 2, 5),
        "surname": (0, 5, 30),
        "optional": (0, 30, 36),
        "document_number": (1, 0, 12),
        "given_names": (1, 13, 27),
        "born_on": (1, 27, 33),
        "sex": (1, 34, 35),
    },
    {"document_number": ((1, 0, 12), (1, 12, 13)), "birth_date": ((1, 27, 33), (1, 33, 34))},
    (((0, 0, 36), (1, 0, 35)), (1, 35, 36)),
)
_LENGTHS = (30, 36, 44)
# The filler, and what stands for it in texts that went through a word processor or a Chinese keyboard.
_FILLERS = "<«‹＜"
# The second line by itself: number, nationality, birth date, sex, expiry.
_SECOND = re.compile(r"[A-Z0-9<]{9}[0-9<][A-Z<]{3}[0-9<]{6}[0-9][MFX<][0-9<]{7}")
# What is shorter is no line of a zone, whatever it has lost.
_LINE_MIN = 12
# How many fillers of one line may be lost and the zone still be told.
_LOST_MAX = 26
LAYOUTS = (_TD1, _TD2, _TD3, _MRVA, _MRVB, _FRENCH)


@dataclass(frozen=True, slots=True)
class Mrz:
    """One zone as read. `checks` says which check digits hold; dates are None where unknown or impossible.

    `born_text` keeps the six characters as they stand, for a birth of which only the year is known. `suggestion`
    holds other lines, for a person to compare, under which all check digits would hold; empty when there are none.
    """

    kind: str
    lines: tuple[str, ...]
    document_kind: str = ""
    issuer: str = ""
    document_number: str = ""
    surname: str = ""
    given_names: str = ""
    nationality: str = ""
    sex: str = ""
    born_on: date | None = None
    born_text: str = ""
    expires_on: date | None = None
    optional: str = ""
    checks: Mapping[str, bool] = field(default_factory=dict)
    suggestion: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether every check digit of the zone holds."""
        return bool(self.checks) and all(self.checks.values())


def present(zone: Mrz) -> Presented:
    """What a zone says of its holder, as `core.manifest.match` asks for it."""
    return Presented(zone.document_number, zone.born_on, zone.surname, zone.given_names, zone.issuer)


def compute_check_digit(text: str) -> str:
    """The check digit of ICAO 9303-3, 4.9; ``?`` when a character cannot stand in a zone."""
    if any(sign not in ALPHABET for sign in text):
        return "?"
    values = (0 if sign == "<" else ALPHABET.index(sign) for sign in text)
    return str(sum(value * _WEIGHTS[place % 3] for place, value in enumerate(values)) % 10)


def looks_like_mrz(text: str) -> bool:
    """Whether a text is a zone, whole or with the usual slips of reading, or a part of one."""
    lines = _list_lines(text)
    if len(lines) > 3:
        return all(len(line) in _LENGTHS and _is_zone_line(line) for line in lines)
    joined = "".join(lines)
    if len(lines) == 1:
        return len(joined) in _LENGTHS and (_is_zone_line(joined) or bool(_SECOND.match(joined)))
    if not lines or not 55 <= len(joined) <= 100 or max(map(len, lines)) - min(map(len, lines)) > _LOST_MAX:
        return False
    common = sum(sign in ALPHABET + " " for sign in unicodedata.normalize("NFKC", joined).upper())
    return (
        common >= 0.85 * len(joined)
        and sum(sign in _FILLERS for sign in joined) >= 3
        and re.match(rf"[A-Za-z][A-Za-z0-9{_FILLERS} ]", joined) is not None
    )


def _is_zone_line(line: str) -> bool:
    return len(line) >= 28 and line.count("<") >= 2 and " " not in line


def read(data: bytes, findings: Findings, *, on: date | None = None) -> Mrz | None:
    """The zone in a file. `on` is the day it is looked at, which places two-digit years; see `_read_dates`."""
    lines = _list_lines(decode(data).text)
    layout = _find_layout(lines)
    if layout is None and (zones := _count_zones(lines)) > 1:
        findings.report("mrz_several", "file", {"count": zones})
        return None
    if layout is None:
        facts = {"count": len(lines), "lengths": ", ".join(str(len(line)) for line in lines[:5])}
        findings.report("mrz_shape_unknown", "file", facts)
        return None
    checks = _check(layout, lines)
    suggestion = () if all(checks.values()) and _is_clean(layout, lines) else _suggest(layout, lines)
    _report_characters(layout, lines, suggestion, findings)
    if any(len(line) != layout.length for line in lines):
        return _read_whole_lines(layout, lines, (checks, suggestion, on))
    _report_checks(layout, lines, suggestion, findings)
    return _read_fields(layout, lines, (checks, suggestion, on), findings)


def _read_whole_lines(
    layout: Layout, lines: list[str], known: tuple[dict[str, bool], tuple[str, ...], date | None]
) -> Mrz:
    """The fields of the lines that have their length; nothing of one that was cut, where each place is in doubt."""
    kept = [line if len(line) == layout.length else "<" * layout.length for line in lines]
    zone = _read_fields(layout, kept, known, Findings(strict=False))
    born_text = zone.born_text if zone.born_text.strip("<") else ""
    return replace(zone, lines=tuple(lines), born_text=born_text, sex=zone.sex if born_text else "")


def _list_lines(text: str) -> list[str]:
    """The lines of the zone: what stands around it left out, and a zone sent as one line cut where its lines begin.

    A zone that came out of a web page has ``&lt;`` for its fillers; that is how it travelled, not how it was read.
    """
    text = html.unescape(text) if "&lt;" in text else text
    # A line of the right length with its blanks has lost its fillers, not gained a margin.
    lines = [
        line if len(line) in _LENGTHS else line.strip()
        for line in text.replace("\ufeff", "").splitlines()
        if line.strip()
    ]
    if len(lines) == 3 and min(map(len, lines)) < _LINE_MIN:
        lines = [line for line in lines if len(line) >= _LINE_MIN]  # a label beside the zone
    if len(lines) > 3:
        zone = [line for line in lines if _is_zone_line(line)]
        lines = zone if len(zone) in (2, 3) or _count_zones(zone) else lines
    if len(lines) == 1:
        lines = _cut_line(lines[0])
    return lines


def _cut_line(line: str) -> list[str]:
    """A zone in one line, its lines parted by blanks or by nothing."""
    parts = line.split()
    if len(parts) in (2, 3) and len({len(part) for part in parts}) == 1 and len(parts[0]) in _LENGTHS:
        return parts
    count = {90: 3, 72: 2, 88: 2}.get(len(line), 1)
    size = len(line) // count
    return [line[start : start + size] for start in range(0, size * count, size)]


def _find_layout(lines: list[str]) -> Layout | None:
    if not lines or not 26 <= max(map(len, lines)) <= 50 or min(map(len, lines)) < _LINE_MIN:
        return None
    if len(lines) == 3:
        return _TD1 if max(map(len, lines)) <= 36 else None
    if len(lines) != 2 or max(map(len, lines)) <= 31:
        return None
    visa = lines[0][:1].upper() == "V"
    if max(map(len, lines)) > 40:
        return _MRVA if visa else _TD3
    if lines[0][:5].upper() == "IDFRA":
        return _FRENCH
    return _MRVB if visa else _TD2


def _count_zones(lines: list[str]) -> int:
    """How many whole zones stand one under the other; 0 when any line is left over."""
    count, rest = 0, [len(line) for line in lines]
    while rest:
        size = 3 if rest[:3] == [30] * 3 else 2
        if rest[:size] not in ([30] * 3, [36] * 2, [44] * 2):
            return 0
        count, rest = count + 1, rest[size:]
    return count


def _cut(lines: list[str], span: _Span) -> str:
    line, start, end = span
    return lines[line][start:end] if line < len(lines) else ""


def _find_long_number(layout: Layout, lines: list[str]) -> tuple[str, str] | None:
    """A document number of more than nine characters: it runs on into the optional data (9303-5, 4.2.2.1 note j)."""
    if layout.kind not in ("TD1", "TD2"):
        return None
    rest = _cut(lines, layout.fields["optional"]).split("<")[0]
    if _cut(lines, layout.checks["document_number"][1]) != "<" or len(rest) < 2:
        return None
    return _cut(lines, layout.fields["document_number"]) + rest[:-1], rest[-1]


def _list_checks(layout: Layout, lines: list[str]) -> dict[str, tuple[str, str]]:
    """Each check digit: name → (characters it guards, digit as it stands)."""
    found = {name: (_cut(lines, span), _cut(lines, digit)) for name, (span, digit) in layout.checks.items()}
    if long := _find_long_number(layout, lines):
        found["document_number"] = long
    if layout.composite:
        spans, digit = layout.composite
        found["composite"] = ("".join(_cut(lines, span) for span in spans), _cut(lines, digit))
    return found


def _check(layout: Layout, lines: list[str]) -> dict[str, bool]:
    return {name: _holds(guarded, digit) for name, (guarded, digit) in _list_checks(layout, lines).items()}


def _holds(guarded: str, digit: str) -> bool:
    """A filler may stand for the digit of a field that is empty (9303-4, 4.2.2.2)."""
    if not guarded.strip("<") and digit == "<":
        return True
    return digit.isdigit() and compute_check_digit(guarded) == digit


def _is_clean(layout: Layout, lines: list[str]) -> bool:
    return all(len(line) == layout.length and all(sign in ALPHABET for sign in line) for line in lines)


_FIELD_NAMES = {
    "document_number": ("document number", "证件号码"),
    "birth_date": ("date of birth", "出生日期"),
    "expiry_date": ("date of expiry", "有效期"),
    "personal_number": ("personal number", "个人号码"),
    "composite": ("whole zone", "整个机读区"),
    "born_on": ("date of birth", "出生日期"),
    "expires_on": ("date of expiry", "有效期"),
    "issuer": ("issuing state", "签发国"),
    "nationality": ("nationality", "国籍"),
    "names": ("name", "姓名"),
    "surname": ("surname", "姓"),
    "given_names": ("given names", "名"),
}


def _name_field(name: str) -> dict[str, str]:
    english, chinese = _FIELD_NAMES[name]
    return {"field": english, "field_zh": chinese}


def _propose(suggestion: tuple[str, ...]) -> dict[str, str]:
    if not suggestion:
        return {"suggestion": "", "suggestion_zh": ""}
    lines = " / ".join(suggestion)
    return {
        "suggestion": f"All check digits would hold for: {lines}",
        "suggestion_zh": f"下列内容可使全部校验位成立：{lines}",
    }


def _report_characters(
    layout: Layout, lines: list[str], suggestion: tuple[str, ...], findings: Findings
) -> None:
    for number, line in enumerate(lines):
        where = f"line {number + 1}"
        facts = _propose(suggestion[number : number + 1])
        if len(line) != layout.length:
            findings.report(
                "mrz_length_wrong", where, {**facts, "length": len(line), "expected": layout.length}
            )
        if any(sign.isascii() and sign.islower() for sign in line):
            findings.report("mrz_lower_case", where, facts)
        if " " in line:
            findings.report("mrz_space", where, facts)
        strange = sorted({sign for sign in line if sign.upper() not in ALPHABET and sign != " "})
        if strange:
            findings.report("mrz_character_wrong", where, {**facts, "text": " ".join(strange[:8])})


def _report_checks(layout: Layout, lines: list[str], suggestion: tuple[str, ...], findings: Findings) -> None:
    places = {name: digit for name, (_, digit) in layout.checks.items()}
    if layout.composite:
        places["composite"] = layout.composite[1]
    for name, (guarded, digit) in _list_checks(layout, lines).items():
        if not _holds(guarded, digit):
            line, start, _ = places[name]
            facts = {"stated": digit, "computed": compute_check_digit(guarded), **_name_field(name)}
            where = f"line {line + 1}, character {start + 1}"
            findings.report("mrz_check_digit_wrong", where, {**facts, **_propose(suggestion)})


def _read_fields(
    layout: Layout,
    lines: list[str],
    known: tuple[dict[str, bool], tuple[str, ...], date | None],
    findings: Findings,
) -> Mrz:
    checks, suggestion, on = known
    raw = {name: _cut(lines, span) for name, span in layout.fields.items()}
    _report_mistaken(layout, raw, suggestion, findings)
    if "names" in raw:
        surname, _, given = raw["names"].rstrip("<").partition("<<")
        if not raw["names"].endswith("<"):
            findings.report("mrz_name_truncated", _place(layout, "names"))
    else:
        surname, given = raw["surname"], raw["given_names"]
    surname, given = _spell(surname), _spell(given)
    if not surname:
        findings.report("mrz_name_missing", _place(layout, "names" if "names" in raw else "surname"))
    born_on, expires_on = _read_dates(layout, raw, on, findings)
    sex = {"M": "M", "F": "F", "<": "X", "X": "X"}.get(raw["sex"], "")
    if not sex and raw["sex"].upper() not in ("M", "F"):
        findings.report("mrz_sex_wrong", _place(layout, "sex"), {"text": raw["sex"]})
    long = _find_long_number(layout, lines)
    optional = [raw.get(name, "").strip("<") for name in ("optional", "optional_2", "personal_number")]
    if long:
        optional[0] = raw["optional"].partition("<")[2].strip("<")
    return Mrz(
        kind=layout.kind,
        lines=tuple(lines),
        document_kind=raw["document_kind"].rstrip("<"),
        issuer=raw["issuer"].rstrip("<"),
        document_number=(long[0] if long else raw["document_number"]).rstrip("<").replace("<", " "),
        surname=surname,
        given_names=given,
        # The French card says nothing else: it is issued to citizens only.
        nationality=raw.get("nationality", "FRA").rstrip("<"),
        sex=sex,
        born_on=born_on,
        born_text=raw["born_on"],
        expires_on=expires_on,
        optional=" ".join(part for part in optional if part),
        checks=checks,
        suggestion=suggestion,
    )


def _place(layout: Layout, name: str) -> str:
    line, start, end = layout.fields[name]
    return (
        f"line {line + 1}, character {start + 1}-{end}"
        if end - start > 1
        else f"line {line + 1}, character {end}"
    )


def _spell(text: str) -> str:
    return " ".join(part for part in text.split("<") if part)


# Pairs that reading machines mistake for one another, digit and letter.
_TO_DIGIT = str.maketrans("OQDILZSBG", "000112586")
_TO_LETTER = str.maketrans("0125868", "OIZSBGB")


def _report_mistaken(
    layout: Layout, raw: dict[str, str], suggestion: tuple[str, ...], findings: Findings
) -> None:
    for name in ("born_on", "expires_on"):
        if name in raw and (wrong := re.sub(r"[^A-Za-z]", "", raw[name])):
            facts = {"text": wrong, **_name_field(name), **_propose(suggestion)}
            findings.report("mrz_letter_for_digit", _place(layout, name), facts)
    # Russian internal passports spell letters without a Latin counterpart as digits (PN, 9303 doc. of the issuer).
    names = () if raw["document_kind"] == "PN" else ("names", "surname", "given_names")
    for name in ("issuer", "nationality", *names):
        if name in raw and (wrong := re.sub(r"[^0-9]", "", raw[name])):
            facts = {"text": wrong, **_name_field(name), **_propose(suggestion)}
            findings.report("mrz_digit_for_letter", _place(layout, name), facts)


def _read_dates(
    layout: Layout, raw: dict[str, str], on: date | None, findings: Findings
) -> tuple[date | None, date | None]:
    """Birth and expiry. Expiry lies within fifty years of `on`; birth is the latest year before `on` and expiry."""
    expires_on = None
    if re.fullmatch(r"[0-9]{6}", text := raw.get("expires_on", "")):
        expires_on = make_date(
            place_year_near(two_digits=int(text[:2]), on=on), int(text[2:4]), int(text[4:])
        )
        if expires_on is None:
            facts = {"text": text, **_name_field("expires_on")}
            findings.report("mrz_date_impossible", _place(layout, "expires_on"), facts)
    text = raw["born_on"]
    if not re.fullmatch(r"[0-9]{6}", text):
        if "<" in text:
            findings.report("mrz_birth_unknown", _place(layout, "born_on"), {"text": text})
        return None, expires_on
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    latest = min((known for known in (on, expires_on) if known), default=None)
    born_on = make_date(place_birth_year(two_digits=year, month=month, day=day, on=latest), month, day)
    if born_on is None:
        code = "mrz_birth_unknown" if "00" in (text[2:4], text[4:]) else "mrz_date_impossible"
        findings.report(code, _place(layout, "born_on"), {"text": text, **_name_field("born_on")})
    return born_on, expires_on


def _suggest(layout: Layout, lines: list[str]) -> tuple[str, ...]:
    """Lines with the usual slips undone, if under them all check digits hold; never more than a proposal."""
    cleaned = [_clean(line, layout.length) for line in lines]
    for candidate in _list_fitted(layout, cleaned):
        for changed in (candidate, _swap_by_place(layout, candidate)):
            if all(_check(layout, changed).values()) and _is_clean(layout, changed):
                return tuple(changed)
            if mended := _swap_in_number(layout, changed):
                return tuple(mended)
    return ()


def _clean(line: str, length: int) -> str:
    text = (
        unicodedata.normalize("NFKC", line)
        .upper()
        .translate(str.maketrans({"«": "<<", "‹": "<", "(": "<", "{": "<", "[": "<", "|": "I"}))
    )
    without, filled = text.replace(" ", ""), text.replace(" ", "<")
    return filled if abs(len(filled) - length) < abs(len(without) - length) else without


def _list_fitted(layout: Layout, lines: list[str]) -> list[list[str]]:
    """Each line brought to its length: fillers put into, or taken from, one run of fillers."""
    names = layout.fields.get("names", (-1, 0, 0))[0]
    options = [
        [line] if len(line) == layout.length else _fit(line, layout.length, open_end=number == names)
        for number, line in enumerate(lines)
    ]
    fitted: list[list[str]] = [[]]
    for choices in options:
        fitted = [[*head, choice] for head in fitted for choice in choices][:400]
    return [candidate for candidate in fitted if len(candidate) == len(lines)]


def _fit(line: str, length: int, *, open_end: bool) -> list[str]:
    """`open_end`: nothing but fillers follows, as after a name; a line that ends with a letter has lost them there."""
    missing = length - len(line)
    if abs(missing) > _LOST_MAX:
        return []
    # After the last filler first: that is where they are lost most.
    ends = [found.end() for found in re.finditer(r"<+", line)][::-1]
    if missing > 0:
        first = [len(line)] if open_end and not line.endswith("<") else []
        places = dict.fromkeys([*first, *ends, len(line), *range(len(line), -1, -1)])
        return [line[:place] + "<" * missing + line[place:] for place in places]
    runs = [found for found in re.finditer(r"<+", line) if len(found.group()) > -missing][::-1]
    return [line[: found.start()] + line[found.start() - missing :] for found in runs]


def _swap_by_place(layout: Layout, lines: list[str]) -> list[str]:
    """Letters where only digits may stand become the digits they look like, and the other way round."""
    changed = [list(line) for line in lines]
    digits = [layout.fields[name] for name in ("born_on", "expires_on") if name in layout.fields]
    digits += [digit for _, digit in layout.checks.values()]
    if layout.composite:
        digits.append(layout.composite[1])
    letters = [
        layout.fields[name]
        for name in ("document_kind", "issuer", "nationality", "names", "surname", "given_names")
        if name in layout.fields
    ]
    for spans, table in ((digits, _TO_DIGIT), (letters, _TO_LETTER)):
        for line, start, end in spans:
            changed[line][start:end] = "".join(changed[line][start:end]).translate(table)
    return ["".join(line) for line in changed]


def _swap_in_number(layout: Layout, lines: list[str]) -> list[str]:
    """One character of the document or personal number replaced by its double, if exactly one such change fits."""
    doubles = {"0": "OQD", "O": "0", "1": "IL", "I": "1", "2": "Z", "Z": "2", "5": "S", "S": "5", "8": "B"}
    doubles |= {"B": "8", "6": "G", "G": "6", "Q": "0", "D": "0", "L": "1"}
    found: list[list[str]] = []
    for name in ("document_number", "personal_number", "optional"):
        if name not in layout.fields:
            continue
        line, start, end = layout.fields[name]
        for place in range(start, min(end, len(lines[line]))):
            for double in doubles.get(lines[line][place], ""):
                changed = list(lines)
                changed[line] = lines[line][:place] + double + lines[line][place + 1 :]
                if all(_check(layout, changed).values()):
                    found.append(changed)
    return found[0] if len(found) == 1 and _is_clean(layout, found[0]) else []
