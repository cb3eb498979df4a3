"""What is printed when a day of the demo is over: the figures of its bulletin, what was settled, what the proofs say."""

import re
from collections.abc import Iterable, Iterator
from unicodedata import east_asian_width
from uuid import UUID

from pratique.core.answers import Objection
from pratique.core.bulletin.edition import Cell
from pratique.core.bulletin.figure import SECTION_NAMES, UNIT_NAMES, Unit
from pratique.core.bulletin.table import FIGURES
from pratique.core.duties.vocabulary import Words
from pratique.drill.demo import Ended
from pratique.drill.live.desk import FOUND
from pratique.store.queries import flights, ports, travellers
from pratique.web.words import PROOFS

SHOWN = frozenset({
    "zero_missed", "zero_caused_case", "zero_complaint", "zero_infection", "zero_error", "flights_landed", "people_landed",
    "people_unlisted", "people_exited", "trips", "trips_local", "trips_long", "moved", "moved_local", "moved_long", "km",
    "km_local", "km_long", "officers_deployed", "checkpoint_heads", "checkpoint_findings", "tests_taken", "cases_confirmed",
    "duties_open", "duties_overdue", "issues_opened", "issues_closed",
})  # fmt: skip
"""The figures of the bulletin that are printed; they stand in its order, under its headings."""
OBJECTIONS_MAX = 10
NAME_WIDTH = 26
SEALS = Words("封存完整：记录自封存后未被改动", "Seals: no entry was changed since it was sealed")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def write_lines(ended: Ended) -> Iterator[str]:
    """The end of a day in both languages, line by line."""
    bulletin = ended.bulletin
    yield f"Bulletin of {bulletin.on} 疫情防控日报"
    heading = None
    for figure in FIGURES:
        if figure.code not in SHOWN:
            continue
        if figure.section is not heading:
            heading = figure.section
            yield f"  {SECTION_NAMES[heading].en} {SECTION_NAMES[heading].zh}"
        unit = UNIT_NAMES[figure.unit]
        value = say_value(bulletin.figures[figure.code].today, figure.unit)
        name = f"  {figure.name.en}" if figure.name.en.startswith("of ") else figure.name.en
        yield f"{value:>12} {unit.en:<12} {pad(name, NAME_WIDTH)} {figure.name.zh}（{unit.zh}）"
    yield "Settled by the desk 值班席已处置"
    for code, number in ended.settled.items():
        yield f"{number:>12,} {pad(FOUND[code].en, 48)} {FOUND[code].zh}"
    if ended.findings.answered:
        answered = Words("清点差异，其后已落实", "differences at headcounts, answered since")
        yield f"{len(ended.findings.answered):>12,} {pad(answered.en, 48)} {answered.zh}"
    yield "Proofs 证明"
    for name, objections in ended.findings.by_proof.items():
        yield from _list_proof(PROOFS[name], [_say(o) for o in objections])
    yield from _list_proof(SEALS, list(ended.seals_broken))
    for objection in bulletin.objections:
        yield f"  the bulletin contradicts itself 日报自相矛盾: {_say(objection)}"


def say_value(value: Cell, unit: Unit) -> str:
    """A figure with its thousands apart: kilometres to the tenth, everything else whole."""
    if isinstance(value, str) or value is None:
        return value or "–"
    return f"{value:,.1f}" if unit is Unit.KM else f"{value:,.0f}"


def pad(text: str, width: int) -> str:
    """Text filled up to so many columns of a terminal, in which a Chinese character takes two."""
    return text + " " * max(0, width - sum(1 + (east_asian_width(sign) in "WF") for sign in text))


def _list_proof(words: Words, objections: list[str]) -> Iterable[str]:
    state = "holds 成立" if not objections else f"FAILS 不成立 ({len(objections)})"
    yield f"  {pad(state, 18)} {words.en}；{words.zh}"
    yield from (f"    {line}" for line in name_ids(objections[:OBJECTIONS_MAX]))
    if len(objections) > OBJECTIONS_MAX:
        yield f"    … and {len(objections) - OBJECTIONS_MAX} more"


def _say(objection: Objection) -> str:
    return f"{objection.code}  {objection.subject}  {objection.because}".rstrip()


def name_ids(lines: list[str]) -> list[str]:
    """Lines in which ids are replaced by what people call them: wristband code, post, flight."""
    ids = [UUID(found) for line in lines for found in _UUID.findall(line)]
    known: dict[UUID, str] = {i: post.code for i, post in ports.name_posts(posts=ids).items()}
    known |= flights.name_flights(flights=ids) | travellers.name_codes(travellers=ids)
    return [_UUID.sub(lambda found: known.get(UUID(found[0]), found[0]), line) for line in lines]
