"""What one types about a traveller: why a scan is taken back or believed, which duty need not be done."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from pratique.services import account, care
from pratique.services.dispatch import needs
from pratique.web import words

REASON = forms.Textarea(attrs={"rows": 2})


class ByAnother(forms.CharField):
    """What somebody else types who signs beside: no page calls it optional, the help text says when it is needed."""

    by_another = True


def ask_second_name(*, needed: bool = True, when: Any = "") -> forms.CharField:
    """By what name whoever signs as the second signs in. `when`: in words, where it is not always `needed`."""
    return ByAnother(
        label=_("Second signature: user name"),
        help_text=when or _("Somebody else signs here, with their own user name and password."),
        required=needed,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def ask_second_password(*, needed: bool = True) -> forms.CharField:
    """The second's password; it is never sent back to the page."""
    return ByAnother(
        label=_("Second signature: password"),
        required=needed,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class Because(forms.Form):
    """A reason alone."""

    because = forms.CharField(label=_("Reason"), max_length=500, widget=REASON)


class Ruled(Because):
    """A dispute settled: believed or not."""

    believed = forms.TypedChoiceField(
        label=_("Is this scan true?"),
        choices=[("yes", _("Yes, this person was there")), ("no", _("No, the scan is wrong"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )


class Linked(Because):
    """Somebody on no list is somebody on a list, by that person's wristband code."""

    code = forms.CharField(label=_("Wristband code of the person on the list"), max_length=20)


def recognise_second(told: Mapping[str, Any], now: datetime) -> UUID | None:
    """Who signs as the second; nobody where no name is given. Raises `Refused` as `account.recognise`."""
    if not told.get("second_name"):
        return None
    found = account.recognise(username=told["second_name"], password=told["second_password"], now=now)
    return UUID(str(found.pk))


class Waived(Because):
    """A duty that need not be done, for so many hours; a second signature where the rule asks for two."""

    duty = forms.CharField(widget=forms.HiddenInput)
    hours = forms.IntegerField(label=_("For how many hours"), min_value=1, max_value=24 * 21, initial=24)
    second_name = ask_second_name(needed=False)
    second_password = ask_second_password(needed=False)

    @property
    def lasts(self) -> timedelta:
        """How long the waiver holds."""
        return timedelta(hours=self.cleaned_data["hours"])


YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class Act(forms.Form):
    """What was done for this person just now."""

    act = ""

    def __init__(self, *typed: Any, **more: Any) -> None:
        """Several of these stand on one page: their fields are told apart by the act."""
        super().__init__(*typed, auto_id=f"{self.act}_%s", **more)

    @staticmethod
    def ask(label: Any) -> forms.TypedChoiceField:
        """A question that is answered yes or no, and never by leaving it."""
        return forms.TypedChoiceField(
            label=label, choices=YES_NO, coerce=lambda answer: answer == "yes", widget=forms.RadioSelect
        )


class Reading(forms.Form):
    """A temperature and how it was taken."""

    celsius = forms.FloatField(
        label=_("Temperature in °C"),
        min_value=care.CELSIUS_MIN,
        max_value=care.CELSIUS_MAX,
        widget=forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal"}),
    )
    method = forms.ChoiceField(label=_("Taken at"), choices=lambda: words.choose(care.METHODS))


class Temperature(Reading, Act):
    """A temperature, how it was taken, and whether there are symptoms."""

    act = "temperature"
    symptomatic = Act.ask(_("Cough, fever, sore throat or other symptoms?"))


class Notice(Act):
    """Rights told, and for which measure."""

    act = "notice"
    measure = forms.ChoiceField(label=_("Measure"), choices=lambda: words.choose(care.MEASURES))
    language = forms.ChoiceField(label=_("Told in"), choices=lambda: words.choose(("zh", *needs.LANGUAGES)))
    understood = Act.ask(_("Have they understood?"))

    def __init__(self, *typed: Any, ordered: bool = False, **more: Any) -> None:
        """`ordered`: the measure stands already and is not asked for."""
        super().__init__(*typed, **more)
        if ordered:
            del self.fields["measure"]


class Swab(Act):
    """A sample taken: the tube's barcode, from where, with which kit, for which laboratory."""

    act = "sample"
    tube = forms.CharField(
        label=_("Barcode of the tube"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    site = forms.ChoiceField(label=_("Taken from"), choices=lambda: words.choose(care.SITES))
    kit = forms.CharField(label=_("Kit"), max_length=60)
    laboratory = forms.CharField(label=_("Laboratory"), max_length=80)


class Answer(Act):
    """What the laboratory says of a tube, and who signs beside whoever types it."""

    act = "result"
    tube = forms.CharField(
        label=_("Barcode of the tube"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    result = forms.ChoiceField(label=_("Result"), choices=lambda: words.choose(care.RESULTS))
    second_name = ask_second_name(
        needed=False,
        when=_(
            "For a negative of a tube that no laboratory has received, somebody else signs here with their own user name "
            "and password. Otherwise leave both empty."
        ),
    )
    second_password = ask_second_password(needed=False)


class Carrier(Act):
    """Who of the carrier says that somebody was not on board, when, by which document."""

    act = "carrier"
    said_by = forms.CharField(label=_("Who of the carrier says so?"), max_length=120)
    said_at = forms.DateTimeField(
        label=_("When was it said?"),
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    document = forms.CharField(
        label=_("By which document? Closing message, boarding record …"), max_length=200
    )


ACTS: tuple[type[Act], ...] = (Carrier, Temperature, Notice, Swab, Answer)
"""What can be written down on a traveller's page, in the order of a stay."""
