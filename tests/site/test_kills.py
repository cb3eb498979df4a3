"""Killed with SIGKILL at random moments under load over HTTP: no acknowledged scan is lost or doubled."""

import json
import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("kills", [3, pytest.param(100, marks=pytest.mark.slow)])
def test_no_acknowledged_scan_is_lost_or_doubled_by_kills_of_a_real_server(kills: int) -> None:
    command = [sys.executable, "-m", "pratique.site.commands", "drill", "--kills", str(kills), "--json"]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ran.stdout, ran.stderr
    told = json.loads(ran.stdout)
    assert told["findings"] == []
    assert ran.returncode == 0
    assert sum(told["killed"].values()) == kills
    assert told["written"] >= told["acknowledged"] > 10 * kills
