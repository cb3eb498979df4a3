"""From what was counted to the bulletin of a day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from pratique.core.answers import Objection, Refused
from pratique.core.bulletin.check import check
from pratique.core.bulletin.edition import (
    Audience,
    Band,
    Bulletin,
    Cell,
    Correction,
    DayLine,
    Line,
    Value,
    subtract,
)
from pratique.core.bulletin.facts import Count, Facts
from pratique.core.bulletin.figure import Column, Figure, Nature, Section, Unit
from pratique.core.bulletin.table import BY_CODE, FIGURES

DAYS_SHOWN = 28
"""How many days the series of a bulletin reaches back: two stays of fourteen days."""

DAY = timedelta(days=1)

Counted = Mapping[str, Mapping[date, Value]]


def compose(*, facts: Facts, earlier: Sequence[Bulletin] = ()) -> Bulletin:
    """The bulletin of `facts.on`; what does not agree is in its `objections`, never left out and never mended.

    `earlier` are internal bulletins as they were published, the one of the day before at least; what they said and
    what is counted now are compared, and each difference is a correction. Raises `Refused` for a figure that is not
    in the table or is a sum of others, for a day before the first, and for an instant without a time zone.
    """
    _refuse_nonsense(facts, earlier)
    counted = _tally(facts)
    before = sorted((b for b in earlier if b.on < facts.on), key=lambda b: (b.on, b.revision))
    same_day = [b for b in earlier if b.on == facts.on]
    bulletin = Bulletin(
        port=facts.port,
        on=facts.on,
        first_on=facts.first_on,
        cut_at=facts.cut_at,
        revision=max((b.revision for b in same_day), default=0) + 1,
        figures=_draw_lines(facts, counted, before),
        flights=tuple(
            sorted(facts.flights, key=lambda f: (f.landed_at or f.scheduled_at, f.designator, f.id))
        ),
        trips=tuple(replace(t, km=_round_km(t.km)) for t in facts.trips),
        exits=facts.exits,
        owners=tuple(sorted(facts.owners, key=lambda o: (-o.overdue, -o.open, o.owner))),
        days=_list_days(facts, counted),
        proofs=dict(facts.proofs),
        protocols=facts.protocols,
        seal=facts.seal,
        corrections=_list_corrections(facts, counted, before, same_day),
    )
    found = [*_doubt(facts, counted), *check(bulletin=bulletin, previous=before[-1] if before else None)]
    return replace(bulletin, objections=tuple(found))


def _refuse_nonsense(facts: Facts, earlier: Iterable[Bulletin]) -> None:
    if facts.on < facts.first_on:
        raise Refused("bulletin_before_first_day", f"{facts.on} is before {facts.first_on}")
    if facts.cut_at.tzinfo is None:
        raise Refused("bulletin_without_time_zone", "the cut-off needs the port's time zone")
    for code in sorted({*(c.figure for c in facts.counts), *facts.totals}):
        figure = BY_CODE.get(code)
        if figure is None:
            raise Refused("figure_unknown", code)
        if figure.parts:
            raise Refused("figure_is_a_sum", f"{code} is the sum of {', '.join(figure.parts)}")
    for bulletin in earlier:
        if bulletin.audience is not Audience.INTERNAL:
            raise Refused("bulletin_not_internal", "only a complete bulletin can be compared with")
        if bulletin.on > facts.on:
            raise Refused("bulletin_from_later", f"{bulletin.on} is after {facts.on}")


def _tally(facts: Facts) -> Counted:
    """What was counted by figure and day; several counts of one day add up."""
    counted: dict[str, dict[date, Value]] = defaultdict(dict)
    for count in facts.counts:
        if facts.first_on <= count.on <= facts.on:
            days = counted[count.figure]
            days[count.on] = days.get(count.on, 0) + _exact(count)
    return counted


def _exact(count: Count) -> Value:
    return _round_km(count.value) if BY_CODE[count.figure].unit is Unit.KM else count.value


def _round_km(value: Value) -> Decimal:
    return Decimal(value).quantize(Decimal("0.1"))


def _draw_lines(facts: Facts, counted: Counted, before: Sequence[Bulletin]) -> dict[str, Line]:
    published = next((b for b in reversed(before) if b.on == facts.on - DAY), None)
    lines: dict[str, Line] = {}
    for figure in (f for f in FIGURES if not f.parts):
        if figure.nature is Nature.FLOW:
            lines[figure.code] = _draw_flow(facts, figure, counted)
        else:
            lines[figure.code] = _draw_stock(facts, figure, counted, published)
    for code, records in _index_records(facts).items():
        lines[code] = replace(lines[code], records=records)
    for figure in (f for f in FIGURES if f.parts):
        lines[figure.code] = _draw_sum([lines[part] for part in figure.parts])
    return {figure.code: _with_difference(lines[figure.code]) for figure in FIGURES}


def _draw_flow(facts: Facts, figure: Figure, counted: Counted) -> Line:
    if figure.code not in facts.totals:
        return Line()
    days = counted.get(figure.code, {})
    nought: Value = Decimal("0.0") if figure.unit is Unit.KM else 0
    today, yesterday = days.get(facts.on, nought), days.get(facts.on - DAY, nought)
    before = _sum_until(days, facts.on - DAY, nought)
    return Line(
        today=today,
        yesterday=yesterday if facts.on > facts.first_on else None,
        before=before,
        cumulative=before + today,
    )


def _draw_stock(facts: Facts, figure: Figure, counted: Counted, published: Bulletin | None) -> Line:
    days = counted.get(figure.code, {})
    yesterday: Cell = days.get(facts.on - DAY)
    if yesterday is None and published is not None and figure.code in published.figures:
        yesterday = published.figures[figure.code].today
    return Line(today=days.get(facts.on), yesterday=yesterday)


def _index_records(facts: Facts) -> dict[str, tuple[str, ...]]:
    """The records of the day by figure."""
    records: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for count in facts.counts:
        if count.on == facts.on and count.records:
            records[count.figure] += count.records
    return records


def _draw_sum(parts: Sequence[Line]) -> Line:
    return Line(
        today=_add(p.today for p in parts),
        yesterday=_add(p.yesterday for p in parts),
        before=_add(p.before for p in parts),
        cumulative=_add(p.cumulative for p in parts),
    )


def _add(cells: Iterable[Cell]) -> Cell:
    """The sum, or None if one of the cells was not counted."""
    total: Value = 0
    for cell in cells:
        if cell is None or isinstance(cell, Band):
            return None
        total += cell
    return total


def _with_difference(line: Line) -> Line:
    if isinstance(line.today, Value) and isinstance(line.yesterday, Value):
        return replace(line, difference=line.today - line.yesterday)
    return line


def _sum_until(days: Mapping[date, Value], until: date, nought: Value) -> Value:
    return sum((value for on, value in days.items() if on <= until), start=nought)


def _list_days(facts: Facts, counted: Counted) -> tuple[DayLine, ...]:
    """The last days of the series, each with the totals at its end."""
    landed, exited = counted.get("people_landed", {}), counted.get("people_exited", {})
    start = max(facts.first_on, facts.on - (DAYS_SHOWN - 1) * DAY)
    landed_so_far, exited_so_far = (int(_sum_until(days, start - DAY, 0)) for days in (landed, exited))
    lines = []
    for number in range((facts.on - start).days + 1):
        on = start + number * DAY
        came, went = int(landed.get(on, 0)), int(exited.get(on, 0))
        landed_so_far, exited_so_far = landed_so_far + came, exited_so_far + went
        lines.append(DayLine(on, came, went, landed_so_far, exited_so_far))
    return tuple(lines)


def _list_corrections(
    facts: Facts, counted: Counted, before: Sequence[Bulletin], same_day: Sequence[Bulletin]
) -> tuple[Correction, ...]:
    """Every published figure of a day that is counted otherwise now; then the totals which these do not explain."""
    published = _read_published((*before, *sorted(same_day, key=lambda b: b.revision)))
    daily = []
    for (on, code), was in published.items():
        now = _count_again(facts, counted, BY_CODE[code], on)
        if now is not None and was is not None and now != was:
            daily.append(Correction(on, code, Column.TODAY, was, now))
    totals = _list_total_corrections(facts, counted, before[-1], daily) if before else []
    order = {figure.code: number for number, figure in enumerate(FIGURES)}
    return tuple(sorted((*daily, *totals), key=lambda c: (c.on, order[c.code], c.column)))


def _read_published(bulletins: Iterable[Bulletin]) -> dict[tuple[date, str], Cell]:
    """What was last said of each day's counted figures: by its own bulletin, or by a later one's correction."""
    said: dict[tuple[date, str], Cell] = {}
    for bulletin in bulletins:
        for code, line in bulletin.figures.items():
            if code in BY_CODE and not BY_CODE[code].parts:
                said[bulletin.on, code] = line.today
        for correction in bulletin.corrections:
            if correction.column is Column.TODAY and (correction.on, correction.code) in said:
                said[correction.on, correction.code] = correction.now
    return said


def _count_again(facts: Facts, counted: Counted, figure: Figure, on: date) -> Value | None:
    """What is counted now for an earlier day; None if that was not asked."""
    days = counted.get(figure.code, {})
    if figure.nature is Nature.STOCK or not facts.first_on <= on <= facts.on:
        return days.get(on)
    return days.get(on, 0) if figure.code in facts.totals else None


def _list_total_corrections(
    facts: Facts, counted: Counted, last: Bulletin, daily: Iterable[Correction]
) -> list[Correction]:
    explained: dict[str, Value] = defaultdict(int)
    for correction in daily:
        if correction.on <= last.on:
            explained[correction.code] += subtract(correction.now, correction.was)
    found = []
    for code in facts.totals:
        was = last.figures[code].cumulative if code in last.figures else None
        now = _sum_until(counted.get(code, {}), last.on, 0)
        if isinstance(was, Value) and was + explained[code] != now:
            found.append(Correction(last.on, code, Column.CUMULATIVE, was, now))
    return found


def _doubt(facts: Facts, counted: Counted) -> list[Objection]:
    """What is wrong with the counts themselves, before they are put together."""
    found = []
    for count in facts.counts:
        if not facts.first_on <= count.on <= facts.on:
            found.append(
                Objection("bulletin_outside_days", count.figure, f"{count.on} ∉ {facts.first_on}…{facts.on}")
            )
        if count.records and len(count.records) != count.value:
            because = f"{count.value} ≠ {len(count.records)}"
            found.append(Objection("bulletin_records_differ", count.figure, because))
        if BY_CODE[count.figure].section is Section.ZEROS and count.value and not count.records:
            found.append(Objection("bulletin_without_records", count.figure, f"{count.value} ≠ 0"))
    for code, total in facts.totals.items():
        by_day = _sum_until(counted.get(code, {}), facts.on, 0)
        exact = _round_km(total) if BY_CODE[code].unit is Unit.KM else total
        if exact != by_day:
            found.append(Objection("bulletin_total_differs", code, f"{exact} ≠ Σ {by_day}"))
    return found
