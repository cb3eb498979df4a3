"""A desk with the shipped rules, and people who step up to it."""

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files

from pratique import protocols
from pratique.core.screening import channel, declaration, edition, exemption
from pratique.core.screening.declaration import Declaration, Visit
from pratique.core.screening.exemption import Decider, Exemption, Sort, Verification
from pratique.core.screening.fact import FACTS, Origin
from pratique.core.screening.fact import Sort as FactSort

ARRIVED = date(2020, 3, 20)
NOW = datetime(2020, 3, 20, 8, 0, tzinfo=UTC)


def text_of(name, folder="screening"):
    return files(protocols).joinpath(folder, f"{name}.toml").read_text("utf-8")


def rules(name="cn-2020", text=None):
    reading = edition.parse(text=text or text_of(name), name=name)
    assert reading.problems == ()
    return reading.edition


def terms():
    reading = exemption.parse(text=text_of("cn-2020", "exemption"), name="cn-2020")
    assert reading.problems == ()
    return reading.terms


CN, WHO, TERMS = rules(), rules("who-2020"), terms()

WELL = {name: False for name, fact in FACTS.items() if fact.origin is Origin.ASKED}
SEEN = {"celsius": 36.6, "unwell": False, "contact_listed": False, "crew": False, "exemption": "none"}
AT_HOME = (Visit("TH", ARRIVED - timedelta(days=30), ARRIVED),)
FLAGS = sorted(name for name, fact in FACTS.items() if fact.sort is FactSort.FLAG)


def gather(answers=None, seen=None, visits=AT_HOME, rulebook=CN):
    told = Declaration(WELL | (answers or {}), visits)
    return declaration.gather(told=told, seen=SEEN | (seen or {}), arrived_on=ARRIVED, edition=rulebook)


def decide(answers=None, seen=None, visits=AT_HOME, rulebook=CN):
    return channel.decide(facts=gather(answers, seen, visits, rulebook).facts, edition=rulebook)


def why(decision):
    return [finding.rule.code for finding in decision.reasons]


def paper(**changed):
    """An exemption with which nothing is wrong at NOW."""
    whole = {
        "id": "E1",
        "traveller": "T1",
        "sort": Sort.TRANSIT,
        "authority": "border_inspection",
        "reference": "BI-17",
        "reason": "flies on to Vientiane tonight",
        "issued_at": NOW - timedelta(hours=5),
        "valid_from": NOW - timedelta(hours=4),
        "valid_until": NOW + timedelta(hours=6),
        "verification": Verification("border_inspection", "BI-17", "P9", NOW - timedelta(hours=2), 2),
        "deciders": (signs("P1"), signs("P2")),
    }
    return Exemption(**whole | changed)


def signs(person, rank="duty_commander", shifts=5, at=NOW - timedelta(hours=1)):
    return Decider(person, rank, shifts, at)
