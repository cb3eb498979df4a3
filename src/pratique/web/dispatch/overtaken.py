"""What has changed of trips that are facts, in words: for the desk, the trip's page and the phones of its crew; and what to do next."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from pratique.core.duties.vocabulary import Words
from pratique.services.dispatch import overtaken
from pratique.services.dispatch.overtaken import BOARDING, FIXED, ROAD, WAITING, Trouble
from pratique.store import models
from pratique.store.queries import ports, travellers
from pratique.web import words

BECAUSE: dict[str, Words] = {
    "vehicle": Words("{name} 已停用", "{name} is out of service"),
    "soiled": Words(
        "{name} 上一趟后尚未登记消毒", "nobody has reported {name} disinfected since its last trip"
    ),
    "crew": Words("{name} 缺勤、离岗或因健康停岗", "{name} is away, off duty or held for health"),
    "unmanned": Words("驾驶员或护送员未配齐，不能发车", "its crew is not complete: it does not set off so"),
    "closed": Words("{name}已关闭", "{name} is closed"),
    "shut": Words("{name}已停止接收", "{name} takes nobody for now"),
    "full": Words("{name}已满", "{name} is full"),
    "case": Words("名单中有人已成病例：{name}", "on its list, cases by now: {name}"),
    "case_aboard": Words("车上有人已成病例：{name}", "aboard, cases by now: {name}"),
    "not_departed": Words("应于 {name} 发车，至今未报发车", "it should have set off at {name}, and has not"),
    "people": Words("名单上的旅客已不在上车处", "its people wait no more where it boards"),
}
_AGAIN = Words("重新编制：名单上的旅客改乘另一车次", "Plan again: its people get another trip.")
_ELSEWHERE = Words(
    "重新编制：旅客改送别处，{instead}有余量", "Plan again: its people go elsewhere, {instead} has room."
)
_CALL = Words(
    "请先联系{name}；如不接收，改送{instead}，在该处扫码交接",
    "Call {name}; if it does not receive them, drive to {instead}, where they are scanned.",
)
_CALL_ONLY = Words(
    "请先联系{name}；如不接收，由值班指挥长决定去处(没有一处能全部接收)",
    "Call {name}; if it does not receive them, the duty commander decides: no one place takes them all.",
)
_BROKEN = Words(
    "在车次页面报告故障：车上人员由另一车辆接走",
    "Report the breakdown on its page: whoever is aboard is fetched by another vehicle.",
)
_CLEAN = Words(
    "先消毒，并在“车次”页面登记，再上客", "Disinfect it, and say so under Trips, before anybody boards."
)
_CREW = Words("在车次页面改派他人", "Name somebody else on its page.")
_MAN = Words("在车次页面“班组”处补齐", "Name the others on its page, under Crew.")
_NO_BOARDING = Words(
    "请勿让其上车：下次编制会派救护车", "Do not let them board: the next plan sends an ambulance."
)
_OFF = Words(
    "在无人处让其下车，呼叫救护车，并在所在处扫码",
    "Let them get off where nobody is near, call an ambulance, and scan them where they are then.",
)
_LIST = Words("核对其名单", "Look through its list.")
NEXT: dict[tuple[str, str], Words] = {
    ("vehicle", WAITING): _AGAIN,
    ("vehicle", FIXED): Words("改派另一车辆，并取消此车次：计划不会改动它", "Send another vehicle and call this one off: no plan changes it."),
    ("vehicle", BOARDING): _BROKEN,
    ("vehicle", ROAD): _BROKEN,
    ("soiled", WAITING): _CLEAN,
    ("soiled", FIXED): _CLEAN,
    ("soiled", BOARDING): _CLEAN,
    ("crew", WAITING): Words("在车次页面改派他人，或重新编制", "Name somebody else on its page, or plan again."),
    ("crew", FIXED): _CREW,
    ("crew", BOARDING): _CREW,
    ("crew", ROAD): Words(
        "就近安全停车，换人驾驶或护送；同车人员是否为密接由流调确定",
        "Stop where it is safe and let somebody else take over; whether those aboard are contacts, tracing decides.",
    ),
    ("unmanned", WAITING): _MAN,
    ("unmanned", FIXED): _MAN,
    ("unmanned", BOARDING): _MAN,
    ("case", WAITING): _NO_BOARDING,
    ("case", FIXED): Words("请勿让其上车，另派救护车", "Do not let them board: send an ambulance for them."),
    ("case", BOARDING): _NO_BOARDING,
    ("case_aboard", BOARDING): _OFF,
    ("case_aboard", ROAD): _OFF,
    ("not_departed", WAITING): Words(
        "联系班组：已走的补报发车及其时间；不走的，重新编制",
        "Ask its crew. If it has gone, report that with its time; if it does not go, plan again.",
    ),
    ("not_departed", FIXED): Words(
        "联系班组：已走的补报发车及其时间；不走的，取消此车次",
        "Ask its crew. If it has gone, report that with its time; if it does not go, call it off.",
    ),
    ("not_departed", BOARDING): Words(
        "联系班组：车上已有人。已走的补报发车及其时间；走不了的，报告故障，由另一车辆接走",
        "Ask its crew: people sit in it. If it has gone, report that with its time; if it cannot go, report the breakdown, and another vehicle fetches them.",
    ),
    ("people", WAITING): _LIST,
    ("people", FIXED): _LIST,
}  # fmt: skip
_PLACE = ("closed", "shut", "full")


@dataclass(frozen=True, slots=True)
class Said:
    """What has changed of a trip, and what to do next; `replan` if a new plan sees to it."""

    trip: UUID
    sort: str
    because: str
    next: str
    replan: bool


def say(troubles: Iterable[Trouble]) -> list[Said]:
    """Each in the language of the page."""
    known = list(troubles)
    names = _Names(known) if known else None
    return [
        Said(one.trip, one.sort, names.say_because(one), names.say_next(one), one.stage == WAITING)
        for one in known
        if names
    ]


def say_of(*, trips: Collection[UUID], now: datetime) -> list[Said]:
    """What has changed of these trips."""
    return say(overtaken.find_of(trips=trips, now=now))


class _Names:
    """What is called how, read at once."""

    def __init__(self, troubles: list[Trouble]) -> None:
        which = {one.sort: set[UUID]() for one in troubles}
        for one in troubles:
            if one.which is not None:
                which[one.sort].add(one.which)
        places = {w for sort in _PLACE for w in which.get(sort, ())} | {
            one.instead for one in troubles if one.instead
        }
        self.places = {place: words.name_of(post) for place, post in ports.name_posts(posts=places).items()}
        self.plates = dict(
            models.Vehicle.objects.filter(
                id__in=which.get("vehicle", set()) | which.get("soiled", set())
            ).values_list("id", "plate")
        )
        people = models.Person.objects.filter(pk__in=which.get("crew", ()))
        self.people = {row.pk: words.name_of(row) or row.username for row in people}
        self.codes = travellers.name_codes(travellers=[who for one in troubles for who in one.people])

    def name(self, one: Trouble) -> str:
        """Of the vehicle, person, place, people or hour that it is about."""
        if one.due_at is not None:
            return f"{timezone.localtime(one.due_at):%H:%M}"
        if one.people:
            return ", ".join(sorted(self.codes.get(who, "?") for who in one.people))
        known = {"vehicle": self.plates, "soiled": self.plates, "crew": self.people}.get(
            one.sort, self.places
        )
        return known.get(one.which, "") if one.which else ""

    def say_because(self, one: Trouble) -> str:
        return words.say(BECAUSE[one.sort]).format(name=self.name(one))

    def say_next(self, one: Trouble) -> str:
        if one.sort not in _PLACE:
            return words.say(NEXT[one.sort, one.stage])
        instead = self.places.get(one.instead, "") if one.instead else ""
        if one.stage == WAITING:
            return words.say(_ELSEWHERE if instead else _AGAIN).format(instead=instead)
        return words.say(_CALL if instead else _CALL_ONLY).format(name=self.name(one), instead=instead)
