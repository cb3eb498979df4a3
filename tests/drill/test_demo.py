"""`pratique demo --headless`: the day ends with documents and a proof, and its exit status says whether the proof holds."""

import json
from argparse import Namespace
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from pratique.drill.demo import Demo
from pratique.site import command_demo, commands
from pratique.store import models

FORGETFUL = """
CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.movements := OLD.movements; RETURN NEW; END $$;
CREATE TRIGGER forgetful BEFORE UPDATE ON store_position FOR EACH ROW EXECUTE FUNCTION forget();
"""
REMEMBER = "DROP TRIGGER IF EXISTS forgetful ON store_position; DROP FUNCTION IF EXISTS forget()"


def play(folder: Path) -> int:
    return command_demo._play_headless(Namespace(date=date(2021, 6, 15), seed=11, scale=0.05, out=folder))


def test_a_day_of_any_date_and_seed_ends_with_documents_in_both_languages_and_status_nought(
    db: None, tmp_path: Path
) -> None:
    assert play(tmp_path) == 0
    names = {
        f"bulletin-2021-06-15.{tongue}.{kind}" for tongue in ("zh", "en") for kind in ("pdf", "docx", "xlsx")
    }
    assert {path.name for path in tmp_path.iterdir()} == {*names, "figures.json"}
    figures = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    assert figures["on"] == "2021-06-15"


def test_a_database_that_counts_no_movement_ends_the_day_with_status_one(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The fault is planted in the database itself, where no code of ours can know of it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(FORGETFUL)
        assert play(tmp_path) == 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute(REMEMBER)
    said = capsys.readouterr().out
    totals = next(line for line in said.splitlines() if "Totals:" in line)
    assert "holds" not in totals


def test_a_day_beside_a_live_board_goes_on_when_somebody_takes_its_vehicles(db: None) -> None:
    demo = Demo(on=date(2021, 6, 15), seed=11, scale=0.05)
    demo.open(password="!")
    taken: set[str] = set()
    for second in demo.play(shared=True):
        if second > 0 and not taken:
            coaches = models.Vehicle.objects.filter(kind="coach").order_by("plate")
            taken = set(coaches.values_list("plate", flat=True)[: coaches.count() // 2])
            models.Vehicle.objects.filter(plate__in=taken).update(out_of_service_at=demo.day.instant(0))
    refused = {code for code, _ in demo.player.refusals}
    assert "vehicle_out_of_service" in refused
    assert demo.end().findings.hold


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2020-13-45", "write it as 2020-04-15"),
        ("yesterday", "write it as 2020-04-15"),
        ("0001-01-01", "between 2000-01-01 and"),
        ("2099-12-31", "between 2000-01-01 and"),
    ],
)
def test_a_date_that_is_none_is_refused_with_the_way_to_write_it(
    text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        commands.main(["demo", "--headless", "--date", text])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "option", [["--speed", "nan"], ["--scale", "nan"], ["--scale", "1e9"], ["--speed", "0"]]
)
def test_a_speed_or_a_scale_that_cannot_be_is_refused(
    option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.main(["demo", "--headless", *option]) == 1
    assert "speed_not_possible" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_refused_before_the_day_begins(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = tmp_path / "out"
    taken.write_text("a file", encoding="utf-8")
    assert commands.main(["demo", "--headless", "--out", str(taken)]) == 1
    said = capsys.readouterr()
    assert "it is a file [out_not_writable]" in said.err
    assert said.out == ""
