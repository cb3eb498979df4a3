"""What codes of a stay are called, in both languages."""

from pratique.core.duties.vocabulary import Words

ROOM_STATES: dict[str, Words] = {
    "ready": Words("空房", "free"),
    "occupied": Words("有人", "occupied"),
    "blocked": Words("停用", "closed"),
    "disinfecting": Words("消毒中", "disinfecting"),
}
ROOM_SORTS: dict[str, Words] = {
    "single": Words("标准间", "Room"),
    "family": Words("家庭房", "Family room"),
    "barrier_free": Words("无障碍房", "Barrier-free"),
}
WHYS: dict[str, Words] = {
    "guardian_missing": Words("未成年人没有监护人", "a minor without a guardian"),
    "classes_mixed": Words("同行者类别不同", "people who share are of different classes"),
    "too_small": Words("床位不够", "too small"),
    "not_barrier_free": Words("不是无障碍房", "not barrier-free"),
    "floor_too_high": Words("楼层过高", "the floor is too high"),
    "occupied": Words("已有人住", "occupied"),
    "given": Words("刚分给同批旅客", "just given to others"),
    "floor_of_others": Words("楼层属于别的航班或类别", "the floor is another flight's or class's"),
    "disinfecting": Words("消毒中", "being disinfected"),
    "blocked": Words("停用", "closed"),
}
BESIDES: dict[str, Words] = {
    "room": Words("与他人同住一间", "shares the room with others"),
    "floor": Words("与不同类别的人同层", "on a floor with people of another class"),
    "bonded": Words("须与同住者一起换房", "cannot be parted from somebody who must move"),
}
GRADES: dict[str, Words] = {
    "ordinary": Words("普通", "ordinary"),
    "contact": Words("密切接触者", "contact"),
    "case": Words("病例或有症状", "case or ill"),
}
HELPS: dict[str, Words] = {
    "wait": Words("等消毒结束", "wait for the disinfection"),
    "unblock": Words("启用停用的房间", "open the closed room"),
    "part": Words("征得同意后分住几间", "let the household sleep in several rooms, if it agrees"),
    "elsewhere": Words("送往别的隔离点", "another facility"),
    "name_guardian": Words("先确定监护人", "name a guardian first"),
    "class_alike": Words("先核对类别", "settle their class first"),
}
DIETS: dict[str, Words] = {
    "vegetarian": Words("素食", "vegetarian"),
    "vegan": Words("纯素", "vegan"),
    "halal": Words("清真", "halal"),
    "no_pork": Words("不吃猪肉", "no pork"),
    "no_beef": Words("不吃牛肉", "no beef"),
    "no_nuts": Words("忌坚果", "no nuts"),
    "no_gluten": Words("忌麸质", "no gluten"),
    "diabetic": Words("糖尿病餐", "diabetic"),
    "soft": Words("软食", "soft food"),
    "baby": Words("婴儿餐", "baby food"),
}
ROOM_NEEDS: dict[str, Words] = {
    "barrier_free": Words("无障碍房", "barrier-free room"),
    "low_floor": Words("低楼层", "low floor"),
}
REASONS: dict[str, Words] = {
    "held": Words("已满足", "met"),
    "too_early": Words("时间未到", "too early"),
    "no_record": Words("没有记录", "nothing is on record"),
    "no_duty": Words("没有相应检测", "no such test was owed or done"),
    "duty_open": Words("还有未完成的", "something is still to be done"),
    "no_answer": Words("结果未出", "the answer is not there yet"),
    "answer_differs": Words("结果不是阴性", "the answer is not negative"),
    "on_record": Words("有不利记录", "something against it is on record"),
    "too_old": Words("记录已过时", "the record is too old"),
    "unfit": Words("不合格", "not as it must be"),
    "fact_unknown": Words("情况不明", "unknown"),
    "fact_differs": Words("情况不符", "not as it must be"),
}
TODO: dict[str, Words] = {
    "too_early": Words("到时间后再看", "Look again when the time has come"),
    "no_record": Words("补做并登记", "Do it and write it down"),
    "no_duty": Words("先采样检测", "Take a sample first"),
    "duty_open": Words("完成所欠检测", "Do the tests that are owed"),
    "no_answer": Words("向实验室催结果", "Ask the laboratory for the answer"),
    "answer_differs": Words("报卫生负责人，不得解除", "Tell the health lead: no release"),
    "on_record": Words("报卫生负责人，不得解除", "Tell the health lead: no release"),
    "too_old": Words("重新测量", "Measure again"),
    "unfit": Words(
        "请临床人员（流调员）作医学评估", "A clinician (epidemiologist) assesses them: medical assessment"
    ),
}
ORDER_SORTS: dict[str, Words] = {
    "extend": Words("延长", "Extension"),
    "reduce": Words("缩短", "Reduction"),
}
ORDER_FAULTS: dict[str, Words] = {
    "order_without_days": Words("没有天数", "it changes nothing"),
    "order_too_far": Words("超过允许天数", "more days than allowed"),
    "order_without_reason": Words("没有理由", "no reason"),
    "order_not_written": Words("没有书面决定", "not written"),
    "order_not_served": Words("尚未送达本人", "not given to the traveller yet"),
    "order_served_early": Words("送达早于决定", "served before it was made"),
    "order_served_late": Words("送达时隔离已期满", "served when the days were over"),
    "order_not_understood": Words("本人没有听懂", "not understood: serve it in a language they understand"),
    "order_without_remedy": Words("未告知救济途径", "the remedy was not told"),
    "order_withdrawn": Words("已撤回", "taken back"),
    "order_persons": Words("缺第二人签字", "the second signature is missing"),
    "order_rank": Words("签字人级别不够", "signed in too low a rank"),
}
ONWARD: dict[str, Words] = {
    "offered": Words("已请求接收", "asked to take over"),
    "accepted": Words("已接收", "accepted"),
    "declined": Words("已拒绝", "declined"),
    "taken_back": Words("请求或接收已撤回", "taken back"),
}
RELEASE_FAULTS: dict[str, Words] = {
    "release_untested": Words(
        "本次隔离没有阴性结果：谁签字也不能解除", "No negative result of this stay: nobody can sign that away"
    ),
    "release_too_early": Words("期限未满", "The days are not over"),
    "release_persons": Words("例外须两人签字", "An exception needs two signatures"),
}
WARD: dict[str, Words] = {
    "leaves": Words("可从这里解除", "May leave from here"),
    "returns": Words("应送回隔离点", "To go back to a facility"),
    "near": Words("一天内期满，待医院意见", "Days end within a day, the hospital's word is wanting"),
}
"""How somebody in a hospital stands, whom its page puts first."""
EXEMPTION_SORTS: dict[str, Words] = {
    "diplomat": Words("外交人员", "Diplomat"),
    "minor": Words("未成年人", "Minor"),
    "medical": Words("医疗", "Medical"),
    "compassionate": Words("人道原因", "Compassionate"),
    "transit": Words("中转", "Transit"),
}
DEATH_TOLD: dict[str, Words] = {
    "kin_told": Words("近亲属", "Next of kin"),
    "consulate_told": Words("本国领事馆", "The consulate of their country"),
}
TOLD: dict[str, Words] = {
    "reached": Words("已告知", "told"),
    "not_reached_yet": Words("尚未联系上", "not reached yet"),
    "none_known": Words("查无近亲属", "none is known"),
    "not_concerned": Words("不涉及领事馆", "no consulate is concerned"),
}
EXEMPTION_FAULTS: dict[str, Words] = {
    "exemption_unverified": Words("未向出具机关核实", "the issuer was not asked"),
    "exemption_persons": Words("须两人决定", "two persons must decide"),
    "exemption_rank": Words("决定人级别不够", "decided in too low a rank"),
    "exemption_not_yet": Words("尚未生效", "not valid yet"),
    "exemption_expired": Words("已过期", "over"),
    "exemption_revoked": Words("已撤销", "revoked"),
    "exemption_new_officer": Words(
        "核实人或决定人上岗不满两班", "somebody on their first two shifts confirmed or decided"
    ),
    "exemption_one_hand": Words(
        "核实人同时参与决定", "whoever asked the issuer decided too: two others decide"
    ),
    "exemption_decided_unverified": Words("核实前就已签字", "signed before it was confirmed"),
    "exemption_too_long": Words("时间超过规定", "longer than allowed"),
    "exemption_authority": Words("此机关无权出具", "this authority may not issue it"),
    "exemption_without_time": Words("没有有效时间", "it ends before it begins"),
    "exemption_by_oneself": Words("本人不能核实或决定", "the traveller cannot confirm or decide it"),
    "exemption_verified_elsewhere": Words("向别的机关核实", "another authority was asked"),
    "exemption_other_reference": Words("文号不一致", "another reference was confirmed"),
    "exemption_verified_early": Words("核实早于出具", "confirmed before it was issued"),
    "exemption_missing": Words("没有豁免；口头不算", "no exemption is on record; a word is none"),
    "exemption_other_exit": Words("豁免不适用于此出口", "the exemption is for another exit"),
    "exemption_unscreened": Words(
        "尚未筛查；豁免也须先筛查", "not screened yet: the exempt are screened first"
    ),
    "exemption_overtaken": Words(
        "阳性、发热或被列为密接，豁免不予放行：须重新筛查，再凭新文件由两人决定",
        "positive, ill or named as a contact, which no exemption outranks: screen again, then two decide on a new paper",
    ),
    "home_unassessed": Words(
        "已决定居家隔离，但没有卫生负责人“可居家”的有效评估",
        "isolation at home is ordered, but no assessment by a health lead says that home is enough",
    ),
    "way_closed": Words("没有放行依据", "there are no grounds"),
    "carrier_unheard": Words(
        "没有承运人称其未登机的记录", "the carrier is not on record as saying that they were not on board"
    ),
    "release_unsigned": Words("条件已满足，解除尚未签字", "every condition holds, the release is not signed"),
}
