"""What travellers say and what is done about it: slips, calls for help, a complaint, an objection, an order, somebody calmed.

Each happens once or twice in an invented day, so that every desk that answers has something to answer, and is answered in time
or, where the day ends first, still waits.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from pratique.drill import events
from pratique.drill.live.opening import make_uuid
from pratique.drill.live.player import Player
from pratique.drill.world.schedule import HOUR, MINUTE
from pratique.services import procedure
from pratique.services.stay import call, term
from pratique.services.window import measures, petition, slip
from pratique.store import models

SLIP_LANGUAGES = ("zh", "en", "vi", "th", "lo", "my")
SLIPS_A_FLIGHT = 12
CALLS = (
    ("medical", "我的降压药快用完了。", "药房今天下午送到，护士会给您量血压。"),
    (
        "interpreter",
        "I do not understand what the paper at the door says.",
        "An interpreter calls your room at once.",
    ),
)
COMPLAINT = ("waiting", "We waited three hours for the bus and nobody told us why.")
OBJECTION = "我登机前已经隔离过三天，请重新计算天数。"


class Voices:
    """Hears the day; says what travellers say whenever lists are worked."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.rng = player.day.stream("voices")
        self._given: set[str] = set()
        self._acts: list[tuple[float, Callable[[float], bool]]] = [
            (9 * HOUR, self._calm),
            (9 * HOUR + 30 * MINUTE, self._call),
            (10 * HOUR, self._answer_calls),
            (10 * HOUR, self._complain),
            (11 * HOUR, self._object),
            (11 * HOUR + 30 * MINUTE, self._order),
            (12 * HOUR, self._answer),
        ]
        """From which second of the day each is done, in order; what finds nobody yet is tried again."""

    def hear(self, event: events.Event) -> None:
        """Whatever its time has come for."""
        if not isinstance(event, events.ListsWorked) or event.second <= 0:
            return
        self.player.flush()
        self._give_slips(event.second)
        self._acts = [
            (since, act) for since, act in self._acts if since > event.second or not act(event.second)
        ]

    def _at(self, second: float, minutes: int = 0) -> datetime:
        return self.player.day.instant(second) + timedelta(minutes=minutes)

    def _name(self, what: str) -> UUID:
        return make_uuid(f"{self.player.day.on}/voices/{what}")

    def _give_slips(self, second: float) -> None:
        for flight in self.player.day.flights:
            if flight.landed_second > second or flight.key in self._given:
                continue
            self._given.add(flight.key)
            people = [p.key for p in self.player.day.by_flight[flight.key] if p.key in self.player.travellers]
            for key in people[:SLIPS_A_FLIGHT]:
                slip.issue(
                    traveller=self.player.travellers[key],
                    language=self.rng.choice(SLIP_LANGUAGES),
                    by=self.player.desk("screener"),
                    now=self._at(second),
                    slip_id=self._name(f"slip/{key}"),
                )

    def _list_held(self, kind: str) -> list[UUID]:
        """Whoever is with this kind of custodian and came today: nobody whose release is near."""
        came_today = set(self.player.travellers.values())
        held = models.Position.objects.filter(holder_kind=kind, inside=True).order_by("traveller_id")
        return [one for one in held.values_list("traveller_id", flat=True) if one in came_today]

    def _call(self, second: float) -> bool:
        guests = self._list_held("facility")
        if len(guests) < len(CALLS):
            return False
        for (sort, said, _), who in zip(CALLS, guests, strict=False):
            call.call_for_help(
                traveller=who, sort=sort, text=said, now=self._at(second), call_id=self._name(f"call/{sort}")
            )
        return True

    def _answer_calls(self, second: float) -> bool:
        """Within the half hour that is owed, as the duty nurse would."""
        waiting = {one.sort: one for one in call.list_open()}
        if not waiting:
            return False
        for sort, _, answer in CALLS:
            if sort in waiting:
                at = waiting[sort].asked_at + timedelta(minutes=9)
                call.answer(call=waiting[sort].id, text=answer, by=self.player.desk("reception"), now=at)
        return True

    def _complain(self, second: float) -> bool:
        guests = self._list_held("facility")
        if not guests:
            return False
        asked = petition.Asked(*COMPLAINT, "en")
        petition.complain(
            traveller=guests[-1], asked=asked, now=self._at(second), petition_id=self._name("complaint")
        )
        return True

    def _object(self, second: float) -> bool:
        """It is still being examined when the day ends."""
        for who in self._list_held("facility"):
            for measure in measures.list_measures(traveller=who)[:1]:
                asked = petition.Asked(str(measure.id), OBJECTION, "zh")
                petition.object_to(
                    traveller=who, asked=asked, now=self._at(second), petition_id=self._name("objection")
                )
                return True
        return False

    def _answer(self, second: float) -> bool:
        """The complaint is answered; what was wrong is put right."""
        complaint = self._name("complaint")
        if not models.Petition.objects.filter(id=complaint).exists():
            return False
        answer = petition.Answer("sorry", "The second bus was cleaned for longer than planned.", "answered")
        petition.reply(
            petition=complaint,
            answer=answer,
            by=self.player.desk("reception"),
            now=self._at(second),
            reply_id=self._name("complaint/reply"),
        )
        return True

    def _order(self, second: float) -> bool:
        """A stay made a day shorter: drawn up and signed by two, printed, served in the traveller's language."""
        guests = self._list_held("facility")
        if len(guests) < 3:
            return False
        draft = term.Draft(
            guests[1],
            "reduce",
            1,
            "登机前已单独隔离一天，计入期限。A day alone before boarding counts.",
            f"昆口防令〔{self.player.day.on.year}〕{self.player.day.on:%m%d}号",
        )
        order = term.draw_up(
            draft=draft, by=self.player.desk("commander"), now=self._at(second), order_id=self._name("order")
        )
        term.sign(order=order.id, by=self.player.desk("epidemiologist"), now=self._at(second, 10))
        service = term.Service("en", understood=True, remedy_told=True)
        term.serve(
            order=order.id, service=service, by=self.player.desk("reception"), now=self._at(second, 25)
        )
        return True

    def _calm(self, second: float) -> bool:
        """Somebody in the hall is upset: look, listen, link."""
        people = self._list_held("hall")
        if not people:
            return False
        by, run = self.player.desk("screener"), self._name("calm")
        procedure.begin(traveller=people[0], code="calm", by=by, now=self._at(second), run=run)
        for minutes, step, outcome, note in (
            (2, "look", "safe", ""),
            (14, "listen", "calm", "担心家里的老人；已让其打电话。Worried about an old parent; phoned home."),
            (22, "link", "settled", "已告知接下来的步骤。Told what comes next."),
        ):
            taken = procedure.Step(step, outcome, note)
            procedure.take(
                run=run,
                step=taken,
                by=by,
                now=self._at(second, minutes),
                evidence_id=self._name(f"calm/{step}"),
            )
        return True
