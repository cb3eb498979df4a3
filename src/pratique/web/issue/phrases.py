"""The words of the issue pages."""

from pratique.core.duties.vocabulary import Words

SORTS: dict[str, Words] = {
    "problem": Words("问题", "Problem"),
    "complaint": Words("投诉", "Complaint"),
    "error": Words("差错", "Error"),
    "infection": Words("工作人员感染", "Staff infection"),
    "caused_case": Words("引发病例", "Case caused"),
}
STATES: dict[str, Words] = {
    "open": Words("待整改", "open"),
    "mended": Words("已整改，待核验", "mended, to be verified"),
    "closed": Words("已关闭", "closed"),
}
STEPS: dict[str, Words] = {
    "opened": Words("登记", "Found"),
    "noted": Words("备注", "Noted"),
    "assigned": Words("转交或改期", "Given to, or another time"),
    "mended": Words("已整改", "Mended"),
    "verified": Words("核验通过，关闭", "Verified and closed"),
    "sent_back": Words("退回", "Sent back"),
    "reopened": Words("重新打开", "Opened again"),
    "reclassed": Words("改列为问题", "No longer on the zero board"),
}
RECORDS: dict[str, Words] = {
    "case": Words("病例", "the case"),
    "complaint": Words("旅客投诉", "the complaint"),
    "decision": Words("交接班会议决定", "the meeting that decided it"),
    "inspection": Words("巡查记录", "the inspection"),
    "result": Words("检测结果", "the result"),
    "staff": Words("人员健康记录", "the health record"),
}
"""The record an issue comes from."""
TOPICS: dict[str, Words] = {
    "custody": Words("人员交接与清点", "Handing over and counting people"),
    "list": Words("名单", "Lists"),
    "transport": Words("转运", "Transport"),
    "protection": Words("防护", "Protective equipment"),
    "disinfection": Words("消毒", "Disinfection"),
    "health": Words("健康与检测", "Health and tests"),
    "rooms": Words("房间", "Rooms"),
    "food": Words("餐食", "Meals"),
    "rights": Words("权利与告知", "Rights and notices"),
    "language": Words("语言", "Language"),
    "information": Words("信息报送", "Reports and information"),
    "device": Words("设备与系统", "Devices and software"),
    "staffing": Words("人员排班", "People and shifts"),
    "supply": Words("物资", "Supplies"),
    "other": Words("其他", "Something else"),
}
