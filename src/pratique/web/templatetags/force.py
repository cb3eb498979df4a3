"""Words of the force in templates."""

from uuid import uuid4

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pratique.web import words
from pratique.web.dispatch.labels import KINDS
from pratique.web.force import labels
from pratique.web.templatetags.desk import icon

register = template.Library()
register.filter("shift_word", labels.say_shift)
register.filter("shift_hours", labels.say_hours)
register.filter("post_word", labels.say_post)
register.filter("module_word", labels.say_module)
register.filter("has_test", labels.has_test)
register.filter("minute_clock", labels.say_minute)
register.filter("rule_word", labels.say)
register.filter("person_word", labels.name_person)


@register.filter
def place_word(place: str) -> str:
    """A place of a draw."""
    return labels.say_place(place, KINDS)


@register.filter
def reason_word(code: str) -> str:
    """Why somebody was not drawn, or is away."""
    return words.say(labels.REASONS[code]) if code in labels.REASONS else code


@register.filter
def side_word(side: str) -> str:
    """A side of the port."""
    return words.say(labels.SIDES[side]) if side in labels.SIDES else side


@register.simple_tag
def state_sign(state: str) -> SafeString:
    """A state as a chip: word, mark and colour."""
    grave, said = labels.STATES[state]
    mark = "" if grave == "quiet" else icon(grave)
    return format_html('<span class="chip is-{}">{} {}</span>', grave, mark, words.say(said))


@register.simple_tag(name="uuid")
def make_uuid() -> str:
    """An id for a form, so that sending it twice is once."""
    return str(uuid4())
