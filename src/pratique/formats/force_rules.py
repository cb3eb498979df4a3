"""The force as data, two TOML files: shifts, patterns, posts, demand and draw; training modules with their tests.

`protocols/force/` and `protocols/training/` hold the shipped editions. Every fault is named with place and remedy, and a file
with one is not used.
"""

from collections.abc import Iterator
from datetime import date

import msgspec

from pratique.core.answers import Problem
from pratique.core.duties.vocabulary import Words
from pratique.formats import toml_text
from pratique.formats.words import Twin

REMEDY = Words(
    "参见随附版本 protocols/force/cn-2020.toml", "see the shipped edition, protocols/force/cn-2020.toml"
)
TRAINING_REMEDY = Words(
    "参见随附版本 protocols/training/cn-2020.toml", "see the shipped edition, protocols/training/cn-2020.toml"
)


class _Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file: a field that is not known is a fault."""


class Said(_Form, frozen=True):
    """A text in both languages."""

    zh: str
    en: str


class Shift(_Form, frozen=True):
    """A span of duty: minutes after 00:00 at which it starts, and how long it is."""

    title: Said
    start_minutes: int
    minutes: int
    night: bool = False


class Pattern(_Form, frozen=True):
    """Turns that repeat day by day from `anchor_on` (a shift, or empty for rest), and where in them each crew stood then."""

    title: Said
    anchor_on: date
    turns: tuple[str, ...]
    crews: dict[str, int]


class Post(_Form, frozen=True):
    """A post with what it asks of its holder, what its holder answers for, and how many are wanted there.

    `count` is by shift and always; flights add one for every `heads_each` heads, from and until so many minutes about their
    arrival; trips of the plan in force add `per_trip` each. Fewer than `least` confirmed holders is an alarm.
    """

    title: Said
    needs: tuple[str, ...] = ()
    side: str = ""
    exposure: float = 0.0
    shifts_before: int = 0
    least: int = 0
    leads: bool = False
    count: dict[str, int] = {}
    under: float = 0.0
    heads_each: int = 0
    from_minutes: int = 0
    until_minutes: int = 60
    per_trip: float = 0.0
    duties: tuple[Said, ...] = ()


class DrawRules(_Form, frozen=True):
    """The daily draw: how many officers, how many vehicles of each kind, and at most so many days in a row."""

    officers: int
    run_max: int
    vehicles: dict[str, int]


class Limits(_Form, frozen=True):
    """Everybody's hard limits."""

    run_max: int
    nights_run_max: int
    week_minutes_max: int


class Weights(_Form, frozen=True):
    """What a roster is judged by besides posts filled."""

    off_pattern: float
    off_post: float
    fairness: dict[str, float]


class ForceRules(_Form, frozen=True, rename={"from_on": "from"}):
    """One edition. `pattern` is the one in use, `days` how long a roster is, `levels` what a flight's protection level
    multiplies; a post with fewer than its least `alarm_minutes` ahead alarms. A post of `high_exposure` or
    more is of high risk; somebody is at the risk of a post until `idle_days` without a shift have passed."""

    code: str
    jurisdiction: str
    from_on: date
    title: Said
    source: Said
    pattern: str
    days: int
    rest_minutes: int
    under: float
    over: float
    alarm_minutes: int
    high_exposure: float
    idle_days: int
    shifts: dict[str, Shift]
    patterns: dict[str, Pattern]
    posts: dict[str, Post]
    levels: dict[str, float]
    draw: DrawRules
    limits: Limits
    weights: Weights


class Question(_Form, frozen=True):
    """A question with its answers; `right` is the number of the right one, from 0."""

    ask: Said
    answers: tuple[Said, ...]
    right: int


class Module(_Form, frozen=True):
    """What is taught, for how many days it holds, and the share of its test that must be right."""

    title: Said
    valid_days: int
    pass_share: float
    questions: tuple[Question, ...] = ()


class TrainingRules(_Form, frozen=True, rename={"from_on": "from"}):
    """One edition of the modules."""

    code: str
    jurisdiction: str
    from_on: date
    title: Said
    source: Said
    modules: dict[str, Module]


def read_force(*, data: bytes) -> tuple[ForceRules | None, tuple[Problem, ...]]:
    """The rules of the force, or None with what is wrong."""
    document, faults = toml_text.take_apart(
        data=data, prefix="force-rules", remedy=REMEDY.en, remedy_zh=REMEDY.zh
    )
    if document is None:
        return None, faults
    try:
        found = msgspec.convert(document, ForceRules)
    except msgspec.ValidationError as error:
        return None, (_fault("form", *_place(error), REMEDY),)
    problems = tuple(_hold_force(found))
    return (None if problems else found), problems


def read_training(*, data: bytes) -> tuple[TrainingRules | None, tuple[Problem, ...]]:
    """The training modules, or None with what is wrong."""
    document, faults = toml_text.take_apart(
        data=data, prefix="force-rules", remedy=TRAINING_REMEDY.en, remedy_zh=TRAINING_REMEDY.zh
    )
    if document is None:
        return None, faults
    try:
        found = msgspec.convert(document, TrainingRules)
    except msgspec.ValidationError as error:
        return None, (_fault("form", *_place(error), TRAINING_REMEDY),)
    problems = tuple(_hold_training(found))
    return (None if problems else found), problems


def _place(error: msgspec.ValidationError) -> tuple[str, Words]:
    message, _, where = str(error).partition(" - at ")
    return where.strip("`").removeprefix("$.") or "file", toml_text.say_form(message)


def _fault(code: str, where: str, message: Words, remedy: Words) -> Problem:
    return Twin(f"force-rules-{code}", where, message.en, remedy.en, True, message.zh, remedy.zh)


def _no_shift(name: str) -> Words:
    return Words(f"没有班次“{name}”", f"there is no shift {name}")


def _hold_force(found: ForceRules) -> Iterator[Problem]:
    """What the form alone cannot show."""
    if found.pattern not in found.patterns:
        said = Words(f"没有轮班方式“{found.pattern}”", f"there is no pattern {found.pattern}")
        yield _fault("unknown", "pattern", said, Words("请填 [patterns] 之一", "name one of [patterns]"))
    for name, pattern in found.patterns.items():
        for turn in pattern.turns:
            if turn and turn not in found.shifts:
                yield _fault(
                    "unknown",
                    f"patterns.{name}.turns",
                    _no_shift(turn),
                    Words("请填班次，或留空", "name shifts or leave empty"),
                )
        if not pattern.turns or not pattern.crews:
            said = Words("没有轮次或没有班组", "it has no turns or no crews")
            yield _fault("missing", f"patterns.{name}", said, REMEDY)
    for name, shift in found.shifts.items():
        if not 0 <= shift.start_minutes < 1440 or not 0 < shift.minutes <= 1440:
            said = Words(
                "班次须在一天之内开始，最长一天", "a shift starts within a day and lasts a day at most"
            )
            yield _fault("range", f"shifts.{name}", said, REMEDY)
    for name, post in found.posts.items():
        for shift in post.count:
            if shift not in found.shifts:
                one_of = Words("请填 [shifts] 之一", "name one of [shifts]")
                yield _fault("unknown", f"posts.{name}.count", _no_shift(shift), one_of)
        if min((*post.count.values(), post.heads_each, post.least, post.shifts_before)) < 0:
            said = Words("有数字小于0", "a number is below 0")
            yield _fault("range", f"posts.{name}", said, Words("请填0或更大的数", "give 0 or more"))
    if found.idle_days < 1:
        said = Words("天数不足1", "it is less than a day")
        yield _fault("range", "idle_days", said, Words("请填1或更大", "give 1 or more"))
    if found.draw.officers < 0 or found.draw.run_max < 1:
        yield _fault(
            "range",
            "draw",
            Words("有数字太小", "a number is too small"),
            Words("人数请填0或更大，天数请填1或更大", "give 0 officers or more, 1 day or more"),
        )


def _hold_training(found: TrainingRules) -> Iterator[Problem]:
    for name, module in found.modules.items():
        if module.valid_days < 1 or not 0 < module.pass_share <= 1:
            yield _fault(
                "range",
                f"modules.{name}",
                Words(
                    "有效天数不足一天，或合格比例不在0至1之间",
                    "it holds no day, or its share is not within 0 and 1",
                ),
                TRAINING_REMEDY,
            )
        for number, question in enumerate(module.questions):
            if not 0 <= question.right < len(question.answers):
                yield _fault(
                    "range",
                    f"modules.{name}.questions[{number}].right",
                    Words("没有这个编号的答案", "no answer has this number"),
                    Words("答案从0起编号", "count answers from 0"),
                )
