"""The demo: an invented day played through the services, to its end or beside a live board."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pratique.core.answers import Refused
from pratique.core.bulletin import json_form
from pratique.core.bulletin.edition import Bulletin
from pratique.core.custody.proofs import Findings
from pratique.drill import events
from pratique.drill.faults import transmit
from pratique.drill.live.camp import Camp
from pratique.drill.live.convoys import Convoys
from pratique.drill.live.desk import Desk
from pratique.drill.live.exits import Exits
from pratique.drill.live.forces import Forces
from pratique.drill.live.hall import Hall
from pratique.drill.live.houses import Houses
from pratique.drill.live.opening import DESK_ACCOUNTS, Opening, open_tables
from pratique.drill.live.player import Player
from pratique.drill.live.voices import Voices
from pratique.drill.world.day import Day, make_day
from pratique.drill.world.people import Troubles
from pratique.formats import bulletin_docx, bulletin_pdf, bulletin_xlsx
from pratique.services import bulletin, clock, custody, proof, register, seal
from pratique.services.convoy import course

WRITERS = {"pdf": bulletin_pdf.write, "docx": bulletin_docx.write, "xlsx": bulletin_xlsx.write}
LANGUAGES = ("zh", "en")
TROUBLES = Troubles(walk_offs_per_thousand=2, return_chance=1, breakdown_chance=0.02)
"""In the demo whoever walks off is found, so that the day can end with everybody where they belong."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How the day ended: when, its bulletin, what each proof and the seals say of the books, what the desk settled."""

    at: datetime
    bulletin: Bulletin
    findings: Findings
    seals_broken: tuple[str, ...]
    settled: dict[str, int]

    @property
    def holds(self) -> bool:
        """Every proof holds, no seal is broken, and the bulletin does not contradict itself."""
        return self.findings.hold and not self.seals_broken and not self.bulletin.objections


class Demo:
    """One day, in tables that were empty."""

    def __init__(self, *, on: date, seed: int, scale: float) -> None:
        self.day: Day = make_day(on=on, seed=seed, scale=scale, troubles=TROUBLES)
        self.events = events.list_events(day=self.day)
        self.player = Player(self.day)

    def open(self, *, password: str) -> None:
        """Write the port into the tables; `password` (a hash) opens the account of every desk."""
        open_tables(Opening(self.day, tuple(transmit(day=self.day).phones.values()), password))
        self.desk, self.convoys, self.exits = Desk(self.player), Convoys(self.player), Exits(self.player)
        self.houses, self.hall = Houses(self.player), Hall(self.player)
        self.voices = Voices(self.player)
        self.forces, self.camp = Forces(self.player), Camp(self.player)

    def play(self, *, shared: bool = False) -> Iterator[float]:
        """Play event after event, pausing before each to say its second.

        `shared`: others work at the pages meanwhile. What the day's people are refused because of it is noted, and the day goes on.
        """
        self.player.shared = shared
        hears: tuple[Callable[[events.Event], None], ...] = (
            self.exits.hear,
            self.player.play,
            self.desk.hear,
            self.convoys.hear,
            self.houses.hear,
            self.hall.hear,
            self.voices.hear,
            self.forces.hear,
            self.camp.hear,
        )
        for event in self.events:
            yield event.second
            for hear in hears:
                try:
                    hear(event)
                except Refused as refused:
                    if not shared:
                        raise
                    self.player.refusals.append((refused.code, type(event).__name__))
        self.player.flush()

    def end(self) -> Ended:
        """The books when the last event is over: everything settled, sealed and proved."""
        last = self.events[-1].second
        at = self.day.instant(last)
        self.desk.work(last)
        course.watch(now=at)
        clock.set_clock(at=at, speed=0)
        custody.settle_pending(now=at)
        register.tick(now=at)
        seal.seal(now=at)
        return Ended(
            at=at,
            bulletin=next(
                b for b in reversed(bulletin.list_published(before_on=self.day.on)) if b.on == self.day.on
            ),
            findings=proof.prove(now=at).findings,
            seals_broken=tuple(f"{o.code} {o.subject}: {o.because}" for o in seal.check().objections),
            settled=dict(sorted(self.desk.found.items())),
        )


def list_accounts() -> tuple[tuple[str, str, str], ...]:
    """Who can sign in: user name, and what the desk is called in Chinese and English."""
    return tuple((name, zh, en) for name, zh, en, _ in DESK_ACCOUNTS)


def write_documents(*, bulletin: Bulletin, folder: Path) -> list[Path]:
    """The bulletin as PDF, DOCX and XLSX in each language, and `figures.json`; the paths, in that order."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for language in LANGUAGES:
        for ending, write in WRITERS.items():
            path = folder / f"bulletin-{bulletin.on}.{language}.{ending}"
            path.write_bytes(write(bulletin=bulletin, editions=(language,)))
            written.append(path)
    figures = folder / "figures.json"
    figures.write_text(json_form.write(bulletin=bulletin), encoding="utf-8")
    return [*written, figures]
