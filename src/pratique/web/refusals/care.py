"""What is said when something may not be done at the screening desk, at the sampling table, or with a laboratory's results."""

from pratique.core.duties.vocabulary import Words

REFUSALS: dict[str, Words] = {
    "declaration_empty": Words("申报表未填写任何内容", "Nothing of the declaration is filled in"),
    "declaration_overtaken": Words(
        "同时有人在填写这份申报，请先看再提交",
        "Others write this declaration down at the same time: read theirs, then send again",
    ),
    "declaration_faulty": Words(
        "申报内容有误，请核对所标各项", "Something in the declaration cannot be: check the fields named"
    ),
    "screening_missing": Words("没有可撤回的筛查", "There is no screening to take back"),
    "ill_nothing": Words(
        "请勾选已备的物品，或选择已完成的步骤", "Tick what is there, or name the step that was done"
    ),
    "checkpoint_nameless": Words("请填写编号和名称", "A checkpoint needs a code and a name"),
    "checkpoint_unknown": Words("没有这个通行筛查点", "There is no such checkpoint"),
    "heads_impossible": Words("一次 1 至 500 人", "1 to 500 at once"),
    "undo_nothing": Words("没有可撤销的计数", "There is nothing of yours to undo here"),
    "finding_empty": Words("请填写体温或症状", "Say what was found: a temperature or a symptom"),
    "finding_unknown": Words("没有这条发现", "There is no such finding"),
    "tube_left": Words("这支试管已送检，请换新管", "This tube has left for the laboratory: take a new one"),
    "pool_size": Words("一支试管最多混 10 人", "A tube takes 1 to 10 swabs"),
    "pool_full": Words("这支混检管已满，请换新管", "This tube is full: take a new one"),
    "pool_after_positive": Words(
        "此人所在混检管曾报阳性：须单管采样", "A pool with this person was positive: sample them singly"
    ),
    "results_by_one": Words(
        "文件里这些阴性试管没有实验室收样记录：{tubes}。请第二人签字，或先登记实验室收样",
        "No laboratory has received these tubes that the file calls negative: {tubes}. A second person signs, or somebody else records first that the laboratory has them",
    ),
    "result_by_one": Words(
        "手工录入阴性须第二人签字；实验室已签收该试管的除外",
        "A negative typed by hand needs a second signature, unless a laboratory has received the tube",
    ),
    "result_missing": Words("这支试管还没有结果", "This tube has no result yet"),
    "issue_closed": Words("该问题已办结，请另提", "The issue is not open any more: raise another"),
    "laboratory_missing": Words("请写明送检的检测机构", "Say which laboratory the tubes go to"),
    "batch_unknown": Words("没有这个批次", "There is no such batch"),
    "batch_cancelled": Words("该批次已作废", "This batch was cancelled"),
    "batch_closed": Words("该批次已封箱，请另建一批", "This batch is closed: open another"),
    "batch_open": Words("请先封箱", "Close the batch first"),
    "batch_empty": Words(
        "箱内没有试管：请扫码入箱，或作废此批", "The box is empty: scan a tube in, or cancel the batch"
    ),
    "batch_count_differs": Words(
        "清点数与扫码入箱数不一致：请重新扫码核对",
        "The count differs from what was scanned in: scan them again",
    ),
    "batch_not_handed": Words("该批次尚未交接", "It has not been handed over yet"),
    "batch_handed": Words("该批次已送出，不能作废", "It has left already and cannot be cancelled"),
    "batch_receipt_unexplained": Words(
        "接收数与送出数不一致：请逐支注明缺少或多出的试管",
        "The laboratory's count differs: name the tubes that are missing or more",
    ),
    "receiver_missing": Words("请写明实验室接收人", "Say who received it at the laboratory"),
    "tube_in_batch": Words("这支试管已在另一批次中", "This tube is in another batch"),
    "tube_not_in_batch": Words("这支试管不在此批次中", "This tube is not in the batch"),
    "tube_answered": Words("这支试管已有结果", "This tube has a result already"),
    "tube_other_laboratory": Words(
        "这支试管应送另一检测机构：请放入该机构的批次",
        "This tube was taken for another laboratory: put it in its batch",
    ),
    "results_refused": Words(
        "文件中没有可采用的结果：见所列问题", "No result in this file can be used: see its problems"
    ),
}
