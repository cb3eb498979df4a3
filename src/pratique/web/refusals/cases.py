"""Refusals of the desk of cases."""

from pratique.core.duties.vocabulary import Words

REFUSALS: dict[str, Words] = {
    "case_unknown": Words("没有这个病例", "There is no such case."),
    "case_subject_unknown": Words(
        "病例只能是本口岸账上的旅客或工作人员", "A case is a traveller or a staff member of this port."
    ),
    "case_source_unknown": Words(
        "病例来自检测结果、流调或属地通报",
        "A case is known from a result, an epidemiologist or a home authority.",
    ),
    "case_sort_unknown": Words(
        "所选版本没有这一分类:请换一个分类或版本",
        "The edition has no such sort of case: take another sort, or another edition.",
    ),
    "case_fact_unknown": Words("没有这一事实", "No fact is called so."),
    "case_date_missing": Words(
        "请至少填写一个日期:发病、采样或隔离", "Give at least one date: onset, sample or isolation."
    ),
    "case_date_ahead": Words("病例的日期不能晚于现在", "No date of a case lies in the future."),
    "case_never_out": Words(
        "该旅客没有从任何出口离开过，受其传染的人都在闭环内：请在其本人的病例页面登记感染地点",
        "This traveller has left by no exit: whoever they infected is inside the loop; say it on the page of that case.",
    ),
    "case_closed": Words(
        "病例已结案，接触者名单维持不变；如需更改请凭手环重新建立",
        "The case is closed: its list of contacts stands. Open it again by its wristband to change it.",
    ),
    "case_count_wrong": Words("传染人数须为0至1000", "How many were infected is a number from 0 to 1,000."),
    "contact_unknown": Words(
        "此人不在该病例的接触者名单上:名单可能刚刚更新,请重新打开病例",
        "This person is no contact of this case; the list may have changed: open the case again.",
    ),
    "home_unknown": Words("该病例没有属于此地的接触者", "No contact of this case is theirs."),
    "told_without_language": Words("请说明用哪种语言告知", "Say in which language they were told."),
    "step_not_done": Words("没有可撤回的记录", "Nothing of this sort is on record of this contact."),
    "contact_list_format_unknown": Words(
        "格式只能是 XLSX、CSV 或 JSON", "The formats are XLSX, CSV and JSON."
    ),
    "reported_file_unreadable": Words(
        "文件无法读取或没有可用的行:请按说明的列名提供 XLSX、CSV 或 JSON",
        "The file cannot be read, or has no row that can be used: send XLSX, CSV or JSON with the columns described.",
    ),
}
