"""The editions shipped with the product, as data: one file each, all listed here.

A port adds its own beside them (docs/reference/protocols.md says how to write one) and gives both to a `Rulebook`.
Nothing in the core imports this package.
"""

from datetime import date
from functools import cache
from importlib.resources import files

from pratique.core.duties.edition import WORLD
from pratique.core.duties.protocol import parse
from pratique.core.duties.rule import Protocol
from pratique.core.procedure import edition as procedure
from pratique.core.safety import edition as safety
from pratique.core.screening import edition as screening
from pratique.core.screening import exemption
from pratique.core.speech import sheet
from pratique.core.stay import rule

FILES = (
    "ihr-2005.toml",  # rights: notice before each measure, help, complaints
    "operations-2020.toml",  # the port's own running: trips, vehicles, staff, units, shifts, facilities, days
    "ill-at-port-2020.toml",  # somebody ill: detect, interview, report, isolate and refer
    "cn-arrivals-2020.toml",  # 14 days central, two tests
    "cn-arrivals-8.toml",  # 14 + 7, tests on days 1, 4, 7 and 14, two swabs before release
    "cn-arrivals-9.toml",  # 7 + 3, tests on days 1, 2, 3, 5 and 7
    "cn-contacts-2020.toml",  # cases reported, contacts told, moved apart, tested, staff off duty
    "cn-contacts-8.toml",  # the same with tests on days 1, 4, 7 and 14 and the second ring
    "who-contacts-2020.toml",  # contacts: 14 days from the last exposure, no test
    "cn-staff-2020.toml",  # staff tested every seventh shift worked
    "cn-staff-2021.toml",  # every other day, or twice a week
    "cn-staff-2022.toml",  # every day
    "cn-staff-isolation-2020.toml",  # 14 days after leaving the post
    "cn-staff-isolation-2021.toml",  # 14 + 7 + 7
    "cn-staff-isolation-2022.toml",  # 7 days
)
"""Every shipped edition."""


def get_text(name: str) -> str:
    """The text of a shipped edition; raises FileNotFoundError for a name that is not in `FILES`."""
    if name not in FILES:
        raise FileNotFoundError(name)
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


@cache
def list_protocols() -> tuple[Protocol, ...]:
    """Every shipped edition, read. A fault in one of them is ours: it raises ValueError with all its problems."""
    found = []
    for name in FILES:
        reading = parse(text=get_text(name), name=name)
        if reading.protocol is None:
            raise ValueError("\n".join(f"{p.where}: {p.message}; {p.remedy}" for p in reading.problems))
        found.append(reading.protocol)
    return tuple(found)


SCREENING = ("cn-2020.toml", "who-2020.toml")
"""Every shipped edition of screening rules."""


@cache
def list_screenings() -> tuple[screening.Edition, ...]:
    """Every shipped edition of screening rules, read. A fault in one of them is ours: it raises ValueError."""
    found = []
    for name in SCREENING:
        text = files(__name__).joinpath("screening", name).read_text(encoding="utf-8")
        reading = screening.parse(text=text, name=name)
        if reading.edition is None:
            raise ValueError("\n".join(f"{p.where}: {p.message}; {p.remedy}" for p in reading.problems))
        found.append(reading.edition)
    return tuple(found)


def find_screening(*, jurisdiction: str, on: date) -> screening.Edition | None:
    """The rules of screening on a day: those of the place itself, else of what it lies in, else the world's; of two the
    newer. None: none hold."""
    place: str = jurisdiction
    while place:
        there = [
            one
            for one in list_screenings()
            if one.jurisdiction == place
            and one.from_on <= on
            and (one.until_on is None or on <= one.until_on)
        ]
        if there:
            return max(there, key=lambda one: one.from_on)
        place = "" if place == WORLD else place.rpartition("-")[0] or WORLD
    return None


PROCEDURES = ("notice.toml", "calm.toml", "refusal.toml", "vulnerable.toml")
"""Every shipped procedure, in the order in which they are offered."""


@cache
def list_procedures() -> tuple[procedure.Procedure, ...]:
    """Every shipped procedure, read. A fault in one of them is ours: it raises ValueError."""
    found = []
    for name in PROCEDURES:
        text = files(__name__).joinpath("procedure", name).read_text(encoding="utf-8")
        reading = procedure.parse(text=text, name=name)
        if reading.procedure is None:
            raise ValueError("\n".join(f"{p.where}: {p.message}; {p.remedy}" for p in reading.problems))
        found.append(reading.procedure)
    return tuple(found)


SPEECH = ("zh", "en", "vi", "lo", "my", "th", "ja", "ko", "fr")
"""The languages in which travellers are spoken to, in the order in which they are offered."""


@cache
def list_sheets() -> dict[str, sheet.Sheet]:
    """Every language's sentences by its code, read. A fault in one of them is ours: it raises ValueError."""
    found = {}
    for language in SPEECH:
        path = files(__name__).joinpath("speech", f"{language}.toml")
        reading = sheet.parse(text=path.read_text(encoding="utf-8"), name=f"{language}.toml")
        if reading.sheet is None:
            raise ValueError("\n".join(f"{p.where}: {p.message}; {p.remedy}" for p in reading.problems))
        found[language] = reading.sheet
    return found


EXEMPTION = ("cn-2020.toml",)
"""Every shipped file of terms of exemption."""
STAY = ("cn-2020.toml",)
"""Every shipped edition of the rules of a stay."""


@cache
def list_terms() -> tuple[exemption.Terms, ...]:
    """Every shipped file of terms, read. A fault in one of them is ours: it raises ValueError."""
    found = []
    for name in EXEMPTION:
        text = files(__name__).joinpath("exemption", name).read_text(encoding="utf-8")
        reading = exemption.parse(text=text, name=name)
        if reading.terms is None:
            raise ValueError("\n".join(f"{p.where}: {p.message}; {p.remedy}" for p in reading.problems))
        found.append(reading.terms)
    return tuple(found)


@cache
def list_stay_rules() -> tuple[rule.Rules, ...]:
    """Every shipped edition of the rules of a stay, read. A fault in one of them is ours: it raises ValueError."""
    found = []
    for name in STAY:
        text = files(__name__).joinpath("stay", name).read_text(encoding="utf-8")
        reading = rule.parse(text=text, name=name)
        if reading.rules is None:
            raise ValueError("\n".join(f"{p.where}: {p.message}; {p.remedy}" for p in reading.problems))
        found.append(reading.rules)
    return tuple(found)


def find_terms(*, jurisdiction: str) -> exemption.Terms | None:
    """The terms of exemption of a place: its own, else those of what it lies in. None: nobody may be exempted there."""
    return next(
        (t for place in _list_around(jurisdiction) for t in list_terms() if t.jurisdiction == place), None
    )


def find_stay_rules(*, jurisdiction: str) -> rule.Rules | None:
    """The rules of a stay of a place: its own, else those of what it lies in."""
    return next(
        (r for place in _list_around(jurisdiction) for r in list_stay_rules() if r.jurisdiction == place),
        None,
    )


def _list_around(jurisdiction: str) -> tuple[str, ...]:
    """A place and everything it lies in, the narrowest first: CN-53, CN, the world."""
    parts = jurisdiction.split("-")
    return (*("-".join(parts[:n]) for n in range(len(parts), 0, -1)), WORLD)


SAFETY = ("cn-2020.toml",)
"""Every shipped edition of the rules of internal safety."""
TOPICS = (
    "custody",
    "list",
    "transport",
    "protection",
    "disinfection",
    "health",
    "rooms",
    "food",
    "rights",
    "language",
    "information",
    "device",
    "staffing",
    "supply",
    "other",
)
"""What an issue, and so a line of a checklist, can be about."""


def get_safety_text(name: str) -> str:
    """The text of a shipped edition of the rules of internal safety."""
    return files(__name__).joinpath("safety", name).read_text(encoding="utf-8")


@cache
def list_safety() -> tuple[safety.Edition, ...]:
    """Every shipped edition of the rules of internal safety, read. A fault is ours: it raises ValueError."""
    found = []
    for name in SAFETY:
        reading = safety.parse(text=get_safety_text(name), name=name, topics=TOPICS)
        if reading.edition is None:
            raise ValueError("\n".join(f"{p.where}: {p.message}; {p.remedy}" for p in reading.problems))
        found.append(reading.edition)
    return tuple(found)


def find_safety(*, jurisdiction: str) -> safety.Edition | None:
    """The rules of internal safety of a place, else of what it lies in. None: there are none."""
    place: str = jurisdiction
    while place:
        for one in list_safety():
            if one.jurisdiction == place:
                return one
        place = place.rpartition("-")[0]
    return None
