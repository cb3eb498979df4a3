"""The golden folder: golden/<format>/<case>/{in.*, out.json, problems.json}.

`python tests/formats/golden_cases.py` writes what the reader says now beside every document; look at the difference
before committing it. The tests only compare.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

from pratique.formats.read import read

GOLDEN = Path(__file__).parent / "golden"
# The day on which every travel document is looked at; it places two-digit years.
LOOKED_AT_ON = date(2020, 4, 15)
FORMATS = ("paxlst", "pnrgov", "mrz", "csv", "xlsx", "xls", "results", "hl7", "fhir")


def list_cases() -> list[Path]:
    """Every case of the formats tested here."""
    return sorted(path.parent for name in FORMATS for path in (GOLDEN / name).glob("*/in.*"))


def get_document(case: Path) -> Path:
    """The document of a case."""
    return next(case.glob("in.*"))


def describe(case: Path) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """What the reader says about a case: out.json and problems.json."""
    data = get_document(case).read_bytes()
    said = read(data=data, on=LOOKED_AT_ON).to_json()
    strict = read(data=data, strict=True, on=LOOKED_AT_ON)
    problems = said.pop("problems")
    return {**said, "accepted_strict": strict.accepted}, problems


def write_all() -> None:
    """Write out.json and problems.json of every case."""
    for case in list_cases():
        for name, content in zip(("out.json", "problems.json"), describe(case), strict=True):
            text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
            (case / name).write_text(text, "utf-8")


if __name__ == "__main__":
    write_all()
