"""The one Django app."""

from django.apps import AppConfig
from django.db.models import UUIDField

from pratique.store.lookups import AnyOf


class StoreConfig(AppConfig):
    """Tables of every area; one app, so that the ledger lies beneath everything and no circle can arise."""

    name = "pratique.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Queries by many ids may say `id__any`."""
        UUIDField.register_lookup(AnyOf)
