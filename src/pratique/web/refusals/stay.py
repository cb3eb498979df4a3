"""What is said when something may not be done with rooms, calls, orders, releases and exemptions."""

from pratique.core.duties.vocabulary import Words

REFUSALS: dict[str, Words] = {
    "help_sort_unknown": Words("请从列表中选择需要哪种帮助", "Choose from the list what help is needed"),
    "help_text_too_long": Words("文字过长：最多2000字", "Too long: at most 2,000 signs"),
    "help_call_of_another": Words("此编号已被占用，请再发一次", "This number is taken: send it once more"),
    "help_call_unknown": Words("没有这条求助", "There is no such call"),
    "help_call_answered": Words("已有人答复，请先看答复", "Somebody has answered it already: look first"),
    "help_answer_missing": Words(
        "请写明做了什么，旅客也会看到", "Say what was done; the traveller reads it too"
    ),
}
