"""What one types about an issue."""

from datetime import datetime
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from pratique.services import issue
from pratique.store.queries import forces, ports
from pratique.web import words
from pratique.web.issue import phrases

REASON = forms.Textarea(attrs={"rows": 2})
NOBODY = ("-", _("nobody's yet"))
NOWHERE = ("-", _("no particular place"))
PLACE = r"^(-|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$"
"""A place that the list is narrowed to: its id, or "-" for none."""
PLACES = ("hall", "holding", "facility", "hospital", "trip", "cabin")


class Due(forms.DateTimeField):
    """A time by which something is to be done, in the port's zone."""

    def __init__(self, **kwargs: object) -> None:
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        super().__init__(input_formats=["%Y-%m-%dT%H:%M"], widget=widget, **kwargs)


def read_id(chosen: str) -> UUID | None:
    """An id that was chosen from a list, None for the answer that says none."""
    return None if chosen in ("", "-") else UUID(chosen)


class Assigned(forms.Form):
    """Whose it is, until when, and why."""

    owner = forms.ChoiceField(label=_("Whose is it?"))
    due_at = Due(label=_("Due by"), required=False)
    because = forms.CharField(label=_("Reason"), max_length=500, widget=REASON)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [NOBODY, *((str(u.id), words.name_of(u)) for u in forces.list_units())]

    @property
    def told(self) -> issue.Owner:
        """The owner and the time."""
        due_at: datetime | None = self.cleaned_data["due_at"]
        return issue.Owner(read_id(self.cleaned_data["owner"]), due_at)


class Raised(forms.Form):
    """What was found."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("What was found?"),
        max_length=300,
        widget=REASON,
        help_text=_(
            "One sentence that somebody else can act on. No names: a wristband code or a plate is enough."
        ),
    )
    sort = forms.ChoiceField(
        label=_("What is it?"), help_text=_("All but a plain problem count on the board of zeros.")
    )
    topic = forms.ChoiceField(label=_("About"))
    place = forms.ChoiceField(label=_("Where"))
    owner = forms.ChoiceField(label=_("Whose is it?"))
    due_at = Due(label=_("Due by"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sort"].choices = [(code, words.say(phrases.SORTS[code])) for code in issue.BY_HAND]
        self.fields["topic"].choices = [(code, words.say(phrases.TOPICS[code])) for code in issue.TOPICS]
        places = [(str(p.id), words.name_of(p)) for p in ports.list_posts(kinds=PLACES) if p.kind != "cabin"]
        self.fields["place"].choices = [NOWHERE, *places]
        self.fields["owner"].choices = [NOBODY, *((str(u.id), words.name_of(u)) for u in forces.list_units())]

    @property
    def found(self) -> issue.Found:
        """What was found, as the service takes it."""
        told = self.cleaned_data
        return issue.Found(
            sort=told["sort"],
            title=told["title"],
            owner=read_id(told["owner"]),
            due_at=told["due_at"],
            topic=told["topic"],
            place=read_id(told["place"]),
        )


class Filtered(forms.Form):
    """Which issues the list shows."""

    state = forms.ChoiceField(label=_("State"), required=False)
    sort = forms.ChoiceField(label=_("Sort"), required=False)
    topic = forms.ChoiceField(label=_("About"), required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    place = forms.RegexField(PLACE, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        states = [
            ("unclosed", _("not closed")),
            ("", _("any")),
            *((c, words.say(s)) for c, s in phrases.STATES.items()),
        ]
        self.fields["state"].choices = states
        anything = ("", _("any"))
        self.fields["sort"].choices = [anything, *((c, words.say(s)) for c, s in phrases.SORTS.items())]
        self.fields["topic"].choices = [anything, *((c, words.say(s)) for c, s in phrases.TOPICS.items())]
        self.fields["owner"].choices = [
            anything,
            *((str(u.id), words.name_of(u)) for u in forces.list_units()),
        ]
