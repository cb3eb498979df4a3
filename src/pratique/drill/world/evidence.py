"""What is done for people, vehicles and staff besides moving them; and what is forgotten."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

from pratique.drill.world.day import DAY_SECONDS, Day
from pratique.drill.world.people import Person
from pratique.drill.world.schedule import HOUR, MINUTE

FORGOTTEN_CHANCE = 0.003
FEVER_CELSIUS = 37.3
HELP_CHANCE = 0.006
NEEDS = ("medicine", "baby food", "a call home", "a doctor", "an interpreter", "a vegetarian meal")
INSPECT_EVERY_DAYS = 7
OPENED_DAYS = 28
SHIFTS = (("night", -1, 20 * HOUR), ("day", 0, 8 * HOUR), ("night", 0, 20 * HOUR))
"""The shifts that touch a day: their name, the day on which they begin, and when on it."""
SHIFT_SECONDS = 12 * HOUR
SHIFT_BEGINS = 8 * HOUR
SIGNING_DESKS = ("commander", "screener", "epidemiologist")
DAYS_BEFORE = (-4, -3, -2)
"""Desks that sign, and the days before on which their people had a day's shift: nobody decides an exemption while new."""


@dataclass(frozen=True, slots=True)
class Deed:
    """A piece of evidence: what was done for whom, in the words of the protocols.

    `key` names it for ever, `about` is the key of the deed it belongs to, `subject` a key of this world. A deed that is
    `forgotten` was owed and not done: nobody hears of it.
    """

    second: int
    key: str
    kind: str
    subject: str
    record: str
    attributes: Mapping[str, object] = field(default_factory=dict)
    about: str = ""
    forgotten: bool = False


@dataclass(frozen=True, slots=True)
class Shift:
    """One crew's twelve hours: its name, the day it is counted to, begin and end."""

    name: str
    day_offset: int
    begins_second: int
    crew: str

    @property
    def ends_second(self) -> int:
        """When the next crew takes over."""
        return self.begins_second + SHIFT_SECONDS


def list_shifts(day: Day) -> tuple[Shift, ...]:
    """Last night's, the day's and tonight's."""
    return tuple(
        Shift(
            name,
            offset,
            offset * DAY_SECONDS + begins,
            day.port.crew_on(day.on + timedelta(days=offset), name),
        )
        for name, offset, begins in SHIFTS
    )


def list_deeds(day: Day) -> list[Deed]:
    """Every deed of the day, the forgotten ones among them, in the order of time."""
    rng = day.stream("evidence")
    deeds = [
        *_open(day),
        *_screen(day, rng),
        *_take_rounds(day, rng),
        *_help(day, rng),
        *_serve_rides(day, rng),
        *_report(day, rng),
        *_hand_over(day),
        *_inspect(day, rng),
        *_disinfect_places(day),
    ]
    return sorted(map(_forget_today_only, deeds), key=lambda deed: (deed.second, deed.key))


def _forget_today_only(deed: Deed) -> Deed:
    """Earlier days are as they should be, so that what is overdue today was forgotten today."""
    return replace(deed, forgotten=False) if deed.second < 0 else deed


def _open(day: Day) -> Iterator[Deed]:
    """What was done before the day: units joined, vehicles taken on, facilities opened and inspected, people trained."""
    begins = -OPENED_DAYS * DAY_SECONDS + 8 * HOUR
    for unit in day.port.units:
        yield Deed(-DAY_SECONDS + 5 * HOUR, f"{unit.key}/joined", "unit", unit.key, "joined")
        yield Deed(-DAY_SECONDS + 8 * HOUR, f"{unit.key}/report/before", "unit", unit.key, "nil_report")
    for vehicle in sorted({ride.vehicle for ride in day.truth.rides} | {v.key for v in day.port.vehicles}):
        yield Deed(begins, f"{vehicle}/joined", "vehicle", vehicle, "joined")
    for officer in day.port.officers:
        trained = {"module": "protection and transfer", "passed": True}
        yield Deed(
            -6 * DAY_SECONDS + 9 * HOUR, f"{officer.key}/training", "staff", officer.key, "training", trained
        )
    for name in SIGNING_DESKS:
        desk = f"desk:{name}"
        trained = {"module": "protection and transfer", "passed": True}
        yield Deed(-6 * DAY_SECONDS + 9 * HOUR, f"{desk}/training", "staff", desk, "training", trained)
        for offset in DAYS_BEFORE:
            second = offset * DAY_SECONDS + SHIFT_BEGINS + 10 * MINUTE
            yield Deed(
                second,
                f"{desk}/health/{offset}",
                "staff",
                desk,
                "health_report",
                {"well": True, "celsius": 36.5},
            )
    for number, post in enumerate(day.port.of_kind("facility")):
        since = (day.on.toordinal() + number) % INSPECT_EVERY_DAYS
        for week in range(OPENED_DAYS // INSPECT_EVERY_DAYS, -1, -1):
            second = -(since + week * INSPECT_EVERY_DAYS) * DAY_SECONDS + 9 * HOUR
            if week == OPENED_DAYS // INSPECT_EVERY_DAYS:
                yield Deed(second - HOUR, f"{post.key}/opened", "facility", post.key, "opened")
            if second < 0:
                passed = {"passed": True}
                yield Deed(
                    second, f"{post.key}/inspection/{second}", "facility", post.key, "inspection", passed
                )


def _screen(day: Day, rng: Random) -> Iterator[Deed]:
    """At the desk: temperature and questions, channel, the measure and the rights that go with it."""
    for key, second in day.truth.screened.items():
        person = day.people[key]
        ill = person.bound == "hospital"
        channel = _channel_of(person)
        heat = round(rng.uniform(37.6, 39.2) if ill else rng.uniform(36.0, 37.1), 1)
        told = {"celsius": heat, "method": "forehead", "symptomatic": ill}
        temperature = Deed(second - 90, f"{key}/temperature", "traveller", key, "temperature", told)
        yield temperature
        if heat >= FEVER_CELSIUS:
            yield Deed(
                second + 8 * MINUTE, f"{key}/assessment", "traveller", key, "assessment",
                {"outcome": "refer"}, temperature.key,
            )  # fmt: skip
        yield Deed(second, f"{key}/screened", "traveller", key, "screened", {"channel": channel})
        if channel == "symptomatic":
            yield from _see_to_the_ill(key, second)
        if person.bound in ("facility", "hospital", "prefecture", "home"):
            measure = f"{key}/measure"
            words = {"language": _language_of(person, rng), "understood": True}
            missed = rng.random() < FORGOTTEN_CHANCE
            yield Deed(second - 60, f"{key}/notice", "traveller", key, "notice", words, measure, missed)
            ordered = {"measure": "home isolation" if person.bound == "home" else "central isolation"}
            yield Deed(second, measure, "traveller", key, "measure_ordered", ordered)


ILL_STEPS = (("detect", 2), ("interview", 14), ("report", 35), ("isolate_refer", 50))
"""The steps for somebody ill, and how many minutes after the channel was given each is done."""


def _see_to_the_ill(key: str, second: int) -> Iterator[Deed]:
    """Detect, interview, report, isolate and refer, one after the other."""
    for step, minutes in ILL_STEPS:
        yield Deed(
            second + minutes * MINUTE, f"{key}/ill/{step}", "traveller", key, "ill_step", {"step": step}
        )


def _channel_of(person: Person) -> str:
    if person.role == "crew":
        return "crew"
    if person.bound == "transit":
        return "transit"
    return {"case": "symptomatic", "contact": "contact", "ordinary": "ordinary"}[person.risk_class]


def _language_of(person: Person, rng: Random) -> str:
    return rng.choices(("zh", "en", "th", "my", "lo", "vi"), (70, 12, 6, 5, 4, 3))[0]


def _take_rounds(day: Day, rng: Random) -> Iterator[Deed]:
    """Twice a day in every facility: temperature and symptoms of everybody who is there."""
    for sighting in day.truth.sightings:
        if sighting.on != "round" or not sighting.custodian.startswith("facility:"):
            continue
        told = {"celsius": round(rng.uniform(36.0, 37.1), 1), "method": "ear", "symptomatic": False}
        yield Deed(
            sighting.second, f"{sighting.person}/round/{sighting.second}", "traveller", sighting.person,
            "temperature", told, "", rng.random() < FORGOTTEN_CHANCE,
        )  # fmt: skip


def _help(day: Day, rng: Random) -> Iterator[Deed]:
    """Some ask for help in their rooms, and are answered."""
    for key, steps in day.truth.steps.items():
        last = steps[-1]
        if last.custodian.startswith("facility:") and rng.random() < HELP_CHANCE:
            second = max(last.second, 0) + rng.randint(20 * MINUTE, 5 * HOUR)
            asked = f"{key}/help"
            yield Deed(second, asked, "traveller", key, "help_request", {"need": rng.choice(NEEDS)})
            answered = second + rng.randint(6, 25) * MINUTE
            yield Deed(answered, f"{asked}/answer", "traveller", key, "help_answer", {}, asked)


def _serve_rides(day: Day, rng: Random) -> Iterator[Deed]:
    """After each trip: heads counted on and off, the vehicle disinfected."""
    for ride in day.truth.rides:
        agreed = ride.broke_down_second is not None or rng.random() >= FORGOTTEN_CHANCE
        yield Deed(
            ride.returned_second,
            f"{ride.key}/count",
            "trip",
            ride.key,
            "count",
            {"agreed": True},
            "",
            not agreed,
        )
        done = {"agent": "chlorine 1000 mg/l", "minutes": 20}
        missed = rng.random() < FORGOTTEN_CHANCE
        yield Deed(
            ride.disinfected_second, f"{ride.key}/disinfection", "vehicle", ride.vehicle, "disinfection",
            done, "", missed,
        )  # fmt: skip


def _report(day: Day, rng: Random) -> Iterator[Deed]:
    """Every officer reports their health, every unit something or nothing; one of each keeps silent."""
    today = [shift for shift in list_shifts(day) if shift.day_offset == 0]
    silent = rng.choice([o for shift in today for o in day.port.officers if o.crew == shift.crew]).key
    for shift in list_shifts(day):
        for officer in day.port.officers:
            if officer.crew == shift.crew:
                told = {"well": True, "celsius": round(rng.uniform(36.0, 36.9), 1)}
                yield Deed(
                    shift.begins_second + rng.randint(5, 40) * MINUTE,
                    f"{officer.key}/health/{shift.begins_second}", "staff", officer.key, "health_report", told, "",
                    officer.key == silent and shift in today,
                )  # fmt: skip
    quiet = rng.choice(day.port.units).key
    for unit in day.port.units:
        word = "report" if rng.random() < 0.15 else "nil_report"
        second = rng.randint(6 * HOUR + 10 * MINUTE, 9 * HOUR + 40 * MINUTE)
        yield Deed(second, f"{unit.key}/report", "unit", unit.key, word, {}, "", unit.key == quiet)
        after = second + DAY_SECONDS
        if after < day.end_second:
            yield Deed(after, f"{unit.key}/report/after", "unit", unit.key, "nil_report")


def _hand_over(day: Day) -> Iterator[Deed]:
    """One crew to the next: both sign."""
    for shift in list_shifts(day):
        name = f"{day.on + timedelta(days=shift.day_offset)}/{shift.name}"
        second = shift.ends_second + 6 * MINUTE
        yield Deed(second, f"shift/{name}/handover", "shift", name, "handover", {"both_signed": True})


def _inspect(day: Day, rng: Random) -> Iterator[Deed]:
    """Each facility once a week, by its place in the list; one of today's is left out."""
    due = [post for n, post in enumerate(day.port.of_kind("facility")) if is_inspected(day, n)]
    left_out = rng.choice(due).key if due else ""
    for post in due:
        second = rng.randint(9 * HOUR, 18 * HOUR)
        yield Deed(
            second, f"{post.key}/inspection", "facility", post.key, "inspection", {"passed": True}, "",
            post.key == left_out,
        )  # fmt: skip


def _disinfect_places(day: Day) -> Iterator[Deed]:
    """Halls and holding areas are disinfected in every shift."""
    done = {"agent": "chlorine 500 mg/l", "minutes": 30}
    for number, post in enumerate((*day.port.of_kind("hall"), *day.port.of_kind("holding"))):
        yield Deed(-DAY_SECONDS + 6 * HOUR, f"{post.key}/opened", "place", post.key, "opened")
        for offset in (-1, 0, 1):
            for hour in (9, 17, 23):
                second = offset * DAY_SECONDS + hour * HOUR + number * 7 * MINUTE
                yield Deed(
                    second, f"{post.key}/disinfection/{second}", "place", post.key, "disinfection", done
                )


def is_inspected(day: Day, number: int) -> bool:
    """Whether the facility of that place in the list is due today."""
    return (day.on.toordinal() + number) % INSPECT_EVERY_DAYS == 0
