"""What one types or scans at the sampling table."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pratique.services import care
from pratique.web import words
from pratique.web.traveller.forms import ask_second_name, ask_second_password

PLAIN = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}


def _scanned(label: object, **more: object) -> forms.CharField:
    return forms.CharField(label=label, max_length=40, widget=forms.TextInput(attrs=PLAIN), **more)


class Swab(forms.Form):
    """A sample: scan the wristband, scan the tube; what is the same for the whole row stays from one to the next."""

    person = _scanned(_("Wristband or badge"))
    tube = _scanned(_("Tube"))
    pool_size = forms.IntegerField(
        label=_("Swabs in one tube"), min_value=1, max_value=care.POOL_MAX, initial=1
    )
    site = forms.ChoiceField(label=_("Taken from"), choices=lambda: words.choose(care.SITES))
    kit = forms.CharField(label=_("Kit"), max_length=60, required=False)
    laboratory = forms.CharField(
        label=_("Laboratory"), max_length=80, widget=forms.TextInput(attrs={"list": "laboratories"})
    )


class Opened(forms.Form):
    """Which laboratory a batch goes to."""

    laboratory = forms.CharField(
        label=_("Laboratory"), max_length=80, widget=forms.TextInput(attrs={"list": "laboratories"})
    )


class Handed(forms.Form):
    """The count at the door and who takes the box."""

    count = forms.IntegerField(label=_("Tubes counted"), min_value=1, max_value=2_000)
    courier = forms.CharField(label=_("Handed to"), max_length=80)


class Received(forms.Form):
    """The laboratory's own count, and what makes the difference."""

    count = forms.IntegerField(label=_("The laboratory's own count"), min_value=0, max_value=2_000)
    received_by = forms.CharField(label=_("Received there by"), max_length=80)
    missing = forms.MultipleChoiceField(
        label=_("Did not arrive"), required=False, widget=forms.CheckboxSelectMultiple
    )
    extra = forms.CharField(
        label=_("Arrived, but not on the list: barcodes, one a line"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2, **PLAIN}),
    )

    def __init__(self, *args: object, tubes: list[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["missing"].choices = [(tube, tube) for tube in tubes]


class Chosen(forms.Form):
    """A laboratory's file."""

    file = forms.FileField(
        label=_("A laboratory's file"),
        help_text=_("XLSX, CSV, FHIR or HL7, as the laboratory's system writes it"),
    )


class Signed(forms.Form):
    """The second signature under a laboratory's file, asked for where a tube was received nowhere."""

    second_name = ask_second_name(needed=False)
    second_password = ask_second_password(needed=False)


class Corrected(forms.Form):
    """What is right, why, and the second signature."""

    result = forms.ChoiceField(
        label=_("The right result"), choices=lambda: words.choose(care.RESULTS), widget=forms.RadioSelect
    )
    because = forms.CharField(
        label=_("What shows that it was wrong?"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    second_name = ask_second_name()
    second_password = ask_second_password()
