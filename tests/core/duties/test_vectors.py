"""The register gives the answers that its twin on the phone must give too."""

import json
from pathlib import Path
from typing import Any

import pytest

from .vectors import FILE, build, dump, run_case

CONTENT: dict[str, Any] = json.loads(Path(FILE).read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CONTENT["cases"], ids=lambda case: case["name"])
def test_the_register_answers_as_the_vectors_say(case):
    assert run_case(case, CONTENT["protocols"]) == case["expect"]


def test_the_vectors_are_those_of_the_stories():
    assert dump(build()) == Path(FILE).read_text(encoding="utf-8")


def test_the_vectors_show_every_state_and_every_reason_at_least_once():
    text = json.dumps(CONTENT)
    for word in (
        *("upcoming", "due", "discharged", "waived", "overdue", "missed", "suspended", "cancelled"),
        *("ahead", "outside", "extra", "unfit", "void", "same", "close", "unrelated"),
        *(
            "too_early",
            "no_answer",
            "on_record",
            "too_old",
            "fact_unknown",
            "duty_open",
            "no_edition",
            "no_record",
        ),
        *("evidence_disputed", "condition_firm", "waiver_rank", "waiver_by_oneself", "waiver_too_long"),
    ):
        assert f'"{word}"' in text, word
