"""What one types about a flight."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pratique.core.custody.proofs import Source
from pratique.services import flight
from pratique.web import words
from pratique.web.traveller.forms import ask_second_name, ask_second_password


class Landed(forms.Form):
    """When it touched down, by the port's clock."""

    at = forms.DateTimeField(
        label=_("Touched down at"),
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )


class Relanded(Landed):
    """It touched down at another time than was written down first, and why that was wrong."""

    because = forms.CharField(label=_("Reason"), max_length=300)


class Awaited(forms.Form):
    """When it is expected by the latest word, by the port's clock."""

    expected_at = forms.DateTimeField(
        label=_("Expected at"),
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )


class Added(forms.Form):
    """A flight that no list and no schedule has named yet."""

    designator = forms.RegexField(
        r"(?i)^[A-Z0-9]{2}[A-Z]?\s?[0-9]{1,4}[A-Z]?$",
        label=_("Flight"),
        help_text=_("Carrier and number, such as MU2086."),
        error_messages={"invalid": _("A flight is its carrier and number, such as MU2086.")},
    )
    departure = forms.RegexField(
        r"(?i)^[A-Z]{3}$",
        label=_("From"),
        help_text=_("The airport's three letters, such as BKK."),
        error_messages={"invalid": _("Give the airport's three letters, such as BKK.")},
    )
    scheduled_at = forms.DateTimeField(
        label=_("Arrives at"),
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )


class Closed(forms.Form):
    """Why each count that differs from the book does so, and for those of who landed a second signature."""

    second_name = ask_second_name()
    second_password = ask_second_password()

    def __init__(self, *args: object, differing: list[flight.Figure], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for one in differing:
            told = {"source": words.say(words.SOURCES[one.source]), "heads": one.heads, "booked": one.booked}
            self.fields[f"because_{one.source}"] = forms.CharField(
                label=gettext("%(source)s: %(heads)d, in the book %(booked)d. Why?") % told, max_length=500
            )
        self.order_fields([f"because_{one.source}" for one in differing])
        if not any(one.by_two for one in differing):
            del self.fields["second_name"], self.fields["second_password"]

    def read(self) -> dict[Source, str]:
        """The reason by source."""
        told = self.cleaned_data
        return {one: told[f"because_{one}"] for one in Source if f"because_{one}" in told}


class Counted(forms.Form):
    """Who counted, and how many."""

    source = forms.ChoiceField(label=_("Who counted"))
    heads = forms.IntegerField(label=_("Heads"), min_value=0, max_value=2_000)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [(s.value, words.say(words.SOURCES[s])) for s in Source]
