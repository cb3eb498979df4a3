"""Seeded days with faults against the real books; and the drill itself, which must be able to fail."""

import argparse
import json
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from pratique.drill import checkers
from pratique.drill.books import fold_truly
from pratique.drill.canary import BUGS
from pratique.drill.faults import HARMLESS, NONE, TELLING
from pratique.drill.report import CHECKS, TOLD_OF, WORDS, Report
from pratique.drill.run import Case, Verdict, prepare, run_case, run_cases
from pratique.drill.telling import Naming, Told
from pratique.site import command_drill

WORKERS = 2


def run_days(count: int, seed: int) -> Report:
    report = Report(seed)
    for verdict in run_cases([Case(seed, number) for number in range(count)], workers=WORKERS):
        report.add(verdict)
    return report


def run_command(words: list[str]) -> int:
    parser = argparse.ArgumentParser()
    command_drill.add_parser(parser.add_subparsers())
    return command_drill.run(parser.parse_args(words))


def tell(case: Case) -> tuple[checkers.Facts, Told, object]:
    trial = prepare(case=case)
    told = trial.ledger.tell(journal=trial.journal, second=trial.day.end_second)
    return trial.facts, told, trial.day


@pytest.fixture(scope="module")
def hundred_days() -> Report:
    return run_days(100, seed=1)


def test_no_traveller_is_wrong_in_a_hundred_days(hundred_days: Report) -> None:
    assert not hundred_days.failed, "\n".join(hundred_days.lines())


def test_every_kind_of_fault_was_tried(hundred_days: Report) -> None:
    assert set(WORDS) == {kind for kind, count in hundred_days.tried.items() if count}
    assert set(HARMLESS + TELLING) <= set(WORDS)


def test_whoever_walked_off_was_named(hundred_days: Report) -> None:
    assert hundred_days.tried["walked_off"] > 50
    assert hundred_days.alarms["truly gone"] > 25
    assert hundred_days.alarms["needless"] == 0


def test_the_report_tells_by_which_list_each_fault_was_found(hundred_days: Report) -> None:
    found = hundred_days.found_by
    assert set(TOLD_OF) == {fault for (fault, by), count in found.items() if by == "people" and count}
    for fault, by in (
        ("nobody", "unmanifested"),
        ("two_places", "disputed"),
        ("person_missing", "unmanifested"),
    ):
        assert found[fault, by] == found[fault, "people"]
    assert found["lists", "heads"] == found["lists", "flights"] > 0
    assert found["misnamed", "headcount_unexpected"] > 50
    assert found["walked_off", "headcount_missing"] + found["walked_off", "overdue"] > 25
    assert any("called elsewhere" in line for line in hundred_days.lines())


@pytest.mark.slow
def test_no_traveller_is_wrong_in_two_thousand_days() -> None:
    report = run_days(2_000, seed=2)
    assert not report.failed, "\n".join(report.lines())


@cache
def spoil(bug: str, number: int) -> Verdict:
    """What a day comes to with this bug in the fold."""
    return run_case(Case(1, number, bug))


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_caught(bug: str) -> None:
    assert any(spoil(bug, number).findings for number in range(3))


def test_a_day_without_faults_is_known_exactly() -> None:
    trial = prepare(case=Case(5, 3), mishaps=NONE)
    told = trial.ledger.tell(journal=trial.journal, second=trial.day.end_second)
    gone = {absence.person for absence in trial.day.truth.absences}
    for person, steps in trial.day.truth.steps.items():
        if person not in gone:
            assert told.where[person] == steps[-1].custodian
    assert trial.facts.repeats == 0
    assert not trial.facts.touched


def test_the_same_case_comes_to_the_same_verdict() -> None:
    assert run_case(Case(4, 4)) == run_case(Case(4, 4))


def test_the_checkers_find_one_traveller_who_is_elsewhere() -> None:
    facts, told, day = tell(Case(1, 0))
    assert checkers.check_settled(day=day, facts=facts, told=told) == []
    person = next(p for p in told.where if p in day.truth.steps and p not in facts.touched)
    moved = replace(told, where={**told.where, person: "facility:99"})
    found = checkers.check_settled(day=day, facts=facts, told=moved)
    assert [(f.check, f.person) for f in found] == [("settled", person)]


def test_the_checkers_find_one_traveller_who_fell_out_of_the_books() -> None:
    facts, told, day = tell(Case(1, 0))
    person = next(p for p in told.where if p in day.truth.steps and p not in facts.touched)
    lost = replace(told, where={p: c for p, c in told.where.items() if p != person})
    assert [f.person for f in checkers.check_settled(day=day, facts=facts, told=lost)] == [person]


def test_the_checkers_find_somebody_gone_whom_no_list_names() -> None:
    for number in range(20):
        trial = prepare(case=Case(1, number))
        gone = [a for a in trial.day.truth.absences if a.back_second is None]
        if gone:
            break
    told = trial.ledger.tell(journal=trial.journal, second=trial.day.end_second)
    silent = replace(told, named=frozenset())
    found = checkers.check_settled(day=trial.day, facts=trial.facts, told=silent)
    assert gone[0].person in {finding.person for finding in found}
    assert checkers.check_absence(absence=gone[0], told=silent)
    named = replace(silent, named=frozenset({Naming(gone[0].person, "overdue")}))
    assert not checkers.check_absence(absence=gone[0], told=named)


def test_the_checkers_find_a_needless_alarm() -> None:
    facts, told, day = tell(Case(1, 0))
    person = next(p for p in told.where if p not in facts.touched and p in day.truth.steps)
    shouting = replace(told, named=told.named | {Naming(person, "overdue")})
    alarms = checkers.count_alarms(day=day, facts=facts, told=shouting)
    assert checkers.check_alarms(alarms=alarms)


def test_a_failing_day_tells_how_to_see_it_again_and_whose_story_it_is() -> None:
    report = Report(1)
    report.add(spoil("loses some travellers", 0))
    text = "\n".join(report.lines())
    assert "pratique drill --seed 1 --first 0 --days 1" in text
    assert "the story of" in text
    assert "truly with" in text
    assert report.as_dict()["travellers_wrong"] > 0


def test_the_report_has_words_for_whatever_a_check_may_find() -> None:
    found = {f.check for bug in BUGS for f in spoil(bug, 0).findings}
    assert found <= set(CHECKS)


def test_the_command_says_no_traveller_was_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["drill", "--days", "3", "--seed", "9", "--workers", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["days"] == 3
    assert told["travellers_wrong"] == 0
    assert told["failing_days"] == []
    assert told["scans"] > 0


def test_the_canary_command_is_content_only_when_every_bug_was_caught(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for bug in list(BUGS)[2:]:
        monkeypatch.delitem(BUGS, bug)
    assert run_command(["drill", "--canary", "--days", "3", "--json"]) == 0
    assert [bug["caught"] for bug in json.loads(capsys.readouterr().out)["bugs"]] == [True, True]
    monkeypatch.setitem(BUGS, "none at all", fold_truly)
    assert run_command(["drill", "--canary", "--days", "1"]) == 1


def test_a_drill_of_no_days_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["drill", "--days", "0"]) == 2
    assert "--days" in capsys.readouterr().err


def test_verdicts_add_up() -> None:
    one = run_case(Case(1, 1))
    report = Report(1)
    report.add(one)
    report.add(one)
    assert isinstance(one, Verdict)
    assert report.tried == Counter({kind: 2 * count for kind, count in one.tried.items() if count})
