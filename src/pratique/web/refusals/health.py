"""What is said when something may not be done about staff health and issues."""

from pratique.core.duties.vocabulary import Words

REFUSALS: dict[str, Words] = {
    "own_assessment": Words(
        "不能给自己做评估或签自己的阴性结果，请由他人办理",
        "Nobody finds themselves fit or signs their own negative: somebody else does",
    ),
    "not_deployed": Words(
        "其近期未在任何岗位工作，无撤岗可登记",
        "They have worked at no post lately: there is no deployment to end",
    ),
    "request_unknown": Words("没有这个请求", "There is no such request"),
    "result_by_two": Words(
        "检测结果须由两人更正", "A result is put right by two persons: correct it instead"
    ),
    "return_barred": Words(
        "返岗条件尚未全部满足，见“返岗”各项",
        "Not every condition of the return holds yet: they stand under “Return to work”",
    ),
}
