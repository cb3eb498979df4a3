"""`pratique plan roster` and `plan check` on rosters: good files, wrong files, and again after something happened."""

import json

import pytest

from core.roster.rosters import invent, on
from core.roster.test_roster_form import INSTANCE
from pratique.site.commands import main


def write(path, document):
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def run(*words: object) -> int:
    try:
        return main(["plan", *map(str, words)])
    except SystemExit as gone:
        return int(gone.code or 0)


@pytest.fixture
def good(tmp_path):
    write(tmp_path / "problem.json", invent(2))
    assert run("roster", tmp_path / "problem.json", "--seconds", 1, "--out", tmp_path / "plan.json") == 0
    return tmp_path


def test_a_roster_of_the_command_passes_the_command_that_checks(good, capsys):
    capsys.readouterr()
    assert run("check", good / "problem.json", good / "plan.json") == 0
    assert "no breach" in capsys.readouterr().out


def test_a_breach_is_printed_and_is_exit_code_one(good, capsys):
    plan = json.loads((good / "plan.json").read_text())
    plan["duties"].append(plan["duties"][0])
    assert run("check", good / "problem.json", write(good / "bad.json", plan)) == 1
    assert "roster-twice" in capsys.readouterr().out


def test_figures_are_there_for_programs(good, capsys):
    capsys.readouterr()
    assert run("roster", good / "problem.json", "--seconds", 0, "--json") == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["objective"] == pytest.approx(sum(figures["cost"].values()), abs=0.05)
    assert {row["measure"] for row in figures["fairness"]} == {"nights", "weekends", "hours", "exposure"}


def test_an_instance_of_the_benchmark_is_planned_and_checked_from_its_text(tmp_path, capsys):
    path, out = write(tmp_path / "Instance.txt", INSTANCE), tmp_path / "plan.json"
    assert run("roster", path, "--format", "curtois", "--seconds", 1, "--out", out) == 0
    assert run("check", path, out) == 0
    assert "no breach" in capsys.readouterr().out


def test_somebody_left_out_is_named_and_the_rest_is_planned(tmp_path, capsys):
    document = invent(2)
    document["people"][1]["drawn"] = "always"
    assert run("roster", write(tmp_path / "p.json", document), "--seconds", 0) == 0
    assert "people[1].drawn" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, '{"kind": "roster"}', "\ufeff{}"])
def test_a_file_that_is_no_problem_is_refused(text, tmp_path, capsys):
    path = write(tmp_path / "file.json", text)
    assert run("roster", path, "--seconds", 0) == 2
    assert "file.json" in capsys.readouterr().err


def test_other_files_that_are_wrong_are_refused_and_nothing_is_written(good, capsys):
    out = good / "never.json"
    assert run("roster", good / "none.json", "--out", out) == 2
    assert run("roster", good / "problem.json", "--format", "curtois", "--out", out) == 2
    assert (
        run("roster", good / "problem.json", "--seconds", 0, "--base", good / "problem.json", "--out", out)
        == 2
    )
    assert run("check", good / "problem.json", good / "problem.json") == 2
    assert not out.exists()
    assert "Traceback" not in capsys.readouterr().err


def again(good, changes, *more):
    write(good / "changes.json", changes)
    words = [
        "roster",
        good / "problem.json",
        "--base",
        good / "plan.json",
        "--changes",
        good / "changes.json",
    ]
    words += ["--now", f"{on(1)}T07:30", "--seconds", 5, "--out", good / "again.json"]
    return run(*words, "--problem-out", good / "now.json", *more)


def test_after_a_no_show_the_mended_roster_passes_and_says_what_changed(good, capsys):
    duties = json.loads((good / "plan.json").read_text())["duties"]
    gone = next(one for one in duties if one["on"] == on(1))
    capsys.readouterr()
    assert again(good, [{"change": "no_show", "person": gone["person"], "on": gone["on"]}], "--json") == 0
    said = json.loads(capsys.readouterr().out)
    first = said["changes"][0]
    assert (first["person"], first["must"]) == (gone["person"], True)
    assert "did not come" in first["because"]
    assert run("check", good / "now.json", good / "again.json") == 0


def test_a_change_that_cannot_be_is_refused_with_its_place(good, capsys):
    assert again(good, [{"change": "no_show", "person": "nobody", "on": on(1)}]) == 2
    assert "[0].person" in capsys.readouterr().err
    assert not (good / "again.json").exists()


def test_a_roster_of_another_problem_is_no_base(good, capsys):
    plan = json.loads((good / "plan.json").read_text())
    plan["duties"][0]["person"] = "somebody"
    write(good / "plan.json", plan)
    assert again(good, []) == 2
    assert "somebody" in capsys.readouterr().err
