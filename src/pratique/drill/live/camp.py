"""The force beside its posts: where it sleeps and eats, its own tubes, what its units ask of the command."""

import heapq
from collections.abc import Callable
from datetime import timedelta
from itertools import count

from pratique.core.answers import Refused
from pratique.core.safety.inspection import Answer, Seen
from pratique.core.safety.stock import Sort
from pratique.drill import events
from pratique.drill.live.opening import make_uuid
from pratique.drill.live.player import KITS, LABORATORIES, Player, tube_of
from pratique.drill.world.evidence import list_shifts
from pratique.drill.world.schedule import HOUR, MINUTE
from pratique.services import health, register, safety
from pratique.services.force import upward

ROOMS, BEDS = 12, 2
MOVED_IN = timedelta(days=5)
DIETS = ("halal", "vegetarian", "no_nuts")
DIET_EVERY, SWAB_EVERY = 5, 3
SUPPLIES = {"coverall": 900, "respirator": 1_400, "gloves": 3_000, "goggles": 60, "swab_kit": 2_200}
ANSWERED_SECONDS = 5 * HOUR
ASKED = (
    (
        8 * HOUR + 20 * MINUTE,
        "夜间转运请增派大客车两台 · Two more coaches for the night's transfers, please",
        "同意，由市局调派，20时前到位 · Granted: the city sends two, here by eight",
    ),
    (
        9 * HOUR + 40 * MINUTE,
        "驻地二楼热水不足，是否可换宿点 · Too little hot water on the second floor: may we move?",
        "先维修，明日仍不足再换 · Mend it first; if it is no better tomorrow, you move",
    ),
)
"""When units ask, what, and what the command answers."""
ANSWER_AFTER = 50 * MINUTE


class Camp:
    """Hears the day, and sees to the staff's lodging, tubes and requests in time."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.waiting: list[tuple[float, int, Callable[[float], None]]] = []
        self.numbers = count()
        self._lodge()
        self._set(7 * HOUR, self._disinfect)
        for shift in list_shifts(player.day):
            if shift.day_offset == 0:
                self._swab_later(shift.crew, shift.begins_second + 30 * MINUTE)
        for number, (second, asked, answered) in enumerate(ASKED):
            self._ask_later(number, second, asked, answered)

    def hear(self, event: events.Event) -> None:
        """Do what has come due."""
        while self.waiting and self.waiting[0][0] <= event.second:
            second, _, verb = heapq.heappop(self.waiting)
            self.player.flush()
            try:
                verb(second)
            except Refused as refused:
                self.player.refusals.append((refused.code, "camp"))

    def _set(self, second: float, verb: Callable[[float], None]) -> None:
        heapq.heappush(self.waiting, (second, next(self.numbers), verb))

    def _lodge(self) -> None:
        """Two to a room, some days ago; some cannot eat everything; the store room was counted."""
        day = self.player.day
        now, clerk = day.instant(0), self.player.desk("clerk")
        officers = day.port.officers[: ROOMS * BEDS]
        for number in range(ROOMS):
            room = safety.add_quarters(code=f"8{number + 1:02d}", beds=BEDS)
            for one in officers[number * BEDS : (number + 1) * BEDS]:
                safety.lodge(person=make_uuid(one.key), quarters=room.id, by=clerk, now=now - MOVED_IN)
        self._look_after_lodging()
        for number, one in enumerate(officers[::DIET_EVERY]):
            safety.record_diets(person=make_uuid(one.key), diets=[DIETS[number % len(DIETS)]])
        for supply, pieces in SUPPLIES.items():
            safety.move_stock(told=safety.Stock(supply, Sort.COUNT, pieces), by=clerk, now=now - MOVED_IN)
            safety.move_stock(
                told=safety.Stock(supply, Sort.OUT, pieces // 3), by=clerk, now=now - timedelta(hours=9)
            )

    def _look_after_lodging(self) -> None:
        """Disinfected every day since somebody moved in; inspected then, and found in order."""
        now, lead = self.player.day.instant(0), self.player.desk("epidemiologist")
        for ago in range(MOVED_IN.days):
            at = now - timedelta(days=ago, hours=6)
            safety.disinfect_lodging(agent="alcohol 75 %", by=self.player.desk("reception"), now=at)
        items = safety.get_rules().find_checklist("lodging")
        seen = {item.code: Seen(Answer.OK) for item in items.items} if items else {}
        walk = safety.Walk("lodging", register.CENTRAL, seen)
        safety.inspect(walk=walk, by=lead, now=now - MOVED_IN + timedelta(hours=10))

    def _disinfect(self, second: float) -> None:
        now = self.player.day.instant(second)
        safety.disinfect_lodging(agent="alcohol 75 %", by=self.player.desk("reception"), now=now)

    def _swab_later(self, crew: str, second: float) -> None:
        """Every third of a crew is sampled at the table when the shift has begun; the results come with the travellers'."""
        officers = [one for one in self.player.day.port.officers if one.crew == crew]
        for number, one in enumerate(officers[::SWAB_EVERY]):
            self._swab_one(one.key, second + number * 2 * MINUTE)

    def _swab_one(self, key: str, second: float) -> None:
        tube, laboratory = tube_of(key, int(second)), LABORATORIES[0]
        swab = health.Swab(make_uuid(key), tube, "nasopharyngeal", laboratory, KITS[0])

        def take(second: float) -> None:
            now, by = self.player.day.instant(second), self.player.desk("screener")
            health.take_sample(swab=swab, by=by, now=now)
            self.player.laboratories.put(tube=tube, laboratory=laboratory, second=second)

        def answer(second: float) -> None:
            laboratories = self.player.laboratories
            laboratories.answer(tube=tube, laboratory=laboratory, result="negative", second=second)

        self._set(second, take)
        self._set(second + ANSWERED_SECONDS, answer)

    def _ask_later(self, number: int, second: float, asked: str, answered: str) -> None:
        """A unit asks; the command answers within the hour."""
        day = self.player.day
        unit = day.port.units[number]
        by = next(make_uuid(one.key) for one in day.port.officers if one.unit == unit.key)
        name = make_uuid(f"{unit.key}/asked/{number}")

        def ask(second: float) -> None:
            said = upward.Ask(make_uuid(unit.key), asked)
            upward.ask(said=said, by=by, now=day.instant(second), request_id=name)

        def answer(second: float) -> None:
            upward.answer(
                about=name, text=answered, by=self.player.desk("commander"), now=day.instant(second)
            )

        self._set(second, ask)
        self._set(second + ANSWER_AFTER, answer)
