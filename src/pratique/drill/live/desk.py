"""The desk that works through the lists, as people do: it looks, asks, and writes down what it finds.

It knows the truth, as somebody does who goes and looks; but it only looks for those whom the product names, and it
changes the books only through the services.
"""

from itertools import count
from uuid import UUID

from pratique.core.answers import Refused
from pratique.core.custody.proofs import Source
from pratique.core.duties.vocabulary import Words
from pratique.drill import events
from pratique.drill.live.opening import NEVER_CAME, make_uuid
from pratique.drill.live.player import Player
from pratique.drill.world.schedule import HOUR, MINUTE
from pratique.drill.world.truth import ASTRAY
from pratique.services import custody, grounds, headcount
from pratique.services import flight as flights
from pratique.store import models, rows
from pratique.store.queries import headcounts, tower

CABIN_EMPTY_SECONDS = 100 * MINUTE
"""So long after landing nobody is left in a cabin who ever came."""
COUNTS_ASKED_SECONDS = 3 * HOUR
"""So long after landing the desk asks carriers whose counts differ to state them again."""
PHONE = "phone:desk"
FOUND = {
    "dispute_ruled_out": Words("争议裁定为不采信", "disputed scans ruled out"),
    "code_taken_back": Words("无主编码扫码撤回", "scans of codes that are nobody's, taken back"),
    "never_came": Words("名单上未登机者销账", "people listed who never came, written off"),
    "missed_and_found": Words("超时或点名缺席，找到并补扫", "people unseen or missing, found and scanned"),
    "called_and_scanned": Words("点名在别处，当场补扫", "people called elsewhere, scanned there"),
    "headcount_corrected": Words("清点更正", "headcounts corrected"),
    "trip_ended_late": Words("行程补办结束", "trips ended late"),
    "count_corrected": Words("承运人重报人数", "carriers' counts stated again"),
    "flight_closed": Words("航班关闭", "flights closed"),
}
"""What the desk settled, by kind, in the words of the report."""


class Desk:
    """One desk over the day. `found` counts what it settled, by kind."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.found: dict[str, int] = {}
        self._counter = count(1)
        self._asked: set[str] = set()
        models.Device.objects.get_or_create(
            id=make_uuid(PHONE), defaults={"name": PHONE, "token_hash": make_uuid(PHONE).bytes * 2}
        )

    def hear(self, event: events.Event) -> None:
        """Work the lists when it is time to, and see to a trip that cannot end at once."""
        if isinstance(event, events.ListsWorked):
            self.work(event.second)
        elif isinstance(event, events.TripReported) and self.player.unended:
            self.end_trips(event.second)

    def work(self, second: float) -> None:
        """Go through every list once."""
        self.player.flush()
        self._rule_out(second)
        self._annul_strangers(second)
        self._write_off_ghosts(second)
        self._look_for_the_missed(second)
        self._answer_roll_calls(second)
        self.end_trips(second)
        self._ask_for_counts(second)
        self._close_flights(second)

    def _note(self, kind: str) -> None:
        self.found[kind] = self.found.get(kind, 0) + 1

    def _rule_out(self, second: float) -> None:
        """Of every disputed scan: it is not believed, and whoever it names is scanned where they are."""
        now, by = self.player.day.instant(second), self.player.desk("commander")
        people = {traveller: person for person, traveller in self.player.travellers.items()}
        for scan, traveller in models.Dispute.objects.order_by("scan_id").values_list(
            "scan_id", "traveller_id"
        ):
            if models.Dispute.objects.filter(scan_id=scan).exists():
                custody.rule(
                    scan=scan,
                    believed=False,
                    by=by,
                    because="查无此事 Nobody of that code was there",
                    now=now,
                )
                self._note("dispute_ruled_out")
            if traveller in people:
                self._scan_where_they_are(people[traveller], second)

    def _annul_strangers(self, second: float) -> None:
        """Codes that are nobody's: the scan is taken back."""
        for person, traveller in self.player.travellers.items():
            if person in self.player.day.people or person in self._asked:
                continue
            scans = models.Scan.objects.filter(traveller_id=traveller).values_list("id", flat=True)
            for scan in list(scans):
                custody.annul(
                    scan=scan,
                    by=self.player.desk("commander"),
                    because="不是本口岸的编码 Not one of our codes",
                    now=self.player.day.instant(second),
                )
                self._asked.add(person)
                self._note("code_taken_back")

    def _write_off_ghosts(self, second: float) -> None:
        """Listed, and by the carrier's proof never aboard: out by the exit of those who never came."""
        day = self.player.day
        there = {
            self.player.travellers[p]
            for p, steps in day.truth.steps.items()
            if p in self.player.travellers and steps
        }
        landed = [f for f in day.flights if f.landed_second + CABIN_EMPTY_SECONDS <= second]
        cabins = {self.player.flights[f.key] for f in landed if f.key in self.player.flights}
        held = models.Position.objects.filter(holder_id__in=cabins).order_by("traveller_id")
        for traveller in list(held.values_list("traveller_id", flat=True)):
            if traveller not in there:
                now = self.player.day.instant(second)
                said = grounds.CarrierWord(
                    traveller, "地服值机主管 check-in lead", now, "关舱报 closing message"
                )
                grounds.hear_carrier(word=said, by=self.player.desk("screener"), now=now)
                self._scan(traveller, NEVER_CAME, second)
                self._note("never_came")

    def _look_for_the_missed(self, second: float) -> None:
        """Whoever is unseen for too long or was not found at a roll call: somebody goes and looks."""
        people = {traveller: person for person, traveller in self.player.travellers.items()}
        for traveller in tower.list_missed(now=self.player.day.instant(second)):
            if traveller in people and self._scan_where_they_are(people[traveller], second):
                self._note("missed_and_found")

    def _answer_roll_calls(self, second: float) -> None:
        """Whoever was called where the book does not have them is scanned where they are; if they have left by the
        exit that the book names, nobody can be: the count was wrong, and is corrected."""
        people = {traveller: person for person, traveller in self.player.travellers.items()}
        for difference in headcounts.list_differences(now=self.player.day.instant(second)):
            person = people.get(difference.traveller)
            if person is None or difference.code != "headcount_unexpected":
                continue
            true = self.player.day.truth.where(person, int(second))
            if true.startswith("exit:") and self._book_has(difference.traveller, true):
                self._strike_from_count(difference, second)
            elif self._scan_where_they_are(person, second):
                self._note("called_and_scanned")

    def _book_has(self, traveller: UUID, custodian: str) -> bool:
        holder = self.player.custodian(custodian)
        return models.Position.objects.filter(traveller_id=traveller, holder_id=holder).exists()

    def _strike_from_count(self, difference: headcounts.Difference, second: float) -> None:
        count = rows.read_headcounts(only=[difference.headcount])[difference.headcount]
        names = tuple(UUID(name) for name in sorted(count.names or ()) if UUID(name) != difference.traveller)
        headcount.correct(
            headcount=difference.headcount,
            correction=headcount.Correction(
                heads=len(names),
                names=names,
                because="误点：此人已离开 Ticked by mistake: this person has left",
            ),
            by=self.player.desk("commander"),
            now=self.player.day.instant(second),
        )
        self._note("headcount_corrected")

    def _scan_where_they_are(self, person: str, second: float) -> bool:
        true = self.player.day.truth.where(person, int(second))
        if true in (ASTRAY, "nowhere") or true.startswith("cabin:"):
            return False
        self._scan(self.player.travellers[person], true, second)
        return True

    def end_trips(self, second: float) -> None:
        """Trips that could not end: the screen names whom the books still have aboard, and they are scanned where they are."""
        people = {traveller: person for person, traveller in self.player.travellers.items()}
        for ride in list(self.player.unended):
            aboard = models.Position.objects.filter(holder_id=make_uuid(ride.key))
            for traveller in list(aboard.values_list("traveller_id", flat=True)):
                self._scan_where_they_are(people[traveller], second)
            if self.player.end_trip(ride, "ended", second):
                self.player.unended.remove(ride)
                self._note("trip_ended_late")

    def _scan(self, traveller: UUID, custodian: str, second: float) -> None:
        number, now = next(self._counter), self.player.day.instant(second)
        told = custody.Told(
            id=make_uuid(f"{self.player.day.on}/{PHONE}/{number}"),
            traveller=traveller,
            custodian=self.player.custodian(custodian),
            counter=number,
            device_at=now,
        )
        custody.receive(scans=[told], device=make_uuid(PHONE), by=self.player.desk("commander"), now=now)

    def _ask_for_counts(self, second: float) -> None:
        """Once per flight: whoever counted otherwise than the list, now settled, says states the count again."""
        day, by, now = self.player.day, self.player.desk("dispatcher"), self.player.day.instant(second)
        for flight in day.flights:
            if flight.key in self._asked or flight.landed_second + COUNTS_ASKED_SECONDS > second:
                continue
            self._asked.add(flight.key)
            row = self.player.flights[flight.key]
            came = sum(person.bound != "nowhere" for person in day.by_flight[flight.key])
            named = models.Position.objects.filter(flight_id=row, traveller_id__in=_list_named(row)).count()
            for source, heads in ((Source.CONTROL, named), (Source.CARRIER, came)):
                last = (
                    models.FlightCount.objects.filter(flight_id=row, source=source.value)
                    .order_by("-seq")
                    .first()
                )
                if last is not None and last.heads != heads:
                    flights.count(flight=row, source=source, heads=heads, by=by, now=now)
                    self._note("count_corrected")

    def _close_flights(self, second: float) -> None:
        """Every flight of which nobody is open."""
        for flight in (*self.player.day.past_flights, *self.player.day.flights):
            if flight.landed_second + COUNTS_ASKED_SECONDS > second or f"closed {flight.key}" in self._asked:
                continue
            try:
                flights.close(
                    flight=self.player.flights[flight.key],
                    by=self.player.desk("commander"),
                    now=self.player.day.instant(second),
                    settled=flights.Settled(
                        dict.fromkeys(
                            Source, "重数无误，原计数有误 Counted again: the first count was wrong"
                        ),
                        self.player.desk("screener"),
                    ),
                )
            except Refused:
                continue  # somebody is open: they stand on the flight's page by name
            self._asked.add(f"closed {flight.key}")
            self._note("flight_closed")


def _list_named(flight: UUID) -> list[UUID]:
    """Whoever a list of the flight named and the book took in."""
    admitted = models.Admission.objects.filter(flight_id=flight, manifested=True)
    return list(admitted.values_list("traveller_id", flat=True))
