"""Killed with SIGKILL at random moments under load over HTTP: no acknowledged scan is lost or doubled."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest


def drill(*options: str) -> tuple[int, dict[str, Any]]:
    """Exit status and what the command told."""
    command = [sys.executable, "-m", "pratique.site.commands", "drill", "--json", *options]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ran.stdout, ran.stderr
    return ran.returncode, json.loads(ran.stdout)


@pytest.mark.parametrize("kills", [3, pytest.param(100, marks=pytest.mark.slow)])
def test_no_acknowledged_scan_is_lost_or_doubled_by_kills_of_a_real_server(kills: int) -> None:
    status, told = drill("--kills", str(kills))
    assert told["findings"] == []
    assert status == 0
    assert sum(told["killed"].values()) == kills
    assert told["written"] >= told["acknowledged"] > 10 * kills


def test_a_database_that_acknowledges_before_it_has_written_is_caught() -> None:
    status, told = drill("--kills", "6", "--canary")
    assert any(finding.startswith("acknowledged and lost") for finding in told["findings"])
    assert status == 0
