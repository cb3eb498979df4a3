"""The demo: an invented day played through the services, to its end or beside a live board."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pratique.core.bulletin import json_form
from pratique.core.bulletin.edition import Bulletin
from pratique.core.custody.proofs import Findings
from pratique.drill import events
from pratique.drill.faults import transmit
from pratique.drill.live.desk import Desk
from pratique.drill.live.opening import Opening, open_tables
from pratique.drill.live.player import Player
from pratique.drill.world.day import Day
from pratique.formats import bulletin_docx, bulletin_pdf, bulletin_xlsx
from pratique.services import bulletin, clock, custody, proof, register, seal

WRITERS = {"pdf": bulletin_pdf.write, "docx": bulletin_docx.write, "xlsx": bulletin_xlsx.write}


@dataclass(frozen=True, slots=True)
class Ended:
    """How the day ended: the instant, its bulletin, what every proof says of the books, and how often seals break."""

    at: datetime
    bulletin: Bulletin
    findings: Findings
    seals_broken: int
    settled: dict[str, int]


def play(*, day: Day, password: str, progress: Callable[[int, int], None]) -> Iterator[float]:
    """Open empty tables and play the whole day, pausing before each event to say its second; the last value is the end."""
    open_tables(Opening(day, tuple(transmit(day=day).phones.values()), password))
    player = Player(day)
    desk = Desk(player)
    planned = events.list_events(day=day)
    for number, event in enumerate(planned):
        yield event.second
        if isinstance(event, events.ListsWorked):
            desk.work(event.second)
            register.tick(now=day.instant(event.second))
        elif isinstance(event, events.BulletinDue):
            player.publish(event)
        else:
            player.play(event)
        progress(number + 1, len(planned))
    player.flush()
    desk.work(planned[-1].second)
    yield planned[-1].second


def end(*, day: Day, second: float) -> Ended:
    """Prove the books as they stand when the last event is over, and publish the day's bulletin."""
    at = day.instant(second)
    clock.set_clock(at=at, speed=0)
    custody.settle_pending(now=at)
    register.tick(now=at)
    published = bulletin.publish(on=day.on, by=None, now=at)
    findings = proof.prove(now=at).findings
    return Ended(at, published, findings, len(seal.check().objections), {})


def write_documents(*, ended: Ended, folder: Path) -> list[Path]:
    """The bulletin as PDF, DOCX, XLSX in both languages, and `figures.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for language in ("zh", "en"):
        for ending, write in WRITERS.items():
            path = folder / f"bulletin-{ended.bulletin.on}.{language}.{ending}"
            path.write_bytes(write(bulletin=ended.bulletin, editions=(language,)))
            written.append(path)
    figures = folder / "figures.json"
    figures.write_text(json_form.write(bulletin=ended.bulletin), encoding="utf-8")
    return [*written, figures]
