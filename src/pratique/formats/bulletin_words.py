"""How a bulletin speaks: its labels, and its numbers, days and times, in Chinese and in English."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from pratique.core.answers import Objection
from pratique.core.bulletin.edition import Band, Bulletin, Cell, ProtocolLine
from pratique.core.bulletin.table import BY_CODE
from pratique.core.duties.vocabulary import Words
from pratique.formats.words import Language

Editions = Sequence[Language]
"""Which languages a document holds, each a whole edition of its own, in this order."""

BOTH: Editions = ("zh", "en")

NOT_COUNTED = "—"
NO_BREAK = "\N{NO-BREAK SPACE}"

LABELS: dict[str, Words] = {
    "title": Words("每日通报", "Daily Bulletin"),
    "public": Words("公开版", "Public edition"),
    "internal": Words("内部完整版", "Internal edition, complete"),
    "revision": Words("第 {} 次发布", "Issue {}"),
    "cut": Words("统计截止 {}", "Counted up to {}"),
    "since": Words("累计自 {}", "Totals run from {}"),
    "figures": Words("主要数据", "Figures of the day"),
    "section": Words("部分", "Section"),
    "figure": Words("项目", "Figure"),
    "today": Words("当日", "Today"),
    "yesterday": Words("前一日", "Yesterday"),
    "difference": Words("增减", "Change"),
    "cumulative": Words("累计", "Total"),
    "unit": Words("单位", "Unit"),
    "flights": Words("当日航班", "Flights of the day"),
    "no_flights": Words("当日无航班。", "There were no flights on this day."),
    "flight": Words("航班", "Flight"),
    "origin": Words("始发地", "From"),
    "scheduled": Words("计划", "Due"),
    "landed": Words("落地", "Landed"),
    "protection": Words("防护级别", "Level"),
    "listed": Words("名单", "List"),
    "heads": Words("舱门清点", "Door"),
    "entered": Words("登记", "In book"),
    "trips": Words("转运去向", "Transfers by destination"),
    "no_trips": Words("当日无转运。", "There were no transfers on this day."),
    "destination": Words("目的地", "Destination"),
    "distance": Words("类别", "Kind"),
    "local": Words("市内", "Local"),
    "long": Words("长途", "Long-distance"),
    "trip_count": Words("车次", "Trips"),
    "moved": Words("旅客", "Travellers"),
    "km": Words("公里", "km"),
    "exits": Words("离开方式", "Ways out"),
    "exit": Words("方式", "Way out"),
    "owners": Words("应办事项（按责任方）", "Duties by owner"),
    "no_owners": Words("没有待办事项。", "No duties are open."),
    "owner": Words("责任方", "Owner"),
    "open": Words("待办", "Open"),
    "open_short": Words("未落实", "open"),
    "overdue": Words("逾期", "Overdue"),
    "oldest": Words("最早期限", "Oldest due"),
    "corrections": Words("更正", "Corrections"),
    "no_corrections": Words("此前发布的数据没有变化。", "No published figure has changed."),
    "day": Words("日期", "Day"),
    "of_day": Words("当日值", "of the day"),
    "of_total": Words("累计值", "total"),
    "column": Words("栏目", "Column"),
    "was": Words("原发布", "Published"),
    "now": Words("现统计", "Counted now"),
    "proof": Words("可核验性", "How it can be verified"),
    "proofs_hold": Words(
        "账目 {proofs} 项证明中 {held} 项成立", "{held} of {proofs} proofs of the ledger hold"
    ),
    "agreement": Words("数据核对", "Agreement"),
    "in_doubt": Words("有 {} 处数据存疑，见首页。", "{} figures are in doubt: see the first page."),
    "proofs": Words("账目证明", "Proofs"),
    "failing": Words("；不成立：{}。", "; not holding: {}."),
    "holding": Words("：{}。", ": {}."),
    "no_proofs": Words("账目证明未运行。", "The proofs of the ledger were not run."),
    "seal": Words("封印", "Seal"),
    "seal_of": Words(
        "第 {segment} 段，封存于 {at}，累计 {entries} 条记录",
        "Segment {segment}, sealed at {at}, {entries} entries so far",
    ),
    "no_seal": Words("本通报未封印。", "This bulletin was not sealed."),
    "root": Words("默克尔树根", "Merkle root"),
    "chain": Words("链值", "Chain"),
    "protocols": Words("现行规程", "Protocols in force"),
    "no_protocols": Words("未登记现行规程。", "No protocol in force was named."),
    "edition": Words(
        "第 {edition} 版，{jurisdiction}，自 {on} 起", "edition {edition}, {jurisdiction}, from {on}"
    ),
    "objections": Words("数据存疑", "Figures in doubt"),
    "objection": Words("异议", "Objection"),
    "subject": Words("对象", "Subject"),
    "because": Words("说明", "Reason"),
    "consistent": Words(
        "数据相互一致，未发现矛盾。", "The figures agree with one another; nothing contradicts."
    ),
    "definitions": Words("附录：指标定义", "Appendix: what the figures count"),
    "definitions_tab": Words("指标定义", "Definitions"),
    "definition": Words("统计内容", "Counts"),
    "source": Words("取自", "Taken from"),
    "code": Words("代码", "Code"),
    "legend": Words(
        "“—”表示无人统计，与 0 不同；各项定义见附录。",
        "“—” means that nobody counted, which is not 0; the appendix says what each figure counts.",
    ),
    "never_typed": Words(
        "由账目计算得出，不能手工填报", "worked out from the ledger; nobody can type them in"
    ),
    "bands": Words(
        "人数过少可能指向个人，公开版只给出“<5”等范围，增减记作“—”。",
        "So few people could be recognised: the public edition gives ranges such as “<5”, and “—” for the change.",
    ),
    "page": Words("第 {} 页，共 {} 页", "Page {} of {}"),
    "all_zero": Words("五项均为零", "All five are nought"),
    "not_zero": Words("不为零", "not nought"),
    "chart_flights": Words("各航班旅客所在位置", "Where the people of each flight are"),
    "chart_flights_some": Words(
        "各航班旅客所在位置（{total} 班中未落实人数最多的 {shown} 班）",
        "Where the people of each flight are (the {shown} of {total} with most people open)",
    ),
    "chart_arrivals": Words("各时段登记入册旅客（人）", "Travellers entered, by hour of landing"),
    "chart_tests": Words("当日检测（份）", "Tests of the day"),
    "chart_days": Words("累计登记与离开（人）", "Travellers entered and out, so far"),
    "charts": Words("图表", "Charts"),
    "held": Words("在管", "held"),
    "entered_so_far": Words("登记", "entered"),
    "out_so_far": Words("离开", "out"),
    "series": Words("逐日", "Day by day"),
    "left_today": Words("当日离开", "Out today"),
    "entered_today": Words("当日登记", "Entered today"),
    "left_total": Words("累计离开", "Out so far"),
    "entered_total": Words("累计登记", "Entered so far"),
}

OBJECTIONS: dict[str, Words] = {
    "bulletin_not_counted": Words("无人统计", "Nobody counted it"),
    "bulletin_negative": Words("小于零", "Below nought"),
    "bulletin_sum_differs": Words("合计不符", "Does not add up"),
    "bulletin_difference_wrong": Words("增减有误", "Change is wrong"),
    "bulletin_flight_of_another_day": Words("非当日航班", "Flight of another day"),
    "bulletin_flight_unbalanced": Words("航班人数不平", "Flight does not balance"),
    "bulletin_table_differs": Words("与明细表不符", "Differs from its table"),
    "bulletin_series_broken": Words("逐日数据不连续", "Series is broken"),
    "bulletin_jump": Words("与前期累计不衔接", "Does not carry on from the last total"),
    "bulletin_other_port": Words("前期通报属另一口岸", "Bulletin before is another port's"),
    "bulletin_outside_days": Words("日期越界", "Counted on a day out of range"),
    "bulletin_records_differ": Words("与记录数不符", "Differs from its records"),
    "bulletin_without_records": Words("缺少记录", "No records for it"),
    "bulletin_total_differs": Words("总数与逐日之和不符", "Total differs from the days"),
}
"""What each objection of core/bulletin says."""

PROOF_NAMES: dict[str, str] = {
    "unbroken chain": "链条不断",
    "heads": "人头相符",
    "headcount": "点名相符",
    "overdue": "无人超时未见",
    "totals": "合计相符",
    "no silent skip": "无声遗漏为零",
}
"""The Chinese names of the ledger's proofs; the English ones are their own."""

_WEEKDAYS = Words("一二三四五六日", "Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def label(key: str, language: Language) -> str:
    """A label of the bulletin."""
    return pick(LABELS[key], language)


def pick(words: Words, language: Language) -> str:
    """The words in a language."""
    return words.zh if language == "zh" else words.en


def string_together(parts: Iterable[str], language: Language) -> str:
    """Parts in one line; the middle dot of a Chinese font is a character wide and would tear English apart."""
    return (" · " if language == "zh" else " | ").join(parts)


def name_port(bulletin: Bulletin, language: Language) -> str:
    """The port's name and code."""
    return string_together((pick(bulletin.port.name, language), bulletin.port.code), language)


def say(cell: Cell) -> str:
    """A cell as it is printed: digits in groups of three, bounds, or a dash for what nobody counted."""
    if cell is None:
        return NOT_COUNTED
    if isinstance(cell, Band):
        return f"<{cell.at_most + 1:,}" if cell.at_least == 1 else f"{cell.at_least:,}–{cell.at_most:,}"
    return f"{cell:,}".replace("-", "−")


def say_difference(cell: Cell) -> str:
    """A change, with its sign."""
    sign = "+" if isinstance(cell, int | Decimal) and cell > 0 else ""
    return sign + say(cell)


def say_day(on: date, language: Language) -> str:
    """A day: 2020年4月15日, 15 April 2020."""
    if language == "zh":
        return f"{on.year}年{on.month}月{on.day}日"
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def say_weekday(on: date, language: Language) -> str:
    """The day of the week."""
    if language == "zh":
        return f"星期{_WEEKDAYS.zh[on.weekday()]}"
    return _WEEKDAYS.en.split()[on.weekday()]


def say_short_day(on: date, language: Language) -> str:
    """A day of the year in a table: 4月15日, 15 Apr."""
    return f"{on.month}月{on.day}日" if language == "zh" else f"{on.day} {_MONTHS[on.month - 1][:3]}"


def say_time(at: datetime | None, bulletin: Bulletin) -> str:
    """The hour and minute on the port's clock; a dash where there is none, the day too if it is another one."""
    if at is None:
        return NOT_COUNTED
    local = at.astimezone(bulletin.cut_at.tzinfo)
    return f"{local:%H:%M}" if local.date() == bulletin.on else f"{local:%m-%d %H:%M}"


def say_moment(at: datetime, bulletin: Bulletin, language: Language) -> str:
    """Day, hour and minute on the port's clock, with its offset from UTC."""
    local = at.astimezone(bulletin.cut_at.tzinfo)
    offset = local.strftime("%z")
    return f"{say_day(local.date(), language)} {local:%H:%M} (UTC{offset[:3]}:{offset[3:]})"


def say_proof(name: str, language: Language) -> str:
    """The name of a proof."""
    return PROOF_NAMES.get(name, name) if language == "zh" else name


def list_notes(bulletin: Bulletin, language: Language) -> list[str]:
    """Up to when was counted, from when, and which issue this is."""
    return [
        label("cut", language).format(say_moment(bulletin.cut_at, bulletin, language)),
        label("since", language).format(say_day(bulletin.first_on, language)),
        label("revision", language).format(bulletin.revision),
    ]


def list_proof_lines(bulletin: Bulletin, language: Language) -> list[tuple[str, str]]:
    """What lets a reader verify the bulletin: whether it agrees with itself, the proofs, the seal, the protocols."""
    lines = [(label("agreement", language), _say_agreement(bulletin, language))]
    if not bulletin.corrections:
        lines.append((label("corrections", language), label("no_corrections", language)))
    lines.append((label("proofs", language), _say_proofs(bulletin, language)))
    seal = bulletin.seal
    if seal is None:
        lines.append((label("seal", language), label("no_seal", language)))
    else:
        at = say_moment(seal.sealed_at, bulletin, language)
        told = label("seal_of", language).format(segment=seal.segment, at=at, entries=say(seal.entries))
        lines.append((label("seal", language), told))
        lines.append((label("root", language), seal.root))
        lines.append((label("chain", language), seal.chain))
    protocols = [_say_protocol(p, language) for p in bulletin.protocols]
    for number, protocol in enumerate(protocols or [label("no_protocols", language)]):
        lines.append((label("protocols", language) if number == 0 else "", protocol))
    return lines


def _say_agreement(bulletin: Bulletin, language: Language) -> str:
    doubts = len(bulletin.objections)
    return label("in_doubt", language).format(doubts) if doubts else label("consistent", language)


def _say_proofs(bulletin: Bulletin, language: Language) -> str:
    if not bulletin.proofs:
        return label("no_proofs", language)
    failed = [say_proof(name, language) for name, objections in bulletin.proofs.items() if objections]
    held = len(bulletin.proofs) - len(failed)
    told = label("proofs_hold", language).format(held=held, proofs=len(bulletin.proofs))
    names = failed or [say_proof(name, language) for name in bulletin.proofs]
    listed = ("、" if language == "zh" else ", ").join(names)
    return f"{told}{label('failing' if failed else 'holding', language).format(listed)}"


def _say_protocol(protocol: ProtocolLine, language: Language) -> str:
    told = label("edition", language).format(
        edition=protocol.edition,
        jurisdiction=protocol.jurisdiction,
        on=say_day(protocol.in_force_on, language),
    )
    return string_together((pick(protocol.title, language), told, protocol.code), language)


def summarise(bulletin: Bulletin, language: Language) -> str:
    """The day in a few sentences, each with its figures; what nobody counted is not spoken of."""
    sentences = [write(bulletin) for write in (_SENTENCES_ZH if language == "zh" else _SENTENCES_EN)]
    return ("" if language == "zh" else " ").join(sentence for sentence in sentences if sentence)


def _today(bulletin: Bulletin, language: Language, *codes: str) -> list[str] | None:
    """The figures of today as they are printed, or None if one of them was not counted."""
    cells = [bulletin.figures[code].today if code in bulletin.figures else None for code in codes]
    return None if None in cells else [_say_in_words(cell, language) for cell in cells]


def _say_in_words(cell: Cell, language: Language) -> str:
    """A cell within a sentence."""
    if isinstance(cell, Band) and cell.at_least == 1:
        return ("不足{}" if language == "zh" else "fewer than {}").format(cell.at_most + 1)
    return say(cell)


def _many(number: str, noun: str) -> str:
    """A number with its English noun: 1 flight, 2 flights."""
    return f"{number}{NO_BREAK}{noun}" if number == "1" else f"{number}{NO_BREAK}{noun}s"


def _arrivals_zh(bulletin: Bulletin) -> str:
    told = _today(bulletin, "zh", "flights_landed", "people_landed", "people_exited")
    return f"当日落地航班{told[0]}架次，登记入册旅客{told[1]}人，离开{told[2]}人。" if told else ""


def _arrivals_en(bulletin: Bulletin) -> str:
    told = _today(bulletin, "en", "flights_landed", "people_landed", "people_exited")
    if told is None:
        return ""
    flights, landed = _many(told[0], "flight"), _many(told[1], "traveller")
    return (
        f"{flights} landed and {landed} {_were(told[1])} entered in the book; {told[2]} left through an exit."
    )


def _held_zh(bulletin: Bulletin) -> str:
    told = _today(bulletin, "zh", "people_inside", "people_facility", "people_hospital", "people_open")
    return f"在管{told[0]}人，其中隔离场所{told[1]}人、医院{told[2]}人；未落实{told[3]}人。" if told else ""


def _held_en(bulletin: Bulletin) -> str:
    told = _today(bulletin, "en", "people_inside", "people_facility", "people_hospital", "people_open")
    if told is None:
        return ""
    return f"{told[0]} are held, {told[1]} of them in facilities and {told[2]} in hospital; {told[3]} are still under way."


def _moved_zh(bulletin: Bulletin) -> str:
    told = _today(bulletin, "zh", "trips", "moved", "km", "officers_deployed", "vehicles_deployed")
    if told is None:
        return ""
    return f"转运{told[0]}车次、{told[1]}人，行驶{told[2]}公里；出动人员{told[3]}人次、车辆{told[4]}辆次。"


def _moved_en(bulletin: Bulletin) -> str:
    told = _today(bulletin, "en", "trips", "moved", "km", "officers_deployed", "vehicles_deployed")
    if told is None:
        return ""
    trips, moved = _many(told[0], "trip"), _many(told[1], "traveller")
    officers, vehicles = _many(told[3], "officer"), _many(told[4], "vehicle")
    return f"{trips} moved {moved} over {told[2]}{NO_BREAK}km, with {officers} and {vehicles} on duty."


def _tests_zh(bulletin: Bulletin) -> str:
    told = _today(bulletin, "zh", "tests_taken", "tests_positive", "cases_confirmed")
    return f"采样{told[0]}份，阳性{told[1]}份，确诊{told[2]}例。" if told else ""


def _tests_en(bulletin: Bulletin) -> str:
    told = _today(bulletin, "en", "tests_taken", "tests_positive", "cases_confirmed")
    if told is None:
        return ""
    taken, cases = _many(told[0], "sample"), _many(told[2], "case")
    return (
        f"{taken} {_were(told[0])} taken, {told[1]} came back positive, {cases} {_were(told[2])} confirmed."
    )


def _were(number: str) -> str:
    return "was" if number == "1" else "were"


_SENTENCES_ZH = (_arrivals_zh, _held_zh, _moved_zh, _tests_zh)
_SENTENCES_EN = (_arrivals_en, _held_en, _moved_en, _tests_en)


def name_figure(code: str, language: Language) -> str:
    """The name of a figure."""
    return pick(BY_CODE[code].name, language)


def name_objection(objection: Objection, language: Language) -> str:
    """What is objected to."""
    return pick(OBJECTIONS[objection.code], language) if objection.code in OBJECTIONS else objection.code


def name_subject(objection: Objection, language: Language) -> str:
    """Which figure or flight is objected to."""
    known = objection.subject in BY_CODE
    return name_figure(objection.subject, language) if known else objection.subject
