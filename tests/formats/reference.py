"""The tables of problems in docs/reference/formats.md: every code with its sentences, the facts of an example filled in.

`python tests/formats/reference.py` prints them; the words around them are written by hand. A test holds the two together.
"""

import re
from importlib import resources

from pratique.formats.words import KINDS, phrase

_USUAL = {
    "code": "102",
    "computed": "6",
    "count": "3",
    "counted": "41",
    "encoding": "gb18030",
    "expected": "44",
    "field": "date of birth",
    "first": "1990-04-03",
    "known": "paxlst, xlsx, csv ...",
    "last": "segment 31 NAD, line 12",
    "length": "42",
    "lengths": "44, 12",
    "limit": "20",
    "missing": "3-4",
    "opened": "segment 3 UNH, line 1",
    "parts": "2",
    "present": "1-2",
    "reason": "no such file",
    "rows": "MU2032",
    "second": "1990-03-04",
    "stated": "42",
    "suggestion": "All check digits would hold for: ...",
    "tag": "ZZZ",
    "terminator": "'",
    "title": "MU2034",
    "trailer": "UNZ",
    "used": ":(-",
}
# What stands in braces means something else from code to code.
_OWN = {
    "birth_after_flight": {"text": "2030-04-03", "first": "2020-04-15"},
    "cells_merged": {"text": "MMR"},
    "column_repeated": {"text": "Passport no.", "first": "F"},
    "column_unknown": {"text": "Temperature"},
    "control_unreadable": {"stated": "4X"},
    "count_badly_written": {"kind": "41", "stated": "8"},
    "count_unreadable": {"kind": "42", "stated": "4X"},
    "country_unknown": {"text": "Atlantis"},
    "date_ambiguous": {"text": "3/4/1990"},
    "date_era": {"text": "2563-04-15", "first": "2020-04-15"},
    "date_format_wrong": {"text": "900402"},
    "date_partial": {"text": "1990"},
    "date_unreadable": {"text": "31 Feb"},
    "file_binary": {"kind": "a PDF document"},
    "format_unsupported": {"name": "pdf"},
    "group_reference_wrong": {"stated": "7", "opened": "8"},
    "interchange_reference_wrong": {"stated": "7", "opened": "8"},
    "kind_unread": {"kind": "an AIDX flight message"},
    "message_not_list": {"kind": "CUSRES"},
    "message_reference_wrong": {"stated": "PAX7", "opened": "PAX8"},
    "mrz_birth_unknown": {"text": "85<<<<"},
    "mrz_character_wrong": {"text": "«"},
    "mrz_check_digit_wrong": {"stated": "8"},
    "mrz_date_impossible": {"text": "850231"},
    "mrz_digit_for_letter": {"text": "0", "field": "surname"},
    "mrz_letter_for_digit": {"text": "O"},
    "mrz_sex_wrong": {"text": "8"},
    "mrz_shape_unknown": {"count": "2"},
    "number_scientific": {"text": "1.23457E+11"},
    "number_unreadable": {"text": "two"},
    "person_kind_unknown": {"code": "ZZ"},
    "fhir_without_reports": {"kind": "Bundle"},
    "hl7_broken": {"text": "PATIENT LIST"},
    "hl7_not_results": {"kind": "ADT^A01"},
    "result_before_sample": {"tube": "KM0417"},
    "result_contradicts": {"tube": "KM0417", "first": "row 3", "second": "row 9"},
    "result_empty": {"tube": "KM0417"},
    "result_part_preliminary": {"text": "entered-in-error"},
    "result_parts_differ": {"text": "negative, positive"},
    "result_preliminary": {"text": "preliminary"},
    "result_repeated": {"tube": "KM0417", "first": "row 3"},
    "result_time_unread": {"text": "noon"},
    "result_unmatched": {"tube": "KM0417"},
    "result_unread": {"text": "fine", "tube": "KM0417"},
    "rows_too_many": {"limit": "20000"},
    "service_string_wrong": {"stated": ":+.? '"},
    "sex_unreadable": {"text": "Q"},
    "tracing_air_unknown": {"text": "fresh"},
    "tracing_case_without_date": {"text": "C1"},
    "tracing_custodian_unknown": {"text": "hall-9"},
    "tracing_disputed": {"code": "seen_after_exit"},
    "tracing_enum": {"text": "'boat'"},
    "tracing_field_missing": {"field": "at"},
    "tracing_field_unknown": {"field": "when"},
    "tracing_later": {"text": "2022-01-01"},
    "tracing_layout_unknown": {"text": "a320"},
    "tracing_not_json": {"reason": "unexpected end of data"},
    "tracing_order": {"first": "10:00", "second": "09:00"},
    "tracing_seat_unknown": {"text": "13A"},
    "tracing_time": {"text": "noon"},
    "tracing_twice": {"text": "C1"},
    "tracing_type": {"expected": "str", "text": "int"},
    "tracing_unseen": {"text": "T9"},
    "tracing_value": {"text": "Expected `array` of length 3"},
    "tracing_zone": {"text": "Kunming"},
    "value_unreadable": {"text": "soon", "field": "Sex"},
}


def list_sections() -> list[tuple[str, list[str]]]:
    """The sections of problems.toml, each with its codes, in their order."""
    text = (resources.files("pratique.formats") / "problems.toml").read_text("utf-8")
    sections: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if found := re.match(r"# --- (.+?) -+$", line):
            sections.append((found[1], []))
        elif found := re.match(r"\[(\w+)\]$", line):
            sections[-1][1].append(found[1])
    return sections


def compose_row(code: str) -> str:
    """One line of the table: code, what it refuses, what is said, what to do."""
    message, remedy = phrase(code=code, facts={**_USUAL, **_OWN.get(code, {})}, language="en")
    cells = (f"`{code}`", KINDS[code].refuses, message, remedy.strip())
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    for title, codes in list_sections():
        print(
            f"\n### {title[0].upper()}{title[1:]}\n\n| code | refuses | for example | what to do |\n| --- | --- | --- | --- |"
        )
        print("\n".join(compose_row(code) for code in sorted(codes)))
