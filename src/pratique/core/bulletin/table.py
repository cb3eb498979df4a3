"""The visible table of figures: each published number with its definition, in the order in which it is printed.

A new figure is one entry here; nothing else knows the list.
"""

from pratique.core.bulletin.figure import Figure, Nature, Section, Unit
from pratique.core.duties.vocabulary import Words

_PLACES: tuple[tuple[str, Words, Words], ...] = (
    (
        "cabin",
        Words("机上", "Cabin"),
        Words(
            "航班已落地、尚未有人在机下扫到的旅客。",
            "On a flight that has landed and not yet scanned by anybody.",
        ),
    ),
    (
        "hall",
        Words("检疫厅", "Hall"),
        Words("由检疫厅负责的旅客。", "Held by a screening hall."),
    ),
    (
        "holding",
        Words("候转区", "Holding"),
        Words(
            "筛查完毕、由候转区负责、等候上车的旅客。",
            "Screened, held by a holding area, waiting for a vehicle.",
        ),
    ),
    (
        "trip",
        Words("途中", "On the road"),
        Words(
            "由转运车辆负责、尚未由接收方扫到的旅客。",
            "Held by a trip and not yet scanned by whoever receives them.",
        ),
    ),
    (
        "facility",
        Words("隔离场所", "Facility"),
        Words("由隔离场所负责的旅客。", "Held by a quarantine facility."),
    ),
    (
        "hospital",
        Words("医院", "Hospital"),
        Words("由医院负责的旅客。", "Held by a hospital."),
    ),
)

_HOLDER = Words("截止时刻账上的负责方", "who holds them in the ledger")


def _place(code: str, name: Words, definition: Words) -> Figure:
    return Figure(
        code=f"people_{code}",
        section=Section.PEOPLE,
        unit=Unit.TRAVELLERS,
        nature=Nature.STOCK,
        name=name,
        definition=definition,
        source=_HOLDER,
        sensitive=True,
    )


def _zero(code: str, name: Words, definition: Words, source: Words, unit: Unit = Unit.INCIDENTS) -> Figure:
    return Figure(
        code=f"zero_{code}",
        section=Section.ZEROS,
        unit=unit,
        nature=Nature.FLOW,
        name=name,
        definition=definition,
        source=source,
        sensitive=code in ("caused_case", "infection"),
    )


_ZEROS = (
    _zero(
        "missed",
        Words("漏管", "Travellers missed"),
        Words(
            "已登记入册、经清点不在任何负责方手中、又未经出口离开的旅客：点名缺席，或超过时限未见，至截止时刻仍未再扫到。计入最后一次见到的当日；后来找到的，以更正列出。",
            "Travellers in the book whom no custodian could show and who left through no exit: missing when called, or unseen "
            "beyond the limit, and not scanned again by the cut-off. Counted on the day they were last seen; one found "
            "later is listed as a correction.",
        ),
        Words("点名记录与超时未见名单", "headcounts called by name and the list of the unseen"),
        Unit.TRAVELLERS,
    ),
    _zero(
        "caused_case",
        Words("引发病例", "Cases caused"),
        Words(
            "经追踪判定在闭环内感染的旅客病例，以及在社会面由已离开闭环的旅客或工作人员传染的病例，按登记当日计。",
            "Cases of travellers that tracing found to be infected inside the loop, and cases outside it that a traveller who had "
            "left or one of the staff infected, by the day recorded.",
        ),
        Words("“引发病例”类问题登记", "issues of the sort “caused case”"),
        Unit.CASES,
    ),
    _zero(
        "complaint",
        Words("投诉", "Complaints"),
        Words(
            "旅客或其他任何人提出的投诉，无论是否成立，按登记当日计。",
            "Complaints by travellers or anybody else, upheld or not, by the day recorded.",
        ),
        Words("“投诉”类问题登记", "issues of the sort “complaint”"),
    ),
    _zero(
        "infection",
        Words("工作人员感染", "Staff infected"),
        Words(
            "专班人员（含驾驶员及场所人员）确诊感染，按登记当日计。",
            "Confirmed infections among the task force, its drivers and the staff of its facilities, by the day recorded.",
        ),
        Words("“工作人员感染”类问题登记", "issues of the sort “infection”"),
        Unit.CASES,
    ),
    _zero(
        "error",
        Words("差错", "Errors"),
        Words(
            "登记在案的工作差错：接错、送错、放错人，漏检、误报等，按登记当日计。",
            "Work done wrongly and recorded as such: the wrong person received, moved or released, a test left out, a wrong "
            "report; by the day recorded.",
        ),
        Words("“差错”类问题登记", "issues of the sort “error”"),
    ),
)

_PEOPLE = (
    Figure(
        "people_expected",
        Section.PEOPLE,
        Unit.TRAVELLERS,
        Nature.STOCK,
        Words("待抵", "Expected"),
        Words(
            "在当日航班现行名单上、尚未登记入册的旅客。",
            "On the list in force of a flight of the day, not yet in the book.",
        ),
        Words("现行名单减去登记", "lists in force less admissions"),
        sensitive=True,
    ),
    *(_place(code, name, definition) for code, name, definition in _PLACES),
    Figure(
        "people_inside",
        Section.PEOPLE,
        Unit.TRAVELLERS,
        Nature.STOCK,
        Words("在管合计", "Held, all places"),
        Words("截止时刻由某一负责方负责的全部旅客。", "Everybody whom a custodian holds at the cut-off."),
        Words("以上六处之和", "the six places above"),
        parts=tuple(f"people_{code}" for code, _, _ in _PLACES),
    ),
    Figure(
        "people_exit",
        Section.PEOPLE,
        Unit.TRAVELLERS,
        Nature.STOCK,
        Words("已离开", "Out"),
        Words(
            "截止时刻账上已经出口离开的旅客，自首日起。",
            "Everybody who has left through an exit by the cut-off, since the first day.",
        ),
        _HOLDER,
    ),
    Figure(
        "people_open",
        Section.PEOPLE,
        Unit.TRAVELLERS,
        Nature.STOCK,
        Words("未落实", "Open"),
        Words(
            "所乘航班已落地、尚未到达隔离场所、医院或出口的旅客；航班在此数归零之前不得关闭。",
            "Of a flight that has landed and not yet at a facility, a hospital or an exit; the flight cannot be closed until "
            "this is nought.",
        ),
        Words("截止时刻账上位置与现行名单", "positions in the ledger and lists in force at the cut-off"),
        sensitive=True,
    ),
)

_FLIGHTS = (
    Figure(
        "flights_landed",
        Section.FLIGHTS,
        Unit.FLIGHTS,
        Nature.FLOW,
        Words("落地航班", "Flights landed"),
        Words("当日落地的入境航班。", "Arriving flights that touched down on the day."),
        Words("航班落地时刻", "landing times of flights"),
    ),
    Figure(
        "people_landed",
        Section.FLIGHTS,
        Unit.TRAVELLERS,
        Nature.FLOW,
        Words("登记入册旅客", "Travellers entered"),
        Words(
            "登记入册的旅客：在落地航班名单上，或被发现不在任何名单上；计入航班落地当日，航班不明的计入登记当日。",
            "Travellers entered in the book: on the list of a flight that landed, or found to be on none; by the day their "
            "flight landed or, if it is not known, the day they were entered.",
        ),
        Words("登记记录，每人一条", "admissions, one per traveller"),
    ),
    Figure(
        "people_unlisted",
        Section.FLIGHTS,
        Unit.TRAVELLERS,
        Nature.FLOW,
        Words("其中名单外", "of whom unlisted"),
        Words("登记入册时不在任何名单上的旅客。", "Travellers who were on no list when they were entered."),
        Words("标记为名单外的登记记录", "admissions marked as unmanifested"),
        sensitive=True,
    ),
    Figure(
        "people_exited",
        Section.FLIGHTS,
        Unit.TRAVELLERS,
        Nature.FLOW,
        Words("离开旅客", "Travellers out"),
        Words(
            "当日经出口离开的旅客：解除隔离、中转离境、移交其他机关、逝者移交、未登机等。",
            "Travellers who left through an exit on the day: released, in transit, handed to another authority, taken over after a "
            "death, not boarded.",
        ),
        Words("接收方为出口的移动", "movements received by an exit"),
    ),
)


def _by_distance(code: str, unit: Unit, name: Words, definition: Words, source: Words) -> tuple[Figure, ...]:
    """The total of a transport figure, then its local and its long-distance part."""
    of_which = (
        ("local", Words("其中市内", "of which local"), Words("目的地在本市。", "To a place in this city.")),
        (
            "long",
            Words("其中长途", "of which long-distance"),
            Words("目的地在其他州市。", "To a place in another prefecture."),
        ),
    )
    parts = tuple(
        Figure(
            f"{code}_{distance}",
            Section.TRANSPORT,
            unit,
            Nature.FLOW,
            part,
            Words(definition.zh + where.zh, f"{definition.en} {where.en}"),
            source,
        )
        for distance, part, where in of_which
    )
    total = Figure(
        code,
        Section.TRANSPORT,
        unit,
        Nature.FLOW,
        name,
        definition,
        Words("以下两项之和", "the two below"),
        parts=(f"{code}_local", f"{code}_long"),
    )
    return total, *parts


_TRANSPORT = (
    *_by_distance(
        "trips",
        Unit.TRIPS,
        Words("转运车次", "Trips"),
        Words("当日发出、载有旅客的转运车次。", "Trips that departed on the day with travellers aboard."),
        Words("行程记录", "trips that reported their departure"),
    ),
    *_by_distance(
        "moved",
        Unit.TRAVELLERS,
        Words("转运旅客", "Travellers moved"),
        Words(
            "上述车次所载旅客；同一人乘两次计两次。",
            "Travellers aboard these trips; one who rode twice counts twice.",
        ),
        Words("接收方为行程的移动", "movements received by a trip"),
    ),
    *_by_distance(
        "km",
        Unit.KM,
        Words("行驶里程", "Distance driven"),
        Words(
            "上述车次的里程，逐次取至 0.1 公里后相加。",
            "Distance of these trips, each taken to 0.1 km, then added.",
        ),
        Words("行程的里程表读数", "odometer readings of trips"),
    ),
)

_FORCE = (
    Figure(
        "officers_deployed",
        Section.FORCE,
        Unit.OFFICER_DAYS,
        Nature.FLOW,
        Words("出动人员", "Officer-deployments"),
        Words(
            "实际到岗的人员；一人一日计一人次。",
            "Officers who reported for duty; one officer, one day, counts one.",
        ),
        Words("到岗签到记录", "attendance: deployments with a sign-in"),
    ),
    Figure(
        "vehicles_deployed",
        Section.FORCE,
        Unit.VEHICLE_DAYS,
        Nature.FLOW,
        Words("出动车辆", "Vehicle-deployments"),
        Words(
            "当日至少发出一次的车辆；一车一日计一辆次。",
            "Vehicles that made at least one trip; one vehicle, one day, counts one.",
        ),
        Words("行程记录，按车辆去重", "trips, distinct vehicles"),
    ),
)


def _passed(code: str, name: Words, definition: Words, parts: tuple[str, ...] = ()) -> Figure:
    return Figure(
        f"checkpoint_{code}",
        Section.TERMINAL,
        Unit.PASSINGS,
        Nature.FLOW,
        name,
        definition,
        Words("以下两项之和", "the two below")
        if parts
        else Words("查验点逐次计数，撤销的除外", "counts at checkpoints, less those undone"),
        parts=parts,
    )


_TERMINAL = (
    _passed(
        "heads",
        Words("查验人次", "People checked"),
        Words(
            "当日在航站楼各查验点测温的工作人员及其他进出人员；一人过两次计两次。不含入境旅客。",
            "Staff and others who passed a checkpoint in the terminal and were measured; one who passed twice counts twice. "
            "Arriving travellers are not among them.",
        ),
        parts=("checkpoint_staff", "checkpoint_others"),
    ),
    _passed(
        "staff",
        Words("其中工作人员", "of whom staff"),
        Words("其中在机场工作的人员。", "Of these, people who work at the airport."),
    ),
    _passed(
        "others",
        Words("其中其他人员", "of whom others"),
        Words("其中机组、来访人员及其他人员。", "Of these, crews, visitors and anybody else."),
    ),
    Figure(
        "checkpoint_findings",
        Section.TERMINAL,
        Unit.FINDINGS,
        Nature.FLOW,
        Words("查验发现", "Fever, symptoms"),
        Words(
            "当日在查验点发现发热或有症状、进入处置步骤的人员；误录撤回的除外。",
            "People found at a checkpoint with a fever or symptoms, for whom the steps began; those withdrawn as mistakes are left out.",
        ),
        Words("查验点发现登记", "findings recorded at checkpoints"),
        sensitive=True,
    ),
)


def _result(code: str, name: Words, definition: Words, *, sensitive: bool = False) -> Figure:
    return Figure(
        f"tests_{code}",
        Section.TESTS,
        Unit.TESTS,
        Nature.FLOW,
        name,
        definition,
        Words("样本结果，按回报时刻", "results of samples, by when they were reported"),
        sensitive=sensitive,
    )


_TESTS = (
    Figure(
        "tests_taken",
        Section.TESTS,
        Unit.TESTS,
        Nature.FLOW,
        Words("采样", "Samples taken"),
        Words("当日采集的旅客样本。", "Samples of travellers taken on the day."),
        Words("样本记录，按采样时刻", "samples, by when they were taken"),
    ),
    _result(
        "negative",
        Words("阴性", "Negative"),
        Words("当日回报为阴性的样本。", "Samples reported negative on the day."),
    ),
    _result(
        "positive",
        Words("阳性", "Positive"),
        Words(
            "当日回报为阳性的样本；一人可有多份。",
            "Samples reported positive on the day; one person may have several.",
        ),
        sensitive=True,
    ),
    _result(
        "pool_positive",
        Words("混采阳性", "Positive pools"),
        Words(
            "当日回报为阳性的混采管内样本；不代表其中任何一人阳性，均须单采复检。",
            "Samples in pooled tubes reported positive on the day; of nobody in particular, each to be taken again singly.",
        ),
        sensitive=True,
    ),
    _result(
        "invalid",
        Words("无效", "Invalid"),
        Words("当日回报为无效、须重采的样本。", "Samples reported invalid on the day, to be taken again."),
        sensitive=True,
    ),
    _result(
        "lost",
        Words("遗失", "Lost"),
        Words("当日回报为遗失、须重采的样本。", "Samples reported lost on the day, to be taken again."),
        sensitive=True,
    ),
    Figure(
        "tests_pending",
        Section.TESTS,
        Unit.TESTS,
        Nature.STOCK,
        Words("待出结果", "Awaiting result"),
        Words("截止时刻已采、尚无结果的样本。", "Samples taken and without a result at the cut-off."),
        Words("无结果的样本", "samples without a result"),
    ),
    Figure(
        "cases_confirmed",
        Section.TESTS,
        Unit.CASES,
        Nature.FLOW,
        Words("确诊病例", "Confirmed cases"),
        Words(
            "当日首次确诊的旅客，每人计一次。",
            "Travellers confirmed for the first time on the day, each counted once.",
        ),
        Words("确诊记录，每人首次", "confirmations, the first of each traveller"),
        sensitive=True,
    ),
)

_DUTIES = (
    Figure(
        "duties_open",
        Section.DUTIES,
        Unit.DUTIES,
        Nature.STOCK,
        Words("待办", "Open"),
        Words(
            "截止时刻已生效、未完成亦未豁免的应办事项，含逾期。",
            "Owed at the cut-off, neither done nor waived; overdue ones included.",
        ),
        Words("应办事项登记册", "the register of duties"),
    ),
    Figure(
        "duties_overdue",
        Section.DUTIES,
        Unit.DUTIES,
        Nature.STOCK,
        Words("其中逾期", "of which overdue"),
        Words("截止时刻已过期限的待办事项。", "Open duties whose deadline has passed at the cut-off."),
        Words("应办事项登记册", "the register of duties"),
    ),
)


def _issue(code: str, nature: Nature, name: Words, definition: Words) -> Figure:
    return Figure(
        f"issues_{code}",
        Section.ISSUES,
        Unit.ISSUES,
        nature,
        name,
        definition,
        Words("问题登记册的步骤记录", "steps in the register of issues"),
    )


_ISSUES = (
    _issue(
        "opened",
        Nature.FLOW,
        Words("新发现", "Opened"),
        Words("当日登记的问题。", "Issues recorded on the day."),
    ),
    _issue(
        "closed",
        Nature.FLOW,
        Words("已销号", "Closed"),
        Words(
            "当日经他人核实整改、予以关闭的问题。",
            "Issues put right, verified by somebody else and closed on the day.",
        ),
    ),
    _issue(
        "reopened",
        Nature.FLOW,
        Words("重新打开", "Reopened"),
        Words("当日由关闭重新打开的问题。", "Closed issues that were opened again on the day."),
    ),
    _issue(
        "open",
        Nature.STOCK,
        Words("尚未销号", "Still open"),
        Words("截止时刻未关闭的问题。", "Issues not closed at the cut-off."),
    ),
)

FIGURES: tuple[Figure, ...] = (
    *_ZEROS,
    *_PEOPLE,
    *_FLIGHTS,
    *_TRANSPORT,
    *_FORCE,
    *_TERMINAL,
    *_TESTS,
    *_DUTIES,
    *_ISSUES,
)

BY_CODE: dict[str, Figure] = {figure.code: figure for figure in FIGURES}

PLACES: tuple[str, ...] = tuple(code for code, _, _ in _PLACES)
"""Where somebody who is held can be, in the order of the loop."""


def list_counted() -> list[Figure]:
    """The figures that must be counted by whoever can ask the ledger; the others are sums of these."""
    return [figure for figure in FIGURES if not figure.parts]


def list_section(section: Section) -> list[Figure]:
    """The figures of a section, in the order in which they are printed."""
    return [figure for figure in FIGURES if figure.section is section]
