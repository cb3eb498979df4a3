"""What the sampling table says: steps of a batch, what becomes of a row of a result file, results."""

from pratique.core.duties.vocabulary import Words

STEPS: dict[str, Words] = {
    "open": Words("装箱中", "being filled"),
    "closed": Words("已封箱，待送出", "closed, to be sent"),
    "handed": Words("在途", "on its way"),
    "received": Words("检测中", "at the laboratory"),
    "answered": Words("结果已齐", "all results in"),
    "cancelled": Words("已作废", "cancelled"),
}
VERDICTS: dict[str, Words] = {
    "take": Words("采用", "to be taken"),
    "known": Words("已有相同结果", "known already"),
    "unknown": Words("无主试管", "nobody's tube"),
    "differs": Words("与此前结果不同", "differs from before"),
    "early": Words("早于采样", "older than the sample"),
    "other_person": Words("姓名或证件是另一人", "names another person"),
}
REMEDIES: dict[str, Words] = {
    "unknown": Words(
        "条码未登记采样：保留在“无主试管”清单，待查清归属",
        "No sample bears this barcode: it is kept on the list of nobody's tubes until somebody finds out",
    ),
    "differs": Words(
        "不覆盖原结果：生成一条问题，由两人更正；新报阳性期间不得放行",
        "Nothing is written over: an issue is raised, two persons correct it; while positive is claimed nobody is released",
    ),
    "early": Words(
        "结果时间早于采样时间：生成一条问题，请检测机构核对；报阳性的，由两人更正前不得放行",
        "The result is older than the sample: an issue is raised, ask the laboratory; of a positive nobody is released until two persons have corrected it",
    ),
    "other_person": Words(
        "结果所写的人不是此管的旅客：生成一条问题，请检测机构核对；报阳性的，由两人更正前不得放行",
        "Whoever the file names is not this tube's traveller: an issue is raised, ask the laboratory; of a positive nobody is released until two persons have corrected it",
    ),
}
RESULTS: dict[str, Words] = {
    "": Words("待报", "waiting"),
    "negative": Words("阴性", "negative"),
    "positive": Words("阳性", "positive"),
    "invalid": Words("无效", "invalid"),
    "lost": Words("丢失", "lost"),
    "pool_positive": Words("混检阳性，逐一重采", "pool positive: each again, singly"),
}
