"""What is compiled once is found again by whoever asks first, and never used for kernels that have changed since."""

import subprocess
import sys
from pathlib import Path

import pytest

from pratique import engines
from pratique.engines.transport import queue_kernel


def test_compiled_functions_are_kept_under_the_digest_of_all_kernels() -> None:
    """A function of one file is part of the machine code of another, so that either file's change must be noticed."""
    assert engines.DIGEST in Path(queue_kernel.anneal.stats.cache_path).parts


@pytest.mark.parametrize(
    "first",
    [
        "pratique.engines.roster.line_kernel",
        "pratique.engines.transport.move_kernel",
        "pratique.site.command_plan",
    ],
)
def test_it_is_the_same_place_whichever_engine_is_asked_first(first: str) -> None:
    """Compiled for one command and looked for elsewhere by another, the planner would be compiled again for a minute."""
    told = f"import {first}; from pratique.engines.transport import queue_kernel as k; print(k.anneal.stats.cache_path)"
    path = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert path == queue_kernel.anneal.stats.cache_path
