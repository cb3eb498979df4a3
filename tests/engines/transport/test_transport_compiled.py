"""What is compiled once is never used for kernels that have changed since."""

from pathlib import Path

from pratique.engines import transport
from pratique.engines.transport import queue_kernel


def test_compiled_functions_are_kept_under_the_digest_of_all_kernels() -> None:
    """A function of one file is part of the machine code of another, so that either file's change must be noticed."""
    assert transport.DIGEST in Path(queue_kernel.anneal.stats.cache_path).parts
