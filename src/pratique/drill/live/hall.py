"""What happens in the hall beside the desks: declarations that travellers filled in before they came, staff counted at gates."""

from datetime import timedelta

from pratique.core.duties.vocabulary import Kind
from pratique.drill import events
from pratique.drill.live.player import Player
from pratique.drill.world.people import Person
from pratique.drill.world.schedule import Flight
from pratique.services import checkpoint, declaration, illness
from pratique.services.illness import Report
from pratique.store import models

DECLARED_CHANCE = 0.5
GATES = (("S1", "员工通道", "Staff gate"), ("L2", "二层到达厅入口", "Arrivals hall, level 2"))
HEADS = {"staff": 14, "visitor": 5, "crew": 3}
"""Heads an hour at each gate, about."""
FEVER_CHANCE = 0.04
JOURNEY_DAYS = 20


class Hall:
    """Hears the day; whoever declared before landing, and whoever passed the gates, is on record."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.rng = player.day.stream("hall")
        self._heard: set[str] = set()
        self.gates = [
            checkpoint.open_checkpoint(code=code, name_zh=zh, name_en=en).id for code, zh, en in GATES
        ]

    def hear(self, event: events.Event) -> None:
        """Declarations as people are known to the books, and the gates, whenever lists are worked."""
        if isinstance(event, events.ListsWorked) and event.second > 0:
            self._declare(event.second)
            self._count(event.second)

    def _declare(self, second: float) -> None:
        for flight in self.player.day.flights:
            if flight.landed_second <= second and flight.key not in self._heard:
                self._heard.add(flight.key)
                for person in self.player.day.by_flight[flight.key]:
                    if person.key in self.player.travellers and self.rng.random() < DECLARED_CHANCE:
                        self._fill_in(person, flight, second)

    def _fill_in(self, person: Person, flight: Flight, second: float) -> None:
        on = self.player.day.on
        journey = declaration.Visit(flight.stops[-1].country, on - timedelta(days=JOURNEY_DAYS), on)
        form = declaration.Form(
            seat=person.seat,
            answers=dict.fromkeys(declaration.QUESTIONS, False) | _complain(person),
            visits=(journey,),
        )
        declaration.declare(
            traveller=self.player.travellers[person.key],
            declaration=form,
            by=None,
            source="traveller",
            now=self.player.day.instant(second),
        )

    def _count(self, second: float) -> None:
        now, by = self.player.day.instant(second), self.player.desk("screener")
        for gate in self.gates:
            for sort, usual in HEADS.items():
                heads = self.rng.randint(usual // 2, usual * 3 // 2)
                if heads:
                    checkpoint.count(tap=checkpoint.Tap(gate, sort, heads), by=by, now=now)
        if self.rng.random() < FEVER_CHANCE and not models.Finding.objects.exists():
            found = checkpoint.Found(self.gates[0], "staff", 37.8, ("cough",))
            row = checkpoint.find(found=found, by=by, now=now)
            for step in ("detect", "interview", "report", "isolate_refer"):
                told = Report(Kind.FINDING, row.id, ("mask", "distance") if step == "detect" else (), step)
                illness.report(report=told, by=by, now=now)


def _complain(person: Person) -> dict[str, bool]:
    return {"cough": True, "fever": True} if person.risk_class == "case" else {}
