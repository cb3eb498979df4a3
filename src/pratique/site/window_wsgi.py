"""The traveller's own page as a WSGI server runs it, with a lease of its own on the embedded database."""

import os
import threading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pratique.site.window_settings")

from django.core.wsgi import get_wsgi_application  # noqa: E402 - the settings read the environment

from pratique.site import database, wsgi_lease  # noqa: E402

LEASE = None if os.environ.get("PRATIQUE_WINDOW_DATABASE_URL") else database.start()
if LEASE is not None:
    threading.Thread(target=wsgi_lease.watch, args=(LEASE,), daemon=True).start()
application = get_wsgi_application()
