"""Who and what no plan takes, in words, with what would help; and the hospitals to which cases go, closed or opened again."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Words
from pratique.services import clock
from pratique.services.dispatch import staying
from pratique.services.dispatch.draft import Names
from pratique.services.dispatch.people import LeftOut, Remedy
from pratique.services.dispatch.pose import NO_FLIGHT, Posed
from pratique.services.stay import intake
from pratique.store import models
from pratique.store.queries import ports
from pratique.store.queries.intake import Closure, list_closed
from pratique.web import words
from pratique.web.gate import page
from pratique.web.stay.forms import Closing

BECAUSE: dict[str, Words] = {
    "crew": Words("机组人员，另行安排", "on a crew list: looked after by the carrier"),
    "in_transit": Words("中转旅客，不出港区", "in transit: does not leave the port"),
    "boarding": Words("正在登车", "boarding a trip now"),
    "no_bed": Words("定点医院没有空床", "no hospital has a bed for them"),
    "bound_closed": Words("约定的医院已停止接收", "the hospital they are bound for takes nobody for now"),
    "bound_unreachable": Words(
        "指定去向没有里程和时间", "the place they are bound for has no way in the table"
    ),
    "origin_unreachable": Words(
        "行程表中没有从机场到此人所在处的时间", "where they are has no way in the table"
    ),
    "stand_unknown": Words(
        "车辆途中故障，停在何处不明", "aboard a vehicle that broke down, nobody knows where"
    ),
    "at_destination": Words("所乘车辆到目的地后故障", "their vehicle broke down at its destination"),
    "offered_by_hand": Words("已由人工移交另一车次", "offered to another vehicle by hand"),
    "trip_over": Words("扫码登上的车次已结束", "scanned aboard a trip that was over"),
    "trip_taken_back": Words(
        "扫码登上的车次已撤回，人不在口岸", "scanned aboard a trip that was taken back, away from the port"
    ),
    "kind_unknown": Words("规则中没有这种车型", "the rules know no vehicle of this kind"),
    "taken": Words("在计划时段内一直出车", "under way for all the time planned"),
    "way_unknown": Words("行程表中没有到该处的时间", "the table of ways has no way there"),
    "intake_closed": Words("已停止接收", "closed to arrivals for now"),
    "rooms_unknown": Words("未登记房间数", "nobody has stated its rooms"),
}
HELPS: dict[str, Words] = {
    "bound_closed": Words(
        "请联系其他医院，重新申请转送", "ask another hospital, and ask for the transfer anew"
    ),
    "bound_unreachable": Words(
        "在口岸文件中补充行程，或改定去向", "enter the way in the port's file, or decide anew where they go"
    ),
    "origin_unreachable": Words(
        "人工派车，或在口岸文件中补充行程", "send a vehicle by hand, or enter the way in the port's file"
    ),
    "stand_unknown": Words(
        "在该车次页面移交另一车辆", "hand them over to another vehicle on the page of that trip"
    ),
    "at_destination": Words("由接收方扫码交接即可", "whoever receives them there scans them"),
    "offered_by_hand": Words("由接收车辆扫码上车", "the other vehicle scans them aboard"),
    "trip_over": Words(
        "请查明人在何处，由该处扫码接收", "find out where they are: whoever has them there scans them"
    ),
    "trip_taken_back": Words(
        "请原处扫码接回，或请求另派车辆",
        "whoever has them there scans them back, or asks for another vehicle",
    ),
    "kind_unknown": Words(
        "在口岸文件中更正车型，或在规则中补充", "mend its kind in the port's file, or add the kind to the rules"
    ),
    "taken": Words("返回后重新编制计划", "plan again once it is back"),
    "way_unknown": Words("在口岸文件中补充行程", "enter the way in the port's file"),
    "intake_closed": Words("原因消除后恢复接收", "open it again once the reason is over"),
    "rooms_unknown": Words("在口岸文件中填写房间数", "state its rooms in the port's file"),
    "beds": Words(
        "{place}再增加 {n} 张床位，即可收治这 {heads} 人", "more beds at {place} would do for these {heads}: {n}"
    ),
    "reopen": Words(
        "{place}恢复接收并有 {n} 张空床，即可收治这 {heads} 人",
        "{place} open again with beds free would do for these {heads}: {n}",
    ),
    "hospital": Words(
        "在口岸文件中登记可收治的医院及其行程", "enter a hospital that takes cases, and the way there, in the port's file"
    ),
}  # fmt: skip
"""What would help, by the reason; and the remedies that are worked out."""


@dataclass(frozen=True, slots=True)
class Group:
    """Those with one reason and one remedy, each with the address of their page (empty: none)."""

    because: str
    helps: str
    who: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class KeptBack:
    """People of one flight and class whom a dispatcher keeps off every trip, each with the address of their page, and their ids."""

    flight: str
    cls: str
    who: list[tuple[str, str]]
    ids: str


@dataclass(frozen=True, slots=True)
class Hospital:
    """A hospital with its free beds (None: nobody counts them), and its closure while it takes nobody."""

    custodian: models.Custodian
    free: int | None
    closure: Closure | None


def list_groups(*, posed: Posed) -> list[Group]:
    """Whoever and whatever is left out, by reason."""
    subjects = [one.subject for one in posed.left_out if one.sort == "traveller"]
    codes = dict(models.Traveller.objects.filter(id__in=subjects).values_list("id", "code"))
    plates = dict(models.Vehicle.objects.values_list("id", "plate"))
    places = [one.subject for one in posed.left_out if one.sort == "custodian"]
    places += [one.remedy.place for one in posed.left_out if one.remedy and one.remedy.place]
    posts = {one: words.name_of(post) for one, post in ports.name_posts(posts=places).items()}
    found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for one in posed.left_out:
        said = (words.say(BECAUSE[one.because]), _say_help(one, posts))
        if one.sort == "traveller":
            found[said].append((codes[one.subject], reverse("traveller", args=[one.subject])))
        else:
            named = plates if one.sort == "vehicle" else posts
            found[said].append((named[one.subject], ""))
    return [Group(*said, sorted(who)) for said, who in sorted(found.items())]


def list_kept_back(*, posed: Posed, plan: models.Plan | None) -> list[KeptBack]:
    """Whoever this plan keeps back by hand and who still waits."""
    names = Names(posed.document)
    loads: dict[tuple[str, str], set[UUID]] = defaultdict(set)
    for party in staying.find(names=names, plan=plan):
        row = names.rows[party]
        loads[names.flights[row["flight"]], row["cls"]] |= names.parties[party]
    people = models.Traveller.objects.in_bulk([who for those in loads.values() for who in those])
    rows = models.Flight.objects.filter(id__in=[one for one, _cls in loads if one != NO_FLIGHT])
    flights = {str(row.id): row.designator for row in rows}
    return [
        KeptBack(
            flight=flights.get(flight, "–"),
            cls=cls,
            who=sorted((people[who].code, reverse("traveller", args=[who])) for who in those),
            ids=" ".join(sorted(map(str, those))),
        )
        for (flight, cls), those in sorted(loads.items())
    ]


def _say_help(one: LeftOut, posts: dict[UUID, str]) -> str:
    if one.remedy is None:
        return words.say(HELPS[one.because]) if one.because in HELPS else ""
    helps: Remedy = one.remedy
    place = posts.get(helps.place, "") if helps.place else ""
    return words.say(HELPS[helps.what]).format(place=place, n=helps.number, heads=helps.heads)


def list_hospitals(*, posed: Posed, now: datetime) -> list[Hospital]:
    """The hospitals that a plan knows a way to, the nearest first."""
    known = sorted((p for p in posed.places if p.kind == "hospital"), key=lambda p: p.minutes)
    closed = list_closed(now=now)
    rows = models.Custodian.objects.in_bulk([place.id for place in known])
    return [Hospital(rows[place.id], place.free, closed.get(place.id)) for place in known]


@page("dispatch-hospital", "POST")
def change(request: HttpRequest, hospital: UUID) -> HttpResponse:
    """Close a hospital to arrivals, or open it to them again."""
    found = ports.find_post(post=hospital)
    if found is None or found.kind != "hospital":
        raise Http404
    by, now = request.user.pk, clock.now()
    if request.POST.get("step") == "open":
        intake.reopen(facility=hospital, by=by, now=now)
        said = _("The hospital takes people again: the next plan counts on its beds.")
    else:
        form = Closing(request.POST)
        if not form.is_valid():
            raise Refused("intake_time_past" if form.errors.get("until") else "reason_missing")
        told = form.cleaned_data
        intake.close(
            facility=hospital,
            because=told["because"],
            until=told["until"],
            by=by,
            now=now,
            closure=None,
        )
        said = _("The next plan sends cases to another hospital. Call whoever is on the way.")
    messages.success(request, said, extra_tags="good")
    return HttpResponseRedirect(f"{reverse('dispatch')}#hospitals")
