"""An invented port, day by day, counted as a database would count it. Every number hangs together by construction."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from random import Random

from pratique.core.bulletin import compose
from pratique.core.bulletin.edition import (
    Bulletin,
    ExitLine,
    FlightLine,
    OwnerLine,
    Port,
    ProtocolLine,
    Seal,
    TripLine,
    Where,
)
from pratique.core.bulletin.facts import Count, Facts
from pratique.core.bulletin.figure import Nature
from pratique.core.bulletin.table import list_counted
from pratique.core.duties.vocabulary import Words

BEIJING = timezone(timedelta(hours=8))
FIRST_ON = date(2020, 3, 20)
ON = date(2020, 4, 15)
DAY = timedelta(days=1)
FLIGHTS = 12

PORT = Port(
    "KMG",
    Words("昆明长水国际机场", "Kunming Changshui International Airport"),
    Words("昆明市口岸疫情防控机场专班", "Kunming Port Health Task Force, Airport Section"),
)

ORIGINS = (
    ("MU9630", "BKK", "曼谷", "Bangkok", "A"),
    ("3U8146", "DXB", "迪拜", "Dubai", "A"),
    ("MU2572", "RGN", "仰光", "Yangon", "B"),
    ("8L876", "PNH", "金边", "Phnom Penh", "B"),
    ("MU9604", "VTE", "万象", "Vientiane", "B"),
    ("KY8310", "KTM", "加德满都", "Kathmandu", "A"),
    ("MU5096", "DAC", "达卡", "Dhaka", "A"),
    ("8L802", "HAN", "河内", "Hanoi", "C"),
    ("MU736", "SYD", "悉尼", "Sydney", "A"),
    ("KE885", "ICN", "首尔", "Seoul", "B"),
    ("MI986", "SIN", "新加坡", "Singapore", "B"),
    ("MU774", "CMB", "科伦坡", "Colombo", "C"),
)

DESTINATIONS = (
    (Words("滇池东岸隔离点", "East Dianchi quarantine hotel"), False, "23.4"),
    (Words("官渡隔离点", "Guandu quarantine hotel"), False, "11.8"),
    (Words("长水临空医院", "Changshui Airport Zone Hospital"), False, "7.1"),
    (Words("大理白族自治州", "Dali Bai Autonomous Prefecture"), True, "358.6"),
    (Words("西双版纳傣族自治州", "Xishuangbanna Dai Autonomous Prefecture"), True, "549.2"),
)

OWNERS = (
    ("unit:screening", Words("检疫组", "Screening team"), 14, 2),
    ("unit:transfer", Words("转运组", "Transfer team"), 9, 1),
    ("unit:guandu", Words("官渡区隔离点", "Guandu facilities"), 126, 0),
    ("unit:laboratory", Words("检测机构", "Laboratory"), 41, 0),
)

EXITS = (
    ("exit:released", Words("解除隔离", "Released")),
    ("exit:transit", Words("中转离境", "Left in transit")),
    ("exit:border", Words("移交边检", "Handed to border inspection")),
)


@dataclass
class Ledger:
    """Running totals of the invented port, and its counts by figure and day."""

    counts: list[Count] = field(default_factory=list)
    totals: Counter = field(default_factory=Counter)
    exits: Counter = field(default_factory=Counter)
    cohorts: dict[date, int] = field(default_factory=dict)
    facility: int = 0
    hospital: int = 0
    under_way: int = 0
    pending: int = 0
    issues: int = 0

    def add(self, on: date, figure: str, value, records=()) -> None:
        """Write one count."""
        self.counts.append(Count(figure, on, value, tuple(records)))
        self.totals[figure] += value


def make_facts(*, on: date = ON, flights: int = FLIGHTS, seed: int = 7, first_on: date = FIRST_ON) -> Facts:
    """The facts of a day: the same ones for the same arguments, and the same past for a later day."""
    ledger = Ledger()
    day = first_on
    while day <= on:
        lines = _arrive(Random(f"{seed} {day} flights"), day, flights if day == on else FLIGHTS)
        trips, exits = _work(ledger, day, lines, Random(f"{seed} {day} work"))
        day += DAY
    totals = dict(ledger.totals)
    for figure in list_counted():
        if figure.nature is Nature.FLOW:
            totals.setdefault(figure.code, Decimal(0) if figure.code.startswith("km") else 0)
        else:
            totals.pop(figure.code, None)
    return Facts(
        port=PORT,
        on=on,
        first_on=first_on,
        cut_at=datetime(on.year, on.month, on.day, 23, 59, tzinfo=BEIJING),
        counts=tuple(ledger.counts),
        totals=totals,
        flights=tuple(lines),
        trips=trips,
        exits=exits,
        owners=tuple(OwnerLine(*o, oldest_due_at=_at(on, 19, 30) if o[3] else None) for o in OWNERS),
        proofs=dict.fromkeys(
            ("unbroken chain", "heads", "headcount", "overdue", "totals", "no silent skip"), 0
        ),
        protocols=(
            ProtocolLine(
                "cn-yn-2020-03",
                "2",
                Words("云南省入境人员十四日集中隔离规程", "Yunnan fourteen-day facility quarantine"),
                "CN-YN",
                date(2020, 3, 21),
            ),
            ProtocolLine(
                "staff-daily",
                "1",
                Words("专班人员每日健康报告", "Daily health report of staff"),
                "CN-YN",
                FIRST_ON,
            ),
        ),
        seal=Seal(
            segment=26,
            entries=48_213,
            root="9f3c" + "a51e77d0b2c4" * 5,
            chain="c07d" + "18e4f9b35a6d" * 5,
            sealed_at=_at(on, 23, 58),
        ),
    )


def make_bulletins(*, days: int = 2, flights: int = FLIGHTS) -> list[Bulletin]:
    """The bulletins of the last days up to `ON`, each composed with those before it."""
    bulletins: list[Bulletin] = []
    for back in range(days - 1, -1, -1):
        facts = make_facts(on=ON - back * DAY, flights=FLIGHTS if back else flights)
        bulletins.append(compose.compose(facts=facts, earlier=bulletins))
    return bulletins


def make_bulletin(*, flights: int = FLIGHTS) -> Bulletin:
    """The bulletin of `ON`, the one before it published."""
    return make_bulletins(flights=flights)[-1]


def with_count(facts: Facts, figure: str, on: date, by: int) -> Facts:
    """The same facts, with that figure counted otherwise on that day."""
    counts = (*facts.counts, Count(figure, on, by))
    return replace(facts, counts=counts, totals={**facts.totals, figure: facts.totals[figure] + by})


def _at(on: date, hour: int, minute: int) -> datetime:
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=BEIJING)


def _arrive(rng: Random, on: date, flights: int) -> list[FlightLine]:
    """The flights of the last day: most settled, the last ones still under way, one yet to land."""
    lines = []
    for number in range(flights):
        designator, origin, zh, en, level = ORIGINS[number % len(ORIGINS)]
        if number >= len(ORIGINS):
            designator = f"{designator[:2]}{1000 + number}"
        minutes = 25 + number * 1400 // max(flights, 1)
        scheduled = _at(on, minutes // 60, minutes % 60)
        heads = rng.randint(41, 118)
        to_land = flights > 1 and number == flights - 1
        if to_land:
            where = Where(expected=heads)
        elif number >= flights - 3:
            under_way = rng.randint(20, 24)
            cabin = rng.randint(0, 4)
            where = Where(
                cabin=cabin,
                hall=under_way - 18,
                holding=11,
                trip=18,
                facility=heads - under_way - 11 - cabin - 3,
                exit=3,
            )
        else:
            hospital, transit = rng.choice((0, 0, 1, 2)), rng.randint(2, 9)
            where = Where(facility=heads - hospital - transit, hospital=hospital, exit=transit)
        unlisted = 1 if number == 2 else 0
        lines.append(
            FlightLine(
                id=f"flight-{number}",
                designator=designator,
                origin=origin,
                scheduled_at=scheduled,
                landed_at=None if to_land else scheduled + timedelta(minutes=rng.randint(-9, 22)),
                protection=level,
                origin_name=Words(zh, en),
                landed=where.landed,
                listed=where.total - unlisted,
                heads=None if to_land else where.total,
                unlisted=unlisted,
                open=0 if to_land else where.cabin + where.hall + where.holding + where.trip,
                where=where,
            )
        )
    return lines


def _work(ledger: Ledger, on: date, lines: list[FlightLine], rng: Random):
    """One day: its counts follow from its flights; whoever was under way at midnight is in a facility by noon."""
    arrived = [f for f in lines if f.landed_at is not None]
    wheres = [f.where for f in arrived]
    landed, transit = sum(w.landed for w in wheres), sum(w.exit for w in wheres)
    hospital, moved = sum(w.hospital for w in wheres), sum(w.trip + w.facility + w.hospital for w in wheres)
    released = ledger.cohorts.get(on - 14 * DAY, 0)
    ledger.cohorts[on] = sum(w.facility for w in wheres) + ledger.under_way
    ledger.facility += ledger.cohorts[on] - released
    moved += ledger.under_way
    ledger.under_way = sum(w.cabin + w.hall + w.holding + w.trip for w in wheres)
    ledger.hospital += hospital
    ledger.exits.update({"exit:released": released, "exit:transit": transit, "exit:border": 0})
    ledger.add(on, "flights_landed", len(arrived))
    ledger.add(on, "people_landed", landed)
    ledger.add(on, "people_unlisted", sum(f.unlisted for f in arrived))
    ledger.add(on, "people_exited", released + transit)
    trips = _list_trips(moved)
    for distance, long_distance in (("local", False), ("long", True)):
        of_these = [t for t in trips if t.long_distance is long_distance]
        ledger.add(on, f"trips_{distance}", sum(t.trips for t in of_these))
        ledger.add(on, f"moved_{distance}", sum(t.moved for t in of_these))
        ledger.add(on, f"km_{distance}", sum((t.km for t in of_these), start=Decimal("0.0")))
    ledger.add(on, "vehicles_deployed", min(rng.randint(13, 15), sum(t.trips for t in trips)))
    _count_work(ledger, on, rng, landed, hospital)
    places = {name: sum(getattr(w, name) for w in wheres) for name in ("cabin", "hall", "holding", "trip")}
    where = Where(facility=ledger.facility, hospital=ledger.hospital, **places)
    _count_stocks(ledger, on, where, sum(f.where.expected for f in lines))
    today = {"exit:released": released, "exit:transit": transit, "exit:border": 0}
    exits = tuple(ExitLine(code, name, today[code], ledger.exits[code]) for code, name in EXITS)
    return trips, exits


def _list_trips(moved: int) -> tuple[TripLine, ...]:
    if not moved:
        return ()
    shares = (moved // 2, moved // 4, min(3, moved), moved // 10)
    heads = (*shares, moved - sum(shares))
    return tuple(
        TripLine(name, long_distance, -(-each // 32), each, Decimal(km) * -(-each // 32))
        for (name, long_distance, km), each in zip(DESTINATIONS, heads, strict=True)
    )


def _count_work(ledger: Ledger, on: date, rng: Random, landed: int, hospital: int) -> None:
    taken = landed + rng.randint(120, 300)
    results = min(ledger.pending + taken * 4 // 5, ledger.pending + taken)
    ledger.pending += taken - results
    positive, invalid = min(hospital, 2), rng.randint(0, 3)
    ledger.add(on, "tests_taken", taken)
    ledger.add(on, "tests_negative", results - positive - invalid)
    ledger.add(on, "tests_positive", positive)
    ledger.add(on, "tests_pool_positive", 0)
    ledger.add(on, "tests_invalid", invalid)
    ledger.add(on, "tests_lost", 0)
    ledger.add(on, "cases_confirmed", min(positive, 1))
    ledger.add(on, "officers_deployed", 36)
    opened = rng.randint(1, 4)
    closed = rng.randint(0, min(3, ledger.issues + opened))
    reopened = 1 if closed > 2 else 0
    ledger.issues += opened + reopened - closed
    ledger.add(on, "issues_opened", opened)
    ledger.add(on, "issues_closed", closed)
    ledger.add(on, "issues_reopened", reopened)
    ledger.add(on, "checkpoint_staff", rng.randint(600, 1400))
    ledger.add(on, "checkpoint_others", rng.randint(40, 260))
    ledger.add(on, "checkpoint_findings", rng.randint(0, 3))


def _count_stocks(ledger: Ledger, on: date, where: Where, expected: int) -> None:
    stocks = {
        "people_expected": expected,
        "people_cabin": where.cabin,
        "people_hall": where.hall,
        "people_holding": where.holding,
        "people_trip": where.trip,
        "people_facility": where.facility,
        "people_hospital": where.hospital,
        "people_exit": sum(ledger.exits.values()),
        "people_open": where.cabin + where.hall + where.holding + where.trip,
        "tests_pending": ledger.pending,
        "duties_open": sum(o[2] for o in OWNERS),
        "duties_overdue": sum(o[3] for o in OWNERS),
        "issues_open": ledger.issues,
    }
    ledger.counts += [Count(figure, on, value) for figure, value in stocks.items()]
