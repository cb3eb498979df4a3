"""What stands around every page: desks the role may enter, search, theme, the port and its clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from unicodedata import east_asian_width

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.core.duties.vocabulary import Words
from pratique.services import clock
from pratique.store.queries import ports
from pratique.web import words
from pratique.web.gate import admits, find_acting, find_role, may

CASE_PAGES = frozenset({"cases", "case", "case-tasks", "case-paper", "case-reported", "contacts"})
UNIT_PAGES = frozenset({"unit"})
CONVOY_PAGES = frozenset({"convoys", "convoy", "convoy-form", "convoy-sheet", "convoy-receive"})
DESKS: tuple[tuple[str, str, str, Words, frozenset[str]], ...] = (
    (
        "boards:tower",
        "t",
        "tower",
        Words("总览", "Tower"),
        frozenset({"home", "tower", "zero", "duties", "exceptions"}),
    ),
    (
        "web:flights",
        "f",
        "cabin",
        Words("航班", "Flights"),
        frozenset({"flights", "flight", "flight-add", "flight-expect", "traveller", "manifest"}),
    ),
    (
        "web:screening",
        "e",
        "hall",
        Words("筛查", "Screening"),
        frozenset({"screening", "screen", "ill", "checkpoints", "declaration-paper", "declarations"}),
    ),
    ("web:checkpoints", "q", "people", Words("通行筛查", "Checkpoints"), frozenset({"checkpoints"})),
    (
        "web:samples",
        "m",
        "seal",
        Words("采样", "Samples"),
        frozenset(
            {
                "samples",
                "sample-take",
                "batch-open",
                "batch",
                "batch-sheet",
                "results-preview",
                "result-correct",
            }
        ),
    ),
    ("web:manifests", "l", "list", Words("名单", "Lists"), frozenset({"manifests", "manifest-preview"})),
    (
        "web:dispatch",
        "d",
        "dispatch",
        Words("调度", "Dispatch"),
        frozenset(
            {
                "dispatch",
                "dispatch-propose",
                "dispatch-adopt",
                "dispatch-refuse",
                "dispatch-edit",
                "dispatch-load",
                "dispatch-forecast",
                "trackers",
                "tracker-issue",
                "tracker-revoke",
            }
        ),
    ),
    (
        "web:trips",
        "r",
        "trip",
        Words("车次", "Trips"),
        frozenset({"trips", "trip", "trip-plan", "trip-list", "trip-route", *CONVOY_PAGES}),
    ),
    ("web:convoys", "c", "trip", Words("车队", "Convoys"), CONVOY_PAGES),
    (
        "web:dispatch-forecast",
        "n",
        "clock",
        Words("未来 24 小时", "Next 24 h"),
        frozenset({"dispatch-forecast"}),
    ),
    (
        "web:trackers",
        "k",
        "pin",
        Words("定位器", "Trackers"),
        frozenset({"trackers", "tracker-issue", "tracker-revoke"}),
    ),
    ("web:ride", "v", "trip", Words("随车", "Ride"), frozenset({"ride"})),
    (
        "web:force",
        "o",
        "people",
        Words("警力", "Force"),
        frozenset({"force", "draw", "day-sheet", "week-sheet", "model-posts", "training", *UNIT_PAGES}),
    ),
    ("web:unit-mine", "u", "people", Words("本单位", "My unit"), frozenset({"unit-mine", *UNIT_PAGES})),
    ("web:training", "j", "list", Words("培训", "Training"), frozenset({"training"})),
    (
        "web:shift-handovers",
        "x",
        "handover",
        Words("交接班", "Hand-over"),
        frozenset({"shift-handovers", "shift-handover"}),
    ),
    ("web:duty", "w", "clock", Words("我的班次", "My duty"), frozenset({"duty", "training-test"})),
    (
        "web:stay",
        "y",
        "facility",
        Words("隔离点", "Facilities"),
        frozenset(
            {
                "stay",
                "stay-facility",
                "stay-hospital",
                "stay-round",
                "stay-lists",
                "release",
                "order",
                "orders",
                "certificate",
                "certificate-check",
            }
        ),
    ),
    ("web:onwards", "7", "handover", Words("属地接收", "Home prefectures"), frozenset({"onwards"})),
    (
        "web:exemptions",
        "z",
        "seal",
        Words("豁免", "Exemptions"),
        frozenset({"exemptions", "traveller-exemption"}),
    ),
    ("web:scan", "s", "scan", Words("扫码", "Scan"), frozenset({"scan", "scan-post"})),
    (
        "web:health",
        "h",
        "hospital",
        Words("人员健康", "Staff health"),
        frozenset({"health", "health-own", "health-unit", "health-person"}),
    ),
    (
        "web:health-own",
        "h",
        "hospital",
        Words("我的健康", "My health"),
        frozenset({"health-own", "health-unit"}),
    ),
    (
        "web:safety",
        "2",
        "good",
        Words("内部防护", "Safety"),
        frozenset(
            {
                "safety",
                "safety-inspect",
                "safety-inspection",
                "safety-stock",
                "safety-quarters",
                "safety-worn",
                "safety-meals",
            }
        ),
    ),
    ("web:upward", "6", "handover", Words("请示", "To decide"), frozenset({"upward"})),
    (
        "web:issues",
        "i",
        "ask",
        Words("问题", "Issues"),
        frozenset({"issues", "issue", "issue-raise", "issue-assign"}),
    ),
    ("web:cases", "3", "people", Words("病例", "Cases"), CASE_PAGES),
    ("web:case-tasks", "4", "people", Words("接触者", "Contacts"), frozenset({"case-tasks"})),
    (
        "web:petitions",
        "5",
        "ask",
        Words("诉求", "Requests"),
        frozenset(
            {
                "petitions",
                "petition",
                "petition-reply",
                "petition-assign",
                "petition-carried",
                "petition-help",
            }
        ),
    ),
    (
        "web:procedures",
        "p",
        "list",
        Words("程序", "Procedures"),
        frozenset({"procedures", "procedure", "procedure-begin"}),
    ),
    ("web:bulletins", "b", "bulletin", Words("日报", "Bulletin"), frozenset({"bulletins", "bulletin"})),
    ("web:audit", "a", "audit", Words("核查", "Audit"), frozenset({"audit", "accesses"})),
)
"""Endpoint of the permission table, key, mark, word, and the pages that belong to it. One whose pages all belong to an
earlier desk stands here for those who may not open that desk."""


ROW_MAX = 7
"""So many desks stand in the row; one more than that also does, for a menu of one would hide it for nothing."""

ROW_WIDTH = 60
"""So wide may the row be, in Latin letters and two for the gap before each desk, that a laptop of 1,280 px holds it beside
the search and the account."""


FIRST: dict[str, tuple[str, ...]] = {
    "commander": (
        "boards:tower",
        "web:flights",
        "web:dispatch",
        "web:stay",
        "web:cases",
        "web:force",
        "web:issues",
    ),
    "dispatcher": (
        "web:dispatch",
        "web:trips",
        "web:convoys",
        "web:dispatch-forecast",
        "boards:tower",
        "web:flights",
    ),
    "screener": (
        "web:screening",
        "web:scan",
        "web:flights",
        "web:manifests",
        "web:samples",
        "web:checkpoints",
    ),
    "escort": ("web:scan", "web:ride", "web:trips", "web:duty", "web:procedures"),
    "reception": ("web:stay", "web:scan", "web:samples", "web:petitions", "web:trips", "web:flights"),
    "liaison": ("web:unit-mine", "web:health-own", "web:upward", "web:issues"),
    "clerk": ("web:force", "web:shift-handovers", "web:training"),
    "staff": ("web:duty", "web:health-own", "web:ride"),
    "epidemiologist": (
        "web:cases",
        "web:case-tasks",
        "web:samples",
        "web:health",
        "web:stay",
        "boards:tower",
    ),
    "auditor": ("web:audit", "boards:tower", "web:flights"),
}
"""Role → the desks it comes for, which stand first; the others follow in the order of `DESKS`."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One entry of the navigation."""

    href: str
    key: str
    icon: str
    word: str
    here: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of a page. `speed` is how fast the port's clock runs: 1, unless it is a drill's."""

    theme: str
    now: datetime
    speed: float
    port: str
    person: str
    role: str
    desks: tuple[Desk, ...]
    search: str

    @property
    def row(self) -> tuple[Desk, ...]:
        """The desks in the row: the first of them, and the one that is open."""
        first = _fit(self.desks, most=ROW_MAX + 1)
        if len(first) == len(self.desks):
            return self.desks
        here = tuple(desk for desk in self.desks if desk.here)
        first = _fit(self.desks, most=ROW_MAX)
        if set(here) <= set(first):
            return first
        rest = tuple(desk for desk in self.desks if not desk.here)
        return (*_fit(rest, most=ROW_MAX - len(here), width=ROW_WIDTH - _measure(here)), *here)

    @property
    def more(self) -> tuple[Desk, ...]:
        """The others, behind a word."""
        return tuple(desk for desk in self.desks if desk not in self.row)


def _fit(desks: tuple[Desk, ...], *, most: int, width: int = ROW_WIDTH) -> tuple[Desk, ...]:
    """The first of these desks, as many as the row holds."""
    return next(desks[:many] for many in range(most, -1, -1) if _measure(desks[:many]) <= width)


def _measure(desks: tuple[Desk, ...]) -> int:
    """How wide these words stand in the row, in Latin letters: a Chinese character takes two."""
    return sum(2 + sum(1 + (east_asian_width(letter) in "WF") for letter in desk.word) for desk in desks)


def make_frame(request: HttpRequest) -> Frame:
    """The frame of the page that answers this request."""
    port = ports.find_port()
    page = request.resolver_match.url_name if request.resolver_match else ""
    theme = request.COOKIES.get("theme", "")
    return Frame(
        theme=theme if theme in ("dark", "bright") else "",
        now=clock.now(),
        speed=ports.find_speed(),
        port=port.code if port else "",
        person=_name(request) if request.user.is_authenticated else "",
        role=_say_role(request),
        desks=tuple(_list_desks(request, page or "")),
        search=reverse("search") if may(request, "search") else "",
    )


def find_start(request: HttpRequest) -> str:
    """Where whoever is signed in begins: at the tower, or at the first of their desks if they may not see it."""
    if admits(request, "boards:tower"):
        return reverse("tower")
    return next((desk.href for desk in _list_desks(request, "")), reverse("password"))


def _say_role(request: HttpRequest) -> str:
    """The role of whoever is signed in, and that they hold a post now where that lets them do more."""
    said = words.say(words.ROLES.get(find_role(request) or "", Words("", "")))
    return _("%(role)s, at their post") % {"role": said} if find_acting(request) else said


def _list_desks(request: HttpRequest, page: str) -> Iterator[Desk]:
    """The desks that whoever is signed in may open, each page under the first of them it belongs to; what they come for stands first,
    by the post they hold before their role."""
    first = tuple(
        dict.fromkeys(
            endpoint
            for role in (find_acting(request), find_role(request))
            for endpoint in FIRST.get(role or "", ())
        )
    )
    order = {endpoint: number for number, endpoint in enumerate(first)}
    known: set[str] = set()
    found = []
    for endpoint, key, icon, word, pages in DESKS:
        if admits(request, endpoint) and not pages <= known:
            here = page in pages - known
            desk = Desk(reverse(endpoint.partition(":")[2]), key, icon, words.say(word), here)
            found.append((order.get(endpoint, len(first)), desk))
            known |= pages
    yield from (desk for _, desk in sorted(found, key=lambda one: one[0]))


def _name(request: HttpRequest) -> str:
    return words.name_of(request.user) or request.user.get_username()
