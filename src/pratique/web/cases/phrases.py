"""The words of the desk of cases, and what a contact is told: nothing in it says who the case is."""

from pratique.core.duties.vocabulary import Words

SORTS: dict[str, Words] = {
    "confirmed": Words("确诊病例", "confirmed"),
    "asymptomatic": Words("无症状感染者", "without symptoms"),
    "probable": Words("可能病例", "probable"),
    "suspected": Words("疑似病例", "suspected"),
    "possible": Words("待定病例", "possible"),
    "excluded": Words("已排除", "ruled out"),
}
SOURCES: dict[str, Words] = {
    "result": Words("检测阳性", "a positive result"),
    "epidemiologist": Words("流调", "an epidemiologist"),
    "home": Words("属地通报", "a home authority"),
}
PLACES: dict[str, Words] = {
    "before": Words("入境前", "before arrival"),
    "loop": Words("闭环内，或由闭环内人员传染", "inside the loop, or by somebody in it"),
    "unknown": Words("无法判定", "nobody can say"),
}
ENTRIES: dict[str, Words] = {
    "opened": Words("建立", "Opened"),
    "classified": Words("分类", "Classed"),
    "dated": Words("日期已更新", "Dates found out"),
    "infected": Words("感染地点", "Where infected"),
    "spread": Words("传出闭环", "Spread outside the loop"),
    "reported": Words("已报告卫生部门", "Reported to the health authority"),
    "traced": Words("接触者名单已采用", "Contact list adopted"),
    "contacts_left": Words("有接触者已离开", "Contacts have left"),
    "home_told": Words("已通报属地", "Home authority told"),
    "closed": Words("结案", "Closed"),
}
FACTS: dict[str, Words] = {
    "positive": Words("核酸阳性", "PCR positive"),
    "negative": Words("核酸阴性", "PCR negative"),
    "negative_twice": Words("间隔24小时两次阴性", "negative twice, a day apart"),
    "symptoms": Words("有症状", "symptoms"),
    "fever_or_respiratory": Words("发热或呼吸道症状", "fever or respiratory symptoms"),
    "contact": Words("密切接触者", "contact of a case"),
    "imaging": Words("影像学特征", "imaging"),
    "blood": Words("血常规特征", "blood count"),
    "antibody_igm": Words("IgM抗体阳性", "IgM antibodies"),
    "antibody_rise": Words("抗体滴度升高", "rise of antibodies"),
    "sequenced": Words("基因测序同源", "sequenced"),
    "history": Words("流行病学史", "epidemiological history"),
    "taste_smell": Words("嗅味觉丧失", "loss of taste or smell"),
    "antigen": Words("抗原阳性", "antigen positive"),
    "died": Words("不明原因死亡", "death with no other cause"),
}
STEPS: dict[str, Words] = {
    "told": Words("已告知", "told"),
    "moved_apart": Words("已单独安置", "moved apart"),
    "off_duty": Words("已离岗", "off duty"),
    "sample": Words("已采样", "sampled"),
}
ACTS: dict[str, Words] = {
    "told": Words("记为已告知", "Told"),
    "moved_apart": Words("记为已单独安置", "Moved apart"),
    "off_duty": Words("记为已离岗", "Off duty"),
}
HOMES: dict[str, Words] = {"unknown": Words("属地不明", "home not known")}

NOTICES: dict[str, Words] = {
    "close": Words(
        "您最近与一名新冠病毒检测阳性的人有过近距离接触。为保护您和他人，您将单独居住，自最后一次接触起满14天，期间会接受检测。"
        "这不是惩罚，也不表示您已感染。您享有的权利不变：可以知道自己的检测结果，可以求助、申诉，也可以询问何时解除。"
        "我们不会告诉您对方是谁，也不会把您的情况告诉别人。",
        "You were near somebody who has tested positive for COVID-19. To protect you and others, you will stay in a room of your "
        "own until 14 days have passed since you were last near them, and you will be tested. This is no punishment, and it does "
        "not mean that you are infected. Your rights stay the same: you may know your results, ask for help, object, and ask when "
        "it ends. We do not say who the other person is, and we tell nobody about you.",
    ),
    "general": Words(
        "与您同一航班或同一场所的一名人员新冠病毒检测阳性。您与其没有近距离接触，不需要改变安排。"
        "请留意体温和症状，如有发热、咳嗽或嗅味觉减退，请立即告诉工作人员。我们不会透露对方是谁。",
        "Somebody who was on your flight or in the same place has tested positive for COVID-19. You were not close to them, and "
        "nothing changes for you. Watch your temperature and symptoms, and tell our staff at once if you have a fever, a cough or "
        "lose taste or smell. We do not say who the other person is.",
    ),
    "second": Words(
        "与您有过近距离接触的一人，是新冠病毒检测阳性者的密切接触者。请留在房间内，等候采样；结果出来前请勿与他人接触。"
        "如有不适请立即告诉工作人员。我们不会透露对方是谁。",
        "Somebody you were near is a close contact of a person who has tested positive for COVID-19. Please stay in your room until "
        "you have been tested and the result is there, and tell our staff at once if you feel unwell. We do not say who they are.",
    ),
    "staff": Words(
        "您在工作中与一名检测阳性者有过未充分防护的接触。请立即离岗，不与他人同车同餐，等候采样和卫生负责人的通知。",
        "At work you were near somebody who has tested positive, without full protection. Leave your post at once, do not share "
        "vehicles or meals, and wait for a test and for word from the health lead.",
    ),
}
"""What is said to a contact, by grade; second: of the second ring."""
DUTIES: dict[str, Words] = {
    "told": Words("告知", "tell them"),
    "told_others": Words("告知", "tell them"),
    "told_second": Words("告知", "tell them"),
    "moved_apart": Words("单独安置", "move them apart"),
    "off_duty": Words("离岗", "take them off duty"),
    "contact_test": Words("核酸检测", "test them"),
    "second_test": Words("核酸检测", "test them"),
    "reported": Words("报告卫生部门", "report the case"),
    "traced": Words("确定接触者名单", "adopt the list of contacts"),
    "home_told": Words("通报属地", "tell the home authority"),
}
RINGS: dict[str, Words] = {
    "close": Words("密切接触者", "Close contacts"),
    "general": Words("一般接触者", "General contacts"),
    "second": Words("密接的密接", "Second ring"),
}
FAULTS: dict[str, Words] = {
    "positive-list-date": Words("日期无法识别：请写成 2020-04-17", "This is no date: write 2020-04-17"),
    "positive-list-nobody": Words(
        "既无腕带编码也无证件号码：请说明是谁",
        "Neither wristband code nor document number: say of whom this is",
    ),
    "positive-list-undated": Words(
        "既无首次阳性采样日期也无发病日期：请至少填写一个",
        "Neither the first positive sample nor the onset is dated: give one of the two",
    ),
    "positive-list-long": Words(
        "文件太长：其余各行请另存一个文件", "The file is too long: send the rest in another file"
    ),
}
"""What is wrong with a row of a home authority's file."""
