"""Who may work and when; who is drawn, called out and rostered; training; the hand-over between shifts."""

from django.db import models
from django.db.models import F, Q

from pratique.store.ids import make_id


class Absence(models.Model):
    """Days (both included; no end: open) on which somebody may not work: leave, a hold for health, or off duty by hand.

    It is never edited: one that was wrong is cancelled, and says by whom.
    """

    id = models.UUIDField(primary_key=True, default=make_id)
    person = models.ForeignKey("store.Person", models.PROTECT, related_name="absences")
    sort = models.TextField()
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    because = models.TextField(blank=True)
    entered_at = models.DateTimeField()
    entered_by_id = models.UUIDField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by_id = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(sort__in=["leave", "health", "off"]), name="absence_sort_known"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")), name="absence_lasts"
            ),
        )
        indexes = (models.Index(fields=("person", "from_on"), name="absence_of_person"),)


class Qualification(models.Model):
    """A licence, language or proof somebody holds, valid between two days (both included; none: open)."""

    id = models.UUIDField(primary_key=True, default=make_id)
    person = models.ForeignKey("store.Person", models.PROTECT, related_name="qualifications")
    code = models.TextField()
    from_on = models.DateField(null=True)
    until_on = models.DateField(null=True)
    entered_at = models.DateTimeField()
    entered_by_id = models.UUIDField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("person", "code"), name="qualification_of_person"),)


class Separation(models.Model):
    """Two people who are never drawn for one day together, and why (`one` sorts before `other`)."""

    id = models.UUIDField(primary_key=True, default=make_id)
    one = models.ForeignKey("store.Person", models.PROTECT, related_name="separations")
    other = models.ForeignKey("store.Person", models.PROTECT, related_name="separations_from")
    because = models.TextField()
    entered_at = models.DateTimeField()
    entered_by_id = models.UUIDField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="separation_sorted"),
            models.UniqueConstraint(
                fields=("one", "other"), condition=Q(cancelled_at__isnull=True), name="separation_once"
            ),
        )


class Quota(models.Model):
    """How many officers and vehicles a unit gives on one day, where that differs from its standing quota."""

    id = models.UUIDField(primary_key=True, default=make_id)
    unit = models.ForeignKey("store.Unit", models.PROTECT, related_name="quotas")
    on = models.DateField()
    officers = models.IntegerField()
    vehicles = models.IntegerField()
    because = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("unit", "on"), name="quota_once"),
            models.CheckConstraint(condition=Q(officers__gte=0, vehicles__gte=0), name="quota_not_negative"),
        )


class Draw(models.Model):
    """The draw of one day: places asked for, what stayed empty, and of everybody not drawn why (`passed_over`)."""

    id = models.UUIDField(primary_key=True, default=make_id)
    on = models.DateField(unique=True)
    places = models.JSONField(default=list)
    short = models.JSONField(default=list)
    passed_over = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    made_by_id = models.UUIDField(null=True)


class CallOut(models.Model):
    """A call out of an officer or a vehicle by a draw, for which place and why; what was answered, and who came instead.

    `because` holds the figures of the turn: days drawn, days possible, last day.
    """

    id = models.UUIDField(primary_key=True, default=make_id)
    draw = models.ForeignKey(Draw, models.PROTECT, related_name="calls")
    on = models.DateField()
    unit = models.ForeignKey("store.Unit", models.PROTECT, related_name="calls")
    person = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="calls")
    vehicle = models.ForeignKey("store.Vehicle", models.PROTECT, null=True, related_name="calls")
    place = models.TextField()
    because = models.JSONField(default=dict)
    state = models.TextField(default="called")
    said = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by_id = models.UUIDField(null=True)
    instead_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="substitutes")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(person__isnull=True, vehicle__isnull=False)
                | Q(person__isnull=False, vehicle__isnull=True),
                name="call_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["called", "confirmed", "declined", "no_show", "swapped"]),
                name="call_state_known",
            ),
            models.UniqueConstraint(fields=("draw", "person"), name="call_person_once"),
            models.UniqueConstraint(fields=("draw", "vehicle"), name="call_vehicle_once"),
        )
        indexes = (models.Index(fields=("on", "unit"), name="call_of_day"),)


class Swap(models.Model):
    """Somebody asks a colleague to take a shift (`giver`'s, for one of `taker`'s where one is named); it happens when
    the colleague agrees and no rule is broken."""

    id = models.UUIDField(primary_key=True, default=make_id)
    giver = models.ForeignKey("store.Person", models.PROTECT, related_name="swaps_asked")
    taker = models.ForeignKey("store.Person", models.PROTECT, related_name="swaps_offered")
    giver_on = models.DateField()
    taker_on = models.DateField(null=True)
    because = models.TextField(blank=True)
    state = models.TextField(default="asked")
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["asked", "agreed", "declined", "withdrawn"]), name="swap_state_known"
            ),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="swap_of_two"),
        )
        indexes = (models.Index(fields=("taker", "state"), name="swap_to_answer"),)


class Roster(models.Model):
    """A roster: the problem as it was posed, the duties proposed, and what became of the proposal.

    `document` is the problem's file form (people by their ids), `duties` the plan's, each with `pinned`; `off` is who was
    taken off which day by hand, a pair each. `bound` is proven: no roster costs less. `progress` is what the planner has said so far; a roster that is still being planned has no
    duties yet.
    """

    id = models.UUIDField(primary_key=True, default=make_id)
    state = models.TextField(default="planning")
    base = models.ForeignKey("self", models.PROTECT, null=True, related_name="followers")
    first_on = models.DateField()
    days = models.IntegerField()
    document = models.JSONField(default=dict)
    duties = models.JSONField(default=list)
    off = models.JSONField(default=list)
    unfilled = models.JSONField(default=list)
    diff = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    fairness = models.JSONField(default=list)
    cost = models.JSONField(default=dict)
    progress = models.JSONField(default=list)
    objective = models.FloatField(null=True)
    bound = models.FloatField(null=True)
    seconds = models.FloatField(default=0)
    heard_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="rosters_made")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="rosters_settled")
    because = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["planning", "proposed", "adopted", "refused", "replaced", "failed"]),
                name="roster_state_known",
            ),
            models.UniqueConstraint(
                fields=("state",), condition=Q(state="proposed"), name="roster_one_proposed"
            ),
        )
        indexes = (models.Index(fields=("state", "settled_at"), name="roster_settled"),)


class TrainingSession(models.Model):
    """A training session: a module taught on a day, by whom and where."""

    id = models.UUIDField(primary_key=True, default=make_id)
    module = models.TextField()
    on = models.DateField()
    held_at = models.DateTimeField()
    place = models.TextField(blank=True)
    trainer = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="sessions_held")
    note = models.TextField(blank=True)

    class Meta:
        indexes = (models.Index(fields=("on", "module"), name="training_of_day"),)


class TrainingMark(models.Model):
    """A training mark: somebody took part in a session, or a test, and passed or not; valid until a day (none: without end)."""

    id = models.UUIDField(primary_key=True, default=make_id)
    person = models.ForeignKey("store.Person", models.PROTECT, related_name="marks")
    session = models.ForeignKey(TrainingSession, models.PROTECT, null=True, related_name="marks")
    module = models.TextField()
    on = models.DateField()
    passed = models.BooleanField()
    right = models.IntegerField(null=True)
    asked = models.IntegerField(null=True)
    until_on = models.DateField(null=True)
    marked_at = models.DateTimeField()
    marked_by_id = models.UUIDField(null=True)

    class Meta:
        indexes = (models.Index(fields=("person", "module", "on"), name="training_of_person"),)


class ShiftHandover(models.Model):
    """One shift hands over to the next: the sheet as both sides signed it.

    The sheet fills itself until the outgoing lead signs; then it stands. Two different people sign.
    """

    id = models.UUIDField(primary_key=True, default=make_id)
    on = models.DateField()
    shift = models.TextField()
    sheet = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    outgoing = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="shifts_handed_over")
    outgoing_at = models.DateTimeField(null=True)
    incoming = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="shifts_taken_over")
    incoming_at = models.DateTimeField(null=True)
    remark = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("on", "shift"), name="shift_handover_once"),
            models.CheckConstraint(
                condition=Q(incoming__isnull=True) | (Q(outgoing__isnull=False) & ~Q(incoming=F("outgoing"))),
                name="shift_handover_of_two",
            ),
        )


class Decision(models.Model):
    """What the meeting at a hand-over decided; a task is an issue of its own, with owner and deadline."""

    id = models.UUIDField(primary_key=True, default=make_id)
    handover = models.ForeignKey(ShiftHandover, models.PROTECT, related_name="decisions")
    text = models.TextField()
    issue = models.ForeignKey("store.Issue", models.PROTECT, null=True, related_name="decided_in")
    written_at = models.DateTimeField()
    written_by_id = models.UUIDField(null=True)


class Award(models.Model):
    """A post named a model post for a span of days, and why: what it does that others can copy, not who does it."""

    id = models.UUIDField(primary_key=True, default=make_id)
    post = models.TextField()
    from_on = models.DateField()
    until_on = models.DateField()
    because = models.TextField()
    holders = models.JSONField(default=list)
    awarded_at = models.DateTimeField()
    awarded_by = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="awards_given")

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="award_lasts"),)


class CalendarLink(models.Model):
    """A secret address under which a person's calendar program reads their duties; known by its hash only."""

    id = models.UUIDField(primary_key=True, default=make_id)
    person = models.ForeignKey("store.Person", models.PROTECT, related_name="calendar_links")
    token_hash = models.BinaryField(unique=True, max_length=32)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
