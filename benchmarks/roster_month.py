"""An invented month: eight units give 36 officers and 15 vehicles a day; three crews, two shifts; leave, illness, training.

Everybody is invented. Each day is drawn by `core.roster.draw` from those whose crew works that day and who are there; who is
drawn may be rostered that day.
"""

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pratique.core.roster.draw import Candidate, Place, draw
from pratique.core.roster.problem import (
    Absence,
    Demand,
    Limits,
    Pattern,
    Person,
    Post,
    Qualification,
    RosterProblem,
    Shift,
    Team,
    Weights,
)

FIRST_ON = date(2020, 4, 1)
DAYS = 30
UNITS = tuple(f"unit-{number}" for number in range(1, 9))
OFFICERS_EACH = 15
OFFICERS_A_DAY, VEHICLES_A_DAY = 36, 15
CREWS = ("A", "B", "C")
TEAMS_EACH = 4
SHIFTS = {
    "D": Shift("D", 8 * 60, 720),
    "N": Shift("N", 20 * 60, 720, night=True),
}
POSTS = {
    one.id: one
    for one in (
        Post("command", ("ppe", "command")),
        Post("information", ("ppe",), exposure=0.1),
        Post("screening-international", ("ppe",), "international", exposure=1.0),
        Post("screening-domestic", ("ppe",), "domestic", exposure=0.3),
        Post("exemptions", ("ppe",), "international", exposure=0.6, shifts_before=2),
        Post("escort", ("ppe",), "international", exposure=0.8),
        Post("driver-large", ("ppe", "licence-L"), "international", exposure=0.7),
        Post("driver-small", ("ppe", "licence-S"), "international", exposure=0.7),
        Post("reserve", ("ppe",)),
    )
}
# By shift: 18 posts each; the hours of the night's escorts follow the flights.
WANTED = {
    "command": (1, 1),
    "information": (2, 2),
    "screening-international": (3, 3),
    "screening-domestic": (2, 2),
    "exemptions": (1, 1),
    "escort": (3, 3),
    "driver-large": (2, 2),
    "driver-small": (3, 3),
    "reserve": (1, 1),
}
UNDER = {"command": 200.0, "reserve": 20.0}
WEIGHTS = Weights(20.0, 1.0, {"nights": 4.0, "weekends": 4.0, "hours": 0.02, "exposure": 0.05})


@dataclass(frozen=True, slots=True)
class Month:
    """The problem, and what was drawn each day."""

    problem: RosterProblem
    units: tuple[str, ...]
    officers: list[int]
    vehicles: list[int]
    officer_days: Counter[str]
    vehicle_days: Counter[str]
    short: int


def invent(*, seed: int) -> Month:
    """Draw and set up the month."""
    random_ = random.Random(seed)
    people = {one.id: one for unit in UNITS for one in _officers(unit, random_)}
    teams = {
        f"{crew}{number}": Team(f"{crew}{number}", "three-crews", crew)
        for crew in CREWS
        for number in range(TEAMS_EACH)
    }
    pattern = Pattern("three-crews", ("D", "N", None), {"A": 0, "B": 1, "C": 2})
    demands = tuple(
        demand
        for day in range(DAYS)
        for post, counts in WANTED.items()
        for demand in _wanted(post, day, counts)
    )
    problem = RosterProblem(
        "month", FIRST_ON, DAYS, SHIFTS, POSTS, demands, people, {pattern.id: pattern}, teams, 600, WEIGHTS
    )
    officers, days, short = _draw_officers(problem, pattern)
    fleet = {f"{unit}-v{number}": (unit, number) for unit in UNITS for number in range(4)}
    vehicles, vehicle_days = _draw_vehicles(fleet, random_)
    drawn = {who: frozenset(day for day, some in enumerate(officers) if who in some) for who in people}
    people = {who: replace(one, drawn=drawn[who]) for who, one in people.items()}
    return Month(
        replace(problem, people=people),
        UNITS,
        [len(some) for some in officers],
        [len(some) for some in vehicles],
        Counter({who: days.get(who, 0) for who in people}),
        Counter({who: vehicle_days.get(who, 0) for who in fleet}),
        short,
    )


def _officers(unit: str, random_: random.Random) -> list[Person]:
    found = []
    for number in range(OFFICERS_EACH):
        held = [Qualification("ppe", FIRST_ON - timedelta(days=30), FIRST_ON + timedelta(days=60))]
        if random_.random() < 0.05:
            held = [Qualification("ppe", FIRST_ON, FIRST_ON + timedelta(days=random_.randint(8, 25)))]
        held += [Qualification("licence-S")] * (number % 2 == 0) + [Qualification("licence-L")] * (
            number % 4 < 1
        )
        held += [Qualification("command")] * (number in (1, 6, 11))
        absences = []
        for reason, chance, length in (("leave", 0.3, 4), ("symptoms", 0.06, 5), ("isolation", 0.04, 14)):
            if random_.random() < chance:
                first = FIRST_ON + timedelta(days=random_.randrange(DAYS - 2))
                absences.append(Absence(reason, first, first + timedelta(days=length - 1)))
        found.append(
            Person(
                f"{unit}-{number:02d}",
                unit,
                f"{CREWS[number % 3]}{number // 3 % TEAMS_EACH}",
                "domestic" if number >= 12 else "international",
                tuple(held),
                tuple(absences),
                Limits(minutes_max=15 * 720, week_minutes_max=5 * 720, run_max=4, nights_run_max=3),
                shifts_before=0 if random_.random() < 0.2 else 10,
            )
        )
    return found


def _wanted(post: str, day: int, counts: tuple[int, int]) -> list[Demand]:
    by_day, by_night = counts
    under = UNDER.get(post, 100.0)
    spans = ((0, 480, by_night), (480, 1200, by_day), (1200, 1440, by_night))
    return [
        Demand(post, day, count, under, 1.0, first, until)
        for first, until, count in spans
        if count and not (day == 0 and first == 0)
    ]


def _draw_officers(problem: RosterProblem, pattern: Pattern) -> tuple[list[set[str]], Counter[str], int]:
    """Thirty draws: each shift's places by what they need, from the crew whose turn it is."""
    drawn: list[set[str]] = []
    counts: Counter[str] = Counter()
    by_turn: Counter[tuple[str, str]] = Counter()
    possible: Counter[tuple[str, str]] = Counter()
    last: dict[str, date] = {}
    short = 0
    base = {unit: OFFICERS_A_DAY // len(UNITS) for unit in UNITS}
    extra = OFFICERS_A_DAY - sum(base.values())
    for day in range(problem.days):
        on = problem.on(day)
        candidates, turns = [], {}
        for who, person in problem.people.items():
            turn = pattern.turn(crew=problem.teams[person.team or ""].crew, day=day)
            if turn is None or any(one.is_on(on=on) for one in person.absences):
                continue
            held = {one.id for one in person.qualifications if one.is_valid(on=on)}
            sides = {"international", "domestic"} if person.side is None else {person.side}
            done = {"experienced"} if person.shifts_before + counts[who] >= 2 else set()
            candidates.append(
                Candidate(
                    who,
                    person.unit,
                    frozenset(held | sides | done | {turn}),
                    by_turn[who, turn],
                    possible[who, turn],
                    last.get(who),
                )
            )
            turns[who] = turn
        possible.update(turns.items())
        quotas = {
            unit: base[unit] + ((number - day) % len(UNITS) < extra) for number, unit in enumerate(UNITS)
        }
        result = draw(on=on, candidates=candidates, places=_places(), quotas=quotas)
        short += sum(one.missing for one in result.short)
        drawn.append(set(result.places))
        counts.update(result.places.keys())
        by_turn.update((who, turns[who]) for who in result.places)
        last |= dict.fromkeys(result.places, on)
    return drawn, counts, short


def _places() -> list[Place]:
    found = []
    for turn, shift in enumerate(("D", "N")):
        for name, counts in WANTED.items():
            post = POSTS[name]
            needs = {*post.needs, shift} | ({post.side} if post.side else set())
            needs |= {"experienced"} if post.shifts_before else set()
            found.append(Place(f"{name} {shift}", frozenset(needs), counts[turn]))
    return found


def _draw_vehicles(
    fleet: dict[str, tuple[str, int]], random_: random.Random
) -> tuple[list[set[str]], Counter[str]]:
    """Fifteen vehicles a day: five large, ten small; some are in the workshop."""
    drawn: list[set[str]] = []
    counts: Counter[str] = Counter()
    possible: Counter[str] = Counter()
    last: dict[str, date] = {}
    places = [Place("large", frozenset({"large"}), 5), Place("small", frozenset({"small"}), 10)]
    for day in range(DAYS):
        on = FIRST_ON + timedelta(days=day)
        candidates = [
            Candidate(
                who,
                unit,
                frozenset({"large" if number == 0 else "small"}),
                counts[who],
                possible[who],
                last.get(who),
            )
            for who, (unit, number) in fleet.items()
            if random_.random() > 0.05
        ]
        possible.update(one.id for one in candidates)
        result = draw(on=on, candidates=candidates, places=places, quotas=dict.fromkeys(UNITS, 2))
        drawn.append(set(result.places))
        counts.update(result.places.keys())
        last |= dict.fromkeys(result.places, on)
    return drawn, counts
