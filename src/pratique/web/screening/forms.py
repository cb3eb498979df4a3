"""What is asked at the desk: temperature, what is seen, the declaration's questions, journey and locator form."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from msgspec import structs

from pratique.core.screening.fact import FACTS, SYMPTOMS
from pratique.formats.countries import find_alpha2
from pratique.services import care, checkpoint, declaration
from pratique.web import words
from pratique.web.screening import locator
from pratique.web.screening.phrases import SORTS

VISIT_ROWS = 6
"""So many places can be typed at the desk, as on paper; more where more are on record."""
YES_NO = [("yes", _("Yes")), ("no", _("No"))]


def _flag(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=YES_NO,
        coerce=lambda answer: answer == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


class Interview(forms.Form):
    """One person at the desk. Nothing but what the rules need is asked for; what is known is filled in."""

    celsius = forms.FloatField(
        label=_("Temperature in °C"),
        required=False,
        min_value=care.CELSIUS_MIN,
        max_value=care.CELSIUS_MAX,
        widget=forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal", "autofocus": True}),
    )
    method = forms.ChoiceField(
        label=_("Taken at"), choices=lambda: words.choose(care.METHODS), required=False
    )
    unwell = _flag(_("Do they look unwell?"))
    rest_no = forms.BooleanField(label=_("Asked everything else: all no"), required=False)
    paper = forms.BooleanField(label=_("From a paper form"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = self.data if self.is_bound else self.initial
        self.visit_rows = locator.count_rows("place", names, VISIT_ROWS, declaration.VISITS_MAX)
        self.rows = {
            side: locator.count_rows(side, names, least, declaration.PARTY_MAX)
            for side, least in locator.ROWS.items()
        }
        for name in declaration.QUESTIONS:
            self.fields[name] = _flag(words.say(FACTS[name].title))
        for row in range(self.visit_rows):
            self.fields[f"place_{row}"] = forms.CharField(
                label=_("Country or region"),
                required=False,
                max_length=60,
                widget=forms.TextInput(attrs={"list": "countries", "autocomplete": "off"}),
            )
            for side, label in (("from", _("First day there")), ("until", _("Last day there"))):
                self.fields[f"{side}_{row}"] = forms.DateField(
                    label=label, required=False, widget=forms.DateInput(attrs={"type": "date"})
                )
        self.fields.update(locator.make_fields(self.rows))

    def clean(self) -> dict[str, Any]:
        """The journey row by row: a place needs its days; a name becomes its code."""
        told = super().clean() or {}
        for row in range(self.visit_rows):
            place = str(told.get(f"place_{row}") or "").strip()
            from_on, until_on = told.get(f"from_{row}"), told.get(f"until_{row}")
            if not place and not from_on and not until_on:
                continue
            code = place.upper() if declaration.is_place(place.upper()) else find_alpha2(place)
            if code is None:
                self.add_error(
                    f"place_{row}", _now("This is no country that is known: choose it from the list")
                )
            elif not from_on or not until_on:
                self.add_error(f"from_{row}", _now("Give the first and the last day there"))
            elif until_on < from_on:
                self.add_error(f"until_{row}", _now("The last day is before the first"))
            told[f"place_{row}"] = code or place
        return told

    def to_declaration(self, *, asked: Collection[str], before: declaration.Form | None) -> declaration.Form:
        """What was told, upon what is on record; "all no" answers those of `asked` that were left open."""
        told = self.cleaned_data
        answers = {name: told[name] for name in declaration.QUESTIONS if told.get(name) is not None}
        if told.get("rest_no"):
            answers = {name: False for name in asked if name in declaration.QUESTIONS} | answers
        known = before or declaration.Form()
        visits = (*self._list_visits(), *known.visits[self.visit_rows :])
        read = locator.read(told, known=known, rows=self.rows)
        return structs.replace(read, answers=answers, visits=visits)

    def _list_visits(self) -> Iterator[declaration.Visit]:
        told = self.cleaned_data
        for row in range(self.visit_rows):
            if told.get(f"place_{row}"):
                yield declaration.Visit(told[f"place_{row}"], told[f"from_{row}"], told[f"until_{row}"])


def to_initial(form: declaration.Form | None) -> Mapping[str, Any]:
    """The fields of the desk as a declaration on record fills them."""
    if form is None:
        return {}
    found: dict[str, Any] = {name: "yes" if answer else "no" for name, answer in form.answers.items()}
    for row, visit in enumerate(form.visits):
        found |= {f"place_{row}": visit.place, f"from_{row}": visit.from_on, f"until_{row}": visit.until_on}
    return found | locator.to_initial(form)


def to_measured(form: Interview) -> Mapping[str, Any]:
    """What was typed at the desk besides the declaration, to fill it in again; "all no" is for whoever asks anew."""
    told = form.cleaned_data
    unwell = {True: "yes", False: "no"}.get(told["unwell"], "")
    return {name: told[name] for name in ("celsius", "method", "paper")} | {"unwell": unwell}


class Found(forms.Form):
    """Somebody at a checkpoint with a fever or symptoms."""

    sort = forms.ChoiceField(label=_("Group"), choices=lambda: [(k, words.say(v)) for k, v in SORTS.items()])
    celsius = forms.FloatField(
        label=_("Temperature in °C"),
        required=False,
        min_value=care.CELSIUS_MIN,
        max_value=care.CELSIUS_MAX,
        widget=forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal"}),
    )
    symptoms = forms.MultipleChoiceField(
        label=_("Symptoms"),
        required=False,
        choices=lambda: [(name, words.say(FACTS[name].title)) for name in FACTS if name in SYMPTOMS],
        widget=forms.CheckboxSelectMultiple,
    )


class Counted(forms.Form):
    """People who passed."""

    sort = forms.ChoiceField(choices=[(sort, sort) for sort in checkpoint.SORTS])
    heads = forms.IntegerField(min_value=1, max_value=checkpoint.HEADS_MAX)
    tap = forms.UUIDField()

    def to_tap(self, checkpoint_id: UUID) -> checkpoint.Tap:
        """The tap that was sent."""
        told = self.cleaned_data
        return checkpoint.Tap(checkpoint_id, told["sort"], told["heads"], told["tap"])
