"""The editions shipped with the product, as data: one file each, all listed here.

A port adds its own beside them (docs/reference/protocols.md says how to write one) and gives both to a `Rulebook`.
Nothing in the core imports this package.
"""

from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TypeVar

from pratique.core.answers import Problem
from pratique.core.duties.edition import WORLD
from pratique.core.duties.protocol import parse
from pratique.core.duties.rule import Protocol
from pratique.core.procedure import edition as procedure
from pratique.core.safety import edition as safety
from pratique.core.screening import edition as screening
from pratique.core.screening import exemption
from pratique.core.speech import sheet
from pratique.core.stay import rule
from pratique.core.tracing.edition import Edition
from pratique.formats import force_rules, transport_rules
from pratique.formats.force_rules import ForceRules, TrainingRules
from pratique.formats.transport_rules import TransportRules

Found = TypeVar("Found")
Placed = TypeVar(
    "Placed",
    screening.Edition,
    exemption.Terms,
    rule.Rules,
    safety.Edition,
    TransportRules,
    ForceRules,
    TrainingRules,
    Edition,
)
Dated = TypeVar("Dated", TransportRules, ForceRules, TrainingRules, Edition)

FILES = (
    "ihr-2005.toml",  # rights: notice before each measure, help, complaints
    "operations-2020.toml",  # the port's own running: trips, vehicles, staff, units, shifts, facilities, days
    "ill-at-port-2020.toml",  # somebody ill: detect, interview, report, isolate and refer
    "cn-arrivals-2020.toml",  # 14 days central, two tests
    "cn-arrivals-8.toml",  # 14 + 7, tests on days 1, 4, 7 and 14, two swabs before release
    "cn-arrivals-9.toml",  # 7 + 3, tests on days 1, 2, 3, 5 and 7
    "cn-contacts-2020.toml",  # cases reported, contacts told, moved apart, tested, staff off duty
    "cn-contacts-8.toml",  # the same with tests on days 1, 4, 7 and 14 and the second ring
    "cn-contacts-9.toml",  # tests on days 1, 2, 3, 5 and 7, 7 days since the last exposure; the second ring three times
    "who-contacts-2020.toml",  # contacts: 14 days from the last exposure, no test
    "cn-staff-2020.toml",  # staff tested every seventh shift worked
    "cn-staff-2021.toml",  # every other day, or twice a week
    "cn-staff-2022.toml",  # every day
    "cn-staff-isolation-2020.toml",  # 14 days after leaving the post
    "cn-staff-isolation-2021.toml",  # 14 + 7 + 7
    "cn-staff-isolation-2022.toml",  # 7 days
)
"""Every shipped edition."""


def accept(found: Found | None, problems: Iterable[Problem]) -> Found:
    """What was read of a shipped file. A fault in one of them is ours: it raises ValueError with all its problems."""
    if found is None:
        raise ValueError("\n".join(f"{p.where}: {p.message}; {p.remedy}" for p in problems))
    return found


def get_text(name: str, folder: str = "") -> str:
    """The text of a shipped file; raises FileNotFoundError for an edition of duties that is not in `FILES`."""
    if not folder and name not in FILES:
        raise FileNotFoundError(name)
    return files(__name__).joinpath(folder, name).read_text(encoding="utf-8")


@cache
def list_protocols() -> tuple[Protocol, ...]:
    """Every shipped edition of duties, read."""
    readings = [parse(text=get_text(name), name=name) for name in FILES]
    return tuple(accept(one.protocol, one.problems) for one in readings)


SCREENING = ("cn-2020.toml", "who-2020.toml")
"""Every shipped edition of screening rules."""
PROCEDURES = ("notice.toml", "calm.toml", "refusal.toml", "vulnerable.toml")
"""Every shipped procedure, in the order in which they are offered."""
SPEECH = ("zh", "en", "vi", "lo", "my", "th", "ja", "ko", "fr")
"""The languages in which travellers are spoken to, in the order in which they are offered."""
EXEMPTION = ("cn-2020.toml",)
"""Every shipped file of terms of exemption."""
STAY = ("cn-2020.toml",)
"""Every shipped edition of the rules of a stay."""
SAFETY = ("cn-2020.toml",)
"""Every shipped edition of the rules of internal safety."""
TRANSPORT = ("cn-2020.toml",)
"""Every shipped edition of the rules of transport."""
FORCE = ("cn-2020.toml",)
"""Every shipped edition of the rules of the force."""
TRAINING = ("cn-2020.toml",)
"""Every shipped edition of the training modules."""
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


@cache
def list_screenings() -> tuple[screening.Edition, ...]:
    """Every shipped edition of screening rules, read."""
    readings = [screening.parse(text=get_text(name, "screening"), name=name) for name in SCREENING]
    return tuple(accept(one.edition, one.problems) for one in readings)


@cache
def list_procedures() -> tuple[procedure.Procedure, ...]:
    """Every shipped procedure, read."""
    readings = [procedure.parse(text=get_text(name, "procedure"), name=name) for name in PROCEDURES]
    return tuple(accept(one.procedure, one.problems) for one in readings)


@cache
def list_sheets() -> dict[str, sheet.Sheet]:
    """Every language's sentences by its code, read."""
    names = {language: f"{language}.toml" for language in SPEECH}
    readings = {code: sheet.parse(text=get_text(name, "speech"), name=name) for code, name in names.items()}
    return {code: accept(one.sheet, one.problems) for code, one in readings.items()}


@cache
def list_terms() -> tuple[exemption.Terms, ...]:
    """Every shipped file of terms of exemption, read."""
    readings = [exemption.parse(text=get_text(name, "exemption"), name=name) for name in EXEMPTION]
    return tuple(accept(one.terms, one.problems) for one in readings)


@cache
def list_stay_rules() -> tuple[rule.Rules, ...]:
    """Every shipped edition of the rules of a stay, read."""
    readings = [rule.parse(text=get_text(name, "stay"), name=name) for name in STAY]
    return tuple(accept(one.rules, one.problems) for one in readings)


@cache
def list_safety() -> tuple[safety.Edition, ...]:
    """Every shipped edition of the rules of internal safety, read."""
    readings = [safety.parse(text=get_text(name, "safety"), name=name, topics=TOPICS) for name in SAFETY]
    return tuple(accept(one.edition, one.problems) for one in readings)


@cache
def list_transport() -> tuple[TransportRules, ...]:
    """Every shipped edition of the rules of transport, read."""
    texts = [get_text(name, "transport") for name in TRANSPORT]
    return tuple(accept(*transport_rules.read(data=text.encode())) for text in texts)


@cache
def list_force() -> tuple[ForceRules, ...]:
    """Every shipped edition of the rules of the force, read."""
    texts = [get_text(name, "force") for name in FORCE]
    return tuple(accept(*force_rules.read_force(data=text.encode())) for text in texts)


@cache
def list_training() -> tuple[TrainingRules, ...]:
    """Every shipped edition of the training modules, read."""
    texts = [get_text(name, "training") for name in TRAINING]
    return tuple(accept(*force_rules.read_training(data=text.encode())) for text in texts)


def find_screening(*, jurisdiction: str, on: date) -> screening.Edition | None:
    """The rules of screening on a day: those of the place itself, else of what it lies in, else the world's; of two the
    newer. None: none hold."""
    held = [
        one for one in list_screenings() if one.from_on <= on and (one.until_on is None or on <= one.until_on)
    ]
    return _find_nearest(jurisdiction, sorted(held, key=lambda one: one.from_on, reverse=True))


def find_terms(*, jurisdiction: str) -> exemption.Terms | None:
    """The terms of exemption of a place: its own, else those of what it lies in. None: nobody may be exempted there."""
    return _find_nearest(jurisdiction, list_terms())


def find_stay_rules(*, jurisdiction: str) -> rule.Rules | None:
    """The rules of a stay of a place: its own, else those of what it lies in."""
    return _find_nearest(jurisdiction, list_stay_rules())


def find_safety(*, jurisdiction: str) -> safety.Edition | None:
    """The rules of internal safety of a place: its own, else those of what it lies in. None: there are none."""
    return _find_nearest(jurisdiction, list_safety())


def find_transport(*, jurisdiction: str, on: date) -> TransportRules | None:
    """The rules of transport on a day: those of the place itself, else of what it lies in; of two the newer. None: none hold."""
    return find_latest(jurisdiction, on, list_transport())


def find_force(*, jurisdiction: str, on: date) -> ForceRules | None:
    """The rules of the force on a day, chosen as those of transport are. None: none hold."""
    return find_latest(jurisdiction, on, list_force())


def find_training(*, jurisdiction: str, on: date) -> TrainingRules | None:
    """The training modules on a day, chosen as the rules of transport are. None: none hold."""
    return find_latest(jurisdiction, on, list_training())


def find_latest(jurisdiction: str, on: date, editions: Iterable[Dated]) -> Dated | None:
    """Of the editions that hold on a day: that of the narrowest place around, of two the newer."""
    held = [one for one in editions if one.from_on <= on]
    return _find_nearest(jurisdiction, sorted(held, key=lambda one: one.from_on, reverse=True))


def _find_nearest(jurisdiction: str, editions: Iterable[Placed]) -> Placed | None:
    """The first edition of the narrowest place around: CN-53, CN, the world."""
    parts = jurisdiction.split("-")
    around = [*("-".join(parts[:n]) for n in range(len(parts), 0, -1)), WORLD]
    known = list(editions)
    return next((one for place in around for one in known if one.jurisdiction == place), None)
