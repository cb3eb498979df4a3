"""Makes Django ready, once the environment says what its settings are to be."""

import os

import django


def set_up_django() -> None:
    """Read the settings and make models importable; again is harmless."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pratique.site.settings")
    django.setup()
