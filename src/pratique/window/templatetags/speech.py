"""How a page says its sentences, times and names, in the language of the request."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pratique.services.window.measures import Measure
from pratique.services.window.standing import Law
from pratique.window.tongue import Tongue

register = template.Library()


def _find(context: Context) -> Tongue:
    found: Tongue = context["tongue"]
    return found


@register.simple_tag(takes_context=True)
def say(context: Context, key: str, **filled: Any) -> SafeString:
    """A sentence of the page's language."""
    return _find(context).show(key, **{name: _write(context, value) for name, value in filled.items()})


@register.simple_tag(takes_context=True)
def say_plain(context: Context, key: str) -> str:
    """The same as plain text, for a title or an attribute."""
    return _find(context).say(key)


@register.simple_tag(takes_context=True)
def say_titled(context: Context, key: str, place: str, law: Law) -> SafeString:
    """A sentence with the title of a rule or law in its place. Of a rule of the port's own that the sheet does not name it is the title
    as the rule has it, in Chinese or English; whoever reads another language gets the English one, marked as such."""
    spoken, mark, title = _find(context), "\0", law.title
    if law.key in spoken.sheet.sentences:
        return format_html("{}", spoken.say(key, **{place: spoken.say(law.key)}))
    before, _, after = spoken.say(key, **{place: mark}).partition(mark)
    if spoken.code == "zh":
        return format_html("{}{}{}", before, title.zh, after)
    return format_html('{}<span lang="en">{}</span>{}', before, title.en, after)


@register.simple_tag(takes_context=True)
def name_of(context: Context, named: Any) -> str:
    """A place by its Chinese name for those who read Chinese, else by its English one."""
    first, second = named.name_en, named.name_zh
    return (second or first) if _find(context).code == "zh" else (first or second)


MEASURES = {
    "central isolation": "rights.central",
    "home isolation": "rights.home",
    "extend": "orders.extend",
    "reduce": "orders.reduce",
    "removal": "orders.removal",
    "stay": "object.stay",
}
"""What was ordered → the sentence that names it."""
ROLES = {
    "duty_commander": "role.commander",
    "health_lead": "role.epidemiologist",
    "command_office": "role.commander",
}
"""The rank of a signature → the role as travellers know it."""


@register.simple_tag(takes_context=True)
def measure(context: Context, one: Measure) -> str:
    """What was ordered, in the language of the page; a word of the staff's as it stands."""
    filled: dict[str, object] = {"days": one.order.days if one.order else ""}
    if one.receiver is not None:
        filled["place"] = name_of(context, one.receiver)
    key = MEASURES.get(one.word)
    return _find(context).say(key, **filled) if key else one.word


@register.simple_tag(takes_context=True)
def reason(context: Context, one: Measure) -> str:
    """Why it was ordered: of an order as it was written, of a removal in the language of the page."""
    key = f"why.{one.because}"
    known = one.word == "removal" and key in _find(context).sheet.sentences
    return _find(context).say(key) if known else one.because


@register.simple_tag(takes_context=True)
def who_ordered(context: Context, one: Measure) -> str:
    """In which roles an order was signed, or a removal was asked for (by `roles` of the page), and at which port."""
    if one.order is not None:
        keys = [ROLES.get(rank, "role.other") for rank in one.ranks]
    else:
        keys = [f"role.{context['roles'].get(one.id)}"]
    spoken = _find(context)
    said = [spoken.say(key if key in spoken.sheet.sentences else "role.other") for key in keys]
    return " · ".join([", ".join(said), name_of(context, context["port"])])


CARE = frozenset({"injured", "birth", "needs", "along"})
"""Why somebody is taken elsewhere for their own care; every other reason is that an infection may spread."""


@register.simple_tag(takes_context=True)
def law(context: Context, one: Measure) -> str:
    """What a removal rests on, by why it was ordered."""
    return _find(context).say("orders.law_care" if one.because in CARE else "orders.law_spread")


@register.filter
def in_row(number: int, side: str) -> str:
    """The beginning of the names of a row's fields: ``visit.0``."""
    return f"{side}.{number}"


@register.filter
def by_day(looks: Sequence[tuple[datetime, str]]) -> list[tuple[str, int, list[tuple[str, list[str]]]]]:
    """Looks by the port's day: the day, how many, and at which times in each role."""
    days: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for at, role in looks:
        day, time = _show(at).split()
        days[day][role].append(time)
    return [(day, sum(map(len, roles.values())), list(roles.items())) for day, roles in days.items()]


@register.simple_tag
def moment(at: datetime) -> SafeString:
    """An instant in the port's time, as everybody can read it."""
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), _show(at))


def _show(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def _write(context: Context, value: Any) -> object:
    if isinstance(value, datetime):
        return _show(value)
    return name_of(context, value) if hasattr(value, "name_en") else value
