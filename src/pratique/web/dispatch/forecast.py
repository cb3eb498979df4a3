"""The forecast page: what the next 24 hours need, hour by hour, how sure that is, and what it was worked out from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from pratique.core.duties.vocabulary import Words
from pratique.engines.forecast.day_ahead import DAYS, HOURS, Band
from pratique.services import clock
from pratique.services.dispatch.forecast import Outlook, look_ahead
from pratique.store.queries import ports
from pratique.web import words
from pratique.web.gate import page

BAR_PERCENT = 3.8

NEEDS: dict[str, tuple[Words, Words]] = {
    "people": (
        Words("到厅人数", "People"),
        Words("该小时内到达检疫厅的旅客", "come to the hall within the hour"),
    ),
    "rooms": (
        Words("房间", "Rooms"),
        Words(
            "到该小时末净增占用的房间(已扣除届时解除的)",
            "filled by the end of the hour, less those freed by stays that end",
        ),
    ),
    "vehicles": (
        Words("车辆", "Vehicles"),
        Words("该小时内同时在用的车辆(含消毒)", "at work at once within the hour, disinfection included"),
    ),
    "escorts": (
        Words("护送员", "Escorts"),
        Words("该小时内同时在岗的护送员", "at work at once within the hour"),
    ),
}
"""What is forecast, and what exactly that counts."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One hour of a chart, in percent of its width and height: the band, its middle, and what there is (None: not drawn)."""

    x: float
    top: float
    height: float
    middle: float
    have: float | None

    @property
    def right(self) -> float:
        """Where the bar ends."""
        return self.x + BAR_PERCENT

    @property
    def next(self) -> float:
        """Where the next hour begins."""
        return self.x + 100 / HOURS


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of the table; `short`: some of the band, `scarce`: its middle is more than there is."""

    low: int
    middle: int
    high: int
    short: bool
    scarce: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """One need by the hour: drawn and in numbers. `most` is the scale, `have` what there is in the first hour; `peak` is
    the hour that needs most, `first_short` the first in which there may be too little."""

    code: str
    name: str
    counts: str
    marks: tuple[Mark, ...]
    cells: tuple[Cell, ...]
    most: int
    have: int | None
    peak: Cell
    peak_at: datetime
    first_short: datetime | None


@page("dispatch-forecast")
def show(request: HttpRequest) -> HttpResponse:
    """The forecast, kept up to date while it is open."""
    now = clock.now()
    return render(request, "dispatch/forecast.html", _gather(now))


@page("dispatch-forecast")
def show_picture(request: HttpRequest) -> HttpResponse:
    """What changes of it, or that it has not changed: it is worked out once a minute."""
    now = clock.now()
    tag = _make_tag(now)
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(
            render_to_string("dispatch/forecast_picture.html", _gather(now), request=request)
        )
    response["ETag"] = tag
    response["X-Now"] = now.isoformat()
    response["X-Speed"] = str(ports.find_speed())
    response["Cache-Control"] = "private, no-cache"
    return response


def _make_tag(now: datetime) -> str:
    return f'"forecast-{now:%Y%m%d%H%M}-{get_language()}"'


def _gather(now: datetime) -> dict[str, Any]:
    outlook = look_ahead(now=now.replace(second=0, microsecond=0))
    panels = [_make_panel(code, outlook) for code in NEEDS]
    hours = [timezone.localtime(outlook.at + timedelta(hours=hour)) for hour in range(HOURS)]
    situation = outlook.situation
    return {
        "tag": _make_tag(now),
        "outlook": outlook,
        "panels": panels,
        "hours": [(100 * n / HOURS, at) for n, at in enumerate(hours) if n % 3 == 0],
        "rows": list(zip(hours, *(panel.cells for panel in panels), strict=True)),
        "short": [panel for panel in panels if panel.first_short],
        "days": DAYS,
        "flights": sum(not flight.landed for flight in situation.expected),
        "expected": sum(flight.heads for flight in situation.expected),
        "rides": len(situation.rides),
        "stays": round(sum(rooms for _minute, rooms in situation.stays)),
        "late": _read_lateness(outlook),
    }


def _read_lateness(outlook: Outlook) -> dict[str, float]:
    """The quarter, the middle and the nine tenths of lateness, as the edition has them."""
    told = dict(zip(outlook.assumptions.late_shares, outlook.assumptions.late_minutes, strict=True))
    return {
        name: told[share] for name, share in (("tenth", 0.1), ("middle", 0.5), ("nine", 0.9)) if share in told
    }


def _list_have(code: str, outlook: Outlook) -> Sequence[int] | None:
    have = outlook.have
    if code == "escorts":
        return have.escorts
    return {"rooms": [have.rooms] * HOURS, "vehicles": [have.vehicles] * HOURS}.get(code)


def _make_panel(code: str, outlook: Outlook) -> Panel:
    band: Band = getattr(outlook.forecast, code)
    have = _list_have(code, outlook)
    cells = tuple(
        Cell(low, middle, high, there is not None and high > there, there is not None and middle > there)
        for low, middle, high, there in zip(
            band.low, band.middle, band.high, have or [None] * HOURS, strict=True
        )
    )
    most = max(1, *band.high)
    peak = max(range(HOURS), key=lambda hour: (cells[hour].high, cells[hour].middle, -hour))
    short = next((hour for hour, cell in enumerate(cells) if cell.short), None)

    def at(hour: int) -> datetime:
        return timezone.localtime(outlook.at + timedelta(hours=hour))

    return Panel(
        code=code,
        name=words.say(NEEDS[code][0]),
        counts=words.say(NEEDS[code][1]),
        marks=tuple(_make_mark(hour, cell, most, have) for hour, cell in enumerate(cells)),
        cells=cells,
        most=most,
        have=have[0] if have else None,
        peak=cells[peak],
        peak_at=at(peak),
        first_short=at(short) if short is not None else None,
    )


def _make_mark(hour: int, cell: Cell, most: int, have: Sequence[int] | None) -> Mark:
    """Heights from the top; what there is is drawn where it lies within the scale."""
    there = have[hour] if have and have[hour] <= most else None
    return Mark(
        x=100 * hour / HOURS,
        top=100 * (1 - cell.high / most),
        height=100 * (cell.high - cell.low) / most,
        middle=100 * (1 - cell.middle / most),
        have=None if there is None else 100 * (1 - there / most),
    )
