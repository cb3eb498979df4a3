"""A small world for tracing: times in minutes, cabins by rows, editions of a few lines."""

from datetime import UTC, date, datetime, timedelta

from pratique.core.tracing.cabin import Cabin, Section
from pratique.core.tracing.case import Case
from pratique.core.tracing.edition import Definition, Edition, Grade, Near, Only, Rule, Said, Window
from pratique.core.tracing.presence import Place, PlaceId, Presence, Setting, Whereabouts, Who

START = datetime(2020, 3, 14, tzinfo=UTC)
SAID = Said("某", "some")
NARROW = Cabin(
    {1: "-DEF"} | dict.fromkeys((*range(2, 13), *range(14, 31)), "ABC-DEF"),
    (Section("front", 1, 12), Section("rear", 14, 30)),
)
"""A single aisle without a row 13, like the A320 of the published seat map."""
TWIN = Cabin(dict.fromkeys(range(6, 10), "AC-DG-JL") | dict.fromkeys(range(31, 50), "AC-DEFG-JL"))
"""Two aisles; rows 10 to 30 do not exist."""


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def be(who: str, place: str, since: float, until: float, seat: str = "", **more: object) -> Presence:
    return Presence(Who(who), PlaceId(place), at(since), at(until), seat, **more)


def place(name: str, setting: Setting, **more: object) -> Place:
    return Place(PlaceId(name), setting, **more)


def rule(code: str, setting: Setting, grade: Grade = Grade.CLOSE, **more: object) -> Rule:
    return Rule(code, (setting,), grade, SAID, "s", **more)


ROWS = rule("rows", Setting.CABIN, near=Near.ROWS, distance=3, only=Only.TRAVELLERS)
SEATS = rule("seats", Setting.CABIN, near=Near.SEATS, distance=2, only=Only.TRAVELLERS)
CREW = rule(
    "crew",
    Setting.CABIN,
    near=Near.SECTION,
    only=Only.STAFF,
    protection_from=2,
    protected=Grade.GENERAL,
)
OTHERS = rule("others", Setting.CABIN, Grade.GENERAL)


def edition(*rules: Rule, hours: int = 48, near: bool = True, whole_days: bool = False) -> Edition:
    return Edition(
        code="test",
        jurisdiction="XX",
        from_on=date(2020, 1, 1),
        until_on=None,
        title=SAID,
        sources={"s": SAID},
        unknown_seat_near=near,
        window=Window(hours, hours, whole_days, "s"),
        definitions=(Definition("confirmed", SAID, (("positive",),), True, "s"),),
        rules=rules,
    )


def case(
    who: str, *, onset: float | None = 0, isolated: float | None = None, sampled: float | None = None
) -> Case:
    return Case(
        f"case of {who}",
        Who(who),
        None if onset is None else at(onset),
        None if sampled is None else at(sampled),
        None if isolated is None else at(isolated),
    )


def world(places: list[Place], presences: list[Presence]) -> Whereabouts:
    return Whereabouts(places=places, presences=presences)
