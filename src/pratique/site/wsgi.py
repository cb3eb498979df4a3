"""The application as a WSGI server runs it. Every server process holds a lease of its own on the database."""

import os
import threading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pratique.site.settings")

from django.core.wsgi import get_wsgi_application  # noqa: E402 - the settings read the environment

from pratique.api import shortcut  # noqa: E402
from pratique.site import database, headers, keys, wsgi_lease  # noqa: E402
from pratique.site.data_folder import find_data_folder  # noqa: E402

keys.make_keys(folder=find_data_folder())
LEASE = database.start()
if LEASE is not None:
    threading.Thread(target=wsgi_lease.watch, args=(LEASE,), daemon=True).start()
application = shortcut.Express(get_wsgi_application(), headers.list_common())
