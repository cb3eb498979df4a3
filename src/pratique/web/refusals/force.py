"""What is said when something may not be done with people of the force, draws, rosters, training and hand-overs."""

from pratique.core.duties.vocabulary import Words

REFUSALS: dict[str, Words] = {
    "absence_backwards": Words("结束日期早于开始日期", "It ends before it begins"),
    "absence_early": Words(
        "尚未到班次当日，不能登记未到", "Nobody has failed to come before the day itself: they may decline"
    ),
    "absence_of_who_came": Words(
        "此人已签到。如系误签，请先在单位页面“到岗情况”中撤回签到，再登记未到",
        "They came in. If that was tapped wrongly, take the tap back under “Who came” on the unit's page, then note the absence",
    ),
    "absence_sort_unknown": Words("请选择休假或健康原因", "Choose leave or a hold for health"),
    "absence_unknown": Words("没有这条记录，或已撤销", "There is no such absence any more"),
    "answer_missing": Words("请写明答复内容", "Say what is decided, and why"),
    "ask_answered": Words("此项已有答复", "It has been answered already"),
    "ask_unknown": Words("没有这一请示或报告", "There is no such request or report"),
    "award_nobody": Words("这几天没有人在该岗位到岗", "Nobody held this post in these days"),
    "badge_unknown": Words("没有此工牌", "This badge is of nobody here"),
    "call_answer_unknown": Words("请选择确认或不能到岗", "A call is confirmed or declined"),
    "call_over": Words("班次已结束，不再更改", "The shift is over: what was said of the call stands"),
    "call_stands": Words("此通知有效，无需恢复", "The call stands: there is nothing to take back"),
    "call_settled": Words("此通知已有结果", "The call is settled already"),
    "call_unknown": Words("没有这条调派通知", "There is no such call"),
    "day_far": Words("日期超出一年", "The day is more than a year away"),
    "day_unknown": Words("请填写日期，如 2020-04-06", "Give a day such as 2020-04-06"),
    "deadline_past": Words("期限已过，请改期", "The deadline is over already: choose another"),
    "draw_made": Words("当日已抽调：请补空缺", "That day is drawn already: fill what is vacant instead"),
    "draw_nobody": Words(
        "没有可抽调的人员：请先登记人员、培训与名额",
        "Nobody may be drawn: enter people, their training, and quotas",
    ),
    "draw_past": Words("日期已过", "That day is over"),
    "draw_unknown": Words("当日尚未抽调", "That day is not drawn yet"),
    "handover_early": Words("班次结束前两小时起可交接", "A shift hands over from two hours before it ends"),
    "handover_not_yours": Words(
        "这不是您当班的交接单：由指挥岗当班人员签字",
        "This is not the sheet of your shift: who holds the post of command signs it",
    ),
    "handover_strangers": Words(
        "双方签字人都不在这两班名单上：至少一方须由当班人员签字",
        "Both who sign are down for neither shift: somebody of one of the shifts signs for it",
    ),
    "handover_other_side": Words(
        "您属于另一方的班次：请由本方人员签字。当班名单有误的，先在值班表中更正",
        "You are down for the other shift: somebody of this side signs. If the roster is wrong, have it corrected first",
    ),
    "handover_signed": Words("此方已签字", "This side has signed already"),
    "handover_unsigned": Words("请交班方先签字", "The outgoing side signs first"),
    "hold_kept": Words(
        "此项随健康记录自动产生和解除，不能手工撤销",
        "This hold follows the health records and ends with them: it is not taken back by hand",
    ),
    "mark_unknown": Words("没有这条培训登记，或已撤回", "There is no such mark of a session any more"),
    "put_right_elsewhere": Words(
        "此项请在登记处更正：签到、回避在单位页面，培训在当日培训课",
        "Put this right where it was written down: taps and who is kept apart on the unit's page, training among its sessions",
    ),
    "signature_not_yours": Words("谁签字谁撤回", "Only who signed takes the signature back"),
    "module_unknown": Words("没有此培训科目", "There is no such training module"),
    "person_unknown": Words("没有此人，或其不属于任何单位", "There is nobody of a unit by that name"),
    "post_barred": Words(
        "目前不能上岗：本人可在“我的健康”查看缺少哪一项，补齐后再签到",
        "They may not stand at a post now. What is wanting stands in their “My health”: settle it, then tap again",
    ),
    "post_unknown": Words("没有此岗位", "There is no such post"),
    "qualification_unknown": Words("请填准驾或语种", "Give a licence or a language"),
    "quota_negative": Words("名额不得小于零", "A quota is 0 or more"),
    "request_missing": Words("请写明需要决定的事项", "Say what is to be decided"),
    "roster_edit_unknown": Words(
        "排班中没有此人、此日、此班次或此岗位", "The roster has no such person, day, shift or post"
    ),
    "roster_impossible": Words(
        "已固定的班次与规则相冲突：请先放开", "What is pinned contradicts the rules: release it first"
    ),
    "roster_nothing_lost": Words("近日排班没有缺员", "Nobody is missing from the roster of the next days"),
    "roster_overtaken": Words(
        "情况已变化，此排班不再适用：请重新编制", "Things have changed since this roster was made: plan again"
    ),
    "roster_planning": Words("正在编制：请等待或停止", "A roster is being planned: wait for it, or stop it"),
    "roster_unknown": Words("没有此排班", "There is no such roster"),
    "separation_known": Words("两人已登记回避", "These two are kept apart already"),
    "separation_unknown": Words("两人已不再回避", "These two are not kept apart any more"),
    "separation_of_one": Words("请选两个不同的人", "Name two different people"),
    "shift_not_silent": Words(
        "仅可核实已结束且无签到记录的班次，且不能核实本人的班次",
        "Only a shift that is over and that no tap tells of, and not your own",
    ),
    "shift_unknown": Words("没有此班次", "There is no such shift"),
    "swap_not_yours": Words("只有当事人可以答复或撤回", "Only whom it concerns may answer or take it back"),
    "swap_of_one": Words("请选别的同事", "Name somebody else"),
    "swap_past": Words("班次已开始，不能再换", "The shift has begun: it stays as it is"),
    "swap_settled": Words("此换班已有结果", "The swap is settled already"),
    "swap_unknown": Words("没有此换班", "There is no such swap"),
    "swap_unknown_shift": Words("当日没有班次", "There is no shift on that day"),
    "tap_none": Words("没有可撤回的签到", "Nobody has tapped for this shift, or it is taken back already"),
    "tap_settled": Words(
        "本人可在半小时内撤回，此后由本单位联络员撤回，班次结束三天后不再更改",
        "Your own tap you take back within half an hour. After that your unit's liaison does, until three days after the shift",
    ),
    "tap_twice": Words(
        "两分钟内已签过：重复刷卡不作数。如前一次有误，请撤回",
        "Tapped within the last two minutes: a badge read twice changes nothing. If the first tap was wrong, take it back",
    ),
    "test_none": Words("该科目没有测验，由培训课评定", "This module has no test: it is passed in a session"),
    "test_unfinished": Words("请回答全部题目", "Answer every question"),
    "training_ahead": Words("培训完成后再登记", "A session is written down once it was held"),
    "training_nobody": Words("请选择参训人员", "Say who took part"),
    "unit_not_yours": Words(
        "联络员只能办理本单位事项", "A liaison speaks for their own unit: ask that unit's liaison"
    ),
    "unit_unknown": Words("没有此单位", "There is no such unit"),
}
