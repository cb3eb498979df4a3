"""What a published figure is: its code, its name and definition in both languages, and what it is made of."""

from dataclasses import dataclass
from enum import StrEnum

from pratique.core.duties.vocabulary import Words


class Section(StrEnum):
    """The parts of a bulletin, in the order in which they are printed."""

    ZEROS = "zeros"
    PEOPLE = "people"
    FLIGHTS = "flights"
    TRANSPORT = "transport"
    FORCE = "force"
    TERMINAL = "terminal"
    TESTS = "tests"
    DUTIES = "duties"
    ISSUES = "issues"


class Unit(StrEnum):
    """What one of the counted things is."""

    TRAVELLERS = "travellers"
    FLIGHTS = "flights"
    TRIPS = "trips"
    KM = "km"
    OFFICER_DAYS = "officer_days"
    VEHICLE_DAYS = "vehicle_days"
    PASSINGS = "passings"
    FINDINGS = "findings"
    TESTS = "tests"
    CASES = "cases"
    DUTIES = "duties"
    ISSUES = "issues"
    INCIDENTS = "incidents"


class Nature(StrEnum):
    """How a figure runs over the days: a flow adds up, a stock is what there is at the cut-off."""

    FLOW = "flow"
    STOCK = "stock"


class Column(StrEnum):
    """The columns in which a figure is given. `BEFORE` is the total up to and including yesterday."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    BEFORE = "before"
    CUMULATIVE = "cumulative"


SECTION_NAMES: dict[Section, Words] = {
    Section.ZEROS: Words("五个零", "Five zeros"),
    Section.PEOPLE: Words("旅客去向", "Where the travellers are"),
    Section.FLIGHTS: Words("航班与旅客", "Flights and travellers"),
    Section.TRANSPORT: Words("转运", "Transfers"),
    Section.FORCE: Words("力量投入", "Force deployed"),
    Section.TERMINAL: Words("航站楼查验", "Checkpoints in the terminal"),
    Section.TESTS: Words("检测与病例", "Tests and cases"),
    Section.DUTIES: Words("应办事项", "Duties"),
    Section.ISSUES: Words("问题", "Issues"),
}

UNIT_NAMES: dict[Unit, Words] = {
    Unit.TRAVELLERS: Words("人", "travellers"),
    Unit.FLIGHTS: Words("架次", "flights"),
    Unit.TRIPS: Words("车次", "trips"),
    Unit.KM: Words("公里", "km"),
    Unit.OFFICER_DAYS: Words("人次", "officer-days"),
    Unit.VEHICLE_DAYS: Words("辆次", "vehicle-days"),
    Unit.PASSINGS: Words("人次", "passings"),
    Unit.FINDINGS: Words("人", "findings"),
    Unit.TESTS: Words("份", "samples"),
    Unit.CASES: Words("例", "cases"),
    Unit.DUTIES: Words("项", "duties"),
    Unit.ISSUES: Words("个", "issues"),
    Unit.INCIDENTS: Words("起", "incidents"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One published number.

    `source` says which records are counted and how. A figure with `parts` is their sum and is never counted itself.
    `sensitive` figures say something of the health or the whereabouts of single people: in a public edition their
    small values are given as a band.
    """

    code: str
    section: Section
    unit: Unit
    nature: Nature
    name: Words
    definition: Words
    source: Words
    parts: tuple[str, ...] = ()
    sensitive: bool = False
