"""What one types about a convoy."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from pratique.services import clock
from pratique.services.convoy import forming
from pratique.store import models
from pratique.store.queries import convoys
from pratique.store.queries.trips import Trip
from pratique.web import words
from pratique.web.convoy import phrases

REASON = forms.Textarea(attrs={"rows": 2})
ON_THE_ROAD = ("-", _("on the road"))
"""Neither is a rest place a must, nor a vehicle: said by an answer of its own, so that nothing is left out unawares."""


class Placed(forms.Form):
    """Where on the way: a rest place, or on the road."""

    stop = forms.ChoiceField(label=_("Where"))

    def __init__(self, *args: object, places: Iterable[convoys.RestPlace], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stop"].choices = [ON_THE_ROAD, *((p.code, words.name_of(p)) for p in places)]

    def clean_stop(self) -> str:
        """The code of the rest place, empty for on the road."""
        stop: str = self.cleaned_data["stop"]
        return "" if stop == ON_THE_ROAD[0] else stop


class Led(forms.Form):
    """Who commands a convoy and where it rests: of trips `together`, `standing` is who has it now."""

    commander = forms.ChoiceField(label=_("Convoy commander"))
    halts = forms.MultipleChoiceField(
        label=_("Rests at"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("Designated rest places only.")
    )  # fmt: skip

    def __init__(
        self,
        *args: object,
        places: Iterable[convoys.RestPlace],
        together: Iterable[Trip],
        standing: models.Person | None = None,
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)
        people = forming.list_commanders(trips=[trip.id for trip in together], now=clock.now())
        if standing is not None and standing not in people:
            people = [standing, *people]
        self.fields["commander"].choices = [(p.pk, words.name_of(p)) for p in people]
        self.fields["halts"].choices = [(p.code, p) for p in places]


class Amended(Led):
    """The same of a convoy that stands, with how the page showed it: `seen` is its commander and the codes of its rest places."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_seen(self) -> forming.Lead | None:
        """As it was shown; None where no page says."""
        commander, *halts = self.cleaned_data["seen"].split("|")
        try:
            return forming.Lead(UUID(commander), tuple(halts))
        except ValueError:
            return None


class Formed(Led):
    """Trips to one destination that are to go together."""

    trips = forms.TypedMultipleChoiceField(label=_("Trips"), coerce=UUID, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: object, planned: Iterable[Trip], **kwargs: object) -> None:
        super().__init__(*args, together=planned, **kwargs)
        self.fields["trips"].choices = [(t.id, t) for t in planned]


class Heard(Placed):
    """A check-in: where, and how many are in each vehicle on the road (`heads-` and the trip's id)."""

    note = forms.CharField(label=_("Note"), required=False, max_length=500)

    def __init__(self, *args: object, moving: Sequence[Trip], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.moving = moving
        for trip in moving:
            self.fields[f"heads-{trip.id}"] = forms.IntegerField(
                label=trip.vehicle.plate,
                min_value=0,
                max_value=500,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    @property
    def counted(self) -> dict[UUID, int]:
        """Heads by trip."""
        return {trip.id: self.cleaned_data[f"heads-{trip.id}"] for trip in self.moving}

    @property
    def count_fields(self) -> list[forms.BoundField]:
        """The fields of the counts, in the order of the vehicles."""
        return [self[f"heads-{trip.id}"] for trip in self.moving]


class Happened(Placed):
    """An incident on the way."""

    sort = forms.ChoiceField(label=_("What is it?"), widget=forms.RadioSelect)
    note = forms.CharField(label=_("What happened, and where exactly?"), max_length=500, widget=REASON)
    trip = forms.ChoiceField(label=_("Vehicle"))
    code = forms.CharField(label=_("Wristband code of whoever is ill"), required=False, max_length=20)
    celsius = forms.FloatField(label=_("Temperature, °C"), required=False, min_value=30, max_value=45)
    delay_minutes = forms.IntegerField(
        label=_("Costs so many minutes"), required=False, min_value=0, max_value=2880
    )

    def __init__(self, *args: object, members: Iterable[Trip], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stop"].label = _("Near")
        self.fields["sort"].choices = [(code, words.say(said)) for code, said in phrases.INCIDENTS.items()]
        self.fields["trip"].choices = [("-", _("none of them")), *((t.id, t.vehicle.plate) for t in members)]

    def clean(self) -> dict[str, Any]:
        """Whoever is ill is named: else it is on nobody's record, and no ambulance can be called for them."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("sort") == "ill" and not told.get("code", "").strip():
            self.add_error(
                "code",
                _("Give the wristband code of whoever is ill, or find it on the list of their vehicle."),
            )
        return told

    def clean_trip(self) -> UUID | None:
        """The trip, None for none of them."""
        trip: str = self.cleaned_data["trip"]
        return None if trip == "-" else UUID(trip)


class Because(forms.Form):
    """A few words: why, or how something was settled."""

    note = forms.CharField(label=_("Reason"), max_length=500, widget=REASON)


class Received(forms.Form):
    """The receiver's own count of one vehicle, and who of the list was there."""

    heads = forms.IntegerField(min_value=0, max_value=500)
    present = forms.TypedMultipleChoiceField(required=False, coerce=UUID)
    told_by = forms.CharField(required=False, max_length=100)

    def __init__(self, *args: object, offered: Iterable[UUID], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["present"].choices = [(who, "") for who in offered]
