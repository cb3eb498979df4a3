"""What the screening desk says: what to do with somebody of a channel, and what fits nowhere else."""

from pratique.core.duties.vocabulary import Words

NEXT: dict[str, tuple[Words, ...]] = {
    "symptomatic": (
        Words("立即给旅客戴医用口罩，隔开一米以上", "Give a medical mask at once and keep one metre away"),
        Words(
            "由症状通道带往单独问询室，不经过普通大厅",
            "By the symptomatic channel to the separate room, not through the hall",
        ),
        Words("按“患病处置”逐步办理，提前叫救护车", "Follow the steps for the ill; call the ambulance early"),
    ),
    "contact": (
        Words("走密接通道，与普通旅客分开等候", "By the contacts' channel; they wait apart from the others"),
        Words("单独车辆送集中隔离点，单间", "A vehicle of their own to a facility, a single room"),
        Words("告知措施与权利", "Tell them the measure and their rights"),
    ),
    "ordinary": (
        Words("走普通通道到候车区，等候转运", "By the ordinary channel to the waiting area, then the coach"),
        Words("告知措施与权利", "Tell them the measure and their rights"),
    ),
    "exempt": (
        Words(
            "核对豁免证明原件，由移交机关接走", "Check the paper itself; the authority named on it meets them"
        ),
    ),
    "transit": (Words("送中转区，登机前不得离开", "To the transit area; they stay there until boarding"),),
    "crew": (
        Words(
            "走机组通道，专车送机组驻地", "By the crew's channel, a vehicle of their own to the crew hotel"
        ),
    ),
}
SORTS: dict[str, Words] = {
    "staff": Words("工作人员", "staff"),
    "crew": Words("机组", "crew"),
    "visitor": Words("接送与访客", "visitors"),
    "other": Words("其他", "others"),
}
SOURCES: dict[str, Words] = {
    "traveller": Words("旅客本人填写", "by the traveller"),
    "desk": Words("台前询问", "asked at the desk"),
    "paper": Words("纸质表录入", "typed in from paper"),
}
