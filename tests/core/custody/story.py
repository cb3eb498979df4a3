"""Stories of a day as an officer would tell them, read into entries of the ledger.

    11:40 CA403 lands with T1 T2          a flight with these on its list is down: they are in its cabin
    11:55 hall T1 T2                      the hall has them; the hall's own phone says so
    12:30 bus-1 T1, heard 15:00           the server heard of it only then
    12:31 bus-1 T2, phone p7 4            said by another phone, under its fourth count
    13:20 hotel T1 #oops                  a scan with a name, so that one can speak of it
    13:30 annul #oops                     taken back
    13:30 believe #oops / refuse #oops    a ruling
    12:10 hall finds X1 of CA403          somebody on no list (the flight may be left out)
    12:40 X1 is T2                        a link

`09:00+1` is the next day. Every part after a comma may stand in any entry where it makes sense. Whoever has no `heard`
was heard of at once; a custodian's own phone counts in the order in which things happened.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pratique.core.custody import fold
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

DAY = datetime(2020, 4, 15, tzinfo=UTC)
OFFICER = "officer"

GROUND = Ground(
    custodians={
        c.id: c
        for c in (
            Custodian("CA403", Kind.CABIN, "terminal", 150),
            Custodian("MU556", Kind.CABIN, "terminal", 150),
            Custodian("hall", Kind.HALL, "terminal", 150),
            Custodian("hall-2", Kind.HALL, "terminal", 150),
            Custodian("holding", Kind.HOLDING, "terminal", 150),
            Custodian("bus-1", Kind.TRIP, "", 150),
            Custodian("bus-2", Kind.TRIP, "", 150),
            Custodian("ambulance", Kind.TRIP, "", 90),
            Custodian("hotel", Kind.FACILITY, "hotel", 840),
            Custodian("inn", Kind.FACILITY, "inn", 840),
            Custodian("clinic", Kind.HOSPITAL, "clinic", 840),
            Custodian("released", Kind.EXIT),
            Custodian("in-transit", Kind.EXIT),
            Custodian("border", Kind.EXIT),
            Custodian("not-boarded", Kind.EXIT, never_came=True),
        )
    },
    travel_minutes={
        ("hotel", "terminal"): 40,
        ("inn", "terminal"): 30,
        ("clinic", "terminal"): 15,
        ("hotel", "inn"): 20,
        ("clinic", "hotel"): 20,
        ("clinic", "inn"): 20,
    },
)

_LINE = re.compile(r"(?P<at>\d\d:\d\d(?:\+\d)?) +(?P<what>[^,]+?)(?:, *(?P<rest>.*))?")


def at(clock: str) -> datetime:
    """`12:30` on the day of the story, `09:00+1` on the next."""
    time, _, days = clock.partition("+")
    hours, minutes = map(int, time.split(":"))
    return DAY + timedelta(days=int(days or 0), hours=hours, minutes=minutes)


def clock(instant: datetime) -> str:
    """The other way round."""
    days = (instant - DAY).days
    return f"{instant:%H:%M}" + (f"+{days}" if days else "")


def read(text: str) -> Journal:
    """The entries that a story tells of."""
    reader = _Reader()
    for line in filter(None, map(str.strip, text.splitlines())):
        reader.read(line)
    return reader.journal


class _Reader:
    def __init__(self) -> None:
        self.journal = Journal()
        self.number = 0

    def read(self, line: str) -> None:
        found = _LINE.fullmatch(line)
        assert found, f"not a line of a story: {line}"
        happened_at = at(found["at"])
        self.rest = dict(part.strip().split(" ", 1) for part in (found["rest"] or "").split(",") if part)
        times = {"happened_at": happened_at, "recorded_at": happened_at}
        if "heard" in self.rest:
            times["recorded_at"] = at(self.rest["heard"])
        match found["what"].split():
            case [flight, "lands", "with", *names]:
                self._add("admissions", *(Admission(n, flight, flight=flight, **times) for n in names))
            case [custodian, "finds", name, "of", flight]:
                self._add("admissions", Admission(name, custodian, flight=flight, manifested=False, **times))
            case [custodian, "finds", name]:
                self._add("admissions", Admission(name, custodian, manifested=False, **times))
            case ["annul", scan]:
                self._add("annulments", Annulment(scan, OFFICER, "a slip", **times))
            case ["believe" | "refuse" as verdict, scan]:
                self._add("rulings", Ruling(scan, verdict == "believe", OFFICER, "asked", **times))
            case [name, "is", other]:
                self._add("links", Link(name, other, OFFICER, "passport", **times))
            case [custodian, *names]:
                self._add("scans", *self._scan(custodian, names, times))

    def _scan(self, custodian: str, names: list[str], times: dict[str, datetime]) -> list[Scan]:
        minute = (times["happened_at"] - DAY) // timedelta(minutes=1)
        device, _, counter = self.rest.get("phone", f"{custodian}'s phone {minute}").rpartition(" ")
        own = [n for n in names if n.startswith("#")]
        scans = []
        for name in (n for n in names if not n.startswith("#")):
            self.number += 1
            scan = own[0] if own else f"#{self.number}"
            scans.append(Scan(scan, name, custodian, device=device, counter=int(counter), **times))
        assert scans, "a scan must be of somebody"
        return scans

    def _add(self, kind: str, *entries: object) -> None:
        self.journal = replace(self.journal, **{kind: (*getattr(self.journal, kind), *entries)})


class Told:
    """A story, folded; asked in plain words."""

    def __init__(self, text: str | Journal, ground: Ground = GROUND) -> None:
        self.journal = read(text) if isinstance(text, str) else text
        self.ground = ground
        self.books = fold.fold(journal=self.journal, ground=ground)

    def as_of(self, time: str) -> "Told":
        """How it stood then, by all that is known today."""
        return Told(self.journal.as_of(at(time)), self.ground)

    def as_known_at(self, time: str) -> "Told":
        """What one could read in the book then."""
        return Told(self.journal.as_known_at(at(time)), self.ground)

    def where(self, name: str) -> str | None:
        """Who has them."""
        position = self.books.positions.get(name)
        return position.holder if position else None

    def way(self, name: str) -> str:
        """All their movements: `11:40 CA403, 11:55 hall`."""
        account = self.books.accounts.get(name)
        return ", ".join(f"{clock(m.happened_at)} {m.receiver}" for m in account.movements) if account else ""

    def seen(self, name: str) -> str:
        """When they were last seen."""
        return clock(self.books.positions[name].seen_at)

    def disputes(self) -> list[str]:
        """What waits for a ruling: `T1 #oops two_places`."""
        return [f"{d.traveller} {d.scan} {d.code}" for d in self.books.disputes]

    def remarks(self) -> list[str]:
        """What is odd and was believed: `T1 irregular_step`."""
        return [f"{o.subject} {o.code}" for o in self.books.objections]


def tell(text: str) -> Told:
    """Read a story and fold it."""
    return Told(text)
