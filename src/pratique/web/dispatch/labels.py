"""What the numbers of a stored problem are called on the page, and what the planner says, in both languages."""

import re
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language

from pratique.core.duties.vocabulary import Words
from pratique.services.dispatch.draft import Names
from pratique.store import models
from pratique.web import words

CODES_SHOWN = 3

CLASSES: dict[str, Words] = {
    "case": Words("病例", "Case"),
    "contact": Words("密接", "Contact"),
    "ordinary": Words("一般旅客", "Ordinary"),
}
KINDS = words.VEHICLE_KINDS
COST_PARTS: dict[str, Words] = {
    "unmoved": Words("留下未运送", "staying behind"),
    "wait": Words("等候", "waiting"),
    "wait_excess": Words("等候过久", "waiting too long"),
    "trips": Words("车次", "trips"),
    "km": Words("里程", "kilometres"),
    "crew": Words("班组工时", "crew time"),
    "vehicles": Words("动用车辆", "vehicles used"),
    "pairs": Words("航班分送多处", "flights sent to several places"),
}
SEARCH_STATES: dict[str, Words] = {
    "done": Words(
        "搜索时间已到，现为其间找到的最优方案。", "Its time is over: the proposal is the best plan found."
    ),
    "proven": Words("已证明没有更优的方案。", "It is proven that no plan is better."),
    "stopped": Words(
        "已由人工停止，保留当时的最优方案。", "Stopped by hand: the best plan found by then is kept."
    ),
    "edited": Words("方案已由人工改动，不再搜索。", "The plan was changed by hand: it is left alone."),
    "changed": Words(
        "提前结束：方案所依据的情况已变，请重新编制。",
        "Ended early: what the plan was built on has changed. Plan again.",
    ),
    "failed": Words(
        "提前结束：搜索出错（见服务器日志）。现有方案仍然有效。",
        "Ended early: the search failed (the server's log says how). The proposal that stands is valid.",
    ),
    "lost": Words(
        "提前结束：搜索进程已中断。现有方案仍然有效，可采用，也可重新编制。",
        "Ended early: the search's process is gone. The proposal that stands is valid: adopt it, or plan again.",
    ),
}

_PHRASES: tuple[tuple[str, Words], ...] = (
    (r"it had no trip", Words("原来没有车次", "it had no trip")),
    (r"the plan as a whole costs less", Words("整体更优", "the plan as a whole costs less")),
    (
        r"its trip is not possible any more",
        Words("原车次已不可行(车辆、人员或去向不可用)", "its trip is not possible any more"),
    ),
    (r"its trip no longer fits", Words("原车次已排不下", "its trip no longer fits")),
    (
        r"its trip at (?P<m>\d+) goes without it: (?P<s>.+)",
        Words("{m} 的原车次照走，但不带其同行：{s}", "its trip at {m} goes without it: {s}"),
    ),
    (
        r"its trip at (?P<m>\d+) is impossible: (?P<s>.+)",
        Words("{m} 的原车次不可行：{s}", "its trip at {m} is impossible: {s}"),
    ),
    (r"there is no (?P<x>.+)", Words("相关车辆、人员或去向已不存在", "there is no {x}")),
    (
        r"somebody has come to their household since, and there is no room for all of them",
        Words(
            "其同行家庭后来又有人到，车上坐不下全家",
            "somebody has come to their household since, and there is no room for all of them",
        ),
    ),
    (r"it carries nobody", Words("车上没有人", "it carries nobody")),
    (r"it mixes flights or classes", Words("混载了不同航班或类别", "it mixes flights or classes")),
    (
        r"it boards at more than one place",
        Words("同一车次在不同地点上客", "it boards people at more than one place"),
    ),
    (r"a (?P<k>\S+) may not carry (?P<cls>\S+)", Words("{k}不得运送{cls}", "{k}: may not carry {cls}")),
    (
        r"(?P<n>\d+) persons, (?P<o>\d+) allowed",
        Words("{n} 人，最多 {o} 人", "{n} persons, {o} allowed"),
    ),
    (
        r"party (?P<p>\d+) is ready at (?P<m>\d+), it boards at (?P<mm>\d+)",
        Words("{p} 到 {m} 才可出发，车次 {mm} 上客", "{p} is ready at {m}, boarding is at {mm}"),
    ),
    (
        r"party (?P<p>\d+) goes to (?P<l>\d+), not (?P<ll>\d+)",
        Words("{p} 应去{l}，不是{ll}", "{p} goes to {l}, not {ll}"),
    ),
    (r"place (?P<l>\d+) does not accept (?P<cls>\S+)", Words("{l}不接收{cls}", "{l} does not accept {cls}")),
    (r"(?P<n>\d+) persons, (?P<o>\d+) seats", Words("{n} 人，只有 {o} 个座位", "{n} persons, {o} seats")),
    (
        r"(?P<n>\d+) wheelchairs, (?P<o>\d+) places for them",
        Words("轮椅 {n} 辆，轮椅位 {o} 个", "wheelchairs: {n}, places for them: {o}"),
    ),
    (
        r"(?P<n>\d+) child seats, (?P<o>\d+) places for them",
        Words("需儿童座椅 {n} 个，车上有 {o} 个", "child seats wanted: {n}, there: {o}"),
    ),
    (r"nobody of its crew speaks (?P<g>\w+)", Words("班组中无人会{g}", "nobody of its crew speaks {g}")),
    (
        r"no vehicle for (?P<cls>\S+) has (?P<n>\d+) wheelchair places",
        Words("运送{cls}的车辆中没有一辆有 {n} 个轮椅位", "no vehicle for {cls} has so many wheelchair places: {n}"),
    ),
    (
        r"bring a vehicle with (?P<n>\d+) wheelchair places",
        Words("调来有 {n} 个轮椅位的车", "bring a vehicle with wheelchair places: {n}"),
    ),
    (
        r"no vehicle for (?P<cls>\S+) has (?P<n>\d+) child seats",
        Words("运送{cls}的车辆中没有一辆有 {n} 个儿童座椅", "no vehicle for {cls} has so many child seats: {n}"),
    ),
    (
        r"bring a vehicle with (?P<n>\d+) child seats",
        Words("调来有 {n} 个儿童座椅的车", "bring a vehicle with child seats: {n}"),
    ),
    (r"nobody on duty speaks (?P<g>\w+)", Words("在班人员中无人会{g}", "nobody on duty speaks {g}")),
    (r"bring an escort who speaks (?P<g>\w+)", Words("调来会{g}的护送员", "bring an escort who speaks {g}")),
    (
        r"no vehicle for (?P<cls>\S+) carries (?P<n>\d+) with what they need",
        Words("没有能按所需运送 {n} 名{cls}的车辆", "no vehicle for {cls} carries {n} with what they need"),
    ),
    (
        r"bring a vehicle for (?P<n>\d+) with what they need",
        Words("调来可按所需运送 {n} 人的车", "bring a vehicle for {n} with what they need"),
    ),
    (
        r"no vehicle and crew with what they need is free when needed",
        Words("需要时没有符合所需的车辆和班组空闲", "no vehicle and crew with what they need is free when needed"),
    ),
    (
        r"one more such vehicle with its crew would do",
        Words("再增加一辆这样的车和班组即可", "one more such vehicle with its crew would do"),
    ),
    (r"it goes nowhere", Words("没有去向", "it goes nowhere")),
    (
        r"it starts at (?P<m>\d+), the clock says (?P<mm>\d+)",
        Words("{m} 开始，而现在已是 {mm}", "it starts at {m}, the clock says {mm}"),
    ),
    (r"vehicle (?P<v>\d+) is not at work all the time", Words("{v} 不全程可用", "{v} is not free all the time")),
    (r"(?P<n>\d+) drivers, (?P<o>\d+) needed", Words("驾驶员 {n} 名，需 {o} 名", "{n} drivers, {o} needed")),
    (r"(?P<n>\d+) escorts, (?P<o>\d+) needed", Words("护送员 {n} 名，需 {o} 名", "{n} escorts, {o} needed")),
    (r"somebody is on its crew twice", Words("同一人在班组中出现两次", "somebody is on its crew twice")),
    (
        r"crew member (?P<c>\d+) \(role \w+\) may not drive a (?P<k>\S+)",
        Words("{c} 无权驾驶{k}", "{c} may not drive a {k}"),
    ),
    (r"crew member (?P<c>\d+) is no escort", Words("{c} 不是护送员", "{c} is no escort")),
    (r"crew member (?P<c>\d+) is not on duty all the time", Words("{c} 不全程在班", "{c} is not on duty all the time")),
    (r"it is carried more than once", Words("被安排了不止一次", "it is carried more than once")),
    (r"(?P<n>\d+) rooms needed, (?P<o>\d+) there", Words("需 {n} 间房，只有 {o} 间", "{n} rooms needed, {o} there")),
    (r"again at (?P<m>\d+), busy until (?P<mm>\d+)", Words("{m} 再次出车，而 {mm} 前未空", "again at {m}, busy until {mm}")),
    (
        r"drives (?P<n>[\d.]+) minutes after (?P<o>\d+) driven before",
        Words("驾驶时间达 {n} 分钟，此前 24 小时内已驾驶 {o} 分钟，超过上限", "drives {n} minutes after {o} in the 24 hours before, too long"),
    ),
    (r"drives (?P<n>[\d.]+) minutes", Words("驾驶时间达 {n} 分钟，超过上限", "drives {n} minutes, too long")),
    (r"no vehicle kind may carry (?P<cls>\S+)", Words("没有可运送{cls}的车型", "no vehicle kind may carry {cls}")),
    (r"allow a vehicle kind for (?P<cls>\S+)", Words("为{cls}指定车型", "bring a vehicle that may carry {cls}")),
    (
        r"(?P<n>\d+) persons must stay together, at most (?P<o>\d+) of (?P<cls>\S+) may ride together",
        Words("{n} 人须同行，{cls}一车最多 {o} 人", "{n} must stay together, at most {o} of {cls} may ride together"),
    ),
    (
        r"bring a vehicle that may carry (?P<n>\d+), or agree with the party to split it",
        Words("调来可载 {n} 人的车，或征得同意后分开", "bring a vehicle for {n}, or agree with them to split"),
    ),
    (r"no facility accepts (?P<cls>\S+)", Words("没有接收{cls}的场所", "no facility accepts {cls}")),
    (r"open a facility for (?P<cls>\S+)", Words("启用接收{cls}的场所", "open a facility for {cls}")),
    (
        r"there is no vehicle that may carry (?P<n>\d+) of (?P<cls>\S+)",
        Words("没有可载 {n} 名{cls}的车辆", "there is no vehicle that may carry {n} of {cls}"),
    ),
    (r"bring one vehicle", Words("调来一辆车", "bring one vehicle")),
    (r"no place has (?P<n>\d+) rooms left", Words("没有场所还有足够的空房", "no place has rooms enough left")),
    (
        r"find (?P<n>\d+) more rooms at (?P<l>\d+) for (?P<cls>\S+)",
        Words("在{l}为{cls}再找 {n} 间房", "find more rooms for {cls} at {l}: {n}"),
    ),
    (r"no trip can end before the horizon", Words("计划期内来不及返回", "no trip can be back within the hours planned")),
    (r"plan a longer horizon", Words("延长计划期", "plan more hours")),
    (r"moving it costs more than leaving it", Words("现在运送代价过高", "moving it costs more than leaving it")),
    (r"a (?P<k>\S+) could go at (?P<t>\d+:\d\d): pin that trip", Words("{t} 可派{k}：请手工固定", "{k} could go at {t}: pin it")),
    (
        r"until the horizon no (?P<w>.+) is free when needed",
        Words("计划期内需要时没有空闲的{w}", "no {w} is free when needed"),
    ),
    (
        r"(?P<e>(?:one|\d+) more .+) from (?P<t>\d+:\d\d) would move these (?P<n>\d+)",
        Words("{t} 起增加{e}，即可运送这 {n} 人", "{e} from {t} would move these {n}"),
    ),
    (
        r"(?P<e>(?:one|\d+) more .+) from (?P<t>\d+:\d\d) would move 0 of these (?P<n>\d+)",
        Words("{t} 起仅增加{e}仍不够，这 {n} 人还缺其他条件", "{e} from {t} would not be enough for these {n}"),
    ),
    (
        r"(?P<e>(?:one|\d+) more .+) from (?P<t>\d+:\d\d) would move (?P<o>\d+) of these (?P<n>\d+)",
        Words("{t} 起增加{e}，可运送这 {n} 人中的 {o} 人", "{e} from {t} would move {o} of these {n}"),
    ),
    (
        r"find (?P<h>\d+) more rooms at (?P<l>\d+) for (?P<cls>\S+): would move these (?P<n>\d+)",
        Words("{l}为{cls}再增加 {h} 间房间，即可运送这 {n} 人", "find more rooms for {cls} at {l}: {h}, which would move these {n}"),
    ),
    (
        r"find (?P<h>\d+) more rooms at (?P<l>\d+) for (?P<cls>\S+): would move 0 of these (?P<n>\d+)",
        Words(
            "{l}为{cls}再增加 {h} 间房间仍不够，这 {n} 人还缺其他条件",
            "find more rooms for {cls} at {l}: {h}, which would not be enough for these {n}",
        ),
    ),
    (
        r"find (?P<h>\d+) more rooms at (?P<l>\d+) for (?P<cls>\S+): would move (?P<o>\d+) of these (?P<n>\d+)",
        Words(
            "{l}为{cls}再增加 {h} 间房间，可运送这 {n} 人中的 {o} 人",
            "find more rooms for {cls} at {l}: {h}, which would move {o} of these {n}",
        ),
    ),
    (
        r"(?P<e>(?:one|\d+) more .+) from (?P<t>\d+:\d\d) would move it",
        Words("{t} 起增加{e}即可运送", "{e} from {t} would do"),
    ),
    (r"(?P<m>\d+) is not on a tick of (?P<n>\d+)", Words("{m} 不是 {n} 分钟的整倍数", "{m} is no multiple of {n} minutes")),
    (r"vehicle (?P<v>\d+) at (?P<m>\d+) is not kept", Words("{m} 的 {v} 已固定，不得改动", "{v} at {m} is pinned")),
    (
        r"party (?P<p>\d+): (?P<n>\d+) of (?P<o>\d+) now (?P<cls>\S+)",
        Words("{p}：{o} 人中 {n} 人改为{cls}", "{p}: {n} of {o} are {cls} now"),
    ),
    (r"changed by hand", Words("手工调整", "changed by hand")),
    (
        r"put it on a trip, or let plans take it again",
        Words("请安排车次，或恢复由计划安排", "put it on a trip, or let plans take it again"),
    ),
    (r"taken off by hand", Words("已手工撤下", "taken off by hand")),
    (r"put it on a trip, or plan again", Words("安排到某车次，或重新编制", "put it on a trip, or plan again")),
)  # fmt: skip
"""What the planner and its checker say: pattern and words. The first letter of a group's name says what it holds."""

_STANDS = Words("{plate}停车处", "the roadside by {plate}")
_RESOURCES = {
    "vehicle": Words("车辆", "vehicle"),
    "driver": Words("驾驶员", "driver"),
    "escort": Words("护送员", "escort"),
}


class Labels:
    """Names for the numbers of one stored plan."""

    def __init__(self, plan: models.Plan) -> None:
        self.names = Names(plan.document)
        self.document = plan.document
        self._plates = dict(models.Vehicle.objects.values_list("id", "plate"))
        places = models.Custodian.objects.filter(id__in=list(self.names.places.values()))
        self._places = {row.id: words.name_of(row) for row in places}
        self._places |= name_stands(trips=self.names.roads)
        people = models.Person.objects.filter(id__in=list(self.names.crew.values()))
        self._people = {row.pk: words.name_of(row) or row.username for row in people}
        flights = [UUID(ref) for ref in self.names.flights.values() if "-" in ref]
        self._flights = {
            str(key): name
            for key, name in models.Flight.objects.filter(id__in=flights).values_list("id", "designator")
        }
        travellers = {who for members in self.names.parties.values() for who in members}
        self._codes = dict(models.Traveller.objects.filter(id__in=travellers).values_list("id", "code"))

    def vehicle(self, number: int) -> str:
        """Its plate."""
        return self._plates.get(self.names.vehicles.get(number), str(number))

    def place(self, number: int) -> str:
        """What it is called; where a vehicle broke down, by its plate."""
        return self._places.get(self.names.places.get(number), str(number))

    def person(self, number: int) -> str:
        """Who drives or escorts."""
        return self._people.get(self.names.crew.get(number), str(number))

    def flight(self, party: int) -> str:
        """The flight of a party."""
        return self._flights.get(self.names.flights[self.names.rows[party]["flight"]], "–")

    def party(self, number: int) -> str:
        """Flight and codes of a party; of a larger one the first."""
        if number not in self.names.parties:
            return str(number)
        codes = sorted(self._codes.get(who, "?") for who in self.names.parties[number])
        more = f" +{len(codes) - CODES_SHOWN}" if len(codes) > CODES_SHOWN else ""
        return f"{self.flight(number)} {', '.join(codes[:CODES_SHOWN])}{more}"

    def minute(self, minute: int) -> str:
        """The port's clock."""
        return f"{timezone.localtime(self.names.instant(minute)):%H:%M}"

    def say(self, text: str) -> str:
        """What the planner said, in the language of the page; unchanged if it is not known."""
        for pattern, said in _PHRASES:
            found = re.fullmatch(pattern, text)
            if found:
                groups = {name: self._render(name, value) for name, value in found.groupdict().items()}
                return words.say(said).format(**groups)
        return text

    def _render(self, name: str, value: str) -> str:
        if name == "cls":
            return say_class(value)
        if name[0] in "vplcm":
            render = {"v": self.vehicle, "p": self.party, "l": self.place, "c": self.person, "m": self.minute}
            return render[name[0]](int(value))
        if name == "g":
            return words.say_language(value)
        if name == "k":
            return say_kind(value)
        if name == "t":
            hours, minutes = map(int, value.split(":"))
            at = self.names.day0_at + timedelta(hours=hours, minutes=minutes)
            return f"{timezone.localtime(at):%H:%M}"
        if name == "s":
            return self.say(value)
        if name == "w":
            return join(say_resource(one) for one in value.split(", "))
        if name == "e":
            return join(say_more(one) for one in value.split(" and "))
        return value


def join(parts: object) -> str:
    """Things in a row, as the language joins them."""
    return (" and " if get_language() == "en" else "和").join(parts)  # type: ignore[call-overload]


def say_stand(plate: str) -> str:
    """Where a vehicle broke down."""
    return words.say(_STANDS).format(plate=plate)


def name_stands(*, trips: Iterable[UUID]) -> dict[UUID, str]:
    """Those of these that are trips, where their vehicle stands."""
    rows = models.Trip.objects.filter(id__in=list(trips)).values_list("id", "vehicle__plate")
    return {trip: say_stand(plate) for trip, plate in rows}


def say_class(cls: str) -> str:
    """What people of a class are called, inside a sentence."""
    return words.say(words.RIDING[cls]) if cls in words.RIDING else cls


def say_kind(kind: str) -> str:
    """A kind of the problem (coach-53) as people say it."""
    name, _, places = kind.partition("-")
    seats, _, _ = places.partition("-")
    said = words.say(KINDS[name]) if name in KINDS else name
    if not seats:
        return said
    return f"{said} ({seats} seats)" if get_language() == "en" else f"{said}({seats} 座)"


def say_resource(name: str) -> str:
    """Vehicle, driver or escort."""
    return words.say(_RESOURCES[name]) if name in _RESOURCES else say_kind(name)


def say_more(text: str) -> str:
    """Some more of something: `one more coach-20`, `2 more licence-L drivers`."""
    number, _, what = text.partition(" more ")
    licence = re.fullmatch(r"licence-(\w) drivers?", what)
    name = "driver" if licence else what.removesuffix("s") if what.removesuffix("s") in _RESOURCES else what
    said = say_resource(name if name in _RESOURCES or number == "one" else name.removesuffix("s"))
    if get_language() == "en":
        said = f"licence {licence[1]} {said}" if licence else said
        return f"one more {said}" if number == "one" else f"{number} more: {said}"
    said = f"{said}(准驾 {licence[1]})" if licence else said
    return f" {1 if number == 'one' else number} {'名' if name in _RESOURCES else '辆'}{said}"
