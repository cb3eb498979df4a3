"""Where people stay: rooms, who was in which from when, what they need there, and what is ordered about their term."""

from django.db import models

from pratique.core.stay.facility import Sort, State
from pratique.core.stay.order import Sort as Ordered
from pratique.store.ids import make_id
from pratique.store.models.entry import Entry


class Room(models.Model):
    """A room of a facility by its number; `area` is the part of the site it lies in. `state` and `ready_at` are what its
    latest event says."""

    id = models.UUIDField(primary_key=True, default=make_id)
    facility = models.ForeignKey("store.Custodian", models.PROTECT, related_name="rooms")
    code = models.TextField()
    floor = models.IntegerField()
    sort = models.TextField(default=Sort.SINGLE.value)
    beds = models.IntegerField()
    area = models.TextField(blank=True)
    state = models.TextField(default=State.READY.value)
    ready_at = models.DateTimeField(null=True)
    because = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("facility", "code"), name="room_once"),
            models.CheckConstraint(condition=models.Q(beds__gt=0), name="room_has_beds"),
            models.CheckConstraint(
                condition=models.Q(sort__in=[one.value for one in Sort]), name="room_sort_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[one.value for one in State]), name="room_state_known"
            ),
        )


class RoomEvent(Entry):
    """What became of a room itself: emptied (it is being disinfected until `ready_at`), disinfected, blocked, opened."""

    room_id = models.UUIDField(db_index=True)
    step = models.TextField()
    ready_at = models.DateTimeField(null=True)
    because = models.TextField(blank=True)


class Lodging(Entry):
    """From then on a traveller is in that room (null: in none). Whoever reads the history takes the latest before."""

    traveller_id = models.UUIDField()
    facility_id = models.UUIDField()
    room_id = models.UUIDField(null=True)
    because = models.TextField(blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("traveller_id", "happened_at"), name="lodging_of_traveller"),
            models.Index(fields=("room_id", "happened_at"), name="lodging_of_room"),
        )


class Guest(models.Model):
    """What must be known of somebody to house and feed them: whom they share a room with, what they need, what they eat."""

    traveller_id = models.UUIDField(primary_key=True)
    household = models.TextField(blank=True)
    guardian_id = models.UUIDField(null=True)
    carer_id = models.UUIDField(null=True)
    needs = models.JSONField(default=list)
    diets = models.JSONField(default=list)


class HelpCall(models.Model):
    """Somebody asks for help; the id is that of the evidence of it. What they say and are told is sealed like an identity
    (`key`), apart from the ledger, and can be erased."""

    id = models.UUIDField(primary_key=True)
    traveller_id = models.UUIDField(db_index=True)
    sort = models.TextField()
    key = models.TextField(blank=True)
    said = models.BinaryField(null=True)
    answered = models.BinaryField(null=True)
    asked_at = models.DateTimeField()
    asked_by_id = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by_id = models.UUIDField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("asked_at",), condition=models.Q(answered_at__isnull=True), name="help_call_open"
            ),
        )


class StayOrder(Entry):
    """A stay is to be made longer or shorter, by so many days and for a reason; `document` names the written order."""

    traveller_id = models.UUIDField(db_index=True)
    sort = models.TextField()
    days = models.IntegerField()
    reason = models.TextField()
    document = models.TextField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(sort__in=[one.value for one in Ordered]), name="stay_order_sort_known"
            ),
        )


class StayOrderStep(Entry):
    """An order signed (in a `rank`), served (in a `language`, understood, the remedy told) or withdrawn."""

    order_id = models.UUIDField(db_index=True)
    step = models.TextField()
    rank = models.TextField(blank=True)
    language = models.TextField(blank=True)
    understood = models.BooleanField(null=True)
    remedy_told = models.BooleanField(null=True)
    because = models.TextField(blank=True)


class ReleaseDecision(Entry):
    """Somebody decided a release while the gate stood open: every condition as it was then, and until when it stands."""

    traveller_id = models.UUIDField(db_index=True)
    conditions = models.JSONField()
    valid_until = models.DateTimeField()


class Certificate(Entry):
    """A health certificate: the check code on the paper, and what it says; no name is in it."""

    traveller_id = models.UUIDField(db_index=True)
    code = models.TextField(unique=True)
    facts = models.JSONField()


class OnwardStep(Entry):
    """The home prefecture of somebody who is released: asked to take over, accepted (by whose word), declined."""

    traveller_id = models.UUIDField(db_index=True)
    unit_id = models.UUIDField(db_index=True)
    step = models.TextField()
    because = models.TextField(blank=True)
