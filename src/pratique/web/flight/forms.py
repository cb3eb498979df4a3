"""What one types about a flight."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pratique.core.custody.proofs import Source
from pratique.web import words


class Landed(forms.Form):
    """When it touched down, by the port's clock."""

    at = forms.DateTimeField(
        label=_("Touched down at"),
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )


class Counted(forms.Form):
    """Who counted, and how many."""

    source = forms.ChoiceField(label=_("Who counted"))
    heads = forms.IntegerField(label=_("Heads"), min_value=0, max_value=2_000)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [(s.value, words.say(words.SOURCES[s])) for s in Source]
