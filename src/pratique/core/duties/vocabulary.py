"""The words a protocol may use: whom duties concern, what can happen to them, who may owe or waive.

A record that the product never writes could never discharge a duty, and a post that nobody holds could never owe
one; so a protocol that names an unknown word is refused. A new word is one line here (or, for what only one port
records, a line in the protocol's own ``[records]`` or ``[posts]``).
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Whom or what a duty is about."""

    TRAVELLER = "traveller"
    TRIP = "trip"
    CONVOY = "convoy"
    VEHICLE = "vehicle"
    FACILITY = "facility"
    PLACE = "place"
    LODGING = "lodging"
    STAFF = "staff"
    UNIT = "unit"
    SHIFT = "shift"
    DAY = "day"
    CASE = "case"
    BATCH = "batch"
    FINDING = "finding"


@dataclass(frozen=True, slots=True)
class Words:
    """A title in both languages of the product; both are always present."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Record:
    """A kind of evidence that can be written about a subject, with the attributes it may carry."""

    code: str
    title: Words
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Life:
    """The course of one kind of subject.

    `begins` is the record whose local date decides which edition holds for it; a record of `stops` ends its duties, one
    of `suspends` pauses them until one of `resumes`. `bound` says that the edition of its beginning goes on holding for
    it (a person already held) while for everything else the edition of the day counts. `facts` are what is known of
    one apart from its records; a rule may be limited to some of their values.
    """

    title: Words
    begins: str
    records: tuple[Record, ...]
    facts: tuple[str, ...] = ()
    stops: frozenset[str] = frozenset()
    suspends: frozenset[str] = frozenset()
    resumes: frozenset[str] = frozenset()
    bound: bool = False


def _record(code: str, zh: str, en: str, *attributes: str) -> Record:
    return Record(code, Words(zh, en), attributes)


_OPENED, _INSPECTED = (
    _record("opened", "启用", "Opened"),
    _record("inspection", "巡查", "Inspected", "passed"),
)
_DISINFECTED = _record("disinfection", "消毒", "Disinfected", "agent", "minutes")
_CLOSED = _record("closed", "关闭", "Closed")
_KEPT_CLEAN = (_OPENED, _DISINFECTED, _INSPECTED, _CLOSED)

LIVES: dict[Kind, Life] = {
    Kind.TRAVELLER: Life(
        Words("旅客", "Traveller"),
        begins="arrived",
        facts=("channel", "under_age"),
        stops=frozenset({"released", "departed", "handed_over", "died"}),
        suspends=frozenset({"hospitalised"}),
        resumes=frozenset({"returned", "discharged"}),
        bound=True,
        records=(
            _record("arrived", "抵达", "Arrived"),
            _record("declared", "健康申报", "Health declaration given", "version", "source", "digest"),
            _record("screened", "已筛查", "Screened", "channel", "edition", "because"),
            _record("ill_step", "患病处置步骤", "Step for somebody ill", "step", "edition", "have"),
            _record("measure_ordered", "措施已决定", "Measure ordered", "measure"),
            _record("notice", "权利告知", "Rights notice served", "language", "understood", "edition"),
            _record("rights_told", "已告知权利", "Told their rights", "language", "understood", "edition"),
            _record("admitted", "入住隔离点", "Admitted to a facility"),
            _record(
                "temperature",
                "体温与症状",
                "Temperature and symptoms",
                "celsius",
                "symptomatic",
                "method",
                "own",
            ),
            _record("sample", "采样", "Sample taken", "site", "kit", "lab", "pool"),
            _record("result", "检测结果", "Test result", "result", "lab", "because", "typed", "second"),
            _record("assessment", "医学评估", "Medical assessment", "outcome"),
            _record(
                "listed",
                "列为接触者",
                "Named as a contact",
                "case",
                "edition",
                "ring",
                "grade",
                "rule",
                "here",
            ),
            _record("exposed", "暴露", "Exposed to a case", "case", "edition", "ring", "grade", "rule"),
            _record("reclassed", "改划通道", "Channel changed by a case", "channel", "was", "because"),
            _record("told", "已告知暴露", "Told of the exposure", "language", "understood"),
            _record("moved_apart", "已单独安置", "Moved apart as a contact", "place"),
            _record(
                "removal_asked",
                "请求转送",
                "To be taken elsewhere",
                "giver",
                "receiver",
                "because",
                "agreed_by",
                "transport",
            ),
            _record("removal_dropped", "转送取消", "Not taken elsewhere", "because"),
            _record("removed", "已转送", "Taken elsewhere"),
            _record(
                "carrier_word",
                "承运人称未登机",
                "Not on board, says the carrier",
                "said_by",
                "said_at",
                "document",
            ),
            _record("term", "期限变更", "End of the stay moved", "days"),
            _record("hospitalised", "送医", "Taken to hospital"),
            _record("returned", "出院返回", "Returned from hospital"),
            _record(
                "discharged", "医院准予出院", "Discharged, says the hospital", "doctor", "document", "because"
            ),
            _record("cleared", "发热或症状已查明", "A fever or symptoms explained", "because"),
            _record("help_request", "求助", "Help asked for", "need"),
            _record("help_answer", "求助答复", "Help given"),
            _record("complaint", "投诉", "Complaint"),
            _record("complaint_answer", "投诉答复", "Complaint answered"),
            _record("objection", "对措施提出异议", "Objection to a measure"),
            _record("objection_answer", "异议答复", "Objection answered", "outcome"),
            _record("objection_done", "异议决定已执行", "Decision on an objection carried out"),
            _record(
                "procedure_step",
                "程序步骤",
                "Step of a procedure",
                "procedure",
                "edition",
                "step",
                "outcome",
                "note",
                "document",
            ),
            _record(
                "misboarded", "病例误上普通车辆", "A case aboard a vehicle for others", "trip", "vehicle"
            ),
            _record(
                "misboard_settled", "误上车辆已处置", "Seen to a case aboard a vehicle for others", "because"
            ),
            _record("bedless", "无医院可收治", "No hospital has a bed for them"),
            _record("bed_found", "已有医院收治", "A hospital has a bed for them"),
            _record("unreleased", "无依据离开", "Left without grounds"),
            _record("way_settled", "无依据离开已处置", "Departure without grounds settled", "because"),
            _record("released", "解除隔离", "Released"),
            _record("departed", "离开", "Left the loop (transit, refused entry)"),
            _record("handed_over", "移交其他机关", "Handed to another authority"),
            _record(
                "death_certified",
                "医生证明去世",
                "A physician certified a death",
                "place",
                "doctor",
                "document",
            ),
            _record("died", "去世", "Died", "place", "doctor", "document"),
            _record("kin_told", "告知近亲属", "Next of kin told", "outcome"),
            _record("consulate_told", "通知领事馆", "Consulate told", "outcome"),
            _record("laid_to_rest", "逝者已移交", "The deceased was handed over"),
            _record(
                "death_doubted", "提出去世登记有误", "A record of a death is said to be wrong", "because"
            ),
        ),
    ),
    Kind.TRIP: Life(
        Words("车次", "Trip"),
        begins="set_off",
        stops=frozenset({"cancelled"}),
        records=(
            _record("set_off", "发车", "Set off"),
            _record("silent", "失联", "Fell silent"),
            _record("heard", "恢复联系", "Heard again"),
            _record("answered", "电话联系上", "Reached by telephone", "who", "place"),
            _record("drives", "换驾驶员", "Another driver took the wheel", "driver", "rested"),
            _record(
                "crewed",
                "人工更改班组",
                "Crew changed by hand",
                "drivers",
                "escorts",
                "drivers_before",
                "escorts_before",
                "pinned_before",
            ),
            _record("relief_due", "须换驾驶员", "The driver must be relieved soon", "driver"),
            _record("reached", "抵达目的地", "Reached its destination"),
            _record("broken_down", "故障", "Broken down"),
            _record("ended", "到达", "Ended"),
            _record(
                "count",
                "上下车人数核对",
                "Boarding and alighting counted",
                "agreed",
                "boarded",
                "received",
                "because",
                "names",
            ),
            _record("cancelled", "取消", "Cancelled"),
        ),
    ),
    Kind.CONVOY: Life(
        Words("车队", "Convoy"),
        begins="set_off",
        stops=frozenset({"accepted", "disbanded"}),
        records=(
            _record("set_off", "发车", "Set off"),
            _record("checked_in", "报平安", "Checked in", "stop", "heads"),
            _record("answered", "电话联系上", "Reached by telephone", "who", "place"),
            _record("incident", "突发情况", "Incident", "sort", "place", "delay_minutes"),
            _record("settled", "情况已处置", "Incident settled"),
            _record("ambulance_called", "已叫救护车", "Ambulance called", "hospital", "meets", "agreed_by"),
            _record("ambulance_met", "救护车已接走", "Taken over by the ambulance"),
            _record("arrived", "到达", "Arrived"),
            _record("accepted", "接收地已接收", "Accepted by the receiver", "heads"),
            _record("disbanded", "解散", "Disbanded"),
        ),
    ),
    Kind.VEHICLE: Life(
        Words("车辆", "Vehicle"),
        begins="joined",
        stops=frozenset({"left"}),
        records=(
            _record("joined", "编入", "Joined the force"),
            _record("trip_ended", "车次结束", "A trip of it ended"),
            _record("disinfection", "消毒", "Disinfected", "agent", "minutes", "odometer_km"),
            _record("left", "撤出", "Left the force"),
        ),
    ),
    Kind.FACILITY: Life(
        Words("隔离点", "Facility"),
        begins="opened",
        stops=frozenset({"closed"}),
        records=(
            _OPENED,
            _INSPECTED,
            _record("intake_closed", "停止接收", "Takes nobody new", "because", "until"),
            _record("intake_opened", "恢复接收", "Takes people again"),
            _CLOSED,
        ),
    ),
    Kind.PLACE: Life(
        Words("场所", "Place"), begins="opened", stops=frozenset({"closed"}), records=_KEPT_CLEAN
    ),
    Kind.LODGING: Life(
        Words("工作人员驻地", "Staff lodging"),
        begins="opened",
        stops=frozenset({"closed"}),
        records=_KEPT_CLEAN,
    ),
    Kind.STAFF: Life(
        Words("工作人员", "Staff member"),
        begins="deployed",
        facts=("role", "trained"),
        stops=frozenset({"stood_down"}),
        suspends=frozenset({"leave", "isolated"}),
        resumes=frozenset({"back"}),
        records=(
            _record("deployed", "上岗编入", "Deployed"),
            _record("duty_day", "在岗日", "On duty this day"),
            _record("shift_worked", "完成班次", "Shift worked"),
            _record("post_risk", "所在岗位风险变化", "Risk of the posts worked changed", "risk"),
            _record(
                "shift_closed",
                "无离岗签到，班次由系统按结束时间关闭",
                "Shift closed by the software: nobody tapped out",
                "at",
            ),
            _record(
                "shift_settled", "核实班次是否到岗", "Said whether a shift without a tap was worked", "came"
            ),
            _record("tap_undone", "撤回签到", "Attendance taken back", "going", "at", "because"),
            _record("apart_ended", "解除回避", "Kept apart no longer", "because"),
            _record("health_report", "健康日报", "Health report", "well", "celsius"),
            _record("sample", "采样", "Sample taken", "tube", "site", "kit", "lab", "pool"),
            _record("result", "检测结果", "Test result", "result", "lab", "because", "typed", "second"),
            _record("assessment", "医学评估", "Medical assessment", "outcome"),
            _record("training", "培训", "Training", "module", "passed"),
            _record(
                "listed",
                "列为接触者",
                "Named as a contact",
                "case",
                "edition",
                "ring",
                "grade",
                "rule",
                "here",
            ),
            _record(
                "exposed",
                "暴露",
                "Exposed to a case or a breach of protection",
                "case",
                "edition",
                "ring",
                "grade",
                "rule",
                "because",
                "protected",
            ),
            _record("told", "已告知暴露", "Told of the exposure", "language", "understood"),
            _record("off_duty", "暂离岗位", "Taken off duty"),
            _record("protection", "所穿防护等级", "Protection worn", "level", "was"),
            _record("leave", "休假", "On leave"),
            _record("isolated", "隔离", "Isolated", "scheme", "place"),
            _record("recovered", "痊愈", "Recovered, by the hospital's word"),
            _record("back", "返岗", "Back at work"),
            _record("support_request", "心理支持请求", "Asked for psychological support"),
            _record("support_answer", "心理支持回应", "Psychological support given"),
            _record("stood_down", "撤岗", "Stood down", "risk"),
        ),
    ),
    Kind.UNIT: Life(
        Words("派出单位", "Unit"),
        begins="joined",
        stops=frozenset({"left"}),
        records=(
            _record("joined", "加入", "Joined the force"),
            _record("report", "情况报告", "Report", "text"),
            _record("nil_report", "零报告", "Nil report"),
            _record("request", "请示", "Asked for a decision", "text"),
            _record("answer", "答复", "Answered", "text"),
            _record("left", "退出", "Left the force"),
        ),
    ),
    Kind.SHIFT: Life(
        Words("班次", "Shift"),
        begins="began",
        facts=("open_count",),
        stops=frozenset({"cancelled"}),
        records=(
            _record("began", "开始", "Began"),
            _record("posts_held", "岗位到位", "Posts held"),
            _record("ended", "结束", "Ended"),
            _record("handover", "交接班", "Handed over", "both_signed"),
            _record(
                "handover_taken_back",
                "撤回交班签字",
                "Signature of the outgoing shift taken back",
                "because",
                "signed_at",
            ),
            _record("cancelled", "取消", "Cancelled"),
        ),
    ),
    Kind.BATCH: Life(
        Words("样本批次", "Batch of samples"),
        begins="opened",
        stops=frozenset({"cancelled"}),
        records=(
            _record("opened", "建批", "Opened", "laboratory"),
            _record("closed", "封箱", "Closed", "tubes"),
            _record("handed_over", "交接送检", "Handed over", "tubes", "courier"),
            _record("received", "实验室接收", "Received by the laboratory", "tubes", "agreed", "received_by"),
            _record("cancelled", "作废", "Cancelled"),
        ),
    ),
    Kind.FINDING: Life(
        Words("通行筛查发现", "Finding at a checkpoint"),
        begins="found",
        stops=frozenset({"withdrawn"}),
        records=(
            _record("found", "发现发热或症状", "Fever or symptoms found"),
            _record("ill_step", "患病处置步骤", "Step for somebody ill", "step", "edition", "have"),
            _record("withdrawn", "误记撤销", "Entered by mistake, taken back"),
        ),
    ),
    Kind.DAY: Life(
        Words("日", "Day"),
        begins="began",
        records=(
            _record("began", "开始", "Began"),
            _record("bulletin", "日报", "Bulletin published"),
        ),
    ),
    Kind.CASE: Life(
        Words("病例", "Case"),
        begins="opened",
        stops=frozenset({"closed"}),
        records=(
            _record("opened", "建立", "Opened", "source", "reference"),
            _record("classified", "分类", "Classified", "sort", "edition", "because", "facts"),
            _record("dated", "日期", "Onset and sample dated", "onset", "sampled", "isolated"),
            _record("infected", "感染地点", "Where infected", "where", "because"),
            _record("spread", "传出闭环", "Spread outside the loop", "people", "because"),
            _record("reported", "已报告", "Reported to the health authority"),
            _record(
                "traced", "接触者已确定", "Contact list adopted", "edition", "close", "general", "second"
            ),
            _record("contacts_left", "有接触者已离开", "Contacts who have left", "home", "count", "people"),
            _record("home_told", "已通报属地", "Home authority told", "home", "count"),
            _record("closed", "结案", "Closed", "because"),
        ),
    ),
}
"""Every kind of subject with its course and what can be recorded about it."""

POSTS: dict[str, Words] = {
    "traveller": Words("旅客本人", "Traveller"),
    "staff_member": Words("工作人员本人", "Staff member"),
    "screener": Words("筛查员", "Screener"),
    "driver": Words("驾驶员", "Driver"),
    "escort": Words("护送员", "Escort"),
    "convoy_commander": Words("车队长", "Convoy commander"),
    "nurse": Words("隔离点护士", "Facility nurse"),
    "laboratory": Words("检测机构", "Laboratory"),
    "unit_liaison": Words("单位联络员", "Unit liaison"),
    "community": Words("社区", "Home community"),
    "supervisor": Words("组长", "Supervisor"),
    "facility_lead": Words("隔离点负责人", "Facility lead"),
    "health_lead": Words("卫生负责人", "Health lead"),
    "duty_commander": Words("值班指挥长", "Duty commander"),
    "command_office": Words("指挥部", "Command office"),
}
"""Posts that may owe a duty, be owed one, or be told when it is late."""

RANKS: tuple[str, ...] = ("supervisor", "health_lead", "duty_commander", "command_office")
"""The posts that may waive, the lowest first: a waiver needs the rank its rule names, or a higher one."""


def find_record(kind: Kind, code: str) -> Record | None:
    """The product's own record of that code for a kind of subject, if there is one."""
    return next((record for record in LIVES[kind].records if record.code == code), None)
