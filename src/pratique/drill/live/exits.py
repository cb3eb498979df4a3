"""What a port does before somebody leaves by an exit: a release is signed, a paper confirmed and decided, a handover accepted.

Nobody leaves the invented day without grounds but whom the product itself does not know well enough; those the tower names.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from pratique.core.answers import Refused
from pratique.core.custody.entry import Kind
from pratique.core.custody.handover import Step
from pratique.drill import events
from pratique.drill.live.opening import make_uuid
from pratique.drill.live.player import Player
from pratique.drill.world.schedule import MINUTE
from pratique.services import custody, exemption
from pratique.services.stay import onward, release
from pratique.store import models

AHEAD_SECONDS = {"exit:released": 4 * MINUTE, "exit:transit": 60 * MINUTE, "exit:border": 8 * MINUTE}
"""So long before somebody leaves by it the port sees to their grounds."""
BORDER_MINUTES = 120
ASSESSED = "assessed at home"
"""Stands for an exit where somebody is found, before the measure is ordered, to be well looked after at home."""


class Going(NamedTuple):
    """Somebody will leave by an exit, and when their grounds are seen to."""

    second: int
    person: str
    exit: str


class Exits:
    """Hears the day, and sees to each departure in time."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.waiting = sorted(self._list_going(), reverse=True)
        self.released: list[str] = []

    def _list_going(self) -> Iterator[Going]:
        for person, steps in self.player.day.truth.steps.items():
            for step in steps:
                if step.custodian in AHEAD_SECONDS:
                    ahead = AHEAD_SECONDS[step.custodian]
                    yield Going(step.second - ahead, person, step.custodian)
        for person, second in self.player.day.truth.screened.items():
            if self.player.day.people[person].bound == "home":
                yield Going(second - MINUTE, person, ASSESSED)

    def hear(self, event: events.Event) -> None:
        """See to whoever leaves soon."""
        while self.waiting and self.waiting[-1].second <= event.second:
            going = self.waiting.pop()
            self.player.flush()
            {
                "exit:released": self._release,
                "exit:transit": self._exempt,
                "exit:border": self._hand_over,
                ASSESSED: self._assess_home,
            }[going.exit](going.person, event.second)

    def _release(self, person: str, second: float) -> None:
        try:
            release.decide(
                traveller=self.player.traveller(person, second),
                by=self.player.desk("reception"),
                now=self.player.day.instant(second),
                decision_id=make_uuid(f"{self.player.day.on}/release/{person}"),
            )
        except Refused as refused:
            self.player.refusals.append((refused.code, person))
            return
        self.released.append(person)

    def _assess_home(self, person: str, second: float) -> None:
        onward.assess_home(
            traveller=self.player.traveller(person, second),
            by=self.player.desk("epidemiologist"),
            now=self.player.day.instant(second),
            evidence_id=make_uuid(f"{self.player.day.on}/home/{person}"),
        )

    def _exempt(self, person: str, second: float) -> None:
        """A passenger in transit: border inspection's paper, confirmed by it to one, decided by two others."""
        now, key = self.player.day.instant(second), f"{self.player.day.on}/exemption/{person}"
        paper = exemption.Paper(
            traveller=self.player.traveller(person, second),
            sort="transit",
            authority="border_inspection",
            reference=f"ZJ-{make_uuid(key).int % 10**6:06}",
            reason="联程机票，不出隔离区 Through ticket, stays airside",
            valid_from=now,
            valid_until=now + timedelta(hours=20),
            issued_at=now - timedelta(minutes=20),
        )
        screener, commander = self.player.desk("screener"), self.player.desk("commander")
        row = exemption.issue(paper=paper, by=screener, now=now, exemption_id=make_uuid(key))
        exemption.confirm(
            exemption=row.id,
            authority=paper.authority,
            reference=paper.reference,
            by=self.player.desk("epidemiologist"),
            now=now + timedelta(minutes=1),
        )
        for minutes, person_ in ((2, screener), (3, commander)):
            exemption.decide(exemption=row.id, by=person_, now=now + timedelta(minutes=minutes))

    def _hand_over(self, person: str, second: float) -> None:
        """Somebody refused entry: offered by whoever holds them, accepted by border inspection."""
        traveller = self.player.traveller(person, second)
        held = models.Position.objects.filter(traveller_id=traveller).exclude(holder_kind=Kind.EXIT).first()
        if held is None:
            return
        key, now = make_uuid(f"{self.player.day.on}/border/{person}"), self.player.day.instant(second)
        terms = custody.Offer(
            held.holder_id, make_uuid("exit:border"), 1, (traveller,), deadline_minutes=BORDER_MINUTES
        )
        custody.offer(handover_id=key, offer=terms, by=self.player.desk("screener"), now=now)
        custody.answer(
            handover_id=key,
            step=Step.ACCEPTED,
            heads=1,
            because="边检值班员 / the border officer on duty",
            by=self.player.desk("partner"),
            now=now + timedelta(minutes=2),
        )
