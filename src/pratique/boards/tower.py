"""The tower: is anybody missing, is anything late, what comes next?"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from pratique import protocols
from pratique.boards import gate
from pratique.core.boards.picture import Exceptional, Stage, Tower, Zero
from pratique.core.bulletin.table import BY_CODE
from pratique.core.duties.vocabulary import Kind, Words
from pratique.services import clock
from pratique.services.force import acting, watch
from pratique.store.queries import duties, flights, handovers, issues, ports, tags, tower, travellers
from pratique.store.queries.convoys import name_convoys

ARRIVING = timedelta(hours=3)
WALL_FLIGHTS, WALL_LINES, DESK_LINES = 6, 3, 12
"""How much fits on a wall without scrolling; a desk scrolls."""


@dataclass(frozen=True, slots=True)
class Line:
    """An exception as the screen says it: what (`code`, put into words by the template), about what, where to go.

    On the tower those of one flight and code stand in one line; `number` says how many, `since_at` is the oldest's.
    """

    code: str
    about: str
    href: str
    since_at: datetime
    flight: str = ""
    designator: str = ""
    number: int = 1


@gate.board("tower")
def show(request: HttpRequest) -> HttpResponse:
    """The tower on a desk."""
    return render(request, "boards/tower.html", gather(wall=False))


@gate.board("tower")
def show_wall(request: HttpRequest) -> HttpResponse:
    """The tower on a wall, read from five metres away."""
    return render(request, "boards/tower.html", gather(wall=True))


@gate.board("tower")
def show_picture(request: HttpRequest) -> HttpResponse:
    """The tower's picture alone, or that it has not changed."""
    return _answer(request, wall=False)


@gate.board("tower")
def show_wall_picture(request: HttpRequest) -> HttpResponse:
    """The wall's picture alone, or that it has not changed."""
    return _answer(request, wall=True)


def _answer(request: HttpRequest, *, wall: bool) -> HttpResponse:
    now = clock.now()
    tag = make_tag(now)
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(_render_picture(request, tag, wall))
    response["ETag"] = tag
    response["X-Now"] = now.isoformat()
    response["X-Speed"] = str(ports.find_speed())
    response["Cache-Control"] = "private, no-cache"
    return response


_last: dict[tuple[str, bool], str] = {}


def _render_picture(request: HttpRequest, tag: str, wall: bool) -> str:
    """The picture's markup; whoever asks for the same tag in the same language is given the same text."""
    if (tag, wall) not in _last:
        markup = render_to_string("boards/tower_picture.html", gather(wall=wall), request=request)
        for old in [known for known in _last if known[0] != tag and known[0].endswith(f'-{get_language()}"')]:
            _last.pop(old, None)
        _last[tag, wall] = markup
    return _last[tag, wall]


def make_tag(now: datetime) -> str:
    """The ETag: the database's snapshot, and the minute, because people become overdue without anything written."""
    return f'"{tags.read_snapshot()}-{now:%d%H%M}-{get_language()}"'


def gather(*, wall: bool) -> dict[str, Any]:
    """Everything the picture's template shows."""
    now = clock.now()
    tag = make_tag(now)
    port = ports.find_port()
    zone = ZoneInfo(port.time_zone if port else "UTC")
    picture = Tower(
        rows={row.flight: row for row in tower.list_rows(now=now)},
        zeros=tower.count_zeros(day_at=find_day(now, zone), now=now),
        owed=tower.count_owed(now=now),
        exceptions=frozenset(tower.list_exceptions(now=now)),
    )
    late = issues.list_late(now=now)
    lines = WALL_LINES if wall else DESK_LINES
    working, arriving = picture.list_working(), picture.list_arriving(now=now, within=ARRIVING)
    shown = working[:WALL_FLIGHTS] if wall else working
    exceptions = _group(_say_all(sorted(picture.exceptions)))
    return {
        "wall": wall,
        "tag": tag,
        "picture_href": reverse("wall-picture" if wall else "tower-picture"),
        "now": now,
        "time_zone": zone.key,
        "tower": picture,
        "zeros": [(zero.value, picture.zeros.get(zero, 0)) for zero in Zero],
        "stages": list(Stage),
        "working": shown,
        "more_working": len(working) - len(shown),
        "more_open": sum(row.open for row in working[len(shown) :]),
        "working_count": len(working),
        "settled": picture.list_settled(),
        "arriving": arriving[:lines] if wall else arriving,
        "more_arriving": max(0, len(arriving) - lines) if wall else 0,
        "arriving_heads": sum(row.total for row in arriving),
        "exceptions": exceptions[:lines],
        "exception_count": len(picture.exceptions),
        "owing": [owed for owed in picture.list_owed() if owed.overdue or not wall][:lines],
        "short_shifts": _list_short(now),
        "late_issues": late[:lines],
        "late_issue_count": sum(one.number for one in late),
        "overdue_count": sum(owed.overdue for owed in picture.owed.values()),
    }


def _list_short(now: datetime) -> list[tuple[watch.Stand, list[watch.Stand]]]:
    """Shifts with posts that are empty or about to be, each with these posts; whatever shift comes first stands first."""
    shifts: dict[tuple[datetime, str], list[watch.Stand]] = {}
    for stand in watch.list_alarms(now=now):
        shifts.setdefault((stand.starts_at, stand.shift), []).append(stand)
    return [(stands[0], stands) for _, stands in sorted(shifts.items(), key=lambda found: found[0])]


def find_day(now: datetime, zone: ZoneInfo) -> datetime:
    """When the port's day began."""
    return timezone.localtime(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _say_all(exceptions: list[Exceptional]) -> list[Line]:
    names = travellers.name_codes(travellers=[_uuid(e.subject) for e in exceptions])
    phones = ports.name_devices(devices=[_uuid(e.subject) for e in exceptions if e.code == "clock_adrift"])
    designators = flights.name_flights(flights=[_uuid(e.flight) for e in exceptions if e.flight])
    lines = [_say(exception, names, designators, phones) for exception in exceptions]
    parties = handovers.name_parties(handovers=[_uuid(e.subject) for e in exceptions if e.code in HANDOVERS])
    posts = ports.name_posts(posts={post for pair in parties.values() for post in pair})
    return [
        _say_handover(line, [posts[post] for post in parties[_uuid(e.subject)] if post in posts])
        if e.code in HANDOVERS and _uuid(e.subject) in parties
        else line
        for e, line in zip(exceptions, lines, strict=True)
    ]


HANDOVERS = frozenset({"handover_declined", "handover_lapsed", "handover_counts_differ"})
"""Exceptions whose subject is a handover, which is known by who gives and who receives."""


def _name_post(post: ports.Post) -> str:
    return (post.name_en if get_language() == "en" else post.name_zh) or post.code


def _say_handover(line: Line, parties: list[ports.Post]) -> Line:
    """Giver → receiver, and the page of the trip that is one of them."""
    trips = [post.id for post in parties if post.kind == Kind.TRIP]
    href = reverse("trip", args=[trips[0]]) if trips else line.href
    return replace(line, about=" → ".join(_name_post(post) for post in parties), href=href)


GRAVE = frozenset({"unseen", "headcount_missing"})
"""Somebody may be lost: these stand first."""


def _group(lines: list[Line]) -> list[Line]:
    """Those of one flight and code in one line that opens into the flight's list; the grave ones first, then by age."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for number, line in enumerate(lines):
        groups.setdefault((line.code, line.flight or str(number)), []).append(line)
    grouped = [
        group[0]
        if len(group) == 1
        else replace(
            group[0],
            about=group[0].designator,
            href=reverse("flight", args=[group[0].flight]) + "?place=open",
            number=len(group),
        )
        for group in groups.values()
    ]
    return sorted(grouped, key=lambda line: (line.code not in GRAVE, line.since_at, line.about))


def _say(
    exception: Exceptional,
    names: Mapping[UUID, str],
    designators: Mapping[UUID, str],
    phones: Mapping[UUID, str],
) -> Line:
    subject = _uuid(exception.subject)
    flight = designators.get(_uuid(exception.flight)) if exception.flight else None
    about = "  ".join(filter(None, (flight, names.get(subject) or phones.get(subject))))
    if subject in names:
        href = reverse("traveller", args=[subject])
    elif flight:
        href = reverse("flight", args=[exception.flight])
    elif exception.code == "headcount_differs":
        href = reverse("headcount", args=[subject])
    else:
        href = reverse("exceptions")
    return Line(exception.code, about, href, exception.since_at, exception.flight or "", flight or "")


def _uuid(text: str) -> UUID:
    return UUID(text)


@gate.board("tower")
def show_zero(request: HttpRequest, zero: str) -> HttpResponse:
    """One of the five zeros: what it counts, and every record behind its figure."""
    if zero not in set(Zero):
        raise Http404
    now = clock.now()
    port = ports.find_port()
    day_at = find_day(now, ZoneInfo(port.time_zone if port else "UTC"))
    definition = BY_CODE[f"zero_{zero}"].definition
    context: dict[str, Any] = {
        "zero": zero,
        "definition": definition,
        "people": [],
        "issues": [],
        "may_open": acting.allows(
            endpoint="web:traveller",
            role=getattr(request.user, "role", None),
            person=request.user.pk,
            now=now,
        ),
    }
    if zero == Zero.MISSED:
        context["people"] = travellers.list_cards(travellers=tower.list_missed(now=now))
    else:
        issues = tower.list_issues(sort=zero, since_at=day_at)
        people = [one.traveller_id for one in issues if one.traveller_id]
        context |= {"issues": issues, "codes": travellers.name_codes(travellers=people)}
    context["count"] = len(context["people"]) + len(context["issues"])
    return render(request, "boards/zero.html", context)


@gate.board("tower")
def show_exceptions(request: HttpRequest) -> HttpResponse:
    """Everything somebody must settle: where somebody may be lost first, then the oldest."""
    lines = sorted(_say_all(tower.list_exceptions(now=clock.now())), key=lambda line: line.code not in GRAVE)
    return render(request, "boards/exceptions.html", {"lines": lines})


@dataclass(frozen=True, slots=True)
class Due:
    """An open duty as the screen says it."""

    about: str
    href: str
    due_at: datetime
    overdue: bool
    told: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """The open duties of one owner under one rule: how many, and the oldest of them."""

    title: Words
    lines: tuple[Due, ...]
    overdue: int
    due_soon: int


@gate.board("tower")
def show_duties(request: HttpRequest) -> HttpResponse:
    """What is overdue or falls due within the hour, by owner and rule, the owner of most overdue ones first."""
    lines = duties.list_open(now=clock.now(), ahead=timedelta(hours=1))
    people = [UUID(line.subject) for line in lines if line.subject_kind == Kind.TRAVELLER]
    codes = travellers.name_codes(travellers=people)
    names = ports.name_posts(posts=[UUID(line.subject) for line in lines if line.subject_kind in _POSTS])
    leading = name_convoys(convoys=[line.subject for line in lines if line.subject_kind == Kind.CONVOY])
    owners: dict[str, dict[str, list[Due]]] = {}
    for line in lines:
        owners.setdefault(line.owner, {}).setdefault(line.code, []).append(
            _say_due(line, codes, names, leading)
        )
    bundled = [(owner, [_bundle(*rule) for rule in rules.items()]) for owner, rules in owners.items()]
    counted = [(owner, bundles, sum(b.overdue for b in bundles)) for owner, bundles in bundled]
    told_of = Counter(line.told for line in lines if line.told and line.overdue)
    context = {
        "owners": sorted(counted, key=lambda found: (-found[2], found[0])),
        "told_of": sorted(told_of.items(), key=lambda found: (-found[1], found[0])),
    }
    return render(request, "boards/duties.html", context)


def _bundle(code: str, lines: list[Due]) -> Bundle:
    overdue = sum(line.overdue for line in lines)
    title = _list_titles().get(code, Words(code, code))
    return Bundle(title, tuple(lines), overdue, len(lines) - overdue)


_POSTS = (Kind.TRIP, Kind.FACILITY, Kind.PLACE)
_PAGES = {Kind.LODGING: "safety", Kind.BATCH: "samples"}
"""Where what is owed about these is done."""


def _say_due(
    line: duties.Line,
    codes: Mapping[UUID, str],
    names: Mapping[UUID, ports.Post],
    convoys: Mapping[str, str],
) -> Due:
    about, href = line.subject, ""
    if line.subject_kind == Kind.TRAVELLER:
        about = codes.get(UUID(line.subject), "")
        href = reverse("traveller", args=[line.subject])
    elif line.subject_kind in _POSTS:
        about = names[UUID(line.subject)].code if UUID(line.subject) in names else ""
        href = reverse("trip", args=[line.subject]) if line.subject_kind == Kind.TRIP else reverse("safety")
    elif line.subject_kind == Kind.CONVOY:
        about, href = convoys.get(line.subject, ""), reverse("convoy", args=[line.subject])
    elif line.subject_kind == Kind.CASE:
        about, href = "", reverse("case", args=[line.subject])
    elif line.subject_kind == Kind.UNIT and line.code == "request":
        about, href = "", reverse("upward")
    elif line.subject_kind in _PAGES:
        about, href = "", reverse(_PAGES[Kind(line.subject_kind)])
    elif line.subject_kind not in (Kind.SHIFT, Kind.DAY):
        about = ""
    return Due(about, href, line.due_at, line.overdue, line.told)


@cache
def _list_titles() -> dict[str, Words]:
    return {o.code: o.title for protocol in protocols.list_protocols() for o in protocol.obligations}
