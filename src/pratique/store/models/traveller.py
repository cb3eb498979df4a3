"""Travellers as the ledger knows them, and, apart from that and encrypted, who they are."""

from django.db import models

from pratique.store.ids import make_id


class Traveller(models.Model):
    """A traveller by a random id and the short code on the wristband; nothing here says who it is.

    `needs` are what they need on the way (`services.dispatch.needs`); `bound` is where somebody decided that they go (a prefecture, home, one certain facility); null: where there is room.
    """

    id = models.UUIDField(primary_key=True, default=make_id)
    code = models.TextField(unique=True)
    flight = models.ForeignKey("store.Flight", models.PROTECT, null=True, related_name="travellers")
    manifested = models.BooleanField(default=True)
    channel = models.TextField(blank=True)
    under_age = models.BooleanField(default=False)
    needs = models.JSONField(default=list)
    room = models.TextField(blank=True)
    protocol = models.TextField(blank=True)
    bound = models.ForeignKey("store.Custodian", models.PROTECT, null=True, related_name="bound_here")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (models.Index(fields=("room",), condition=~models.Q(room=""), name="traveller_of_room"),)


class Identity(models.Model):
    """Names, documents and contacts, encrypted (AES-256-GCM), with their own retention clock."""

    traveller = models.OneToOneField(Traveller, models.PROTECT, primary_key=True, related_name="identity")
    key = models.TextField()
    sealed = models.BinaryField()
    erase_on = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)


class BlindIndex(models.Model):
    """Keyed hashes by which a document or a name can be found without being readable."""

    traveller = models.ForeignKey(Traveller, models.CASCADE, related_name="blind_indexes")
    sort = models.TextField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        indexes = (models.Index(fields=("sort", "digest")),)
