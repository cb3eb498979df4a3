"""The words of the pages of internal safety."""

from pratique.core.duties.vocabulary import Words

ANSWERS: dict[str, Words] = {
    "ok": Words("正常", "In order"),
    "defect": Words("有问题", "Defect"),
    "not_applicable": Words("不适用", "Does not apply"),
}
SORTS: dict[str, Words] = {
    "in": Words("入库", "Came in"),
    "out": Words("领用", "Went out"),
    "count": Words("盘点", "Counted"),
}
POSTS: dict[str, Words] = {
    "cabin": Words("客舱", "Cabin"),
    "screening": Words("筛查", "Screening"),
    "screener": Words("筛查员", "Screener"),
    "holding": Words("等候区", "Holding area"),
    "escort": Words("护送", "Escort"),
    "driver": Words("驾驶", "Driver"),
    "transfer": Words("转运", "Transfer"),
    "sampling": Words("采样", "Sampling"),
    "nurse": Words("护理", "Nurse"),
    "ambulance": Words("负压救护", "Ambulance"),
    "facility": Words("隔离点", "Facility"),
    "reception": Words("接待", "Reception"),
    "dispatch": Words("调度", "Dispatch"),
    "dispatcher": Words("调度员", "Dispatcher"),
    "command": Words("指挥", "Command"),
    "exemption": Words("豁免审核", "Exemptions"),
    "domestic": Words("国内查验", "Domestic checks"),
    "information": Words("信息", "Information"),
    "reserve": Words("备勤", "Reserve"),
}
EATEN: dict[str, Words] = {
    "lodging": Words("驻地餐厅", "in the lodging"),
    "door": Words("送到房门", "brought to the door"),
    "port": Words("送到机场岗位", "at the port"),
}
