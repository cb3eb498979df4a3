"""What one types at the desk of cases."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pratique.services.cases import book
from pratique.services.dispatch import needs
from pratique.web import words
from pratique.web.cases import phrases

REASON = forms.Textarea(attrs={"rows": 2})
MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class Opened(forms.Form):
    """A case that an epidemiologist opens: whose, by wristband code."""

    code = forms.CharField(label=_("Wristband code"), max_length=20)


class Judged(forms.Form):
    """How a case is classed, and why."""

    sort = forms.ChoiceField(label=_("Sort of case"))
    facts = forms.MultipleChoiceField(
        label=_("Found out besides"),
        required=False,
        choices=lambda: [(code, words.say(phrases.FACTS[code])) for code in sorted(book.TYPED)],
        widget=forms.CheckboxSelectMultiple,
    )
    because = forms.CharField(label=_("Reason"), max_length=500, widget=REASON)

    def __init__(self, *typed: Any, sorts: list[tuple[str, str]], **more: Any) -> None:
        """`sorts` are those of the edition."""
        super().__init__(*typed, **more)
        self.fields["sort"].choices = sorts  # type: ignore[attr-defined]


class Dated(forms.Form):
    """When symptoms began, the first positive sample was taken, the case was isolated; the port's clock."""

    onset = forms.DateTimeField(label=_("Symptoms began"), required=False, widget=MOMENT)
    sampled = forms.DateTimeField(label=_("First positive sample"), required=False, widget=MOMENT)
    isolated = forms.DateTimeField(label=_("Isolated since"), required=False, widget=MOMENT)

    def read(self) -> book.Dates:
        """The dates as the book takes them."""
        found: dict[str, datetime | None] = self.cleaned_data
        return book.Dates(found["onset"], found["sampled"], found["isolated"])


class Infected(forms.Form):
    """Where a case was infected, and what shows it."""

    where = forms.ChoiceField(
        label=_("Where was this person infected?"),
        choices=lambda: [(code, words.say(phrases.PLACES[code])) for code in book.PLACES],
        widget=forms.RadioSelect,
        help_text=_("Inside the loop is a case caused: it stands on the board of zeros."),
    )
    because = forms.CharField(label=_("What shows it?"), max_length=500, widget=REASON)


class Spread(forms.Form):
    """How many people outside the loop a case infected, and what shows it."""

    people = forms.IntegerField(
        label=_("People infected outside the loop"),
        min_value=0,
        max_value=book.MOST_CAUSED,
        help_text=_("In all, by the latest word. Each of them is a case caused."),
    )
    shown_by = forms.CharField(
        label=_("The health authority's letter, or what else shows it"), max_length=500, widget=REASON
    )


class Told(forms.Form):
    """In which language a contact was told."""

    language = forms.ChoiceField(
        label=_("Told in"), choices=lambda: words.choose(("zh", *needs.LANGUAGES)), required=False
    )
