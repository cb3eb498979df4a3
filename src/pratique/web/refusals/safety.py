"""What is said when something may not be done about internal safety."""

from pratique.core.duties.vocabulary import Words

REFUSALS: dict[str, Words] = {
    "safety_without_rules": Words(
        "本口岸没有内部防护规则", "There are no rules of internal safety for this port"
    ),
    "checklist_unknown": Words("没有这份检查表", "There is no such checklist"),
    "item_unknown": Words("检查表中没有这一项", "The checklist has no such line"),
    "item_unanswered": Words("还有未填的检查项", "Some lines are not answered yet"),
    "defect_unsaid": Words("请写明看到的问题", "Say what was seen for each defect"),
    "supply_unknown": Words("没有这种物资", "There is no such supply"),
    "quantity_negative": Words("数量须为正整数", "Give a whole number of pieces"),
    "protection_level_unknown": Words(
        "没有这个防护等级：请选择", "There is no such level of protection: choose one"
    ),
    "shift_not_worked": Words("请选择有人到岗的班次", "Choose shifts that somebody came to"),
    "quarters_known": Words("已有这个房间", "There is a room of this number already"),
    "quarters_unknown": Words("没有这个房间", "There is no such room"),
    "quarters_full": Words("房间已满，请另选", "All beds are taken: choose another room"),
    "beds_missing": Words("至少一张床", "A room has a bed at least"),
    "lodged_alone": Words(
        "因健康离岗者须单独住一间空房",
        "Whoever is off their post for health sleeps alone: choose an empty room",
    ),
}
