"""Tags the pages share: icons, places, bars, clocks, and what a figure means."""

import re
from datetime import date, datetime
from functools import cache
from typing import Any

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pratique.core.boards.picture import Row, Segment, Stage
from pratique.core.duties.vocabulary import POSTS, Words
from pratique.formats.words import translate_place
from pratique.protocols import list_protocols
from pratique.services import safety
from pratique.services.dispatch import duration
from pratique.services.tracking.outlook import Outlook
from pratique.store.ids import make_id
from pratique.store.queries.trips import Trip
from pratique.web import words
from pratique.web.cases import phrases as case_phrases
from pratique.web.convoy import phrases
from pratique.web.dispatch import labels
from pratique.web.frame import Frame, make_frame
from pratique.web.gate import may
from pratique.web.health import phrases as health_phrases
from pratique.web.issue import phrases as issue_phrases
from pratique.web.issue import records
from pratique.web.laboratory import phrases as tubes
from pratique.web.petition import phrases as asked
from pratique.web.safety import phrases as safety_phrases
from pratique.web.screening import phrases as screening_phrases
from pratique.web.stay import phrases as stay_phrases
from pratique.web.upward import phrases as upward_phrases

register = template.Library()
TEXTURED = frozenset({Stage.EXPECTED, Stage.TRIP, Stage.HOSPITAL})
TABLES = {
    "stage": words.STAGES,
    "zero": words.ZEROS,
    "role": words.ROLES,
    "source": words.SOURCES,
    "count_hint": words.COUNT_HINTS,
    "channel": words.CHANNELS,
    "attribute": words.ATTRIBUTES,
    "look": words.LOOKS,
    "trip_step": words.TRIP_STEPS,
    "trip_report": words.TRIP_REPORTS,
    "class": labels.CLASSES,
    "cost_part": labels.COST_PARTS,
    "search_state": labels.SEARCH_STATES,
    "ride": words.RIDES,
    "relay": words.RELAYS,
    "bar_state": words.BAR_STATES,
    "sign": words.SIGNS,
    "method": words.METHODS,
    "scope": words.SCOPES,
    "fix": words.FIXES,
    "exception": {code: said for code, (_mark, _gravity, said) in words.EXCEPTIONS.items()},
    "value": words.VALUES,
    "post": POSTS,
    "case_sort": case_phrases.SORTS,
    "case_source": case_phrases.SOURCES,
    "case_place": case_phrases.PLACES,
    "case_entry": case_phrases.ENTRIES,
    "case_fact": case_phrases.FACTS,
    "contact_step": case_phrases.STEPS,
    "contact_act": case_phrases.ACTS,
    "contact_duty": case_phrases.DUTIES,
    "ring": case_phrases.RINGS,
    "positive_fault": case_phrases.FAULTS,
    "petition": asked.SORTS,
    "complaint": asked.ABOUT,
    "petition_outcome": asked.OUTCOMES,
    "help_need": asked.NEEDS,
    "convoy_state": phrases.STATES,
    "incident": phrases.INCIDENTS,
    "convoy_report": phrases.REPORTS,
    "handing": phrases.HANDINGS,
    "upward": upward_phrases.SORTS,
    "told": health_phrases.TOLD,
    "unit_day": health_phrases.UNIT_DAYS,
    "exposure": health_phrases.EXPOSURES,
    "isolation_place": health_phrases.PLACES,
    "fitness": health_phrases.OUTCOMES,
    "staff_result": health_phrases.RESULTS,
    "why_not": health_phrases.REASONS,
    "declared_by": screening_phrases.SOURCES,
    "passing": screening_phrases.SORTS,
    "batch_step": tubes.STEPS,
    "verdict": tubes.VERDICTS,
    "verdict_remedy": tubes.REMEDIES,
    "tube_result": tubes.RESULTS,
    "seen": safety_phrases.ANSWERS,
    "stock_sort": safety_phrases.SORTS,
    "safety_post": safety_phrases.POSTS,
    "eaten": safety_phrases.EATEN,
    "issue_sort": issue_phrases.SORTS,
    "issue_state": issue_phrases.STATES,
    "issue_step": issue_phrases.STEPS,
    "issue_topic": issue_phrases.TOPICS,
    "room_state": stay_phrases.ROOM_STATES,
    "ward": stay_phrases.WARD,
    "room_sort": stay_phrases.ROOM_SORTS,
    "room_why": stay_phrases.WHYS,
    "room_help": stay_phrases.HELPS,
    "room_beside": stay_phrases.BESIDES,
    "room_grade": stay_phrases.GRADES,
    "room_need": stay_phrases.ROOM_NEEDS,
    "diet": stay_phrases.DIETS,
    "gate_reason": stay_phrases.REASONS,
    "gate_todo": stay_phrases.TODO,
    "order_sort": stay_phrases.ORDER_SORTS,
    "order_fault": stay_phrases.ORDER_FAULTS,
    "release_fault": stay_phrases.RELEASE_FAULTS,
    "onward": stay_phrases.ONWARD,
    "exemption_sort": stay_phrases.EXEMPTION_SORTS,
    "way_fault": stay_phrases.EXEMPTION_FAULTS,
    "death_told": stay_phrases.DEATH_TOLD,
    "death_outcome": stay_phrases.TOLD,
}
register.filter("say", words.say)
register.filter("may", may)
register.filter("refusal", words.say_refused)
register.filter("percent", words.say_percent)
register.filter("need", words.say_need)
register.filter("phrase_said", asked.say_phrase)
register.filter("name_of", words.name_of)


@register.filter
def supply(code: str) -> str:
    """What a supply of the rules of internal safety is called."""
    found = safety.get_rules().find_supply(code)
    return words.say(found.title) if found else code


@register.filter
def word(code: str, table: str) -> str:
    """What a code of one of the tables is called."""
    found = TABLES[table].get(code)
    return words.say(found) if found else str(code)


@register.filter
def value_word(value: object) -> str:
    """A value of an attribute as words, where it is one of those that are."""
    return words.say_value(str(value))


@register.filter
def test_day(key: str) -> str:
    """Which day of the stay a test is for, by the key of its duty (``d13day``); empty for a duty without days."""
    found = re.search(r"d(\d+)", key)
    return _("day %(n)s") % {"n": found[1]} if found else ""


@cache
def _index_duties() -> dict[str, Words]:
    return {rule.code: rule.title for protocol in list_protocols() for rule in protocol.obligations}


@register.filter
def duty_title(code: str) -> str:
    """What a duty is called."""
    found = _index_duties().get(code)
    return words.say(found) if found else code


@register.simple_tag
def new_id() -> str:
    """An id for a form, so that sending it twice is sending it once."""
    return str(make_id())


@register.filter
def hours(minutes: int) -> str:
    """Minutes as hours with one decimal."""
    return formats.number_format(minutes / 60, 1)


@register.filter
def place_word(where: str) -> str:
    """Where something stands in a file, in the language of the page."""
    return where if get_language() == "en" else translate_place(where)


@register.filter(name="words")
def split_words(text: str) -> list[str]:
    """The words of a text, to go through in a template."""
    return text.split()


@register.simple_tag
def icon(name: str) -> SafeString:
    """A mark from icons.svg; always beside a word, therefore hidden from screen readers."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("pratique/icons.svg"),
        name,
    )


@register.simple_tag
def place(stage: str, name: str = "") -> SafeString:
    """A place as mark and word; `name` says which hall or facility, else the kind is named."""
    return format_html(
        '<span class="place place-{}"><span class="place-swatch">{}</span>{}</span>',
        stage,
        icon(stage),
        name or word(stage, "stage"),
    )


@register.filter
def origin_name(trip: object) -> str:
    """Where a trip fetches its people: a facility, or where a vehicle broke down."""
    plate = getattr(trip, "broken_plate", "")
    return labels.say_stand(plate) if plate else words.name_of(getattr(trip, "origin", None))


@register.filter
def boards_at(trip: Trip) -> datetime:
    """When a trip's people board, as planned."""
    return duration.find_boarding(trip=trip)


@register.simple_tag
def place_mark(stage: str) -> SafeString:
    """The mark of a place alone, where the word stands nearby."""
    return format_html(
        '<span class="place place-{}"><span class="place-swatch">{}</span></span>', stage, icon(stage)
    )


@register.simple_tag
def exception_word(code: str) -> SafeString:
    """What somebody must settle, as mark and word in the colour of its gravity."""
    mark, gravity, said = words.EXCEPTIONS.get(code, ("ask", "late", Words(code, code)))
    return format_html('<span class="exception tint-{}">{} {}</span>', gravity, icon(mark), words.say(said))


SIGN_MARKS = {"late": ("late", "late"), "silent": ("late", "offline")}
"""Sign → tint and mark of its chip; the others are plain words."""


@register.simple_tag
def trip_sign(outlook: Outlook) -> SafeString:
    """How it stands with a trip on the road: mark and word, minutes if it is late, since when if it is silent."""
    said: str | SafeString = word(outlook.sign, "sign")
    if outlook.sign not in SIGN_MARKS:
        quiet = " is-quiet" if outlook.sign == "untracked" else ""
        return format_html('<span class="sign{}">{}</span>', quiet, said)
    tint, mark = SIGN_MARKS[outlook.sign]
    if outlook.sign == "late":
        said = format_html("{} {}", said, _("%(n)s min") % {"n": outlook.late_minutes})
    else:
        said = format_html("{} · {} {}", said, _("heard"), age(outlook.heard_at))
    return format_html('<span class="chip is-{}">{}{}</span>', tint, icon(mark), said)


@register.filter
def item(table: dict[Any, Any], key: object) -> object:
    """What a table has under a key, None for nothing."""
    return table.get(key)


@register.inclusion_tag("parts/bar.html")
def flight_bar(row: Row) -> dict[str, Any]:
    """A flight's bar; every part opens into its people."""
    href = reverse("flight", args=[row.flight])
    parts = [_part(segment, href) for segment in row.segments]
    return {
        "parts": parts,
        "label": ", ".join(part["title"] for part in parts) or _("Nobody on the list yet"),
    }


def _part(segment: Segment, href: str) -> dict[str, Any]:
    return {
        "stage": segment.stage.value,
        "heads": segment.heads,
        "title": f"{word(segment.stage, 'stage')} {segment.heads}",
        "start": f"{segment.start_percent:.2f}",
        "width": f"{segment.width_percent:.2f}",
        "middle": f"{segment.start_percent + segment.width_percent / 2:.2f}",
        "texture": segment.stage in TEXTURED,
        "href": f"{href}?place={segment.stage}",
    }


@register.inclusion_tag("parts/why.html", takes_context=True)
def why(context: Context, key: str) -> dict[str, Any]:
    """A small question mark that opens what a figure means."""
    title, text = words.DEFINITIONS[key]
    number = context.render_context.get("why", 0) + 1
    context.render_context["why"] = number
    return {"id": f"why-{key}-{number}", "title": words.say(title), "text": words.say(text)}


@register.filter
def hexadecimal(value: bytes | memoryview) -> str:
    """Bytes as they are printed in the bulletin."""
    return bytes(value).hex()


@register.filter
def zero_gravity(zero: str) -> str:
    """How grave it is that this is not nought."""
    return words.GRAVITY.get(zero, "lost")


def _shown(at: datetime, pattern: str) -> str:
    return formats.date_format(timezone.localtime(at), pattern)


@register.filter
def clock(at: datetime | None) -> str | SafeString:
    """An instant as the port's time of day."""
    if not at:  # a template hands '' where it found nothing
        return "–"
    return format_html('<time class="clock" datetime="{}">{}</time>', at.isoformat(), _shown(at, "H:i"))


@register.filter
def moment(at: datetime | None) -> str | SafeString:
    """An instant with its date, for whatever may not be of today."""
    if not at:  # a template hands '' where it found nothing
        return "–"
    return format_html('<time class="clock" datetime="{}">{}</time>', at.isoformat(), _shown(at, "Y-m-d H:i"))


@register.filter
def clock_of(at: datetime | None, on: date) -> str | SafeString:
    """An instant as the port's time of day, with its date where that is not the one it stands under."""
    return clock(at) if at is None or timezone.localdate(at) == on else moment(at)


@register.filter
def age(at: datetime | None) -> str | SafeString:
    """How long ago, or in how long; the browser keeps it current, without it the time of day stands."""
    if not at:  # a template hands '' where it found nothing
        return "–"
    return format_html(
        '<time class="clock" datetime="{}" data-age>{}</time>', at.isoformat(), _shown(at, "H:i")
    )


@register.simple_tag(takes_context=True)
def frame(context: Context) -> Frame | None:
    """What stands around the page; None where a template is rendered without a request."""
    request = context.get("request")
    return make_frame(request) if request is not None else None


@register.simple_tag(takes_context=True)
def record(context: Context, issue: Any) -> SafeString | str:
    """The record an issue comes from, as a link for whoever may look at it."""
    if not issue.record:
        return ""
    said = words.say(issue_phrases.RECORDS[issue.record])
    href = records.find_address(issue)
    if not href or not may(context["request"], records.find_door(issue)):
        return said
    return format_html('<a href="{}">{}</a>', href, said)
