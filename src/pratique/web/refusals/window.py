"""What is said where a slip, a complaint, an objection or a step of a procedure cannot be taken."""

from pratique.core.duties.vocabulary import Words

REFUSALS: dict[str, Words] = {
    "contact_empty": Words("请至少填写一种联系方式", "Fill in at least one way to reach them"),
    "contact_long": Words("联系方式太长", "That is too long for a way to reach somebody"),
    "document_missing": Words("请填写书面决定的文号", "Write down the number of the written order"),
    "measure_unknown": Words("没有对此人决定过这项措施", "No such measure was ordered for this person"),
    "note_missing": Words("请用一句话写下所见所说", "Say in a sentence what was seen and said"),
    "outcome_unknown": Words("请选择这一步的结果", "Choose how the step came out"),
    "petition_not_changed": Words(
        "这件异议没有决定变更：解除措施以解除、撤销或回家为准，不以文字为准",
        "Nothing was to be changed here: that a measure is lifted is shown by a release or an order taken back, not by words",
    ),
    "petition_settled": Words(
        "已经答复过，请先看答复", "It has been answered already: read the answer first"
    ),
    "petition_unknown": Words("没有这件投诉或异议", "There is no such complaint or objection"),
    "procedure_over": Words("程序已经结束", "The procedure is over"),
    "procedure_run_unknown": Words("没有开始过这个程序", "No such procedure was begun"),
    "procedure_unknown": Words("没有这个程序", "There is no such procedure"),
    "reviewer_only": Words("只有指定的审查人可以决定异议", "Only the named reviewer decides this objection"),
    "slip_unknown": Words("没有这张凭条", "There is no such slip"),
    "step_not_due": Words("还没有轮到这一步，请按顺序进行", "Another step comes first"),
    "words_long": Words("写得太长，请缩短", "That is too long: use fewer words"),
    "words_missing": Words("请写几个字", "Say it in a few words"),
}
