"""The words of the convoy pages, and what is to be done at once when something happens on the way."""

from pratique.core.duties.vocabulary import Words

STATES: dict[str, Words] = {
    "forming": Words("集结中", "forming"),
    "moving": Words("途中", "on the road"),
    "arrived": Words("已到达，待接收", "arrived, to be accepted"),
    "accepted": Words("已接收", "accepted"),
    "disbanded": Words("已解散", "disbanded"),
}
INCIDENTS: dict[str, Words] = {
    "breakdown": Words("车辆故障", "Vehicle broken down"),
    "road_closed": Words("道路中断", "Road closed"),
    "ill": Words("有人发病", "Somebody is ill"),
    "other": Words("其他情况", "Something else"),
}
STEPS: dict[str, tuple[Words, ...]] = {
    "breakdown": (
        Words("停到安全处，开警示灯；全车人员留在车上，不与外人接触。", "Stop where it is safe, hazard lights on. Everybody stays aboard and apart from others."),
        Words("清点人数并在此报告；指挥部派车，或用车队空座。", "Count heads and report here. The command office sends a vehicle, or seats of the convoy are used."),
        Words("按名单移交给接续车辆：对方逐一扫码后，才算离开本车。", "Hand over by name to the vehicle that takes them: they have left this one only when scanned there."),
        Words("人员离车后，把本车报告为故障；它消毒前不得再用。", "Once it is empty, report the vehicle as broken down; it is not used again before it is disinfected."),
    ),
    "road_closed": (
        Words("整队停在最近的指定休息点，不在途中分散。", "The whole convoy waits at the nearest designated rest place; it does not part."),
        Words("在此报告预计耽误的分钟数；接收地可见新的到达时间。", "Report here how many minutes it will cost; the receiver sees the new time of arrival."),
        Words("改道须经指挥部同意，并在本页更换休息点。", "A detour needs the command office's word; change the rest places on this page."),
        Words("检查驾驶时限：超时先换人，再出发。", "Look at the hours at the wheel: relieve the driver before going on."),
    ),
    "ill": (
        Words("给病人和同排戴口罩，病人移至末排靠窗；开窗通风。", "Masks for them and their row; move them to the last row by the window; open windows."),
        Words("由穿防护服的护送员测温、询问，并在此报告。", "An escort in protective gear takes the temperature, asks, and reports here."),
        Words("指挥部联系最近的定点医院；急救车在下一处接人，扫码移交。", "The command office calls the nearest designated hospital; an ambulance meets you, and takes them over by scan."),
        Words("告诉病人去哪里、为什么，并通知其同行家属。", "Tell them where they go and why, and tell the household that travels with them."),
    ),
    "other": (
        Words("先保证人员安全，人不离队。", "People's safety first; nobody leaves the convoy."),
        Words("在此报告发生了什么、在哪里；指挥部回复处置办法。", "Report here what happened and where; the command office says what to do."),
    ),
}  # fmt: skip
"""Sort of incident → what to do at once, in order. Local, for the port's commander to confirm."""
COMMA = Words("、", ", ")
REPORTS: dict[str, Words] = {
    "set_off": Words("发车", "Set off"),
    "checked_in": Words("报平安", "Checked in"),
    "answered": Words("电话联系上", "Reached by telephone"),
    "incident": Words("突发情况", "Incident"),
    "settled": Words("已处置", "Settled"),
    "ambulance_called": Words("已叫救护车", "Ambulance called"),
    "ambulance_met": Words("救护车已接走", "Taken over by the ambulance"),
    "amended": Words("更改车队", "Changed"),
    "joined": Words("车辆加入", "Vehicle joined"),
    "left": Words("车辆离队", "Vehicle left"),
    "arrived": Words("到达", "Arrived"),
    "accepted": Words("接收地已接收", "Accepted by the receiver"),
    "disbanded": Words("解散", "Disbanded"),
}
HANDINGS: dict[str, Words] = {
    "offered": Words("已移交，待接收", "offered"),
    "lapsed": Words("移交逾期未答", "offered, not answered in time"),
    "accepted": Words("人数或姓名不符", "counted, but something differs"),
    "closed": Words("已接收，相符", "accepted, all agree"),
    "declined": Words("被拒收", "declined"),
    "withdrawn": Words("已撤回", "withdrawn"),
}
