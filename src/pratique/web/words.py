"""The words of the screens for what the core names by code: one place, both languages side by side."""

from collections.abc import Iterable

from django.utils.translation import get_language, gettext

from pratique.core.answers import Refused
from pratique.core.boards.picture import Stage, Zero
from pratique.core.bulletin.table import BY_CODE
from pratique.core.duties.vocabulary import Words

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
    "put_off": Words("已推迟", "put off"),
    "withdrawn": Words("已撤销", "withdrawn"),
}
RIDES: dict[str, Words] = {
    "waiting": Words("待上车", "to board"),
    "aboard": Words("在车上", "aboard"),
    "alighted": Words("已下车", "alighted"),
    "elsewhere": Words("在别处下车", "got off elsewhere"),
}
"""What became of somebody on a boarding list."""
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
    "trip": Words("车次", "Trip"),
    "flight closed": Words("关闭航班", "Flight closed"),
    "convoy": Words("车队接收", "Convoy received"),
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
    "result": Words("结果", "result"),
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
    "central isolation": Words("集中隔离", "central isolation"),
    "home isolation": Words("居家隔离", "home isolation"),
    "refer": Words("转诊", "refer"),
    "clear": Words("排除", "clear"),
    "forehead": Words("额温", "forehead"),
    "ear": Words("耳温", "ear"),
    "armpit": Words("腋温", "armpit"),
    "nasopharyngeal": Words("鼻咽", "nasopharyngeal"),
    "oropharyngeal": Words("口咽", "oropharyngeal"),
    "negative": Words("阴性", "negative"),
    "positive": Words("阳性", "positive"),
    "invalid": Words("无效", "invalid"),
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
    "custodian_unknown": ("stop", Words("岗位不明：请重新选择岗位", "Post unknown: choose your post again")),
}
"""What became of a scan → sign (good, ask, stop) and words."""

REFUSALS: dict[str, Words] = {
    "odometer_backwards": Words(
        "里程表读数比上次小，请重新读表", "The odometer is below the last reading: read it again"
    ),
    "trip_not_on_road": Words("车次不在途中", "The trip is not on the road"),
    "convoy_empty": Words("请至少选一趟车", "Choose at least one trip"),
    "convoy_joined": Words("其中有车次已在别的车队", "A trip of it is in a convoy already"),
    "convoy_ways_part": Words("目的地不同，不能同队", "They go to different places"),
    "convoy_unknown": Words("没有这支车队", "There is no such convoy"),
    "convoy_over": Words("车队已被接收或解散", "The convoy was accepted or disbanded"),
    "convoy_under_way": Words(
        "车队已发车，须负责到全员被接收", "It has set off, and is responsible until everybody is accepted"
    ),
    "convoy_not_departed": Words("车队尚未发车", "None of its trips has set off"),
    "convoy_not_offered": Words(
        "车队尚未移交此车人员：请车队长先点“移交”",
        "This vehicle has offered nobody yet: let its commander offer first",
    ),
    "acceptance_by_giver": Words(
        "送人来的一方不能自己接收：由接收地清点",
        "Whoever brings people cannot accept them: the receiver counts",
    ),
    "halt_unknown": Words("这不是本路线的指定休息点", "This is no designated rest place of the way"),
    "incident_unknown": Words("没有这一情况", "There is no such incident"),
    "tracker_unknown": Words("没有此定位器，或已撤销。", "No tracker goes by that, or it was revoked."),
    "trip_not_yours": Words(
        "只有本车次的乘务人员可以报送定位。", "Only the crew of a trip reports where it is."
    ),
    "need_unknown": Words("没有这一项需要", "There is no such need"),
    "bound_nowhere": Words("该处无法由车辆送达", "Nobody can be taken there by road"),
    "dispatch_nothing_waiting": Words(
        "当前无人候运，近几小时也无航班预计到达", "Nobody waits, and nobody is expected within the next hours"
    ),
    "plan_edit_unknown": Words(
        "方案中没有这一车次、同行组或车辆", "The plan has no such trip, party or vehicle"
    ),
    "plan_overtaken": Words(
        "方案已过时：其间已有其他方案、人员已移动，或已超过 15 分钟。请重新编制",
        "The plan was overtaken: by another one, by somebody who moved on, or by 15 minutes. Make a new one",
    ),
    "plan_unknown": Words("没有这一方案", "There is no such plan"),
    "port_missing": Words("尚未设置口岸", "The port is not set up yet"),
    "account_locked": Words("连续输错，账号暂停使用", "Too many wrong passwords: the account is paused"),
    "attendance_order": Words("先登记到岗，才能登记离岗", "Record the arrival first, then the leaving"),
    "attendance_unknown": Words("考勤只有到岗和离岗", "Attendance is in or out"),
    "batch_too_large": Words("一次发送的扫码太多", "Too many scans at a time"),
    "custodian_unknown": Words(
        "没有这个岗位，请从列表中选择", "There is no such post: choose one from the list"
    ),
    "deployment_unknown": Words("这名人员当日没有派班", "This officer is not deployed that day"),
    "device_unknown": Words(
        "这部手机未登记，请重新登录", "This phone is not registered: sign in on it again"
    ),
    "dispute_unknown": Words(
        "这次扫码没有争议，或已有人裁定", "This scan is not in dispute, or somebody has ruled already"
    ),
    "evidence_code_missing": Words("请说明做了什么", "Say what was done"),
    "evidence_unknown": Words("没有这条记录", "There is no such record"),
    "flight_date_missing": Words(
        "名单没有写明航班日期：请在下方选择航班",
        "The list does not say when the flight arrives: choose the flight below",
    ),
    "flight_elsewhere": Words("这个航班不到本港", "This flight does not arrive here"),
    "flight_missing": Words(
        "名单没有写明是哪个航班：请在下方选择航班",
        "The list does not say which flight it is for: choose it below",
    ),
    "manifest_expected": Words(
        "这是旅行证件，不是名单：请到扫码页使用",
        "This is a travel document, not a list: use it on the scan page",
    ),
    "flight_closed": Words("航班已关闭", "The flight is closed"),
    "flight_not_landed": Words("航班尚未落地", "The flight has not landed"),
    "flight_open": Words("还有人未落实，航班不能关闭", "People are still open: the flight cannot be closed"),
    "flight_unknown": Words("没有这个航班", "There is no such flight"),
    "forbidden": Words("您的岗位无权这样做", "Your role may not do this"),
    "handover_step_refused": Words("这次交接已有结果", "This handover has been answered already"),
    "handover_unknown": Words("没有这次交接", "There is no such handover"),
    "headcount_unknown": Words("没有这次清点", "There is no such headcount"),
    "heads_and_names_differ": Words("人数与点到的姓名数不一致", "The number and the names called differ"),
    "heads_missing": Words("请填写您自己数的人数", "Give your own count"),
    "heads_negative": Words("人数不能小于零", "A count cannot be below zero"),
    "identity_altered": Words("这份身份记录在系统外被改动", "This identity was changed outside of Pratique"),
    "identity_key_differs": Words("身份密钥与数据不符", "The identity key does not fit the data"),
    "identity_key_missing": Words("没有设置身份密钥", "No key for identities is set up"),
    "identity_keys_unreadable": Words("身份密钥无法读取", "The identity keys cannot be read"),
    "issue_step_refused": Words("这个问题现在不能这样处理", "This issue cannot take that step now"),
    "issue_unknown": Words("没有这个问题", "There is no such issue"),
    "landing_in_future": Words("落地时间不能晚于现在", "A flight cannot have landed in the future"),
    "link_manifested": Words(
        "只有名单外的人可以并入名单上的人", "Only somebody on no list can be linked to somebody on one"
    ),
    "link_to_self": Words("不能与自己合并", "Nobody can be linked to themselves"),
    "method": Words("请求方式不对", "Wrong request method"),
    "names_missing": Words(
        "这次是点名：请写明谁在场，而不只是人数", "Names were called: say who was there, not only how many"
    ),
    "not_json": Words("内容无法读取", "The content cannot be read"),
    "password_weak": Words(
        "新密码太简单：至少 10 个字符，不要用常见密码、纯数字或与用户名相近",
        "The new password is too simple: at least 10 characters, not a common one, not digits alone, not like your user name",
    ),
    "password_wrong": Words("当前密码不对", "The present password is not this one"),
    "person_unknown": Words("没有这名人员", "There is no such person"),
    "reason_missing": Words("请写明理由", "Give the reason"),
    "result_differs": Words(
        "与先前报告的结果不同：请先登记问题",
        "It differs from the result reported before: raise an issue first",
    ),
    "result_unknown": Words("结果只能是阴性、阳性或无效", "A result is negative, positive or invalid"),
    "scan_id_reused": Words(
        "这一编号有两种内容：请判为不采信，再重新扫码",
        "Two contents share this id: rule it out and scan the person again",
    ),
    "scan_of_other_device": Words(
        "只有扫码的那部手机可以撤回", "Only the phone that made the scan can take it back"
    ),
    "scan_unknown": Words("没有这次扫码", "There is no such scan"),
    "second_person_needed": Words("需要另一个人确认", "Somebody else must confirm this"),
    "shift_backwards": Words("班次结束应晚于开始", "A shift ends after it starts"),
    "sign_in_wrong": Words("用户名或密码不对", "User name or password is wrong"),
    "subject_unknown": Words("没有这一对象", "There is no such subject"),
    "title_missing": Words("请用一句话说明发现了什么", "Say in a sentence what was found"),
    "traveller_unknown": Words("账上没有这名旅客", "This traveller is not in the book"),
    "trip_not_empty": Words("车上还有人，车次不能结束", "People are still aboard: the trip cannot end"),
    "trip_step_unknown": Words("车次没有这一步", "A trip has no such step"),
    "nobody_aboard": Words("车上没有人", "Nobody is aboard"),
    "vehicle_unknown": Words("没有这一车辆", "There is no such vehicle"),
    "trip_under_way": Words("车次已发车或已结束", "The trip has set off or is over"),
    "trip_too_short": Words("车次至少一分钟", "A trip takes at least a minute"),
    "trip_unknown": Words("没有这一车次", "There is no such trip"),
    "trip_unknown_party": Words("车辆或目的地不明", "Vehicle or destination is unknown"),
    "tube_missing": Words("请扫描采样管条码", "Scan the tube's barcode"),
    "temperature_impossible": Words("体温须在30至45℃之间，请重测", "Between 30 and 45 °C: measure again"),
    "measure_missing": Words(
        "没有待告知的措施：请说明决定了哪项措施", "No measure waits for a notice: say which one is ordered"
    ),
    "word_unknown": Words("没有这一选项", "There is no such choice"),
    "tube_unknown": Words("没有这一采样管", "No sample has this barcode"),
    "tube_used": Words("这一采样管已用于他人", "This tube is on another traveller's sample"),
    "undo_too_late": Words(
        "已过 15 分钟：请在旅客页面更正", "15 minutes have passed: correct it on the traveller's page"
    ),
    "waiver_rank": Words("您的岗位没有豁免权", "Your role has no rank that may waive"),
    "waiver_without_reason": Words("豁免须写明理由", "A waiver needs a reason"),
    "waiver_without_time": Words("豁免须有期限", "A waiver needs a time after which it ends"),
    "vehicle_out_of_service": Words("车辆已停用", "The vehicle is out of service"),
    "vehicle_taken": Words("车辆在该时段已有车次", "The vehicle is on another trip at that time"),
}
"""What is said when something may not be done. A test finds every code the services can refuse with."""


def say(words: Words) -> str:
    """The words in the language of the page."""
    return words.en if get_language() == "en" else words.zh


def say_refused(refused: Refused) -> str:
    """Why it may not be done. A code without words of its own is said with the reason it came with."""
    words = REFUSALS.get(refused.code)
    return say(words) if words else refused.because or refused.code


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
