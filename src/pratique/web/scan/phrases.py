"""What the scan page says out of its script, in both languages."""

from pratique.core.duties.vocabulary import Words

PHRASES: dict[str, Words] = {
    "opening": Words("尚不能扫码", "Not ready to scan yet"),
    "opening_more": Words("若一直如此，请重新加载本页", "If this stays, load the page again"),
    "ready": Words("扫腕带，或输入号码", "Scan a wristband or type its code"),
    "ready_more": Words(
        "也可输入证件号码，或粘贴护照底部的两行字",
        "A document number or the two lines of a passport will do, too",
    ),
    "kept": Words("已存在本机", "Kept on this phone"),
    "kept_more": Words("没有网络，恢复后自动发送", "No network: it is sent as soon as there is one"),
    "sending": Words("正在发送", "Sending"),
    "mistyped": Words("号码不对", "This code does not fit"),
    "mistyped_more": Words(
        "校验位不符，请核对后再输一次；尚未登记",
        "The check sign is wrong: read it again. Nothing was recorded",
    ),
    "unknown": Words("查无此人", "Nobody has this code"),
    "unknown_more": Words(
        "请再看一遍号码；若此人确实不在任何名单上，请登记",
        "Read it again. If this person really is on no list, register them",
    ),
    "choose": Words("未记录：请确认是谁", "Not recorded: say who it is"),
    "choose_more": Words(
        "资料只部分相符。比对腕带、航班和座位后点选；若都不是，请登记",
        "The document fits only in part. Compare wristband, flight and seat, then touch one; if it is none, register them",
    ),
    "unresolved": Words("本机没有此人资料，已存下", "Not known on this phone, kept"),
    "unresolved_more": Words(
        "恢复网络后再查；请先留住此人", "It is looked up when the network is back; keep this person here"
    ),
    "not_offered": Words("不在这次交接的名单上", "Not on the list of this handover"),
    "not_leaving": Words("请留住此人", "Keep this person here"),
    "not_leaving_more": Words(
        "没有网络，本机不知道此人可以离开；扫码已存，恢复网络后再放行",
        "No network, and this phone does not know them as somebody who may leave. The scan is kept; wait for the network",
    ),
    "barred_more": Words(
        "确诊或有症状者由救护车从机坪直送；请报告指挥部",
        "Whoever is a case or has symptoms goes by ambulance from the apron. Tell the command office",
    ),
    "barred_kept": Words(
        "没有网络：扫码已存，请此人下车等救护车，并打电话报告指挥部",
        "No network: the scan is kept. Let them get off, call the command office for an ambulance",
    ),
    "elsewhere": Words("账上在：", "By the book held by:"),
    "unlisted_remark": Words("不在任何名单上", "On no list"),
    "irregular_remark": Words("非常规移动，请核对", "An unusual step: please check"),
    "undone": Words("已撤回", "Taken back"),
    "undone_more": Words("上一次扫码不再算数", "The last scan does not count any more"),
    "nothing_to_undo": Words("没有可撤回的扫码", "There is no scan to take back"),
    "online": Words("已连接", "Connected"),
    "offline": Words("没有网络，可继续扫码", "No network: scanning goes on"),
    "unsent": Words("未发送", "unsent"),
    "signed_out": Words(
        "登录已过期：扫码都存在本机，请重新登录", "Signed out: scans are kept on this phone. Sign in again"
    ),
    "needs_network": Words("这一步需要网络", "This step needs the network"),
    "count_agrees": Words("人数相符", "The count agrees"),
    "count_differs": Words("人数不符", "The count differs"),
    "by_the_book": Words("账上", "by the book"),
    "counted": Words("清点", "counted"),
    "missing": Words("缺席", "missing"),
    "unexpected": Words("多出", "unexpected"),
    "offered_to": Words("已提出交接，等对方回应：", "Offered, waiting for: "),
    "accepted": Words("已接收", "Accepted"),
    "declined": Words("已拒绝", "Declined"),
    "withdrawn": Words("已撤回交接", "Withdrawn"),
    "handover_closed": Words(
        "双方人数与姓名一致，交接完成", "Counts and names agree: the handover is complete"
    ),
    "handover_open": Words(
        "已接收，但人数或姓名不一致，请核对", "Accepted, but counts or names differ: please check"
    ),
    "receiving_from": Words("正在接收，来自：", "Receiving from: "),
    "receive": Words("开始接收", "Receive"),
    "to_accepted": Words("接收", "Accept"),
    "accepted_by": Words(
        "接收方何人同意接收（姓名、电话）", "Who of the receiver accepted (name and telephone)"
    ),
    "reason": Words("原因", "Reason"),
    "to_declined": Words("拒绝", "Decline"),
    "to_withdrawn": Words("撤回", "Withdraw"),
    "registered": Words("已登记，腕带号码：", "Registered. Wristband code: "),
    "people_one": Words("人", "person"),
    "people_many": Words("人", "people"),
    "until": Words("最晚", "until"),
    "lapsed": Words("已逾期", "overdue"),
}

REASONS: dict[str, Words] = {
    "number_same": Words("证件号一致", "number agrees"),
    "number_close": Words("证件号近似", "number nearly agrees"),
    "number_differs": Words("证件号不同", "number differs"),
    "number_missing": Words("名单无证件号", "no number on the list"),
    "birth_same": Words("出生日期一致", "birth date agrees"),
    "birth_differs": Words("出生日期不同", "birth date differs"),
    "birth_missing": Words("名单无出生日期", "no birth date on the list"),
    "name_same": Words("姓名一致", "name agrees"),
    "name_reordered": Words("姓名顺序不同", "name in another order"),
    "name_transliterated": Words("姓名拼写方式不同", "name spelt another way"),
    "name_shortened": Words("姓名被截短", "name cut short"),
    "name_close": Words("姓名近似", "name nearly agrees"),
    "name_different": Words("姓名不同", "name differs"),
    "name_unknown": Words("姓名无法比对", "name cannot be compared"),
}
"""What speaks for and against somebody who may be meant, in the codes of `core.manifest.matching`."""
