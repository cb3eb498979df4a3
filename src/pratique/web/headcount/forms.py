"""What one types to put a headcount right: who was really there, and why the count said otherwise."""

from collections.abc import Iterable
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from pratique.store.queries.travellers import Card


class Corrected(forms.Form):
    """Who was there by name (`there`), or only how many (`heads`), and the reason."""

    there = forms.TypedMultipleChoiceField(
        label=_("Who was there"), coerce=UUID, required=False, widget=forms.CheckboxSelectMultiple
    )
    heads = forms.IntegerField(label=_("Heads"), min_value=0, max_value=5_000, required=False)
    because = forms.CharField(
        label=_("Why did the count say otherwise?"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: object, cards: Iterable[Card], named: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["there"].choices = [(str(card.traveller), card.code) for card in cards]
        self.fields["heads"].required = not named
