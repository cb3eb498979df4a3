"""The one Django app."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Tables of every area; one app, so that the ledger lies beneath everything and no circle can arise."""

    name = "pratique.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
