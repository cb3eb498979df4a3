"""What reception types: a round, needs, a call, an order."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pratique.core.answers import Refused
from pratique.core.stay.order import Sort
from pratique.services import care
from pratique.services.dispatch import needs
from pratique.services.stay import call, removal
from pratique.store import models
from pratique.store.queries import trips
from pratique.store.queries.removals import BY_PLAN
from pratique.web import words
from pratique.web.petition.phrases import NEEDS
from pratique.web.stay import phrases
from pratique.web.traveller.forms import Reading

TEXT = forms.Textarea(attrs={"rows": 2})


def read_id(request: HttpRequest, name: str, code: str) -> UUID:
    """An id of the form. Raises `Refused` with this code for what is none."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise Refused(code, "choose from the list") from None


def read_ids(request: HttpRequest, name: str, code: str) -> tuple[UUID, ...]:
    """Every id of that name in the form. Raises `Refused` with this code for what is none, or where there is none."""
    try:
        found = tuple(UUID(one) for one in request.POST.getlist(name))
    except ValueError:
        found = ()
    if not found:
        raise Refused(code, "choose from the list")
    return found


def find_id(request: HttpRequest, name: str = "id") -> UUID | None:
    """The id that a form carries so that sending it twice is once; None where it carries none."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        return None


class Closing(forms.Form):
    """Why nobody new is brought here, and until when."""

    because = forms.CharField(label=_("Why"), max_length=300)
    until = forms.DateTimeField(
        label=_("Until (empty: until it is opened again)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )


class Drawn(forms.Form):
    """An order as it is drawn up."""

    sort = forms.ChoiceField(
        label=_("Order"), choices=lambda: [(s.value, words.say(phrases.ORDER_SORTS[s])) for s in Sort]
    )
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=60)
    document = forms.CharField(label=_("Number of the written order"), max_length=80)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=TEXT,
        help_text=_("In plain words: the traveller reads it. No names of other people."),
    )


class Served(forms.Form):
    """An order given to the traveller."""

    language = forms.ChoiceField(label=_("Served in"), choices=lambda: words.choose(("zh", *needs.LANGUAGES)))
    understood = forms.BooleanField(label=_("They have understood it"), required=False)
    remedy_told = forms.BooleanField(label=_("They were told how to object"), required=False)


class Asked(forms.Form):
    """A call for help, written down for somebody."""

    sort = forms.ChoiceField(
        label=_("Help with"), choices=lambda: [(s, words.say(NEEDS[s])) for s in call.SORTS]
    )
    text = forms.CharField(label=_("What they say"), max_length=call.TEXT_MAX, required=False, widget=TEXT)


class Sent(forms.Form):
    """A vehicle is sent for somebody who is to be taken elsewhere."""

    receiver = forms.TypedChoiceField(label=_("To"), coerce=UUID)
    because = forms.ChoiceField(label=_("Reason"), choices=lambda: words.choose(removal.REASONS))
    agreed_by = forms.CharField(
        label=_("Who there agreed"), max_length=120, help_text=_("The doctor or the desk that said yes.")
    )
    vehicle = forms.TypedChoiceField(
        label=_("Vehicle"),
        coerce=lambda typed: typed if typed == BY_PLAN else UUID(typed),
        required=False,
        empty_value=None,
    )
    minutes = forms.IntegerField(
        label=_("Boarding in so many minutes"), min_value=0, max_value=1440, initial=10
    )

    along = forms.TypedMultipleChoiceField(
        label=_("Goes along, of the same room"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        *typed: Any,
        receivers: Sequence[models.Custodian] = (),
        vehicles: Sequence[trips.Vehicle] = (),
        mates: Mapping[UUID, str] | None = None,
        **more: Any,
    ) -> None:
        """`receivers`: to whom they may go from where they are; `vehicles`: what is free; `mates`: who shares the room."""
        super().__init__(*typed, **more)
        self.fields["receiver"].choices = [(str(one.id), words.name_of(one)) for one in receivers]
        free = [
            (
                str(one.id),
                f"{one.plate} {words.say_value(one.kind)}" if one.kind == removal.AMBULANCE else one.plate,
            )
            for one in vehicles
        ]
        self.fields["along"].choices = [(str(one), code) for one, code in (mates or {}).items()]
        if not mates:
            self.fields["along"].widget = forms.MultipleHiddenInput()
        self.fields["vehicle"].choices = [
            *free,
            (BY_PLAN, _("the next plan of dispatch sends one")),
            ("", _("another ambulance comes for them")),
        ]


class Going(forms.Form):
    """To hospital, back, or another facility: it has happened already."""

    receiver = forms.TypedChoiceField(label=_("To"), coerce=UUID)
    transport = forms.ChoiceField(
        label=_("Transport"),
        choices=lambda: words.choose(removal.TRANSPORTS),
    )
    because = forms.ChoiceField(label=_("Reason"), choices=lambda: words.choose(removal.REASONS))
    agreed_by = forms.CharField(
        label=_("Who there agreed"), max_length=120, help_text=_("The doctor or the desk that said yes.")
    )
    minutes_ago = forms.IntegerField(
        label=_("Arrived so many minutes ago"), min_value=0, max_value=720, initial=0
    )

    def __init__(self, *typed: Any, receivers: Sequence[models.Custodian] = (), **more: Any) -> None:
        """`receivers`: to whom they may go from where they are."""
        super().__init__(*typed, **more)
        self.fields["receiver"].choices = [(str(one.id), words.name_of(one)) for one in receivers]


class Cleared(Reading):
    """A fever or symptoms explained by a clinician who has looked now."""

    because = forms.CharField(label=_("What explains the fever or the symptoms?"), max_length=500)


class Discharged(forms.Form):
    """The hospital's word: which doctor, by which paper."""

    doctor = forms.CharField(label=_("Doctor of the hospital"), max_length=120)
    document = forms.CharField(label=_("Number of the discharge paper"), max_length=120)


class Reading(forms.Form):
    """One line of a round."""

    celsius = forms.FloatField(min_value=care.CELSIUS_MIN, max_value=care.CELSIUS_MAX)
    symptomatic = forms.BooleanField(required=False)
