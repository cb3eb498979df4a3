"""How a page says its sentences, times and names, in the language of the request."""

from datetime import datetime
from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

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
def name_of(context: Context, named: Any) -> str:
    """A place by its Chinese name for those who read Chinese, else by its English one."""
    first, second = named.name_en, named.name_zh
    return (second or first) if _find(context).code == "zh" else (first or second)


@register.filter
def in_row(number: int, side: str) -> str:
    """The beginning of the names of a row's fields: ``visit.0``."""
    return f"{side}.{number}"


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
