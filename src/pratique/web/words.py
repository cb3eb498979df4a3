"""The words of the screens for what the core names by code: one place, both languages."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pratique.core.boards.picture import Stage, Zero

Word = str | Promise

STAGES: dict[str, Word] = {
    Stage.EXPECTED: pgettext_lazy("place", "Expected"),
    Stage.CABIN: pgettext_lazy("place", "Cabin"),
    Stage.HALL: pgettext_lazy("place", "Hall"),
    Stage.HOLDING: pgettext_lazy("place", "Holding"),
    Stage.TRIP: pgettext_lazy("place", "On the road"),
    Stage.FACILITY: pgettext_lazy("place", "Facility"),
    Stage.HOSPITAL: pgettext_lazy("place", "Hospital"),
    Stage.EXIT: pgettext_lazy("place", "Out"),
}

ZEROS: dict[str, Word] = {
    Zero.MISSED: _("Travellers missed"),
    Zero.CAUSED: _("Cases caused"),
    Zero.COMPLAINT: _("Complaints"),
    Zero.INFECTION: _("Staff infected"),
    Zero.ERROR: _("Errors"),
}

GRAVITY: dict[str, str] = {Zero.COMPLAINT: "late", Zero.ERROR: "late"}
"""How a zero that is none any more is shown; red is kept for people who may be lost or harmed."""

DEFINITIONS: dict[str, tuple[Word, Word]] = {
    "open": (
        _("Open"),
        _(
            "People of flights that have landed who are still in the cabin, a hall, a holding area or on the road. "
            "A flight can be closed only when this is 0."
        ),
    ),
    "expected": (
        _("Expected"),
        _(
            "People on the latest list of a flight that has not landed, or landed and has not been counted off."
        ),
    ),
    Zero.MISSED: (
        _("Travellers missed"),
        _(
            "People nobody has seen for longer than their custodian's limit allows, and people named missing by a "
            "headcount or a handover that has not been settled. Worked out from the ledger; nobody can type it in."
        ),
    ),
    Zero.CAUSED: (
        _("Cases caused"),
        _(
            "Confirmed cases whose source was a traveller in our care. Counted from recorded issues of that sort."
        ),
    ),
    Zero.COMPLAINT: (
        _("Complaints"),
        _(
            "Complaints by travellers or on their behalf, whether justified or not. Counted from recorded issues."
        ),
    ),
    Zero.INFECTION: (
        _("Staff infected"),
        _("Confirmed infections of people who work here. Counted from recorded issues of that sort."),
    ),
    Zero.ERROR: (
        _("Errors"),
        _("Mistakes of our own that reached a traveller or a partner. Counted from recorded issues."),
    ),
}
"""What a figure counts, one tap away from where it stands."""
