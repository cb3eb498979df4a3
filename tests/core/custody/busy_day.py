"""An ordinary busy day up to six in the evening: what truly happened, what phones said of it, who counted what.

Truth is made first, person by person. The phones' scans are made from truth and then come late, twice, shuffled, with
clocks set back and with slips of the finger; every count is made from truth alone, never from the books.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from pratique.core.custody.entry import (
    Admission,
    Annulment,
    Custodian,
    Ground,
    Journal,
    Kind,
    Link,
    Ruling,
    Scan,
)
from pratique.core.custody.proofs import Control, FlightCount, Headcount, Source, Witness

from .story import DAY, OFFICER

NOW = DAY + timedelta(hours=18)
ROAD_MINUTES = {"hotel": 40, "inn": 30, "clinic": 15}
LANDINGS = {"CA403": 8.0, "MU556": 9.5, "8L802": 12.25, "TG612": 15.5, "KY8001": 17.3}
LISTED = 36
EXITS = ("in-transit", "border", "not-boarded")


@dataclass(slots=True)
class Day:
    """The day while it is being told. `steps` are where each person truly went, as (when, custodian)."""

    random: Random
    steps: dict[str, list[tuple[datetime, str]]] = field(default_factory=dict)
    listed: dict[str, str] = field(default_factory=dict)
    aboard: Counter[str] = field(default_factory=Counter)
    trips: set[str] = field(default_factory=set)
    admissions: list[Admission] = field(default_factory=list)
    scans: list[Scan] = field(default_factory=list)
    annulments: list[Annulment] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    bands: dict[str, str] = field(default_factory=dict)
    counters: Counter[str] = field(default_factory=Counter)
    by_now: Counter[str] = field(default_factory=Counter)

    @property
    def ground(self) -> Ground:
        """The port of this day."""
        kinds = {"hall": Kind.HALL, "hall-2": Kind.HALL, "holding": Kind.HOLDING}
        posts = [Custodian(p, kind, "terminal", 150) for p, kind in kinds.items()]
        posts += [Custodian(f, Kind.CABIN, "terminal", 150) for f in LANDINGS]
        posts += [Custodian(t, Kind.TRIP, "", 150) for t in sorted(self.trips)]
        posts += [Custodian(f, Kind.FACILITY, f, 300) for f in ("hotel", "inn")]
        posts += [Custodian("clinic", Kind.HOSPITAL, "clinic", 840)]
        posts += [Custodian(e, Kind.EXIT, never_came=e == "not-boarded") for e in EXITS]
        minutes = {tuple(sorted((p, "terminal"))): m for p, m in ROAD_MINUTES.items()}
        minutes |= {("hotel", "inn"): 20, ("clinic", "hotel"): 20, ("clinic", "inn"): 20}
        return Ground({c.id: c for c in posts}, minutes)

    @property
    def journal(self) -> Journal:
        """Everything the server heard up to now, in the order in which it heard it, repeats included."""
        scans = [s for s in self.scans if s.recorded_at <= NOW]
        self.random.shuffle(scans)
        scans.sort(key=lambda s: s.recorded_at)
        return Journal(
            admissions=tuple(self.admissions),
            scans=tuple(scans),
            annulments=tuple(self.annulments),
            rulings=tuple(self.rulings),
            links=tuple(self.links),
        )

    def where(self, person: str, instant: datetime) -> str | None:
        """Who truly has them."""
        been = [custodian for when, custodian in self.steps[person] if when <= instant]
        return been[-1] if been else None

    @property
    def positions(self) -> dict[str, str]:
        """Who truly has whom at the end."""
        held = {person: self.where(person, NOW) for person in self.steps}
        return {person: custodian for person, custodian in held.items() if custodian is not None}

    def go(self, person: str, custodian: str, when: datetime, *, phone: str = "") -> datetime:
        """Somebody is received there, and scanned; what lies in the future does not happen."""
        if when <= NOW:
            self.steps.setdefault(person, []).append((when, custodian))
            self.scan(person, custodian, when, phone=phone)
        return when

    def scan(self, person: str, custodian: str, when: datetime, *, phone: str = "", told: int = 0) -> Scan:
        """A phone says so; it may be heard late, and more than once. `told` minutes its clock is slow."""
        phone = phone or f"{custodian}/{self.random.randint(1, 2)}"
        self.counters[phone] += 1
        # A phone's counter rises with the true time, however the people are told of here.
        counter = int((when - DAY).total_seconds()) * 1000 + self.counters[phone] % 1000
        late = timedelta(minutes=self.random.choice([0] * 7 + [5, 70, 170]))
        scan = Scan(
            id=f"{self.random.getrandbits(48):012x}",
            traveller=self.bands.get(person, person),
            custodian=custodian,
            happened_at=when - timedelta(minutes=told),
            recorded_at=min(max(when + late, when), NOW),
            device=phone,
            counter=counter,
        )
        self.scans.append(scan)
        if self.random.random() < 0.1:
            again = scan.recorded_at + timedelta(minutes=self.random.randint(1, 60))
            self.scans.append(replace(scan, recorded_at=min(again, NOW)))
        return scan


def make_day(seed: int) -> Day:
    """One seeded day."""
    day = Day(Random(seed))
    for flight, hour in LANDINGS.items():
        _tell_flight(day, flight, DAY + timedelta(hours=hour))
    _tell_slips(day)
    return day


def _minutes(day: Day, least: int, most: int) -> timedelta:
    return timedelta(seconds=day.random.randint(least * 60, most * 60))


def _tell_flight(day: Day, flight: str, landed_at: datetime) -> None:
    people = [f"{flight}-{n:02}" for n in range(1, LISTED + 1)]
    for person in people:
        day.listed[person] = flight
        day.admissions.append(Admission(person, flight, landed_at, landed_at, flight=flight))
        day.steps[person] = [(landed_at, flight)]
    absent, stranger = people[-1], f"{flight}-X1"
    day.go(absent, "not-boarded", landed_at + timedelta(minutes=40))
    _tell_stranger(day, flight, stranger, landed_at)
    day.bands[people[4]] = f"{flight}-B1"
    ready = []
    for number, person in enumerate([*people[:-1], stranger]):
        day.aboard[flight] += 1
        hall = day.random.choice(["hall", "hall-2"])
        slow = timedelta(minutes=40 if number == 11 else 0)  # waits in the cabin for a wheelchair
        at_hall = day.go(person, hall, landed_at + timedelta(minutes=10) + slow + _minutes(day, 0, 20))
        if number == 9:
            day.go(person, "border", at_hall + _minutes(day, 15, 30))
            continue
        at_holding = day.go(person, "holding", at_hall + _minutes(day, 10, 35), phone=f"escort/{flight}")
        if number == 10:
            day.go(person, "in-transit", at_holding + _minutes(day, 20, 40))
        else:
            ready.append((at_holding, number, person))
    if (linked_at := landed_at + timedelta(minutes=50)) <= NOW:
        day.links.append(
            Link(f"{flight}-B1", people[4], OFFICER, "passport", happened_at=linked_at, recorded_at=linked_at)
        )
    else:
        day.links.append(
            Link(f"{flight}-B1", people[4], OFFICER, "passport", happened_at=NOW, recorded_at=NOW)
        )
    _tell_trips(day, flight, sorted(ready))


def _tell_stranger(day: Day, flight: str, stranger: str, landed_at: datetime) -> None:
    """Somebody who came and is on no list; the door counts them, an officer enters them."""
    found_at = min(landed_at + timedelta(minutes=8), NOW)
    day.steps[stranger] = [(found_at, flight)]
    day.admissions.append(Admission(stranger, flight, found_at, found_at, flight=flight, manifested=False))


def _tell_trips(day: Day, flight: str, ready: list[tuple[datetime, int, str]]) -> None:
    """Loads of eight to the hotels; the second load's first falls ill and goes on to the clinic."""
    for number, start in enumerate(range(0, len(ready), 8), start=1):
        load, trip = ready[start : start + 8], f"{flight}/trip-{number}"
        target = day.random.choice(["hotel", "inn"])
        leaves = max(when for when, _, _ in load) + _minutes(day, 5, 25)
        arrives = leaves + timedelta(minutes=ROAD_MINUTES[target]) + _minutes(day, 6, 25)
        day.trips.add(trip)
        for place, (_, _, person) in enumerate(load):
            boards = leaves - timedelta(seconds=20 * (len(load) - place))
            day.go(person, trip, boards, phone=f"escort/{trip}")
            at_hotel = day.go(person, target, arrives + timedelta(seconds=20 * place))
            if number == 2 and place == 0:
                _tell_ill(day, flight, person, at_hotel + timedelta(minutes=50))
                continue
            for hours in (4, 8):
                if (round_at := at_hotel + timedelta(hours=hours) + _minutes(day, 0, 40)) <= NOW:
                    day.scan(person, target, round_at)


def _tell_ill(day: Day, flight: str, person: str, falls_ill_at: datetime) -> None:
    ride = f"{flight}/ambulance"
    day.trips.add(ride)
    day.go(person, ride, falls_ill_at)
    day.go(person, "clinic", falls_ill_at + timedelta(minutes=25))


def _tell_slips(day: Day) -> None:
    """What goes wrong on any day, and what officers said about it, shortly before now."""
    held = {c: sorted(p for p, c_ in day.positions.items() if c_ == c) for c in set(day.positions.values())}
    waiting = [p for p in (*held.get("hall", ()), *held.get("hall-2", ())) if p not in day.bands]
    ran = max(waiting, key=lambda p: day.steps[p][-1][0])
    waiting.remove(ran)
    slipped, taken_back, ruled_out, reused = _choose(day, waiting, 4)
    just_now = NOW - timedelta(minutes=2)
    day.scan(slipped, "hotel", just_now)  # the hotel typed a wrong number: nobody has ruled on it yet
    slip = day.scan(taken_back, "KY8001/trip-1", just_now)
    day.annulments.append(Annulment(slip.id, OFFICER, "wrong person", NOW, NOW))
    wrong = day.scan(ruled_out, "KY8001/trip-1", just_now)
    day.rulings.append(Ruling(wrong.id, False, OFFICER, "they stand here", NOW, NOW))
    fast = day.scan(ran, "clinic", just_now)  # faster than the table allows, but it was so
    day.steps[ran].append((just_now, "clinic"))
    day.rulings.append(Ruling(fast.id, True, OFFICER, "with blue lights", NOW, NOW))
    seen = day.scan(reused, day.positions[reused], just_now)
    day.scans.append(replace(seen, traveller=slipped, custodian="inn"))
    _tell_clock_set_back(
        day, _choose(day, sorted(set(waiting) - {slipped, taken_back, ruled_out, reused}), 3)
    )
    gone = _choose(day, sorted(held["in-transit"]), 1)[0]
    day.scan(gone, "hotel", just_now)
    _tell_last_boardings(day, held.get("holding", []))


def _tell_clock_set_back(day: Day, people: list[str]) -> None:
    """An escort takes three on by one phone, whose clock goes back 20 minutes between two of its scans."""
    day.trips.add("KY8001/late-bus")
    for person in people:
        first, second = NOW - timedelta(seconds=70), NOW - timedelta(seconds=60)
        day.steps[person] += [(first, "holding"), (second, "KY8001/late-bus")]
        day.scan(person, "holding", first, phone="escort/late")
        day.scan(person, "KY8001/late-bus", second, phone="escort/late", told=20)


def _tell_last_boardings(day: Day, waiting: list[str]) -> None:
    """Some who wait are taken straight into the hotel's own car, which nobody scans: an unusual step, but true."""
    for person in waiting[:2]:
        came = day.steps[person][-1][0]
        if NOW - came >= timedelta(minutes=ROAD_MINUTES["inn"]):
            day.go(person, "inn", NOW - timedelta(seconds=30))


def _choose(day: Day, people: list[str], number: int) -> list[str]:
    assert len(people) >= number, "the last flight must have people in the hall"
    return day.random.sample(people, number)


def make_witness(day: Day, *, heard: int) -> Witness:
    """Everybody who counted, from truth. `heard` is how many messages the server took in."""
    came = {f: day.aboard[f] for f in LANDINGS}
    doors = [FlightCount(f, Source.DOOR, n, NOW) for f, n in came.items()]
    carriers = [FlightCount(f, Source.CARRIER, n, NOW) for f, n in came.items()]
    lists = [FlightCount(f, Source.CONTROL, LISTED, NOW) for f in LANDINGS]
    facilities = [FlightCount(f, Source.FACILITY, _count_housed(day, f), NOW) for f in LANDINGS]
    hours = [DAY + timedelta(hours=h) for h in (9.1, 10.6, 12.9, 14.2, 16.7)]
    calls = [_call(day, c, hour) for hour in hours for c in ("hotel", "inn", "holding", "hall")]
    calls += [
        _call(day, custodian, NOW) for custodian in sorted(day.ground.custodians) if custodian not in EXITS
    ]
    calls += [
        replace(_call(day, c, NOW - timedelta(hours=1)), names=None) for c in ("hotel", "inn", "clinic")
    ]
    loaded = sum(any(c in day.trips for _, c in steps) for steps in day.steps.values())
    return Witness(
        counts=(*doors, *carriers, *lists, *facilities),
        headcounts=tuple(calls),
        totals=Counter(day.positions.values()),
        controls=(Control("loads", seen=loaded + 1, served=loaded, unserved=("walks",)),),
        handed_in=heard,
    )


def _count_housed(day: Day, flight: str) -> int:
    own = [steps for person, steps in day.steps.items() if person.startswith(flight)]
    return sum(any(c in ROAD_MINUTES for _, c in steps) for steps in own)


def _call(day: Day, custodian: str, instant: datetime) -> Headcount:
    names = frozenset(_list_held(day, custodian, instant))
    return Headcount(custodian, len(names), instant, names)


def _list_held(day: Day, custodian: str, instant: datetime) -> Iterable[str]:
    return (person for person in day.steps if day.where(person, instant) == custodian)
