"""The words of the screens for what the core names by code: one place, both languages side by side."""

from collections.abc import Iterable

from django.utils.translation import get_language, gettext

from pratique.core.answers import Refused
from pratique.core.boards.picture import Stage, Zero
from pratique.core.bulletin.table import BY_CODE
from pratique.core.duties.vocabulary import Words
from pratique.web.refusals import REFUSALS

STAGES: dict[str, Words] = {stage: BY_CODE[f"people_{stage}"].name for stage in Stage}
ZEROS: dict[str, Words] = {zero: BY_CODE[f"zero_{zero}"].name for zero in Zero}
DEFINITIONS: dict[str, tuple[Words, Words]] = {
    "open": (BY_CODE["people_open"].name, BY_CODE["people_open"].definition),
    **{stage: (figure.name, figure.definition) for stage in Stage if (figure := BY_CODE[f"people_{stage}"])},
    **{zero: (figure.name, figure.definition) for zero in Zero if (figure := BY_CODE[f"zero_{zero}"])},
}
"""What a figure counts, one tap away from where it stands; the words are the bulletin's."""

GRAVITY: dict[str, str] = {Zero.COMPLAINT: "late", Zero.ERROR: "late"}
"""How a zero that is none any more is shown; red is kept for people who may be lost or harmed."""

ROLES: dict[str, Words] = {
    "commander": Words("值班指挥长", "Duty commander"),
    "dispatcher": Words("调度员", "Dispatcher"),
    "screener": Words("检疫组长", "Screening lead"),
    "escort": Words("护送员", "Escort"),
    "reception": Words("隔离点接待", "Reception"),
    "liaison": Words("单位联络员", "Unit liaison"),
    "clerk": Words("排班员", "Roster clerk"),
    "staff": Words("工作人员", "Staff"),
    "epidemiologist": Words("流调员", "Epidemiologist"),
    "partner": Words("协作单位", "Partner agency"),
    "auditor": Words("核查员", "Auditor"),
    "administrator": Words("管理员", "Administrator"),
}

EXCEPTIONS: dict[str, tuple[str, str, Words]] = {
    "unseen": ("lost", "lost", Words("超过时限未见", "Not seen in time")),
    "headcount_missing": ("lost", "lost", Words("点名缺席", "Missing when called")),
    "headcount_unexpected": ("people", "late", Words("点名时在别处", "Called elsewhere than in the book")),
    "headcount_differs": ("people", "late", Words("清点人数与账不符", "Headcount differs from the book")),
    "unmanifested": ("unlisted", "late", Words("不在任何名单上", "On no list")),
    "two_places": ("dispute", "late", Words("同一时间两处扫到", "In two places at once")),
    "misboarded": ("lost", "lost", Words("病例误上普通车辆", "A case aboard a vehicle for others")),
    "way_closed": ("lost", "lost", Words("无依据离开", "Let out without grounds")),
    "seen_after_exit": ("dispute", "late", Words("离开后又被扫到", "Seen after leaving")),
    "scan_id_reused": ("dispute", "late", Words("一次扫码两种内容", "One scan, two contents")),
    "custodian_unknown": ("dispute", "late", Words("岗位不明", "Post unknown")),
    "handover_declined": ("handover", "late", Words("交接被拒", "Handover declined")),
    "handover_lapsed": ("handover", "late", Words("交接逾期未答", "Handover not answered")),
    "handover_missing": ("handover", "late", Words("交接时未见此人", "Not among those handed over")),
    "handover_unexpected": (
        "handover",
        "late",
        Words("交接名单上没有此人", "Handed over, on no list of the giver's"),
    ),
    "handover_counts_differ": ("handover", "late", Words("交接双方人数不符", "Counts of a handover differ")),
    "heads_differ": ("people", "late", Words("实到人数与账不符", "Heads of a flight differ from the book")),
    "counts_differ": ("people", "late", Words("各方人数不符", "Counts differ")),
    "clock_adrift": ("clock", "late", Words("手机时钟偏差过大", "Phone clock adrift")),
    "irregular_step": ("ask", "late", Words("非常规移动", "Unusual step")),
}
"""Code → mark, gravity, words."""

SOURCES: dict[str, Words] = {
    "control": Words("名单自报人数", "Control count"),
    "carrier": Words("承运人关舱人数", "Carrier"),
    "door": Words("舱门清点", "Door"),
    "desk": Words("验放台", "Desk"),
    "vehicle": Words("车辆", "Vehicle"),
    "facility": Words("隔离场所", "Facility"),
}

COUNT_HINTS: dict[str, Words] = {
    "control": Words("名单自己声明的人数", "what the list itself states"),
    "carrier": Words("承运人关闭舱门时报的人数", "what the carrier reported on closing"),
    "door": Words("在舱门口逐个数的人数", "heads counted one by one at the aircraft door"),
    "desk": Words("检疫台数的人数", "heads counted at the desks"),
    "vehicle": Words("各车上车人数之和", "heads counted into vehicles"),
    "facility": Words("各场所接收人数之和", "heads counted into facilities"),
}

CHANNELS: dict[str, Words] = {
    "ordinary": Words("普通通道", "Ordinary channel"),
    "contact": Words("密接通道", "Contacts' channel"),
    "symptomatic": Words("症状通道", "Symptomatic channel"),
    "exempt": Words("豁免", "Exempt"),
    "transit": Words("中转", "In transit"),
    "crew": Words("机组", "Crew"),
    "red": Words("红色通道", "Red channel"),
    "yellow": Words("黄色通道", "Yellow channel"),
    "green": Words("绿色通道", "Green channel"),
}

PROOFS: dict[str, Words] = {
    "unbroken chain": Words(
        "链条不断：每次的交出方就是上一次的接收方", "Unbroken chain: each giver is the receiver before"
    ),
    "heads": Words("人头：在管加已离开等于落地人数", "Heads: held and out together are who landed"),
    "headcount": Words("清点：点到的人与账上一致", "Headcount: who was called is who is held"),
    "overdue": Words("时限：没有人超过时限未见", "Clock: nobody is unseen for too long"),
    "totals": Words("合计：数据库与重算一致", "Totals: the database says what the fold says"),
    "no silent skip": Words("无遗漏：凡未处理的都有名有姓", "No silent skip: whoever was left out is named"),
}

TRIP_STEPS: dict[str, Words] = {
    "planned": Words("已计划", "planned"),
    "departed": Words("途中", "on the road"),
    "arrived": Words("已到达", "arrived"),
    "ended": Words("已结束", "ended"),
    "broken_down": Words("故障", "broken down"),
    "stopped": Words("途中停靠", "stopped on the way"),
    "put_off": Words(
        "已推迟：车辆晚归，须先消毒", "put off: its vehicle came back late and is disinfected first"
    ),
    "withdrawn": Words("已撤销", "withdrawn"),
}
RIDES: dict[str, Words] = {
    "waiting": Words("待上车", "to board"),
    "aboard": Words("在车上", "aboard"),
    "alighted": Words("已下车", "alighted"),
    "elsewhere": Words("在别处下车", "got off elsewhere"),
}
"""What became of somebody on a boarding list."""
RIDING: dict[str, Words] = {
    "case": Words("病例", "cases"),
    "contact": Words("密接", "contacts"),
    "ordinary": Words("一般旅客", "ordinary travellers"),
}
"""A class of travellers inside a sentence."""
VEHICLE_KINDS: dict[str, Words] = {
    "coach": Words("大客车", "coach"),
    "bus": Words("客车", "bus"),
    "minibus": Words("中巴", "minibus"),
    "van": Words("商务车", "van"),
    "ambulance": Words("救护车", "ambulance"),
}
TOLD_MOST = 6
"""So many of what a refusal tells are named."""
RELAYS: dict[str, Words] = {
    "relay_too_late": Words("已到达", "has arrived"),
    "relay_class": Words("不得载此类人员", "may not carry them"),
    "relay_mixed": Words("车上另一类人员", "carries another class"),
    "relay_full": Words("座位不够", "not enough seats"),
    "relay_flight": Words("车上另一航班", "carries another flight"),
    "relay_elsewhere": Words("去别处", "goes elsewhere"),
    "relay_accepts": Words("该处不收此类人员", "goes where they are not taken"),
    "relay_wheelchairs": Words("轮椅位不够", "not enough wheelchair places"),
    "relay_child_seats": Words("儿童座椅不够", "not enough child seats"),
    "relay_language": Words("班组不会其语言", "nobody speaks their language"),
}
"""What speaks against a trip that might take people on."""
BAR_STATES: dict[str, Words] = {
    "running": Words("进行中", "under way"),
    "in_force": Words("已采用", "in force"),
    "proposed": Words("建议", "proposed"),
    "withdrawn": Words("建议撤销", "taken away by the proposal"),
}
SIGNS: dict[str, Words] = {
    "on_time": Words("正点", "on time"),
    "late": Words("晚点", "late"),
    "silent": Words("失联", "silent"),
    "untracked": Words("无定位", "no position"),
}
METHODS: dict[str, Words] = {
    "position": Words("按定位", "by position"),
    "table": Words("按里程表", "by the table"),
}
SCOPES: dict[str, Words] = {
    "city": Words("市区", "City"),
    "province": Words("全省", "Province"),
}
FIXES: dict[str, Words] = {
    "fix_without_trip": Words("没有进行中的车次，未保存", "no trip runs: not stored"),
    "fix_empty": Words("没有坐标，仅报平安", "a sign of life without a position"),
    "fix_doubled": Words("重复", "said before"),
    "fix_unreadable": Words("无法读取", "unreadable"),
    "fix_ahead": Words("时钟快于本系统", "its clock is ahead of ours"),
    "fix_before_trip": Words("早于发车时间（或时钟慢）", "from before the departure, or its clock is behind"),
    "fix_vague": Words("精度太低", "too vague"),
    "fix_unreachable": Words("车辆到不了的位置", "where the vehicle cannot be"),
    "tracker_unknown": Words("标识不明或已撤销", "unknown or revoked identifier"),
}
TRIP_REPORTS: dict[str, Words] = {
    "departed": Words("已发车", "It has departed"),
    "arrived": Words("已到达", "It has arrived"),
    "ended": Words("结束车次", "End the trip"),
}
"""A trip's state, and the button that reports its next step."""

LOOKS: dict[str, Words] = {
    "flight list": Words("航班名单", "Flight list"),
    "traveller page": Words("旅客页面", "Traveller page"),
    "search": Words("查找", "Search"),
    "screening desk": Words("筛查台", "Screening desk"),
    "trip": Words("车次", "Trip"),
    "flight closed": Words("关闭航班", "Flight closed"),
    "flight landed": Words("登记航班落地", "Said when a flight landed"),
    "landing corrected": Words("更正航班落地时间", "Landing time corrected"),
    "flight expected": Words("登记航班预计到达时间", "Said when a flight is expected"),
    "convoy": Words("车队接收", "Convoy received"),
    "room list": Words("房间名单", "Room list"),
    "certificate": Words("解除证明", "Certificate"),
    "order": Words("期限决定", "Order about a stay"),
    "petitions": Words("旅客诉求", "Requests of travellers"),
    "stay": Words("隔离页面", "Page of their stay"),
    "facility": Words("隔离点页面", "Page of a facility"),
    "hospital": Words("医院页面", "Page of a hospital"),
    "declarations": Words("健康申报", "Health declarations"),
    "onward": Words("属地接收", "Home prefectures"),
    "contacts of a case": Words("病例接触者名单", "Contacts of a case"),
}

FIELDS: dict[str, Words] = {
    "surname": Words("姓", "surname"),
    "given_names": Words("名", "given names"),
    "chinese_name": Words("中文姓名", "Chinese name"),
    "sex": Words("性别", "sex"),
    "born_on": Words("出生日期", "born"),
    "nationality": Words("国籍", "nationality"),
    "documents": Words("证件", "documents"),
    "seat": Words("座位", "seat"),
    "party": Words("同行编号", "party"),
    "in_transit": Words("中转", "in transit"),
    "role": Words("旅客或机组", "passenger or crew"),
}
"""What of a person on a list is kept and can change from one version to the next."""

ATTRIBUTES: dict[str, Words] = {
    "agent": Words("药剂", "agent"),
    "celsius": Words("体温 ℃", "°C"),
    "channel": Words("通道", "channel"),
    "day": Words("第几天", "day"),
    "kit": Words("试剂", "kit"),
    "lab": Words("实验室", "laboratory"),
    "language": Words("语言", "language"),
    "measure": Words("措施", "measure"),
    "method": Words("方式", "method"),
    "minutes": Words("分钟", "minutes"),
    "need": Words("需要", "need"),
    "outcome": Words("结论", "outcome"),
    "pool": Words("混检人数", "swabs in the tube"),
    "because": Words("理由", "because"),
    "giver": Words("从", "out of"),
    "receiver": Words("送往", "to"),
    "place": Words("地点", "at"),
    "doctor": Words("医生", "physician"),
    "document": Words("文号", "paper"),
    "said_by": Words("承运人何人", "says"),
    "said_at": Words("何时", "said at"),
    "agreed_by": Words("对方同意人", "agreed by"),
    "transport": Words("交通", "by"),
    "step": Words("步骤", "step"),
    "have": Words("已备", "at hand"),
    "edition": Words("规则版本", "rules"),
    "version": Words("第几版", "version"),
    "source": Words("来源", "from"),
    "digest": Words("封存摘要", "seal"),
    "result": Words("结果", "result"),
    "own": Words("本人自报", "own report"),
    "typed": Words("手工录入", "typed by hand"),
    "second": Words("复核签字", "second signature"),
    "site": Words("部位", "site"),
    "symptomatic": Words("有症状", "symptoms"),
    "tube": Words("采样管", "tube"),
    "understood": Words("已听懂", "understood"),
}

VALUES: dict[str, Words] = {
    "True": Words("是", "yes"),
    "False": Words("否", "no"),
    "ordinary": Words("普通", "ordinary"),
    "contact": Words("密接", "contact"),
    "symptomatic": Words("有症状", "symptomatic"),
    "transit": Words("中转", "transit"),
    "crew": Words("机组", "crew"),
    "passenger": Words("旅客", "passenger"),
    "central isolation": Words("集中隔离", "central isolation"),
    "home isolation": Words("居家隔离", "home isolation"),
    "extend": Words("延长期限", "a longer stay"),
    "reduce": Words("缩短期限", "a shorter stay"),
    "removal": Words("转送", "a transfer"),
    "stay": Words("被留在此处", "being kept here"),
    "refer": Words("转诊", "refer"),
    "clear": Words("排除", "clear"),
    "forehead": Words("额温", "forehead"),
    "ear": Words("耳温", "ear"),
    "armpit": Words("腋温", "armpit"),
    "not_measured": Words("未测体温", "not measured"),
    "nasopharyngeal": Words("鼻咽", "nasopharyngeal"),
    "oropharyngeal": Words("口咽", "oropharyngeal"),
    "negative": Words("阴性", "negative"),
    "positive": Words("阳性", "positive"),
    "invalid": Words("无效", "invalid"),
    "lost": Words("丢失", "lost"),
    "pool_positive": Words("混检阳性", "pool positive"),
    "ambulance": Words("救护车", "ambulance"),
    "other_vehicle": Words("其他专用车", "another vehicle of the loop"),
    "ill": Words("患病", "ill"),
    "injured": Words("受伤", "injured"),
    "birth": Words("分娩", "childbirth"),
    "recovered": Words("痊愈", "recovered"),
    "reached": Words("已告知", "told"),
    "not_reached_yet": Words("尚未联系上", "not reached yet"),
    "none_known": Words("查无近亲属", "none is known"),
    "not_concerned": Words("不涉及领事馆", "no consulate is concerned"),
    "along": Words("陪同", "goes along"),
    "needs": Words("此处无法照顾", "needs that cannot be met here"),
    "other": Words("其他", "other"),
}
"""Values of attributes that are words and not figures or names."""

OUTCOMES: dict[str, tuple[str, Words]] = {
    "moved": ("good", Words("已接收", "Received")),
    "seen": ("good", Words("在此，已见到", "Here, seen")),
    "repeated": ("good", Words("已经登记过", "Already recorded")),
    "folded": ("ask", Words("已登记，请核对", "Recorded, please check")),
    "two_places": (
        "stop",
        Words("请留住此人：同一时间在别处扫到", "Keep this person here: scanned elsewhere at the same time"),
    ),
    "seen_after_exit": (
        "stop",
        Words("请留住此人：账上已经离开", "Keep this person here: by the book they have left"),
    ),
    "scan_id_reused": ("stop", Words("请重新扫一次", "Scan once more")),
    "way_closed": (
        "stop",
        Words("请留住此人：没有放行依据", "Keep this person here: there are no grounds to let them out"),
    ),
    "carrier_unheard": (
        "stop",
        Words(
            "尚未销账：请先在此人页面登记承运人何人、何时、凭何文件称其未登机",
            "Not written off yet: record on their page who of the carrier says that they were not on board, when, by which document",
        ),
    ),
    "release_unsigned": (
        "stop",
        Words(
            "请留住此人：解除尚未签字。请隔离点在此人的“住宿”页签字，然后再扫一次",
            "Keep this person here: nobody has signed their release. The facility signs on the page of their stay; then scan again",
        ),
    ),
    "ride_closed": (
        "stop",
        Words(
            "不得乘此车：请此人下车，等救护车",
            "Not in this vehicle: let them get off, an ambulance takes them",
        ),
    ),
    "custodian_unknown": ("stop", Words("岗位不明：请重新选择岗位", "Post unknown: choose your post again")),
}
"""What became of a scan → sign (good, ask, stop) and words."""


def say(words: Words) -> str:
    """The words in the language of the page."""
    return words.en if get_language() == "en" else words.zh


def say_refused(refused: Refused) -> str:
    """Why it may not be done, with what it tells of the case. A code without words of its own is said with the reason it came with."""
    words = REFUSALS.get(refused.code)
    if words is None:
        return refused.because or refused.code
    told = {name: _tell(name, value) for name, value in refused.told.items()}
    return say(words).format(**told) if told else say(words)


def _tell(name: str, value: object) -> str:
    """What a refusal tells: a class, a kind of vehicle or a language by its name, a place by its own, several of them one after the
    other (the first `TOLD_MOST`), anything else as it is."""
    if isinstance(value, tuple):
        shown = [_tell(name, one) for one in value[:TOLD_MOST]]
        more = [f"+{len(value) - TOLD_MOST}"] if len(value) > TOLD_MOST else []
        return say(Words("、", ", ")).join([*shown, *more]) or say(Words("无", "none"))
    if name in ("cls", "others"):
        return say(RIDING[str(value)]) if value in RIDING else str(value)
    if name == "vehicle_kinds":
        return say(VEHICLE_KINDS[str(value)]) if value in VEHICLE_KINDS else str(value)
    if name == "languages":
        return say_language(str(value))
    if isinstance(value, float):
        return f"{value:,.10g}"
    return name_of(value) if hasattr(value, "name_zh") else str(value)


def name_of(named: object) -> str:
    """What something with a Chinese and an English name is called; the other name where one is missing."""
    names = [str(getattr(named, "name_zh", "") or ""), str(getattr(named, "name_en", "") or "")]
    if get_language() == "en":
        names.reverse()
    return next((name for name in names if name), str(getattr(named, "code", "")))


LANGUAGES: dict[str, Words] = {
    "zh": Words("中文", "Chinese"),
    "en": Words("英语", "English"),
    "my": Words("缅甸语", "Burmese"),
    "th": Words("泰语", "Thai"),
    "lo": Words("老挝语", "Lao"),
    "vi": Words("越南语", "Vietnamese"),
    "km": Words("高棉语", "Khmer"),
    "ja": Words("日语", "Japanese"),
    "ko": Words("韩语", "Korean"),
    "ru": Words("俄语", "Russian"),
    "fr": Words("法语", "French"),
    "de": Words("德语", "German"),
    "es": Words("西班牙语", "Spanish"),
    "ar": Words("阿拉伯语", "Arabic"),
    "hi": Words("印地语", "Hindi"),
    "bn": Words("孟加拉语", "Bengali"),
    "ur": Words("乌尔都语", "Urdu"),
}
"""What people speak, in the language of the page."""

NEEDS: dict[str, Words] = {
    "wheelchair": Words("轮椅", "wheelchair"),
    "infant": Words("婴儿", "infant"),
}
"""What somebody needs on the way, besides an interpreter."""


def say_language(code: str) -> str:
    """A language by its name; by its code if it has none here."""
    return say(LANGUAGES[code]) if code in LANGUAGES else code


def say_need(need: str) -> str:
    """What somebody needs on the way, in a word or two."""
    sort, _sign, code = need.partition(":")
    if sort == "language":
        return f"{gettext('interpreter')}: {say_language(code)}"
    return say(NEEDS[need]) if need in NEEDS else need


def choose(values: Iterable[str]) -> list[tuple[str, str]]:
    """Values with what they are called, as a form offers them."""
    return [(value, say_value(value)) for value in values]


def say_value(value: str) -> str:
    """A value of an attribute as words, where it is one of those that are; a language by its name."""
    return say(VALUES[value]) if value in VALUES else say_language(value)


def say_percent(share: float) -> str:
    """A share as percent, with no more places than it has."""
    return f"{100 * share:.2g} %" if share < 1 else "100 %"
