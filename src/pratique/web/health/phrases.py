"""The words of the staff health pages."""

from pratique.core.duties.vocabulary import Words

TOLD: dict[str, Words] = {
    "well": Words("身体良好", "well"),
    "unwell": Words("不适", "not well"),
    "due": Words("待报告", "not reported yet"),
    "silent": Words("逾期未报", "silent"),
}
UNIT_DAYS: dict[str, Words] = {
    "report": Words("有报告", "reported"),
    "nil_report": Words("零报告", "nil"),
    "due": Words("待报", "to come"),
    "overdue": Words("未报", "silent"),
    "missed": Words("漏报", "missed"),
    "none": Words("—", "–"),
}
EXPOSURES: dict[str, Words] = {
    "breach": Words("防护破损或脱落", "Breach of protection"),
    "ride": Words("与病例同车", "Ride with a case"),
    "room": Words("与病例同室", "Shared a room with a case"),
    "contact": Words("其他无防护接触", "Other contact without protection"),
}
PLACES: dict[str, Words] = {
    "central": Words("集中隔离", "Central isolation"),
    "home": Words("居家隔离", "Isolation at home"),
}
OUTCOMES: dict[str, Words] = {
    "fit": Words("适宜上岗", "Fit for work"),
    "unfit": Words("不宜上岗", "Not fit for work"),
}
RESULTS: dict[str, Words] = {
    "negative": Words("阴性", "negative"),
    "positive": Words("阳性", "positive"),
    "invalid": Words("无效", "invalid"),
    "lost": Words("丢失", "lost"),
}
REASONS: dict[str, Words] = {
    "too_early": Words("时间未到", "too early"),
    "no_record": Words("没有记录", "not on record"),
    "no_duty": Words("没有记录", "not on record"),
    "duty_open": Words("尚未完成", "still to be done"),
    "no_answer": Words("结果未回", "no result yet"),
    "answer_differs": Words("结果不符", "the result is another"),
    "on_record": Words("有记录在案", "it is on record"),
    "too_old": Words("已过有效期", "too long ago"),
    "unfit": Words("最近一次不符合", "the latest one does not count"),
    "fact_unknown": Words("情况不明", "not known"),
    "fact_differs": Words("条件不符", "it does not apply"),
}
