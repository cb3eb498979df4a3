"""What reception does through the day: rooms given to whoever came, rooms cleaned after whoever left."""

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from pratique.drill import events
from pratique.drill.live.opening import make_uuid
from pratique.drill.live.player import Player
from pratique.services.stay import removal, rooms
from pratique.store import models
from pratique.store.queries import lodgings

BLOCKED = (("facility:01", "空调故障 Air conditioning broken"), ("facility:03", "水管渗漏 A leaking pipe"))
"""One room of each of these is out of use on the day."""
AGREED = "医院总值班 Duty office of the hospital"
Standing = tuple[UUID, str, UUID | None]
"""A room and its state, or a traveller, their channel and their room."""


class Houses:
    """Hears the day; whoever was handed over to a facility gets a room, by the proposal, and is sent to hospital from it."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self._stood: dict[UUID, set[Standing]] = {}
        for key, because in BLOCKED:
            last = models.Room.objects.filter(facility_id=make_uuid(key)).order_by("floor", "code").last()
            if last is not None:
                at = player.day.instant(0) - timedelta(days=2)
                rooms.block(room=last.id, because=because, by=player.desk("reception"), now=at)

    def hear(self, event: events.Event) -> None:
        """Give rooms after each handover to a facility and move whoever a case put in another class; ask for the ill to be fetched;
        look after the empty rooms when the lists are worked."""
        if isinstance(event, events.HandoverAnswered) and not event.boarding:
            if event.ride.destination.startswith("facility:"):
                self._give(event.ride.destination, event.second)
        elif isinstance(event, events.HandoverOffered) and event.boarding:
            if event.ride.giver.startswith("facility:") and event.ride.destination.startswith("hospital:"):
                self._send(event)
        elif isinstance(event, events.ListsWorked):
            rooms.heed(now=self.player.day.instant(event.second))
            self._clean(event.second)
            for facility in self._list_changed(event.second):
                self._give(facility, event.second)

    def _send(self, event: events.HandoverOffered) -> None:
        """Whoever was found positive is to go to hospital: asked for on the page of their stay, and there once they are scanned."""
        self.player.flush()
        now = self.player.day.instant(event.second)
        for name in event.names:
            traveller = self.player.traveller(name, event.second)
            asked = removal.Asked(traveller, make_uuid(event.ride.destination), "positive", AGREED, now)
            held = models.Position.objects.filter(traveller_id=traveller, holder_kind="facility", inside=True)
            if held.exists():
                removal.ask(
                    asked=asked,
                    by=self.player.desk("reception"),
                    now=now,
                    removal=make_uuid(f"{self.player.day.on}/removal/{name}"),
                )

    def _give(self, key: str, second: float) -> None:
        self.player.flush()
        custodian, now = make_uuid(key), self.player.day.instant(second)
        if rooms.list_waiting(custodian=custodian, now=now):
            rooms.accept(custodian=custodian, by=self.player.desk("reception"), now=now)
        if rooms.count_misplaced(custodian=custodian, now=now):
            rooms.accept_moves(custodian=custodian, by=self.player.desk("reception"), now=now)

    def _list_changed(self, second: float) -> list[str]:
        """The facilities whose people, with their channels and rooms, or whose rooms are not as when they were last looked at."""
        self.player.flush()
        held = models.Position.objects.filter(holder_kind="facility", inside=True)
        house_of = dict(held.values_list("traveller_id", "holder_id"))
        within = lodgings.find_rooms(travellers=house_of, now=self.player.day.instant(second))
        stood: dict[UUID, set[Standing]] = defaultdict(set)
        for facility, room, state in models.Room.objects.values_list("facility_id", "id", "state"):
            stood[facility].add((room, state, None))
        channels = models.Traveller.objects.filter(id__in=house_of).values_list("id", "channel")
        for traveller, channel in channels:
            lodged = within[traveller].id if traveller in within else None
            stood[house_of[traveller]].add((traveller, channel, lodged))
        before, self._stood = self._stood, stood
        return [one.code for one in lodgings.list_facilities() if before.get(one.id) != stood[one.id]]

    def _clean(self, second: float) -> None:
        now = self.player.day.instant(second)
        ready = models.Room.objects.filter(state="disinfecting", ready_at__lte=now)
        for room in ready.values_list("id", flat=True):
            rooms.finish_disinfection(room=room, by=self.player.desk("reception"), now=now)
