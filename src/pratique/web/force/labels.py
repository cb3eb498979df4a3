"""What shifts, posts, places, reasons and rules of the force are called on a page, in both languages."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID, uuid4

from django.http import HttpRequest
from django.utils.translation import get_language

from pratique.core.answers import Objection, Refused
from pratique.core.duties.vocabulary import Words
from pratique.services.force import rules
from pratique.store import models
from pratique.web import words

STATES: dict[str, tuple[str, Words]] = {
    "called": ("late", Words("待确认", "Not confirmed")),
    "confirmed": ("good", Words("已确认", "Confirmed")),
    "declined": ("late", Words("不能到岗", "Declined")),
    "no_show": ("late", Words("缺勤", "Did not come")),
    "swapped": ("quiet", Words("已换班", "Swapped")),
    "here": ("good", Words("在岗", "Here")),
    "late": ("late", Words("未到", "Late")),
    "left": ("quiet", Words("已离岗", "Left")),
    "absent": ("late", Words("缺勤", "Absent")),
    "barred": ("late", Words("不能上岗", "May not be here")),
    "valid": ("good", Words("有效", "Valid")),
    "ending": ("late", Words("即将到期", "Ends soon")),
    "lapsed": ("late", Words("已过期", "Lapsed")),
    "never": ("late", Words("未培训", "Never")),
}
"""A state of a call, a holder or a training: how grave, and in words."""
REASONS: dict[str, Words] = {
    "leave": Words("休假", "on leave"),
    "health": Words("健康原因暂不上岗", "on a hold for health"),
    "off": Words("手工撤下", "off duty by hand"),
    "overdue": Words("健康报告或检测逾期", "a health report or test is overdue"),
    "rest": Words("本组轮休", "their crew rests"),
    "run": Words("已连续出动到上限", "called as many days in a row as allowed"),
    "service": Words("车辆停用", "out of service"),
    "unfit": Words("培训或侧别不符合任何岗位", "no place they are trained for, on their side"),
    "turn": Words("轮到他人", "others' turn came first"),
    "quota": Words("单位名额已满", "their unit had given its quota"),
}
BREACHES: dict[str, Words] = {
    "roster-qualification": Words("缺少该岗位所需的有效培训", "Without valid training for the post"),
    "roster-experience": Words("完成的班次不足两个，不得决定豁免", "Too new: two finished shifts are needed"),
    "roster-side": Words(
        "侧别不符(国际、国内分开)", "Of the other side: international and domestic stay apart"
    ),
    "roster-sides": Words("同一人不得兼顾国际、国内", "Nobody works on both sides"),
    "roster-absent": Words("当日不在岗(休假、健康或缺勤)", "Away that day: leave, health or no-show"),
    "roster-not-drawn": Words("当日未被抽调", "Not drawn for that day"),
    "roster-twice": Words("一天只能有一个班次", "One shift a day"),
    "roster-rest": Words("两班之间休息不足 10 小时", "Less than 10 hours of rest between two shifts"),
    "roster-run": Words("连续工作天数超限", "Too many days in a row"),
    "roster-nights": Words("连续夜班超限", "Too many nights in a row"),
    "roster-apart": Words("当日有须回避的人员在岗", "Kept apart from somebody who is there that day"),
    "roster-week-hours": Words("一周工时超限", "Too many hours in the week"),
}
REMEDIES: dict[str, Words] = {
    "roster-not-drawn": Words("抽调空闲人员：{who}", "Draw somebody who is free: {who}"),
    "roster-unqualified": Words("培训空闲人员：{who}", "Train somebody who is free: {who}"),
    "roster-limits": Words(
        "增派人员，或经批准延长工时：{who}", "More people, or leave for more hours: {who}"
    ),
    "roster-no-shift": Words(
        "没有班次覆盖此时段：把前一天一并编排", "No shift covers it: roster the day before too"
    ),
    "roster-not-worth": Words("{who}可以顶上：手工安排", "{who} could: put them there by hand"),
    "roster-short": Words("请各单位增派人员", "More people from the units"),
}
BLOCKS: tuple[tuple[str, Words], ...] = (
    (r"without a valid .+", Words("人无所需有效培训", "without valid training for it")),
    (r"too new for it", Words("人班次不足", "too new for it")),
    (r"of the other side", Words("人属另一侧", "of the other side")),
    (r"on leave or off duty for health", Words("人休假或因健康不上岗", "on leave or off duty for health")),
    (r"not drawn", Words("人未被抽调", "not drawn")),
    (r"at another post that day", Words("人当日在别的岗位", "at another post that day")),
    (r"at rest", Words("人休息中", "at rest")),
    (r"at their most days in a row", Words("人连续天数到限", "at their most days in a row")),
    (r"at their most nights in a row", Words("人连续夜班到限", "at their most nights in a row")),
    (r"at their most hours.*", Words("人工时到限", "at their most hours")),
    (r"free", Words("人空闲", "free")),
)
MEASURES: dict[str, tuple[Words, Words]] = {
    "nights": (Words("夜班", "Nights"), Words("个", "")),
    "weekends": (Words("周末班", "Weekend shifts"), Words("个", "")),
    "hours": (Words("工时", "Hours"), Words("小时", "h")),
    "exposure": (Words("暴露工时", "Exposure"), Words("小时", "h")),
}
SIDES: dict[str, Words] = {
    "international": Words("国际", "International"),
    "domestic": Words("国内", "Domestic"),
    "": Words("不限", "Either"),
}
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
FEW = 3


def say(said: object) -> str:
    """A text of the rules in the language of the page."""
    return said.en if get_language() == "en" else said.zh  # type: ignore[attr-defined, no-any-return]


def say_shift(shift: str) -> str:
    """What a shift is called."""
    rule = rules.get_rules().shifts.get(shift)
    return say(rule.title) if rule else shift


def say_post(post: str) -> str:
    """What a post is called."""
    rule = rules.get_rules().posts.get(post)
    return say(rule.title) if rule else post


def say_module(module: str) -> str:
    """What a training module is called."""
    rule = rules.get_training().modules.get(module)
    return say(rule.title) if rule else module


def has_test(module: str) -> bool:
    """Whether a training module has a test that one takes by oneself."""
    rule = rules.get_training().modules.get(module)
    return rule is not None and bool(rule.questions)


def say_place(place: str, kinds: dict[str, Words]) -> str:
    """A place of a draw: shift and post, or a kind of vehicle."""
    shift, slash, post = place.partition("/")
    if not slash:
        return words.say(kinds[place]) if place in kinds else place
    return f"{say_shift(shift)} · {say_post(post)}"


def say_hours(shift: str) -> str:
    """From when to when a shift is, as 08:00–20:00."""
    rule = rules.get_rules().shifts[shift]
    end = (rule.start_minutes + rule.minutes) % 1440
    return f"{_clock(rule.start_minutes)}–{_clock(end)}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def say_breach(one: Objection) -> str:
    """What a rule has against a duty."""
    return words.say(BREACHES[one.code]) if one.code in BREACHES else one.because


def say_because(text: str) -> str:
    """Why a post stays short: so many people with each obstacle."""
    parts = []
    for part in text.split(", "):
        number, _, what = part.partition(" ")
        known = next((said for pattern, said in BLOCKS if re.fullmatch(pattern, what)), None)
        if known is None or not number.isdigit():
            return text
        parts.append(f"{number} {words.say(known)}")
    return (", " if get_language() == "en" else "，").join(parts)


def say_remedy(code: str, text: str, names: dict[str, str]) -> str:
    """The cheapest thing that would fill a post, with the people it names."""
    if code not in REMEDIES:
        return text
    who = [names[one] for one in find_ids(text) if one in names][:FEW]
    joined = (", " if get_language() == "en" else "、").join(who) or "–"
    return words.say(REMEDIES[code]).format(who=joined)


def find_ids(text: str) -> list[str]:
    """The people that a sentence of the planner names."""
    return _UUID.findall(text)


def name_people(ids: Iterable[str]) -> dict[str, str]:
    """Names by id."""
    wanted = {UUID(one) for one in ids}
    rows = models.Person.objects.filter(id__in=wanted)
    return {str(one.pk): name_person(one) for one in rows}


def name_person(person: models.Person) -> str:
    """What somebody is called."""
    return words.name_of(person) or person.username


def read_day(text: str, fallback: date | None = None) -> date:
    """A day somebody named. Raises `Refused("day_far")` where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        if fallback is not None:
            return fallback
        raise Refused("day_unknown", "give a day such as 2020-04-06") from None


def read_id(text: str | None, code: str) -> UUID:
    """An id of a form. Raises `Refused(code)` where it is none."""
    try:
        return UUID(text or "")
    except ValueError:
        raise Refused(code) from None


def read_form_id(request: HttpRequest) -> UUID:
    """The id a form carries, so that sending it twice is once."""
    try:
        return UUID(request.POST.get("id", ""))
    except ValueError:
        return uuid4()


def say_minute(minutes: int) -> str:
    """A minute of the day as a clock shows it."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def list_days(first_on: date, days: int) -> list[date]:
    """Days in a row."""
    return [first_on + timedelta(days=step) for step in range(days)]
