"""What one types about a traveller: why a scan is taken back or believed, which duty need not be done."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

REASON = forms.Textarea(attrs={"rows": 2})


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


class Waived(Because):
    """A duty that need not be done, for so many hours; a second signature where the rule asks for two."""

    duty = forms.CharField(widget=forms.HiddenInput)
    hours = forms.IntegerField(label=_("For how many hours"), min_value=1, max_value=24 * 21, initial=24)
    second_name = forms.CharField(
        label=_("Second signature: user name"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    second_password = forms.CharField(
        label=_("Second signature: password"),
        required=False,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    @property
    def lasts(self) -> timedelta:
        """How long the waiver holds."""
        return timedelta(hours=self.cleaned_data["hours"])
