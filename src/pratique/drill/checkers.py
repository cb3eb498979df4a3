"""What must hold of the books, judged by somebody who was there.

Plain values on both sides: what is true (`world.truth`) and what the books tell (`telling`). Nothing here is shared
with the code under test. A traveller is *wrong* when the books do not have them where they truly are and no list
names them for it; that must never happen.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pratique.drill.telling import Naming, Told
from pratique.drill.world.day import Day
from pratique.drill.world.schedule import MINUTE
from pratique.drill.world.truth import ASTRAY, Absence, Step

CLOCK_SECONDS = 2
"""How far a scan by a phone whose offset is known may be from the true time."""
LOOKED_FOR = ("overdue", "disputed", "headcount_missing", "headcount_unexpected")
"""The lists on which somebody stands who has to be found."""
DEADLINE_SECONDS = 2 * MINUTE


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something that must not be: which check, whom it concerns, what was found."""

    check: str
    person: str
    because: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the checkers know besides the truth of the day: whose scans were tampered with, and how the lists lie.

    `touched`: people concerned by a fault that may leave them wrong but named. `contradicted`: people of whom two
    things were said that cannot both be true, so that one must be kept and disputed. `strangers` are codes that are
    nobody's, `ghosts` are listed and never flew, `unlisted` flew and are on no list, the counts of the flights
    `differing` do not agree with their lists, `repeats` is how many scans arrived again.
    """

    touched: frozenset[str]
    contradicted: frozenset[str]
    strangers: frozenset[str]
    ghosts: frozenset[str]
    unlisted: frozenset[str]
    differing: frozenset[str]
    repeats: int


def chain_of(steps: Iterable[Step]) -> list[Step]:
    """The true changes of hands: nobody takes over somebody who strays and is found where they were."""
    chain: list[Step] = []
    for step in steps:
        if step.custodian != ASTRAY and (not chain or chain[-1].custodian != step.custodian):
            chain.append(step)
    return chain


def check_settled(*, day: Day, facts: Facts, told: Told) -> list[Finding]:
    """When everything has arrived, everybody is where the books have them, or on a list that names them."""
    found = []
    for person, steps in day.truth.steps.items():
        true, held = steps[-1].custodian, told.where.get(person, "nowhere")
        if true == held:
            continue
        if person not in facts.touched and true != ASTRAY:
            found.append(
                Finding("settled", person, f"with {true}, books say {held}, and no fault excuses it")
            )
        elif not is_named(told, person):
            found.append(Finding("settled", person, f"with {true}, books say {held}, and no list names them"))
    for person in sorted(facts.ghosts):
        if not is_named(told, person):
            found.append(Finding("ghosts", person, "never flew, is on the list, and nobody asks for them"))
    return found


def check_remarked(*, facts: Facts, told: Told) -> list[Finding]:
    """Whoever is on no list is remarked upon, and no contradiction is believed or dropped in silence."""
    unmanifested = {naming.person for naming in told.named if naming.reason == "unmanifested"}
    disputed = {naming.person for naming in told.named if naming.reason == "disputed"}
    known = told.where.keys() | disputed
    found = [
        Finding("unlisted", person, "on no list, and nobody remarks on it")
        for person in sorted((facts.unlisted & known) | facts.strangers)
        if person not in unmanifested
    ]
    found += [
        Finding("contradictions", person, "said to be in two places, or under an id used twice; not disputed")
        for person in sorted(facts.contradicted - disputed)
    ]
    return found


def is_named(told: Told, person: str) -> bool:
    """Whether somebody is being looked for: overdue, disputed, or not where a roll call had them."""
    return any(Naming(person, reason) in told.named for reason in LOOKED_FOR)


def check_chains(*, day: Day, facts: Facts, told: Told) -> list[Finding]:
    """Whoever's scans all arrived passed from hand to hand as they truly did, at the time at which they did."""
    found = []
    for person, steps in day.truth.steps.items():
        if person in facts.touched:
            continue
        true, passings = chain_of(steps), told.chains.get(person, ())
        if person in facts.unlisted:
            true = true[1:]  # no list put them into the cabin
        if [step.custodian for step in true] != [passing.receiver for passing in passings]:
            seen = " > ".join(passing.receiver for passing in passings)
            found.append(Finding("chains", person, f"books: {seen}"))
            continue
        givers = ["world", *(step.custodian for step in true[:-1])]
        if givers != [passing.giver for passing in passings]:
            found.append(Finding("chains", person, "a giver is not who held them before"))
        off = [abs(s.second - p.second) for s, p in zip(true, passings, strict=True)]
        if max(off, default=0) > CLOCK_SECONDS:
            found.append(Finding("clocks", person, f"a movement is {max(off):.0f} seconds off"))
    return found


def check_moment(*, day: Day, facts: Facts, told: Told, second: int) -> list[Finding]:
    """How things stood at an instant: whoever's scans all arrived is where they truly were."""
    found = []
    for person, steps in day.truth.steps.items():
        past = [step for step in chain_of(steps) if step.second <= second]
        near = any(abs(step.second - second) <= CLOCK_SECONDS for step in steps)
        if person in facts.touched or near or (person in facts.unlisted and len(past) < 2):
            continue
        true = past[-1].custodian if past else "nowhere"
        held = told.where.get(person, "nowhere")
        if true != held:
            found.append(Finding("moment", person, f"was with {true}, books say {held}"))
    return found


def check_same(*, told: Told, again: Told) -> list[Finding]:
    """The same entries in another order, some of them repeated, make the same books."""
    found = [
        Finding("order", person, f"{told.where.get(person)} became {again.where.get(person)}")
        for person in sorted(told.where.keys() | again.where.keys())
        if told.where.get(person) != again.where.get(person)
    ]
    found += [
        Finding("order", person, "the chain changed")
        for person in sorted(told.chains.keys() | again.chains.keys())
        if told.chains.get(person) != again.chains.get(person)
    ]
    found += [
        Finding("order", naming.person, f"{naming.reason} became {'un' if naming in told.named else ''}said")
        for naming in sorted(told.named ^ again.named)
    ]
    return found


def check_counted(*, facts: Facts, told: Told) -> list[Finding]:
    """Every repeat is counted as one, every count is held against the books, no proof objects without a cause."""
    found = [Finding("breaches", "", breach) for breach in told.breaches]
    found += [
        Finding(
            "heads", "", f"{flight}: counts and lists {'differ' if flight in facts.differing else 'agree'}"
        )
        for flight in sorted(facts.differing ^ told.flights_differing)
    ]
    if told.repeated != facts.repeats:
        found.append(
            Finding("repeats", "", f"{facts.repeats} scans came again, books counted {told.repeated}")
        )
    return found


def deadline_of(*, day: Day, absence: Absence) -> int | None:
    """By when somebody who walked off must be named; None if they were back before that."""
    limit = day.port.unseen_minutes_max[absence.custodian.partition(":")[0]]
    deadline = min(absence.seen_second + limit * MINUTE + DEADLINE_SECONDS, day.end_second)
    if absence.back_second is not None and absence.back_second <= deadline:
        return None
    return deadline


def check_absence(*, absence: Absence, told: Told) -> list[Finding]:
    """Whoever walked off is named within their custodian's limit: not found at a roll call, or overdue."""
    if {Naming(absence.person, "overdue"), Naming(absence.person, "headcount_missing")} & told.named:
        return []
    hours = absence.left_second / 3600
    return [
        Finding("walked off", absence.person, f"left {absence.custodian} at {hours:.2f} h, named by nobody")
    ]


def check_alarms(*, alarms: Counter[str]) -> list[Finding]:
    """Nobody is looked for who is where they should be and of whom nothing wrong was said."""
    return [Finding("alarms", "", f"{alarms['needless']} needless")] if alarms["needless"] else []


def count_alarms(*, day: Day, facts: Facts, told: Told) -> Counter[str]:
    """Everybody named that day, by what stands behind it: truly gone, a fault in what was said, or nothing."""
    gone = {absence.person for absence in day.truth.absences}
    alarms: Counter[str] = Counter()
    for person in {naming.person for naming in told.named | told.cleared}:
        if person in gone:
            alarms["truly gone"] += 1
        elif person in facts.touched | facts.contradicted | facts.strangers | facts.ghosts | facts.unlisted:
            alarms["a fault behind it"] += 1
        else:
            alarms["needless"] += 1
    return alarms
