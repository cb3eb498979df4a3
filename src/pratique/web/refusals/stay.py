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
    "rank_missing": Words(
        "须由值班指挥长、卫生负责人或组长签字", "A duty commander, a health lead or a supervisor must sign"
    ),
    "assessment_missing": Words(
        "须先由卫生负责人评估是否可居家", "A health lead assesses first whether home is enough"
    ),
    "exemption_without_terms": Words("本口岸没有豁免规定", "No terms of exemption hold at this port"),
    "exemption_unknown": Words("没有这份豁免", "There is no such exemption"),
    "exemption_revoked": Words("此豁免已撤销，须重新出具", "It was revoked: a new paper is needed"),
    "exemption_verified_elsewhere": Words(
        "须向出具机关本身核实", "Ask the authority that issued it, not another"
    ),
    "exemption_other_reference": Words(
        "核实的文号与文件上的不一致：不予确认",
        "Another reference was confirmed than the one on the paper: it is not confirmed",
    ),
    "release_own_result": Words(
        "其检测结果由您录入：解除须由另一人签字",
        "You typed one of their results: somebody else signs the release",
    ),
    "exemption_one_hand": Words(
        "核实的人不能参与决定：须另有两人决定",
        "Whoever asks the issuer does not decide: one asks, two others decide",
    ),
    "exemption_unverified": Words("须先向出具机关核实，才能决定", "Ask the issuer first, then decide"),
    "way_closed": Words(
        "此人不能从这里离开：没有放行依据", "They cannot leave this way: there are no grounds"
    ),
    "carrier_unheard": Words(
        "没有承运人称其未登机的记录",
        "Nobody of the carrier is on record as saying that they were not on board",
    ),
    "carrier_unnamed": Words(
        "请写明承运人何人、凭何文件称其未登机", "Say who of the carrier said so, and by which document"
    ),
    "release_in_hospital": Words(
        "医院尚未准予出院：请先登记医院意见",
        "The hospital has not discharged them: write its word down first",
    ),
    "release_own_assessment": Words(
        "您评估过此人的发热或症状：解除须由他人签字",
        "You explained their fever or symptoms: somebody else signs the release",
    ),
    "assessment_fever": Words("仍在发热，不能按已查明处理", "Nobody is cleared who has a fever now"),
    "discharge_elsewhere": Words("此人不在医院", "They are in no hospital"),
    "release_unsigned": Words(
        "条件都已满足，但解除尚未签字：请先签字，再放行",
        "Every condition holds, but nobody has signed the release: sign it first, then let them out",
    ),
    "way_unknown": Words("没有这条异常", "There is no such exception"),
    "stay_without_rules": Words("本口岸没有隔离期规则", "No rules of a stay hold at this port"),
    "order_sort_unknown": Words("决定只能是延长或缩短", "An order extends or reduces a stay"),
    "order_unknown": Words("没有这份决定", "There is no such order"),
    "orders_unticked": Words("请勾选要签署的决定", "Tick the orders that you sign"),
    "order_withdrawn": Words("此决定已撤回", "The order was taken back"),
    "order_without_days": Words("请写明几天", "Say by how many days"),
    "order_too_far": Words("超过规则允许的天数", "More days than the rules allow"),
    "order_not_written": Words("请填写书面决定的文号", "Give the number of the written order"),
    "order_binds": Words(
        "缩短决定已送达，不能撤回；确需延长的，须另作延长决定，两人签字并在期满前送达",
        "It was served and stands; a stay is made longer only by an extension of two, served before the days are over",
    ),
    "order_served": Words("此决定已送达", "It was served already"),
    "order_served_late": Words(
        "隔离已期满，延长决定不再有效：不予送达",
        "The days are over: an extension holds nobody now and is not served",
    ),
    "order_rank": Words(
        "签字人级别不够，送达也不生效：请另作决定",
        "Signed in too low a rank, it would not count: draw up another",
    ),
    "order_not_withdrawn": Words("没有已送达又撤回的决定", "Nothing that was served to them was taken back"),
    "order_persons": Words("须两人签字后才能送达", "Two different persons must sign before it is served"),
    "death_unwritten": Words(
        "请写明地点、出具证明的医生和证明文号",
        "Say where, which physician certified it, and the number of the certificate",
    ),
    "death_elsewhere": Words("此人不在本系统任何一方处", "Nobody here has this person"),
    "death_known": Words("已有去世证明登记", "It is certified already"),
    "death_uncertified": Words("须先登记医生证明", "A physician's certificate comes first"),
    "death_unconfirmed": Words("去世登记尚未经两人确认", "Two persons confirm the death first"),
    "slip_of_deceased": Words(
        "此人已登记去世，旅客页面已关闭：不再发放凭条",
        "Their death is on record and their page closed: no slip is issued",
    ),
    "death_undoubted": Words(
        "须先由一人说明登记有误的理由", "Somebody says first what shows that the record is wrong"
    ),
    "release_elsewhere": Words("此人不在隔离点", "No facility has this person"),
    "gate_unknown": Words("没有适用的解除规则", "No edition in force says when somebody is released"),
    "room_unknown": Words("没有这个房间", "There is no such room"),
    "guest_unknown": Words(
        "只有本隔离点的人才能安排房间", "Only people whom this facility has get a room here"
    ),
    "guest_in_room": Words("已有房间，请用“调房”", "They are in a room already: move them instead"),
    "room_not_disinfecting": Words("此房间不在消毒中", "This room is not being disinfected"),
    "room_not_aired": Words("消毒通风时间未到", "Disinfection and airing are not over yet"),
    "room_occupied": Words("房内有人，请先调房", "Somebody is in it: move them first"),
    "facility_unknown": Words("没有此隔离点", "There is no such facility"),
    "floor_unknown": Words("此隔离点没有这一层", "There is no such floor here"),
    "intake_open": Words("此隔离点已在接收", "This facility takes people already"),
    "intake_time_past": Words("请填写将来的时间，或留空", "Give a time that is still to come, or none"),
    "room_not_blocked": Words("此房间没有停用", "This room is not closed"),
    "move_of_nobody": Words("请选择要调房的人", "Choose who is to move"),
    "certificate_without_release": Words("请先决定解除", "Decide the release first"),
    "removal_refused": Words(
        "只能在隔离点、医院之间转送；请先看此人现在哪里",
        "From a facility or a hospital to another: look first where they are",
    ),
    "removal_open": Words("已经请求过转送；请先取消那一次", "It was asked for already: call that off first"),
    "removal_unknown": Words("没有这次待转送；请看此人现在哪里", "It is not open: look where they are"),
    "moment_impossible": Words(
        "时间须晚于最后一次见到此人，且不能在将来",
        "The time is after they were last seen, and not in the future",
    ),
    "onward_step_refused": Words(
        "须先请求，对方再接收或拒绝；请求或接收可以撤回",
        "They are asked first, then they accept or decline; what was asked or accepted can be taken back",
    ),
    "unit_unknown": Words("请选择州市", "Choose the prefecture"),
    "guardian_unknown": Words(
        "没有这个腕带号码，请核对", "Nobody else has this wristband code: read it again"
    ),
}
