"""What one hands in."""

from django import forms
from django.utils.translation import gettext_lazy as _

SIZE_MAX_MB = 5


class HandIn(forms.Form):
    """A file, and the flight it is for where the file does not say."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "PAXLST message, Excel or CSV; also as an e-mail attachment saved as text. At most 5 MB."
        ),
        error_messages={"empty": _("This file is empty: save it again at its source and choose it anew.")},
    )
    flight = forms.UUIDField(label=_("Flight"), required=False, widget=forms.HiddenInput)

    def clean_file(self) -> object:
        """Not larger than any list can be."""
        file = self.cleaned_data["file"]
        if file.size > SIZE_MAX_MB * 1024 * 1024:
            raise forms.ValidationError(_("This file is larger than 5 MB and cannot be a passenger list."))
        return file
