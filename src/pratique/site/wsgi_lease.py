"""What every server process does for the embedded database: bring it back should even its keeper be killed."""

import time

from pratique.site import cluster

MEND_SECONDS = 1.0


def watch(lease: cluster.Lease) -> None:
    """Mend the lease once a second, for ever."""
    while True:
        time.sleep(MEND_SECONDS)
        lease.mend()
