"""The application as a WSGI server runs it. Every server process holds a lease of its own on the database."""

import os
import threading
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pratique.site.settings")

from django.core.wsgi import get_wsgi_application  # noqa: E402 - the settings read the environment

from pratique.api import shortcut  # noqa: E402
from pratique.site import cluster, database, headers, keys  # noqa: E402
from pratique.site.data_folder import find_data_folder  # noqa: E402

MEND_SECONDS = 1.0


def watch(lease: cluster.Lease) -> None:
    """Bring the embedded server back should even its keeper be killed."""
    while True:
        time.sleep(MEND_SECONDS)
        lease.mend()


keys.make_keys(folder=find_data_folder())
LEASE = database.start()
if LEASE is not None:
    threading.Thread(target=watch, args=(LEASE,), daemon=True).start()
application = shortcut.Express(get_wsgi_application(), headers.list_common())
