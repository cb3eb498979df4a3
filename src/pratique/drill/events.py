"""A day as it comes in: everything that phones, carriers, laboratories and people tell the port, in order of time.

`list_events` can be played into any receiver. An event carries the keys of the invented world (`hall:west`,
`trip:20200415-004`, a person's key); whoever receives it knows what they stand for in its own books. `second` is when
the port hears of it; when it happened stands in the event.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pratique.drill.faults import USUAL, Mishaps, transmit
from pratique.drill.phones import Parcel
from pratique.drill.world.day import DAY_SECONDS, Day
from pratique.drill.world.evidence import Deed, Shift, list_deeds, list_shifts
from pratique.drill.world.manifests import Delivery, deliver
from pratique.drill.world.schedule import HOUR, MINUTE, Flight
from pratique.drill.world.track import Seen, follow
from pratique.drill.world.truth import HeadCount, Ride, RollCall, Test

PLANNED_AHEAD_SECONDS = 6 * MINUTE
"""A trip is opened so long before its people board."""
RELIEF_CALLED_SECONDS = 10 * MINUTE
HEARD_EVERY_SECONDS = 50 * MINUTE
"""So often a convoy on the road is heard."""
RECOUNTED_SECONDS = 20 * MINUTE
"""So long after a vehicle was emptied the prefecture counts again, if something differed."""
LISTS_WORKED_EVERY_SECONDS = 30 * MINUTE
"""So often the desk works through the lists of those who must be looked for."""
ISSUES = (
    (9 * HOUR, "转运车辆候车超过一小时", "Travellers waited more than an hour for a coach"),
    (13 * HOUR + 20 * MINUTE, "东厅测温仪读数偏低", "A thermometer in the east hall reads low"),
    (
        16 * HOUR + 40 * MINUTE,
        "远机位摆渡车消毒记录缺页",
        "A page is missing from the apron bus disinfection record",
    ),
)
"""What shifts found, with the second at which they did."""


@dataclass(frozen=True, slots=True)
class FlightScheduled:
    """The day's plan names an arrival."""

    second: float
    flight: Flight


@dataclass(frozen=True, slots=True)
class ManifestReceived:
    """A carrier's list arrives: a name and bytes."""

    second: float
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class FlightLanded:
    """A flight has landed."""

    second: float
    flight: Flight


@dataclass(frozen=True, slots=True)
class HeadsCounted:
    """Somebody counted the heads of a flight."""

    second: float
    count: HeadCount


@dataclass(frozen=True, slots=True)
class ScansSent:
    """A phone sends what it has."""

    second: float
    parcel: Parcel


@dataclass(frozen=True, slots=True)
class RollCalled:
    """A custodian has called names."""

    second: float
    call: RollCall


@dataclass(frozen=True, slots=True)
class TripPlanned:
    """A trip is opened: vehicle, destination, crew."""

    second: float
    ride: Ride


@dataclass(frozen=True, slots=True)
class HandoverOffered:
    """The giver offers so many people, by name, to a trip (`boarding`) or a trip to its destination."""

    second: float
    ride: Ride
    boarding: bool
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandoverAnswered:
    """The receiver accepts with its own count."""

    second: float
    ride: Ride
    boarding: bool
    heads: int


@dataclass(frozen=True, slots=True)
class TripReported:
    """A trip reports a step: ``departed``, ``arrived``, ``broken_down`` or ``ended``."""

    second: float
    ride: Ride
    step: str


@dataclass(frozen=True, slots=True)
class ConvoyHeard:
    """The convoy that this trip leads checks in, with a count of every vehicle."""

    second: float
    ride: Ride


@dataclass(frozen=True, slots=True)
class PrefectureRecounts:
    """Where something differed, the receiving prefecture counts the people of this trip again, by name."""

    second: float
    ride: Ride


@dataclass(frozen=True, slots=True)
class PositionSent:
    """A vehicle's tracker says where it is."""

    second: float
    ride: Ride
    seen: Seen


@dataclass(frozen=True, slots=True)
class DeedDone:
    """Evidence: something was done for somebody."""

    second: float
    deed: Deed


@dataclass(frozen=True, slots=True)
class SampleTaken:
    """A swab in a tube."""

    second: float
    test: Test


@dataclass(frozen=True, slots=True)
class ResultReceived:
    """The laboratory answers."""

    second: float
    test: Test


@dataclass(frozen=True, slots=True)
class OfficerAttended:
    """An officer comes ``in`` or goes ``out``."""

    second: float
    officer: str
    shift: Shift
    going: str


@dataclass(frozen=True, slots=True)
class IssueStepped:
    """A problem is raised, mended or verified."""

    second: float
    number: int
    step: str


@dataclass(frozen=True, slots=True)
class ListsWorked:
    """The desk works through its lists: whoever is disputed, unlisted, never came, or is still aboard by the books."""

    second: float


@dataclass(frozen=True, slots=True)
class BulletinDue:
    """A day is over, and its bulletin is to be published: at midnight, before anything of the next day is counted."""

    second: float
    on: date


Event = (
    FlightScheduled
    | ManifestReceived
    | FlightLanded
    | HeadsCounted
    | ScansSent
    | RollCalled
    | TripPlanned
    | HandoverOffered
    | HandoverAnswered
    | TripReported
    | ConvoyHeard
    | PrefectureRecounts
    | PositionSent
    | DeedDone
    | SampleTaken
    | ResultReceived
    | OfficerAttended
    | IssueStepped
    | ListsWorked
    | BulletinDue
)


def list_events(*, day: Day, mishaps: Mishaps = USUAL) -> list[Event]:
    """Everything that the port hears, in order of time.

    It begins weeks before midnight, with those who still live in the facilities: a receiver that starts with empty
    books needs nothing else.
    """
    events: list[Event] = []
    for flight in (*day.past_flights, *day.flights):
        events.append(FlightScheduled(flight.departed_second - 16 * HOUR, flight))
        events += [ManifestReceived(d.roll.second, d) for d in deliver(day=day, flight=flight)]
        events.append(FlightLanded(flight.landed_second + 30, flight))
    events += [HeadsCounted(count.second, count) for count in day.truth.head_counts]
    tracks = follow(day=day)
    for ride in day.truth.rides:
        events += _list_ride_events(ride)
        events += _list_convoy_events(ride) if is_long(day, ride) else ()
        events += [PositionSent(seen.second + 2, ride, seen) for seen in tracks.get(ride.key, ())]
    traffic = transmit(day=day, mishaps=mishaps)
    events += [ScansSent(parcel.second, parcel) for parcel in traffic.parcels]
    events += [RollCalled(call.second, call) for call in traffic.roll_calls]
    events += [DeedDone(deed.second, deed) for deed in list_deeds(day) if not deed.forgotten]
    for test in day.truth.tests:
        events += [SampleTaken(test.taken_second, test), ResultReceived(test.resulted_second, test)]
    events += _list_attendance(day)
    for number, (second, _, _) in enumerate(ISSUES):
        events += [
            IssueStepped(second, number, "raised"),
            IssueStepped(second + 100 * MINUTE, number, "mended"),
            IssueStepped(second + 190 * MINUTE, number, "verified"),
        ]
    until = int(max(day.end_second, max(event.second for event in events)))
    last = until + LISTS_WORKED_EVERY_SECONDS + 1
    events += [ListsWorked(s) for s in range(LISTS_WORKED_EVERY_SECONDS, last, LISTS_WORKED_EVERY_SECONDS)]
    for ago in (1, 0):
        midnight = (1 - ago) * DAY_SECONDS
        events += [ListsWorked(midnight - 60), BulletinDue(midnight, day.on - timedelta(days=ago))]
    return sorted(events, key=lambda event: (event.second, _ORDER[type(event)]))


_ORDER: dict[type, int] = {
    kind: place
    for place, kind in enumerate(
        (
            BulletinDue, FlightScheduled, OfficerAttended, ManifestReceived, FlightLanded, TripPlanned, HandoverOffered, ScansSent,
            HandoverAnswered, TripReported, ConvoyHeard, PrefectureRecounts, PositionSent, DeedDone, SampleTaken, ResultReceived, HeadsCounted, RollCalled,
            IssueStepped, ListsWorked,
        )
    )
}  # fmt: skip
"""What is heard first of several things at one second."""


def _list_ride_events(ride: Ride) -> Iterator[Event]:
    ahead = RELIEF_CALLED_SECONDS if ride.relieves else PLANNED_AHEAD_SECONDS
    yield TripPlanned(ride.start_second - ahead, ride)
    yield HandoverOffered(ride.start_second - 30, ride, True, ride.people)
    yield HandoverAnswered(ride.departed_second - 20, ride, True, len(ride.people))
    yield TripReported(ride.departed_second, ride, "departed")
    if ride.broke_down_second is not None:
        yield TripReported(ride.broke_down_second, ride, "broken_down")
        return
    yield TripReported(ride.arrived_second, ride, "arrived")
    yield HandoverOffered(ride.arrived_second + 30, ride, False, ride.people)
    yield HandoverAnswered(ride.unloaded_second + 20, ride, False, len(ride.people))
    yield TripReported(ride.returned_second, ride, "ended")


def is_long(day: Day, ride: Ride) -> bool:
    """Whether a trip goes to another prefecture than the port's own."""
    return day.port.posts[ride.destination].code not in ("", day.port.prefectures[0].code)


def _list_convoy_events(ride: Ride) -> Iterator[Event]:
    """Heard every so often until it has arrived; counted again at the end."""
    for second in range(ride.departed_second + HEARD_EVERY_SECONDS, ride.arrived_second, HEARD_EVERY_SECONDS):
        yield ConvoyHeard(second, ride)
    yield PrefectureRecounts(ride.unloaded_second + RECOUNTED_SECONDS, ride)


def _list_attendance(day: Day) -> Iterator[Event]:
    for shift in list_shifts(day):
        for number, officer in enumerate(o for o in day.port.officers if o.crew == shift.crew):
            early = shift.begins_second - (20 - number) * MINUTE
            yield OfficerAttended(early, officer.key, shift, "in")
            yield OfficerAttended(shift.ends_second + (8 + number) * MINUTE, officer.key, shift, "out")
