"""Many days, each made, sent through the faults, folded and checked; the same for the same seed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from pratique.core.custody.entry import Journal
from pratique.drill import checkers
from pratique.drill.books import (
    Fold,
    Ledger,
    Listing,
    flag_devices,
    fold_truly,
    list_roll_calls,
    make_ground,
    read_lists,
    write_scans,
)
from pratique.drill.canary import BUGS
from pratique.drill.checkers import Facts, Finding
from pratique.drill.faults import USUAL, Mishaps, Traffic, transmit
from pratique.drill.phones import Said
from pratique.drill.telling import Told
from pratique.drill.world.day import Day, make_day
from pratique.drill.world.people import Troubles
from pratique.drill.world.schedule import HOUR

FIRST_ON = date(2020, 3, 1)
FULL_DAY_EVERY = 25
SMALL_SCALE = (0.06, 0.3)
NOON = 12 * HOUR
HARD = Troubles(walk_offs_per_thousand=8, breakdown_chance=0.06)
"""A drill's day has more walk-offs and breakdowns than a real one."""


@dataclass(frozen=True, slots=True)
class Case:
    """One day of a drill, from which everything about it follows."""

    seed: int
    number: int
    bug: str = ""

    @property
    def on(self) -> date:
        """The date of the day."""
        return FIRST_ON + timedelta(days=self.number)

    @property
    def scale(self) -> float:
        """Every twenty-fifth day is a full one; the others are small, so that there can be many."""
        if self.number % FULL_DAY_EVERY == FULL_DAY_EVERY - 1:
            return 1.0
        return round(Random(f"{self.seed}/{self.number}/scale").uniform(*SMALL_SCALE), 3)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a day of drill came to. `stories` tells what happened to the first few whom a finding names."""

    case: Case
    people: int
    flights: int
    trips: int
    scans: int
    tried: Counter[str]
    alarms: Counter[str]
    findings: tuple[Finding, ...]
    found_by: Counter[tuple[str, str]]
    stories: tuple[str, ...] = ()

    @property
    def wrong(self) -> frozenset[str]:
        """The travellers whom the books had wrong."""
        return frozenset(finding.person for finding in self.findings if finding.person)


@dataclass(frozen=True, slots=True)
class Trial:
    """A day in hand, with its traffic and the books it is held against."""

    day: Day
    traffic: Traffic
    listing: Listing
    journal: Journal
    ledger: Ledger

    @property
    def facts(self) -> Facts:
        """What the checkers may know besides the truth."""
        distinct = {said for parcel in self.traffic.parcels for said in parcel.scans}
        contents: dict[str, set[Said]] = defaultdict(set)
        for said in distinct:
            contents[said.id].add(said)
        touched = self.traffic.touched
        return Facts(
            touched=frozenset().union(*(people for kind, people in touched.items() if kind != "two_places")),
            contradicted=frozenset(touched["two_places"]).union(
                said.person for same in contents.values() if len(same) > 1 for said in same
            ),
            strangers=frozenset(touched["nobody"] & {said.person for said in distinct}),
            ghosts=self.listing.ghosts,
            unlisted=self.listing.unlisted,
            differing=self.listing.differing,
            repeats=len(self.journal.scans) - len(distinct),
        )


def prepare(*, case: Case, folding: Fold = fold_truly, mishaps: Mishaps = USUAL) -> Trial:
    """Make the day and send it through its faults."""
    day = make_day(on=case.on, seed=case.seed, scale=case.scale, troubles=HARD)
    traffic, listing = transmit(day=day, mishaps=mishaps), read_lists(day)
    journal = Journal(admissions=listing.admissions, scans=write_scans(day, traffic.parcels))
    return Trial(
        day,
        traffic,
        listing,
        journal,
        Ledger(day, make_ground(day), listing, list_roll_calls(day, traffic), folding),
    )


def run_case(case: Case) -> Verdict:
    """One day, checked in every way."""
    trial = prepare(case=case, folding=BUGS[case.bug] if case.bug else fold_truly)
    day, facts = trial.day, trial.facts
    told = trial.ledger.tell(journal=trial.journal, second=day.end_second)
    alarms = checkers.count_alarms(day=day, facts=facts, told=told)
    findings = [
        *checkers.check_settled(day=day, facts=facts, told=told),
        *checkers.check_chains(day=day, facts=facts, told=told),
        *checkers.check_remarked(facts=facts, told=told),
        *checkers.check_counted(facts=facts, told=told),
        *checkers.check_alarms(alarms=alarms),
        *_check_noon(trial, facts),
        *_check_order(trial, told),
        *_check_absences(trial, facts),
        *_check_clocks(trial),
    ]
    tried = trial.traffic.tried + Counter(trial.listing.tried) + _count_world(day)
    return Verdict(
        case=case,
        people=len(day.people),
        flights=len(day.flights),
        trips=len(day.truth.rides),
        scans=len(trial.journal.scans),
        tried=Counter(dict(sorted(tried.items()))),
        alarms=alarms,
        findings=tuple(findings),
        found_by=count_found(trial, told),
        stories=tuple(tell_story(trial, told, f.person) for f in findings[:3] if f.person),
    )


def _count_world(day: Day) -> Counter[str]:
    return Counter(
        {
            "walked_off": len(day.truth.absences),
            "broke_down": sum(ride.broke_down_second is not None for ride in day.truth.rides),
        }
    )


def count_found(trial: Trial, told: Told) -> Counter[tuple[str, str]]:
    """By (fault, list): how many of those whom a fault concerned stand on which list in the end, or stood on it before.

    ``people`` is how many it concerned, ``right`` how many the books have right and no list names: other scans of theirs
    said enough. Whoever stands on two lists counts with both; whose only scan never arrived is not counted.
    """
    concerned: dict[str, Iterable[str]] = {
        **trial.traffic.touched,
        "walked_off": {absence.person for absence in trial.day.truth.absences},
        "no_show_listed": trial.listing.ghosts,
        "person_missing": trial.listing.unlisted & told.where.keys(),
        "nobody": trial.facts.strangers,
    }
    reasons: dict[str, set[str]] = defaultdict(set)
    for naming in told.named | told.cleared:
        reasons[naming.person].add(naming.reason)
    counted: Counter[tuple[str, str]] = Counter()
    for fault, people in concerned.items():
        for person in people:
            counted[fault, "people"] += 1
            counted.update((fault, reason) for reason in reasons.get(person, {"right"}))
    counted["lists", "flights"] = len(trial.listing.differing)
    counted["lists", "heads"] = len(told.flights_differing)
    return counted


def _check_noon(trial: Trial, facts: Facts) -> list[Finding]:
    told = trial.ledger.tell(journal=trial.journal, second=NOON)
    return checkers.check_moment(day=trial.day, facts=facts, told=told, second=NOON)


def _check_order(trial: Trial, told: Told) -> list[Finding]:
    rng, scans = trial.day.stream("order"), list(trial.journal.scans)
    scans += rng.sample(scans, len(scans) // 20)
    rng.shuffle(scans)
    journal = replace(trial.journal, scans=tuple(scans))
    again = trial.ledger.tell(journal=journal, second=trial.day.end_second)
    return checkers.check_same(told=told, again=again)


def _check_absences(trial: Trial, facts: Facts) -> Iterator[Finding]:
    for absence in trial.day.truth.absences:
        deadline = checkers.deadline_of(day=trial.day, absence=absence)
        if deadline is None or absence.person in facts.touched:
            continue
        told = trial.ledger.tell_of(person=absence.person, journal=trial.journal, second=deadline)
        yield from checkers.check_absence(absence=absence, told=told)


def _check_clocks(trial: Trial) -> Iterator[Finding]:
    flagged = flag_devices(trial.traffic)
    for phone in trial.traffic.phones.values():
        adrift = abs(phone.offset_seconds) > 3 * 60
        if adrift != (phone.key in flagged):
            yield Finding("clock flags", "", f"{phone.key} is {phone.offset_seconds:.0f} seconds off")


def tell_story(trial: Trial, told: Told, person: str) -> str:
    """What truly happened to somebody, what was said of it, and what the books made of that."""
    lines = [f"the story of {person}"]
    lines += [
        f"  {_clock(s.second)}  truly with {s.custodian}" for s in trial.day.truth.steps.get(person, [])
    ]
    said = sorted(
        (scan.second, parcel.second, scan)
        for parcel in trial.traffic.parcels
        for scan in parcel.scans
        if scan.person == person
    ) if person else []  # fmt: skip
    lines += [
        f"  {_clock(at)}  scanned by {scan.device} #{scan.counter} for {scan.custodian}, heard {_clock(heard)}"
        for at, heard, scan in said
    ]
    lines += [
        f"  {_clock(p.second)}  books: {p.number}. {p.giver} > {p.receiver}"
        for p in told.chains.get(person, ())
    ]
    lines += [f"  named: {n.reason}" for n in sorted(told.named) if n.person == person]
    lines += [f"  named and found: {n.reason}" for n in sorted(told.cleared) if n.person == person]
    touched = [kind for kind, people in trial.traffic.touched.items() if person in people]
    return "\n".join([*lines, f"  faults: {', '.join(touched) or 'none'}"])


def _clock(second: float) -> str:
    day, rest = divmod(int(second), 24 * HOUR)
    return f"{day:+d}d {rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"


def run_cases(cases: list[Case], *, workers: int) -> Iterator[Verdict]:
    """Every case's verdict, in the order given, on so many processes."""
    if workers < 2:
        yield from map(run_case, cases)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(run_case, cases, chunksize=max(1, min(8, len(cases) // (4 * workers))))
