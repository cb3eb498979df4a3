"""What a rule of screening may ask: every fact, what sort of answer it has and who can give it.

A fact is known (a value) or not known (absent): "no" and "not asked" are never the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from pratique.core.duties.vocabulary import Words

Value: TypeAlias = bool | float | str
Facts: TypeAlias = Mapping[str, Value]


class Sort(StrEnum):
    """What sort of answer a fact has."""

    FLAG = "flag"
    NUMBER = "number"
    WORD = "word"


class Origin(StrEnum):
    """Where a fact comes from: asked of the traveller, measured or seen at the desk, worked out from the journey, told
    by another list (contacts of a case, the crew list, the register of exemptions)."""

    ASKED = "asked"
    SEEN = "seen"
    JOURNEY = "journey"
    LISTED = "listed"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its sort, where it comes from, and the question or title in both languages."""

    sort: Sort
    origin: Origin
    title: Words


def _asked(zh: str, en: str) -> Fact:
    return Fact(Sort.FLAG, Origin.ASKED, Words(zh, en))


FACTS: dict[str, Fact] = {
    "fever": _asked("14天内发热", "Fever in the last 14 days"),
    "cough": _asked("14天内咳嗽", "Cough in the last 14 days"),
    "breathless": _asked("14天内气促、呼吸困难", "Shortness of breath in the last 14 days"),
    "sore_throat": _asked("咽痛", "Sore throat"),
    "aches": _asked("肌肉、关节酸痛", "Aching muscles or joints"),
    "smell_taste": _asked("嗅觉、味觉减退", "Loss of smell or taste"),
    "diarrhoea": _asked("腹泻", "Diarrhoea"),
    "vomiting": _asked("呕吐", "Vomiting"),
    "rash": _asked("皮疹", "Rash"),
    "bleeding": _asked("瘀伤、出血", "Bruising or bleeding"),
    "confusion": _asked("近期意识不清", "Recent confusion"),
    "unwell": Fact(Sort.FLAG, Origin.SEEN, Words("明显不适", "Obviously unwell")),
    "fever_reducer": _asked("24小时内服用退热药", "Took a fever reducer in the last 24 hours"),
    "near_case": _asked("14天内接触过病例", "Near a case in the last 14 days"),
    "near_ill": _asked(
        "14天内接触过发热或有呼吸道症状的人", "Near people with fever or cough in the last 14 days"
    ),
    "in_cluster": _asked(
        "家庭、单位等小范围内有两例以上发热或呼吸道症状", "Two or more ill in one household, class or team"
    ),
    "tested_positive": _asked("核酸检测曾为阳性", "Has tested positive"),
    "celsius": Fact(Sort.NUMBER, Origin.SEEN, Words("体温(℃)", "Temperature (°C)")),
    "contact_listed": Fact(
        Sort.FLAG, Origin.LISTED, Words("被列为病例的密切接触者", "Named as a contact of a case")
    ),
    "history_level": Fact(
        Sort.WORD,
        Origin.JOURNEY,
        Words("旅居地的最高风险等级", "Strictest level of the places of the journey"),
    ),
    "onward_flight": _asked("持联程客票继续飞行", "Flies on with a ticket in hand"),
    "crew": Fact(Sort.FLAG, Origin.LISTED, Words("机组名单在列", "On the crew list")),
    "exemption": Fact(
        Sort.WORD,
        Origin.LISTED,
        Words("有效豁免的种类(无则为none)", "Kind of exemption that holds (none: none)"),
    ),
}
"""Every fact that a rule may ask."""

SYMPTOMS = frozenset(
    {
        "fever", "cough", "breathless", "sore_throat", "aches", "smell_taste", "diarrhoea", "vomiting", "rash",
        "bleeding", "confusion", "unwell",
    }
)  # fmt: skip
"""The facts that are symptoms, declared or seen."""

WHO_A_PERSON_IS = frozenset(
    {
        "nationality", "citizenship", "birth_country", "document_issuer", "passport_issuer", "ethnicity", "race",
        "religion", "faith", "language", "sex", "gender", "name",
    }
)  # fmt: skip
"""What no rule may ask, however it is called in a form: a measure follows the journey and the body, not the person
(International Health Regulations, article 42: applied without discrimination)."""

NONE = "none"
"""The word for "no exemption holds"; not to be confused with not having looked."""
