"""The convoys of the invented day: long trips to one prefecture that set off together go together.

Their commander is heard by the clock and counts who is truly aboard; the prefecture counts again until count and names agree.
"""

from itertools import count
from uuid import UUID
from zoneinfo import ZoneInfo

from pratique.core.custody.handover import State
from pratique.drill import events
from pratique.drill.live.opening import make_uuid
from pratique.drill.live.player import Player
from pratique.drill.world.schedule import MINUTE
from pratique.drill.world.truth import Ride
from pratique.services import custody
from pratique.services.convoy import acceptance, course, forming
from pratique.store import models
from pratique.store.queries import convoys, ways

TOGETHER_SECONDS = 60 * MINUTE
"""Trips whose starts lie no further apart go together."""
PHONE = "phone:convoy"
NEAR_MINUTES = 30
"""A call so near to a rest place in time is made from there."""


class Convoys:
    """Plays what concerns convoys, after the player has played the event itself."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self._counter = count(1)
        models.Device.objects.get_or_create(
            id=make_uuid(PHONE), defaults={"name": PHONE, "token_hash": make_uuid(PHONE).bytes * 2}
        )
        self.led: dict[str, str] = {}
        self.by_leader: dict[str, list[Ride]] = {}

    def hear(self, event: events.Event) -> None:
        """Form or join, report and be heard, count again."""
        if isinstance(event, events.TripPlanned) and events.is_long(self.player.day, event.ride):
            self._form(event.ride, event.second)
        elif isinstance(event, events.TripReported | events.HandoverAnswered) and event.ride.key in self.led:
            course.heed(convoy=self._find(event.ride), now=self.player.day.instant(event.second))
        elif isinstance(event, events.ConvoyHeard) and self.led.get(event.ride.key) == event.ride.key:
            self._check_in(event.ride, event.second)
        elif isinstance(event, events.PrefectureRecounts) and event.ride.key in self.led:
            self._recount(event.ride, event.second)

    def _find(self, ride: Ride) -> UUID:
        """The convoy of a trip of which it is known that it is in one."""
        return UUID(str(models.Trip.objects.values_list("convoy_id", flat=True).get(id=make_uuid(ride.key))))

    def _form(self, ride: Ride, second: float) -> None:
        for leader, own in self.by_leader.items():
            near = abs(own[0].start_second - ride.start_second) <= TOGETHER_SECONDS
            if near and own[0].destination == ride.destination:
                forming.join(
                    convoy=self._find(own[0]),
                    trip=make_uuid(ride.key),
                    by=self.player.desk("dispatcher"),
                    now=self.player.day.instant(second),
                )
                own.append(ride)
                self.led[ride.key] = leader
                return
        forming.form(
            order=forming.Order(trips=(make_uuid(ride.key),), commander=self.player.desk("escort")),
            zone=ZoneInfo(self.player.day.port.zone),
            by=self.player.desk("dispatcher"),
            now=self.player.day.instant(second),
        )
        self.led[ride.key] = ride.key
        self.by_leader[ride.key] = [ride]

    def _check_in(self, leader: Ride, second: float) -> None:
        """Whoever is truly aboard and not in the book is scanned aboard; then the heads are told."""
        now = self.player.day.instant(second)
        convoy = convoys.find_convoy(convoy=self._find(leader))
        if convoy is None or convoy.over:
            return
        self.player.flush()
        counts = {}
        for ride in self.by_leader[leader.key]:
            truly = {p for p in ride.people if self.player.day.truth.where(p, int(second)) == ride.key}
            booked = set(
                models.Position.objects.filter(holder_id=make_uuid(ride.key)).values_list(
                    "traveller_id", flat=True
                )
            )
            for person in sorted(truly):
                traveller = self.player.traveller(person, second)
                if traveller not in booked:
                    self._scan(traveller, ride, second)
            counts[make_uuid(ride.key)] = len(truly)
        moving = {t.id for t in convoy.trips if t.departed_at and not t.ended_at}
        if moving:
            told = course.CheckIn({trip: counts[trip] for trip in moving}, _find_stop(convoy, leader, second))
            course.check_in(convoy=convoy.id, told=told, by=self.player.desk("escort"), now=now)

    def _scan(self, traveller: UUID, ride: Ride, second: float) -> None:
        number, now = next(self._counter), self.player.day.instant(second)
        told = custody.Told(
            id=make_uuid(f"{self.player.day.on}/{PHONE}/{number}"),
            traveller=traveller,
            custodian=make_uuid(ride.key),
            counter=number,
            device_at=now,
        )
        custody.receive(scans=[told], device=make_uuid(PHONE), by=self.player.desk("escort"), now=now)

    def _recount(self, ride: Ride, second: float) -> None:
        """The prefecture ticks by name whoever is with it; a scan that was lost on the way is made good by it."""
        now, trip = self.player.day.instant(second), make_uuid(ride.key)
        convoy = convoys.find_convoy(convoy=self._find(ride))
        if convoy is None or convoy.over:
            return
        self.player.flush()
        handover = course.judge_all(found=[convoy], now=now)[convoy.id].handovers.get(trip)
        if handover is None or handover.state is State.CLOSED:
            return
        there = [p for p in ride.people if self.player.day.truth.where(p, int(second)) == ride.destination]
        names = frozenset(self.player.traveller(person, second) for person in there)
        acceptance.accept(
            convoy=convoy.id,
            trip=trip,
            told=acceptance.Receipt(len(names), names, "按名单清点 counted by the list"),
            by=self.player.desk("prefecture"),
            now=now,
        )


def _find_stop(convoy: convoys.Convoy, leader: Ride, second: float) -> str:
    """The rest place that the leader is at, if it is near one of the convoy's that it was not heard at before."""
    whole = ways.list_ways()[convoy.destination.place].minutes
    gone = whole * (second - leader.departed_second) / (leader.arrived_second - leader.departed_second)
    heard = {r.attributes.get("stop") for r in convoys.list_reports(convoy=convoy.id)}
    near = [h for h in convoy.halts if abs(h.minutes - gone) <= NEAR_MINUTES and h.code not in heard]
    return near[0].code if near else ""
