"""The charts of a bulletin, each drawn once for page, PDF, DOCX and XLSX.

Every bar carries its number, so that a chart read in grey or by ear says the same. Each function gives None where
there is nothing to draw.
"""

from collections.abc import Sequence
from typing import Any

from pratique.core.bulletin.edition import Band, Bulletin, Cell, FlightLine
from pratique.core.bulletin.relation import RESULTS
from pratique.formats.bulletin_words import label, name_figure, say, say_short_day, say_time
from pratique.formats.chart import Chart, draw, find_fill
from pratique.formats.chart_palette import ACCENT, EDGE, LATE, MUTED, PLACES, SURFACE, TEXT
from pratique.formats.words import Language

FLIGHTS_DRAWN = 20
WIDE_PX, NARROW_PX, HEIGHT_PX = 505, 300, 100
ROW_PX = 17
LABELLED_SHARE = 0.04
"""A segment shorter than this share of the longest bar has no room for its number; the table has it."""

PLATE = "M-1-.62H1V.62H-1Z"
PLATE_PX = 380

BARE_AXIS = {"title": None, "domain": False, "ticks": False, "labelColor": TEXT, "labelPadding": 6}

TESTS = ("tests_taken", *(f"tests_{result}" for result in RESULTS), "tests_pending")
SELDOM = frozenset({"tests_pool_positive", "tests_lost"})
"""Drawn only on a day that has some."""


def draw_charts(*, bulletin: Bulletin, language: Language) -> dict[str, Chart]:
    """Every chart of the bulletin that has something to show, by name."""
    drawn = (draw_chart(bulletin, language) for draw_chart in CHARTS)
    return {chart.name: chart for chart in drawn if chart is not None}


def draw_flights(bulletin: Bulletin, language: Language) -> Chart | None:
    """People by place, a bar a flight; of very many flights those with most people open."""
    flights = [f for f in bulletin.flights if f.where is not None and f.where.total]
    if not flights:
        return None
    shown = _choose(flights)
    names = [_name_flight(flight, bulletin, language) for flight in shown]
    segments = [
        row for name, flight in zip(names, shown, strict=True) for row in _split(name, flight, language)
    ]
    longest = max(row["end"] for row in segments)
    for row in segments:
        row["label"] = str(row["heads"]) if row["heads"] >= longest * LABELLED_SHARE else ""
    opens = [
        {"flight": name, "end": flight.where.total, "open": f"{label('open_short', language)} {flight.open}"}
        for name, flight in zip(names, shown, strict=True)
        if flight.open and flight.where is not None
    ]
    key = "chart_flights" if len(shown) == len(flights) else "chart_flights_some"
    return draw(
        name="flights",
        title=label(key, language).format(shown=len(shown), total=len(flights)),
        description=_describe_flights(shown, language),
        spec=_stack(segments, opens, names, language),
    )


def _choose(flights: Sequence[FlightLine]) -> list[FlightLine]:
    if len(flights) <= FLIGHTS_DRAWN:
        return list(flights)
    weighed = sorted(flights, key=lambda f: (-(f.open or 0), -(f.where.total if f.where else 0)))
    chosen = {f.id for f in weighed[:FLIGHTS_DRAWN]}
    return [f for f in flights if f.id in chosen][:FLIGHTS_DRAWN]


def _name_flight(flight: FlightLine, bulletin: Bulletin, language: Language) -> str:
    origin = (flight.origin_name.zh if language == "zh" else flight.origin_name.en) or flight.origin
    return f"{say_time(flight.landed_at or flight.scheduled_at, bulletin)}  {flight.designator}  {origin}"


def _split(name: str, flight: FlightLine, language: Language) -> list[dict[str, Any]]:
    rows, start = [], 0
    for number, place in enumerate(PLACES):
        heads = getattr(flight.where, place)
        if heads:
            rows.append(
                {
                    "flight": name,
                    "place": name_figure(f"people_{place}", language),
                    "order": number,
                    "heads": heads,
                    "start": start,
                    "end": start + heads,
                    "middle": start + heads / 2,
                    "ink": PLACES[place].ink,
                    "fill": PLACES[place].fill,
                    "textured": bool(PLACES[place].texture),
                }
            )
        start += heads
    return rows


def _stack(
    segments: list[dict[str, Any]], opens: list[dict[str, Any]], names: list[str], language: Language
) -> dict[str, Any]:
    places = [name_figure(f"people_{place}", language) for place in PLACES]
    y = {
        "field": "flight",
        "type": "nominal",
        "sort": names,
        "axis": {**BARE_AXIS, "labelLimit": 240},
        "scale": {"paddingInner": 0.24, "paddingOuter": 0.1},
    }
    colour = {
        "field": "place",
        "type": "nominal",
        "scale": {"domain": places, "range": [find_fill(place) for place in PLACES]},
        "legend": {
            "orient": "top",
            "title": None,
            "columns": len(places),
            "symbolType": "square",
            "symbolSize": 90,
            "symbolStrokeColor": EDGE,
            "symbolStrokeWidth": 0.5,
            "labelFontSize": 10,
            "labelColor": TEXT,
            "columnPadding": 12,
            "offset": 6,
        },
    }
    x = {"field": "start", "type": "quantitative", "axis": None}
    return {
        "width": WIDE_PX,
        "height": ROW_PX * len(names),
        "layer": [
            {
                "data": {"values": segments},
                "mark": {"type": "bar", "stroke": EDGE, "strokeWidth": 0.5},
                "encoding": {"y": y, "x": x, "x2": {"field": "end"}, "color": colour},
            },
            *_number_segments([s for s in segments if s["label"]], y, x),
            {
                "data": {"values": opens},
                "mark": {"type": "text", "baseline": "middle", "align": "left", "dx": 5, "color": TEXT},
                "encoding": {"y": y, "x": {**x, "field": "end"}, "text": {"field": "open"}},
            },
        ],
    }


def _number_segments(
    segments: list[dict[str, Any]], y: dict[str, Any], x: dict[str, Any]
) -> list[dict[str, Any]]:
    """The numbers in the segments, upon a plate of the segment's own colour so that no texture runs through them."""
    encoding = {"y": y, "x": {**x, "field": "middle"}}
    plate = {"type": "point", "shape": PLATE, "size": PLATE_PX, "filled": True, "opacity": 1}
    mark = {"type": "text", "baseline": "middle", "fontSize": 9.5}
    fill = {"field": "fill", "type": "nominal", "scale": None}
    ink = {"field": "ink", "type": "nominal", "scale": None}
    return [
        {
            "data": {"values": [s for s in segments if s["textured"]]},
            "mark": plate,
            "encoding": {**encoding, "color": fill},
        },
        {
            "data": {"values": segments},
            "mark": mark,
            "encoding": {**encoding, "color": ink, "text": {"field": "label"}},
        },
    ]


def _describe_flights(flights: Sequence[FlightLine], language: Language) -> str:
    told = []
    for flight in flights:
        parts = [
            f"{name_figure(f'people_{place}', language)} {getattr(flight.where, place)}"
            for place in PLACES
            if getattr(flight.where, place)
        ]
        told.append(f"{flight.designator}: {', '.join(parts)}")
    return "; ".join(told)


def draw_arrivals(bulletin: Bulletin, language: Language) -> Chart | None:
    """Travellers entered, by the hour in which their flight landed."""
    hours: dict[int, int] = {}
    for flight in bulletin.flights:
        if flight.landed_at is not None:
            hour = flight.landed_at.astimezone(bulletin.cut_at.tzinfo).hour
            hours[hour] = hours.get(hour, 0) + _reckon(flight.landed)
    if not hours:
        return None
    blurred = {
        f.landed_at.astimezone(bulletin.cut_at.tzinfo).hour
        for f in bulletin.flights
        if f.landed_at is not None and isinstance(f.landed, Band)
    }
    rows = [
        {"hour": h, "heads": hours.get(h, 0), "label": _label_hour(hours.get(h, 0), h in blurred)}
        for h in range(24)
    ]
    described = [f"{h:02d}:00 {hours[h]}" for h in sorted(hours)]
    x = {
        "field": "hour",
        "type": "ordinal",
        "axis": {"title": None, "labelAngle": 0, "values": [0, 3, 6, 9, 12, 15, 18, 21], "ticks": False},
        "scale": {"paddingInner": 0.16},
    }
    y = {"field": "heads", "type": "quantitative", "axis": None}
    spec = {
        "width": NARROW_PX,
        "height": HEIGHT_PX,
        "data": {"values": rows},
        "layer": [
            {"mark": {"type": "bar", "color": ACCENT}, "encoding": {"x": x, "y": y}},
            {
                "mark": {"type": "text", "dy": -6, "fontSize": 8},
                "encoding": {"x": x, "y": y, "text": {"field": "label"}},
            },
        ],
    }
    return draw(
        name="arrivals",
        title=label("chart_arrivals", language),
        description=", ".join(described),
        spec=spec,
    )


def _label_hour(heads: int, blurred: bool) -> str:
    return f"≤{heads}" if blurred else str(heads or "")


def _reckon(cell: Cell) -> int:
    """How long a bar is: a band's upper end."""
    if isinstance(cell, Band):
        return cell.at_most
    return int(cell or 0)


def draw_tests(bulletin: Bulletin, language: Language) -> Chart | None:
    """Samples of the day by what became of them, and those still waiting for a result."""
    cells = {code: bulletin.figures[code].today for code in TESTS if code in bulletin.figures}
    if not any(_reckon(cell) for cell in cells.values()):
        return None
    cells = {code: cell for code, cell in cells.items() if code not in SELDOM or _reckon(cell)}
    names = [name_figure(code, language) for code in cells]
    rows = [
        {"name": name, "number": _reckon(cell), "label": say(cell), "pending": code == "tests_pending"}
        for name, (code, cell) in zip(names, cells.items(), strict=True)
    ]
    y = {
        "field": "name",
        "type": "nominal",
        "sort": names,
        "axis": BARE_AXIS,
        "scale": {"paddingInner": 0.35},
    }
    x = {"field": "number", "type": "quantitative", "axis": None}
    spec = {
        "width": NARROW_PX - 86,
        "height": ROW_PX * len(rows),
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "bar", "stroke": ACCENT, "strokeWidth": 1},
                "encoding": {
                    "y": y,
                    "x": x,
                    "color": {"condition": {"test": "datum.pending", "value": SURFACE}, "value": ACCENT},
                    "strokeDash": {"condition": {"test": "datum.pending", "value": [3, 2]}, "value": [1, 0]},
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 5},
                "encoding": {"y": y, "x": x, "text": {"field": "label"}},
            },
        ],
    }
    described = ", ".join(f"{row['name']} {row['label']}" for row in rows)
    return draw(name="tests", title=label("chart_tests", language), description=described, spec=spec)


def draw_days(bulletin: Bulletin, language: Language) -> Chart | None:
    """Two lines that never cross: who has been entered and who is out; what lies between them is held."""
    if len(bulletin.days) < 2:
        return None
    days = [
        {
            "at": f"{d.on.isoformat()}T12:00",
            "day": say_short_day(d.on, language),
            "landed": d.landed_so_far,
            "exited": d.exited_so_far,
            "middle": (d.landed_so_far + d.exited_so_far) / 2,
        }
        for d in bulletin.days
    ]
    first, last = days[0], days[-1]
    words = {key: label(key, language) for key in ("entered_so_far", "out_so_far", "held")}
    held = bulletin.days[-1].landed_so_far - bulletin.days[-1].exited_so_far
    x = {"field": "at", "type": "temporal", "axis": None}
    y = {"field": "landed", "type": "quantitative", "axis": None, "scale": {"zero": True}}
    exited = {"x": x, "y": {**y, "field": "exited"}}
    end = {"values": [last]}
    spec = {
        "width": NARROW_PX - 72,
        "height": HEIGHT_PX,
        "data": {"values": days},
        "layer": [
            {
                "mark": {"type": "area", "color": find_fill("cabin"), "opacity": 0.45},
                "encoding": {"x": x, "y": y, "y2": {"field": "exited"}},
            },
            {"mark": {"type": "line", "color": ACCENT, "strokeWidth": 2}, "encoding": {"x": x, "y": y}},
            {
                "mark": {"type": "line", "color": LATE, "strokeWidth": 2, "strokeDash": [5, 3]},
                "encoding": exited,
            },
            _end_label(end, {"x": x, "y": y}, f"{words['entered_so_far']} {last['landed']:,}", ACCENT),
            _end_label(end, exited, f"{words['out_so_far']} {last['exited']:,}", LATE),
            _end_label(end, {"x": x, "y": {**y, "field": "middle"}}, f"{words['held']} {held:,}", TEXT),
            *(_foot(day, x) for day in (first, last)),
        ],
    }
    described = ", ".join(f"{d['day']}: {d['landed']:,} / {d['exited']:,}" for d in (first, last))
    return draw(name="days", title=label("chart_days", language), description=described, spec=spec)


def _end_label(data: dict[str, Any], encoding: dict[str, Any], text: str, colour: str) -> dict[str, Any]:
    mark = {"type": "text", "align": "left", "dx": 6, "color": colour, "text": text}
    return {"data": data, "mark": mark, "encoding": encoding}


def _foot(day: dict[str, Any], x: dict[str, Any]) -> dict[str, Any]:
    mark = {"type": "text", "text": day["day"], "color": MUTED, "baseline": "top"}
    encoding = {"x": x, "y": {"value": HEIGHT_PX + 6}}
    return {"data": {"values": [day]}, "mark": mark, "encoding": encoding}


CHARTS = (draw_flights, draw_arrivals, draw_tests, draw_days)
"""Every chart there is; a new one is one function and one line."""
