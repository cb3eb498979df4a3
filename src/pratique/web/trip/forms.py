"""What one types about a trip."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pratique.core.answers import Refused
from pratique.services.tracking.answers import Answer
from pratique.store.queries import ports, trips
from pratique.web import words
from pratique.web.traveller.forms import Because, ask_second_name, ask_second_password

DESTINATIONS = ("facility", "hospital", "exit", "holding", "hall")
MINUTE = "%Y-%m-%dT%H:%M"
"""How a browser writes a time of the port."""
NOBODY = ("", _("nobody named"))


class Planned(forms.Form):
    """A vehicle, where to, when, with whom."""

    vehicle = forms.ChoiceField(label=_("Vehicle"))
    destination = forms.ChoiceField(label=_("To"))
    starts_at = forms.DateTimeField(
        label=_("Boarding from"),
        input_formats=[MINUTE],
        widget=forms.DateTimeInput(format=MINUTE, attrs={"type": "datetime-local"}),
    )
    minutes = forms.IntegerField(
        label=_("Minutes until the vehicle is back"),
        required=False,
        min_value=1,
        max_value=7 * 24 * 60,
        help_text=_("Left empty: the ways, boarding, alighting and disinfection, as a plan counts them."),
    )
    driver = forms.ChoiceField(label=_("Driver"), required=False)
    reliefs = forms.MultipleChoiceField(
        label=_("Relief drivers"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": "3"}),
        help_text=_("They drive in turns with the driver. A long way needs two."),
    )
    escort = forms.ChoiceField(label=_("Escort"), required=False)
    long_distance = forms.BooleanField(label=_("To another prefecture"), required=False)

    def __init__(self, *args: object, now: datetime, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vehicle"].choices = [(v.id, _say_vehicle(v)) for v in trips.list_vehicles(now=now)]
        posts = ports.list_posts(kinds=DESTINATIONS)
        self.fields["destination"].choices = [
            (words.say(words.STAGES[kind]), [(p.id, words.name_of(p)) for p in posts if p.kind == kind])
            for kind in DESTINATIONS
        ]
        for name, people in (("driver", trips.list_drivers()), ("escort", trips.list_escorts(now=now))):
            self.fields[name].choices = [NOBODY, *((p.pk, words.name_of(p)) for p in people)]
        self.fields["reliefs"].choices = self.fields["driver"].choices[1:]

    def clean(self) -> dict[str, Any]:
        """Nobody relieves themselves."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("driver") and told["driver"] in told.get("reliefs", ()):
            self.add_error("reliefs", _("Nobody relieves themselves: choose another"))
        return told


class Turn(forms.Form):
    """Who takes the wheel, how long the vehicle stood before, and when, if it was earlier."""

    driver = forms.UUIDField()
    rested = forms.IntegerField(required=False, min_value=0, max_value=1440)
    at = forms.DateTimeField(required=False, input_formats=[MINUTE])


def _say_vehicle(vehicle: trips.Vehicle) -> str:
    said = gettext("%(plate)s, %(seats)d seats") % {"plate": vehicle.plate, "seats": vehicle.seats}
    if vehicle.goes_at:
        return said + gettext(", next trip at %(at)s") % {
            "at": f"{localtime(vehicle.goes_at):%Y-%m-%d %H:%M}"
        }
    if vehicle.trip:
        return said + gettext(", under way")
    return said + (gettext(", to be disinfected first") if vehicle.soiled else "")


class Reached(forms.Form):
    """Somebody on the road answered by telephone: who, where they are, when if not just now, and what else they said."""

    who = forms.CharField(label=_("Who answered (name or telephone)"), max_length=100)
    place = forms.CharField(label=_("Where they are"), max_length=200)
    at = forms.DateTimeField(
        label=_("When, if not just now"),
        required=False,
        input_formats=[MINUTE],
        widget=forms.DateTimeInput(format=MINUTE, attrs={"type": "datetime-local"}),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=500)

    def read(self) -> Answer:
        """What was filled in. Raises `Refused`: `answer_impossible`, `answer_unnamed`."""
        if not self.is_valid():
            raise Refused("answer_impossible" if "at" in self.errors else "answer_unnamed")
        told = self.cleaned_data
        return Answer(told["who"], told["place"], told["at"], told["note"])


class Cleaned(forms.Form):
    """A vehicle was disinfected: when if not just now, with what, and what its odometer shows, each if somebody says so."""

    at = forms.DateTimeField(required=False, input_formats=[MINUTE])

    agent = forms.CharField(required=False, max_length=40)
    odometer_km = forms.FloatField(required=False, min_value=0, max_value=5_000_000)
    id = forms.UUIDField(required=False)


class Excepted(Because):
    """A vehicle sets off although it is not disinfected: why, and who signs as the second."""

    second_name = ask_second_name(needed=False)
    second_password = ask_second_password(needed=False)


class Reported(forms.Form):
    """A step of a trip; the odometer and a reason where there are."""

    step = forms.ChoiceField(
        choices=[(step, step) for step in ("departed", "stopped", "arrived", "ended", "broken_down")]
    )
    odometer_km = forms.FloatField(required=False, min_value=0, max_value=5_000_000)
    because = forms.CharField(required=False, max_length=500)
    at = forms.DateTimeField(required=False, input_formats=[MINUTE])
